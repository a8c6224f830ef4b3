/* figures: what is known of one area, from every live series: its own figure, else what may be
 * said in its place and how it was come by. */
#include <math.h>
#include "profiles/inside.h"

struct looking {
  struct db *db;
  struct arena *a;
  const struct area *area;
  bool small;         /* a small area itself */
  struct strs below;  /* codes of its small areas */
  struct strs linked; /* those, and the codes of 2011 they came from */
};

static bool is_small(struct str kind) { return str_eq(kind, S("lsoa")) || str_eq(kind, S("msoa")); }

static bool is_count(enum indicator_unit u) { return u <= UNIT_PLACES; }

/* ---- The series there are. */

static const struct indicator *indicator_by_id(const struct indicators *all, int64_t id) {
  for (size_t i = 0; i < all->n; i++)
    if (all->p[i].id == id) return &all->p[i];
  return NULL;
}

struct held {
  struct figure f;
  int64_t series;
};
struct helds {
  struct held *p;
  size_t n;
};

static struct helds read_series(struct looking *l, const struct indicators *all) {
  struct helds out = {0};
  size_t cap = 0;
  struct rows r = db_rows(
      l->db, l->a,
      SQL("select s.id, s.indicator_id, s.edition, s.source, s.licence, s.age_band, s.dated_on "
          "from indicator_series s join indicator i on i.id = s.indicator_id where s.live_at is "
          "not null order by i.place, i.id, coalesce(s.dated_on, s.edition) desc, s.edition desc, "
          "s.id desc"));
  while (db_next(&r)) {
    const struct indicator *of = indicator_by_id(all, row_int(&r, 1));
    if (!of) continue;
    bool newest = !out.n || out.p[out.n - 1].f.of != of;
    *slice_push(l->a, &out, &cap) = (struct held){.series = row_int(&r, 0),
                                                  .f = {.of = of,
                                                        .edition = row_text(&r, 2),
                                                        .source = row_text(&r, 3),
                                                        .licence = row_text(&r, 4),
                                                        .age_band = row_text(&r, 5),
                                                        .dated_on = row_day(&r, 6),
                                                        .newest = newest,
                                                        .percent = (double)NAN}};
  }
  return out;
}

static struct figure *of_series(const struct helds *all, int64_t series) {
  for (size_t i = 0; i < all->n; i++)
    if (all->p[i].series == series) return &all->p[i].f;
  return NULL;
}

/* ---- Its own. */

static void read_own(struct looking *l, const struct helds *all) {
  struct rows r = db_rows(
      l->db, l->a,
      SQL("select series_id, value, coalesce(missing, '') from indicator_value where area_code = "
          "?1"),
      V(l->area->code));
  while (db_next(&r)) {
    struct figure *f = of_series(all, row_int(&r, 0));
    if (!f) continue;
    f->value = row_real(&r, 1);
    f->how = !row_null(&r, 1)                     ? FIGURE_GIVEN
             : str_eq(row_text(&r, 2), S("held")) ? FIGURE_HELD
                                                  : FIGURE_MISSING;
  }
}

/* ---- Best fit: areas drawn again. A figure of several is taken only when all say the same, and a
 * count only when nothing of it went elsewhere. */

static bool divided(struct looking *l, struct str old) {
  return db_number(l->db, 2, SQL("select count(*) from area_link where old_code = ?1"), V(old)) > 1;
}

static void fit(struct looking *l, struct figure *f, struct str from, double value) {
  if (f->how == FIGURE_GIVEN || f->how == FIGURE_HELD || f->of->unit == UNIT_RANK) return;
  if (is_count(f->of->unit) && divided(l, from)) return;
  if (f->how == FIGURE_BEST_FIT && is_count(f->of->unit)) {
    f->value += value;
    f->from = str_format(l->a, "%.*s, %.*s", P(f->from), P(from));
  } else if (f->how == FIGURE_BEST_FIT && f->value != value) {
    f->how = FIGURE_MISSING, f->small = -1; /* they disagree: it stays so */
  } else if (f->small != -1) {
    f->from =
        f->how == FIGURE_BEST_FIT ? str_format(l->a, "%.*s, %.*s", P(f->from), P(from)) : from;
    f->how = FIGURE_BEST_FIT, f->value = value;
  }
}

static void read_fits(struct looking *l, const struct helds *all) {
  struct rows r =
      db_rows(l->db, l->a,
              SQL("select v.series_id, k.old_code, v.value from area_link k join indicator_value "
                  "v on v.area_code = k.old_code where k.new_code = ?1 and v.value is not null "
                  "order by k.old_code, v.series_id"),
              V(l->area->code));
  while (db_next(&r)) {
    struct figure *f = of_series(all, row_int(&r, 0));
    if (f) fit(l, f, row_text(&r, 1), row_real(&r, 2));
  }
}

/* ---- Of its small areas. */

static void read_below(struct looking *l) {
  struct areas small = places_inside(l->db, l->a, l->area, S("lsoa"));
  size_t cap = 0, linked = 0;
  for (size_t i = 0; i < small.n; i++) {
    *slice_push(l->a, &l->below, &cap) = small.p[i].code;
    *slice_push(l->a, &l->linked, &linked) = small.p[i].code;
  }
  if (!small.n) return;
  struct rows r = db_rows(l->db, l->a,
                          SQL("select distinct old_code from area_link where new_code in "
                              "TEXTS(?1) order by old_code"),
                          V(db_in_text(l->a, l->below)));
  while (db_next(&r)) *slice_push(l->a, &l->linked, &linked) = row_text(&r, 0);
}

static void add_up(struct looking *l, const struct helds *all) {
  struct rows r = db_rows(l->db, l->a,
                          SQL("select series_id, count(value), sum(value) from indicator_value "
                              "where area_code in TEXTS(?1) group by series_id"),
                          V(db_in_text(l->a, l->below)));
  while (db_next(&r)) {
    struct figure *f = of_series(all, row_int(&r, 0));
    if (!f || f->how != FIGURE_MISSING || !is_count(f->of->unit)) continue;
    if (row_int(&r, 1) == (int64_t)l->below.n) f->how = FIGURE_ADDED, f->value = row_real(&r, 2);
  }
}

static void share(struct looking *l, const struct helds *all) {
  struct rows r = db_rows(l->db, l->a,
                          SQL("select series_id, count(value), sum(case when value <= 1 then 1 "
                              "else 0 end) from indicator_value where area_code in TEXTS(?1) "
                              "group by series_id"),
                          V(db_in_text(l->a, l->linked)));
  while (db_next(&r)) {
    struct figure *f = of_series(all, row_int(&r, 0));
    if (!f || f->how != FIGURE_MISSING || f->of->unit != UNIT_DECILE || !row_int(&r, 1)) continue;
    f->small = row_int(&r, 1), f->part = row_int(&r, 2), f->how = FIGURE_SHARE;
    f->value = 100.0 * (double)f->part / (double)f->small;
  }
}

/* ---- As a share of people. */

static const struct figure *newest_of(const struct helds *all, struct str code, struct str ages) {
  for (size_t i = 0; i < all->n; i++)
    if (str_eq(all->p[i].f.of->code, code) && str_eq(all->p[i].f.age_band, ages) &&
        figure_known(&all->p[i].f))
      return &all->p[i].f;
  return NULL;
}

static void make_rates(const struct helds *all) {
  for (size_t i = 0; i < all->n; i++) {
    struct figure *f = &all->p[i].f;
    const struct figure *of =
        f->of->of.n && figure_known(f) ? newest_of(all, f->of->of, f->age_band) : NULL;
    if (of && of->value > 0) f->percent = 100 * f->value / of->value;
    if (figure_known(f) && f->of->unit == UNIT_PERCENT) f->percent = f->value;
  }
}

struct figures profiles_figures(struct db *db, struct arena *a, const struct indicators *all,
                                const struct area *area) {
  struct looking l = {.db = db, .a = a, .area = area, .small = is_small(area->kind)};
  struct helds found = read_series(&l, all);
  struct figures out = {arena_many(a, struct figure, found.n + 1), 0};
  read_own(&l, &found);
  if (l.small) read_fits(&l, &found);
  if (!l.small) read_below(&l);
  if (l.below.n) add_up(&l, &found), share(&l, &found);
  make_rates(&found);
  for (size_t i = 0; i < found.n; i++) out.p[out.n++] = found.p[i].f;
  return out;
}

const struct figure *figure_of(const struct figures *f, struct str code) {
  for (size_t i = 0; i < f->n; i++)
    if (str_eq(f->p[i].of->code, code)) return &f->p[i];
  return NULL;
}
