# A throw-away PostgreSQL on a loopback port, with logical decoding; sourced, not run. Needs common.sh.

# postgres_programs: sets $pgbin to the folder of initdb and postgres, which Debian keeps out of PATH.
postgres_programs() {
  local found
  for found in "${PGBIN:-}" "$(pg_config --bindir 2>/dev/null || true)" \
    "$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)"; do
    if [ -n "$found" ] && [ -x "$found/initdb" ] && [ -x "$found/postgres" ]; then pgbin=$found; return; fi
  done
  die "PostgreSQL's server is not installed (Debian: postgresql)"
}

# as_postgres COMMAND...: as the user that may run the server, which is not root.
as_postgres() {
  if [ "$(id -u)" -ne 0 ]; then "$@"; return; fi
  setpriv --reuid postgres --regid postgres --init-groups env HOME=/tmp "$@"
}

# postgres_start DIR: makes a cluster in DIR and starts it. Sets and exports PGHOST, PGPORT, PGUSER, PGPASSWORD.
postgres_start() {
  local dir=$1
  postgres_programs
  PGHOST=127.0.0.1 PGPORT=$(free_port) PGUSER=postgres PGPASSWORD=postgres
  export PGHOST PGPORT PGUSER PGPASSWORD
  mkdir -p "$dir"
  echo "$PGPASSWORD" >"$dir/password"
  [ "$(id -u)" -ne 0 ] || chown -R postgres:postgres "$dir"
  (cd "$dir" && as_postgres "$pgbin/initdb" --pgdata "$dir/data" --username postgres --pwfile "$dir/password" \
    --auth scram-sha-256 --encoding UTF8 --locale C.UTF-8 --no-sync >"$dir/initdb.log" 2>&1) ||
    { cat "$dir/initdb.log" >&2; die "initdb failed"; }
  as_postgres tee -a "$dir/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
port = $PGPORT
unix_socket_directories = ''
wal_level = logical
max_wal_senders = 10
max_replication_slots = 10
shared_buffers = 128MB
timezone = 'UTC'
CONF
  (cd "$dir" && as_postgres "$pgbin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -t 60 start >/dev/null) ||
    { tail -n 20 "$dir/log" >&2; die "PostgreSQL did not start"; }
}

# postgres_stop DIR: ends it; nothing of it is kept.
postgres_stop() {
  [ -e "$1/data/postmaster.pid" ] || return 0
  (cd "$1" && as_postgres "$pgbin/pg_ctl" -D "$1/data" -m immediate -w -t 20 stop >/dev/null 2>&1) || true
}
