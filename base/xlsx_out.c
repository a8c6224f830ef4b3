/* xlsx: writing, through libxlsxwriter in its constant-memory mode; see xlsx.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <xlsxwriter.h>
#include "base/xlsx.h"

enum { NUMBER_DIGITS_MAX = 15, ROWS_MAX = 1048576, SHEET_NAME_CHARACTERS_MAX = 31 };

struct xlsx_out {
  struct arena *a;
  char *path, *temporary;
  lxw_workbook *book;
  lxw_worksheet *sheet;
  lxw_format *bold, *day;
  lxw_row_t row;
  lxw_col_t column;
  struct why why; /* the first fault */
};

/* Makes the file first, so that it never had another mode than 0600. */
static bool make_private(const char *path) {
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0) close(fd);
  return fd >= 0;
}

static char *folder_of(struct arena *a, const char *path) {
  const char *slash = strrchr(path, '/');
  if (!slash) return str_c(a, S("."));
  return str_c(a, (struct str){path, slash == path ? 1 : (size_t)(slash - path)});
}

/* A sheet's name may not hold these, nor be longer than 31 characters. */
static char *sheet_name(struct arena *a, struct str name) {
  char *out = str_c(a, utf8_head(utf8_mend(a, name), SHEET_NAME_CHARACTERS_MAX));
  for (char *p = out; *p; p++)
    if (strchr("[]:*?/\\'", *p)) *p = ' ';
  return *out ? out : str_c(a, S("Sheet1"));
}

struct xlsx_out *xlsx_out_open(struct arena *a, const char *path, struct str sheet,
                               struct why *why) {
  struct xlsx_out *o = arena_new(a, struct xlsx_out);
  uint64_t random;
  secret_bytes(&random, sizeof random);
  o->a = a;
  o->path = str_c(a, str_of(path));
  o->temporary = str_c(a, str_format(a, "%s.%016llx.part", path, (unsigned long long)random));
  if (!make_private(o->temporary))
    return why_say(why, "Cannot write %.200s: %s.", path, strerror(errno)), NULL;
  lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = folder_of(a, path)};
  o->book = workbook_new_opt(o->temporary, &options);
  o->sheet = o->book ? workbook_add_worksheet(o->book, sheet_name(a, sheet)) : NULL;
  o->bold = o->sheet ? workbook_add_format(o->book) : NULL;
  o->day = o->bold ? workbook_add_format(o->book) : NULL;
  if (!o->day) {
    xlsx_out_abandon(o);
    return why_say(why, "Cannot write %.200s: the workbook could not be begun.", path), NULL;
  }
  format_set_bold(o->bold);
  format_set_num_format(o->day, "yyyy-mm-dd");
  worksheet_freeze_panes(o->sheet, 1, 0);
  return o;
}

/* -12.5 yes; 007, +44, 1e5 and sixteen digits no: what a spreadsheet would show differently stays
 * text. */
static bool is_plain_number(struct str s, double *out) {
  size_t digits = 0, i = s.n && *s.p == '-';
  for (size_t k = i; k < s.n; k++) {
    if (s.p[k] >= '0' && s.p[k] <= '9')
      digits++;
    else if (s.p[k] != '.')
      return false;
  }
  bool leading_nought = s.n > i + 1 && s.p[i] == '0' && s.p[i + 1] != '.';
  if (!digits || digits > NUMBER_DIGITS_MAX || leading_nought || s.p[i] == '.' ||
      s.p[s.n - 1] == '.')
    return false;
  return str_to_double(s, out);
}

/* A day spreadsheets can count: they begin in 1900, and have a 29 February there that never was. */
static bool is_day(struct str s, double *out) {
  day_t d;
  if (s.n != 10 || !day_parse(s, &d) || d < day_of(1900, 3, 1)) return false;
  *out = d - day_of(1899, 12, 30);
  return true;
}

static void fault(struct xlsx_out *o, const char *what) {
  if (!*o->why.text) why_say(&o->why, "Row %u, column %u: %s.", o->row + 1, o->column + 1u, what);
}

void xlsx_out_cell(struct xlsx_out *o, struct str cell) {
  struct arena scratch = *o->a;
  double number;
  lxw_error error = LXW_NO_ERROR;
  lxw_format *format = o->row ? NULL : o->bold;
  if (*o->why.text) return;
  if (o->column >= CSV_COLUMNS_MAX)
    fault(o, "more columns than are written here (1024)");
  else if (is_plain_number(cell, &number))
    error = worksheet_write_number(o->sheet, o->row, o->column, number, format);
  else if (o->row && is_day(cell, &number))
    error = worksheet_write_number(o->sheet, o->row, o->column, number, o->day);
  else if (str_find_byte(cell, 0) < cell.n)
    fault(o, "the text holds a NUL byte");
  else if (cell.n)
    error = worksheet_write_string(o->sheet, o->row, o->column,
                                   str_c(&scratch, utf8_mend(&scratch, cell)), format);
  if (error) fault(o, lxw_strerror(error));
  o->column++;
}

void xlsx_out_row_end(struct xlsx_out *o) {
  if (o->row + 1 >= ROWS_MAX)
    fault(o, "more rows than a sheet holds (1,048,576)");
  else
    o->row++;
  o->column = 0;
}

bool xlsx_out_commit(struct xlsx_out *o, struct why *why) {
  bool ok = !*o->why.text;
  lxw_error error = workbook_close(o->book); /* frees the book, either way */
  o->book = NULL;
  if (!ok && why) *why = o->why;
  if (ok && error) ok = why_say(why, "Cannot write %.200s: %s.", o->path, lxw_strerror(error));
  ok = ok && file_replace(o->temporary, o->path, why);
  if (!ok) unlink(o->temporary);
  return ok;
}

void xlsx_out_abandon(struct xlsx_out *o) {
  if (!o) return;
  if (o->book) workbook_close(o->book);
  o->book = NULL;
  unlink(o->temporary);
}

static struct str without_guard(struct str cell) {
  bool guarded = cell.n > 1 && cell.p[0] == '\'' && strchr("=+-@\t\r", cell.p[1]);
  return guarded ? str_slice(cell, 1, cell.n) : cell;
}

static bool put_rows(struct arena *a, struct str csv, struct xlsx_out *o, struct why *why) {
  struct csv *c = csv_open_str(a, csv);
  struct csv_row row;
  enum csv_result r;
  while ((r = csv_next(c, &row, why)) == CSV_ROW) {
    for (size_t i = 0; i < row.n; i++) xlsx_out_cell(o, without_guard(row.cell[i]));
    xlsx_out_row_end(o);
  }
  csv_close(c);
  return r == CSV_END;
}

bool xlsx_of_csv(struct arena *a, struct str csv, struct str sheet, struct str folder,
                 struct str *out, struct why *why) {
  uint64_t random;
  secret_bytes(&random, sizeof random);
  const char *path = str_c(
      a, str_format(a, "%.*s/out.%016llx.xlsx", P(folder), (unsigned long long)random));
  struct xlsx_out *o = xlsx_out_open(a, path, sheet, why);
  if (!o) return false;
  if (!put_rows(a, csv, o, why)) return xlsx_out_abandon(o), false;
  bool good = xlsx_out_commit(o, why) && file_read(a, path, XLSX_BYTES_MAX, out, why);
  unlink(path);
  return good;
}
