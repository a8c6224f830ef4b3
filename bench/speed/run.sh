#!/bin/sh
# Every figure of issue 2's "Speed" line in one run: 1,000,000 postcodes and 20,000 services, invented.
#   bench/speed/run.sh BUILD      needs sqlite3, python3, wrk, nginx
# Ratios are taken within the run; on a busy machine compare those, not the absolute times.
set -eu
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
chmod 755 "$folder"
trap 'rm -rf "$folder"' EXIT
"$build/waymark" init --demo --data "$folder/d" >/dev/null 2>&1
python3 "$here/../finding/grow.py" "$folder" > "$folder/asked.txt"
python3 "$here/measure.py" import "$build" "$folder"
"$build/finding/finding_bench" "$folder/d" "$folder/asked.txt"
python3 "$here/measure.py" serve "$build" "$folder"
