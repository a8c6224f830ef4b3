/* link_pages: a link that opens the plan once. Only its hash is kept; it dies when opened or after
 * a week, and one press closes every one. The page behind it is built for the person alone: what
 * must not stand on a page somebody else might read (PRACTICE 4) is not among what it is made from.
 */
#include "messages/messages.h"
#include "plan.html.h"
#include "support/inside.h"
#include "support/pages.h"
#include "support/plan_inside.h"

enum { LINK_DAYS = 7, TOKEN_BYTES = 16, DOOR_TRIES = 20, DOOR_SECONDS = 600 };
static const int64_t day_us = 24ll * 3600 * 1000000;

static struct str hash_of(struct arena *a, struct str token) {
  struct sha256 h = sha256_of2(S("plan link "), token);
  return hex_of(a, &h, sizeof h);
}

int64_t plan_links_open(struct db *db, struct arena *a, int64_t person_id, instant_t now) {
  return db_number(db, 0,
                   SQL("select count(*) from plan_link where person_id = ?1 and opened_at is null "
                       "and closed_at is null and until_at > ?2"),
                   V(person_id), db_instant(a, now));
}

static enum db_result keep_link(struct request *rq, int64_t person_id, struct str token,
                                struct str offered) {
  return db_run(rq->db,
                SQL("insert into plan_link (person_id, token_hash, made_by, made_at, until_at, "
                    "offered_how) values (?1, ?2, ?3, ?4, ?5, ?6)"),
                V(person_id), V(hash_of(rq->arena, token)), V(rq->actor.user_id),
                db_instant(rq->arena, rq->now),
                db_instant(rq->arena, rq->now + LINK_DAYS * day_us), V(offered));
}

/* By the one send path; *why says in words when it is not safe. */
static enum db_result send_link(struct request *rq, int64_t person_id, struct str link,
                                struct str *why) {
  enum db_result result;
  struct message_ask ask = {.person_id = person_id,
                            .by_user = rq->actor.user_id,
                            .organisation_id = rq->actor.organisation_id,
                            .purpose = "plan",
                            .link = link,
                            .day = DAY_NONE,
                            .minute = -1,
                            .not_after = rq->now + LINK_DAYS * day_us};
  struct message_answer answer = messages_send(rq->db, rq->arena, rq->lang, &ask, rq->now, &result);
  if (answer.refusal) *why = answer.why;
  return result;
}

/* Asked for face to face it is always given. Otherwise it may be refused, in the same words for
 * everybody it is refused to. */
void support_link_post(struct request *rq) {
  struct person p;
  struct sight sight;
  uint8_t bytes[TOKEN_BYTES];
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  struct str offered = request_form(rq, "offered");
  bool here = str_eq(offered, S("face_to_face"));
  if (!here && !str_eq(offered, S("safe_way"))) {
    reply_status(rq, 422);
    plan_show(rq, &p, sight, PAGE_TITLE(rq, "Say how they asked for the link."), (struct str){0});
    return;
  }
  if (!here && support_safety_flag(rq->db, rq->arena, p.id)) {
    reply_status(rq, 422);
    plan_show(rq, &p, sight,
              PAGE_TITLE(rq, "This link is given in person. Offer it when you next meet."),
              (struct str){0});
    return;
  }
  secret_bytes(bytes, sizeof bytes);
  struct str token = base64url_of(rq->arena, bytes, sizeof bytes);
  struct str origin = request_origin(rq),
             link = str_format(rq->arena, "%.*s/plan/%.*s", P(origin), P(token)), why = {0};
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = keep_link(rq, p.id, token, offered);
  if (result == DB_OK && !here) result = send_link(rq, p.id, link, &why);
  audit_did(rq, "plan link made", p.id, CLASS_PLAN);
  if (why.n) {
    db_rollback(rq->db, STORE_MAIN);
    reply_status(rq, 422);
    return plan_show(rq, &p, sight, why, (struct str){0});
  }
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (support_write_failed(rq, result == DB_OK ? kept : result)) return;
  if (here) return plan_show(rq, &p, sight, (struct str){0}, link);
  reply_flash(rq, PAGE_TITLE(rq, "The link leaves by their safe way."));
  reply_redirect(rq, person_path(rq, &p, "/plan"));
}

void support_link_close(struct request *rq) {
  struct person p;
  struct sight sight;
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = db_run(rq->db,
                                 SQL("update plan_link set closed_at = ?2 where person_id = ?1 and "
                                     "closed_at is null"),
                                 V(p.id), db_instant(rq->arena, rq->now));
  audit_did(rq, "plan links closed", p.id, CLASS_PLAN);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (support_write_failed(rq, result == DB_OK ? kept : result)) return;
  reply_flash(rq, PAGE_TITLE(rq, "No link opens this plan now."));
  reply_redirect(rq, person_path(rq, &p, "/plan"));
}

/* The door is the same for every address, so that nothing can be learnt by opening it. */
void support_link_door(struct request *rq) {
  struct link_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Open")), .action = rq->path};
  page.layout.kind = LAYOUT_RESIDENT; /* the tab's words say nothing */
  view_support_link_door(rq->view, &page);
}

/* Opens it, once. 0: there is nothing to open. */
static int64_t take(struct request *rq, struct str token) {
  int64_t person_id = 0;
  struct rows r;
  if (!limit_take(rq->db, rq->arena, "plan link", request_address(rq), DOOR_TRIES, DOOR_SECONDS,
                  rq->now))
    return 0;
  db_begin(rq->db, STORE_MAIN);
  if (db_one(&r, rq->db, rq->arena,
             SQL("update plan_link set opened_at = ?2 where token_hash = ?1 and opened_at is null "
                 "and closed_at is null and until_at > ?2 returning person_id"),
             V(hash_of(rq->arena, token)), db_instant(rq->arena, rq->now))) {
    person_id = row_int(&r, 0);
    db_done(&r);
  }
  if (person_id) audit_did(rq, "plan link opened", person_id, CLASS_PLAN);
  return db_commit(rq->db, STORE_MAIN) == DB_OK ? person_id : 0;
}

void support_link_open(struct request *rq) {
  int64_t id = take(rq, request_path(rq, "token"));
  struct person p;
  record_clear(&person_type, &p);
  if (!id || !record_load(rq->db, rq->arena, &person_type, id, &p)) {
    reply_refuse(rq, 404,
                 PAGE_TITLE(rq, "This link has been used or is too old. Ask for a new one."));
    return;
  }
  people_redact(&person_type, &p, CLASS_IDENTITY | CLASS_CONTACT | CLASS_PLAN);
  audit_shows(rq, id, CLASS_PLAN);
  struct plan_page page = {.head = {.layout = page_layout(rq, PAGE_TITLE(rq, "My page"))},
                           .today = day_words(rq->arena, rq->today)};
  page.head.layout.kind = LAYOUT_RESIDENT;
  plan_for_them(rq, &p, &page);
  view_support_plan_paper(rq->view, &page);
}
