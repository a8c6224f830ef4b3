/* Outcomes through the pages, on both databases: kept in seconds, counted once they are shown. */
#include "db/list.h"
#include "programme/rig_test.h"

/* How many of Ada's outcomes are shown as somebody asks, and how many are not. */
static void standing(struct place *p, int64_t enough, int64_t not_yet) {
  int64_t yes = db_number(p->t->db, -1,
                          SQL("select count(*) from outcome_now where person_id = ?1 and enough = "
                              "1"),
                          V(p->ada.id)),
          no = db_number(p->t->db, -1,
                         SQL("select count(*) from outcome_now where person_id = ?1 and enough = "
                             "0"),
                         V(p->ada.id));
  if (yes != enough || no != not_yet)
    fail_msg("%lld shown and %lld not", (long long)yes, (long long)no);
}

/* Whether Ada stands on the team's list of that code. */
static bool listed(struct place *p, size_t which) {
  struct list_ask ask = {.limit = 50};
  const struct person_worklist *w = &programme_worklists[which];
  bool is = false;
  permission_scope(p->t->arena, &p->lead, instant_local_uk(p->c.now).day, ask.scope);
  ask.filter[0].on = true;
  ask.filter[0].v = db_day(p->t->arena, instant_local_uk(p->c.now).day + w->day);
  struct rows r = list_rows(p->t->db, p->t->arena, w->team, &ask);
  while (db_next(&r)) is |= row_int(&r, 0) == p->ada.id;
  return is;
}

/* The address of the newest outcome on the page. */
static void newest_outcome(struct place *p, char out[160]) {
  struct rows r;
  char id[37], ada[37];
  assert_true(db_one(&r, p->t->db, p->t->arena,
                     SQL("/* scan: test */ select public_id from outcome order by id desc limit "
                         "1")));
  uuid_text(row_uuid(&r, 0), id);
  db_done(&r);
  uuid_text(p->ada.public_id, ada);
  snprintf(out, 160, "/people/%s/outcomes/%s", ada, id);
}

/* Written down from the person's page before any programme; listed until something shows it; the
 * page of a scheme counts it only with what the scheme takes, and so does its return. */
void an_outcome_counts_once_it_is_shown(struct db_test *t) {
  struct place p = place_of(t);
  char path[96], one[160], ada[37];
  start_ada(&p, "12/5/2026");
  uuid_text(p.ada.public_id, ada);
  snprintf(path, sizeof path, "/people/%s/outcomes", ada);
  client_as(&p.c, p.amina);
  get(&p.c, path);
  says(&p, "Something came of it");
  post(&p.c, path, "kind=job_start&on_day=12/5/2026&words=Mornings+at+the+bakery&shown=own_word");
  saved(&p);
  get(&p.c, path);
  says(&p, "Not yet as the contract asks");
  says(&p, "Mornings at the bakery");
  standing(&p, 0, 1);
  p.c.now += 24 * 3600 * (int64_t)1000000;
  client_as(&p.c, p.lead);
  assert_true(listed(&p, 0));
  client_as(&p.c, p.colin);
  shows(&p, "/programmes/harbour_start/return/council");
  says(&p, "2026-05-12,,\r\n");
  newest_outcome(&p, one);
  client_as(&p.c, p.amina);
  send_form(&p, one, "/evidence", "note=x"); /* nothing chosen */
  assert_int_equal(p.c.status, 422);
  send_form(&p, one, "/evidence", "what=payslip&note=April+to+May"), saved(&p);
  standing(&p, 1, 0);
  assert_false(listed(&p, 0));
  get(&p.c, path);
  says(&p, "A payslip or bank entry: ");
  client_as(&p.c, p.colin);
  shows(&p, "/programmes/harbour_start/return/council");
  says(&p, "2026-05-12,,2026-05-12\r\n");
  client_close(&p.c);
}

/* Work that may have lasted is something to ask; that it ended is a day. Others find nothing. */
void work_that_may_have_lasted_is_asked_about(struct db_test *t) {
  struct place p = place_of(t);
  char path[96], one[160], ada[37];
  uuid_text(p.ada.public_id, ada);
  snprintf(path, sizeof path, "/people/%s/outcomes", ada);
  post(&p.c, path, "kind=job_start&on_day=1/5/2026&hours=16_30"), saved(&p);
  post(&p.c, path, "kind=job_start&on_day=1/5/2099");
  assert_int_equal(p.c.status, 422);
  assert_false(listed(&p, 1));
  p.c.now = local_uk_instant(day_of(2026, 8, 5), 600);
  assert_true(listed(&p, 1));
  client_as(&p.c, p.amina);
  get(&p.c, path);
  says(&p, "Ask whether the work goes on: Still in work after 13 weeks would be");
  newest_outcome(&p, one);
  send_form(&p, one, "/change", "do=ended&ended_on=1/1/2026");
  assert_int_equal(p.c.status, 422);
  client_as(&p.c, p.priya);
  get(&p.c, path);
  assert_int_equal(p.c.status, 404);
  send_form(&p, one, "/evidence", "what=payslip");
  assert_int_equal(p.c.status, 404);
  client_as(&p.c, p.amina);
  send_form(&p, one, "/change", "do=ended&ended_on=1/7/2026"), saved(&p);
  assert_false(listed(&p, 1));
  send_form(&p, one, "/change", "do=mistake"), saved(&p);
  standing(&p, 0, 0);
  db_begin(t->db, STORE_MAIN);
  assert_int_equal(programme_erase(t->db, t->arena, p.ada.id, CLASS_OUTCOMES, p.c.now), DB_OK);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  assert_int_equal(db_number(t->db, 9, SQL("/* scan: test */ select count(*) from outcome")), 0);
  client_close(&p.c);
}

/* Nobody who works with them sees it, and the copy they ask for holds it all the same. */
void what_they_answered_alone_is_in_their_copy(struct db_test *t) {
  struct place p = place_of(t);
  struct held h = {.db = t->db, .a = t->arena, .person_id = p.ada.id};
  enum db_result made;
  struct equality_given g = {S("ethnic_group"), S("Roma")};
  db_begin(t->db, STORE_MAIN);
  struct str token = equality_link(t->db, t->arena, p.ada.id, p.amina.user_id, p.c.now, &made);
  assert_int_equal(equality_keep(t->db, t->arena, p.ada.id, token, &g, 1, p.c.now), DB_OK);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  programme_hold(&h);
  assert_false(h.failed);
  size_t found = 0;
  for (size_t i = 0; i < h.items.n; i++)
    if (str_contains(h.items.p[i].words, S("Roma"))) {
      assert_int_equal(h.items.p[i].class_bit, CLASS_EQUALITY);
      assert_int_equal(h.items.p[i].roles, ROLE_MANAGER);
      found++;
    }
  assert_int_equal(found, 1);
  client_close(&p.c);
}
