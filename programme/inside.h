/* inside: what the files of this folder share and nobody else may use. */
#ifndef WAYMARK_PROGRAMME_INSIDE_H
#define WAYMARK_PROGRAMME_INSIDE_H
#include "audit/audit.h"
#include "people/part.h"
#include "programme/pages.h"
#include "programme/outcome.h"
#include "programme/programme.h"

enum {
  PROGRAMME_WORKERS = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER,
  PROGRAMME_NOTE_MAX = 600,
  PROGRAMME_LISTED_MAX = 50,
  PROGRAMME_NAME_MAX = 120,
  FORM_BYTES_MAX = 32 << 10
};

/* Writes the state that follows from what stands there now. */
enum db_result programme_project(struct db *db, struct arena *a, const struct joining *j,
                                 day_t today);
/* The codes of the forms of a joining signed by a day. */
/* programme_facts of a contract read already. */
struct proof_facts programme_facts_under(struct db *db, struct arena *a, const struct joining *j,
                                         const struct contract *c, uint32_t classes);
struct strs programme_signed(struct db *db, struct arena *a, int64_t joining_id, day_t on);
enum joining_state programme_state(struct db *db, struct arena *a, const struct joining *j,
                                   day_t on);
bool programme_by_id(struct db *db, struct arena *a, int64_t id, struct programme *out);
/* Is a field declared for a return ours to send, and from which record? False with a sentence. */
bool programme_returns_right(struct db *db, struct arena *a, const struct contract *c,
                             struct why *why);

/* ---- forms (form.c) ---- */

/* What a form knows beside the person: who fills it in, when, and the reference that makes its
 * words its own. */
struct form_with {
  const struct contract *contract;
  const struct person *person;
  struct str worker, organisation, reference;
  day_t today;
};
/* The words of a form, one line a thing: "# heading", "Label: value", or a sentence. What is hashed
 * is this text, and what is shown and printed is made from this text and nothing else. */
struct str form_words(struct arena *a, const struct contract_form *f, const struct form_with *w);
struct form_line { struct str label, words; bool heading; }; /* label "": a sentence */
struct form_lines { struct form_line *p; size_t n; };
struct form_lines form_lines_of(struct arena *a, struct str words);

/* ---- equality (equality.c) ---- */

enum { EQUALITY_VERSION = 1, EQUALITY_MINUTES = 60 * 24 * 2 };
struct equality_given { struct str question, answer; }; /* answer "": rather not say */
/* Makes a link that opens once; the token is only in the reply. */
struct str equality_link(struct db *db, struct arena *a, int64_t person_id, int64_t by_user,
                         instant_t now, enum db_result *result);
/* Whose it is while it is good; 0: nobody's. */
int64_t equality_link_of(struct db *db, struct arena *a, struct str token, instant_t now);
/* Keeps the answers and ends the link. Inside a MAIN transaction. */
enum db_result equality_keep(struct db *db, struct arena *a, int64_t person_id, struct str token,
                             const struct equality_given *g, size_t n, instant_t now);
/* Their own answers, a line each, for the copy of everything that they asked for. */
struct str equality_words(struct db *db, struct arena *a, int64_t person_id);
/* How many of these people gave each of a question's choices; counts has room for n_choices. */
void equality_count(struct db *db, struct arena *a, struct str question, struct strs choices,
                    const int64_t *people, size_t n, int64_t *counts);

/* ---- lists (team_pages.c): always from whom the asker may see ---- */

/* Starts of a programme by the asker's organisation between two days (to DAY_NONE: no last day), in
 * order of their days; `limit` at a time (1..1000), part 0 the first. */
struct start_row { int64_t joining_id, person_id; day_t on; };
struct starts { struct start_row *p; size_t n; };
struct starts programme_starts(struct request *rq, int64_t programme_id, day_t from, day_t to,
                               int limit, int part);
enum { RETURN_ROWS_MAX = AUDIT_SUBJECTS_MAX - 50, RETURN_PARTS_MAX = 200 };

/* ---- what the pages say alike ---- */

struct str programme_state_words(struct request *rq, enum joining_state s);
const char *programme_state_sign(enum joining_state s); /* the look's word for it */
struct prog_row programme_row_of(struct request *rq, const struct joining *j, struct uuid person,
                                 uint32_t classes);
/* What each funder of a day is sent, in the words of its return; `already`: only what is not among
 * what they were told before (NULL: all). */
struct prog_sents programme_sents_of(struct request *rq, const struct contract *c, day_t on,
                                     const struct str *already);
struct str programme_trouble(struct request *rq, enum db_result r, const struct why *why);
/* The person and the joining of the path; a joining of somebody else is as absent as none. */
struct opened { struct person p; struct sight sight; struct joining j; };
bool programme_open(struct request *rq, struct opened *o);
struct str programme_path(struct request *rq, const struct opened *o, const char *below);

handler programme_person_page, programme_person_api, programme_join_post, programme_joining_page,
    programme_proof_post, programme_exception_post, programme_start_post, programme_end_post,
    programme_told_post, programme_sign_page, programme_sign_post, programme_signed_page,
    programme_equality_post;
handler outcomes_page, outcomes_api, outcomes_post, outcome_evidence_post, outcome_change_post;
void outcomes_card(struct request *rq, const struct person *p, struct sight sight);
void outcomes_next(struct request *rq, const int64_t *people, struct person_next *out, size_t n);
void outcomes_good(struct request *rq, const int64_t *people, day_t since, struct person_next *out,
                   size_t n);
enum db_result outcome_erase(struct db *db, int64_t person_id);
enum db_result outcome_hide(struct db *db, struct arena *a, const struct veil *veil);
void outcome_hold(struct held *h);
extern const struct person_worklist programme_worklists[2];
/* For a contract's own page: of each outcome it counts, how many are shown as it asks and how many
 * are not yet, among the people the asker may see. */
struct outcome_count { int64_t shown, waiting; };
struct outcome_count outcome_count(struct request *rq, int64_t programme_id, struct str kind);
handler equality_door, equality_post;
handler programme_list_page, programme_page, programme_deliver_post, programme_tables_page,
    programme_return_csv;
void programme_card(struct request *rq, const struct person *p, struct sight sight);
bool programme_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now,
                    struct progress *p, struct why *why);
int programme_doctor(struct db *db, struct arena *a, instant_t now, struct buf *out);
enum db_result programme_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                               instant_t now);
bool programme_init(struct db *db, struct arena *a, instant_t now, struct progress *p,
                    struct why *why);
enum db_result programme_hide(struct db *db, struct arena *a, const struct veil *veil);
void programme_hold(struct held *h); /* hold.c */
#endif
