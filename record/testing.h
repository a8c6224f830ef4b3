/* testing: invented records, for tests and for filling a demo. Every text says nothing about
 * anybody real: telephone numbers are from the ranges kept for drama (Ofcom), e-mail addresses and
 * sites from example.org. */
#ifndef WAYMARK_RECORD_TESTING_H
#define WAYMARK_RECORD_TESTING_H
#include "record/record.h"
/* Fills every field but LINKs and COMPUTED ones with a value that record_check accepts; about one
 * optional field in `unknown_one_in` stays not known (0 = none). The same rng gives the same
 * record. */
void record_fake(struct arena *a, const struct record_type *t, struct rng *rng,
                 unsigned unknown_one_in, day_t today, void *record);
#endif
