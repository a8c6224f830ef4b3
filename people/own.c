/* own: the scope of somebody's own page, and changing it. */
#include "people/people.h"
#include "base/planted.h"

static bool read_page(struct db *db, struct arena *a, struct own_scope *s) {
  struct rows r = db_rows(db, a,
                          SQL("select mode, copy_hours, changed_at from own_page where person_id = "
                              "?1"),
                          V(s->person_id));
  while (db_next(&r)) {
    s->open = true;
    s->everything = str_eq(row_text(&r, 0), S("all"));
    s->copy_hours = (int)row_int(&r, 1);
    s->since = instant_local_uk(row_instant(&r, 2)).day;
  }
  return r.result == DB_OK;
}

static bool read_teams(struct db *db, struct arena *a, struct own_scope *s) {
  size_t teams = 0, organisations = 0;
  struct rows r =
      db_rows(db, a,
              SQL("/* by key */ "
                  "select o.team_id, t.organisation_id from own_page_team o join team t "
                  "on t.id = o.team_id where o.person_id = ?1 order by o.team_id"),
              V(s->person_id));
  while (db_next(&r)) {
    *slice_push(a, &s->teams, &teams) = row_int(&r, 0);
    if (!own_organisation(s, row_int(&r, 1)))
      *slice_push(a, &s->organisations, &organisations) = row_int(&r, 1);
  }
  return r.result == DB_OK;
}

static bool read_items(struct db *db, struct arena *a, struct own_scope *s) {
  size_t cap = 0;
  struct rows r =
      db_rows(db, a, SQL("select kind, item, shown from own_page_item where person_id = ?1"),
              V(s->person_id));
  while (db_next(&r)) {
    struct own_item item = {.kind = row_text(&r, 0), .shown = row_int(&r, 2) != 0};
    if (uuid_parse(row_text(&r, 1), &item.id)) *slice_push(a, &s->items, &cap) = item;
  }
  return r.result == DB_OK;
}

bool own_scope_read(struct db *db, struct arena *a, int64_t person_id, struct own_scope *out) {
  *out =
      (struct own_scope){.person_id = person_id, .copy_hours = OWN_COPY_HOURS, .since = DAY_NONE};
  return read_page(db, a, out) && read_teams(db, a, out) && read_items(db, a, out);
}

static bool among(const int64_t *p, size_t n, int64_t id) {
  for (size_t i = 0; i < n; i++)
    if (p[i] == id) return true;
  return false;
}

bool own_team(const struct own_scope *s, int64_t team_id) {
  if (PLANTED == PLANTED_OWN_WIDE) return true;
  return s->open && among(s->teams.p, s->teams.n, team_id);
}

bool own_organisation(const struct own_scope *s, int64_t organisation_id) {
  if (PLANTED == PLANTED_OWN_WIDE) return true;
  return s->open && among(s->organisations.p, s->organisations.n, organisation_id);
}

/* What was said of one item: 1 shown, 0 kept off, -1 nothing. */
static int said_of(const struct own_scope *s, const char *kind, struct uuid id) {
  for (size_t i = 0; i < s->items.n; i++)
    if (uuid_eq(s->items.p[i].id, id) && str_eq(s->items.p[i].kind, str_of(kind)))
      return s->items.p[i].shown;
  return -1;
}

bool own_shows(const struct own_scope *s, const char *kind, struct uuid id) {
  int said = said_of(s, kind, id);
  if (PLANTED == PLANTED_OWN_KEPT_OFF) return true;
  return s->open && (said == 1 || (s->everything && said != 0));
}

bool own_put_there(const struct own_scope *s, const char *kind, struct uuid id) {
  return s->open && said_of(s, kind, id) == 1;
}

/* ---- changing it ---- */

enum db_result own_page_mode(struct db *db, struct arena *a, int64_t person_id, bool everything,
                             int copy_hours, int64_t by_user, instant_t now) {
  return db_run(db,
                SQL("insert into own_page (person_id, mode, copy_hours, changed_by, changed_at) "
                    "values (?1, ?2, ?3, ?4, ?5) on conflict (person_id) do update set mode = "
                    "excluded.mode, copy_hours = excluded.copy_hours, changed_by = "
                    "excluded.changed_by, changed_at = excluded.changed_at"),
                V(person_id), V(everything ? S("all") : S("chosen")), V((int64_t)copy_hours),
                V(by_user), db_instant(a, now));
}

enum db_result own_page_team(struct db *db, struct arena *a, int64_t person_id, int64_t team_id,
                             bool on, int64_t by_user, instant_t now) {
  if (!on)
    return db_run(db, SQL("delete from own_page_team where person_id = ?1 and team_id = ?2"),
                  V(person_id), V(team_id));
  return db_run(db,
                SQL("insert into own_page_team (person_id, team_id, added_by, added_at) values "
                    "(?1, ?2, ?3, ?4) on conflict (person_id, team_id) do nothing"),
                V(person_id), V(team_id), V(by_user), db_instant(a, now));
}

enum db_result own_page_item(struct db *db, struct arena *a, int64_t person_id, const char *kind,
                             struct uuid id, bool shown, int64_t by_user, instant_t now) {
  return db_run(db,
                SQL("insert into own_page_item (person_id, kind, item, shown, said_by, said_at) "
                    "values (?1, ?2, ?3, ?4, ?5, ?6) on conflict (person_id, kind, item) do update "
                    "set shown = excluded.shown, said_by = excluded.said_by, said_at = "
                    "excluded.said_at"),
                V(person_id), V(str_of(kind)), db_uuid(a, id), V(shown), V(by_user),
                db_instant(a, now));
}

enum db_result own_page_begin(struct db *db, struct arena *a, int64_t person_id, bool everything,
                              const struct actor *by, instant_t now) {
  int64_t there =
      db_number(db, -1, SQL("select count(*) from own_page where person_id = ?1"), V(person_id));
  if (there) return there == 1 ? DB_OK : DB_FAILED;
  enum db_result result =
      own_page_mode(db, a, person_id, everything, OWN_COPY_HOURS, by->user_id, now);
  return result == DB_OK ? own_page_team(db, a, person_id, by->team_id, true, by->user_id, now)
                         : result;
}

enum db_result own_page_forget(struct db *db, int64_t person_id) {
  enum db_result result =
      db_run(db, SQL("delete from own_page_item where person_id = ?1"), V(person_id));
  if (result == DB_OK)
    result = db_run(db, SQL("delete from own_page_team where person_id = ?1"), V(person_id));
  return result == DB_OK
             ? db_run(db, SQL("delete from own_page where person_id = ?1"), V(person_id))
             : result;
}
