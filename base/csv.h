/* csv: RFC 4180 and what people really send (BOM, CR, LF or CRLF, quoted newlines, ; or tab instead
 * of a comma when the header row shows it). Streams: a row at a time from any source, never the
 * whole file. Blank lines are passed over; a first line "sep=;" is obeyed; text after a closing
 * quote is kept as it stands. Refused with the line: a quote never closed, a NUL byte, UTF-16, a
 * row of more than 1 MB or 1,024 columns. */
#ifndef WAYMARK_CSV_H
#define WAYMARK_CSV_H
#include "base/str.h"
#include "base/buf.h"
enum { CSV_COLUMNS_MAX = 1024, CSV_ROW_BYTES_MAX = 1 << 20 };
struct csv; /* a reader */
/* `read` fills at most n bytes of out and returns how many, 0 at the end, -1 on failure. */
typedef long csv_source(void *from, char *out, size_t n);
/* Takes 1.2 MB of the arena; csv_open_str takes what its text is long, if that is less. */
struct csv *csv_open(struct arena *a, csv_source *read, void *from);
struct csv *csv_open_str(struct arena *a, struct str text);
/* "-" is standard input. */
struct csv *csv_open_file(struct arena *a, const char *path, struct why *why);
/* Goes on in a file read before: reads its headers again, then moves to the byte and line that
 * csv_offset and csv_line gave after the last row that was dealt with. */
struct csv *csv_open_at(struct arena *a, const char *path, uint64_t offset, int64_t line,
                        struct why *why);
void csv_close(struct csv *c);
/* Bytes of the source behind the last row given; 0 over csv_rows. */
uint64_t csv_offset(const struct csv *c);
int64_t csv_line(const struct csv *c); /* line the next row starts on */
struct csv_row {
  struct str *cell; /* borrowed until the next csv_next; not checked to be UTF-8 */
  size_t n;         /* cells in this row */
  int64_t line;     /* line of the file the row starts on, from 1 */
};
/* BAD: why holds the sentence with the line; the reader is finished. */
enum csv_result { CSV_ROW, CSV_END, CSV_BAD };
enum csv_result csv_next(struct csv *c, struct csv_row *row, struct why *why);
/* The same reader over rows that are cells already (a spreadsheet). */
typedef enum csv_result csv_rows(void *from, struct csv_row *row, struct why *why);
struct csv *csv_open_rows(struct arena *a, csv_rows *next, void *from);
/* Reads the first row as headers; afterwards csv_column(c, "postcode") gives the cell's index or
 * -1. Names are compared after utf8_fold, so "Post Code " finds "post code". */
bool csv_headers(struct csv *c, struct why *why);
int csv_column(const struct csv *c, struct str name);
/* NULL-ended list of accepted names. */
int csv_column_any(const struct csv *c, const char *const *names);
struct strs csv_header_names(const struct csv *c);
/* Trimmed; "" for -1 or a short row. */
struct str csv_cell(const struct csv_row *row, int column);
/* Writing: quotes where needed; a cell starting with = + - @ tab or CR that is not a number gets a
 * leading apostrophe (ASVS 1.2.10) so that no spreadsheet runs it. */
void csv_put(struct buf *b, struct str cell, bool last_in_row);
#endif
