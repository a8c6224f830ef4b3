/* inside: what the files of this folder share and nobody else may use. */
#ifndef WAYMARK_PEOPLE_INSIDE_H
#define WAYMARK_PEOPLE_INSIDE_H
#include "people/part.h"
#include "record/form.h"
#include "web/session.h"

/* Faults that only this folder's own test builds switch on (base/planted.h has the rest). */
enum {
  PLANTED_NO_SHOWN = 401,      /* a "no" to a group shows */
  PLANTED_GROUP_BY_WORKER,     /* a member's page shows the others whom the worker may see */
  PLANTED_PARENT_ASSUMED,      /* under 16, a parent is asked for whatever the young person says */
  PLANTED_LAPSES,              /* a review is forgotten once it is a month old */
  PLANTED_THREE_REQUIRED = 406, /* intake wants a date of birth */
  PLANTED_SANCTION,            /* a field about sanctions */
  PLANTED_FORGETS_DUTY,        /* the first duty wins, not the longest */
  PLANTED_LAST_WINS            /* a save overwrites what somebody else saved meanwhile */
};

extern const struct person_worklist people_worklists[2];

/* Loads as much of a person as the sight allows; a restricted person's sealed identity is opened
 * with it. */
bool people_read(struct db *db, struct arena *a, int64_t id, struct sight sight,
                 struct person *out);
bool people_whole(struct db *db, struct arena *a, int64_t id, struct person *out);
/* restricted.c */
enum db_result restricted_keep(struct db *db, struct arena *a, const struct person *p,
                               instant_t now);
bool restricted_open(struct db *db, struct arena *a, uint32_t classes, struct person *p);
void restricted_only(
    struct person *p,
    bool sealed_fields); /* clears the others: the clear ones, or the sealed ones */
/* hide.c: this folder's own part of hiding, and those who hide veiled again for what is over since
 * (the domain's night). */
enum db_result people_hide(struct db *db, struct arena *a, const struct veil *veil);
enum db_result people_hide_night(struct db *db, struct arena *a, instant_t now);
void people_hold(struct held *h); /* held.c */
/* safe.c */
void people_safe_head(struct request *rq, const struct person *p, struct sight sight,
                      struct person_head *h);
/* merge.c: the fingerprints a form carries of its fields; and what an edit comes to beside what is
 * stored now: fields I left alone take the stored value. False: `conflicts` (room for every field)
 * lists those both changed. */
struct str people_base(struct arena *a, const struct person *p, const char *const *fields);
bool people_merge(struct arena *a, struct str base, const char *const *fields,
                  const struct person *stored, struct person *mine,
                  const struct field **conflicts, size_t *n);
/* save.c: when the reviews at 16, 18 and 25 fall; bits as in people_age_due. */
enum db_result people_stages_write(struct db *db, struct arena *a, const struct person *p);
enum db_result people_stages_drop(struct db *db, int64_t person_id);
unsigned people_stages_done(struct db *db, struct arena *a, int64_t person_id);
/* keeping.c */
struct str class_list_words(struct arena *a, uint32_t classes); /* "health, offences" */
enum db_result people_keep_began(struct db *db, struct arena *a, const struct person *p,
                                 int64_t by_user, instant_t now);
/* part.c: every domain's erase. */
/* All parts' `wrote` and `alike`. */
enum db_result people_parts_wrote(struct db *db, struct arena *a, const struct person *p,
                                  instant_t now);
void people_hide_follow(struct db *db, struct arena *a, int64_t person_id, instant_t now);
enum db_result people_parts_hide(struct db *db, struct arena *a, const struct veil *veil);
struct markup people_parts_alike(struct request *rq, const struct person *p);
enum db_result people_parts_erase(struct db *db, struct arena *a, int64_t person_id,
                                  uint32_t classes, instant_t now);
void people_next_things(struct request *rq, const int64_t *people, struct person_next *out,
                        size_t n);
/* voice_pages.c: the card of the first page that says a review is due. */
void people_due_card(struct request *rq, const struct person *p, struct sight sight);
/* household.c */
enum db_result people_households_seal(struct db *db, struct arena *a);
struct str people_group_name(struct arena *a, struct str sealed, struct str old_name);
/* report.c */
void people_households_text(struct db *db, bool csv, struct buf *out);
/* form_pages.c: what a posted or half-typed form holds, as record_form reads it. */
struct typed { struct request *rq; const struct draft *draft; };
struct strs typed_values(void *typed, const char *name);
struct str typed_first(void *typed, const char *name);
struct str people_said_by(struct request *rq, int64_t user_id); /* a worker's name; "" unknown */

handler people_list_page, people_list_api, people_person_page, people_person_api, people_new_page,
    people_new_post, people_edit_page, people_edit_post, people_edit_api, people_history_page,
    people_history_api, people_groups_page, people_groups_post, people_groups_api,
    people_group_page, people_group_ask, people_voice_page, people_voice_api, people_voice_form,
    people_voice_post, people_reviews_page, people_reviews_api, people_past_page, people_past_post,
    people_keeping_page, people_keeping_post, people_keeping_api;
bool people_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                 struct why *why);
#endif
