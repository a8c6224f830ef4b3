/* cell: see cell.h. */
#include "linkage/cell.h"
#include "linkage/jw_fast.h"
#include "linkage/norm.h"

/* ---- Jaro-Winkler as defined ---- */

static unsigned common_prefix(struct str a, struct str b) {
  unsigned p = 0;
  while (p < 4 && p < a.n && p < b.n && a.p[p] == b.p[p]) p++;
  return p;
}

double jaro_winkler(struct str a, struct str b) {
  enum { MAX = 256 };
  if (a.n > MAX) a.n = MAX;
  if (b.n > MAX) b.n = MAX;
  if (!a.n && !b.n) return 1;
  if (!a.n || !b.n) return 0;
  bool in_a[MAX] = {0}, in_b[MAX] = {0};
  size_t longest = a.n > b.n ? a.n : b.n, reach = longest / 2 > 0 ? longest / 2 - 1 : 0;
  unsigned m = 0, out_of_order = 0;
  for (size_t i = 0; i < a.n; i++) {
    size_t lo = i > reach ? i - reach : 0, hi = i + reach + 1 < b.n ? i + reach + 1 : b.n;
    for (size_t j = lo; j < hi; j++) {
      if (in_b[j] || a.p[i] != b.p[j]) continue;
      in_a[i] = in_b[j] = true;
      m++;
      break;
    }
  }
  if (!m) return 0;
  for (size_t i = 0, j = 0; i < a.n; i++) {
    if (!in_a[i]) continue;
    while (!in_b[j]) j++;
    out_of_order += a.p[i] != b.p[j++];
  }
  double dm = m, t = out_of_order / 2;
  double jaro = (dm / (double)a.n + dm / (double)b.n + (dm - t) / dm) / 3;
  return jaro > 0.7 ? jaro + common_prefix(a, b) * 0.1 * (1 - jaro) : jaro;
}

static enum jw_level level_of(double score) {
  return score >= JW_CLOSE_LEAST ? JW_CLOSE : score >= JW_NEAR_LEAST ? JW_NEAR : JW_FAR;
}

enum jw_level jw_level_plain(struct str a, struct str b) { return level_of(jaro_winkler(a, b)); }

enum jw_level jw_level(const struct cell *a, const struct cell *b, struct str whole_a,
                       struct str whole_b) {
  struct jw_bounds bounds;
  if ((a->flags | b->flags) & CELL_LONG) return jw_level_plain(whole_a, whole_b);
  jw_bounds_fill(&bounds);
  return jw_level16(&bounds, a, b);
}

/* ---- cells ---- */

static uint64_t letters_of(struct str s) {
  uint64_t once = 0, twice = 0;
  for (size_t i = 0; i < s.n; i++) {
    unsigned char c = (unsigned char)s.p[i];
    uint64_t bit = (uint64_t)1 << (c >= 'a' && c <= 'z' ? c - 'a' : 26);
    twice |= once & bit;
    once |= bit;
  }
  return once | twice << 27;
}

static struct cell cell_of(struct str s) {
  struct cell c = {.letters = letters_of(s), .n = (uint8_t)s.n};
  c.excess = (uint8_t)(s.n - (size_t)__builtin_popcountll(c.letters));
  c.flags = (uint8_t)(s.n > CELL_TEXT ? CELL_LONG : 0);
  if (memchr(s.p, ' ', s.n)) c.flags |= CELL_PARTS;
  return c;
}

struct cell cell_name(struct str s) {
  struct cell c = cell_of(s);
  memcpy(c.text, s.p, s.n < CELL_TEXT ? s.n : CELL_TEXT);
  nick_groups(s, c.nick);
  return c;
}

/* Letter pairs within the value with spaces removed, so that "cove rd" and "coverd" look alike. */
struct cell cell_text(struct str s) {
  struct cell c = cell_of(s);
  unsigned before = 0;
  for (size_t i = 0; i < s.n; i++) {
    unsigned char ch = (unsigned char)s.p[i];
    if (ch == ' ') continue;
    unsigned pair = (before * 33 + ch) * 0x9E37u;
    unsigned bit = (pair >> 7) & 127;
    c.gram[bit >> 6] |= (uint64_t)1 << (bit & 63);
    before = ch;
  }
  c.grams = (uint8_t)(__builtin_popcountll(c.gram[0]) + __builtin_popcountll(c.gram[1]));
  return c;
}

bool values_share_word(struct str a, struct str b) {
  while (a.n) {
    struct str word = str_cut(&a, ' '), rest = b;
    while (word.n >= 3 && rest.n)
      if (str_eq(str_cut(&rest, ' '), word)) return true;
  }
  return false;
}

/* ---- dictionary ---- */

static uint64_t load(const char *p, size_t n) {
  uint64_t v = 0;
  memcpy(&v, p, n);
  return v;
}

/* Names are short: two overlapping loads and two multiplications tell most of them apart. */
static uint64_t value_hash(enum dict_class class, struct str s) {
  if (s.n > CELL_TEXT) return hash64(s, 0x5741594Du + class);
  uint64_t a = s.n >= 8 ? load(s.p, 8) : s.n >= 4 ? load(s.p, 4) : load(s.p, s.n);
  uint64_t b = s.n >= 8 ? load(s.p + s.n - 8, 8) : s.n >= 4 ? load(s.p + s.n - 4, 4) : 0;
  uint64_t h = (a ^ (uint64_t) class << 60 ^ s.n) * 0x9E3779B97F4A7C15u;
  h = (h ^ h >> 32 ^ b) * 0xD6E8FEB86659FD93u;
  return h ^ h >> 29;
}

static void *grow_to(struct arena *a, void *p, size_t size, size_t *cap, size_t need) {
  if (need <= *cap) return p;
  size_t next = *cap ? *cap * 2 : 1024;
  while (next < need) next *= 2;
  p = arena_grow(a, p, *cap * size, next * size);
  *cap = next;
  return p;
}

static void dict_rehash(struct dict *d) {
  uint32_t slots = d->slots ? d->slots * 2 : 4096;
  arena_reset(&d->table);
  d->slot = arena_many(&d->table, uint32_t, slots);
  d->slots = slots;
  for (uint32_t v = 1; v < d->n; v++) {
    enum dict_class class = d->cell[v].grams ? DICT_TEXT : DICT_NAME;
    uint64_t at = value_hash(class, dict_str(d, v)) & (slots - 1);
    while (d->slot[at]) at = (at + 1) & (slots - 1);
    d->slot[at] = v;
  }
}

bool dict_open(struct dict *d, size_t limit, struct why *why) {
  *d = (struct dict){.cells = arena_open(limit),
                     .starts = arena_open(limit),
                     .texts = arena_open(limit),
                     .table = arena_open(limit)};
  if (!d->cells.start || !d->starts.start || !d->texts.start || !d->table.start) {
    dict_close(d);
    return why_say(
        why,
        "The computer refused the memory for the table of names. Close other programs, or lower "
        "--memory.");
  }
  d->cell = grow_to(&d->cells, NULL, sizeof *d->cell, &d->cell_cap, 1);
  d->start = grow_to(&d->starts, NULL, sizeof *d->start, &d->start_cap, 2);
  d->heap = grow_to(&d->texts, NULL, 1, &d->heap_cap, VALUE_BYTES_MAX);
  d->n = 1;
  dict_rehash(d);
  return true;
}

void dict_close(struct dict *d) {
  arena_close(&d->cells);
  arena_close(&d->starts);
  arena_close(&d->texts);
  arena_close(&d->table);
}

static uint32_t dict_seek(const struct dict *d, enum dict_class class, struct str s, uint64_t *at) {
  *at = value_hash(class, s) & (d->slots - 1);
  for (uint32_t v; (v = d->slot[*at]); *at = (*at + 1) & (d->slots - 1)) {
    if ((d->cell[v].grams != 0) == (class == DICT_TEXT) && str_eq(dict_str(d, v), s)) return v;
  }
  return 0;
}

uint32_t dict_find(const struct dict *d, enum dict_class class, struct str s) {
  uint64_t at;
  if (s.n > VALUE_BYTES_MAX) s.n = VALUE_BYTES_MAX;
  return s.n ? dict_seek(d, class, s, &at) : 0;
}

uint32_t dict_number(void *dict, enum dict_class class, struct str s) {
  return dict_put(dict, class, s);
}

uint32_t dict_put(struct dict *d, enum dict_class class, struct str s) {
  uint64_t at;
  if (s.n > VALUE_BYTES_MAX) s.n = VALUE_BYTES_MAX;
  if (!s.n) return 0;
  uint32_t found = dict_seek(d, class, s, &at);
  if (found) return found;
  if (d->n * 2 >= d->slots) {
    dict_rehash(d);
    dict_seek(d, class, s, &at);
  }
  uint32_t v = d->n++;
  d->cell = grow_to(&d->cells, d->cell, sizeof *d->cell, &d->cell_cap, d->n);
  d->start = grow_to(&d->starts, d->start, sizeof *d->start, &d->start_cap, (size_t)d->n + 1);
  d->heap = grow_to(&d->texts, d->heap, 1, &d->heap_cap, d->start[v] + s.n);
  memcpy(d->heap + d->start[v], s.p, s.n);
  d->start[v + 1] = d->start[v] + (uint32_t)s.n;
  d->cell[v] = class == DICT_TEXT ? cell_text(s) : cell_name(s);
  d->slot[at] = v;
  return v;
}
