/* demo: the people who are supported in Seaborough. All invented, marked so, and the same for the
 * same seed. Among them a two-person household, somebody in hiding, somebody of fifteen, somebody
 * of fifty-eight, somebody in work and at risk. */
#include <stdio.h>
#include "accounts/accounts.h"
#include "people/demo.h"

static size_t demo_people = PEOPLE_DEMO_FEW;
void people_demo_size(size_t people) { demo_people = people; }

static const char *const first_names[] = {
    "Ada",    "Bram",   "Ceri",   "Dilys",  "Ewan",   "Farah", "Gwen",    "Hari",   "Ines",
    "Jonah",  "Kezia",  "Lewis",  "Mina",   "Nadia",  "Owain", "Pearl",   "Quinn",  "Rosa",
    "Sunil",  "Tamsin", "Umar",   "Violet", "Wren",   "Yusuf", "Zofia",   "Abel",   "Bea",
    "Cato",   "Dafydd", "Esme",   "Femke",  "Gareth", "Hana",  "Iolo",    "Jemima", "Kamal",
    "Luned",  "Magda",  "Nuala",  "Otis",   "Petra",  "Rafiq", "Saoirse", "Tomos",  "Ursula",
    "Vikram", "Winnie", "Xanthe", "Yestin", "Zara"};
/* Plants, boats and weather: surnames few people have. */
static const char *const last_names[] = {
    "Thriftleaf",  "Samphire",  "Gullane",  "Halyard",   "Fogwell",     "Spindrift", "Eelgrass",
    "Marlinspike", "Saltmarsh", "Groyne",   "Kittiwake", "Breakwater",  "Limpet",    "Sandmartin",
    "Shingle",     "Tidemark",  "Wherry",   "Sextant",   "Bellbuoy",    "Curlew",    "Fulmar",
    "Ragworm",     "Seaholly",  "Drizzle",  "Cuttle",    "Oarlock",     "Whimbrel",  "Sanderling",
    "Lugsail",     "Mizzle",    "Rockrose", "Turnstone", "Windlestraw", "Dogger",    "Fisherrow",
    "Cockleshell", "Moonwort",  "Petrel",   "Quoin",     "Estuarine"};
static const char *const strengths[] = {"I can mend most things with an engine.",
                                        "People tell me I am good at listening.",
                                        "I have never been late for a boat.",
                                        "I ran the house for my mum and two brothers.",
                                        "I speak three languages.",
                                        "I cook for forty at the chapel."};
static const char *const ways[] = {"phone", "text", "email", "post", "in_person"};
static const char *const reasons[] = {"long_term_sick", "looking_after_family", "student",
                                      "discouraged", "other"};

struct str demo_pick(struct demo *d, const char *const *from, size_t n) {
  return str_of(from[rng_below(d->rng, n)]);
}

struct actor demo_actor(struct demo *d, const char *sign_in) {
  struct actor actor = {0};
  int64_t id = db_number(d->db, 0, SQL("select id from user_account where sign_in = ?1"),
                         V(str_of(sign_in)));
  if (!id || !accounts_actor(d->db, d->a, id, 0, instant_local_uk(d->now).day, &actor))
    d->result = DB_FAILED;
  return actor;
}

struct person demo_person(struct demo *d, struct arena *a, struct str name, day_t today) {
  struct person p;
  record_clear(&person_type, &p);
  p.public_id = uuid_v4();
  p.name = name, p.safe_way = PICK(d, ways), p.invented = 1, p.language = S("en");
  p.status = rng_below(d->rng, 3) ? S("inactive") : S("unemployed");
  if (str_eq(p.status, S("inactive"))) p.inactivity_reason = PICK(d, reasons);
  p.born_on = day_add_months(today, -(int)(12 * 18 + rng_below(d->rng, 12 * 45)));
  p.wants_job = rng_below(d->rng, 4) != 0;
  if (rng_below(d->rng, 2))
    p.out_of_work_since = day_add_months(today, -(int)rng_below(d->rng, 60));
  /* Ofcom keeps 07700 900000 to 900999 for drama. */
  p.phone = str_format(a, "07700 900%03d", (int)rng_below(d->rng, 1000));
  return p;
}

/* One of the people who have no story of their own here, on the demo's day. */
static struct person person_like(struct demo *d, struct str name) {
  return demo_person(d, d->a, name, instant_local_uk(d->now).day);
}

struct str demo_name(struct demo *d, struct arena *a) {
  struct str last = PICK(d, last_names), name = PICK(d, first_names);
  return str_format(a, "%.*s %.*s", P(name), P(last));
}

void demo_strength(struct demo *d, struct arena *a, int64_t person_id, const struct actor *by,
                   day_t on) {
  struct strength s;
  record_clear(&strength_type, &s);
  s.person = person_id, s.words = PICK(d, strengths), s.seen_by = by->name;
  s.said_on = on, s.public_id = uuid_v4();
  if (d->result == DB_OK)
    d->result = record_insert(d->db, a, &strength_type, &s, by->user_id, local_uk_instant(on, 600));
}

static int64_t add(struct demo *d, const struct actor *by, struct person *p, bool hidden) {
  if (d->result != DB_OK) return 0;
  d->result = hidden ? people_add_restricted(d->db, d->a, by, p, d->now)
                     : people_add(d->db, d->a, by, p, d->now);
  if (rng_below(d->rng, 3))
    demo_strength(d, d->a, p->id, by, instant_local_uk(d->now).day - (day_t)rng_below(d->rng, 200));
  return p->id;
}

/* Two people at one address; both said yes to being helped together, and each has their own plan.
 */
static void add_household(struct demo *d) {
  struct actor greta = demo_actor(d, "greta");
  struct person vesna = person_like(d, S("Vesna Alderfen")),
                piers = person_like(d, S("Piers Alderfen"));
  int64_t household = 0;
  vesna.address = piers.address = S("4 Capstan Row, Northquay (invented)");
  vesna.safe_way = S("in_person");
  vesna.safe_note = S("Only at the library on Tuesdays. Never ring, text or write.");
  int64_t v = add(d, &greta, &vesna, false), p = add(d, &greta, &piers, false);
  if (d->result == DB_OK)
    d->result =
        people_household_add(d->db, d->a, S("Capstan Row"), greta.user_id, d->now, &household);
  if (d->result == DB_OK)
    d->result = people_household_ask(d->db, d->a, household, v, "yes", greta.user_id, d->now);
  if (d->result == DB_OK)
    d->result = people_household_ask(d->db, d->a, household, p, "yes", greta.user_id, d->now);
}

static void add_known(struct demo *d) {
  struct actor amina = demo_actor(d, "amina"), mo = demo_actor(d, "mo");
  day_t today = instant_local_uk(d->now).day;
  struct person hidden = person_like(d, S("Selkie Farrow"));
  hidden.full_name = S("Selkie Ann Farrow"), hidden.safe_way = S("in_person");
  add(d, &amina, &hidden, true);
  struct person young = person_like(d, S("Robin Fairlead"));
  young.born_on = day_add_months(today, -12 * 15 - 4), young.status = S("inactive"),
  young.inactivity_reason = S("student");
  add(d, &mo, &young, false);
  struct person older = person_like(d, S("Maud Coxswain"));
  older.born_on = day_add_months(today, -12 * 58 - 2);
  add(d, &amina, &older, false);
  struct person at_risk = person_like(d, S("Idris Stanchion"));
  at_risk.status = S("employed"), at_risk.inactivity_reason = (struct str){0},
  at_risk.worry_about_benefits = 1;
  at_risk.out_of_work_since = DAY_NONE;
  add(d, &amina, &at_risk, false);
}

/* Amina's first person said yes to the health team, and there is an agreement; Amina stands in for
 * Joe this fortnight. */
static void add_sharing(struct demo *d, int64_t person_id) {
  struct actor amina = demo_actor(d, "amina"), joe = demo_actor(d, "joe"),
               priya = demo_actor(d, "priya");
  day_t today = instant_local_uk(d->now).day;
  uint32_t classes = CLASS_IDENTITY | CLASS_CONTACT | CLASS_PLAN;
  struct agreement_party parties[] = {{amina.organisation_id, "joint"},
                                      {priya.organisation_id, "joint"}};
  struct agreement agreement = {.title = S("Work and health, Northquay (invented)"),
                                .purpose = S("Joined-up support"),
                                .classes = classes,
                                .article6 = "6(1)(e)",
                                .notice_version = S("1"),
                                .from = today,
                                .to = DAY_NONE,
                                .review_on = day_add_months(today, 12),
                                .owner_user_id = amina.user_id};
  agreement.parties.p = parties, agreement.parties.n = countof(parties);
  int64_t id = d->result == DB_OK ? permission_agreement_add(d->db, d->a, &agreement) : 0;
  if (!id) d->result = DB_FAILED;
  for (uint32_t bit = 1; bit && d->result == DB_OK; bit <<= 1)
    if (bit & classes)
      d->result = permission_choose(d->db, d->a,
                                    &(struct choice){.person_id = person_id,
                                                     .organisation_id = priya.organisation_id,
                                                     .asked_by = amina.user_id,
                                                     .class_bit = bit,
                                                     .answer = "yes",
                                                     .how = "said",
                                                     .language = "en",
                                                     .notice_version = S("1")},
                                    d->now);
  if (d->result == DB_OK)
    d->result = permission_share(d->db, d->a,
                                 &(struct share){person_id, amina.organisation_id, priya.team_id,
                                                 id, amina.user_id, classes, today});
  if (d->result == DB_OK)
    d->result = permission_cover(d->db, d->a, joe.user_id, amina.user_id, today, today + 13,
                                 amina.user_id, d->now);
}

/* Few, for tests and for those who only look at a page; today's, and not yet a day old. */
static int64_t add_few(struct demo *d, struct progress *p) {
  static const char *const workers[] = {"amina", "joe", "rhian", "dev", "mo", "greta", "priya"};
  int64_t first = 0;
  for (int i = 0; i < PEOPLE_DEMO_FEW && d->result == DB_OK; i++) {
    struct actor by = demo_actor(d, workers[(size_t)i % countof(workers)]);
    struct person person = person_like(d, demo_name(d, d->a));
    int64_t id = add(d, &by, &person, false);
    if (!first) first = id;
    /* A peer walks beside some of whom the same team supports. */
    struct actor tess = demo_actor(d, "tess");
    if (d->result == DB_OK && tess.team_id == by.team_id)
      d->result = permission_carry(d->db, d->a, id, tess.user_id, instant_local_uk(d->now).day);
    progress_at(p, (uint64_t)i + 1);
  }
  return first;
}

static void add_all(struct demo *d, struct progress *p) {
  int64_t first = add_few(d, p);
  add_household(d);
  add_known(d);
  if (d->result == DB_OK) add_sharing(d, first);
  if (demo_people <= PEOPLE_DEMO_FEW) return;
  if (d->result == DB_OK) demo_staff(d);
  demo_many(d, demo_people - PEOPLE_DEMO_FEW, p);
}

bool people_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                 struct why *why) {
  struct rng rng = rng_seed(seed ^ 0x70656f706c65ull);
  struct demo d = {db, a, &rng, now, DB_OK};
  progress_step(p, "People who are supported (invented)", "people", demo_people);
  uuid_seed(&rng);
  db_begin(db, STORE_MAIN);
  add_all(&d, p);
  uuid_seed(NULL);
  if (d.result == DB_OK) d.result = db_commit(db, STORE_MAIN);
  else db_rollback(db, STORE_MAIN);
  progress_end(p, demo_people);
  return d.result == DB_OK || why_say(why, "The demo's people could not be saved.");
}
