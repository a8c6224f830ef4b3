/* app_test: what must hold for the whole program: every statement prepares on both databases and
 * keeps to its folder's tables, every record type is the table its migrations made, the routes make
 * one table, and the printed help agrees. */
#include <stdio.h>
#include <stdlib.h>
#include "accounts/testing.h"
#include "app/commands.h"
#include "app/maintain.h"
#include "db/check.h"
#include "db/here.h"
#include "db/seal.h"
#include "db/testing.h"
#include "directory/directory.h"
#include "people/people.h"
#include "record/record.h"
#include "web/route.h"

static struct migrations lists[64];

static size_t all_lists(void) {
  size_t n = 0;
  for (size_t i = 0; i < waymark_domains_n; i++)
    if (waymark_domains[i]->migrations) lists[n++] = *waymark_domains[i]->migrations;
  return n;
}

static void every_statement_prepares(struct db_test *t) {
  struct buf out = buf_open(1 << 20);
  struct sql_report report = sql_check(t->db, lists, all_lists(), &out);
  if (report.faults) fwrite(out.p, 1, out.n, stdout); /* cmocka would cut it short */
  assert_int_equal(report.faults, 0);
  assert_true(report.statements > 100);
  buf_free(&out);
}

static void every_record_is_its_table(struct db_test *t) {
  struct record_types types = record_types();
  struct buf out = buf_open(1 << 20);
  bool same = true;
  for (size_t i = 0; i < types.n; i++)
    same &= record_matches_schema(t->db, t->arena, types.p[i], &out);
  if (!same) print_message("%.*s\n", (int)out.n, out.p);
  assert_true(same);
  buf_free(&out);
}

static void routes_make_one_table(struct db_test *t) {
  struct why why;
  struct route_table *table = routes_build(t->arena, waymark_domains, waymark_domains_n, &why);
  if (!table) print_message("%s\n", why.text);
  assert_non_null(table);
}

/* ---- backups and nights ---- */

static const instant_t now = INT64_C(1795000000000000);

static void unlock(void) {
  static char path[96];
  char folder[64];
  struct why why = {0};
  if (!path[0]) {
    test_folder(folder);
    snprintf(path, sizeof path, "%s/master.key", folder);
    if (!seal_master_make(path, &why)) fail_msg("%s", why.text);
  }
  installation()->key_path = path;
  if (!installation_unlock(&why)) fail_msg("%s", why.text);
}

static void add_somebody(struct db_test *t) {
  struct person p;
  people_sealing();
  seal_forget(); /* what it keeps is of another test's database */
  int64_t team = test_team(t->db, t->arena, "Harbour", "North", FUNCTION_SUPPORT, "team", now);
  struct actor by = test_user(t->db, t->arena, team, "north 1", ROLE_KEY_WORKER, "", now);
  record_clear(&person_type, &p);
  p.name = S("Ada"), p.safe_way = S("phone"), p.phone = S("07700 900123");
  db_begin(t->db, STORE_MAIN);
  people_add(t->db, t->arena, &by, &p, now);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  db_run(t->db,
         SQL_WORK("insert into session (token_hash, user_id, began_at, seen_at) values "
                  "('h', ?1, '2026', '2026')"),
         V(by.user_id));
}

/* With the program's own hooks: what is sealed opens, the log of looks is whole, and nobody who was
 * signed in then is signed in now. Another installation's key is found out. */
static void a_restored_place_signs_nobody_in(struct db_test *t) {
  const struct backup_hooks *hooks = maintain_setup();
  struct backup_made made = {0};
  struct why why = {0};
  struct db_test fresh;
  char to[64], keys[64];
  unlock();
  add_somebody(t);
  test_folder(to), test_folder(keys);
  struct backup_places put = {str_of(to), str_of(keys), S("")};
  if (!backup_make(&t->where, &put, hooks, t->arena, NULL, &made, &why)) fail_msg("%s", why.text);
  struct backup_places from = {made.folder, made.keys_folder, S("")};
  if (!backup_rehearse(&t->where, &from, hooks, t->arena, NULL, &why)) fail_msg("%s", why.text);
  assert_int_equal(db_number(t->db, -1, SQL_WORK("select count(*) from session")), 1);
  db_test_open(&fresh, t->kind, NULL, 0);
  if (!backup_restore(&fresh.where, &from, hooks, t->arena, NULL, &why)) fail_msg("%s", why.text);
  fresh.db = db_test_again(&fresh);
  seal_forget();
  assert_int_equal(db_number(fresh.db, -1, SQL_WORK("select count(*) from session")), 0);
  assert_true(hooks->open_sealed(fresh.db, t->arena, &why));
  assert_int_equal(
      db_run(fresh.db, SQL_KEYS("update seal_key set wrapped = ?1"), db_blob(S("not a key"))),
      DB_OK);
  seal_forget();
  assert_false(hooks->open_sealed(fresh.db, t->arena, &why));
  assert_true(str_contains(why_str(&why), S("master key")));
  db_test_close(&fresh);
}

/* From outside: a command that makes keys or opens ours has the master key, or says that it is not
 * there; one that only reads a stranger's file has it not. */
static void commands_have_the_key_they_need(struct db_test *t) {
  struct why why = {0};
  struct str sealed;
  unlock();
  seal_master_forget();
  assert_true(command_unlock(command_named(S("link")), &why));
  assert_false(seal_own(t->arena, "a test", S("x"), &sealed));
  assert_true(command_unlock(command_named(S("known")), &why));
  assert_true(seal_own(t->arena, "a test", S("x"), &sealed));
  const char *path = installation()->key_path;
  installation()->key_path = "/dev/null/none.key";
  assert_false(command_unlock(command_named(S("match")), &why));
  assert_true(str_contains(why_str(&why), S("waymark key restore")));
  installation()->key_path = path;
  unlock();
}

static instant_t night_clock(void) { return maintain_next_night(now) + 1000000; }

/* One night is planned however often serving starts; it tidies, and plans the next. */
static void each_night_plans_the_next(struct db_test *t) {
  static const struct job_kind kinds[] = {{"nightly", "Night", LANE_LONG, maintain_nightly}};
  db_here_set(&t->where);
  assert_int_equal(maintain_plan(t->db, t->arena, now), DB_OK);
  assert_int_equal(maintain_plan(t->db, t->arena, now + 5000000), DB_OK);
  struct feed county;
  record_clear(&feed_type, &county);
  county.name = S("The county"), county.url = S("http://127.0.0.1:1/api");
  db_begin(t->db, STORE_MAIN);
  record_insert(t->db, t->arena, &feed_type, &county, 0, now);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  int64_t old = job_add(t->db, t->arena, "gone", S("{}"), now, INSTANT_NONE, S(""));
  assert_int_equal(db_run(t->db,
                          SQL("update job set status = 2, ended_at = '2026-01-01T00:00:00.000000Z' "
                              "where id = ?1"),
                          V(old)),
                   DB_OK);
  assert_int_equal(db_number(t->db, -1, SQL("select count(*) from job where kind = 'nightly'")), 1);
  struct local at = instant_local_uk(maintain_next_night(now));
  assert_int_equal(at.minute, 150);
  assert_true(maintain_next_night(now) > now);
  assert_int_equal(maintain_next_night(maintain_next_night(now) - 1), maintain_next_night(now));
  assert_int_equal(job_loop(&(struct job_loop){.db = t->db,
                                               .lane = LANE_LONG,
                                               .kinds = kinds,
                                               .n_kinds = 1,
                                               .clock = night_clock,
                                               .until_empty = true}),
                   1);
  assert_int_equal(db_number(t->db, -1, SQL("select count(*) from job where kind = 'gone'")), 0);
  /* the domains' nights ran: the directory asked for its feed */
  assert_int_equal(db_number(t->db, -1, SQL("select count(*) from job where kind = 'oruk_import'")),
                   1);
  assert_int_equal(
      db_number(t->db, -1, SQL("select count(*) from job where kind = 'nightly' and status = 0")),
      1);
}

static void settings_name_the_other_folder_and_hosts(struct db_test *t) {
  struct config c;
  struct why why = {0};
  char folder[64], path[96];
  test_folder(folder);
  snprintf(path, sizeof path, "%s/waymark.conf", folder);
  assert_true(file_write(path, S("backup_folder = /srv/backups\nout_allow = feeds.local\n"), &why));
  if (!settings_read(t->arena, path, &c, &why)) fail_msg("%s", why.text);
  assert_true(str_eq(c.backup_folder, S("/srv/backups")) && str_eq(c.out_allow, S("feeds.local")));
  assert_true(file_write(path, S("out_alow = feeds.local\n"), &why));
  assert_false(settings_read(t->arena, path, &c, &why));
  assert_true(str_contains(why_str(&why), S("out_alow")));
}

/* What the program prints of itself is what stands in doc/: whoever changes a command, a setting or
 * a record prints them again, in the same commit. */
static void printed_documents_are_up_to_date(struct db_test *t) {
  static const struct {
    const char *path, *command;
    bool (*print)(struct buf *out);
  } printed[] = {{"doc/waymark.1", "help --man", help_man},
                 {"doc/waymark.bash-completion", "help --completion", help_completion},
                 {"doc/data-dictionary.md", "dictionary", dictionary_print}};
  for (size_t i = 0; i < countof(printed); i++) {
    char path[300];
    struct buf now_says = buf_open(1 << 20);
    const char *source = getenv("WAYMARK_SOURCE");
    struct str kept;
    struct why why = {0};
    snprintf(path, sizeof path, "%s/%s", source ? source : ".", printed[i].path);
    assert_true(printed[i].print(&now_says));
    if (!file_read(t->arena, path, 1 << 20, &kept, &why)) fail_msg("%s", why.text);
    if (!str_eq(kept, buf_str(&now_says)))
      fail_msg("%s is out of date: waymark %s > %s", printed[i].path, printed[i].command,
               printed[i].path);
    buf_free(&now_says);
  }
}

int main(void) {
  static const struct db_test_case cases[] = {DB_TEST(every_statement_prepares),
                                              DB_TEST(every_record_is_its_table),
                                              DB_TEST(routes_make_one_table),
                                              DB_TEST(a_restored_place_signs_nobody_in),
                                              DB_TEST(commands_have_the_key_they_need),
                                              DB_TEST(each_night_plans_the_next),
                                              DB_TEST(settings_name_the_other_folder_and_hosts),
                                              DB_TEST(printed_documents_are_up_to_date)};
  return db_test_run("the whole program", cases, countof(cases), lists, all_lists());
}
