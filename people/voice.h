/* voice: the records of PRACTICE 5 as one table: who speaks for somebody, capacity for one
 * decision, a young person's own agreement, the reviews at 16, 18 and 25. */
#ifndef WAYMARK_PEOPLE_VOICE_H
#define WAYMARK_PEOPLE_VOICE_H
#include "people/inside.h"

enum voice { VOICE_YOUNG, VOICE_REVIEW, VOICE_REPRESENTATIVE, VOICE_CAPACITY, VOICE_COUNT };
struct voice_kind {
  const char *word; /* the route's: /people/{id}/agreement/WORD */
  const struct record_type *type;
  uint32_t class_bit;
  const struct message *title, *add, *empty;
};
extern const struct voice_kind voice_kinds[VOICE_COUNT];
union voice_record {
  struct representative representative;
  struct capacity_decision capacity;
  struct young_agreement young;
  struct age_review review;
  struct record_head head;
};
/* The newest first, redacted to the classes. */
struct voice_records { union voice_record *p; size_t n; };
struct voice_records voice_read(struct db *db, struct arena *a, enum voice v, int64_t person_id,
                                uint32_t classes);
/* The parent is kept out: the young person said so, or it would not be safe (their newest word). */
bool voice_parent_kept_out(struct db *db, struct arena *a, int64_t person_id);
/* What no single field tells; adds to the faults. */
void voice_check(struct request *rq, enum voice v, const struct person *p,
                 const union voice_record *r, struct faults *faults, size_t *room);
#endif
