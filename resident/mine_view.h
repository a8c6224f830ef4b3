/* mine_view: what the pages under /mine share beside what they read. */
#ifndef WAYMARK_RESIDENT_MINE_VIEW_H
#define WAYMARK_RESIDENT_MINE_VIEW_H
#include "resident/inside.h"
#include "resident/mine_pages.h"

struct mine_times { struct mine_time_row *p; size_t n; };
struct mine_head mine_head(struct request *rq, enum mine_part part);
struct mine_times mine_time_rows(struct request *rq, const struct mine *m);
/* A kind of outcome, or what shows one, as said to them and not of them. */
struct str mine_outcome_label(struct request *rq, const char *list, struct str code);
bool mine_words_fit(struct str words); /* something, and at most MINE_WORDS_MAX letters */
/* The sentence after their words: when they sound as if a person were needed, that one is asked. */
struct str mine_thanks(struct request *rq, bool prompt, struct str otherwise);
#endif
