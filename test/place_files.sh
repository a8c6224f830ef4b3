#!/bin/sh
# The invented place as files (`waymark seaborough`): the same twice, nothing replaced, every list imported, minutes answered.
set -eu
waymark=$1
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
fail() { echo "place_files: $*" >&2; exit 1; }

"$waymark" seaborough --out "$top/a" --seed 7 --date 2026-11-21 >/dev/null
"$waymark" seaborough --out "$top/b" --seed 7 --date 2026-11-21 >/dev/null
diff -r "$top/a" "$top/b" >/dev/null || fail "the same seed gave other bytes"
echo mine >"$top/b/services.csv"
"$waymark" seaborough --out "$top/b" --seed 7 | grep -q "services.csv is there already" || fail "it does not say what it left"
[ "$(cat "$top/b/services.csv")" = mine ] || fail "a file that was there was replaced"
! "$waymark" seaborough --out "$top/c" --date yesterday 2>/dev/null || fail "a date that is none was taken"
[ ! -e "$top/c" ] || fail "something was written although the words were wrong"

"$waymark" reach build --gtfs "$top/a/timetable.gtfs.zip" --postcodes "$top/a/postcodes.csv" --out "$top/a/region.reach" >"$top/said" 2>&1 ||
  { cat "$top/said" >&2; fail "reach build did not read it"; }
"$waymark" reach journey --region "$top/a/region.reach" --from ZB00331 --to ZB00332 --arrive-by 09:00 --date 2026-11-23 >"$top/said" 2>&1 ||
  { cat "$top/said" >&2; fail "no journey between the first two stations"; }
grep -q "train R" "$top/said" || fail "the journey does not go by train"

"$waymark" init --data "$top/d" >/dev/null 2>&1
"$waymark" import postcodes "$top/a/postcodes.csv" --data "$top/d" >"$top/said" 2>&1 || { cat "$top/said" >&2; fail "postcodes were not imported"; }
"$waymark" import areas "$top/a/wards.geojson" --kind ward --data "$top/d" >"$top/said" 2>&1 ||
  { cat "$top/said" >&2; fail "wards were not imported"; }
