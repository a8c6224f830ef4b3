/* read: the one reader of what a referral needs. Names of values: name, reach (or phone, email),
 * safe_way, safe_note, agreed, words, referrer, their_ref, hides, heard, age. */
#ifndef WAYMARK_REFERRALS_READ_H
#define WAYMARK_REFERRALS_READ_H
#include "finding/finding.h"
#include "referrals/inside.h"

struct given { struct str (*value)(void *from, const char *name); void *from; };
struct read_fault { const char *field; struct str sentence; };
struct read_faults { struct read_fault p[8]; size_t n; };
/* `out->about` is set already. False: one sentence a field, and nothing to send. */
bool referral_read(struct arena *a, const struct given *g, enum language lang,
                   struct referral_new *out, struct read_faults *f);
struct str read_fault_of(const struct read_faults *f, const char *field);

/* As match_find, for values from anywhere: place (or postcode), age, status. */
bool match_for(struct request *rq, const struct finding_said *said, bool count,
               struct matches *out);
#endif
