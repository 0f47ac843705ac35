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
    grep -E '(^|[^a-z])(error|E):' "$log" | sort -u | head -n 30 >&2 || tail -n 30 "$log" >&2
    warn "the whole log: $log"
    return 1
  fi
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

# A build folder that another user made (often: a build as root before) gives hundreds of obscure errors. One line instead.
# Root may write everywhere, and would leave files behind that their owner cannot replace: it gives them back.
BUILD_OWNER=
writable_build() {
  local folder=$1 owner
  owner=$(stat -c %U -- "$(if [ -e "$folder" ]; then echo "$folder"; else echo .; fi)")
  if [ "$(id -u)" -eq 0 ]; then
    [ "$owner" != root ] || return 0
    [ -n "$BUILD_OWNER" ] || warn "note: this clone belongs to $owner; what root builds here is given back to $owner"
    BUILD_OWNER=$owner
  elif [ ! -e "$folder" ]; then
    [ -w . ] || die "$ROOT cannot be written by $(id -un)" "Clone it as this user, or change its owner."
  elif [ -n "$(find "$folder" -maxdepth 2 ! -type l ! -writable -print -quit)" ]; then
    owner=$(stat -c %U -- "$(find "$folder" -maxdepth 2 ! -type l ! -writable -print -quit)")
    die "parts of $folder belong to $owner and cannot be written by $(id -un)" \
      "Remove it (as $owner: rm -rf '$ROOT/$folder'), or run this as $owner."
  fi
}

give_back() {
  [ -z "$BUILD_OWNER" ] || [ ! -e "$1" ] || chown -R "$BUILD_OWNER:" -- "$1"
}

# swift, with the packages it checked out itself trusted also where they belong to the clone's owner. For this one
# command only: git's check stays on for everything else.
swiftpm() {
  if [ -n "$BUILD_OWNER" ]; then
    GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*' swift "$@"
  else
    swift "$@"
  fi
}
