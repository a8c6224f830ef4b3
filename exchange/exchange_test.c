/* Bridges through the pages, on both databases (PRACTICE 11). */
#include <stdio.h>
#include "db/seal.h"
#include "exchange/exchange_test.h"
#include "known/known.h"

extern const struct migrations sharing_migrations,
    web_migrations, accounts_migrations, permission_migrations,
    people_migrations, support_migrations, contacts_migrations, exchange_migrations,
    known_migrations, programme_migrations,
    referrals_migrations, directory_migrations, places_migrations;
static const struct domain *const domains[] = {
    &web_domain,     &accounts_domain, &permission_domain, &people_domain,
    &support_domain, &contacts_domain, &known_domain,      &programme_domain,
    &exchange_domain};

struct place place_of(struct db_test *t) {
  struct place p = {.t = t,
                    .c = client_open(t->db, domains, countof(domains), &accounts_session_hooks)};
  struct db *db = t->db;
  struct arena *a = t->arena;
  struct why why = {0};
  instant_t now = p.c.now;
  people_sealing();
  seal_forget();
  people_parts_use(domains, countof(domains));
  assert_true(codes_load(db, &why));
  p.north = test_team(db, a, "Harbour Lights", "North", FUNCTION_SUPPORT, "own", now);
  p.health = test_team(db, a, "Coast NHS", "Health", FUNCTION_SUPPORT, "own", now);
  int64_t wall = test_team(db, a, "Borough", "Fraud", FUNCTION_ENFORCEMENT, "own", now);
  p.amina = test_user(db, a, p.north, "amina", ROLE_KEY_WORKER, "", now);
  p.joe = test_user(db, a, p.north, "joe", ROLE_KEY_WORKER, "", now);
  p.lead = test_user(db, a, p.north, "lead", ROLE_MANAGER, "", now);
  p.priya = test_user(db, a, p.health, "priya", ROLE_KEY_WORKER, "", now);
  p.admin = test_user(db, a, p.north, "colin", ROLE_ADMIN, "", now);
  p.enforcement = test_user(db, a, wall, "basil", ROLE_ENFORCEMENT, "", now);
  client_as(&p.c, p.amina);
  return p;
}

struct person add_person(struct place *p, const struct actor *by, const char *name,
                         const char *phone) {
  struct person x;
  record_clear(&person_type, &x);
  x.name = str_of(name), x.safe_way = S("phone"), x.phone = str_of(phone);
  db_begin(p->t->db, STORE_MAIN);
  people_add(p->t->db, p->t->arena, by, &x, p->c.now);
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
  return x;
}

static instant_t clock_at;
static instant_t clock_of_test(void) { return clock_at; }

void run_jobs(struct place *p) {
  struct job_loop loop = {.db = p->t->db, .kinds = exchange_domain.jobs,
                          .n_kinds = exchange_domain.n_jobs, .clock = clock_of_test,
                          .until_empty = true};
  clock_at = p->c.now;
  for (int lane = LANE_SOON; lane <= LANE_LONG; lane++) {
    loop.lane = (enum lane)lane;
    job_loop(&loop);
  }
}

void says(struct place *p, const char *words) {
  if (!client_says(&p->c, words))
    fail_msg("not said: %s\n%d %.*s", words, p->c.status, P(p->c.text));
}

int64_t count_of(struct place *p, const struct sql *sql) {
  return db_number_(p->t->db, -1, sql, NULL, 0);
}

/* ---- spreadsheets ---- */

/* Sends the file and opens what it is shown as. */
static const char *send_file(struct place *p, const char *file_name, struct str bytes) {
  get(&p->c, "/import");
  post_file(&p->c, "/import", "", "file", file_name, bytes);
  if (p->c.status != 303) fail_msg("%d %.*s", p->c.status, P(p->c.text));
  const char *path = str_c(p->t->arena, client_header(&p->c, "Location"));
  get(&p->c, path);
  assert_int_equal(p->c.status, 200);
  return path;
}

static void read_in(struct place *p, const char *path, const char *form) {
  post(&p->c, path, form);
  if (p->c.status != 303) fail_msg("%d %.*s", p->c.status, P(p->c.text));
  run_jobs(p);
  p->c.now += 60 * 1000000;
  get(&p->c, path);
}

static void later(struct place *p) { p->c.now += (instant_t)3600 * 1000000; }

#define PEOPLE SQL("/* scan: a test */ select count(*) from person")
#define BATCH_NOTES SQL("select count(*) from import_made where contact_id is not null")

static void three_real_workbooks_need_one_decision_each(struct db_test *t) {
  struct place p = place_of(t);
  struct { struct str bytes; int64_t people, notes; } books[] = {
      {workbook_client_list(t->arena), 497, 497 * 11}, /* ten talks and what was kept as words */
      {workbook_contact_log(t->arena), 100, 500},
      {workbook_council_list(t->arena), 250, 502}};
  for (size_t i = 0; i < countof(books); i++) {
    int decisions = 0;
    int64_t before = count_of(&p, PEOPLE), notes = count_of(&p, BATCH_NOTES);
    client_as(&p.c, i == 0 ? p.amina : i == 1 ? p.joe : p.priya);
    const char *path = send_file(&p, "list.xlsx", books[i].bytes);
    assert_int_equal(count_of(&p, PEOPLE), before); /* a dry run */
    post(&p.c, path, "do=go");
    decisions += p.c.status == 422;
    says(&p, "Say how it is safe to reach those");
    read_in(&p, path, "do=go&safe_way=in_person");
    assert_int_equal(decisions, 1);
    says(&p, "read in. The file itself is not kept.");
    assert_int_equal(count_of(&p, PEOPLE) - before, books[i].people);
    assert_int_equal(count_of(&p, BATCH_NOTES) - notes, books[i].notes);
    int64_t ids[4]; /* the headings below the merged ones were understood; a sister's were not */
    if (i) continue;
    assert_int_equal(people_by_phone(t->db, t->arena, S("07700 900005"), ids, 4), 1);
    assert_int_equal(people_by_email(t->db, t->arena, S("Ola2@example.org"), ids, 4), 1);
  }
  assert_int_equal(
      count_of(&p, SQL("select count(*) from import_batch where file is not null")), 0);
  client_close(&p.c);
}

static const char *const mixed[] = {
    "Name|DOB|Phone|Notes|Ethnicity|Shoe size",
    "Dee Marsh|3rd March 1990|7700900123|12/3/24 rang, no answer. 15/3/24: met at the hub|x|5",
    "Sam Marsh|12/5/31|7700900123||x|",
    "Ola Pike|31/02/1980||=1+1|x|7",
    "|||16/3/24 bus pass||",
    "Dee Marsh|4/5/1971|07700 900555|another Dee||"};

static void says_every_fault_beside_its_cell(struct db_test *t) {
  struct place p = place_of(t);
  send_file(&p, "mixed.xlsx", workbook(t->arena, mixed, countof(mixed)));
  says(&p, "B4"); /* Ola's birthday */
  says(&p, "Write it as 27/3/1990.");
  says(&p, "Kept as words");
  says(&p, "They stay two people"); /* one telephone, two people */
  says(&p, "4 people");
  says(&p, "3 March 1990");
  says(&p, "12 May 1931"); /* nobody is born in 2031 */
  says(&p, "Shoe size");
  assert_false(client_says(&p.c, "=1+1<"));
  post_file(&p.c, "/import", "", "file", "old.xls", S("\xd0\xcf\x11\xe0 old"));
  assert_int_equal(p.c.status, 422);
  says(&p, "save it as .xlsx");
  post_file(&p.c, "/import", "", "file", "x.csv", S("1,2,3\n4,5,6\n"));
  assert_int_equal(p.c.status, 422);
  says(&p, "No row of headings was found");
  client_close(&p.c);
}

static void two_people_with_one_telephone_stay_two(struct db_test *t) {
  struct place p = place_of(t);
  const char *path = send_file(&p, "mixed.xlsx", workbook(t->arena, mixed, countof(mixed)));
  read_in(&p, path, "do=go&safe_way=phone");
  int64_t ids[4];
  assert_int_equal(people_by_phone(t->db, t->arena, S("07700 900123"), ids, 4), 2);
  assert_int_equal(count_of(&p, PEOPLE), 4);
  client_close(&p.c);
}

static void reads_the_same_shape_the_same_way_next_time(struct db_test *t) {
  struct place p = place_of(t);
  const char *path = send_file(&p, "mixed.xlsx", workbook(t->arena, mixed, countof(mixed)));
  post(&p.c, path, "do=look&t5=leave&safe_way=text");
  assert_int_equal(p.c.status, 200);
  client_as(&p.c, p.joe); /* a colleague, the same columns */
  path = send_file(&p, "again.xlsx", workbook(t->arena, mixed, countof(mixed)));
  says(&p, "as you read one like it last time");
  read_in(&p, path, "do=go"); /* nothing is left to decide */
  says(&p, "read in. The file itself is not kept.");
  client_as(&p.c, p.priya); /* another organisation */
  send_file(&p, "again.xlsx", workbook(t->arena, mixed, countof(mixed)));
  assert_false(client_says(&p.c, "last time"));
  client_close(&p.c);
}

static void asks_only_about_people_the_sender_may_see(struct db_test *t) {
  struct place p = place_of(t);
  struct person known = add_person(&p, &p.amina, "Dee Marsh", "07700 900123"),
                theirs = add_person(&p, &p.priya, "Ola Pike", "");
  char id[37], form[128];
  const char *path = send_file(&p, "mixed.xlsx", workbook(t->arena, mixed, countof(mixed)));
  says(&p, "Is this somebody you know?");
  uuid_text(known.public_id, id);
  says(&p, id);
  uuid_text(theirs.public_id, id);
  assert_false(client_says(&p.c, id)); /* silent about anyone else */
  post(&p.c, path, "do=go&safe_way=phone");
  assert_int_equal(p.c.status, 422);
  says(&p, "Say for each whether it is them");
  uuid_text(known.public_id, id);
  snprintf(form, sizeof form, "do=go&safe_way=phone&k2=%s&k6=other", id);
  read_in(&p, path, form);
  says(&p, "read in. The file itself is not kept.");
  assert_int_equal(count_of(&p, PEOPLE), 2 + 3); /* the notes went to the Dee who was here */
  assert_int_equal(db_number(t->db, -1, SQL("select count(*) from import_made where person_id = "
                                            "?1"), V(known.id)), 3);
  client_as(&p.c, p.joe);
  path = send_file(&p, "mixed.xlsx", workbook(t->arena, mixed, countof(mixed)));
  assert_false(client_says(&p.c, "Is this somebody you know?")); /* he carries none of them */
  get(&p.c, path);
  client_as(&p.c, p.lead);
  get(&p.c, path);
  assert_int_equal(p.c.status, 404); /* another's file */
  client_close(&p.c);
}

/* "Already known here?" at import: whatever was mistyped or has changed; silent about who hides and
 * about another's. Who is asked about is named to the audit, and nobody else. */
static void asks_whoever_is_known_by_another_spelling(struct db_test *t) {
  static const char *const rows[] = {"Name|DOB|Phone", "Liz Marsh|2/4/1990|07700 900123",
                                     "Tomasz Wierzba|21/7/1979|07700 900124",
                                     "Ola Pike|5/6/1981|07700 900125"};
  struct place p = place_of(t);
  const struct { const char *name; day_t born; const char *phone; bool hides; } here[] = {
      {"Elizabeth Marsh", day_of(1990, 2, 4), "07700 900123", false},
      {"Tomasz Wierzba", day_of(1979, 7, 21), "07700 900124", true},
      {"Ola Pike", day_of(1981, 6, 5), "07700 900125", false}};
  char id[3][37];
  int64_t person[3];
  db_begin(t->db, STORE_MAIN);
  for (size_t i = 0; i < countof(here); i++) {
    struct person x;
    record_clear(&person_type, &x);
    x.name = str_of(here[i].name), x.safe_way = S("phone"), x.phone = str_of(here[i].phone);
    x.born_on = here[i].born;
    (here[i].hides ? people_add_restricted : people_add)(
        t->db, t->arena, i < 2 ? &p.amina : &p.priya, &x, p.c.now);
    uuid_text(x.public_id, id[i]);
    person[i] = x.id;
  }
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  client_as(&p.c, p.joe); /* carries nobody */
  send_file(&p, "list.xlsx", workbook(t->arena, rows, countof(rows)));
  assert_false(client_says(&p.c, "Is this somebody you know?"));
  client_as(&p.c, p.amina);
  send_file(&p, "list.xlsx", workbook(t->arena, rows, countof(rows)));
  says(&p, "Is this somebody you know?");
  says(&p, "Looks like");
  says(&p, "Elizabeth Marsh");
  says(&p, "day and month swapped"); /* in words, beside the row */
  says(&p, id[0]);
  assert_false(client_says(&p.c, id[1])); /* hides, though amina is the worker: never by likeness */
  assert_false(client_says(&p.c, id[2]));
  for (size_t i = 0; i < countof(person); i++) { /* who looked: at her, and at nobody else */
    struct audit_looks looks = {0};
    assert_true(audit_who_looked(t->db, t->arena, person[i], 0, 50, &looks));
    assert_int_equal(looks.n > 0, i == 0);
  }
  client_close(&p.c);
}

static void undo_leaves_what_was_worked_on(struct db_test *t) {
  struct place p = place_of(t);
  char path[160];
  add_person(&p, &p.amina, "Here Before", "");
  const char *file = send_file(&p, "mixed.xlsx", workbook(t->arena, mixed, countof(mixed)));
  read_in(&p, file, "do=go&safe_way=phone");
  assert_int_equal(count_of(&p, PEOPLE), 5);
  later(&p);
  struct rows r;
  assert_true(db_one(&r, t->db, t->arena,
                     SQL("select public_id from person where name = 'Ola Pike'")));
  snprintf(path, sizeof path, "/people/%.*s/contacts", P(row_text(&r, 0)));
  db_done(&r);
  get(&p.c, path);
  post(&p.c, path, "words=Came+by+hand&mode=phone&on_day=1/1/2026");
  assert_int_equal(p.c.status, 303);
  later(&p);
  snprintf(path, sizeof path, "%s/undo", file);
  get(&p.c, path);
  says(&p, "Ola Pike"); /* what would be lost */
  says(&p, "3 people and their notes go");
  post(&p.c, path, "");
  run_jobs(&p);
  get(&p.c, file);
  says(&p, "1 record stayed");
  assert_int_equal(count_of(&p, PEOPLE), 2); /* Ola, and who was here before */
  assert_int_equal(count_of(&p, SQL("select count(*) from may_see")), 2);
  get(&p.c, "/people");
  assert_false(client_says(&p.c, "Dee Marsh"));
  client_close(&p.c);
}

static void a_killed_job_goes_on_where_it_stopped(struct db_test *t) {
  struct place p = place_of(t);
  const char *path = send_file(&p, "mixed.xlsx", workbook(t->arena, mixed, countof(mixed)));
  post(&p.c, path, "do=go&safe_way=phone");
  /* As it stands when two of the four were read in and the process died. */
  assert_int_equal(db_run(t->db, SQL("update job set state = '{\"next\":2}' where kind = 'read "
                                     "people in'")), DB_OK);
  run_jobs(&p);
  assert_int_equal(count_of(&p, PEOPLE), 2);
  run_jobs(&p);
  assert_int_equal(count_of(&p, PEOPLE), 2); /* not again */
  client_close(&p.c);
}

static void notes_of_a_cell_are_split_at_their_days(struct db_test *t) {
  struct note_entries e = sheet_notes(
      t->arena, S("Referred by a friend\n12/3/24 JB rang 0151 000 0000, no answer\n"
                  "[15/03/2024] met at the hub. 16.3.24: bus pass; wants 3 days\n"
                  "3rd March 2025 - 2/3 of the form"));
  assert_int_equal(e.n, 5);
  assert_true(e.p[0].on == DAY_NONE && str_eq(e.p[0].words, S("Referred by a friend")));
  assert_int_equal(e.p[1].on, day_of(2024, 3, 12));
  assert_true(str_eq(e.p[1].words, S("JB rang 0151 000 0000, no answer")));
  assert_int_equal(e.p[2].on, day_of(2024, 3, 15));
  assert_true(str_eq(e.p[3].words, S("bus pass; wants 3 days")));
  assert_int_equal(e.p[4].on, day_of(2025, 3, 3));
  assert_true(str_eq(e.p[4].words, S("2/3 of the form")));
  e = sheet_notes(t->arena, S("Paid 12.50 on the 3/4 bus"));
  assert_int_equal(e.n, 1);
}

int main(int argc, char **argv) {
  static const struct db_test_case cases[] = {
      DB_TEST(notes_of_a_cell_are_split_at_their_days),
      DB_TEST(says_every_fault_beside_its_cell),
      DB_TEST(two_people_with_one_telephone_stay_two),
      DB_TEST(reads_the_same_shape_the_same_way_next_time),
      DB_TEST(asks_only_about_people_the_sender_may_see),
      DB_TEST(asks_whoever_is_known_by_another_spelling),
      DB_TEST(undo_leaves_what_was_worked_on),
      DB_TEST(a_killed_job_goes_on_where_it_stopped),
      DB_TEST(a_token_has_one_function_and_its_scopes),
      DB_TEST(an_outcome_is_written_and_read_by_program),
      DB_TEST(a_token_ends),
      DB_TEST(the_same_write_twice_is_one),
      DB_TEST(an_id_that_stands_is_not_told),
      DB_TEST(a_program_is_told_by_ids_signed),
      DB_TEST(what_did_not_arrive_is_sent_again),
      DB_TEST(nothing_is_told_of_who_hides_or_to_enforcement),
      DB_TEST(nobody_leaves_without_a_declared_basis),
      DB_TEST(everything_goes_out_and_comes_in_equal),
      DB_TEST(a_sheet_says_what_changed_since_it_was_keyed),
      DB_TEST(a_mapping_file_is_looked_at),
      DB_TEST(three_real_workbooks_need_one_decision_each),
  };
  const struct migrations lists[] = {
      db_migrations,     record_migrations,   audit_migrations,      web_migrations,
      accounts_migrations, permission_migrations, places_migrations,  people_migrations,
      support_migrations, contacts_migrations, sharing_migrations,
      known_migrations, programme_migrations, exchange_migrations};
  return db_test_main(argc, argv, "exchange", cases, countof(cases), lists, countof(lists));
}
