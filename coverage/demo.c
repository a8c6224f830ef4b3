/* demo: Seaborough's estimates of people, invented like the place. Cells the generator leaves out
 * stay not known. */
#include "coverage/inside.h"
#include "seaborough/seaborough.h"

bool coverage_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                   struct why *why) {
  struct seaborough *s = seaborough_make(a, seed, instant_local_uk(now).day);
  struct buf text = buf_open((size_t)1 << 20);
  struct import_result result = {0};
  progress_step(p, "Estimates of people (invented)", "estimates", s->estimates.n);
  buf_put(&text, S("area,cohort,age_band,edition,source,value,unit\r\n"));
  for (size_t i = 0; i < s->estimates.n; i++) {
    const struct sb_estimate *e = &s->estimates.p[i];
    csv_put(&text, s->areas.p[s->neighbourhood[e->hood]].code, false);
    csv_put(&text, e->cohort, false);
    buf_format(&text, "16-64,invented,Invented for the demo,%lld,people\r\n", (long long)e->people);
  }
  struct csv *rows = csv_open_str(a, buf_str(&text));
  bool good =
      csv_headers(rows, why) && coverage_people_import(db, a, rows, false, now, &result, why);
  if (good && result.bad)
    good = why_say(why, "%lld of the demo's estimates do not fit its areas or groups.",
                   (long long)result.bad);
  csv_close(rows);
  buf_free(&text);
  progress_end(p, s->estimates.n);
  return good;
}
