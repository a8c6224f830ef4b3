/* Reading feeds: what is taken from one record, and walks over servers with the habits of real ones
 * (when node and the conformance folder are here). */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include "directory/directory_test.h"
#include "directory/feed.h"
#include "web/out.h"

static struct feed add_feed(struct db_test *t, const char *url, int8_t publish) {
  struct feed f;
  record_clear(&feed_type, &f);
  f.name = S("The county"), f.url = str_of(url), f.publish = publish;
  db_begin(t->db, STORE_MAIN);
  assert_int_equal(record_insert(t->db, t->arena, &feed_type, &f, 0, test_now()), DB_OK);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  return f;
}

static int64_t take(struct db_test *t, const struct feed *f, const char *text) {
  struct feed_reading r = {t->db, t->arena, f, test_now(), TEST_DAY};
  struct why why = {0};
  json_t *record = json_read(str_of(text), 1 << 20, &why);
  int64_t id = 0;
  assert_non_null(record);
  db_begin(t->db, STORE_MAIN);
  bool good = feed_take_service(&r, record, &id, &why);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  json_decref(record);
  return good ? id : 0;
}

static const char whole_record[] =
    "{\"id\":\"svc-1\",\"name\":\"Work <b>club</b>\",\"description\":\"<h1>About</h1>\\n<p>Help "
    "&amp; support</p>\","
    "\"status\":\"active\",\"minimum_age\":-1,\"maximum_age\":\"999\",\"assured_date\":\"2026-11-"
    "01T10:00:00\","
    "\"assurer_email\":\"CANARY@example.org\",\"email\":\"jo.bloggs@example.org\",\"url\":"
    "\"javascript:alert(1)\","
    "\"organization\":{\"id\":\"o1\",\"name\":\"Quay "
    "Trust\",\"description\":\"Helps\",\"website\":\"https://example.org/q\"},"
    "\"contacts\":[{\"id\":\"c1\",\"name\":\"Jo "
    "CANARY\",\"email\":\"jo.canary@example.org\",\"phones\":[{\"number\":\"01632 960111\"}]},"
    "{\"id\":\"c2\",\"name\":\"Front desk\",\"phones\":[{\"number\":\"01632 960120\"}]}],"
    "\"schedules\":[{\"freq\":\"WEEKLY\",\"byday\":\"MO,TH\",\"opens_at\":\"9.30\",\"closes_at\":"
    "\"16:00:00\"}],"
    "\"service_areas\":[{\"name\":\"Liverpool\",\"extent\":\"E08000012\"}],\"cost_options\":[{"
    "\"option\":\"Free\",\"amount\":0}],"
    "\"attributes\":[{\"taxonomy_term\":{\"id\":\"t1\",\"name\":\"Skills\",\"taxonomy\":\"Support "
    "type\"}}],"
    "\"service_at_locations\":[{\"id\":\"a1\",\"location\":{\"id\":\"l1\",\"location_type\":"
    "\"physical\",\"name\":\"Hub\","
    "\"latitude\":0,\"longitude\":0,\"addresses\":[{\"address_1\":\"1 High "
    "Street\",\"city\":\"Liverpool\",\"postal_code\":\"L11AA\"}]}}],"
    "\"unheard_of\":{\"kept\":\"raw\"}}";

static void one_record(struct db_test *t) {
  struct feed f = add_feed(t, "https://feed.example.org", 1);
  struct service s;
  int64_t id = take(t, &f, whole_record);
  assert_true(id > 0 && record_load(t->db, t->arena, &service_type, id, &s));
  assert_true(str_eq(s.name, S("Work club")));
  assert_true(str_eq(s.description, S("About\n\nHelp & support")));
  assert_true(s.minimum_age == NUMBER_NONE && s.maximum_age == NUMBER_NONE);
  assert_int_equal(s.assured_on, day_of(2026, 11, 1));
  assert_true(!s.email.n && !s.website.n); /* a person's mailbox; no web address */
  assert_int_equal(s.published_on, TEST_DAY);
  assert_int_equal(
      db_number(t->db, 0, SQL("select count(*) from directory_contact where personal = 1")), 1);
  assert_int_equal(
      db_number(t->db, 0, SQL("select count(*) from directory_phone where personal = 0")), 1);
  struct offers o;
  struct why why;
  assert_true(offers_load(t->db, t->arena, TEST_DAY, DIRECTORY_LIVE, &o, &why));
  assert_int_equal(o.list.n, 1);
  assert_int_equal(o.list.p[0].openings.n, 2),
      assert_int_equal(o.list.p[0].openings.p[0].opens, 570);
  assert_int_equal(o.list.p[0].terms.n, 1), assert_int_equal(o.list.p[0].judged.areas, 1);
  assert_true(str_eq(o.list.p[0].places.p[0].postcode, S("L1 1AA")));
  assert_true(o.list.p[0].places.p[0].latitude != 0); /* 0,0 is not known, not the Gulf of Guinea */
  assert_int_equal(take(t, &f, whole_record), id);    /* again: the same service, nothing doubled */
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from schedule")), 1);
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from location")), 1);
  assert_int_equal(take(t, &f, "{\"name\":\"No id\"}"), 0);
  assert_int_equal(take(t, &f, "{\"id\":\"x\"}"), 0);
}

static void what_editors_did_stays(struct db_test *t) {
  struct feed f = add_feed(t, "https://feed.example.org", 0);
  struct service s;
  int64_t id = take(t, &f, whole_record);
  assert_true(record_load(t->db, t->arena, &service_type, id, &s));
  assert_int_equal(s.published_on, DAY_NONE); /* an editor looks first */
  s.name = S("The work club"), s.minimum_age = 18;
  db_begin(t->db, STORE_MAIN);
  assert_int_equal(record_update(t->db, t->arena, &service_type, &s, 7, test_now()), DB_OK);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  take(t, &f, whole_record);
  assert_true(record_load(t->db, t->arena, &service_type, id, &s));
  assert_true(str_eq(s.name, S("The work club")));
  assert_int_equal(s.minimum_age, 18);
  struct source_facts all = sources_of(t->db, t->arena, &service_type, id);
  assert_int_equal(all.n, 1); /* what the feed says instead is kept beside it */
  assert_true(str_eq(all.p[0].value, S("Work club")) && str_starts(all.p[0].source, S("Feed: ")));
}

static void a_hidden_address_stays_hidden(struct db_test *t) {
  struct feed f = add_feed(t, "https://feed.example.org", 1);
  struct location l;
  record_clear(&location_type, &l);
  l.location_type = S("physical"), l.address_1 = S("1 High  street"), l.postcode = S("L1 1AA"),
  l.address_not_published = 1;
  test_save(t, &location_type, &l);
  take(t, &f, whole_record);
  struct offers o;
  struct why why;
  assert_true(offers_load(t->db, t->arena, TEST_DAY, DIRECTORY_LIVE, &o, &why));
  assert_false(o.list.p[0].places.p[0].published);
  assert_true(!o.list.p[0].places.p[0].postcode.n);
}

static void text_without_markup(struct db_test *t) {
  static const char *const rows[][2] = {{"<p>One</p><p>Two</p>", "One\nTwo"},
                                        {"a &lt;b&gt; c", "a <b> c"},
                                        {"5 < 6 & 7 > 3", "5 < 6 & 7 > 3"},
                                        {"&#163;5 &#xA3;6 &nbsp;", "\xc2\xa3"
                                                                   "5 \xc2\xa3"
                                                                   "6"},
                                        {"<br/>x<br>y", "x\ny"},
                                        {"a<!-- c -->b", "ab"},
                                        {"&bogus; &#; &#0;", "&bogus; &#; &#0;"}};
  for (size_t i = 0; i < countof(rows); i++) {
    struct str got = feed_plain(t->arena, str_of(rows[i][0]));
    if (!str_eq(got, str_of(rows[i][1]))) fail_msg("\"%s\" became \"%.*s\"", rows[i][0], P(got));
  }
  assert_true(feed_shared_mailbox(t->arena, S("info@example.org")) &&
              feed_shared_mailbox(t->arena, S("work-team@x.org")));
  assert_false(feed_shared_mailbox(t->arena, S("jo.bloggs@example.org")) ||
               feed_shared_mailbox(t->arena, S("jo@example.org")));
}

/* ---- Walks. */
static const char server_path[] = "../shared/conformance/oruk/quirk_server.mjs";
static bool server_here(void) {
  if (file_exists(server_path) && system("node --version >/dev/null 2>&1") == 0) return true;
  print_message("skipped: node and %s are not both here\n", server_path);
  return false;
}

struct server {
  pid_t pid;
  int port;
  char url[64];
};
static struct server serve(const char *mode, int n) {
  static int next;
  struct server s = {.port = 21000 + (int)(getpid() % 9000) + next++};
  char port[16], count[16];
  snprintf(port, sizeof port, "%d", s.port), snprintf(count, sizeof count, "%d", n);
  snprintf(s.url, sizeof s.url, "http://127.0.0.1:%d", s.port);
  s.pid = fork();
  if (s.pid == 0) {
    if (!freopen("/dev/null", "w", stdout)) _exit(1);
    execlp("node", "node", server_path, port, mode, count, (char *)NULL);
    _exit(1);
  }
  struct arena a = arena_open(1 << 24);
  for (int i = 0; i < 200; i++) {
    struct out_request ask = {.url = str_format(&a, "%s/services?per_page=1", s.url)};
    struct out_reply reply;
    struct why why;
    if (out_send(&a, &ask, &reply, &why)) break;
    usleep(50000);
  }
  arena_close(&a);
  return s;
}
static void stop(struct server *s) {
  kill(s->pid, SIGKILL);
  waitpid(s->pid, NULL, 0);
}

static instant_t clock_of_test(void) { return test_now(); }

static struct feed walk(struct db_test *t, const struct feed *f) {
  static const struct job_kind kinds[] = {
      {"oruk_import", "Reading a feed", LANE_LONG, oruk_import}};
  struct str arguments = str_format(t->arena, "{\"feed\":%lld}", (long long)f->id);
  assert_true(job_add(t->db, t->arena, "oruk_import", arguments, test_now(), INSTANT_NONE,
                      (struct str){0}) > 0);
  struct job_loop loop = {.db = t->db,
                          .lane = LANE_LONG,
                          .kinds = kinds,
                          .n_kinds = 1,
                          .clock = clock_of_test,
                          .until_empty = true};
  job_loop(&loop);
  struct feed after;
  assert_true(record_load(t->db, t->arena, &feed_type, f->id, &after));
  return after;
}

static int64_t on_directory(struct db_test *t) {
  return db_number(t->db, -1, SQL("select count(*) from service where withdrawn_on is null"));
}

static void every_habit(struct db_test *t) {
  static const struct {
    const char *mode;
    int n, want;
  } rows[] = {{"good", 60, 60}, {"shropshire", 12, 12}, {"bristol", 12, 12}, {"dorset", 12, 12},
              {"v1", 12, 12},   {"hull", 0, 0},         {"flaky", 24, 24}};
  if (!server_here()) return;
  out_allow("127.0.0.1");
  int64_t sum = 0;
  for (size_t i = 0; i < countof(rows); i++) {
    struct server s = serve(rows[i].mode, rows[i].n);
    struct feed f = add_feed(t, s.url, 1);
    f = walk(t, &f);
    stop(&s);
    sum += rows[i].want;
    if (on_directory(t) != sum)
      fail_msg("%s: %lld on the directory: %.*s", rows[i].mode, (long long)on_directory(t),
               P(f.walk_said));
    bool whole = f.walked_at != INSTANT_NONE;
    assert_int_equal(whole, rows[i].n > 0); /* an empty feed is never called whole */
  }
}

static void gone_only_after_a_whole_walk(struct db_test *t) {
  if (!server_here()) return;
  out_allow("127.0.0.1");
  struct server s = serve("good", 60);
  struct feed f = add_feed(t, s.url, 1);
  char url[64];
  walk(t, &f);
  stop(&s);
  assert_int_equal(on_directory(t), 60);
  walk(t, &f); /* nobody answers */
  assert_int_equal(on_directory(t), 60);
  static const struct {
    const char *mode;
    int n;
    int64_t want;
  } then[] = {{"hull", 0, 60}, {"good", 5, 60}, {"good", 40, 40}, {"good", 60, 60}};
  for (size_t i = 0; i < countof(then); i++) {
    s = serve(then[i].mode, then[i].n);
    snprintf(url, sizeof url, "%s", s.url);
    assert_int_equal(
        db_run(t->db, SQL("update feed set url = ?1 where id = ?2"), V(str_of(url)), V(f.id)),
        DB_OK);
    struct feed after = walk(t, &f);
    stop(&s);
    if (on_directory(t) != then[i].want)
      fail_msg("%s %d: %lld on the directory: %.*s", then[i].mode, then[i].n,
               (long long)on_directory(t), P(after.walk_said));
  }
}

static void killed_and_resumed(struct db_test *t) {
  if (!server_here()) return;
  out_allow("127.0.0.1");
  struct server s = serve("good", 230);
  struct feed f = add_feed(t, s.url, 1);
  struct db_where where = t->where;
  pid_t child = fork();
  if (child == 0) {
    struct db_test mine = *t;
    struct why why;
    mine.db = db_open(&where, &why);
    if (mine.db) walk(&mine, &f);
    _exit(0);
  }
  int64_t seen = 0;
  for (int i = 0; i < 600 && seen < 60; i++) usleep(20000), seen = on_directory(t);
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  int64_t half = on_directory(t);
  assert_true(half >= 60 && half < 230);
  assert_int_equal(
      db_number(t->db, 0, SQL("select count(*) from feed_record where missing_since is not null")),
      0);
  static const struct job_kind kinds[] = {
      {"oruk_import", "Reading a feed", LANE_LONG, oruk_import}};
  struct job_loop loop = {.db = t->db,
                          .lane = LANE_LONG,
                          .kinds = kinds,
                          .n_kinds = 1,
                          .clock = clock_of_test,
                          .until_empty = true};
  job_loop(&loop); /* the same job, where it was left */
  stop(&s);
  assert_int_equal(on_directory(t), 230);
  assert_int_equal(db_number(t->db, 0, SQL("select walk from feed")), 1); /* still the first walk */
  assert_int_equal(
      db_number(t->db, 0, SQL("select count(*) from feed where walked_at is not null")), 1);
}

int feed_tests(const struct migrations *lists, size_t n) {
  static const struct db_test_case cases[] = {DB_TEST(one_record),
                                              DB_TEST(what_editors_did_stays),
                                              DB_TEST(a_hidden_address_stays_hidden),
                                              DB_TEST(text_without_markup),
                                              DB_TEST(every_habit),
                                              DB_TEST(gone_only_after_a_whole_walk),
                                              DB_TEST(killed_and_resumed)};
  return db_test_run("directory feeds", cases, countof(cases), lists, n);
}
