/* inside: what the files of this folder share and nobody else may use. */
#ifndef WAYMARK_RESIDENT_INSIDE_H
#define WAYMARK_RESIDENT_INSIDE_H
#include "base/planted.h"
#include "people/part.h"
#include "resident/mine.h"
#include "resident/resident.h"

/* Faults that only this folder's own test builds switch on (base/planted.h has the rest). */
enum {
  PLANTED_AGREES_BY_ITSELF = 603, /* whatever words were read */
  PLANTED_HEARS_NOTHING,          /* words that ask for a person bring nobody */
  PLANTED_FORGETS_TYPED,          /* a form that comes back is empty */
  PLANTED_COPY_AT_ONCE            /* no time between asking and taking */
};
enum {
  RESIDENT_WORKERS = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER | ROLE_SAFEGUARDING,
  MINE_WORDS_MAX = 1000
};
handler mine_home_page, mine_plan_page, mine_step_post, mine_agree_post, mine_goal_post,
    mine_strengths_page, mine_strengths_post, mine_appointments_page, mine_appointment_page,
    mine_cant_post, mine_calendar_file, mine_messages_page, mine_messages_post, mine_choices_page,
    mine_choices_post, mine_looked_page, mine_words_page, mine_words_post, mine_copy_page,
    mine_copy_post, mine_copy_text, mine_copy_json, mine_complaints_page, mine_complaints_post,
    mine_copy_all, mine_outcomes_page;
handler own_page_page, own_page_post, statements_page, statements_post;
void statements_card(struct request *rq, const struct person *p, struct sight sight);
struct markup statements_beside(struct request *rq, const struct person *p, const char *about,
                                struct uuid item);
enum db_result resident_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                              instant_t now);
bool resident_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now,
                   struct progress *p, struct why *why);
enum db_result resident_hide(struct db *db, struct arena *a, const struct veil *veil);
void resident_hold(struct held *h); /* hold.c */
#endif
