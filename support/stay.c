/* stay: away in custody, in hospital, on leave. What kind it is belongs to a class of its own
 * (custody: offences, hospital: health) and is sealed; that somebody is away at all is used for
 * counting only. */
#include "support/inside.h"

const char *const stay_words[STAY_KINDS] = {"custody", "hospital", "leave"};
static const uint32_t stay_class[STAY_KINDS] = {CLASS_OFFENCES, CLASS_HEALTH, CLASS_SITUATION};

enum db_result support_stay_add(struct db *db, struct arena *a, int64_t person_id, struct stay *s,
                                int64_t by_user, instant_t now) {
  struct sealed_fact f;
  struct str text = str_format(a, "%s %.*s", stay_words[s->kind], P(s->words));
  if (uuid_is_zero(s->public_id)) s->public_id = uuid_v4();
  if (!fact_seal(db, a, person_id, stay_class[s->kind], "stay", text, now, &f)) return DB_FAILED;
  s->id = db_insert(
      db,
      SQL("insert into stay (public_id, person_id, head, body, from_day, to_day, made_by, made_at) "
          "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) returning id"),
      db_uuid(a, s->public_id), V(person_id), V(db_blob(f.head)), V(db_blob(f.body)),
      db_day(a, s->from), db_day(a, s->to), V(by_user), db_instant(a, now));
  return s->id ? DB_OK : DB_FAILED;
}

enum db_result support_stay_end(struct db *db, struct arena *a, int64_t person_id, int64_t stay_id,
                                day_t last) {
  enum db_result result =
      db_run(db, SQL("update stay set to_day = ?3 where id = ?1 and person_id = ?2"), V(stay_id),
             V(person_id), db_day(a, last));
  return result == DB_OK && db_changes(db) == 0 ? DB_NONE : result;
}

struct stays support_stays(struct db *db, struct arena *a, int64_t person_id, uint32_t classes) {
  struct stays out = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("select id, public_id, head, body, from_day, to_day from stay where "
                              "person_id = ?1 order by from_day desc, id desc"),
                          V(person_id));
  while (db_next(&r)) {
    uint32_t class_bit;
    struct str text;
    struct sealed_fact f = {row_text(&r, 2), row_text(&r, 3)};
    if (!fact_open(db, a, person_id, classes, "stay", f, &class_bit, &text)) continue;
    struct stay s = {.id = row_int(&r, 0), .public_id = row_uuid(&r, 1), .from = row_day(&r, 4),
                     .to = row_day(&r, 5)};
    struct str kind = str_cut(&text, ' ');
    for (int k = 0; k < STAY_KINDS; k++)
      if (str_eq(kind, str_of(stay_words[k]))) s.kind = (enum stay_kind)k;
    s.words = text;
    *slice_push(a, &out, &cap) = s;
  }
  return out;
}

bool support_is_away(struct db *db, struct arena *a, int64_t person_id, day_t on) {
  return db_number(db, 0,
                   SQL("select count(*) from stay where person_id = ?1 and from_day <= ?2 and "
                       "coalesce(to_day, '9999-12-31') >= ?2"),
                   V(person_id), db_day(a, on)) > 0;
}

void support_away_of(struct db *db, struct arena *a, const int64_t *people, size_t n, day_t on,
                     bool *away) {
  for (size_t i = 0; i < n; i++) away[i] = false;
  struct rows r = db_rows(db, a,
                          SQL("select distinct person_id from stay where person_id in INTS(?1) and "
                              "from_day <= ?2 and coalesce(to_day, '9999-12-31') >= ?2"),
                          db_in(a, people, n), db_day(a, on));
  while (db_next(&r))
    for (size_t i = 0; i < n; i++) away[i] |= people[i] == row_int(&r, 0);
}
