/* judge: who a programme is for. The rule is named by the contract and stands in packs/; it is
 * judged on a day, from what may be seen of somebody, in three values with reasons. */
#include "base/embed.h"
#include "directory/directory.h"
#include "places/places.h"
#include "programme/inside.h"

extern const struct embedded_files programme_packs;

enum { RULES_BYTES = 8 << 20, AREAS_MAX = 24 };

static struct rules_set all_rules(struct arena *a) {
  struct rules_set all = {0};
  size_t cap = 0;
  for (size_t i = 0; i < programme_packs.n; i++) {
    struct rules_set some = {0};
    struct why why = {0};
    if (!str_ends(str_of(programme_packs.p[i].name), S(".rules"))) continue;
    if (!rules_parse(a, directory_book(), programme_packs.p[i].content, &some, &why))
      log_event(LOG_ALARM, "rules_unreadable", "said=%s", why.text);
    for (size_t k = 0; k < some.n; k++) *slice_push(a, &all, &cap) = some.p[k];
  }
  return all;
}

const struct rules_rule *programme_rule(const struct contract *c) {
  static struct arena kept;
  static struct rules_set rules;
  if (!directory_book()) return NULL;
  if (!rules.n) {
    kept = arena_open(RULES_BYTES);
    rules = all_rules(&kept);
  }
  return c->rule.n ? rules_find(&rules, c->rule) : NULL;
}

/* ---- what is known of somebody ---- */

static void say_age(struct rules_facts *f, const struct person *p) {
  static const struct {
    const char *band;
    int from, to;
  } bands[] = {{"under_16", 0, 15}, {"16_17", 16, 17}, {"18_24", 18, 24},
               {"25_49", 25, 49},   {"50_66", 50, 66}, {"67_plus", 67, RULES_AGE_MAX}};
  if (p->born_on != DAY_NONE) {
    rules_facts_born(f, p->born_on);
    return;
  }
  for (size_t i = 0; i < countof(bands); i++)
    if (str_eq(p->age_band, str_of(bands[i].band)))
      rules_facts_age_band(f, bands[i].from, bands[i].to);
}

static struct rules_place *where(struct db *db, struct arena *a, const struct person *p) {
  struct area ward;
  struct str names[AREAS_MAX];
  size_t n = 0;
  if (!p->ward_code.n || !area_by_code(db, a, p->ward_code, &ward)) return NULL;
  struct areas above = area_above(db, a, ward.id);
  for (size_t i = 0; i < above.n && n + 1 < AREAS_MAX; i++)
    names[n++] = above.p[i].code, names[n++] = above.p[i].name;
  return rules_place_of(a, directory_book(), names, n);
}

static int months_between(day_t from, day_t to) {
  int months = 0;
  while (months < RULES_NUMBER_MAX && day_add_months(from, months + 1) <= to) months++;
  return months;
}

static struct rules_facts facts_of(struct db *db, struct arena *a, const struct person *p,
                                   day_t on) {
  struct rules_facts f = {.on = on};
  const struct rules_book *b = directory_book();
  say_age(&f, p);
  if (p->status.n) rules_facts_status(b, &f, p->status);
  if (p->inactivity_reason.n) rules_facts_reason(b, &f, p->inactivity_reason);
  if (p->tenancy.n) rules_facts_tenancy(b, &f, p->tenancy);
  if (p->health_condition != -1) f.health = p->health_condition ? RULES_SAID_YES : RULES_SAID_NO;
  if (p->out_of_work_since != DAY_NONE && p->out_of_work_since <= on) {
    int months = months_between(p->out_of_work_since, on);
    f.months_out = (struct rules_range){true, months, months};
  }
  f.place = where(db, a, p);
  rules_facts_settle(b, &f);
  return f;
}

static struct str in_words(void *to, struct str english) {
  return words_label(*(const enum language *)to, english);
}

enum rules_answer programme_judge(struct db *db, struct arena *a, const struct contract *c,
                                  const struct person *p, day_t on, enum language lang,
                                  struct rules_because *because) {
  const struct rules_rule *rule = programme_rule(c);
  if (because) *because = (struct rules_because){.answer = RULES_MAYBE};
  if (!rule) return RULES_MAYBE;
  struct rules_facts f = facts_of(db, a, p, on);
  if (because)
    rules_explain(a, directory_book(), rule, &f, (struct rules_tongue){in_words, &lang}, because);
  return rules_judge(rule, &f);
}
