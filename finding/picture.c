/* picture: a directory made ready to be asked: a table from each word to the entries that hold it,
 * a mask of needs for each entry, and which areas of the rules are areas that places/ knows. Made
 * once for each change of the directory. */
#include <math.h>
#include "db/here.h"
#include "finding/inside.h"

enum { LAND_SCRATCH_BYTES = 256 << 20 };
#define LAND_DEGREES 0.5 /* about 50 km */

uint32_t word_head(struct str word) {
  uint32_t head = 0;
  memcpy(&head, word.p, word.n < 4 ? word.n : 4);
  return head;
}

static size_t slot_of(const struct finding_word *table, size_t size, struct str word) {
  size_t at = hash64(word, 7) & (size - 1);
  while (table[at].word.n && !str_eq(table[at].word, word)) at = (at + 1) & (size - 1);
  return at;
}

static size_t words_in(const struct offers *o) {
  size_t n = 0;
  for (size_t i = 0; i < o->list.n; i++)
    for (struct str rest = o->list.p[i].words; rest.n; n++) str_cut(&rest, ' ');
  return n;
}

static struct finding_word *table_grown(struct arena *a, struct finding_word *old, size_t *size) {
  size_t more = *size ? *size * 2 : 4096;
  struct finding_word *fresh = arena_many(a, struct finding_word, more);
  for (size_t i = 0; i < *size; i++)
    if (old[i].word.n) fresh[slot_of(fresh, more, old[i].word)] = old[i];
  *size = more;
  return fresh;
}

/* Two passes: count, then fill. `from` is first how far a word's own stretch is filled. */
static void index_words(struct arena *a, const struct offers *o, struct finding_picture *out) {
  size_t size = 0, used = 0;
  struct finding_word *table = table_grown(a, NULL, &size);
  for (size_t i = 0; i < o->list.n; i++)
    for (struct str rest = o->list.p[i].words; rest.n;) {
      struct str word = str_cut(&rest, ' ');
      if (!word.n) continue;
      if (used * 2 > size) table = table_grown(a, table, &size);
      struct finding_word *w = &table[slot_of(table, size, word)];
      if (!w->word.n) w->word = word, used++;
      w->n++;
    }
  uint32_t *holders = arena_many(a, uint32_t, words_in(o) + 1), at = 0;
  for (size_t i = 0; i < size; i++) table[i].from = at, at += table[i].n, table[i].n = 0;
  for (size_t i = 0; i < o->list.n; i++)
    for (struct str rest = o->list.p[i].words; rest.n;) {
      struct str word = str_cut(&rest, ' ');
      if (!word.n) continue;
      struct finding_word *w = &table[slot_of(table, size, word)];
      holders[w->from + w->n++] = (uint32_t)i;
    }
  struct finding_word *dense = arena_many(a, struct finding_word, used + 1);
  size_t n = 0;
  for (size_t i = 0; i < size; i++)
    if (table[i].word.n) table[i].head = word_head(table[i].word), dense[n++] = table[i];
  out->words = dense, out->n_words = n, out->holders = holders;
}

/* An entry answers a need when its own codes say so. Codes have the same numbers in every book: one
 * set of lists. */
static void mark_needs(struct arena *a, const struct offers *o, struct finding_picture *out) {
  const struct needs *needs = finding_needs();
  uint64_t *mask = arena_many(a, uint64_t, o->list.n + 1);
  for (size_t i = 0; i < o->list.n; i++)
    for (size_t k = 0; k < needs->n; k++) {
      const struct offer *f = &o->list.p[i];
      const struct need *n = &needs->p[k];
      if (rules_codes_meet(f->needs, n->needs) || rules_codes_meet(f->styles, n->styles))
        mask[i] |= 1ull << k;
    }
  out->means = mask;
}

/* Every search looks at every place: side by side they are read much faster than in offers. */
static void gather_points(struct arena *a, const struct offers *o, struct finding_picture *out) {
  size_t most = 0;
  for (size_t i = 0; i < o->list.n; i++) most += o->list.p[i].places.n;
  struct geo_point *point = arena_many(a, struct geo_point, most + 1);
  uint32_t *from = arena_many(a, uint32_t, o->list.n + 1), n = 0;
  for (size_t i = 0; i < o->list.n; i++) {
    from[i] = n;
    for (size_t k = 0; k < o->list.p[i].places.n; k++) {
      const struct offer_place *p = &o->list.p[i].places.p[k];
      if (p->published && !isnan(p->latitude))
        point[n++] = (struct geo_point){p->latitude, p->longitude};
    }
  }
  from[o->list.n] = n;
  out->point = point, out->point_from = from;
}

/* Only areas that some entry needs, and only whole names. */
static void know_areas(struct db *db, struct arena *a, const struct offers *o,
                       struct finding_picture *out) {
  size_t n = rules_area_count(o->book);
  int64_t *ids = arena_many(a, int64_t, n + 1);
  struct areas *above = arena_many(a, struct areas, n + 1);
  bool *asked = arena_many(a, bool, n + 1);
  for (size_t i = 0; db && i < o->list.n; i++)
    for (size_t k = 0; k < o->list.p[i].judged.areas; k++) {
      rules_area area = o->list.p[i].judged.area[k];
      if (area >= n || asked[area]) continue;
      asked[area] = true;
      struct str name = rules_area_name(o->book, area), fold = utf8_fold(a, name);
      struct areas found = places_suggest(db, a, name, 20);
      for (size_t f = 0; f < found.n && !ids[area]; f++)
        if (str_eq(utf8_fold(a, found.p[f].name), fold))
          ids[area] = found.p[f].id, above[area] = area_above(db, a, found.p[f].id);
    }
  out->area_id = ids, out->above = above, out->areas = n;
}

/* ---- What maps draw. */

struct box { double south, north, west, east; };

static struct box box_of(const struct offers *o) {
  struct box b = {INFINITY, -INFINITY, INFINITY, -INFINITY};
  for (size_t i = 0; i < o->list.n; i++)
    for (size_t k = 0; k < o->list.p[i].places.n; k++) {
      const struct offer_place *p = &o->list.p[i].places.p[k];
      if (!p->published || isnan(p->latitude)) continue;
      b.south = fmin(b.south, p->latitude), b.north = fmax(b.north, p->latitude);
      b.west = fmin(b.west, p->longitude), b.east = fmax(b.east, p->longitude);
    }
  return b;
}

static bool is_near(const struct box *b, struct geo_point at) {
  return at.lat > b->south - LAND_DEGREES && at.lat < b->north + LAND_DEGREES &&
         at.lon > b->west - LAND_DEGREES && at.lon < b->east + LAND_DEGREES;
}

/* Few points are enough for a picture 320 px wide. */
static struct land_ring thinned(struct arena *a, const struct ring *ring) {
  size_t step = ring->n / LAND_POINTS_MAX + 1;
  struct land_ring out = {arena_many(a, struct geo_point, LAND_POINTS_MAX + 1), 0};
  for (size_t i = 0; i < ring->n && out.n < LAND_POINTS_MAX; i += step) out.p[out.n++] = ring->p[i];
  return out;
}

static struct land land_of(struct db *db, struct arena *a, struct arena scratch,
                           const struct area *area) {
  struct land land = {.name = area->name, .centre = area->centre};
  struct outline o = area_outline(db, &scratch, area->id);
  for (; land.rings < LAND_RINGS_MAX && land.rings < o.n; land.rings++)
    land.ring[land.rings] = thinned(a, &o.p[land.rings]);
  return land;
}

/* The wards, or failing those the neighbourhoods, of every council near a place of help. */
static void draw_land(struct db *db, struct arena *a, const struct offers *o,
                      struct finding_picture *out) {
  struct { struct council *p; size_t n; } all = {0};
  struct box box = box_of(o);
  struct arena scratch = arena_open(LAND_SCRATCH_BYTES);
  struct areas councils = db ? areas_of_kind(db, a, S("la")) : (struct areas){0};
  size_t cap = 0;
  for (size_t i = 0; i < councils.n && scratch.start; i++) {
    if (!is_near(&box, councils.p[i].centre)) continue;
    struct areas parts = area_children(db, a, councils.p[i].id, S("ward"));
    if (!parts.n) parts = area_children(db, a, councils.p[i].id, S("neighbourhood"));
    struct land *land = arena_many(a, struct land, parts.n + 1);
    for (size_t k = 0; k < parts.n; k++) land[k] = land_of(db, a, scratch, &parts.p[k]);
    *slice_push(a, &all, &cap) = (struct council){councils.p[i].id, land, parts.n};
  }
  arena_close(&scratch);
  out->councils.p = all.p, out->councils.n = all.n;
}

bool finding_picture_make(struct db *db, struct arena *a, const struct offers *offers,
                          struct finding_picture *out) {
  *out = (struct finding_picture){.offers = offers};
  index_words(a, offers, out);
  mark_needs(a, offers, out);
  gather_points(a, offers, out);
  know_areas(db, a, offers, out);
  if (offers->kind == DIRECTORY_LIVE) draw_land(db, a, offers, out);
  return true;
}

static const void *make_beside(struct db *db, struct arena *a, const struct offers *offers) {
  struct finding_picture *p = arena_new(a, struct finding_picture);
  finding_picture_make(db, a, offers, p);
  return p;
}

void finding_begin(void) { offers_beside_use(make_beside); }

const struct finding_picture *finding_picture_now(struct db *db, day_t day,
                                                  enum directory_kind which, struct why *why) {
  finding_begin();
  const struct offers *offers = offers_now(db, day, which, why);
  return offers ? offers->beside : NULL;
}

void finding_warm(instant_t now) {
  struct why why = {0};
  struct db *db = db_open_here(&why);
  if (!db) return;
  finding_begin();
  offers_map(db, instant_local_uk(now).day);
  db_close(db);
}

/* ---- Where a person is, as rules ask about it. */

struct knows {
  const struct finding_picture *p;
  const struct place *place;
  struct rules_place *lists;
};

static bool within(const struct areas *list, int64_t id) {
  for (size_t i = 0; i < list->n; i++)
    if (list->p[i].id == id) return true;
  return false;
}

/* The code lists first: they know countries, regions and councils. Then the areas of places/: in
 * one of the person's own areas, yes; inside the area they named, perhaps; elsewhere, no. */
static enum rules_answer in_area(void *to, const struct rules_book *b, rules_area area) {
  const struct knows *k = to;
  (void)b;
  enum rules_answer listed = k->lists ? rules_place_in(k->lists, area) : RULES_MAYBE;
  if (listed != RULES_MAYBE || k->place->found == PLACE_NONE || area >= k->p->areas ||
      !k->p->area_id[area])
    return listed;
  if (within(&k->place->areas, k->p->area_id[area])) return RULES_YES;
  if (!k->place->areas.n) return RULES_MAYBE;
  if (k->place->found == PLACE_AREA && within(&k->p->above[area], k->place->areas.p[0].id))
    return RULES_MAYBE;
  return k->place->found == PLACE_SECTOR ? RULES_MAYBE : RULES_NO;
}

/* A postcode is called by where it is: "and you said Northquay". */
static struct str area_words(const struct place *place) {
  static const char *const kinds[] = {"neighbourhood", "ward", "la"};
  for (size_t k = 0; place->found == PLACE_POSTCODE && k < countof(kinds); k++)
    for (size_t i = 0; i < place->areas.n; i++)
      if (str_eq(place->areas.p[i].kind, str_of(kinds[k]))) return place->areas.p[i].name;
  return place->words;
}

struct rules_place *finding_place(struct arena *a, const struct finding_picture *p,
                                  const struct place *place, struct str typed) {
  const struct rules_book *book = p->offers->book;
  struct str *names = arena_many(a, struct str, place->areas.n * 2 + 1);
  size_t n = 0;
  if (typed.n && rules_area_find(book, typed, *a) != RULES_AREA_NONE) names[n++] = typed;
  for (size_t i = 0; i < place->areas.n; i++)
    names[n++] = place->areas.p[i].code, names[n++] = place->areas.p[i].name;
  struct knows *k = arena_new(a, struct knows);
  *k = (struct knows){p, place, rules_place_of(a, book, names, n)};
  if (place->found == PLACE_NONE) return k->lists;
  struct rules_place *asking = rules_place_asking(a, book, in_area, k);
  rules_place_call(asking, area_words(place));
  return asking;
}
