#!/bin/sh
# bench/places: how fast postcodes are read in and looked up.   bench/places/run.sh BUILD [ROWS]
# Makes ROWS invented postcodes (default 1,000,000) with a real file's columns, imports them, then asks for 50,000 of them.
set -eu
build=${1:-build} rows=${2:-1000000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
awk -v rows="$rows" 'BEGIN { letters = "ABDEFGHJLNPQRSTUWXYZ"; print "pcds,doterm,oslaua,osward,lsoa21,lat,long"
  for (i = 0; i < rows; i++) { d = int(i / 4000); n = i % 4000
    printf "%s%s%d %d%s%s,,E%08d,E%08d,E%08d,%.6f,%.6f\n", substr(letters, int(d / 198) % 20 + 1, 1),
      substr("ABDEFGHJLN", int(d / 20) % 10 + 1, 1), d % 20 + 1, int(n / 400), substr(letters, int(n / 20) % 20 + 1, 1),
      substr(letters, n % 20 + 1, 1), 6000000 + d % 360, 5000000 + int(i / 330) % 8000, 1000000 + int(i / 65) % 33000,
      50 + (i % 7000) / 1000, -5 + (i % 6000) / 1000 } }' > "$work/postcodes.csv"
"$build/waymark" init --data "$work/data" >/dev/null 2>&1
began=$(date +%s.%N)
"$build/waymark" import postcodes "$work/postcodes.csv" --data "$work/data" 2>/dev/null
ended=$(date +%s.%N)
echo "$began $ended $rows" | awk '{ printf "postcodes read in: %d a second (%.2f s for %d)\n", $3 / ($2 - $1), $2 - $1, $3 }'
"$build/places/places_bench" "$work/data" "$work/postcodes.csv"
