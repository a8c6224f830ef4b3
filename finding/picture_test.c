/* picture_test: the picture that all processes of a server share as a file (base/image.h). */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "finding/finding_test.h"
#include "web/testing.h"

#define TODAY day_of(2026, 11, 21)
enum { LONG_MS = 60000 };

struct shared { char folder[64], file[96]; struct client client; };

/* A client only for the master key it makes: without one nothing is shared. */
static struct shared share(struct db_test *t, int patience_ms) {
  static const struct domain *domains[] = {&finding_domain};
  struct shared s = {.client = client_open(t->db, domains, countof(domains), NULL)};
  test_folder(s.folder);
  snprintf(s.file, sizeof s.file, "%s/picture/live", s.folder);
  offers_forget();
  offers_share(&(struct offers_share){str_of(s.folder), S("a test"), patience_ms});
  return s;
}

static void share_no_more(struct shared *s) {
  offers_forget();
  offers_share(NULL);
  client_close(&s->client);
}

static void a_live_service(struct db_test *t, const char *name) {
  struct organisation o;
  struct service s;
  record_clear(&organisation_type, &o), record_clear(&service_type, &s);
  instant_t now = (instant_t)TODAY * 86400 * 1000000;
  o.name = str_of(name), o.invented = 1;
  db_begin(t->db, STORE_MAIN);
  assert_int_equal(record_insert(t->db, t->arena, &organisation_type, &o, 0, now), DB_OK);
  s.organisation = o.id, s.name = str_of(name), s.status = S("active");
  s.styles = S("training"), s.rule = S("age 16 to 24"), s.whole_area = 1, s.invented = 1;
  s.published_on = TODAY - 30, s.assured_on = TODAY - 10;
  assert_int_equal(record_insert(t->db, t->arena, &service_type, &s, 0, now), DB_OK);
  assert_int_equal(directory_changed(t->db), DB_OK);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
}

static size_t offers_seen(struct db_test *t) {
  struct why why = {{0}};
  const struct finding_picture *p = finding_picture_now(t->db, TODAY, DIRECTORY_LIVE, &why);
  if (!p) fail_msg("%s", why.text);
  return p->offers->list.n;
}

static struct str bytes_of(struct db_test *t, const char *path) {
  struct str all;
  struct why why;
  if (!file_read(t->arena, path, 64 << 20, &all, &why)) fail_msg("%s", why.text);
  return all;
}

static ino_t file_of(const char *path) {
  struct stat st;
  assert_int_equal(stat(path, &st), 0);
  return st.st_ino;
}

/* In a process that has nothing yet: what is there is mapped, not made. */
static int seen_by_another(struct db_test *t, const char *path) {
  int status = 0;
  ino_t before = file_of(path);
  pid_t pid = fork();
  if (pid == 0) {
    offers_forget();
    struct db *db = db_test_again(t);
    finding_begin();
    _exit(db && offers_map(db, TODAY) ? 7 : 1);
  }
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_int_equal(file_of(path), before);
  return WEXITSTATUS(status);
}

void one_picture_for_all_processes(struct db_test *t) {
  a_live_service(t, "Harbour club");
  struct shared s = share(t, 0);
  assert_int_equal(offers_seen(t), 1);
  struct str first = bytes_of(t, s.file);
  assert_true(first.n > 4096);
  assert_int_equal(seen_by_another(t, s.file), 7);
  offers_forget();
  unlink(s.file);
  assert_int_equal(offers_seen(t), 1); /* made again: the same bytes */
  assert_true(str_eq(first, bytes_of(t, s.file)));
  struct finding_ask ask = {.facts = {.on = TODAY}, .minute = -1};
  struct finding_answers found;
  struct why why;
  rules_facts_age(&ask.facts, 20);
  finding_run(t->arena, finding_picture_now(t->db, TODAY, DIRECTORY_LIVE, &why), &ask,
              (struct rules_tongue){0}, &found);
  assert_int_equal(found.yes, 1);
  assert_true(str_eq(found.list.p[0].offer->name, S("Harbour club")));
  assert_true(found.list.p[0].because.reasons.n > 0);
  share_no_more(&s);
}

static void damage(const char *path, off_t at, off_t length) {
  int fd = open(path, O_RDWR);
  char byte;
  assert_true(fd >= 0);
  if (length) assert_int_equal(ftruncate(fd, length), 0);
  else {
    assert_int_equal(pread(fd, &byte, 1, at), 1);
    byte = (char)(byte ^ 4);
    assert_int_equal(pwrite(fd, &byte, 1, at), 1);
  }
  close(fd);
}

void a_damaged_picture_is_made_again(struct db_test *t) {
  a_live_service(t, "Harbour club");
  struct shared s = share(t, 0);
  assert_int_equal(offers_seen(t), 1);
  struct str right = bytes_of(t, s.file);
  const off_t places[] = {9, 100, 300, 4096 + 64, (off_t)right.n / 2, (off_t)right.n - 1};
  for (size_t i = 0; i <= countof(places); i++) {
    offers_forget(); /* or the file would change under what is mapped */
    if (i < countof(places)) damage(s.file, places[i], 0);
    else damage(s.file, 0, (off_t)right.n / 2);
    assert_int_equal(offers_seen(t), 1);
    assert_int_equal(bytes_of(t, s.file).n, right.n);
    assert_int_equal(seen_by_another(t, s.file), 7);
  }
  share_no_more(&s);
}

void an_edit_is_seen_by_the_next_search(struct db_test *t) {
  struct why why;
  a_live_service(t, "Harbour club");
  struct shared s = share(t, 0);
  assert_int_equal(offers_seen(t), 1);
  a_live_service(t, "Quay club");
  assert_int_equal(offers_seen(t), 2);
  offers_share(&(struct offers_share){str_of(s.folder), S("a test"), LONG_MS});
  for (int i = 3; i < 8; i++) { /* more turns than there are addresses */
    a_live_service(t, "Another club");
    assert_int_equal(offers_seen(t), (size_t)i - 1); /* the public waits for `soon` a moment */
    if (i % 2) assert_int_equal(offers_fresh(t->db, TODAY, DIRECTORY_LIVE, &why)->list.n, i);
    else offers_tend(t->db, (instant_t)TODAY * 86400 * 1000000);
    assert_int_equal(offers_seen(t), i);
  }
  share_no_more(&s);
}
