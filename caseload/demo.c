/* demo: what a lead of Seaborough has written down: numbers agreed, a talk with each worker, a
 * guest at the site, a sample drawn. All invented, and the same for the same seed. */
#include "caseload/inside.h"
#include "db/seal.h"

enum { DEMO_FULL = 40, SAMPLE = 5 };
static const char *const talked[] = {
    "The Tuesday group carries itself now. Three people are quiet; we looked at each.",
    "Long drives this month. The villages get one day instead of three half ones.",
    "Two plans agreed out loud. We read one together and it was in their words."};
static const char *const will[] = {"Ask the college about evening dates",
                                   "Write the three promises down", "Two days off after the move"};

struct demo {
  struct db *db;
  struct arena *a;
  struct rng rng;
  instant_t now;
  day_t today;
};

static int64_t user_of(struct demo *d, const char *sign_in) {
  return db_number(d->db, 0, SQL("select id from user_account where sign_in = ?1"),
                   V(str_of(sign_in)));
}

static struct db_value sealed(struct demo *d, const char *field, const char *words) {
  struct str out = {0};
  seal(d->db, d->a, (struct seal_place){0, CLASS_IDENTITY, field}, str_of(words), d->now, &out);
  return db_blob(str_copy(d->a, out));
}

static enum db_result add_talk(struct demo *d, int64_t user, int64_t lead, int64_t team, size_t i) {
  int64_t id = db_insert(
      d->db,
      SQL("insert into supervision (public_id, user_id, by_user, team_id, on_day, words, next_on, "
          "made_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) returning id"),
      db_uuid(d->a, uuid_v4()), V(user), V(lead), V(team), db_day(d->a, d->today - 20 + (day_t)i),
      sealed(d, "supervision.words", talked[i % 3]), db_day(d->a, d->today + 10 + (day_t)i),
      db_instant(d->a, d->now));
  if (!id) return DB_FAILED;
  return db_run(d->db,
                SQL("insert into supervision_action (public_id, supervision_id, user_id, words, "
                    "who, by_day) values (?1, ?2, ?3, ?4, 'worker', ?5)"),
                db_uuid(d->a, uuid_v4()), V(id), V(user),
                sealed(d, "supervision_action.words", will[i % 3]),
                db_day(d->a, d->today + (day_t)i - 2));
}

static enum db_result add_team(struct demo *d, const char *lead_name) {
  int64_t lead = user_of(d, lead_name), team = 0;
  size_t i = 0;
  enum db_result result = DB_OK;
  if (!lead) return DB_OK;
  team = db_number(d->db, 0, SQL("select team_id from user_account where id = ?1"), V(lead));
  struct {
    int64_t *p;
    size_t n;
  } users = {0};
  size_t cap = 0;
  struct rows r = db_rows(d->db, d->a,
                          SQL("select id from user_account where team_id = ?1 and id <> ?2 order "
                              "by id"),
                          V(team), V(lead));
  while (db_next(&r)) *slice_push(d->a, &users, &cap) = row_int(&r, 0);
  for (; i < users.n && result == DB_OK; i++) {
    result = add_talk(d, users.p[i], lead, team, i);
    if (result == DB_OK && i % 2 == 0)
      result = db_run(d->db,
                      SQL("insert into worker_full (user_id, people, agreed_on, agreed_by) values "
                          "(?1, ?2, ?3, ?4)"),
                      V(users.p[i]), V((int64_t)DEMO_FULL), db_day(d->a, d->today - 60), V(lead));
    if (result == DB_OK)
      result = accounts_checked(d->db, d->a, users.p[i], d->today - 300 * (day_t)(1 + i % 4),
                                d->today - 250 * (day_t)(i % 4));
  }
  return result;
}

/* An adviser of the forces' charity sits at the trust's shopfront on Tuesdays (invented). */
static enum db_result add_guest(struct demo *d) {
  int64_t host =
              db_number(d->db, 0, SQL("select team_id from user_account where sign_in = 'rhian'")),
          guest = user_of(d, "harri"), by = user_of(d, "rhian");
  if (!host || !guest) return DB_OK;
  return db_run(d->db,
                SQL("insert into site_guest (public_id, host_team_id, guest_user_id, site, "
                    "weekdays, from_day, made_by) values (?1, ?2, ?3, ?4, 'TU TH', ?5, ?6)"),
                db_uuid(d->a, uuid_v4()), V(host), V(guest), V(S("High Street shopfront")),
                db_day(d->a, d->today - 90), V(by));
}

/* One whose support ends before it begins, so that the list of such days is not always empty. */
static enum db_result add_slip(struct demo *d) {
  int64_t team =
      db_number(d->db, 0, SQL("select team_id from user_account where sign_in = 'rhian'"));
  int64_t person = db_number(
      d->db, 0,
      SQL("select min(m.person_id) from may_see m where m.team_id = ?1 and m.reason = 'team' and "
          "m.to_day = '9999-12-31'"),
      V(team));
  if (!person) return DB_OK;
  struct spells all = permission_spells(d->db, d->a, person, team);
  return all.n == 1 ? permission_engage_again(d->db, d->a, person, team, d->today - 30) : DB_OK;
}

static enum db_result add_sample(struct demo *d) {
  int64_t lead = user_of(d, "rhian"), place = 0;
  int64_t team =
      db_number(d->db, 0, SQL("select team_id from user_account where id = ?1"), V(lead));
  struct {
    int64_t *p;
    size_t n;
  } people = {0};
  size_t cap = 0;
  struct rows r = db_rows(d->db, d->a,
                          SQL("select distinct m.person_id from may_see m where m.team_id = ?1 and "
                              "m.reason = 'team' and m.to_day = '9999-12-31' order by m.person_id"),
                          V(team));
  while (db_next(&r)) *slice_push(d->a, &people, &cap) = row_int(&r, 0);
  size_t at[SAMPLE], n = sample_draw(7, people.n, SAMPLE, at);
  if (!lead || !n) return DB_OK;
  int64_t id = db_insert(d->db,
                         SQL("insert into quality_sample (public_id, team_id, seed, drawn_on, "
                             "drawn_by, people, checks) values (?1, ?2, '0000000000000007', ?3, "
                             "?4, ?5, 'strength plan agreed safe promise barrier voice') returning "
                             "id"),
                         db_uuid(d->a, uuid_v4()), V(team), db_day(d->a, d->today - 5), V(lead),
                         V((int64_t)people.n));
  enum db_result result = id ? DB_OK : DB_FAILED;
  for (size_t i = 0; i < n && result == DB_OK; i++)
    result = db_run(d->db,
                    SQL("insert into quality_item (sample_id, person_id, place) values (?1, ?2, "
                        "?3)"),
                    V(id), V(people.p[at[i]]), V(++place));
  return result;
}

bool caseload_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                   struct why *why) {
  static const char *const leads[] = {"rhian", "sid", "kit", "leon", "stella"};
  struct demo d = {db, a, rng_seed(seed ^ 0x7465616d), now, instant_local_uk(now).day};
  enum db_result result = DB_OK;
  progress_step(p, "What leads wrote down (invented)", "teams", countof(leads));
  uuid_seed(&d.rng);
  db_begin(db, STORE_MAIN);
  for (size_t i = 0; i < countof(leads) && result == DB_OK; i++) result = add_team(&d, leads[i]);
  if (result == DB_OK) result = add_guest(&d);
  if (result == DB_OK) result = add_slip(&d);
  if (result == DB_OK) result = add_sample(&d);
  if (result == DB_OK)
    result = db_commit(db, STORE_MAIN);
  else
    db_rollback(db, STORE_MAIN);
  uuid_seed(NULL);
  progress_end(p, countof(leads));
  return result == DB_OK || why_say(why, "The demo's teams could not be saved.");
}
