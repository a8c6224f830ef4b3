/* handle: the whole life of one request in a worker. The order matters and is all here: is it
 * sound, which page, who asks, may they, is the form ours, run, note whom it showed, and only then
 * does anything leave. */
#include "db/seal.h"
#include "web/inner.h"
#include "web/wrote.h"

struct life {
  struct request rq;
  struct reply reply;
  struct session session;
  struct audit_note note;
  struct view view;
};

static bool path_sound(const struct ask *ask) {
  if (ask->path.n == 0 || ask->path.p[0] != '/' || ask->path.n > PATH_BYTES_MAX ||
      ask->query.n > QUERY_BYTES_MAX)
    return false;
  for (size_t i = 0; i < ask->path.n; i++)
    if ((unsigned char)ask->path.p[i] <= 0x20 || ask->path.p[i] == 0x7f) return false;
  return true;
}

/* Welsh or English: the link pressed, else remembered, else what the browser prefers. */
static void language_read(struct request *rq) {
  struct str asked = request_query(rq, "lang"),
             kept = cookie_value(rq->ask->header[H_COOKIE], S("lang"));
  struct str browser = rq->ask->header[H_ACCEPT_LANGUAGE];
  bool welsh = str_starts(str_trim(browser), S("cy"));
  if (str_eq(kept, S("cy")) || str_eq(kept, S("en"))) welsh = str_eq(kept, S("cy"));
  if (str_eq(asked, S("cy")) || str_eq(asked, S("en"))) {
    welsh = str_eq(asked, S("cy"));
    rq->reply->set_language =
        str_format(rq->arena, "lang=%.*s; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000%s",
                   P(asked), rq->site->behind_tls ? "; Secure" : "");
  }
  rq->lang = welsh ? LANG_CY : LANG_EN;
}

static void view_ready(struct request *rq) {
  bool forms = !rq->route || !(rq->route->flags & (ROUTE_CACHE | ROUTE_API));
  *rq->view = (struct view){.out = rq->body, .lang = (enum language)rq->lang, .arena = rq->arena};
  if (forms) rq->view->csrf = csrf_token(rq);
}

/* A visitor's token is sent only when a form of this page carries its stamp. */
static void visitor_cookie(struct request *rq) {
  if (!rq->session->issued.n) return;
  if (!rq->reply->flash.n &&
      (!rq->view->csrf.n || !str_contains(buf_str(rq->body), rq->view->csrf)))
    return;
  rq->reply->set_cookie =
      str_format(rq->arena, "%s=%.*s; Path=/; HttpOnly; SameSite=Lax%s",
                 rq->site->behind_tls ? "__Host-waymark" : "waymark", P(rq->session->issued),
                 rq->site->behind_tls ? "; Secure" : "");
}

static void ask_to_sign_in(struct request *rq) {
  struct buf next = buf_open(8192);
  if (rq->route->flags & ROUTE_API) {
    reply_page_error(rq, 401,
                     SAID(rq, "This needs a token. Ask an administrator of this site for one."));
    return;
  }
  percent_put(&next, rq->route->kind == READ ? rq->path : S("/"), true);
  reply_redirect(rq, str_format(rq->arena, "%s?next=%.*s", sign_in_path(rq), P(buf_str(&next))));
  buf_free(&next);
}

/* A form must carry this browser's token. Exempt: calls by bearer token (a browser sends none by
 * itself), and questions that change nothing, asked by somebody who is nobody in particular. */
static bool form_is_ours(struct request *rq) {
  if (rq->ask->method != METHOD_POST) return true;
  bool by_cookie = rq->session->state == SESSION_LIVE || rq->session->state == SESSION_EXPIRED;
  if (rq->actor.roles && !by_cookie) return true;
  bool api = rq->route->flags & ROUTE_API;
  /* Who was signed in and is no more asks as anybody does. */
  if (!rq->actor.roles && rq->route->who == WHO_ANYONE && rq->route->kind == ASK) return true;
  if (!by_cookie && (api || (rq->route->who == WHO_ANYONE && rq->route->kind == ASK))) return true;
  return csrf_right(rq, request_form(rq, VIEW_CSRF_FIELD));
}

/* Whoever has yet to set up their second step is nobody until they have: false = led there. */
static bool second_step_done(struct request *rq) {
  if (!rq->actor.enrolling || rq->route->flags & ROUTE_SECOND_STEP) return true;
  if (rq->route->who & WHO_ANYONE) {
    rq->actor = (struct actor){0};
    return true;
  }
  if (rq->route->flags & ROUTE_API)
    reply_page_error(rq, 403, SAID(rq, "Set up the second step of signing in first."));
  else
    reply_redirect(rq, S("/me/code"));
  return false;
}

/* A token that was not made for this, or that calls too often. */
static bool token_allows(struct request *rq) {
  if (rq->session->token_end == TOKEN_OUT_OF_SCOPE)
    reply_page_error(rq, 403,
                     SAID(rq, "This token was not made for that. Ask an administrator for one that "
                              "may."));
  if (rq->session->token_end == TOKEN_TOO_MANY) {
    reply_page_error(rq, 429, SAID(rq, "Too many calls in a minute. Wait, then go on."));
    reply_header(rq, "Retry-After", S("60"));
  }
  return rq->session->token_end == TOKEN_FINE;
}

static bool may_go_on(struct request *rq) {
  bool api = rq->route->flags & ROUTE_API, api_for_all = api && rq->route->who == WHO_ANYONE;
  if (!api_for_all && fetch_is_foreign(rq) && (rq->ask->method == METHOD_POST || rq->actor.roles)) {
    reply_page_error(rq, 403,
                     SAID(rq, "That was sent from another site's page, so nothing was changed. "
                              "Open this site and try "
                              "again from there."));
    return false;
  }
  if (!form_is_ours(rq)) {
    /* From our own page, but opened under an earlier session of this browser: nothing is done,
     * nothing typed is lost. */
    bool own_page = str_eq(rq->ask->header[H_FETCH_SITE], S("same-origin")) &&
                    rq->session->state == SESSION_LIVE;
    if (own_page && !api && rq->route->kind == WRITE && request_form(rq, VIEW_CSRF_FIELD).n &&
        session_keep_typed(rq))
      return false;
    reply_page_error(rq, 403,
                     SAID(rq, "This form was opened in another session or is too old, so nothing "
                              "was changed. Go back, "
                              "reload the page and send it again."));
    return false;
  }
  bool expired = rq->session->state == SESSION_EXPIRED && rq->route->who != WHO_ANYONE;
  if (expired && rq->route->kind == WRITE && session_keep_typed(rq)) return false;
  if (route_allows(rq->route, &rq->actor)) return true;
  if (rq->actor.roles == 0)
    ask_to_sign_in(rq);
  else
    reply_page_error(
        rq, 403,
        SAID(rq,
             "Your account does not open this page. If your work needs it, ask an administrator of "
             "your organisation."));
  return false;
}

/* ---- audit ---- */

static void note_subject(struct audit_note *note, int64_t person_id, uint32_t classes) {
  if (person_id == 0) return;
  for (size_t i = 0; i < note->subjects; i++)
    if (note->subject[i].person_id == person_id) {
      note->subject[i].classes |= classes;
      return;
    }
  if (note->subjects == AUDIT_SUBJECTS_MAX) {
    note->overflow = true;
    return;
  }
  note->subject[note->subjects++] = (struct audit_subject){person_id, classes};
}

void audit_shows(struct request *rq, int64_t person_id, uint32_t classes) {
  rq->audit->shown = true;
  note_subject(rq->audit, person_id, classes);
}

static struct audit_entry entry_of(const struct request *rq, enum audit_kind kind) {
  const struct actor *who = &rq->actor;
  return (struct audit_entry){.at = rq->now,
                              .kind = kind,
                              .user_id = who->user_id,
                              .organisation_id = who->organisation_id,
                              .team_id = who->team_id,
                              .session_id = who->session_id,
                              .function = (int)who->function,
                              .route = str_of(rq->route->path),
                              .request = rq->id};
}

/* What was named before a transaction was taken back was taken back with it. */
static void note_wrote(struct request *rq, int64_t person_id) {
  struct audit_note *note = rq->audit;
  if (note->undone != db_undone(rq->db)) note->n_wrote = 0;
  note->undone = db_undone(rq->db);
  if (note->n_wrote < WROTE_MAX) note->wrote[note->n_wrote++] = person_id;
}

void audit_did(struct request *rq, const char *what, int64_t person_id, uint32_t classes) {
  struct audit_entry e = entry_of(rq, AUDIT_WRITE);
  struct audit_subject subject = {person_id, classes};
  e.what = str_of(what);
  e.subject = &subject;
  e.subjects = person_id != 0;
  rq->audit->did = true;
  if (person_id > 0) rq->audit->wrote_of = person_id;
  if (audit_outbox_add(rq->db, rq->arena, &e) != DB_OK) rq->audit->failed = true;
  note_wrote(rq, person_id);
}

static void alarm_reply(struct request *rq, const char *event, struct str sentence) {
  log_event(LOG_ALARM, event, "route=%s request=%016llx", rq->route->path,
            (unsigned long long)rq->id);
  reply_page_error(rq, 500, sentence);
}

/* A change that answers with nothing but where to look next, and whose own entry, durable with it,
 * names everyone it was about: a second entry would say the same and cost a second wait for the
 * disk. */
static bool told_with_the_change(const struct request *rq) {
  const struct audit_note *note = rq->audit;
  if (rq->route->kind != WRITE || !note->did || !rq->reply->location.n || rq->body->n ||
      note->undone != db_undone(rq->db))
    return false;
  for (size_t i = 0; i < note->subjects; i++) {
    size_t at = 0;
    while (at < note->n_wrote && note->wrote[at] != note->subject[i].person_id) at++;
    if (at == note->n_wrote) return false;
  }
  return true;
}

/* No byte about a person leaves before its entry is durable. */
static void audit_settle(struct request *rq) {
  static const enum audit_kind kinds[] = {
      [READ] = AUDIT_READ, [ASK] = AUDIT_ASK, [WRITE] = AUDIT_WRITE};
  struct audit_note *note = rq->audit;
  bool person = rq->route->flags & ROUTE_PERSON;
  if (rq->reply->refused || !(person || note->shown)) return;
  if (note->failed)
    return alarm_reply(rq, "audit-outbox-failed",
                       SAID(rq, "This could not be recorded, so it is not shown. Try "
                                "again, and tell an administrator if it goes on."));
  if (note->overflow)
    return alarm_reply(
        rq, "audit-too-many",
        SAID(rq, "This page would show too many people at once. Narrow it and try again."));
  bool empty_redirect = rq->reply->location.n && rq->route->kind != WRITE;
  if (!note->shown && (note->did || empty_redirect)) return;
  if (told_with_the_change(rq)) return;
  if (!note->shown)
    return alarm_reply(rq, "audit-missing",
                       SAID(rq, "This page did not say whom it shows, so it is not shown. Give an "
                                "administrator the reference."));
  struct audit_entry e = entry_of(rq, kinds[rq->route->kind]);
  e.fold = (rq->route->flags & ROUTE_SEARCH) != 0;
  e.subject = note->subject;
  e.subjects = note->subjects;
  if (audit_record(rq->site->audit, rq->db, rq->arena, &e)) return;
  log_event(LOG_ALARM, "audit-stopped", "request=%016llx", (unsigned long long)rq->id);
  reply_page_error(
      rq, 503,
      SAID(rq,
           "The record of who looks is not answering, so pages about people are closed. Pages for "
           "everyone still work. Try again in a minute."));
}

/* ---- one request ---- */

static void refuse_method(struct request *rq, const struct route_match *m) {
  reply_page_error(
      rq, 405, SAID(rq, "This address does not do that. Go back and use the page's own buttons."));
  reply_header(rq, "Allow",
               m->get && m->post ? S("GET, HEAD, POST")
               : m->post         ? S("POST")
                                 : S("GET, HEAD"));
}

static void answer_preflight(struct request *rq) {
  reply_status(rq, 204);
  reply_header(rq, "Access-Control-Allow-Methods", S("GET, HEAD, POST"));
  reply_header(rq, "Access-Control-Allow-Headers", S("Authorization, Content-Type"));
  reply_header(rq, "Access-Control-Max-Age", S("86400"));
}

/* Finds the page; a preflight is looked at as the call it asks about. */
static struct route_match find_route(struct request *rq) {
  enum method method = rq->ask->method;
  struct route_match m = route_find(rq->site->routes, rq->arena, method, rq->path);
  if (method == METHOD_OPTIONS && m.path_known)
    m = route_find(rq->site->routes, rq->arena, m.get ? METHOD_GET : METHOD_POST, rq->path);
  rq->route = m.route;
  rq->path_values.p = m.values.p, rq->path_values.n = m.values.n;
  return m;
}

/* True when there is a handler to go on to; otherwise the reply is made. */
static bool route_found(struct request *rq, const struct route_match *m) {
  if (rq->ask->method == METHOD_OPTIONS && rq->route && (rq->route->flags & ROUTE_API))
    return answer_preflight(rq), false;
  if (rq->route && rq->ask->method != METHOD_OPTIONS) return true;
  rq->route = NULL;
  if (m->path_known)
    refuse_method(rq, m);
  else
    reply_not_found(rq);
  return false;
}

static wrote_about *follow;
void web_wrote_use(wrote_about *f) { follow = f; }

/* A worker's own write below the person's page: what a stranger sends must take no longer for one
 * person than for another. */
static void wrote_follow(struct request *rq) {
  if (follow && rq->audit->wrote_of && rq->route->kind == WRITE && rq->reply->status < 400 &&
      str_starts(str_of(rq->route->path), S("/people/{id}")))
    follow(rq->db, rq->arena, rq->audit->wrote_of, rq->now);
}

static void run_handler(struct request *rq) {
  if (rq->route->lane == FAST) rq->body->max = FAST_BODY_BYTES_MAX;
  rq->route->run(rq);
  if (db_in_transaction(rq->db, STORE_MAIN)) {
    log_event(LOG_ALARM, "transaction-left-open", "route=%s", rq->route->path);
    db_abandon(rq->db);
    reply_page_error(rq, 500,
                     SAID(rq, "This was not finished and nothing was changed. Try again, and give "
                              "an administrator the "
                              "reference if it goes on."));
  }
  db_read_only(rq->db, false);
  if (rq->body->full)
    reply_page_error(
        rq, 500, SAID(rq, "This page grew too large to send. Narrow what it shows and try again."));
}

/* A page made without its facts would say what is not so ("not found", signed out): whatever was
 * made of it, the visitor is told what happened instead. */
static void say_lost(struct request *rq) {
  if (!request_lost_database(rq)) return;
  log_event(LOG_ALARM, "database-lost", "request=%016llx", (unsigned long long)rq->id);
  reply_page_error(
      rq, 503,
      rq->route && rq->route->kind == WRITE
          ? SAID(rq, "The database stopped answering, so what you sent may or may not have been "
                     "saved. Look whether it is there in a minute, before you send it again.")
          : SAID(rq, "The database is not answering just now. Nothing is lost. Try again in a "
                     "minute."));
}

/* Who was told "not you" is in the log, with nothing they typed (ASVS 16.3.2). */
static void note_refused(const struct request *rq) {
  if (rq->reply->status == 403 || rq->reply->status == 429)
    log_event(LOG_INFO, "refused", "route=%s user=%lld status=%d request=%016llx", rq->route->path,
              (long long)rq->actor.user_id, rq->reply->status, (unsigned long long)rq->id);
}

static void serve(struct request *rq) {
  struct why why;
  int status;
  if (!path_sound(rq->ask))
    return reply_page_error(
        rq, 400, SAID(rq, "That address is not one this site can read. Check it and try again."));
  if (!request_read_query(rq, &why)) return reply_page_error(rq, 400, why_str(&why));
  language_read(rq);
  struct route_match match = find_route(rq);
  /* From the first question on: changing it half-way costs PostgreSQL a way there and back. */
  db_read_only(rq->db, !rq->route || rq->route->kind != WRITE);
  session_read(rq);
  view_ready(rq);
  if (request_lost_database(rq)) return say_lost(rq);
  if (!route_found(rq, &match)) return;
  if (!request_read_body(rq, &why, &status)) return reply_page_error(rq, status, why_str(&why));
  if (!token_allows(rq) || !second_step_done(rq) || !may_go_on(rq)) return note_refused(rq);
  flash_read(rq);
  session_restore_typed(rq);
  run_handler(rq);
  if (request_lost_database(rq)) return say_lost(rq);
  wrote_follow(rq);
  draft_settle(rq);
  forms_refill(rq);
  audit_settle(rq);
  flash_write(rq);
  visitor_cookie(rq);
}

bool request_lost_database(struct request *rq) {
  if (db_was_lost(rq->db)) rq->lost = true;
  return rq->lost;
}

static void life_begin(struct life *life, const struct site *site, struct db *db, struct arena *a,
                       struct buf *body, const struct ask *ask) {
  *life = (struct life){0};
  life->rq = (struct request){.arena = a,
                              .db = db,
                              .now = ask->now,
                              .today = instant_local_uk(ask->now).day,
                              .path = ask->path,
                              .query_string = ask->query,
                              .view = &life->view,
                              .body = body,
                              .reply = &life->reply,
                              .id = ask->id,
                              .audit = &life->note,
                              .ask = ask,
                              .site = site,
                              .session = &life->session};
  life->view = (struct view){.out = body, .arena = a};
}

/* Memory ran out half-way: everything of this request is thrown away but one small page, made
 * without an arena. */
static void out_of_memory(const struct site *site, struct db *db, struct buf *body,
                          const struct ask *ask, struct answer *answer) {
  log_event(LOG_ALARM, "request-too-big", "request=%016llx", (unsigned long long)ask->id);
  db_abandon(db);
  db_read_only(db, false);
  reply_worst(site, body, ask->id, answer,
              S("This needed more room than one page may use, so it was stopped. If you were "
                "changing something, look whether the change is there before trying again."));
}

void web_handle(const struct site *site, struct db *db, struct arena *a, struct buf *body,
                const struct ask *ask, struct answer *answer) {
  jmp_buf out;
  struct life *volatile life = NULL;
  buf_reset(body);
  body->max = HEAVY_BODY_BYTES_MAX;
  if (setjmp(out)) {
    a->out = NULL;
    if (life) request_close(&life->rq);
    out_of_memory(site, db, body, ask, answer);
  } else {
    a->out = &out;
    struct life *l = arena_new(a, struct life);
    life = l;
    db_was_lost(db); /* what an earlier request met is told already */
    db_turns(db, true);
    life_begin(l, site, db, a, body, ask);
    serve(&l->rq);
    request_close(&l->rq);
    reply_finish(&l->rq, answer);
  }
  a->out = NULL;
  db_turns(db, false);
  db_read_only(db, false);
  seal_forget();
}
