/* xlsx: one sheet of a workbook, read row by row as text, and rows written as a workbook.
 *
 * Reading is zip.h under expat: a document type declaration (and so every entity) is refused, as
 * are cells past column 1,024, rows past 1 MB and workbooks past the limits below. Cells come as a
 * person sees them: numbers as plain decimals of at most 15 digits, dates as 2026-11-21 (with a
 * time: 2026-11-21T09:30:00, a time alone: 09:30:00), TRUE and FALSE, a formula's last result, an
 * error as #N/A. Format: ECMA-376 part 1, chapter 18. Not in base_lib: link xlsx_dep. */
#ifndef WAYMARK_XLSX_H
#define WAYMARK_XLSX_H
#include "base/base.h"
#define XLSX_PART_BYTES_MAX ((uint64_t)1 << 30) /* of one part of the workbook, unpacked */
enum { XLSX_SHEETS_MAX = 255 };

struct xlsx;
/* `sheet` "" means the first that is not hidden. NULL: why has the sentence, which names the sheets
 * there are when the one asked for is not. The workbook's texts live in `a`; the file stays mapped
 * until xlsx_close. */
struct xlsx *xlsx_open(struct arena *a, const char *path, struct str sheet, struct why *why);
struct xlsx *xlsx_open_str(struct arena *a, struct str bytes, struct str sheet, struct why *why);
void xlsx_close(struct xlsx *x);
struct strs xlsx_sheets(const struct xlsx *x);
/* The next row that holds anything; row->line is its number in the sheet. Cells are borrowed until
 * the next call, and a row ends with its last cell that is not empty. Takes no arena
 * memory. */
enum csv_result xlsx_next(struct xlsx *x, struct csv_row *row, struct why *why);

/* A file of rows, whichever it is: a workbook (by its first bytes) or CSV. Give both to
 * table_close. */
struct table {
  struct csv *csv;
  struct xlsx *xlsx;
};
bool table_open(struct arena *a, const char *path, struct str sheet, struct table *out,
                struct why *why);
void table_close(struct table *t);

/* A day from the number a spreadsheet stores: days since 30 December 1899 (or 1 January 1904 in old
 * workbooks made on a Mac). The 29 February 1900 that never was is skipped. False before 1 March
 * 1900, after 9999 or for text. */
bool xlsx_day(double serial, bool from_1904, day_t *out);

/* Writing. The first row is bold and stays in view. Text is never taken for a formula; only plain
 * decimals of at most 15 digits become numbers, so 07700 900123 keeps its nought, and only days
 * written 2026-11-21 become dates (below the first row). Errors are kept until commit, which puts
 * the file in place at once with mode 0600; what the library keeps meanwhile lies in the same
 * folder. */
struct xlsx_out;
struct xlsx_out *xlsx_out_open(struct arena *a, const char *path, struct str sheet,
                               struct why *why);
void xlsx_out_cell(struct xlsx_out *o, struct str cell);
void xlsx_out_row_end(struct xlsx_out *o);
bool xlsx_out_commit(struct xlsx_out *o, struct why *why); /* o is gone afterwards, either way */
void xlsx_out_abandon(struct xlsx_out *o);
/* CSV text (csv_put's) as the bytes of a workbook, at most XLSX_BYTES_MAX of them; the apostrophes
 * that keep spreadsheets from running cells go, because text here is never run. `folder`: where the
 * library may work; nothing is left there. */
enum { XLSX_BYTES_MAX = 64 << 20 };
bool xlsx_of_csv(struct arena *a, struct str csv, struct str sheet, struct str folder,
                 struct str *out, struct why *why);
#endif
