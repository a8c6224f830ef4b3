/* Nights: feeds are asked for again, letters leave once, and the next night always comes. The mail
 * server is a child process that speaks as much SMTP as a letter needs. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "directory/directory_test.h"
#include "directory/night.h"
#include "web/page.h"

enum { LETTER_BYTES_MAX = 1 << 16 };

static instant_t later_now;
static instant_t later_clock(void) { return later_now; }

static int64_t jobs_of(struct db_test *t, const char *kind) {
  return db_number(t->db, -1, SQL("select count(*) from job where kind = ?1 and status = 0"),
                   V(str_of(kind)));
}

static void run_jobs(struct db_test *t, enum lane lane, instant_t now) {
  later_now = now;
  job_loop(&(struct job_loop){.db = t->db,
                              .lane = lane,
                              .kinds = directory_domain.jobs,
                              .n_kinds = directory_domain.n_jobs,
                              .clock = later_clock,
                              .until_empty = true});
}

/* As the program does each night; twice, as when a night was interrupted and begins again. */
static void night(struct db_test *t, instant_t now) {
  for (int i = 0; i < 2; i++) {
    db_begin(t->db, STORE_MAIN);
    assert_int_equal(directory_domain.night(t->db, t->arena, now), DB_OK);
    assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  }
}

static void each_night_asks_for_each_feed_once(struct db_test *t) {
  struct feed f;
  record_clear(&feed_type, &f);
  f.name = S("The county"), f.url = S("http://127.0.0.1:1/api");
  test_save(t, &feed_type, &f);
  assert_int_equal(jobs_of(t, "oruk_import"), 0);
  for (int day = 1; day <= 3; day++) {
    night(t, local_uk_instant(TEST_DAY + day, 151));
    assert_int_equal(jobs_of(t, "oruk_import"), 1); /* asked for once, however often */
  }
}

/* ---- Letters. */
struct post_office { pid_t child; int letters; char url[60]; };

static void talk(int fd, int out) {
  static char got[LETTER_BYTES_MAX];
  size_t n = 0;
  bool data = false;
  const char hello[] = "220 test\r\n";
  if (write(fd, hello, sizeof hello - 1) < 0) return;
  for (ssize_t r; (r = read(fd, got + n, sizeof got - n - 1)) > 0;) {
    n += (size_t)r, got[n] = 0;
    if (data && !strstr(got, "\r\n.\r\n")) continue;
    if (!data && !strstr(got, "\r\n")) continue;
    const char *say = data                            ? "250 taken\r\n"
                      : strncmp(got, "DATA", 4) == 0 ? "354 go on\r\n"
                      : strncmp(got, "QUIT", 4) == 0 ? "221 bye\r\n"
                                                     : "250 fine\r\n";
    if (data && write(out, got, n) < 0) return;
    data = strncmp(got, "DATA", 4) == 0, n = 0;
    if (write(fd, say, strlen(say)) < 0) return;
  }
}

static struct post_office open_office(void) {
  struct post_office p = {0};
  int fd = socket(AF_INET, SOCK_STREAM, 0), pipes[2];
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof at;
  assert_int_equal(bind(fd, (struct sockaddr *)&at, size), 0);
  assert_int_equal(listen(fd, 4), 0);
  assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
  assert_int_equal(pipe(pipes), 0);
  snprintf(p.url, sizeof p.url, "smtp://127.0.0.1:%d", ntohs(at.sin_port));
  p.child = fork();
  if (p.child == 0) {
    for (int c; (c = accept(fd, NULL, NULL)) >= 0; close(c)) talk(c, pipes[1]);
    _exit(0);
  }
  close(fd), close(pipes[1]);
  p.letters = pipes[0];
  return p;
}

static struct str close_office(struct db_test *t, struct post_office *p) {
  char *text = arena_many(t->arena, char, LETTER_BYTES_MAX);
  size_t n = 0;
  kill(p->child, SIGTERM);
  waitpid(p->child, NULL, 0);
  for (ssize_t r; (r = read(p->letters, text + n, LETTER_BYTES_MAX - n)) > 0;) n += (size_t)r;
  close(p->letters);
  return (struct str){text, n};
}

static int times_said(struct str text, const char *words) {
  int n = 0;
  for (size_t at; (at = str_find(text, str_of(words))) < text.n; n++)
    text = str_slice(text, at + 1, text.n);
  return n;
}

static void letters_leave_once(struct db_test *t) {
  struct organisation org = test_organisation(t, "Quay Trust");
  struct service stale = test_service(t, org.id, "Stale club"),
                 fresh = test_service(t, org.id, "Fresh club"),
                 mute = test_service(t, org.id, "Mute club");
  stale.assured_on = TEST_DAY - 400, stale.assurer_email = S("desk@quay.example");
  fresh.assurer_email = S("desk@fresh.example");
  mute.assured_on = TEST_DAY - 400; /* nobody answers for it: editors see it on their page */
  test_save(t, &service_type, &stale), test_save(t, &service_type, &fresh),
      test_save(t, &service_type, &mute);
  struct post_office office = open_office();
  struct page_site site = {.name = S("Waymark"),
                           .base_url = S("https://way.example"),
                           .mail_url = str_of(office.url),
                           .mail_from = S("directory@way.example")};
  page_site_set(&site);
  out_allow("127.0.0.1");
  for (int day = 1; day <= 3; day++) {
    night(t, local_uk_instant(TEST_DAY + day, 151));
    run_jobs(t, LANE_SOON, local_uk_instant(TEST_DAY + day, 152));
  }
  struct str said = close_office(t, &office);
  assert_int_equal(times_said(said, "Is this still right?\r\n"), 1);
  assert_int_equal(times_said(said, "To: desk@quay.example"), 1);
  assert_int_equal(times_said(said, "https://way.example/help/services/"), 1);
  assert_false(str_contains(said, S("fresh.example")));
  assert_int_equal(reminder_asked_on(t->db, t->arena, stale.id), TEST_DAY + 1);
  assert_int_equal(reminder_asked_on(t->db, t->arena, fresh.id), DAY_NONE);
  page_site_set(&(struct page_site){0});
}

/* The office is shut: nothing is written down as asked, and the next night asks again. */
static void a_letter_that_could_not_leave_is_asked_for_again(struct db_test *t) {
  struct organisation org = test_organisation(t, "Quay Trust");
  struct service stale = test_service(t, org.id, "Stale club");
  stale.assured_on = TEST_DAY - 400, stale.assurer_email = S("desk@quay.example");
  test_save(t, &service_type, &stale);
  struct page_site site = {.mail_url = S("smtp://127.0.0.1:1"), .mail_from = S("a@way.example")};
  page_site_set(&site);
  out_allow("127.0.0.1");
  night(t, local_uk_instant(TEST_DAY + 1, 151));
  run_jobs(t, LANE_SOON, local_uk_instant(TEST_DAY + 1, 152));
  assert_int_equal(reminder_asked_on(t->db, t->arena, stale.id), DAY_NONE);
  assert_int_equal(
      db_number(t->db, -1, SQL("select count(*) from job where kind = 'service_reminder'")), 1);
  night(t, local_uk_instant(TEST_DAY + 2, 151));
  run_jobs(t, LANE_SOON, local_uk_instant(TEST_DAY + 2, 152));
  assert_int_equal(
      db_number(t->db, -1, SQL("select count(*) from job where kind = 'service_reminder'")), 2);
  page_site_set(&(struct page_site){0});
}

int night_tests(const struct migrations *lists, size_t n) {
  static const struct db_test_case cases[] = {
      DB_TEST(each_night_asks_for_each_feed_once), DB_TEST(letters_leave_once),
      DB_TEST(a_letter_that_could_not_leave_is_asked_for_again)};
  return db_test_run("directory nights", cases, countof(cases), lists, n);
}
