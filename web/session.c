/* session: who is signed in, and the token that shows a form was ours. */
#include "db/seal.h"
#include "web/inner.h"

static const char *cookie_name(const struct request *rq) {
  return rq->site->behind_tls ? "__Host-waymark" : "waymark";
}

static struct str token_new(struct arena *a, char kind) {
  uint8_t secret[16];
  secret_bytes(secret, sizeof secret);
  return str_format(a, "%c%.*s", kind, P(base64url_of(a, secret, sizeof secret)));
}

/* A resident's session stands for somebody below 0, and is still known once it has run out. */
const char *sign_in_path(const struct request *rq) {
  const struct session_hooks *hooks = rq->site->sessions;
  bool resident = rq->session->user_id < 0 || (rq->route && rq->route->who == ROLE_RESIDENT);
  if (hooks && resident && hooks->resident_path) return hooks->resident_path;
  return hooks && hooks->sign_in_path ? hooks->sign_in_path : "/sign-in";
}

/* One letter for whose it is (s: a session, v: a visitor's) and 128 bits. Anything else was not
 * made here. */
static bool token_shaped(struct str t) {
  if (t.n != 1 + COOKIE_TOKEN_CHARS || (t.p[0] != 's' && t.p[0] != 'v')) return false;
  for (size_t i = 1; i < t.n; i++) {
    char c = t.p[i];
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
          c == '_'))
      return false;
  }
  return true;
}

struct str token_hash(struct arena *a, struct str token) {
  struct sha256 h = sha256_of(token);
  return hex_of(a, h.b, sizeof h.b);
}

static void cookie_set(struct request *rq, struct str token) {
  rq->reply->set_cookie =
      str_format(rq->arena, "%s=%.*s; Path=/; HttpOnly; SameSite=Lax%s", cookie_name(rq), P(token),
                 rq->site->behind_tls ? "; Secure" : "");
}

static void cookie_clear(struct request *rq) {
  rq->reply->set_cookie = str_format(rq->arena, "%s=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0%s",
                                     cookie_name(rq), rq->site->behind_tls ? "; Secure" : "");
}

static struct str device_word(struct request *rq, bool shared) {
  (void)rq; /* the browser's own description is not read: it would be one more thing kept about
               people */
  return shared ? S("shared computer") : S("own device");
}

/* Fills the session of a live token; an idle or over-age one is EXPIRED, its user still known so
 * that what was typed can be kept for them. */
static void session_load(struct request *rq) {
  struct session *s = rq->session;
  struct rows r;
  if (!db_one(
          &r, rq->db, rq->arena,
          SQL_WORK(
              "select id, user_id, began_at, seen_at, shared from session where token_hash = ?1"),
          V(token_hash(rq->arena, s->token))))
    return;
  s->id = row_int(&r, 0);
  s->user_id = row_int(&r, 1);
  instant_t began = row_instant(&r, 2), seen = row_instant(&r, 3);
  s->shared = row_int(&r, 4) != 0;
  db_done(&r);
  const instant_t minute = 60 * (instant_t)1000000;
  bool over = rq->now - seen > SESSION_IDLE_MINUTES * minute ||
              rq->now - began > SESSION_HOURS_MAX * 60 * minute;
  s->state = over ? SESSION_EXPIRED : SESSION_LIVE;
  if (over || rq->now - seen < SESSION_TOUCH_SECONDS * (instant_t)1000000) return;
  db_run(rq->db, SQL_WORK("update session set seen_at = ?1 where id = ?2"),
         db_instant(rq->arena, rq->now), V(s->id));
}

static void actor_by_token(struct request *rq) {
  struct str given = rq->ask->header[H_AUTHORIZATION];
  const struct session_hooks *hooks = rq->site->sessions;
  if (!hooks || !hooks->token || given.n < 8 ||
      !str_eq_nocase(str_slice(given, 0, 7), S("Bearer ")))
    return;
  struct actor actor = {0};
  if (hooks->token(rq->db, rq->arena, str_trim(str_slice(given, 7, given.n)), rq->now, &actor)) {
    rq->actor = actor;
    if (hooks->token_use)
      rq->session->token_end = hooks->token_use(rq->db, rq->arena, &actor, rq->route, rq->now);
  }
}

void session_read(struct request *rq) {
  struct session *s = rq->session;
  const struct actor *inject = &rq->site->inject;
  struct str token = cookie_value(rq->ask->header[H_COOKIE], str_of(cookie_name(rq)));
  if (token_shaped(token)) s->token = str_copy(rq->arena, token);
  if (s->token.n) s->state = SESSION_VISITOR;
  if (inject->roles || inject->user_id) {
    rq->actor = *inject;
    s->state = SESSION_LIVE;
    s->user_id = inject->user_id;
    return;
  }
  if (rq->route && (rq->route->flags & ROUTE_API)) actor_by_token(rq);
  if (rq->actor.roles || !s->token.n || s->token.p[0] != 's') return;
  s->state = SESSION_NONE;
  session_load(rq);
  if (s->state == SESSION_NONE) s->token = (struct str){0};
  if (s->state != SESSION_LIVE) return;
  struct actor actor = {0};
  const struct session_hooks *hooks = rq->site->sessions;
  if (hooks && hooks->actor &&
      hooks->actor(rq->db, rq->arena, s->user_id, s->id, rq->today, &actor)) {
    actor.session_id = s->id;
    rq->actor = actor;
    return;
  }
  if (request_lost_database(rq)) return; /* not known is not gone: the session stays */
  session_end(rq->db, s->id, s->user_id);
  s->state = SESSION_NONE;
  s->token = (struct str){0};
}

/* Rows nobody can use any more. Run at a sign-in, which is rare and slow already. */
static void sweep(struct request *rq) {
  const instant_t hour = 3600 * (instant_t)1000000;
  struct db_value day_ago = db_instant(rq->arena, rq->now - 24 * hour);
  db_run(rq->db, SQL_WORK("delete from session where began_at < ?1"), day_ago);
  db_run(rq->db, SQL_WORK("delete from flash where at < ?1"), day_ago);
  db_run(rq->db, SQL_WORK("delete from limit_take where at < ?1"), day_ago);
  db_run(rq->db, SQL_WORK("delete from draft where saved_at < ?1"),
         db_instant(rq->arena, rq->now - 30 * 24 * hour));
}

bool session_open(struct request *rq, int64_t user_id, bool shared) {
  struct session *s = rq->session;
  if (s->id) session_end(rq->db, s->id, s->user_id);
  sweep(rq);
  struct str token = token_new(rq->arena, 's');
  struct db_value now = db_instant(rq->arena, rq->now);
  int64_t id = db_insert(
      rq->db,
      SQL_WORK("insert into session (token_hash, user_id, began_at, seen_at, shared, device) "
               "values (?1, ?2, ?3, ?4, ?5, ?6) returning id"),
      V(token_hash(rq->arena, token)), V(user_id), now, now, V(shared), V(device_word(rq, shared)));
  if (!id) return false;
  *s = (struct session){
      .state = SESSION_LIVE, .token = token, .id = id, .user_id = user_id, .shared = shared};
  cookie_set(rq, token);
  return true;
}

void session_close(struct request *rq) {
  struct session *s = rq->session;
  if (s->id) {
    session_end(rq->db, s->id, s->user_id);
    if (s->shared) db_run(rq->db, SQL_WORK("delete from draft where user_id = ?1"), V(s->user_id));
  }
  *s = (struct session){0};
  cookie_clear(rq);
  rq->reply->clear_site_data = true;
}

struct str session_next(struct request *rq) {
  struct str next = request_form(rq, "next");
  if (!next.n) next = request_query(rq, "next");
  return path_is_own(next) ? next : S("/start");
}

struct session_rows session_list(struct request *rq, int64_t user_id) {
  struct session_rows list = {0};
  size_t cap = 0;
  const instant_t minute = 60 * (instant_t)1000000;
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL_WORK("select id, began_at, seen_at, shared, device from session where user_id = ?1 and "
               "began_at > ?2 and seen_at > ?3 order by id desc"),
      V(user_id), db_instant(rq->arena, rq->now - SESSION_HOURS_MAX * 60 * minute),
      db_instant(rq->arena, rq->now - SESSION_IDLE_MINUTES * minute));
  while (db_next(&r)) {
    struct session_row row = {.id = row_int(&r, 0),
                              .began_at = row_instant(&r, 1),
                              .seen_at = row_instant(&r, 2),
                              .shared = row_int(&r, 3) != 0,
                              .device = row_text(&r, 4)};
    row.current = row.id == rq->session->id;
    *slice_push(rq->arena, &list, &cap) = row;
  }
  return list;
}

bool session_end(struct db *db, int64_t session_id, int64_t user_id) {
  return db_run(db, SQL_WORK("delete from session where id = ?1 and user_id = ?2"), V(session_id),
                V(user_id)) == DB_OK;
}

bool session_end_all(struct db *db, int64_t user_id, int64_t except_session) {
  return db_run(db, SQL_WORK("delete from session where user_id = ?1 and id <> ?2"), V(user_id),
                V(except_session)) == DB_OK;
}

bool session_end_everyone(struct db *db) {
  return db_run(db, SQL_WORK("delete from session")) == DB_OK &&
         db_run(db, SQL_WORK("delete from flash")) == DB_OK;
}

/* ---- the forms' token ---- */

enum { MAC_BYTES = 16 };

struct str session_token(const struct request *rq) {
  return rq->session->issued.n ? rq->session->issued : rq->session->token;
}

/* From the browser's token, so a stamp made for another browser does not fit. */
static void csrf_mac(struct request *rq, struct str token, uint8_t mac[MAC_BYTES]) {
  if (!token.n)
    token = str_format(rq->arena, "user %lld",
                       (long long)rq->session->user_id); /* injected by a test */
  struct str hex = seal_blind(rq->arena, "csrf", token);
  if (!hex_parse(hex, mac, MAC_BYTES)) secret_bytes(mac, MAC_BYTES);
}

static bool injected(const struct request *rq) {
  return rq->site->inject.roles || rq->site->inject.user_id;
}

struct str csrf_token(struct request *rq) {
  struct session *s = rq->session;
  uint8_t both[2 * MAC_BYTES];
  bool usable = (s->state == SESSION_VISITOR || s->state == SESSION_LIVE) && s->token.n;
  if (!usable && !s->issued.n && !injected(rq)) s->issued = token_new(rq->arena, 'v');
  secret_bytes(both, MAC_BYTES);
  csrf_mac(rq, session_token(rq), both + MAC_BYTES);
  for (int i = 0; i < MAC_BYTES; i++) both[MAC_BYTES + i] ^= both[i];
  return base64url_of(rq->arena, both, sizeof both);
}

bool csrf_right(struct request *rq, struct str token) {
  struct str raw;
  uint8_t mac[MAC_BYTES], given[MAC_BYTES];
  if (!rq->session->token.n && !injected(rq)) return false;
  if (token.n > 64 || !base64url_parse(rq->arena, token, &raw) || raw.n != 2 * MAC_BYTES)
    return false;
  for (int i = 0; i < MAC_BYTES; i++) given[i] = (uint8_t)(raw.p[i] ^ raw.p[MAC_BYTES + i]);
  csrf_mac(rq, rq->session->token, mac);
  return bytes_eq_secret(mac, given, MAC_BYTES);
}

/* Was this sent by another site's page? Browsers of the last years say so themselves
 * (Sec-Fetch-Site); for older ones Origin is compared. "null" is what a form of ours sends, since
 * pages here carry Referrer-Policy: no-referrer, so it decides nothing: the form's token does. */
bool fetch_is_foreign(const struct request *rq) {
  struct str site = rq->ask->header[H_FETCH_SITE], origin = rq->ask->header[H_ORIGIN];
  if (site.n) {
    if (str_eq(site, S("same-origin")) || str_eq(site, S("none"))) return false;
    bool navigation = str_eq(rq->ask->header[H_FETCH_MODE], S("navigate"));
    return rq->ask->method == METHOD_POST || !navigation;
  }
  if (rq->ask->method != METHOD_POST || !origin.n || str_eq(origin, S("null"))) return false;
  size_t host_at = str_find(origin, S("://"));
  struct str host = str_slice(origin, host_at + 3, origin.n);
  return !str_eq_nocase(host, rq->ask->header[H_HOST]) &&
         !str_eq_nocase(origin, request_origin(rq));
}
