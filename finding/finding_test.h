/* The tests of this folder that stand in a file of their own. */
#ifndef WAYMARK_FINDING_TEST_H
#define WAYMARK_FINDING_TEST_H
#include "db/testing.h"
#include "finding/inside.h"
void one_picture_for_all_processes(struct db_test *t);
void a_damaged_picture_is_made_again(struct db_test *t);
void an_edit_is_seen_by_the_next_search(struct db_test *t);
#endif
