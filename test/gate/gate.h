/* gate: proofs that nobody sees more than they may, over every route the program has. Each proof
 * counts what it finds wrong and says it; the test wants none, and each is run again on a build
 * with a fault planted, where it must find some. */
#ifndef WAYMARK_TEST_GATE_H
#define WAYMARK_TEST_GATE_H
#include "db/testing.h"
#include "people/people.h"
#include "web/testing.h"

enum { GATE_ACTORS_MAX = 24, GATE_ROWS = 8 };
enum gate_row {
  ROW_ADA,
  ROW_BEN,
  ROW_CAT,
  ROW_HIDDEN,
  ROW_PIERS,
  ROW_VESNA,
  ROW_ABSENT,
  ROW_MALFORMED
};
/* What stands in one world and not in the other: facts about Vesna that nobody but her own workers
 * may notice. */
enum gate_variant { VESNA_PLAIN, VESNA_PROTECTED, VESNA_HIDDEN };
struct gate_actor { const char *name; struct actor actor; };
struct world {
  struct db_test *t;
  struct client c;
  struct gate_actor actor[GATE_ACTORS_MAX];
  size_t actors;
  struct person row[GATE_ROWS];
  char id[GATE_ROWS][40];
};
extern const char *const gate_row_names[GATE_ROWS];
size_t gate_lists(struct migrations *lists, size_t room);
struct world world_make(struct db_test *t, enum gate_variant variant);
void world_close(struct world *w);

/* One expectation, read from expectations.txt. */
struct expected { bool found, anyone, signed_in, person, list, export, fresh; uint32_t roles; };
struct expected gate_expected(const struct route *r, struct buf *said);
bool gate_truth(const char *actor, enum gate_row row);
/* Sends one request as the actor, {names} replaced by id. */
void gate_send(struct world *w, const struct gate_actor *as, const struct route *r, const char *id,
               const char *form);
struct routes gate_routes(struct world *w);

/* The proofs: how many faults. */
typedef size_t gate_proof(struct db_test *t, struct buf *said);
gate_proof proof_truth, proof_noninterference, proof_canaries, proof_exports, proof_timing,
    proof_enforcement;
#endif
