/* rand: a seeded generator for demo data, tests and sampling (xoshiro256**), and the system's for
 * secrets. */
#ifndef WAYMARK_RAND_H
#define WAYMARK_RAND_H
#include <stddef.h>
#include <stdint.h>
struct rng {
  uint64_t s[4];
};
/* The same seed gives the same numbers on every machine, for ever. */
struct rng rng_seed(uint64_t seed);
uint64_t rng_next(struct rng *r);
uint64_t rng_below(struct rng *r, uint64_t n); /* uniform in 0..n-1, unbiased; n > 0 */
double rng_unit(struct rng *r);                /* uniform in [0, 1) */
double rng_normal(struct rng *r);              /* mean 0, deviation 1 */
void secret_bytes(void *out, size_t n); /* from the operating system; never fails (it waits) */
#endif
