/* pages: the conversation with one person, and how it is safe to be in touch with them. */
#include "messages.html.h"
#include "db/seal.h"
#include "messages/inside.h"
#include "messages/pages.h"
#include "web/session.h"

enum { NEEDS = CLASS_CONTACTS };

static struct str moment_words(struct request *rq, instant_t t) {
  char day[WORDS_NUMBER_MAX], clock[WORDS_NUMBER_MAX];
  struct local l = instant_local_uk(t);
  enum language lang = (enum language)rq->lang;
  struct str d = {day, words_number(day, lang, WORDS_DAY, l.day)};
  struct str c = {clock, words_number(clock, lang, WORDS_CLOCK, l.minute)};
  return str_format(rq->arena, "%.*s, %.*s", P(d), P(c));
}

/* ---- the conversation ---- */

static struct str state_words(struct request *rq, const struct message_facts *f) {
  switch (message_state(f)) {
    case MESSAGE_WAITING:
      return SAY(rq->arena, (enum language)rq->lang, T("It leaves on {when}"),
                 SLOT("when", moment_words(rq, f->not_before)));
    case MESSAGE_SENT: return PAGE_TITLE(rq, "Sent");
    case MESSAGE_DELIVERED: return PAGE_TITLE(rq, "It arrived");
    case MESSAGE_ENDED: return PAGE_TITLE(rq, "It did not reach them");
    case MESSAGE_UNREAD:
    case MESSAGE_READ: break;
  }
  return (struct str){0};
}

static struct message_row row_of(struct request *rq, struct rows *r, int64_t person_id) {
  struct str direction = row_text(r, 0), sealed = row_text(r, 1), words = {0};
  struct message_facts f = {.missed = str_eq(direction, S("missed")),
                            .in = !str_eq(direction, S("out")),
                            .not_before = row_instant(r, 3),
                            .sent_at = row_instant(r, 4),
                            .delivered_at = row_instant(r, 5),
                            .ended_at = row_instant(r, 6),
                            .ended_why = message_refusal_of(row_text(r, 7)),
                            .read_at = row_instant(r, 8)};
  unseal(rq->db, rq->arena, (struct seal_place){person_id, CLASS_CONTACTS, "message.words"}, sealed,
         &words);
  struct message_row row = {.words = words,
                            .when = moment_words(rq, row_instant(r, 2)),
                            .state = state_words(rq, &f),
                            .in = f.in,
                            .missed = f.missed,
                            .unread = f.in && f.read_at == INSTANT_NONE,
                            .ended = f.ended_at != INSTANT_NONE};
  if (f.ended_why) row.why = words_of((enum language)rq->lang, message_refusal_words(f.ended_why));
  return row;
}

static void read_rows(struct request *rq, int64_t person_id, struct messages_page *page) {
  size_t cap = 0;
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select direction, words, added_at, not_before, sent_at, delivered_at, ended_at, "
          "ended_why, read_at from message where person_id = ?1 order by id desc limit ?2"),
      V(person_id), V((int64_t)MESSAGES_A_PAGE + 1));
  while (db_next(&r)) {
    if (page->rows.n == MESSAGES_A_PAGE) {
      page->more = true;
      db_done(&r);
      break;
    }
    struct message_row row = row_of(rq, &r, person_id);
    page->unread |= row.unread;
    *slice_push(rq->arena, &page->rows, &cap) = row;
  }
}

/* Purposes a worker chooses here; the others belong to what they are about. */
static bool chosen_here(struct str code) {
  return str_eq(code, S("talk")) || str_eq(code, S("checkin")) || str_eq(code, S("news"));
}

static void read_purposes(struct request *rq, struct str chosen, struct messages_page *page) {
  struct purposes all = message_purposes();
  size_t cap = 0;
  for (size_t i = 0; i < all.n; i++)
    if (chosen_here(all.p[i].code))
      *slice_push(rq->arena, &page->purposes, &cap) = (struct message_choice){
          all.p[i].code, all.p[i].label, str_eq(all.p[i].code, chosen)};
}

static struct message_ask ask_of(struct request *rq, int64_t person_id, struct str purpose,
                                 struct str words, int64_t asked) {
  return (struct message_ask){
      .person_id = person_id,
      .by_user = rq->actor.user_id,
      .organisation_id = rq->actor.organisation_id,
      .purpose = chosen_here(purpose) ? str_c(rq->arena, purpose) : "talk",
      .words = str_trim(words),
      .day = DAY_NONE,
      .minute = -1,
      .not_after = INSTANT_NONE,
      .once = str_format(rq->arena, "compose:%lld:%lld:%lld", (long long)person_id,
                         (long long)rq->actor.user_id, (long long)asked)};
}

static int64_t asked_so_far(struct request *rq, int64_t person_id) {
  return db_number(rq->db, 0,
                   SQL("select count(*) from message where person_id = ?1 and by_user = ?2"),
                   V(person_id), V(rq->actor.user_id));
}

static void show(struct request *rq, const struct person *p, struct sight sight, struct str typed,
                 struct str purpose, bool from_draft) {
  struct messages_page page = {.head = people_head(rq, p, sight, PAGE_TITLE(rq, "Messages")),
                               .typed = typed,
                               .from_draft = from_draft,
                               .asked = asked_so_far(rq, p->id)};
  struct message_ask ask = ask_of(rq, p->id, purpose, typed, page.asked);
  struct message_answer answer = messages_preview(rq->db, rq->arena, rq->lang, &ask, rq->now);
  page.refusal = answer.why;
  page.guarded = answer.guarded;
  page.closed =
      answer.refusal && (answer.refusal < MESSAGE_LANGUAGE || answer.refusal == MESSAGE_LIMITED);
  if (!answer.refusal) page.shown = answer.shown;
  if (!answer.refusal && answer.when > rq->now) page.later = moment_words(rq, answer.when);
  read_rows(rq, p->id, &page);
  read_purposes(rq, purpose, &page);
  view_messages_talk(rq->view, &page);
}

static struct str draft_value(const struct draft *d, struct str name) {
  for (size_t i = 0; i < d->n; i++)
    if (str_eq(d->p[i].name, name)) return d->p[i].value;
  return (struct str){0};
}

void messages_page(struct request *rq) {
  struct person p;
  struct sight sight;
  struct draft draft = {0};
  if (!people_open(rq, &p, &sight, NEEDS)) return;
  struct str typed = request_form(rq, "words"), purpose = request_form(rq, "purpose");
  bool back = !typed.n && draft_load(rq, S("message"), uuid_str(rq->arena, p.public_id), &draft);
  if (back) typed = draft_value(&draft, S("words")), purpose = draft_value(&draft, S("purpose"));
  show(rq, &p, sight, typed, purpose, back && typed.n);
}

static void not_kept(struct request *rq) {
  reply_refuse(rq, 503,
               PAGE_TITLE(rq, "That could not be saved just now. What you typed is kept; try "
                              "again in a minute."));
}

static struct str back_to(struct request *rq, const struct person *p, const char *end) {
  struct str id = uuid_str(rq->arena, p->public_id);
  return str_format(rq->arena, "/people/%.*s/messages%s", P(id), end);
}

void messages_post(struct request *rq) {
  struct person p;
  struct sight sight;
  int64_t asked = 0;
  enum db_result result;
  if (!people_open(rq, &p, &sight, NEEDS)) return;
  struct str typed = request_form(rq, "words"), purpose = request_form(rq, "purpose");
  if (!str_eq(request_form(rq, "do"), S("send"))) return show(rq, &p, sight, typed, purpose, false);
  str_to_i64(request_form(rq, "asked"), &asked);
  struct message_ask ask = ask_of(rq, p.id, purpose, typed, asked);
  db_begin(rq->db, STORE_MAIN);
  struct message_answer answer =
      messages_send(rq->db, rq->arena, rq->lang, &ask, rq->now, &result);
  if (!answer.refusal) audit_did(rq, "message asked for", p.id, CLASS_CONTACTS);
  if (db_commit(rq->db, STORE_MAIN) != DB_OK || result != DB_OK) return not_kept(rq);
  if (answer.refusal) {
    reply_status(rq, 422);
    return show(rq, &p, sight, typed, purpose, false);
  }
  draft_drop(rq, S("message"), uuid_str(rq->arena, p.public_id));
  reply_flash(rq, answer.when > rq->now ? PAGE_TITLE(rq, "It will leave at their next safe hour.")
                                        : PAGE_TITLE(rq, "It is on its way."));
  reply_redirect(rq, back_to(rq, &p, ""));
}

void messages_seen_post(struct request *rq) {
  struct person p;
  struct sight sight;
  if (!people_open(rq, &p, &sight, NEEDS)) return;
  db_begin(rq->db, STORE_MAIN);
  db_run(rq->db,
         SQL("update message set read_at = ?2, read_by = ?3 where person_id = ?1 and direction in "
             "('in', 'missed') and read_at is null"),
         V(p.id), db_instant(rq->arena, rq->now), V(rq->actor.user_id));
  audit_did(rq, "messages read", p.id, CLASS_CONTACTS);
  if (db_commit(rq->db, STORE_MAIN) != DB_OK) return not_kept(rq);
  reply_redirect(rq, back_to(rq, &p, ""));
}

/* ---- how it is safe ---- */

void messages_safe_page(struct request *rq) {
  struct person p;
  struct sight sight;
  struct safe_said said;
  if (!people_open(rq, &p, &sight, CLASS_SAFETY)) return;
  if (!safe_said_read(rq->db, rq->arena, p.id, &said)) return not_kept(rq);
  struct messages_safe_page page = {
      .head = people_head(rq, &p, sight, PAGE_TITLE(rq, "How it is safe to be in touch")),
      .through = said.through,
      .shared_phone = said.shared_phone};
  view_messages_safe(rq->view, &page);
}

void messages_safe_post(struct request *rq) {
  struct person p;
  struct sight sight;
  if (!people_open(rq, &p, &sight, CLASS_SAFETY)) return;
  struct safe_said said = {.shared_phone = str_eq(request_form(rq, "shared_phone"), S("1")),
                           .through = utf8_head(str_trim(request_form(rq, "through")), 120)};
  db_begin(rq->db, STORE_MAIN);
  enum db_result kept =
      safe_said_keep(rq->db, rq->arena, p.id, &said, rq->actor.user_id, rq->now);
  audit_did(rq, "safe contact asked", p.id, CLASS_SAFETY);
  if (db_commit(rq->db, STORE_MAIN) != DB_OK || kept != DB_OK) return not_kept(rq);
  reply_flash(rq, PAGE_TITLE(rq, "Kept."));
  reply_redirect(rq, back_to(rq, &p, ""));
}

/* ---- on the person's first page ---- */

void messages_card(struct request *rq, const struct person *p, struct sight sight) {
  int64_t unread = db_number(rq->db, 0,
                             SQL("/* by key */ "
                                 "select count(*) from message where person_id = ?1 and direction "
                                 "in ('in', 'missed') and read_at is null"),
                             V(p->id));
  if (!unread || !(sight.classes & NEEDS)) return;
  struct messages_card_page card = {
      .href = back_to(rq, p, ""),
      .words = SAY_N(rq->arena, (enum language)rq->lang,
                     TN("1 message from them to read", "{n} messages from them to read", unread))};
  view_messages_card(rq->view, &card);
}
