/* kernel: see kernel.h. Field by field over a batch of pairs, so that each loop is short and its
 * branches are learnt. */
#include <math.h>
#if defined(__AVX2__)
#include <immintrin.h>
#elif defined(__SSE2__)
#include <emmintrin.h>
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

/* Bit i: pair i of these (at most 64) is still to be looked at. LOOK is a byte's highest bit. */
static inline uint64_t looks(const uint8_t *out, size_t n) {
  uint64_t bits = 0;
#if defined(__SSE2__)
  for (unsigned i = 0; i < 64 && i < n; i += 16)
    bits |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_loadu_si128((const void *)(out + i))) << i;
  return n < 64 ? bits & (((uint64_t)1 << n) - 1) : bits;
#else
  for (unsigned i = 0; i < 64 && i < n; i++) bits |= (uint64_t)(out[i] >> 7) << i;
  return bits;
#endif
}
/* For each pair left to be looked at: a few among many, found without a branch a pair. */
#define EACH_LOOK(l, i)                                                                            \
  for (size_t from_ = 0; from_ < (l)->n; from_ += 64)                                              \
    for (uint64_t bits_ = looks((l)->out + from_, (l)->n - from_), i;                              \
         bits_ && (i = from_ + (unsigned)__builtin_ctzll(bits_), true); bits_ &= bits_ - 1)

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
  for (size_t i = l->n; i % 4; i++) l->a8[i] = l->b8[i] = 0; /* compared four at a time */
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
  EACH_LOOK(l, i) l->out[i] = forename_level(l, i);
}

static uint8_t middle_level(const struct people *p, uint32_t a, uint32_t b) {
  const struct cell *x = &p->d->cell[a], *y = &p->d->cell[b];
  if (x->n == 1 || y->n == 1) return x->text[0] == y->text[0] ? 2 : 0;
  enum jw_level near = share_nick(x, y) ? JW_CLOSE : name_level(p, a, b);
  return near == JW_CLOSE ? 3 : near == JW_NEAR;
}

static void middle_levels(struct lanes *l) {
  compare_values(l, 4);
  EACH_LOOK(l, i) l->out[i] = middle_level(l->p, l->a4[i], l->b4[i]);
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
  EACH_LOOK(l, i) l->out[i] = surname_level(l->p, l->a4[i], l->b4[i]);
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

/* Codes are compared four pairs at once; a comparison gives all ones or all zeros in its place. */
typedef uint64_t codes __attribute__((vector_size(32)));
typedef uint8_t four_levels __attribute__((vector_size(4)));
enum { FOUR = 4 };
struct code_pairs {
  codes a, b,
      differing; /* differing: one bit for each differing character, at the bottom of its 6 */
  codes edit;    /* where one edit makes one of the other */
};

static inline void code_differing(const codes *x, codes *out) {
  codes y = *x | *x >> 1;
  y |= y >> 2;
  *out = (y | *x >> 4 | *x >> 5) & (code_t)0x0410410410410410u;
}

/* One character changed, two neighbours swapped, one left out or put in. Free of branches. */
static inline void code_one_edit(struct code_pairs *p) {
  codes a = p->a, b = p->b, apart = (a & 15) - (b & 15), x = a ^ b, d;
  code_differing(&x, &d);
  codes low = d & -d, last = (low << 6) - low, both = last | last << 6;
  codes turned = (a & last) << 6 | (a >> 6 & last);
  codes swapped = (codes)(d == (low | low << 6)) & (codes)(turned == (b & both));
  /* One is the other with a character left out: the longer agrees with the shorter up to their
   * first difference, and moved up by one from there on. So all that differs when moved stands
   * above all that differs when not. */
  codes a_longer = (codes)(apart == 1), by_one = a_longer | (codes)(apart == -(code_t)1);
  codes longer = (a & a_longer) | (b & ~a_longer), shorter = a ^ b ^ longer, moved;
  x = ((longer & ~(code_t)15) << 6) ^ (shorter & ~(code_t)15);
  code_differing(&x, &moved);
  codes above = (codes)((moved & -moved) > d) | (codes)(moved == 0);
  p->differing = d;
  p->edit =
      ((codes)(apart == 0) & ((codes)(d == low) | swapped)) | (by_one & (codes)(d != 0) & above);
}

static inline void codes_read(const struct lanes *l, size_t i, struct code_pairs *p) {
  memcpy(&p->a, l->a8 + i, sizeof p->a);
  memcpy(&p->b, l->b8 + i, sizeof p->b);
  code_one_edit(p);
}

static inline void codes_level(struct lanes *l, size_t i, const struct code_pairs *p,
                               const codes *as_found, uint8_t same) {
  codes level = *as_found;
  codes equal = (codes)(p->a == p->b), none = (codes)(p->a == 0) | (codes)(p->b == 0);
  level = (equal & same) | (~equal & level);
  level = (none & LEVEL_MISSING) | (~none & level);
  four_levels out = __builtin_convertvector(level, four_levels);
  memcpy(l->out + i, &out, sizeof out);
}

static void code_levels(struct lanes *l) {
  code_t one = !l->f->blind;
  load8(l);
  for (size_t i = 0; i < l->n; i += FOUR) {
    struct code_pairs p;
    codes_read(l, i, &p);
    codes level = p.edit & one;
    codes_level(l, i, &p, &level, l->f->exact);
  }
}

/* The same sector, one character wrong, the same district; abroad, the first two characters. */
static void postcode_levels(struct lanes *l) {
  load8(l);
  for (size_t i = 0; i < l->n; i += FOUR) {
    struct code_pairs p;
    codes_read(l, i, &p);
    codes n = p.a & 15, x = p.a ^ p.b, enough = (codes)(n >= 5), as_long = (codes)((x & 15) == 0);
    codes british = enough & (codes)((p.a >> 58) > 10) & (codes)((p.b >> 58) > 10);
    codes most = (n & enough) | (5 & ~enough); /* shifts stay within 64 */
    codes sector = british & as_long & (codes)((x >> (76 - 6 * most)) == 0);
    codes district = as_long & (codes)((x >> (82 - 6 * most)) == 0);
    district = (british & district) | (~british & (codes)((x >> 52) == 0));
    codes level = (district & (codes)((x >> 58) == 0)) & 1;
    level = (p.edit & 3) | (~p.edit & level);
    level = (sector & 2) | (~sector & level);
    codes_level(l, i, &p, &level, 4);
  }
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
  EACH_LOOK(l, i) l->out[i] = text_level(l->p, l->a4[i], l->b4[i]);
}

static void number_levels(struct lanes *l) {
  compare_values(l, 3);
  EACH_LOOK(l, i) {
    float a, b;
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

/* Eight pairs at once, class by class: the same sums in the same order as one pair's, so the same
 * floats. A level's weight is looked up within a register; only rare values of a field on which two
 * agree (few among candidates) are fetched. Returns how many pairs were weighed. */
#if defined(__AVX2__)
static inline __m256 rarity_of(const struct people *p, const struct score_table *t,
                               const struct pair *pairs, unsigned f, unsigned exact) {
  float r[8] __attribute__((aligned(32))) = {0};
  for (; exact; exact &= exact - 1) {
    unsigned i = (unsigned)__builtin_ctz(exact);
    r[i] = t->rarity[f][record_of(p, pairs[i].a)[p->m->field[f].tf_at]];
  }
  return _mm256_load_ps(r);
}

static size_t weights_by_eight(const struct people *p, const struct score_table *t,
                               const struct pair *pairs, size_t n, levels_t level, float *out) {
  const struct model *m = p->m;
  const __m256i missing = _mm256_set1_epi32(LEVEL_MISSING);
  size_t i = 0;
  for (unsigned f = 0; f < m->n_fields; f++)
    if (m->field[f].levels > 8) return 0;
  for (; i + 8 <= n; i += 8) {
    __m256 v[CLASS_COUNT];
    for (unsigned c = 0; c < CLASS_COUNT; c++) v[c] = _mm256_set1_ps(t->prior[c]);
    for (unsigned f = 0; f < m->n_fields; f++) {
      __m256i l = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const void *)(level[f] + i)));
      __m256 none = _mm256_castsi256_ps(_mm256_cmpeq_epi32(l, missing));
      unsigned exact = (unsigned)_mm256_movemask_ps(
          _mm256_castsi256_ps(_mm256_cmpeq_epi32(l, _mm256_set1_epi32(m->field[f].exact))));
      __m256 w[CLASS_COUNT];
      for (unsigned c = 0; c < CLASS_COUNT; c++)
        w[c] =
            _mm256_andnot_ps(none, _mm256_permutevar8x32_ps(_mm256_loadu_ps(t->by_class[f][c]), l));
      if (exact) {
        __m256 r = rarity_of(p, t, pairs + i, f, exact);
        w[CLASS_STRANGERS] = _mm256_add_ps(w[CLASS_STRANGERS], r);
        if (!m->field[f].shared) w[CLASS_HOUSEHOLD] = _mm256_add_ps(w[CLASS_HOUSEHOLD], r);
      }
      for (unsigned c = 0; c < CLASS_COUNT; c++) v[c] = _mm256_add_ps(v[c], w[c]);
    }
    __m256 one = _mm256_max_ps(v[0], v[1]), two = _mm256_max_ps(v[2], v[3]);
    unsigned near = (unsigned)_mm256_movemask_ps(
        _mm256_cmp_ps(_mm256_sub_ps(one, two), _mm256_set1_ps(t->cut - 1), _CMP_GE_OQ));
    for (unsigned k = 0; k < 8; k++) out[i + k] = -INFINITY;
    for (; near; near &= near - 1) {
      unsigned k = (unsigned)__builtin_ctz(near);
      out[i + k] = weight_of((vec4){v[0][k], v[1][k], v[2][k], v[3][k]}, t->cut);
    }
  }
  return i;
}
#else
static size_t weights_by_eight(const struct people *p, const struct score_table *t,
                               const struct pair *pairs, size_t n, levels_t level, float *out) {
  (void)p, (void)t, (void)pairs, (void)n, (void)level, (void)out;
  return 0;
}
#endif

static void weights(const struct people *p, const struct score_table *t, const struct pair *pairs,
                    size_t n, levels_t level, float *out) {
  const struct model *m = p->m;
  vec4 prior;
  memcpy(&prior, t->prior, sizeof prior);
  for (size_t i = weights_by_eight(p, t, pairs, n, level, out); i < n; i++) {
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
