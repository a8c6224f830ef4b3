/* The gate, proved on both databases; and on a build with a fault planted, the one proof which must
 * find it: gate_planted PROOF WORDS, what it must say. */
#include <stdio.h>
#include "app/domains.h"
#include "base/planted.h"
#include "gate.h"

static struct str must_say;

static void verdict(struct db_test *t, const char *name, gate_proof *proof) {
  struct buf said = buf_open(8 << 20);
  size_t faults = proof(t, &said);
  if (faults && !PLANTED)
    fprintf(stderr, "%s: %zu\n%.*s", name, faults, (int)(said.n < 40000 ? said.n : 40000), said.p);
  if (PLANTED) {
    struct str all_said = buf_str(&said),
               found = str_slice(all_said, str_find(all_said, must_say), said.n);
    print_message("found: ...%.*s\n", (int)str_find_byte(found, '\n'), found.p);
    assert_true(found.n > 0); /* the planted fault itself, not just any */
  } else {
    assert_int_equal(faults, 0);
  }
  buf_free(&said);
}
#define PROOF(name) static void name(struct db_test *t) { verdict(t, #name, proof_##name); }
PROOF(truth)
PROOF(noninterference)
PROOF(canaries)
PROOF(exports)
PROOF(timing)
PROOF(enforcement)
PROOF(erasure)
PROOF(hiding)
PROOF(cost)

/* A proof's name as the first argument: that one only. A planted build needs the words as well. */
int main(int argc, char **argv) {
  static const struct db_test_case all[] = {DB_TEST(truth),    DB_TEST(noninterference),
                                            DB_TEST(canaries), DB_TEST(exports),
                                            DB_TEST(timing),   DB_TEST(enforcement),
                                            DB_TEST(erasure),  DB_TEST(hiding),
                                            DB_TEST(cost)};
  static struct migrations lists[64];
  size_t n = gate_lists(lists, countof(lists));
  if (PLANTED && argc != 3) return fprintf(stderr, "gate_planted PROOF WORDS\n"), 2;
  if (PLANTED) must_say = str_of(argv[2]);
  for (size_t i = 0; argc > 1 && i < countof(all); i++)
    if (strcmp(all[i].name, argv[1]) == 0) return db_test_run("the gate", &all[i], 1, lists, n);
  return db_test_run("the gate", all, countof(all), lists, n);
}
