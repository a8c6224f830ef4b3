/* hide: the days and codes of strengths, decisions and reviews are veiled; and, once a night, what
 * is over since of everybody who hides. */
#include "people/inside.h"

#define WHOSE "person = ?1"
enum { HIDDEN_AT_ONCE = 64 };

/* What every revision of these records says of values. */
static enum db_result forget_history(struct db *db, int64_t person_id) {
  enum db_result result = RECORD_HISTORY_FORGET(db, "strength", person_id);
  if (result == DB_OK) result = RECORD_HISTORY_FORGET(db, "capacity_decision", person_id);
  if (result == DB_OK) result = RECORD_HISTORY_FORGET(db, "young_agreement", person_id);
  if (result == DB_OK) result = RECORD_HISTORY_FORGET(db, "age_review", person_id);
  if (result == DB_OK) result = RECORD_HISTORY_FORGET(db, "representative", person_id);
  return result;
}

enum db_result people_hide(struct db *db, struct arena *a, const struct veil *veil) {
  const struct veil_column columns[] = {
      VEIL("strength", "said_on", CLASS_PLAN, WHOSE),
      VEIL("strength", "created_at", CLASS_PLAN, WHOSE),
      VEIL("strength", "changed_at", CLASS_PLAN, WHOSE),
      VEIL("capacity_decision", "found", CLASS_HEALTH, WHOSE),
      VEIL("capacity_decision", "decided_on", CLASS_HEALTH, WHOSE),
      VEIL("capacity_decision", "created_at", CLASS_HEALTH, WHOSE),
      VEIL("capacity_decision", "changed_at", CLASS_HEALTH, WHOSE),
      VEIL("young_agreement", "said_on", CLASS_PLAN, WHOSE),
      VEIL("young_agreement", "created_at", CLASS_PLAN, WHOSE),
      VEIL("young_agreement", "changed_at", CLASS_PLAN, WHOSE),
      VEIL("age_review", "agreement", CLASS_PLAN, WHOSE),
      VEIL("age_review", "reviewed_on", CLASS_PLAN, WHOSE),
      VEIL("age_review", "created_at", CLASS_PLAN, WHOSE),
      VEIL("age_review", "changed_at", CLASS_PLAN, WHOSE),
      VEIL("representative", "created_at", CLASS_CONTACT, WHOSE),
      VEIL("representative", "changed_at", CLASS_CONTACT, WHOSE),
  };
  enum db_result result = veil_columns(db, a, veil, columns, countof(columns));
  if (result == DB_OK && veil->hides) result = forget_history(db, veil->person_id);
  return result;
}

struct following {
  struct arena *a;
  struct veil veil;
};

static enum db_result follow_once(struct db *db, void *with) {
  struct following *f = with;
  return people_parts_hide(db, f->a, &f->veil);
}

/* A deed that ends something of somebody who hides: what is over since is veiled at once. What
 * cannot be done now, the night does. Asked so that a store that does not answer is no yes. */
void people_hide_follow(struct db *db, struct arena *a, int64_t person_id, instant_t now) {
  struct following f = {a, {person_id, true, now}};
  int64_t hidden = 0;
  if (permission_hidden(db, a, person_id - 1, &hidden, 1) == 1 && hidden == person_id)
    db_atomically(db, STORE_MAIN, follow_once, &f);
}

enum db_result people_hide_night(struct db *db, struct arena *a, instant_t now) {
  int64_t hidden[HIDDEN_AT_ONCE], after = 0;
  enum db_result result = DB_OK;
  for (size_t n = 1; n && result == DB_OK;) {
    n = permission_hidden(db, a, after, hidden, countof(hidden));
    for (size_t i = 0; i < n && result == DB_OK; i++) {
      struct arena scratch = *a;
      result = people_parts_hide(db, &scratch, &(struct veil){hidden[i], true, now});
      after = hidden[i];
    }
  }
  return result;
}
