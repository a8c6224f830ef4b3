/* db_test: what db.h promises, on every database. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "db/testing.h"

static const struct migration steps[] = {
    {9001, "test/9001_things.sql",
     S("create table thing ( -- @person\n"
       "  id KEY, name TEXT not null unique, size INT, weight REAL, picture BLOB, born TEXT);\n"
       "create table part (id KEY, thing_id INT not null references thing (id), name TEXT not "
       "null);\n"
       "create index part_thing on part (thing_id);\n"
       "create table pound (id INT primary key, left_over INT not null);\n"
       "insert into pound (id, left_over) values (1, 1);\n")},
    {9002, "test/9002_drafts.sql",
     S("-- @store work\ncreate table draft (id KEY, words TEXT not null);\n")},
};
static const struct migrations lists[2] = {{0}, {steps, countof(steps)}};

static int64_t add(struct db *db, const char *name) {
  return db_insert(db, SQL("insert into thing (name) values (?1) returning id"), V(str_of(name)));
}
static int64_t count(struct db *db) { return db_number(db, -1, SQL("select count(*) from thing")); }

static void every_kind_of_value_comes_back(struct db_test *t) {
  struct db *db = t->db;
  char bytes[256];
  for (int i = 0; i < 256; i++) bytes[i] = (char)i;
  int64_t id =
      db_insert(db,
                SQL("insert into thing (name, size, weight, picture, born)"
                    " values (?1, ?2, ?3, ?4, ?5) returning id"),
                V(S("O'Brien \xC5\xB5 \"x\" ?1")), V(INT64_MIN + 1), V(0.1),
                V(db_blob((struct str){bytes, 256})), V(db_day(t->arena, day_of(2026, 11, 21))));
  assert_true(id > 0);
  struct rows r;
  assert_true(db_one(&r, db, t->arena,
                     SQL("select id, name, size, weight, picture, born from thing where id = ?1"),
                     V(id)));
  assert_int_equal(row_int(&r, row_column(&r, "id")), id);
  assert_true(str_eq(row_text(&r, row_column(&r, "name")), S("O'Brien \xC5\xB5 \"x\" ?1")));
  assert_true(row_int(&r, 2) == INT64_MIN + 1);
  assert_true(row_real(&r, 3) == 0.1);
  struct str picture = row_text(&r, 4);
  assert_int_equal(picture.n, 256);
  assert_memory_equal(picture.p, bytes, 256);
  assert_int_equal(row_day(&r, 5), day_of(2026, 11, 21));
  assert_int_equal(row_column(&r, "absent"), -1);
  assert_int_equal(row_kind(&r, 2), DB_INT);
  db_done(&r);
  int64_t bare = add(db, "bare");
  assert_true(db_one(&r, db, t->arena,
                     SQL("select size, weight, picture, born from thing where id = ?1"), V(bare)));
  for (int i = 0; i < 4; i++) assert_true(row_null(&r, i));
  assert_int_equal(row_int(&r, 0), 0);
  assert_int_equal(row_text(&r, 2).n, 0);
  assert_int_equal(row_day(&r, 3), DAY_NONE);
  db_done(&r);
}

static void text_that_cannot_be_kept_is_refused(struct db_test *t) {
  assert_int_equal(
      db_run(t->db, SQL("insert into thing (name) values (?1)"), V(((struct str){"a\0b", 3}))),
      DB_FAILED);
  assert_int_equal(db_run(t->db, SQL("insert into thing (name) values (?1)"), V(S("\xff"))),
                   DB_FAILED);
  assert_int_equal(
      db_run(t->db, SQL("insert into thing (name, size) values ('x', ?1)"), V(S("many"))),
      DB_FAILED);
  assert_int_equal(count(t->db), 0);
}

static void results_say_what_happened(struct db_test *t) {
  struct db *db = t->db;
  struct rows r;
  assert_true(add(db, "a") > 0);
  assert_int_equal(add(db, "a"), 0);
  assert_int_equal(db_run(db, SQL("insert into thing (name) values (?1)"), V(S("a"))), DB_CONFLICT);
  assert_false(str_contains(db_error(db), S("(a)")));
  assert_int_equal(db_run(db, SQL("insert into part (thing_id, name) values (?1, 'p')"), V(999)),
                   DB_CONFLICT);
  assert_int_equal(db_run(db, SQL("insert into thing (name) values (?1)"), V(db_null())),
                   DB_FAILED);
  assert_false(db_one(&r, db, t->arena, SQL("select name from thing where id = ?1"), V(999)));
  assert_int_equal(r.result, DB_NONE);
  assert_int_equal(db_run(db, SQL("update thing set size = 1 where name = ?1"), V(S("a"))), DB_OK);
  assert_int_equal(db_changes(db), 1);
  assert_int_equal(db_run(db, SQL("update thing set size = 1 where name = 'zz'")), DB_OK);
  assert_int_equal(db_changes(db), 0);
  assert_int_equal(db_number(db, 7, SQL("select size from thing where name = 'zz'")), 7);
  assert_int_equal(db_run(db, SQL("update thing set size = ?1 where name = ?2"), V(1)), DB_FAILED);
}

static void errors_stick_until_the_commit(struct db_test *t) {
  struct db *db = t->db;
  db_begin(db, STORE_MAIN);
  add(db, "a");
  add(db, "a");                      /* fails */
  assert_int_equal(add(db, "b"), 0); /* not even tried */
  assert_int_equal(db_commit(db, STORE_MAIN), DB_CONFLICT);
  assert_int_equal(count(db), 0);
  db_begin(db, STORE_MAIN);
  add(db, "c");
  db_begin(db, STORE_MAIN); /* joins */
  add(db, "d");
  assert_int_equal(db_commit(db, STORE_MAIN), DB_OK);
  assert_int_equal(db_commit(db, STORE_MAIN), DB_OK);
  assert_int_equal(count(db), 2);
  db_begin(db, STORE_MAIN);
  add(db, "e");
  db_begin(db, STORE_MAIN);
  db_rollback(db, STORE_MAIN); /* the whole can no longer be kept */
  assert_int_equal(db_commit(db, STORE_MAIN), DB_FAILED);
  assert_int_equal(count(db), 2);
  assert_int_equal(db_commit(db, STORE_MAIN), DB_FAILED);
}

static void reading_only_refuses_writes_of_main_alone(struct db_test *t) {
  struct db *db = t->db;
  db_read_only(db, true);
  assert_int_equal(db_run(db, SQL("insert into thing (name) values ('x')")), DB_REFUSED);
  assert_int_equal(count(db), 0);
  assert_int_equal(db_run(db, SQL_WORK("insert into draft (words) values ('kept')")), DB_OK);
  db_begin(db, STORE_MAIN);
  assert_int_equal(count(db), 0);
  assert_int_equal(db_run(db, SQL("insert into thing (name) values ('x')")), DB_REFUSED);
  assert_int_equal(db_commit(db, STORE_MAIN), DB_REFUSED);
  db_read_only(db, false);
  assert_true(add(db, "x") > 0);
}

static void a_query_may_run_inside_itself(struct db_test *t) {
  struct db *db = t->db;
  add(db, "a");
  add(db, "b");
  add(db, "c");
  const struct sql *all = SQL("select id, name from thing order by id");
  int pairs = 0;
  struct rows outer = db_rows(db, t->arena, all);
  while (db_next(&outer)) {
    struct rows inner = db_rows(db, t->arena, all);
    while (db_next(&inner)) pairs += row_int(&inner, 0) != row_int(&outer, 0);
  }
  assert_int_equal(pairs, 6);
  outer = db_rows(db, t->arena, all);
  assert_true(db_next(&outer));
  db_abandon(db); /* an arena ran out in the middle */
  assert_int_equal(count(db), 3);
}

static void lists_of_values(struct db_test *t) {
  struct db *db = t->db;
  int64_t ids[3] = {add(db, "a"), add(db, "b"), add(db, "c,\"'")};
  const struct sql *by_id = SQL("select count(*) from thing where id in INTS(?1)");
  assert_int_equal(db_number(db, -1, by_id, V(db_in(t->arena, ids, 2))), 2);
  assert_int_equal(db_number(db, -1, by_id, V(db_in(t->arena, ids, 0))), 0);
  struct str names[] = {S("c,\"'"), S("zz")};
  assert_int_equal(db_number(db, -1, SQL("select count(*) from thing where name in TEXTS(?1)"),
                             V(db_in_text(t->arena, (struct strs){names, 2}))),
                   1);
}

static void stores_commit_apart(struct db_test *t) {
  struct db *db = t->db;
  db_begin(db, STORE_MAIN);
  add(db, "a");
  assert_int_equal(db_run(db, SQL_WORK("insert into draft (words) values ('kept')")), DB_OK);
  db_rollback(db, STORE_MAIN);
  assert_int_equal(count(db), 0);
  assert_int_equal(db_number(db, 0, SQL_WORK("select count(*) from draft")), 1);
}

static void a_trial_is_taken_back(struct db_test *t) {
  struct db *db = t->db;
  add(db, "before");
  for (int round = 0; round < 2; round++) {
    db_trial(db, true);
    db_begin(db, STORE_MAIN);
    add(db, "kept until the end of the trial");
    assert_int_equal(db_commit(db, STORE_MAIN), DB_OK);
    db_begin(db, STORE_MAIN);
    add(db, "taken back at once");
    db_rollback(db, STORE_MAIN);
    assert_int_equal(db_run(db, SQL("insert into thing (name) values (?1)"), V(S("before"))),
                     DB_CONFLICT);
    assert_int_equal(count(db), 2);
    db_trial(db, false);
    assert_int_equal(count(db), 1);
  }
  add(db, "after");
  assert_int_equal(count(db), 2);
}

/* Two workers take the last pound: one wins, on both databases. */
static enum db_result take_pound(struct db *db, void *got) {
  int64_t left = db_number(db, -1, SQL("select left_over from pound where id = 1"));
  usleep(2000);
  if (left > 0) db_run(db, SQL("update pound set left_over = ?1 where id = 1"), V(left - 1));
  *(bool *)got = left > 0;
  return left >= 0 ? DB_OK : DB_RETRY;
}

static void the_last_pound_is_taken_once(struct db_test *t) {
  pid_t child[4];
  for (int i = 0; i < 4; i++) {
    child[i] = fork();
    if (child[i] == 0) {
      struct db *mine = db_test_again(t);
      bool got = false;
      bool fine = db_atomically(mine, STORE_MAIN, take_pound, &got) == DB_OK;
      db_close(mine);
      _exit(!fine ? 2 : got);
    }
  }
  int winners = 0;
  for (int i = 0; i < 4; i++) {
    int status;
    waitpid(child[i], &status, 0);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
    winners += WEXITSTATUS(status);
  }
  assert_int_equal(winners, 1);
  assert_int_equal(db_number(t->db, -1, SQL("select left_over from pound where id = 1")), 0);
}

static void keys_are_never_used_again(struct db_test *t) {
  int64_t first = add(t->db, "a");
  assert_int_equal(db_run(t->db, SQL("delete from thing where id = ?1"), V(first)), DB_OK);
  assert_true(add(t->db, "b") > first);
}

static void many_statements_stay_within_the_limit(struct db_test *t) {
  struct sql *many = calloc(700, sizeof *many);
  for (int i = 0; i < 700; i++) {
    many[i] = (struct sql){"select count(*) from thing", __FILE__, __LINE__, STORE_MAIN};
    assert_int_equal(db_number(t->db, -1, &many[i]), 0);
  }
  db_close(t->db);
  t->db = NULL;
  free(many);
}

int main(void) {
  static const struct db_test_case cases[] = {
      DB_TEST(every_kind_of_value_comes_back),
      DB_TEST(text_that_cannot_be_kept_is_refused),
      DB_TEST(results_say_what_happened),
      DB_TEST(errors_stick_until_the_commit),
      DB_TEST(reading_only_refuses_writes_of_main_alone),
      DB_TEST(a_query_may_run_inside_itself),
      DB_TEST(lists_of_values),
      DB_TEST(stores_commit_apart),
      DB_TEST(a_trial_is_taken_back),
      DB_TEST(the_last_pound_is_taken_once),
      DB_TEST(keys_are_never_used_again),
      DB_TEST(many_statements_stay_within_the_limit),
  };
  struct migrations all[2] = {db_migrations, lists[1]};
  log_level_set(LOG_ALARM);
  return db_test_run("db", cases, countof(cases), all, 2);
}
