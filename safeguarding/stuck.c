/* stuck: what a resident wrote, who reads it and by when. Words that ask for a person soon bring
 * the on-call person as well; nothing else follows by itself. */
#include "accounts/accounts.h"
#include "db/seal.h"
#include "safeguarding/inside.h"

static enum db_result add_reader(struct db *db, struct arena *a, int64_t note_id, int64_t user_id,
                                 const char *because, enum prompt prompt, instant_t now) {
  enum db_result result =
      db_run(db,
             SQL("insert into stuck_reader (note_id, user_id, because, told_at) values (?1, ?2, "
                 "?3, ?4) on conflict (note_id, user_id) do nothing"),
             V(note_id), V(user_id), V(str_of(because)), db_instant(a, now));
  if (result != DB_OK) return result;
  return accounts_tell(db, a, user_id, prompt == PROMPT_NONE ? TELL_STUCK : TELL_PROMPT,
                       S("/stuck"), now);
}

/* Whoever carries the case, and whoever stands in for them. The first is who the page names. */
static size_t carriers(struct db *db, struct arena *a, int64_t person_id, day_t today,
                       struct holders *carry, struct holders *stand_in) {
  struct rows r =
      db_rows(db, a,
              SQL("select user_id from caseload where person_id = ?1 and from_day <= ?2 "
                  "and coalesce(to_day, '9999-12-31') >= ?2 order by id limit ?3"),
              V(person_id), db_day(a, today), V((int64_t)HOLDERS_MAX));
  while (db_next(&r)) carry->user[carry->n++] = row_int(&r, 0);
  for (size_t i = 0; i < carry->n; i++) {
    r = db_rows(db, a,
                SQL("select standing_in_user_id from cover where absent_user_id = ?1 and from_day "
                    "<= ?2 and to_day >= ?2"),
                V(carry->user[i]), db_day(a, today));
    while (db_next(&r))
      if (stand_in->n < HOLDERS_MAX) stand_in->user[stand_in->n++] = row_int(&r, 0);
  }
  return carry->n + stand_in->n;
}

static int64_t organisation_of(struct db *db, int64_t user_id) {
  return db_number(db, 0,
                   SQL("select t.organisation_id from user_account u join team t on t.id = "
                       "u.team_id where u.id = ?1"),
                   V(user_id));
}

/* On call, else the safeguarding lead, else the manager: somebody is always asked. */
static struct holders on_call(struct db *db, struct arena *a, int64_t organisation_id,
                              int64_t person_id, day_t today) {
  static const char *const posts[] = {"oncall", "lead", "deputy", "manager"};
  struct holders h = {0};
  for (size_t i = 0; i < countof(posts) && !h.n; i++)
    h = safeguarding_holders(db, a, organisation_id, posts[i], person_id, today, false);
  return h;
}

static enum db_result tell_all(struct db *db, struct arena *a, int64_t note, int64_t person_id,
                               struct stuck *s, instant_t now) {
  struct holders carry = {0}, stand_in = {0}, call = {0};
  day_t today = instant_local_uk(now).day;
  enum db_result result = DB_OK;
  carriers(db, a, person_id, today, &carry, &stand_in);
  int64_t first = carry.n ? carry.user[0] : 0;
  if (s->prompt != PROMPT_NONE || !carry.n)
    call = on_call(db, a, first ? organisation_of(db, first) : 0, person_id, today);
  for (size_t i = 0; i < call.n && result == DB_OK; i++)
    result = add_reader(db, a, note, call.user[i], "oncall", s->prompt, now);
  for (size_t i = 0; i < stand_in.n && result == DB_OK; i++)
    result = add_reader(db, a, note, stand_in.user[i], "stands_in", s->prompt, now);
  for (size_t i = 0; i < carry.n && result == DB_OK; i++)
    result = add_reader(db, a, note, carry.user[i], "carries", s->prompt, now);
  int64_t reader = stand_in.n ? stand_in.user[0] : first;
  if (s->prompt != PROMPT_NONE && call.n) reader = call.user[0];
  s->reader = reader ? accounts_user_name(db, a, reader) : (struct str){0};
  return result;
}

struct stuck safeguarding_stuck(struct db *db, struct arena *a, int64_t person_id,
                                struct str words, instant_t now, enum db_result *result) {
  struct stuck s = {.id = uuid_v4(), .prompt = safeguarding_prompt_for(a, words)};
  static const char *const prompts[] = {"", "self_harm", "violence"};
  struct str sealed;
  s.read_by = stuck_read_by(now, s.prompt);
  *result = DB_FAILED;
  if (!seal(db, a, (struct seal_place){person_id, CLASS_SAFETY, "stuck_note.words"}, words, now,
            &sealed))
    return s;
  int64_t note = db_insert(db,
                           SQL("insert into stuck_note (public_id, person_id, words, written_at, "
                               "read_by_at, prompt) values (?1, ?2, ?3, ?4, ?5, ?6) returning id"),
                           db_uuid(a, s.id), V(person_id), db_blob(sealed), db_instant(a, now),
                           db_instant(a, s.read_by), V(str_of(prompts[s.prompt])));
  *result = note ? tell_all(db, a, note, person_id, &s, now) : DB_FAILED;
  return s;
}
