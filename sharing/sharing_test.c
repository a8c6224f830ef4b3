/* What a person allows, opening in an emergency, hiding, covers, guests, notices, declared returns
 * and a resident's own sign-in: through the pages, on both databases. */
#include <stdio.h>
#include "accounts/testing.h"
#include "db/testing.h"
#include "people/part.h"
#include "safeguarding/safeguarding.h"
#include "sharing/sharing.h"
#include "web/testing.h"

extern const struct migrations web_migrations, record_migrations, audit_migrations,
    accounts_migrations, permission_migrations, people_migrations, messages_migrations,
    safeguarding_migrations, sharing_migrations;
static const struct domain *const domains[] = {
    &web_domain,      &accounts_domain,     &permission_domain, &people_domain,
    &messages_domain, &safeguarding_domain, &sharing_domain};

struct place {
  struct db_test *t;
  struct client c;
  struct actor amina, joe, lead, manager, safi, priya, admin;
  int64_t north, south, health;
};

static struct place place_of(struct db_test *t) {
  struct place p = {.t = t,
                    .c = client_open(t->db, domains, countof(domains), &accounts_session_hooks)};
  instant_t now = p.c.now;
  people_sealing();
  people_parts_use(domains, countof(domains));
  p.north = test_team(t->db, t->arena, "Harbour Lights", "North", FUNCTION_SUPPORT, "own", now);
  p.south = test_team(t->db, t->arena, "Harbour Lights", "South", FUNCTION_SUPPORT, "own", now);
  p.health = test_team(t->db, t->arena, "Coast NHS", "Health", FUNCTION_SUPPORT, "own", now);
  p.amina = test_user(t->db, t->arena, p.north, "amina thrift", ROLE_KEY_WORKER, "", now);
  p.joe = test_user(t->db, t->arena, p.north, "joe lark", ROLE_KEY_WORKER, "", now);
  p.manager = test_user(t->db, t->arena, p.north, "mo marram", ROLE_MANAGER, "", now);
  p.safi = test_user(t->db, t->arena, p.south, "safi grey", ROLE_SAFEGUARDING, "", now);
  p.priya = test_user(t->db, t->arena, p.health, "priya kelp", ROLE_KEY_WORKER, "", now);
  client_as(&p.c, p.amina);
  return p;
}

static struct person add(struct place *p, const char *name) {
  struct person person;
  record_clear(&person_type, &person);
  person.name = str_of(name), person.safe_way = S("phone"), person.phone = S("07700 900123");
  db_begin(p->t->db, STORE_MAIN);
  people_add(p->t->db, p->t->arena, &p->amina, &person, p->c.now);
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
  return person;
}

static const char *path_of(struct place *p, const struct person *person, const char *below) {
  struct str id = uuid_str(p->t->arena, person->public_id);
  return str_c(p->t->arena, str_format(p->t->arena, "/people/%.*s%s", P(id), below));
}

static int64_t organisation(struct place *p, const char *name) {
  return db_number(p->t->db, 0, SQL("select id from member_organisation where name = ?1"),
                   V(str_of(name)));
}

static PRINTF_LIKE(2, 3) const char *form_of(struct place *p, const char *format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  return str_c(p->t->arena, str_of(text));
}

static struct str between(struct client *c, const char *before, char end) {
  size_t at = str_find(c->text, str_of(before)) + strlen(before);
  assert_true(at < c->text.n);
  struct str rest = str_slice(c->text, at, c->text.n);
  return str_copy(&c->arena, str_slice(rest, 0, str_find_byte(rest, end)));
}

/* The rows of a page's list, and how often something stands in them. */
static struct str c_rows(struct client *c) {
  struct str from = str_slice(c->text, str_find(c->text, S("<ul class=\"rows\">")), c->text.n);
  return str_slice(from, 0, str_find(from, S("</ul>")));
}

static int times(struct str text, const char *words) {
  int n = 0;
  for (size_t at; (at = str_find(text, str_of(words))) < text.n; n++)
    text = str_slice(text, at + 1, text.n);
  return n;
}

static int sees(struct place *p, const struct actor *who, const struct person *person) {
  client_as(&p->c, *who);
  get(&p->c, path_of(p, person, ""));
  return p->c.status;
}

static void agree(struct place *p) {
  client_as(&p->c, p->manager);
  post(&p->c, "/agreements/new",
       form_of(p,
               "title=Work+and+health&purpose=Joined+support&organisation=%lld&class=identity&"
               "class=contact&class=plan&article6=6(1)(e)&notice_version=3&from=2026-10-01&"
               "review=2027-10-01&capacity=joint",
               (long long)organisation(p, "Coast NHS")));
  assert_int_equal(p->c.status, 303);
}

#define ANSWER "organisation=%lld&class=identity&class=contact&answer=%s&how=said&language=en"
/* PRACTICE 2: an agreement and the person's yes, or nothing; taking it back stops it. */
static void sharing_takes_an_agreement_and_a_yes(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thriftleaf");
  agree(&p);
  get(&p.c, "/agreements");
  assert_true(client_says(&p.c, "Work and health"));
  const char *agreement =
      str_c(t->arena, between(&p.c, "<h2 class=\"h3\"><a href=\"/agreements/", '"'));
  client_as(&p.c, p.amina);
  post(&p.c, path_of(&p, &ada, "/permission/share"),
       form_of(&p, "team=%lld&agreement=%s&class=identity&class=contact", (long long)p.health,
               agreement));
  assert_int_equal(p.c.status, 303);
  assert_int_equal(sees(&p, &p.priya, &ada), 404); /* no yes yet */
  client_as(&p.c, p.amina);
  post(&p.c, path_of(&p, &ada, "/permission/choice"),
       form_of(&p, ANSWER, (long long)organisation(&p, "Coast NHS"), "yes"));
  assert_int_equal(p.c.status, 303);
  assert_int_equal(sees(&p, &p.priya, &ada), 200);
  client_as(&p.c, p.amina);
  get(&p.c, path_of(&p, &ada, "/permission"));
  assert_true(client_says(&p.c, "notice 3"));
  post(&p.c, path_of(&p, &ada, "/permission/choice"),
       form_of(&p, ANSWER, (long long)organisation(&p, "Coast NHS"), "withdrawn"));
  assert_int_equal(sees(&p, &p.priya, &ada), 404);
  client_as(&p.c, p.amina);
  post(&p.c, path_of(&p, &ada, "/permission/share"),
       form_of(&p, "team=%lld&agreement=%s&class=health", (long long)p.health, agreement));
  assert_int_equal(p.c.status, 422); /* more than the agreement covers */
  client_close(&p.c);
}

/* PRACTICE 3: that somebody worried about Ada is told in no list of who looked until the lead says
 * that telling is safe; the safeguarding lead reads the whole list. */
static void a_worry_is_not_told_by_who_looked(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thriftleaf");
  struct str id = uuid_str(t->arena, ada.public_id);
  get(&p.c, path_of(&p, &ada, "/permission/looked"));
  get(&p.c, path_of(&p, &ada, "/permission/looked"));
  struct str before = str_copy(t->arena, c_rows(&p.c));
  post(&p.c, "/worried",
       form_of(&p, "about=%.*s&age=adult&seen=A+bruise&wants=nothing+yet", P(id)));
  assert_int_equal(p.c.status, 303);
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from concern")), 1);
  get(&p.c, path_of(&p, &ada, "/permission/looked"));
  assert_int_equal(times(c_rows(&p.c), "<li>"), times(before, "<li>") + 1); /* that look alone */
  db_begin(t->db, STORE_MAIN);
  db_run(t->db, SQL("insert into concern_event (concern_id, at, by_user, kind) select id, "
                    "raised_at, ?1, 'telling_safe' from concern"),
         V(p.safi.user_id));
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  get(&p.c, path_of(&p, &ada, "/permission/looked"));
  assert_true(times(c_rows(&p.c), "<li>") > times(before, "<li>") + 2);
  client_close(&p.c);
}

/* D5: coded reason, sentence, one record, an hour; reviewed by another; red after three days. */
static void an_emergency_is_reviewed_by_another(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thriftleaf"), ben = add(&p, "Ben Samphire");
  struct str reference = people_reference(t->arena, ada.public_id);
  assert_int_equal(sees(&p, &p.joe, &ada), 404);
  post(&p.c, "/emergency",
       form_of(&p, "reference=%.*s&reason=danger&sentence=short", P(reference)));
  assert_int_equal(p.c.status, 422);
  const char *form =
      form_of(&p, "reference=%.*s&reason=danger&sentence=He+rang+and+is+in+danger", P(reference));
  client_as(&p.c, p.priya); /* another organisation's: like a reference of nobody */
  post(&p.c, "/emergency", form);
  assert_int_equal(p.c.status, 422);
  client_as(&p.c, p.joe);
  post(&p.c, "/emergency", form);
  assert_int_equal(p.c.status, 303);
  assert_int_equal(sees(&p, &p.joe, &ada), 200);
  assert_int_equal(sees(&p, &p.joe, &ben), 404);
  p.c.now += (instant_t)61 * 60 * 1000000;
  assert_int_equal(sees(&p, &p.joe, &ada), 404);
  client_as(&p.c, p.manager);
  get(&p.c, "/me");
  assert_true(client_says(&p.c, "opened in an emergency"));
  get(&p.c, "/oversight");
  assert_true(client_says(&p.c, "joe lark"));
  assert_false(client_says(&p.c, "more than three working days"));
  p.c.now += (instant_t)4 * 24 * 3600 * 1000000;
  get(&p.c, "/oversight");
  assert_true(client_says(&p.c, "more than three working days"));
  assert_int_equal(permission_glass_overdue(t->db, t->arena, instant_local_uk(p.c.now).day), 1);
  const char *review = form_of(&p, "/oversight/%.*s", P(between(&p.c, "href=\"/oversight/", '"')));
  get(&p.c, review);
  assert_true(client_says(&p.c, "He rang and is in danger"));
  post(&p.c, review, "finding=needed&note=It+was");
  assert_int_equal(p.c.status, 303);
  get(&p.c, review);
  assert_int_equal(p.c.status, 404);
  assert_int_equal(permission_glass_overdue(t->db, t->arena, instant_local_uk(p.c.now).day), 0);
  client_close(&p.c);
}

/* Whoever opened it never reviews it, manager or not. */
static void nobody_reviews_themselves(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thriftleaf");
  client_as(&p.c, p.safi);
  post(&p.c, "/emergency",
       form_of(&p, "reference=%.*s&reason=legal&sentence=A+court+asked+for+it+now",
               P(people_reference(t->arena, ada.public_id))));
  assert_int_equal(p.c.status, 303);
  get(&p.c, "/oversight");
  assert_true(client_says(&p.c, "None waits."));
  client_as(&p.c, p.manager);
  get(&p.c, "/oversight");
  assert_true(client_says(&p.c, "safi grey"));
  client_close(&p.c);
}

static void i_know_this_person(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thriftleaf");
  client_as(&p.c, p.amina);
  post(&p.c, path_of(&p, &ada, "/permission/know"), "");
  assert_int_equal(p.c.status, 422);
  post(&p.c, path_of(&p, &ada, "/permission/know"), "sure=yes");
  assert_int_equal(p.c.status, 303);
  assert_int_equal(sees(&p, &p.amina, &ada), 404);
  /* Not by an emergency either. */
  post(&p.c, "/emergency",
       form_of(&p, "reference=%.*s&reason=danger&sentence=I+want+to+see+her+record",
               P(people_reference(t->arena, ada.public_id))));
  assert_int_equal(p.c.status, 422);
  client_close(&p.c);
}

static void hiding_leaves_the_named_workers(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thriftleaf");
  assert_int_equal(sees(&p, &p.manager, &ada), 200);
  client_as(&p.c, p.amina);
  post(&p.c, path_of(&p, &ada, "/permission/hide"),
       form_of(&p, "worker=%lld&sure=yes", (long long)p.amina.user_id));
  assert_int_equal(p.c.status, 303);
  assert_int_equal(sees(&p, &p.manager, &ada), 404);
  assert_int_equal(sees(&p, &p.amina, &ada), 200);
  assert_true(client_says(&p.c, "Ada Thriftleaf"));
  post(&p.c, path_of(&p, &ada, "/permission/worker"),
       form_of(&p, "worker=%lld", (long long)p.joe.user_id));
  assert_int_equal(p.c.status, 303);
  assert_int_equal(sees(&p, &p.joe, &ada), 200);
  client_close(&p.c);
}

static void cover_ends_by_itself(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thriftleaf");
  client_as(&p.c, p.amina);
  post(&p.c, "/cover",
       form_of(&p, "standing_in=%lld&from=2026-11-02&to=2026-11-04", (long long)p.joe.user_id));
  assert_int_equal(p.c.status, 303);
  assert_int_equal(sees(&p, &p.joe, &ada), 200);
  p.c.now += (instant_t)3 * 24 * 3600 * 1000000;
  assert_int_equal(sees(&p, &p.joe, &ada), 404);
  client_close(&p.c);
}

static void a_team_sees_more_only_with_a_reason(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thriftleaf");
  struct actor south =
      test_user(t->db, t->arena, p.south, "sol south", ROLE_KEY_WORKER, "", p.c.now);
  struct rows r;
  assert_true(
      db_one(&r, t->db, t->arena, SQL("select public_id from team where id = ?1"), V(p.south)));
  const char *path = form_of(&p, "/teams/%.*s/sees", P(row_text(&r, 0)));
  db_done(&r);
  client_as(&p.c, p.manager);
  post(&p.c, path, "sees=organisation");
  assert_int_equal(p.c.status, 422);
  post(&p.c, path, "sees=organisation&reason=One+desk+for+both+teams");
  assert_int_equal(p.c.status, 303);
  get(&p.c, "/teams");
  assert_true(client_says(&p.c, "One desk for both teams"));
  assert_int_equal(sees(&p, &south, &ada), 200);
  get(&p.c, "/people");
  assert_true(client_says(&p.c, "Ada Thriftleaf"));
  enum db_result result;
  assert_int_equal(permission_rebuild(t->db, t->arena, 0, &result), 0);
  client_close(&p.c);
}

static void ones_own_surname_raises_a_review(struct db_test *t) {
  struct place p = place_of(t);
  client_as(&p.c, p.amina);
  post(&p.c, "/people", "search=samphire");
  post(&p.c, "/people", "search=thrift");
  client_as(&p.c, p.manager);
  get(&p.c, "/oversight");
  assert_true(client_says(&p.c, "searched for their own surname"));
  post(&p.c, "/oversight/search",
       form_of(&p, "search=%.*s", P(between(&p.c, "name=\"search\" value=\"", '"'))));
  get(&p.c, "/oversight");
  assert_false(client_says(&p.c, "searched for their own surname"));
  client_close(&p.c);
}

static void a_guest_sees_what_was_opened_for_the_hour(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thriftleaf");
  client_as(&p.c, p.amina);
  post(&p.c, path_of(&p, &ada, "/guest"), "guest=Jan,+jobcentre&class=identity&here=yes");
  assert_int_equal(p.c.status, 303);
  const char *sheet = str_c(t->arena, client_header(&p.c, "Location"));
  get(&p.c, sheet);
  assert_true(client_says(&p.c, "Ada Thriftleaf"));
  assert_false(client_says(&p.c, "07700 900123"));
  client_as(&p.c, p.manager); /* sees her, but it is not their screen */
  get(&p.c, sheet);
  assert_int_equal(p.c.status, 404);
  client_as(&p.c, p.amina);
  p.c.now += (instant_t)61 * 60 * 1000000;
  get(&p.c, sheet);
  assert_true(client_says(&p.c, "This meeting is over"));
  assert_false(client_says(&p.c, "Ada Thriftleaf"));
  client_close(&p.c);
}

static void a_notice_takes_two_and_its_count_is_public(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thriftleaf");
  client_as(&p.c, p.manager);
  post(&p.c, "/disclosures",
       form_of(&p,
               "reference=%.*s&asked_by=court&power=An+order&received=2026-11-01&advice=A+"
               "solicitor&anything=yes&given=Two+dates&told=yes",
               P(people_reference(t->arena, ada.public_id))));
  assert_int_equal(p.c.status, 303);
  get(&p.c, "/disclosures/counts");
  assert_true(client_says(&p.c, "It has not happened."));
  get(&p.c, "/disclosures");
  assert_true(client_says(&p.c, "Waits for a second person."));
  client_as(&p.c, p.safi);
  get(&p.c, "/disclosures");
  post(&p.c,
       form_of(&p, "/disclosures/%.*s/second", P(between(&p.c, "action=\"/disclosures/", '/'))),
       "");
  assert_int_equal(p.c.status, 303);
  client_as(&p.c, (struct actor){0});
  get(&p.c, "/disclosures/counts");
  assert_true(client_says(&p.c, "A court"));
  assert_false(client_says(&p.c, "Two dates"));
  client_close(&p.c);
}

/* Generated from every field of every record: what must never be sent cannot be declared. */
static void forbidden_fields_are_never_declared(struct db_test *t) {
  struct record_types all = record_types();
  struct why why;
  size_t refused = 0, allowed = 0;
  for (size_t i = 0; i < all.n; i++)
    for (size_t f = 0; f < all.p[i]->n_fields; f++) {
      const struct field *field = &all.p[i]->fields[f];
      uint32_t bad = CLASS_HEALTH | CLASS_OFFENCES | CLASS_SAFETY | CLASS_EQUALITY | CLASS_CONTACTS;
      bool may =
          return_field_allowed(str_format(t->arena, "%s.%s", all.p[i]->name, field->name), &why);
      if (field->data_class & bad || field->kind == KIND_LONG) assert_false(may);
      if (may)
        allowed++;
      else
        refused++;
    }
  assert_true(refused > 5 && allowed > 5);
  static const char *const never[] = {"contact.attended",     "referral.declined_why",
                                      "person.safe_note",     "visit.notes",
                                      "engagement.ended_why", "person.nothing"};
  struct declared_returns out;
  for (size_t i = 0; i < countof(never); i++) {
    assert_false(return_field_allowed(str_of(never[i]), &why));
    assert_false(returns_parse(
        t->arena,
        str_format(t->arena, "code,name,goes_to,why,field,words\nx,X,Y,Z,%s,W\n", never[i]), &out,
        &why));
  }
  assert_true(returns_parse(
      t->arena, S("code,name,goes_to,why,field,words\nx,X,Y,Z,person.born_on,W\n"), &out, &why));
}

static void five_tries_close_a_card(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thriftleaf");
  struct client hers = client_open(t->db, domains, countof(domains), &accounts_session_hooks);
  client_as(&p.c, p.amina);
  post(&p.c, path_of(&p, &ada, "/permission/card"), "phrase=blue+boat+at+noon&face=yes");
  const char *card = str_c(t->arena, between(&p.c, "<code translate=\"no\">", '<'));
  get(&hers, "/enter");
  for (int i = 0; i < RESIDENT_TRIES_MAX; i++)
    post(&hers, "/enter", form_of(&p, "card=%s&phrase=wrong+phrase", card));
  post(&hers, "/enter", form_of(&p, "card=%s&phrase=blue+boat+at+noon", card));
  assert_int_equal(hers.status, 422);
  client_close(&hers);
  client_close(&p.c);
}

int main(void) {
  static const struct db_test_case cases[] = {DB_TEST(sharing_takes_an_agreement_and_a_yes),
                                              DB_TEST(a_worry_is_not_told_by_who_looked),
                                              DB_TEST(an_emergency_is_reviewed_by_another),
                                              DB_TEST(nobody_reviews_themselves),
                                              DB_TEST(i_know_this_person),
                                              DB_TEST(hiding_leaves_the_named_workers),
                                              DB_TEST(cover_ends_by_itself),
                                              DB_TEST(a_team_sees_more_only_with_a_reason),
                                              DB_TEST(ones_own_surname_raises_a_review),
                                              DB_TEST(a_guest_sees_what_was_opened_for_the_hour),
                                              DB_TEST(a_notice_takes_two_and_its_count_is_public),
                                              DB_TEST(forbidden_fields_are_never_declared),
                                              DB_TEST(five_tries_close_a_card)};
  const struct migrations lists[] = {db_migrations,     record_migrations,   audit_migrations,
                                     web_migrations,    accounts_migrations, permission_migrations,
                                     people_migrations, messages_migrations,
                                     safeguarding_migrations, sharing_migrations};
  return db_test_run("sharing", cases, countof(cases), lists, countof(lists));
}
