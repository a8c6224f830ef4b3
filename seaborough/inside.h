/* inside: the parts of the generator, called in order by seaborough_make. */
#ifndef WAYMARK_SEABOROUGH_INSIDE_H
#define WAYMARK_SEABOROUGH_INSIDE_H
#include "seaborough/seaborough.h"
void sb_geography(struct arena *a, struct seaborough *s);
void sb_network(struct arena *a, struct seaborough *s);
void sb_offers(struct arena *a, struct seaborough *s);
#endif
