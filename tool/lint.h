/* lint: the rules of the house that a program can check. Each finding is one sentence with file and
 * line that says what to do. tool/lintc walks the tree; the tests hand in planted files. HACKING.md
 * lists the rules in words. */
#ifndef WAYMARK_LINT_H
#define WAYMARK_LINT_H
#include "base/base.h"

enum {
  LINT_COLUMNS_MAX = 100,
  LINT_FUNCTION_LINES_MAX = 70,
  LINT_FILE_LINES_LONG = 600,  /* listed */
  LINT_FILE_LINES_MAX = 800,   /* refused */
  LINT_FOLDERS_MAX = 64
};
/* Which folder includes which other one: collected from all files, judged at the end. */
struct lint_edge { struct str from, to, file; int line; };
struct lint {
  struct arena *a;
  struct buf *out;                       /* the sentences */
  int faults, warnings, long_lines;
  struct { struct lint_edge *p; size_t n; } edges;
  size_t edges_cap;
};
/* Judges one file. `path` is below the checkout: "directory/find_pages.c". */
void lint_file(struct lint *l, struct str path, struct str text);
/* Of a view: every form that takes words keeps them, or says why not (lint_forms.c; lint_file calls
 * it). */
void lint_forms(struct lint *l, struct str path, struct str text);
/* After the last file: cycles between folders, and the summary of long lines. */
void lint_end(struct lint *l);
/* Does lint know this kind of file? */
bool lint_reads(struct str path);

/* Every message of a source file: text of views, T() and TN() in C, labels and hints of a .def,
 * labels of a code list. */
struct found_word { struct str id, id_plural, file; int line; };
struct found_words { struct found_word *p; size_t n; size_t cap; };
bool lint_words(struct arena *a, struct str path, struct str text, struct found_words *out,
                struct why *why);
#endif
