/* Tests of xlsx. Ordinary workbooks are written with libxlsxwriter; odd ones are put together here,
 * part by part. */
#include <sys/stat.h>
#include <xlsxwriter.h>
#include <zlib.h>
#include "base/base_test.h"
#include "base/xlsx.h"
#include "base/zip.h"

static char folder[] = "/tmp/waymark-xlsx-test-XXXXXX";

struct str test_path(struct arena *a, const char *name) {
  return str_of(str_c(a, str_format(a, "%s/%s", folder, name)));
}

struct part {
  const char *name, *content;
};

static void u16(struct buf *b, unsigned v) {
  buf_byte(b, (char)(v & 0xFF));
  buf_byte(b, (char)(v >> 8));
}

static void put_sizes(struct buf *b, struct str content) {
  buf_u32(b, 0);
  buf_u32(b, 0);
  buf_u32(b, (uint32_t)crc32(0, (const unsigned char *)content.p, (unsigned)content.n));
  buf_u32(b, (uint32_t)content.n);
  buf_u32(b, (uint32_t)content.n);
}

/* A zip file of stored members. */
static struct str zipped(struct arena *a, const struct part *parts, size_t n) {
  struct buf b = buf_open(1 << 24), directory = buf_open(1 << 20);
  for (size_t i = 0; i < n; i++) {
    struct str content = str_of(parts[i].content), name = str_of(parts[i].name);
    uint32_t at = (uint32_t)b.n;
    buf_u32(&b, 0x04034B50);
    u16(&b, 20);
    put_sizes(&b, content);
    u16(&b, (unsigned)name.n);
    u16(&b, 0);
    buf_put(&b, name);
    buf_put(&b, content);
    buf_u32(&directory, 0x02014B50);
    buf_u32(&directory, 20);
    put_sizes(&directory, content);
    u16(&directory, (unsigned)name.n);
    for (int k = 0; k < 6; k++) u16(&directory, 0);
    buf_u32(&directory, at);
    buf_put(&directory, name);
  }
  uint32_t at = (uint32_t)b.n;
  buf_put(&b, buf_str(&directory));
  buf_u32(&b, 0x06054B50);
  buf_u32(&b, 0);
  u16(&b, (unsigned)n);
  u16(&b, (unsigned)n);
  buf_u32(&b, (uint32_t)directory.n);
  buf_u32(&b, at);
  u16(&b, 0);
  struct str whole = str_copy(a, buf_str(&b));
  buf_free(&b);
  buf_free(&directory);
  return whole;
}

#define RELATION(id, type, target)                                                                 \
  "<Relationship Id='" id "' Type='http://x/" type "' Target='" target "'/>"
#define BOOK                                                                                       \
  "<workbook><sheets><sheet name='One' r:id='r1' xmlns:r='http://r'/></sheets></workbook>"
#define BOOK_RELATIONS                                                                             \
  "<Relationships>" RELATION("r1", "worksheet", "worksheets/sheet1.xml")                           \
      RELATION("r2", "sharedStrings", "shared.xml")                                                \
          RELATION("r3", "styles", "/xl/styles.xml") "</Relationships>"

/* A workbook around one sheet's XML; NULL leaves the part out. */
static struct str book_of(struct arena *a, const char *sheet, const char *shared,
                          const char *styles) {
  struct part parts[6] = {
      {"_rels/.rels",
       "<Relationships>" RELATION("r1", "officeDocument", "xl/workbook.xml") "</Relationships>"},
      {"xl/workbook.xml", BOOK},
      {"xl/_rels/workbook.xml.rels", BOOK_RELATIONS},
      {"xl/worksheets/sheet1.xml", sheet}};
  size_t n = 4;
  if (shared) parts[n++] = (struct part){"xl/shared.xml", shared};
  if (styles) parts[n++] = (struct part){"xl/styles.xml", styles};
  return zipped(a, parts, n);
}

/* Every row as "row:cell|cell\n", or the sentence. */
static struct str shown(struct arena *a, struct xlsx *x, struct why *why) {
  struct buf b = buf_open(8 << 20);
  struct csv_row row;
  enum csv_result r = x ? CSV_ROW : CSV_BAD;
  while (x && (r = xlsx_next(x, &row, why)) == CSV_ROW) {
    buf_format(&b, "%lld:", (long long)row.line);
    for (size_t i = 0; i < row.n; i++) {
      buf_put(&b, row.cell[i]);
      buf_byte(&b, i + 1 < row.n ? '|' : '\n');
    }
  }
  if (r == CSV_BAD) buf_put(&b, why_str(why));
  struct str all = str_copy(a, buf_str(&b));
  buf_free(&b);
  xlsx_close(x);
  return all;
}

static struct str rows_of(struct arena *a, struct str bytes) {
  struct why why = {0};
  struct xlsx *x = xlsx_open_str(a, bytes, S(""), &why);
  return shown(a, x, &why);
}

#define SHEET(rows) "<worksheet><sheetData>" rows "</sheetData></worksheet>"
#define ROWS(sheet, shared, styles, want)                                                          \
  assert_str(rows_of(*state, book_of(*state, sheet, shared, styles)), want)

TEST(cells_of_every_kind) {
  ROWS(SHEET("<row r='1'><c r='A1' t='s'><v>1</v></c><c r='B1' "
             "t='inlineStr'><is><r><t>in</t></r><r><t xml:space="
             "'preserve'> line</t></r><rPh><t>x</t></rPh></is></c></row>"
             "<row r='3'><c r='B3'><v>1</v></c><c r='D3' t='b'><v>1</v></c><c r='E3' "
             "t='b'><v>0</v></c>"
             "<c r='F3' t='e'><v>#N/A</v></c><c r='G3' t='str'><f>A1</f><v>a&amp;b</v></c></row>"),
       "<sst><si><t>no</t></si><si><r><t>Si</t></r><r><t>ân</t></r><rPh><t>y</t></rPh></si></sst>",
       NULL, "1:Siân|in line\n3:|1||TRUE|FALSE|#N/A|a&b\n");
  ROWS(SHEET("<row><c><v>1</v></c><c/><c><v>3</v></c></row><row/><row><c "
             "s='9'/></row><row><c><v>4</v></c></row>"),
       NULL, NULL, "1:1||3\n4:4\n");
  ROWS("<x:worksheet xmlns:x='http://x'><x:sheetData><x:row><x:c "
       "t='inlineStr'><x:is><x:t>a_x000A_b_xZZZZ_</x:t></x:is>"
       "</x:c></x:row></x:sheetData></x:worksheet>",
       NULL, NULL, "1:a\nb_xZZZZ_\n");
}

TEST(numbers_as_the_sheet_shows_them) {
  ROWS(SHEET("<row><c><v>0.10000000000000001</v></c><c><v>7.7009001230000000E9</v></c><c><v>-0</"
             "v></c><c><v>1E-7</v></c>"
             "<c><v>123456789012345</v></c><c><v>1.5E300</v></c><c><v> 12.50 "
             "</v></c><c><v>x</v></c></row>"),
       NULL, NULL, "1:0.1|7700900123|0|1e-07|123456789012345|1.5e+300|12.5|x\n");
}

TEST(dates_by_their_style) {
  const char *styles = "<styleSheet><numFmts><numFmt numFmtId='164' "
                       "formatCode='dd\\/mm\\/yyyy'/><numFmt numFmtId='165' "
                       "formatCode='#,##0.0 \"days\";[Red]-0'/><numFmt numFmtId='166' "
                       "formatCode='[h]:mm'/></numFmts><cellStyleXfs>"
                       "<xf numFmtId='14'/></cellStyleXfs><cellXfs><xf numFmtId='0'/><xf "
                       "numFmtId='14'/><xf numFmtId='164'/>"
                       "<xf numFmtId='165'/><xf numFmtId='166'/></cellXfs><dxfs><xf "
                       "numFmtId='14'/></dxfs></styleSheet>";
  ROWS(SHEET(
           "<row><c s='0'><v>46347</v></c><c s='1'><v>46347</v></c><c "
           "s='2'><v>46347.395833333336</v></c>"
           "<c s='3'><v>46347</v></c><c s='4'><v>0.5</v></c><c s='1'><v>60</v></c><c "
           "s='1'><v>61</v></c>"
           "<c s='1'><v>-1</v></c><c s='1'><v>46346.999999999</v></c><c s='99'><v>5</v></c></row>"),
       NULL, styles,
       "1:46347|2026-11-21|2026-11-21T09:30:00|46347|12:00:00|60|1900-03-01|-1|2026-11-21|5\n");
}

TEST(serials_become_days) {
  (void)state;
  day_t d = 0;
  assert_true(xlsx_day(46347, false, &d) && d == day_of(2026, 11, 21));
  assert_true(xlsx_day(46347.9, false, &d) && d == day_of(2026, 11, 21));
  assert_true(xlsx_day(46347 - 1462, true, &d) && d == day_of(2026, 11, 21));
  assert_true(xlsx_day(2958465, false, &d) && d == day_of(9999, 12, 31));
  assert_false(xlsx_day(2958466, false, &d) || xlsx_day(60, false, &d) || xlsx_day(-1, false, &d));
  assert_false(xlsx_day(2958465, true, &d));
}

TEST(hostile_workbooks_get_a_sentence) {
  struct arena *a = *state;
  const char *row = SHEET("<row><c><v>1</v></c></row>");
  ROWS("<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet>&a;</worksheet>", NULL, NULL,
       "Row 0: This workbook cannot be read: it holds a document type declaration, which no "
       "spreadsheet program writes.");
  ROWS(row, "<!DOCTYPE x SYSTEM 'file:///etc/passwd'><sst/>", NULL,
       "This workbook cannot be read: it holds a document type declaration, which no spreadsheet "
       "program writes.");
  ROWS(SHEET("<row r='7'><c t='s'><v>3</v></c></row>"), "<sst/>", NULL,
       "Row 7: This workbook cannot be read: a cell points to a text that is not there.");
  ROWS(SHEET("<row><c r='AMK1'><v>1</v></c></row>"), NULL, NULL,
       "Row 1: This workbook cannot be read: it has more than 1024 columns.");
  ROWS(SHEET("<row><c r='AMJ1'/><c r='ZZZZZZZZZZZZZZ1'/><c r='B1'><v>1</v></c></row>"), NULL, NULL,
       "1:|1\n");
  ROWS("<worksheet><sheetData><row><c><v>1</v></c></row><row>", NULL, NULL,
       "1:1\nRow 2: This workbook is damaged (line 1: no element found). Save it again from the "
       "spreadsheet program.");
  struct part lone = {"a.txt", "x"};
  assert_str(rows_of(a, zipped(a, &lone, 1)), "This is a zip file but not a workbook (.xlsx).");
  assert_str(rows_of(a, S("name,day\n1,2\n3,4\n5,6\n7,8\n")), "This is not a zip file.");
  size_t n = (size_t)3 << 20;
  char *large = arena_alloc(a, 1, 1, n + 200);
  int at = snprintf(large, 100, "<worksheet><sheetData><row><c><v>");
  memset(large + at, 'x', n);
  memcpy(large + (size_t)at + n, "</v></c></row></sheetData></worksheet>", 39);
  assert_str(rows_of(a, book_of(a, large, NULL, NULL)),
             "Row 1: This workbook cannot be read: a row is longer than 1 MB.");
}

/* A workbook as people have them: two sheets, one hidden first, texts, numbers and dates. */
static const char *ordinary(struct arena *a) {
  const char *path = test_path(a, "ordinary.xlsx").p;
  lxw_workbook *book = workbook_new(path);
  lxw_worksheet *hidden = workbook_add_worksheet(book, "Lists"),
                *people = workbook_add_worksheet(book, "Péople");
  lxw_format *date = workbook_add_format(book);
  format_set_num_format(date, "d mmm yyyy");
  worksheet_hide(hidden);
  worksheet_activate(people);
  worksheet_set_first_sheet(people);
  worksheet_write_string(hidden, 0, 0, "hidden", NULL);
  const char *const heads[] = {"Name", "Start day", "Post Code"};
  for (lxw_col_t i = 0; i < 3; i++) worksheet_write_string(people, 0, i, heads[i], NULL);
  worksheet_write_string(people, 1, 0, "Siân O’Brien", NULL);
  lxw_datetime day = {.year = 2026, .month = 11, .day = 21};
  worksheet_write_datetime(people, 1, 1, &day, date);
  worksheet_write_string(people, 1, 2, "SA1 1AA", NULL);
  worksheet_write_formula_num(people, 4, 0, "=1+1", NULL, 2);
  assert_int_equal(workbook_close(book), LXW_NO_ERROR);
  return path;
}

TEST(a_workbook_is_a_table_like_any_csv) {
  struct arena *a = *state;
  struct why why = {0};
  struct table t;
  struct csv_row row;
  if (!table_open(a, ordinary(a), S(""), &t, &why)) fail_msg("%s", why.text);
  assert_true(csv_headers(t.csv, &why));
  assert_int_equal(csv_column(t.csv, S("post code")), 2);
  assert_int_equal(csv_next(t.csv, &row, &why), CSV_ROW);
  assert_int_equal(row.line, 2);
  assert_str(csv_cell(&row, 0), "Siân O’Brien");
  day_t d = 0;
  assert_true(day_parse_typed(csv_cell(&row, csv_column(t.csv, S("start day"))), &d) &&
              d == day_of(2026, 11, 21));
  assert_int_equal(csv_next(t.csv, &row, &why), CSV_ROW);
  assert_int_equal(row.line, 5);
  assert_str(csv_cell(&row, 0), "2");
  assert_int_equal(csv_next(t.csv, &row, &why), CSV_END);
  assert_int_equal(csv_next(t.csv, &row, &why), CSV_END);
  table_close(&t);
  const char *csv = test_path(a, "plain.csv").p;
  assert_true(file_write(csv, S("Name;Day\nAda;1\n"), &why) && table_open(a, csv, S(""), &t, &why));
  assert_true(csv_headers(t.csv, &why) && csv_column(t.csv, S("day")) == 1);
  table_close(&t);
  assert_false(table_open(a, test_path(a, "none.csv").p, S(""), &t, &why));
}

TEST(sheets_are_chosen_by_name) {
  struct arena *a = *state;
  struct why why = {0};
  const char *path = ordinary(a);
  struct xlsx *x = xlsx_open(a, path, S("lists"), &why);
  assert_int_equal(xlsx_sheets(x).n, 2);
  assert_str(xlsx_sheets(x).p[1], "Péople");
  assert_str(shown(a, x, &why), "1:hidden\n");
  assert_null(xlsx_open(a, path, S("Jobs"), &why));
  assert_str(why_str(&why), "This workbook has no sheet called \"Jobs\". It has: Lists, Péople.");
}

TEST(what_is_written_reads_back) {
  struct arena *a = *state;
  struct why why = {0};
  const char *path = test_path(a, "out.xlsx").p;
  static const char *const cells[3][6] = {
      {"Name", "Phone", "Pounds", "Formula", "Text", "Whole"},
      {"Siân", "07700 900123", "-12.5", "=1+1", "a\nb<&>\"", "1234567890123456"},
      {"", "0077", "+5", "http://x.example/", " spaced ", "1e5"}};
  struct xlsx_out *o = xlsx_out_open(a, path, S("People: [all]"), &why);
  if (!o) fail_msg("%s", why.text);
  for (int r = 0; r < 3; r++) {
    for (int c = 0; c < 6; c++) xlsx_out_cell(o, str_of(cells[r][c]));
    xlsx_out_row_end(o);
  }
  assert_false(file_exists(path));
  if (!xlsx_out_commit(o, &why)) fail_msg("%s", why.text);
  struct stat st;
  assert_true(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
  struct xlsx *x = xlsx_open(a, path, S(""), &why);
  assert_str(xlsx_sheets(x).p[0], "People   all ");
  assert_str(shown(a, x, &why), "1:Name|Phone|Pounds|Formula|Text|Whole\n"
                                "2:Siân|07700 900123|-12.5|=1+1|a\nb<&>\"|1234567890123456\n"
                                "3:|0077|+5|http://x.example/| spaced |1e5\n");
}

/* A day is a number wearing a date's clothes, as in any sheet; what only looks like one is text. */
TEST(days_are_written_as_dates) {
  struct arena *a = *state;
  struct why why = {0};
  const char *path = test_path(a, "days.xlsx").p;
  static const char *const cells[] = {"2026-11-21", "1900-03-01", "1899-01-01", "2026-13-01",
                                      "2026-11-21 "};
  struct xlsx_out *o = xlsx_out_open(a, path, S("Days"), &why);
  for (int row = 0; row < 2; row++) {
    for (size_t c = 0; c < countof(cells); c++) xlsx_out_cell(o, str_of(cells[c]));
    xlsx_out_row_end(o);
  }
  if (!xlsx_out_commit(o, &why)) fail_msg("%s", why.text);
  struct xlsx *x = xlsx_open(a, path, S(""), &why);
  assert_str(shown(a, x, &why), "1:2026-11-21|1900-03-01|1899-01-01|2026-13-01|2026-11-21 \n"
                                "2:2026-11-21|1900-03-01|1899-01-01|2026-13-01|2026-11-21 \n");
  struct zip *z = zip_open(a, path, &why);
  struct str sheet;
  assert_true(zip_read_all(a, z, zip_find(z, S("xl/worksheets/sheet1.xml")), 1 << 20, &sheet,
                           &why));
  assert_true(str_contains(sheet, S("<v>46347</v>")) && str_contains(sheet, S("<v>61</v>")));
  assert_false(str_contains(sheet, S("<f>")));
  zip_close(z);
}

TEST(what_cannot_be_written_leaves_nothing) {
  struct arena *a = *state;
  struct why why = {0};
  const char *path = test_path(a, "bad.xlsx").p;
  struct xlsx_out *o = xlsx_out_open(a, path, S(""), &why);
  xlsx_out_cell(o, S("ok"));
  xlsx_out_cell(o, S("a\0b"));
  assert_false(xlsx_out_commit(o, &why));
  assert_str(why_str(&why), "Row 1, column 2: the text holds a NUL byte.");
  o = xlsx_out_open(a, path, S("x"), &why);
  char *large = arena_alloc(a, 1, 1, 40000);
  memset(large, 'x', 40000);
  xlsx_out_cell(o, (struct str){large, 40000});
  assert_false(xlsx_out_commit(o, &why));
  o = xlsx_out_open(a, path, S("x"), &why);
  xlsx_out_abandon(o);
  xlsx_out_abandon(NULL);
  assert_false(file_exists(path));
  assert_null(xlsx_out_open(a, "/nowhere/at/all.xlsx", S("x"), &why));
  char command[200];
  snprintf(command, sizeof command, "ls %s | grep -q part", folder);
  assert_true(system(command) != 0); /* no half-written file is left beside */
}

TEST(thousands_of_rows_stream) {
  struct arena *a = *state;
  struct why why = {0};
  const char *path = test_path(a, "long.xlsx").p;
  struct xlsx_out *o = xlsx_out_open(a, path, S("long"), &why);
  char text[64];
  for (int r = 0; r < 20000; r++) {
    for (int c = 0; c < 8; c++) {
      snprintf(text, sizeof text, "cell %d of row %d", c, r);
      xlsx_out_cell(o, str_of(text));
    }
    xlsx_out_row_end(o);
  }
  assert_true(xlsx_out_commit(o, &why));
  struct xlsx *x = xlsx_open(a, path, S(""), &why);
  struct csv_row row;
  size_t used = arena_used(a);
  for (int r = 0; r < 20000; r++) {
    assert_int_equal(xlsx_next(x, &row, &why), CSV_ROW);
    snprintf(text, sizeof text, "cell 7 of row %d", r);
    assert_str(row.cell[7], text);
  }
  assert_int_equal(xlsx_next(x, &row, &why), CSV_END);
  assert_int_equal(arena_used(a), used);
  xlsx_close(x);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      IN_ARENA(cells_of_every_kind),
      IN_ARENA(numbers_as_the_sheet_shows_them),
      IN_ARENA(dates_by_their_style),
      cmocka_unit_test(serials_become_days),
      IN_ARENA(hostile_workbooks_get_a_sentence),
      IN_ARENA(a_workbook_is_a_table_like_any_csv),
      IN_ARENA(sheets_are_chosen_by_name),
      IN_ARENA(what_is_written_reads_back),
      IN_ARENA(days_are_written_as_dates),
      IN_ARENA(what_cannot_be_written_leaves_nothing),
      IN_ARENA(thousands_of_rows_stream),
  };
  if (!mkdtemp(folder)) return perror(folder), 1;
  int failed = cmocka_run_group_tests_name("xlsx", tests, NULL, NULL);
  char command[100];
  snprintf(command, sizeof command, "rm -r %s", folder);
  return system(command) || failed ? 1 : 0;
}
