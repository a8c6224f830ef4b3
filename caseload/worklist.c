/* worklist: what the domains say wants looking at, within what the asker may see. */
#include "caseload/inside.h"

enum { CHUNK = 1000 }; /* list.h's largest page */

static struct list_key read_chunk(struct request *rq, const struct list *list,
                                  const struct list_ask *ask, struct listeds *out, size_t *cap) {
  struct list_key key = {0};
  int n = 0;
  struct rows r = list_rows(rq->db, rq->arena, list, ask);
  while (db_next(&r)) {
    *slice_push(rq->arena, out, cap) = (struct listed){row_int(&r, 0), row_day(&r, 1)};
    if (++n == ask->limit) key = list_key(list, &r, 0);
  }
  return key; /* empty: that was all */
}

struct listeds worklist_read(struct request *rq, const struct person_worklist *w, int limit) {
  struct listeds out = {0};
  size_t cap = 0;
  bool whole = permission_whole_team(rq->db, rq->arena, &rq->actor);
  struct list_ask ask = {.limit = limit < CHUNK ? limit : CHUNK};
  permission_scope(rq->arena, &rq->actor, rq->today, ask.scope);
  ask.filter[0].on = true;
  ask.filter[0].v = db_day(rq->arena, rq->today + w->day);
  do ask.after = read_chunk(rq, whole ? w->team : w->own, &ask, &out, &cap);
  while (ask.after.n && out.n < (size_t)limit);
  return out;
}

PERSON_WORKLIST(everyone, "m.from_day <= ?");
const struct person_worklist worklist_everyone = {.code = "everyone",
                                                  .team = &everyone_team,
                                                  .own = &everyone_own,
                                                  .classes = CLASS_IDENTITY,
                                                  .path = ""};
