/* check_test: the registry's check finds what it must, LIST pages are whole, on every database. */
#include <stdio.h>
#include "db/check.h"
#include "db/testing.h"

static const struct migration steps[] = {
    {9101, "people/9101_someone.sql",
     S("-- @person\n"
       "create table someone (id KEY, name TEXT not null, team_id INT not null, born TEXT, rank "
       "INT not null);\n"
       "create index someone_team on someone (team_id, name, id);\n"
       "create table seen ( -- @exported\n  team_id INT not null, person_id INT not null, primary "
       "key (team_id, person_id));\n")},
    {9102, "places/9102_spot.sql", S("create table spot (id KEY, name TEXT not null);\n")},
};
static const struct migrations lists[2] = {{0}, {steps, countof(steps)}};

static struct str check_text(struct db_test *t, const char *file, const char *text,
                             size_t *faults) {
  struct sql sql = {text, file, 7, STORE_MAIN};
  const struct sql *one[] = {&sql};
  struct buf b = buf_open(1 << 16);
  *faults = sql_check_these(t->db, t->lists, t->n_lists, one, 1, NULL, 0, &b).faults;
  struct str said = str_copy(t->arena, buf_str(&b));
  buf_free(&b);
  return said;
}

static void assert_caught(struct db_test *t, const char *file, const char *text,
                          const char *because) {
  size_t faults;
  struct str said = check_text(t, file, text, &faults);
  if (faults == 0 || !str_contains(said, str_of(because)))
    fail_msg("\"%s\" was not caught for \"%s\" but: %.*s", text, because, P(said));
}
static void assert_fine(struct db_test *t, const char *file, const char *text) {
  size_t faults;
  struct str said = check_text(t, file, text, &faults);
  if (faults) fail_msg("\"%s\" was refused: %.*s", text, P(said));
}

static void statements_that_do_not_compile_are_caught(struct db_test *t) {
  bool sqlite = t->kind == DB_SQLITE;
  assert_fine(t, "people/x.c", "select name from someone where id = ?1");
  assert_fine(t, "people/x.c", "select name from someone where id in INTS(?1)");
  assert_caught(t, "people/x.c", "select nme from someone where id = ?1",
                sqlite ? "SQLite" : "42703");
  assert_caught(t, "people/x.c", "select name from absent", sqlite ? "SQLite" : "42P01");
  assert_caught(t, "people/x.c", "select name from someone where id = \"x\"",
                sqlite ? "no such column" : "42703");
  if (!sqlite) assert_caught(t, "people/x.c", "select max(1, 2)", "42883");
  assert_fine(t, "people/x.c",
              sqlite ? "/* postgres */ select now()" : "/* sqlite */ select strftime('%Y')");
}

static void what_only_sqlite_tells_is_caught(struct db_test *t) {
  if (t->kind != DB_SQLITE) return;
  assert_caught(t, "places/x.c", "select name from someone where id = ?1", "people's own table");
  assert_caught(t, "places/x.c",
                "select p.name from spot p join someone s on s.id = p.id where p.id = ?1",
                "someone");
  assert_caught(t, "places/x.c", "delete from someone where id = ?1", "someone");
  assert_caught(t, "places/x.c",
                "update spot set name = 'a' where exists (select 1 from someone s where s.id = ?1)",
                "someone");
  assert_fine(t, "places/x.c", "select person_id from seen where team_id = ?1");
  assert_caught(t, "people/x.c", "select strftime('%Y', name) from someone where id = ?1",
                "strftime");
  assert_caught(t, "people/x.c", "select name from someone where id = ?1 and name like 'a'",
                "like");
  assert_caught(t, "people/x.c", "select name from someone where born = ?1", "end to end");
  assert_caught(t, "people/x.c", "select count(*) from someone", "end to end");
  assert_caught(t, "people/x.c", "select s.name from someone s order by s.rank", "end to end");
  assert_caught(t, "people/x.c", "update someone set rank = 1 where born = ?1", "end to end");
  assert_fine(t, "people/x.c", "select count(*) from someone /* scan: the test wants it */");
  assert_fine(t, "people/x.c", "select s.name from someone s where s.team_id = ?1 order by s.name");
  assert_fine(t, "places/x.c", "select name from spot");
  assert_caught(t, "places/x.c", "select name from sqlite_master", "no migration creates");
}

LIST(team, STORE_MAIN, "select s.id, s.name from someone s",
     SCOPE("join seen v on v.person_id = s.id and v.team_id = ?"),
     FILTERS("s.born < ?", "s.rank in INTS(?)"),
     SORTS("s.name, s.id", "s.rank desc, s.id desc", "s.rank desc, s.name, s.id"));
LIST(bad_filter, STORE_MAIN, "select s.id from someone s", SCOPE("where s.team_id = ?"),
     FILTERS("s.born < ?", "s.nowhere = ?"), SORTS("s.id"));
LIST(bad_scope, STORE_MAIN, "select s.id from someone s", SCOPE(""), FILTERS("s.born < ?"),
     SORTS("s.id"));
LIST(unscoped, STORE_MAIN, "select s.id from someone s", SCOPE("where s.rank >= ?"),
     FILTERS("s.born < ?"), SORTS("s.id"));

static size_t list_faults(struct db_test *t, const struct list *l, size_t *combinations) {
  struct buf b = buf_open(1 << 18);
  struct sql_report r = sql_check_these(t->db, t->lists, t->n_lists, NULL, 0, &l, 1, &b);
  if (combinations) *combinations = r.combinations;
  buf_free(&b);
  return r.faults;
}

static void every_combination_of_a_list_is_checked(struct db_test *t) {
  size_t combinations;
  struct list mine = team;
  mine.file = "people/x.c";
  assert_int_equal(list_faults(t, &mine, &combinations), 0);
  assert_int_equal(combinations, 4 * 3 * 2);
  mine = bad_filter;
  mine.file = "people/x.c";
  assert_int_equal(list_faults(t, &mine, NULL), 4); /* half of 4 filters x 1 sort x 2 */
  assert_true(list_faults(t, &bad_scope, NULL) > 0);
  mine = unscoped;
  mine.file = "people/x.c";
  if (t->kind == DB_SQLITE) assert_true(list_faults(t, &mine, NULL) > 0);
  assert_non_null(list_registered(3));
}

static void fill(struct db_test *t) {
  struct rng r = rng_seed(5);
  db_begin(t->db, STORE_MAIN);
  for (int i = 0; i < 57; i++) {
    int64_t id = db_insert(
        t->db,
        SQL("insert into someone (name, team_id, born, rank) values (?1, 1, ?2, ?3) returning id"),
        V(str_format(t->arena, "name %d", (int)rng_below(&r, 9))),
        V(db_day(t->arena, day_of(1980, 1, 1) + i)), V((int64_t)rng_below(&r, 4)));
    db_run(t->db, SQL("insert into seen (team_id, person_id) values (?1, ?2)"), V(1 + i % 2),
           V(id));
  }
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
}

/* All pages together hold each row in scope once, in order, whatever the sort and the page's
 * length. */
static void pages_hold_every_row_once(struct db_test *t) {
  fill(t);
  for (unsigned sort = 0; sort < 3; sort++)
    for (int limit = 1; limit < 12; limit += 5) {
      struct list_ask ask = {.scope = {V(1)}, .sort = sort, .limit = limit};
      bool seen[58] = {0};
      int n = 0, pages = 0;
      for (int got = limit; got == limit; pages++) {
        struct rows r = list_rows(t->db, t->arena, &team, &ask);
        struct list_key last = {0};
        for (got = 0; db_next(&r); got++, n++) {
          int64_t id = row_int(&r, row_column(&r, "id"));
          assert_false(seen[id]);
          seen[id] = true;
          last = list_key(&team, &r, sort);
        }
        assert_int_equal(r.result, DB_OK);
        struct str word = list_key_word(t->arena, &last);
        assert_true(list_key_from(t->arena, word, &ask.after));
        assert_int_equal(ask.after.n, last.n);
      }
      assert_int_equal(n, 29);
    }
  struct list_key key;
  assert_false(list_key_from(t->arena, S("!!"), &key));
  assert_false(list_key_from(t->arena, S("YWJj"), &key));
}

static int count_rows(struct db_test *t, const struct list_ask *ask) {
  struct rows r = list_rows(t->db, t->arena, &team, ask);
  int n = 0;
  while (db_next(&r)) n++;
  return r.result == DB_OK ? n : -1;
}

static void filters_filter(struct db_test *t) {
  fill(t);
  struct list_ask ask = {.scope = {V(1)}, .limit = 1000};
  assert_int_equal(count_rows(t, &ask), 29);
  ask.filter[0].on = true;
  ask.filter[0].v = db_day(t->arena, day_of(1980, 1, 11));
  assert_int_equal(count_rows(t, &ask), 5);
  int64_t all_ranks[] = {0, 1, 2, 3}, none[] = {9};
  ask.filter[1].on = true;
  ask.filter[1].v = db_in(t->arena, all_ranks, 4);
  assert_int_equal(count_rows(t, &ask), 5);
  ask.filter[1].v = db_in(t->arena, none, 1);
  assert_int_equal(count_rows(t, &ask), 0);
  ask.scope[0] = V(3);
  assert_int_equal(count_rows(t, &ask), 0);
  ask.sort = 9;
  assert_int_equal(count_rows(t, &ask), -1);
}

/* Also a real result: db/'s own statements. */
static void our_own_statements_pass(struct db_test *t) {
  struct buf b = buf_open(1 << 16);
  struct sql_report r = sql_check(t->db, t->lists, t->n_lists, &b);
  if (r.faults) fail_msg("%.*s", P(buf_str(&b)));
  assert_true(r.statements > 20);
  buf_free(&b);
}

int main(void) {
  static const struct db_test_case cases[] = {
      DB_TEST(statements_that_do_not_compile_are_caught),
      DB_TEST(what_only_sqlite_tells_is_caught),
      DB_TEST(every_combination_of_a_list_is_checked),
      DB_TEST(pages_hold_every_row_once),
      DB_TEST(filters_filter),
      DB_TEST(our_own_statements_pass),
  };
  struct migrations all[2] = {db_migrations, lists[1]};
  log_level_set(LOG_ALARM);
  return db_test_run("db_check", cases, countof(cases), all, 2);
}
