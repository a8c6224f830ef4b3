/* What the audit log promises, on both databases: durable before told, nothing lost on the way from
 * the outbox, and no change behind a published head that verify does not find. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "db/testing.h"
#include "audit/audit.h"

extern const struct migrations db_migrations;

static const instant_t start = 1795000000000000; /* in November 2026 */

static struct audit_entry entry(int64_t session, const struct audit_subject *s, size_t n) {
  return (struct audit_entry){.at = start,
                              .kind = AUDIT_READ,
                              .user_id = 4,
                              .organisation_id = 2,
                              .team_id = 3,
                              .session_id = session,
                              .function = 1,
                              .route = S("/people/{id}"),
                              .request = 0xabc,
                              .subject = s,
                              .subjects = n};
}

static struct audit_writer *writer(struct db_test *t) {
  struct why why;
  struct audit_writer *w = audit_writer_open(t->db, start, &why);
  assert_non_null(w);
  return w;
}

static bool whole(struct db_test *t, const struct audit_head *h, size_t n, struct audit_check *c,
                  struct why *why) {
  return audit_verify(t->db, h, n, NULL, c, why);
}

/* Some entries, several people each, sealed every `each`. */
static void fill(struct audit_writer *w, int entries, int each) {
  for (int i = 0; i < entries; i++) {
    struct audit_subject s[3] = {{100 + i % 7, 1}, {200 + i % 11, 3}, {300 + i, 1}};
    struct audit_entry e = entry(9, s, (size_t)(i % 4));
    e.at += i;
    assert_true(audit_writer_add(w, &e, 1));
    if (i % each == each - 1) assert_true(audit_writer_seal(w, start + i));
  }
}

static void a_line_reads_back(struct db_test *t) {
  struct audit_subject s[] = {{12, 3}, {13, 0x800}};
  struct audit_entry e = entry(9, s, 2), back;
  struct buf b = buf_open(AUDIT_MESSAGE_BYTES_MAX);
  e.what = S("plan | agreed 100%\n");
  assert_true(audit_line(&e, &b));
  assert_true(audit_line_read(t->arena, buf_str(&b), &back));
  assert_true(str_eq(back.what, e.what) && str_eq(back.route, e.route));
  assert_int_equal(back.subjects, 2);
  assert_int_equal(back.subject[1].person_id, 13);
  assert_int_equal(back.subject[1].classes, 0x800);
  assert_false(audit_line_read(t->arena, S("r|1|2"), &back));
  assert_false(audit_line_read(t->arena, S("x|1|2|3|4|1|6|/a||0|0|"), &back));
  buf_free(&b);
}

static void a_whole_log_verifies(struct db_test *t) {
  struct audit_check c;
  struct audit_head h;
  struct why why;
  struct audit_writer *w = writer(t), *other = writer(t);
  fill(w, 20, 6);
  fill(other, 9, 4);
  assert_true(whole(t, NULL, 0, &c, &why));
  assert_int_equal(c.entries, 29);
  assert_int_equal(c.heads, 5);
  assert_int_equal(c.after_last_head,
                   1); /* the second writer's first seal covered the first one's end */
  assert_true(audit_head_now(t->db, t->arena, &h));
  assert_int_equal(h.n, 5);
  struct audit_head back;
  assert_true(audit_head_read(audit_head_text(t->arena, &h), &back));
  assert_true(whole(t, &back, 1, &c, &why));
  back.hash.b[3] ^= 1;
  assert_false(whole(t, &back, 1, &c, &why));
  audit_writer_close(w);
  audit_writer_close(other);
}

/* Killed within the second: the next writer seals what it left. */
static void a_dead_writer_s_chain_is_sealed(struct db_test *t) {
  struct audit_check c;
  struct why why;
  struct audit_writer *dead = writer(t);
  fill(dead, 5, 100);
  audit_writer_close(dead);
  assert_true(whole(t, NULL, 0, &c, &why));
  assert_int_equal(c.after_last_head, 5);
  struct audit_writer *w = writer(t);
  assert_true(audit_writer_seal(w, start));
  assert_true(whole(t, NULL, 0, &c, &why));
  assert_int_equal(c.after_last_head, 0);
  assert_true(audit_writer_seal(w, start)); /* nothing new: no head */
  assert_true(whole(t, NULL, 0, &c, &why));
  assert_int_equal(c.heads, 1);
  audit_writer_close(w);
}

/* Each way of lying about the past, one at a time, behind a published head. */
static void every_change_is_found(struct db_test *t) {
  struct audit_head h;
  struct audit_check c;
  struct why why;
  struct audit_writer *w = writer(t);
  fill(w, 24, 6);
  assert_true(audit_head_now(t->db, t->arena, &h));
  const struct sql *lie[] = {
      SQL_AUDIT("update audit_entry set line = 'r|1|9|2|3|1|9|/people/{id}||abc|0|' where n = 5"),
      SQL_AUDIT("update audit_entry set hash = '00' where n = 7"),
      SQL_AUDIT("delete from audit_entry where n = 8"),
      SQL_AUDIT("delete from audit_entry where n > 20"),
      SQL_AUDIT("delete from audit_entry"),
      SQL_AUDIT("update audit_entry set n = case when n = 3 then 1000 else n end where n = 3"),
      SQL_AUDIT("update audit_entry set writer = writer + 50 where n = 24"),
      SQL_AUDIT("delete from audit_head where n = 4"),
      SQL_AUDIT("delete from audit_head where n = 2"),
      SQL_AUDIT("update audit_head set at = '2020-01-01T00:00:00.000000Z' where n = 1"),
      SQL_AUDIT("delete from audit_subject where person_id = 303"),
      SQL_AUDIT("insert into audit_subject (person_id, entry_id, classes) values (999, 1, 1)"),
      SQL_AUDIT("update audit_subject set classes = 1 where person_id >= 200 and person_id < 300"),
      SQL_AUDIT("update audit_subject set person_id = 306 where person_id = 307"),
      SQL_AUDIT("update audit_entry set id = id + 5000 where n = 6"),
  };
  for (size_t i = 0; i < countof(lie); i++) {
    db_begin(t->db, STORE_AUDIT);
    assert_int_equal(db_run_(t->db, lie[i], NULL, 0), DB_OK);
    assert_true(db_changes(t->db) > 0);
    if (whole(t, &h, 1, &c, &why)) fail_msg("not found: %s", lie[i]->text);
    db_rollback(t->db, STORE_AUDIT);
  }
  assert_true(whole(t, &h, 1, &c, &why));
  audit_writer_close(w);
}

/* One random bit of one random stored line or hash, many times over. */
static void every_flipped_bit_is_found(struct db_test *t) {
  struct audit_check c;
  struct why why;
  struct rng rng = rng_seed(7);
  struct audit_writer *w = writer(t);
  fill(w, 16, 4);
  int tries = t->kind == DB_SQLITE ? 300 : 40;
  for (int i = 0; i < tries; i++) {
    struct rows r;
    assert_true(db_one(&r, t->db, t->arena, SQL_AUDIT("select line from audit_entry where n = ?1"),
                       V((int64_t)(1 + rng_below(&rng, 16)))));
    struct str line = str_copy(t->arena, row_text(&r, 0));
    db_done(&r);
    char *p = (char *)(uintptr_t)line.p;
    size_t at = rng_below(&rng, line.n);
    p[at] ^= (char)(1 << rng_below(&rng, 3));
    if ((unsigned char)p[at] < 0x20 || (unsigned char)p[at] > 0x7e) p[at] = '_';
    db_begin(t->db, STORE_AUDIT);
    assert_int_equal(db_run(t->db, SQL_AUDIT("update audit_entry set line = ?1 where n = ?2"),
                            V(line), V((int64_t)(1 + rng_below(&rng, 16)))),
                     DB_OK);
    assert_false(whole(t, NULL, 0, &c, &why));
    db_rollback(t->db, STORE_AUDIT);
  }
  audit_writer_close(w);
}

static size_t looks_at_12(struct db_test *t) {
  struct audit_looks looks;
  assert_true(audit_who_looked(t->db, t->arena, 12, 0, 10, &looks));
  return looks.n;
}

/* A change's entry is there exactly when the change is; carried over once, even after a crash in
 * between. */
static void the_outbox_follows_the_change(struct db_test *t) {
  struct audit_subject s = {12, 1};
  struct audit_entry e = entry(9, &s, 1);
  struct audit_writer *w = writer(t);
  e.kind = AUDIT_WRITE;
  db_begin(t->db, STORE_MAIN);
  assert_int_equal(audit_outbox_add(t->db, t->arena, &e), DB_OK);
  db_rollback(t->db, STORE_MAIN);
  assert_int_equal(audit_writer_drain(w), 0);
  db_begin(t->db, STORE_MAIN);
  assert_int_equal(audit_outbox_add(t->db, t->arena, &e), DB_OK);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  struct rows r;
  assert_true(db_one(&r, t->db, t->arena, SQL("select mark, line from audit_outbox")));
  struct str mark = row_text(&r, 0), line = row_text(&r, 1);
  db_done(&r);
  assert_int_equal(looks_at_12(t), 1); /* as soon as the change stands */
  assert_int_equal(audit_writer_drain(w), 1);
  /* as if the writer had died between carrying it over and removing it */
  assert_int_equal(
      db_run(t->db, SQL("insert into audit_outbox (mark, line) values (?1, ?2)"), V(mark), V(line)),
      DB_OK);
  assert_int_equal(looks_at_12(t), 1);
  assert_int_equal(audit_writer_drain(w), 1);
  assert_int_equal(db_number(t->db, -1, SQL_AUDIT("select count(*) from audit_entry")), 1);
  assert_int_equal(db_number(t->db, -1, SQL("select count(*) from audit_outbox")), 0);
  struct audit_looks looks;
  assert_true(audit_who_looked(t->db, t->arena, 12, 0, 10, &looks));
  assert_int_equal(looks.n, 1);
  assert_int_equal(looks.p[0].entry.user_id, 4);
  assert_int_equal(looks.p[0].classes, 1);
  audit_writer_close(w);
}

/* Keystrokes of one search: people already noted are not noted again, new ones are. */
static void one_search_is_folded(struct db_test *t) {
  struct audit_subject s[] = {{1, 1}, {2, 1}, {3, 1}};
  struct audit_entry e = entry(9, s, 2);
  struct audit_writer *w = writer(t);
  e.fold = true;
  assert_true(audit_writer_add(w, &e, 1));
  assert_true(audit_writer_add(w, &e, 1));
  e.subjects = 3;
  assert_true(audit_writer_add(w, &e, 1));
  assert_int_equal(db_number(t->db, -1, SQL_AUDIT("select count(*) from audit_entry")), 2);
  assert_int_equal(db_number(t->db, -1, SQL_AUDIT("select count(*) from audit_subject")), 3);
  struct audit_subject more = {1, 5}; /* the same person, more of them */
  e.subject = &more, e.subjects = 1;
  assert_true(audit_writer_add(w, &e, 1));
  e.at += (AUDIT_FOLD_SECONDS + 1) * (instant_t)1000000;
  assert_true(audit_writer_add(w, &e, 1));
  e.session_id = 10;
  assert_true(audit_writer_add(w, &e, 1));
  assert_int_equal(db_number(t->db, -1, SQL_AUDIT("select count(*) from audit_entry")), 5);
  struct audit_check c;
  struct why why;
  assert_true(whole(t, NULL, 0, &c, &why));
  audit_writer_close(w);
}

static void the_doctor_says_what_is_stuck(struct db_test *t) {
  struct buf b = buf_open(4096);
  struct audit_subject s = {12, 1};
  struct audit_entry e = entry(9, &s, 1);
  struct audit_writer *w = writer(t);
  fill(w, 3, 3);
  assert_int_equal(audit_doctor(t->db, t->arena, start, &b), 0);
  db_begin(t->db, STORE_MAIN);
  for (int i = 0; i < 1001; i++) audit_outbox_add(t->db, t->arena, &e);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  assert_true(audit_writer_add(w, &e, 1));
  assert_int_equal(audit_doctor(t->db, t->arena, start + 2 * 24 * 3600 * (instant_t)1000000, &b),
                   2);
  assert_int_equal(audit_writer_drain(w), 1001);
  assert_true(audit_writer_seal(w, start));
  assert_int_equal(audit_doctor(t->db, t->arena, start, &b), 0);
  buf_free(&b);
  audit_writer_close(w);
}

/* The process itself: told durable, it is there; killed, askers are told nothing and time out. */
static void the_process_answers_when_durable(struct db_test *t) {
  int end[2], stop[2];
  assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, end), 0);
  assert_int_equal(pipe(stop), 0);
  db_close(t->db); /* never across a fork */
  pid_t pid = fork();
  if (pid == 0) {
    struct why why;
    struct db *db = db_test_again(t);
    close(stop[1]);
    close(end[0]);
    _exit(db ? audit_writer_run(audit_writer_open(db, start, &why), &end[1], 1, stop[0]) : 1);
  }
  close(stop[0]);
  t->db = db_test_again(t);
  struct audit_way way = {.fd = end[0]};
  struct audit_subject s = {12, 1};
  struct audit_entry e = entry(9, &s, 1);
  for (int i = 0; i < 20; i++) {
    assert_true(audit_record(&way, t->db, t->arena, &e));
    assert_int_equal(db_number(t->db, -1, SQL_AUDIT("select count(*) from audit_entry")), i + 1);
  }
  close(stop[1]);
  int status;
  waitpid(pid, &status, 0);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  struct audit_check c;
  struct why why;
  assert_true(whole(t, NULL, 0, &c, &why));
  assert_int_equal(c.after_last_head, 0);                /* sealed before it ended */
  assert_false(audit_record(&way, t->db, t->arena, &e)); /* nobody answers: show nothing */
  close(end[0]);
  close(end[1]);
}

int main(void) {
  static const struct db_test_case cases[] = {DB_TEST(a_line_reads_back),
                                              DB_TEST(a_whole_log_verifies),
                                              DB_TEST(a_dead_writer_s_chain_is_sealed),
                                              DB_TEST(every_change_is_found),
                                              DB_TEST(every_flipped_bit_is_found),
                                              DB_TEST(the_outbox_follows_the_change),
                                              DB_TEST(one_search_is_folded),
                                              DB_TEST(the_doctor_says_what_is_stuck),
                                              DB_TEST(the_process_answers_when_durable)};
  const struct migrations lists[] = {db_migrations, audit_migrations};
  return db_test_run("audit", cases, countof(cases), lists, countof(lists));
}
