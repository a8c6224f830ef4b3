// Tables of text written row by row, then as one zip file (PKWARE APPNOTE 4.3.7, 4.3.12, 4.3.16).
import { createWriteStream } from 'node:fs';
import { deflateRawSync, crc32 } from 'node:zlib';

const cell = s => { const t = String(s ?? '').trim(); return /[",\n]/.test(t) ? `"${t.replaceAll('"', '""')}"` : t; };

export class Tables {
  files = new Map();
  put(file, values) { this.line(file, values.map(cell).join(',')); }
  line(file, text) {
    if (!this.files.has(file)) this.files.set(file, { chunks: [], text: '' });
    const f = this.files.get(file);
    f.text += text + '\n';
    if (f.text.length > 1 << 22) { f.chunks.push(Buffer.from(f.text)); f.text = ''; }
  }
  async write(out) {
    const zip = createWriteStream(out), central = [];
    let at = 0;
    const write = b => { zip.write(b); at += b.length; };
    for (const [name, f] of this.files) {
      const raw = Buffer.concat([...f.chunks, Buffer.from(f.text)]), packed = deflateRawSync(raw, { level: 6 }), crc = crc32(raw);
      const head = Buffer.alloc(30), entry = Buffer.alloc(46), n = Buffer.from(name);
      head.writeUInt32LE(0x04034b50, 0); head.writeUInt16LE(20, 4); head.writeUInt16LE(8, 8); head.writeUInt32LE(crc, 14);
      head.writeUInt32LE(packed.length, 18); head.writeUInt32LE(raw.length, 22); head.writeUInt16LE(n.length, 26);
      entry.writeUInt32LE(0x02014b50, 0); entry.writeUInt16LE(20, 4); entry.writeUInt16LE(20, 6); entry.writeUInt16LE(8, 10);
      entry.writeUInt32LE(crc, 16); entry.writeUInt32LE(packed.length, 20); entry.writeUInt32LE(raw.length, 24);
      entry.writeUInt16LE(n.length, 28); entry.writeUInt32LE(at, 42);
      central.push(entry, n);
      write(head); write(n); write(packed);
    }
    const start = at, directory = Buffer.concat(central), end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0); end.writeUInt16LE(this.files.size, 8); end.writeUInt16LE(this.files.size, 10);
    end.writeUInt32LE(directory.length, 12); end.writeUInt32LE(start, 16);
    write(directory); write(end);
    await new Promise(done => zip.end(done));
  }
}
