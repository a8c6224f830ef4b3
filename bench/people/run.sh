#!/bin/sh
# The speed lines of people and support, each target beside what was measured, on both databases.
#   bench/people/run.sh BUILD_FOLDER [PEOPLE] [SECONDS] [all|pages|day] [both|sqlite|postgres]
#   100000 10 for the targets themselves
# PostgreSQL is a private one, started and removed here, when it can be had.
set -eu
build=${1:?usage: bench/people/run.sh BUILD_FOLDER [PEOPLE] [SECONDS]}
here=$(dirname "$0")
ninja -C "$build" caseload/bench_day >/dev/null
url=$("$here/../../db/pg_test.sh" start) || url=
trap '[ -z "$url" ] || "$here/../../db/pg_test.sh" stop "$url"' EXIT
WAYMARK_TEST_PG=$url
export WAYMARK_TEST_PG
"$build/caseload/bench_day" "${2:-2000}" "${3:-3}" "${4:-all}" "${5:-both}"
