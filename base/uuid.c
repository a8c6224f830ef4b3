/* uuid: see uuid.h and RFC 9562. */
#include <sodium.h>
#include "base/base.h"

static struct rng *seeded;

void uuid_seed(struct rng *r) { seeded = r; }

static void random_bytes(uint8_t *out, size_t n) {
  if (!seeded) {
    secret_bytes(out, n);
    return;
  }
  for (size_t i = 0; i < n; i += 8) {
    uint64_t word = rng_next(seeded);
    for (size_t k = i; k < n && k < i + 8; k++, word >>= 8) out[k] = (uint8_t)word;
  }
}

static struct uuid marked(struct uuid u, unsigned version) {
  u.b[6] = (uint8_t)((u.b[6] & 0x0F) | version << 4);
  u.b[8] = (uint8_t)((u.b[8] & 0x3F) | 0x80);
  return u;
}

struct uuid uuid_v4(void) {
  struct uuid u;
  random_bytes(u.b, sizeof u.b);
  return marked(u, 4);
}

/* 48 bits of milliseconds, 12 bits of the fraction of one (RFC 9562 6.2 method 3), 62 random bits.
 */
struct uuid uuid_v7(instant_t now) {
  struct uuid u;
  uint64_t us = now > 0 ? (uint64_t)now : 0, ms = us / 1000, fraction = us % 1000 * 4096 / 1000;
  for (int i = 5; i >= 0; i--, ms >>= 8) u.b[i] = (uint8_t)ms;
  u.b[6] = (uint8_t)(fraction >> 8);
  u.b[7] = (uint8_t)fraction;
  random_bytes(u.b + 8, 8);
  return marked(u, 7);
}

struct uuid uuid_from_name(struct str space, struct str name) {
  struct uuid u;
  uint8_t length[8]; /* so that ("ab", "c") and ("a", "bc") differ */
  for (size_t i = 0, n = space.n; i < 8; i++, n >>= 8) length[i] = (uint8_t)n;
  crypto_generichash_state state;
  crypto_generichash_init(&state, NULL, 0, sizeof u.b);
  crypto_generichash_update(&state, length, sizeof length);
  crypto_generichash_update(&state, (const unsigned char *)space.p, space.n);
  crypto_generichash_update(&state, (const unsigned char *)name.p, name.n);
  crypto_generichash_final(&state, u.b, sizeof u.b);
  return marked(u, 8);
}

/* Where the dashes stand: bytes before each group of hex digits. */
static bool dash_before(size_t byte) { return byte == 4 || byte == 6 || byte == 8 || byte == 10; }

bool uuid_parse(struct str s, struct uuid *out) {
  struct uuid u;
  if (s.n != 36) return false;
  for (size_t i = 0, at = 0; i < sizeof u.b; i++, at += 2) {
    if (dash_before(i) && s.p[at++] != '-') return false;
    if (!hex_parse(str_slice(s, at, at + 2), &u.b[i], 1)) return false;
  }
  *out = u;
  return true;
}

void uuid_text(struct uuid u, char out[37]) {
  static const char digit[] = "0123456789abcdef";
  for (size_t i = 0; i < sizeof u.b; i++) {
    if (dash_before(i)) *out++ = '-';
    *out++ = digit[u.b[i] >> 4];
    *out++ = digit[u.b[i] & 15];
  }
  *out = 0;
}

struct str uuid_str(struct arena *a, struct uuid u) {
  char *text = arena_alloc(a, 1, 1, 37);
  uuid_text(u, text);
  return (struct str){text, 36};
}

bool uuid_is_zero(struct uuid u) {
  static const struct uuid zero;
  return memcmp(&u, &zero, sizeof u) == 0;
}

bool uuid_eq(struct uuid a, struct uuid b) { return memcmp(a.b, b.b, sizeof a.b) == 0; }
