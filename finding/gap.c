/* gap: searches that found nothing, as counts of codes. What was typed is not kept: words become
 * the need they mean, a postcode the council or neighbourhood it lies in. */
#include "finding/inside.h"

static struct str month_of(struct arena *a, day_t day) { return str_slice(day_iso(a, day), 0, 7); }

/* A neighbourhood when there is one, else the council, else whatever the code lists call it. Never
 * smaller. */
static struct str area_of(const struct finding_ask *ask) {
  static const char *const kinds[] = {"neighbourhood", "la", "combined_authority", "region"};
  for (size_t k = 0; k < countof(kinds); k++)
    for (size_t i = 0; i < ask->place.areas.n; i++)
      if (str_eq(ask->place.areas.p[i].kind, str_of(kinds[k]))) return ask->place.areas.p[i].name;
  return ask->place.found == PLACE_NONE ? ask->place_words : (struct str){0};
}

/* The first group told; ages and work are answers of their own and stay out. */
static struct str cohort_of(const struct finding_picture *p, const struct finding_ask *ask) {
  for (int c = 0; c < rules_code_count(p->offers->book, RULES_COHORTS); c++) {
    const struct rules_code *code = rules_code_get(p->offers->book, RULES_COHORTS, c);
    if (ask->said_cohort && rules_codes_has(ask->facts.cohort_yes, c) && !code->age_to)
      return code->code;
  }
  return (struct str){0};
}

static void count_one(struct db *db, struct str month, struct str need, struct str area,
                      struct str cohort) {
  enum db_result r = db_run(
      db,
      SQL_WORK(
          "insert into search_gap (month, need, area, cohort, searches) values (?1, ?2, ?3, ?4, 1) "
          "on conflict (month, need, area, cohort) do update set "
          "searches = search_gap.searches + 1"),
      V(month), V(need), V(area), V(cohort));
  if (r != DB_OK) log_event(LOG_WARNING, "gap_not_counted", "result=%d", (int)r);
}

void finding_gap_count(struct db *db, struct arena *a, const struct finding_picture *p,
                       const struct finding_ask *ask) {
  const struct needs *needs = finding_needs();
  uint64_t said = ask->needs | finding_meaning(a, ask->words).needs;
  struct str month = month_of(a, ask->facts.on), area = area_of(ask), cohort = cohort_of(p, ask);
  if (!said) count_one(db, month, (struct str){0}, area, cohort);
  for (size_t k = 0; k < needs->n; k++)
    if (said >> k & 1) count_one(db, month, needs->p[k].code, area, cohort);
}

struct finding_gaps finding_gaps_released(struct db *db, struct arena *a, day_t today) {
  struct finding_gaps all = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL_WORK("select month, need, area, cohort, searches from search_gap "
                                   "where month < ?1 and searches >= ?2 "
                                   "order by month desc, searches desc, need, area, cohort"),
                          V(month_of(a, today)), V((int64_t)FINDING_GAP_LEAST));
  while (db_next(&r))
    *slice_push(a, &all, &cap) = (struct finding_gap){
        row_text(&r, 0), row_text(&r, 1), row_text(&r, 2), row_text(&r, 3), row_int(&r, 4)};
  return all;
}
