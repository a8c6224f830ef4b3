// Times npm raptor-journey-planner on a GTFS zip: node peer.mjs FOLDER_WITH_NODE_MODULES FEED.zip YYYY-MM-DD [QUERIES]
import { createRequire } from 'node:module';
import { createReadStream } from 'node:fs';
const [folder, feed, date, count = '10'] = process.argv.slice(2);
const require = createRequire(`${folder}/node_modules/`);
const { loadGTFS, JourneyFactory, RaptorAlgorithmFactory, DepartAfterQuery } = require('raptor-journey-planner');
const begun = process.cpuUsage();
const cpu = since => { const u = process.cpuUsage(since); return (u.user + u.system) / 1000; };
const [trips, transfers, interchange] = await loadGTFS(createReadStream(feed));
const raptor = RaptorAlgorithmFactory.create(trips, transfers, interchange, new Date(date));
console.log(`raptor-journey-planner: loaded in ${(cpu(begun) / 1000).toFixed(1)} s CPU, ${Math.round(process.memoryUsage().rss / 1e6)} MB`);
const query = new DepartAfterQuery(raptor, new JourneyFactory());
const stops = [...new Set(trips.flatMap(t => [t.stopTimes[0].stop, t.stopTimes[t.stopTimes.length - 1].stop]))].sort();
let seed = 1, since = process.cpuUsage();
const next = () => (seed = (seed * 48271) % 2147483647);
for (let i = 0; i < +count; i++)
  query.plan(stops[next() % stops.length], stops[next() % stops.length], new Date(date), 8 * 3600);
console.log(`raptor-journey-planner: ${(cpu(since) / +count).toFixed(1)} ms CPU a query (from one stop at 08:00; it works out every stop)`);
