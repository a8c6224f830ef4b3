/* migrate_test: a migration is whole or not there, under kills too; what does not fit is refused
 * with a sentence. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "db/inside.h"
#include "db/migrate.h"
#include "db/testing.h"

#define NUMBERS "with recursive n (i) as (select 1 union all select i + 1 from n where i < 5000) "
/* A step that makes, one that fills, one that builds a table anew, one in another store. */
static const struct migration steps[] = {
    {9301, "test/9301_make.sql",
     S("create table row (id INT primary key, name TEXT not null);\n"
       "create index row_name on row (name);\n"
       "create table child (id KEY, row_id INT references row (id));\n")},
    {9302, "test/9302_fill.sql",
     S("insert into row (id, name) " NUMBERS "select i, 'row' from n;\n"
       "insert into child (row_id) values (7);\n")},
    {9303, "test/9303_rebuild.sql",
     S("create table row_new (id INT primary key, name TEXT not null, size INT not null);\n"
       "insert into row_new (id, name, size) select id, name, id * 2 from row;\n"
       "-- @sqlite\ndrop table row;\nalter table row_new rename to row;\n"
       "-- @postgres\nalter table child drop constraint child_row_id_fkey;\ndrop table row;\n"
       "alter table row_new rename to row;\n"
       "alter table child add foreign key (row_id) references row (id);\n"
       "-- @both\ncreate index row_size on row (size);\n")},
    {9304, "test/9304_words.sql",
     S("-- @store work\ncreate table word (id INT primary key, said TEXT);\n"
       "insert into word (id, said) " NUMBERS "select i, 'x' from n;\n")},
};

static bool migrate(struct db_test *t, const struct migration *p, size_t n, struct why *why) {
  struct migrations lists[2] = {db_migrations, {p, n}};
  why->text[0] = 0;
  return db_migrate(&t->where, lists, 2, NULL, why);
}
static struct db *opened(struct db_test *t) {
  db_known(NULL, 0);
  return db_test_again(t);
}
static int64_t ask(struct db *db, const struct sql *sql) { return db_number(db, -1, sql); }

static void steps_are_applied_once_in_order(struct db_test *t) {
  struct why why;
  const struct migration mixed[] = {steps[2], steps[0], steps[3], steps[1]};
  assert_true(migrate(t, mixed, 4, &why));
  assert_true(migrate(t, steps, 4, &why));
  struct db *db = db_test_again(t);
  assert_int_equal(ask(db, SQL("select sum(size) from row")), 5000LL * 5001);
  assert_int_equal(ask(db, SQL_WORK("select count(*) from word")), 5000);
  assert_int_equal(ask(db, SQL("select count(*) from schema_step where number > 9000")), 4);
  assert_int_equal(ask(db, SQL_WORK("select count(*) from schema_step where number > 9000")), 1);
  assert_int_equal(db_run(db, SQL("insert into child (row_id) values (99999)")), DB_CONFLICT);
  db_close(db);
}

static void a_failing_step_leaves_nothing_and_says_which(struct db_test *t) {
  struct migration bad[] = {
      steps[0],
      {9305, "test/9305_bad.sql",
       S("create table half (id KEY);\ninsert into absent (x) values (1);\n")}};
  struct why why;
  assert_false(migrate(t, bad, 2, &why));
  assert_true(str_contains(why_str(&why), S("9305_bad")) &&
              str_contains(why_str(&why), S("Nothing of it was kept")));
  struct db *db = opened(t);
  assert_int_equal(ask(db, SQL("select count(*) from row")), 0);
  assert_int_equal(ask(db, SQL("select count(*) from half")), -1);
  db_close(db);
  /* A rebuild that loses a row somebody points at. */
  struct migration orphan[] = {steps[0],
                               steps[1],
                               {9306, "test/9306_orphan.sql",
                                S("-- @sqlite\ndelete from row where id = 7;\n"
                                  "-- @postgres\ndelete from row where id = 7;\n")}};
  assert_false(migrate(t, orphan, 3, &why));
  db = opened(t);
  assert_int_equal(ask(db, SQL("select count(*) from row where id = 7")), 1);
  db_close(db);
}

static void a_step_changed_after_it_was_applied_is_refused(struct db_test *t) {
  struct why why;
  struct migration other = {9301, steps[0].name, S("create table row (id INT primary key);\n")};
  struct migration reworded = {
      9301, steps[0].name,
      S("-- Only a comment more.\ncreate table row (id INT primary key, name TEXT not null);\n"
        "create index row_name\n on row (name);\n"
        "create table child (id KEY, row_id INT references row (id));\n")};
  assert_true(migrate(t, steps, 1, &why));
  assert_true(migrate(t, &reworded, 1, &why));
  assert_false(migrate(t, &other, 1, &why));
  assert_true(str_contains(why_str(&why), S("changed after")));
  struct migration twice[] = {steps[0], steps[0]};
  assert_false(migrate(t, twice, 2, &why));
  assert_true(str_contains(why_str(&why), S("same number")));
}

static void data_of_another_version_is_refused_with_a_sentence(struct db_test *t) {
  struct why why = {0};
  assert_null(db_open(&t->where, &why));
  assert_true(why.text[0] != 0);
  assert_true(migrate(t, steps, 2, &why));
  struct migrations newer[2] = {db_migrations, {steps, 3}}, older[2] = {db_migrations, {steps, 1}};
  db_known(newer, 2);
  assert_null(db_open(&t->where, &why));
  assert_true(str_contains(why_str(&why), S("waymark migrate")));
  db_known(older, 2);
  struct db *db = db_open(&t->where, &why);
  if (t->kind == DB_SQLITE) {
    assert_null(db);
    assert_true(str_contains(why_str(&why), S("newer Waymark")));
    assert_false(migrate(t, steps, 1, &why));
  } else { /* several nodes are updated one after another: version N works on schema N+1 */
    assert_non_null(db);
    assert_false(db_schema_newer(db));
    db_close(db);
  }
  struct migration breaking[] = {
      steps[0],
      steps[1],
      {9307, "test/9307_break.sql", S("-- @breaks\ncreate table apart (id KEY);\n")}};
  assert_true(migrate(t, breaking, 3, &why));
  db_known(older, 2);
  assert_null(db_open(&t->where, &why));
  assert_true(str_contains(why_str(&why), S("newer Waymark")));
}

static void a_copy_is_made_first(struct db_test *t) {
  if (t->kind != DB_SQLITE) return;
  struct why why;
  char path[200];
  assert_true(migrate(t, steps, 2, &why));
  snprintf(path, sizeof path, "%s/before/main.db", t->folder);
  assert_false(file_exists(path)); /* nothing to lose yet */
  assert_true(migrate(t, steps, 3, &why));
  assert_true(file_exists(path));
  char copy[200], main_store[200];
  snprintf(copy, sizeof copy, "%s/waymark.db", t->folder);
  snprintf(main_store, sizeof main_store, "%s/waymark.db.gone", t->folder);
  assert_int_equal(rename(copy, main_store), 0);
  snprintf(main_store, sizeof main_store, "%s/waymark.db-wal", t->folder);
  unlink(main_store);
  assert_int_equal(rename(path, copy), 0);
  struct db *db = opened(t);
  assert_int_equal(ask(db, SQL("select count(*) from row")), 5000);
  assert_int_equal(ask(db, SQL("select count(size) from row")), -1); /* the old shape */
  db_close(db);
  assert_true(migrate(t, steps, 3, &why));
  db_copies_forget(str_of(t->folder), INT64_C(4000000000000000)); /* far in the future */
  assert_false(file_exists(path));
}

static void a_lost_store_is_not_replaced_by_an_empty_one(struct db_test *t) {
  if (t->kind != DB_SQLITE) return;
  struct why why;
  char path[200];
  assert_true(migrate(t, steps, 1, &why));
  snprintf(path, sizeof path, "%s/keys.db", t->folder);
  unlink(path);
  assert_false(migrate(t, steps, 1, &why));
  assert_true(str_contains(why_str(&why), S("missing")));
  assert_false(file_exists(path));
}

static void two_at_once_take_turns(struct db_test *t) {
  pid_t child[3];
  for (int i = 0; i < 3; i++)
    if ((child[i] = fork()) == 0) {
      struct why why;
      bool fine = migrate(t, steps, 4, &why);
      if (!fine) fprintf(stderr, "%s\n", why.text);
      _exit(fine ? 0 : 1);
    }
  for (int i = 0; i < 3; i++) {
    int status;
    waitpid(child[i], &status, 0);
    assert_int_equal(status, 0);
  }
}

/* ---- kills ---- */

static void wait_for_the_server(struct db *db) {
  const struct sql *others =
      SQL("/* postgres */ select count(*) from pg_stat_activity where datname = current_database()"
          " and pid <> pg_backend_pid() and backend_type = 'client backend'");
  for (int i = 0; db_kind(db) == DB_POSTGRES && i < 500 && ask(db, others) > 0; i++) usleep(2000);
}

/* What the first n test steps leave, as one number; the check that nothing is between. */
static int64_t shape(struct db *db, int n) {
  bool there[5] = {false};
  there[1] = ask(db, SQL("select count(*) from child")) >= 0 &&
             ask(db, SQL("select count(*) from row")) >= 0;
  there[2] = there[1] && ask(db, SQL("select count(*) from row")) == 5000 &&
             ask(db, SQL("select count(*) from child")) == 1;
  there[3] = there[2] && ask(db, SQL("select sum(size) from row")) == 5000LL * 5001;
  there[4] = ask(db, SQL_WORK("select count(*) from word")) == 5000;
  bool none_half = n >= 2 || !there[1] || ask(db, SQL("select count(*) from row")) == 0;
  return none_half && there[n] ? n : -1;
}

static bool noted(struct db *db, int n) {
  return n == 4 ? ask(db, SQL_WORK("select 1 from schema_step where number = 9304")) == 1
                : db_number(db, -1, SQL("select 1 from schema_step where number = ?1"),
                            V(9300 + n)) == 1;
}

static uint64_t migrate_and_maybe_die(struct db_test *t, int n, uint64_t after_us) {
  uint64_t began = clock_monotonic_us();
  pid_t child = fork();
  if (child == 0) {
    struct why why;
    _exit(migrate(t, steps, (size_t)n, &why) ? 0 : 1);
  }
  if (after_us) {
    usleep((useconds_t)after_us);
    kill(child, SIGKILL);
  }
  int status;
  waitpid(child, &status, 0);
  assert_true(after_us || status == 0);
  return clock_monotonic_us() - began;
}

/* After a kill: is the step there, whole? Anything between fails the test. */
static bool is_new(struct db_test *t, int n) {
  struct db *db = opened(t);
  wait_for_the_server(db);
  bool there = noted(db, n);
  int was = n == 4 ? 3 : n - 1;
  if (there)
    assert_int_equal(shape(db, n), n);
  else if (n > 1)
    assert_int_equal(shape(db, was), was);
  else
    assert_int_equal(ask(db, SQL("select count(*) from child")), -1);
  db_close(db);
  return there;
}

/* Data still old is killed again; data that became new is followed by a fresh copy of the old. */
static void kill_step(enum db_kind kind, int n, int kills) {
  struct migrations before[2] = {db_migrations, {steps, (size_t)n - 1}};
  struct rng r = rng_seed((uint64_t)n);
  struct db_test t;
  int fresh = 0;
  db_test_open(&t, kind, before, 2);
  db_close(t.db);
  t.db = NULL;
  uint64_t whole = migrate_and_maybe_die(&t, n, 0);
  assert_true(is_new(&t, n));
  bool used = true;
  for (int i = 0; i < kills; i++) {
    if (used) {
      db_test_close(&t);
      db_test_open(&t, kind, before, 2);
      db_close(t.db);
      t.db = NULL;
    }
    migrate_and_maybe_die(&t, n, 1 + rng_below(&r, whole + whole / 4));
    used = is_new(&t, n);
    fresh += used;
  }
  struct why why;
  if (!migrate(&t, steps, (size_t)n, &why)) fail_msg("after a kill: %s", why.text);
  assert_true(is_new(&t, n));
  db_test_close(&t);
  print_message("step %d killed %d times within %llu us: %d old, %d new, none between\n", n, kills,
                (unsigned long long)whole, kills - fresh, fresh);
}

static void a_killed_step_is_old_or_new(struct db_test *t) {
  int kills = getenv("WAYMARK_LONG") ? 200 : 20;
  for (int n = 1; n <= 4; n++) kill_step(t->kind, n, kills);
}

/* ---- the dialect ---- */

static struct str made(struct arena *a, enum db_kind kind, struct str sql,
                       struct dialect_step *step, struct why *why) {
  struct buf b = buf_open(1 << 16);
  struct str text = dialect_of(kind, sql, &b, step, why)
                        ? str_copy(a, str_slice(buf_str(&b), 0, b.n - 1))
                        : S("refused");
  buf_free(&b);
  return text;
}

static void the_five_words_and_nothing_else(struct db_test *t) {
  struct dialect_step step;
  struct why why;
  struct str sql = S("-- @store audit\n-- @breaks\ncreate table x ( -- @person\n  id KEY,\n  a "
                     "TEXT not null default 'INT; KEY',\n  b INT, c REAL, d BLOB\n);\n"
                     "-- @sqlite\ncreate virtual table f using fts5(a);\ncreate table w (a INT "
                     "primary key) without rowid;\n"
                     "-- @postgres\ncreate index g on x using gin (a);\n-- @both\ninsert into x "
                     "(a) values ('--');\n");
  struct str lite = made(t->arena, DB_SQLITE, sql, &step, &why);
  assert_int_equal(step.store, STORE_AUDIT);
  assert_true(step.breaks);
  assert_true(str_eq(lite, S("create table x ( id integer primary key autoincrement, a text not "
                             "null default 'INT; KEY', b integer, c real, d blob ) strict;\n"
                             "create virtual table f using fts5(a);\ncreate table w (a integer "
                             "primary key) without rowid, strict;\n"
                             "insert into x (a) values ('--');\n")));
  struct str pg = made(t->arena, DB_POSTGRES, sql, &step, &why);
  assert_true(str_eq(
      pg, S("create table x ( id bigint generated by default as identity primary key, a text "
            "collate \"C\" not null default 'INT; KEY', b bigint, c double precision, d bytea );\n"
            "create index g on x using gin (a);\ninsert into x (a) values ('--');\n")));
  assert_true(
      str_eq(made(t->arena, DB_SQLITE, S("create table x (a INT)"), &step, &why), S("refused")));
  assert_true(
      str_eq(made(t->arena, DB_SQLITE, S("-- @sqlight\nselect 1;"), &step, &why), S("refused")));
  assert_true(str_eq(made(t->arena, DB_SQLITE, S("-- @store attic\nselect 1;"), &step, &why),
                     S("refused")));
}

static void on_every_database(const struct db_test_case *c) {
  for (int kind = 0; kind < 2; kind++) {
    struct db_test t;
    if (!db_test_has((enum db_kind)kind)) continue;
    db_test_open(&t, (enum db_kind)kind, NULL, 0);
    c->run(&t);
    db_test_close(&t);
  }
}
#define EVERYWHERE(name)                                                                           \
  static void name##_(void **s) {                                                                  \
    (void)s;                                                                                       \
    on_every_database(&(struct db_test_case)DB_TEST(name));                                        \
  }
EVERYWHERE(steps_are_applied_once_in_order)
EVERYWHERE(a_failing_step_leaves_nothing_and_says_which)
EVERYWHERE(a_step_changed_after_it_was_applied_is_refused)
EVERYWHERE(data_of_another_version_is_refused_with_a_sentence)
EVERYWHERE(a_copy_is_made_first)
EVERYWHERE(a_lost_store_is_not_replaced_by_an_empty_one)
EVERYWHERE(two_at_once_take_turns)
EVERYWHERE(a_killed_step_is_old_or_new)
EVERYWHERE(the_five_words_and_nothing_else)

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(steps_are_applied_once_in_order_),
      cmocka_unit_test(a_failing_step_leaves_nothing_and_says_which_),
      cmocka_unit_test(a_step_changed_after_it_was_applied_is_refused_),
      cmocka_unit_test(data_of_another_version_is_refused_with_a_sentence_),
      cmocka_unit_test(a_copy_is_made_first_),
      cmocka_unit_test(a_lost_store_is_not_replaced_by_an_empty_one_),
      cmocka_unit_test(two_at_once_take_turns_),
      cmocka_unit_test(a_killed_step_is_old_or_new_),
      cmocka_unit_test(the_five_words_and_nothing_else_),
  };
  log_level_set(LOG_ALARM);
  return cmocka_run_group_tests_name("db_migrate", tests, NULL, NULL);
}
