/* gate: proofs that nobody sees more than they may, over every route the program has. Each proof
 * counts what it finds wrong and says it; the test wants none, and each is run again on a build
 * with a fault planted, where it must find some. README.md says how a domain adds its routes. */
#ifndef WAYMARK_TEST_GATE_H
#define WAYMARK_TEST_GATE_H
#include "db/testing.h"
#include "people/people.h"
#include "web/testing.h"

enum { GATE_ACTORS_MAX = 24, GATE_ROWS = 8, GATE_RECORDS_MAX = 64 };
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
enum gate_variant {
  VESNA_PLAIN,
  VESNA_PROTECTED,
  VESNA_HIDDEN,
  NOBODY_HIDES, /* as VESNA_PLAIN, with a worker who asks nothing */
  ONE_KNOWN,    /* and somebody of hers, known to every domain */
  ONE_HIDES     /* who then went into hiding */
};
struct gate_actor { const char *name; struct actor actor; };
struct world {
  struct db_test *t;
  struct client c;
  struct gate_actor actor[GATE_ACTORS_MAX];
  size_t actors;
  struct person row[GATE_ROWS];
  char id[GATE_ROWS][40];
  /* Records of the domains about each person, in the order of gate_record_at. */
  char record[GATE_RECORDS_MAX][GATE_ROWS][40];
  int64_t hider; /* ONE_KNOWN, ONE_HIDES: that one, and the worker named for them */
  struct actor hider_worker;
};
extern const char *const gate_row_names[GATE_ROWS];
size_t gate_lists(struct migrations *lists, size_t room);
struct world world_make(struct db_test *t, enum gate_variant variant);
/* proof_hidden.c: what the tables say of a person in text, but what `list` (a file beside this one,
 * "table.column why" a line) names; known: how many tables have a row of theirs. SQLite only; 0
 * elsewhere, where the same statements wrote the same rows. */
size_t gate_tables_silent(struct db_test *t, int64_t person, const char *list, size_t *known,
                          struct buf *said);
/* The revisions of every record of theirs, as "1,2,3", and later: does any of these still say what
 * a value was? No ids at all is a fault: then nothing was asked. */
struct str gate_revisions_of(struct db_test *t, int64_t person);
size_t gate_revisions_silent(struct db_test *t, struct str ids, struct buf *said);
/* world_hider.c: a worker, and as the variant says somebody of hers, who hides or not. */
void world_hider(struct world *w, int64_t team, int64_t household, enum gate_variant variant);
void world_close(struct world *w);
const struct actor *gate_actor_named(struct world *w, const char *name);

/* ---- what a domain adds (seed_<domain>.c, listed in seeds.c) ---- */

/* What a {name} of a path stands for when it is not the id of a person: a record about one. `path`
 * ends at that name ("/referrals/{id}", "/people/{id}/contacts/{contact}") and holds for every
 * route below it and for its twins under /api. make: makes the record about the person, by a
 * worker who sees them (`by`), inside the caller's MAIN transaction, and writes its public id;
 * whatever it seals should hold gate_canary's words. False fails the test. */
struct gate_record {
  const char *path;
  bool (*make)(struct world *w, enum gate_row row, const struct actor *by, char id[40]);
};
/* A whole, valid form for a WRITE or ASK route: what somebody entitled would send. */
struct gate_form { const char *path, *form; };
struct gate_seed {
  const char *domain;
  const struct gate_record *records;
  size_t n_records;
  const struct gate_form *forms;
  size_t n_forms;
};
extern const struct gate_seed *const gate_seeds[];
extern const size_t gate_seeds_n;
const struct gate_record *gate_record_at(size_t i); /* NULL past the last */
/* "" when no domain gave one. */
const char *gate_form_of(const struct route *r);
/* "CANARY-SEALED-ada": to put into sealed fields of records about a person; may stand on pages of
 * whoever sees them and nowhere else. */
const char *gate_canary(enum gate_row row);

/* ---- expectations ---- */

/* One expectation, read from expectations.txt. `truth`: the lines of truth.txt that say who sees
 * the record: "" for people themselves. */
struct expected {
  bool found, anyone, signed_in, person, list, own, export, declared, fresh;
  uint32_t roles;
  struct str truth;
};
struct expected gate_expected(const struct route *r, struct buf *said);
bool gate_truth(struct str kind, const char *actor, enum gate_row row);
bool gate_may(const struct expected *e, const struct actor *a);
/* Sends one request as the actor about the person or record of a row. What a WRITE changes is taken
 * back once the reply is there, so every route meets the same world. */
void gate_send(struct world *w, const struct gate_actor *as, const struct route *r,
               enum gate_row row, const char *form);
struct routes gate_routes(struct world *w);

/* The proofs: how many faults. */
typedef size_t gate_proof(struct db_test *t, struct buf *said);
gate_proof proof_truth, proof_noninterference, proof_canaries, proof_exports, proof_timing,
    proof_enforcement, proof_erasure, proof_hiding, proof_cost;
/* Two worlds, asked every route by everybody: how many answers differ. except: a row of truth
 * (ROW_VESNA) whose own workers are not asked; ROW_ABSENT: everybody is. */
size_t gate_compare(struct world *one, struct world *two, const enum gate_row *asked, size_t n,
                    enum gate_row except, struct buf *said);
#endif
