/* few: two people weighed by a trained model, without a file or a run. For "already known here?"
 * and the review queue, where a handful of pairs is looked at and each must be explained.
 *
 * Says the same as a batch run with that model would of the same two records: the levels, the four
 * kinds of pair (a shared home counts once) and rare names are those of model.h. What differs is
 * told by the caller: how many people there are, and how common the names at hand are among them.
 *
 * Holds no people: values go in, a weight and its reasons come out. */
#ifndef WAYMARK_LINKAGE_FEW_H
#define WAYMARK_LINKAGE_FEW_H
#include "base/base.h"

enum few_field {
  FEW_FORENAME,
  FEW_SURNAME,
  FEW_DOB,
  FEW_POSTCODE,
  FEW_PHONE,
  FEW_EMAIL,
  FEW_FIELDS
};
/* As typed; "" = not known, which is never disagreement. */
struct few_record {
  struct str value[FEW_FIELDS];
};
/* How many of `known` people have the forename and surname of the first record. 0 of 0: not told,
 * and then no name is rarer than another. */
struct few_common {
  uint64_t forename, surname, known;
};

enum few_likeness { FEW_UNKNOWN, FEW_DIFFERENT, FEW_NEAR, FEW_SAME };
/* One step of why: the steps add up to the weight. The first (field -1) is where every pair starts;
 * what belongs to a home comes last, so that one shared home is seen to count once. */
struct few_step {
  int field;         /* enum few_field; -1: where every pair starts */
  const char *words; /* "same", "nickname", "day and month swapped" ... (English) */
  float weight, sum; /* bits (log2 of the odds): this step; up to and with it */
  enum few_likeness like;
};
struct few_answer {
  float weight; /* log2 of the odds that it is one person */
  double probability;
  size_t n;
  struct few_step step[FEW_FIELDS + 1];
};

struct few;
/* From the text of a saved model (waymark link --save-model) with the columns forename, surname,
 * dob, postcode, phone and email. NULL with a sentence when it is none. Lives in `keep`. */
struct few *few_open(struct arena *keep, struct str model_json, struct why *why);
/* Among how many people the two were found, and how many of those have a second record (0.05: one
 * in twenty): where every pair starts. */
void few_among(struct few *f, uint64_t people, double doubled);
/* Which is first makes no difference but for whose names `common` counts. */
struct few_answer few_weigh(struct few *f, const struct few_record *a, const struct few_record *b,
                            struct few_common common, struct arena scratch);
/* From which probability it is a link, and from which a person looks. */
double few_threshold(const struct few *f);
double few_look(const struct few *f);

/* Blocking texts of one record: what another record of the same person is likely to share at least
 * one of, whatever was mistyped. Each begins with its type, and is to be hashed with a key before
 * it is stored (names, days and numbers stand in it). At most FEW_KEYS_MAX; how many. */
enum { FEW_KEYS_MAX = 10 };
size_t few_keys(struct arena *a, const struct few_record *r, struct str out[FEW_KEYS_MAX]);
/* "Forename Surname" or "Surname, Forename" into its two parts; one word alone is a forename. */
void few_split_name(struct arena *a, struct str name, struct str *forename, struct str *surname);
#endif
