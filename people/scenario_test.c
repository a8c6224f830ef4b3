/* The parts of the acceptance scenarios that people carries, through pages and calls on both
 * databases; each is run again on a build with a fault planted, where it must fail (meson.build).
 */
#include "people/rig_test.h"

/* ---- S09 ---- */

static const char *const views[] = {
    "",     "/groups",     "/agreement",     "/history",    "/edit/contact",
    "api:", "api:/groups", "api:/agreement", "api:/history"};

static void remember(struct place *p, const struct person *of, struct str *all) {
  for (size_t i = 0; i < countof(views); i++) all[i] = bytes_of(p, path_of(p, of, views[i]));
}

static void same_as(struct place *p, const struct person *of, const struct str *all) {
  for (size_t i = 0; i < countof(views); i++) {
    struct str now = bytes_of(p, path_of(p, of, views[i]));
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
  rig_send(p, path_of(p, v, "/edit/safety"), "safe_note=He+must+not+know&code_word=gull",
           hidden_of(p, "base"));
  assert_int_equal(p->c.status, 303);
  same_as(p, piers, all);
  assert_int_equal(people_restrict(p->t->db, p->t->arena, v->id, p->greta.user_id, p->c.now),
                   DB_OK);
  same_as(p, piers, all); /* one goes into hiding: nothing moves */
}

static void S09_households_into_work(struct db_test *t) {
  struct place p = place_of(t);
  struct buf report = buf_open(1 << 12);
  struct person v = rig_add(&p, &p.greta, "Vesna Alderfen"),
                piers = rig_add(&p, &p.greta, "Piers Alderfen");
  eight_hundred_households(&p);
  people_households_text(t->db, true, &report);
  assert_true(str_eq(buf_str(&report), S("people,households\r\n1600,800\r\n")));
  buf_free(&report);
  get(&p.c, path_of(&p, &piers, "/edit/contact"));
  rig_send(&p, path_of(&p, &piers, "/edit/contact"), "safe_way=phone&address=9+Elsewhere",
           hidden_of(&p, "base"));
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
    rig_add(p, &by[i], str_c(p->t->arena, str_format(p->t->arena, "Only%02d Wren", i)));
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
  struct person robin = rig_add(&p, &p.greta, "Robin Fairlead");
  char form[256];
  struct ymd born = day_ymd(day_add_months(today_of(&p), -12 * 15 - 4));
  get(&p.c, path_of(&p, &robin, "/edit/identity"));
  snprintf(form, sizeof form, "name=Robin+Fairlead&born_on=%d/%d/%d", born.day, born.month,
           born.year);
  rig_send(&p, path_of(&p, &robin, "/edit/identity"), form, hidden_of(&p, "base"));
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
  struct person own = rig_add(&p, &p.other, "Tansy Quoin"),
                theirs = rig_add(&p, &p.other, "Moss Petrel");
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

#ifdef PLANTED_CHOSEN
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
  struct person ada = rig_add(&p, &p.greta, "Ada Thrift");
  for (size_t k = 0; k < all.n; k++)
    for (size_t i = 0; i < all.p[k]->n_fields; i++) {
      if (PLANTED != PLANTED_SANCTION && strcmp(all.p[k]->name, "planted") == 0) continue;
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
  struct person ada = rig_add(&p, &p.greta, "Ada Thrift"), whole;
  const char *edit = path_of(&p, &ada, "/edit/contact");
  get(&p.c, edit);
  struct str base = hidden_of(&p, "base");
  client_as(&p.c, p.lead);
  get(&p.c, edit);
  rig_send(&p, edit, "safe_way=phone&phone=07700+900222&email=ada%40example.org",
           hidden_of(&p, "base"));
  assert_int_equal(p.c.status, 303);
  client_as(&p.c, p.greta);
  get(&p.c, edit); /* a fresh token; the fields are those shown before */
  rig_send(&p, edit, "safe_way=phone&phone=07700+900333&language=cy", base);
  assert_int_equal(p.c.status, 409);
  assert_true(client_says(&p.c, "lead changed this meanwhile to: 07700 900222"));
  assert_true(client_says(&p.c, "07700 900333"));
  assert_true(client_says(&p.c, "ada@example.org")); /* a field only the other changed is theirs */
  rig_send(&p, edit, "safe_way=phone&phone=07700+900333&language=cy&email=ada%40example.org",
           hidden_of(&p, "base"));
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
  struct person ada = rig_add(&p, &p.greta, "Ada Thrift");
  const char *edit = path_of(&p, &ada, "/edit/situation");
  get(&p.c, edit);
  rig_send(&p, edit, "status=employed&inactivity_reason=student&children=2", hidden_of(&p, "base"));
  assert_int_equal(p.c.status, 422);
  assert_true(client_says(&p.c, "This is for people not working and not looking."));
  rig_send(&p, edit, "out_of_work_since=never&status=inactive", hidden_of(&p, "base"));
  assert_int_equal(p.c.status, 422);
  assert_true(client_says(&p.c, "value=\"never\""));
  rig_send(&p, edit, "status=inactive&inactivity_reason=student&wants_job=no",
           hidden_of(&p, "base"));
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
  struct person ada = rig_add(&p, &p.greta, "Ada Thrift");
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
  struct str base = hidden_of(&p, "base");
  rig_send(&p, edit, "name=Selkie+Grey&born_on=1/6/2011&pronouns=she", base);
  assert_int_equal(p.c.status, 303);
  record_clear(&person_type, &row);
  assert_true(record_load(t->db, t->arena, &person_type, selkie.id, &row));
  for (size_t i = 0; i < person_type.n_fields; i++)
    if (!(person_type.fields[i].flags & (SEALED | HIDDEN)))
      assert_false(field_get(&person_type.fields[i], &row).known);
  assert_true(people_whole(t->db, t->arena, selkie.id, &whole));
  assert_true(str_eq(whole.name, S("Selkie Grey")));
  rig_send(&p, edit, "name=Selkie+Brown&born_on=1/6/2011", base); /* an old form */
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
                                              DB_TEST(who_hides_is_edited_in_the_dark)};
  return rig_run("people, by scenario", cases, countof(cases), argc, argv);
}
