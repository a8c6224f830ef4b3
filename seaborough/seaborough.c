#include "seaborough/inside.h"

struct seaborough *seaborough_make(struct arena *a, uint64_t seed, day_t today) {
  struct seaborough *s = arena_new(a, struct seaborough);
  s->seed = seed;
  s->today = today;
  sb_geography(a, s);
  sb_network(a, s);
  sb_offers(a, s);
  return s;
}
