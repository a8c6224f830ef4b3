/* session: who is signed in. The browser holds a random 128-bit token in one cookie
 * (`__Host-waymark` behind TLS, plain `waymark` on loopback); WORK holds only its hash. A new token
 * at sign-in, an end after 30 minutes without a request and after 12 hours in any case. A visitor
 * without an account gets a token only when a page with a form is shown to them; it stands for
 * nobody and is kept nowhere. */
#ifndef WAYMARK_WEB_SESSION_H
#define WAYMARK_WEB_SESSION_H
#include "web/web.h"

enum { SESSION_IDLE_MINUTES = 30, SESSION_HOURS_MAX = 12, SESSION_TOUCH_SECONDS = 60 };

/* Signs the user in: ends this browser's old session, makes a new one, sets the cookie. `shared`: a
 * computer others use; signing out wipes everything this site left in the browser, drafts are
 * dropped at the end. False: the store failed. Afterwards reply_redirect(rq, session_next(rq))
 * leads where the visitor was going. */
bool session_open(struct request *rq, int64_t user_id, bool shared);
/* Ends this browser's; clears the cookie and what this site left in the browser. */
void session_close(struct request *rq);
/* Where a sign-in should lead: a form kept when the session ran out, the `next` given, or "/". */
struct str session_next(struct request *rq);

struct session_row {
  int64_t id;
  instant_t began_at, seen_at;
  bool shared, current;
  struct str device;
};
struct session_rows {
  struct session_row *p;
  size_t n;
};
struct session_rows session_list(struct request *rq, int64_t user_id);
bool session_end(struct db *db, int64_t session_id, int64_t user_id);
bool session_end_all(struct db *db, int64_t user_id, int64_t except_session); /* 0 = every one */

bool session_end_everyone(struct db *db); /* after a restore; flashes go with them */

/* The token every form of this reply carries (masked afresh each time, so compressed pages give
 * nothing away); the view runtime writes it. Made from the browser's token, so a token from
 * elsewhere does not fit. */
struct str csrf_token(struct request *rq);

/* Drafts: what somebody typed and has not sent, sealed, one per user, form and record. */
struct draft {
  int64_t id;
  struct field_value *p;
  size_t n;
  instant_t saved_at;
};
bool draft_save(struct request *rq, struct str form, struct str record, struct str urlencoded);
bool draft_load(struct request *rq, struct str form, struct str record, struct draft *out);
/* A page that shows a form calls this first: when nothing was sent and something was typed before,
 * request_form and request_form_all give that from here on. True: say so (draft_words). */
bool draft_restore(struct request *rq, struct str form, struct str record);
void draft_drop(struct request *rq, struct str form, struct str record); /* the form was sent */

/* At most `limit` takes per `seconds` for a key (an address, a user name's hash); false = too many.
 * Counted in WORK under the key's hash. Safe between workers. */
bool limit_take(struct db *db, struct arena *a, const char *purpose, struct str key, int limit,
                int seconds, instant_t now);
void limit_clear(struct db *db, struct arena *a, const char *purpose, struct str key);
#endif
