#!/bin/sh
# scenarios: every scenario the work must be able to run is a test of its name, and fails on a build with a fault planted.
#   test/scenarios.sh      says which are missing; the last line is "N passed, N failed"
set -eu
cd "$(dirname "$0")/.."
passed=0 failed=0
tested=$(grep -rhoE '\bS[0-9]{2}_[A-Za-z0-9_]+\(' --include='*test*.c' . | cut -c1-3 | sort -u)
planted=$(grep -rhE "planted|'S[0-9]" --include=meson.build . | grep -oE "'S[0-9]{2}" | cut -c2-4 | sort -u)
for s in $(grep -v '^#' test/scenarios.txt); do
  for kind in tested planted; do
    eval "list=\$$kind"
    if printf '%s\n' "$list" | grep -qx "$s"; then passed=$((passed + 1))
    else
      failed=$((failed + 1))
      if [ $kind = tested ]; then echo "FAIL $s has no test of its name (${s}_what in a *test*.c)"
      else echo "FAIL $s is not tried on a planted wrong build (in a meson.build, beside the test)"; fi
    fi
  done
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
