/* library: reads packs/schemes/ and packs/national/. */
#include "rules/library.h"

enum column {
  C_NAME,
  C_KIND,
  C_CATEGORY,
  C_PLACE,
  C_AREAS,
  C_AREA_RULE,
  C_LEAD,
  C_FUNDERS,
  C_AMOUNT,
  C_TOTAL,
  C_PARTS,
  C_START,
  C_END,
  C_DATES,
  C_COHORTS,
  C_FOR,
  C_STYLES,
  C_HELP,
  C_MODELS,
  C_MODEL,
  C_ELIGIBILITY,
  C_FIGURES,
  C_SCENARIOS,
  C_SOURCE,
  COLUMNS
};
static const char *const column_names[COLUMNS] = {"name",
                                                  "kind",
                                                  "category",
                                                  "place",
                                                  "areas",
                                                  "area_rule",
                                                  "lead",
                                                  "funders",
                                                  "amount",
                                                  "pounds_total",
                                                  "pounds_parts",
                                                  "start",
                                                  "end",
                                                  "dates_as_stated",
                                                  "cohorts",
                                                  "for_as_stated",
                                                  "styles",
                                                  "help_as_stated",
                                                  "models",
                                                  "model_as_stated",
                                                  "eligibility_as_stated",
                                                  "figures",
                                                  "scenarios",
                                                  "source"};

struct reader {
  struct arena *a;
  struct rules_book *b;
  const struct csv_row *row;
  int column[COLUMNS];
  struct why *why;
};

static struct str cell(const struct reader *r, enum column c) {
  return str_copy(r->a, csv_cell(r->row, r->column[c]));
}

static bool span_cell(const struct reader *r, enum column c, struct day_span *out) {
  struct str s = csv_cell(r->row, r->column[c]);
  *out = (struct day_span){DAY_NONE, DAY_NONE};
  if (!s.n || day_span_parse(s, out)) return true;
  return why_say(r->why, "\"%.*s\" is not a date; write 2022, 2022-12 or 2022-12-31.", P(s));
}

static bool codes_cell(const struct reader *r, enum column c, enum rules_list l,
                       struct rules_codes *out) {
  return rules_codes_parse(r->b, l, csv_cell(r->row, r->column[c]), out, r->why);
}

static void areas_cell(const struct reader *r, struct rules_offer *o) {
  struct strs names = str_split(r->a, csv_cell(r->row, r->column[C_AREAS]), ';');
  rules_area *area = arena_many(r->a, rules_area, names.n + 1);
  for (size_t i = 0; i < names.n; i++)
    if (names.p[i].n) area[o->areas++] = rules_area_intern(r->b, names.p[i]);
  o->area = area;
}

static bool scheme_row(const struct reader *r, struct library_scheme *s) {
  s->name = cell(r, C_NAME), s->kind = cell(r, C_KIND), s->category = cell(r, C_CATEGORY);
  s->place = cell(r, C_PLACE), s->lead = cell(r, C_LEAD), s->funders = cell(r, C_FUNDERS);
  s->amount = cell(r, C_AMOUNT), s->pounds_total = cell(r, C_TOTAL),
  s->pounds_parts = cell(r, C_PARTS);
  s->dates_as_stated = cell(r, C_DATES), s->for_as_stated = cell(r, C_FOR),
  s->help_as_stated = cell(r, C_HELP);
  s->model_as_stated = cell(r, C_MODEL), s->eligibility_as_stated = cell(r, C_ELIGIBILITY);
  s->figures = cell(r, C_FIGURES), s->scenarios = cell(r, C_SCENARIOS),
  s->source = cell(r, C_SOURCE);
  if (!s->name.n) return why_say(r->why, "A scheme needs a name.");
  if (rules_code_find(r->b, RULES_KINDS, s->kind) < 0)
    return why_say(r->why, "\"%.*s\" is not a kind in packs/codes/kinds.csv.", P(s->kind));
  if (s->category.n && rules_code_find(r->b, RULES_CATEGORIES, s->category) < 0)
    return why_say(r->why, "\"%.*s\" is not a category in packs/codes/categories.csv.",
                   P(s->category));
  if (!codes_cell(r, C_COHORTS, RULES_COHORTS, &s->cohorts) ||
      !codes_cell(r, C_STYLES, RULES_STYLES, &s->styles) ||
      !codes_cell(r, C_MODELS, RULES_MODELS, &s->models))
    return false;
  s->offer.kind = s->kind, s->offer.cohorts = s->cohorts, s->offer.area_words = s->place;
  s->offer.standing.assured_on = DAY_NONE;
  s->offer.reach = str_eq(csv_cell(r->row, r->column[C_AREA_RULE]), S("near")) ? RULES_REACH_NEAR
                                                                               : RULES_REACH_ONLY;
  areas_cell(r, &s->offer);
  return span_cell(r, C_START, &s->offer.standing.start) &&
         span_cell(r, C_END, &s->offer.standing.end);
}

const struct library_scheme *library_find(const struct library *l, struct str name) {
  for (size_t i = 0; i < l->n; i++)
    if (str_eq(l->p[i].name, name)) return &l->p[i];
  return NULL;
}

static bool read_rows(struct csv *c, struct reader *r, struct library *out) {
  struct csv_row row;
  size_t cap = 0;
  enum csv_result got;
  r->row = &row;
  while ((got = csv_next(c, &row, r->why)) == CSV_ROW) {
    struct library_scheme s = {0};
    if (!scheme_row(r, &s)) return why_at(r->why, "line %lld", (long long)row.line);
    if (library_find(out, s.name))
      return why_say(r->why, "Line %lld: the scheme \"%.*s\" is there twice.", (long long)row.line,
                     P(s.name));
    *slice_push(r->a, out, &cap) = s;
  }
  return got == CSV_END;
}

static bool give_rules(struct reader *r, struct str text, struct library *l) {
  struct rules_set *set = arena_new(r->a, struct rules_set);
  if (!rules_parse(r->a, r->b, text, set, r->why)) return false;
  for (size_t i = 0; i < set->n; i++) {
    struct library_scheme *s = NULL;
    for (size_t k = 0; k < l->n && !s; k++)
      if (str_eq(l->p[k].name, set->p[i].name)) s = &l->p[k];
    if (!s)
      return why_say(r->why, "No scheme is called \"%.*s\"; correct the rule's name.",
                     P(set->p[i].name));
    s->offer.rule = &set->p[i];
  }
  return true;
}

bool library_read(struct arena *a, struct rules_book *b, struct str text, struct str rules,
                  struct library *out, struct why *why) {
  struct csv *c = csv_open_str(a, text);
  struct reader r = {.a = a, .b = b, .why = why};
  struct library all = {0};
  bool ok = csv_headers(c, why);
  for (int i = 0; ok && i < COLUMNS; i++) r.column[i] = csv_column(c, str_of(column_names[i]));
  if (ok && r.column[C_NAME] < 0)
    ok = why_say(why, "The library needs the column name in its first row.");
  ok = ok && read_rows(c, &r, &all);
  csv_close(c);
  if (!ok || !give_rules(&r, rules, &all)) return false;
  *out = all;
  return true;
}

/* ---- National programmes ------------------------------------------------------------------ */

static bool programmes_read(struct arena *a, struct str text, struct national *n, struct why *why) {
  struct csv *c = csv_open_str(a, text);
  struct csv_row row;
  size_t cap = 0;
  enum csv_result got = CSV_BAD;
  if (csv_headers(c, why)) {
    int name = csv_column(c, S("name")), group = csv_column(c, S("group")),
        sub = csv_column(c, S("sub_group")), named = csv_column(c, S("named")),
        source = csv_column(c, S("source"));
    while ((got = csv_next(c, &row, why)) == CSV_ROW) {
      struct national_programme p = {
          str_copy(a, csv_cell(&row, name)), str_copy(a, csv_cell(&row, group)),
          str_copy(a, csv_cell(&row, sub)), str_copy(a, csv_cell(&row, source)),
          str_eq(csv_cell(&row, named), S("yes"))};
      *slice_push(a, &n->programmes, &cap) = p;
    }
  }
  csv_close(c);
  return got == CSV_END;
}

static bool number(struct str s, int *out) {
  int64_t v;
  if (!str_to_i64(s, &v) || v < 0 || v > 1000) return false;
  *out = (int)v;
  return true;
}

static bool groups_read(struct arena *a, struct str text, struct national *n, struct why *why) {
  struct csv *c = csv_open_str(a, text);
  struct csv_row row;
  size_t cap = 0;
  enum csv_result got = CSV_BAD;
  if (csv_headers(c, why)) {
    int group = csv_column(c, S("group")), within = csv_column(c, S("within")),
        label = csv_column(c, S("label")), percent = csv_column(c, S("percent_stated")),
        count = csv_column(c, S("count"));
    while ((got = csv_next(c, &row, why)) == CSV_ROW) {
      struct national_group g = {.group = str_copy(a, csv_cell(&row, group)),
                                 .within = str_copy(a, csv_cell(&row, within)),
                                 .label = str_copy(a, csv_cell(&row, label))};
      if (!number(csv_cell(&row, percent), &g.percent_stated) ||
          !number(csv_cell(&row, count), &g.count_stated)) {
        why_say(why, "Line %lld: a percentage or count is not a whole number.",
                (long long)row.line);
        got = CSV_BAD;
        break;
      }
      *slice_push(a, &n->groups, &cap) = g;
    }
  }
  csv_close(c);
  return got == CSV_END;
}

bool national_read(struct arena *a, struct str programmes_csv, struct str groups_csv,
                   struct national *out, struct why *why) {
  *out = (struct national){0};
  if (!programmes_read(a, programmes_csv, out, why) || !groups_read(a, groups_csv, out, why))
    return false;
  for (size_t i = 0; i < out->groups.n; i++) {
    struct national_group *g = &out->groups.p[i];
    for (size_t k = 0; k < out->programmes.n; k++) {
      const struct national_programme *p = &out->programmes.p[k];
      g->count += str_eq(g->within.n ? p->sub_group : p->group, g->group);
    }
    if (out->programmes.n)
      g->percent = (int)((200 * (size_t)g->count + out->programmes.n) / (2 * out->programmes.n));
  }
  return true;
}
