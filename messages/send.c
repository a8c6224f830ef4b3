/* send: the one send path. Decide, find the words, look through them, queue. */
#include "base/embed.h"
#include "db/seal.h"
#include "messages/inside.h"

struct made {
  struct contact contact;
  struct decision decision;
  struct str words;
};

static struct str organisation_name(struct db *db, struct arena *a, int64_t id) {
  struct rows r;
  struct str name = {0};
  if (!db_one(&r, db, a, SQL("select name from member_organisation where id = ?1"), V(id)))
    return name;
  name = row_text(&r, 0);
  db_done(&r);
  return name;
}

/* Who this person is, and every body that supports people here: none may stand in a message that
 * somebody else may read. */
static struct strs names_of(struct db *db, struct arena *a, const struct person *p) {
  struct strs names = {0};
  size_t cap = 0;
  message_name_add(a, &names, &cap, p->name, PERSON_NAME_LETTERS);
  message_name_add(a, &names, &cap, p->full_name, PERSON_NAME_LETTERS);
  if (messages_settings) message_name_add(a, &names, &cap, messages_settings->place, 99);
  struct rows r = db_rows(db, a, SQL("select name from member_organisation order by id"));
  while (db_next(&r)) message_name_add(a, &names, &cap, row_text(&r, 0), BODY_NAME_LETTERS);
  return names;
}

static enum message_refusal judge(struct db *db, struct arena *a, const struct message_ask *ask,
                                  const struct made *m) {
  const struct decision *d = &m->decision;
  if (d->refusal) return d->refusal;
  if (ask->not_after != INSTANT_NONE && d->when > ask->not_after) return MESSAGE_TOO_LATE;
  /* An address names whoever runs this: it leaves only where open words may. */
  if (ask->link.n && d->level != LEVEL_OPEN)
    return d->level == LEVEL_GUARDED ? MESSAGE_GUARDED : MESSAGE_REVEALS;
  if (message_too_long(d->channel, m->words)) return MESSAGE_TOO_LONG;
  if (!ask->words.n || d->level == LEVEL_OPEN) return MESSAGE_FINE;
  struct strs names = names_of(db, a, &m->contact.person);
  return message_reveals(a, m->words, names).n ? MESSAGE_REVEALS : MESSAGE_FINE;
}

static struct made make(struct db *db, struct arena *a, const struct message_ask *ask,
                        instant_t now) {
  struct made m = {0};
  const struct purpose *purpose = message_purpose(str_of(ask->purpose));
  bool own = ask->words.n > 0;
  if (!purpose || !safe_contact_read(db, a, ask->person_id, &m.contact)) {
    m.decision.refusal = MESSAGE_WAY_UNKNOWN;
    return m;
  }
  m.decision = message_decide(&m.contact.facts, own, now);
  struct fill fill = {organisation_name(db, a, ask->organisation_id), ask->day, ask->minute,
                      ask->link};
  m.words = own && m.decision.level != LEVEL_GUARDED
                ? ask->words
                : message_words(a, purpose, m.decision.level, m.decision.lang, &fill);
  m.decision.refusal = judge(db, a, ask, &m);
  return m;
}

static struct message_answer answer_of(struct arena *a, int lang, const struct made *m) {
  const struct decision *d = &m->decision;
  struct message_answer answer = {.refusal = d->refusal,
                                  .shown = m->words,
                                  .channel = d->channel,
                                  .guarded = d->level == LEVEL_GUARDED,
                                  .when = d->when};
  if (!d->refusal) return answer;
  answer.channel = NULL;
  answer.why = words_of((enum language)lang, message_refusal_words(d->refusal));
  if (d->refusal == MESSAGE_THROUGH_WORKER && m->contact.through.n)
    answer.why = SAY(a, (enum language)lang,
                     T("The safe way is through {worker}. Nothing is sent to them."),
                     SLOT("worker", m->contact.through));
  return answer;
}

struct message_answer messages_preview(struct db *db, struct arena *a, int lang,
                                       const struct message_ask *ask, instant_t now) {
  struct made m = make(db, a, ask, now);
  return answer_of(a, lang, &m);
}

/* 0 with DB_OK: the same was asked for before, and stands. */
static int64_t insert(struct db *db, struct arena *a, const struct message_ask *ask,
                      const struct made *m, struct uuid id, instant_t now,
                      enum db_result *result) {
  struct str sealed;
  struct seal_place at = {ask->person_id, CLASS_CONTACTS, "message.words"};
  int64_t same = ask->once.n ? db_number(db, 0, SQL("select count(*) from message where once = ?1"),
                                         V(ask->once))
                             : 0;
  *result = DB_OK;
  if (same) return 0;
  if (!seal(db, a, at, m->words, now, &sealed)) return *result = DB_FAILED, 0;
  int64_t row = db_insert(
      db,
      SQL("insert into message (public_id, person_id, organisation_id, direction, channel, "
          "purpose, level, own_words, words, by_user, once, added_at, not_before, not_after) "
          "values "
          "(?1, ?2, ?3, 'out', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) returning id"),
      db_uuid(a, id), V(ask->person_id), V(ask->organisation_id), V(str_of(m->decision.channel)),
      V(str_of(ask->purpose)), V((int)m->decision.level), V(ask->words.n > 0), db_blob(sealed),
      V(ask->by_user), db_text_or_null(ask->once), db_instant(a, now),
      db_instant(a, m->decision.when), db_instant(a, ask->not_after));
  if (!row) *result = DB_FAILED;
  return row;
}

struct message_answer messages_send(struct db *db, struct arena *a, int lang,
                                    const struct message_ask *ask, instant_t now,
                                    enum db_result *result) {
  struct made m = make(db, a, ask, now);
  struct message_answer answer = answer_of(a, lang, &m);
  *result = DB_OK;
  if (answer.refusal) return answer;
  answer.id = uuid_v4();
  int64_t row = insert(db, a, ask, &m, answer.id, now, result);
  if (row) *result = message_queue(db, a, row, answer.when, now);
  return answer;
}

enum db_result messages_take_back(struct db *db, struct arena *a, struct str once, instant_t now) {
  return db_run(db,
                SQL("update message set ended_at = ?2, ended_why = ?3 where once = ?1 and sent_at "
                    "is null and ended_at is null"),
                V(once), db_instant(a, now), V(str_of(message_refusal_code(MESSAGE_TAKEN_BACK))));
}
