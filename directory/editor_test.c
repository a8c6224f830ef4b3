/* What editors do, through the pages: add, correct, check, publish, keep two sources, send a file.
 */
#include "db/here.h"
#include "directory/directory_test.h"
#include "web/testing.h"

static struct client editor(struct db_test *t) {
  static const struct domain *domains[] = {&directory_domain};
  struct client c = client_open(t->db, domains, countof(domains), NULL);
  c.now = test_now();
  client_as(&c, (struct actor){.user_id = 7, .roles = ROLE_EDITOR, .function = FUNCTION_DIRECTORY});
  return c;
}

static struct str path(struct db_test *t, struct uuid id, const char *tail) {
  char text[37];
  uuid_text(id, text);
  return str_format(t->arena, "/directory/services/%s%s", text, tail);
}

static void says(struct client *c, const char *words) {
  if (client_says(c, words)) return;
  for (size_t i = 0; i < c->text.n; i += 400)
    print_error("%.*s\n", P(str_slice(c->text, i, i + 400)));
  fail_msg("%.*s does not say \"%s\"", P(c->path), words);
}

static void only_editors_get_in(struct db_test *t) {
  struct client c = editor(t);
  static const char *const paths[] = {"/directory",
                                      "/directory/reminders",
                                      "/directory/files",
                                      "/directory/feeds",
                                      "/directory/services",
                                      "/directory/services/new",
                                      "/directory/files/services.csv",
                                      "/directory/organisations",
                                      "/directory/schemes",
                                      "/directory/places/new"};
  for (size_t i = 0; i < countof(paths); i++) {
    get(&c, paths[i]);
    if (c.status != 200) fail_msg("%s: %d", paths[i], c.status);
  }
  client_as(&c,
            (struct actor){.user_id = 8, .roles = ROLE_KEY_WORKER, .function = FUNCTION_SUPPORT});
  for (size_t i = 0; i < countof(paths); i++) {
    get(&c, paths[i]);
    if (c.status == 200) fail_msg("%s let a key worker in", paths[i]);
  }
  client_close(&c);
}

static void adding_correcting_publishing(struct db_test *t) {
  struct organisation org = test_organisation(t, "Quay Trust");
  struct client c = editor(t);
  get(&c, "/directory/services/new");
  post(&c, "/directory/services/new",
       "name=&organisation=Nobody&status=active&starts=31/2/2026&rule=age+lots");
  assert_int_equal(c.status, 422);
  says(&c, "Enter this: Name."), says(&c, "choose one from the list"),
      says(&c, "must be a real date");
  says(&c, "value=\"31/2/2026\""), says(&c, "age lots"); /* what was typed is still there */
  post(
      &c, "/directory/services/new",
      "name=Work+club&organisation=quay+trust&status=active&summary=A+caf%C3%A9&phone=01632960120");
  assert_int_equal(c.status, 303);
  assert_true(follow(&c));
  says(&c, "01632 960120"), says(&c, "Not published");
  struct service s;
  int64_t id = db_number(t->db, 0, SQL("select id from service where name = 'Work club'"));
  assert_true(record_load(t->db, t->arena, &service_type, id, &s));
  assert_int_equal(s.organisation, org.id);
  post(&c, str_c(t->arena, path(t, s.public_id, "/publish")), "");
  post(&c, str_c(t->arena, path(t, s.public_id, "/checked")), "");
  assert_true(record_load(t->db, t->arena, &service_type, id, &s));
  assert_int_equal(s.published_on, TEST_DAY), assert_int_equal(s.assured_on, TEST_DAY);
  assert_int_equal(service_standing(&s, TEST_DAY).state, STANDING_LIVE);
  get(&c, str_c(t->arena, path(t, s.public_id, "/history")));
  says(&c, "Added"), says(&c, "#7"), says(&c, "Last checked with them"),
      says(&c, "21 November 2026");
  client_close(&c);
}

static void two_editors_at_once(struct db_test *t) {
  struct organisation org = test_organisation(t, "Quay Trust");
  struct service s = test_service(t, org.id, "Work club");
  struct client c = editor(t);
  const char *at = str_c(t->arena, path(t, s.public_id, ""));
  post(&c, at, "version=1&name=Mine&organisation=Quay+Trust&status=active");
  assert_int_equal(c.status, 303);
  post(&c, at, "version=1&name=Theirs&organisation=Quay+Trust&status=active");
  assert_int_equal(c.status, 422);
  says(&c, "Somebody else changed this entry"), says(&c, "value=\"Theirs\"");
  assert_true(record_load(t->db, t->arena, &service_type, s.id, &s));
  assert_true(str_eq(s.name, S("Mine")));
  client_close(&c);
}

static void reminders_and_filters(struct db_test *t) {
  struct organisation org = test_organisation(t, "Quay Trust");
  struct service fresh = test_service(t, org.id, "Fresh"),
                 stale = test_service(t, org.id, "Stale club");
  struct service soon = test_service(t, org.id, "Soon due"),
                 ended = test_service(t, org.id, "Ended");
  stale.assured_on = TEST_DAY - 400, test_save(t, &service_type, &stale);
  soon.assured_on = TEST_DAY - REVIEW_DAYS_DEFAULT + 3, test_save(t, &service_type, &soon);
  ended.ends = TEST_DAY - 1, test_save(t, &service_type, &ended);
  struct client c = editor(t);
  get(&c, "/directory/reminders");
  says(&c, "Stale club"), says(&c, "Soon due"), says(&c, "2 entries need a check.");
  assert_false(client_says(&c, "Fresh") || client_says(&c, "Ended"));
  get(&c, "/directory?state=ended");
  says(&c, "Ended");
  assert_false(client_says(&c, "Stale club"));
  get(&c, "/directory?q=stale+cl");
  says(&c, "Stale club"), says(&c, "Needs a check");
  assert_false(client_says(&c, "Fresh"));
  (void)fresh;
  client_close(&c);
}

static void parts_of_a_service(struct db_test *t) {
  struct organisation org = test_organisation(t, "Quay Trust");
  struct service s = test_service(t, org.id, "Work club");
  struct client c = editor(t);
  get(&c, str_c(t->arena, path(t, s.public_id, "/times/new")));
  post(&c, str_c(t->arena, path(t, s.public_id, "/times/new")),
       "byday=TU&byday=TH&opens_at=25:00&closes_at=16:00");
  assert_int_equal(c.status, 422);
  says(&c, "Write the time like 09:30.");
  post(&c, str_c(t->arena, path(t, s.public_id, "/times/new")),
       "byday=TU&byday=TH&opens_at=9:30&closes_at=16:00");
  assert_true(follow(&c));
  says(&c, "Tuesday, Thursday, 09:30, 16:00");
  post(&c, str_c(t->arena, path(t, s.public_id, "/places/new")),
       "name=The+Net+Loft&location_type=physical&address_1=1+Quay&city=Northquay&postcode=l11aa&"
       "address_not_published=no");
  assert_true(follow(&c));
  says(&c, "The Net Loft");
  struct offers o;
  struct why why;
  assert_true(offers_load(t->db, t->arena, TEST_DAY, DIRECTORY_LIVE, &o, &why));
  assert_int_equal(o.list.p[0].places.n, 1), assert_int_equal(o.list.p[0].openings.n, 2);
  struct schedule times;
  int64_t id = db_number(t->db, 0, SQL("select id from schedule"));
  assert_true(record_load(t->db, t->arena, &schedule_type, id, &times));
  char text[37];
  uuid_text(times.public_id, text);
  struct str remove =
      str_format(t->arena, "%.*s/times/%s/remove", P(path(t, s.public_id, "")), text);
  post(&c, str_c(t->arena, remove), "");
  assert_int_equal(db_number(t->db, -1, SQL("select count(*) from schedule")), 0);
  client_close(&c);
}

static void sources_on_the_pages(struct db_test *t) {
  struct organisation org = test_organisation(t, "Quay Trust");
  struct service s = test_service(t, org.id, "Work club");
  struct client c = editor(t);
  const char *at = str_c(t->arena, path(t, s.public_id, "/source"));
  get(&c, str_c(t->arena, path(t, s.public_id, "")));
  post(&c, at, "field=places_left&value=lots&source=Their+page");
  assert_int_equal(c.status, 422);
  says(&c, "must be a whole number");
  post(&c, at, "field=places_left&value=12&source=Their+page&choose=yes");
  post(&c, at, "field=places_left&value=8&source=Their+manager&as_of=1/11/2026");
  assert_true(follow(&c));
  says(&c, "Sources disagree"), says(&c, "Their manager"), says(&c, "We go by this");
  char text[60];
  memcpy(text, "/help/services/", 15);
  uuid_text(s.public_id, text + 15);
  client_as(&c, (struct actor){0});
  get(&c, text);
  says(&c, "Where sources disagree"), says(&c, "8: Their manager"), says(&c, "12 places left");
  client_close(&c);
}

static void files_of_entries(struct db_test *t) {
  struct organisation org = test_organisation(t, "Quay Trust");
  struct service s = test_service(t, org.id, "Work club");
  struct client c = editor(t);
  char id[37];
  uuid_text(s.public_id, id);
  struct str file = str_format(
      t->arena,
      "id,organisation,name,summary,places_left\n%s,Quay Trust,Work club,New words,5\n"
      ",Quay Trust,Second club,,lots\n,Nobody,Third club,,1\n,Quay Trust,Fourth club,,1\n",
      id);
  get(&c, "/directory/files");
  post_file(&c, "/directory/files", "", "file", "entries.csv", file);
  assert_int_equal(c.status, 200);
  says(&c, "Nothing was changed yet"), says(&c, "2 rows to put right"),
      says(&c, "There is no organisation of this name");
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from service")), 1);
  struct buf form = buf_open(1 << 16);
  buf_put(&form, S("apply=yes"));
  client_field(&form, "text", file);
  post(&c, "/directory/files", str_c(t->arena, buf_str(&form)));
  says(&c, "Done");
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from service")), 2);
  assert_true(record_load(t->db, t->arena, &service_type, s.id, &s));
  assert_true(str_eq(s.summary, S("New words")) && s.places_left == 5 && s.version == 2);
  get(&c, "/directory/files/services.csv");
  struct str out = str_copy(t->arena, c.text);
  assert_true(str_contains(out, S("Fourth club")));
  get(&c, "/directory/files");
  post_file(&c, "/directory/files", "", "file", "services.csv",
            out); /* what went out comes back as the same */
  says(&c, "2 entries were the same already"), says(&c, "0 rows to put right");
  char folder[64]; /* as a workbook too, made in the data folder */
  test_folder(folder);
  struct db_where where = {.folder = str_of(folder)};
  db_here_set(&where);
  get(&c, "/directory/files/services.xlsx");
  struct str book = str_copy(t->arena, c.text);
  assert_true(str_starts(book, S("PK\x03\x04")));
  post_file(&c, "/directory/files", "", "file", "services.xlsx", book);
  says(&c, "2 entries were the same already"), says(&c, "0 rows to put right");
  post_file(&c, "/directory/files", "", "file", "x.xlsx", S("PK\x03\x04 no workbook"));
  assert_int_equal(c.status, 422);
  buf_free(&form);
  client_close(&c);
}

static void public_pages(struct db_test *t) {
  struct organisation org = test_organisation(t, "Quay Trust");
  struct service s = test_service(t, org.id, "Work club");
  s.summary = S("A <b>caf\xc3\xa9</b>"), s.description = S("One.\n\nTwo."),
  s.rule = S("age 16 to 29"), s.free = 1;
  s.ends = TEST_DAY + 40, s.assurer_email = S("CANARY@example.org"), s.editor_note = S("CANARY");
  test_save(t, &service_type, &s);
  struct location l;
  record_clear(&location_type, &l);
  l.location_type = S("physical"), l.name = S("CANARY house"), l.address_1 = S("CANARY st"),
  l.postcode = S("L1 1AA");
  l.address_not_published = 1;
  test_save(t, &location_type, &l);
  struct service_at_location sl;
  record_clear(&service_at_location_type, &sl);
  sl.service = s.id, sl.location = l.id;
  test_save(t, &service_at_location_type, &sl);
  struct client c = editor(t);
  client_as(&c, (struct actor){0});
  struct offers o;
  struct why why;
  assert_true(offers_load(t->db, t->arena, TEST_DAY, DIRECTORY_LIVE, &o, &why));
  get(&c, str_c(t->arena, offer_path(t->arena, &o.list.p[0], DIRECTORY_LIVE)));
  assert_int_equal(c.status, 200);
  says(&c, "A &lt;b&gt;caf"), says(&c, "The address is not published"), says(&c, "16 to 29"),
      says(&c, "It is free.");
  says(&c, "Checked with them on 11 November 2026."), says(&c, "invented");
  assert_false(client_says(&c, "CANARY") || client_says(&c, "L1 1AA"));
  char text[64];
  memcpy(text, "/help/organisations/", 20);
  uuid_text(org.public_id, text + 20);
  get(&c, text);
  says(&c, "Quay Trust"), says(&c, "Work club");
  client_close(&c);
}

static void feeds(struct db_test *t) {
  struct client c = editor(t);
  get(&c, "/directory/feeds");
  post(&c, "/directory/feeds", "name=The+county&url=javascript:alert(1)");
  assert_int_equal(c.status, 422);
  post(&c, "/directory/feeds", "name=The+county&url=https://feed.example.org/api/&publish=no");
  assert_true(follow(&c));
  says(&c, "https://feed.example.org/api"), says(&c, "Not read whole yet.");
  post(&c, "/directory/feeds", "name=Again&url=https://feed.example.org/api");
  assert_int_equal(c.status, 422);
  says(&c, "This address is here already.");
  struct feed f;
  assert_true(record_load(t->db, t->arena, &feed_type,
                          db_number(t->db, 0, SQL("select id from feed")), &f));
  char text[80];
  snprintf(text, sizeof text, "/directory/feeds/%.*s/read", P(uuid_str(t->arena, f.public_id)));
  post(&c, text, "");
  post(&c, text, "");
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from job where kind = 'oruk_import'")),
                   1); /* once is enough */
  client_close(&c);
}

int editor_tests(const struct migrations *lists, size_t n) {
  static const struct db_test_case cases[] = {DB_TEST(only_editors_get_in),
                                              DB_TEST(adding_correcting_publishing),
                                              DB_TEST(two_editors_at_once),
                                              DB_TEST(reminders_and_filters),
                                              DB_TEST(parts_of_a_service),
                                              DB_TEST(sources_on_the_pages),
                                              DB_TEST(files_of_entries),
                                              DB_TEST(public_pages),
                                              DB_TEST(feeds)};
  return db_test_run("directory editors", cases, countof(cases), lists, n);
}
