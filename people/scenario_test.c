/* The parts of the acceptance scenarios that people carries, through pages and calls on both
 * databases; each is run again on a build with a fault planted, where it must fail (meson.build).
 */
#include <stdio.h>
#include "accounts/testing.h"
#include "audit/audit.h"
#include "base/planted.h"
#include "db/seal.h"
#include "db/testing.h"
#include "people/inside.h"
#include "web/testing.h"

extern const struct migrations web_migrations, accounts_migrations, permission_migrations,
    places_migrations, people_migrations;
static const struct domain *const domains[] = {&web_domain, &accounts_domain, &permission_domain,
                                               &people_domain};
static const instant_t one_day = (instant_t)86400 * 1000000;

struct place {
  struct db_test *t;
  struct client c;
  int64_t north, weavers;
  struct actor greta, lead, manager, peer, other;
};

static struct place place_of(struct db_test *t) {
  struct place p = {.t = t,
                    .c = client_open(t->db, domains, countof(domains), &accounts_session_hooks)};
  instant_t now = p.c.now;
  people_sealing();
  seal_forget();
  people_parts_use(domains, countof(domains));
  p.north = test_team(t->db, t->arena, "Harbour Lights", "North", FUNCTION_SUPPORT, "own", now);
  p.weavers = test_team(t->db, t->arena, "Weavers", "Row", FUNCTION_SUPPORT, "team", now);
  p.greta = test_user(t->db, t->arena, p.north, "greta", ROLE_KEY_WORKER, "", now);
  p.lead = test_user(t->db, t->arena, p.north, "lead", ROLE_TEAM_LEAD, "", now);
  p.manager = test_user(t->db, t->arena, p.north, "manager", ROLE_MANAGER, "", now);
  p.peer = test_user(t->db, t->arena, p.weavers, "peer", ROLE_PEER, "", now);
  p.other = test_user(t->db, t->arena, p.weavers, "other", ROLE_KEY_WORKER, "", now);
  client_as(&p.c, p.greta);
  return p;
}

static day_t today_of(const struct place *p) { return instant_local_uk(p->c.now).day; }

static struct person add(struct place *p, const struct actor *by, const char *name) {
  struct person person;
  record_clear(&person_type, &person);
  person.name = str_of(name), person.safe_way = S("phone"), person.phone = S("07700 900123");
  db_begin(p->t->db, STORE_MAIN);
  people_add(p->t->db, p->t->arena, by, &person, p->c.now);
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
  return person;
}

static const char *path_of(struct place *p, const struct person *person, const char *rest) {
  return str_c(p->t->arena, str_format(p->t->arena, "%s/people/%.*s%s",
                                       str_starts(str_of(rest), S("api:")) ? "/api" : "",
                                       P(uuid_str(p->t->arena, person->public_id)),
                                       str_starts(str_of(rest), S("api:")) ? rest + 4 : rest));
}

/* The value of a hidden field of the last page. */
static struct str hidden(struct place *p, const char *name) {
  struct str mark = str_format(p->t->arena, "name=\"%s\" value=\"", name);
  size_t at = str_find(p->c.text, mark);
  struct str value = str_slice(p->c.text, at + mark.n, p->c.text.n);
  return str_copy(p->t->arena, str_slice(value, 0, str_find_byte(value, '"')));
}

static void send(struct place *p, const char *path, const char *fields, struct str base) {
  struct buf form = buf_open(1 << 14);
  buf_format(&form, "%s", fields);
  if (base.n) client_field(&form, "base", base);
  post(&p->c, path, str_c(p->t->arena, buf_str(&form)));
  buf_free(&form);
}

/* The last page without its form tokens, which are masked afresh each time. */
static struct str bytes(struct place *p, const char *path) {
  static const char mark[] = "name=\"csrf\" value=\"";
  struct buf out = buf_open(1 << 20);
  get(&p->c, path);
  assert_int_equal(p->c.status, 200);
  struct str text = p->c.text;
  while (text.n) {
    size_t at = str_find(text, str_of(mark));
    buf_put(&out, str_slice(text, 0, at));
    text = str_slice(text, at == text.n ? at : at + sizeof mark - 1, text.n);
    if (text.n) text = str_slice(text, str_find_byte(text, '"'), text.n);
  }
  struct str all = str_copy(p->t->arena, buf_str(&out));
  buf_free(&out);
  return all;
}

/* ---- S09 ---- */

static const char *const views[] = {
    "",     "/groups",     "/agreement",     "/history",    "/edit/contact",
    "api:", "api:/groups", "api:/agreement", "api:/history"};

static void remember(struct place *p, const struct person *of, struct str *all) {
  for (size_t i = 0; i < countof(views); i++) all[i] = bytes(p, path_of(p, of, views[i]));
}

static void same_as(struct place *p, const struct person *of, const struct str *all) {
  for (size_t i = 0; i < countof(views); i++) {
    struct str now = bytes(p, path_of(p, of, views[i]));
    if (!str_eq(all[i], now)) fail_msg("another member shows on %s", views[i]);
  }
}

static void eight_hundred_households(struct place *p) {
  struct db *db = p->t->db;
  int64_t group = 0;
  db_begin(db, STORE_MAIN);
  for (int i = 0; i < 1600; i++) {
    struct arena scratch = *p->t->arena;
    struct person one;
    record_clear(&person_type, &one);
    one.name = S("Somebody"), one.safe_way = S("post");
    people_add(db, &scratch, &p->greta, &one, p->c.now);
    if (i % 2 == 0)
      people_household_add(db, &scratch, S("Pair"), p->greta.user_id, p->c.now, &group);
    people_household_ask(db, &scratch, group, one.id, "yes", p->greta.user_id, p->c.now);
  }
  assert_int_equal(db_commit(db, STORE_MAIN), DB_OK);
}

static const char *start_group(struct place *p, const struct person *first) {
  static const char mark[] = "href=\"/groups/";
  post(&p->c, path_of(p, first, "/groups"), "name=Capstan+table");
  assert_int_equal(p->c.status, 303);
  assert_true(follow(&p->c));
  struct str at = str_slice(p->c.text, str_find(p->c.text, str_of(mark)) + 6, p->c.text.n);
  return str_c(p->t->arena, str_copy(p->t->arena, str_slice(at, 0, str_find_byte(at, '"'))));
}

static void ask(struct place *p, const char *group, const struct person *who, const char *answer) {
  char form[128], path[96], id[37];
  uuid_text(who->public_id, id);
  snprintf(form, sizeof form, "person=%s&answer=%s&how=said", id, answer);
  snprintf(path, sizeof path, "%s/ask", group);
  get(&p->c, group); /* for its form's token */
  post(&p->c, path, form);
  assert_int_equal(p->c.status, 303);
}

/* What each member is asked and says: the other's pages do not move by a byte. */
static void answers_show_to_nobody(struct place *p, const struct person *v,
                                   const struct person *piers, const char *group) {
  struct str all[countof(views)];
  remember(p, piers, all);
  ask(p, group, piers, "no");
  same_as(p, piers, all); /* "no" is "not asked", on their own page too */
  ask(p, group, piers, "yes");
  get(&p->c, path_of(p, piers, "/groups"));
  assert_true(client_says(&p->c, "Capstan table"));
  assert_false(client_says(&p->c, "Vesna"));
  remember(p, piers, all);
  get(&p->c, path_of(p, v, "/edit/safety"));
  send(p, path_of(p, v, "/edit/safety"), "safe_note=He+must+not+know&code_word=gull",
       hidden(p, "base"));
  assert_int_equal(p->c.status, 303);
  same_as(p, piers, all);
  assert_int_equal(people_restrict(p->t->db, p->t->arena, v->id, p->greta.user_id, p->c.now),
                   DB_OK);
  same_as(p, piers, all); /* one goes into hiding: nothing moves */
}

static void S09_households_into_work(struct db_test *t) {
  struct place p = place_of(t);
  struct buf report = buf_open(1 << 12);
  struct person v = add(&p, &p.greta, "Vesna Alderfen"),
                piers = add(&p, &p.greta, "Piers Alderfen");
  eight_hundred_households(&p);
  people_households_text(t->db, true, &report);
  assert_true(str_eq(buf_str(&report), S("people,households\r\n1600,800\r\n")));
  buf_free(&report);
  get(&p.c, path_of(&p, &piers, "/edit/contact"));
  send(&p, path_of(&p, &piers, "/edit/contact"), "safe_way=phone&address=9+Elsewhere",
       hidden(&p, "base"));
  assert_int_equal(p.c.status, 303); /* a member may live at another address */
  const char *group = start_group(&p, &v);
  post(&p.c, group, "search=piers");
  assert_true(client_says(&p.c, "Piers Alderfen"));
  answers_show_to_nobody(&p, &v, &piers, group);
  get(&p.c, group);
  assert_true(client_says(&p.c, "Piers Alderfen"));
  assert_false(client_says(&p.c, "Vesna"));
  client_as(&p.c, p.other); /* another team's worker: there is no such group */
  get(&p.c, group);
  assert_int_equal(p.c.status, 404);
  assert_int_equal(db_number(t->db, -1, SQL("select count(*) from household where name <> ''")), 0);
  client_close(&p.c);
}

/* ---- S14 ---- */

static void fifteen_partners_see_their_own(struct place *p) {
  struct actor by[15];
  char name[32];
  for (int i = 0; i < 15; i++) {
    snprintf(name, sizeof name, "Partner %02d", i);
    char *kept = str_c(p->t->arena, str_of(name));
    int64_t team = test_team(p->t->db, p->t->arena, kept, kept, FUNCTION_SUPPORT, "team", p->c.now);
    by[i] = test_user(p->t->db, p->t->arena, team, kept, ROLE_KEY_WORKER, "", p->c.now);
    add(p, &by[i], str_c(p->t->arena, str_format(p->t->arena, "Only%02d Wren", i)));
  }
  for (int i = 0; i < 15; i++) {
    client_as(&p->c, by[i]);
    get(&p->c, "/people");
    for (int k = 0; k < 15; k++) {
      snprintf(name, sizeof name, "Only%02d", k);
      assert_int_equal(client_says(&p->c, name), k == i);
    }
  }
  client_as(&p->c, p->greta);
}

static void S14_compass(struct db_test *t) {
  struct place p = place_of(t);
  struct person robin = add(&p, &p.greta, "Robin Fairlead");
  char form[256];
  struct ymd born = day_ymd(day_add_months(today_of(&p), -12 * 15 - 4));
  get(&p.c, path_of(&p, &robin, "/edit/identity"));
  snprintf(form, sizeof form, "name=Robin+Fairlead&born_on=%d/%d/%d", born.day, born.month,
           born.year);
  send(&p, path_of(&p, &robin, "/edit/identity"), form, hidden(&p, "base"));
  assert_int_equal(p.c.status, 303);
  get(&p.c, path_of(&p, &robin, "/agreement"));
  assert_true(client_says(&p.c, "Under 16 they agree for themselves"));
  assert_true(client_says(&p.c, "Nobody. They speak for themselves."));
  const char *young = path_of(&p, &robin, "/agreement/young");
  get(&p.c, young);
  post(&p.c, young, "agreed=yes&parent=objects&said_on=1/11/2026");
  assert_int_equal(p.c.status, 422); /* what they understood is not optional */
  post(&p.c, young, "agreed=yes&understood=I+can+stop&parent=objects&said_on=1/11/2026");
  assert_int_equal(p.c.status, 422);
  assert_true(client_says(&p.c, "Write why, in a few words."));
  assert_true(client_says(&p.c, "I can stop")); /* typed words stay */
  post(&p.c, young, "agreed=yes&understood=I+can+stop&parent=takes_part&said_on=1/11/2026");
  assert_true(client_says(&p.c, "It is never assumed."));
  post(&p.c, young,
       "agreed=yes&understood=I+can+stop&parent=objects&parent_why=He+shouts&said_on=1/11/2026");
  assert_int_equal(p.c.status, 303);
  get(&p.c, path_of(&p, &robin, "/agreement"));
  assert_true(client_says(&p.c, "I can stop"));
  const char *who = path_of(&p, &robin, "/agreement/representative");
  get(&p.c, who);
  post(&p.c, who,
       "name=Rob&kind=parent&scope=All&evidence=None&may_see=yes&may_speak=no&may_sign=no&from_day="
       "1/11/2026");
  assert_int_equal(p.c.status, 422);
  assert_true(client_says(&p.c, "Their own agreement keeps a parent out."));
  post(&p.c, who,
       "name=Ash&kind=advocate&scope=Meetings&evidence=Robin+asked&may_see=no&may_speak=yes&may_"
       "sign=no&from_day=1/11/2026");
  assert_int_equal(p.c.status, 303);
  get(&p.c, path_of(&p, &robin, "api:/agreement"));
  assert_true(client_says(&p.c, "\"may_speak\""));
  fifteen_partners_see_their_own(&p);
  client_close(&p.c);
}

/* ---- S27 ---- */

static void review(struct place *p, const struct person *who, const char *day) {
  char form[160];
  snprintf(form, sizeof form,
           "agreement=agrees_anew&notice_given=yes&access_checked=yes&schemes_checked=yes&reviewed_"
           "on=%s",
           day);
  get(&p->c, path_of(p, who, "/agreement/review"));
  post(&p->c, path_of(p, who, "/agreement/review"), form);
  assert_int_equal(p->c.status, 303);
}

static bool listed(struct place *p, const char *words) {
  get(&p->c, "/reviews");
  assert_int_equal(p->c.status, 200);
  return client_says(&p->c, words);
}

static void S27_youth_futures(struct db_test *t) {
  struct place p = place_of(t);
  struct person young;
  record_clear(&person_type, &young);
  young.name = S("Robin Fairlead"), young.safe_way = S("text");
  young.born_on = day_add_months(today_of(&p), -12 * 15 - 6);
  db_begin(t->db, STORE_MAIN);
  people_add(t->db, t->arena, &p.greta, &young, p.c.now);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  const char *speaks = path_of(&p, &young, "/agreement/representative");
  get(&p.c, speaks);
  post(&p.c, speaks,
       "name=Mam&kind=parent&scope=Letters&evidence=Birth+certificate+seen&may_see=yes&may_speak="
       "yes&may_sign=no&from_day=1/11/2026");
  assert_int_equal(p.c.status, 303);
  assert_false(listed(&p, "Robin Fairlead"));
  p.c.now += 200 * one_day; /* sixteen */
  assert_true(listed(&p, "Robin Fairlead"));
  assert_true(client_says(&p.c, "At 16"));
  get(&p.c, path_of(&p, &young, ""));
  assert_true(client_says(&p.c, "Time to look again"));
  p.c.now += 300 * one_day; /* nobody looked: it is still said, and nothing has ended by itself */
  assert_true(listed(&p, "At 16"));
  get(&p.c, path_of(&p, &young, "/agreement"));
  assert_true(client_says(&p.c, "Mam"));
  review(&p, &young, "1/3/2028");
  assert_false(listed(&p, "Robin Fairlead"));
  p.c.now += 500 * one_day; /* eighteen */
  assert_true(listed(&p, "At 18"));
  review(&p, &young, "1/7/2029");
  assert_false(listed(&p, "Robin Fairlead"));
  p.c.now += 2500 * one_day;
  assert_true(listed(&p, "At 25"));
  get(&p.c, path_of(&p, &young, ""));
  assert_int_equal(p.c.status, 200); /* one record, from fifteen to twenty-five */
  client_close(&p.c);
}

/* ---- S46, S55, S57 ---- */

static void S46_clacton_place(struct db_test *t) {
  struct place p = place_of(t);
  struct person own = add(&p, &p.other, "Tansy Quoin"), theirs = add(&p, &p.other, "Moss Petrel");
  assert_int_equal(permission_carry(t->db, t->arena, own.id, p.peer.user_id, today_of(&p)), DB_OK);
  client_as(&p.c, p.peer);
  get(&p.c, "/people"); /* the team's choice is "team", and a peer still has only their own */
  assert_true(client_says(&p.c, "Tansy Quoin"));
  assert_false(client_says(&p.c, "Moss Petrel"));
  post(&p.c, "/people", "search=moss");
  assert_false(client_says(&p.c, "Moss Petrel"));
  get(&p.c, path_of(&p, &theirs, ""));
  assert_int_equal(p.c.status, 404);
  get(&p.c, path_of(&p, &own, ""));
  assert_int_equal(p.c.status, 200);
  assert_true(client_says(&p.c, "Ask their key worker before you get in touch"));
  get(&p.c, path_of(&p, &own, "/edit/contact"));
  assert_int_equal(p.c.status, 403);
  client_close(&p.c);
}

static void S55_peoples_job_centre(struct db_test *t) {
  struct place p = place_of(t);
  size_t wanted = 0;
  for (size_t i = 0; i < person_type.n_fields; i++)
    wanted += (person_type.fields[i].flags & REQUIRED) != 0;
  assert_int_equal(wanted, 2);
  get(&p.c, "/people/new");
  post(&p.c, "/people/new", "name=Ada");
  assert_int_equal(p.c.status, 422);
  post(&p.c, "/people/new", "name=Ada&safe_way=in_person");
  assert_int_equal(p.c.status, 303);
  assert_true(follow(&p.c));
  assert_true(client_says(&p.c, "Ada"));
  assert_true(client_says(&p.c, "In person only"));
  client_close(&p.c);
}

#if PLANTED == 407
static const struct field planted_fields[] = {
    {"sanctioned_on", "Sanctioned on", "", KIND_DAY, 0, CLASS_FINANCE, 0, NULL, -1}};
static const struct record_type planted_type = {"planted", "Planted", planted_fields,
                                                1,         8,         STORE_MAIN};
RECORD(planted_type);
#endif

static bool about_sanctions(struct arena *a, const char *words) {
  static const char *const never[] = {"sanction",        "conditionality",
                                      "compliance",      "claimant commitment",
                                      "work coach said", "fraud"};
  struct str low = str_lower(a, str_of(words));
  for (size_t i = 0; i < countof(never); i++)
    if (str_contains(low, str_of(never[i]))) return true;
  return false;
}

/* No field names it, no route serves whoever decides benefits, and what people told us of benefits
 * is of a class that leaves by no route of theirs. */
static void S57_no_way_to_sanctions(struct db_test *t) {
  struct place p = place_of(t);
  struct record_types all = record_types();
  struct person ada = add(&p, &p.greta, "Ada Thrift");
  for (size_t k = 0; k < all.n; k++)
    for (size_t i = 0; i < all.p[k]->n_fields; i++) {
      const struct field *f = &all.p[k]->fields[i];
      if (about_sanctions(t->arena, f->name) || about_sanctions(t->arena, f->label))
        fail_msg("%s.%s speaks of sanctions", all.p[k]->name, f->name);
    }
  int64_t decides =
      test_team(t->db, t->arena, "Benefits", "Decisions", FUNCTION_ENFORCEMENT, "team", p.c.now);
  client_as(&p.c, test_user(t->db, t->arena, decides, "basil", ROLE_ENFORCEMENT, "", p.c.now));
  for (size_t i = 0; i < people_domain.n_routes; i++) {
    const struct route *r = &people_domain.routes[i];
    if (r->who & (ROLE_ENFORCEMENT | WHO_ANYONE | WHO_SIGNED_IN)) fail_msg("%s is open", r->path);
    if (r->kind != READ) continue;
    struct str path = str_of(r->path);
    size_t at = str_find(path, S("{id}"));
    struct str id = uuid_str(t->arena, ada.public_id);
    if (at < path.n)
      path = str_format(t->arena, "%.*s%.*s%.*s", (int)at, path.p, P(id), (int)(path.n - at - 4),
                        path.p + at + 4);
    get(&p.c, str_c(t->arena, path));
    assert_false(p.c.status == 200);
    assert_false(client_says(&p.c, "Ada Thrift"));
  }
  client_close(&p.c);
}

/* ---- what must hold besides ---- */

static void two_at_once_lose_nothing(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, &p.greta, "Ada Thrift"), whole;
  const char *edit = path_of(&p, &ada, "/edit/contact");
  get(&p.c, edit);
  struct str base = hidden(&p, "base");
  client_as(&p.c, p.lead);
  get(&p.c, edit);
  send(&p, edit, "safe_way=phone&phone=07700+900222&email=ada%40example.org", hidden(&p, "base"));
  assert_int_equal(p.c.status, 303);
  client_as(&p.c, p.greta);
  get(&p.c, edit); /* a fresh token; the fields are those shown before */
  send(&p, edit, "safe_way=phone&phone=07700+900333&language=cy", base);
  assert_int_equal(p.c.status, 409);
  assert_true(client_says(&p.c, "lead changed this meanwhile to: 07700 900222"));
  assert_true(client_says(&p.c, "07700 900333"));
  assert_true(client_says(&p.c, "ada@example.org")); /* a field only the other changed is theirs */
  send(&p, edit, "safe_way=phone&phone=07700+900333&language=cy&email=ada%40example.org",
       hidden(&p, "base"));
  assert_int_equal(p.c.status, 303);
  assert_true(people_whole(t->db, t->arena, ada.id, &whole));
  assert_true(str_eq(whole.phone, S("07700 900333")));
  assert_true(str_eq(whole.email, S("ada@example.org")));
  assert_true(str_eq(whole.language, S("cy")));
  const char *call = path_of(&p, &ada, "api:"); /* what it edited from is the first version */
  post(&p.c, call, "version=1&phone=07700+900444");
  assert_int_equal(p.c.status, 409);
  assert_true(client_says(&p.c, "\"theirs\":\"07700 900333\""));
  post(&p.c, call, "version=3&phone=07700+900444");
  assert_int_equal(p.c.status, 200);
  assert_true(client_says(&p.c, "\"version\":4"));
  client_close(&p.c);
}

static void bad_input_is_said_beside_the_field(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, &p.greta, "Ada Thrift");
  const char *edit = path_of(&p, &ada, "/edit/situation");
  get(&p.c, edit);
  send(&p, edit, "status=employed&inactivity_reason=student&children=2", hidden(&p, "base"));
  assert_int_equal(p.c.status, 422);
  assert_true(client_says(&p.c, "This is for people not working and not looking."));
  send(&p, edit, "out_of_work_since=never&status=inactive", hidden(&p, "base"));
  assert_int_equal(p.c.status, 422);
  assert_true(client_says(&p.c, "value=\"never\""));
  send(&p, edit, "status=inactive&inactivity_reason=student&wants_job=no", hidden(&p, "base"));
  assert_int_equal(p.c.status, 303);
  assert_true(follow(&p.c));
  assert_true(client_says(&p.c, "No chasing: they asked for that."));
  get(&p.c, path_of(&p, &ada, "/history"));
  assert_true(client_says(&p.c, "Would like a job"));
  assert_true(client_says(&p.c, "greta"));
  client_close(&p.c);
}

static void a_half_typed_form_comes_back(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, &p.greta, "Ada Thrift");
  char form[256], id[37];
  uuid_text(ada.public_id, id);
  get(&p.c, path_of(&p, &ada, "/edit/health"));
  snprintf(form, sizeof form,
           "health_note=Mornings+are+ha&draft-form=person-health&draft-record=%s", id);
  post(&p.c, "/draft", form);
  get(&p.c, path_of(&p, &ada, "/edit/health"));
  assert_true(client_says(&p.c, "Mornings are ha"));
  assert_true(client_says(&p.c, "What you typed before is back."));
  client_as(&p.c, p.lead);
  get(&p.c, path_of(&p, &ada, "/edit/health"));
  assert_false(client_says(&p.c, "Mornings are ha"));
  client_close(&p.c);
}

static void who_hides_is_edited_in_the_dark(struct db_test *t) {
  struct place p = place_of(t);
  struct person selkie, row, whole;
  record_clear(&person_type, &selkie);
  selkie.name = S("Selkie Farrow"), selkie.safe_way = S("in_person"),
  selkie.born_on = day_of(2011, 6, 1);
  db_begin(t->db, STORE_MAIN);
  people_add_restricted(t->db, t->arena, &p.greta, &selkie, p.c.now);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  const char *edit = path_of(&p, &selkie, "/edit/identity");
  get(&p.c, edit);
  struct str base = hidden(&p, "base");
  send(&p, edit, "name=Selkie+Grey&born_on=1/6/2011&pronouns=she", base);
  assert_int_equal(p.c.status, 303);
  record_clear(&person_type, &row);
  assert_true(record_load(t->db, t->arena, &person_type, selkie.id, &row));
  for (size_t i = 0; i < person_type.n_fields; i++)
    if (!(person_type.fields[i].flags & (SEALED | HIDDEN)))
      assert_false(field_get(&person_type.fields[i], &row).known);
  assert_true(people_whole(t->db, t->arena, selkie.id, &whole));
  assert_true(str_eq(whole.name, S("Selkie Grey")));
  send(&p, edit, "name=Selkie+Brown&born_on=1/6/2011", base); /* an old form */
  assert_int_equal(p.c.status, 409);
  p.c.now += 250 * one_day; /* sixteen: worked out for the named worker, in no projection */
  assert_true(listed(&p, "Selkie Grey"));
  assert_int_equal(db_number(t->db, -1, SQL("select count(*) from age_stage where person_id = ?1"),
                             V(selkie.id)),
                   0);
  client_as(&p.c, p.lead);
  assert_false(listed(&p, "Selkie"));
  client_close(&p.c);
}

/* ---- keeping ---- */

static void keep(struct place *p, int64_t person, const char *kind, uint32_t classes, day_t until) {
  struct duty d = {person, p->manager.user_id, kind, S("claim 4711"), classes, today_of(p), until};
  assert_int_equal(people_keep(p->t->db, p->t->arena, &d, p->c.now), DB_OK);
}

static struct keeping kept(struct place *p, int64_t person, uint32_t class_bit) {
  struct keepings all;
  assert_true(people_keepings(p->t->db, p->t->arena, person, today_of(p), &all));
  for (int c = 0; c < CLASS_COUNT; c++)
    if (all.of[c].class_bit == class_bit) return all.of[c];
  fail();
  return all.of[0];
}

static void the_longest_duty_wins_for_its_classes(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, &p.greta, "Ada Thrift");
  day_t today = today_of(&p), soon = day_add_months(today, 12), late = day_add_months(today, 84);
  assert_true(kept(&p, ada.id, CLASS_IDENTITY).held); /* support goes on */
  assert_int_equal(kept(&p, ada.id, CLASS_IDENTITY).until, DAY_NONE);
  assert_false(kept(&p, ada.id, CLASS_OFFENCES).held);
  assert_int_equal(permission_end(t->db, t->arena, ada.id, p.north, today - 1, S("own_wish")),
                   DB_OK);
  keep(&p, ada.id, "safeguarding", CLASS_SAFETY | CLASS_OUTCOMES, soon);
  keep(&p, ada.id, "contract", CLASS_IDENTITY | CLASS_OUTCOMES, late);
  assert_int_equal(kept(&p, ada.id, CLASS_OUTCOMES).until, late);
  assert_int_equal(kept(&p, ada.id, CLASS_IDENTITY).until, late);
  assert_int_equal(kept(&p, ada.id, CLASS_PLAN).until,
                   day_add_months(today - 1, 24));   /* support's own */
  assert_false(kept(&p, ada.id, CLASS_HEALTH).held); /* for their own classes only */
  keep(&p, ada.id, "legal_hold", 0, DAY_NONE);
  assert_int_equal(kept(&p, ada.id, CLASS_HEALTH).until, DAY_NONE);
  assert_int_equal(people_keep_end(t->db, t->arena, ada.id, "legal_hold", S("claim 4711"), today),
                   DB_OK);
  assert_false(kept(&p, ada.id, CLASS_HEALTH).held);
  client_close(&p.c);
}

static int64_t keys_of(struct place *p, int64_t person, uint32_t class_bit) {
  return db_number(p->t->db, -1,
                   SQL_KEYS("select count(*) from seal_key where person_id = ?1 and class = ?2"),
                   V(person), V(class_bit));
}

static struct str key_row(struct place *p, int64_t person, struct str *made_at) {
  struct rows r;
  assert_true(
      db_one(&r, p->t->db, p->t->arena,
             SQL_KEYS("select wrapped, made_at from seal_key where person_id = ?1 and class = ?2"),
             V(person), V(CLASS_OFFENCES)));
  struct str wrapped = row_text(&r, 0);
  *made_at = row_text(&r, 1);
  db_done(&r);
  return wrapped;
}

static void say_convictions(struct place *p, const struct person *who) {
  const char *edit = path_of(p, who, "/edit/offences");
  client_as(&p->c, p->greta);
  get(&p->c, edit);
  send(p, edit, "convictions=yes&convictions_note=Long+ago", hidden(p, "base"));
  assert_int_equal(p->c.status, 303);
}

static void what_is_erased_stays_erased(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, &p.greta, "Ada Thrift"), whole;
  struct str made_at;
  say_convictions(&p, &ada);
  struct str wrapped = key_row(&p, ada.id, &made_at);
  client_as(&p.c, p.manager);
  const char *keeping = path_of(&p, &ada, "/keeping");
  get(&p.c, keeping);
  assert_true(client_says(&p.c, "May go now"));
  assert_true(client_says(&p.c, "Support goes on or ended lately"));
  p.c.now += one_day;
  post(&p.c, keeping, "act=erase&class=offences&class=identity"); /* the second is still needed */
  assert_int_equal(p.c.status, 303);
  assert_int_equal(keys_of(&p, ada.id, CLASS_OFFENCES), 0);
  assert_true(people_whole(t->db, t->arena, ada.id, &whole));
  assert_int_equal(whole.convictions, -1);
  assert_true(str_eq(whole.name, S("Ada Thrift")));
  /* A restored copy of the keys brings the key back; what restore does takes it away again. */
  assert_int_equal(
      db_run(
          t->db,
          SQL_KEYS(
              "insert into seal_key (person_id, class, wrapped, made_at) values (?1, ?2, ?3, ?4)"),
          V(ada.id), V(CLASS_OFFENCES), db_blob(wrapped), V(made_at)),
      DB_OK);
  assert_int_equal(seal_erase_finish(t->db, t->arena), DB_OK);
  assert_int_equal(keys_of(&p, ada.id, CLASS_OFFENCES), 0);
  p.c.now += one_day;
  say_convictions(&p, &ada); /* they tell us again: a new key, which no old erasure touches */
  assert_int_equal(seal_erase_finish(t->db, t->arena), DB_OK);
  assert_int_equal(keys_of(&p, ada.id, CLASS_OFFENCES), 1);
  client_as(&p.c, p.manager);
  get(&p.c, keeping);
  post(&p.c, keeping, "act=limit&class=plan");
  assert_int_equal(people_use_limited(t->db, ada.id), CLASS_PLAN);
  get(&p.c, path_of(&p, &ada, ""));
  assert_true(client_says(&p.c, "Keep, do not use: plan"));
  client_close(&p.c);
}

static void safe_times_are_a_state(struct db_test *t) {
  struct person p;
  day_t monday = day_of(2026, 11, 23), saturday = day_of(2026, 11, 28);
  (void)t;
  record_clear(&person_type, &p);
  assert_true(people_safe_at(&p, monday, 9 * 60));
  assert_false(people_safe_at(&p, monday, 7 * 60 + 59));
  assert_false(people_safe_at(&p, monday, 20 * 60));
  p.safe_hours = S("weekday_mornings weekend_evenings");
  assert_true(people_safe_at(&p, monday, 11 * 60 + 59));
  assert_false(people_safe_at(&p, monday, 12 * 60));
  assert_false(people_safe_at(&p, saturday, 9 * 60));
  assert_true(people_safe_at(&p, saturday, 18 * 60));
  p.space_until = saturday;
  assert_false(people_safe_at(&p, monday, 9 * 60));
  assert_true(people_not_chased(&p, monday));
  assert_false(people_not_chased(&p, saturday));
  p.wants_job = 0;
  assert_true(people_not_chased(&p, saturday));
}

int main(int argc, char **argv) {
  static const struct db_test_case cases[] = {DB_TEST(S09_households_into_work),
                                              DB_TEST(S14_compass),
                                              DB_TEST(S27_youth_futures),
                                              DB_TEST(S46_clacton_place),
                                              DB_TEST(S55_peoples_job_centre),
                                              DB_TEST(S57_no_way_to_sanctions),
                                              DB_TEST(two_at_once_lose_nothing),
                                              DB_TEST(bad_input_is_said_beside_the_field),
                                              DB_TEST(a_half_typed_form_comes_back),
                                              DB_TEST(who_hides_is_edited_in_the_dark),
                                              DB_TEST(the_longest_duty_wins_for_its_classes),
                                              DB_TEST(what_is_erased_stays_erased),
                                              DB_TEST(safe_times_are_a_state)};
  const struct migrations lists[] = {db_migrations,     audit_migrations,    web_migrations,
                                     record_migrations, accounts_migrations, permission_migrations,
                                     places_migrations, people_migrations};
  /* A name's beginning chooses one: "S09". */
  for (size_t i = 0; argc > 1 && i < countof(cases); i++)
    if (str_starts(str_of(cases[i].name), str_of(argv[1])))
      return db_test_run(argv[1], &cases[i], 1, lists, countof(lists));
  return db_test_run("people, by scenario", cases, countof(cases), lists, countof(lists));
}
