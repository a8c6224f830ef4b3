/* hook: telling programs that something happened. What changed is read from the record of changes,
 * a moment behind it; each declared address is told of what its own account may see, by kind and
 * ids, never a name, a word or a number, and never about somebody who hides. Signed, tried again
 * with growing pauses, then put aside where people see it. */
#include <sodium.h>
#include "base/planted.h"
#include "db/seal.h"
#include "exchange/inside.h"
#include "web/out.h"
#include "words/words.h"

#define SECRET_PURPOSE "a hook's secret"
enum { LOOK_ROWS = 100, LOOK_EVERY_US = 1000000, BEHIND_SECONDS = 3, TRIES_MAX = 6,
       ANSWER_BYTES_MAX = 4096, ANSWER_SECONDS = 15, SECRET_BYTES = 32 };

TEXT_MESSAGE(kind_added, "Somebody was added");
TEXT_MESSAGE(kind_changed, "What is known of somebody changed");
TEXT_MESSAGE(kind_contact, "A contact was kept");
TEXT_MESSAGE(kind_appointment, "A time was agreed");
const struct hook_kind hook_kinds[] = {
    {"person.added", &kind_added, "person", "insert", CLASS_IDENTITY},
    {"person.changed", &kind_changed, "person", "update", CLASS_IDENTITY},
    {"contact.kept", &kind_contact, "contact", "insert", CLASS_CONTACTS},
    {"appointment.agreed", &kind_appointment, "appointment", "insert", CLASS_CONTACTS},
};
const size_t hook_kinds_n = countof(hook_kinds);

/* ---- declaring ---- */

bool hook_add(struct db *db, struct arena *a, const struct new_hook *h, instant_t now,
              struct str *secret, struct why *why) {
  uint8_t bytes[SECRET_BYTES];
  struct str url, sealed;
  struct actor as;
  if (!url_of_program(a, h->url, &url, why)) return false;
  if (!h->kinds) return why_say(why, "Choose at least one thing it is told.");
  if (!accounts_actor(db, a, h->user_id, 0, instant_local_uk(now).day, &as) ||
      as.organisation_id != h->organisation_id || as.function != FUNCTION_SUPPORT)
    return why_say(why, "Choose a program of a team that supports people.");
  secret_bytes(bytes, sizeof bytes);
  *secret = hex_of(a, bytes, sizeof bytes);
  if (!seal_own(a, SECRET_PURPOSE, *secret, &sealed))
    return why_say(why, "The secret could not be kept. Try again.");
  enum db_result result =
      db_run(db,
             SQL("insert into hook (public_id, organisation_id, user_id, url, secret, kinds, "
                 "made_by, made_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"),
             db_uuid(a, uuid_v4()), V(h->organisation_id), V(h->user_id), V(url), db_blob(sealed),
             V(h->kinds), V(h->made_by), db_instant(a, now));
  /* It is told of what happens from now on. */
  if (result == DB_OK)
    result = db_run(db, SQL("insert into hook_place (id, revision_id) select 1, coalesce(max(id), "
                            "0) from revision where id > 0 on conflict (id) do nothing"));
  return result == DB_OK || why_say(why, "The address could not be kept. Try again.");
}

/* ---- what happened ---- */

struct happened { int64_t revision, record_id; struct str record, what; instant_t at; };
struct hook { int64_t id, user_id, kinds; };
struct looking {
  struct db *db;
  struct arena *a;
  instant_t now;
  struct { struct hook *p; size_t n; } hooks;
};

static const struct record_type *type_named(struct str name) {
  struct record_types all = record_types();
  for (size_t i = 0; i < all.n; i++)
    if (str_eq(name, str_of(all.p[i]->name))) return all.p[i];
  return NULL;
}

/* Whom a record is about, and its public id. False: it is gone meanwhile. */
static bool about(struct looking *l, const struct happened *h, int64_t *person, struct uuid *id) {
  const struct record_type *t = type_named(h->record);
  struct record_head head;
  void *record = t ? arena_alloc(l->a, t->size, 16, 1) : NULL;
  if (!t || !record_load(l->db, l->a, t, h->record_id, record)) return false;
  const struct field *link = field_find(t, S("person"));
  memcpy(&head, record, sizeof head);
  *id = head.public_id;
  *person = link ? field_get(link, record).i : h->record_id;
  return true;
}

/* May that program know that this happened to them? */
static bool may_be_told(struct db *db, struct arena *a, int64_t user_id, int64_t person_id,
                        uint32_t class_bit, instant_t now) {
  struct actor as;
  day_t today = instant_local_uk(now).day;
  if (!accounts_actor(db, a, user_id, 0, today, &as) || as.function != FUNCTION_SUPPORT)
    return false;
  if (PLANTED == PLANTED_HOOK_NAMES) return true;
  return !permission_is_restricted(db, person_id) &&
         (permission_sight(db, a, &as, person_id, today, now).classes & class_bit) != 0;
}

static enum db_result queue_for(struct looking *l, const struct hook *h,
                                const struct hook_kind *kind, const struct happened *what,
                                int64_t person, struct uuid record) {
  int64_t id = db_insert(
      l->db,
      SQL("insert into hook_delivery (public_id, hook_id, kind, person_id, record, at, state) "
          "values (?1, ?2, ?3, ?4, ?5, ?6, 'waiting') returning id"),
      db_uuid(l->a, uuid_v4()), V(h->id), V(str_of(kind->code)), V(person), db_uuid(l->a, record),
      db_instant(l->a, what->at));
  return id && job_add(l->db, l->a, "tell a program",
                       str_format(l->a, "{\"delivery\":%lld}", (long long)id), l->now,
                       INSTANT_NONE, S(""))
             ? DB_OK
             : DB_FAILED;
}

static enum db_result tell_all(struct looking *l, const struct happened *what) {
  enum db_result result = DB_OK;
  for (size_t k = 0; k < hook_kinds_n; k++) {
    const struct hook_kind *kind = &hook_kinds[k];
    int64_t person;
    struct uuid record;
    if (!str_eq(what->record, str_of(kind->record)) || !str_eq(what->what, str_of(kind->what)))
      continue;
    if (!about(l, what, &person, &record)) return DB_OK;
    for (size_t i = 0; i < l->hooks.n && result == DB_OK; i++)
      if (l->hooks.p[i].kinds & 1 << k &&
          may_be_told(l->db, l->a, l->hooks.p[i].user_id, person, kind->class_bit, l->now))
        result = queue_for(l, &l->hooks.p[i], kind, what, person, record);
  }
  return result;
}

static void read_hooks(struct looking *l) {
  size_t cap = 0;
  struct rows r = db_rows(l->db, l->a,
                          SQL("select id, user_id, kinds from hook where ended_at is null order by "
                              "id"));
  while (db_next(&r))
    *slice_push(l->a, &l->hooks, &cap) = (struct hook){row_int(&r, 0), row_int(&r, 1),
                                                       row_int(&r, 2)};
}

static enum db_result look_on(struct db *db, void *with) {
  struct looking *l = with;
  enum db_result result = DB_OK;
  int64_t place = db_number(db, -1, SQL("select revision_id from hook_place where id = 1")), upto;
  struct { struct happened *p; size_t n; } all = {0};
  size_t cap = 0;
  if (place < 0) return DB_OK;
  struct rows r = db_rows(db, l->a,
                          SQL("select id, record, record_id, what, at from revision where id > ?1 "
                              "order by id limit ?2"),
                          V(place), V((int64_t)LOOK_ROWS));
  while (db_next(&r))
    *slice_push(l->a, &all, &cap) = (struct happened){row_int(&r, 0), row_int(&r, 2),
                                                      row_text(&r, 1), row_text(&r, 3),
                                                      row_instant(&r, 4)};
  upto = place;
  for (size_t i = 0; i < all.n && result == DB_OK; i++) {
    /* Changes are numbered before they are kept: the newest wait until those beside them stand. */
    if (all.p[i].at > l->now - (instant_t)BEHIND_SECONDS * 1000000) break;
    result = tell_all(l, &all.p[i]);
    upto = all.p[i].revision;
  }
  if (result != DB_OK || upto == place) return result;
  return db_run(db, SQL("update hook_place set revision_id = ?1 where id = 1"), V(upto));
}

void hooks_look(struct db *db, instant_t now) {
  struct arena a = arena_open(16 << 20);
  struct looking l = {.db = db, .a = &a, .now = now};
  read_hooks(&l);
  if (l.hooks.n) db_atomically(db, STORE_MAIN, look_on, &l);
  seal_forget();
  arena_close(&a);
}

void hooks_tend(struct db *db, instant_t now) {
  static instant_t looked;
  if (now - looked < LOOK_EVERY_US) return;
  looked = now;
  hooks_look(db, now);
}

/* ---- telling ---- */

struct delivery {
  int64_t id, person_id, user_id, tries;
  struct uuid public_id;
  struct str kind, record, url, secret, state;
  instant_t at;
  bool ended;
};

static bool delivery_load(struct job *j, int64_t id, struct delivery *d) {
  struct rows r;
  if (!db_one(&r, j->db, j->arena,
              SQL("select d.public_id, d.kind, d.person_id, d.record, d.at, d.tries, d.state, "
                  "h.user_id, h.url, h.secret, h.ended_at from hook_delivery d join hook h on h.id "
                  "= d.hook_id where d.id = ?1"),
              V(id)))
    return false;
  *d = (struct delivery){.id = id, .public_id = row_uuid(&r, 0), .kind = row_text(&r, 1),
                         .person_id = row_int(&r, 2), .record = row_text(&r, 3),
                         .at = row_instant(&r, 4), .tries = row_int(&r, 5),
                         .state = row_text(&r, 6), .user_id = row_int(&r, 7),
                         .url = row_text(&r, 8), .ended = !row_null(&r, 10)};
  bool open = unseal_own(j->arena, SECRET_PURPOSE, row_text(&r, 9), &d->secret);
  db_done(&r);
  return open;
}

struct str hook_signature(struct arena *a, struct str secret, instant_t at, struct str body) {
  uint8_t mac[crypto_auth_hmacsha256_BYTES];
  crypto_auth_hmacsha256_state state;
  struct str stamp = str_format(a, "%lld", (long long)(at / 1000000)),
             signed_text = str_format(a, "%.*s.%.*s", P(stamp), P(body));
  crypto_auth_hmacsha256_init(&state, (const uint8_t *)secret.p, secret.n);
  crypto_auth_hmacsha256_update(&state, (const uint8_t *)signed_text.p, signed_text.n);
  crypto_auth_hmacsha256_final(&state, mac);
  return str_format(a, "t=%.*s,v1=%.*s", P(stamp), P(hex_of(a, mac, sizeof mac)));
}

/* Kinds and ids only: there is no field for anything else. */
static struct str body_of(struct job *j, const struct delivery *d) {
  struct rows r;
  struct str person = {0};
  if (db_one(&r, j->db, j->arena, SQL("select public_id from person where id = ?1"),
             V(d->person_id))) {
    person = row_text(&r, 0);
    db_done(&r);
  }
  return str_format(j->arena,
                    "{\"id\":\"%.*s\",\"kind\":\"%.*s\",\"person\":\"%.*s\",\"record\":\"%.*s\","
                    "\"at\":\"%.*s\"}",
                    P(uuid_str(j->arena, d->public_id)), P(d->kind), P(person), P(d->record),
                    P(instant_iso(j->arena, d->at)));
}

static enum job_end put_state(struct job *j, const struct delivery *d, const char *state,
                              struct str said) {
  return db_run(j->db,
                SQL("update hook_delivery set state = ?2, said = ?3, tries = tries + 1, done_at = "
                    "?4 where id = ?1"),
                V(d->id), V(str_of(state)), V(said), db_instant(j->arena, j->now)) == DB_OK
             ? JOB_DONE
             : JOB_AGAIN;
}

/* Not taken: once more after a growing pause, or put aside for people to look at. */
static enum job_end not_taken(struct job *j, const struct delivery *d, struct str said) {
  static const int minutes[TRIES_MAX] = {1, 5, 30, 120, 720, 0};
  if (d->tries + 1 >= TRIES_MAX) return put_state(j, d, "dead", said);
  instant_t when = j->now + (instant_t)minutes[d->tries] * 60 * 1000000;
  db_begin(j->db, STORE_MAIN);
  put_state(j, d, "waiting", said);
  job_add(j->db, j->arena, "tell a program",
          str_format(j->arena, "{\"delivery\":%lld}", (long long)d->id), j->now, when, S(""));
  return db_commit(j->db, STORE_MAIN) == DB_OK ? JOB_DONE : JOB_AGAIN;
}

static uint32_t class_of_kind(struct str kind) {
  for (size_t i = 0; i < hook_kinds_n; i++)
    if (str_eq(kind, str_of(hook_kinds[i].code))) return hook_kinds[i].class_bit;
  return 0;
}

static int64_t delivery_of(struct str arguments) {
  struct str rest = str_slice(arguments, str_find_byte(arguments, ':') + 1, arguments.n);
  int64_t id = 0;
  return str_to_i64(str_slice(rest, 0, str_find_byte(rest, '}')), &id) ? id : 0;
}

enum job_end hook_job(struct job *job, struct why *why) {
  struct delivery d;
  struct out_reply reply;
  (void)why;
  if (!delivery_load(job, delivery_of(job->arguments), &d) || !str_eq(d.state, S("waiting")))
    return JOB_DONE;
  /* Asked once more at the moment of telling: they may hide by now, or the program be ended. */
  if (d.ended || !may_be_told(job->db, job->arena, d.user_id, d.person_id, class_of_kind(d.kind),
                              job->now))
    return put_state(job, &d, "dropped", (struct str){0});
  struct str body = body_of(job, &d);
  struct str signature = hook_signature(job->arena, d.secret, job->now, body);
  struct out_request ask = {
      .method = S("POST"), .url = d.url, .body = body, .content_type = S("application/json"),
      .headers = {str_format(job->arena, "Waymark-Signature: %.*s", P(signature))},
      .bytes_max = ANSWER_BYTES_MAX, .timeout_s = ANSWER_SECONDS, .stay = true};
  struct why said = {0};
  if (!out_send(job->arena, &ask, &reply, &said))
    return not_taken(job, &d, str_copy(job->arena, why_str(&said)));
  struct str answered = str_format(job->arena, "It answered %d.", reply.status);
  return reply.status >= 200 && reply.status < 300 ? put_state(job, &d, "sent", answered)
                                                   : not_taken(job, &d, answered);
}
