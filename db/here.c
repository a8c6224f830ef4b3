#include "db/here.h"

static struct db_where here;

static instant_t given_at = INSTANT_NONE;

void here_now_set(instant_t now) { given_at = now; }

instant_t here_now(void) { return given_at; }

void db_here_set(const struct db_where *where) { here = *where; }

const struct db_where *db_here(void) { return &here; }

struct db *db_open_here(struct why *why) {
  return db_open(&here, why);
}
