/* xlsx: reading; see xlsx.h. Each part of the workbook is parsed with its own pair of handlers. The
 * sheet is pulled: the parser is suspended behind every row and resumed for the next. */
#include <expat.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/xlsx.h"
#include "base/zip.h"

enum { PIECE_BYTES = 64 << 10 };

struct sheet {
  struct str name, id;
  bool hidden;
};
struct relation {
  struct str id, type, target;
};
struct span {
  size_t from, to;
}; /* of a cell's text in `text` */
enum kind { KIND_NUMBER, KIND_SHARED, KIND_TEXT, KIND_BOOL };

struct xlsx {
  struct arena *a;
  struct zip *zip;
  struct {
    struct sheet *p;
    size_t n;
  } sheets;
  struct {
    struct relation *p;
    size_t n;
  } relations;
  struct strs shared;
  struct {
    bool *p;
    size_t n;
  } is_date; /* by cell style */
  struct {
    uint64_t *p;
    size_t n;
  } date_formats;
  size_t sheets_cap, relations_cap, shared_cap, is_date_cap, date_formats_cap;
  bool from_1904;

  XML_Parser parser; /* of the part being read */
  struct zip_in *in;
  const char *fault; /* why we stopped the parser; NULL: it stopped itself */
  bool started, fed_all;

  struct buf text; /* of the row, or of the shared string, being read */
  bool collecting, inside_cell_styles;
  unsigned phonetic; /* depth inside <rPh>: how to say it, not what it says */
  enum kind kind;
  size_t column, style, value_from;
  int64_t row;
  struct span span[CSV_COLUMNS_MAX];
  struct str cell[CSV_COLUMNS_MAX];
  size_t columns;
  bool row_ready;
};

static bool is(const char *name, const char *want) {
  const char *colon = strrchr(name, ':');
  return strcmp(colon ? colon + 1 : name, want) == 0;
}

/* An attribute's value, whatever prefix its name has; "" when it is not there. */
static const char *attribute(const char **attributes, const char *name) {
  for (; *attributes; attributes += 2)
    if (is(attributes[0], name)) return attributes[1];
  return "";
}

static bool is_true(const char *value) {
  return strcmp(value, "1") == 0 || strcmp(value, "true") == 0;
}

static void stop(struct xlsx *x, const char *fault) {
  if (!x->fault) x->fault = fault;
  XML_StopParser(x->parser, XML_FALSE);
}

static void on_doctype(void *user, const char *name, const char *system, const char *public,
                       int internal) {
  (void)name, (void)system, (void)public, (void)internal;
  stop(user, "it holds a document type declaration, which no spreadsheet program writes");
}

static void on_text(void *user, const char *p, int n) {
  struct xlsx *x = user;
  if (!x->collecting || x->phonetic) return;
  buf_put(&x->text, (struct str){p, (size_t)n});
  if (x->text.full) stop(x, "a row is longer than 1 MB");
}

/* _x000D_ stands for the character U+000D; undone in place. */
static size_t unescape(char *p, size_t n) {
  size_t to = 0;
  for (size_t i = 0; i < n;) {
    unsigned char code[2];
    bool escaped = n - i >= 7 && p[i] == '_' && p[i + 1] == 'x' && p[i + 6] == '_' &&
                   hex_parse((struct str){p + i + 2, 4}, code, 2);
    size_t wide = escaped ? utf8_put(p + to, (uint32_t)code[0] << 8 | code[1]) : 0;
    to += wide ? wide : 1;
    if (!wide) p[to - 1] = p[i];
    i += wide ? 7 : 1;
  }
  return to;
}

/* The parts before the sheet. */
static void relation_start(void *user, const char *name, const char **attributes) {
  struct xlsx *x = user;
  if (!is(name, "Relationship")) return;
  *slice_push(x->a, &x->relations, &x->relations_cap) =
      (struct relation){str_copy(x->a, str_of(attribute(attributes, "Id"))),
                        str_copy(x->a, str_of(attribute(attributes, "Type"))),
                        str_copy(x->a, str_of(attribute(attributes, "Target")))};
}

static void workbook_start(void *user, const char *name, const char **attributes) {
  struct xlsx *x = user;
  if (is(name, "workbookPr")) x->from_1904 = is_true(attribute(attributes, "date1904"));
  if (!is(name, "sheet")) return;
  if (x->sheets.n == XLSX_SHEETS_MAX) {
    stop(x, "it has more than 255 sheets");
    return;
  }
  const char *state = attribute(attributes, "state");
  *slice_push(x->a, &x->sheets, &x->sheets_cap) = (struct sheet){
      str_copy(x->a, str_of(attribute(attributes, "name"))),
      str_copy(x->a, str_of(attribute(attributes, "id"))), *state && strcmp(state, "visible") != 0};
}

/* Does a number format show a date or a time? Looks at its letters outside quotes, brackets and
 * escapes. */
static bool shows_date(const char *format) {
  for (const char *p = format; *p; p++) {
    if (*p == '\\' || *p == '_' || *p == '*') {
      if (p[1]) p++;
    } else if (*p == '"' || (*p == '[' && !strchr("hHmMsS", p[1]))) {
      p = strchr(p + 1, *p == '"' ? '"' : ']');
      if (!p) return false;
    } else if (strchr("yYdDhHsS", *p) || ((*p | 32) == 'm')) {
      return true;
    } else if (*p == ';') {
      return false; /* the part for positive numbers decides */
    }
  }
  return false;
}

/* The formats every workbook has without saying (ECMA-376 18.8.30), those of East Asian locales
 * included. */
static bool is_built_in_date(uint64_t format) {
  return (format >= 14 && format <= 22) || (format >= 27 && format <= 36) ||
         (format >= 45 && format <= 47) || (format >= 50 && format <= 58);
}

static void styles_start(void *user, const char *name, const char **attributes) {
  struct xlsx *x = user;
  uint64_t format = strtoull(attribute(attributes, "numFmtId"), NULL, 10);
  if (is(name, "cellXfs")) x->inside_cell_styles = true;
  if (is(name, "numFmt") && shows_date(attribute(attributes, "formatCode")))
    *slice_push(x->a, &x->date_formats, &x->date_formats_cap) = format;
  if (!is(name, "xf") || !x->inside_cell_styles) return;
  bool is_date = is_built_in_date(format);
  for (size_t i = 0; i < x->date_formats.n; i++)
    is_date = is_date || x->date_formats.p[i] == format;
  *slice_push(x->a, &x->is_date, &x->is_date_cap) = is_date;
}

static void styles_end(void *user, const char *name) {
  struct xlsx *x = user;
  if (is(name, "cellXfs")) x->inside_cell_styles = false;
}

static void shared_start(void *user, const char *name, const char **attributes) {
  struct xlsx *x = user;
  (void)attributes;
  if (is(name, "si")) buf_reset(&x->text);
  if (is(name, "rPh")) x->phonetic++;
  if (is(name, "t")) x->collecting = true;
}

static void shared_end(void *user, const char *name) {
  struct xlsx *x = user;
  if (is(name, "t")) x->collecting = false;
  if (is(name, "rPh")) x->phonetic--;
  if (!is(name, "si")) return;
  struct str text = str_copy(x->a, (struct str){x->text.p, unescape(x->text.p, x->text.n)});
  *slice_push(x->a, &x->shared, &x->shared_cap) = text;
}

/* The sheet. "BC12" -> 54; no letters: SIZE_MAX. */
static size_t column_of(const char *reference) {
  size_t column = 0;
  const char *p = reference;
  for (; *p >= 'A' && *p <= 'Z' && column < 100000; p++)
    column = column * 26 + (size_t)(*p - 'A') + 1;
  return column - 1;
}

static void cell_start(struct xlsx *x, const char **attributes) {
  const char *reference = attribute(attributes, "r"), *type = attribute(attributes, "t");
  size_t column = column_of(reference);
  if (column != SIZE_MAX) x->column = column;
  x->style = strtoull(attribute(attributes, "s"), NULL, 10);
  x->kind = strcmp(type, "s") == 0             ? KIND_SHARED
            : strcmp(type, "b") == 0           ? KIND_BOOL
            : !*type || strcmp(type, "n") == 0 ? KIND_NUMBER
                                               : KIND_TEXT;
  x->value_from = x->text.n;
}

static void sheet_start(void *user, const char *name, const char **attributes) {
  struct xlsx *x = user;
  if (is(name, "row")) {
    int64_t row = 0;
    buf_reset(&x->text);
    x->columns = x->column = 0;
    x->row =
        str_to_i64(str_of(attribute(attributes, "r")), &row) && row > x->row ? row : x->row + 1;
  } else if (is(name, "c")) {
    cell_start(x, attributes);
  } else if (is(name, "rPh")) {
    x->phonetic++;
  } else if (is(name, "v") || is(name, "t")) {
    x->collecting = true;
  }
}

bool xlsx_day(double serial, bool from_1904, day_t *out) {
  enum { MARCH_1900 = 61, YEAR_9999_END = 2958466 };
  if (!(serial >= 0 && serial < YEAR_9999_END)) return false;
  day_t whole = (day_t)serial;
  if (!from_1904 && whole < MARCH_1900) return false;
  day_t d = (from_1904 ? day_of(1904, 1, 1) : day_of(1899, 12, 30)) + whole;
  if (d > day_of(9999, 12, 31)) return false;
  *out = d;
  return true;
}

/* A date-styled number as people write it; false leaves it a number. Seconds are rounded. */
static bool put_date(struct xlsx *x, double serial) {
  day_t d = DAY_NONE;
  if (!(serial >= 0 && serial < 3000000)) return false;
  double whole = (double)(int64_t)serial;
  int seconds = (int)((serial - whole) * 86400 + 0.5);
  if (seconds == 86400) seconds = 0, whole++;
  bool has_day = whole > 0 || x->from_1904;
  if (has_day && !xlsx_day(whole, x->from_1904, &d)) return false;
  if (has_day) {
    struct ymd y = day_ymd(d);
    buf_format(&x->text, "%04d-%02d-%02d", y.year, y.month, y.day);
    if (seconds) buf_byte(&x->text, 'T');
  }
  if (!has_day || seconds)
    buf_format(&x->text, "%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  return true;
}

/* A number as the sheet shows it: 15 digits, no exponent where whole; a text that is none stays as
 * it is. */
static void put_number(struct xlsx *x, size_t from) {
  double v;
  struct str raw = str_trim((struct str){x->text.p + from, x->text.n - from});
  char copy[48];
  if (raw.n >= sizeof copy || !str_to_double(raw, &v)) return;
  bool is_date = x->style < x->is_date.n && x->is_date.p[x->style];
  x->text.n = from;
  if (is_date && put_date(x, v)) return;
  bool whole = v > -1e15 && v < 1e15 && v == (double)(int64_t)v;
  snprintf(copy, sizeof copy, whole ? "%.0f" : "%.15g", v);
  buf_put(&x->text, strcmp(copy, "-0") == 0 ? S("0") : str_of(copy));
}

static void put_shared(struct xlsx *x, size_t from) {
  int64_t index = -1;
  bool ok = str_to_i64(str_trim((struct str){x->text.p + from, x->text.n - from}), &index);
  x->text.n = from;
  if (ok && index >= 0 && (uint64_t)index < x->shared.n)
    buf_put(&x->text, x->shared.p[index]);
  else
    stop(x, "a cell points to a text that is not there");
}

static void put_bool(struct xlsx *x, size_t from) {
  bool yes = x->text.p[from] == '1';
  x->text.n = from;
  buf_put(&x->text, yes ? S("TRUE") : S("FALSE"));
}

static void cell_end(struct xlsx *x) {
  size_t from = x->value_from, column = x->column++;
  if (x->text.n == from) return;
  if (column >= CSV_COLUMNS_MAX) {
    stop(x, "it has more than 1024 columns");
    return;
  }
  if (x->kind == KIND_SHARED)
    put_shared(x, from);
  else if (x->kind == KIND_BOOL)
    put_bool(x, from);
  else if (x->kind == KIND_NUMBER)
    put_number(x, from);
  else
    x->text.n = from + unescape(x->text.p + from, x->text.n - from);
  if (x->text.full) stop(x, "a row is longer than 1 MB");
  for (; x->columns <= column; x->columns++) x->span[x->columns] = (struct span){0};
  x->span[column] = (struct span){from, x->text.n};
}

static void sheet_end(void *user, const char *name) {
  struct xlsx *x = user;
  if (is(name, "v") || is(name, "t"))
    x->collecting = false;
  else if (is(name, "rPh"))
    x->phonetic--;
  else if (is(name, "c"))
    cell_end(x);
  if (!is(name, "row")) return;
  while (x->columns && x->span[x->columns - 1].from == x->span[x->columns - 1].to) x->columns--;
  x->row_ready = x->columns > 0;
  if (x->row_ready && !x->fault) XML_StopParser(x->parser, XML_TRUE);
}

/* Running the parser. */
static void close_part(struct xlsx *x) {
  if (x->parser) XML_ParserFree(x->parser);
  zip_in_close(x->in);
  x->parser = NULL;
  x->in = NULL;
}

static bool open_part(struct xlsx *x, const struct zip_member *m, XML_StartElementHandler start,
                      XML_EndElementHandler end, struct why *why) {
  close_part(x);
  x->fault = NULL;
  x->collecting = x->started = x->fed_all = false;
  x->phonetic = 0;
  x->in = zip_in_open(x->a, x->zip, m, XLSX_PART_BYTES_MAX, why);
  if (!x->in) return false;
  x->parser = XML_ParserCreate(NULL);
  if (!x->parser) return why_say(why, "Memory ran out while reading the workbook.");
  XML_SetUserData(x->parser, x);
  XML_SetElementHandler(x->parser, start, end);
  XML_SetCharacterDataHandler(x->parser, on_text);
  XML_SetStartDoctypeDeclHandler(x->parser, on_doctype);
  return true;
}

static bool part_failed(struct xlsx *x, struct why *why) {
  if (x->fault) return why_say(why, "This workbook cannot be read: %s.", x->fault);
  if (*zip_in_why(x->in)->text) return why_say(why, "%s", zip_in_why(x->in)->text);
  return why_say(
      why, "This workbook is damaged (line %lu: %s). Save it again from the spreadsheet program.",
      (unsigned long)XML_GetCurrentLineNumber(x->parser),
      XML_ErrorString(XML_GetErrorCode(x->parser)));
}

enum step { STEP_PAUSED, STEP_END, STEP_FAILED };

/* Parses on to the next pause, the end or a fault. */
static enum step parse_on(struct xlsx *x, struct why *why) {
  enum XML_Status status = XML_STATUS_OK;
  if (x->started) status = XML_ResumeParser(x->parser);
  while (status == XML_STATUS_OK && !x->fed_all) {
    void *piece = XML_GetBuffer(x->parser, PIECE_BYTES);
    long got = piece ? zip_read(x->in, piece, PIECE_BYTES) : -1;
    if (got < 0) return part_failed(x, why), STEP_FAILED;
    x->fed_all = got == 0;
    status = XML_ParseBuffer(x->parser, (int)got, x->fed_all);
  }
  x->started = status == XML_STATUS_SUSPENDED;
  if (x->started) return STEP_PAUSED;
  return status == XML_STATUS_OK && !x->fault ? STEP_END : (part_failed(x, why), STEP_FAILED);
}

static bool read_part(struct xlsx *x, const struct zip_member *m, XML_StartElementHandler start,
                      XML_EndElementHandler end, struct why *why) {
  bool ok = open_part(x, m, start, end, why) && parse_on(x, why) == STEP_END;
  close_part(x);
  return ok;
}

static void no_end(void *user, const char *name) { (void)user, (void)name; }

/* The member the relation of this type (and this id, unless "") points to. A target is relative to
 * `folder` unless it begins with a slash. */
static const struct zip_member *related(struct xlsx *x, struct str folder, struct str type_end,
                                        struct str id) {
  for (size_t i = 0; i < x->relations.n; i++) {
    const struct relation *r = &x->relations.p[i];
    if (!str_ends(r->type, type_end) || (id.n && !str_eq(r->id, id))) continue;
    struct str target = r->target;
    if (str_starts(target, S("/"))) return zip_find(x->zip, str_slice(target, 1, target.n));
    return zip_find(x->zip, str_format(x->a, "%.*s%.*s", P(folder), P(target)));
  }
  return NULL;
}

static bool read_relations(struct xlsx *x, struct str path, struct why *why) {
  const struct zip_member *m = zip_find(x->zip, path);
  x->relations.n = 0;
  if (!m) return why_say(why, "This is a zip file but not a workbook (.xlsx).");
  return read_part(x, m, relation_start, no_end, why);
}

static bool no_such_sheet(const struct xlsx *x, struct str wanted, struct why *why) {
  char names[200];
  size_t n = 0;
  for (size_t i = 0; i < x->sheets.n && n < sizeof names - 1; i++)
    n += (size_t)snprintf(names + n, sizeof names - n, "%s%.*s", i ? ", " : "",
                          P(x->sheets.p[i].name));
  if (!x->sheets.n) return why_say(why, "This workbook has no sheet that can be read.");
  return why_say(why, "This workbook has no sheet called \"%.*s\". It has: %s.",
                 P(utf8_head(wanted, 40)), names);
}

/* The sheet asked for, compared as people type names; "" is the first in view. A sheet that is a
 * chart is none. */
static const struct zip_member *choose(struct xlsx *x, struct str folder, struct str wanted) {
  struct str folded = utf8_fold(x->a, wanted);
  for (size_t i = 0; i < x->sheets.n; i++) {
    const struct sheet *s = &x->sheets.p[i];
    if (wanted.n ? !str_eq(utf8_fold(x->a, s->name), folded) : s->hidden) continue;
    const struct zip_member *m = s->id.n ? related(x, folder, S("/worksheet"), s->id) : NULL;
    if (m) return m;
  }
  return NULL;
}

/* Everything up to the sheet's first row. */
static bool begin(struct xlsx *x, struct str wanted, struct why *why) {
  if (!read_relations(x, S("_rels/.rels"), why)) return false;
  const struct zip_member *book = related(x, S(""), S("/officeDocument"), S(""));
  if (!book) return why_say(why, "This is a zip file but not a workbook (.xlsx).");
  if (!read_part(x, book, workbook_start, no_end, why)) return false;
  size_t slash = book->name.n;
  while (slash && book->name.p[slash - 1] != '/') slash--;
  struct str folder = str_slice(book->name, 0, slash),
             name = str_slice(book->name, slash, book->name.n);
  if (!read_relations(x, str_format(x->a, "%.*s_rels/%.*s.rels", P(folder), P(name)), why))
    return false;
  const struct zip_member *m = choose(x, folder, wanted);
  if (!m) return no_such_sheet(x, wanted, why);
  const struct zip_member *styles = related(x, folder, S("/styles"), S(""));
  const struct zip_member *shared = related(x, folder, S("/sharedStrings"), S(""));
  if (styles && !read_part(x, styles, styles_start, styles_end, why)) return false;
  if (shared && !read_part(x, shared, shared_start, shared_end, why)) return false;
  return open_part(x, m, sheet_start, sheet_end, why);
}

static struct xlsx *open_zip(struct arena *a, struct zip *zip, struct str sheet, struct why *why) {
  if (!zip) return NULL;
  struct xlsx *x = arena_new(a, struct xlsx);
  x->a = a;
  x->zip = zip;
  x->text = buf_open(CSV_ROW_BYTES_MAX);
  if (begin(x, sheet, why)) return x;
  xlsx_close(x);
  return NULL;
}

struct xlsx *xlsx_open_str(struct arena *a, struct str bytes, struct str sheet, struct why *why) {
  return open_zip(a, zip_open_str(a, bytes, why), sheet, why);
}

struct xlsx *xlsx_open(struct arena *a, const char *path, struct str sheet, struct why *why) {
  return open_zip(a, zip_open(a, path, why), sheet, why);
}

void xlsx_close(struct xlsx *x) {
  if (!x) return;
  close_part(x);
  buf_free(&x->text);
  zip_close(x->zip);
  x->zip = NULL;
}

struct strs xlsx_sheets(const struct xlsx *x) {
  struct strs names = {arena_many(x->a, struct str, x->sheets.n), x->sheets.n};
  for (size_t i = 0; i < names.n; i++) names.p[i] = x->sheets.p[i].name;
  return names;
}

enum csv_result xlsx_next(struct xlsx *x, struct csv_row *row, struct why *why) {
  if (!x->parser)
    return x->fault ? (why_say(why, "This workbook was given up at an earlier row."), CSV_BAD)
                    : CSV_END;
  x->row_ready = false;
  enum step step = parse_on(x, why);
  if (step == STEP_PAUSED && x->row_ready) {
    for (size_t i = 0; i < x->columns; i++)
      x->cell[i] = (struct str){x->text.p + x->span[i].from, x->span[i].to - x->span[i].from};
    *row = (struct csv_row){x->cell, x->columns, x->row};
    return CSV_ROW;
  }
  if (step != STEP_END && !x->fault) x->fault = "";
  close_part(x);
  if (step == STEP_END) return CSV_END;
  why_at(why, "Row %lld", (long long)x->row);
  return CSV_BAD;
}

static enum csv_result next_of(void *from, struct csv_row *row, struct why *why) {
  return xlsx_next(from, row, why);
}

bool table_open(struct arena *a, const char *path, struct str sheet, struct table *out,
                struct why *why) {
  struct mapped start;
  *out = (struct table){0};
  bool is_workbook = strcmp(path, "-") != 0 && file_map(path, &start, NULL);
  if (is_workbook) {
    is_workbook = str_starts(start.bytes, S("PK"));
    file_unmap(&start);
  }
  if (is_workbook && !(out->xlsx = xlsx_open(a, path, sheet, why))) return false;
  out->csv = is_workbook ? csv_open_rows(a, next_of, out->xlsx) : csv_open_file(a, path, why);
  return out->csv != NULL;
}

void table_close(struct table *t) {
  csv_close(t->csv);
  xlsx_close(t->xlsx);
  *t = (struct table){0};
}
