/* migrate.c: applies the embedded steps. See migrate.h for the order and the promise. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "db/inside.h"
#include "db/migrate.h"

enum { STEP_BYTES_MAX = 8 << 20, LOCK_WAIT_S = 60, LISTS_MAX = 64 };

#define STEP_TABLE                                                                                 \
  "create table if not exists schema_step (number %s primary key, name text not null,"             \
  " store text not null, sum text not null, breaks %s not null, applied_at text not null)"
#define STEP_INSERT                                                                                \
  "insert into schema_step (number, name, store, sum, breaks, applied_at)"                         \
  " values (?1, ?2, ?3, ?4, ?5, ?6) on conflict (number) do nothing"
#define STEP_FIND "select sum from schema_step where number = ?1"
#define STEP_COUNT_ALL "select count(*) from schema_step"

struct step_sql {
  const struct sql *insert, *find, *count;
};
static struct step_sql step_sql(enum store s) {
  switch (s) {
    case STORE_AUDIT:
      return (struct step_sql){SQL_AUDIT(STEP_INSERT), SQL_AUDIT(STEP_FIND),
                               SQL_AUDIT(STEP_COUNT_ALL)};
    case STORE_WORK:
      return (struct step_sql){SQL_WORK(STEP_INSERT), SQL_WORK(STEP_FIND),
                               SQL_WORK(STEP_COUNT_ALL)};
    case STORE_KEYS:
      return (struct step_sql){SQL_KEYS(STEP_INSERT), SQL_KEYS(STEP_FIND),
                               SQL_KEYS(STEP_COUNT_ALL)};
    case STORE_MAIN:
    case STORE_COUNT: break;
  }
  return (struct step_sql){SQL(STEP_INSERT), SQL(STEP_FIND), SQL(STEP_COUNT_ALL)};
}

struct step {
  const struct migration *m;
  struct dialect_step how;
  struct str text; /* NUL-terminated, as this database takes it */
  struct str sum;
  bool pending;
};
struct run {
  struct db *db;
  struct arena *a;
  struct step *p;
  size_t n;
  struct progress *progress;
  struct why *why;
  int lock_fd;
};

static int by_number(const void *a, const void *b) {
  int x = ((const struct step *)a)->m->number, y = ((const struct step *)b)->m->number;
  return (x > y) - (x < y);
}

static bool read_step(struct run *r, struct step *s) {
  struct buf b = buf_open(STEP_BYTES_MAX);
  bool fine = dialect_of(r->db->kind, s->m->sql, &b, &s->how, r->why);
  if (fine) {
    s->text = str_copy(r->a, buf_str(&b));
    struct sha256 sum = sha256_of(s->text);
    s->sum = hex_of(r->a, sum.b, sizeof sum.b);
  } else {
    why_at(r->why, "Step %s", s->m->name);
  }
  buf_free(&b);
  return fine;
}

static bool read_steps(struct run *r, const struct migrations *lists, size_t n_lists) {
  size_t n = 0;
  for (size_t i = 0; i < n_lists; i++) n += lists[i].n;
  r->p = arena_many(r->a, struct step, n + 1);
  for (size_t i = 0; i < n_lists; i++)
    for (size_t j = 0; j < lists[i].n; j++) {
      struct step *s = &r->p[r->n++];
      s->m = &lists[i].p[j];
      if (s->m->number <= 0)
        return why_say(r->why, "The name of step \"%s\" does not begin with its number.",
                       s->m->name);
      if (!read_step(r, s)) return false;
    }
  qsort(r->p, r->n, sizeof *r->p, by_number);
  for (size_t i = 1; i < r->n; i++)
    if (r->p[i].m->number == r->p[i - 1].m->number)
      return why_say(r->why, "Steps %s and %s have the same number.", r->p[i - 1].m->name,
                     r->p[i].m->name);
  return true;
}

/* ---- the lock ---- */

static bool lock_files(struct run *r) {
  char path[4096];
  snprintf(path, sizeof path, "%.*s/migrate.lock", P(r->db->where.folder));
  r->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (r->lock_fd < 0)
    return why_say(
        r->why, "%.200s cannot be written. Check that this user may write the data folder.", path);
  for (int i = 0; i < LOCK_WAIT_S * 10; i++) {
    if (flock(r->lock_fd, LOCK_EX | LOCK_NB) == 0) return true;
    usleep(100000);
  }
  return why_say(
      r->why,
      "Another Waymark has been changing this data for a minute. Wait for it, then try again.");
}

static bool lock_server(struct run *r) {
  struct connection *c = &r->db->c[STORE_MAIN];
  c->opened = c->backend->open(c, true, r->why);
  if (!c->opened) return false;
  for (int i = 0; i < LOCK_WAIT_S * 10; i++) {
    if (db_number(r->db, 0, SQL("/* postgres */ select pg_try_advisory_lock(7759261)")) == 1)
      return true;
    if (db_error(r->db).n)
      return why_say(r->why, "PostgreSQL refused the lock (%s).", r->db->error);
    usleep(100000);
  }
  return why_say(
      r->why,
      "Another Waymark has been changing this data for a minute. Wait for it, then try again.");
}

static void unlock(struct run *r) {
  if (r->lock_fd >= 0)
    close(r->lock_fd);
  else if (r->db->c[STORE_MAIN].opened)
    db_number(r->db, 0, SQL("/* postgres */ select pg_advisory_unlock(7759261)"));
}

/* ---- opening every store, made where missing ---- */

static int64_t steps_in(struct db *db, enum store s) { return db_number(db, 0, step_sql(s).count); }

static bool make_table(struct run *r, enum store s) {
  char text[512];
  const char *number = r->db->kind == DB_SQLITE ? "integer" : "bigint";
  snprintf(text, sizeof text, STEP_TABLE, number, number);
  if (r->db->kind == DB_POSTGRES) {
    char schema[96];
    snprintf(schema, sizeof schema, "create schema if not exists %s", store_name(s));
    if (db_text_run(r->db, s, schema) != DB_OK)
      return why_say(
          r->why,
          "PostgreSQL did not let Waymark make its schema \"%s\" (%s). Give this user the right "
          "to create in its databases.",
          store_name(s), r->db->error);
  }
  return db_text_run(r->db, s, text) == DB_OK ||
         why_say(r->why, "The %s store cannot be written (%s).", store_name(s), r->db->error);
}

static bool open_store(struct run *r, enum store s) {
  struct connection *c = &r->db->c[s];
  if (!c->opened && !c->backend->open(c, true, r->why)) return false;
  c->opened = true;
  return make_table(r, s);
}

/* A store missing beside ones in use was lost, not never made: an empty one must not take its place
 * (WORK may be: it holds nothing that lasts). */
static bool open_stores(struct run *r) {
  char path[4096];
  bool there[STORE_COUNT];
  int64_t steps = 0;
  for (int s = 0; s < STORE_COUNT; s++) {
    store_path(r->db, (enum store)s, path);
    there[s] = r->db->kind == DB_POSTGRES || access(path, F_OK) == 0;
    if (there[s] && !open_store(r, (enum store)s)) return false;
    if (there[s]) steps += steps_in(r->db, (enum store)s);
  }
  for (int s = 0; s < STORE_COUNT; s++) {
    if (there[s]) continue;
    if (steps > 0 && s != STORE_WORK)
      return why_say(
          r->why,
          "The %s store's file is missing from the data folder though others are there. Put it "
          "back, or restore the last backup.",
          store_name((enum store)s));
    if (!open_store(r, (enum store)s)) return false;
  }
  return true;
}

/* ---- what is there already ---- */

static struct migrations known_lists[LISTS_MAX];
static size_t known_count;

void db_known(const struct migrations *lists, size_t n_lists) {
  known_count = n_lists < LISTS_MAX ? n_lists : LISTS_MAX;
  for (size_t i = 0; i < known_count; i++) known_lists[i] = lists[i];
}

static bool is_known(int64_t number) {
  for (size_t i = 0; i < known_count; i++)
    for (size_t j = 0; j < known_lists[i].n; j++)
      if (known_lists[i].p[j].number == number) return true;
  return false;
}

/* What the data's steps are to this program. `newer`: the first it cannot work beside, 0 = none. */
struct standing {
  int64_t newer;
  size_t found;
  enum db_result result;
};

static struct standing standing_of(struct db *db) {
  struct standing s = {0};
  struct rows r = db_rows(db, NULL, SQL("select number, breaks from schema_step order by number"));
  while (db_next(&r)) {
    bool known = is_known(row_int(&r, 0));
    s.found += known;
    if (!known && !s.newer && (db->kind == DB_SQLITE || row_int(&r, 1))) s.newer = row_int(&r, 0);
  }
  s.result = r.result;
  return s;
}

static bool say_newer(int64_t step, struct why *why) {
  return why_say(why,
                 "This data was made by a newer Waymark (step %lld). Install that version again, "
                 "or restore the "
                 "backup made before it.",
                 (long long)step);
}

bool db_schema_newer(struct db *db) { return known_count > 0 && standing_of(db).newer > 0; }

/* For db_open. */
bool schema_fits(struct db *db, struct why *why) {
  size_t wanted = 0;
  for (size_t i = 0; i < known_count; i++) wanted += known_lists[i].n;
  if (wanted == 0) return true;
  struct standing s = standing_of(db);
  if (s.newer) return say_newer(s.newer, why);
  if (s.result != DB_OK)
    return why_say(why, "This database holds no Waymark data yet (%s). Run: waymark migrate",
                   db->error);
  size_t missing = wanted - s.found;
  return missing == 0 ||
         why_say(why,
                 "The data needs %zu step%s to fit this version of Waymark. Run: waymark migrate",
                 missing, missing == 1 ? "" : "s");
}

/* In its own store: is the step there? A step changed since is refused: two places would hold
 * different data. */
static bool look_at(struct run *r, struct step *s) {
  struct rows rows;
  bool found = db_one(&rows, r->db, r->a, step_sql(s->how.store).find, V(s->m->number));
  struct str sum = found ? row_text(&rows, 0) : S("");
  db_done(&rows);
  if (rows.result != DB_OK && rows.result != DB_NONE)
    return why_say(r->why, "The %s store cannot be read (%s).", store_name(s->how.store),
                   r->db->error);
  if (found && !str_eq(sum, s->sum))
    return why_say(
        r->why,
        "Step %s was changed after it had been applied here. Steps are never edited: undo the edit "
        "and add a new step.",
        s->m->name);
  s->pending = !found;
  return true;
}

/* ---- the copy ---- */

static bool sync_path(const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  bool fine = fd >= 0 && fsync(fd) == 0;
  if (fd >= 0) close(fd);
  return fine;
}

static bool copy_store(struct run *r, enum store s) {
  char folder[4096], path[4200], fresh[4300];
  snprintf(folder, sizeof folder, "%.*s/before", P(r->db->where.folder));
  snprintf(path, sizeof path, "%s/%s.db", folder, store_name(s));
  snprintf(fresh, sizeof fresh, "%s.new", path);
  if (!folder_make(folder, r->why)) return false;
  unlink(fresh);
  bool fine = db_copy_sqlite(r->db, s, fresh) && sync_path(fresh) && rename(fresh, path) == 0 &&
              sync_path(folder);
  return fine ||
         why_say(r->why,
                 "The copy before the change could not be written to %.200s (%s). Nothing was "
                 "changed. Is the disk full?",
                 folder, r->db->error);
}

static bool copy_first(struct run *r) {
  if (r->db->kind != DB_SQLITE) return true;
  for (int s = 0; s < STORE_COUNT; s++) {
    bool changes = false;
    for (size_t i = 0; i < r->n; i++) changes |= r->p[i].pending && (int)r->p[i].how.store == s;
    if (changes && steps_in(r->db, (enum store)s) > 0 && !copy_store(r, (enum store)s))
      return false;
  }
  return true;
}

/* ---- the steps ---- */

static enum db_result note_step(struct run *r, const struct step *s, enum store in) {
  const char *now = r->db->kind == DB_SQLITE
                        ? "/* sqlite */ select strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
                        : "/* postgres */ select to_char(now() at time zone 'UTC', "
                          "'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')";
  struct sql clock = {now, __FILE__, __LINE__, in};
  struct rows rows;
  struct str at = db_one(&rows, r->db, r->a, &clock) ? row_text(&rows, 0) : S("");
  db_done(&rows);
  forget_statement(r->db, &clock);
  return db_run(r->db, step_sql(in).insert, V(s->m->number), V(str_of(s->m->name)),
                V(str_of(store_name(s->how.store))), V(s->sum), V(s->how.breaks), V(at));
}

/* SQLite cannot enforce foreign keys while tables are rebuilt; they are checked before the commit
 * instead. */
static bool keys_hold(struct db *db, enum store s) {
  struct sql check = {"/* sqlite */ select count(*) from pragma_foreign_key_check", __FILE__,
                      __LINE__, s};
  bool hold = db->kind == DB_POSTGRES || db_number(db, 1, &check) == 0;
  forget_statement(db, &check);
  return hold;
}

static bool apply_step(struct run *r, struct step *s) {
  enum store store = s->how.store;
  bool sqlite = r->db->kind == DB_SQLITE;
  if (sqlite) db_text_run(r->db, store, "pragma foreign_keys=off");
  db_begin(r->db, store);
  bool kept = true;
  if (db_text_run(r->db, store, s->text.p) == DB_OK) kept = keys_hold(r->db, store);
  char said[ERROR_BYTES_MAX];
  snprintf(said, sizeof said, "%s", kept ? r->db->error : "a foreign key would point nowhere");
  if (kept)
    note_step(r, s, store);
  else
    db_rollback(r->db, store);
  enum db_result result = kept ? db_commit(r->db, store) : DB_FAILED;
  if (sqlite) db_text_run(r->db, store, "pragma foreign_keys=on");
  return result == DB_OK ||
         why_say(r->why, "Step %s could not be applied (%s). Nothing of it was kept.", s->m->name,
                 said[0] ? said : r->db->error);
}

static bool apply_all(struct run *r) {
  uint64_t done = 0, total = 0;
  for (size_t i = 0; i < r->n; i++) total += r->p[i].pending;
  if (total) progress_step(r->progress, "Updating the database", "steps", total);
  for (size_t i = 0; i < r->n; i++) {
    struct step *s = &r->p[i];
    if (s->pending && !apply_step(r, s)) return false;
    if (s->how.store != STORE_MAIN && note_step(r, s, STORE_MAIN) != DB_OK)
      return why_say(r->why, "The main store cannot be written (%s).", r->db->error);
    if (s->pending && !progress_at(r->progress, ++done) && done < total)
      return why_say(r->why, "Stopped after %llu of %llu steps. Run it again to go on.",
                     (unsigned long long)done, (unsigned long long)total);
  }
  if (total) progress_end(r->progress, done);
  return true;
}

static bool migrate_locked(struct run *r) {
  if (r->db->kind == DB_POSTGRES && !lock_server(r)) return false;
  if (!open_stores(r)) return false;
  struct standing s = standing_of(r->db);
  if (s.newer) return say_newer(s.newer, r->why);
  for (size_t i = 0; i < r->n; i++)
    if (!look_at(r, &r->p[i])) return false;
  return copy_first(r) && apply_all(r);
}

bool db_migrate(const struct db_where *where, const struct migrations *lists, size_t n_lists,
                struct progress *p, struct why *why) {
  struct arena arena = arena_open((size_t)256 << 20);
  if (!arena.start) return why_say(why, "There is not enough memory to open the database.");
  struct run r = {.db = db_new(where, why), .a = &arena, .progress = p, .why = why, .lock_fd = -1};
  bool fine = r.db != NULL;
  if (fine && r.db->kind == DB_SQLITE) {
    char folder[4096];
    snprintf(folder, sizeof folder, "%.*s", P(where->folder));
    fine = folder_make(folder, why) && lock_files(&r);
  }
  if (fine) {
    db_known(lists, n_lists);
    fine = read_steps(&r, lists, n_lists) && migrate_locked(&r);
    unlock(&r);
  }
  db_close(r.db);
  arena_close(&arena);
  return fine;
}
