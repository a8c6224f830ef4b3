/* model: what is compared, how levels of agreement are weighed, and which records are looked at
 * together.
 *
 * A pair of records is described by one agreement level a field (4 bits each: the pattern). Four
 * kinds of pair may show a pattern, and each has its own probabilities: same home   one person,
 * living where they lived; moved       one person whose home details changed together (address,
 * postcode, telephone); household   two people sharing a home: surname, address and telephone agree
 * for one reason, not for three; strangers   two people picked at random: from value frequencies
 * and a random sample of pairs. Levels are independent within a kind of pair (Fellegi and Sunter
 * 1969); household dependence is carried by the kinds. The weight of a pair is log2 of the odds
 * that it is one person, prior included. */
#ifndef WAYMARK_LINKAGE_MODEL_H
#define WAYMARK_LINKAGE_MODEL_H
#include "linkage/cell.h"
#include "linkage/norm.h"

enum {
  FIELDS_MAX = 16,
  LEVELS_MAX = 10,
  LEVEL_MISSING = 15,
  RULES_MAX = 16,
  RULES_FEW = 8,
  PARTS_MAX = 4,
  COLUMNS_MAX = 64
};

enum kind {
  KIND_IGNORE,
  KIND_ID,
  KIND_SOURCE,
  KIND_TRUTH,
  KIND_FULL_NAME,
  KIND_FORENAME,
  KIND_MIDDLE,
  KIND_SURNAME,
  KIND_SEX,
  KIND_DOB,
  KIND_POSTCODE,
  KIND_HOUSE,
  KIND_PHONE,
  KIND_NATIONAL,
  KIND_EMAIL,
  KIND_TEXT,
  KIND_NUMBER,
  KIND_COUNT
};
enum pair_class { CLASS_SAME, CLASS_MOVED, CLASS_HOUSEHOLD, CLASS_STRANGERS, CLASS_COUNT };

struct kind_info {
  const char *name;              /* in configuration files */
  const char *level[LEVELS_MAX]; /* words for each level, worst first; NULL-ended */
  uint8_t levels, exact; /* how many; which one is exact agreement (term frequencies apply to it) */
  uint8_t slot_bytes;    /* 4 or 8 in a packed record, 0 = no field of its own */
  bool home;             /* belongs to the home, not the person */
  bool shared;           /* people of one household share the value, so rarity says nothing there */
  float same[LEVELS_MAX], household[LEVELS_MAX]; /* where training starts, and its mild prior */
};
const struct kind_info *kind_info(enum kind k);
/* Values are numbers of a dictionary (names, text), 4 bytes each. */
static inline bool kind_in_dict(enum kind k) {
  return k == KIND_FORENAME || k == KIND_MIDDLE || k == KIND_SURNAME || k == KIND_EMAIL ||
         k == KIND_TEXT;
}
bool kind_parse(struct str name, enum kind *out);

struct field {
  enum kind kind;
  char name[40];                  /* the column's header (or "forename" from a full name) */
  bool home, shared, wide, blind; /* wide: 8-byte slot; blind: only a keyed
                                   * hash is kept, so exact or different */
  uint8_t levels, exact;
  uint8_t at, tf_at; /* byte offsets in a packed record */
  float p[CLASS_COUNT]
         [LEVELS_MAX]; /* probability of each level given the kind of pair and both values known */
  float u_exact;       /* chance that two strangers agree exactly, before any household */
};

enum part_how {
  PART_WHOLE,
  PART_FIRST,
  PART_SOUND,
  PART_NICK,
  PART_YEAR,
  PART_MONTH_DAY,
  PART_SECTOR,
  PART_DISTRICT,
  PART_NAMES,
  PART_COUNT
};
struct part {
  uint8_t field, how, length;
};
struct rule {
  uint8_t n;
  struct part part[PARTS_MAX];
}; /* n == 0: everyone with everyone */

struct model {
  struct field field[FIELDS_MAX];
  uint8_t n_fields, stride, source_at; /* stride: bytes of a packed record */
  int8_t forename, middle, surname;    /* field numbers, -1 = none */
  struct rule rule[RULES_MAX];
  uint8_t n_rules;
  double pairs[CLASS_COUNT]; /* expected number of pairs of each kind among all pairs compared */
  double threshold, look; /* probability from which a pair is a link; from which a person looks */
  bool trained, across_only, one_per_source;
};

/* Lays out the packed record (8-byte slots, 4-byte slots, a frequency byte a field, the source).
 * False with a sentence when there are too many fields or none that can be compared. */
bool model_layout(struct model *m, struct why *why);
void model_start_values(struct model *m); /* levels and their starting probabilities */
/* "surname:3+dob:year" and the like, and back. */
bool rule_parse(const struct model *m, struct str text, struct rule *out, struct why *why);
struct str rule_text(struct arena *a, const struct model *m, const struct rule *r);
int model_field_of(const struct model *m, enum kind kind); /* first field of the kind, -1 = none */

/* One record: 8-byte aligned bytes of model->stride. */
static inline uint32_t slot4(const uint8_t *record, unsigned at) {
  uint32_t v;
  memcpy(&v, record + at, 4);
  return v;
}
static inline uint64_t slot8(const uint8_t *record, unsigned at) {
  uint64_t v;
  memcpy(&v, record + at, 8);
  return v;
}
static inline uint64_t field_value(const struct model *m, const uint8_t *record,
                                   unsigned field) { /* 0 = not known */
  const struct field *f = &m->field[field];
  return f->wide ? slot8(record, f->at) : slot4(record, f->at);
}
static inline unsigned pattern_level(uint64_t pattern, unsigned field) {
  return (unsigned)(pattern >> 4 * field) & 15;
}

/* What the columns of a file are, by their headers; -1.. never read unless named. */
struct column {
  char name[40];
  enum kind kind;
  bool home;
};
struct columns {
  struct column p[COLUMNS_MAX];
  unsigned n;
};
struct columns columns_guess(struct strs headers, struct str id_name, struct str truth_name);
#endif
