/* keeping: what must be kept of somebody, class by class, and what may go (PRACTICE 9). Duties are
 * dated rows from any domain; the longest wins for its classes only. Erasing deletes the keys of
 * the classes nothing holds (db/seal.h), empties what stands in the clear of them, and is
 * remembered, so that a restored backup erases it again. */
#include "base/planted.h"
#include "db/seal.h"
#include "people/inside.h"

#define KINDS "retention_duties"
enum { YOUNG_UNTIL_AGE = 25, YOUNG_UNDER_AGE = 18 };

struct str class_list_words(struct arena *a, uint32_t classes) {
  struct str out = {0};
  for (int c = 0; c < CLASS_COUNT; c++)
    if (classes & 1u << c) {
      const char *word = class_words(1u << c);
      out = out.n ? str_format(a, "%.*s, %s", P(out), word) : str_of(word);
    }
  return out;
}

static uint32_t class_mask(struct str words) {
  uint32_t mask = 0;
  while (words.n) {
    struct str word = str_cut(&words, ' ');
    for (int c = 0; c < CLASS_COUNT; c++)
      if (str_eq(word, str_of(class_words(1u << c)))) mask |= 1u << c;
  }
  return mask;
}

/* What the list says of a kind of duty: its classes, and how many months after its end it holds. */
struct kind_rule {
  uint32_t classes;
  int64_t months_after;
};

static bool rule_of(struct str kind, struct kind_rule *out) {
  struct arena scratch = arena_open((size_t)4 << 20);
  struct csv *c = csv_open_str(&scratch, code_list_text(KINDS));
  struct csv_row row;
  struct why why;
  bool found = false;
  if (csv_headers(c, &why))
    while (!found && csv_next(c, &row, &why) == CSV_ROW) {
      found = str_eq(csv_cell(&row, csv_column(c, S("code"))), kind);
      if (!found) continue;
      out->classes = class_mask(csv_cell(&row, csv_column(c, S("classes"))));
      if (!str_to_i64(csv_cell(&row, csv_column(c, S("months_after"))), &out->months_after))
        out->months_after = 0;
    }
  csv_close(c);
  arena_close(&scratch);
  return found;
}

enum db_result people_keep(struct db *db, struct arena *a, const struct duty *d, instant_t now) {
  struct kind_rule rule = {0};
  if (!rule_of(str_of(d->kind), &rule)) return DB_FAILED;
  return db_run(
      db,
      SQL("insert into retention_duty (person_id, kind, classes, source, since, until, made_by, "
          "made_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) on conflict (person_id, kind, source) "
          "do update set classes = excluded.classes, since = excluded.since, until = "
          "excluded.until, made_by = excluded.made_by, made_at = excluded.made_at"),
      V(d->person_id), V(str_of(d->kind)), V(d->classes ? d->classes : rule.classes), V(d->source),
      db_day(a, d->since), db_day(a, d->until), V(d->made_by), db_instant(a, now));
}

enum db_result people_keep_end(struct db *db, struct arena *a, int64_t person_id, const char *kind,
                               struct str source, day_t last) {
  struct kind_rule rule = {0};
  if (!rule_of(str_of(kind), &rule)) return DB_FAILED;
  day_t until = day_add_months(last, (int)rule.months_after);
  return db_run(db,
                SQL("update retention_duty set until = ?4 where person_id = ?1 and kind = ?2 and "
                    "source = ?3"),
                V(person_id), V(str_of(kind)), V(source), db_day(a, until));
}

/* Support has begun. It holds until permission says that nobody supports them, and then some
 * months; a child's is kept until they are 25. */
enum db_result people_keep_began(struct db *db, struct arena *a, const struct person *p,
                                 int64_t by_user, instant_t now) {
  day_t today = instant_local_uk(now).day;
  if (p->born_on == DAY_NONE || day_age(p->born_on, today) >= YOUNG_UNDER_AGE) return DB_OK;
  struct duty young = {.person_id = p->id,
                       .made_by = by_user,
                       .kind = "under_25",
                       .source = S("support began"),
                       .since = today,
                       .until = day_add_months(p->born_on, 12 * YOUNG_UNTIL_AGE)};
  return people_keep(db, a, &young, now);
}

static void hold(struct keepings *out, uint32_t classes, struct str kind, day_t until,
                 day_t today) {
  bool live = until == DAY_NONE || until > today;
  for (int c = 0; c < CLASS_COUNT && live; c++) {
    struct keeping *k = &out->of[c];
    if (!(classes & 1u << c)) continue;
    bool longer = !k->held || (k->until != DAY_NONE && (until == DAY_NONE || until > k->until));
    if (PLANTED == PLANTED_FORGETS_DUTY) longer = !k->held;
    if (longer) k->held = true, k->until = until, k->kind = kind;
  }
}

/* Support itself is a duty that needs no row: it holds while any team supports them, and for the
 * months the list says after the last day anybody did. */
static bool hold_support(struct db *db, struct arena *a, int64_t person_id, day_t today,
                         struct keepings *out) {
  struct kind_rule rule = {0};
  day_t last = DAY_NONE;
  if (!rule_of(S("support"), &rule)) return false;
  enum support support = permission_supported(db, a, person_id, today, &last);
  if (support == SUPPORT_NOW) hold(out, rule.classes, S("support"), DAY_NONE, today);
  if (support == SUPPORT_ENDED)
    hold(out, rule.classes, S("support"), day_add_months(last, (int)rule.months_after), today);
  return support != SUPPORT_UNKNOWN;
}

bool people_keepings(struct db *db, struct arena *a, int64_t person_id, day_t today,
                     struct keepings *out) {
  *out = (struct keepings){0};
  for (int c = 0; c < CLASS_COUNT; c++)
    out->of[c] = (struct keeping){.class_bit = 1u << c, .until = DAY_NONE};
  bool ok = hold_support(db, a, person_id, today, out);
  struct rows r = db_rows(
      db, a,
      SQL("select kind, classes, until from retention_duty where person_id = ?1 order by id"),
      V(person_id));
  while (db_next(&r)) hold(out, (uint32_t)row_int(&r, 1), row_text(&r, 0), row_day(&r, 2), today);
  return ok && r.result == DB_OK; /* not known to be free is never taken for free */
}

/* ---- erasing ---- */

/* Every value of the classes, of the row and of the texts kept for somebody who hides. */
static enum db_result empty_person(struct db *db, struct arena *a, int64_t person_id,
                                   uint32_t classes, int64_t by_user, instant_t now) {
  struct person p;
  record_clear(&person_type, &p);
  if (!people_whole(db, a, person_id, &p)) return DB_NONE;
  people_redact(&person_type, &p, ~classes);
  enum db_result result = people_save(db, a, &p, by_user, now);
  if (result == DB_OK) result = record_history_forget(db, &person_type, person_id);
  return result;
}

#define FORGET(table, class_bits, away)                                                            \
  if (result == DB_OK && classes & (class_bits)) {                                                 \
    result = RECORD_HISTORY_FORGET(db, table, person_id);                                          \
    if (result == DB_OK) result = db_run(db, SQL(away " where person = ?1"), V(person_id));        \
  }

static enum db_result empty_records(struct db *db, int64_t person_id, uint32_t classes) {
  enum db_result result = DB_OK;
  /* Others' records may point at a strength: it is let go of, and unreadable once its key is gone.
   */
  FORGET("strength", CLASS_PLAN, "update strength set person = null, said_on = null");
  FORGET("representative", CLASS_CONTACT, "delete from representative");
  FORGET("capacity_decision", CLASS_HEALTH, "delete from capacity_decision");
  FORGET("young_agreement", CLASS_PLAN, "delete from young_agreement");
  FORGET("age_review", CLASS_PLAN, "delete from age_review");
  if (result == DB_OK && classes & CLASS_SITUATION)
    result = db_run(db, SQL("delete from household_answer where person_id = ?1"), V(person_id));
  if (result == DB_OK && classes & CLASS_IDENTITY) result = people_stages_drop(db, person_id);
  return result;
}

enum db_result people_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                            const char *asked_by, int64_t by_user, instant_t now,
                            uint32_t *erased) {
  struct keepings keep;
  uint32_t kept = 0;
  *erased = 0;
  if (!people_keepings(db, a, person_id, instant_local_uk(now).day, &keep)) return DB_FAILED;
  for (int c = 0; c < CLASS_COUNT; c++)
    if (keep.of[c].held) kept |= keep.of[c].class_bit & classes;
  uint32_t going = classes & ~kept;
  if (!going) return DB_OK;
  enum db_result result = people_parts_erase(db, a, person_id, going, now);
  if (result == DB_OK) result = empty_records(db, person_id, going);
  if (result == DB_OK) result = empty_person(db, a, person_id, going, by_user, now);
  if (result == DB_OK) result = seal_erase(db, a, person_id, going, now);
  if (result == DB_OK)
    result = db_run(db,
                    SQL("insert into erasure (public_id, person_id, asked_by, decided_by, "
                        "decided_at, erased, kept) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
                    db_uuid(a, uuid_v4()), V(person_id), V(str_of(asked_by)), V(by_user),
                    db_instant(a, now), V(going), V(kept));
  if (result == DB_OK) *erased = going;
  return result;
}

uint32_t people_use_limited(struct db *db, int64_t person_id) {
  return (uint32_t)db_number(db, 0, SQL("select classes from use_limit where person_id = ?1"),
                             V(person_id));
}
