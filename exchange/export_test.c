/* Copying out, and everything taken away and read in again. */
#include <stdio.h>
#include "base/zip.h"
#include "exchange/copyout.h"
#include "exchange/export.h"
#include "exchange/exchange_test.h"

/* An agreement the manager's organisation is party to, for these classes. */
static struct str agreement(struct place *p, uint32_t classes) {
  struct agreement_party party = {p->lead.organisation_id, "controller"};
  struct agreement g = {.title = S("Moving to another system (invented)"), .purpose = S("Leaving"),
                        .classes = classes, .article6 = "public_task",
                        .from = instant_local_uk(p->c.now).day - 1, .to = DAY_NONE,
                        .review_on = instant_local_uk(p->c.now).day + 300,
                        .owner_user_id = p->lead.user_id,
                        .parties = {&party, 1}};
  db_begin(p->t->db, STORE_MAIN);
  int64_t id = permission_agreement_add(p->t->db, p->t->arena, &g);
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
  struct agreements_known all =
      permission_agreements(p->t->db, p->t->arena, p->lead.organisation_id);
  for (size_t i = 0; i < all.n; i++)
    if (all.p[i].id == id)
      return str_format(p->t->arena, "basis=agreement+%.*s", P(all.p[i].public_id));
  fail_msg("no agreement");
  return (struct str){0};
}

static void strength_of(struct place *p, const struct person *x, const char *words) {
  struct strength s;
  record_clear(&strength_type, &s);
  s.person = x->id, s.words = str_of(words), s.said_on = 20000;
  assert_int_equal(record_insert(p->t->db, p->t->arena, &strength_type, &s, p->amina.user_id,
                                 p->c.now), DB_OK);
}

static void contact_of(struct place *p, const struct person *x, const char *words) {
  struct contact c;
  bool again;
  record_clear(&contact_type, &c);
  c.person = x->id, c.words = str_of(words), c.on_day = 20001, c.mode = S("phone");
  c.kept_to = S("all"), c.worker = p->amina.user_id, c.team = p->north;
  db_begin(p->t->db, STORE_MAIN);
  contacts_add(p->t->db, p->t->arena, &c, p->amina.user_id, p->c.now, &again);
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
}

/* Asks, lets the job run, takes; "" when there was nothing to take. */
static struct str take(struct place *p, struct str form) {
  char path[120];
  client_as(&p->c, p->lead);
  get(&p->c, "/export");
  post(&p->c, "/export", str_c(p->t->arena, form));
  if (p->c.status != 303) return (struct str){0};
  run_jobs(p);
  get(&p->c, "/export");
  struct str mark = S("action=\"/export/"), rest = p->c.text;
  size_t at = str_find(rest, mark);
  if (at == rest.n) return (struct str){0};
  snprintf(path, sizeof path, "/export/%.*s/take", 36, rest.p + at + mark.n);
  post(&p->c, path, "");
  if (p->c.status != 200) return (struct str){0};
  struct str zip = str_copy(p->t->arena, p->c.text);
  post(&p->c, path, "");
  assert_int_equal(p->c.status, 404); /* once */
  return zip;
}

static struct str member(struct arena *a, struct str zip, const char *name) {
  struct why why = {0};
  struct str out = {0};
  struct zip *z = zip_open_str(a, zip, &why);
  assert_non_null(z);
  const struct zip_member *m = zip_find(z, str_of(name));
  assert_non_null(m);
  assert_true(zip_read_all(a, z, m, 1 << 24, &out, &why));
  zip_close(z);
  return out;
}

static struct str sha_text(struct arena *a, struct str bytes) {
  struct sha256 h = sha256_of(bytes);
  return hex_of(a, h.b, sizeof h.b);
}

static struct person furnish(struct place *p) {
  struct person ada = add_person(p, &p->amina, "Ada Thrift", "07700 900555"), hidden;
  add_person(p, &p->joe, "=Ben Quay", "");
  add_person(p, &p->priya, "Cat Elsewhere", "");
  strength_of(p, &ada, "Bakes for forty");
  contact_of(p, &ada, "Rang about the course, \"all well\"");
  record_clear(&person_type, &hidden);
  hidden.name = S("Hidden One"), hidden.safe_way = S("none");
  db_begin(p->t->db, STORE_MAIN);
  people_add_restricted(p->t->db, p->t->arena, &p->amina, &hidden, p->c.now);
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
  return ada;
}

void nobody_leaves_without_a_declared_basis(struct db_test *t) {
  struct place p = place_of(t);
  furnish(&p);
  assert_int_equal(take(&p, S("basis=")).n, 0);
  assert_int_equal(p.c.status, 422);
  says(&p, "Choose the agreement or the declared return");
  assert_int_equal(take(&p, S("basis=agreement+00000000-0000-4000-8000-000000000000")).n, 0);
  assert_int_equal(count_of(&p, SQL("select count(*) from export_file")), 0);
  struct str only = agreement(&p, CLASS_IDENTITY);
  struct str people = member(t->arena, take(&p, only), "people.json");
  assert_true(str_contains(people, S("Ada Thrift")));
  assert_false(str_contains(people, S("07700 900555"))); /* contact is not in the agreement */
  assert_false(str_contains(people, S("all well")));
  client_as(&p.c, p.amina);
  get(&p.c, "/export");
  assert_int_equal(p.c.status, 403);
  client_close(&p.c);
}

void everything_goes_out_and_comes_in_equal(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = furnish(&p);
  char form[100];
  struct str basis = agreement(&p, ALL_CLASSES), zip = take(&p, basis);
  assert_true(zip.n > 0);
  struct str people = member(t->arena, zip, "people.json"),
             manifest = member(t->arena, zip, "manifest.json");
  assert_true(str_contains(people, S("Bakes for forty")));
  assert_true(str_contains(people, S("07700 900555")));
  assert_false(str_contains(people, S("Hidden One")));
  assert_false(str_contains(people, S("Cat Elsewhere"))); /* another organisation's */
  assert_true(str_contains(manifest, sha_text(t->arena, people)));
  assert_true(str_contains(member(t->arena, zip, "person.csv"), S("'=Ben Quay")));
  struct audit_looks looks;
  struct audit_writer *w = audit_writer_open(t->db, p.c.now, NULL);
  audit_writer_drain(w);
  assert_true(audit_who_looked(t->db, t->arena, ada.id, 0, 5, &looks));
  bool noted = false;
  for (size_t i = 0; i < looks.n; i++)
    noted |= str_eq(looks.p[i].entry.what, S("put into an export"));
  assert_true(noted); /* who looked says so */
  audit_writer_close(w);
  client_close(&p.c);
  /* Into an empty installation, and out again: the same. */
  struct db_test other;
  db_test_open(&other, t->kind, t->lists, t->n_lists);
  struct place q = place_of(&other);
  client_as(&q.c, q.lead);
  get(&q.c, "/export");
  post_file(&q.c, "/export/read", "", "file", "export.zip", zip);
  assert_int_equal(q.c.status, 303);
  run_jobs(&q);
  assert_int_equal(count_of(&q, SQL("/* scan: a test */ select count(*) from person")), 2);
  struct str again = member(t->arena, take(&q, agreement(&q, ALL_CLASSES)), "people.json");
  assert_true(str_eq(people, again));
  get(&q.c, "/export");
  post_file(&q.c, "/export/read", "", "file", "export.zip", zip); /* twice brings nobody twice */
  run_jobs(&q);
  assert_int_equal(count_of(&q, SQL("/* scan: a test */ select count(*) from person")), 2);
  post_file(&q.c, "/export/read", "", "file", "x.zip", S("PK\x03\x04 no"));
  assert_int_equal(q.c.status, 422);
  snprintf(form, sizeof form, "basis=nothing");
  post(&q.c, "/export", form);
  assert_int_equal(q.c.status, 422);
  client_close(&q.c);
  db_test_close(&other);
}

void a_sheet_says_what_changed_since_it_was_keyed(struct db_test *t) {
  struct place p = place_of(t);
  char path[120], edit[120], id[37];
  struct person ada = add_person(&p, &p.amina, "Ada Thrift", "07700 900555");
  uuid_text(ada.public_id, id);
  snprintf(path, sizeof path, "/people/%s/copy", id);
  get(&p.c, path);
  says(&p, "Not keyed yet");
  snprintf(path, sizeof path, "/people/%s/copy/example", id);
  get(&p.c, path);
  says(&p, "07700 900555");
  says(&p, "data-copy=\"copy-4\"");
  says(&p, "It wants, for example");
  assert_false(client_says(&p.c, "Changed"));
  post(&p.c, path, "reference=P-4711");
  assert_int_equal(p.c.status, 303);
  get(&p.c, path);
  says(&p, "P-4711");
  says(&p, "amina");
  says(&p, "Nothing has changed since");
  snprintf(edit, sizeof edit, "/api/people/%s", id);
  p.c.content_type = S("application/json");
  ada.phone = S("07700 900777");
  assert_true(people_contact(t->db, t->arena, ada.id, ALL_CLASSES, &ada));
  ada.phone = S("07700 900777");
  db_begin(t->db, STORE_MAIN);
  people_save(t->db, t->arena, &ada, p.amina.user_id, p.c.now);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  get(&p.c, path);
  says(&p, "1 field has changed since");
  says(&p, "07700 900777");
  struct rows r;
  assert_true(db_one(&r, t->db, t->arena, SQL("select prints from copy_keyed")));
  assert_false(str_contains(row_text(&r, 0), S("07700"))); /* no second copy is kept */
  db_done(&r);
  client_as(&p.c, p.joe);
  get(&p.c, path);
  assert_int_equal(p.c.status, 404);
  client_close(&p.c);
}

void a_mapping_file_is_looked_at(struct db_test *t) {
  struct copy_system s;
  struct why why = {0};
#define HEAD "system,name,version,dated,screen,label,source,format,example\n"
  assert_true(copyout_parse(t->arena, S(HEAD "x,X,1,2026-11-01,A,Name,person.name,text,Dee\n"), &s,
                            &why));
  assert_false(copyout_parse(
      t->arena, S(HEAD "x,X,1,2026-11-01,A,Note,person.safe_note,text,Dee\n"), &s, &why));
  assert_true(str_contains(why_str(&why), S("never keyed elsewhere")));
  assert_false(copyout_parse(t->arena, S(HEAD "x,X,1,1/11/26,A,Name,person.name,text,Dee\n"), &s,
                             &why));
  assert_true(copyout_systems(t->arena).n >= 1);
}
