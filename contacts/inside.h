/* inside: what the files of this folder share and nobody else may use. */
#ifndef WAYMARK_CONTACTS_INSIDE_H
#define WAYMARK_CONTACTS_INSIDE_H
#include "contacts/contacts.h"
#include "messages/messages.h"
#include "people/part.h"

enum {
  SEERS = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER | ROLE_SAFEGUARDING | ROLE_PEER,
  WRITERS = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER | ROLE_PEER,
  LEADS = ROLE_TEAM_LEAD | ROLE_MANAGER
};
/* After a write: true when it failed and the reply says what to do. */
bool contacts_failed(struct request *rq, enum db_result result);
struct str contacts_path(struct request *rq, const struct person *p, const char *rest);
struct strs contacts_posted(void *from, const char *name);
bool clock_read(struct str typed, int *minute); /* "9:05", "09.05", "930" */
struct str contact_clock_words(struct arena *a, int minute);

extern const struct person_worklist contacts_worklists[7];
/* Fills the projection for who has none; how many rows differ from what the contacts say. */
enum db_result contacts_now_fill(struct db *db, struct arena *a);
int64_t contacts_now_differs(struct db *db, struct arena *a);
bool contact_readable(const struct actor *actor, const struct contact *c);
enum db_result appointment_again(struct db *db, struct arena *a, const struct appointment *p,
                                 const struct attempt *t, instant_t now);
enum db_result appointment_end(struct db *db, struct arena *a, const struct appointment *p,
                               int64_t number, struct str end, struct str why, int64_t by_user,
                               instant_t now);

/* remind.c: what somebody may be told of an appointment, and the reminder the day before. */
#define REMIND_JOB "remind"
job_run remind_job;
/* What there is to tell of it as it stands: a changed time, that it is off. False: nothing. */
bool appointment_word(struct db *db, struct arena *a, const struct appointment *p,
                      int64_t organisation_id, int64_t by_user, struct message_ask *out);
/* Plans the reminder of an attempt that was just agreed. Inside a MAIN transaction. */
enum db_result appointment_remind(struct db *db, struct arena *a, const struct appointment *p,
                                  int64_t attempt_id, const struct attempt *t, instant_t now);
/* The attempt is over or moved: what waits to be sent about it is taken back. */
enum db_result appointment_hush(struct db *db, struct arena *a, int64_t attempt_id, instant_t now);
handler appointment_tell_post;
handler pause_page, pause_api, pause_post;
handler contacts_page, contacts_api, contacts_post, contacts_one_page, contacts_one_post,
    contacts_promise_post;
handler appointments_page, appointments_api, appointment_new_page, appointment_new_post,
    appointment_page, appointment_end_post, appointment_again_post, appointment_link_post;
handler calendar_page, calendar_post, calendar_file;
handler sessions_page, sessions_api, session_new_page, session_new_post, session_page,
    session_count_post, session_mark_post, session_join_page, session_join_post;
handler drop_in_page, drop_in_post, drop_in_api;
handler stops_page, stops_api, stops_edit_page, stops_edit_post, stop_change_post;
handler visits_page, visits_api, visit_new_post, visit_press_post, caution_page, caution_api,
    caution_post;
handler assets_page, assets_api, asset_new_page, asset_new_post, asset_page, asset_stock_post,
    lent_page, lent_api, lent_post, lent_back_post;
void contacts_card(struct request *rq, const struct person *p, struct sight sight);
void contacts_beside(struct request *rq, const struct person *p, struct sight sight);
enum db_result contacts_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                              instant_t now);
bool contacts_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                   struct why *why);
int contacts_doctor(struct db *db, struct arena *a, instant_t now, struct buf *out);
enum db_result contacts_hide(struct db *db, struct arena *a, const struct veil *veil);
void contacts_hold(struct held *h); /* hold.c */
#endif
