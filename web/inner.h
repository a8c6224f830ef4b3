/* inner: what the files of this folder share and no page sees: the site a worker serves, the reply
 * being made, and the whole life of one request (web_handle), which a worker and the tests' client
 * both call. */
#ifndef WAYMARK_WEB_INNER_H
#define WAYMARK_WEB_INNER_H
#include "audit/audit.h"
#include "web/look/view.h"
#include "web/parse.h"
#include "web/route.h"
#include "web/serve.h"
#include "web/session.h"
#include "web/wire.h"

enum {
  FAST_BODY_BYTES_MAX = 8 << 20,
  HEAVY_BODY_BYTES_MAX = 256 << 20,
  GZIP_LEAST_BYTES = 1024,
  PATH_BYTES_MAX = 2000,
  QUERY_BYTES_MAX = 8192,
  COOKIE_TOKEN_CHARS = 22
};

struct site {
  const struct route_table *routes;
  const struct session_hooks *sessions; /* NULL: nobody can sign in */
  const struct look *look;              /* NULL: plain pages */
  const char *base_url;
  bool behind_tls;
  struct audit_way *audit;
  struct actor inject; /* tests: this actor instead of a session's, when user_id or roles are set */
};

struct reply {
  int status;
  bool chosen;  /* the handler called something that decides the reply */
  bool refused; /* not found or refused: nothing about a person in it */
  struct str type, location, etag;
  struct header header[ANSWER_HEADERS_MAX];
  size_t headers;
  struct str flash;
  struct str set_cookie, set_language; /* whole header values */
  uint32_t same_ms;
  bool clear_site_data, download, sealed_flash_shown;
};

enum session_state { SESSION_NONE, SESSION_VISITOR, SESSION_LIVE, SESSION_EXPIRED };
struct session {
  enum session_state state;
  struct str token;  /* of the cookie; "" = none that counts */
  struct str issued; /* made for this reply, for a visitor without one; set if a form needs it */
  int64_t id, user_id;
  bool shared;
  enum token_end token_end; /* what may be done with the call's token */
};

enum { WROTE_MAX = 8 };
struct audit_note {
  struct audit_subject subject[AUDIT_SUBJECTS_MAX];
  size_t subjects;
  bool shown, did, overflow;
  bool failed; /* the outbox refused: the change must not stand */
  int64_t wrote_of; /* whom the last write was about */
  /* Whom the changes that stand (nothing was taken back since `undone`) name in entries kept with
   * them. */
  int64_t wrote[WROTE_MAX];
  size_t n_wrote;
  uint64_t undone;
};

/* Serves one ask. The answer's strings live in the arena or in `body` (both the caller's, reset
 * between requests). */
void web_handle(const struct site *site, struct db *db, struct arena *a, struct buf *body,
                const struct ask *ask, struct answer *answer);

/* request.c */
bool request_read_query(struct request *rq, struct why *why);
bool request_read_body(struct request *rq, struct why *why, int *status);
void request_close(struct request *rq); /* closes uploads */
/* session.c */
void session_read(struct request *rq);
bool csrf_right(struct request *rq, struct str token);
bool fetch_is_foreign(const struct request *rq);
/* A POST whose session ran out, or was sent from a page opened before signing in again: kept
 * sealed, and the reply leads back to the form (through signing in when need be). False: it could
 * not be kept. */
bool session_keep_typed(struct request *rq);
/* Where whoever asks signs in: a resident at their own door, everybody else at the staff's. */
const char *sign_in_path(const struct request *rq);
void session_restore_typed(struct request *rq);
/* refill.c: forms with data-fill get back what was typed; a form that was taken has no draft. */
void forms_refill(struct request *rq);
void draft_settle(struct request *rq);
void flash_read(struct request *rq);
void flash_write(struct request *rq);
struct str session_token(const struct request *rq); /* the one the browser will send next time */
struct str token_hash(struct arena *a, struct str token);
/* A sentence of web's own in the language of whoever asks. */
#define SAID(rq, english) words_of((enum language)(rq)->lang, T(english))
/* reply.c */
void reply_page_error(struct request *rq, int status, struct str sentence);
void reply_finish(struct request *rq, struct answer *answer);
/* The last resort: needs no memory but `body`'s. */
void reply_worst(const struct site *site, struct buf *body, uint64_t id, struct answer *answer,
                 struct str sentence);
struct str reference_text(struct arena *a, uint64_t id);
/* plain.c: a page with no database, no views and no request, for the front and for the worst case
 */
void plain_page(struct buf *out, int status, struct str sentence, struct str reference);
struct str status_title(int status);
/* The headers every response carries; each given to `put`. */
typedef void header_sink(void *to, const char *name, struct str value);
void security_headers(header_sink *put, void *to, bool tls, bool cors);
/* Has anything of this request failed because the database could not be reached? */
bool request_lost_database(struct request *rq);
#endif
