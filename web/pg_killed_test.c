/* PostgreSQL killed in the middle of writes, as a power cut or a failing machine does it: what was
 * acknowledged is there when it comes back, pages come back without anybody starting Waymark again,
 * and meanwhile a visitor is told so in a sentence. On a server of its own, started and killed here
 * with db/pg_test.sh. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "audit/audit.h"
#include "web/serve_rig.h"

extern const struct migrations db_migrations, web_migrations;

enum { WRITERS = 4, EACH_MAX = 100000, BACK_MS_MAX = 10000 };
struct seen {
  _Atomic bool stop;
  _Atomic int64_t kept[WRITERS]; /* writer w was told that w * EACH_MAX + 1 .. + kept are there */
  _Atomic int64_t told, untold, looks;
};
static struct seen *seen;

static const struct migration steps[] = {
    {9150, "kept", {"create table kept (n INT primary key);", 38}}};
static const struct migrations kept_migrations = {steps, 1};

static bool script(const char *verb, const char *url, char *out, size_t room) {
  char command[512];
  snprintf(command, sizeof command, "%s %s '%s'", PG_TEST, verb, url);
  FILE *f = popen(command, "r");
  char nothing[8];
  if (!out) out = nothing, room = sizeof nothing;
  out[0] = 0;
  if (f && fgets(out, (int)room, f)) out[strcspn(out, "\n")] = 0;
  return f && pclose(f) == 0;
}

static struct str keep(struct db_test *t, const struct server *s, int64_t n) {
  char body[40], request[400];
  int length = snprintf(body, sizeof body, "n=%lld", (long long)n);
  snprintf(request, sizeof request,
           "POST /keep HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer right\r\nConnection: close\r\n"
           "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
           length, body);
  return exchange_ms(t, s, str_of(request), 4000);
}

static struct str look(struct db_test *t, const struct server *s) {
  return exchange_ms(t, s,
                     S("GET /person HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer right\r\n"
                       "Connection: close\r\n\r\n"),
                     4000);
}

/* One number after the other; a refused one is asked again, as a person would. */
static void write_on(struct db_test *t, const struct server *s, int writer) {
  while (!seen->stop) {
    struct arena scratch = *t->arena;
    struct db_test mine = *t;
    mine.arena = &scratch;
    struct str r = keep(&mine, s, writer * (int64_t)EACH_MAX + seen->kept[writer] + 1);
    if (status_of(r) == 200) {
      seen->kept[writer]++;
    } else {
      bool says = str_contains(r, S("may or may not have been")) ||
                  str_contains(r, S("not answering")) || str_contains(r, S("took too long")) ||
                  str_contains(r, S("Try again"));
      if (says) seen->told++;
      else seen->untold++;
      usleep(20000);
    }
    if (status_of(look(&mine, s)) == 200) seen->looks++;
  }
}

static int64_t kept_so_far(void) {
  int64_t n = 0;
  for (int w = 0; w < WRITERS; w++) n += seen->kept[w];
  return n;
}

static bool wait_for(int64_t more, int ms) {
  for (int64_t until = kept_so_far() + more; ms > 0 && kept_so_far() < until; ms -= 20)
    usleep(20000);
  return ms > 0;
}

static void check_what_is_there(struct db_test *t) {
  struct audit_check found;
  struct why why = {0};
  db_close(t->db);
  t->db = db_test_again(t);
  for (int w = 0; w < WRITERS; w++)
    assert_int_equal(db_number(t->db, -1,
                               SQL("select count(*) from kept where n > ?1 and n <= ?2"),
                               V(w * (int64_t)EACH_MAX), V(w * (int64_t)EACH_MAX + seen->kept[w])),
                     seen->kept[w]);
  if (!audit_verify(t->db, NULL, 0, NULL, &found, &why)) fail_msg("%s", why.text);
  assert_true(found.entries >= seen->looks);
}

static char url[200];
static void acknowledged_writes_outlive_the_server(struct db_test *t) {
  struct server s = serve(t, 0);
  pid_t writer[WRITERS];
  for (int w = 0; w < WRITERS; w++)
    if ((writer[w] = fork()) == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      write_on(t, &s, w);
      _exit(0);
    }
  for (int round = 0; round < 2; round++) {
    if (!wait_for(50, BACK_MS_MAX)) fail_msg("no writes came through in round %d", round);
    assert_true(script("kill", url, NULL, 0));
    usleep(300000);
    struct str r = look(t, &s);
    assert_int_equal(status_of(r), 503);
    assert_true(str_contains(r, S("not answering")));
    assert_int_equal(status_of(fetch(t, &s, "/about-nothing")), 404); /* web itself goes on */
    assert_true(script("again", url, NULL, 0));
    if (!wait_for(20, BACK_MS_MAX)) fail_msg("pages did not come back in round %d", round);
  }
  seen->stop = true;
  for (int w = 0; w < WRITERS; w++) waitpid(writer[w], NULL, 0);
  assert_true(seen->told > 0);
  assert_int_equal(seen->untold, 0);
  stop(&s, 0);
  check_what_is_there(t);
  print_message("%lld acknowledged writes and %lld audited pages, all there; %lld told to wait\n",
                (long long)kept_so_far(), (long long)seen->looks, (long long)seen->told);
}

static pid_t owner;
static void stop_server(void) {
  if (getpid() == owner) script("stop", url, NULL, 0);
}

static void killed_under_load(void **state) {
  struct db_test t;
  const struct migrations lists[] = {db_migrations, audit_migrations, web_migrations,
                                     kept_migrations};
  (void)state;
  if (!db_test_has(DB_POSTGRES)) {
    print_message("skipped: WAYMARK_TEST_PG names no PostgreSQL server\n");
    skip();
  }
  if (!script("start", "", url, sizeof url)) fail_msg("no PostgreSQL of our own could be started");
  owner = getpid();
  atexit(stop_server); /* after what db/testing.h itself tidies at exit */
  setenv("WAYMARK_TEST_PG", url, 1);
  seen = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  log_level_set(LOG_ALARM);
  db_test_open(&t, DB_POSTGRES, lists, countof(lists));
  acknowledged_writes_outlive_the_server(&t);
  db_test_close(&t);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(killed_under_load)};
  return cmocka_run_group_tests_name("PostgreSQL killed", tests, NULL, NULL);
}
