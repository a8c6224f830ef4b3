/* doctor: what `waymark doctor` says of programmes: signed forms whose words or mark were changed
 * afterwards, states that do not follow from their facts, contracts that name what is not here. */
#include "programme/inside.h"

enum { STALE_CHECKED = 500, STALE_ARENA_BYTES = 32 << 20 };

/* Do the projections of the newest say what their facts come to? Those that dates alone changed are
 * written again at the same time. */
static int64_t stale(struct db *db, day_t today) {
  struct arena a = arena_open(STALE_ARENA_BYTES);
  int64_t wrong = 0;
  struct rows r =
      db_rows(db, &a, SQL("/* scan: doctor */ select * from joining order by id desc limit ?1"),
              V((int64_t)STALE_CHECKED));
  while (db_next(&r)) {
    struct joining j;
    record_clear(&joining_type, &j);
    record_from_row(&joining_type, &r, &j);
    struct str now = str_of(joining_state_code(programme_state(db, &a, &j, today)));
    wrong += db_number(db, 1,
                       SQL("select count(*) from joining_now where joining_id = ?1 and state <> "
                           "?2"),
                       V(j.id), V(now)) != 0;
  }
  arena_close(&a);
  return wrong;
}

int programme_doctor(struct db *db, struct arena *a, instant_t now, struct buf *out) {
  struct checked all = programme_check(db);
  struct programmes known = programmes_known(db, a);
  int64_t wrong = stale(db, instant_local_uk(now).day);
  struct why why = {0};
  int faults = 0;
  if (all.altered)
    buf_format(out, "%lld signed forms were changed after they were signed.\n",
               (long long)all.altered),
        faults++;
  if (wrong)
    buf_format(out, "%lld people stand in another state on their programme than their facts say.\n",
               (long long)wrong),
        faults++;
  int64_t outcomes = outcome_differs(db, a);
  if (outcomes)
    buf_format(out, "%lld outcomes are counted otherwise than what shows them says.\n",
               (long long)outcomes),
        faults++;
  for (size_t i = 0; i < known.n; i++)
    if (!programme_returns_right(db, a, &known.p[i].contract, &why))
      buf_format(out, "Programme %.*s: %s\n", P(known.p[i].contract.code), why.text), faults++;
  return faults;
}
