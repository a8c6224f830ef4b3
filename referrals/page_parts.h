/* page_parts: what several pages of this folder show alike. */
#ifndef WAYMARK_REFERRALS_PAGE_PARTS_H
#define WAYMARK_REFERRALS_PAGE_PARTS_H
#include "referrals/pages.h"
#include "referrals/read.h"
struct ref_choices ref_codes(struct request *rq, const char *list, struct str chosen);
void ref_matches(struct request *rq, const struct matches *m, struct ref_match **p, size_t *n);
struct ref_rows ref_rows_of(struct request *rq, const struct referral_lines *lines);
#endif
