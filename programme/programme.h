/* programme: schemes a provider delivers under contract, and the programme start.
 *
 * Support begins with a name; a programme start is paperwork, and a separate dated fact (PRACTICE
 * 6). A contract (contract.h) is data in packs/programmes. Somebody joins by saying yes after being
 * told, field by field, what each funder is told; a no leaves no trace. What a start still needs is
 * computed from dated facts: each proof by an accepted paper (seen, not kept), by what the contract
 * takes otherwise, or by an exception a manager signed; each form signed, with the words exactly as
 * they were shown and their hash. A start keeps what the rule of its own day said: nobody is judged
 * again because a rule changed. Equality answers are asked of the person alone, kept apart, shown
 * on no page about anybody, and counted in tables of ten or more. */
#ifndef WAYMARK_PROGRAMME_H
#define WAYMARK_PROGRAMME_H
#include "people/people.h"
#include "programme/contract.h"
#include "programme/outcome.h"
#include "rules/rules.h"
#include "words/words.h"

struct joining {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "programme/joining.def"
};
extern const struct record_type joining_type;

/* ---- states (state.c; pure) ---- */

enum proof_state {
  PROOF_MISSING,
  PROOF_SEEN,    /* an accepted paper was seen */
  PROOF_OTHER,   /* what the contract takes when none of those can be had */
  PROOF_ASKED,   /* an exception waits for a manager */
  PROOF_ALLOWED, /* a manager signed it */
  PROOF_REFUSED,
  PROOF_LAPSED   /* the paper's own last day has passed */
};
/* One dated fact about a proof: "seen", "asked", "allowed", "refused", "mistake". */
struct proof_fact {
  int64_t id, by_user;
  struct str proof, what, paper, note;
  day_t day, until; /* until: the paper's own last day; DAY_NONE = it has none */
};
struct proof_facts { struct proof_fact *p; size_t n; }; /* oldest first */
/* Where one proof stands on a day; *latest gets the fact it stands on (may be NULL). A paper the
 * contract does not list never counts. */
enum proof_state proof_state_of(const struct contract_proof *p, const struct proof_facts *facts,
                                day_t on, const struct proof_fact **latest);
bool proof_holds(enum proof_state s);

enum joining_state {
  JOINING_GATHERING, /* something is still missing */
  JOINING_WAITING,   /* only a manager's word is */
  JOINING_READY,
  JOINING_STARTED,
  JOINING_ENDED
};
/* `signed_forms`: the codes of the forms signed by that day. */
enum joining_state joining_state_of(const struct contract *c, const struct joining *j,
                                    const struct proof_facts *facts, struct strs signed_forms,
                                    day_t on);
const char *joining_state_code(enum joining_state s);

/* ---- contracts here ---- */

struct programme {
  int64_t id;
  struct uuid public_id;
  struct str hash; /* of the wording in force */
  struct contract contract;
};
struct programmes { struct programme *p; size_t n; };
/* Keeps a contract's wording; one that is there already and says something else becomes its newest
 * wording, the old one stays for those who joined under it. False: it cannot be read, or names a
 * return or a rule that is not here. */
bool programme_keep(struct db *db, struct arena *a, struct str text, instant_t now,
                    struct why *why);
struct programmes programmes_known(struct db *db, struct arena *a);
bool programme_by_code(struct db *db, struct arena *a, struct str code, struct programme *out);
/* The wording somebody joined under. */
bool programme_wording(struct db *db, struct arena *a, int64_t programme_id, struct str hash,
                       struct contract *out);
/* Inside a MAIN transaction. */
enum db_result programme_deliver(struct db *db, int64_t programme_id, int64_t organisation_id,
                                 bool on, struct arena *a, instant_t now);
bool programme_delivered(struct db *db, int64_t programme_id, int64_t organisation_id);
/* The rule a contract names, as it stands in packs/; NULL: none. */
const struct rules_rule *programme_rule(const struct contract *c);
/* What the rule says of somebody on a day, from what may be seen of them; *because gets the reasons
 * (may be NULL). No rule: maybe. */
enum rules_answer programme_judge(struct db *db, struct arena *a, const struct contract *c,
                                  const struct person *p, day_t on, enum language lang,
                                  struct rules_because *because);

/* ---- what is told to whom ---- */

/* What joining on that day means for somebody, field by field, as kept with their yes: one line a
 * funder: "funder return field field". */
struct str programme_told(struct db *db, struct arena *a, const struct contract *c, day_t on);
/* Were they told that this funder gets this field? */
bool programme_was_told(struct str told, struct str funder, struct str field);

/* ---- writes, each inside a MAIN transaction (db_atomically) ---- */

/* They said yes. DB_CONFLICT with a sentence: they are on it already, or it takes no starts. */
enum db_result programme_join(struct db *db, struct arena *a, const struct actor *by,
                              const struct programme *g, int64_t person_id, struct uuid id,
                              instant_t now, struct joining *out, struct why *why);
/* They were told again what is sent now, and go on: added to what they were told before. */
enum db_result programme_tell(struct db *db, struct arena *a, const struct actor *by,
                              struct joining *j, instant_t now);
/* A fact about a proof: what it is, is checked against the contract and against who says it (an
 * exception is signed by a manager who did not ask for it). */
enum db_result programme_prove(struct db *db, struct arena *a, const struct actor *by,
                               const struct joining *j, const struct proof_fact *f, bool none_above,
                               instant_t now, struct why *why);
/* Their first day. DB_CONFLICT with a sentence when something was missing on that day. */
enum db_result programme_start(struct db *db, struct arena *a, const struct actor *by,
                               struct joining *j, day_t on, enum rules_answer judged,
                               instant_t now, struct why *why);
enum db_result programme_end(struct db *db, struct arena *a, const struct actor *by,
                             struct joining *j, day_t on, struct str end_code, instant_t now,
                             struct why *why);
bool programme_joining(struct db *db, struct arena *a, struct uuid id, struct joining *out);
struct joinings { struct joining *p; size_t n; };
struct joinings programme_joinings(struct db *db, struct arena *a, int64_t person_id);
struct proof_facts programme_facts(struct db *db, struct arena *a, const struct joining *j,
                                   uint32_t classes);

/* What dates alone change (a paper's last day): the projections of everybody who has not started
 * are written again. Nightly; inside a MAIN transaction. */
enum db_result programme_rebuild(struct db *db, day_t today);

/* ---- signing (sign.c) ---- */

enum sign_way { SIGN_DRAWN, SIGN_TYPED, SIGN_SPOKEN, SIGN_WAYS };
const char *sign_way_code(enum sign_way w);
struct signing {
  int64_t id, person_id, joining_id, by_user;
  struct uuid public_id;
  /* mark: the path drawn, the name typed, or who heard it */
  struct str form, words, hash, mark, mark_hash;
  enum sign_way way;
  day_t on;
};
enum db_result programme_sign(struct db *db, struct arena *a, struct signing *s, instant_t now);
bool programme_signing(struct db *db, struct arena *a, struct uuid id, struct signing *out);
/* Do the words and the mark still give the hashes kept with them? */
bool signing_unaltered(struct arena *a, const struct signing *s);
/* Every signed form looked at again. closed: erased, or no longer to be opened. */
struct checked { int64_t right, altered, closed; };
struct checked programme_check(struct db *db);
/* A signature drawn on a screen: pen lines of points in a box of SIGN_WIDE by SIGN_HIGH, as
 * "M12 40L13 41L...". False for anything else, anything bigger, or no line at all. */
enum { SIGN_WIDE = 600, SIGN_HIGH = 200, SIGN_POINTS_MAX = 2000, SIGN_BYTES_MAX = 20000 };
bool signature_parse(struct arena *a, struct str path, struct str *tidy);

/* For other domains: how many exceptions wait for this actor to sign (Today). */
int64_t programme_waiting(struct request *rq);
extern const struct domain programme_domain;
#endif
