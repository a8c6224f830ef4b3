/* demo: a few conversations of the invented people, and two things in the tray. */
#include "accounts/accounts.h"
#include "messages/inside.h"

enum { DEMO_TALKS = 40, ANSWERS_ONE_IN = 12 };
#define HOURS(n) ((instant_t)(n) * 3600 * 1000000)

static const char *const answers[] = {"Yes, that suits me. Thank you.", "Can we make it later?",
                                      "I have the letter now."};

static enum db_result talk(struct db *db, struct arena *a, const struct actor *by, int64_t person,
                           size_t i, instant_t now) {
  enum db_result result = DB_OK;
  struct person p;
  struct message_ask ask = {.person_id = person, .by_user = by->user_id,
                            .organisation_id = by->organisation_id, .purpose = "checkin",
                            .day = DAY_NONE, .minute = -1, .not_after = INSTANT_NONE};
  messages_send(db, a, LANG_EN, &ask, now - HOURS(50), &result);
  if (result != DB_OK || i % ANSWERS_ONE_IN ||
      !people_contact(db, a, person, CLASS_CONTACT, &p) || !p.phone.n)
    return result;
  struct message_came came = {.organisation_id = by->organisation_id, .number = p.phone,
                              .words = str_of(answers[i / ANSWERS_ONE_IN % countof(answers)])};
  messages_came(db, a, &came, now - HOURS(3), &result);
  return result;
}

static enum db_result tray(struct db *db, struct arena *a, const struct actor *by, instant_t now) {
  enum db_result result;
  struct message_came one = {.organisation_id = by->organisation_id, .number = S("07700 900998"),
                             .words = S("It is me, I have a new number")};
  struct message_came two = {.organisation_id = by->organisation_id, .number = S("07700 900997"),
                             .missed_call = true};
  messages_came(db, a, &one, now - HOURS(5), &result);
  if (result == DB_OK) messages_came(db, a, &two, now - HOURS(1), &result);
  return result;
}

bool messages_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                   struct why *why) {
  struct actor amina;
  struct rng rng = rng_seed(seed ^ 0x6d657373616765ull);
  enum db_result result = DB_OK;
  int64_t user = db_number(db, 0, SQL("select id from user_account where sign_in = 'amina'"));
  int64_t people[DEMO_TALKS];
  size_t n = 0;
  if (!user || !accounts_actor(db, a, user, 0, instant_local_uk(now).day, &amina)) return true;
  struct rows r = db_rows(
      db, a, SQL("select person_id from caseload where user_id = ?1 order by id limit ?2"), V(user),
      V((int64_t)DEMO_TALKS));
  while (db_next(&r)) people[n++] = row_int(&r, 0);
  progress_step(p, "Conversations (invented)", "people", n);
  uuid_seed(&rng);
  db_begin(db, STORE_MAIN);
  for (size_t i = 0; i < n && result == DB_OK; i++)
    result = talk(db, a, &amina, people[i], i, now);
  if (result == DB_OK) result = tray(db, a, &amina, now);
  uuid_seed(NULL);
  result = result == DB_OK ? db_commit(db, STORE_MAIN) : (db_rollback(db, STORE_MAIN), result);
  progress_end(p, n);
  return result == DB_OK || why_say(why, "The demo's messages could not be saved.");
}
