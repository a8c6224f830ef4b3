/* compiled: what a rule looks like inside. Private to rules/.
 *
 * A version is an array of nodes in reading order: a group is followed by its parts, and `size`
 * (itself and all its parts) says where the next one stands. So judging walks forward through one
 * small block of memory. `not` has been pushed down to the conditions (De Morgan's laws hold in
 * Kleene's logic), so groups are only all-of and any-of. */
#ifndef WAYMARK_RULES_COMPILED_H
#define WAYMARK_RULES_COMPILED_H
#include "rules/rules.h"

enum node_kind {
  NODE_ALL,
  NODE_ANY,
  NODE_EVERYONE, /* yes */
  NODE_ASK,      /* maybe, with text[from] */
  NODE_PROMPT,   /* followed by one condition: never less than maybe; text[from] */
  NODE_AGE,
  NODE_MONTHS_OUT,
  NODE_EMPLOYER_SIZE, /* within from..to */
  NODE_LIVES,         /* any of area[from .. from+to) */
  NODE_STATUS,
  NODE_REASON,
  NODE_TENANCY,
  NODE_ROUTE, /* any of set */
  NODE_COHORT_ANY,
  NODE_COHORT_ALL,
  NODE_BENEFIT,
  NODE_PROGRAMME,
  NODE_HEALTH,
  NODE_HOUSEHOLD
};
enum node_flag {
  NODE_NEGATED = 1,
  NODE_OPEN_LOW = 2, /* from - 1 may count too: "over 30" read as 30 and up */
  NODE_OPEN_HIGH = 4 /* to + 1 may count too */
};
struct rules_node {
  uint8_t kind, flags;
  uint16_t size;
  int32_t from, to;
  struct rules_codes set;
};

struct area_row {
  struct str name, fold, level;
  rules_area *parent;
  uint32_t parents;
  rules_area *member;
  uint32_t members, member_cap;
  bool complete;
};
struct code_list {
  struct rules_code *p;
  size_t n, cap;
};
struct rules_book {
  struct arena *a;
  struct code_list list[RULES_LISTS];
  struct {
    struct area_row *p;
    size_t n;
  } areas;
  size_t areas_cap;
  struct {
    uint64_t *hash;
    rules_area *area;
    size_t size, used;
  } names; /* folded names, aliases, codes */
};

struct rules_place {
  const struct rules_book *book;
  uint8_t *remembered; /* 0 = not asked yet, else answer + 1 */
  size_t size;         /* areas the memory covers */
  rules_area *is_in;   /* every area they are known to be in */
  size_t n;
  struct str words;
  rules_place_ask *ask;
  void *to;
};

enum rules_answer node_judge(const struct rules_rule *r, const struct rules_node *n,
                             const struct rules_facts *f);
enum rules_answer leaf_judge(const struct rules_rule *r, const struct rules_node *n,
                             const struct rules_facts *f);
void rules_summarise(struct arena *a, struct rules_rule *r);
/* Which list a condition's set is of; RULES_LISTS when it has none. */
enum rules_list node_list(enum node_kind k);

/* The versions that may apply on a day, newest first; *before is set when the day is earlier than
 * any dated version. */
struct version_choice {
  const struct rules_version *p[RULES_VERSIONS_MAX];
  size_t n;
  bool before;
};
void version_choose(const struct rules_rule *r, day_t on, struct version_choice *out);

void node_print(struct buf *to, const struct rules_book *b, const struct rules_rule *r,
                const struct rules_node *n);
/* Completes "people who ..." (their) or "you ..." (your). */
struct str node_clause(struct arena *a, const struct rules_book *b, const struct rules_rule *r,
                       const struct rules_node *n, struct rules_tongue t, bool to_you);
struct str tongue_aged(struct arena *a, const struct rules_node *n, struct rules_tongue t);

struct slot {
  const char *name;
  struct str value;
};
/* Every sentence of the engine has a number here and its English in words.c. */
enum word {
  W_AGE_YES,
  W_AGE_NO,
  W_AGE_MAYBE,
  W_AGE_OPEN,
  W_AGE_ASK,
  W_AGE_OPEN_ASK,
  W_YES,
  W_NO,
  W_MAYBE,
  W_EVERYONE,
  W_ANY_ASK,
  W_LIVES_NO,
  W_LIVES_NO_ELSEWHERE,
  W_LIVES_ASK,
  W_STATUS_ASK,
  W_REASON_ASK,
  W_TENANCY_ASK,
  W_ROUTE_ASK,
  W_ROUTE_MAYBE,
  W_COHORT_ASK_ANY,
  W_BENEFIT_MAYBE,
  W_BENEFIT_ASK,
  W_PROGRAMME_ASK,
  W_HEALTH_ASK,
  W_HOUSEHOLD_ASK,
  W_MONTHS_ASK,
  W_SIZE_ASK,
  W_SIZE_OPEN,
  W_OPEN_OVER,
  W_OPEN_UNDER,
  W_VERSIONS_DIFFER,
  W_VERSIONS_ASK,
  W_BEFORE_FIRST,
  W_AGED_BETWEEN,
  W_AGED_FROM,
  W_AGED_TO,
  W_AGED_OVER,
  W_AGED_UNDER,
  W_AGED_ONE,
  W_AGED_ANY,
  W_YOUR_AGE,
  W_YOUR_AGE_BAND,
  W_C_AGED,
  W_C_LIVES,
  W_C_NOT_LIVES,
  W_C_MONTHS_FROM,
  W_C_MONTHS_BETWEEN,
  W_C_MONTHS_TO,
  W_C_SIZE_FROM,
  W_C_SIZE_BETWEEN,
  W_C_SIZE_TO,
  W_C_PROGRAMME,
  W_C_NOT_PROGRAMME,
  W_C_HEALTH,
  W_C_HOUSEHOLD_YOUR,
  W_C_HOUSEHOLD_THEIR,
  W_C_EVERYONE,
  W_C_NOT_ALL,
  W_C_NOT,
  W_FOR_EVERYONE,
  W_FOR_PEOPLE,
  W_FOR_PEOPLE_WHO,
  W_FOR_EMPLOYERS_WHO,
  W_EITHER,
  W_AND,
  W_OR,
  W_IN,
  W_ON,
  W_KIND_NOT_JOINED,
  W_KIND_EMPLOYER,
  W_KIND_EMPLOYER_ASK,
  W_ENDED,
  W_MAY_HAVE_ENDED,
  W_NOT_STARTED,
  W_MAY_NOT_HAVE_STARTED,
  W_RUNNING,
  W_STARTED_ONLY,
  W_ENDS_ONLY,
  W_STANDING_UNKNOWN,
  W_STANDING_ASK,
  W_ASSURED,
  W_ASSURED_STALE,
  W_AREA_NO,
  W_AREA_MAYBE,
  W_AREA_ASK,
  W_AREA_NEAR,
  W_AREA_NEAR_ASK,
  W_UNSTATED,
  W_UNSTATED_FOR,
  W_UNSTATED_ASK,
  W_COUNT
};
/* Translates, then fills {name}. */
struct str tongue_fill(struct arena *a, struct rules_tongue t, enum word w,
                       const struct slot *slots, size_t n);
/* "a", "a or b", "a, b or c". */
struct str tongue_join(struct arena *a, struct rules_tongue t, struct strs parts, bool all);
struct str tongue_span(struct arena *a,
                       struct day_span s); /* "2022", "December 2022", "3 December 2022" */
struct str tongue_when(struct arena *a, struct rules_tongue t,
                       struct day_span s); /* with in or on */
#define FILL(a, t, word, ...)                                       \
  tongue_fill((a), (t), (word), (const struct slot[]){__VA_ARGS__}, \
              sizeof((const struct slot[]){__VA_ARGS__}) / sizeof(struct slot))
#endif
