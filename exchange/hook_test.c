/* Programs that are told: signed, ids only, tried again, and silent about who hides. */
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "exchange/exchange_test.h"
#include "web/out.h"

/* A program on this machine: answers each call with the next status and keeps what came. */
struct program { pid_t pid; int port; struct str kept; };

static void serve(int listener, const int *statuses, size_t n, const char *file) {
  FILE *out = fopen(file, "w");
  for (size_t i = 0; i < n && out; i++) {
    char bytes[4096], reply[128];
    int c = accept(listener, NULL, NULL);
    size_t got = 0;
    while (c >= 0 && got < sizeof bytes - 1) {
      ssize_t more = read(c, bytes + got, sizeof bytes - 1 - got);
      if (more <= 0) break;
      bytes[got += (size_t)more] = 0;
      if (strstr(bytes, "\r\n\r\n{") && bytes[got - 1] == '}') break;
    }
    fprintf(out, "%s\n====\n", bytes);
    fflush(out);
    int length = snprintf(reply, sizeof reply, "HTTP/1.1 %d X\r\nContent-Length: 0\r\nConnection: "
                          "close\r\nLocation: http://127.0.0.1:1/\r\n\r\n", statuses[i]);
    if (write(c, reply, (size_t)length) != length) break;
    close(c);
  }
  _exit(0);
}

static struct program program_start(struct arena *a, const int *statuses, size_t n) {
  static char folder[64];
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof at;
  struct program p = {0};
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (!folder[0]) test_folder(folder);
  assert_int_equal(bind(listener, (struct sockaddr *)&at, sizeof at), 0);
  assert_int_equal(listen(listener, 8), 0);
  assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &length), 0);
  p.port = ntohs(at.sin_port);
  p.kept = str_format(a, "%s/%d", folder, p.port);
  p.pid = fork();
  if (p.pid == 0) {
    alarm(60);
    serve(listener, statuses, n, str_c(a, p.kept));
  }
  close(listener);
  return p;
}

static struct str program_end(struct program *p, struct arena *a) {
  struct str kept = {0};
  struct why why;
  int status;
  waitpid(p->pid, &status, 0);
  assert_true(file_read(a, str_c(a, p->kept), 1 << 20, &kept, &why));
  return kept;
}

/* Declares the address as the program of token_for; the secret it was shown. */
static struct str declare(struct place *p, int port) {
  char form[400];
  int64_t user = db_number(p->t->db, 0, SQL("select max(id) from user_account where service = 1"));
  client_as(&p->c, p->admin);
  get(&p->c, "/hooks");
  snprintf(form, sizeof form,
           "program=%lld&url=http://127.0.0.1:%d/told&kind=person.added&kind=contact.kept",
           (long long)user, port);
  post(&p->c, "/hooks", form);
  says(p, "shown once");
  struct str rest = p->c.text, mark = S("class=\"copy\" translate=\"no\">");
  rest = str_slice(rest, str_find(rest, mark) + mark.n, rest.n);
  return str_copy(p->t->arena, str_slice(rest, 0, 64));
}

static void minutes_pass(struct place *p, int minutes) {
  p->c.now += (instant_t)minutes * 60 * 1000000;
  hooks_look(p->t->db, p->c.now);
  run_jobs(p);
}

static struct actor program_actor(struct place *p) {
  struct actor as;
  int64_t user = db_number(p->t->db, 0, SQL("select max(id) from user_account where service = 1"));
  assert_true(accounts_actor(p->t->db, p->t->arena, user, 0, instant_local_uk(p->c.now).day, &as));
  return as;
}

void a_program_is_told_by_ids_signed(struct db_test *t) {
  static const int statuses[] = {500, 204};
  struct place p = place_of(t);
  token_for(&p, "&scope=people-read");
  struct program program = program_start(t->arena, statuses, countof(statuses));
  struct str secret = declare(&p, program.port);
  struct actor as = program_actor(&p);
  minutes_pass(&p, 1);
  struct person ada = add_person(&p, &as, "Ada Thrift", "07700 900555");
  add_person(&p, &p.joe, "Ben Quay", ""); /* not the program's to see */
  out_allow("");
  minutes_pass(&p, 1); /* refused: an address of this machine */
  assert_int_equal(count_of(&p, SQL("select count(*) from hook_delivery")), 1);
  assert_int_equal(count_of(&p, SQL("select min(tries) from hook_delivery")), 1);
  out_allow("127.0.0.1");
  minutes_pass(&p, 2);  /* the program is out of order */
  minutes_pass(&p, 6);  /* and well again */
  assert_int_equal(
      count_of(&p, SQL("select count(*) from hook_delivery where state = 'sent'")), 1);
  struct str came = program_end(&program, t->arena);
  char id[37];
  uuid_text(ada.public_id, id);
  assert_true(str_contains(came, str_of(id)));
  assert_false(str_contains(came, S("Ada")));
  assert_false(str_contains(came, S("900555")));
  struct str last = str_slice(came, str_find(came, S("====")) + 4, came.n);
  struct str mark = S("Waymark-Signature: "),
             body = str_slice(last, str_find(last, S("{")), last.n);
  struct str signature = str_slice(last, str_find(last, mark) + mark.n, last.n);
  int64_t at;
  body = str_slice(body, 0, str_find(body, S("}")) + 1);
  signature = str_slice(signature, 0, str_find_byte(signature, '\r'));
  assert_true(str_to_i64(str_slice(signature, 2, str_find_byte(signature, ',')), &at));
  assert_true(str_eq(signature, hook_signature(t->arena, secret, at * 1000000, body)));
  out_allow("");
  client_close(&p.c);
}

/* What does not arrive is put aside after six tries, is seen, and is sent again by a press. */
void what_did_not_arrive_is_sent_again(struct db_test *t) {
  struct place p = place_of(t);
  char path[100];
  token_for(&p, "&scope=people-read");
  declare(&p, 9);
  struct actor as = program_actor(&p);
  minutes_pass(&p, 1);
  add_person(&p, &as, "Ada Thrift", "");
  for (int i = 0; i < 8; i++) minutes_pass(&p, 800);
  assert_int_equal(
      count_of(&p, SQL("select count(*) from hook_delivery where state = 'dead'")), 1);
  client_as(&p.c, p.admin);
  get(&p.c, "/hooks");
  says(&p, "1 did not arrive");
  struct str mark = S("href=\"/hooks/"), rest = p.c.text;
  rest = str_slice(rest, str_find(rest, mark) + mark.n, rest.n);
  snprintf(path, sizeof path, "/hooks/%.*s", 36, rest.p);
  get(&p.c, path);
  says(&p, "person.added");
  assert_false(client_says(&p.c, "Ada"));
  post(&p.c, path, "do=again");
  assert_int_equal(
      count_of(&p, SQL("select count(*) from hook_delivery where state = 'waiting'")), 1);
  post(&p.c, path, "do=end");
  run_jobs(&p);
  assert_int_equal(
      count_of(&p, SQL("select count(*) from hook_delivery where state = 'dropped'")), 1);
  client_close(&p.c);
}

void nothing_is_told_of_who_hides_or_to_enforcement(struct db_test *t) {
  struct place p = place_of(t);
  struct str secret;
  struct why why;
  token_for(&p, "&scope=people-read");
  declare(&p, 9);
  struct actor as = program_actor(&p);
  minutes_pass(&p, 1);
  struct person x;
  record_clear(&person_type, &x);
  x.name = S("Hidden"), x.safe_way = S("none");
  db_begin(t->db, STORE_MAIN);
  people_add_restricted(t->db, t->arena, &as, &x, p.c.now);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  minutes_pass(&p, 1);
  assert_int_equal(count_of(&p, SQL("select count(*) from hook_delivery")), 0);
  /* Who hides after it was queued is not told of either, and what was queued is gone. */
  struct person ada = add_person(&p, &as, "Ada Thrift", "");
  p.c.now += 60 * 1000000;
  hooks_look(t->db, p.c.now);
  db_begin(t->db, STORE_MAIN);
  people_restrict(t->db, t->arena, ada.id, as.user_id, p.c.now);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  run_jobs(&p);
  assert_int_equal(count_of(&p, SQL("select count(*) from hook_delivery")), 0);
  struct new_hook wall = {.url = S("https://example.org/"),
                          .organisation_id = p.enforcement.organisation_id,
                          .user_id = p.enforcement.user_id, .kinds = 1};
  assert_false(hook_add(t->db, t->arena, &wall, p.c.now, &secret, &why));
  struct new_hook inward = {.url = S("http://10.0.0.1/"),
                            .organisation_id = as.organisation_id, .user_id = as.user_id,
                            .kinds = 1};
  assert_false(hook_add(t->db, t->arena, &inward, p.c.now, &secret, &why));
  client_close(&p.c);
}
