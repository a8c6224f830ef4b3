/* save: an edited person, whole. Whatever follows from a field (the lists' name, the fingerprints
 * of phone and e-mail, the ward of a postcode, the reviews at 16, 18 and 25) is written in the same
 * transaction; of somebody who hides nothing stands in the clear. */
#include "base/planted.h"
#include "people/inside.h"
#include "places/places.h"

enum { ALL_CLASSES = (1 << CLASS_COUNT) - 1 };

bool people_whole(struct db *db, struct arena *a, int64_t id, struct person *out) {
  return people_contact(db, a, id, ALL_CLASSES, out);
}

/* ---- the reviews at 16, 18 and 25 (PRACTICE 5) ---- */

static const int stages[] = {16, 18, 25};

/* The first day somebody is that old: born on 29 February, 1 March. */
static day_t birthday(day_t born, int age) {
  day_t on = day_add_months(born, 12 * age);
  return day_age(born, on) < age ? on + 1 : on;
}

struct age_due people_age_due(day_t born, day_t began, unsigned done, day_t today) {
  struct age_due due = {0, DAY_NONE};
  for (size_t i = 0; born != DAY_NONE && i < countof(stages); i++) {
    day_t on = birthday(born, stages[i]);
    /* Support that began at 17 has nothing to review at 16. */
    if (on <= began || on > today || done & 1u << i) continue;
    if (PLANTED == PLANTED_LAPSES && today - on > 30) continue;
    due = (struct age_due){stages[i], on}; /* the latest: it looks at all the earlier ones would */
  }
  return due;
}

unsigned people_stages_done(struct db *db, struct arena *a, int64_t person_id) {
  unsigned done = 0;
  struct rows r =
      db_rows(db, a, SQL("select stage from age_review where person = ?1"), V(person_id));
  while (db_next(&r))
    for (size_t i = 0; i < countof(stages); i++)
      if (row_int(&r, 0) == stages[i]) done |= (1u << (i + 1)) - 1; /* and the earlier ones */
  return done;
}

enum db_result people_stages_drop(struct db *db, int64_t person_id) {
  return db_run(db, SQL("delete from age_stage where person_id = ?1"), V(person_id));
}

/* Only a band is known: asked again a year after support began, so that nothing lapses silently. */
static day_t day_from_band(const struct person *p, int stage) {
  bool under_16 = str_eq(p->age_band, S("under_16")), young = str_eq(p->age_band, S("16_17"));
  day_t began = instant_local_uk(p->created_at).day;
  return (stage == 16 && under_16) || (stage == 18 && young) ? day_add_months(began, 12) : DAY_NONE;
}

enum db_result people_stages_write(struct db *db, struct arena *a, const struct person *p) {
  unsigned done = people_stages_done(db, a, p->id);
  day_t began = instant_local_uk(p->created_at).day;
  enum db_result result = people_stages_drop(db, p->id);
  for (size_t i = 0; i < countof(stages) && result == DB_OK; i++) {
    day_t on =
        p->born_on != DAY_NONE ? birthday(p->born_on, stages[i]) : day_from_band(p, stages[i]);
    if (on == DAY_NONE || on <= began || done & 1u << i) continue;
    result = db_run(db, SQL("insert into age_stage (person_id, stage, due_on) values (?1, ?2, ?3)"),
                    V(p->id), V(stages[i]), db_day(a, on));
  }
  return result;
}

/* ---- saving ---- */

/* A postcode tells the ward and the small area; one nobody knows leaves them as they were. */
static void place_from_postcode(struct db *db, struct arena *a, struct person *p) {
  struct place place;
  if (!p->postcode.n || !place_resolve(db, a, p->postcode, &place)) return;
  if (place.found != PLACE_POSTCODE) return;
  for (size_t i = 0; i < place.areas.n; i++) {
    const struct area *area = &place.areas.p[i];
    if (str_eq(area->kind, S("ward"))) p->ward_code = area->code;
    if (str_eq(area->kind, S("lsoa"))) p->lsoa_code = area->code;
  }
}

/* Only the sealed columns of their row are written; the rest goes into sealed texts, and the
 * version moves on even when no sealed column changed, so that two editors still meet. */
static enum db_result save_hidden(struct db *db, struct arena *a, struct person *p, int64_t user_id,
                                  instant_t now) {
  struct person row = *p, stored;
  restricted_only(&row, true);
  row.invented = p->invented;
  record_clear(&person_type, &stored);
  if (!record_load(db, a, &person_type, p->id, &stored)) return DB_CONFLICT;
  enum db_result result = record_update(db, a, &person_type, &row, user_id, now);
  if (result == DB_OK && row.version == stored.version) {
    result = db_run(db,
                    SQL("update person set version = version + 1, changed_at = ?3 where id = ?1 "
                        "and version = ?2"),
                    V(p->id), V(row.version), db_instant(a, now));
    if (result == DB_OK && db_changes(db) != 1) return DB_CONFLICT;
    row.version++;
  }
  p->version = row.version, p->changed_at = now;
  return result == DB_OK ? restricted_keep(db, a, p, now) : result;
}

static enum db_result save_open(struct db *db, struct arena *a, struct person *p, int64_t user_id,
                                instant_t now) {
  struct person was;
  record_clear(&person_type, &was);
  if (!record_load(db, a, &person_type, p->id, &was)) return DB_CONFLICT;
  enum db_result result = record_update(db, a, &person_type, p, user_id, now);
  if (result == DB_OK && !str_eq(was.name, p->name))
    result = permission_renamed(db, a, p->id, p->name);
  if (result == DB_OK && (!str_eq(was.phone, p->phone) || !str_eq(was.email, p->email)))
    result = people_blind_write(db, a, p);
  if (result == DB_OK && (was.born_on != p->born_on || !str_eq(was.age_band, p->age_band)))
    result = people_stages_write(db, a, p);
  return result == DB_OK ? people_parts_wrote(db, a, p, now) : result;
}

enum db_result people_save(struct db *db, struct arena *a, struct person *p, int64_t user_id,
                           instant_t now) {
  place_from_postcode(db, a, p);
  return permission_is_restricted(db, p->id) ? save_hidden(db, a, p, user_id, now)
                                             : save_open(db, a, p, user_id, now);
}
