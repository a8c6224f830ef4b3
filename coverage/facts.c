/* The facts of the directory as coverage needs them, read once and kept. */
#include "coverage/inside.h"

enum { FACTS_BYTES_MAX = 1 << 29, SCRATCH_BYTES_MAX = 64 << 20 };

static int64_t number_or_none(struct rows *r, int c) {
  return row_null(r, c) ? NUMBER_NONE : row_int(r, c);
}

/* ---- Areas: every one but the small ones that statistics are made of. */

static int area_order(const void *x, const void *y) {
  const struct coverage_area *const *a = x, *const *b = y;
  return str_cmp((*a)->code, (*b)->code);
}

/* Areas in the order of their codes, so that a code is found by halving. */
static struct coverage_area **by_code(const struct coverage *c, struct arena *a) {
  struct coverage_area **sorted = arena_many(a, struct coverage_area *, c->areas.n + 1);
  for (size_t i = 0; i < c->areas.n; i++) sorted[i] = &c->areas.p[i];
  if (c->areas.n) qsort(sorted, c->areas.n, sizeof *sorted, area_order);
  return sorted;
}

static int32_t find_sorted(const struct coverage *c, struct coverage_area **sorted,
                           struct str code) {
  size_t low = 0, high = c->areas.n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (str_cmp(sorted[middle]->code, code) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == c->areas.n || !str_eq(sorted[low]->code, code)) return -1;
  return (int32_t)(sorted[low] - c->areas.p);
}

/* The newest edition of each code. A parent that is absent, or an area that is its own, is none. */
static bool load_areas(struct db *db, struct arena *a, struct coverage *c) {
  struct strs parents = {0};
  size_t cap = 0, parent_cap = 0;
  struct rows r =
      db_rows(db, a,
              SQL("select id, kind, code, name, coalesce(parent_code, '') from area "
                  "where kind not in ('lsoa', 'msoa') order by code, edition desc, id desc"));
  while (db_next(&r)) {
    struct str code = row_text(&r, 2);
    if (c->areas.n && str_eq(c->areas.p[c->areas.n - 1].code, code)) continue;
    *slice_push(a, &c->areas, &cap) =
        (struct coverage_area){row_int(&r, 0), row_text(&r, 1), code, row_text(&r, 3), -1};
    *slice_push(a, &parents, &parent_cap) = row_text(&r, 4);
  }
  struct coverage_area **sorted = by_code(c, a);
  for (size_t i = 0; i < c->areas.n; i++) {
    int32_t parent = find_sorted(c, sorted, parents.p[i]);
    if (parent != (int32_t)i) c->areas.p[i].parent = parent;
  }
  return r.result == DB_OK;
}

int32_t coverage_area_find(const struct coverage *c, struct str code) {
  size_t low = 0, high = c->areas.n; /* they are kept in the order of their codes */
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (str_cmp(c->areas.p[middle].code, code) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low < c->areas.n && str_eq(c->areas.p[low].code, code) ? (int32_t)low : -1;
}

/* By its code where it has one we know, else by a name that only one area of ours bears. */
static int32_t area_of(const struct coverage *c, struct str code, struct str name) {
  int32_t found = code.n ? coverage_area_find(c, code) : -1;
  if (found >= 0) return found;
  for (size_t i = 0; i < c->areas.n; i++)
    if (str_eq_nocase(c->areas.p[i].name, name)) {
      if (found >= 0) return -1;
      found = (int32_t)i;
    }
  return found;
}

/* ---- Services. */

static struct coverage_codes codes_read(const struct code_list *list, size_t n, struct str codes) {
  struct coverage_codes set = {0};
  while (codes.n) {
    const struct code *code = code_find(list, str_cut(&codes, ' '));
    size_t i = code ? (size_t)(code - list->p) : n;
    if (i < n) set.bits[i >> 6] |= (uint64_t)1 << (i & 63);
  }
  return set;
}

static void read_service(struct rows *r, struct rows *kept, const struct coverage *c,
                         struct coverage_service *s) {
  *s = (struct coverage_service){.id = row_int(r, 0),
                                 .public_id = row_uuid(r, 1),
                                 .name = row_text(kept, 2),
                                 .provider = row_text(kept, 3),
                                 .facts = {row_day(r, 7), row_day(r, 8), row_day(r, 9),
                                           row_day(r, 10), row_day(r, 11), number_or_none(r, 12),
                                           row_text(kept, 4)},
                                 .cohorts = codes_read(c->cohorts, c->n_cohorts, row_text(r, 5)),
                                 .styles = codes_read(c->styles, c->n_styles, row_text(r, 6)),
                                 .anywhere = row_int(r, 13) == 1,
                                 .places_total = number_or_none(r, 14),
                                 .places_left = number_or_none(r, 15)};
  if (s->cohorts.bits[0] | s->cohorts.bits[1]) return;
  s->cohorts = codes_read(c->cohorts, c->n_cohorts, S("general"));
}

static bool load_services(struct db *db, struct arena *a, struct coverage *c) {
  struct arena scratch = arena_open(SCRATCH_BYTES_MAX);
  size_t cap = 0;
  c->first_day = DAY_NONE;
  struct rows r =
      db_rows(db, &scratch,
              SQL("select s.id, s.public_id, s.name, o.name, s.status, s.cohorts, s.styles, "
                  "s.published_on, s.withdrawn_on, s.starts, s.ends, s.assured_on, s.review_days, "
                  "s.whole_area, s.places_total, s.places_left "
                  "from service s join organisation o on o.id = s.organisation "
                  "where s.published_on is not null and o.withdrawn_on is null order by s.id"));
  while (db_next(&r)) {
    struct rows kept = r;
    kept.arena = a;
    struct coverage_service *s = slice_push(a, &c->services, &cap);
    read_service(&r, &kept, c, s);
    if (c->first_day == DAY_NONE || s->facts.published_on < c->first_day)
      c->first_day = s->facts.published_on;
    arena_reset(&scratch);
  }
  arena_close(&scratch);
  return r.result == DB_OK;
}

static struct coverage_service *service_with(const struct coverage *c, int64_t id) {
  size_t low = 0, high = c->services.n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (c->services.p[middle].id < id)
      low = middle + 1;
    else
      high = middle;
  }
  return low < c->services.n && c->services.p[low].id == id ? &c->services.p[low] : NULL;
}

static bool load_service_areas(struct db *db, struct arena *a, struct coverage *c) {
  struct {
    int32_t *p;
    size_t n;
  } areas = {0};
  size_t cap = 0;
  struct coverage_service *now = NULL;
  struct rows r = db_rows(db, a,
                          SQL("select service, coalesce(code, ''), coalesce(name, '') "
                              "from service_area order by service, id"));
  while (db_next(&r)) {
    struct coverage_service *s = service_with(c, row_int(&r, 0));
    int32_t area = s ? area_of(c, row_text(&r, 1), row_text(&r, 2)) : -1;
    if (area < 0) continue;
    if (s != now) areas.p = NULL, areas.n = 0, cap = 0, now = s;
    *slice_push(a, &areas, &cap) = area;
    s->areas.p = areas.p, s->areas.n = areas.n;
  }
  return r.result == DB_OK;
}

static bool load_funds(struct db *db, struct arena *a, struct coverage *c) {
  struct {
    struct coverage_fund *p;
    size_t n;
  } funds = {0};
  size_t cap = 0;
  struct coverage_service *now = NULL;
  struct rows r = db_rows(db, a,
                          SQL("select service, coalesce(funder, ''), coalesce(kind, ''), amount, "
                              "starts, ends from service_funding order by service, id"));
  while (db_next(&r)) {
    struct coverage_service *s = service_with(c, row_int(&r, 0));
    if (!s) continue;
    if (s != now) funds.p = NULL, funds.n = 0, cap = 0, now = s;
    *slice_push(a, &funds, &cap) = (struct coverage_fund){
        row_text(&r, 1), row_text(&r, 2), number_or_none(&r, 3), row_day(&r, 4), row_day(&r, 5)};
    s->funds.p = funds.p, s->funds.n = funds.n;
  }
  return r.result == DB_OK;
}

/* ---- Estimates. */

static int people_order(const void *x, const void *y) {
  const struct coverage_people *a = x, *b = y;
  if (a->area != b->area) return a->area < b->area ? -1 : 1;
  if (a->cohort != b->cohort) return a->cohort < b->cohort ? -1 : 1;
  int newest = str_cmp(b->edition, a->edition);
  return newest ? newest : str_cmp(a->source, b->source);
}

static bool load_people(struct db *db, struct arena *a, struct coverage *c) {
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("select area_code, cohort, value, age_band, edition, source "
                              "from population_estimate order by id"));
  while (db_next(&r)) {
    int32_t area = coverage_area_find(c, row_text(&r, 0));
    const struct code *cohort = code_find(c->cohorts, row_text(&r, 1));
    if (area < 0 || !cohort) continue;
    *slice_push(a, &c->people, &cap) = (struct coverage_people){area,
                                                                (int32_t)(cohort - c->cohorts->p),
                                                                row_int(&r, 2),
                                                                row_text(&r, 3),
                                                                row_text(&r, 4),
                                                                row_text(&r, 5)};
  }
  if (c->people.n) qsort(c->people.p, c->people.n, sizeof *c->people.p, people_order);
  return r.result == DB_OK;
}

/* ---- All of it. */

static int by_name(const void *x, const void *y) {
  const struct coverage_service *a = x, *b = y;
  int order = str_cmp(a->name, b->name);
  return order ? order : a->id < b->id ? -1 : a->id > b->id;
}

static size_t at_most(const struct code_list *list, size_t most) {
  if (list->n <= most) return list->n;
  log_event(LOG_ALARM, "code_list_too_long_for_coverage", "list=%.*s", P(list->name));
  return most;
}

static int64_t newest_area(struct db *db) {
  return db_number(db, 0, SQL("select max(id) from area"));
}

static int64_t estimates_of(struct db *db) {
  return db_number(db, -1, SQL("select estimates from coverage_state where id = 1"));
}

bool coverage_load(struct db *db, struct arena *a, struct coverage *out, struct why *why) {
  const struct code_list *cohorts = code_list("cohorts"), *styles = code_list("support_styles");
  if (!cohorts || !styles) return why_say(why, "The code lists are missing. Run waymark migrate.");
  *out = (struct coverage){.cohorts = cohorts,
                           .styles = styles,
                           .n_cohorts = at_most(cohorts, COVERAGE_COHORTS_MAX),
                           .n_styles = at_most(styles, COVERAGE_STYLES_MAX),
                           .generation = directory_generation(db),
                           .estimates = estimates_of(db),
                           .newest_area = newest_area(db)};
  bool good = load_areas(db, a, out) && load_services(db, a, out) &&
              load_service_areas(db, a, out) && load_funds(db, a, out) && load_people(db, a, out);
  if (!good) return why_say(why, "The directory could not be read. Try again in a minute.");
  out->kind = coverage_kind(out);
  if (out->services.n) qsort(out->services.p, out->services.n, sizeof *out->services.p, by_name);
  return true;
}

static struct {
  struct arena memory[2];
  int at;
  struct coverage facts;
  bool filled;
} kept;

const struct coverage *coverage_now(struct db *db, struct why *why) {
  int64_t generation = directory_generation(db);
  if (generation < 0) {
    why_say(why, "The directory could not be read. Try again in a minute.");
    return NULL;
  }
  if (kept.filled && kept.facts.generation == generation &&
      kept.facts.estimates == estimates_of(db) && kept.facts.newest_area == newest_area(db))
    return &kept.facts;
  int next = !kept.at;
  struct arena *m = &kept.memory[next];
  if (!m->start)
    *m = arena_open(FACTS_BYTES_MAX);
  else
    arena_reset(m);
  struct coverage fresh;
  if (!coverage_load(db, m, &fresh, why)) return NULL;
  if (kept.memory[!next].start) arena_reset(&kept.memory[!next]);
  kept.at = next, kept.facts = fresh, kept.filled = true;
  return &kept.facts;
}
