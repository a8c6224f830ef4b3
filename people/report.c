/* report: how many people and how many households are helped together, counted both ways. Groups of
 * one are no household; everybody counts once however many groups they are in. Counts under ten are
 * not printed: with a name in mind a small one tells. */
#include <stdio.h>
#include "base/args.h"
#include "db/here.h"
#include "people/inside.h"

enum { LEAST_TOLD = 10, REPORT_ARENA_BYTES = 64 << 20 };

static void put_count(struct buf *out, int64_t n) {
  if (n && n < LEAST_TOLD)
    buf_format(out, "fewer than %d", LEAST_TOLD);
  else
    buf_format(out, "%lld", (long long)n);
}

void people_households_text(struct db *db, bool csv, struct buf *out) {
  struct group_counts c = people_group_counts(db);
  buf_put(out, csv ? S("people,households\r\n") : S("People helped together: "));
  put_count(out, c.people);
  buf_put(out, csv ? S(",") : S("\nHouseholds (support groups of two or more): "));
  put_count(out, c.households);
  buf_put(out, csv ? S("\r\n") : S("\n"));
}

int people_report_households(int argc, char **argv) {
  struct args args = args_of(argc, argv);
  struct why why;
  bool csv = args_flag(&args, "--csv");
  struct db *db = args_done(&args, &why) ? db_open_here(&why) : NULL;
  if (!db) {
    fprintf(stderr, "waymark: %s\n", why.text);
    return 1;
  }
  struct buf out = buf_open(REPORT_ARENA_BYTES);
  people_households_text(db, csv, &out);
  fwrite(buf_str(&out).p, 1, buf_str(&out).n, stdout);
  buf_free(&out);
  db_close(db);
  return 0;
}
