/* generate: invented people with the troubles of real files, for tests, benches and demonstrations.
 *
 * Households (couples, children, lodgers), twins, relatives of the same name, moves, changed
 * surnames, nicknames, initials, typing errors, swapped names and dates, missing values, shared
 * telephones. All names, frequencies and rates are invented; nobody here exists. The same settings
 * and seed give the same file on every machine. */
#ifndef WAYMARK_LINKAGE_GENERATE_H
#define WAYMARK_LINKAGE_GENERATE_H
#include "base/base.h"

struct generate_settings {
  double typo;    /* per name, date or postcode: chance of a typing error */
  double missing; /* scales how often values are missing; 1 = as usual */
  double move;    /* chance that a further record was taken after a move */
  double rename;  /* chance that a woman's further record has another surname */
  double nickname, initial, swap_names, swap_date, first_january;
  double twins;     /* chance that a further child is the twin of the one before */
  double same_name; /* chance that a child carries a parent's forename */
  double records;   /* mean records a person, 1 to 4 */
  int64_t sources;  /* how many sources the records come from */
};
struct generate_settings generate_usual(void);
/* "typo=0.05" and the like. False with a sentence for unknown names and values out of range. */
bool generate_set(struct generate_settings *s, struct str name_value, struct why *why);
/* `records` rows of rec_id,cluster,source,forename,middle,surname,sex,dob,house,postcode,phone,nino
 * in random order. The buffer's maximum decides how much fits; false when it did not. */
bool generate_people(struct buf *out, uint32_t records, uint64_t seed,
                     const struct generate_settings *s);
#endif
