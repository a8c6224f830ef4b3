/* match: which people we share with a partner organisation, found without either side handing over
 * names (LINKAGE.md, linkage/psi.h), by files that may travel any way.
 *
 * Before a key is derived: an agreement in force between the two organisations that covers who
 * people are, a purpose of the program's own list (none is for enforcement, and no organisation
 * with an enforcement team can be a partner), the person's own yes to this partner, a service that
 * was switched on. People who hide are never in it. Each person in it finds it under who looked. */
#ifndef WAYMARK_KNOWN_MATCH_H
#define WAYMARK_KNOWN_MATCH_H
#include "known/inside.h"
#include "linkage/psi.h"

struct match_partner {
  int64_t id, organisation_id, our_organisation_id;
  struct str name, purpose, project;
  struct psi_partner keys;
  uint32_t cap;
  bool count_only;
};
struct match_run {
  int64_t id;
  struct str period, state;
  int64_t people;
  bool saved;
};
/* Our keys, made on first use. */
bool match_self(struct db *db, struct arena *a, instant_t now, struct psi_identity *out,
                struct why *why);
bool match_partner_named(struct db *db, struct arena *a, struct str name, struct match_partner *out,
                         struct why *why);
bool match_partner_add(struct db *db, struct arena *a, const struct match_partner *p, instant_t now,
                       struct why *why);
bool match_team_allow(struct db *db, struct arena *a, struct str team, bool on, instant_t now,
                      struct why *why);
/* Whether a run may be at all on the day; false with a sentence. */
bool match_may(struct db *db, struct arena *a, const struct match_partner *p, day_t on,
               struct why *why);
/* Begins the period's run: *message is ours to send. */
bool match_start(struct db *db, struct arena *a, const struct match_partner *p, struct str period,
                 instant_t now, struct buf *message, struct why *why);
/* Takes a message of theirs; *message: ours in answer, empty when it is over. A message that is out
 * of order, replayed, altered or larger than agreed is refused with a sentence, and logged; nothing
 * else changes. */
bool match_take(struct db *db, struct arena *a, const struct match_partner *p, struct str theirs,
                instant_t now, struct buf *message, struct why *why);
extern const char *const match_purposes[];
extern const size_t match_purposes_n;
int match_command(int argc, char **argv);
#endif
