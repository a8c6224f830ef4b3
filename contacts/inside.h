/* inside: what the files of this folder share and nobody else may use. */
#ifndef WAYMARK_CONTACTS_INSIDE_H
#define WAYMARK_CONTACTS_INSIDE_H
#include "contacts/contacts.h"
#include "people/part.h"

enum {
  SEERS = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER | ROLE_SAFEGUARDING | ROLE_PEER,
  WRITERS = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER | ROLE_PEER,
  LEADS = ROLE_TEAM_LEAD | ROLE_MANAGER
};
/* After a write: true when it failed and the reply says what to do. */
bool contacts_failed(struct request *rq, enum db_result result);
struct str contacts_path(struct request *rq, const struct person *p, const char *rest);
struct str contacts_user(struct request *rq, int64_t user_id);
struct strs contacts_posted(void *from, const char *name);
bool clock_read(struct str typed, int *minute); /* "9:05", "09.05", "930" */
struct str contact_clock_words(struct arena *a, int minute);

bool contact_readable(const struct actor *actor, const struct contact *c);
enum db_result appointment_again(struct db *db, struct arena *a, const struct appointment *p,
                                 const struct attempt *t);
enum db_result appointment_end(struct db *db, struct arena *a, const struct appointment *p,
                               int64_t number, struct str end, struct str why, int64_t by_user,
                               instant_t now);

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
bool contacts_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                   struct why *why);
int contacts_doctor(struct db *db, struct arena *a, instant_t now, struct buf *out);
#endif
