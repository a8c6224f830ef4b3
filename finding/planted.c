/* planted: one fault a build, put in between two folders when linking (ld --wrap), so that a
 * scenario's test is seen to fail when the thing it holds is wrong. Nothing here is in the program.
 */
#include "finding/finding.h"

#if defined(PLANTED_S03) /* one service is left off every page */
const struct offers *__real_offers_now(struct db *db, day_t day, enum directory_kind which,
                                       struct why *why);
const struct offers *__wrap_offers_now(struct db *db, day_t day, enum directory_kind which,
                                       struct why *why);
const struct offers *__wrap_offers_now(struct db *db, day_t day, enum directory_kind which,
                                       struct why *why) {
  static struct offers less;
  const struct offers *all = __real_offers_now(db, day, which, why);
  if (!all) return NULL;
  less = *all;
  if (less.list.n) less.list.n--;
  return &less;
}
#elif defined(PLANTED_S04) /* everyone is a day younger */
void __real_rules_facts_born(struct rules_facts *f, day_t born);
void __wrap_rules_facts_born(struct rules_facts *f, day_t born);
void __wrap_rules_facts_born(struct rules_facts *f, day_t born) {
  __real_rules_facts_born(f, born + 1);
}
#elif defined(PLANTED_S49) /* 48 programmes */
bool __real_national_figure_read(struct db *db, struct arena *a, struct national_figure *out,
                                 struct why *why);
bool __wrap_national_figure_read(struct db *db, struct arena *a, struct national_figure *out,
                                 struct why *why);
bool __wrap_national_figure_read(struct db *db, struct arena *a, struct national_figure *out,
                                 struct why *why) {
  bool good = __real_national_figure_read(db, a, out, why);
  out->total = 48;
  return good;
}
#elif defined(PLANTED_S50) /* nobody's place is looked at */
struct rules_place *__wrap_rules_place_of(struct arena *a, const struct rules_book *b,
                                          const struct str *areas, size_t n);
struct rules_place *__wrap_rules_place_of(struct arena *a, const struct rules_book *b,
                                          const struct str *areas, size_t n) {
  (void)a, (void)b, (void)areas, (void)n;
  return NULL;
}
#endif
