/* Complaints: their states as a table, who reads one, and that the worker it is about learns of it
 * from nothing. */
#include <stdio.h>
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

static struct access_standing asked_at(const char *const *what, const day_t *on, size_t n,
                                       int64_t left, day_t today) {
  struct access_fact f[4] = {{{0}}};
  for (size_t i = 0; i < n; i++) f[i].what = str_of(what[i]), f[i].on = on[i];
  struct access_facts facts = {f, n};
  return access_standing_of(20000, &facts, left, today);
}

/* A month; three with a reason given within the first; over once it is handed over. */
static void a_month_is_the_law(struct db_test *t) {
  static const char *const what[] = {"collected", "extended", "released", "handed"};
  static const day_t on[] = {20000, 20010, 20040, 20041};
  day_t month = day_add_months(20000, 1), three = day_add_months(20000, 3);
  (void)t;
  struct access_standing s = asked_at(what, on, 1, 3, 20001);
  assert_int_equal(s.state, ACCESS_READING);
  assert_int_equal(s.due, month);
  assert_true(s.may_extend);
  assert_true(asked_at(what, on, 1, 3, month + 1).late);
  assert_false(asked_at(what, on, 1, 3, month + 1).may_extend);
  s = asked_at(what, on, 2, 0, 20011);
  assert_int_equal(s.state, ACCESS_READY);
  assert_int_equal(s.due, three);
  assert_false(s.may_extend);
  assert_int_equal(asked_at(what, on, 3, 0, 20040).state, ACCESS_RELEASED);
  s = asked_at(what, on, 4, 0, 20050);
  assert_int_equal(s.state, ACCESS_HANDED);
  assert_int_equal(s.due, DAY_NONE);
}

static const char *page_with(struct place *p, const char *id, const char *words) {
  static char path[128];
  for (int n = 1; n < 60; n++) {
    snprintf(path, sizeof path, "/access/%s?page=%d", id, n);
    get(&p->c, path);
    if (p->c.status == 200 && client_says(&p->c, words)) return path;
  }
  fail_msg("no page says %s", words);
  return NULL;
}

static void look(struct place *p, const char *id, int64_t n, const char *form, int status) {
  char path[96], all[512];
  snprintf(path, sizeof path, "/access/%s", id);
  snprintf(all, sizeof all, "page=%lld&%s", (long long)n, form);
  post(&p->c, path, all);
  assert_int_equal(p->c.status, status);
}

/* Read page by page by two; what is about somebody else is left out with a mark, what could
 * endanger somebody without one; nobody gives the second look to their own first. */
static void everything_is_read_twice(struct db_test *t) {
  struct place p = place_of(t);
  char path[128], id[40];
  struct strength s;
  struct rows r;
  record_clear(&strength_type, &s);
  s.public_id = uuid_v4(), s.person = p.ada.id, s.said_on = 20000;
  s.words = S("Mends nets with Tom Kelp. Walks home by Quay Lane. Sings."), s.seen_by = S("Amina");
  db_begin(t->db, STORE_MAIN);
  assert_int_equal(record_insert(t->db, t->arena, &strength_type, &s, p.amina.user_id, p.c.now),
                   DB_OK);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  struct str person = uuid_str(t->arena, p.ada.public_id);
  snprintf(path, sizeof path, "/people/%.*s/access", P(person));
  client_as(&p.c, p.amina);
  post(&p.c, path, "via=");
  assert_int_equal(p.c.status, 422);
  post(&p.c, path, "via=said");
  assert_int_equal(p.c.status, 303);
  post(&p.c, path, "via=said"); /* one at a time */
  assert_int_equal(p.c.status, 409);
  assert_true(db_one(&r, t->db, t->arena, SQL("select public_id from access_request")));
  uuid_text(row_uuid(&r, 0), id);
  db_done(&r);
  int64_t pages = db_number(t->db, 0, SQL("select count(*) from access_page"));
  assert_true(pages >= 3);
  int64_t nets = 0;
  str_to_i64(str_of(strrchr(page_with(&p, id, "Mends nets"), '=') + 1), &nets);
  look(&p, id, nets, "do=look&choice=part&reason=third_party&cut=Tim+Kelp", 422);
  assert_true(client_says(&p.c, "Tim Kelp")); /* said, and kept in the form */
  look(&p, id, nets, "do=look&choice=part&reason=third_party&cut=Tom+Kelp", 303);
  look(&p, id, nets, "do=second", 409);
  for (int64_t n = 1; n <= pages; n++)
    if (n != nets) look(&p, id, n, "do=look&choice=whole", 303);
  look(&p, id, 0, "do=release", 422);
  client_as(&p.c, p.maggie);
  look(&p, id, nets, "do=back", 303);
  look(&p, id, nets, "do=look&choice=part&reason=danger&cut=Walks+home+by+Quay+Lane.", 303);
  for (int64_t n = 1; n <= pages; n++)
    if (n != nets) look(&p, id, n, "do=second", 303);
  client_as(&p.c, p.amina);
  look(&p, id, nets, "do=second", 303);
  snprintf(path, sizeof path, "/access/%s/paper", id);
  get(&p.c, path);
  assert_false(client_says(&p.c, "Mends nets")); /* not released yet */
  look(&p, id, 0, "do=release", 303);
  get(&p.c, path);
  assert_int_equal(p.c.status, 200);
  assert_true(client_says(&p.c, "Mends nets with Tom Kelp."));
  assert_true(client_says(&p.c, "Sings."));
  assert_false(client_says(&p.c, "Quay Lane"));
  assert_false(client_says(&p.c, "[left out]"));
  look(&p, id, nets, "do=look&choice=whole", 422); /* what was released stays as it is */
  look(&p, id, 0, "do=hand&words=", 422);
  look(&p, id, 0, "do=hand&words=Into+her+hands+at+the+Loft", 303);
  snprintf(path, sizeof path, "/access/%s", id);
  get(&p.c, path);
  assert_true(client_says(&p.c, "Into her hands at the Loft"));
  client_close(&p.c);
}

int main(void) {
  static const struct db_test_case cases[] = {
      DB_TEST(states_are_a_table), DB_TEST(never_read_by_whom_it_is_about),
      DB_TEST(from_paper_to_its_answer), DB_TEST(a_month_is_the_law),
      DB_TEST(everything_is_read_twice)};
  const struct migrations lists[] = {
      db_migrations,           audit_migrations,      web_migrations,    record_migrations,
      accounts_migrations,     permission_migrations, people_migrations, messages_migrations,
      safeguarding_migrations, sharing_migrations,    rights_migrations};
  return db_test_run("rights", cases, countof(cases), lists, countof(lists));
}
