/* block: see block.h. */
#include <stdio.h>
#include "linkage/block.h"
#include "linkage/table.h"

/* ---- keys ---- */

enum { RECORDS_FEW = 300 * 1000, ALL_PAIRS_RECORDS = 1200, KEY_SEED = 0x57A1 };

static uint64_t mix(uint64_t h, uint64_t v) {
  h = (h ^ v) * 0x9E3779B97F4A7C15u;
  return h ^ h >> 29;
}

/* First letters of a value: of its text, or of its code. */
static uint64_t head_of(const struct model *m, const struct dict *d, const uint8_t *record,
                        struct part part) {
  const struct field *f = &m->field[part.field];
  if (f->wide) {
    code_t c = slot8(record, f->at);
    return c ? (c & ~(code_t)15) >> (64 - 6 * part.length) | (uint64_t)1 << 63 : 0;
  }
  uint32_t v = slot4(record, f->at);
  if (!v) return 0;
  struct str s = dict_str(d, v);
  return hash64(str_slice(s, 0, part.length), 3) | 1;
}

static uint64_t names_of(const struct model *m, const uint8_t *record) {
  uint64_t a = slot4(record, m->field[m->forename].at), b = slot4(record, m->field[m->surname].at);
  if (!a || !b) return 0;
  return a < b ? a << 32 | b : b << 32 | a; /* order does not matter: swapped names share a block */
}

static uint64_t part_value(const struct model *m, const struct dict *d, const uint8_t *record,
                           struct part part) {
  const struct field *f = &m->field[part.field];
  uint64_t v = field_value(m, record, part.field);
  if (!v) return 0;
  switch ((enum part_how)part.how) {
    case PART_FIRST: return head_of(m, d, record, part);
    case PART_SOUND: return sound_key(dict_str(d, (uint32_t)v));
    case PART_NICK: {
      const struct cell *c = &d->cell[v];
      return c->nick[0] ? c->nick[0] : v | (uint64_t)1 << 40;
    }
    case PART_YEAR: return v >> 16;
    case PART_MONTH_DAY: return v & 0xffff;
    case PART_SECTOR:
    case PART_DISTRICT: {
      unsigned n = code_n(v), less = part.how == PART_SECTOR ? 2 : 3;
      return f->blind || n < 5 ? v : v >> (64 - 6 * (n - less)) | (uint64_t)less << 60;
    }
    case PART_NAMES: return names_of(m, record);
    default: return v;
  }
}

uint32_t rule_key(const struct model *m, const struct dict *d, const uint8_t *record,
                  const struct rule *rule) {
  uint64_t h = KEY_SEED;
  for (unsigned i = 0; i < rule->n; i++) {
    uint64_t v = part_value(m, d, record, rule->part[i]);
    if (!v) return 0;
    h = mix(h, v);
  }
  return (uint32_t)(h >> 32) | KEY_REAL;
}

/* A part of a name's text says the same for everybody of that name: worked out once a value where
 * values repeat. NULL where it must be looked at record by record. */
static const uint64_t *part_memo(const struct model *m, const struct dict *d, uint32_t n,
                                 struct part part, struct arena *scratch) {
  const struct field *f = &m->field[part.field];
  bool of_text =
      !f->wide && (part.how == PART_FIRST || part.how == PART_SOUND || part.how == PART_NICK);
  if (!of_text || !kind_in_dict(f->kind) || d->n > n / 2) return NULL;
  uint64_t *memo = arena_many(scratch, uint64_t, d->n);
  uint8_t record[UINT8_MAX + 1] = {0};
  for (uint32_t v = 1; v < d->n; v++) {
    memcpy(record + f->at, &v, sizeof v);
    memo[v] = part_value(m, d, record, part);
  }
  return memo;
}

void rule_column(const struct model *m, const struct dict *d, const uint8_t *records, uint32_t n,
                 const struct rule *rule, uint32_t *column, struct arena scratch) {
  const uint64_t *memo[PARTS_MAX];
  for (unsigned k = 0; k < rule->n; k++) memo[k] = part_memo(m, d, n, rule->part[k], &scratch);
  for (uint32_t i = 0; i < n; i++) {
    const uint8_t *record = records + (size_t)i * m->stride;
    uint64_t h = KEY_SEED;
    column[i] = 0;
    for (unsigned k = 0; k < rule->n && h; k++) {
      uint64_t v = memo[k] ? memo[k][slot4(record, m->field[rule->part[k].field].at)]
                           : part_value(m, d, record, rule->part[k]);
      h = v ? mix(h, v) : 0;
    }
    if (h) column[i] = (uint32_t)(h >> 32) | KEY_REAL;
  }
}

/* ---- sorting ---- */

/* Least-significant-digit radix sort of (key << 32 | record) by key: stable, so members stay in
 * file order. Counts all three digits in one pass. Gives how many records have a key. */
static size_t sort_by_key(const uint32_t *column, uint32_t n, uint64_t *a, uint64_t *b,
                          uint64_t **sorted) {
  enum { BITS = 11, WIDTH = 1 << BITS, DIGITS = 3 };
  uint32_t count[DIGITS][WIDTH + 1] = {0};
  size_t keyed = 0;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t key = column[i];
    if (!key) continue;
    for (unsigned k = 0; k < DIGITS; k++) count[k][(key >> BITS * k & (WIDTH - 1)) + 1]++;
    a[keyed++] = (uint64_t)key << 32 | i;
  }
  for (unsigned k = 0; k < DIGITS; k++) {
    unsigned shift = 32 + BITS * k;
    for (unsigned i = 0; i < WIDTH; i++) count[k][i + 1] += count[k][i];
    for (size_t i = 0; i < keyed; i++) b[count[k][a[i] >> shift & (WIDTH - 1)]++] = a[i];
    uint64_t *t = a;
    a = b;
    b = t;
  }
  *sorted = a;
  return keyed;
}

struct blocks blocks_make(uint32_t *column, uint32_t n, struct arena *keep, struct arena scratch) {
  struct blocks out = {0};
  uint64_t *a = NULL, *x = arena_many(&scratch, uint64_t, n),
           *y = arena_many(&scratch, uint64_t, n);
  size_t keyed = sort_by_key(column, n, x, y, &a), members = 0;
  for (uint32_t i = 0; i < n; i++) column[i] = column[i] ? column[i] : i;
  out.keyed = keyed;
  /* counted first, so that keep holds no more than is used */
  for (size_t i = 0, e; i < keyed; i = e) {
    for (e = i + 1; e < keyed && a[e] >> 32 == a[i] >> 32;) e++;
    if (e - i >= 2 && e - i <= BLOCK_RECORDS_MAX) members += e - i;
  }
  out.member = arena_many(keep, uint32_t, members);
  for (size_t i = 0, e; i < keyed; i = e) {
    for (e = i + 1; e < keyed && a[e] >> 32 == a[i] >> 32;) e++;
    size_t size = e - i;
    if (size > BLOCK_RECORDS_MAX) {
      out.too_large++;
      out.too_large_records += size;
      for (size_t j = i; j < e; j++) column[(uint32_t)a[j]] = (uint32_t)a[j];
    } else if (size >= 2) {
      for (size_t j = i; j < e; j++)
        out.member[out.n++] = (uint32_t)a[j] | (j == i ? BLOCK_START : 0);
      out.pairs += size * (size - 1) / 2;
    }
  }
  return out;
}

/* Blocks are small and their records anywhere: fetched a few blocks before they are compared. */
static inline void fetch(const struct people *p, uint32_t member) {
  __builtin_prefetch(keys_of(p, member & ~BLOCK_START));
  __builtin_prefetch(record_of(p, member & ~BLOCK_START));
}

bool blocks_pairs(const struct people *p, const struct kernel *k, const struct blocks *b,
                  unsigned rule, struct batch *batch, struct progress *progress) {
  enum { FETCH_AHEAD = 48 };
  uint32_t members[BLOCK_RECORDS_MAX] __attribute__((uninitialized)); /* n of them are written */
  for (size_t i = 0, n, ahead = 0; i < b->n; i += n) {
    members[0] = b->member[i] & ~BLOCK_START;
    for (n = 1; i + n < b->n && !(b->member[i + n] & BLOCK_START); n++)
      members[n] = b->member[i + n];
    for (; ahead < b->n && ahead < i + n + FETCH_AHEAD; ahead++) fetch(p, b->member[ahead]);
    k->block(p, members, n, rule, batch);
    if (!progress_at(progress, batch->given)) return false;
  }
  return true;
}

/* ---- default rules ---- */

/* About how many pairs a rule would give: records counted by key in a table so large that chance
 * meetings of keys add next to nothing. */
static uint64_t column_pairs(const uint32_t *column, uint32_t n, struct arena scratch) {
  uint64_t pairs = 0;
  unsigned bits = 12;
  while (((uint64_t)1 << bits) < 4 * (uint64_t)n && bits < 26) bits++;
  uint32_t *count = arena_many(&scratch, uint32_t, (size_t)1 << bits);
  for (uint32_t i = 0; i < n; i++) { /* counted a little later, when their memory has arrived */
    enum { AHEAD = 32 };
    if (i + AHEAD < n)
      __builtin_prefetch(&count[(column[i + AHEAD] & ~KEY_REAL) >> (31 - bits)], 1);
    count[(column[i] & ~KEY_REAL) >> (31 - bits)] += column[i] != 0;
  }
  for (size_t i = 0; i < (size_t)1 << bits; i++)
    if (count[i] <= BLOCK_RECORDS_MAX)
      pairs += (uint64_t)count[i] * (count[i] - (count[i] > 0)) / 2;
  return pairs;
}

/* What to try, most telling first; `|` separates a broad rule from narrower ones used when it would
 * give too many pairs, `&` two rules that together stand for a broad one. Kinds stand for the
 * columns of that kind. */
static const char *const wishes[] = {
    "national id",
    "phone",
    "email",
    "dob|dob+surname:1&dob+forename:1",
    "postcode+house",
    "names|names+dob:year",
    "forename:3+surname:3|forename:3+surname:3+dob:year|forename:3+surname:3+dob:monthday",
    "postcode|postcode+forename:1|postcode+surname:1",
    "surname:sound+dob:year|surname:sound+dob:monthday",
    "text+surname:sound|text+forename:3",
    "text+forename:3",
    "forename:nick+dob:year|forename:nick+dob:monthday",
    "postcode:district+surname:sound",
    "postcode:district+forename:nick",
    "text+dob:year",
    "text+text2",
};

/* Writes the column names of a wish's kinds in their place. False when a kind is not there. */
static bool wish_rule(const struct model *m, struct str wish, struct rule *out) {
  char text[200];
  size_t n = 0;
  while (wish.n) {
    struct str part = str_cut(&wish, '+'), how = part;
    struct str kind_name = str_cut(&how, ':');
    enum kind kind = KIND_IGNORE;
    int skip = 0, f = -1;
    if (str_eq(kind_name, S("text2"))) {
      kind_name = S("text");
      skip = 1;
    }
    if (str_eq(kind_name, S("names"))) {
      n += (size_t)snprintf(text + n, sizeof text - n, "%snames", n ? "+" : "");
      continue;
    }
    if (!kind_parse(kind_name, &kind)) return false;
    for (int i = 0; i < m->n_fields && f < 0; i++)
      if (m->field[i].kind == kind && skip-- == 0) f = i;
    if (f < 0) return false;
    n += (size_t)snprintf(text + n, sizeof text - n, "%s%s%s%.*s", n ? "+" : "", m->field[f].name,
                          how.n ? ":" : "", P(how));
  }
  return rule_parse(m, (struct str){text, n}, out, NULL);
}

/* One choice ("a&b"): its rules, their columns, and how many pairs they would give. */
struct choice {
  struct rule rule[2];
  uint32_t *column[2];
  unsigned n; /* 0 when a column is not there */
  uint64_t pairs;
};

static void choice_read(struct choice *c, const struct model *m, const struct dict *d,
                        const uint8_t *records, uint32_t n, struct str text, struct arena scratch) {
  c->n = 0, c->pairs = 0;
  while (text.n && c->n < 2) {
    if (!wish_rule(m, str_cut(&text, '&'), &c->rule[c->n])) {
      c->n = 0;
      return;
    }
    rule_column(m, d, records, n, &c->rule[c->n], c->column[c->n], scratch);
    c->pairs += column_pairs(c->column[c->n++], n, scratch);
  }
}

void rules_default(struct model *m, const struct dict *d, const uint8_t *records, uint32_t n,
                   uint32_t *column[RULES_MAX], struct arena *keep, struct arena scratch) {
  uint64_t each = (uint64_t)n * (n > RECORDS_FEW ? 6 : 14) + 2000000,
           left = (uint64_t)n * 40 + 3000000;
  unsigned most = n > RECORDS_FEW ? RULES_FEW : RULES_MAX;
  struct choice c = {.column = {arena_many(keep, uint32_t, n), arena_many(keep, uint32_t, n)}};
  m->n_rules = 0;
  if (n <= ALL_PAIRS_RECORDS) {
    m->rule[m->n_rules] = (struct rule){0};
    rule_column(m, d, records, n, &m->rule[0], column[m->n_rules++] = c.column[0], scratch);
    return;
  }
  for (size_t w = 0; w < countof(wishes) && m->n_rules < most; w++) {
    struct str choices = str_of(wishes[w]);
    while (choices.n) {
      choice_read(&c, m, d, records, n, str_cut(&choices, '|'), scratch);
      if (!c.n || m->n_rules + c.n > most || c.pairs > each || c.pairs > left) continue;
      for (unsigned k = 0; k < c.n; k++) {
        m->rule[m->n_rules] = c.rule[k];
        column[m->n_rules++] = c.column[k];
        c.column[k] = arena_many(keep, uint32_t, n);
      }
      left -= c.pairs;
      break;
    }
  }
}
