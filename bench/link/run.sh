#!/bin/sh
# Every figure of the linkage engine, with CPU seconds and peak memory, measured now on this machine.
#   bench/link/run.sh BUILD_DIRECTORY [DATA_DIRECTORY]
# BUILD_DIRECTORY: a release build (meson setup --buildtype=release). DATA_DIRECTORY: the shared linkage data, by default
# ../shared/data/linkage beside the checkout. Peers that are not installed are skipped, saying so.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${1:?"name the build directory"}
data=${2:-$here/../../../shared/data/linkage}
link=$build/linkage/waymark-link
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

timed() { # name, then the command: its summary lines, CPU seconds, wall seconds, memory
  name=$1
  shift
  /usr/bin/time -o "$work/time" -f '%U %S %e %M' "$@" 2>/dev/null | grep -E 'best cut|clustered' | tr -s ' ' || true
  awk -v n="$name" 'END { printf "%-22s %.2f CPU-s  %.2f s wall  %.0f MB\n", n, $1 + $2, $3, $4 / 1024 }' "$work/time"
}

if [ -r "$data/dataset3.csv" ]; then
  timed "FEBRL3 (5,000)" "$link" "$data/dataset3.csv" --quiet --truth rec_id
  timed "FEBRL2 (5,000)" "$link" "$data/dataset2.csv" --quiet --truth rec_id
  zcat "$data/uk100k.csv.gz" > "$work/uk100k.csv"
  timed "uk100k" "$link" "$work/uk100k.csv" --quiet --truth cluster
else
  echo "FEBRL and uk100k       skipped: $data is not there"
fi
"$link" --generate 1000000 --seed 7 --out "$work/m1.csv"
timed "1,000,000 with output" "$link" "$work/m1.csv" --quiet --out "$work/pairs.csv" --clusters "$work/clusters.csv"
timed "1,000,000 accuracy" "$link" "$work/m1.csv" --quiet --truth cluster
"$build/linkage/bench-link" all

echo "Peers on FEBRL3:"
python=${PEER_PYTHON:-python3}
[ -r "$data/dataset3.csv" ] && "$python" "$here/peer_recordlinkage.py" "$data/dataset3.csv" 2>/dev/null || echo "recordlinkage  skipped: $python could not run it"
if command -v Rscript >/dev/null && Rscript -e 'library(RecordLinkage)' >/dev/null 2>&1; then
  Rscript "$here/peer_recordlinkage.R" "$data/dataset3.csv"
else
  echo "R RecordLinkage skipped: R or its package is not installed (Debian 12 does not package it)"
fi
