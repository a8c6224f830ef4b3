/* concern: kept, told, escalated, read. Each step is a row; nothing is ticked. */
#include <jansson.h>
#include "accounts/accounts.h"
#include "db/seal.h"
#include "safeguarding/inside.h"

const char SAFEGUARDING_JOB[] = "safeguarding clock";

static struct seal_place place(const struct concern *c, const char *field) {
  return (struct seal_place){c->person_id, CLASS_SAFETY, field};
}

static bool seal_all(struct db *db, struct arena *a, const struct concern *c, struct str out[5],
                     instant_t now) {
  return seal(db, a, place(c, "concern.who"), c->who, now, &out[0]) &&
         seal(db, a, place(c, "concern.seen"), c->seen, now, &out[1]) &&
         seal(db, a, place(c, "concern.opinion"), c->opinion, now, &out[2]) &&
         seal(db, a, place(c, "concern.wants"), c->wants, now, &out[3]) &&
         seal(db, a, place(c, "concern.told"), c->told, now, &out[4]);
}

static enum db_result insert(struct db *db, struct arena *a, struct concern *c, instant_t now) {
  struct str s[5];
  if (!seal_all(db, a, c, s, now)) return DB_FAILED;
  c->id = db_insert(
      db,
      SQL("insert into concern (public_id, organisation_id, person_id, raised_by, raised_at, "
          "due_at, "
          "age, danger, who, seen, opinion, wants, told) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
          "?9, ?10, ?11, ?12, ?13) returning id"),
      db_uuid(a, c->public_id), V(c->organisation_id), c->person_id ? V(c->person_id) : db_null(),
      V(c->raised_by), db_instant(a, c->raised_at), db_instant(a, c->due_at), V(c->age),
      V(c->danger), db_blob(s[0]), db_blob(s[1]), db_blob(s[2]), db_blob(s[3]), db_blob(s[4]));
  return c->id ? DB_OK : DB_FAILED;
}

struct uuid safeguarding_raise(struct db *db, struct arena *a, const struct actor *by,
                               const struct worry *w, instant_t now, enum db_result *result) {
  struct concern c = {.person_id = w->person_id,
                      .organisation_id = by->organisation_id,
                      .raised_by = by->user_id,
                      .public_id = uuid_v4(),
                      .raised_at = now,
                      .due_at = concern_due_at(now),
                      .age = str_of(w->age),
                      .who = w->who,
                      .seen = w->seen,
                      .opinion = w->opinion,
                      .wants = w->wants,
                      .told = w->told,
                      .danger = w->danger};
  *result = insert(db, a, &c, now);
  if (*result == DB_OK) *result = concern_tick(db, a, &c, now);
  return *result == DB_OK ? c.public_id : (struct uuid){0};
}

static struct concern from_row(struct rows *r) {
  return (struct concern){.id = row_int(r, 0),
                          .public_id = row_uuid(r, 1),
                          .organisation_id = row_int(r, 2),
                          .person_id = row_int(r, 3),
                          .raised_by = row_int(r, 4),
                          .raised_at = row_instant(r, 5),
                          .due_at = row_instant(r, 6),
                          .age = row_text(r, 7),
                          .danger = row_int(r, 8) != 0,
                          .who = row_text(r, 9),
                          .seen = row_text(r, 10),
                          .opinion = row_text(r, 11),
                          .wants = row_text(r, 12),
                          .told = row_text(r, 13)};
}
#define COLUMNS                                                                                    \
  "select id, public_id, organisation_id, person_id, raised_by, raised_at, due_at, age, danger, "  \
  "who, seen, opinion, wants, told from concern "

bool concern_load(struct db *db, struct arena *a, struct str public_id, struct concern *out) {
  struct rows r;
  *out = (struct concern){0};
  if (!db_one(&r, db, a, SQL(COLUMNS "where public_id = ?1"), V(public_id))) return false;
  *out = from_row(&r);
  db_done(&r);
  return true;
}

static bool load_by_id(struct db *db, struct arena *a, int64_t id, struct concern *out) {
  struct rows r;
  if (!db_one(&r, db, a, SQL(COLUMNS "where id = ?1"), V(id))) return false;
  *out = from_row(&r);
  db_done(&r);
  return true;
}

bool concern_open_words(struct db *db, struct arena *a, struct concern *c) {
  return unseal(db, a, place(c, "concern.who"), c->who, &c->who) &&
         unseal(db, a, place(c, "concern.seen"), c->seen, &c->seen) &&
         unseal(db, a, place(c, "concern.opinion"), c->opinion, &c->opinion) &&
         unseal(db, a, place(c, "concern.wants"), c->wants, &c->wants) &&
         unseal(db, a, place(c, "concern.told"), c->told, &c->told);
}

/* Somebody told of it, who still holds the post as which they were told. */
bool concern_reader(struct db *db, struct arena *a, const struct concern *c,
                    const struct actor *who, day_t today) {
  bool reads = false;
  if (!who->user_id || who->organisation_id != c->organisation_id) return false;
  struct rows r = db_rows(db, a,
                          SQL("select post from concern_event where concern_id = ?1 and to_user = "
                              "?2 and kind = 'told' order by id"),
                          V(c->id), V(who->user_id));
  while (db_next(&r)) {
    struct str post = row_text(&r, 0);
    bool kept = str_eq(post, S("named")) || str_eq(post, S("oncall"));
    reads = reads || kept ||
            safeguarding_holds(db, a, c->organisation_id, who->user_id, str_c(a, post), today);
  }
  return reads;
}

enum db_result concern_event_add(struct db *db, struct arena *a, const struct concern *c,
                         const struct event *e, instant_t now) {
  struct str words = {0}, to_whom = {0};
  if ((e->words.n && !seal(db, a, place(c, "concern_event.words"), e->words, now, &words)) ||
      (e->to_whom.n && !seal(db, a, place(c, "concern_event.to_whom"), e->to_whom, now, &to_whom)))
    return DB_FAILED;
  return db_run(
      db,
      SQL("insert into concern_event (concern_id, at, by_user, kind, to_user, post, why, agreed, "
          "legal_reason, to_whom, words) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"),
      V(c->id), db_instant(a, now), e->by_user ? V(e->by_user) : db_null(), V(str_of(e->kind)),
      e->to_user ? V(e->to_user) : db_null(), db_text_or_null(str_of(e->post)),
      db_text_or_null(str_of(e->why)), e->agreed < 0 ? db_null() : V(e->agreed),
      db_text_or_null(e->legal_reason), to_whom.n ? db_blob(to_whom) : db_null(),
      words.n ? db_blob(words) : db_null());
}

/* ---- the clock ---- */

static bool was_told(struct db *db, const struct concern *c, const char *post) {
  return db_number(db, 0,
                   SQL("select count(*) from concern_event where concern_id = ?1 and kind = 'told' "
                       "and post = ?2"),
                   V(c->id), V(str_of(post))) > 0;
}

static instant_t opened_at(struct db *db, struct arena *a, const struct concern *c) {
  struct rows r;
  instant_t at = INSTANT_NONE;
  if (!db_one(&r, db, a,
              SQL("select min(at) from concern_event where concern_id = ?1 and kind = 'opened'"),
              V(c->id)))
    return at;
  at = row_null(&r, 0) ? INSTANT_NONE : row_instant(&r, 0);
  db_done(&r);
  return at;
}

/* Tells everyone who holds the post and is here; how many. */
static size_t tell(struct db *db, struct arena *a, const struct concern *c, const char *post,
                   const char *why, instant_t now, enum db_result *result) {
  day_t today = instant_local_uk(now).day;
  struct holders h =
      safeguarding_holders(db, a, c->organisation_id, post, c->person_id, today, false);
  for (size_t i = 0; i < h.n && *result == DB_OK; i++) {
    *result = concern_event_add(db, a, c,
                        &(struct event){.kind = "told", .to_user = h.user[i], .post = post,
                                        .why = why, .agreed = -1},
                        now);
    if (*result == DB_OK)
      *result = accounts_tell(db, a, h.user[i], TELL_CONCERN, S("/safeguarding"), now);
  }
  return h.n;
}

static struct concern_facts facts_of(struct db *db, struct arena *a, const struct concern *c,
                                     day_t today) {
  struct holders here =
      safeguarding_holders(db, a, c->organisation_id, "lead", c->person_id, today, false);
  return (struct concern_facts){.raised_at = c->raised_at,
                                .opened_at = opened_at(db, a, c),
                                .danger = c->danger,
                                .lead_away = here.n == 0,
                                .told_lead = was_told(db, c, "lead"),
                                .told_deputy = was_told(db, c, "deputy"),
                                .told_manager = was_told(db, c, "manager"),
                                .told_oncall = was_told(db, c, "oncall")};
}

enum db_result concern_tick(struct db *db, struct arena *a, const struct concern *c,
                            instant_t now) {
  enum db_result result = DB_OK;
  struct concern_facts f = facts_of(db, a, c, instant_local_uk(now).day);
  struct concern_due due = concern_due(&f, now);
  size_t told = f.told_lead || f.told_deputy || f.told_manager;
  if (due.lead) told += tell(db, a, c, "lead", "raised", now, &result);
  if (due.deputy) told += tell(db, a, c, "deputy", due.why_deputy, now, &result);
  if (due.oncall) tell(db, a, c, "oncall", "out_of_hours", now, &result);
  /* Nobody is left waiting because a post stands empty: then the manager is told at once. */
  if (due.manager || !told) tell(db, a, c, "manager", told ? "due" : "lead_away", now, &result);
  if (result != DB_OK || due.next == INSTANT_NONE) return result;
  struct str arguments = str_format(a, "{\"concern\":%lld}", (long long)c->id);
  return job_add(db, a, SAFEGUARDING_JOB, arguments, now, due.next, S("")) ? DB_OK : DB_FAILED;
}

enum job_end concern_job(struct job *job, struct why *why) {
  struct concern c;
  json_t *said = json_read(job->arguments, 1000, why);
  int64_t id = json_integer_value(json_object_get(said, "concern"));
  json_decref(said);
  if (!load_by_id(job->db, job->arena, id, &c)) return JOB_DONE;
  db_begin(job->db, STORE_MAIN);
  enum db_result ticked = concern_tick(job->db, job->arena, &c, job->now);
  if (ticked != DB_OK) {
    db_rollback(job->db, STORE_MAIN);
    return JOB_AGAIN;
  }
  return db_commit(job->db, STORE_MAIN) == DB_OK ? JOB_DONE : JOB_AGAIN;
}

/* ---- where it stands ---- */

enum concern_state concern_state_of(struct db *db, struct arena *a, int64_t concern_id) {
  enum concern_state state = CONCERN_WAITING;
  struct rows r = db_rows(db, a, SQL("select kind from concern_event where concern_id = ?1"),
                          V(concern_id));
  while (db_next(&r)) {
    struct str kind = row_text(&r, 0);
    enum concern_state is = str_eq(kind, S("outcome")) ? CONCERN_DONE
                            : str_eq(kind, S("decision")) || str_eq(kind, S("referral"))
                                ? CONCERN_DECIDED
                            : str_eq(kind, S("opened")) ? CONCERN_OPENED
                                                        : CONCERN_WAITING;
    if (is > state) state = is;
  }
  return state;
}

bool safeguarding_may_show_look(struct db *db, int64_t person_id, struct str route) {
  if (!str_starts(route, S("/safeguarding")) && !str_starts(route, S("/worried")) &&
      !str_starts(route, S("/stuck")))
    return true;
  /* A failure is "no": the list must never give away what it might. */
  return db_number(db, 1,
                   SQL("select count(*) from concern c where c.person_id = ?1 and not exists "
                       "(select 1 from concern_event e where e.concern_id = c.id and e.kind = "
                       "'telling_safe')"),
                   V(person_id)) == 0;
}
