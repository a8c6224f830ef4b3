/* export: what export.c gives to the pages and jobs of this folder. */
#ifndef WAYMARK_EXCHANGE_EXPORT_H
#define WAYMARK_EXCHANGE_EXPORT_H
#include "exchange/inside.h"
#include "sharing/sharing.h"

enum { EXPORT_BYTES_MAX = 48 << 20 };
/* Why people may leave in a file. classes 0: nothing may. */
struct export_basis {
  struct str text, name;              /* "agreement PUBLIC-ID" or "return CODE"; its title */
  uint32_t classes;
  const struct declared_return *only; /* a return: these fields and nothing else */
};
/* False with a sentence: it is not declared, or not now, or not this organisation's. */
bool export_basis_read(struct db *db, struct arena *a, int64_t organisation_id, struct str text,
                       day_t today, struct export_basis *out, struct why *why);
/* Writes the zip to out: manifest.json, people.json, a CSV a table; each person put in is in
 * who-looked. */
bool export_build(struct db *db, struct arena *a, const struct actor *actor,
                  const struct export_basis *basis, instant_t now, struct progress *p,
                  struct buf *out, int64_t *people, struct why *why);
/* The people of such a file (an array; json_decref it), NULL with a sentence; and one of them read
 * in as the actor's, with what hangs on them. Inside a MAIN transaction. */
struct json_t *export_open(struct arena *a, struct str bytes, struct why *why);
enum db_result export_take_person(struct db *db, struct arena *a, const struct actor *actor,
                                  struct json_t *from, instant_t now);
#endif
