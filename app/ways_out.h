/* ways_out: which providers carry messages to people, from the settings. */
#ifndef WAYMARK_WAYS_OUT_H
#define WAYMARK_WAYS_OUT_H
#include "base/base.h"
/* Once, before the fork; false with a sentence saying which setting is missing. */
bool ways_out_set(struct why *why);
#endif
