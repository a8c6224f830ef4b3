/* person: the record, what may be seen of it, and its sealed fields. */
#include <stdlib.h>
#include "db/seal.h"
#include "people/inside.h"
#include "people/people.h"
#include "base/planted.h"

static const struct field person_fields[] = {
#define FIELD(...) RECORD_ROW(struct person, __VA_ARGS__)
#include "people/person.def"
};
const struct record_type person_type = RECORD_TYPE(person, "person", "Person", person_fields);
RECORD(person_type);

static const struct field strength_fields[] = {
#define FIELD(...) RECORD_ROW(struct strength, __VA_ARGS__)
#include "people/strength.def"
};
const struct record_type strength_type =
    RECORD_TYPE(strength, "strength", "Strength", strength_fields);
RECORD(strength_type);

static const struct field representative_fields[] = {
#define FIELD(...) RECORD_ROW(struct representative, __VA_ARGS__)
#include "people/representative.def"
};
const struct record_type representative_type = RECORD_TYPE(
    representative, "representative", "Somebody who may see, speak or sign", representative_fields);
RECORD(representative_type);

static const struct field capacity_decision_fields[] = {
#define FIELD(...) RECORD_ROW(struct capacity_decision, __VA_ARGS__)
#include "people/capacity_decision.def"
};
const struct record_type capacity_decision_type = RECORD_TYPE(
    capacity_decision, "capacity_decision", "Capacity for one decision", capacity_decision_fields);
RECORD(capacity_decision_type);

static const struct field young_agreement_fields[] = {
#define FIELD(...) RECORD_ROW(struct young_agreement, __VA_ARGS__)
#include "people/young_agreement.def"
};
const struct record_type young_agreement_type = RECORD_TYPE(
    young_agreement, "young_agreement", "A young person's own agreement", young_agreement_fields);
RECORD(young_agreement_type);

static const struct field age_review_fields[] = {
#define FIELD(...) RECORD_ROW(struct age_review, __VA_ARGS__)
#include "people/age_review.def"
};
const struct record_type age_review_type =
    RECORD_TYPE(age_review, "age_review", "Review at 16, 18 or 25", age_review_fields);
RECORD(age_review_type);

/* Whose key seals a record's fields: the person themselves, or the person the record hangs on. */
static int64_t person_of(const struct record_type *t, const void *row) {
  if (t == &person_type) return ((const struct person *)row)->id;
  for (size_t i = 0; i < t->n_fields; i++)
    if (t->fields[i].kind == KIND_LINK && t->fields[i].list &&
        strcmp(t->fields[i].list, "person") == 0)
      return field_get(&t->fields[i], row).i;
  return 0;
}

static struct seal_place place_of(struct arena *a, const struct record_type *t,
                                  const struct field *f, const void *row) {
  struct str name = str_format(a, "%s.%s", t->name, f->name);
  return (struct seal_place){person_of(t, row), f->data_class, str_c(a, name)};
}

static bool seal_field(struct db *db, struct arena *a, const struct record_type *t,
                       const struct field *f, const void *row, struct str plain,
                       struct str *sealed) {
  const struct record_head *head = row;
  struct seal_place at = place_of(a, t, f, row);
  return at.person_id && seal(db, a, at, plain, head->changed_at, sealed);
}

static bool open_field(struct db *db, struct arena *a, const struct record_type *t,
                       const struct field *f, const void *row, struct str sealed,
                       struct str *plain) {
  return unseal(db, a, place_of(a, t, f, row), sealed, plain);
}

void people_sealing(void) { record_sealing_use((struct record_sealing){seal_field, open_field}); }

void people_redact(const struct record_type *t, void *record, uint32_t classes) {
  if (PLANTED == PLANTED_UNREDACTED) return;
  for (size_t i = 0; i < t->n_fields; i++) {
    const struct field *f = &t->fields[i];
    if (f->data_class == OPEN || f->data_class & classes) continue;
    struct value unknown = {.kind = f->kind};
    field_set(f, record, unknown);
  }
}

bool people_read(struct db *db, struct arena *a, int64_t id, struct sight sight,
                 struct person *out) {
  record_clear(&person_type, out);
  if (!sight.classes || !record_load(db, a, &person_type, id, out)) return false;
  bool hidden = sight.reason == SIGHT_NAMED || sight.reason == SIGHT_GLASS ||
                sight.reason == SIGHT_OWN; /* to themselves a person who hides looks like anyone */
  if (hidden && !restricted_open(db, a, sight.classes, out)) return false;
  people_redact(&person_type, out, sight.classes);
  return true;
}

bool people_load(struct request *rq, struct uuid public_id, struct person *out,
                 struct sight *sight) {
  struct arena *a = rq->arena;
  /* The id of nobody is -1, and the same statements run for it: absent and not yours take the same
   * time. */
  int64_t id = db_number(rq->db, -1, SQL("select id from person where public_id = ?1"),
                         db_uuid(a, public_id));
  *sight = permission_sight(rq->db, a, &rq->actor, id, rq->today, rq->now);
  return people_read(rq->db, a, id, *sight, out);
}

bool people_contact(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                    struct person *out) {
  bool hidden = permission_is_restricted(db, person_id);
  return people_read(db, a, person_id,
                     (struct sight){classes, hidden ? SIGHT_NAMED : SIGHT_TEAM, DAY_NONE}, out);
}

/* `sealed_only`: the clear fields are never written (they are kept by restricted_keep). */
static enum db_result insert_person(struct db *db, struct arena *a, struct person *p,
                                    bool sealed_only, int64_t user_id, instant_t now) {
  struct person written = *p;
  if (sealed_only && PLANTED != PLANTED_IN_THE_CLEAR) {
    restricted_only(&written, true);
    written.invented = p->invented;
  }
  enum db_result result = record_insert(db, a, &person_type, &written, user_id, now);
  struct record_head head;
  memcpy(&head, &written, sizeof head);
  memcpy(p, &head, sizeof head);
  return result;
}

enum db_result people_add(struct db *db, struct arena *a, const struct actor *actor,
                          struct person *p, instant_t now) {
  day_t today = instant_local_uk(now).day;
  enum db_result result = insert_person(db, a, p, false, actor->user_id, now);
  if (result == DB_OK) result = people_blind_write(db, a, p);
  if (result == DB_OK) result = people_stages_write(db, a, p);
  if (result == DB_OK) result = people_keep_began(db, a, p, actor->user_id, now);
  if (result == DB_OK) result = people_parts_wrote(db, a, p, now);
  if (result == DB_OK) result = permission_engage(db, a, p->id, actor->team_id, p->name, today);
  if (result == DB_OK) result = permission_carry(db, a, p->id, actor->user_id, today);
  return result;
}

enum db_result people_unadd(struct db *db, struct arena *a, int64_t person_id, int64_t by_user,
                            instant_t now) {
  if (permission_is_restricted(db, person_id)) return DB_CONFLICT;
  enum db_result result = people_blind_drop(db, person_id);
  if (result == DB_OK) result = people_stages_drop(db, person_id);
  if (result == DB_OK)
    result = db_run(db, SQL("delete from retention_duty where person_id = ?1"), V(person_id));
  if (result == DB_OK) result = permission_unengage(db, a, person_id);
  if (result == DB_OK) result = record_delete(db, a, &person_type, person_id, by_user, now);
  if (result == DB_OK) result = record_history_forget(db, &person_type, person_id);
  return result == DB_OK ? seal_erase(db, a, person_id, (1u << CLASS_COUNT) - 1, now) : result;
}

enum db_result people_add_restricted(struct db *db, struct arena *a, const struct actor *actor,
                                     struct person *p, instant_t now) {
  day_t today = instant_local_uk(now).day;
  enum db_result result = insert_person(db, a, p, true, actor->user_id, now);
  if (result == DB_OK) result = restricted_keep(db, a, p, now);
  if (result == DB_OK)
    result =
        permission_restrict(db, a, p->id, actor->user_id, now); /* first: no list ever has them */
  if (result == DB_OK) result = people_keep_began(db, a, p, actor->user_id, now);
  if (result == DB_OK)
    result = permission_engage(db, a, p->id, actor->team_id, (struct str){0}, today);
  if (result == DB_OK)
    result = permission_name_worker(db, a, p->id, actor->user_id, today, DAY_NONE);
  return result;
}

int64_t people_next(struct db *db, int64_t after) {
  return db_number(db, 0, SQL("select coalesce(min(id), 0) from person where id > ?1"), V(after));
}

int64_t people_last(struct db *db) {
  return db_number(db, 0, SQL("/* scan: its last row */ select coalesce(max(id), 0) from person"));
}
