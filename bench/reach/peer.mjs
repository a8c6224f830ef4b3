// Times npm raptor-journey-planner on a GTFS zip: node peer.mjs FOLDER_WITH_NODE_MODULES FEED.zip YYYY-MM-DD [QUERIES]
// Its own loader never finishes on current versions of node (its unzip library stalls), so the tables are handed to it
// in the shapes its loader makes: what is timed is the planner.
import { createRequire } from 'node:module';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
const [folder, feed, date, count = '10'] = process.argv.slice(2);
const require = createRequire(`${folder}/node_modules/`);
const { JourneyFactory, RaptorAlgorithmFactory, DepartAfterQuery, Service, TimeParser } = require('raptor-journey-planner');
const cpu = since => { const u = process.cpuUsage(since); return (u.user + u.system) / 1000; };
async function* rows(file) { // tables made by new_york.mjs: no quotes in these three
  const child = spawn('unzip', ['-p', feed, file], { stdio: ['ignore', 'pipe', 'ignore'] });
  let names;
  for await (const line of createInterface({ input: child.stdout })) {
    const cells = line.split(',');
    if (names) yield Object.fromEntries(names.map((n, i) => [n, cells[i]]));
    else names = cells;
  }
}
const day = new Date(date), number = +date.replaceAll('-', ''), times = new TimeParser();
const everyDay = Object.fromEntries([0, 1, 2, 3, 4, 5, 6].map(d => [d, true]));
const service = new Service(number, number, everyDay, {}), trips = new Map(), transfers = {}, interchange = {};
for await (const r of rows('trips.txt')) trips.set(r.trip_id, { serviceId: r.service_id, tripId: r.trip_id, stopTimes: [], service });
for await (const r of rows('stop_times.txt'))
  trips.get(r.trip_id).stopTimes.push({ stop: r.stop_id, departureTime: times.getTime(r.departure_time), at: +r.stop_sequence,
    arrivalTime: times.getTime(r.arrival_time), pickUp: r.pickup_type === '0', dropOff: r.drop_off_type === '0' });
for await (const r of rows('transfers.txt'))
  (transfers[r.from_stop_id] ??= []).push({ origin: r.from_stop_id, destination: r.to_stop_id,
    duration: +r.min_transfer_time, startTime: 0, endTime: Number.MAX_SAFE_INTEGER });
for (const t of trips.values()) t.stopTimes.sort((a, b) => a.at - b.at);
let since = process.cpuUsage();
const all = [...trips.values()], raptor = RaptorAlgorithmFactory.create(all, transfers, interchange, day);
console.log(`raptor-journey-planner: ready in ${(cpu(since) / 1000).toFixed(1)} s CPU after loading, ${Math.round(process.memoryUsage().rss / 1e6)} MB`);
const query = new DepartAfterQuery(raptor, new JourneyFactory());
const stops = [...new Set(all.flatMap(t => [t.stopTimes[0].stop, t.stopTimes.at(-1).stop]))].sort();
let seed = 1;
const next = () => (seed = (seed * 48271) % 2147483647);
since = process.cpuUsage();
for (let i = 0; i < +count; i++) query.plan(stops[next() % stops.length], stops[next() % stops.length], day, 8 * 3600);
console.log(`raptor-journey-planner: ${(cpu(since) / +count).toFixed(1)} ms CPU a query (from one stop at 08:00; it works out every stop)`);
