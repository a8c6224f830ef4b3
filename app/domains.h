/* domains: the one list of what the program is made of. */
#ifndef WAYMARK_DOMAINS_H
#define WAYMARK_DOMAINS_H
#include "web/web.h"
extern const struct domain *const waymark_domains[];
extern const size_t waymark_domains_n;
#endif
