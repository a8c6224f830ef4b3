/* projection: may_see, may_see_word and may_see_prefix, derived from engagements, shares,
 * agreements, choices and overrides. One function derives one person's rows; everything that
 * changes a source calls it in the same transaction. Restricted people derive to nothing, so no
 * list, search or count can ever meet them. */
#include "accounts/accounts.h"
#include "permission/permission.h"
#include "permission/inside.h"

#define FOR_EVER "9999-12-31"

struct derived {
  int64_t team_id;
  uint32_t classes;
  const char *reason;
  struct str from, to;
};
struct deriveds {
  struct derived *p;
  size_t n;
};

static enum db_result add_rows(struct rows *r, struct arena *a, const char *reason,
                               struct deriveds *out, size_t *cap) {
  while (db_next(r)) {
    struct derived *d = slice_push(a, out, cap);
    *d = (struct derived){row_int(r, 0), (uint32_t)row_int(r, 1), reason, row_text(r, 2),
                          row_text(r, 3)};
  }
  return r->result;
}

static enum db_result derive_engagements(struct db *db, struct arena *a, int64_t person_id,
                                         struct deriveds *out, size_t *cap) {
  struct rows r =
      db_rows(db, a,
              SQL("select team_id, ?2, from_day, coalesce(to_day, '" FOR_EVER "') from engagement "
                  "where person_id = ?1"),
              V(person_id), V((1 << CLASS_COUNT) - 1));
  enum db_result result = add_rows(&r, a, "team", out, cap);
  if (result != DB_OK) return result;
  /* Teams that chose, with a reason, to see whoever their organisation supports. */
  r = db_rows(
      db, a,
      SQL("select m.id, ?2, e.from_day, coalesce(e.to_day, '" FOR_EVER "') from engagement e join "
          "team t on t.id = e.team_id join team m on m.organisation_id = t.organisation_id and "
          "m.id <> t.id and m.sees = 'organisation' where e.person_id = ?1"),
      V(person_id), V((1 << CLASS_COUNT) - 1));
  return add_rows(&r, a, "team", out, cap);
}

/* A share's rows carry the classes its agreement covers; the choice is asked class by class. */
static enum db_result derive_shares(struct db *db, struct arena *a, int64_t person_id,
                                    struct deriveds *out, size_t *cap) {
  struct rows r = db_rows(
      db, a,
      SQL("select s.team_id, sum(c.class), case when s.from_day > g.from_day then s.from_day else "
          "g.from_day end, "
          "case when coalesce(s.to_day, '" FOR_EVER "') < coalesce(g.to_day, '" FOR_EVER "') "
          "then coalesce(s.to_day, '" FOR_EVER "') else coalesce(g.to_day, '" FOR_EVER "') end "
          "from share s join agreement g on g.id = s.agreement_id join team t on t.id = s.team_id "
          "join agreement_party mine on mine.agreement_id = g.id and mine.organisation_id = "
          "t.organisation_id "
          "join agreement_party theirs on theirs.agreement_id = g.id and "
          "theirs.organisation_id = s.from_organisation_id "
          "join choice c on c.person_id = s.person_id and c.organisation_id = t.organisation_id "
          "and c.answer = 'yes' and (c.class & s.classes & g.classes) <> 0 "
          "where s.person_id = ?1 and not exists (select 1 from choice n where n.person_id = "
          "c.person_id and "
          "n.organisation_id = c.organisation_id and n.class = c.class and n.id > c.id) "
          "group by s.id, s.team_id, s.from_day, s.to_day, g.from_day, g.to_day"),
      V(person_id));
  return add_rows(&r, a, "agreement", out, cap);
}

static enum db_result derive_overrides(struct db *db, struct arena *a, int64_t person_id,
                                       struct deriveds *out, size_t *cap) {
  struct rows r = db_rows(
      db, a,
      SQL("select team_id, classes, from_day, to_day from sight_override where person_id = ?1"),
      V(person_id));
  return add_rows(&r, a, "override", out, cap);
}

static enum db_result derive(struct db *db, struct arena *a, int64_t person_id,
                             struct deriveds *out) {
  size_t cap = 0;
  *out = (struct deriveds){0};
  if (db_number(db, 1, SQL("select count(*) from restricted_person where person_id = ?1"),
                V(person_id)))
    return DB_OK;
  enum db_result result = derive_engagements(db, a, person_id, out, &cap);
  if (result == DB_OK) result = derive_shares(db, a, person_id, out, &cap);
  if (result == DB_OK) result = derive_overrides(db, a, person_id, out, &cap);
  return result;
}

/* The first letters of every word, each once. */
static struct strs prefixes_of(struct arena *a, struct strs words) {
  struct strs out = {0};
  size_t cap = 0;
  for (size_t i = 0; i < words.n; i++)
    for (size_t n = 1; n <= MAY_SEE_PREFIX && n <= utf8_count(words.p[i]); n++)
      *slice_push(a, &out, &cap) = utf8_head(words.p[i], n);
  return out;
}

static enum db_result put_words(struct db *db, struct arena *a, int64_t person_id, int64_t team_id,
                                struct str name) {
  struct strs words = utf8_words(a, name);
  enum db_result result =
      db_run(db,
             SQL("insert into may_see_word (team_id, word, person_id) select cast(?1 as bigint), "
                 "w.value, cast(?3 as bigint) from TEXTS(?2) w where true on conflict (team_id, "
                 "word, person_id) do nothing"),
             V(team_id), db_in_text(a, words), V(person_id));
  if (result != DB_OK) return result;
  return db_run(db,
                SQL("insert into may_see_prefix (team_id, prefix, name_fold, person_id) select "
                    "cast(?1 as bigint), w.value, ?4, cast(?3 as bigint) from TEXTS(?2) w where "
                    "true on conflict (team_id, prefix, name_fold, person_id) do nothing"),
                V(team_id), db_in_text(a, prefixes_of(a, words)), V(person_id), V(name));
}

static enum db_result put_rows(struct db *db, struct arena *a, int64_t person_id, struct str name,
                               const struct deriveds *rows) {
  enum db_result result = DB_OK;
  for (size_t i = 0; i < rows->n && result == DB_OK; i++) {
    const struct derived *d = &rows->p[i];
    result =
        db_run(db,
               SQL("insert into may_see (team_id, name_fold, person_id, classes, reason, from_day, "
                   "to_day) "
                   "values (?1, ?2, ?3, ?4, ?5, ?6, ?7) "
                   "on conflict (team_id, name_fold, person_id, reason, from_day) do update set "
                   "to_day = case when excluded.to_day > may_see.to_day then excluded.to_day "
                   "else may_see.to_day end, classes = may_see.classes | excluded.classes"),
               V(d->team_id), V(name), V(person_id), V(d->classes), V(str_of(d->reason)),
               V(d->from), V(d->to));
    if (result == DB_OK) result = put_words(db, a, person_id, d->team_id, name);
  }
  return result;
}

static struct str listed_name(struct db *db, struct arena *a, int64_t person_id) {
  struct rows r;
  struct str name = {0};
  if (!db_one(&r, db, a, SQL("select name_fold from listed_name where person_id = ?1"),
              V(person_id)))
    return name;
  name = row_text(&r, 0);
  db_done(&r);
  return name;
}

/* The keys of somebody listed, once for each team that may see them. */
static enum db_result put_keys(struct db *db, int64_t person_id) {
  enum db_result result =
      db_run(db, SQL("delete from may_see_key where person_id = ?1"), V(person_id));
  if (result != DB_OK) return result;
  return db_run(db,
                SQL("insert into may_see_key (team_id, key, person_id) select distinct m.team_id, "
                    "k.key, k.person_id from listed_key k join may_see m on m.person_id = "
                    "k.person_id where k.person_id = ?1"),
                V(person_id));
}

enum db_result permission_list_keys(struct db *db, struct arena *a, int64_t person_id,
                                    const int64_t *keys, size_t n) {
  enum db_result result =
      db_run(db, SQL("delete from listed_key where person_id = ?1"), V(person_id));
  if (permission_is_restricted(db, person_id)) n = 0;
  if (n && result == DB_OK)
    result =
        db_run(db,
               SQL("insert into listed_key (person_id, key) select cast(?1 as bigint), k.value "
                   "from INTS(?2) k where true on conflict (key, person_id) do nothing"),
               V(person_id), V(db_in(a, keys, n)));
  return result == DB_OK ? put_keys(db, person_id) : result;
}

int64_t permission_hidden_listed(struct db *db) {
  return db_number(
      db, 0,
      SQL("/* scan: doctor */ select count(*) from restricted_person r where exists (select 1 from "
          "listed_key k where "
          "k.person_id = r.person_id) or exists (select 1 from may_see_key m where m.person_id = "
          "r.person_id)"));
}

size_t permission_listed_keys(struct db *db, struct arena *a, int64_t person_id, int64_t *keys,
                              size_t room) {
  size_t n = 0;
  struct rows r = db_rows(
      db, a, SQL("select key from listed_key where person_id = ?1 order by key"), V(person_id));
  while (db_next(&r))
    if (n < room) keys[n++] = row_int(&r, 0);
  return n;
}

enum db_result projection_write(struct db *db, struct arena *a, int64_t person_id) {
  struct deriveds rows;
  enum db_result result = derive(db, a, person_id, &rows);
  if (result == DB_OK)
    result = db_run(db, SQL("delete from may_see where person_id = ?1"), V(person_id));
  if (result == DB_OK)
    result = db_run(db, SQL("delete from may_see_word where person_id = ?1"), V(person_id));
  if (result == DB_OK)
    result = db_run(db, SQL("delete from may_see_prefix where person_id = ?1"), V(person_id));
  struct str name = listed_name(db, a, person_id);
  if (result == DB_OK && name.n) result = put_rows(db, a, person_id, name, &rows);
  return result == DB_OK ? put_keys(db, person_id) : result;
}

/* A text of what stands in the projection for one person, to tell whether a rebuild changed
 * anything. */
static struct str standing(struct db *db, struct arena *a, int64_t person_id) {
  struct buf b = buf_open(1 << 20);
  struct rows r =
      db_rows(db, a,
              SQL("select team_id, name_fold, classes, reason, from_day, to_day from may_see "
                  "where person_id = ?1 order by team_id, name_fold, reason, from_day"),
              V(person_id));
  while (db_next(&r)) {
    struct str name = row_text(&r, 1), reason = row_text(&r, 3), from = row_text(&r, 4),
               to = row_text(&r, 5);
    buf_format(&b, "%lld|%.*s|%lld|%.*s|%.*s|%.*s\n", (long long)row_int(&r, 0), P(name),
               (long long)row_int(&r, 2), P(reason), P(from), P(to));
  }
  r = db_rows(
      db, a, SQL("select team_id, key from may_see_key where person_id = ?1 order by team_id, key"),
      V(person_id));
  while (db_next(&r))
    buf_format(&b, "%lld|%lld\n", (long long)row_int(&r, 0), (long long)row_int(&r, 1));
  struct str text = str_copy(a, buf_str(&b));
  buf_free(&b);
  return text;
}

static int64_t rebuild_one(struct db *db, struct arena *a, int64_t person_id,
                           enum db_result *result) {
  struct str before = standing(db, a, person_id);
  *result = projection_write(db, a, person_id);
  return str_eq(before, standing(db, a, person_id)) ? 0 : 1;
}

int64_t permission_rebuild(struct db *db, struct arena *a, int64_t person_id,
                           enum db_result *result) {
  int64_t differed = 0, after = 0;
  *result = DB_OK;
  if (person_id) return rebuild_one(db, a, person_id, result);
  while (*result == DB_OK) { /* everyone the projection or a source knows, in order of id */
    int64_t next =
        db_number(db, 0,
                  SQL("select coalesce(min(person_id), 0) from (select person_id from listed_name "
                      "where person_id > ?1 union select person_id from may_see "
                      "where person_id > ?1) everyone"),
                  V(after));
    if (!next) break;
    struct arena scratch = *a;
    differed += rebuild_one(db, &scratch, next, result);
    after = next;
  }
  return differed;
}

enum db_result permission_team_sees(struct db *db, struct arena *a, int64_t team_id,
                                    const char *sees, struct str reason, int64_t by_user,
                                    instant_t now) {
  enum db_result result = accounts_team_sees(db, team_id, sees);
  if (result == DB_OK)
    result = db_run(db,
                    SQL("insert into team_sees (team_id, sees, reason, chosen_by, chosen_at) "
                        "values (?1, ?2, ?3, ?4, ?5)"),
                    V(team_id), V(str_of(sees)), V(reason), V(by_user), db_instant(a, now));
  int64_t after = 0;
  while (result == DB_OK) {
    int64_t next = db_number(
        db, 0,
        SQL("select coalesce(min(e.person_id), 0) from engagement e join team t on t.id = "
            "e.team_id join team m on m.organisation_id = t.organisation_id where m.id = ?1 and "
            "e.person_id > ?2"),
        V(team_id), V(after));
    if (!next) break;
    struct arena scratch = *a;
    result = projection_write(db, &scratch, next);
    after = next;
  }
  return result;
}

enum db_result projection_name(struct db *db, struct arena *a, int64_t person_id, struct str name) {
  struct str fold = utf8_fold(a, name);
  if (db_number(db, 1, SQL("select count(*) from restricted_person where person_id = ?1"),
                V(person_id)))
    return db_run(db, SQL("delete from listed_name where person_id = ?1"), V(person_id));
  return db_run(db,
                SQL("insert into listed_name (person_id, name_fold) values (?1, ?2) "
                    "on conflict (person_id) do update set name_fold = excluded.name_fold"),
                V(person_id), V(fold.n ? fold : S("~")));
}
