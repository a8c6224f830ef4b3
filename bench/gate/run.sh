#!/bin/sh
# The measured line of the gate: audited reads of people on both databases, what slow pages and crashes cost others.
#   bench/gate/run.sh BUILD_FOLDER
# PostgreSQL is a private one, started and removed here, when it can be had.
set -eu
build=${1:?usage: bench/gate/run.sh BUILD_FOLDER}
here=$(dirname "$0")
url=$("$here/../../db/pg_test.sh" start) || url=
trap '[ -z "$url" ] || "$here/../../db/pg_test.sh" stop "$url"' EXIT
WAYMARK_TEST_PG=$url
export WAYMARK_TEST_PG
"$build/test/gate/gate_bench"
"$build/web/serve_bench" 2 2>/dev/null | grep -v '^\['
