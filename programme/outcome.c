/* outcome: what came of it and what shows it, written and read. */
#include "programme/outcome.h"
#include "db/seal.h"
#include "programme/inside.h"

static const struct field outcome_fields[] = {
#define FIELD(...) RECORD_ROW(struct outcome, __VA_ARGS__)
#include "programme/outcome.def"
};
const struct record_type outcome_type =
    RECORD_TYPE(outcome, "outcome", "What came of it", outcome_fields);
RECORD(outcome_type);

static const char NOTE[] = "outcome_evidence.note";

/* ---- reading ---- */

struct outcomes outcomes_of(struct db *db, struct arena *a, int64_t person_id) {
  struct outcomes all = {0};
  size_t cap = 0;
  struct rows r =
      db_rows(db, a, SQL("select * from outcome where person = ?1 order by on_day desc, id desc"),
              V(person_id));
  while (db_next(&r)) {
    struct outcome *o = slice_push(a, &all, &cap);
    record_clear(&outcome_type, o);
    record_from_row(&outcome_type, &r, o);
  }
  return all;
}

struct evidences outcomes_evidence(struct db *db, struct arena *a, int64_t person_id) {
  struct seal_place at = {person_id, CLASS_OUTCOMES, NOTE};
  struct evidences all = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("select id, outcome_id, what, seen_on, by_user, note from "
                              "outcome_evidence where person_id = ?1 order by id"),
                          V(person_id));
  while (db_next(&r)) {
    struct evidence e = {.id = row_int(&r, 0),
                         .outcome_id = row_int(&r, 1),
                         .what = row_text(&r, 2),
                         .on = row_day(&r, 3),
                         .by_user = row_int(&r, 4)};
    struct str sealed = row_text(&r, 5);
    if (sealed.n && !unseal(db, a, at, sealed, &e.note)) e.note = (struct str){0};
    *slice_push(a, &all, &cap) = e;
  }
  return all;
}

bool outcome_known(struct db *db, struct arena *a, struct uuid id, struct outcome *out) {
  record_clear(&outcome_type, out);
  return record_load_public(db, a, &outcome_type, id, out);
}

day_t outcome_counted(struct db *db, struct arena *a, int64_t joining_id, struct str kind) {
  struct rows r;
  day_t first = DAY_NONE;
  if (db_one(&r, db, a,
             SQL("select min(on_day) from outcome_now where person_id = (select person from "
                 "joining where id = ?1) and joining_id = ?1 and kind = ?2 and enough = 1"),
             V(joining_id), V(kind))) {
    first = row_day(&r, 0);
    db_done(&r);
  }
  return first;
}

/* ---- the projection ---- */

struct projecting {
  struct db *db;
  struct arena *a;
  struct outcomes all;
  struct evidences evidence;
  struct joinings joinings;
};

static enum db_result put(const struct projecting *x, const struct outcome *o,
                          const struct joining *j, const struct contract_outcome *asks) {
  struct str due_kind;
  day_t due = outcome_due(o, &x->all, &due_kind);
  bool enough = outcome_standing_of(asks, o->id, &x->evidence) == OUTCOME_SHOWN;
  return db_run(x->db,
                SQL("insert into outcome_now (outcome_id, joining_id, person_id, programme_id, "
                    "organisation_id, kind, on_day, enough, due_on, due_kind) values (?1, ?2, ?3, "
                    "?4, ?5, ?6, ?7, ?8, ?9, ?10)"),
                V(o->id), V(j ? j->id : 0), V(o->person), V(j ? j->programme : 0),
                V(j ? j->organisation : 0), V(o->kind), db_day(x->a, o->on_day), V((int64_t)enough),
                db_day(x->a, due), V(due_kind));
}

/* A row for each programme they had started by that day whose contract counts such an outcome; when
 * there is none, one of no programme. What came after their last day counts too: a contract's
 * windows are rules/outcome.h. */
static enum db_result put_all(const struct projecting *x, const struct outcome *o) {
  enum db_result result = DB_OK;
  size_t counted = 0;
  if (o->mistake_on != DAY_NONE) return DB_OK;
  for (size_t i = 0; i < x->joinings.n && result == DB_OK; i++) {
    const struct joining *j = &x->joinings.p[i];
    struct contract c;
    if (j->started_on == DAY_NONE || j->started_on > o->on_day) continue;
    if (!programme_wording(x->db, x->a, j->programme, j->contract_hash, &c)) continue;
    const struct contract_outcome *asks = contract_outcome(&c, o->kind);
    if (asks) result = put(x, o, j, asks), counted++;
  }
  return result != DB_OK || counted ? result : put(x, o, NULL, NULL);
}

enum db_result outcome_project(struct db *db, struct arena *a, int64_t person_id) {
  enum db_result result =
      db_run(db, SQL("delete from outcome_now where person_id = ?1"), V(person_id));
  if (result != DB_OK || permission_is_restricted(db, person_id)) return result;
  struct projecting x = {db, a, outcomes_of(db, a, person_id), {0}, {0}};
  if (!x.all.n) return DB_OK;
  x.evidence = outcomes_evidence(db, a, person_id);
  x.joinings = programme_joinings(db, a, person_id);
  for (size_t i = 0; i < x.all.n && result == DB_OK; i++) result = put_all(&x, &x.all.p[i]);
  return result;
}

/* What is veiled is of who hides: nothing of it is counted. */
int64_t outcome_differs(struct db *db, struct arena *a) {
  (void)a;
  return db_number(
      db, -1,
      SQL("/* scan: doctor */ select count(*) from outcome o where o.mistake_on is null and "
          "substr(o.on_day, 1, 1) <> '!' and (not exists (select 1 from outcome_now n where "
          "n.outcome_id = o.id and n.on_day = o.on_day and n.kind = o.kind) or exists (select 1 "
          "from outcome_now n where n.outcome_id = o.id and n.enough = 1 and not exists (select 1 "
          "from outcome_evidence e where e.outcome_id = o.id)))"));
}

/* ---- writes ---- */

/* What follows from a write, in its transaction: the projection; of who hides, the veil at once. */
static enum db_result settle(struct db *db, struct arena *a, int64_t person_id, instant_t now) {
  if (!permission_is_restricted(db, person_id)) return outcome_project(db, a, person_id);
  return outcome_hide(db, a, &(struct veil){person_id, true, now});
}

enum db_result outcome_keep(struct db *db, struct arena *a, struct outcome *o, int64_t by_user,
                            instant_t now, bool *again) {
  struct outcome kept;
  *again = !uuid_is_zero(o->public_id) && outcome_known(db, a, o->public_id, &kept);
  if (*again && kept.person == o->person && str_eq(kept.kind, o->kind) &&
      str_eq(kept.words, o->words)) {
    *o = kept;
    return DB_OK;
  }
  /* Other words under a form's id: the page was gone back to and filled anew. */
  if (*again) o->public_id = (struct uuid){0}, *again = false;
  o->worker = by_user;
  enum db_result result = record_insert(db, a, &outcome_type, o, by_user, now);
  return result == DB_OK ? settle(db, a, o->person, now) : result;
}

enum db_result outcome_show(struct db *db, struct arena *a, const struct outcome *o,
                            const struct evidence *e, instant_t now) {
  struct seal_place at = {o->person, CLASS_OUTCOMES, NOTE};
  struct str sealed = {0};
  if (e->note.n && !seal(db, a, at, e->note, now, &sealed)) return DB_FAILED;
  enum db_result result =
      db_run(db,
             SQL("insert into outcome_evidence (outcome_id, person_id, what, seen_on, by_user, "
                 "note, at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
             V(o->id), V(o->person), V(e->what), db_day(a, e->on), V(e->by_user),
             V(db_blob(sealed)), db_instant(a, now));
  return result == DB_OK ? settle(db, a, o->person, now) : result;
}

enum db_result outcome_change(struct db *db, struct arena *a, struct outcome *o, int64_t by_user,
                              instant_t now) {
  enum db_result result = record_update(db, a, &outcome_type, o, by_user, now);
  return result == DB_OK ? settle(db, a, o->person, now) : result;
}

/* ---- erasing, hiding, holding ---- */

static enum db_result forget(struct db *db, int64_t person_id) {
  return RECORD_HISTORY_FORGET(db, "outcome", person_id);
}

enum db_result outcome_erase(struct db *db, int64_t person_id) {
  enum db_result result = forget(db, person_id);
  if (result == DB_OK)
    result = db_run(db, SQL("delete from outcome_now where person_id = ?1"), V(person_id));
  if (result == DB_OK)
    result = db_run(db, SQL("delete from outcome_evidence where person_id = ?1"), V(person_id));
  return result == DB_OK ? db_run(db, SQL("delete from outcome where person = ?1"), V(person_id))
                         : result;
}

enum db_result outcome_hide(struct db *db, struct arena *a, const struct veil *veil) {
  const struct veil_column columns[] = {
      VEIL("outcome", "kind", CLASS_OUTCOMES, "person = ?1"),
      VEIL("outcome", "on_day", CLASS_OUTCOMES, "person = ?1"),
      VEIL("outcome", "hours", CLASS_OUTCOMES, "person = ?1"),
      VEIL("outcome", "ended_on", CLASS_OUTCOMES, "person = ?1"),
      VEIL("outcome", "mistake_on", CLASS_OUTCOMES, "person = ?1"),
      VEIL("outcome", "created_at", CLASS_OUTCOMES, "person = ?1"),
      VEIL("outcome", "changed_at", CLASS_OUTCOMES, "person = ?1"),
      VEIL("outcome_evidence", "what", CLASS_OUTCOMES, "person_id = ?1"),
      VEIL("outcome_evidence", "seen_on", CLASS_OUTCOMES, "person_id = ?1"),
      VEIL("outcome_evidence", "at", CLASS_OUTCOMES, "person_id = ?1"),
  };
  enum db_result result = veil_columns(db, a, veil, columns, countof(columns));
  if (result == DB_OK && veil->hides) result = forget(db, veil->person_id);
  return result == DB_OK ? outcome_project(db, a, veil->person_id) : result;
}

void outcome_hold(struct held *h) {
  struct evidences all = outcomes_evidence(h->db, h->a, h->person_id);
  held_records(h, &outcome_type);
  for (size_t i = 0; i < all.n; i++)
    held_add(h, (struct held_item){S(SHOWN("What shows an outcome: seen, not kept")),
                                   str_format(h->a, "%.*s. %.*s",
                                              P(code_label("outcome_evidence", all.p[i].what)),
                                              P(all.p[i].note)),
                                   CLASS_OUTCOMES, 0, all.p[i].on});
}
