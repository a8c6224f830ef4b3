/* place: is this person in that area? Answered from the areas they named and what the book knows of
 * areas. */
#include "rules/compiled.h"

enum { IN_DEPTH_MAX = 12 };

static bool level_exclusive(struct str level) {
  return str_eq(level, S("la")) || str_eq(level, S("region")) || str_eq(level, S("country"));
}

static bool listed(const struct rules_place *p, rules_area area) {
  for (size_t i = 0; i < p->n; i++)
    if (p->is_in[i] == area) return true;
  return false;
}

/* A person in Walsall is in no other council's area, region or country. */
static bool ruled_out_by_level(const struct rules_place *p, const struct area_row *row) {
  if (!level_exclusive(row->level)) return false;
  for (size_t i = 0; i < p->n; i++)
    if (str_eq(p->book->areas.p[p->is_in[i]].level, row->level)) return true;
  return false;
}

/* Ruled out by its own kind, or because all its parts are known and each is ruled out. Looks
 * downwards only: a part's parents include the area being asked about. */
static bool ruled_out(const struct rules_place *p, rules_area area, int depth) {
  const struct area_row *row = &p->book->areas.p[area];
  if (ruled_out_by_level(p, row)) return true;
  if (!row->complete || !row->members || depth == IN_DEPTH_MAX) return false;
  for (uint32_t i = 0; i < row->members; i++)
    if (listed(p, row->member[i]) || !ruled_out(p, row->member[i], depth + 1)) return false;
  return true;
}

/* In it when it is listed (what someone is in is listed with everything around it). Not in it when
 * it is ruled out, or when an area around it is. Otherwise not known. */
static enum rules_answer in_area(const struct rules_place *p, rules_area area, int depth) {
  const struct rules_book *b = p->book;
  if (area >= b->areas.n) return RULES_MAYBE;
  if (listed(p, area)) return RULES_YES;
  if (ruled_out(p, area, 0)) return RULES_NO;
  const struct area_row *row = &b->areas.p[area];
  for (uint32_t i = 0; i < row->parents && depth < IN_DEPTH_MAX; i++)
    if (in_area(p, row->parent[i], depth + 1) == RULES_NO) return RULES_NO;
  return RULES_MAYBE;
}

enum rules_answer rules_place_in(struct rules_place *p, rules_area area) {
  if (!p) return RULES_MAYBE;
  bool remember = area < p->size;
  if (remember && p->remembered[area]) return (enum rules_answer)(p->remembered[area] - 1);
  enum rules_answer r = p->ask ? p->ask(p->to, p->book, area) : in_area(p, area, 0);
  if (remember) p->remembered[area] = (uint8_t)(r + 1);
  return r;
}

static struct rules_place *place_new(struct arena *a, const struct rules_book *b) {
  struct rules_place *p = arena_new(a, struct rules_place);
  p->book = b;
  p->size = b->areas.n;
  p->remembered = arena_many(a, uint8_t, p->size + 1);
  return p;
}

/* Adds an area and everything it lies within. */
static void add_with_parents(struct arena *a, struct rules_place *p, size_t *cap, rules_area area,
                             int depth) {
  struct {
    rules_area *p;
    size_t n;
  } list = {p->is_in, p->n};
  if (listed(p, area) || depth > IN_DEPTH_MAX) return;
  *slice_push(a, &list, cap) = area;
  p->is_in = list.p, p->n = list.n;
  const struct area_row *row = &p->book->areas.p[area];
  for (uint32_t i = 0; i < row->parents; i++)
    add_with_parents(a, p, cap, row->parent[i], depth + 1);
}

struct rules_place *rules_place_of(struct arena *a, const struct rules_book *b,
                                   const struct str *areas, size_t n) {
  struct rules_place *p = place_new(a, b);
  size_t cap = 0;
  for (size_t i = 0; i < n; i++) {
    rules_area area = rules_area_find(b, areas[i], *a);
    if (area != RULES_AREA_NONE) add_with_parents(a, p, &cap, area, 0);
    if (!p->words.n)
      p->words = str_copy(a, area != RULES_AREA_NONE ? rules_area_name(b, area) : areas[i]);
  }
  return p;
}

struct rules_place *rules_place_asking(struct arena *a, const struct rules_book *b,
                                       rules_place_ask *ask, void *to) {
  struct rules_place *p = place_new(a, b);
  p->ask = ask, p->to = to;
  return p;
}

void rules_place_call(struct rules_place *p, struct str words) { p->words = words; }

struct str rules_place_words(const struct rules_place *p) {
  return p ? p->words : S("");
}
