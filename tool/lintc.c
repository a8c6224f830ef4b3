/* lintc: checks the rules of the house.
 *   lintc ROOT              every finding with file and line; status 1 when there is one
 *   lintc --pot ROOT        every message of the program as a .pot, to start or renew a catalogue
 *   lintc --strings ROOT    how much of it is in Welsh, by file; status 1 when the catalogue has a
 * fault lintc --missing ROOT    the messages that have no Welsh yet, as .po entries to fill in */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include "tool/lint.h"
#include "tool/po.h"

enum { SOURCE_BYTES_MAX = 4 << 20 };
struct files {
  struct str *p;
  size_t n;
  size_t cap;
};

static bool skipped(struct str name) {
  static const char *const names[] = {"node_modules", "data", "subprojects"};
  if (name.p[0] == '.' || str_starts(name, S("build"))) return true;
  for (size_t i = 0; i < countof(names); i++)
    if (str_eq(name, str_of(names[i]))) return true;
  return false;
}

static void walk(struct arena *a, const char *root, struct str below, struct files *out) {
  const char *path = str_c(a, str_format(a, "%s/%.*s", root, P(below)));
  DIR *d = opendir(path);
  for (struct dirent *e; d && (e = readdir(d));) {
    struct str name = str_of(e->d_name);
    struct stat st;
    if (skipped(name)) continue;
    struct str file = below.n ? str_format(a, "%.*s/%.*s", P(below), P(name)) : str_copy(a, name);
    if (lstat(str_c(a, str_format(a, "%s/%.*s", root, P(file))), &st) != 0) continue;
    if (S_ISDIR(st.st_mode)) walk(a, root, file, out);
    if (!S_ISREG(st.st_mode)) continue;
    struct {
      struct str *p;
      size_t n;
    } slice = {out->p, out->n};
    *slice_push(a, &slice, &out->cap) = file;
    out->p = slice.p;
    out->n = slice.n;
  }
  if (d) closedir(d);
}

static int by_name(const void *x, const void *y) {
  return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

static bool read_below(struct arena *a, const char *root, struct str file, struct str *text) {
  struct why why;
  if (file_read(a, str_c(a, str_format(a, "%s/%.*s", root, P(file))), SOURCE_BYTES_MAX, text, &why))
    return true;
  fprintf(stderr, "%s\n", why.text);
  return false;
}

/* ---- the rules ---- */

static int check(struct arena *a, const char *root, const struct files *files) {
  struct buf out = buf_open((size_t)16 << 20);
  struct lint l = {.a = a, .out = &out};
  for (size_t i = 0; i < files->n; i++) {
    struct str text;
    if (!lint_reads(files->p[i])) continue;
    if (!read_below(a, root, files->p[i], &text)) return 1;
    lint_file(&l, files->p[i], text);
  }
  lint_end(&l);
  printf("%.*s%d faults, %d warnings\n", P(buf_str(&out)), l.faults, l.warnings);
  buf_free(&out);
  return l.faults ? 1 : 0;
}

/* ---- the words ---- */

/* Words of tests and of this folder's own examples are nobody's screen. */
static bool for_people(struct str file) {
  return !str_ends(file, S("_test.c")) && !str_ends(file, S("_fuzz.c")) &&
         !str_starts(file, S("test/")) && !str_starts(file, S("tool/")) &&
         !str_starts(file, S("bench/")) && !str_contains(file, S("/example/")) &&
         !str_contains(file, S("/sample/")) && !str_eq(file, S("words/words.h"));
}

static bool all_words(struct arena *a, const char *root, const struct files *files,
                      struct found_words *out) {
  for (size_t i = 0; i < files->n; i++) {
    struct str text;
    struct why why;
    bool codes = (str_starts(files->p[i], S("packs/codes/")) && str_ends(files->p[i], S(".csv"))) ||
                 str_eq(files->p[i], S("packs/words/needs.csv")) ||
                 str_eq(files->p[i], S("packs/indicators/indicators.csv"));
    if (!for_people(files->p[i]) || (!codes && !lint_reads(files->p[i]))) continue;
    if (!read_below(a, root, files->p[i], &text)) return false;
    if (!lint_words(a, files->p[i], text, out, &why))
      return fprintf(stderr, "%s\n", why.text), false;
  }
  return true;
}

static int by_id(const void *x, const void *y) {
  const struct found_word *a = x, *b = y;
  int order = str_cmp(a->id, b->id);
  if (!order) order = str_cmp(a->id_plural, b->id_plural);
  if (!order) order = str_cmp(a->file, b->file);
  return order ? order : a->line - b->line;
}

static bool same(const struct found_word *a, const struct found_word *b) {
  return str_eq(a->id, b->id) && str_eq(a->id_plural, b->id_plural);
}

static void print_quoted(const char *key, struct str s) {
  printf("%s \"", key);
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] == '"' || s.p[i] == '\\') putchar('\\');
    if (s.p[i] == '\n')
      fputs("\\n", stdout);
    else
      putchar(s.p[i]);
  }
  puts("\"");
}

static void print_entry(const struct found_word *w, size_t places) {
  for (size_t i = 0; i < places && i < 4; i++) printf("#: %.*s:%d\n", P(w[i].file), w[i].line);
  print_quoted("msgid", w->id);
  if (w->id_plural.n) print_quoted("msgid_plural", w->id_plural);
  for (int i = 0; w->id_plural.n && i < PLURAL_COUNT; i++) printf("msgstr[%d] \"\"\n", i);
  puts(w->id_plural.n ? "" : "msgstr \"\"\n");
}

static const struct po_entry *translation(const struct po *po, const struct found_word *w) {
  for (size_t i = 0; i < po->n; i++)
    if (str_eq(po->p[i].id, w->id) && str_eq(po->p[i].id_plural, w->id_plural)) return &po->p[i];
  return NULL;
}

struct tally {
  struct str file;
  int all, done;
};

static void print_tally(const struct tally *t) {
  if (t->all)
    printf("%5d of %5d  %3d%%  %.*s\n", t->done, t->all, t->done * 100 / t->all, P(t->file));
}

static int by_file(const void *x, const void *y) {
  const struct tally *a = x, *b = y;
  return str_cmp(a->file, b->file);
}

/* Counts each message once, under the first file (in name order) it stands in. */
static void tell(struct arena *a, const struct found_words *words, const struct po *po,
                 bool missing) {
  struct {
    struct tally *p;
    size_t n;
  } tally = {0};
  size_t cap = 0;
  struct tally sum = {.file = S("in all")};
  for (size_t i = 0, next; i < words->n; i = next) {
    const struct found_word *w = &words->p[i];
    for (next = i + 1; next < words->n && same(w, &words->p[next]);) next++;
    const struct po_entry *e = translation(po, w);
    bool empty = true,
         done = e && !e->fuzzy && po_sound(a, LANG_CY, S("app/cy.po"), e, &empty, NULL) && !empty;
    if (missing && !done) print_entry(w, next - i);
    struct tally *t = NULL;
    for (size_t k = 0; k < tally.n; k++)
      if (str_eq(tally.p[k].file, w->file)) t = &tally.p[k];
    if (!t) *(t = slice_push(a, &tally, &cap)) = (struct tally){.file = w->file};
    t->all++, sum.all++;
    t->done += done, sum.done += done;
  }
  if (missing) return;
  qsort(tally.p, tally.n, sizeof *tally.p, by_file);
  for (size_t k = 0; k < tally.n; k++) print_tally(&tally.p[k]);
  print_tally(&sum);
}

static int judge_catalogue(struct arena *a, const struct po *po, const struct found_words *words) {
  int faults = 0;
  struct why why;
  for (size_t i = 0; i < po->n; i++) {
    bool empty, used = false;
    if (!po_sound(a, LANG_CY, S("app/cy.po"), &po->p[i], &empty, &why))
      printf("%s\n", why.text), faults++;
    for (size_t k = 0; k < words->n; k++)
      used |=
          str_eq(words->p[k].id, po->p[i].id) && str_eq(words->p[k].id_plural, po->p[i].id_plural);
    if (!used)
      printf("app/cy.po:%d: nobody says \"%.*s\" any more.\n", po->p[i].line,
             P(utf8_head(po->p[i].id, 70)));
  }
  return faults;
}

static int words(struct arena *a, const char *root, const struct files *files, struct str mode) {
  struct found_words all = {0};
  struct po po;
  struct str text;
  struct why why;
  if (!all_words(a, root, files, &all)) return 1;
  qsort(all.p, all.n, sizeof *all.p, by_id);
  if (str_eq(mode, S("--pot"))) {
    puts("msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n");
    tell(a, &all, &(struct po){0}, true);
    return 0;
  }
  if (!read_below(a, root, S("app/cy.po"), &text)) return 1;
  if (!po_read(a, S("app/cy.po"), text, &po, &why)) return fprintf(stderr, "%s\n", why.text), 1;
  bool missing = str_eq(mode, S("--missing"));
  tell(a, &all, &po, missing);
  return !missing && judge_catalogue(a, &po, &all) ? 1 : 0;
}

int main(int argc, char **argv) {
  struct str mode = str_of(argc == 3 ? argv[1] : "");
  if (argc < 2 || argc > 3 ||
      (mode.n && !str_eq(mode, S("--pot")) && !str_eq(mode, S("--strings")) &&
       !str_eq(mode, S("--missing")))) {
    fprintf(stderr, "usage: lintc [--pot | --strings | --missing] ROOT\n");
    return 2;
  }
  struct arena a = arena_open((size_t)1 << 30);
  struct files files = {0};
  const char *root = argv[argc - 1];
  walk(&a, root, (struct str){0}, &files);
  qsort(files.p, files.n, sizeof *files.p, by_name);
  int status = mode.n ? words(&a, root, &files, mode) : check(&a, root, &files);
  arena_close(&a);
  return status;
}
