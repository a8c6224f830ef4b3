/* Any bytes as a workbook, and (what gets deeper sooner) any bytes as the parts of one: an input
 * that is no zip file is cut at newlines into sheet, shared texts and styles, and put into a whole
 * workbook first. */
#include <stdlib.h>
#include <zlib.h>
#include "base/xlsx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(struct arena *a, struct str bytes) {
  struct why why = {0};
  struct xlsx *x = xlsx_open_str(a, bytes, S(""), &why);
  if (!x != (*why.text != 0)) abort();
  if (!x) return;
  struct csv_row row;
  int64_t line = 0;
  enum csv_result r;
  while ((r = xlsx_next(x, &row, &why)) == CSV_ROW) {
    if (row.line <= line || !row.n || row.n > CSV_COLUMNS_MAX || !row.cell[row.n - 1].n) abort();
    line = row.line;
    for (size_t i = 0; i < row.n; i++)
      if (!utf8_valid(row.cell[i])) abort();
  }
  if ((r == CSV_BAD) != (*why.text != 0)) abort();
  if (xlsx_next(x, &row, &why) != r) abort();
  xlsx_close(x);
}

struct out {
  struct buf file, directory;
  unsigned n;
};

static void u16(struct buf *b, unsigned v) {
  buf_byte(b, (char)(v & 0xFF));
  buf_byte(b, (char)(v >> 8));
}

static void put_sizes(struct buf *b, struct str s, struct str name) {
  uint32_t crc = s.n ? (uint32_t)crc32(0, (const unsigned char *)s.p, (unsigned)s.n) : 0;
  for (int i = 0; i < 2; i++) buf_u32(b, 0);
  buf_u32(b, crc);
  for (int i = 0; i < 2; i++) buf_u32(b, (uint32_t)s.n);
  u16(b, (unsigned)name.n);
}

static void put_part(struct out *o, struct str name, struct str s) {
  uint32_t at = (uint32_t)o->file.n;
  buf_u32(&o->file, 0x04034B50);
  u16(&o->file, 20);
  put_sizes(&o->file, s, name);
  u16(&o->file, 0);
  buf_put(&o->file, name);
  buf_put(&o->file, s);
  buf_u32(&o->directory, 0x02014B50);
  buf_u32(&o->directory, 20);
  put_sizes(&o->directory, s, name);
  for (int k = 0; k < 6; k++) u16(&o->directory, 0);
  buf_u32(&o->directory, at);
  buf_put(&o->directory, name);
  o->n++;
}

static void read_as_parts(struct arena *a, struct str s) {
  struct out o = {buf_open(1 << 22), buf_open(1 << 16), 0};
  put_part(&o, S("_rels/.rels"),
           S("<R><Relationship Id='r' Type='/officeDocument' Target='w.xml'/></R>"));
  put_part(&o, S("w.xml"), S("<w><workbookPr date1904='0'/><sheet name='s' id='r1'/></w>"));
  put_part(&o, S("_rels/w.xml.rels"),
           S("<R><Relationship Id='r1' Type='/worksheet' Target='s.xml'/><Relationship Id='r2' "
             "Type='/sharedStrings' "
             "Target='t.xml'/><Relationship Id='r3' Type='/styles' Target='y.xml'/></R>"));
  put_part(&o, S("s.xml"), str_cut(&s, '\n'));
  if (s.n) put_part(&o, S("t.xml"), str_cut(&s, '\n'));
  if (s.n) put_part(&o, S("y.xml"), s);
  uint32_t at = (uint32_t)o.file.n;
  buf_put(&o.file, buf_str(&o.directory));
  buf_u32(&o.file, 0x06054B50);
  buf_u32(&o.file, 0);
  u16(&o.file, o.n);
  u16(&o.file, o.n);
  buf_u32(&o.file, (uint32_t)o.directory.n);
  buf_u32(&o.file, at);
  u16(&o.file, 0);
  if (!o.file.full) read_all(a, buf_str(&o.file));
  buf_free(&o.file);
  buf_free(&o.directory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct arena a;
  if (!a.start) a = arena_open((size_t)256 << 20);
  arena_reset(&a);
  struct str bytes = {(const char *)data, size};
  if (str_starts(bytes, S("PK")))
    read_all(&a, bytes);
  else
    read_as_parts(&a, bytes);
  return 0;
}
