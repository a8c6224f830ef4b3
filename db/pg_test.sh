#!/bin/sh
# A private, throw-away PostgreSQL on a unix socket in a temporary folder, for tests.
#   db/pg_test.sh start        starts one, prints its URL (and nothing else) on standard output
#   db/pg_test.sh stop URL     stops it and removes its folder
#   db/pg_test.sh kill URL     kills it and every process of it at once, as a power cut would
#   db/pg_test.sh again URL    starts one that was killed again, on the same data
#   db/pg_test.sh run CMD...   starts one, runs CMD with WAYMARK_TEST_PG set, stops it, ends with CMD's status
# As root it runs as the user postgres, else nobody. Nothing of the machine's own PostgreSQL is touched.
set -eu

fail() { echo "pg_test: $*" >&2; exit 1; }

bin() {
  for d in "$(pg_config --bindir 2>/dev/null || true)" /usr/lib/postgresql/*/bin /usr/local/pgsql/bin; do
    if [ -n "$d" ] && [ -x "$d/initdb" ] && [ -x "$d/pg_ctl" ]; then echo "$d"; return; fi
  done
  found=$(command -v initdb || true)
  [ -n "$found" ] || fail "PostgreSQL's initdb is not here. Install postgresql-15 (or newer)."
  dirname "$found"
}

as_user() {
  if [ "$(id -u)" != 0 ]; then "$@"; return; fi
  user=nobody
  if id postgres >/dev/null 2>&1; then user=postgres; fi
  if command -v runuser >/dev/null 2>&1; then runuser -u "$user" -- env HOME=/tmp LC_ALL=C "$@"
  else setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups env HOME=/tmp LC_ALL=C "$@"; fi
}

start() {
  bin=$(bin)
  # In memory where there is room: a test makes two databases. Short: a socket's path has at most 107 bytes.
  base=/tmp
  free=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }' || true)
  if [ -w /dev/shm ] && [ "${free:-0}" -gt 3000000 ]; then base=/dev/shm; fi
  top=$(mktemp -d "$base/wmpg.XXXXXX")
  chmod 755 "$top"
  if [ "$(id -u)" = 0 ]; then
    if id postgres >/dev/null 2>&1; then chown postgres "$top"; else chown nobody "$top"; fi
  fi
  cd /
  as_user "$bin/initdb" -D "$top/d" -U waymark -A trust -E UTF8 --locale=C --no-sync >"$top.log" 2>&1 </dev/null ||
    { cat "$top.log" >&2; rm -rf "$top" "$top.log"; fail "initdb failed."; }
  rm -f "$top.log"
  cat >"$top/conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$top'
unix_socket_permissions = 0777
max_connections = 200
shared_buffers = 64MB
fsync = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
autovacuum = off
jit = off
CONF
  as_user sh -c "cat '$top/conf' >>'$top/d/postgresql.conf'"
  as_user "$bin/pg_ctl" -D "$top/d" -l "$top/d/log" -w -t 60 start >/dev/null 2>&1 </dev/null ||
    { as_user cat "$top/d/log" >&2 || true; rm -rf "$top"; fail "PostgreSQL did not start."; }
  echo "postgresql:///postgres?host=$top&user=waymark"
}

folder_of() {
  top=$(echo "$1" | sed -n 's|.*host=\(/[a-z/]*wmpg\.[A-Za-z0-9]*\).*|\1|p')
  [ -n "$top" ] && [ -d "$top" ] || fail "\"$1\" is not a URL that start printed."
}

# The first process, then each it started: none may live, or the data stays locked.
kill_all() {
  folder_of "$1"
  first=$(as_user head -1 "$top/d/postmaster.pid")
  kill -STOP "$first"
  others=
  for of in /proc/[0-9]*; do
    parent=$(sed 's/^.*) . //; s/ .*//' "$of/stat" 2>/dev/null || true)
    if [ "$parent" = "$first" ]; then others="$others ${of#/proc/}"; fi
  done
  for pid in $first $others; do kill -9 "$pid" 2>/dev/null || true; done
  for pid in $first $others; do
    while kill -0 "$pid" 2>/dev/null; do sleep 0.02; done
  done
}

again() {
  folder_of "$1"
  cd /
  as_user "$(bin)/pg_ctl" -D "$top/d" -l "$top/d/log" -w -t 60 start >/dev/null 2>&1 </dev/null ||
    { as_user tail -5 "$top/d/log" >&2 || true; fail "PostgreSQL did not start again."; }
}

stop() {
  folder_of "$1"
  cd /
  as_user "$(bin)/pg_ctl" -D "$top/d" -m immediate -w -t 30 stop >/dev/null 2>&1 </dev/null || true
  rm -rf "$top"
}

case "${1:-}" in
  start) start ;;
  stop) [ $# = 2 ] || fail "usage: pg_test.sh stop URL"; stop "$2" ;;
  kill) [ $# = 2 ] || fail "usage: pg_test.sh kill URL"; kill_all "$2" ;;
  again) [ $# = 2 ] || fail "usage: pg_test.sh again URL"; again "$2" ;;
  run)
    shift
    [ $# -gt 0 ] || fail "usage: pg_test.sh run CMD..."
    here=$PWD
    WAYMARK_TEST_PG=$(start)
    export WAYMARK_TEST_PG
    trap 'stop "$WAYMARK_TEST_PG"' EXIT
    trap 'exit 130' INT TERM HUP
    cd "$here"
    status=0
    "$@" || status=$?
    exit "$status" ;;
  *) fail "usage: pg_test.sh start | stop URL | kill URL | again URL | run CMD..." ;;
esac
