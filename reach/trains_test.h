/* trains_test: a hand-made rail timetable (CIF), for tests of the engine and of the pages. */
#ifndef WAYMARK_REACH_TRAINS_TEST_H
#define WAYMARK_REACH_TRAINS_TEST_H
#include "base/base.h"
#define ALWAYS_DATES "261101270331"
extern const char trains_msn[], trains_flf[], trains_alf[];
void cif_line(struct buf *b, const char *start, const char *end_letter);
void schedule(struct buf *b, const char *uid, const char *from_to, const char *days, char holiday,
              const char *stp, const char *const *calls);
void write_trains(struct buf *b); /* the MCA file */
#endif
