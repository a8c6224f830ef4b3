/* Tests of csv. `rows_are` writes rows as cells joined by | and rows by newline, so that a case is
 * one line. */
#include "base/base_test.h"

/* Hands out at most `step` bytes a call, so that every row meets every place where a buffer may
 * end. */
struct drip {
  struct str text;
  size_t step;
};
static long drip_read(void *from, char *out, size_t n) {
  struct drip *d = from;
  if (n > d->step) n = d->step;
  if (n > d->text.n) n = d->text.n;
  memcpy(out, d->text.p, n);
  d->text = str_slice(d->text, n, d->text.n);
  return (long)n;
}

/* Every row as "line:cell|cell", then the sentence if there was one; lines are counted from
 * `before`. */
static struct str all_rows(struct arena *a, struct csv *c, int64_t before) {
  struct buf b = buf_open(8 << 20);
  struct csv_row row;
  struct why why = {0};
  enum csv_result r;
  while ((r = csv_next(c, &row, &why)) == CSV_ROW) {
    buf_format(&b, "%lld:", (long long)(row.line - before));
    for (size_t i = 0; i < row.n; i++) {
      buf_put(&b, row.cell[i]);
      buf_byte(&b, i + 1 < row.n ? '|' : '\n');
    }
  }
  int64_t line = 0;
  struct str sentence = why_str(&why), place = str_cut(&sentence, ':');
  if (r == CSV_BAD && str_to_i64(str_slice(place, strlen("Line "), place.n), &line))
    buf_format(&b, "Line %lld:%.*s", (long long)(line - before), P(sentence));
  struct str all = str_copy(a, buf_str(&b));
  buf_free(&b);
  return all;
}

/* At once, a byte at a time, and behind blank lines, so that each byte comes last in the buffer
 * once. */
static void rows_are(struct arena *a, struct str text, const char *want, const char *file,
                     int line) {
  enum { BLANK_LINES = 40 };
  assert_str_at(all_rows(a, csv_open_str(a, text), 0), want, file, line);
  bool start_matters = text.n && strchr("\xEF\xFEPs\xFF", *text.p);
  for (int64_t n = 0; n <= (start_matters ? 0 : BLANK_LINES); n++) {
    struct arena scratch = *a;
    char blank[BLANK_LINES] = {0};
    memset(blank, '\n', sizeof blank);
    char *joined = arena_alloc(&scratch, 1, 1, (size_t)n + text.n); /* the text may hold a NUL */
    memcpy(joined, blank, (size_t)n);
    if (text.n) memcpy(joined + n, text.p, text.n);
    struct drip d = {{joined, (size_t)n + text.n}, 1};
    assert_str_at(all_rows(&scratch, csv_open(&scratch, drip_read, &d), n), want, file, line);
  }
}
#define ROWS(text, want) rows_are(*state, S(text), (want), __FILE__, __LINE__)

TEST(rfc_4180_and_what_people_send) {
  ROWS("", "");
  ROWS("a,b\r\n1,2\r\n", "1:a|b\n2:1|2\n");
  ROWS("a,b\n1,2", "1:a|b\n2:1|2\n");
  ROWS("a,b\r1,2\r", "1:a|b\n2:1|2\n");
  ROWS("\xEF\xBB\xBF"
       "a\n1\n",
       "1:a\n2:1\n");
  ROWS("a,,\n,,\n", "1:a||\n2:||\n");
  ROWS("\n\na\n\n\nb\n", "3:a\n6:b\n");
  ROWS("\"a,1\",\"b\"\"c\",\"d\ne\"\nx\n", "1:a,1|b\"c|d\ne\n3:x\n");
  ROWS("\"\"\n\"\"\"\"\n\"\"\"\"\"\"\n", "1:\n2:\"\n3:\"\"\n");
  ROWS("a \"b\" c, \"d\"\n", "1:a \"b\" c| \"d\"\n");
  ROWS("\"Smith\" Ltd,\"a\"b\"c\"\n", "1:Smith Ltd|ab\"c\"\n");
  ROWS("\"a\rb\r\nc\"\rx", "1:a\rb\r\nc\n4:x\n");
  ROWS("0123456789abcdef,0123456789abcde,x\n", "1:0123456789abcdef|0123456789abcde|x\n");
}

TEST(the_header_shows_the_delimiter) {
  ROWS("a;b,c;d\n1;2\n", "1:a|b,c|d\n2:1|2\n");
  ROWS("a\tb\n1,5\t2\n", "1:a|b\n2:1,5|2\n");
  ROWS("\"a,b,c\";d\n1;2\n", "1:a,b,c|d\n2:1|2\n");
  ROWS("sep=;\r\na,b;c\n", "2:a,b|c\n");
  ROWS("sep=|\na|b\n", "2:a|b\n");
  ROWS("sep=a", "1:sep=a\n");
  ROWS("a,b,c,d,e,f;g;h;i;j;k;l;m\n", "1:a,b,c,d,e,f|g|h|i|j|k|l|m\n");
  ROWS("one column; with a thought\n", "1:one column| with a thought\n");
}

TEST(bad_files_get_a_sentence_with_the_line) {
  ROWS("a\n\"b\nc",
       "1:a\nLine 2: a quotation mark opened here is never closed. Close it or take it out.");
  ROWS("a,\"x\ny\",\"z",
       "Line 2: a quotation mark opened here is never closed. Close it or take it out.");
  ROWS("a\nb\0c\n", "1:a\nLine 2: a NUL byte. This is not a text file; save it as CSV (UTF-8).");
  ROWS("a\n\"b\n\0c\"\n", "1:a\nLine 3: a NUL byte. This is not a text file.");
  ROWS("a\n\"b\0c\"\"",
       "1:a\nLine 2: a quotation mark opened here is never closed. Close it or take it out.");
  ROWS("\xFF\xFE"
       "a\0",
       "Line 1: this file is in UTF-16. Save it again as CSV (UTF-8).");
  ROWS("PK\3\4abc", "Line 1: this is a spreadsheet or a zip file. Save it as CSV (UTF-8).");
}

static long failing_read(void *from, char *out, size_t n) {
  (void)from, (void)out, (void)n;
  return -1;
}

TEST(a_source_that_fails_ends_the_reading) {
  struct csv *c = csv_open(*state, failing_read, NULL);
  struct csv_row row;
  struct why why = {0};
  assert_int_equal(csv_next(c, &row, &why), CSV_BAD);
  assert_int_equal(csv_next(c, &row, &why), CSV_BAD);
  assert_str(why_str(&why), "This file was given up at an earlier line.");
}

/* A row of exactly `bytes` bytes with its newline, cut into cells of 1,000. */
static struct str row_of(struct arena *a, size_t bytes) {
  char *p = arena_alloc(a, 1, 1, bytes + 2);
  for (size_t i = 0; i < bytes; i++) p[i] = i % 2000 == 1999 ? ',' : 'x';
  p[bytes - 1] = '\n';
  memcpy(p + bytes, "y\n", 2);
  return (struct str){p, bytes + 2};
}

TEST(the_limits_hold_at_the_last_byte_and_column) {
  struct arena *a = *state;
  struct csv_row row;
  struct why why = {0};
  struct csv *c = csv_open_str(a, row_of(a, CSV_ROW_BYTES_MAX));
  assert_int_equal(csv_next(c, &row, &why), CSV_ROW);
  assert_int_equal(csv_next(c, &row, &why), CSV_ROW);
  assert_str(row.cell[0], "y");
  c = csv_open_str(a, row_of(a, CSV_ROW_BYTES_MAX + 1));
  assert_int_equal(csv_next(c, &row, &why), CSV_BAD);
  assert_true(str_contains(why_str(&why), S("longer than 1 MB")));
  struct str wide = row_of(a, CSV_ROW_BYTES_MAX * 4);
  c = csv_open_str(a, wide);
  assert_int_equal(csv_next(c, &row, &why), CSV_BAD);
  char *commas = arena_alloc(a, 1, 1, CSV_COLUMNS_MAX);
  memset(commas, ',', CSV_COLUMNS_MAX);
  c = csv_open_str(a, (struct str){commas, CSV_COLUMNS_MAX - 1});
  assert_int_equal(csv_next(c, &row, &why), CSV_ROW);
  assert_int_equal(row.n, CSV_COLUMNS_MAX);
  c = csv_open_str(a, (struct str){commas, CSV_COLUMNS_MAX});
  assert_int_equal(csv_next(c, &row, &why), CSV_BAD);
  assert_str(why_str(&why), "Line 1: more than 1024 columns.");
}

TEST(columns_are_found_by_folded_name) {
  struct csv *c =
      csv_open_str(*state, S("Post Code , Siân's \"day\",\xE9tat,post code\n sa1 1aa ,2\n"));
  struct csv_row row;
  struct why why = {0};
  assert_true(csv_headers(c, &why));
  assert_int_equal(csv_column(c, S("post code")), 0);
  assert_int_equal(csv_column(c, S("SIANS DAY")), 1);
  assert_int_equal(csv_column(c, S("état")), 2);
  assert_int_equal(csv_column(c, S("none")), -1);
  assert_int_equal(csv_column_any(c, (const char *const[]){"zip", "etat", NULL}), 2);
  assert_int_equal(csv_header_names(c).n, 4);
  assert_str(csv_header_names(c).p[0], "Post Code");
  assert_int_equal(csv_next(c, &row, &why), CSV_ROW);
  assert_str(csv_cell(&row, 0), "sa1 1aa");
  assert_str(csv_cell(&row, 3), "");
  assert_str(csv_cell(&row, -1), "");
  c = csv_open_str(*state, S("\n\n"));
  assert_false(csv_headers(c, &why));
  assert_str(why_str(&why), "The file is empty. Its first row must hold the column names.");
}

/* Reading stops after each row in turn and goes on from there: the rest is the same rows, with the
 * same lines. */
TEST(reading_goes_on_from_any_row) {
  struct arena *a = *state;
  struct why why = {0};
  struct csv_row row;
  struct str text = S("\xEF\xBB\xBF"
                      "n;t\r\n1;\"a\r\nb\"\r\n\r\n2;\"c;\"\"\"\r\n3;d");
  const char *path = test_path(a, "resume.csv").p;
  assert_true(file_write(path, text, &why));
  for (int stop = 0; stop <= 3; stop++) {
    struct csv *c = csv_open_file(a, path, &why);
    assert_true(c && csv_headers(c, &why));
    for (int i = 0; i < stop; i++) assert_int_equal(csv_next(c, &row, &why), CSV_ROW);
    uint64_t offset = csv_offset(c);
    int64_t line = csv_line(c);
    struct str rest = all_rows(a, c, 0);
    csv_close(c);
    struct csv *again = csv_open_at(a, path, offset, line, &why);
    assert_non_null(again);
    assert_int_equal(csv_column(again, S("t")), 1);
    assert_str(all_rows(a, again, 0), str_c(a, rest));
    csv_close(again);
  }
  assert_true(file_write(path, S("n\n1\n2"), &why)); /* read to its end with the headers */
  struct csv *last = csv_open_at(a, path, 4, 3, &why);
  assert_str(all_rows(a, last, 0), "3:2\n");
  csv_close(last);
  assert_null(csv_open_at(a, path, 1, 1, &why));
  assert_null(csv_open_file(a, test_path(a, "none.csv").p, &why));
}

static struct str written(struct arena *a, struct str cell) {
  struct buf b = buf_open(1000);
  buf_put(&b, S("x"));
  csv_put(&b, cell, true);
  struct str out = str_copy(a, str_slice(buf_str(&b), 1, b.n - 2));
  buf_free(&b);
  return out;
}

TEST(writing_quotes_and_keeps_spreadsheets_from_running_cells) {
  const char *const pairs[][2] = {{"plain", "plain"},
                                  {"", ""},
                                  {"a,b", "\"a,b\""},
                                  {"a\"b", "\"a\"\"b\""},
                                  {"a\nb", "\"a\nb\""},
                                  {"=1+1", "'=1+1"},
                                  {"+44 1792", "'+44 1792"},
                                  {"-5", "-5"},
                                  {"-5.25e3", "-5.25e3"},
                                  {"@x", "'@x"},
                                  {"-", "'-"},
                                  {"\tx", "\"'\tx\""},
                                  {"=\"a\"", "\"'=\"\"a\"\"\""},
                                  {"\rx", "\"'\rx\""},
                                  {"\"", "\"\"\"\""}};
  for (size_t i = 0; i < countof(pairs); i++)
    assert_str(written(*state, str_of(pairs[i][0])), pairs[i][1]);
}

/* Enough rows that every part of one meets the end of what was read, many times, and several
 * refills. */
static const char *large_file(struct arena *a, int rows) {
  struct buf b = buf_open((size_t)64 << 20);
  struct why why = {0};
  buf_put(&b, S("n,text,more\r\n"));
  for (int i = 0; i < rows; i++) {
    buf_format(&b, "%d,\"%.*s \"\"quoted\"\"\r\nsecond line\",%s\r\n", i, i % 37,
               "................................."
               "....",
               i % 3 ? "x" : "");
    if (i % 5 == 0) buf_put(&b, S("\r\n"));
  }
  const char *path = test_path(a, "large.csv").p;
  assert_true(!b.full && file_write(path, buf_str(&b), &why));
  buf_free(&b);
  return path;
}

TEST(a_large_file_reads_alike_from_every_hundredth_row) {
  enum { ROWS_MADE = 30000 };
  struct arena *a = *state;
  struct why why = {0};
  struct csv_row row;
  const char *path = large_file(a, ROWS_MADE);
  struct csv *c = csv_open_file(a, path, &why);
  assert_true(csv_headers(c, &why));
  for (int i = 0; i < ROWS_MADE; i++) {
    int64_t n = -1;
    assert_int_equal(csv_next(c, &row, &why), CSV_ROW);
    assert_true(row.n == 3 && str_to_i64(row.cell[0], &n) && n == i);
    assert_int_equal(row.line, 2 + i * 2 + (i + 4) / 5);
    assert_int_equal(row.cell[1].n, (size_t)i % 37 + strlen(" \"quoted\"\r\nsecond line"));
    if (i % 1000 != 999) continue;
    struct arena scratch = *a;
    struct csv *again = csv_open_at(&scratch, path, csv_offset(c), csv_line(c), &why);
    assert_non_null(again);
    struct csv_row next = {0};
    bool is_last = i == ROWS_MADE - 1;
    assert_int_equal(csv_next(again, &next, &why), is_last ? CSV_END : CSV_ROW);
    if (!is_last) assert_true(str_to_i64(next.cell[0], &n) && n == i + 1);
    if (!is_last) assert_int_equal(next.line, 2 + (i + 1) * 2 + (i + 5) / 5);
    csv_close(again);
  }
  assert_int_equal(csv_next(c, &row, &why), CSV_END);
  csv_close(c);
}

TEST(what_is_written_reads_back) {
  struct arena *a = *state;
  struct rng r = rng_seed(11);
  static const char bytes[] = "ab,\";\t\r\n x";
  for (int round = 0; round < 2000; round++) {
    struct arena scratch = *a;
    struct buf b = buf_open(100000);
    struct str cells[40];
    size_t columns = 2 + rng_below(&r, 4), n = columns * (1 + rng_below(&r, 6));
    for (size_t i = 0; i < n; i++) {
      char *p = arena_alloc(&scratch, 1, 1, 40);
      size_t length = rng_below(&r, 38);
      for (size_t k = 0; k < length; k++) p[k] = bytes[rng_below(&r, sizeof bytes - 1)];
      if (length) p[0] = 'c';
      cells[i] = i < columns ? str_format(&scratch, "h%zu", i) : (struct str){p, length};
      csv_put(&b, cells[i], i % columns == columns - 1);
    }
    struct csv *c = csv_open_str(&scratch, buf_str(&b));
    struct csv_row row;
    struct why why = {0};
    for (size_t i = 0; i < n; i += columns) {
      assert_int_equal(csv_next(c, &row, &why), CSV_ROW);
      assert_int_equal(row.n, columns);
      for (size_t k = 0; k < columns; k++) assert_true(str_eq(row.cell[k], cells[i + k]));
    }
    assert_int_equal(csv_next(c, &row, &why), CSV_END);
    buf_free(&b);
  }
}

TEST(an_empty_only_cell_is_not_lost) {
  struct buf b = buf_open(100);
  csv_put(&b, S("h"), true);
  csv_put(&b, S(""), true);
  rows_are(*state, buf_str(&b), "1:h\n2:\n", __FILE__, __LINE__);
  buf_free(&b);
}

int csv_tests(void) {
  const struct CMUnitTest tests[] = {
      IN_ARENA(rfc_4180_and_what_people_send),
      IN_ARENA(the_header_shows_the_delimiter),
      IN_ARENA(bad_files_get_a_sentence_with_the_line),
      IN_ARENA(a_source_that_fails_ends_the_reading),
      IN_ARENA(the_limits_hold_at_the_last_byte_and_column),
      IN_ARENA(columns_are_found_by_folded_name),
      IN_ARENA(reading_goes_on_from_any_row),
      IN_ARENA(writing_quotes_and_keeps_spreadsheets_from_running_cells),
      IN_ARENA(a_large_file_reads_alike_from_every_hundredth_row),
      IN_ARENA(what_is_written_reads_back),
      IN_ARENA(an_empty_only_cell_is_not_lost),
  };
  return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
