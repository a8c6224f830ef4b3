/* doctor: says in sentences what is wrong with an installation, and what to do. Exit status 0 only
 * when nothing is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "app/commands.h"
#include "base/args.h"
#include "db/here.h"
#include "record/record.h"
#include "web/route.h"

enum { DOCTOR_ARENA_BYTES = 256 << 20, REPORT_BYTES_MAX = 1 << 20 };

static int doctor_domains(struct db *db, struct arena *a, struct buf *out) {
  int faults = 0;
  for (size_t i = 0; i < waymark_domains_n; i++) {
    struct arena scratch = *a;
    if (waymark_domains[i]->doctor)
      faults += waymark_domains[i]->doctor(db, &scratch, clock_now(), out);
  }
  return faults;
}

int command_doctor(int argc, char **argv) {
  struct args args = args_of(argc, argv);
  struct why why;
  struct buf out = buf_open(REPORT_BYTES_MAX);
  struct arena a = arena_open(DOCTOR_ARENA_BYTES);
  int faults = 0;
  if (!args_done(&args, &why)) {
    fprintf(stderr, "waymark: %s\n", why.text);
    return 2;
  }
  if (!installation_unlock(&why)) faults++, buf_format(&out, "%s\n", why.text);
  struct db *db = db_open_here(&why);
  if (!db)
    faults++, buf_format(&out, "%s\n", why.text);
  else
    faults += doctor_domains(db, &a, &out);
  if (db) db_close(db);
  fwrite(out.p, 1, out.n, stdout);
  printf(faults ? "%d thing(s) to put right.\n" : "All is well.\n", faults);
  buf_free(&out);
  arena_close(&a);
  return faults ? 1 : 0;
}

/* The route table, printed; the same list that requests are found in. */
int command_routes(int argc, char **argv) {
  struct args args = args_of(argc, argv);
  struct arena a = arena_open((size_t)16 << 20);
  struct buf out = buf_open(REPORT_BYTES_MAX);
  struct why why;
  struct str role = {0};
  uint32_t bit = 0;
  static const char *const kinds[] = {"READ", "ASK", "WRITE"};
  bool plain = args_flag(&args, "--plain");
  args_word(&args, &role);
  if (role.n && !(bit = role_of(role))) {
    fprintf(stderr, "waymark: \"%.*s\" is no role.\n", P(role));
    return 2;
  }
  struct route_table *table =
      args_done(&args, &why) ? routes_build(&a, waymark_domains, waymark_domains_n, &why) : NULL;
  if (!table) {
    fprintf(stderr, "waymark: %s\n", why.text);
    return 1;
  }
  struct routes all = routes_all(table);
  if (!plain) routes_who_can(table, bit, &out);
  for (size_t i = 0; plain && i < all.n; i++)
    buf_format(&out, "%s\t%s\t%u\t%u\t%s\n", kinds[all.p[i]->kind], all.p[i]->path, all.p[i]->who,
               all.p[i]->flags, route_domain(table, all.p[i]));
  fwrite(out.p, 1, out.n, stdout);
  buf_free(&out);
  return 0;
}

/* Every record type and its fields, as Markdown: doc/data-dictionary.md is this output. */
enum { RECORD_TYPES_MAX = 200 };

static int by_name(const void *a, const void *b) {
  const struct record_type *const *l = a, *const *r = b;
  return strcmp((*l)->name, (*r)->name);
}

/* By name: the order they are linked in is no order for a reader. */
bool dictionary_print(struct buf *out) {
  struct record_types types = record_types();
  const struct record_type *sorted[RECORD_TYPES_MAX];
  if (types.n > RECORD_TYPES_MAX) return false;
  memcpy(sorted, types.p, types.n * sizeof *sorted);
  qsort(sorted, types.n, sizeof *sorted, by_name);
  record_dictionary(sorted, types.n, out);
  return !out->full;
}

int command_dictionary(int argc, char **argv) {
  (void)argc, (void)argv;
  struct buf out = buf_open(REPORT_BYTES_MAX);
  dictionary_print(&out);
  fwrite(out.p, 1, out.n, stdout);
  buf_free(&out);
  return 0;
}
