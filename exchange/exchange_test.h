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
struct str token_for(struct place *p, const char *scopes);
void a_token_has_one_function_and_its_scopes(struct db_test *t);
void an_outcome_is_written_and_read_by_program(struct db_test *t);
void a_token_ends(struct db_test *t);
void the_same_write_twice_is_one(struct db_test *t);
void an_id_that_stands_is_not_told(struct db_test *t);
void a_program_is_told_by_ids_signed(struct db_test *t);
void what_did_not_arrive_is_sent_again(struct db_test *t);
void nothing_is_told_of_who_hides_or_to_enforcement(struct db_test *t);
void nobody_leaves_without_a_declared_basis(struct db_test *t);
void everything_goes_out_and_comes_in_equal(struct db_test *t);
void a_sheet_says_what_changed_since_it_was_keyed(struct db_test *t);
void a_mapping_file_is_looked_at(struct db_test *t);
#endif
