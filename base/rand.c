/* rand: see rand.h. xoshiro256** 1.0 and splitmix64 by Blackman and Vigna (prng.di.unimi.it),
 * written from their definitions. The floating-point steps use only + - * / and sqrt, which IEEE
 * 754 rounds the same way everywhere (the build turns fused multiply-add off), so that a seed gives
 * the same demo people for ever. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include "base/base.h"

static uint64_t rotate(uint64_t x, int k) { return x << k | x >> (64 - k); }

struct rng rng_seed(uint64_t seed) {
  struct rng r;
  for (int i = 0; i < 4; i++) {
    uint64_t z = seed += 0x9E3779B97F4A7C15U;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
    z = (z ^ z >> 27) * 0x94D049BB133111EBU;
    r.s[i] = z ^ z >> 31;
  }
  return r;
}

uint64_t rng_next(struct rng *r) {
  uint64_t *s = r->s, out = rotate(s[1] * 5, 7) * 9, shifted = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= shifted;
  s[3] = rotate(s[3], 45);
  return out;
}

/* Lemire, "Fast random integer generation in an interval" (2019): a product's high half, redrawn
 * where the low half falls in the short remainder. */
uint64_t rng_below(struct rng *r, uint64_t n) {
  if (n < 2) return 0;
  for (uint64_t remainder = -n % n;;) {
    __extension__ unsigned __int128 product = (unsigned __int128)rng_next(r) * n;
    if ((uint64_t)product >= remainder) return (uint64_t)(product >> 64);
  }
}

double rng_unit(struct rng *r) { return (double)(rng_next(r) >> 11) * 0x1p-53; }

/* ln by 2 atanh((m - 1) / (m + 1)) on m in [0.7, 1.42): eleven terms reach the last bit. */
static double plain_log(double x) {
  int exponent;
  double m = frexp(x, &exponent);
  if (m < 0.70710678118654752) m *= 2, exponent--;
  double t = (m - 1) / (m + 1), t2 = t * t, sum = 0;
  for (int k = 21; k >= 1; k -= 2) sum = sum * t2 + 1.0 / k;
  return exponent * 0.69314718055994531 + 2 * t * sum;
}

/* Marsaglia's polar method (1964). The second number of the pair is let go: no state beside the
 * rng. */
double rng_normal(struct rng *r) {
  for (;;) {
    double x = 2 * rng_unit(r) - 1, y = 2 * rng_unit(r) - 1, square = x * x + y * y;
    if (square > 0 && square < 1) return x * sqrt(-2 * plain_log(square) / square);
  }
}

void secret_bytes(void *out, size_t n) {
  for (char *p = out; n;) {
    ssize_t got = getrandom(p, n, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) { /* a kernel without getrandom: nothing may go on without secrets */
      fprintf(stderr,
              "The operating system gives no random bytes. Waymark needs Linux 3.17 or later.\n");
      abort();
    }
    p += got;
    n -= (size_t)got;
  }
}
