/* lists: how a list of people is scoped, and the second look at what it found. */
#include "permission/inside.h"
#include "permission/permission.h"

void permission_scope(struct arena *a, const struct actor *actor, day_t on, struct db_value *at) {
  struct db_value day = db_day(a, on), classes = V(permission_role_classes(actor)),
                  user = V(actor->user_id);
  const struct db_value all[MAY_SEE_ARGS + MAY_SEE_OWN_ARGS] = {V(actor->team_id),
                                                                day,
                                                                day,
                                                                classes,
                                                                user,
                                                                day,
                                                                day,
                                                                classes,
                                                                user,
                                                                day,
                                                                day,
                                                                user,
                                                                day,
                                                                day,
                                                                day,
                                                                day};
  memcpy(at, all, sizeof all);
}

size_t permission_recheck(struct request *rq, int64_t *people, struct sight *sights, size_t n) {
  size_t kept = 0;
  permission_foresee(rq->db, rq->arena, &rq->actor, people, n, rq->today, rq->now);
  for (size_t i = 0; i < n; i++) {
    struct sight s = permission_sight(rq->db, rq->arena, &rq->actor, people[i], rq->today, rq->now);
    if (!s.classes) {
      /* The projection showed somebody the full predicate does not: never shown, always heard of.
       */
      log_event(LOG_ALARM, "may_see_differs", "route=%s", rq->route ? rq->route->path : "");
      continue;
    }
    people[kept] = people[i];
    sights[kept++] = s;
  }
  return kept;
}

/* The last word of the worker's own name, as typed words are folded. */
static bool own_surname(struct request *rq, struct strs words) {
  struct strs own = utf8_words(rq->arena, rq->actor.name);
  if (own.n < 2) return false;
  for (size_t i = 0; i < words.n; i++)
    if (str_eq(words.p[i], own.p[own.n - 1])) return true;
  return false;
}

void permission_search_noticed(struct request *rq, struct strs words) {
  if (!rq->actor.user_id || !own_surname(rq, words)) return;
  db_run(rq->db,
         SQL_WORK("insert into search_review (organisation_id, user_id, day, at) values (?1, ?2, "
                  "?3, ?4) on conflict (user_id, day) do nothing"),
         V(rq->actor.organisation_id), V(rq->actor.user_id), db_day(rq->arena, rq->today),
         db_instant(rq->arena, rq->now));
}

size_t permission_named_for(struct db *db, struct arena *a, const struct actor *actor, day_t on,
                            instant_t now, int64_t *people, size_t room) {
  size_t n = 0;
  struct rows r =
      db_rows(db, a,
              SQL("select w.person_id from restricted_worker w where w.user_id = ?1 and "
                  "w.from_day <= ?2 and coalesce(w.to_day, '9999-12-31') >= ?2 "
                  "union select g.person_id from break_glass g where g.user_id = ?1 and "
                  "g.opened_at <= ?3 and g.until_at > ?3 order by 1 limit ?4"),
              V(actor->user_id), db_day(a, on), db_instant(a, now), V(room));
  while (db_next(&r)) people[n++] = row_int(&r, 0);
  return r.result == DB_OK ? n : 0;
}
