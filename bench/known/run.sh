#!/bin/sh
# How long "already known here?" takes, on both databases: bench/known/run.sh BUILD [PEOPLE]
# FIRST=1: before everything else on this machine (chrt -r 5; needs root), so that a busy machine's waiting is not measured.
set -e
build=${1:?the build directory}
ninja -C "$build" known/bench_known > /dev/null
${FIRST:+chrt -r 5} "$(dirname "$0")/../../db/pg_test.sh" run "$build/known/bench_known" "${2:-1000000}" 1000
