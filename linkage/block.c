/* block: see block.h. */
#include <stdio.h>
#include "linkage/block.h"
#include "linkage/table.h"

/* ---- keys ---- */

enum { RECORDS_FEW = 300 * 1000, ALL_PAIRS_RECORDS = 1200 };

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
  uint64_t h = 0x57A1u;
  for (unsigned i = 0; i < rule->n; i++) {
    uint64_t v = part_value(m, d, record, rule->part[i]);
    if (!v) return 0;
    h = mix(h, v);
  }
  return (uint32_t)(h >> 32) | KEY_REAL;
}

/* ---- sorting ---- */

/* Least-significant-digit radix sort of (key << 32 | record) by key: stable, so members stay in
 * file order. */
static uint64_t *sort_by_key(uint64_t *a, uint64_t *b, size_t n) {
  enum { BITS = 11, WIDTH = 1 << BITS };
  for (unsigned shift = 32; shift < 63; shift += BITS) {
    size_t count[WIDTH + 1] = {0};
    for (size_t i = 0; i < n; i++) count[(a[i] >> shift & (WIDTH - 1)) + 1]++;
    for (unsigned i = 0; i < WIDTH; i++) count[i + 1] += count[i];
    for (size_t i = 0; i < n; i++) b[count[a[i] >> shift & (WIDTH - 1)]++] = a[i];
    uint64_t *t = a;
    a = b;
    b = t;
  }
  return a;
}

struct blocks blocks_make(const struct model *m, const struct dict *d, const uint8_t *records,
                          uint32_t n, unsigned r, uint32_t *keys, unsigned stride,
                          struct arena *keep, struct arena scratch) {
  struct blocks out = {0};
  uint64_t *a = arena_many(&scratch, uint64_t, n), *b = arena_many(&scratch, uint64_t, n);
  size_t keyed = 0;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t key = rule_key(m, d, records + (size_t)i * m->stride, &m->rule[r]);
    keys[(size_t)i * stride + r] = key ? key : i;
    if (key) a[keyed++] = (uint64_t)key << 32 | i;
  }
  a = sort_by_key(a, b, keyed);
  out.keyed = keyed;
  size_t members = 0; /* counted first, so that keep holds no more than is used */
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
      for (size_t j = i; j < e; j++) keys[(size_t)(uint32_t)a[j] * stride + r] = (uint32_t)a[j];
    } else if (size >= 2) {
      for (size_t j = i; j < e; j++)
        out.member[out.n++] = (uint32_t)a[j] | (j == i ? BLOCK_START : 0);
      out.pairs += size * (size - 1) / 2;
    }
  }
  return out;
}

/* ---- default rules ---- */

/* About how many pairs a rule would give: records counted by key in a table so large that chance
 * meetings of keys add next to nothing. */
static uint64_t rule_pairs(const struct model *m, const struct dict *d, const uint8_t *records,
                           uint32_t n, const struct rule *rule, struct arena scratch) {
  uint64_t pairs = 0;
  unsigned bits = 12;
  while (((uint64_t)1 << bits) < 4 * (uint64_t)n && bits < 26) bits++;
  uint32_t *count = arena_many(&scratch, uint32_t, (size_t)1 << bits);
  uint32_t slot[64]; /* counted a little later, when their memory has arrived */
  size_t held = 0;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t key = rule_key(m, d, records + (size_t)i * m->stride, rule);
    if (!key) continue;
    slot[held] = (key & ~KEY_REAL) >> (31 - bits);
    __builtin_prefetch(&count[slot[held++]], 1);
    if (held < countof(slot)) continue;
    for (size_t k = 0; k < held; k++) count[slot[k]]++;
    held = 0;
  }
  for (size_t k = 0; k < held; k++) count[slot[k]]++;
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

/* The rules of one choice ("a&b"), and how many pairs they would give; 0 rules when a column is not
 * there. */
static unsigned choice_rules(const struct model *m, const struct dict *d, const uint8_t *records,
                             uint32_t n, struct str choice, struct rule rules[2], uint64_t *pairs,
                             struct arena scratch) {
  unsigned made = 0;
  *pairs = 0;
  while (choice.n && made < 2) {
    if (!wish_rule(m, str_cut(&choice, '&'), &rules[made])) return 0;
    *pairs += rule_pairs(m, d, records, n, &rules[made++], scratch);
  }
  return made;
}

void rules_default(struct model *m, const struct dict *d, const uint8_t *records, uint32_t n,
                   struct arena scratch) {
  uint64_t each = (uint64_t)n * (n > RECORDS_FEW ? 6 : 14) + 2000000,
           left = (uint64_t)n * 40 + 3000000;
  unsigned most = n > RECORDS_FEW ? RULES_FEW : RULES_MAX;
  m->n_rules = 0;
  if (n <= ALL_PAIRS_RECORDS) {
    m->rule[m->n_rules++] = (struct rule){0};
    return;
  }
  for (size_t w = 0; w < countof(wishes) && m->n_rules < most; w++) {
    struct str choices = str_of(wishes[w]);
    while (choices.n) {
      struct rule rules[2];
      uint64_t pairs;
      unsigned made =
          choice_rules(m, d, records, n, str_cut(&choices, '|'), rules, &pairs, scratch);
      if (!made || m->n_rules + made > most || pairs > each || pairs > left) continue;
      memcpy(&m->rule[m->n_rules], rules, made * sizeof *rules);
      m->n_rules = (uint8_t)(m->n_rules + made);
      left -= pairs;
      break;
    }
  }
}
