# Shared by the scripts here: messages, what the machine must have, and how it is installed.
# shellcheck shell=bash

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
cd -- "$ROOT" || exit 1

say() { printf '%s\n' "$*"; }
warn() { printf '%s\n' "$*" >&2; }
die() {
  warn "$1"
  shift
  [ $# -eq 0 ] || warn "$*"
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# The errors of a log, each once, in their order; of a log without any, its end. `fatal:` is how git says that a
# dependency cannot be fetched.
errors_of() {
  grep -E '(^|[^a-z])(error|fatal|E):' "$1" | awk '!seen[$0]++' | head -n 30 | grep . || tail -n 30 "$1"
}

# Runs a command with its output in a log; on failure shows the errors of the log, or its end.
quietly() {
  local what=$1 log start=$SECONDS
  shift
  log=$(mktemp)
  if "$@" >"$log" 2>&1 </dev/null; then
    rm -f "$log"
    say "$what: $((SECONDS - start)) s"
  else
    warn "$what failed: $*"
    errors_of "$log" >&2
    warn "the whole log: $log"
    return 1
  fi
}

# Prints a script's help, if that is what is asked for, and ends. Everything else is the script's to look at.
help_if_asked() {
  local text=$1 argument
  shift
  for argument in "$@"; do
    case $argument in -h | --help) say "$text"; exit 0 ;; esac
  done
}

# ---- What must be here -------------------------------------------------------------------------------------------

# The directory of the newest PostgreSQL server, if one is 15 or later.
postgres_bin() {
  local bin version
  for bin in $(dirname "$(command -v initdb 2>/dev/null || echo /-/-)") \
    $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV); do
    if [ ! -x "$bin/initdb" ] || [ ! -x "$bin/postgres" ]; then continue; fi
    version=$("$bin/postgres" --version 2>/dev/null | grep -oE '[0-9]+' | head -n 1)
    if [ "${version:-0}" -ge 15 ]; then
      say "$bin"
      return 0
    fi
  done
  return 1
}

has_library() { compgen -G "/usr/lib/*/$1" >/dev/null || compgen -G "/lib/*/$1" >/dev/null || compgen -G "/usr/lib*/$1" >/dev/null; }
has_certificates() { [ -e /etc/ssl/certs/ca-certificates.crt ] || [ -e /etc/pki/tls/certs/ca-bundle.crt ]; }

# Debian packages for what is not present, one a line.
missing_packages() {
  postgres_bin >/dev/null || echo postgresql
  has psql || echo postgresql-client
  has pkg-config || echo pkg-config
  { has pkg-config && pkg-config --exists libpq; } || echo libpq-dev
  has git || echo git
  has python3 || echo python3
  has_certificates || echo ca-certificates
  has_library libcurl.so.4 || echo libcurl4
  # What a toolchain that was only unpacked leans on: its debugger's libraries, C headers, the C++ library to link with.
  has_library libncurses.so.6 || echo libncurses6
  has_library libxml2.so.2 || has_library libxml2.so.16 || echo libxml2
  [ -e /usr/include/stdio.h ] || echo libc6-dev
  compgen -G '/usr/lib/gcc/*/*/libstdc++.so' >/dev/null || echo g++
}

# Installs what is missing; says what it does, and says nothing when there is nothing to do.
install_missing() {
  local packages elevate=()
  has swift || die "swift is not in PATH: install Swift 6.3 or later" "See https://www.swift.org/install/linux/"
  mapfile -t packages < <(missing_packages)
  if [ ${#packages[@]} -eq 0 ]; then
    working_swift
    return 0
  fi
  local hint="Install: ${packages[*]}"
  has apt-get || die "missing, and this is not Debian or Ubuntu: ${packages[*]}" "Install the like with your package manager."
  if [ "$(id -u)" -ne 0 ]; then
    # Without a terminal sudo cannot ask, and must not hang.
    if has sudo && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
      elevate=(sudo)
    else
      die "missing, and cannot be installed without root: ${packages[*]}" "As root: apt-get install ${packages[*]}"
    fi
  fi
  say "installing ${packages[*]}"
  [[ " ${packages[*]} " != *" postgresql "* ]] || keep_cluster_away ${elevate[@]+"${elevate[@]}"}
  local apt=(${elevate[@]+"${elevate[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120)
  quietly "package lists" "${apt[@]}" update || warn "going on with the package lists as they are"
  quietly "packages" "${apt[@]}" install -y --no-install-recommends "${packages[@]}" || die "apt-get could not install them" "$hint"
  mapfile -t packages < <(missing_packages)
  [ ${#packages[@]} -eq 0 ] || die "still missing after the installation: ${packages[*]}" \
    "PostgreSQL must be 15 or later: see https://www.postgresql.org/download/linux/"
  working_swift
}

working_swift() {
  local said
  said=$(swift --version 2>&1) || die "swift is in PATH and does not start: ${said%%$'\n'*}" \
    "Install what your toolchain needs: https://www.swift.org/install/linux/"
}

# Debian's postgresql starts a cluster of its own when it is installed. Cairn brings its own, so where the package was
# never installed, ask for none. A machine that has postgresql-common keeps its settings.
keep_cluster_away() {
  local file=/etc/postgresql-common/createcluster.conf
  [ ! -e "$file" ] || return 0
  say "asking Debian's postgresql to start no cluster of its own ($file)"
  "$@" mkdir -p "$(dirname "$file")"
  echo "create_main_cluster = false" | "$@" tee "$file" >/dev/null
}

# ---- Building ----------------------------------------------------------------------------------------------------

# Root may write everywhere, and would leave files behind that their owner cannot replace: it gives them back.
BUILD_OWNER=
# What makes git trust the packages that SwiftPM checked out itself also where they belong to the clone's owner. For a
# build alone: git's check stays on for everything else.
TRUST=()
writable_build() {
  local folder=$1 owner
  if [ "$(id -u)" -eq 0 ]; then
    owner=.
    # In a clone of root's own, somebody else may have built.
    [ "$(stat -c %u .)" -ne 0 ] || [ ! -e "$folder" ] || owner=$folder
    [ "$(stat -c %u -- "$owner")" -ne 0 ] || return 0
    [ -n "$BUILD_OWNER" ] || warn "note: $(pwd) belongs to $(stat -c %U -- "$owner"); what root builds here is given back"
    # Numbers: in a container, the owner may have no name.
    BUILD_OWNER=$(stat -c %u:%g -- "$owner")
    TRUST=(GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory 'GIT_CONFIG_VALUE_0=*')
  elif [ ! -e "$folder" ]; then
    [ -w . ] || die "$ROOT cannot be written by $(id -un)" "Clone it as this user, or change its owner."
  else
    usable "$folder"
  fi
}

# What somebody else left in a folder that this user has to write (often: root, by an earlier run) gives obscure errors
# later on. One line now, and the way out.
usable() {
  local folder=$1 me other owner
  me=$(id -un)
  if [ ! -e "$folder" ] || [ "$(id -u)" -eq 0 ]; then return 0; fi
  # A folder that may not be entered is found itself, so find has nothing to complain of that matters.
  other=$(find "$folder" -maxdepth 2 ! -type l ! -writable -print -quit 2>/dev/null)
  [ -n "$other" ] || return 0
  owner=$(stat -c %U -- "$other")
  [[ $folder == /* ]] || folder=$ROOT/$folder
  if [ "$owner" = "$me" ]; then
    die "$other cannot be written by its owner, $me" "Allow it: chmod -R u+rwX $(printf %q "$folder")"
  fi
  die "$other belongs to $owner and cannot be written by $me" \
    "Stop what $owner runs here, then take it over: sudo chown -R $me: $(printf %q "$folder")"
}

# A build knows where it was made, in a hundred places. In a clone that was moved or copied the compiler would only say
# that something is missing, or that a module is of another path.
unmoved_build() {
  local folder=$1 note=$1/cairn-clone before
  if [ -e "$note" ]; then
    before=$(<"$note")
    if [ "$before" != "$ROOT" ]; then
      warn "note: this was built in $before; all of it is built anew here"
      # What was fetched knows no place, and stays.
      find "$folder" -mindepth 1 -maxdepth 1 ! -name repositories -exec rm -rf -- {} +
    fi
  fi
  mkdir -p -- "$folder"
  printf '%s\n' "$ROOT" >"$note"
}

give_back() {
  [ -n "$BUILD_OWNER" ] && [ -e "$1" ] || return 0
  chown -R "$BUILD_OWNER" -- "$1"
  # SwiftPM's lock of it, which nobody else could take.
  local lock=$ROOT/$1.lock
  rm -f -- "${TMPDIR:-/tmp}/${lock//\//_}"
}

# What of the environment reaches a build. SwiftPM runs a package's plugins again, and then compiles what is made of
# their output, whenever any variable is not what it was the last time: TERM, OLDPWD or a forgotten FOO would cost a
# minute. So a build gets only what it needs: who runs it and where its caches are; the way out to fetch dependencies,
# and whom to trust there; where libraries are that are not in their usual place; where swiftly or Xcode keep toolchains.
BUILD_VARIABLES=(
  HOME USER LOGNAME LANG LC_ALL TMPDIR XDG_CACHE_HOME XDG_CONFIG_HOME
  http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY
  SSL_CERT_FILE SSL_CERT_DIR GIT_SSL_CAINFO GIT_SSL_CAPATH CURL_CA_BUNDLE
  PKG_CONFIG_PATH CPATH LIBRARY_PATH LD_LIBRARY_PATH
  # What Package.swift asks for.
  CAIRN_SANITIZED
  SWIFTLY_HOME_DIR SWIFTLY_BIN_DIR SWIFTLY_TOOLCHAINS_DIR DEVELOPER_DIR SDKROOT TOOLCHAINS
)

# The search path of a build: where its tools are, and the system's folders. Not $PATH itself, for that differs between
# two terminals of one person as soon as one of them has .build/release on it.
build_path() {
  local tool path='' place
  for tool in swift git pkg-config; do
    place=$(command -v "$tool") || continue
    place=$(dirname -- "$place")
    [[ ":$path:" == *":$place:"* ]] || path+=$place:
  done
  printf '%s' "$path/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
}

# Says how far a build is that writes to a log, until it ends: in a terminal one line that moves, else a line now and then.
# The counter is SwiftPM's own; what it counts grows while it finds out what there is to do.
show_progress() {
  local builder=$1 log=$2 start=$SECONDS told=0 sleeper=0 took count
  while kill -0 "$builder" 2>/dev/null; do
    sleep 1 >/dev/null 2>&1 &
    sleeper=$!
    wait -n "$builder" "$sleeper" || true
    took=$((SECONDS - start))
    count=$(grep -oE '^\[[0-9]+/[0-9]+\]' "$log" | tail -n 1 || true)
    if [ -t 1 ]; then
      printf '\r\033[K%s %d s' "$count" "$took"
    elif [ $((took - told)) -ge "${CAIRN_PROGRESS_SECONDS:-30}" ]; then
      say "  still building after $took s${count:+: $count}"
      told=$took
    fi
  done
  kill "$sleeper" 2>/dev/null || true
  [ ! -t 1 ] || printf '\r\033[K'
}

# `swift build` with that environment. In the background it is a session of its own, so that all of it can be ended.
swift_build() {
  local name environment=()
  environment=("PATH=$(build_path)")
  for name in "${BUILD_VARIABLES[@]}"; do
    [ -z "${!name+set}" ] || environment+=("$name=${!name}")
  done
  # In the background the shell gives way to the compiler, so that the number of the job is the compiler's.
  [ "$BASH_SUBSHELL" -eq 0 ] || exec setsid env -i "${environment[@]}" ${TRUST[@]+"${TRUST[@]}"} swift build "$@"
  env -i "${environment[@]}" ${TRUST[@]+"${TRUST[@]}"} swift build "$@"
}

# ---- Sessions ----------------------------------------------------------------------------------------------------

# The processes of a session that still run, without those of which only the end has to be heard. From /proc, for
# pgrep need not be there.
of_session() {
  local file text state session
  for file in /proc/[0-9]*/stat; do
    { read -r text <"$file"; } 2>/dev/null || continue
    # What stands before the last bracket is the program's name, which may hold anything.
    read -r state _ _ session _ <<<"${text##*) }"
    if [ "$session" = "$1" ] && [ "$state" != Z ]; then file=${file%/stat} && echo "${file##*/}"; fi
  done
}

# Asks everything in a session to end, waits until it has, and after ten seconds makes it.
end_session() {
  local left process processes
  for ((left = 100; left > -20; left--)); do
    mapfile -t processes < <(of_session "$1")
    [ ${#processes[@]} -gt 0 ] || return 0
    for process in "${processes[@]}"; do
      if [ "$left" -gt 0 ]; then kill -TERM "$process"; else kill -KILL "$process"; fi
    done 2>/dev/null || true
    sleep 0.1
  done
}

# Runs a command in a session of its own for at most so many seconds (0: for as long as it takes): whatever ends it,
# nothing that it started stays. 124 when its time was up.
within() {
  local limit=$1 pid code=0
  shift
  setsid timeout --kill-after=10 "$limit" "$@" </dev/null &
  pid=$!
  trap 'end_session "$pid"; exit 130' INT TERM
  wait "$pid" || code=$?
  trap - INT TERM
  end_session "$pid"
  return "$code"
}

# ---- Testing -----------------------------------------------------------------------------------------------------

# `swift test` with the environment as it is, for some variables are for the tests. Tests that do not end are ended, and named.
swift_test() {
  local log code=0
  log=$(mktemp)
  within 1800 env ${TRUST[@]+"${TRUST[@]}"} swift test --skip-build "$@" > >(tee "$log") 2>&1 || code=$?
  if [ "$code" -eq 124 ]; then
    warn "error: these tests did not end within 1800 s:"
    unfinished_tests "$log" >&2
  fi
  rm -f "$log"
  return "$code"
}

# The tests that a log says to have started, and not to have ended.
unfinished_tests() {
  sed -nE 's/^[^ ]* Test ("[^"]*"|[A-Za-z0-9_]+\(\)) .*(started|passed|failed|recorded).*/\2 \1/p' "$1" |
    awk '{ name = substr($0, index($0, " ") + 1) } $1 == "started" { open[name] } $1 != "started" { delete open[name] }
      END { for (name in open) print "  " name }'
}
