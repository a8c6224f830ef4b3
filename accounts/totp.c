#include <openssl/hmac.h>
#include "accounts/totp.h"

void totp_secret_make(uint8_t out[TOTP_SECRET_BYTES]) { secret_bytes(out, TOTP_SECRET_BYTES); }

uint32_t totp_code(struct str secret, int64_t step) {
  unsigned char counter[8], mac[EVP_MAX_MD_SIZE];
  unsigned int n = 0;
  for (int i = 0; i < 8; i++) counter[i] = (unsigned char)((uint64_t)step >> (56 - 8 * i));
  if (!HMAC(EVP_sha1(), secret.p, (int)secret.n, counter, sizeof counter, mac, &n) || n != 20)
    return UINT32_MAX;
  unsigned at = mac[19] & 15u; /* RFC 4226 section 5.3: dynamic truncation */
  uint32_t word = (uint32_t)(mac[at] & 127u) << 24 | (uint32_t)mac[at + 1] << 16 |
                  (uint32_t)mac[at + 2] << 8 | mac[at + 3];
  return word % 1000000u;
}

bool totp_check(struct str secret, struct str typed, instant_t now, int64_t *last_step) {
  char digits[TOTP_DIGITS + 1] = {0};
  size_t n = 0;
  for (size_t i = 0; i < typed.n; i++) { /* people type "123 456" */
    if (typed.p[i] == ' ') continue;
    if (typed.p[i] < '0' || typed.p[i] > '9' || n == TOTP_DIGITS) return false;
    digits[n++] = typed.p[i];
  }
  if (n != TOTP_DIGITS) return false;
  int64_t step = now / 1000000 / TOTP_STEP_SECONDS;
  for (int64_t s = step - TOTP_STEPS_EITHER_SIDE; s <= step + TOTP_STEPS_EITHER_SIDE; s++) {
    char good[16];
    snprintf(good, sizeof good, "%06u", totp_code(secret, s));
    if (s > *last_step && bytes_eq_secret(good, digits, TOTP_DIGITS)) {
      *last_step = s;
      return true;
    }
  }
  return false;
}

struct str base32_of(struct arena *a, struct str bytes) {
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  char *out = arena_many(a, char, bytes.n * 8 / 5 + 2);
  uint32_t held = 0;
  unsigned bits = 0;
  size_t n = 0;
  for (size_t i = 0; i < bytes.n; i++) {
    held = held << 8 | (unsigned char)bytes.p[i];
    for (bits += 8; bits >= 5; bits -= 5) out[n++] = alphabet[held >> (bits - 5) & 31u];
  }
  if (bits) out[n++] = alphabet[held << (5 - bits) & 31u];
  return (struct str){out, n};
}

static struct str percent(struct arena *a, struct str s) {
  char *out = arena_many(a, char, s.n * 3 + 1);
  size_t n = 0;
  for (size_t i = 0; i < s.n; i++) {
    unsigned char c = (unsigned char)s.p[i];
    bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                 c == '-' || c == '.';
    if (plain)
      out[n++] = (char)c;
    else
      n += (size_t)snprintf(out + n, 4, "%%%02X", c);
  }
  return (struct str){out, n};
}

struct str totp_address(struct arena *a, struct str site, struct str name, struct str secret) {
  struct str issuer = percent(a, site), who = percent(a, name), key = base32_of(a, secret);
  return str_format(a, "otpauth://totp/%.*s:%.*s?secret=%.*s&issuer=%.*s", P(issuer), P(who),
                    P(key), P(issuer));
}
