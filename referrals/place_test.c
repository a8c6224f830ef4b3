/* place_test: the place the tests happen in. */
#include <stdio.h>
#include "referrals/referrals_test.h"

extern const struct migrations web_migrations;
static const struct domain *const domains[] = {&web_domain,    &accounts_domain, &permission_domain,
                                               &places_domain, &finding_domain,  &directory_domain,
                                               &people_domain, &referrals_domain};

static const char *const postcodes = "pcds,doterm,oslaua,osward,lsoa21,lat,long\n"
                                     "ZB1 1AA,,Z08000001,Z05000001,Z01000001,54.5,1.7\n"
                                     "ZB2 2BB,,Z08000001,Z05000002,Z01000002,54.6,1.8\n";

static void area(struct town *p, const char *kind, const char *code, const char *name,
                 const char *parent) {
  struct area_new a = {.kind = str_of(kind), .code = str_of(code), .name = str_of(name),
                       .parent_code = str_of(parent), .edition = S("test"), .source = S("invented"),
                       .centre = {54.5, 1.7}};
  assert_int_equal(places_area_put(p->t->db, p->t->arena, &a, p->c.now), DB_OK);
}

static void areas(struct town *p) {
  struct import_count count;
  struct why why = {0};
  db_begin(p->t->db, STORE_MAIN);
  area(p, "la", "Z08000001", "Quayshire", "");
  area(p, "ward", "Z05000001", "Northquay", "Z08000001");
  area(p, "ward", "Z05000002", "Southquay", "Z08000001");
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
  struct csv *c = csv_open_str(p->t->arena, str_of(postcodes));
  assert_true(csv_headers(c, &why));
  if (!places_postcodes_import(p->t->db, p->t->arena, c, S("test"), S("invented"), p->c.now, NULL,
                               &count, &why))
    fail_msg("%s", why.text);
  csv_close(c);
}

struct service a_service(struct town *p, const char *name, const char *rule) {
  static int64_t generation;
  struct organisation o;
  struct service s;
  record_clear(&organisation_type, &o), record_clear(&service_type, &s);
  o.name = S("Quay Trust"), o.invented = 1;
  s.name = str_of(name), s.status = S("active"), s.rule = str_of(rule), s.whole_area = 1;
  s.free = 1, s.invented = 1, s.published_on = TEST_DAY - 300, s.assured_on = TEST_DAY - 10;
  s.phone = S("01632 960123");
  db_begin(p->t->db, STORE_MAIN);
  assert_int_equal(record_insert(p->t->db, p->t->arena, &organisation_type, &o, 0, p->c.now),
                   DB_OK);
  s.organisation = o.id;
  assert_int_equal(record_insert(p->t->db, p->t->arena, &service_type, &s, 0, p->c.now), DB_OK);
  assert_int_equal(directory_changed(p->t->db), DB_OK);
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
  /* The kept picture is the process's own; each test has a database of its own. */
  db_run(p->t->db, SQL("update directory_state set generation = ?1 where id = 1"),
         V(generation += 1000));
  return s;
}

void a_route(struct town *p, int64_t service, int64_t team, const char *area_code, int64_t line) {
  db_run(p->t->db,
         SQL("insert into referral_route (public_id, service_id, team_id, area_code, rule, "
             "place_in_line, answer_days, contact_days, nation, from_day) values (?1, ?2, ?3, ?4, "
             "'', ?5, 5, 3, 'england-and-wales', '2020-01-01')"),
         db_uuid(p->t->arena, uuid_v4()), V(service), V(team), V(str_of(area_code)), V(line));
}

static void workers(struct town *p) {
  struct db *db = p->t->db;
  struct arena *a = p->t->arena;
  instant_t now = p->c.now;
  p->north = test_team(db, a, "Harbour Lights", "North", FUNCTION_SUPPORT, "team", now);
  p->south = test_team(db, a, "Harbour Lights", "South", FUNCTION_SUPPORT, "team", now);
  p->coast = test_team(db, a, "Coast NHS", "Health", FUNCTION_SUPPORT, "team", now);
  int64_t homes = test_team(db, a, "Quayside Homes", "Tenancy", FUNCTION_REFERRER, "own", now);
  int64_t wall = test_team(db, a, "Jobcentre", "Conditionality", FUNCTION_ENFORCEMENT, "own", now);
  p->amina = test_user(db, a, p->north, "amina", ROLE_KEY_WORKER, "", now);
  p->rhian = test_user(db, a, p->north, "rhian", ROLE_TEAM_LEAD, "", now);
  p->dev = test_user(db, a, p->south, "dev", ROLE_KEY_WORKER, "", now);
  p->priya = test_user(db, a, p->coast, "priya", ROLE_KEY_WORKER, "", now);
  p->pat = test_user(db, a, p->coast, "pat", ROLE_TEAM_LEAD, "", now);
  p->hugh = test_user(db, a, homes, "hugh", ROLE_REFERRER, "", now);
  p->basil = test_user(db, a, wall, "basil", ROLE_ENFORCEMENT, "", now);
}

struct town town_of(struct db_test *t) {
  struct why why = {0};
  struct town p = {.t = t,
                   .c = client_open(t->db, domains, countof(domains), &accounts_session_hooks)};
  people_parts_use(domains, countof(domains));
  people_sealing();
  if (!codes_load(t->db, &why)) fail_msg("%s", why.text);
  at_day(&p, TEST_DAY);
  workers(&p);
  areas(&p);
  p.talk = a_service(&p, "Someone to talk to", "everyone");
  p.bikes = a_service(&p, "Free bicycles", "everyone");
  p.young = a_service(&p, "Young people’s boat crew", "age 16 to 24");
  a_route(&p, p.talk.id, p.coast, "", 2);
  a_route(&p, p.bikes.id, p.north, "Z05000001", 1);
  a_route(&p, p.bikes.id, p.coast, "Z05000002", 1);
  a_route(&p, p.young.id, p.north, "", 1);
  uuid_text(p.talk.public_id, p.talk_id), uuid_text(p.bikes.public_id, p.bikes_id);
  uuid_text(p.young.public_id, p.young_id);
  return p;
}

void at_day(struct town *p, day_t day) { p->c.now = local_uk_instant(day, 12 * 60); }

void sign_in_as(struct town *p, const struct actor *who) {
  p->c.cookies = (struct str){0};
  client_as(&p->c, who ? *who : (struct actor){0});
}

void say_form(struct town *p, const char *path, const char *form) { post(&p->c, path, form); }

/* The hidden fields the page carried on, as a browser would send them. */
static void carry(struct arena *a, struct str page, struct buf *form) {
  struct str mark = S("<input type=\"hidden\" name=\"");
  size_t send = str_find(page, S("action=\"/refer/send\""));
  for (struct str rest = str_slice(page, send, page.n); str_contains(rest, mark);) {
    rest = str_slice(rest, str_find(rest, mark) + mark.n, rest.n);
    struct str name = str_cut(&rest, '"'), value;
    rest = str_slice(rest, str_find(rest, S("value=\"")) + 7, rest.n);
    value = str_cut(&rest, '"');
    if (!str_eq(name, S("csrf"))) client_field(form, str_c(a, name), value);
  }
}

void refer_with(struct town *p, const char *start, const char *five) {
  struct buf form = buf_open(1 << 14);
  post(&p->c, "/refer", start);
  if (p->c.status == 200 && str_contains(p->c.text, S("action=\"/refer/send\""))) {
    carry(p->t->arena, p->c.text, &form);
    buf_format(&form, "&%s", five);
    post(&p->c, "/refer/send", str_c(p->t->arena, buf_str(&form)));
  }
  buf_free(&form);
}

int64_t count_of(struct town *p, const struct sql *sql) {
  return db_number_(p->t->db, -1, sql, NULL, 0);
}

struct str newest_leg(struct town *p) {
  struct rows r;
  struct str id = {0};
  if (db_one(&r, p->t->db, p->t->arena,
             SQL("select public_id from referral_leg where id = (select max(id) from "
                 "referral_leg)"))) {
    id = row_text(&r, 0);
    db_done(&r);
  }
  return id;
}

static const char *leg_path(struct town *p, struct str leg) {
  return str_c(p->t->arena, str_format(p->t->arena, "/referrals/%.*s", P(leg)));
}

void open_leg(struct town *p, struct str leg) { get(&p->c, leg_path(p, leg)); }

void on_leg(struct town *p, struct str leg, const char *form) {
  post(&p->c, leg_path(p, leg), form);
  if (p->c.status == 303) follow(&p->c);
}

struct person a_person(struct town *p, const struct actor *by, const char *name, bool hidden) {
  struct person person;
  record_clear(&person_type, &person);
  person.name = str_of(name), person.safe_way = S("phone"), person.phone = S("07700 900123");
  person.born_on = day_of(1990, 5, 5), person.safe_note = S("Only on Tuesdays");
  if (!hidden) person.ward_code = S("Z05000001");
  db_begin(p->t->db, STORE_MAIN);
  (hidden ? people_add_restricted : people_add)(p->t->db, p->t->arena, by, &person, p->c.now);
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
  return person;
}

struct partner a_partner(struct town *p, const char *name, const char *route,
                         enum function function, bool verified) {
  struct partner partner = {.name = str_of(name), .route = str_of(route), .function = function,
                            .team_id = p->coast, .verified_on = verified ? TEST_DAY - 9 : DAY_NONE};
  int64_t id = partner_add(p->t->db, p->t->arena, &partner, p->pat.user_id, p->c.now);
  assert_true(id && partner_load(p->t->db, p->t->arena, id, &partner));
  return partner;
}

struct str a_token(struct town *p, const struct partner *partner, const char *kind, day_t expires) {
  struct rows r;
  int64_t id =
      link_add(p->t->db, p->t->arena, partner->id, kind, expires, p->pat.user_id, p->c.now);
  assert_true(db_one(&r, p->t->db, p->t->arena,
                     SQL("select public_id from referral_link where id = ?1"), V(id)));
  struct str token = link_token(p->t->arena, row_uuid(&r, 0), expires);
  db_done(&r);
  return token;
}

bool says(struct town *p, const char *words) { return client_says(&p->c, words); }
