/* own: whom a worker carries, as far as whoever asks may see. */
#include "caseload/inside.h"

static int by_name(const void *a, const void *b) {
  const struct carried *x = a, *y = b;
  int order = str_cmp(x->person.name, y->person.name);
  return order ? order : (x->id > y->id) - (x->id < y->id);
}

size_t caseload_ids(struct request *rq, int64_t user_id, int64_t *ids, size_t room) {
  size_t n = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select distinct person_id from caseload where user_id = ?1 and "
                              "from_day <= ?2 and (to_day is null or to_day >= ?2) order by "
                              "person_id limit ?3"),
                          V(user_id), V(db_day(rq->arena, rq->today)), V((int64_t)room));
  while (db_next(&r)) ids[n++] = row_int(&r, 0);
  return n;
}

struct carrieds caseload_of(struct request *rq, int64_t user_id) {
  struct carrieds out = {0};
  size_t cap = 0;
  int64_t *ids = arena_many(rq->arena, int64_t, CARRIED_MAX);
  size_t n = caseload_ids(rq, user_id, ids, CARRIED_MAX);
  permission_foresee(rq->db, rq->arena, &rq->actor, ids, n, rq->today, rq->now);
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
