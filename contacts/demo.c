/* demo: what has happened with the people of Seaborough: talks over a year, promises, appointments,
 * sessions, a hub's visits, stops and things lent. All invented, and the same for the same seed. */
#include "contacts/inside.h"

static const char *const said[] = {
    "Tea at the net loft. She is calmer about Friday.", "Rang to say the form went off.",
    "Walked to the college and looked in.",             "Short talk. Tired, but sleeping better.",
    "Went through the letters. Two can wait.",          "Met the tutor together. It went well.",
    "Talked about the ferry job and the early start.",  "Sorted the bus pass."};
static const char *const promised[] = {"Ring the surgery", "Send the nursery form",
                                       "Ask about the bus pass", "Find the forklift dates",
                                       "Write to the council"};
static const char *const modes[] = {"in_person", "phone", "text", "video", "outreach"};
static const char *const done[] = {"listening", "plan", "skills_match", "benefits", "travel",
                                   "training", "advocacy"};
static const char *const why_not[] = {"bus", "childcare", "unwell", "us"};
static const char *const sites[] = {"High Street shopfront"};
static const char *const things[][3] = {{"scooter", "Blue moped", "ZB19 ABC"},
                                        {"scooter", "Red moped", "ZB19 ABD"},
                                        {"laptop", "Laptop 1", "HL-0001"}};

enum { RECENT_DAYS = 60 };
struct demo {
  struct db *db;
  struct arena *a;
  struct rng *rng;
  instant_t now;
  day_t today;
  enum db_result result;
  int64_t by, team;
};
static struct str pick(struct demo *d, const char *const *from, size_t n) {
  return str_of(from[rng_below(d->rng, n)]);
}
#define PICK(d, list) pick(d, list, countof(list))

static void add_contact(struct demo *d, int64_t person_id, day_t on) {
  struct contact c;
  bool again;
  record_clear(&contact_type, &c);
  c.public_id = uuid_v4(), c.person = person_id, c.on_day = on, c.mode = PICK(d, modes);
  c.words = PICK(d, said), c.minutes = 5 + (int64_t)rng_below(d->rng, 50);
  c.interventions = PICK(d, done), c.kept_to = S("all");
  c.worker = d->by, c.team = d->team;
  d->result = contacts_add(d->db, d->a, &c, d->by, d->now, &again);
}

static void add_promise(struct demo *d, int64_t person_id) {
  struct promise m;
  record_clear(&promise_type, &m);
  m.public_id = uuid_v4(), m.person = person_id, m.words = PICK(d, promised), m.who = S("worker");
  m.by_day = d->today - 3 + (day_t)rng_below(d->rng, 14), m.worker = d->by;
  d->result = contacts_promise(d->db, d->a, &m, d->by, d->now);
}

static void add_appointment(struct demo *d, int64_t person_id) {
  struct appointment p;
  struct attempt first = {.on = d->today - 2 + (day_t)rng_below(d->rng, 12),
                          .minute = 9 * 60 + 30 * (int)rng_below(d->rng, 14), .minutes = 45};
  record_clear(&appointment_type, &p);
  p.public_id = uuid_v4(), p.person = person_id, p.kind = S("talk"), p.mode = S("in_person");
  p.place = S("The net loft"), p.worker = d->by, p.remind = first.minute % 60 == 0;
  d->result = contacts_book(d->db, d->a, &p, &first, d->by, d->now);
  if (d->result != DB_OK || first.on >= d->today) return;
  struct attempt next = first;
  next.on = d->today + 1 + (day_t)rng_below(d->rng, 9);
  d->result = appointment_end(d->db, d->a, &p, 1, S("did_not_happen"), PICK(d, why_not), d->by,
                              d->now);
  if (d->result == DB_OK) d->result = appointment_again(d->db, d->a, &p, &next, d->now);
}

/* Talks since support began, some weeks apart, until it ended or until what add_person adds. */
static void add_history(struct demo *d, int64_t person_id, day_t began, day_t ended) {
  day_t until = ended < d->today ? ended : d->today - RECENT_DAYS;
  for (day_t on = began; on <= until && d->result == DB_OK;
       on += 25 + (day_t)rng_below(d->rng, 70))
    add_contact(d, person_id, on);
}

/* Every two or three weeks of late; a few people have not been seen for long. */
static void add_person(struct demo *d, int64_t person_id, bool rich) {
  int gap = 10 + (int)rng_below(d->rng, 14), last = rng_below(d->rng, 9) ? gap : 60;
  int count = rich ? 3 + (int)rng_below(d->rng, 8) : 2;
  for (int i = 0; i < count && d->result == DB_OK; i++)
    add_contact(d, person_id, d->today - (day_t)rng_below(d->rng, (uint64_t)last) - i * gap);
  if (d->result == DB_OK && !rng_below(d->rng, 3)) add_promise(d, person_id);
  if (d->result == DB_OK && !rng_below(d->rng, 3)) add_appointment(d, person_id);
}

static int64_t team_of(struct demo *d, const char *sign_in, int64_t *user) {
  struct rows r;
  int64_t team = 0;
  if (db_one(&r, d->db, d->a, SQL("select id, team_id from user_account where sign_in = ?1"),
             V(str_of(sign_in)))) {
    *user = row_int(&r, 0), team = row_int(&r, 1);
    db_done(&r);
  }
  return team;
}

/* About 3,000 people through the door of the hub in six months (S36's figure; the days invented).
 */
static void add_hub(struct demo *d, int64_t team) {
  for (int i = 0; i < 182 && d->result == DB_OK; i++) {
    day_t on = d->today - i;
    if (day_weekday(on) > FRIDAY) continue;
    d->result = contacts_drop_in(d->db, d->a, team, str_of(sites[0]), on, S("came_in"),
                                 15 + (int64_t)rng_below(d->rng, 17));
  }
}

static void add_things(struct demo *d, int64_t team, int64_t user) {
  for (size_t i = 0; i < countof(things) && d->result == DB_OK; i++) {
    struct asset s;
    record_clear(&asset_type, &s);
    s.public_id = uuid_v4(), s.kind = str_of(things[i][0]), s.name = str_of(things[i][1]);
    s.tag = str_of(things[i][2]), s.counted = 0, s.team = team, s.free = 0;
    d->result = record_insert(d->db, d->a, &asset_type, &s, user, d->now);
  }
  struct asset store;
  record_clear(&asset_type, &store);
  store.public_id = uuid_v4(), store.kind = S("bicycle"), store.name = S("Bicycles to give away");
  store.counted = 1, store.team = team, store.free = 0;
  if (d->result == DB_OK)
    d->result = record_insert(d->db, d->a, &asset_type, &store, user, d->now);
  if (d->result == DB_OK)
    d->result = contacts_stock(d->db, d->a, store.id, 40, S("bought"), user, d->today - 90);
}

static void add_session(struct demo *d, int64_t team, int64_t user, const char *title,
                        const char *naming, day_t on) {
  struct group_session s;
  record_clear(&group_session_type, &s);
  s.public_id = uuid_v4(), s.title = str_of(title), s.kind = S("group"), s.naming = str_of(naming);
  s.place = S("The net loft"), s.on_day = on, s.clock = S("10:30"), s.minutes = 90, s.team = team;
  if (d->result == DB_OK)
    d->result = record_insert(d->db, d->a, &group_session_type, &s, user, d->now);
}

static void add_stop(struct demo *d, int64_t team, int64_t user, const char *name,
                     const char *place, const char *weekday, const char *from, const char *to) {
  struct outreach_stop s;
  record_clear(&outreach_stop_type, &s);
  s.public_id = uuid_v4(), s.name = str_of(name), s.place = str_of(place);
  s.weekday = str_of(weekday), s.clock = str_of(from), s.clock_to = str_of(to);
  s.from_day = d->today - 200, s.about = S("A cup of tea, a charger, somebody to ask.");
  s.team = team;
  if (d->result == DB_OK)
    d->result = record_insert(d->db, d->a, &outreach_stop_type, &s, user, d->now);
}

static void add_team(struct demo *d) {
  int64_t user = 0, team = team_of(d, "rhian", &user), other = 0,
          villages = team_of(d, "mo", &other);
  if (!team || !villages) return;
  add_hub(d, team);
  if (d->result == DB_OK) add_things(d, team, user);
  add_session(d, team, user, "Finding your feet (invented)", "named", d->today + 3);
  add_session(d, team, user, "Open morning (invented)", "anonymous", d->today - 4);
  add_stop(d, villages, other, "The bus at the green", "By the bus shelter, Fell End", "TU",
           "10:00", "12:00");
  add_stop(d, villages, other, "The bus at the harbour", "Fish quay car park", "TH", "13:30",
           "15:30");
}

enum { DEMO_ARENA_BYTES = 64 << 20, DEMO_A_TIME = 100, DEMO_RICH = 200 };

bool contacts_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                   struct why *why) {
  struct rng rng = rng_seed(seed ^ 0x636f6e7461637473ull);
  struct arena scratch = arena_open(DEMO_ARENA_BYTES);
  struct demo d = {db, &scratch, &rng, now, instant_local_uk(now).day, DB_OK, 0, 0};
  struct { struct { int64_t person, worker, team; day_t began, ended; } *p; size_t n; } all = {0};
  size_t cap = 0;
  struct rows r = db_rows(
      db, a,
      SQL("/* scan: the demo */ select p.id, u.id, u.team_id, min(c.from_day), "
          "max(coalesce(c.to_day, '9999-12-31')) from caseload c join person p on p.id = "
          "c.person_id join user_account u on u.id = (select min(f.user_id) from caseload f where "
          "f.person_id = p.id) where p.invented = 1 group by p.id, u.id, u.team_id order by p.id"));
  while (db_next(&r)) {
    typeof(all.p) one = slice_push(a, &all, &cap);
    one->began = row_day(&r, 3), one->ended = row_day(&r, 4);
    one->person = row_int(&r, 0), one->worker = row_int(&r, 1), one->team = row_int(&r, 2);
  }
  progress_step(p, "Talks, promises and appointments (invented)", "people", all.n);
  uuid_seed(&rng);
  for (size_t i = 0; i < all.n && d.result == DB_OK; i += DEMO_A_TIME) {
    db_begin(db, STORE_MAIN);
    if (i == 0) add_team(&d);
    for (size_t k = i; k < all.n && k < i + DEMO_A_TIME && d.result == DB_OK; k++) {
      d.by = all.p[k].worker, d.team = all.p[k].team;
      add_history(&d, all.p[k].person, all.p[k].began, all.p[k].ended);
      if (all.p[k].ended >= d.today) add_person(&d, all.p[k].person, k < DEMO_RICH);
      arena_reset(&scratch);
    }
    if (d.result == DB_OK) d.result = db_commit(db, STORE_MAIN);
    else db_rollback(db, STORE_MAIN);
    progress_at(p, i);
  }
  uuid_seed(NULL);
  arena_close(&scratch);
  progress_end(p, all.n);
  return d.result == DB_OK || why_say(why, "The demo's talks could not be saved.");
}
