/* draft: nothing typed is lost. What a form holds is sealed and kept: a second after typing stops
 * (POST /draft), and whole when the session ran out before it was sent. Also the sentence shown
 * once after a change, and tries counted. */
#include "db/seal.h"
#include "web/inner.h"

enum { DRAFT_BYTES_MAX = 256 << 10 };

static int64_t draft_put(struct request *rq, int64_t user_id, struct str form, struct str record,
                         struct str urlencoded) {
  struct str sealed;
  if (!user_id || urlencoded.n > DRAFT_BYTES_MAX || form.n > 200 || record.n > 300) return 0;
  if (!seal_own(rq->arena, "draft", urlencoded, &sealed)) return 0;
  return db_insert(
      rq->db,
      SQL_WORK(
          "insert into draft (user_id, form, record, sealed, saved_at) values (?1, ?2, ?3, ?4, ?5) "
          "on conflict (user_id, form, record) do update set sealed = excluded.sealed, "
          "saved_at = excluded.saved_at returning id"),
      V(user_id), V(form), V(record), db_blob(sealed), db_instant(rq->arena, rq->now));
}

bool draft_save(struct request *rq, struct str form, struct str record, struct str urlencoded) {
  return draft_put(rq, rq->actor.user_id, form, record, urlencoded) != 0;
}

static bool draft_open(struct request *rq, struct rows *r, struct draft *out) {
  struct field_values values;
  struct str plain;
  *out = (struct draft){.id = row_int(r, 0)};
  struct str sealed = row_text(r, 1);
  out->saved_at = row_instant(r, 2);
  db_done(r);
  if (!unseal_own(rq->arena, "draft", sealed, &plain)) return false;
  if (!parse_urlencoded(rq->arena, plain, &values, NULL)) return false;
  out->p = values.p, out->n = values.n;
  return true;
}

bool draft_load(struct request *rq, struct str form, struct str record, struct draft *out) {
  struct rows r;
  *out = (struct draft){0};
  return rq->actor.user_id &&
         db_one(&r, rq->db, rq->arena,
                SQL_WORK("select id, sealed, saved_at from draft where user_id = ?1 and form = ?2 "
                         "and record = ?3"),
                V(rq->actor.user_id), V(form), V(record)) &&
         draft_open(rq, &r, out);
}

bool draft_restore(struct request *rq, struct str form, struct str record) {
  struct draft d;
  if (rq->form.n || !draft_load(rq, form, record, &d) || !d.n) return false;
  rq->form.p = d.p, rq->form.n = d.n;
  return true;
}

void draft_drop(struct request *rq, struct str form, struct str record) {
  db_run(rq->db, SQL_WORK("delete from draft where user_id = ?1 and form = ?2 and record = ?3"),
         V(rq->actor.user_id), V(form), V(record));
}

/* The form as it was sent, without the token that will no longer fit. */
static struct str form_again(struct request *rq, struct buf *b) {
  for (size_t i = 0; i < rq->form.n; i++) {
    if (str_eq(rq->form.p[i].name, S(VIEW_CSRF_FIELD))) continue;
    if (b->n) buf_byte(b, '&');
    percent_put(b, rq->form.p[i].name, false);
    buf_byte(b, '=');
    percent_put(b, rq->form.p[i].value, false);
  }
  return b->full ? (struct str){0} : str_copy(rq->arena, buf_str(b));
}

/* The page that shows the form just sent: the one it names, else its own address or the nearest
 * above it that can be opened. */
static struct str page_of_form(struct request *rq) {
  struct str named = request_form(rq, "form-page"), at = rq->path;
  if (path_is_own(named)) return named;
  while (at.n > 1) {
    struct route_match m = route_find(rq->site->routes, rq->arena, METHOD_GET, at);
    if (m.route && m.route->kind == READ && !(m.route->flags & ROUTE_API)) return at;
    while (at.n > 1 && at.p[at.n - 1] != '/') at.n--;
    if (at.n > 1) at.n--;
  }
  return S("/");
}

bool session_keep_typed(struct request *rq) {
  struct buf b = buf_open(DRAFT_BYTES_MAX), next = buf_open(4096);
  struct str typed = form_again(rq, &b), page = page_of_form(rq);
  int64_t id = draft_put(rq, rq->session->user_id, S("sent"), rq->path, typed);
  if (id && rq->actor.user_id) {
    char mark = str_find_byte(page, '?') < page.n ? '&' : '?';
    reply_redirect(rq, str_format(rq->arena, "%.*s%cresume=%lld", P(page), mark, (long long)id));
  } else if (id) {
    char mark = str_find_byte(page, '?') < page.n ? '&' : '?';
    percent_put(&next, str_format(rq->arena, "%.*s%cresume=%lld", P(page), mark, (long long)id),
                true);
    reply_redirect(rq, str_format(rq->arena, "%s?next=%.*s", sign_in_path(rq), P(buf_str(&next))));
  }
  buf_free(&b);
  buf_free(&next);
  return id != 0;
}

/* `?resume=ID` on the page of a form: what the same user sent when their session had run out. */
void session_restore_typed(struct request *rq) {
  int64_t id;
  struct rows r;
  struct draft d;
  if (rq->route->kind != READ || !rq->actor.user_id ||
      !str_to_i64(request_query(rq, "resume"), &id))
    return;
  if (!db_one(&r, rq->db, rq->arena,
              SQL_WORK("select id, sealed, saved_at, record from draft where id = ?1 and user_id = "
                       "?2 and form = 'sent'"),
              V(id), V(rq->actor.user_id)))
    return;
  rq->resumed = row_text(&r, 3);
  if (!draft_open(rq, &r, &d)) return;
  rq->form.p = d.p, rq->form.n = d.n;
  rq->flash = SAID(
      rq, "This had not been sent yet. Everything you typed is here: check it and send it again.");
}

/* ---- the sentence shown once ---- */

void flash_write(struct request *rq) {
  struct str sealed;
  if (!rq->reply->flash.n) return;
  if (!session_token(rq).n)
    csrf_token(rq); /* makes the visitor's token the sentence is kept under */
  if (!session_token(rq).n) return;
  if (!seal_own(rq->arena, "flash", rq->reply->flash, &sealed)) return;
  db_run(rq->db,
         SQL_WORK("insert into flash (token_hash, sealed, at) values (?1, ?2, ?3) on conflict "
                  "(token_hash) do update "
                  "set sealed = excluded.sealed, at = excluded.at"),
         V(token_hash(rq->arena, session_token(rq))), db_blob(sealed),
         db_instant(rq->arena, rq->now));
}

void flash_read(struct request *rq) {
  struct rows r;
  struct str plain;
  if (!rq->session->token.n || rq->route->kind != READ || (rq->route->flags & ROUTE_API)) return;
  struct str hash = token_hash(rq->arena, rq->session->token);
  if (!db_one(&r, rq->db, rq->arena, SQL_WORK("select sealed from flash where token_hash = ?1"),
              V(hash)))
    return;
  struct str sealed = row_text(&r, 0);
  db_done(&r);
  if (unseal_own(rq->arena, "flash", sealed, &plain)) rq->flash = plain;
  db_run(rq->db, SQL_WORK("delete from flash where token_hash = ?1"), V(hash));
}

/* ---- tries counted ---- */

static struct str limit_key(struct arena *a, const char *purpose, struct str key) {
  return seal_blind(a, "limit", str_format(a, "%s|%.*s", purpose, P(key)));
}

/* Writes first and counts after: two workers at once may both be refused, never both let past the
 * limit. */
bool limit_take(struct db *db, struct arena *a, const char *purpose, struct str key, int limit,
                int seconds, instant_t now) {
  struct str hash = limit_key(a, purpose, key);
  struct db_value since = db_instant(a, now - seconds * (instant_t)1000000);
  if (db_run(db, SQL_WORK("insert into limit_take (key_hash, at) values (?1, ?2)"), V(hash),
             db_instant(a, now)) != DB_OK)
    return false;
  return db_number(db, INT64_MAX,
                   SQL_WORK("select count(*) from limit_take where key_hash = ?1 and at > ?2"),
                   V(hash), since) <= limit;
}

void limit_clear(struct db *db, struct arena *a, const char *purpose, struct str key) {
  db_run(db, SQL_WORK("delete from limit_take where key_hash = ?1"), V(limit_key(a, purpose, key)));
}

/* ---- POST /draft: sent by the page's script a second after typing stops ---- */

static void draft_post(struct request *rq) {
  struct buf b = buf_open(DRAFT_BYTES_MAX);
  struct str typed = form_again(rq, &b);
  bool kept =
      draft_save(rq, request_form(rq, "draft-form"), request_form(rq, "draft-record"), typed);
  buf_free(&b);
  reply_type(rq, "application/json");
  if (!kept) reply_status(rq, 507);
  buf_put(rq->body, kept ? S("{\"kept\":true}") : S("{\"kept\":false}"));
}

static const struct route web_routes[] = {
    ROUTE(WRITE, "/draft", draft_post, WHO_SIGNED_IN | ROLE_RESIDENT, FAST,
          "Keep what is being typed", 0),
};
extern const struct migrations web_migrations;
const struct domain web_domain = {.name = "web",
                                  .routes = web_routes,
                                  .n_routes = countof(web_routes),
                                  .migrations = &web_migrations};
