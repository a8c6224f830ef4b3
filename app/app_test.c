/* app_test: what must hold for the whole program: every statement prepares on both databases and
 * keeps to its folder's tables, every record type is the table its migrations made, the routes make
 * one table, and the printed help agrees. */
#include "app/commands.h"
#include "db/check.h"
#include "db/testing.h"
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
  if (report.faults) print_message("%.*s\n", (int)out.n, out.p);
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

int main(void) {
  static const struct db_test_case cases[] = {DB_TEST(every_statement_prepares),
                                              DB_TEST(every_record_is_its_table),
                                              DB_TEST(routes_make_one_table)};
  return db_test_run("the whole program", cases, countof(cases), lists, all_lists());
}
