/* survive_test: what was acknowledged is there, whatever happened: kill -9, a full disk, failing
 * writes and fsyncs, no memory, a lost connection. 50 kills here; 1,000 with WAYMARK_LONG=1 in the
 * environment. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "db/fault.h"
#include "db/inside.h"
#include "db/testing.h"

static const struct migration steps[] = {
    {9401, "test/9401_entry.sql",
     S("create table entry (id INT primary key, words TEXT not null);\n"
       "create index entry_words on entry (words);\n")},
    {9402, "test/9402_trail.sql", S("-- @store audit\ncreate table trail (id INT primary key);\n")},
};
static const struct migrations lists[2] = {{0}, {steps, countof(steps)}};

/* One acknowledged thing: two rows of MAIN in one transaction and one of AUDIT. */
static enum db_result put(struct db *db, int64_t n) {
  char words[400];
  memset(words, 'a' + (int)(n % 26), sizeof words);
  db_begin(db, STORE_MAIN);
  db_run(db, SQL("insert into entry (id, words) values (?1, ?2)"), V(n * 2),
         V(((struct str){words, sizeof words})));
  db_run(db, SQL("insert into entry (id, words) values (?1, ?2)"), V(n * 2 + 1), V(S("second")));
  enum db_result r = db_commit(db, STORE_MAIN);
  return r != DB_OK ? r : db_run(db, SQL_AUDIT("insert into trail (id) values (?1)"), V(n));
}

static bool have(struct db *db, int64_t n) {
  return db_number(db, -1, SQL("select count(*) from entry where id >= ?1 and id < ?1 + 2"),
                   V(n * 2)) == 2 &&
         db_number(db, -1, SQL_AUDIT("select count(*) from trail where id = ?1"), V(n)) == 1;
}
static int64_t torn(struct db *db) {
  return db_number(db, -1,
                   SQL("select count(*) from entry e where not exists (select 1 from entry o"
                       " where o.id = e.id + 1 - 2 * (e.id % 2))"));
}
static void assert_sound(struct db *db) {
  if (db_kind(db) != DB_SQLITE) return;
  const struct sql *check[] = {
      SQL("/* sqlite */ select count(*) from pragma_integrity_check where integrity_check <> 'ok'"),
      SQL_AUDIT("/* sqlite */ select count(*) from pragma_integrity_check where integrity_check <> "
                "'ok'")};
  for (size_t i = 0; i < countof(check); i++) {
    int64_t bad = db_number(db, -1, check[i]);
    if (bad != 0) fail_msg("integrity: %lld %.*s", (long long)bad, P(db_error(db)));
  }
}

/* The child writes and says each number only after it was acknowledged; the parent kills it at a
 * random moment. */
static int64_t write_until_killed(struct db_test *t, int64_t from, useconds_t after) {
  int say[2];
  assert_int_equal(pipe(say), 0);
  pid_t child = fork();
  if (child == 0) {
    struct db *db = db_test_again(t);
    for (int64_t n = from;; n++) {
      if (put(db, n) != DB_OK) _exit(3);
      if (write(say[1], &n, sizeof n) != sizeof n) _exit(4);
    }
  }
  close(say[1]);
  int64_t last = from - 1, n;
  ssize_t got = read(say[0], &n, sizeof n); /* killed after its first word, not while it starts */
  if (got == sizeof n) last = n;
  usleep(after);
  kill(child, SIGKILL);
  while (read(say[0], &n, sizeof n) == sizeof n) last = n;
  close(say[0]);
  int status;
  waitpid(child, &status, 0);
  assert_true(WIFSIGNALED(status));
  return last;
}

static void nothing_acknowledged_is_lost_to_kills(struct db_test *t) {
  int kills = getenv("WAYMARK_LONG") ? 1000 : 50;
  struct rng r = rng_seed(3);
  int64_t next = 1, acknowledged = 0, lost = 0;
  db_close(t->db);
  for (int i = 0; i < kills; i++) {
    int64_t last = write_until_killed(t, next, (useconds_t)rng_below(&r, 15000));
    t->db = db_test_again(t);
    for (int64_t n = next; n <= last; n++) lost += !have(t->db, n);
    acknowledged += last - next + 1;
    next = last + 2; /* the one being written may be there or not */
    if (i % 10 == 9) {
      assert_int_equal(torn(t->db), 0);
      assert_sound(t->db);
    }
    if (i + 1 < kills) db_close(t->db);
  }
  print_message("%d kills, %lld acknowledged, %lld lost\n", kills, (long long)acknowledged,
                (long long)lost);
  assert_int_equal(lost, 0);
  assert_true(acknowledged >= kills);
}

/* Writes through a fault; returns how many were refused. Everything acknowledged must be there
 * afterwards. */
static int through(struct db_test *t, struct fault_plan plan, int64_t from, int n) {
  bool kept[1000] = {0};
  int bad = 0;
  fault_set(plan);
  for (int i = 0; i < n; i++) {
    enum db_result r = put(t->db, from + i);
    kept[i] = r == DB_OK;
    bad += r != DB_OK;
    if (r != DB_OK) assert_true(db_error(t->db).n > 0);
  }
  fault_set((struct fault_plan){0});
  db_close(t->db);
  t->db = db_test_again(t);
  for (int i = 0; i < n; i++)
    if (kept[i] && !have(t->db, from + i)) fail_msg("entry %d was acknowledged and is gone", i);
  assert_int_equal(torn(t->db), 0);
  assert_sound(t->db);
  assert_int_equal(put(t->db, from + n), DB_OK);
  return bad;
}

static void failing_writes_and_syncs_lose_nothing(struct db_test *t) {
  if (t->kind != DB_SQLITE) return;
  int64_t at = 1;
  for (unsigned every = 2; every < 40; every += 6, at += 200) {
    through(t, (struct fault_plan){.write_every = every}, at, 40);
    through(t, (struct fault_plan){.sync_every = every}, at + 50, 40);
    through(t, (struct fault_plan){.read_every = every}, at + 100, 40);
  }
  assert_true(through(t, (struct fault_plan){.write_every = 5}, at, 40) > 0);
  assert_true(through(t, (struct fault_plan){.sync_every = 2}, at + 50, 40) > 0);
}

static void a_full_disk_is_said_and_loses_nothing(struct db_test *t) {
  if (t->kind != DB_SQLITE) return;
  int bad = through(t, (struct fault_plan){.room_bytes = 200000}, 1, 200);
  assert_true(bad > 0 && bad < 200);
  fault_set((struct fault_plan){.room_bytes = 1});
  assert_int_equal(put(t->db, 500), DB_FAILED);
  assert_true(str_contains(db_error(t->db), S("full")));
  fault_set((struct fault_plan){0});
  assert_int_equal(put(t->db, 501), DB_OK);
}

static void refused_memory_is_a_clean_failure(struct db_test *t) {
  if (t->kind != DB_SQLITE) return;
  int64_t at = 1;
  for (unsigned every = 7; every < 200; every = every * 2 + 1, at += 100) {
    through(t, (struct fault_plan){.memory_every = every}, at, 40);
    struct why why = {0};
    fault_set((struct fault_plan){.memory_every = every});
    for (int i = 0; i < 10; i++) {
      struct db *db = db_open(&t->where, &why);
      assert_true(db || why.text[0]);
      if (db) put(db, at + 50 + i);
      db_close(db);
    }
    fault_set((struct fault_plan){0});
  }
  assert_true(through(t, (struct fault_plan){.memory_every = 7}, at, 40) > 0);
}

/* An arena that runs out jumps out of whatever was going on; db_abandon leaves the handle as new.
 */
static void every_seventh_allocation_fails(struct db_test *t) {
  jmp_buf out;
  volatile int jumped = 0, done = 0;
  struct arena a = arena_open(1 << 20);
  for (volatile int i = 0; i < 60; i++) {
    arena_reset(&a);
    a.out = &out;
    if (setjmp(out) != 0) {
      arena_fail_every(0);
      db_abandon(t->db);
      jumped++;
      continue;
    }
    arena_fail_every(7);
    db_begin(t->db, STORE_MAIN);
    db_run(t->db, SQL("insert into entry (id, words) values (?1, ?2)"), V(1000 + i * 2),
           V(str_format(&a, "%d", i)));
    db_run(t->db, SQL("insert into entry (id, words) values (?1, ?2)"), V(1001 + i * 2),
           V(str_format(&a, "%d", i)));
    struct rows r = db_rows(t->db, &a, SQL("select words from entry order by id"));
    while (db_next(&r)) row_text(&r, 0);
    assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
    done++;
  }
  arena_fail_every(0);
  arena_close(&a);
  assert_true(jumped > 0);
  assert_int_equal(db_number(t->db, -1, SQL("select count(*) from entry")), done * 2);
  assert_int_equal(torn(t->db), 0);
}

/* PostgreSQL ends our connections at any moment (a failover does): work in a transaction is done
 * again, reads go on. */
static void end_other_connections(struct db_test *t) {
  struct db *other = db_test_again(t);
  db_number(other, 0,
            SQL("/* postgres */ select count(pg_terminate_backend(pid)) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"));
  db_close(other);
}

struct cut {
  struct db_test *t;
  int tries;
};
static enum db_result write_and_be_cut(struct db *db, void *with) {
  struct cut *c = with;
  db_run(db, SQL("insert into entry (id, words) values (?1, 'x')"), V(10));
  if (c->tries++ == 0) end_other_connections(c->t);
  db_run(db, SQL("insert into entry (id, words) values (?1, 'x')"), V(11));
  return DB_OK;
}

static void a_lost_connection_is_found_again(struct db_test *t) {
  if (t->kind != DB_POSTGRES) return;
  assert_int_equal(put(t->db, 1), DB_OK);
  end_other_connections(t);
  assert_true(have(t->db, 1));
  struct cut cut = {.t = t};
  assert_int_equal(db_atomically(t->db, STORE_MAIN, write_and_be_cut, &cut), DB_OK);
  assert_int_equal(cut.tries, 2);
  assert_true(db_number(t->db, -1, SQL("select count(*) from entry where id in (10, 11)")) == 2);
  db_read_only(t->db, true);
  assert_true(have(t->db, 1));
  end_other_connections(t);
  assert_true(have(t->db, 1));
  assert_int_equal(db_run(t->db, SQL("delete from entry")), DB_REFUSED);
}

int main(void) {
  static const struct db_test_case cases[] = {
      DB_TEST(nothing_acknowledged_is_lost_to_kills),
      DB_TEST(failing_writes_and_syncs_lose_nothing),
      DB_TEST(a_full_disk_is_said_and_loses_nothing),
      DB_TEST(refused_memory_is_a_clean_failure),
      DB_TEST(every_seventh_allocation_fails),
      DB_TEST(a_lost_connection_is_found_again),
  };
  struct migrations all[2] = {db_migrations, lists[1]};
  log_level_set(LOG_ALARM);
  if (!fault_install()) return 1;
  return db_test_run("db_survive", cases, countof(cases), all, 2);
}
