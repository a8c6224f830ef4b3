/* password: argon2id through libsodium (19 MiB, two passes: OWASP and ASVS 11.4.2), and what makes
 * one acceptable. */
#ifndef WAYMARK_PASSWORD_H
#define WAYMARK_PASSWORD_H
#include "base/base.h"
enum { PASSWORD_CHARACTERS_MIN = 12, PASSWORD_BYTES_MAX = 512 };
/* About 32 ms and 19 MiB: only from a HEAVY route or a command. */
bool password_hash(struct arena *a, struct str password, struct str *out);
bool password_matches(struct arena *a, struct str hash, struct str password);
/* Spends the same time as a real check, so that an unknown name cannot be told from a wrong
 * password. */
void password_spend(struct str password);
/* 12 characters or more, no upper limit below 512 bytes, not a common one, not made of the name or
 * the site's words. False with one sentence that says what to do. */
bool password_acceptable(struct str password, struct str name, struct why *why);
#endif
