# Shared by the scripts in this folder; sourced, not run.

if [ -t 2 ]; then arrow=$'\033[1m==>\033[0m'; else arrow='==>'; fi
say() { printf '%s %s\n' "$arrow" "$*" >&2; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

need_swift() {
  command -v swift >/dev/null 2>&1 && return
  if [ -x /opt/swift/usr/bin/swift ]; then PATH=/opt/swift/usr/bin:$PATH; return; fi
  die "no Swift toolchain: curl -O https://download.swift.org/swiftly/linux/swiftly-$(uname -m).tar.gz && tar xzf swiftly-*.tar.gz && ./swiftly init, then open a new shell"
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# install_packages GROUP...: installs what is missing of these groups of packages.txt.
install_packages() {
  local group package missing=()
  command -v dpkg-query >/dev/null 2>&1 || { say "not a Debian system: the packages of scripts/packages.txt are taken for granted"; return; }
  for group in "$@"; do
    while read -r package; do
      dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done < <(awk -v g="$group" '$1 == g { print $2 }' "$repo/scripts/packages.txt")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  say "installing ${missing[*]}"
  # Debian's own clusters and services are not needed: every server here is a throw-away one.
  as_root mkdir -p /etc/postgresql-common
  [ -e /etc/postgresql-common/createcluster.conf ] ||
    echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
  as_root apt-get -qq -o Dpkg::Use-Pty=0 update >&2
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 install --no-install-recommends "${missing[@]}" >&2
}

# python_environment: makes .venv with the pinned packages, once per list, and sets $python.
python_environment() {
  local list=$repo/scripts/python-packages.txt mark=$repo/.venv/packages.txt
  python=$repo/.venv/bin/python
  if ! cmp -s "$list" "$mark"; then
    say "installing Python packages for the tests"
    rm -rf "$repo/.venv"
    # Debian's own interpreter, whatever else is first in PATH
    "$([ -x /usr/bin/python3 ] && echo /usr/bin/python3 || echo python3)" -m venv "$repo/.venv"
    "$python" -m pip --quiet --disable-pip-version-check install --requirement "$list" >&2
    json_schema_suite "$list"
    cp "$list" "$mark"
  fi
}

# json_schema_suite LIST: puts JSON Schema's official tests, which only jsonschema's source distribution has, and its
# meta-schemas into .venv/json-schema.
json_schema_suite() {
  local target=$repo/.venv/json-schema version
  version=$(grep '^jsonschema==' "$1")
  mkdir -p "$target"
  "$python" -m pip --quiet --disable-pip-version-check download --no-deps --no-binary jsonschema --dest "$target" "$version" >&2
  tar xzf "$target"/jsonschema-*.tar.gz --strip-components 1 -C "$target" --wildcards '*/json/tests' '*/json/remotes'
  rm "$target"/jsonschema-*.tar.gz
  cp -r "$("$python" -c 'import jsonschema_specifications as s; print(s.__path__[0])')/schemas" "$target/metaschemas"
}

# build_programs: builds cdcd and cdcctl for release and sets $bin to their folder. In CI a warning is an error.
build_programs() {
  local flags=(-c release --static-swift-stdlib) product
  [ "${CI:-}" != true ] || flags+=(-Xswiftc -warnings-as-errors)
  for product in cdcd cdcctl; do swift build "${flags[@]}" --product "$product" >&2 || return 1; done
  bin=$(swift build "${flags[@]}" --show-bin-path)
}

# free_port [PREFERRED]: the preferred port, or one below the range of outgoing connections.
free_port() {
  local port low
  if [ -n "${1:-}" ] && ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then echo "$1"; return; fi
  read -r low _ </proc/sys/net/ipv4/ip_local_port_range
  [ "$low" -gt 11000 ] || low=32768
  while :; do
    port=$((10000 + (RANDOM * 32768 + RANDOM) % (low - 10000)))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}
