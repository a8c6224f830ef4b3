/* commands: reading figures of areas in, and which small areas became which. */
#include <stdio.h>
#include <unistd.h>
#include "base/args.h"
#include "base/progress.h"
#include "db/here.h"
#include "profiles/inside.h"

enum { COMMAND_ARENA_BYTES = 1 << 30 };
static const char usage[] =
    "usage: waymark import indicators FILE.csv --edition NAME [--date 2025-10-30] [--source WORDS] "
    "[--licence WORDS]\n"
    "         [--definitions OWN.csv] [--dry-run] --data DIR\n"
    "  A row an area and a column an indicator, or the columns area, indicator, value. OWN.csv "
    "says "
    "what else is\n"
    "  counted: code, label, unit, age_band, and if need be topic, of, names, source, licence, "
    "note.\n";

struct call {
  struct arena a;
  struct db *db;
  struct why why;
};

static int finish(struct call *c, struct csv *rows, int status) {
  progress_terminal_end();
  if (rows) csv_close(rows);
  if (c->db) db_close(c->db);
  if (status == 1 && c->why.text[0]) fprintf(stderr, "waymark: %s\n", c->why.text);
  arena_close(&c->a);
  return status;
}

static struct csv *open_rows(struct call *c, struct str file) {
  struct csv *rows = csv_open_file(&c->a, str_c(&c->a, file), &c->why);
  if (!rows || csv_headers(rows, &c->why)) return rows;
  csv_close(rows);
  return NULL;
}

static void say_read(const struct indicators_read *r, bool dry) {
  for (size_t i = 0; i < r->faults.n; i++)
    fprintf(stderr, "Line %lld, %.*s: %.*s\n", (long long)r->faults.p[i].line,
            P(r->faults.p[i].column), P(r->faults.p[i].sentence));
  printf("%s%lld rows: %lld figures in %lld series, %lld missing.",
         dry || r->bad ? "Nothing was changed. " : "", (long long)r->rows, (long long)r->values,
         (long long)r->series, (long long)r->missing);
  if (r->bad) printf(" %lld to put right.", (long long)r->bad);
  if (r->areas_unknown)
    printf(" %lld areas are not known here; their figures are kept for when they are.",
           (long long)r->areas_unknown);
  printf("\n");
  if (!r->left_out.n) return;
  printf("Columns left out:");
  for (size_t i = 0; i < r->left_out.n; i++) printf("%s %.*s", i ? "," : "", P(r->left_out.p[i]));
  printf(".\n");
}

static bool define(struct call *c, struct str file) {
  int64_t n = 0;
  struct csv *rows = open_rows(c, file);
  bool ok = rows && profiles_define(c->db, &c->a, rows, false, &n, &c->why);
  if (rows) csv_close(rows);
  if (ok) printf("%lld definitions.\n", (long long)n);
  return ok;
}

int profiles_import_command(int argc, char **argv) {
  struct args args = args_of(argc, argv);
  struct call c = {0};
  struct indicator_file said = {.dated_on = DAY_NONE};
  struct str file = {0}, definitions = {0}, date = {0};
  struct indicators_read read = {0};
  struct progress progress = progress_terminal();
  said.dry_run = args_flag(&args, "--dry-run");
  args_value(&args, "--edition", &said.edition), args_value(&args, "--source", &said.source);
  args_value(&args, "--licence", &said.licence), args_value(&args, "--date", &date);
  args_value(&args, "--definitions", &definitions);
  bool named = args_word(&args, &file);
  if (!args_done(&args, &c.why) || (!named && !definitions.n) ||
      (date.n && !day_parse(date, &said.dated_on))) {
    fputs(usage, stderr);
    return 2;
  }
  c.a = arena_open(COMMAND_ARENA_BYTES);
  c.db = db_open_here(&c.why);
  if (!c.db || (definitions.n && !define(&c, definitions))) return finish(&c, NULL, 1);
  if (!named) return finish(&c, NULL, 0);
  struct csv *rows = open_rows(&c, file);
  if (!rows || !profiles_import(c.db, &c.a, rows, &said, here_now(), isatty(2) ? &progress : NULL,
                                &read, &c.why))
    return finish(&c, rows, 1);
  say_read(&read, said.dry_run);
  return finish(&c, rows, read.bad ? 1 : 0);
}

int profiles_links_command(int argc, char **argv) {
  struct args args = args_of(argc, argv);
  struct call c = {0};
  struct str file, edition = S("LSOA 2011 to 2021"), source = S("Office for National Statistics");
  int64_t n = 0;
  args_value(&args, "--edition", &edition), args_value(&args, "--source", &source);
  if (!args_word(&args, &file) || !args_done(&args, &c.why)) {
    fputs(
        "usage: waymark import area-links FILE.csv [--edition NAME] [--source WORDS] --data DIR\n",
        stderr);
    return 2;
  }
  if (!edition.n) edition = S("LSOA 2011 to 2021");
  if (!source.n) source = S("Office for National Statistics");
  c.a = arena_open(COMMAND_ARENA_BYTES);
  c.db = db_open_here(&c.why);
  struct csv *rows = c.db ? open_rows(&c, file) : NULL;
  if (!rows || !profiles_links_import(c.db, &c.a, rows, edition, source, &n, &c.why))
    return finish(&c, rows, 1);
  printf("%lld areas that were drawn again.\n", (long long)n);
  return finish(&c, rows, 0);
}
