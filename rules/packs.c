/* packs: which file holds what. */
#include "rules/packs.h"

struct loader {
  struct arena *a;
  packs_fetch *fetch;
  void *from;
  struct packs *out;
  struct why *why;
};

static bool text(struct loader *l, const char *path, struct str *out) {
  return l->fetch(l->from, l->a, path, out, l->why) || why_at(l->why, "packs/%s", path);
}

static bool named(struct loader *l, const char *path, bool ok) {
  return ok || why_at(l->why, "packs/%s", path);
}

static bool load_book(struct loader *l) {
  struct str s;
  for (enum rules_list list = 0; list < RULES_LISTS; list++) {
    const char *name = rules_list_name(list);
    if (!name) continue;
    const char *path = str_c(l->a, str_format(l->a, "codes/%s.csv", name));
    if (!text(l, path, &s) || !named(l, path, rules_book_codes(l->out->book, list, s, l->why)))
      return false;
  }
  return text(l, "codes/areas.csv", &s) &&
         named(l, "codes/areas.csv", rules_book_areas(l->out->book, s, l->why));
}

static bool load_schemes(struct loader *l) {
  struct str csv, rules, programmes, groups;
  return text(l, "schemes/library.csv", &csv) && text(l, "schemes/eligibility.rules", &rules) &&
         named(l, "schemes",
               library_read(l->a, l->out->book, csv, rules, &l->out->library, l->why)) &&
         text(l, "national/programmes.csv", &programmes) &&
         text(l, "national/groups.csv", &groups) &&
         named(l, "national", national_read(l->a, programmes, groups, &l->out->national, l->why));
}

static bool load_outcomes(struct loader *l) {
  struct str rules, rates;
  return text(l, "outcomes/outcomes.rules", &rules) && text(l, "outcomes/rates.csv", &rates) &&
         named(l, "outcomes/outcomes.rules",
               outcome_rules_read(l->a, rules, &l->out->outcomes, l->why)) &&
         named(l, "outcomes/rates.csv", outcome_rates_read(l->a, rates, &l->out->rates, l->why));
}

bool packs_load(struct arena *a, packs_fetch *fetch, void *from, struct packs *out,
                struct why *why) {
  struct loader l = {a, fetch, from, out, why};
  *out = (struct packs){.book = rules_book_new(a)};
  return load_book(&l) && load_schemes(&l) && load_outcomes(&l);
}
