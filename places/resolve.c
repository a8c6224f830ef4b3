/* resolve: from what somebody typed to a place. */
#include <math.h>
#include "places/inside.h"
#include "record/record.h"

enum { SUGGEST_MAX = 20, TYPED_CHARACTERS_MAX = 80 };

/* The first string after every string that begins with `prefix`: folded words hold only letters,
 * digits and spaces of UTF-8, so the byte 0xF8, which is in none, follows them all. */
static struct str after_prefix(struct arena *a, struct str prefix) {
  return str_format(a, "%.*s\xF4\x8F\xBF\xBF", P(prefix));
}

struct areas places_suggest(struct db *db, struct arena *a, struct str typed, int limit) {
  struct areas all = {0};
  size_t cap = 0;
  struct str fold = utf8_fold(a, utf8_head(typed, TYPED_CHARACTERS_MAX));
  if (fold.n == 0) return all;
  struct rows r = db_rows(
      db, a,
      SQL("select t.area_id, min(t.place), max(t.whole), a.name from area_tail t join area a on "
          "a.id = t.area_id where t.tail >= ?1 and t.tail < ?2 group by t.area_id, a.name "
          "order by 2, 3 desc, a.name, t.area_id limit ?3"),
      V(fold), V(after_prefix(a, fold)), V(limit < 1 || limit > SUGGEST_MAX ? SUGGEST_MAX : limit));
  while (db_next(&r)) {
    struct area at;
    if (area_by_id(db, a, row_int(&r, 0), &at)) *slice_push(a, &all, &cap) = at;
  }
  return all;
}

static void add_above(struct db *db, struct arena *a, int64_t id, struct areas *all, size_t *cap) {
  struct areas chain = area_above(db, a, id);
  for (size_t i = 0; i < chain.n && all->n < AREAS_OF_A_PLACE_MAX; i++) {
    bool have = false;
    for (size_t k = 0; k < all->n; k++) have |= all->p[k].id == chain.p[i].id;
    if (!have) *slice_push(a, all, cap) = chain.p[i];
  }
}

static void areas_by_size(struct areas *all) {
  for (size_t i = 1; i < all->n; i++) /* at most 24: smallest first */
    for (size_t k = i; k && area_kind_place(all->p[k].kind) > area_kind_place(all->p[k - 1].kind);
         k--) {
      struct area t = all->p[k];
      all->p[k] = all->p[k - 1];
      all->p[k - 1] = t;
    }
}

static void from_postcode(struct db *db, struct arena *a, struct str tidy,
                          const struct postcode_hit *hit, struct place *out) {
  size_t cap = 0;
  *out =
      (struct place){.found = PLACE_POSTCODE, .words = tidy, .ended = DAY_NONE, .at = {NAN, NAN}};
  if (hit->row.lat != INT32_MIN)
    out->at = (struct geo_point){hit->row.lat / 1e6, hit->row.lon / 1e6};
  if (hit->row.ended) {
    int months = hit->row.ended - 1;
    out->ended = day_add_months(day_of(1900 + months / 12, months % 12 + 1, 1), 1) - 1;
  }
  for (int i = POSTCODE_LISTS - 1; i >= 0; i--) {
    struct area at;
    if (hit->code[i].n && area_by_code(db, a, hit->code[i], &at))
      add_above(db, a, at.id, &out->areas, &cap);
  }
  areas_by_size(&out->areas);
}

static void from_area(struct db *db, struct arena *a, const struct area *at, struct place *out) {
  size_t cap = 0;
  *out =
      (struct place){.found = PLACE_AREA, .words = at->name, .at = at->centre, .ended = DAY_NONE};
  add_above(db, a, at->id, &out->areas, &cap);
  areas_by_size(&out->areas);
}

static void add_rows(struct str packed, struct geo_point *sum, size_t *n) {
  struct postcode_page page;
  if (!postcode_page_read(packed, &page)) return;
  for (size_t at = 0; at < page.rows.n; at += POSTCODE_ROW_BYTES) {
    struct postcode_row row = postcode_unpack(page.rows.p + at);
    if (row.lat == INT32_MIN || row.ended) continue;
    sum->lat += row.lat / 1e6, sum->lon += row.lon / 1e6, ++*n;
  }
}

/* The first part of a postcode ("ZB1", "zb1 4"): the middle of its live rows. */
static bool from_sector(struct db *db, struct arena *a, struct str typed, struct place *out) {
  char upper[8] = {0};
  struct geo_point sum = {0, 0};
  size_t n = 0;
  typed = str_trim(typed);
  if (typed.n < 2 || typed.n > 6) return false;
  for (size_t i = 0; i < typed.n; i++)
    upper[i] = (char)(typed.p[i] >= 'a' && typed.p[i] <= 'z' ? typed.p[i] - 32 : typed.p[i]);
  struct str words = str_copy(a, str_of(upper));
  bool whole = str_contains(words, S(" "));
  struct str from = whole ? words : str_format(a, "%.*s ", P(words)); /* '!' follows the space */
  struct str to = str_format(a, "%.*s!", P(words));
  struct rows r = db_rows(
      db, a,
      SQL("select p.packed from postcode_page p join postcode_edition e on e.id = p.edition_id "
          "where p.sector >= ?1 and p.sector < ?2 and e.live_at is not null order by p.sector"),
      V(from), V(to));
  while (db_next(&r)) add_rows(row_text(&r, 0), &sum, &n);
  if (!n) return false;
  *out = (struct place){.found = PLACE_SECTOR,
                        .words = words,
                        .ended = DAY_NONE,
                        .at = {sum.lat / (double)n, sum.lon / (double)n}};
  return true;
}

bool place_resolve(struct db *db, struct arena *a, struct str typed, struct place *out) {
  struct str tidy;
  struct postcode_hit hit;
  typed = utf8_head(str_trim(typed), TYPED_CHARACTERS_MAX);
  *out = (struct place){.ended = DAY_NONE, .at = {NAN, NAN}};
  if (typed.n == 0) return true;
  if (postcode_tidy(a, typed, &tidy) && postcode_find(db, a, tidy, &hit)) {
    from_postcode(db, a, tidy, &hit, out);
    return true;
  }
  struct areas named = places_suggest(db, a, typed, SUGGEST_MAX);
  struct str fold = utf8_fold(a, typed);
  for (size_t i = 0; i < named.n; i++) /* a whole name beats the beginning of one */
    if (str_eq(utf8_fold(a, named.p[i].name), fold) ||
        str_eq(utf8_fold(a, named.p[i].name_cy), fold)) {
      from_area(db, a, &named.p[i], out);
      return true;
    }
  if (named.n)
    from_area(db, a, &named.p[0], out);
  else
    from_sector(db, a, typed, out);
  return true;
}
