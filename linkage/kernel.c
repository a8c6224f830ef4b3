/* kernel: see kernel.h. Field by field over a batch of pairs, so that each loop is short and its
 * branches are learnt. */
#include <math.h>
#if defined(__AVX2__)
#include <immintrin.h>
#endif
#include "linkage/kernel.h"

#ifndef KERNEL
#define KERNEL kernel_any
#define KERNEL_WORDS "any machine"
#endif

typedef float vec4 __attribute__((vector_size(16)));

/* ---- levels ---- */

/* One batch of pairs, field after field: where the records are, and the two values of the field at
 * hand. The first loop of a field is free of branches, so that the compiler can do many pairs at
 * once; it leaves LOOK where more work is needed, and a second loop does only those. */
struct lanes {
  const struct people *p;
  const struct field *f;
  size_t n;
  uint8_t *out;
  const uint8_t *x[BATCH], *y[BATCH];
  uint32_t a4[BATCH], b4[BATCH];
  uint64_t a8[BATCH], b8[BATCH];
};
enum { LOOK = 0x80 };

static void load4(struct lanes *l) {
  unsigned at = l->f->at;
  for (size_t i = 0; i < l->n; i++) {
    l->a4[i] = slot4(l->x[i], at);
    l->b4[i] = slot4(l->y[i], at);
  }
}

static void load8(struct lanes *l) {
  unsigned at = l->f->at;
  for (size_t i = 0; i < l->n; i++) {
    l->a8[i] = slot8(l->x[i], at);
    l->b8[i] = slot8(l->y[i], at);
  }
}

/* Numbers of values: missing, the same, or to be looked at. */
static void compare_values(struct lanes *l, uint8_t same) {
  load4(l);
  for (size_t i = 0; i < l->n; i++) {
    bool missing = !l->a4[i] | !l->b4[i];
    l->out[i] = missing ? LEVEL_MISSING : l->a4[i] == l->b4[i] ? same : LOOK;
  }
}

static enum jw_level name_level(const struct people *p, uint32_t a, uint32_t b) {
  const struct cell *x = &p->d->cell[a], *y = &p->d->cell[b];
  if (__builtin_expect((x->flags | y->flags) & CELL_LONG, 0))
    return jw_level_plain(dict_str(p->d, a), dict_str(p->d, b));
  return jw_level16(&p->bounds, x, y);
}

static inline bool share_nick(const struct cell *x, const struct cell *y) {
  return x->nick[0] && y->nick[0] &&
         (x->nick[0] == y->nick[0] || x->nick[0] == y->nick[1] ||
          (x->nick[1] && (x->nick[1] == y->nick[0] || x->nick[1] == y->nick[1])));
}

static bool share_word(const struct people *p, uint32_t a, uint32_t b) {
  return ((p->d->cell[a].flags | p->d->cell[b].flags) & CELL_PARTS) &&
         values_share_word(dict_str(p->d, a), dict_str(p->d, b));
}

enum { FN_OTHER, FN_MIDDLE, FN_INITIAL, FN_NEAR, FN_CLOSE, FN_NICK, FN_SAME, FN_SWAPPED };

/* Forenames that are unlike: is one the other's middle name, or did forename and surname change
 * places? */
static uint8_t forename_crossed(const struct lanes *l, size_t i) {
  const struct model *m = l->p->m;
  if (m->surname >= 0) {
    unsigned at = m->field[m->surname].at;
    if (slot4(l->x[i], at) == l->b4[i] && slot4(l->y[i], at) == l->a4[i]) return FN_SWAPPED;
  }
  if (m->middle >= 0) {
    unsigned at = m->field[m->middle].at;
    if (slot4(l->x[i], at) == l->b4[i] || slot4(l->y[i], at) == l->a4[i]) return FN_MIDDLE;
  }
  return FN_OTHER;
}

static uint8_t forename_level(const struct lanes *l, size_t i) {
  uint32_t a = l->a4[i], b = l->b4[i];
  const struct cell *x = &l->p->d->cell[a], *y = &l->p->d->cell[b];
  if (x->n == 1 || y->n == 1) return x->text[0] == y->text[0] ? FN_INITIAL : FN_OTHER;
  if (share_nick(x, y)) return FN_NICK;
  enum jw_level near = name_level(l->p, a, b);
  if (near != JW_FAR) return near == JW_CLOSE ? FN_CLOSE : FN_NEAR;
  return share_word(l->p, a, b) ? FN_CLOSE : forename_crossed(l, i);
}

static void forename_levels(struct lanes *l) {
  compare_values(l, FN_SAME);
  for (size_t i = 0; i < l->n; i++)
    if (l->out[i] == LOOK) l->out[i] = forename_level(l, i);
}

static uint8_t middle_level(const struct people *p, uint32_t a, uint32_t b) {
  const struct cell *x = &p->d->cell[a], *y = &p->d->cell[b];
  if (x->n == 1 || y->n == 1) return x->text[0] == y->text[0] ? 2 : 0;
  enum jw_level near = share_nick(x, y) ? JW_CLOSE : name_level(p, a, b);
  return near == JW_CLOSE ? 3 : near == JW_NEAR;
}

static void middle_levels(struct lanes *l) {
  compare_values(l, 4);
  for (size_t i = 0; i < l->n; i++)
    if (l->out[i] == LOOK) l->out[i] = middle_level(l->p, l->a4[i], l->b4[i]);
}

static uint8_t surname_level(const struct people *p, uint32_t a, uint32_t b) {
  const struct cell *x = &p->d->cell[a], *y = &p->d->cell[b];
  if (x->n == 1 || y->n == 1) return x->text[0] == y->text[0];
  enum jw_level near = name_level(p, a, b);
  return near == JW_CLOSE ? 3 : share_word(p, a, b) ? 4 : near == JW_NEAR ? 2 : 0;
}

/* A swap is told once, at the forename: the surname then says nothing more. */
static void surname_levels(struct lanes *l, const uint8_t *forename) {
  compare_values(l, 5);
  for (size_t i = 0; forename && i < l->n; i++)
    l->out[i] = forename[i] == FN_SWAPPED ? LEVEL_MISSING : l->out[i];
  for (size_t i = 0; i < l->n; i++)
    if (l->out[i] == LOOK) l->out[i] = surname_level(l->p, l->a4[i], l->b4[i]);
}

/* A forename says a person's sex; when forenames agree, agreeing sex is no second proof. */
static void sex_levels(struct lanes *l, const uint8_t *forename) {
  load4(l);
  for (size_t i = 0; i < l->n; i++)
    l->out[i] = (!l->a4[i] | !l->b4[i]) ? LEVEL_MISSING : l->a4[i] == l->b4[i];
  for (size_t i = 0; forename && i < l->n; i++)
    l->out[i] = ((forename[i] == FN_SAME) | (forename[i] == FN_NICK)) ? LEVEL_MISSING : l->out[i];
}

static inline int year_of(uint32_t dob) {
  return (int)((dob >> 28) * 1000 + (dob >> 24 & 15) * 100 + (dob >> 20 & 15) * 10 +
               (dob >> 16 & 15));
}

static inline uint8_t dob_level(uint32_t a, uint32_t b) {
  uint32_t x = a ^ b;
  uint32_t digits = (x | x >> 1 | x >> 2 | x >> 3) & 0x11111111u,
           low = digits & -digits; /* one bit a differing digit */
  uint32_t turned = (a & 0xffff0000u) | (a & 0xff) << 8 | (a >> 8 & 0xff);
  uint32_t tens = low * 15, swapped = (a & tens) << 4 |
                                      (a >> 4 & tens); /* the two digits from `low` up, exchanged */
  bool neighbours = (digits == (low | low << 4)) & ((b & (tens | tens << 4)) == swapped);
  bool one_digit = (digits == low) | neighbours;
  bool year = !(x >> 16), month = !(x >> 8 & 0xff), day = !(x & 0xff);
  bool january = year & (((a & 0xffff) == 0x0101) | ((b & 0xffff) == 0x0101));
  int apart = year_of(a) - year_of(b);
  uint8_t level = (unsigned)(apart + 3) <= 6;
  level = year + month + day >= 2 ? 3 : level;
  level = january ? 2 : level;
  level = one_digit ? 4 : level;
  level = turned == b ? 5 : level;
  level = x == 0 ? 6 : level;
  return (!a | !b) ? LEVEL_MISSING : level;
}

static void dob_levels(struct lanes *l) {
  load4(l);
  for (size_t i = 0; i < l->n; i++) l->out[i] = dob_level(l->a4[i], l->b4[i]);
}

static inline code_t code_body(code_t c) { return c & ~(code_t)15; }

/* One bit for each differing character, at the bottom of its six. */
static inline code_t code_differing(code_t a, code_t b) {
  code_t x = a ^ b, y = x | x >> 1;
  y |= y >> 2;
  return (y | x >> 4 | x >> 5) & 0x0410410410410410u;
}

/* One code is the other with one character left out. Lengths differ by one. */
static bool code_one_out(code_t a, code_t b) {
  if (code_n(a) < code_n(b)) {
    code_t t = a;
    a = b;
    b = t;
  }
  code_t x = code_body(a) ^ code_body(b);
  if (!x) return false;
  unsigned shift = 58 - 6 * ((unsigned)__builtin_clzll(x) / 6);
  code_t below = shift + 6 >= 64 ? ~(code_t)0 : ((code_t)1 << (shift + 6)) - 1;
  return (code_body(a) & (below >> 6)) << 6 == (code_body(b) & below);
}

/* Two characters differ, next to each other: did they change places? */
static bool code_swapped(code_t a, code_t b, code_t differing) {
  unsigned low = (unsigned)__builtin_ctzll(differing), high = low + 6;
  return (a >> high & 63) == (b >> low & 63) && (a >> low & 63) == (b >> high & 63);
}

/* One character changed, two neighbours swapped, one left out or put in. */
static bool code_one_edit(code_t a, code_t b) {
  if (code_n(a) != code_n(b))
    return (code_n(a) + 1 == code_n(b) || code_n(b) + 1 == code_n(a)) && code_one_out(a, b);
  code_t d = code_differing(a, b), low = d & -d;
  return d == low || (d == (low | low << 6) && code_swapped(a, b, d));
}

static void code_levels(struct lanes *l) {
  uint8_t same = l->f->exact, look = l->f->blind ? 0 : LOOK, one = !l->f->blind;
  load8(l);
  for (size_t i = 0; i < l->n; i++) {
    code_t a = l->a8[i], b = l->b8[i], d = code_differing(a, b), low = d & -d,
           apart = (a & 15) - (b & 15);
    bool two = d == (low | low << 6), by_one = (apart == 1) | (apart == (code_t)-1);
    uint8_t level = apart ? (by_one ? look : 0) : d == low ? one : two ? look : 0;
    level = a == b ? same : level;
    l->out[i] = (!a | !b) ? LEVEL_MISSING : level;
  }
  for (size_t i = 0; i < l->n; i++)
    if (l->out[i] == LOOK) l->out[i] = code_one_edit(l->a8[i], l->b8[i]);
}

static inline bool same_head(code_t a, code_t b, unsigned n) { return !((a ^ b) >> (64 - 6 * n)); }

static uint8_t postcode_level(code_t a, code_t b) {
  unsigned n = code_n(a);
  bool british = n >= 5 && (a >> 58) > 10 && (b >> 58) > 10, as_long = n == code_n(b);
  if (!same_head(a, b, 1)) return code_one_edit(a, b) ? 3 : 0;
  if (!british) return code_one_edit(a, b) ? 3 : same_head(a, b, 2);
  if (as_long && same_head(a, b, n - 2)) return 2;
  if (code_one_edit(a, b)) return 3;
  return as_long && same_head(a, b, n - 3);
}

/* Codes with another first character, another length and more than one difference are told apart at
 * once. */
static void postcode_levels(struct lanes *l) {
  load8(l);
  for (size_t i = 0; i < l->n; i++) {
    code_t a = l->a8[i], b = l->b8[i], d = code_differing(a, b), low = d & -d;
    bool far = ((a ^ b) >> 58 != 0) & !((a ^ b) & 15) & (d != low) & (d != (low | low << 6));
    l->out[i] = (!a | !b) ? LEVEL_MISSING : a == b ? 4 : far ? 0 : LOOK;
  }
  for (size_t i = 0; i < l->n; i++)
    if (l->out[i] == LOOK) l->out[i] = postcode_level(l->a8[i], l->b8[i]);
}

static uint8_t text_level(const struct people *p, uint32_t a, uint32_t b) {
  const struct cell *x = &p->d->cell[a], *y = &p->d->cell[b];
  int both =
      __builtin_popcountll(x->gram[0] & y->gram[0]) + __builtin_popcountll(x->gram[1] & y->gram[1]);
  int size = x->grams + y->grams; /* Dice = 2 both / size, at least 3/4 or 1/2 */
  return both * 8 >= size * 3 ? 2 : both * 4 >= size;
}

static void text_levels(struct lanes *l) {
  compare_values(l, 3);
  for (size_t i = 0; i < l->n; i++)
    if (l->out[i] == LOOK) l->out[i] = text_level(l->p, l->a4[i], l->b4[i]);
}

static void number_levels(struct lanes *l) {
  compare_values(l, 3);
  for (size_t i = 0; i < l->n; i++) {
    float a, b;
    if (l->out[i] != LOOK) continue;
    memcpy(&a, &l->a4[i], 4);
    memcpy(&b, &l->b4[i], 4);
    float gap = fabsf(a - b), size = fmaxf(fabsf(a), fabsf(b));
    l->out[i] = gap <= 1 ? 2 : gap <= size / 10;
  }
}

static void field_levels(struct lanes *l, const uint8_t *forename) {
  switch (l->f->kind) {
    case KIND_FORENAME: forename_levels(l); break;
    case KIND_MIDDLE: middle_levels(l); break;
    case KIND_SURNAME: surname_levels(l, forename); break;
    case KIND_SEX: sex_levels(l, forename); break;
    case KIND_DOB: dob_levels(l); break;
    case KIND_POSTCODE: postcode_levels(l); break;
    case KIND_HOUSE:
    case KIND_PHONE:
    case KIND_NATIONAL: code_levels(l); break;
    case KIND_NUMBER: number_levels(l); break;
    default: text_levels(l); break;
  }
}

static void levels(const struct people *p, const struct pair *pairs, size_t n, levels_t out) {
  const struct model *m = p->m;
  const uint8_t *forename = m->forename >= 0 ? out[m->forename] : NULL;
  struct lanes l __attribute__((uninitialized)); /* 20 KB, written before it is read */
  l.p = p;
  l.n = n;
  for (size_t i = 0; i < n; i++) {
    l.x[i] = record_of(p, pairs[i].a);
    l.y[i] = record_of(p, pairs[i].b);
  }
  for (unsigned pass = 0; pass < 2;
       pass++) { /* forenames first: sex and surname look at their levels */
    for (unsigned f = 0; f < m->n_fields; f++) {
      if ((pass == 0) != ((int)f == m->forename)) continue;
      l.f = &m->field[f];
      l.out = out[f];
      field_levels(&l, forename);
    }
  }
}

/* ---- weights ---- */

static float weight_of(vec4 v, float cut) {
  float one = v[0] > v[1] ? v[0] : v[1], two = v[2] > v[3] ? v[2] : v[3];
  if (one - two < cut - 1) return -INFINITY;
  float less_one = v[0] > v[1] ? v[1] : v[0], less_two = v[2] > v[3] ? v[3] : v[2];
  float w = one + log2f(1 + exp2f(less_one - one)) - two - log2f(1 + exp2f(less_two - two));
  return w < cut ? -INFINITY : w;
}

static void weights(const struct people *p, const struct score_table *t, const struct pair *pairs,
                    size_t n, levels_t level, float *out) {
  const struct model *m = p->m;
  vec4 prior;
  memcpy(&prior, t->prior, sizeof prior);
  for (size_t i = 0; i < n; i++) {
    const uint8_t *x = record_of(p, pairs[i].a);
    vec4 v = prior;
    for (unsigned f = 0; f < m->n_fields; f++) {
      unsigned l = level[f][i];
      vec4 w, chance;
      memcpy(&w, t->w[f][l], sizeof w);
      memcpy(&chance, t->chance[f], sizeof chance);
      float rarity = t->rarity[f][l == m->field[f].exact ? x[m->field[f].tf_at] : 0];
      v += w + chance * rarity;
    }
    out[i] = weight_of(v, t->cut);
  }
}

/* ---- pairs of a block ---- */

/* Do two records share the key of any rule before `rule`? Then that rule already gave the pair. */
static inline bool given_before(const uint32_t *a, const uint32_t *b, unsigned rule) {
#if defined(__AVX2__)
  __m256i same =
      _mm256_cmpeq_epi32(_mm256_loadu_si256((const void *)a), _mm256_loadu_si256((const void *)b));
  unsigned mask = (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(same));
  if (rule > 8) {
    same = _mm256_cmpeq_epi32(_mm256_loadu_si256((const void *)(a + 8)),
                              _mm256_loadu_si256((const void *)(b + 8)));
    mask |= (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(same)) << 8;
  }
  return mask & ((1u << rule) - 1);
#else
  uint32_t any = 0;
  for (unsigned r = 0; r < rule; r++) any |= a[r] == b[r];
  return any;
#endif
}

static void block(const struct people *p, const uint32_t *members, size_t n, unsigned rule,
                  struct batch *b) {
  bool across = p->m->across_only;
  size_t held = b->held;
  for (size_t i = 0; i < n; i++) { /* all will be read soon, and none is likely to be in a cache */
    __builtin_prefetch(keys_of(p, members[i]));
    __builtin_prefetch(record_of(p, members[i]));
  }
  for (size_t i = 0; i + 1 < n; i++) {
    const uint32_t *key = keys_of(p, members[i]);
    uint16_t source = across ? source_of(p, members[i]) : 0;
    for (size_t j = i + 1; j < n; j++) {
      if (given_before(key, keys_of(p, members[j]), rule)) continue;
      if (across && source_of(p, members[j]) == source) continue;
      b->pairs[held++] = (struct pair){members[i], members[j]};
      b->given++;
      if (held < BATCH) continue;
      b->held = held;
      batch_flush(b);
      held = 0;
    }
  }
  b->held = held;
}

static void jw_levels(const struct jw_bounds *b, const struct cell *x, const struct cell *y,
                      size_t n, uint8_t *out) {
  for (size_t i = 0; i < n; i++) out[i] = (uint8_t)jw_level16(b, &x[i], &y[i]);
}

const struct kernel KERNEL = {.name = KERNEL_WORDS,
                              .levels = levels,
                              .weights = weights,
                              .block = block,
                              .jw_levels = jw_levels};
