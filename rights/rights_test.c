/* Complaints: their states as a table, who reads one, and that the worker it is about learns of it
 * from nothing. */
#include "accounts/testing.h"
#include "audit/audit.h"
#include "db/testing.h"
#include "messages/messages.h"
#include "people/part.h"
#include "rights/rights.h"
#include "safeguarding/safeguarding.h"
#include "sharing/sharing.h"
#include "web/testing.h"

extern const struct migrations audit_migrations, web_migrations, record_migrations,
    accounts_migrations, permission_migrations, people_migrations, sharing_migrations,
    messages_migrations, safeguarding_migrations, rights_migrations;
static const struct domain *const domains[] = {
    &web_domain,      &accounts_domain,     &permission_domain, &people_domain,
    &messages_domain, &safeguarding_domain, &sharing_domain,    &rights_domain};

struct place {
  struct db_test *t;
  struct client c;
  struct actor amina, maggie, mo;
  struct person ada;
};

static struct place place_of(struct db_test *t) {
  struct place p = {.t = t,
                    .c = client_open(t->db, domains, countof(domains), &accounts_session_hooks)};
  instant_t now = p.c.now;
  people_sealing();
  people_parts_use(domains, countof(domains));
  int64_t north = test_team(t->db, t->arena, "Harbour", "North", FUNCTION_SUPPORT, "own", now);
  p.amina = test_user(t->db, t->arena, north, "amina thrift", ROLE_KEY_WORKER, "", now);
  p.maggie = test_user(t->db, t->arena, north, "maggie dune", ROLE_MANAGER, "", now);
  p.mo = test_user(t->db, t->arena, north, "mo samphire", ROLE_MANAGER | ROLE_KEY_WORKER, "", now);
  record_clear(&person_type, &p.ada);
  p.ada.name = S("Ada Thriftleaf"), p.ada.safe_way = S("text");
  db_begin(t->db, STORE_MAIN);
  assert_int_equal(people_add(t->db, t->arena, &p.amina, &p.ada, now), DB_OK);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  return p;
}

static struct complaint_standing at(const char *kind, bool data, const char *const *what,
                                    const day_t *on, size_t n, day_t today) {
  struct complaint_fact f[4] = {{{0}}};
  for (size_t i = 0; i < n; i++) f[i].what = str_of(what[i]), f[i].on = on[i];
  struct complaint_facts facts = {f, n};
  return complaint_standing_of(str_of(kind), data, 20000, &facts, today);
}

/* 20000 is 4 October 2024, a Friday. */
static void states_are_a_table(struct db_test *t) {
  static const char *const what[] = {"acknowledged", "answered", "again", "answered"};
  static const day_t on[] = {20003, 20010, 20020, 20030};
  (void)t;
  struct complaint_standing s = at("complaint", false, what, on, 0, 20000);
  assert_int_equal(s.state, COMPLAINT_NEW);
  assert_int_equal(s.due, 20005); /* Wednesday: three working days */
  assert_false(s.late);
  assert_true(at("complaint", false, what, on, 0, 20006).late);
  s = at("complaint", false, what, on, 1, 20004);
  assert_int_equal(s.state, COMPLAINT_LOOKED_AT);
  assert_int_equal(s.due, 20028); /* four weeks of working days */
  assert_int_equal(at("thanks", false, what, on, 1, 20004).state, COMPLAINT_ANSWERED);
  assert_int_equal(at("complaint", false, what, on, 2, 20011).due, DAY_NONE);
  assert_int_equal(at("complaint", false, what, on, 2, 20009).state, COMPLAINT_LOOKED_AT);
  s = at("complaint", true, what, on, 3, 20021);
  assert_int_equal(s.state, COMPLAINT_AGAIN);
  assert_int_equal(s.due, 20048);
  assert_int_equal(at("complaint", true, what, on, 4, 20031).state, COMPLAINT_ANSWERED);
}

static struct complaint kept(struct place *p, int64_t about, const char *words) {
  struct complaint c = {.organisation_id = p->amina.organisation_id,
                        .person_id = p->ada.id,
                        .about_user = about,
                        .kind = S("complaint"),
                        .via = S("page"),
                        .words = str_of(words),
                        .received = instant_local_uk(p->c.now).day};
  db_begin(p->t->db, STORE_MAIN);
  assert_int_equal(rights_complain(p->t->db, p->t->arena, &c, p->c.now), DB_OK);
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
  return c;
}

static const char *path_of(struct place *p, const struct complaint *c) {
  return str_c(p->t->arena,
               str_format(p->t->arena, "/complaints/%.*s", P(uuid_str(p->t->arena, c->public_id))));
}

/* About Mo, who is a manager: Maggie reads it, and to Mo it is as if there were none. */
static void never_read_by_whom_it_is_about(struct db_test *t) {
  struct place p = place_of(t);
  client_as(&p.c, p.mo);
  get(&p.c, "/complaints");
  struct str before = str_copy(t->arena, p.c.text);
  struct complaint c = kept(&p, p.mo.user_id, "He shouted at me");
  get(&p.c, "/complaints");
  assert_int_equal(p.c.text.n, before.n);
  get(&p.c, path_of(&p, &c));
  assert_int_equal(p.c.status, 404);
  assert_int_equal(accounts_notices(t->db, t->arena, p.mo.user_id).n, 0);
  assert_int_equal(accounts_notices(t->db, t->arena, p.maggie.user_id).n, 1);
  client_as(&p.c, p.maggie);
  get(&p.c, path_of(&p, &c));
  assert_int_equal(p.c.status, 200);
  assert_true(client_says(&p.c, "He shouted at me"));
  assert_true(client_says(&p.c, "mo samphire"));
  /* Nor from the list of who looked, nor from what is kept in the clear. */
  struct str id = uuid_str(t->arena, p.ada.public_id);
  client_as(&p.c, p.mo);
  get(&p.c, str_c(t->arena, str_format(t->arena, "/people/%.*s/permission/looked", P(id))));
  assert_int_equal(p.c.status, 200);
  assert_false(client_says(&p.c, "maggie dune"));
  client_as(&p.c, p.amina);
  get(&p.c, path_of(&p, &c));
  assert_int_equal(p.c.status, 403);
  client_close(&p.c);
}

/* Typed from paper, told that it came, answered by one, not settled, answered by another. */
static void from_paper_to_its_answer(struct db_test *t) {
  struct place p = place_of(t);
  client_as(&p.c, p.amina);
  get(&p.c, "/complaints/new");
  assert_true(client_says(&p.c, "maggie dune"));
  post(&p.c, "/complaints/new", "kind=complaint&via=paper&who=A+note&words=");
  assert_int_equal(p.c.status, 422);
  assert_true(client_says(&p.c, "A note"));
  post(&p.c, "/complaints/new", "kind=complaint&via=paper&who=A+note&words=Nobody+rang&worker=");
  assert_int_equal(p.c.status, 303);
  struct rows r;
  struct complaint c = {0};
  assert_true(db_one(&r, t->db, t->arena, SQL("select id, public_id from complaint")));
  c.id = row_int(&r, 0), c.public_id = row_uuid(&r, 1);
  db_done(&r);
  client_as(&p.c, p.maggie);
  post(&p.c, path_of(&p, &c), "do=heard");
  assert_int_equal(p.c.status, 303);
  post(&p.c, path_of(&p, &c), "do=answer&words=");
  assert_int_equal(p.c.status, 422);
  post(&p.c, path_of(&p, &c), "do=answer&words=Sorry.+We+ring+on+Friday.&learned=Ring+in+two+days");
  assert_int_equal(p.c.status, 303);
  get(&p.c, "/complaints");
  assert_true(client_says(&p.c, "Ring in two days"));
  db_begin(t->db, STORE_MAIN);
  c.organisation_id = p.amina.organisation_id;
  assert_int_equal(rights_complaint_say(t->db, t->arena, &c, "again", S(""), 0, p.c.now), DB_OK);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  post(&p.c, path_of(&p, &c), "do=answer&words=The+same+again");
  assert_int_equal(p.c.status, 422); /* she answered before; Mo is there */
  client_as(&p.c, p.mo);
  post(&p.c, path_of(&p, &c), "do=answer&words=We+rang+today");
  assert_int_equal(p.c.status, 303);
  client_close(&p.c);
}

int main(void) {
  static const struct db_test_case cases[] = {DB_TEST(states_are_a_table),
                                              DB_TEST(never_read_by_whom_it_is_about),
                                              DB_TEST(from_paper_to_its_answer)};
  const struct migrations lists[] = {
      db_migrations,           audit_migrations,      web_migrations,    record_migrations,
      accounts_migrations,     permission_migrations, people_migrations, messages_migrations,
      safeguarding_migrations, sharing_migrations,    rights_migrations};
  return db_test_run("rights", cases, countof(cases), lists, countof(lists));
}
