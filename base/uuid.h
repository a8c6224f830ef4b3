/* uuid: public identifiers. Directory records get version 7 (time-ordered), person-level records
 * version 4 (says nothing). `uuid_seed` makes the next ones repeatable, for tests and the demo
 * place. */
#ifndef WAYMARK_UUID_H
#define WAYMARK_UUID_H
#include <stdbool.h>
#include "base/rand.h"
#include "base/str.h"
#include "base/time.h"
struct uuid {
  uint8_t b[16];
};
struct uuid uuid_v4(void);
struct uuid uuid_v7(instant_t now);
/* Stable: same name, same id (RFC 9562 v8, BLAKE2b). */
struct uuid uuid_from_name(struct str space, struct str name);
bool uuid_parse(struct str s, struct uuid *out); /* 8-4-4-4-12 hex, either case */
void uuid_text(struct uuid u, char out[37]);     /* lower case, NUL-terminated */
struct str uuid_str(struct arena *a, struct uuid u);
bool uuid_is_zero(struct uuid u);
bool uuid_eq(struct uuid a, struct uuid b);
void uuid_seed(struct rng *r); /* NULL: back to the operating system's randomness */
#endif
