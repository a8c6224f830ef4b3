/* home_test: minutes from somebody's home on a worker's pages: appointments and the choice of help
 * for a referral. On both databases, with Seaborough's buses. With a test's name as argument only
 * that one runs (planted.c). */
#include <stdio.h>
#include <unistd.h>
#include "accounts/testing.h"
#include "audit/audit.h"
#include "contacts/contacts.h"
#include "db/here.h"
#include "db/seal.h"
#include "db/testing.h"
#include "journeys/inside.h"
#include "referrals/referrals.h"
#include "seaborough/seaborough.h"
#include "web/testing.h"

extern const struct migrations web_migrations, accounts_migrations, permission_migrations,
    people_migrations, support_migrations, contacts_migrations, places_migrations,
    finding_migrations, referrals_migrations, messages_migrations, journeys_migrations;
static const struct domain *const domains[] = {
    &web_domain,    &accounts_domain, &permission_domain, &places_domain,   &directory_domain,
    &people_domain, &journeys_domain, &support_domain,    &contacts_domain, &referrals_domain};
#define TODAY day_of(2026, 11, 24) /* a Tuesday */
enum { TEST_SEED = 7, ROOM = 700 };

struct town {
  struct db_test *t;
  struct client c;
  const struct seaborough *s;
  struct actor amina;
  int64_t team;
  struct str near, far; /* postcodes in Northquay and in Eastferry */
};

/* The live postcode nearest to the middle of a neighbourhood, where the buses go. */
static struct str postcode_in(const struct seaborough *s, int hood) {
  struct sb_point middle = s->areas.p[s->neighbourhood[hood]].centre;
  const struct sb_postcode *best = NULL;
  for (size_t i = 0; i < s->postcodes.n; i++) {
    const struct sb_postcode *p = &s->postcodes.p[i];
    if (p->ended == DAY_NONE && (!best || sb_metres(p->at, middle) < sb_metres(best->at, middle)))
      best = p;
  }
  assert_non_null(best);
  return str_of(best->text);
}

static struct town town_of(struct db_test *t) {
  struct progress quiet = {0};
  struct why why = {0};
  instant_t now = ((instant_t)TODAY * 86400 + 10 * 3600) * 1000000;
  struct town w = {.t = t,
                   .c = client_open(t->db, domains, countof(domains), &accounts_session_hooks)};
  w.c.now = now;
  seal_forget(), people_sealing(), offers_forget();
  people_parts_use(domains, countof(domains));
  db_here_set(&t->where);
  journeys_use(t->where.folder);
  const struct domain *fill[] = {&places_domain, &directory_domain, &journeys_domain};
  if (!support_domain.init(t->db, t->arena, now, &quiet, &why)) fail_msg("%s", why.text);
  for (size_t i = 0; i < countof(fill); i++)
    if (!fill[i]->demo(t->db, t->arena, TEST_SEED, now, &quiet, &why)) fail_msg("%s", why.text);
  w.s = seaborough_make(t->arena, TEST_SEED, TODAY);
  w.team = test_team(t->db, t->arena, "Harbour Lights", "North", FUNCTION_SUPPORT, "team", now);
  w.amina = test_user(t->db, t->arena, w.team, "amina", ROLE_KEY_WORKER, "", now);
  w.near = postcode_in(w.s, 0), w.far = postcode_in(w.s, 3);
  client_as(&w.c, w.amina);
  return w;
}

static struct person somebody(struct town *w, const char *name, struct str postcode, bool hides) {
  struct person p;
  record_clear(&person_type, &p);
  p.name = str_of(name), p.safe_way = S("phone"), p.postcode = postcode;
  p.born_on = day_of(1990, 5, 1);
  db_begin(w->t->db, STORE_MAIN);
  enum db_result r = hides ? people_add_restricted(w->t->db, w->t->arena, &w->amina, &p, w->c.now)
                           : people_add(w->t->db, w->t->arena, &w->amina, &p, w->c.now);
  assert_int_equal(r, DB_OK);
  assert_int_equal(db_commit(w->t->db, STORE_MAIN), DB_OK);
  return p;
}

static void see_appointment(struct town *w, const struct person *p, struct str place, int minute) {
  struct appointment one;
  struct attempt first = {
      .on = TODAY + 1, .minute = minute, .minutes = 45, .zone = S("Europe/London")};
  char path[ROOM];
  record_clear(&appointment_type, &one);
  one.public_id = uuid_v4(), one.person = p->id, one.kind = S("talk"), one.mode = S("in_person");
  one.place = place, one.worker = w->amina.user_id;
  db_begin(w->t->db, STORE_MAIN);
  assert_int_equal(contacts_book(w->t->db, w->t->arena, &one, &first, w->amina.user_id, w->c.now),
                   DB_OK);
  assert_int_equal(db_commit(w->t->db, STORE_MAIN), DB_OK);
  snprintf(path, sizeof path, "/people/%.*s/appointments/%.*s",
           P(uuid_str(w->t->arena, p->public_id)), P(uuid_str(w->t->arena, one.public_id)));
  get(&w->c, path);
  assert_int_equal(w->c.status, 200);
}
#define SAYS(w, words) assert_true(client_says(&(w).c, words))
#define QUIET(w, words) assert_false(client_says(&(w).c, words))

static void an_appointment_shows_both_ways(struct db_test *t) {
  struct town w = town_of(t);
  struct person ada = somebody(&w, "Ada Thrift", w.far, false);
  struct str place = str_format(t->arena, "The net loft, %.*s, by the door", P(w.near));
  see_appointment(&w, &ada, place, 11 * 60);
  SAYS(w, "Getting there from home");
  SAYS(w, ", there at "); /* a bus or a train, in words */
  SAYS(w, "Home again");
  SAYS(w, "The last way home that day");
  QUIET(w, str_c(t->arena, w.far)); /* the postcode itself is not on this page */
  struct audit_looks looks = {0};
  assert_true(audit_who_looked(t->db, t->arena, ada.id, 0, 10, &looks));
  assert_true(looks.n == 1 && looks.p[0].classes & CLASS_CONTACT); /* the look is named */
  see_appointment(&w, &ada, S("The net loft"), 11 * 60); /* no postcode: nothing to tell */
  QUIET(w, "Getting there from home");
  see_appointment(&w, &ada, place, 4 * 60); /* before the first bus */
  SAYS(w, "No way there was found in time");
  SAYS(w, "What would make it reachable");
  SAYS(w, "A later start: the first way there arrives at");
  SAYS(w, "/money/new");
  client_close(&w.c);
}

/* Never for somebody who hides, and a page that holds none is like one without a region. */
static void who_hides_has_no_minutes(struct db_test *t) {
  struct town w = town_of(t);
  struct person eve = somebody(&w, "Eve", w.far, true), ada = somebody(&w, "Ada", S(""), false);
  struct str place = str_format(t->arena, "The net loft, %.*s", P(w.near));
  char path[ROOM];
  see_appointment(&w, &eve, place, 11 * 60);
  QUIET(w, "Getting there");
  QUIET(w, "Bus 1");
  see_appointment(&w, &ada, place, 11 * 60); /* nor where no postcode is known */
  QUIET(w, "Getting there");
  snprintf(path, sizeof path, "/people/%.*s/referrals", P(uuid_str(t->arena, eve.public_id)));
  get(&w.c, path);
  assert_int_equal(w.c.status, 200);
  QUIET(w, "from home");
  client_close(&w.c);
}

static const struct offer *an_offer(struct town *w, bool published) {
  struct why why;
  struct spot at;
  const struct offers *o = offers_now(w->t->db, TODAY, DIRECTORY_LIVE, &why);
  for (size_t i = 0; o && i < o->list.n; i++)
    if (o->list.p[i].places.n && o->list.p[i].standing.state == STANDING_LIVE &&
        journeys_place_of(&o->list.p[i], (struct spot){0, 0}, &at) == published)
      return &o->list.p[i];
  fail_msg("no such service");
  return NULL;
}

static void a_route_to(struct town *w, const struct offer *o) {
  db_run(w->t->db,
         SQL("insert into referral_route (public_id, service_id, team_id, area_code, rule, "
             "place_in_line, answer_days, contact_days, nation, from_day) values (?1, ?2, ?3, '', "
             "'', 1, 5, 3, 'england-and-wales', '2020-01-01')"),
         db_uuid(w->t->arena, uuid_v4()), V(o->id), V(w->team));
}

static void a_referral_names_the_minutes(struct db_test *t) {
  struct town w = town_of(t);
  struct person ada = somebody(&w, "Ada Thrift", w.far, false);
  char path[ROOM];
  a_route_to(&w, an_offer(&w, true));
  a_route_to(&w, an_offer(&w, false));
  snprintf(path, sizeof path, "/people/%.*s/referrals", P(uuid_str(t->arena, ada.public_id)));
  get(&w.c, path);
  assert_int_equal(w.c.status, 200);
  SAYS(w, "from home.");
  SAYS(w, "Minutes are by bus and on foot from their postcode");
  struct str after = str_slice(w.c.text, str_find(w.c.text, S("from home.")) + 10, w.c.text.n);
  assert_int_equal(str_find(after, S("from home.")), after.n); /* the private one has none */
  client_close(&w.c);
}

/* ---- S63: sixteen hours a week, two buses, a nursery on the way. */

static void ask_week(struct town *w, const struct person *p, struct str to, int64_t nursery,
                     const char *rest) {
  char path[ROOM], form[ROOM];
  snprintf(path, sizeof path, "/people/%.*s/journey", P(uuid_str(w->t->arena, p->public_id)));
  get(&w->c, path);
  assert_int_equal(w->c.status, 200);
  snprintf(form, sizeof form, "to=%.3s+%.3s&starts=10%%3A00&ends=14%%3A00&nursery=%lld%s", to.p,
           to.p + to.n - 3, (long long)nursery, rest);
  post(&w->c, path, form);
}

static struct spot spot_of(struct town *w, struct str postcode) {
  struct place place;
  assert_true(place_resolve(w->t->db, w->t->arena, postcode, &place));
  return (struct spot){place.at.lat, place.at.lon};
}

/* ---- What it costs. The demo's table, by hand: a bus 190, its day 450, its week 1700; a train
 * 320.
 */

static int rides_of(const struct travel *way, int mode) {
  int n = 0;
  for (size_t i = 0; way->found && i < way->legs.n; i++)
    n += way->legs.p[i].by == WAY_RIDE && way->legs.p[i].mode == mode;
  return n;
}

static void week_costs(struct town *w, const struct week *week) {
  int64_t buses = 0, trains = 0;
  for (size_t i = 0; i < 7 && i < week->n; i++) {
    const struct week_day *d = &week->day[i];
    const struct travel *way[] = {&d->in.first, &d->in.way, &d->home.first, &d->home.way};
    int64_t bus = 0;
    if (!d->known || !d->in.can || !d->home.can) continue;
    for (size_t k = 0; k < countof(way); k++)
      bus += 190 * rides_of(way[k], 3), trains += 320 * rides_of(way[k], 2);
    buses += bus < 450 ? bus : 450;
  }
  buses = buses < 1700 ? buses : 1700;
  assert_true(buses + trains > 0);
  SAYS(*w, str_c(w->t->arena, str_format(w->t->arena, "Fares: about %.*s for the week",
                                         P(money_words(w->t->arena, buses + trains)))));
  SAYS(*w, "invented for Seaborough");
}

/* The engine's own answer, so that the page's times can be held against it. */
static void in_order(struct town *w, struct str home, struct str work, int64_t nursery) {
  struct rows r;
  struct week week;
  struct why why = {{0}};
  struct week_ask ask = {.home = spot_of(w, home),
                         .work = spot_of(w, work),
                         .by_nursery = true,
                         .start = 600,
                         .end = 840,
                         .handover = 5,
                         .day = TODAY + 6};
  assert_true(db_one(&r, w->t->db, w->t->arena,
                     SQL("select lat, lon, opens, closes from reach_target where id = ?1"),
                     V(nursery)));
  ask.nursery = (struct spot){(double)row_int(&r, 0) / 1e6, (double)row_int(&r, 1) / 1e6};
  ask.opens = (int)row_int(&r, 2), ask.closes = (int)row_int(&r, 3);
  db_done(&r);
  assert_true(week_find(w->t->arena, &ask, &week, &why));
  for (size_t i = 0; i < week.n; i++) {
    const struct week_leg *in = &week.day[i].in, *home_again = &week.day[i].home;
    if (!week.day[i].known || !in->can || !home_again->can) continue;
    assert_true(in->first.arrive >= ask.opens && in->first.arrive + 5 <= in->way.depart + 1);
    assert_true(in->way.arrive <= 600 && home_again->first.depart >= 840);
    assert_true(home_again->first.arrive + 5 <= home_again->way.depart + 1);
    assert_true(home_again->first.arrive <= ask.closes);
    SAYS(*w, str_c(w->t->arena, str_format(w->t->arena, "In: leave at %02d:%02d",
                                           in->first.depart / 60, in->first.depart % 60)));
    week_costs(w, &week);
    return;
  }
  fail_msg("no day works");
}

static void S63_both_ways_by_the_nursery(struct db_test *t) {
  struct town w = town_of(t);
  struct person ada = somebody(&w, "Ada Thrift", w.near, false),
                eve = somebody(&w, "Eve", w.near, true);
  struct str work = postcode_in(w.s, 1);
  int64_t ids[40], works = 0;
  size_t n = 0;
  struct rows r = db_rows(t->db, t->arena,
                          SQL("select id from reach_target where kind = 'childcare' order by id"));
  while (db_next(&r) && n < countof(ids)) ids[n++] = row_int(&r, 0);
  db_done(&r);
  for (size_t i = 0; i < n && !works; i++) {
    ask_week(&w, &ada, work, ids[i], "");
    assert_int_equal(w.c.status, 200);
    if (client_says(&w.c, "To the nursery, on")) works = ids[i];
  }
  assert_true(works != 0);
  SAYS(w, "To work, on"), SAYS(w, "Back to the nursery"), SAYS(w, "Home again");
  SAYS(w, "days of the week from Monday");
  QUIET(w, str_c(t->arena, w.near)); /* where they live is not on this page */
  in_order(&w, w.near, work, works);
  struct audit_looks looks = {0};
  assert_true(audit_who_looked(t->db, t->arena, ada.id, 0, 10, &looks));
  assert_true(looks.n > 0 && looks.p[0].classes & CLASS_CONTACT);
  ask_week(&w, &ada, work, works, "&opens=08%3A00&closes=10%3A30");
  SAYS(w, "the nursery has closed before they get there"), SAYS(w, "It works on 0 of 7 days");
  SAYS(w, "/lent"), SAYS(w, "/money/new"); /* what there is to lend and pay with */
  ask_week(&w, &ada, S("XX1 1XX"), works, "");
  assert_int_equal(w.c.status, 422);
  SAYS(w, "We do not know that place");
  ask_week(&w, &eve, work, works,
           ""); /* who hides: nothing, in the words of one without a postcode */
  SAYS(w, "Nothing can be told here");
  client_close(&w.c);
}

static void put_fares(struct town *w, const char *rows) {
  struct why why = {{0}};
  struct buf says = buf_open(4000);
  const char *path =
      str_c(w->t->arena, str_format(w->t->arena, "%.*s/given.csv", P(w->t->where.folder)));
  struct str text = str_format(
      w->t->arena, "valid_from,valid_until,operator,kind,pence,who,label,source\n%s", rows);
  assert_true(file_write(path, text, &why));
  if (!fares_keep(path, &says, &why)) fail_msg("%s", why.text);
  buf_free(&says);
}

static void ask_the_way(struct town *w) {
  post(&w->c, "/journey",
       "from=Castle+Reach&to=Northquay&by=leave&day=25%2F11%2F2026&time=10%3A00");
  assert_int_equal(w->c.status, 200);
  SAYS(*w, "Bus 1 from Castle Reach");
}

static int count_of(struct str text, struct str part) {
  int n = 0;
  for (size_t at; (at = str_find(text, part)) < text.n; text = str_slice(text, at + part.n, text.n))
    n++;
  return n;
}

/* A fare is told from the table only: another table, another sum; no rule, no day or no table, and
 * it is said to be unknown. A table that cannot be read leaves the one before. */
static void fares_are_told_or_said_to_be_unknown(struct db_test *t) {
  struct town w = town_of(t);
  struct why why = {{0}};
  const char *bad = str_c(t->arena, str_format(t->arena, "%.*s/bad.csv", P(t->where.folder)));
  ask_the_way(&w);
  int rides = count_of(w.c.text, S(">Bus "));
  assert_true(rides >= 2);
  int64_t pence = 190 * rides < 450 ? 190 * rides : 450;
  SAYS(w, str_c(t->arena,
                str_format(t->arena, "Fares: about %.*s in all", P(money_words(t->arena, pence)))));
  put_fares(&w, ",,*,day,333,,,a test\n,2026-11-24,Seaborough Buses (invented),single,1,,,gone\n");
  ask_the_way(&w);
  SAYS(w, "Fares: about £3.33 in all"), SAYS(w, "Source: a test."), QUIET(w, "gone");
  put_fares(&w, ",,Another company,day,100,,,a test\n");
  ask_the_way(&w);
  SAYS(w, "not known: none is kept here for Seaborough Buses (invented)."),
      QUIET(w, "Fares: about");
  assert_true(file_write(bad, S("operator,kind,pence\nX,single,cheap\n"), &why));
  struct buf says = buf_open(4000);
  assert_false(fares_keep(bad, &says, &why));
  assert_non_null(strstr(why.text, "whole number of pence"));
  buf_free(&says);
  ask_the_way(&w);
  SAYS(w, "none is kept here for");
  assert_int_equal(
      unlink(str_c(t->arena, str_format(t->arena, "%.*s/region/fares.csv", P(t->where.folder)))),
      0);
  ask_the_way(&w);
  SAYS(w, "What the fares come to is not known: none have been read in here.");
  client_close(&w.c);
}

int main(int argc, char **argv) {
  static const struct db_test_case all[] = {
      DB_TEST(an_appointment_shows_both_ways), DB_TEST(who_hides_has_no_minutes),
      DB_TEST(a_referral_names_the_minutes), DB_TEST(S63_both_ways_by_the_nursery),
      DB_TEST(fares_are_told_or_said_to_be_unknown)};
  const struct migrations lists[] = {
      db_migrations,         audit_migrations,     web_migrations,      record_migrations,
      places_migrations,     directory_migrations, finding_migrations,  accounts_migrations,
      permission_migrations, people_migrations,    messages_migrations, support_migrations,
      contacts_migrations,   referrals_migrations, journeys_migrations};
  return db_test_main(argc, argv, "journeys home", all, countof(all), lists, countof(lists));
}
