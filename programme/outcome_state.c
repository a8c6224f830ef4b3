/* outcome_state: whether an outcome is shown, and when to ask whether work goes on. Pure. */
#include "programme/outcome.h"

static bool takes(const struct contract_outcome *asks, struct str what) {
  for (size_t i = 0; asks && i < asks->evidence.n; i++)
    if (str_eq(asks->evidence.p[i], what)) return true;
  return !asks || asks->evidence.n == 0;
}

enum outcome_standing outcome_standing_of(const struct contract_outcome *asks, int64_t outcome_id,
                                          const struct evidences *all) {
  enum outcome_standing s = OUTCOME_NOT_SHOWN;
  for (size_t i = 0; i < all->n; i++) {
    if (all->p[i].outcome_id != outcome_id) continue;
    if (takes(asks, all->p[i].what)) return OUTCOME_SHOWN;
    s = OUTCOME_SHOWN_OTHERWISE;
  }
  return s;
}

static bool is_work(struct str kind) {
  return str_eq(kind, S("job_start")) || str_eq(kind, S("self_employed"));
}

static bool written_since(const struct outcomes *all, const char *kind, day_t since) {
  for (size_t i = 0; i < all->n; i++)
    if (str_eq(all->p[i].kind, str_of(kind)) && all->p[i].on_day >= since &&
        all->p[i].mistake_on == DAY_NONE)
      return true;
  return false;
}

day_t outcome_due(const struct outcome *o, const struct outcomes *all, struct str *kind) {
  static const struct {
    const char *kind;
    int days;
  } steps[] = {{"sustained_13", 13 * 7}, {"sustained_26", 26 * 7}, {"sustained_52", 52 * 7}};
  *kind = (struct str){0};
  if (!is_work(o->kind) || o->ended_on != DAY_NONE || o->mistake_on != DAY_NONE) return DAY_NONE;
  size_t next = countof(steps);
  for (size_t i = countof(steps); i-- && !written_since(all, steps[i].kind, o->on_day);) next = i;
  if (next == countof(steps)) return DAY_NONE;
  *kind = str_of(steps[next].kind);
  return o->on_day + steps[next].days;
}
