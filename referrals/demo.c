/* demo: how Seaborough's referrals went, over three years. All invented, and the same for the same
 * seed. Two teams share one kind of help by place; partners of every kind; some waiting, some
 * overdue, some paused, one handover agreed and one that came back. */
#include "db/seal.h"
#include "directory/directory.h"
#include "places/places.h"
#include "referrals/inside.h"

enum { DEMO_REFERRALS = 240, DEMO_YEARS = 3, ROUTED_SERVICES = 14, RECENT = 30 };

struct demo {
  struct db *db;
  struct arena *a;
  struct rng *rng;
  instant_t now;
  day_t today;
  bool good;
  struct { int64_t team, user, lead; } teams[8];
  size_t n_teams;
  struct { int64_t service, team; struct str name; } routes[ROUTED_SERVICES * 2];
  size_t n_routes;
  struct partner partners[8];
  size_t n_partners;
};

static const char *const first_names[] = {"Alwen", "Bo", "Cass", "Dermot", "Eira", "Finn", "Gita",
                                          "Hal", "Ivy", "Jude", "Kit", "Lowri", "Moss", "Nye"};
static const char *const last_names[] = {"Sandhopper", "Wrack", "Fairway", "Buoylight", "Mudlark",
                                         "Keelson", "Scupper", "Tern", "Driftwell", "Mooring"};
static const char *const wants[] = {"Help with a letter about work I do not understand.",
                                    "Somebody to talk to about starting again.",
                                    "A course in the mornings, near the bus.",
                                    "I would like to be around people.",
                                    "To keep my job while my back is bad."};
#define PICK(d, list) str_of(list[rng_below((d)->rng, countof(list))])

static void read_teams(struct demo *d) {
  struct rows r =
      db_rows(d->db, d->a,
              SQL("select t.id, min(u.id) from team t join user_account u on u.team_id = "
                  "t.id where t.function = ?1 and t.ended_at is null and t.name not in "
                  "('Safeguarding') group by t.id order by t.id limit 5"),
              V((int64_t)FUNCTION_SUPPORT));
  while (db_next(&r) && d->n_teams < countof(d->teams)) {
    d->teams[d->n_teams].team = row_int(&r, 0);
    d->teams[d->n_teams++].user = row_int(&r, 1);
  }
  d->good = d->good && d->n_teams > 1;
}

static void route(struct demo *d, int64_t service, struct str name, size_t team, struct str area,
                  int64_t line) {
  int64_t id = db_insert(
      d->db,
      SQL("insert into referral_route (public_id, service_id, team_id, area_code, rule, "
          "place_in_line, answer_days, contact_days, nation, from_day) values (?1, ?2, ?3, ?4, '', "
          "?5, 5, 5, 'england-and-wales', ?6) returning id"),
      db_uuid(d->a, uuid_v4()), V(service), V(d->teams[team].team), V(area), V(line),
      db_day(d->a, day_add_months(d->today, -12 * DEMO_YEARS)));
  d->good = d->good && id;
  if (d->n_routes == countof(d->routes)) return;
  d->routes[d->n_routes].service = service, d->routes[d->n_routes].name = name;
  d->routes[d->n_routes++].team = (int64_t)team;
}

/* Services that run now, each with a team; the first is shared by two, one of them by place. */
static void add_routes(struct demo *d) {
  struct offers offers;
  struct why why;
  struct areas districts = areas_of_kind(d->db, d->a, S("la"));
  if (!offers_load(d->db, d->a, d->today, DIRECTORY_LIVE, &offers, &why)) {
    d->good = false;
    return;
  }
  size_t made = 0;
  for (size_t i = 0; i < offers.list.n && made < ROUTED_SERVICES; i++) {
    const struct offer *o = &offers.list.p[i];
    if (o->standing.state != STANDING_LIVE) continue;
    if (!made && districts.n) route(d, o->id, o->name, 1, districts.p[0].code, 1);
    route(d, o->id, o->name, made % d->n_teams, (struct str){0}, 2);
    made++;
  }
  d->good = d->good && made;
}

static void partner(struct demo *d, const char *name, const char *kind, enum function function,
                    size_t team, bool verified) {
  struct partner p = {.name = str_of(name), .route = str_of(kind), .function = function,
                      .team_id = d->teams[team].team, .ended_on = DAY_NONE,
                      .verified_on = verified ? d->today - 200 : DAY_NONE};
  p.id = partner_add(d->db, d->a, &p, d->teams[team].user, d->now);
  d->good = d->good && p.id &&
            link_add(d->db, d->a, p.id, "link", d->today + 365, d->teams[team].user, d->now);
  d->partners[d->n_partners++] = p;
}

static void add_partners(struct demo *d) {
  partner(d, "Northquay Surgery (invented)", "gp", FUNCTION_REFERRER, 0, true);
  partner(d, "Quayside Homes (invented)", "landlord", FUNCTION_REFERRER, 0, true);
  partner(d, "Seaborough Jobcentre, advisers (invented)", "jobcentre", FUNCTION_REFERRER, 0, false);
  partner(d, "Seaborough Jobcentre, conditionality (invented)", "jobcentre", FUNCTION_ENFORCEMENT,
          0, false);
  partner(d, "Seaborough College (invented)", "school", FUNCTION_REFERRER, 1, true);
  partner(d, "Tannery Row Link Workers (invented)", "social_prescriber", FUNCTION_REFERRER, 1,
          true);
  d->good = d->good && link_add(d->db, d->a, d->partners[2].id, "card", d->today + 365,
                                d->teams[0].user, d->now);
}

static instant_t at(day_t day) { return local_uk_instant(day, 10 * 60); }

/* Sends one on its day; the id of its leg. */
static int64_t send_one(struct demo *d, day_t day) {
  static const char *const heard[] = {"friend", "gp", "card", "online", "poster", "walked_past"};
  size_t k = rng_below(d->rng, d->n_routes), who = rng_below(d->rng, 10);
  struct str first = PICK(d, first_names), last = PICK(d, last_names);
  struct referral_new r = {.via = who < 4 ? "public" : "link",
                           .about = who < 3   ? "self"
                                    : who < 4 ? "known"
                                              : "professional",
                           .source = who < 3 ? S("self") : S("other"),
                           .agreed = S("said"),
                           .name = str_format(d->a, "%.*s %.*s", P(first), P(last)),
                           .phone = str_format(d->a, "07700 900%03d", (int)rng_below(d->rng, 1000)),
                           .safe_way = S("phone"),
                           .safe_note = S("Weekday mornings."),
                           .words = PICK(d, wants),
                           .age = 17 + (int64_t)rng_below(d->rng, 45),
                           .invented = true};
  if (who >= 4 && d->n_partners) {
    const struct partner *p = &d->partners[rng_below(d->rng, d->n_partners)];
    r.partner_id = p->id, r.source = p->route, r.from_function = p->function;
    r.their_ref = str_format(d->a, "R%04d", (int)rng_below(d->rng, 10000));
  }
  if (rng_below(d->rng, 2)) r.heard = PICK(d, heard);
  r.to.p[0] =
      (struct referral_to){.team_id = d->routes[k].team >= 0 ? d->teams[d->routes[k].team].team : 0,
                           .service_id = d->routes[k].service,
                           .service_name = d->routes[k].name,
                           .answer_days = 5,
                           .contact_days = 5,
                           .nation = S("england-and-wales")};
  r.to.n = 1;
  struct uuid id;
  if (referral_send(d->db, d->a, &r, at(day), &id) != DB_OK) return d->good = false, 0;
  return db_number(d->db, 0,
                   SQL("select g.id from referral r join referral_leg g on g.referral_id = r.id "
                       "where r.public_id = ?1"),
                   db_uuid(d->a, id));
}

static void say(struct demo *d, int64_t leg, enum referral_fact_kind kind, day_t day, day_t until,
                const char *reason, const char *follows, const char *by) {
  struct why why = {0};
  struct referral_said said = {.kind = kind, .day = day, .until = until, .reason = str_of(reason),
                               .follows = str_of(follows), .by_whom = by};
  if (d->good && !referral_say(d->db, d->a, leg, &said, at(day), &why)) d->good = false;
}

/* One of the people the team supports, as if the referral had led to them. */
static bool takes_on(struct demo *d, int64_t leg, day_t day) {
  int64_t team = db_number(d->db, 0, SQL("select team_id from referral_leg where id = ?1"), V(leg));
  int64_t n = db_number(d->db, 0,
                        SQL("select count(*) from may_see where team_id = ?1 and reason = "
                            "'team'"),
                        V(team));
  if (n == 0) return false;
  struct rows r =
      db_rows(d->db, d->a,
              SQL("select person_id from may_see where team_id = ?1 and reason = 'team' "
                  "order by name_fold, person_id limit 200"),
              V(team));
  int64_t person = 0, pick = (int64_t)rng_below(d->rng, (uint64_t)(n < 200 ? n : 200));
  for (int64_t i = 0; db_next(&r); i++)
    if (i == pick) person = row_int(&r, 0);
  if (!person || db_run(d->db, SQL("update referral_leg set person_id = ?2 where id = ?1"), V(leg),
                        V(person)) != DB_OK)
    return false;
  say(d, leg, FACT_ACCEPTED, day, DAY_NONE, "", "", "team");
  return true;
}

static void old_one(struct demo *d, int64_t leg, day_t day) {
  static const char *const reasons[] = {"full", "other_area", "better_elsewhere", "not_for_them"};
  static const char *const gone[] = {"not_now", "found_other_help", "no_longer_needed",
                                     "no_answer"};
  uint64_t how = rng_below(d->rng, 10);
  day_t answered = working_day_add(day, 1 + (int64_t)rng_below(d->rng, 7), S("england-and-wales"));
  say(d, leg, FACT_OPENED, day + 1, DAY_NONE, "", "", "team");
  if (how < 2)
    say(d, leg, FACT_DECLINED, answered, DAY_NONE, reasons[rng_below(d->rng, 4)],
        how ? "told_other_help" : "sent_on", "team");
  else if (how < 3 || !takes_on(d, leg, answered))
    say(d, leg, FACT_WITHDRAWN, answered, DAY_NONE, gone[rng_below(d->rng, 4)], "", "person");
  else
    say(d, leg, FACT_CONTACTED, answered + 1 + (day_t)rng_below(d->rng, 6), DAY_NONE, "", "",
        "team");
}

static void new_one(struct demo *d, int64_t leg, day_t day, int i) {
  static const char *const pauses[] = {"unwell", "away", "asked_for_space"};
  if (i % 4 == 0) return; /* nobody has opened it */
  say(d, leg, FACT_OPENED, day, DAY_NONE, "", "", "team");
  if (i % 4 == 1) say(d, leg, FACT_WAITING, day, d->today + 10, "", "", "team");
  if (i % 4 == 2) say(d, leg, FACT_PAUSED, day, d->today + 14, pauses[i % 3], "", "team");
}

bool referrals_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now,
                    struct progress *p, struct why *why) {
  struct rng rng = rng_seed(seed ^ 0x7265666572ull);
  struct demo d = {.db = db, .a = a, .rng = &rng, .now = now,
                   .today = instant_local_uk(now).day, .good = true};
  enum db_result result = DB_OK;
  progress_step(p, "Referrals (invented)", "referrals", DEMO_REFERRALS);
  uuid_seed(&rng);
  db_begin(db, STORE_MAIN);
  read_teams(&d);
  if (d.good) add_routes(&d);
  if (d.good) add_partners(&d);
  for (int i = 0; i < DEMO_REFERRALS && d.good; i++) {
    bool recent = i >= DEMO_REFERRALS - RECENT;
    day_t day = recent ? d.today - 1 - (day_t)rng_below(&rng, 12)
                       : d.today - 60 - (day_t)rng_below(&rng, 365 * DEMO_YEARS - 80);
    int64_t leg = send_one(&d, day);
    if (d.good && !recent) old_one(&d, leg, day);
    if (d.good && recent) new_one(&d, leg, day, i);
    progress_at(p, (uint64_t)i + 1);
  }
  if (d.good) referrals_rebuild(db, a, d.today, true, &result);
  uuid_seed(NULL);
  if (!d.good) db_rollback(db, STORE_MAIN);
  else d.good = db_commit(db, STORE_MAIN) == DB_OK && result == DB_OK;
  if (d.good) seal_erase_finish(db, a);
  progress_end(p, DEMO_REFERRALS);
  return d.good || why_say(why, "The demo's referrals could not be saved.");
}
