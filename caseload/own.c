/* own: whom a worker carries, as far as whoever asks may see. */
#include "caseload/inside.h"

static int by_name(const void *a, const void *b) {
  const struct carried *x = a, *y = b;
  int order = str_cmp(x->person.name, y->person.name);
  return order ? order : (x->id > y->id) - (x->id < y->id);
}

struct carrieds caseload_of(struct request *rq, int64_t user_id) {
  struct carrieds out = {0};
  size_t cap = 0, n = 0;
  int64_t *ids = arena_many(rq->arena, int64_t, CARRIED_MAX);
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select distinct person_id from caseload where user_id = ?1 and "
                              "from_day <= ?2 and (to_day is null or to_day >= ?2)"),
                          V(user_id), V(db_day(rq->arena, rq->today)));
  while (db_next(&r))
    if (n < CARRIED_MAX) ids[n++] = row_int(&r, 0);
  for (size_t i = 0; i < n; i++) {
    struct sight sight =
        permission_sight(rq->db, rq->arena, &rq->actor, ids[i], rq->today, rq->now);
    struct person p;
    if (!(sight.classes & CLASS_IDENTITY) || !people_seen(rq, ids[i], sight, &p)) continue;
    *slice_push(rq->arena, &out, &cap) = (struct carried){ids[i], sight, p};
  }
  if (out.n) qsort(out.p, out.n, sizeof *out.p, by_name);
  return out;
}
