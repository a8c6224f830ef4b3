/* queue: from the row to the provider and back. A job a message, in the `soon` process. Each try
 * first writes down that it begins, so that after a crash the provider is asked whether it arrived
 * before anything is sent again; and what is safe is decided once more at the moment of sending. */
#include <jansson.h>
#include "db/seal.h"
#include "messages/inside.h"
#include "messages/provider.h"

const char MESSAGE_JOB[] = "send a message";
#define MINUTES(n) ((instant_t)(n) * 60 * 1000000)

enum db_result message_queue(struct db *db, struct arena *a, int64_t message_id, instant_t when,
                             instant_t now) {
  struct str arguments = str_format(a, "{\"message\":%lld}", (long long)message_id);
  return job_add(db, a, MESSAGE_JOB, arguments, now, when > now ? when : INSTANT_NONE, S(""))
             ? DB_OK
             : DB_FAILED;
}

struct outgoing {
  int64_t id, person_id;
  struct uuid public_id;
  struct str channel, sealed, words, to;
  enum message_level level;
  bool own_words, over;
  int64_t tries;
  instant_t tried_at, not_after;
};

static bool load(struct job *j, int64_t id, struct outgoing *o) {
  struct rows r;
  if (!db_one(&r, j->db, j->arena,
              SQL("select person_id, public_id, channel, words, level, own_words, tries, "
                  "tried_at, not_after, sent_at, ended_at from message where id = ?1 and "
                  "direction = 'out'"),
              V(id)))
    return false;
  *o = (struct outgoing){.id = id,
                         .person_id = row_int(&r, 0),
                         .public_id = row_uuid(&r, 1),
                         .channel = row_text(&r, 2),
                         .sealed = row_text(&r, 3),
                         .level = (enum message_level)row_int(&r, 4),
                         .own_words = row_int(&r, 5) != 0,
                         .tries = row_int(&r, 6),
                         .tried_at = row_instant(&r, 7),
                         .not_after = row_instant(&r, 8),
                         .over = !row_null(&r, 9) || !row_null(&r, 10)};
  db_done(&r);
  return true;
}

static enum job_end over(struct job *j, const struct outgoing *o, enum message_refusal why) {
  return db_run(j->db,
                SQL("update message set ended_at = ?2, ended_why = ?3, tried_at = null where id = "
                    "?1 and sent_at is null"),
                V(o->id), db_instant(j->arena, j->now),
                V(str_of(message_refusal_code(why)))) == DB_OK
             ? JOB_DONE
             : JOB_AGAIN;
}

/* The same message at a later moment, by a job of its own; both or neither. */
static enum job_end later(struct job *j, const struct outgoing *o, instant_t when) {
  db_begin(j->db, STORE_MAIN);
  db_run(j->db, SQL("update message set not_before = ?2, tried_at = null where id = ?1"), V(o->id),
         db_instant(j->arena, when));
  message_queue(j->db, j->arena, o->id, when, j->now);
  return db_commit(j->db, STORE_MAIN) == DB_OK ? JOB_DONE : JOB_AGAIN;
}

enum ready { READY, NOT_NOW, OVER };

/* Once more, with what is known now: the way, the hours, how much may be said, the number. */
static enum ready still_safe(struct job *j, struct outgoing *o, instant_t *when,
                             enum message_refusal *why) {
  struct contact c;
  *why = MESSAGE_CHANGED;
  if (!safe_contact_read(j->db, j->arena, o->person_id, &c)) return OVER;
  struct decision d = message_decide(&c.facts, o->own_words, j->now);
  if (d.refusal) return *why = d.refusal, OVER;
  if (d.level > o->level || !str_eq(o->channel, str_of(d.channel))) return OVER;
  *when = d.when;
  if (o->not_after != INSTANT_NONE && d.when > o->not_after) return *why = MESSAGE_TOO_LATE, OVER;
  bool sms = str_eq(o->channel, S("sms"));
  (void)(sms ? phone_tidy : email_tidy)(j->arena, sms ? c.person.phone : c.person.email, &o->to);
  return d.when > j->now ? NOT_NOW : READY;
}

static enum job_end sent(struct job *j, const struct outgoing *o, const char *provider,
                         struct str reference) {
  struct str sealed;
  struct seal_place at = {o->person_id, CLASS_CONTACT, "message.address"};
  if (!seal(j->db, j->arena, at, o->to, j->now, &sealed)) return JOB_AGAIN;
  return db_run(j->db,
                SQL("update message set sent_at = ?2, provider = ?3, provider_ref = ?4, address = "
                    "?5, tried_at = null where id = ?1"),
                V(o->id), db_instant(j->arena, j->now), V(str_of(provider)),
                db_text_or_null(reference), db_blob(sealed)) == DB_OK
             ? JOB_DONE
             : JOB_AGAIN;
}

static instant_t pause_after(int64_t tries) {
  static const int minutes[TRIES_MAX] = {1, 5, 15, 60, 240, 720};
  return MINUTES(minutes[tries < TRIES_MAX ? tries : TRIES_MAX - 1]);
}

static bool begin_try(struct job *j, const struct outgoing *o) {
  return db_run(j->db, SQL("update message set tries = tries + 1, tried_at = ?2 where id = ?1"),
                V(o->id), db_instant(j->arena, j->now)) == DB_OK;
}

static enum job_end hand_over(struct job *j, struct outgoing *o, struct why *why) {
  const struct message_provider *provider = message_provider_of(str_c(j->arena, o->channel));
  struct str reference = {0};
  struct parcel parcel = {.to = o->to,
                          .words = o->words,
                          .subject = o->level == LEVEL_OPEN ? S("From us") : S("Hello"),
                          .id = uuid_str(j->arena, o->public_id),
                          .now = j->now};
  enum provider_end end = PROVIDER_REFUSED;
  if (o->tried_at != INSTANT_NONE && provider->find)
    end = provider->find(j->arena, &parcel, &reference, why);
  if (end == PROVIDER_TOOK) return sent(j, o, provider->name, reference);
  if (end == PROVIDER_LATER) return later(j, o, j->now + pause_after(o->tries));
  if (o->tries >= TRIES_MAX) return over(j, o, MESSAGE_NO_ANSWER);
  if (!begin_try(j, o)) return JOB_AGAIN;
  end = provider->send(j->arena, &parcel, &reference, why);
  if (end == PROVIDER_TOOK) return sent(j, o, provider->name, reference);
  if (end == PROVIDER_REFUSED) return over(j, o, MESSAGE_NOT_TAKEN);
  if (o->tries + 1 >= TRIES_MAX) return over(j, o, MESSAGE_NO_ANSWER);
  return later(j, o, j->now + pause_after(o->tries));
}

enum job_end message_job(struct job *job, struct why *why) {
  struct outgoing o;
  struct why bad;
  instant_t when = INSTANT_NONE;
  enum message_refusal refusal;
  json_t *said = json_read(job->arguments, 1000, &bad);
  int64_t id = json_integer_value(json_object_get(said, "message"));
  json_decref(said);
  if (!load(job, id, &o) || o.over) return JOB_DONE;
  switch (still_safe(job, &o, &when, &refusal)) {
    case OVER: return over(job, &o, refusal);
    case NOT_NOW: return later(job, &o, when);
    case READY: break;
  }
  if (!unseal(job->db, job->arena,
              (struct seal_place){o.person_id, CLASS_CONTACTS, "message.words"}, o.sealed,
              &o.words))
    return over(job, &o, MESSAGE_CHANGED); /* erased meanwhile */
  return hand_over(job, &o, why);
}

/* GOV.UK Notify's statuses (docs.notifications.service.gov.uk, "delivery receipts"). */
enum db_result message_delivered(struct db *db, struct arena *a, struct uuid id, struct str status,
                                 instant_t now) {
  if (str_eq(status, S("delivered")))
    return db_run(db,
                  SQL("update message set delivered_at = coalesce(delivered_at, ?2) where "
                      "public_id = ?1 and direction = 'out'"),
                  db_uuid(a, id), db_instant(a, now));
  if (!str_ends(status, S("-failure"))) return DB_OK;
  return db_run(db,
                SQL("update message set ended_at = ?2, ended_why = ?3 where public_id = ?1 and "
                    "direction = 'out' and delivered_at is null and ended_at is null"),
                db_uuid(a, id), db_instant(a, now),
                V(str_of(message_refusal_code(MESSAGE_NOT_THERE))));
}
