#!/bin/bash
# What every step of the chaos suite runs: effect.sh FILE BEHAVIOUR [SECONDS]. It leaves a line in FILE when it begins and
# one when it has done its work: the effects that are counted outside of the database.
file=$1 behaviour=$2 seconds=${3:-0}
mark() { printf '%s %s %s %s %s\n' "$CAIRN_TASK_ID" "$CAIRN_STEP" "$CAIRN_ATTEMPT" "$1" "${EPOCHREALTIME:-0}" >>"$file"; }

mark begin
case $behaviour in
works) [ "$seconds" = 0 ] || sleep "$seconds" ;;
fails_twice) [ "$CAIRN_ATTEMPT" -gt 2 ] || exit 75 ;;
fails) exit 1 ;;
hangs_once)
  # Deaf to SIGTERM, so that only SIGKILL, or the server's own clock, ends it.
  if [ "$CAIRN_ATTEMPT" = 1 ]; then
    trap '' TERM
    sleep "$seconds"
    exit 75
  fi
  ;;
kills_its_worker)
  kill -KILL "$PPID"
  sleep 1
  exit 75
  ;;
esac
mark end
