/* hide: the days of proofs and signatures are veiled. That they are on a programme, since when and
 * how it ended stays: the funder's declared return and its shares must stay true (SECURITY.md). */
#include "programme/inside.h"

/* What every revision of these records says of values. */
static enum db_result forget_history(struct db *db, int64_t person_id) {
  return RECORD_HISTORY_FORGET(db, "joining", person_id);
}

enum db_result programme_hide(struct db *db, struct arena *a, const struct veil *veil) {
  const struct veil_column columns[] = {
      VEIL("signing", "way", CLASS_OUTCOMES, "person_id = ?1"),
      VEIL("signing", "signed_on", CLASS_OUTCOMES, "person_id = ?1"),
      VEIL("signing", "at", CLASS_OUTCOMES, "person_id = ?1"),
      VEIL("proof_fact", "day", CLASS_OUTCOMES,
           "joining_id in (select j.id from joining j where j.person = ?1)"),
      VEIL("proof_fact", "until", CLASS_OUTCOMES,
           "joining_id in (select j.id from joining j where j.person = ?1)"),
      VEIL("proof_fact", "at", CLASS_OUTCOMES,
           "joining_id in (select j.id from joining j where j.person = ?1)"),
      VEIL("equality_link", "made_at", CLASS_EQUALITY, "person_id = ?1 and used_at is not null"),
      VEIL("equality_link", "until_at", CLASS_EQUALITY, "person_id = ?1 and used_at is not null"),
      VEIL("equality_link", "used_at", CLASS_EQUALITY, "person_id = ?1 and used_at is not null"),
  };
  enum db_result result = veil_columns(db, a, veil, columns, countof(columns));
  if (result == DB_OK && veil->hides) result = forget_history(db, veil->person_id);
  return result == DB_OK ? outcome_hide(db, a, veil) : result;
}
