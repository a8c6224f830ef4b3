/* totp: the six digits of an authenticator app (RFC 6238 over HMAC-SHA-1, 30 seconds, RFC 4226
 * truncation). */
#ifndef WAYMARK_TOTP_H
#define WAYMARK_TOTP_H
#include "base/base.h"
enum {
  TOTP_SECRET_BYTES = 20,
  TOTP_STEP_SECONDS = 30,
  TOTP_DIGITS = 6,
  TOTP_STEPS_EITHER_SIDE = 1
};
void totp_secret_make(uint8_t out[TOTP_SECRET_BYTES]);
uint32_t totp_code(struct str secret, int64_t step);
/* A code is good for its own step and one either side, and never for a step at or before *last_step
 * (single use). True moves *last_step to the step used. */
bool totp_check(struct str secret, struct str typed, instant_t now, int64_t *last_step);
struct str base32_of(struct arena *a,
                     struct str bytes); /* RFC 4648 without padding, for typing into an app */
/* otpauth:// address for the QR code of enrolment. */
struct str totp_address(struct arena *a, struct str site, struct str name, struct str secret);
#endif
