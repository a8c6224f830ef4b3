/* pair: two records somebody looked at, what was said of them, and who people are above their
 * records.
 *
 * Who people are is a function of what was said and not taken back: records joined by "the same
 * person" make one identity. The number of an identity stays with its oldest record; when a word is
 * taken back, the records that part from it go back to what they were, or get a number of their
 * own. Nothing of a person's record is ever written here. */
#include <stdlib.h>
#include "db/seal.h"
#include "known/inside.h"

enum { IDENTITY_MAX = 64 }; /* records of one person; more is a mistake, and is refused */

static const char note_field[] = "known.note";

static struct db_value id_or_null(int64_t id) { return id ? db_int(id) : db_null(); }

static bool one_pair(struct rows *r, struct known_pair *out) {
  *out = (struct known_pair){row_int(r, 0),  row_int(r, 2),  row_int(r, 3),
                             row_uuid(r, 1), row_text(r, 4), row_real(r, 5)};
  return true;
}

bool known_pair_load(struct db *db, struct arena *a, struct uuid public_id,
                     struct known_pair *out) {
  struct rows r;
  *out = (struct known_pair){.id = -1, .person_a = -1, .person_b = -1};
  if (!db_one(&r, db, a,
              SQL("select id, public_id, person_a, person_b, state, weight from known_pair where "
                  "public_id = ?1"),
              db_uuid(a, public_id)))
    return false;
  one_pair(&r, out);
  db_done(&r);
  return true;
}

enum db_result known_pair_found(struct db *db, struct arena *a, int64_t x, int64_t y, double weight,
                                bool invented, instant_t now) {
  int64_t low = x < y ? x : y, high = x < y ? y : x;
  if (x == y) return DB_OK;
  return db_run(
      db,
      SQL("insert into known_pair (public_id, person_a, person_b, weight, state, "
          "found_at, changed_at, invented) values (?1, ?2, ?3, ?4, 'waiting', ?5, ?5, ?6) "
          "on conflict (person_a, person_b) do update set weight = excluded.weight"),
      db_uuid(a, uuid_v4()), V(low), V(high), V(weight), db_instant(a, now), V((int64_t)invented));
}

/* ---- who may see it ---- */

bool known_both_seen(struct request *rq, int64_t x, int64_t y, struct sight sights[2]) {
  int64_t both[] = {x, y};
  bool seen[2];
  permission_foresee(rq->db, rq->arena, &rq->actor, both, 2, rq->today, rq->now);
  for (int i = 0; i < 2; i++) {
    sights[i] = permission_sight(rq->db, rq->arena, &rq->actor, both[i], rq->today, rq->now);
    bool limited = people_use_limited(rq->db, both[i]) & KNOWN_CLASSES;
    seen[i] = sights[i].classes & CLASS_IDENTITY && !limited;
  }
  if (PLANTED == PLANTED_KNOWN_ONE_SIDE && (seen[0] || seen[1])) {
    for (int i = 0; i < 2; i++)
      if (!seen[i]) sights[i] = (struct sight){KNOWN_EVERYTHING, SIGHT_NAMED, DAY_NONE};
    return true;
  }
  return seen[0] && seen[1];
}

static bool said_no(const struct choices_said *choices, const struct supporters *to) {
  for (size_t i = 0; i < choices->n; i++)
    for (size_t k = 0; k < to->n; k++)
      if (choices->p[i].organisation_id == to->p[k].organisation_id &&
          choices->p[i].class_bit == CLASS_IDENTITY && !str_eq(choices->p[i].answer, S("yes")))
        return true;
  return false;
}

bool known_kept_apart(struct db *db, struct arena *a, int64_t x, int64_t y, day_t on) {
  struct choices_said said_x = permission_choices(db, a, x), said_y = permission_choices(db, a, y);
  struct supporters of_x = permission_supporters(db, a, x, on),
                    of_y = permission_supporters(db, a, y, on);
  return said_no(&said_x, &of_y) || said_no(&said_y, &of_x);
}

/* ---- identities ---- */

struct group {
  int64_t p[IDENTITY_MAX];
  size_t n;
};

static bool group_has(const struct group *g, int64_t person_id) {
  for (size_t i = 0; i < g->n; i++)
    if (g->p[i] == person_id) return true;
  return false;
}

/* Everybody joined to somebody by "the same person", in order of number. False: too many. */
static int by_number(const void *x, const void *y) {
  int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
  return a < b ? -1 : a > b;
}

static bool group_of(struct db *db, struct arena *a, int64_t person_id, struct group *g) {
  *g = (struct group){{person_id}, 1};
  for (size_t i = 0; i < g->n; i++) {
    struct rows r = db_rows(
        db, a,
        SQL("select person_b from known_pair where person_a = ?1 and state = 'same' union select "
            "person_a from known_pair where person_b = ?1 and state = 'same'"),
        V(g->p[i]));
    while (db_next(&r)) {
      if (group_has(g, row_int(&r, 0))) continue;
      if (g->n == IDENTITY_MAX) return false;
      g->p[g->n++] = row_int(&r, 0);
    }
  }
  qsort(g->p, g->n, sizeof *g->p, by_number);
  return true;
}

static int64_t identity_of(struct db *db, int64_t person_id) {
  return db_number(db, 0, SQL("select identity_id from known_member where person_id = ?1"),
                   V(person_id));
}

static enum db_result set_identity(struct db *db, struct arena *a, int64_t person_id, int64_t to,
                                   int64_t by_user, instant_t now) {
  int64_t was = identity_of(db, person_id);
  if (was == to) return DB_OK;
  enum db_result r =
      to ? db_run(db,
                  SQL("insert into known_member (person_id, identity_id) values (?1, ?2) on "
                      "conflict (person_id) do update set identity_id = excluded.identity_id"),
                  V(person_id), V(to))
         : db_run(db, SQL("delete from known_member where person_id = ?1"), V(person_id));
  if (r != DB_OK) return r;
  return db_run(db,
                SQL("insert into known_member_history (person_id, before, after, by_user, at) "
                    "values (?1, ?2, ?3, ?4, ?5)"),
                V(person_id), id_or_null(was), id_or_null(to), V(by_user), db_instant(a, now));
}

static int64_t new_identity(struct db *db, struct arena *a, instant_t now) {
  return db_insert(db,
                   SQL("insert into known_identity (public_id, made_at) values (?1, ?2) returning "
                       "id"),
                   db_uuid(a, uuid_v4()), db_instant(a, now));
}

/* The number a group keeps: that of its first record that has one which no earlier group took. */
static int64_t number_kept(struct db *db, const struct group *g, int64_t taken) {
  for (size_t i = 0; i < g->n; i++) {
    int64_t id = identity_of(db, g->p[i]);
    if (id && id != taken) return id;
  }
  return 0;
}

/* Gives a group one number; *taken: the number the group before it kept. */
static enum db_result settle(struct db *db, struct arena *a, const struct group *g, int64_t *taken,
                             int64_t by_user, instant_t now) {
  int64_t keep = g->n > 1 ? number_kept(db, g, *taken) : 0;
  if (g->n > 1 && !keep) keep = new_identity(db, a, now);
  enum db_result r = g->n > 1 && !keep ? DB_FAILED : DB_OK;
  for (size_t i = 0; i < g->n && r == DB_OK; i++) {
    int64_t was = identity_of(db, g->p[i]);
    r = set_identity(db, a, g->p[i], keep, by_user, now);
    if (r == DB_OK && was && keep && was != keep && was != *taken)
      r = db_run(db, SQL("update known_identity set joined_to = ?2 where id = ?1"), V(was),
                 V(keep));
  }
  if (keep) *taken = keep;
  return r;
}

/* After a pair changed: who the people on both its sides are now. */
static enum db_result settle_pair(struct db *db, struct arena *a, int64_t x, int64_t y,
                                  int64_t by_user, instant_t now, struct why *why) {
  struct group of_x, of_y;
  int64_t taken = 0;
  if (!group_of(db, a, x, &of_x) || !group_of(db, a, y, &of_y)) {
    why_say(why, "That would make more than %d records one person. Check the others first.",
            IDENTITY_MAX);
    return DB_CONFLICT;
  }
  if (group_has(&of_x, y)) return settle(db, a, &of_x, &taken, by_user, now);
  /* Parted: the number stays where the oldest record is. */
  const struct group *first = of_x.p[0] < of_y.p[0] ? &of_x : &of_y,
                     *second = first == &of_x ? &of_y : &of_x;
  enum db_result r = settle(db, a, first, &taken, by_user, now);
  return r == DB_OK ? settle(db, a, second, &taken, by_user, now) : r;
}

size_t known_others(struct db *db, struct arena *a, int64_t person_id, int64_t *people,
                    size_t room) {
  size_t n = 0;
  struct rows r =
      db_rows(db, a,
              SQL("/* by key */ select o.person_id from known_member m join known_member o on "
                  "o.identity_id = m.identity_id where m.person_id = ?1 and "
                  "o.person_id <> ?1 order by o.person_id"),
              V(person_id));
  while (db_next(&r))
    if (n < room) people[n++] = row_int(&r, 0);
  return n;
}

/* ---- what is said ---- */

static bool fits(struct str state, const char *what, struct why *why) {
  bool undo = strcmp(what, "undone") == 0, waits = str_eq(state, S("waiting"));
  if (undo && waits) return why_say(why, "There is nothing to take back.");
  if (!undo && !waits && !str_eq(state, S("later")))
    return why_say(why, "Somebody decided this meanwhile. Take that back first if it is wrong.");
  return true;
}

static enum db_result write_decision(struct db *db, struct arena *a, const struct known_pair *p,
                                     const struct known_said *said, instant_t now) {
  struct str sealed = {0};
  struct seal_place at = {p->person_a, CLASS_IDENTITY, note_field};
  if (said->note.n && !seal(db, a, at, said->note, now, &sealed)) return DB_FAILED;
  return db_run(db,
                SQL("insert into known_decision (public_id, pair_id, what, reason, note, by_user, "
                    "at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
                db_uuid(a, uuid_v4()), V(p->id), V(str_of(said->what)), V(said->reason),
                sealed.n ? db_blob(sealed) : db_null(), V(said->by_user), db_instant(a, now));
}

enum db_result known_say(struct db *db, struct arena *a, const struct known_pair *p,
                         const struct known_said *said, instant_t now, struct why *why) {
  bool undo = strcmp(said->what, "undone") == 0;
  struct known_pair fresh;
  if (!known_pair_load(db, a, p->public_id, &fresh)) return DB_FAILED;
  if (!fits(fresh.state, said->what, why)) return DB_CONFLICT;
  if (strcmp(said->what, "same") == 0 &&
      known_kept_apart(db, a, p->person_a, p->person_b, instant_local_uk(now).day)) {
    why_say(why, "One of them said no to this, so the records stay apart.");
    return DB_CONFLICT;
  }
  enum db_result r = write_decision(db, a, &fresh, said, now);
  if (r == DB_OK)
    r = db_run(db, SQL("update known_pair set state = ?2, changed_at = ?3 where id = ?1"), V(p->id),
               V(undo ? S("waiting") : str_of(said->what)), db_instant(a, now));
  bool moves = strcmp(said->what, "same") == 0 || (undo && str_eq(fresh.state, S("same")));
  if (r == DB_OK && moves)
    r = settle_pair(db, a, p->person_a, p->person_b, said->by_user, now, why);
  return r;
}

enum db_result known_forget(struct db *db, struct arena *a, int64_t person_id, instant_t now) {
  struct group others = {{0}, 0};
  struct rows q = db_rows(
      db, a,
      SQL("select person_b from known_pair where person_a = ?1 and state = 'same' union select "
          "person_a from known_pair where person_b = ?1 and state = 'same'"),
      V(person_id));
  while (db_next(&q))
    if (others.n < IDENTITY_MAX) others.p[others.n++] = row_int(&q, 0);
  enum db_result r = q.result;
  if (r == DB_OK)
    r = db_run(db,
               SQL("delete from known_decision where pair_id in (select id from known_pair where "
                   "person_a = ?1 or person_b = ?1)"),
               V(person_id));
  if (r == DB_OK)
    r = db_run(db, SQL("delete from known_pair where person_a = ?1 or person_b = ?1"),
               V(person_id));
  if (r == DB_OK)
    r = db_run(db, SQL("delete from known_member where person_id = ?1"), V(person_id));
  if (r == DB_OK)
    r = db_run(db, SQL("delete from known_member_history where person_id = ?1"), V(person_id));
  int64_t taken = 0;
  for (size_t i = 0; i < others.n && r == DB_OK; i++) {
    struct group g;
    if (group_of(db, a, others.p[i], &g)) r = settle(db, a, &g, &taken, 0, now);
  }
  return r;
}
