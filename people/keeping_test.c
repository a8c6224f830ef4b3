/* What is kept and what may go, class by class; and the states of safe contact. On both databases.
 */
#include "people/rig_test.h"

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
  struct person ada = rig_add(&p, &p.greta, "Ada Thrift");
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
  rig_send(p, edit, "convictions=yes&convictions_note=Long+ago", hidden_of(p, "base"));
  assert_int_equal(p->c.status, 303);
}

static void what_is_erased_stays_erased(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = rig_add(&p, &p.greta, "Ada Thrift"), whole;
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

static void past_its_time_goes_without_a_name(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = rig_add(&p, &p.greta, "Ada Thrift"),
                theirs = rig_add(&p, &p.other, "Moss Petrel"), whole;
  char form[64], id[37];
  assert_int_equal(permission_end(t->db, t->arena, ada.id, p.north, today_of(&p), S("own_wish")),
                   DB_OK);
  assert_int_equal(
      permission_end(t->db, t->arena, theirs.id, p.weavers, today_of(&p), S("own_wish")), DB_OK);
  client_as(&p.c, p.manager);
  uuid_text(ada.public_id, id);
  p.c.now += 31 * one_day;
  get(&p.c, "/keeping"); /* only what no duty needs; support's own months are not over */
  assert_true(client_says(&p.c, "health, offences"));
  assert_false(client_says(&p.c, "identity"));
  p.c.now += 800 * one_day;
  get(&p.c, path_of(&p, &ada, ""));
  assert_int_equal(p.c.status, 404); /* nobody sees the record any more */
  get(&p.c, "/keeping");
  assert_true(client_says(&p.c, "identity, contact"));
  assert_false(client_says(&p.c, "Ada"));
  snprintf(form, sizeof form, "person=%s", id);
  post(&p.c, "/keeping", form);
  assert_int_equal(p.c.status, 303);
  assert_true(people_whole(t->db, t->arena, ada.id, &whole));
  assert_int_equal(whole.name.n + whole.phone.n, 0);
  get(&p.c, "/keeping");
  assert_true(client_says(&p.c, "None today."));
  uuid_text(theirs.public_id, id); /* another organisation's is not theirs to let go */
  snprintf(form, sizeof form, "person=%s", id);
  get(&p.c, "/people");
  post(&p.c, "/keeping", form);
  assert_true(people_whole(t->db, t->arena, theirs.id, &whole));
  assert_true(str_eq(whole.name, S("Moss Petrel")));
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
  static const struct db_test_case cases[] = {
      DB_TEST(the_longest_duty_wins_for_its_classes), DB_TEST(what_is_erased_stays_erased),
      DB_TEST(past_its_time_goes_without_a_name), DB_TEST(safe_times_are_a_state)};
  return rig_run("people, keeping", cases, countof(cases), argc, argv);
}
