/* People's pages as a worker meets them, on both databases. */
#include <stdio.h>
#include "accounts/testing.h"
#include "audit/audit.h"
#include "db/testing.h"
#include "people/people.h"
#include "web/testing.h"

extern const struct migrations web_migrations, accounts_migrations, permission_migrations,
    people_migrations;
static const struct domain *const domains[] = {&web_domain, &accounts_domain, &permission_domain,
                                               &people_domain};

struct place { struct db_test *t; struct client c; struct actor amina, joe, peer, priya; };

static struct place place_of(struct db_test *t) {
  struct place p = {.t = t,
                    .c = client_open(t->db, domains, countof(domains), &accounts_session_hooks)};
  instant_t now = p.c.now;
  people_sealing();
  int64_t north =
      test_team(t->db, t->arena, "Harbour Lights", "North", FUNCTION_SUPPORT, "team", now);
  int64_t health = test_team(t->db, t->arena, "Coast NHS", "Health", FUNCTION_SUPPORT, "own", now);
  p.amina = test_user(t->db, t->arena, north, "north 1", ROLE_KEY_WORKER, "", now);
  p.joe = test_user(t->db, t->arena, north, "north 2", ROLE_KEY_WORKER, "", now);
  p.peer = test_user(t->db, t->arena, north, "north 3", ROLE_PEER, "", now);
  p.priya = test_user(t->db, t->arena, health, "health 1", ROLE_KEY_WORKER, "", now);
  client_as(&p.c, p.amina);
  return p;
}

static struct person named(const char *name) {
  struct person p;
  record_clear(&person_type, &p);
  p.name = str_of(name), p.safe_way = S("in_person"), p.phone = S("07700 900123");
  p.safe_note = S("Only on Tuesdays");
  return p;
}

static struct person add(struct place *p, const char *name, bool hidden) {
  struct person person = named(name);
  db_begin(p->t->db, STORE_MAIN);
  (hidden ? people_add_restricted : people_add)(p->t->db, p->t->arena, &p->amina, &person,
                                                p->c.now);
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
  return person;
}

static void get_person(struct place *p, const struct person *person, const char *before) {
  char path[96], id[37];
  uuid_text(person->public_id, id);
  snprintf(path, sizeof path, "%s%s", before, id);
  get(&p->c, path);
}

static void support_starts_with_a_name_and_a_safe_way(struct db_test *t) {
  struct place p = place_of(t);
  get(&p.c, "/people/new");
  assert_int_equal(p.c.status, 200);
  post(&p.c, "/people/new", "name=&safe_way=text");
  assert_int_equal(p.c.status, 422);
  post(&p.c, "/people/new",
       "name=Ada+Thrift&safe_way=text&phone=07700+900123&safe_note=Not+at+night");
  assert_int_equal(p.c.status, 303);
  assert_true(follow(&p.c));
  assert_true(client_says(&p.c, "Ada Thrift"));
  assert_true(client_says(&p.c, "07700 900123"));
  assert_true(client_says(&p.c, "Not at night"));
  assert_true(client_says(&p.c, "Your team supports them."));
  get(&p.c, "/people");
  assert_true(client_says(&p.c, "Ada Thrift"));
  client_close(&p.c);
}

static bool no_key(struct db *db, struct arena *a, const struct record_type *t,
                   const struct field *f, const void *row, struct str plain, struct str *sealed) {
  (void)db, (void)a, (void)t, (void)f, (void)row, (void)plain, (void)sealed;
  return false;
}

/* One row, one line of history, sealed fields and all; and nobody at all while there are no keys.
 */
static void somebody_new_stands_at_their_first_version(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada", false), back, nobody = named("Nobody");
  assert_int_equal(ada.version, 1);
  assert_true(record_load(t->db, t->arena, &person_type, ada.id, &back));
  assert_int_equal(back.version, 1);
  assert_true(str_eq(back.phone, S("07700 900123")) && str_eq(back.safe_note, ada.safe_note));
  struct revisions h = record_history(t->db, t->arena, &person_type, ada.id, 10);
  assert_int_equal(h.n, 1);
  assert_true(str_eq(h.p[0].what, S("insert")));
  struct person hidden = add(&p, "Vesna", true);
  assert_int_equal(hidden.version, 1);
  assert_true(record_load(t->db, t->arena, &person_type, hidden.id, &back));
  assert_true(str_eq(back.phone, S("07700 900123")) && back.name.n == 0);
  record_sealing_use((struct record_sealing){no_key, NULL});
  db_begin(t->db, STORE_MAIN);
  people_add(t->db, t->arena, &p.amina, &nobody, p.c.now);
  assert_int_not_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  assert_int_equal(
      db_number(t->db, -1, SQL("select count(*) from person where name = 'Nobody'")), 0);
  people_sealing();
  client_close(&p.c);
}

static void another_team_and_a_peer_see_less(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift", false);
  client_as(&p.c, p.peer);
  get_person(&p, &ada, "/people/");
  assert_int_equal(p.c.status, 404); /* not one of theirs */
  day_t today = instant_local_uk(p.c.now).day;
  assert_int_equal(permission_carry(t->db, t->arena, ada.id, p.peer.user_id, today), DB_OK);
  get_person(&p, &ada, "/people/");
  assert_int_equal(p.c.status, 200);
  assert_false(client_says(&p.c, "Only on Tuesdays")); /* class safety */
  client_as(&p.c, p.priya);
  get_person(&p, &ada, "/people/");
  assert_int_equal(p.c.status, 404);
  struct str absent = str_copy(t->arena, p.c.text);
  get(&p.c, "/people/00000000-0000-4000-8000-000000000000");
  assert_int_equal(p.c.status, 404);
  assert_int_equal(absent.n, p.c.text.n);
  get_person(&p, &ada, "/api/people/");
  assert_int_equal(p.c.status, 404);
  client_close(&p.c);
}

static void a_search_finds_parts_of_names(struct db_test *t) {
  struct place p = place_of(t);
  add(&p, "Ada Thriftleaf", false);
  add(&p, "Zo\xc3\xab Curlew", false);
  post(&p.c, "/people", "search=thr");
  assert_true(client_says(&p.c, "Ada Thriftleaf"));
  assert_false(client_says(&p.c, "Curlew"));
  post(&p.c, "/people", "search=cur+ZOE");
  assert_true(client_says(&p.c, "Curlew"));
  post(&p.c, "/people", "search=thr+zoe");
  assert_true(client_says(&p.c, "Nobody you may see has a name like that"));
  post(&p.c, "/people", "search=%25"); /* nothing is a pattern */
  assert_int_equal(p.c.status, 200);
  client_close(&p.c);
}

/* Follows "Show more" to its end; how many people were shown, each once. */
static int page_through(struct place *p) {
  static const char mark[] = "name=\"after\" value=\"";
  char form[2048];
  int shown = 0;
  get(&p->c, "/people");
  for (;;) {
    for (struct str rest = p->c.text; str_contains(rest, S("href=\"/people/")); shown++)
      rest = str_slice(rest, str_find(rest, S("href=\"/people/")) + 10, rest.n);
    shown--; /* the link to somebody new */
    size_t at = str_find(p->c.text, str_of(mark));
    if (at == p->c.text.n) return shown;
    struct str key = str_slice(p->c.text, at + sizeof mark - 1, p->c.text.n);
    key = str_slice(key, 0, str_find_byte(key, '"'));
    snprintf(form, sizeof form, "search=&after=%.*s", P(key));
    post(&p->c, "/people", form);
    assert_int_equal(p->c.status, 200);
  }
}

static void long_lists_go_by_key(struct db_test *t) {
  struct place p = place_of(t);
  char name[32];
  for (int i = 0; i < 107; i++) {
    snprintf(name, sizeof name, "Same Name %d", i % 3);
    add(&p, str_c(t->arena, str_of(name)), false);
  }
  assert_int_equal(page_through(&p), 107);
  post(&p.c, "/people", "after=forged");
  assert_int_equal(p.c.status, 200);
  client_close(&p.c);
}

static void who_hides_stands_nowhere_in_the_clear(struct db_test *t) {
  struct place p = place_of(t);
  struct person hidden = add(&p, "Selkie Farrow", true), row;
  record_clear(&person_type, &row);
  assert_true(record_load(t->db, t->arena, &person_type, hidden.id, &row));
  for (size_t i = 0; i < person_type.n_fields; i++)
    if (!(person_type.fields[i].flags & (SEALED | HIDDEN)))
      assert_false(field_get(&person_type.fields[i], &row).known);
  assert_int_equal(
      db_number(t->db, -1, SQL("select count(*) from revision where changes like '%Selkie%'")), 0);
  get(&p.c, "/people");
  assert_true(client_says(&p.c, "Selkie Farrow"));
  assert_true(client_says(&p.c, "Only you and other named workers can find these"));
  post(&p.c, "/people", "search=selk");
  assert_true(client_says(&p.c, "Selkie Farrow"));
  post(&p.c, "/people", "search=thrift");
  assert_false(client_says(&p.c, "Selkie"));
  get_person(&p, &hidden, "/people/");
  assert_true(client_says(&p.c, "In person only"));
  get_person(&p, &hidden, "/api/people/");
  assert_true(client_says(&p.c, "Selkie Farrow"));
  client_as(&p.c, p.joe); /* the same team, not named */
  get(&p.c, "/people");
  assert_false(client_says(&p.c, "Selkie"));
  assert_false(client_says(&p.c, "named workers"));
  get_person(&p, &hidden, "/people/");
  assert_int_equal(p.c.status, 404);
  client_close(&p.c);
}

static void going_into_hiding_empties_what_stood_there(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thriftleaf", false), row;
  db_begin(t->db, STORE_MAIN);
  assert_int_equal(people_restrict(t->db, t->arena, ada.id, p.amina.user_id, p.c.now), DB_OK);
  assert_int_equal(permission_name_worker(t->db, t->arena, ada.id, p.joe.user_id, 0, DAY_NONE),
                   DB_OK);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  record_clear(&person_type, &row);
  assert_true(record_load(t->db, t->arena, &person_type, ada.id, &row));
  for (size_t i = 0; i < person_type.n_fields; i++)
    if (!(person_type.fields[i].flags & (SEALED | HIDDEN)))
      assert_false(field_get(&person_type.fields[i], &row).known);
  assert_int_equal(
      db_number(t->db, -1, SQL("select count(*) from revision where changes like '%Thriftleaf%'")),
      0);
  get_person(&p, &ada, "/people/");
  assert_int_equal(p.c.status, 404);
  client_as(&p.c, p.joe);
  get_person(&p, &ada, "/people/");
  assert_int_equal(p.c.status, 200);
  assert_true(client_says(&p.c, "Ada Thriftleaf"));
  assert_true(client_says(&p.c, "07700 900123"));
  client_close(&p.c);
}

static void a_number_finds_its_people(struct db_test *t) {
  struct place p = place_of(t);
  int64_t found[3] = {0};
  struct person ada = add(&p, "Ada Thrift", false);
  add(&p, "Selkie Farrow", true); /* the same number, and hides */
  assert_int_equal(people_by_phone(t->db, t->arena, S("+447700900123"), found, 3), 1);
  assert_int_equal(found[0], ada.id);
  add(&p, "Bo Thrift", false);
  assert_int_equal(people_by_phone(t->db, t->arena, S("07700 900 123"), found, 3), 2);
  assert_int_equal(people_restrict(t->db, t->arena, ada.id, p.amina.user_id, p.c.now), DB_OK);
  assert_int_equal(people_by_phone(t->db, t->arena, S("07700900123"), found, 3), 1);
  assert_int_equal(people_by_phone(t->db, t->arena, S("not a number"), found, 3), 0);
  struct person whole;
  assert_true(people_contact(t->db, t->arena, ada.id, CLASS_CONTACT, &whole));
  assert_true(str_eq(whole.phone, S("07700 900123")));
  assert_int_equal(whole.name.n, 0);
  client_close(&p.c);
}

static void no_shows_as_not_asked(struct db_test *t) {
  struct place p = place_of(t);
  struct person v = add(&p, "Vesna", false), other = add(&p, "Piers", false);
  int64_t household = 0;
  people_household_add(t->db, t->arena, S("Capstan Row"), p.amina.user_id, p.c.now, &household);
  people_household_ask(t->db, t->arena, household, v.id, "yes", p.amina.user_id, p.c.now);
  get_person(&p, &v, "/people/");
  assert_true(client_says(&p.c, "Capstan Row"));
  get_person(&p, &other, "/people/");
  struct str not_asked = str_copy(t->arena, p.c.text);
  people_household_ask(t->db, t->arena, household, other.id, "no", p.amina.user_id, p.c.now);
  get_person(&p, &other, "/people/");
  assert_int_equal(not_asked.n, p.c.text.n);
  assert_false(client_says(&p.c, "Capstan Row"));
  people_household_ask(t->db, t->arena, household, v.id, "no", p.amina.user_id, p.c.now);
  get_person(&p, &v, "/people/");
  assert_false(client_says(&p.c, "Capstan Row")); /* the newest answer counts */
  client_close(&p.c);
}

static void each_look_is_written_down(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift", false);
  struct audit_looks looks = {0};
  get_person(&p, &ada, "/people/");
  get(&p.c, "/people");
  client_as(&p.c, p.priya);
  get_person(&p, &ada, "/people/"); /* saw nothing */
  assert_true(audit_who_looked(t->db, t->arena, ada.id, 0, 10, &looks));
  assert_int_equal(looks.n, 2);
  for (size_t i = 0; i < looks.n; i++) assert_int_equal(looks.p[i].entry.user_id, p.amina.user_id);
  assert_int_equal(looks.p[0].classes, CLASS_IDENTITY | CLASS_CONTACT);
  client_close(&p.c);
}

static void the_demo_has_its_people(struct db_test *t) {
  struct place p = place_of(t);
  struct progress none = {0};
  struct why why;
  assert_true(accounts_domain.demo(t->db, t->arena, 1, p.c.now, &none, &why));
  if (!people_domain.demo(t->db, t->arena, 1, p.c.now, &none, &why)) fail_msg("%s", why.text);
  struct str first = {0};
  struct rows r;
  assert_true(db_one(&r, t->db, t->arena, SQL("select min(name) from person where invented = 1")));
  first = row_text(&r, 0);
  db_done(&r);
  assert_true(first.n > 0);
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from person where invented = 1")), 62);
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from person where invented is null")),
                   0);
  assert_int_equal(permission_domain.doctor(t->db, t->arena, p.c.now, &(struct buf){0}), 0);
  client_close(&p.c);
}

int main(void) {
  static const struct db_test_case cases[] = {DB_TEST(support_starts_with_a_name_and_a_safe_way),
                                              DB_TEST(somebody_new_stands_at_their_first_version),
                                              DB_TEST(another_team_and_a_peer_see_less),
                                              DB_TEST(a_search_finds_parts_of_names),
                                              DB_TEST(long_lists_go_by_key),
                                              DB_TEST(who_hides_stands_nowhere_in_the_clear),
                                              DB_TEST(going_into_hiding_empties_what_stood_there),
                                              DB_TEST(a_number_finds_its_people),
                                              DB_TEST(no_shows_as_not_asked),
                                              DB_TEST(each_look_is_written_down),
                                              DB_TEST(the_demo_has_its_people)};
  const struct migrations lists[] = {db_migrations,     audit_migrations,    web_migrations,
                                     record_migrations, accounts_migrations, permission_migrations,
                                     people_migrations};
  return db_test_run("people", cases, countof(cases), lists, countof(lists));
}
