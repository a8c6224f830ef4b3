// Seaborough many times over, side by side: node seaborough.mjs TIMETABLE.zip OUT.zip [COPIES]
// (waymark seaborough --out FOLDER writes timetable.gtfs.zip). Every copy has its own ids and lies half a degree
// further east than the one before.
import { execFileSync } from 'node:child_process';
import { Tables } from './zip.mjs';

const [timetable, out, copies = '20'] = process.argv.slice(2);
const names = ['agency', 'stops', 'calendar', 'calendar_dates', 'routes', 'trips', 'stop_times'];
const own = new Set(['stop_id', 'parent_station', 'trip_id', 'block_id']); // ids that differ between copies
const tables = new Tables();
let calls = 0;
for (const name of names) {
  const file = `${name}.txt`, text = execFileSync('unzip', ['-p', timetable, file], { maxBuffer: 1 << 28 }).toString();
  const [head, ...rows] = text.trim().split(/\r?\n/), columns = head.split(',');
  tables.line(file, head);
  if (!['stops', 'trips', 'stop_times'].includes(name)) { // the same for every copy
    for (const row of rows) tables.line(file, row);
    continue;
  }
  if (text.includes('"')) throw new Error(`${file} has quoted cells: this script does not read them.`);
  for (const row of rows) {
    const cells = row.split(',');
    for (let k = 0; k < +copies; k++)
      tables.put(file, cells.map((c, i) => own.has(columns[i]) && c !== '' ? `${k}-${c}`
        : columns[i] === 'stop_lon' ? +c + 0.5 * k : c));
    if (name === 'stop_times') calls += +copies;
  }
}
await tables.write(out);
console.log(`Seaborough x ${copies}: ${calls} stop times`);
