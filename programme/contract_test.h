/* contract_test: cases that programme_test runs beside its own. Only tests include it. */
#ifndef WAYMARK_PROGRAMME_CONTRACT_TEST_H
#define WAYMARK_PROGRAMME_CONTRACT_TEST_H
struct db_test;
void contracts_are_read_whole_or_refused(struct db_test *t);
void states_follow_from_dated_facts(struct db_test *t);
void signatures_are_bounded_paths(struct db_test *t);
void small_numbers_are_held_back(struct db_test *t);
#endif
