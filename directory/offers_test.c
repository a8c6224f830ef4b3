/* The picture of the live directory: what is in it, what is kept out, and how fast it is made. */
#include <math.h>
#include "directory/directory_test.h"

static const struct offer *named(const struct offers *o, const char *name) {
  for (size_t i = 0; i < o->list.n; i++)
    if (str_eq(o->list.p[i].name, str_of(name))) return &o->list.p[i];
  return NULL;
}

static struct offers load(struct db_test *t) {
  struct offers o;
  struct why why = {0};
  if (!offers_load(t->db, t->arena, TEST_DAY, DIRECTORY_LIVE, &o, &why)) fail_msg("%s", why.text);
  return o;
}

static enum rules_answer answer(const struct offers *o, const struct offer *offer, int age) {
  struct rules_facts f = {.on = TEST_DAY};
  rules_facts_age(&f, age);
  rules_facts_settle(o->book, &f);
  return rules_judge_offer(o->book, &offer->judged, &f, false);
}

static void only_what_is_published(struct db_test *t) {
  struct organisation org = test_organisation(t, "Quay Trust"),
                      gone = test_organisation(t, "Gone Trust");
  struct service live = test_service(t, org.id, "Live"),
                 withdrawn = test_service(t, org.id, "Withdrawn");
  struct service draft = test_service(t, org.id, "Draft"), ended = test_service(t, org.id, "Ended");
  test_service(t, gone.id, "Of a withdrawn organisation");
  withdrawn.withdrawn_on = TEST_DAY - 1, test_save(t, &service_type, &withdrawn);
  draft.published_on = DAY_NONE, test_save(t, &service_type, &draft);
  ended.ends = TEST_DAY - 1, test_save(t, &service_type, &ended);
  gone.withdrawn_on = TEST_DAY, test_save(t, &organisation_type, &gone);
  struct offers o = load(t);
  assert_int_equal(o.list.n, 2);
  assert_true(named(&o, "Live")->standing.state == STANDING_LIVE);
  assert_true(named(&o, "Ended")->standing.state == STANDING_ENDED);
  assert_true(str_eq(named(&o, "Live")->provider, S("Quay Trust")));
  assert_int_equal(offers_find(&o, live.public_id)->id, live.id);
}

static void rules_and_ages(struct db_test *t) {
  struct organisation org = test_organisation(t, "Quay Trust");
  struct service ruled = test_service(t, org.id, "Ruled"), aged = test_service(t, org.id, "Aged");
  struct service worded = test_service(t, org.id, "Worded"),
                 broken = test_service(t, org.id, "Broken");
  struct service unchecked = test_service(t, org.id, "Unchecked"),
                 unsaid = test_service(t, org.id, "Area unsaid");
  struct service *all[] = {&ruled, &aged, &worded, &broken, &unchecked};
  for (size_t i = 0; i < countof(all); i++) all[i]->whole_area = 1;
  ruled.rule = S("age 16 to 29"), aged.minimum_age = 16, aged.maximum_age = 29;
  worded.minimum_age = 16, worded.eligibility = S("People who live by the river");
  broken.rule = S("age sixteen"), unchecked.rule = S("everyone"),
  unchecked.assured_on = TEST_DAY - 500;
  unsaid.rule = S("everyone");
  for (size_t i = 0; i < countof(all); i++) test_save(t, &service_type, all[i]);
  test_save(t, &service_type, &unsaid);
  struct offers o = load(t);
  assert_int_equal(answer(&o, named(&o, "Ruled"), 29), RULES_YES);
  assert_int_equal(answer(&o, named(&o, "Ruled"), 30), RULES_NO);
  assert_int_equal(answer(&o, named(&o, "Aged"), 15), RULES_NO);
  assert_int_equal(answer(&o, named(&o, "Aged"), 16), RULES_YES);
  assert_int_equal(answer(&o, named(&o, "Worded"), 40), RULES_MAYBE);
  assert_int_equal(answer(&o, named(&o, "Broken"), 40), RULES_MAYBE);
  assert_int_equal(answer(&o, named(&o, "Unchecked"), 40),
                   RULES_MAYBE); /* never a yes unless assured */
  assert_int_equal(answer(&o, named(&o, "Area unsaid"), 40), RULES_MAYBE);
}

static void addresses_that_are_not_published(struct db_test *t) {
  struct organisation org = test_organisation(t, "Quay Trust");
  struct service s = test_service(t, org.id, "Safe house");
  struct location l;
  record_clear(&location_type, &l);
  l.name = S("CANARY house"), l.address_1 = S("CANARY street"), l.postcode = S("L1 1AA"),
  l.city = S("CANARYTOWN");
  l.location_type = S("physical"), l.address_not_published = 1, l.latitude = 53.4,
  l.longitude = -2.9;
  test_save(t, &location_type, &l);
  struct service_at_location sl;
  record_clear(&service_at_location_type, &sl);
  sl.service = s.id, sl.location = l.id;
  test_save(t, &service_at_location_type, &sl);
  struct offers o = load(t);
  const struct offer *offer = named(&o, "Safe house");
  assert_int_equal(offer->places.n, 1);
  assert_false(offer->places.p[0].published);
  assert_true(!offer->places.p[0].name.n && !offer->places.p[0].town.n &&
              !offer->places.p[0].postcode.n);
  assert_true(isnan(offer->places.p[0].latitude) && isnan(offer->places.p[0].longitude));
  assert_false(str_contains(offer->words, S("canary")));
}

static void opening_times(struct db_test *t) {
  struct organisation org = test_organisation(t, "Quay Trust");
  struct service s = test_service(t, org.id, "Open"), silent = test_service(t, org.id, "Silent");
  struct schedule c;
  record_clear(&schedule_type, &c);
  c.service = s.id, c.freq = S("WEEKLY"), c.byday = S("FR SA"), c.opens_at = S("09:30"),
  c.closes_at = S("16:00");
  test_save(t, &schedule_type, &c);
  struct offers o = load(t);
  int until;
  const struct offer *open = named(&o, "Open"); /* TEST_DAY is a Saturday */
  assert_int_equal(offer_open_at(open, TEST_DAY, 9 * 60 + 29, &until), 0);
  assert_int_equal(offer_open_at(open, TEST_DAY, 9 * 60 + 30, &until), 1);
  assert_int_equal(until, 960);
  assert_int_equal(offer_open_at(open, TEST_DAY, 960, &until), 0);
  assert_int_equal(offer_open_at(open, TEST_DAY + 1, 700, &until), 0);
  assert_int_equal(offer_open_at(named(&o, "Silent"), TEST_DAY, 700, &until), -1);
  (void)silent;
}

static void kept_until_something_changes(struct db_test *t) {
  struct organisation org = test_organisation(t, "Quay Trust");
  struct service s = test_service(t, org.id, "First");
  struct why why;
  const struct offers *o = offers_now(t->db, TEST_DAY, DIRECTORY_LIVE, &why);
  const struct offer *first = o->list.p;
  o = offers_now(t->db, TEST_DAY, DIRECTORY_LIVE, &why);
  assert_ptr_equal(o->list.p, first); /* nothing changed: the same picture */
  s.name = S("Second"), test_save(t, &service_type, &s);
  o = offers_now(t->db, TEST_DAY, DIRECTORY_LIVE, &why);
  assert_true(str_eq(o->list.p[0].name, S("Second")));
  o = offers_now(t->db, TEST_DAY + 400, DIRECTORY_LIVE, &why);
  assert_int_equal(o->list.p[0].standing.state,
                   STANDING_UNCHECKED); /* another day, nobody having touched it */
}

static void sources_may_disagree(struct db_test *t) {
  struct organisation org = test_organisation(t, "Quay Trust");
  struct service s = test_service(t, org.id, "Places");
  struct fact_source said;
  record_clear(&fact_source_type, &said);
  said.field = S("places_left"), said.value = S("12"), said.source = S("Their web page");
  db_begin(t->db, STORE_MAIN);
  assert_int_equal(source_add(t->db, t->arena, &service_type, s.id, &said, true, 3, test_now()),
                   DB_OK);
  said.value = S("8"), said.source = S("Their manager, by telephone");
  assert_int_equal(source_add(t->db, t->arena, &service_type, s.id, &said, false, 3, test_now()),
                   DB_OK);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  struct source_facts all = sources_of(t->db, t->arena, &service_type, s.id);
  assert_int_equal(all.n, 2);
  assert_true(sources_disagree(&all, "places_left"));
  assert_true(record_load(t->db, t->arena, &service_type, s.id, &s));
  assert_int_equal(s.places_left, 12); /* the chosen one */
  db_begin(t->db, STORE_MAIN);
  said.source = S("A letter");
  assert_int_equal(source_add(t->db, t->arena, &service_type, s.id, &said, true, 3, test_now()),
                   DB_OK);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  assert_true(record_load(t->db, t->arena, &service_type, s.id, &s));
  assert_int_equal(s.places_left, 8);
  all = sources_of(t->db, t->arena, &service_type, s.id);
  assert_int_equal(all.p[0].chosen, 1);
  assert_int_equal(all.p[1].chosen, 0);
}

static void definitions_match_the_schema(struct db_test *t) {
  struct record_types types = record_types();
  struct buf b = buf_open(1 << 20);
  for (size_t i = 0; i < types.n; i++) record_matches_schema(t->db, t->arena, types.p[i], &b);
  if (b.n) fail_msg("%.*s", P(buf_str(&b)));
  assert_true(types.n >= 17);
  buf_free(&b);
}

int offers_tests(const struct migrations *lists, size_t n) {
  static const struct db_test_case cases[] = {DB_TEST(definitions_match_the_schema),
                                              DB_TEST(only_what_is_published),
                                              DB_TEST(rules_and_ages),
                                              DB_TEST(addresses_that_are_not_published),
                                              DB_TEST(opening_times),
                                              DB_TEST(kept_until_something_changes),
                                              DB_TEST(sources_may_disagree)};
  return db_test_run("directory offers", cases, countof(cases), lists, n);
}
