/* hash: see hash.h.
 *
 * hash64 folds 128-bit products: two words are each mixed with a constant, multiplied, and the
 * halves of the product are xored. Three independent lanes keep the multiplier busy on long input.
 */
#include <sodium.h>
#include "base/base.h"

struct sha256 sha256_of(struct str s) {
  struct sha256 out;
  crypto_hash_sha256(out.b, (const unsigned char *)s.p, s.n);
  return out;
}

struct sha256 sha256_of2(struct str a, struct str b) {
  struct sha256 out;
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  crypto_hash_sha256_update(&state, (const unsigned char *)a.p, a.n);
  crypto_hash_sha256_update(&state, (const unsigned char *)b.p, b.n);
  crypto_hash_sha256_final(&state, out.b);
  return out;
}

/* Odd numbers with 32 bits set, drawn at random once. Changing one changes every derived file. */
static const uint64_t salt[] = {0x0AAC0BFC17D226F9U, 0x80A5AE3227FF6343U, 0x0A36C65530D3C2FFU,
                                0xEDD1AC0AA2D22CF3U};

static uint64_t fold(uint64_t a, uint64_t b) {
  __extension__ unsigned __int128 product = (unsigned __int128)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t load(const char *p, size_t n) {
  uint64_t v = 0;
  memcpy(&v, p, n);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  v = __builtin_bswap64(v);
#endif
  return v;
}

uint64_t hash64(struct str s, uint64_t seed) {
  const char *p = s.p;
  size_t left = s.n;
  uint64_t h = fold(seed ^ salt[0], salt[1]);
  if (left > 48) {
    uint64_t h1 = h, h2 = h;
    for (; left > 48; p += 48, left -= 48) {
      h = fold(load(p, 8) ^ salt[1], load(p + 8, 8) ^ h);
      h1 = fold(load(p + 16, 8) ^ salt[2], load(p + 24, 8) ^ h1);
      h2 = fold(load(p + 32, 8) ^ salt[3], load(p + 40, 8) ^ h2);
    }
    h ^= h1 ^ h2;
  }
  for (; left > 16; p += 16, left -= 16) h = fold(load(p, 8) ^ salt[1], load(p + 8, 8) ^ h);
  uint64_t a = 0, b = 0;
  if (left > 8)
    a = load(p, 8), b = load(p + 8, left - 8);
  else if (left)
    a = load(p, left);
  h = fold(a ^ salt[2], b ^ h);
  return fold(h ^ s.n ^ salt[3], salt[1] ^ h);
}

struct str hex_of(struct arena *a, const void *bytes, size_t n) {
  static const char digit[] = "0123456789abcdef";
  const uint8_t *b = bytes;
  char *out = arena_alloc(a, 2, 1, n);
  for (size_t i = 0; i < n; i++) out[2 * i] = digit[b[i] >> 4], out[2 * i + 1] = digit[b[i] & 15];
  return (struct str){out, 2 * n};
}

static int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = (char)(c | 32);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_parse(struct str s, void *out, size_t n) {
  uint8_t *b = out;
  if (s.n % 2 || s.n / 2 != n) return false;
  for (size_t i = 0; i < s.n; i++)
    if (hex_value(s.p[i]) < 0) return false;
  for (size_t i = 0; i < n; i++)
    b[i] = (uint8_t)(hex_value(s.p[2 * i]) << 4 | hex_value(s.p[2 * i + 1]));
  return true;
}

struct str base64url_of(struct arena *a, const void *bytes, size_t n) {
  const int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  size_t room = n <= SIZE_MAX / 2 ? sodium_base64_encoded_len(n, variant) : SIZE_MAX;
  char *out = arena_alloc(a, 1, 1, room);
  sodium_bin2base64(out, room, bytes, n, variant);
  return (struct str){out, room - 1};
}

static int base64url_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '-' ? 62 : c == '_' ? 63 : -1;
}

/* By hand: libsodium 1.0.18 takes some bytes above 0x7F for letters (found by fuzzing). One text a
 * value: bits left over at the end must be zero. */
bool base64url_parse(struct arena *a, struct str s, struct str *out) {
  char *bytes = arena_alloc(a, 1, 1, s.n / 4 * 3 + 3);
  size_t n = 0;
  uint32_t bits = 0;
  for (size_t i = 0; i < s.n; i++) {
    int v = base64url_value(s.p[i]);
    if (v < 0) return false;
    bits = bits << 6 | (uint32_t)v;
    if (i % 4 > 0) bytes[n++] = (char)(bits >> (6 - 2 * (i % 4)) & 0xFF);
  }
  uint32_t spare = s.n % 4 == 2 ? 15 : s.n % 4 == 3 ? 3 : 0;
  if (s.n % 4 == 1 || (bits & spare)) return false;
  *out = (struct str){bytes, n};
  return true;
}

bool bytes_eq_secret(const void *a, const void *b, size_t n) { return sodium_memcmp(a, b, n) == 0; }
