/* hash: SHA-256 (audit chain, signatures of what was shown), a fast 64-bit hash (tables, checksums
 * of derived files; NOT for anything an adversary chooses), hex and base64url. */
#ifndef WAYMARK_HASH_H
#define WAYMARK_HASH_H
#include "base/str.h"
struct sha256 {
  uint8_t b[32];
};
struct sha256 sha256_of(struct str s);
struct sha256 sha256_of2(struct str a, struct str b); /* of a followed by b */
uint64_t hash64(struct str s, uint64_t seed);         /* same on every machine */
struct str hex_of(struct arena *a, const void *bytes, size_t n);
bool hex_parse(struct str s, void *out, size_t n); /* exactly 2n hex digits */
struct str base64url_of(struct arena *a, const void *bytes, size_t n);
bool base64url_parse(struct arena *a, struct str s, struct str *out);
bool bytes_eq_secret(const void *a, const void *b, size_t n); /* in constant time */
#endif
