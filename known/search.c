/* search: pairs among everyone. The room of keys is cut into parts; each part is a job that any
 * process on any machine of the installation may take, and that another takes over when its process
 * dies. A part goes through its keys in order and keeps its place with what it found, in one
 * transaction, so that nothing is lost or counted twice. A pair weighs what its two records weigh,
 * whoever finds it under whichever key: the pairs found do not depend on who took which part when.
 */
#include "db/seal.h"
#include "known/inside.h"

enum { CHUNK_ROWS = 2000, PART_OF_NUMBER = 1000, SLOTS = 4096 };

/* ---- beginning, stopping, going on ---- */

static enum db_result add_jobs(struct db *db, struct arena *a, int64_t search, instant_t now) {
  struct rows r = db_rows(
      db, a,
      SQL("select part from known_part where search_id = ?1 and ended_at is null order by part"),
      V(search));
  while (db_next(&r)) {
    struct str number =
        str_format(a, "%lld", (long long)(search * PART_OF_NUMBER + row_int(&r, 0)));
    if (!job_add(db, a, "known_part", number, now, INSTANT_NONE, number)) return DB_FAILED;
  }
  return r.result;
}

static enum db_result add_parts(struct db *db, int64_t search) {
  enum db_result r = DB_OK;
  const uint64_t width = UINT64_MAX / KNOWN_PARTS + 1;
  for (unsigned i = 0; i < KNOWN_PARTS && r == DB_OK; i++) {
    int64_t from = (int64_t)(((uint64_t)INT64_MIN) + i * width),
            to = i + 1 == KNOWN_PARTS ? INT64_MAX : (int64_t)((uint64_t)from + width - 1);
    r = db_run(db,
               SQL("insert into known_part (search_id, part, from_key, to_key, after_key, looked, "
                   "found, left_out) values (?1, ?2, ?3, ?4, ?5, 0, 0, 0)"),
               V(search), V((int64_t)i), V(from), V(to), V(i ? from - 1 : from));
  }
  return r;
}

static int64_t unended(struct db *db) {
  return db_number(db, 0,
                   SQL("select coalesce(max(id), 0) from known_search where ended_at is null"));
}

int64_t known_search_begin(struct db *db, struct arena *a, int64_t by_user, instant_t now) {
  int64_t id = unended(db);
  enum db_result r = DB_OK;
  if (id) {
    r = db_run(db, SQL("update known_search set stopped_at = null where id = ?1"), V(id));
  } else {
    id = db_insert(db,
                   SQL("insert into known_search (public_id, began_at, began_by) values (?1, ?2, "
                       "?3) returning id"),
                   db_uuid(a, uuid_v4()), db_instant(a, now), V(by_user));
    if (id) r = known_count_words(db, a);
    if (id && r == DB_OK) r = add_parts(db, id);
  }
  if (id && r == DB_OK) r = add_jobs(db, a, id, now);
  return r == DB_OK ? id : 0;
}

enum db_result known_search_stop(struct db *db, struct arena *a, instant_t now) {
  return db_run(db, SQL("update known_search set stopped_at = ?2 where id = ?1"), V(unended(db)),
                db_instant(a, now));
}

bool known_search_standing(struct db *db, struct arena *a, struct known_standing *out) {
  struct rows r;
  if (!db_one(
          &r, db, a,
          SQL("select s.id, s.began_at, s.stopped_at, s.ended_at, count(*), count(p.ended_at), "
              "cast(sum(p.looked) as bigint), cast(sum(p.found) as bigint), cast(sum(p.left_out) "
              "as bigint) from known_search s join known_part p on p.search_id = s.id where s.id "
              "= (select max(id) from known_search) group by s.id, s.began_at, s.stopped_at, "
              "s.ended_at")))
    return false;
  *out = (struct known_standing){.id = row_int(&r, 0),
                                 .began_at = row_instant(&r, 1),
                                 .stopped_at = row_instant(&r, 2),
                                 .ended_at = row_instant(&r, 3),
                                 .parts = row_int(&r, 4),
                                 .ended = row_int(&r, 5),
                                 .looked = row_int(&r, 6),
                                 .found = row_int(&r, 7),
                                 .left_out = row_int(&r, 8)};
  db_done(&r);
  return true;
}

/* ---- one part ---- */

/* The people of a chunk, each opened once. */
struct opened {
  int64_t id;
  bool there, invented;
  struct known_facts facts;
};
struct part_work {
  struct job *job;
  struct bulk *bulk;
  struct arena scratch;
  int64_t search, number, after, to, looked, found, left_out;
  struct opened **slot;
};

static const struct opened *open_person(struct part_work *w, int64_t id) {
  struct db *db = w->job->db;
  size_t at = (size_t)((uint64_t)id * 0x9E3779B97F4A7C15u >> 52);
  while (w->slot[at] && w->slot[at]->id != id) at = (at + 1) % SLOTS;
  if (w->slot[at]) return w->slot[at];
  struct opened *o = w->slot[at] = arena_new(&w->scratch, struct opened);
  struct person p;
  o->id = id, w->looked++;
  /* Kept but not to be used (UK GDPR Article 18), or hiding since: left out. */
  if (permission_is_restricted(db, id) || people_use_limited(db, id) & KNOWN_CLASSES) return o;
  if (!people_contact(db, &w->scratch, id, KNOWN_CLASSES, &p)) return o;
  struct known_asked asked = known_asked_of(&p);
  o->facts = known_facts_of(db, &w->scratch, &asked);
  o->there = true, o->invented = p.invented == 1;
  return o;
}

static bool look_at_pair(struct part_work *w, int64_t x, int64_t y) {
  const struct opened *a = open_person(w, x), *b = open_person(w, y);
  if (!a->there || !b->there) return true;
  struct known_weighed weighed = known_weigh(&a->facts, &b->facts, w->scratch);
  if (weighed.band == KNOWN_NOT) return true;
  if (!bulk_row(w->bulk)) return false;
  w->found++;
  return known_pair_found(w->job->db, &w->scratch, x, y, (double)weighed.why.weight,
                          a->invented && b->invented, w->job->now) == DB_OK;
}

static bool look_at_block(struct part_work *w, const int64_t *people, size_t n) {
  if (n > KNOWN_BLOCK_MAX) {
    w->left_out++;
    return true;
  }
  for (size_t i = 0; i < n; i++)
    for (size_t k = i + 1; k < n; k++)
      if (!look_at_pair(w, people[i], people[k])) return false;
  return true;
}

struct keyed {
  int64_t key, person;
};

/* The next keys of the part, whole: *n of them, and whether these are the last. */
static struct keyed *read_chunk(struct part_work *w, size_t *n, bool *last) {
  struct keyed *rows = arena_many(&w->scratch, struct keyed, CHUNK_ROWS);
  struct rows r = db_rows(w->job->db, &w->scratch,
                          SQL("select key, person_id from listed_key where key > ?1 and key <= ?2 "
                              "order by key, person_id limit ?3"),
                          V(w->after), V(w->to), V((int64_t)CHUNK_ROWS));
  *n = 0;
  while (db_next(&r)) rows[(*n)++] = (struct keyed){row_int(&r, 0), row_int(&r, 1)};
  *last = r.result == DB_OK && *n < CHUNK_ROWS;
  if (*last || !*n) return rows;
  int64_t cut = rows[*n - 1].key;      /* it may go on behind the chunk */
  if (rows[0].key == cut) return rows; /* thousands share one key: left out, as one block */
  while (rows[*n - 1].key == cut) --*n;
  return rows;
}

/* Keeps the place with what was found, unless somebody else went on with this part meanwhile. */
static bool keep_place(struct part_work *w, int64_t next, bool last) {
  struct db *db = w->job->db;
  if (!bulk_row(w->bulk)) return false;
  enum db_result r =
      db_run(db,
             SQL("update known_part set after_key = ?4, looked = looked + ?5, found = found + ?6, "
                 "left_out "
                 "= left_out + ?7, ended_at = ?8 where search_id = ?1 and part = ?2 and after_key "
                 "= ?3 and "
                 "ended_at is null"),
             V(w->search), V(w->number), V(w->after), V(next), V(w->looked), V(w->found),
             V(w->left_out), db_instant(&w->scratch, last ? w->job->now : INSTANT_NONE));
  if (r != DB_OK || db_changes(db) != 1) return false;
  w->after = next, w->looked = w->found = w->left_out = 0;
  if (!last) return true;
  return db_run(db,
                SQL("update known_search set ended_at = ?2 where id = ?1 and not exists (select 1 "
                    "from known_part where search_id = ?1 and ended_at is null)"),
                V(w->search), db_instant(&w->scratch, w->job->now)) == DB_OK;
}

static bool look_at_chunk(struct part_work *w, bool *last) {
  struct arena whole = *w->job->arena;
  size_t n;
  int64_t people[CHUNK_ROWS];
  w->scratch = whole;
  w->slot = arena_many(&w->scratch, struct opened *, SLOTS);
  struct keyed *rows = read_chunk(w, &n, last);
  for (size_t i = 0, many; i < n; i += many) {
    for (many = 0; i + many < n && rows[i + many].key == rows[i].key; many++)
      people[many] = rows[i + many].person;
    if (many > 1 && !look_at_block(w, people, many)) return false;
  }
  seal_forget();
  int64_t next = *last ? w->to : rows[n - 1].key;
  return keep_place(w, next, *last);
}

static bool part_read(struct job *job, struct part_work *w) {
  int64_t number;
  struct rows r;
  if (!str_to_i64(job->arguments, &number)) return false;
  w->search = number / PART_OF_NUMBER, w->number = number % PART_OF_NUMBER;
  if (!db_one(&r, job->db, job->arena,
              SQL("select p.after_key, p.to_key from known_part p join known_search s on s.id = "
                  "p.search_id where p.search_id = ?1 and p.part = ?2 and p.ended_at is null and "
                  "s.stopped_at is null"),
              V(w->search), V(w->number)))
    return false;
  w->after = row_int(&r, 0), w->to = row_int(&r, 1);
  db_done(&r);
  return true;
}

static bool stopped(struct part_work *w) {
  return db_number(
             w->job->db, 1,
             SQL("select count(*) from known_search where id = ?1 and stopped_at is not null"),
             V(w->search)) != 0;
}

enum job_end known_part_run(struct job *job, struct why *why) {
  struct part_work w = {.job = job};
  bool last = false, ok = true;
  if (!part_read(job, &w)) return JOB_DONE; /* stopped, or somebody finished it */
  struct bulk b = bulk_begin(job->db, job);
  w.bulk = &b;
  progress_step(job->progress, "Compare", "parts of a thousand", 1000);
  int64_t from = w.after;
  while (ok && !last && !stopped(&w)) {
    ok = look_at_chunk(&w, &last);
    double share = ((double)w.after - (double)from) / ((double)w.to - (double)from + 1);
    progress_at(job->progress, (uint64_t)(share * 1000));
  }
  seal_forget();
  enum db_result r = bulk_end(&b);
  if (job_stop_asked(job)) return JOB_STOPPED;
  if (r == DB_RETRY) return JOB_AGAIN;
  if (r != DB_OK) return why_say(why, "What was found could not be saved."), JOB_FAILED;
  if (!ok) return JOB_AGAIN;
  progress_end(job->progress, 1000);
  return JOB_DONE;
}
