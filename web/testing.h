/* testing: pages as a visitor meets them, without sockets: build a request, run it through
 * everything web does (routes, sessions, forms' tokens, audit, headers), and look at what came
 * back. Keeps cookies, follows redirects, fills in forms.
 *
 *   struct client c = client_open(db, domains, n, &hooks);        hooks NULL: nobody can sign in by
 * cookie client_as(&c, (struct actor){.user_id = 4, .roles = ROLE_KEY_WORKER, ...});   or sign in
 * for real through the pages get(&c, "/people"); assert_int_equal(c.status, 200);
 * assert_true(client_says(&c, "Ada")); post(&c, "/people/new", "name=Ada+Lovelace&phone="); carries
 * the token of the last page shown follow(&c); 303 -> the page it leads to client_close(&c); frees
 * what the client holds, not db
 *
 * Only tests may include this. */
#ifndef WAYMARK_WEB_TESTING_H
#define WAYMARK_WEB_TESTING_H
#include "web/inner.h"

struct client {
  struct arena arena, page; /* for the client's life; for one request */
  struct buf body;
  struct db *db;
  struct site site;
  struct route_table *routes;
  instant_t now; /* the clock of every request; set it, it never moves by itself */
  uint64_t next_id;
  /* What the next request carries besides, "" = none. fetch_site and origin are for playing another
   * site's page. */
  struct str fetch_site, origin, authorization, accept_encoding, accept_language, if_none_match,
      content_type;
  unsigned
      refuse_memory_every; /* the request meets a refused allocation every so often; 0 = never */
  bool without_token;      /* do not add the form's token */
  struct str cookies;      /* as the browser would send them */
  /* What came back. */
  int status;
  struct answer answer;
  struct str text;  /* the body */
  struct str path;  /* of the last request */
  struct str token; /* of the last page that showed a form */
};
/* Also makes and reads a throw-away master key when this process has none (drafts and forms' tokens
 * need one). */
struct client client_open(struct db *db, const struct domain *const *domains, size_t n,
                          const struct session_hooks *hooks);
void client_close(struct client *c);
void client_as(struct client *c, struct actor actor); /* the zero actor: nobody again */
/* `path` may hold a query ("/find?page=2"). `form` is urlencoded; use client_field to build it from
 * any words. */
void get(struct client *c, const char *path);
void post(struct client *c, const char *path, const char *form);
void ask_of(struct client *c, enum method method, const char *path, struct str content_type,
            struct str body);
bool follow(struct client *c); /* false: the last reply led nowhere */
struct str client_header(const struct client *c, const char *name);
bool client_says(const struct client *c, const char *words); /* in the body, as written (escaped) */
/* Appends "&name=value", percent-escaped, to a form being built. */
void client_field(struct buf *form, const char *name, struct str value);
/* multipart/form-data with ordinary fields ("a=b&c=d") and one file. */
void post_file(struct client *c, const char *path, const char *form, const char *field,
               const char *file_name, struct str content);
/* Every security header and rule a reply must keep; false with a sentence naming the one that is
 * missing. */
bool client_headers_right(const struct client *c, struct why *why);
#endif
