/* kernel: see kernel.h. Field by field over a batch of pairs, so that each loop is short and its branches are learnt. */
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

struct job { const struct people *p; const struct field *f; const struct pair *pairs; size_t n; uint8_t *out; };

static inline const uint8_t *left(const struct job *j, size_t i) { return record_of(j->p, j->pairs[i].a); }
static inline const uint8_t *right(const struct job *j, size_t i) { return record_of(j->p, j->pairs[i].b); }

static enum jw_level name_level(const struct people *p, uint32_t a, uint32_t b) {
  const struct cell *x = &p->d->cell[a], *y = &p->d->cell[b];
  if (__builtin_expect((x->flags | y->flags) & CELL_LONG, 0)) return jw_level_plain(dict_str(p->d, a), dict_str(p->d, b));
  return jw_level16(&p->bounds, x, y);
}

static inline bool share_nick(const struct cell *x, const struct cell *y) {
  return x->nick[0] && y->nick[0] &&
         (x->nick[0] == y->nick[0] || x->nick[0] == y->nick[1] || (x->nick[1] && (x->nick[1] == y->nick[0] || x->nick[1] == y->nick[1])));
}

static bool share_word(const struct people *p, uint32_t a, uint32_t b) {
  return ((p->d->cell[a].flags | p->d->cell[b].flags) & CELL_PARTS) && values_share_word(dict_str(p->d, a), dict_str(p->d, b));
}

enum { FN_OTHER, FN_MIDDLE, FN_INITIAL, FN_NEAR, FN_CLOSE, FN_NICK, FN_SAME, FN_SWAPPED };

/* Forenames that are unlike: is one the other's middle name, or did forename and surname change places? */
static uint8_t forename_crossed(const struct job *j, const uint8_t *x, const uint8_t *y, uint32_t a, uint32_t b) {
  const struct model *m = j->p->m;
  if (m->surname >= 0) {
    unsigned at = m->field[m->surname].at;
    if (slot4(x, at) == b && slot4(y, at) == a) return FN_SWAPPED;
  }
  if (m->middle >= 0) {
    unsigned at = m->field[m->middle].at;
    if (slot4(x, at) == b || slot4(y, at) == a) return FN_MIDDLE;
  }
  return FN_OTHER;
}

static uint8_t forename_level(const struct job *j, const uint8_t *x, const uint8_t *y) {
  uint32_t a = slot4(x, j->f->at), b = slot4(y, j->f->at);
  if (!a || !b) return LEVEL_MISSING;
  if (a == b) return FN_SAME;
  const struct cell *ca = &j->p->d->cell[a], *cb = &j->p->d->cell[b];
  if (ca->n == 1 || cb->n == 1) return ca->text[0] == cb->text[0] ? FN_INITIAL : FN_OTHER;
  if (share_nick(ca, cb)) return FN_NICK;
  enum jw_level l = name_level(j->p, a, b);
  if (l != JW_FAR) return l == JW_CLOSE ? FN_CLOSE : FN_NEAR;
  if (share_word(j->p, a, b)) return FN_CLOSE;
  return forename_crossed(j, x, y, a, b);
}

static void forename_levels(const struct job *j) {
  for (size_t i = 0; i < j->n; i++) j->out[i] = forename_level(j, left(j, i), right(j, i));
}

static void middle_levels(const struct job *j) {
  for (size_t i = 0; i < j->n; i++) {
    uint32_t a = slot4(left(j, i), j->f->at), b = slot4(right(j, i), j->f->at);
    if (!a || !b) { j->out[i] = LEVEL_MISSING; continue; }
    if (a == b) { j->out[i] = 4; continue; }
    const struct cell *ca = &j->p->d->cell[a], *cb = &j->p->d->cell[b];
    if (ca->n == 1 || cb->n == 1) { j->out[i] = ca->text[0] == cb->text[0] ? 2 : 0; continue; }
    enum jw_level l = share_nick(ca, cb) ? JW_CLOSE : name_level(j->p, a, b);
    j->out[i] = l == JW_CLOSE ? 3 : l == JW_NEAR ? 1 : 0;
  }
}

/* A swap is told once, at the forename: the surname then says nothing more. */
static void surname_levels(const struct job *j, const uint8_t *forename) {
  for (size_t i = 0; i < j->n; i++) {
    uint32_t a = slot4(left(j, i), j->f->at), b = slot4(right(j, i), j->f->at);
    if (!a || !b || (forename && forename[i] == FN_SWAPPED)) { j->out[i] = LEVEL_MISSING; continue; }
    if (a == b) { j->out[i] = 5; continue; }
    const struct cell *ca = &j->p->d->cell[a], *cb = &j->p->d->cell[b];
    if (ca->n == 1 || cb->n == 1) { j->out[i] = ca->text[0] == cb->text[0] ? 1 : 0; continue; }
    enum jw_level l = name_level(j->p, a, b);
    j->out[i] = l == JW_CLOSE ? 3 : share_word(j->p, a, b) ? 4 : l == JW_NEAR ? 2 : 0;
  }
}

/* A forename says a person's sex; when forenames agree, agreeing sex is no second proof. */
static void sex_levels(const struct job *j, const uint8_t *forename) {
  for (size_t i = 0; i < j->n; i++) {
    uint32_t a = slot4(left(j, i), j->f->at), b = slot4(right(j, i), j->f->at);
    bool said = forename && (forename[i] == FN_SAME || forename[i] == FN_NICK);
    j->out[i] = !a || !b || said ? LEVEL_MISSING : a == b;
  }
}

static inline uint8_t dob_level(uint32_t a, uint32_t b) {
  if (!a || !b) return LEVEL_MISSING;
  uint32_t x = a ^ b;
  if (!x) return 6;
  uint32_t swapped = (a & 0xffff0000u) | (a & 0xff) << 8 | (a >> 8 & 0xff);
  if (swapped == b) return 5;
  uint32_t nonzero = (x | x >> 1 | x >> 2 | x >> 3) & 0x11111111u;
  int digits = __builtin_popcount(nonzero), low = __builtin_ctz(nonzero);
  if (digits == 1) return 4;
  if (digits == 2 && nonzero >> low == 0x11 && (a >> low & 15) == (b >> (low + 4) & 15) && (a >> (low + 4) & 15) == (b >> low & 15))
    return 4;
  bool year = !(x >> 16), month = !(x >> 8 & 0xff), day = !(x & 0xff);
  if (year && ((a & 0xffff) == 0x0101 || (b & 0xffff) == 0x0101)) return 2;
  if (year + month + day >= 2) return 3;
  int ya = (int)((a >> 28) * 1000 + (a >> 24 & 15) * 100 + (a >> 20 & 15) * 10 + (a >> 16 & 15));
  int yb = (int)((b >> 28) * 1000 + (b >> 24 & 15) * 100 + (b >> 20 & 15) * 10 + (b >> 16 & 15));
  return (unsigned)(ya - yb + 3) <= 6;
}

static void dob_levels(const struct job *j) {
  for (size_t i = 0; i < j->n; i++) j->out[i] = dob_level(slot4(left(j, i), j->f->at), slot4(right(j, i), j->f->at));
}

static inline code_t code_body(code_t c) { return c & ~(code_t)15; }

/* One bit for each differing character, at the bottom of its six. */
static inline code_t code_differing(code_t a, code_t b) {
  code_t x = a ^ b;
  x |= x >> 1;
  x |= x >> 2;
  return (x | (a ^ b) >> 4 | (a ^ b) >> 5) & 0x0410410410410410u;
}

/* One code is the other with one character left out. Lengths differ by one. */
static __attribute__((noinline)) bool code_one_out(code_t a, code_t b) {
  if (code_n(a) < code_n(b)) { code_t t = a; a = b; b = t; }
  code_t x = code_body(a) ^ code_body(b);
  if (!x) return false;
  unsigned shift = 58 - 6 * ((unsigned)__builtin_clzll(x) / 6);
  code_t below = shift + 6 >= 64 ? ~(code_t)0 : ((code_t)1 << (shift + 6)) - 1;
  return (code_body(a) & (below >> 6)) << 6 == (code_body(b) & below);
}

/* One character changed, two neighbours swapped, one left out or put in. */
static inline bool code_one_edit(code_t a, code_t b) {
  if (code_n(a) != code_n(b)) return code_n(a) + 1 == code_n(b) || code_n(b) + 1 == code_n(a) ? code_one_out(a, b) : false;
  code_t differing = code_differing(a, b);
  int n = __builtin_popcountll(differing);
  if (n != 2) return n == 1;
  unsigned low = (unsigned)__builtin_ctzll(differing), high = low + 6;
  if (!(high < 64 && differing >> high & 1)) return false;
  return (a >> high & 63) == (b >> low & 63) && (a >> low & 63) == (b >> high & 63);
}

static void code_levels(const struct job *j) {
  for (size_t i = 0; i < j->n; i++) {
    code_t a = slot8(left(j, i), j->f->at), b = slot8(right(j, i), j->f->at);
    if (!a || !b) j->out[i] = LEVEL_MISSING;
    else if (a == b) j->out[i] = j->f->exact;
    else j->out[i] = !j->f->blind && code_one_edit(a, b);
  }
}

static inline bool same_head(code_t a, code_t b, unsigned n) { return !((a ^ b) >> (64 - 6 * n)); }

static uint8_t postcode_level(code_t a, code_t b) {
  if (!a || !b) return LEVEL_MISSING;
  if (a == b) return 4;
  unsigned n = code_n(a);
  bool british = n >= 5 && (a >> 58) > 10 && (b >> 58) > 10, as_long = n == code_n(b);
  if (!same_head(a, b, 1)) return code_one_edit(a, b) ? 3 : 0;
  if (!british) return code_one_edit(a, b) ? 3 : same_head(a, b, 2);
  if (as_long && same_head(a, b, n - 2)) return 2;
  if (code_one_edit(a, b)) return 3;
  return as_long && same_head(a, b, n - 3);
}

static void postcode_levels(const struct job *j) {
  for (size_t i = 0; i < j->n; i++)
    j->out[i] = postcode_level(slot8(left(j, i), j->f->at), slot8(right(j, i), j->f->at));
}

static void text_levels(const struct job *j) {
  for (size_t i = 0; i < j->n; i++) {
    uint32_t a = slot4(left(j, i), j->f->at), b = slot4(right(j, i), j->f->at);
    if (!a || !b) { j->out[i] = LEVEL_MISSING; continue; }
    if (a == b) { j->out[i] = 3; continue; }
    const struct cell *x = &j->p->d->cell[a], *y = &j->p->d->cell[b];
    int both = __builtin_popcountll(x->gram[0] & y->gram[0]) + __builtin_popcountll(x->gram[1] & y->gram[1]);
    int size = x->grams + y->grams; /* Dice = 2 both / size, at least 3/4 or 1/2 */
    j->out[i] = both * 8 >= size * 3 ? 2 : both * 4 >= size;
  }
}

static void number_levels(const struct job *j) {
  for (size_t i = 0; i < j->n; i++) {
    uint32_t x = slot4(left(j, i), j->f->at), y = slot4(right(j, i), j->f->at);
    float a, b;
    memcpy(&a, &x, 4);
    memcpy(&b, &y, 4);
    float gap = fabsf(a - b), size = fmaxf(fabsf(a), fabsf(b));
    j->out[i] = !x || !y ? LEVEL_MISSING : x == y ? 3 : gap <= 1 ? 2 : gap <= size / 10;
  }
}

static void levels(const struct people *p, const struct pair *pairs, size_t n, levels_t out) {
  const struct model *m = p->m;
  const uint8_t *forename = m->forename >= 0 ? out[m->forename] : NULL;
  for (unsigned pass = 0; pass < 2; pass++) { /* forenames first: sex and surname look at their levels */
    for (unsigned f = 0; f < m->n_fields; f++) {
      if ((pass == 0) != ((int)f == m->forename)) continue;
      struct job j = {p, &m->field[f], pairs, n, out[f]};
      switch (j.f->kind) {
        case KIND_FORENAME: forename_levels(&j); break;
        case KIND_MIDDLE: middle_levels(&j); break;
        case KIND_SURNAME: surname_levels(&j, forename); break;
        case KIND_SEX: sex_levels(&j, forename); break;
        case KIND_DOB: dob_levels(&j); break;
        case KIND_POSTCODE: postcode_levels(&j); break;
        case KIND_HOUSE: case KIND_PHONE: case KIND_NATIONAL: code_levels(&j); break;
        case KIND_NUMBER: number_levels(&j); break;
        default: text_levels(&j); break;
      }
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

static void weights(const struct people *p, const struct score_table *t, const struct pair *pairs, size_t n, levels_t level,
                    float *out) {
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
  __m256i same = _mm256_cmpeq_epi32(_mm256_loadu_si256((const void *)a), _mm256_loadu_si256((const void *)b));
  unsigned mask = (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(same));
  if (rule > 8) {
    same = _mm256_cmpeq_epi32(_mm256_loadu_si256((const void *)(a + 8)), _mm256_loadu_si256((const void *)(b + 8)));
    mask |= (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(same)) << 8;
  }
  return mask & ((1u << rule) - 1);
#else
  uint32_t any = 0;
  for (unsigned r = 0; r < rule; r++) any |= a[r] == b[r];
  return any;
#endif
}

static uint64_t block(const struct people *p, const uint32_t *members, size_t n, unsigned rule, batch_fn *flush, void *to) {
  struct pair pairs[BATCH];
  size_t held = 0;
  uint64_t given = 0;
  bool across = p->m->across_only;
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
      pairs[held++] = (struct pair){members[i], members[j]};
      if (held < BATCH) continue;
      flush(to, pairs, held);
      given += held;
      held = 0;
    }
  }
  if (held) flush(to, pairs, held);
  return given + held;
}

static void jw_levels(const struct jw_bounds *b, const struct cell *x, const struct cell *y, size_t n, uint8_t *out) {
  for (size_t i = 0; i < n; i++) out[i] = (uint8_t)jw_level16(b, &x[i], &y[i]);
}

const struct kernel KERNEL = {.name = KERNEL_WORDS, .levels = levels, .weights = weights, .block = block, .jw_levels = jw_levels};
