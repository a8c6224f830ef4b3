#!/bin/sh
# Finding help at size: 20,000 services and 1,000,000 postcodes. Prints the time of one search in process, and the requests
# a second of the results page beside nginx serving the same bytes as a file.
#   bench/finding/run.sh BUILD      needs sqlite3, python3, wrk, nginx
set -eu
build=$1
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'kill $pids 2>/dev/null || true; rm -rf "$folder"' EXIT
pids=
"$build/waymark" init --demo --data "$folder/d" >/dev/null 2>&1
python3 "$here/grow.py" "$folder" > "$folder/asked.txt"
"$build/waymark" import postcodes "$folder/postcodes.csv" --data "$folder/d" --edition bench --source invented 2>/dev/null || true
"$build/finding/finding_bench" "$folder/d" "$folder/asked.txt"

"$build/waymark" serve --data "$folder/d" --listen 127.0.0.1:18191 >/dev/null 2>&1 &
pids=$!
sleep 2
body='new=&place=Northquay&need=money&need=care&age=30&status=unemployed'
curl -s -H 'Accept: text/html' -H 'Accept-Encoding: gzip' -d "$body" http://127.0.0.1:18191/find -o "$folder/page.gz"
echo "results page: $(wc -c < "$folder/page.gz") bytes gzipped"
mkdir -p "$folder/www"
cp "$folder/page.gz" "$folder/www/page.html"
cat > "$folder/nginx.conf" <<N
daemon off; pid $folder/nginx.pid; error_log $folder/error.log; worker_processes auto;
events { worker_connections 512; }
http { access_log off; types { text/html html; } server { listen 127.0.0.1:18192; root $folder/www; } }
N
chmod 755 "$folder" "$folder/www"
nginx -c "$folder/nginx.conf" 2>/dev/null &
pids="$pids $!"
cat > "$folder/post.lua" <<L
wrk.method = "POST"; wrk.body = "$body"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.headers["Accept"] = "text/html"; wrk.headers["Accept-Encoding"] = "gzip"
L
sleep 1
ours=$(wrk -t1 -c8 -d5s -s "$folder/post.lua" http://127.0.0.1:18191/find | awk '/Requests\/sec/ {print $2}')
file=$(wrk -t1 -c8 -d5s http://127.0.0.1:18192/page.html | awk '/Requests\/sec/ {print $2}')
echo "results page $ours requests/s, the same bytes from nginx $file requests/s: 1/$(awk "BEGIN {printf \"%.1f\", $file / $ours}")"
