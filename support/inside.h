/* inside: what the files of this folder share and nobody else may use. */
#ifndef WAYMARK_SUPPORT_INSIDE_H
#define WAYMARK_SUPPORT_INSIDE_H
#include "people/part.h"
#include "support/support.h"

enum {
  SUPPORT_SEERS = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER | ROLE_SAFEGUARDING | ROLE_PEER,
  SUPPORT_WRITERS = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER | ROLE_PEER,
  SUPPORT_LEADS = ROLE_TEAM_LEAD | ROLE_MANAGER
};

/* A text whose very class is to be seen by nobody: head holds the class under the plan's key, body
 * the text under its own class's. name: the field it is bound to, "barrier". */
struct sealed_fact { struct str head, body; };
bool fact_seal(struct db *db, struct arena *a, int64_t person_id, uint32_t class_bit,
               const char *name, struct str plain, instant_t now, struct sealed_fact *out);
/* False: its class is not among `classes`, or its key was erased. class_bit is told in both cases
 * when it can be known (0 otherwise). */
bool fact_open(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
               const char *name, struct sealed_fact f, uint32_t *class_bit, struct str *plain);
/* Texts of known classes, sealed one after another: an empty one is null; `failed` says that one of
 * them could not be, and then none may be written. */
struct sealer { struct db *db; struct arena *a; int64_t person_id; instant_t now; bool failed; };
struct db_value sealed(struct sealer *s, uint32_t class_bit, const char *name, struct str plain);
struct str text_open(struct db *db, struct arena *a, int64_t person_id, uint32_t class_bit,
                     const char *name, struct str sealed);

/* packs/support/barriers.csv, read once a process. */
struct barrier_kind { struct str code, label; uint32_t class_bit; };
struct barrier_kinds { struct barrier_kind *p; size_t n; };
const struct barrier_kinds *barrier_kinds(void);
uint32_t class_of_word(struct str word); /* "health" -> CLASS_HEALTH; 0 when there is none */

bool questions_init(struct db *db, struct arena *a, instant_t now, struct why *why);
/* The questions a team asks on the day, set by set. */
struct questions questions_asked(struct db *db, struct arena *a, int64_t team_id, day_t on);
struct question_set_row {
  int64_t id, version;
  struct str code, title, intro, rules, source, licence;
  bool self_only;
};
bool question_set_read(struct db *db, struct arena *a, int64_t set_id,
                       struct question_set_row *out);

/* After a write: true when it failed and the reply says what to do. */
bool support_write_failed(struct request *rq, enum db_result result);
struct str person_path(struct request *rq, const struct person *p, const char *rest);

handler support_strengths_page, support_strengths_api, support_strength_new_page,
    support_strength_new_post, support_strength_page, support_strength_post;
handler support_way_page, support_way_api, support_barrier_new_page, support_barrier_new_post,
    support_barrier_page, support_barrier_post;
handler support_talk_page, support_talk_begin, support_talk_step, support_talk_end,
    support_talk_api;
handler support_questions_page, support_questions_post, support_change_page, support_change_api;
handler support_plan_page, support_plan_api, support_plan_edit_page, support_plan_edit_post,
    support_plan_agree_post, support_plan_step_post, support_plan_review_post,
    support_plan_history_page, support_plan_print_page;
handler support_link_post, support_link_close, support_link_door, support_link_open;
handler support_joint_page, support_joint_api, support_joint_post, support_joint_out;
handler support_stays_page, support_stays_api, support_stay_post, support_stay_end_post;
void support_plan_card(struct request *rq, const struct person *p, struct sight sight);
void plan_good(struct request *rq, const int64_t *people, day_t since, struct person_next *out,
               size_t n);
extern const struct person_worklist support_worklists[3];
enum db_result support_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                             instant_t now);
/* plan.c: the agreed rhythm as lists need it, from the newest plan agreed to; none of who hides. */
enum db_result support_rhythm_again(struct db *db, int64_t person_id);
extern const char *const learning_codes[LEARNING_STEPS];
enum db_result learning_erase(struct db *db, int64_t person_id);
handler learning_page, learning_api, learning_post;
bool support_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                  struct why *why);
enum db_result support_hide(struct db *db, struct arena *a, const struct veil *veil);
void support_hold(struct held *h); /* hold.c */
#endif
