/* exchange_test: what the test files of this folder share. */
#ifndef WAYMARK_EXCHANGE_TEST_H
#define WAYMARK_EXCHANGE_TEST_H
#include "accounts/testing.h"
#include "audit/audit.h"
#include "db/testing.h"
#include "exchange/inside.h"
#include "web/testing.h"

struct place {
  struct db_test *t;
  struct client c;
  int64_t north, health;
  struct actor amina, joe, lead, priya, admin, enforcement;
};
struct place place_of(struct db_test *t);
struct person add_person(struct place *p, const struct actor *by, const char *name,
                         const char *phone);
/* Runs every job that waits, in both lanes. */
void run_jobs(struct place *p);
void says(struct place *p, const char *words);
int64_t count_of(struct place *p, const struct sql *sql);
/* A workbook of one sheet from rows of cells, "|" between them, as spreadsheet programs save. */
struct str workbook(struct arena *a, const char *const *rows, size_t n);
/* The three real-shaped ones, 500 rows each, from a seed; all invented. */
struct str workbook_client_list(struct arena *a);
struct str workbook_contact_log(struct arena *a);
struct str workbook_council_list(struct arena *a);
#endif
