/* audit_bench FOLDER [ENTRIES]: fills a fresh log (two people an entry, sealed every thousand),
 * then verifies it. Prints entries a second written in batches of 200, and the seconds verify took.
 */
#include <stdio.h>
#include <stdlib.h>
#include "audit/audit.h"

extern const struct migrations db_migrations;

enum { BATCH = 200 };

static bool fill(struct audit_writer *w, int64_t entries) {
  static struct audit_subject s[BATCH][2];
  static struct audit_entry e[BATCH];
  for (int64_t i = 0; i < entries; i += BATCH) {
    for (int k = 0; k < BATCH; k++) {
      s[k][0] = (struct audit_subject){1 + (i + k) % 100003, 3};
      s[k][1] = (struct audit_subject){200000 + (i + k) % 50021, 3};
      e[k] = (struct audit_entry){.at = 1795000000000000 + i + k,
                                  .kind = AUDIT_READ,
                                  .user_id = 1 + k,
                                  .organisation_id = 2,
                                  .team_id = 3,
                                  .session_id = 100 + k,
                                  .function = 1,
                                  .route = S("/people/{id}"),
                                  .request = (uint64_t)(i + k),
                                  .subject = s[k],
                                  .subjects = 2};
    }
    if (!audit_writer_add(w, e, BATCH)) return false;
    if (i % (5 * BATCH) == 0) audit_writer_seal(w, 1795000000000000 + i);
  }
  return audit_writer_seal(w, 1796000000000000);
}

int main(int argc, char **argv) {
  struct why why = {0};
  struct audit_check c;
  if (argc < 2) return fprintf(stderr, "audit_bench FOLDER [ENTRIES]\n"), 2;
  int64_t entries = 1000000;
  if (argc > 2) str_to_i64(str_of(argv[2]), &entries);
  struct db_where where = {.folder = str_of(argv[1])};
  const struct migrations lists[] = {db_migrations, audit_migrations};
  if (!folder_make(argv[1], &why) || !db_migrate(&where, lists, countof(lists), NULL, &why))
    return fprintf(stderr, "%s\n", why.text), 1;
  struct db *db = db_open(&where, &why);
  struct audit_writer *w = db ? audit_writer_open(db, 1795000000000000, &why) : NULL;
  if (!w) return fprintf(stderr, "%s\n", why.text), 1;
  uint64_t began = clock_monotonic_us();
  if (!fill(w, entries)) return fprintf(stderr, "could not write\n"), 1;
  uint64_t filled = clock_monotonic_us();
  bool whole = audit_verify(db, NULL, 0, NULL, &c, &why);
  uint64_t done = clock_monotonic_us();
  printf("written_per_s=%.0f verify_s=%.2f entries=%lld whole=%d %s\n",
         (double)entries / (double)(filled - began) * 1e6, (double)(done - filled) / 1e6,
         (long long)c.entries, whole, whole ? "" : why.text);
  audit_writer_close(w);
  db_close(db);
  return whole ? 0 : 1;
}
