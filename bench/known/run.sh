#!/bin/sh
# How long "already known here?" takes, on both databases: bench/known/run.sh BUILD [KEYS]
set -e
build=${1:?the build directory}
ninja -C "$build" known/bench_known > /dev/null
"$(dirname "$0")/../../db/pg_test.sh" run "$build/known/bench_known" "${2:-1000000}" 500
