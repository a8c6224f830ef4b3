/* tray_pages: the tray, what left a demo, and what Today asks. */
#include "messages.html.h"
#include "db/list.h"
#include "db/seal.h"
#include "messages/inside.h"
#include "messages/pages.h"

enum { FOUND_MAX = 10, SEARCH_CHARACTERS_MAX = 60 };

static struct str moment_words(struct request *rq, instant_t t) {
  char day[WORDS_NUMBER_MAX], clock[WORDS_NUMBER_MAX];
  struct local l = instant_local_uk(t);
  enum language lang = (enum language)rq->lang;
  struct str d = {day, words_number(day, lang, WORDS_DAY, l.day)};
  struct str c = {clock, words_number(clock, lang, WORDS_CLOCK, l.minute)};
  return str_format(rq->arena, "%.*s, %.*s", P(d), P(c));
}

static struct str opened(struct request *rq, int64_t person_id, uint32_t class_bit,
                         const char *field, struct str sealed) {
  struct str plain = {0};
  unseal(rq->db, rq->arena, (struct seal_place){person_id, class_bit, field}, sealed, &plain);
  return plain;
}

static void read_tray(struct request *rq, struct str only, struct tray_page *page) {
  size_t cap = 0;
  struct rows r =
      db_rows(rq->db, rq->arena,
              SQL("select public_id, came_at, address, words, direction from message_tray where "
                  "organisation_id = ?1 and settled_at is null order by id limit ?2"),
              V(rq->actor.organisation_id), V((int64_t)MESSAGES_A_PAGE));
  while (db_next(&r)) {
    struct str id = row_text(&r, 0);
    if (only.n && !str_eq(only, id)) continue;
    *slice_push(rq->arena, &page->rows, &cap) = (struct tray_row){
        .id = id,
        .when = moment_words(rq, row_instant(&r, 1)),
        .number = opened(rq, 0, CLASS_CONTACT, "message_tray.address", row_text(&r, 2)),
        .words = opened(rq, 0, CLASS_CONTACTS, "message_tray.words", row_text(&r, 3)),
        .missed = str_eq(row_text(&r, 4), S("missed"))};
  }
}

void messages_tray_page(struct request *rq) {
  struct tray_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Whose is it?"))};
  audit_shows(rq, 0, 0);
  read_tray(rq, (struct str){0}, &page);
  view_messages_tray(rq->view, &page);
}

/* ---- whose it is: a name among those one may see ---- */

#define WORD_FROM                                                                                  \
  "m.person_id in (select w.person_id from may_see_word w where w.team_id = m.team_id and "        \
  "w.word >= ? and w.word < ? || '\U0010FFFF')"
LIST(tray_team, STORE_MAIN, "select m.person_id " MAY_SEE_FROM, SCOPE(MAY_SEE_SCOPE),
     FILTERS(WORD_FROM, WORD_FROM), SORTS("m.name_fold, m.person_id"));
LIST(tray_worker, STORE_MAIN, "select m.person_id " MAY_SEE_FROM, SCOPE(MAY_SEE_SCOPE MAY_SEE_OWN),
     FILTERS(WORD_FROM, WORD_FROM), SORTS("m.name_fold, m.person_id"));

static void add_found(struct request *rq, int64_t id, struct sight sight, struct tray_page *page,
                      size_t *cap) {
  struct person p;
  if (!people_contact(rq->db, rq->arena, id, sight.classes & CLASS_IDENTITY, &p)) return;
  audit_shows(rq, id, CLASS_IDENTITY);
  *slice_push(rq->arena, &page->found, cap) =
      (struct tray_found){uuid_str(rq->arena, p.public_id), p.name};
}

static void find_people(struct request *rq, struct tray_page *page) {
  int64_t ids[FOUND_MAX];
  struct sight sights[FOUND_MAX];
  size_t n = 0, cap = 0;
  struct strs words = utf8_words(rq->arena, utf8_head(page->search, SEARCH_CHARACTERS_MAX));
  bool whole = permission_whole_team(rq->db, rq->arena, &rq->actor);
  struct list_ask ask = {.limit = FOUND_MAX};
  if (!words.n) return;
  permission_scope(rq->arena, &rq->actor, rq->today, ask.scope);
  for (size_t i = 0; i < words.n && i < 2; i++)
    ask.filter[i].on = true, ask.filter[i].v = V(words.p[i]);
  struct rows r = list_rows(rq->db, rq->arena, whole ? &tray_team : &tray_worker, &ask);
  while (db_next(&r))
    if (n < FOUND_MAX) ids[n++] = row_int(&r, 0);
  n = permission_recheck(rq, ids, sights, n);
  for (size_t i = 0; i < n; i++) add_found(rq, ids[i], sights[i], page, &cap);
}

void messages_tray_find(struct request *rq) {
  struct tray_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Whose is it?")),
                           .search = request_form(rq, "search"),
                           .for_id = request_form(rq, "row"),
                           .looked = true};
  audit_shows(rq, 0, 0);
  read_tray(rq, page.for_id.n ? page.for_id : S("-"), &page);
  find_people(rq, &page);
  view_messages_tray(rq->view, &page);
}

static int64_t tray_row(struct request *rq, struct str public_id) {
  return db_number(rq->db, 0,
                   SQL("select id from message_tray where public_id = ?1 and organisation_id = ?2 "
                       "and settled_at is null"),
                   V(public_id), V(rq->actor.organisation_id));
}

static enum db_result settle(struct request *rq, int64_t row, const struct person *p) {
  if (p) {
    audit_did(rq, "message given to a person", p->id, CLASS_CONTACTS);
    return message_tray_give(rq->db, rq->arena, row, p->id, rq->actor.user_id, rq->now);
  }
  return db_run(rq->db,
                SQL("update message_tray set settled_at = ?2, settled_by = ?3, settled_how = "
                    "'nobody' where id = ?1 and settled_at is null"),
                V(row), db_instant(rq->arena, rq->now), V(rq->actor.user_id));
}

void messages_tray_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct uuid id = {0};
  bool nobody = request_form(rq, "nobody").n > 0;
  audit_shows(rq, 0, 0);
  if (!nobody) uuid_parse(request_form(rq, "person"), &id);
  bool seen = !nobody && people_load(rq, id, &p, &sight) && sight.classes & CLASS_CONTACTS;
  int64_t row = tray_row(rq, request_form(rq, "row"));
  if (!row || (!nobody && !seen)) {
    reply_status(rq, 422);
    return messages_tray_page(rq);
  }
  if (seen) audit_shows(rq, p.id, CLASS_CONTACTS);
  db_begin(rq->db, STORE_MAIN);
  enum db_result settled = settle(rq, row, seen ? &p : NULL);
  if (db_commit(rq->db, STORE_MAIN) != DB_OK || settled != DB_OK) {
    reply_refuse(rq, 409, PAGE_TITLE(rq, "Somebody settled it first. Open the tray again."));
    return;
  }
  reply_redirect(rq, S("/messages/tray"));
}

/* ---- what left a place without a provider ---- */

#define OUTBOX "join message g on g.person_id = m.person_id and g.provider = 'outbox' "
LIST(outbox_team, STORE_MAIN,
     "select g.id, m.person_id, g.address, g.words, g.sent_at " MAY_SEE_FROM,
     SCOPE(OUTBOX MAY_SEE_SCOPE), FILTERS(), SORTS("g.id desc"));
LIST(outbox_worker, STORE_MAIN,
     "select g.id, m.person_id, g.address, g.words, g.sent_at " MAY_SEE_FROM,
     SCOPE(OUTBOX MAY_SEE_SCOPE MAY_SEE_OWN), FILTERS(), SORTS("g.id desc"));

void messages_outbox_page(struct request *rq) {
  struct outbox_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Outbox"))};
  struct list_ask ask = {.limit = MESSAGES_A_PAGE};
  size_t cap = 0;
  audit_shows(rq, 0, 0);
  permission_scope(rq->arena, &rq->actor, rq->today, ask.scope);
  bool whole = permission_whole_team(rq->db, rq->arena, &rq->actor);
  struct rows r = list_rows(rq->db, rq->arena, whole ? &outbox_team : &outbox_worker, &ask);
  while (db_next(&r)) {
    int64_t person = row_int(&r, 1);
    struct sight sight;
    if (!permission_recheck(rq, &person, &sight, 1) || !(sight.classes & CLASS_CONTACTS)) continue;
    audit_shows(rq, person, CLASS_CONTACT | CLASS_CONTACTS);
    *slice_push(rq->arena, &page.rows, &cap) = (struct outbox_row){
        .to = opened(rq, person, CLASS_CONTACT, "message.address", row_text(&r, 2)),
        .words = opened(rq, person, CLASS_CONTACTS, "message.words", row_text(&r, 3)),
        .when = moment_words(rq, row_instant(&r, 4))};
  }
  view_messages_outbox(rq->view, &page);
}

/* ---- Today ---- */

/* Whoever the user carries or stands in for. */
#define CARRIED_BY                                                                                 \
  "(exists (select 1 from caseload c where c.person_id = g.person_id and c.user_id = ?1 and "      \
  "c.from_day <= ?2 and coalesce(c.to_day, '9999-12-31') >= ?2) or exists (select 1 from cover v " \
  "join caseload c on c.user_id = v.absent_user_id where c.person_id = g.person_id and "           \
  "v.standing_in_user_id = ?1 and v.from_day <= ?2 and v.to_day >= ?2 and c.from_day <= ?2 and "   \
  "coalesce(c.to_day, '9999-12-31') >= ?2))"

size_t messages_waiting(struct request *rq, struct message_waiting *out, size_t room) {
  size_t n = 0;
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select g.person_id, g.public_id, g.direction, g.added_at from message g where "
          "g.direction in ('in', 'missed') and g.read_at is null and " CARRIED_BY
          " order by g.id limit 50"),
      V(rq->actor.user_id), db_day(rq->arena, rq->today));
  while (db_next(&r)) {
    struct person p;
    struct sight sight;
    int64_t id = row_int(&r, 0);
    if (n == room || !permission_recheck(rq, &id, &sight, 1) || !(sight.classes & CLASS_CONTACTS) ||
        !people_contact(rq->db, rq->arena, id, sight.classes & CLASS_IDENTITY, &p))
      continue;
    audit_shows(rq, id, CLASS_IDENTITY | CLASS_CONTACTS);
    out[n++] = (struct message_waiting){.person_id = id,
                                        .person = p.public_id,
                                        .message = row_uuid(&r, 1),
                                        .name = p.name,
                                        .missed_call = str_eq(row_text(&r, 2), S("missed")),
                                        .came_at = row_instant(&r, 3)};
  }
  return n;
}

int64_t messages_in_tray(struct request *rq) {
  return db_number(rq->db, 0,
                   SQL("select count(*) from message_tray where organisation_id = ?1 and "
                       "settled_at is null"),
                   V(rq->actor.organisation_id));
}

int64_t messages_ended(struct request *rq, int days) {
  return db_number(rq->db, 0,
                   SQL("select count(*) from message g where g.direction = 'out' and g.by_user = "
                       "?1 and g.ended_at >= ?2"),
                   V(rq->actor.user_id),
                   db_instant(rq->arena, rq->now - (instant_t)days * 86400 * 1000000));
}
