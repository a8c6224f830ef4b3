/* visit, drop-in: when somebody is asked about a worker who is out; counts of visits. */
#include "contacts/inside.h"

static const int64_t minute_us = 60 * 1000000ll;

enum visit_state contacts_visit_state(instant_t in, instant_t out, instant_t expected_end,
                                      instant_t now) {
  if (out != INSTANT_NONE) return VISIT_OUT;
  if (now >= expected_end + VISIT_MANAGER_MINUTES * minute_us) return VISIT_ASK_MANAGER;
  if (now >= expected_end + VISIT_GRACE_MINUTES * minute_us) return VISIT_ASK_BUDDY;
  return in == INSTANT_NONE ? VISIT_PLANNED : VISIT_IN;
}

size_t contacts_visits_asked(struct db *db, struct arena *a, const struct actor *actor,
                             instant_t now) {
  instant_t buddy = now - VISIT_GRACE_MINUTES * minute_us,
            manager = now - VISIT_MANAGER_MINUTES * minute_us;
  bool leads = actor_has(actor, LEADS);
  return (size_t)db_number(
      db, 0,
      SQL("select count(*) from visit where team_id = ?1 and out_at is null and user_id <> ?2 and "
          "((buddy_id = ?2 and expected_end <= ?3) or (?5 = 1 and expected_end <= ?4))"),
      V(actor->team_id), V(actor->user_id), db_instant(a, buddy), db_instant(a, manager),
      V((int64_t)leads));
}

enum db_result contacts_drop_in(struct db *db, struct arena *a, int64_t team_id, struct str site,
                                day_t on, struct str kind, int64_t n) {
  /* A slip is taken back by a press of its own: never below zero. */
  if (n < 0)
    return db_run(db,
                  SQL("update drop_in set n = n + ?5 where team_id = ?1 and site = ?2 and on_day = "
                      "?3 and kind = ?4 and n + ?5 >= 0"),
                  V(team_id), V(site), db_day(a, on), V(kind), V(n));
  return db_run(db,
                SQL("insert into drop_in (team_id, site, on_day, kind, n) values (?1, ?2, ?3, ?4, "
                    "?5) on conflict (team_id, site, on_day, kind) do update set n = drop_in.n + "
                    "excluded.n"),
                V(team_id), V(site), db_day(a, on), V(kind), V(n));
}
