/* keys: what somebody is found by. Derived from a few fields as typed, hashed under a key of the
 * installation, and written with the person; never the values themselves. */
#include <stdlib.h>
#include "db/seal.h"
#include "known/inside.h"

enum { DOCTOR_PEOPLE = 400, REBUILD_ROWS = 200 };

struct known_asked known_asked_of(const struct person *p) {
  return (struct known_asked){.name = p->name,
                              .full_name = p->full_name,
                              .phone = p->phone,
                              .email = p->email,
                              .postcode = p->postcode,
                              .born_on = p->born_on,
                              .age = NUMBER_NONE,
                              .asked_on = DAY_NONE};
}

static struct few_record form_of(struct arena *a, const struct known_asked *asked,
                                 struct str name) {
  struct few_record r = {{{0}}};
  few_split_name(a, name, &r.value[FEW_FORENAME], &r.value[FEW_SURNAME]);
  if (asked->born_on != DAY_NONE) r.value[FEW_DOB] = day_iso(a, asked->born_on);
  r.value[FEW_POSTCODE] = asked->postcode;
  r.value[FEW_PHONE] = asked->phone;
  r.value[FEW_EMAIL] = asked->email;
  return r;
}

struct known_forms known_forms_of(struct arena *a, const struct known_asked *asked) {
  struct known_forms f = {0};
  if (asked->full_name.n) f.p[f.n++] = form_of(a, asked, asked->full_name);
  if (asked->name.n && !str_eq_nocase(asked->name, asked->full_name))
    f.p[f.n++] = form_of(a, asked, asked->name);
  if (!f.n) f.p[f.n++] = form_of(a, asked, (struct str){0});
  return f;
}

static int by_number(const void *x, const void *y) {
  int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
  return a < b ? -1 : a > b;
}

/* 64 bits are enough: two different texts meeting by chance only cost one comparison. */
static int64_t key_of(struct arena *a, struct str text) {
  struct str hex = seal_blind(a, "known here", text);
  uint64_t v = 0;
  for (size_t i = 0; i < 16 && i < hex.n; i++)
    v = v << 4 | (uint64_t)(hex.p[i] <= '9' ? hex.p[i] - '0' : hex.p[i] - 'a' + 10);
  return (int64_t)v == INT64_MIN ? 0
                                 : (int64_t)v; /* the least is no key: a search begins behind it */
}

size_t known_keys(struct arena *a, const struct known_forms *forms, int64_t keys[KNOWN_KEYS_MAX]) {
  struct str texts[FEW_KEYS_MAX];
  size_t n = 0, kept = 0;
  for (size_t i = 0; i < forms->n; i++) {
    size_t many = few_keys(a, &forms->p[i], texts);
    for (size_t k = 0; k < many && n < KNOWN_KEYS_MAX; k++) keys[n++] = key_of(a, texts[k]);
  }
  qsort(keys, n, sizeof *keys, by_number);
  for (size_t i = 0; i < n; i++)
    if (!kept || keys[kept - 1] != keys[i]) keys[kept++] = keys[i];
  return kept;
}

static size_t keys_of_person(struct arena *a, const struct person *p,
                             int64_t keys[KNOWN_KEYS_MAX]) {
  struct known_asked asked = known_asked_of(p);
  struct known_forms forms = known_forms_of(a, &asked);
  return known_keys(a, &forms, keys);
}

static bool stand_already(struct db *db, struct arena *a, int64_t person_id, const int64_t *keys,
                          size_t n) {
  int64_t there[KNOWN_KEYS_MAX + 1];
  size_t have = permission_listed_keys(db, a, person_id, there, countof(there));
  return have == n && (!n || memcmp(there, keys, n * sizeof *keys) == 0);
}

/* Without the master key every text would have one and the same key, and nobody would be found. */
static bool keys_can_be_made(struct arena scratch) {
  return seal_blind(&scratch, "known here", S("x")).n > 0;
}

/* What stands for somebody becomes what their record says, of the classes given. DB_NONE: it did
 * already. */
static enum db_result renew(struct db *db, struct arena *a, const struct person *p) {
  int64_t keys[KNOWN_KEYS_MAX];
  if (!keys_can_be_made(*a)) return DB_FAILED;
  size_t n = keys_of_person(a, p, keys);
  if (stand_already(db, a, p->id, keys, n)) return DB_NONE;
  return permission_list_keys(db, a, p->id, keys, n);
}

enum db_result known_wrote(struct db *db, struct arena *a, const struct person *p, instant_t now) {
  bool hides = permission_is_restricted(db, p->id) || !p->name.n;
  if (hides && PLANTED != PLANTED_KNOWN_HIDDEN) { /* from now on */
    enum db_result r = permission_list_keys(db, a, p->id, NULL, 0);
    return r == DB_OK ? known_forget(db, a, p->id, now) : r;
  }
  enum db_result r = p->name.n ? renew(db, a, p) : DB_OK;
  return r == DB_NONE ? DB_OK : r;
}

enum db_result known_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                           instant_t now) {
  struct person p;
  if (!(classes & KNOWN_CLASSES)) return DB_OK;
  enum db_result r = classes & CLASS_IDENTITY ? known_forget(db, a, person_id, now) : DB_OK;
  if (r != DB_OK) return r;
  uint32_t left = KNOWN_EVERYTHING & ~classes;
  if (classes & CLASS_IDENTITY || permission_is_restricted(db, person_id) ||
      !people_contact(db, a, person_id, left, &p))
    return permission_list_keys(db, a, person_id, NULL, 0);
  r = renew(db, a, &p);
  return r == DB_NONE ? DB_OK : r;
}

/* ---- how common a name is ---- */

enum db_result known_count_words(struct db *db, struct arena *a) {
  (void)a;
  enum db_result r = db_run(db, SQL("delete from known_word"));
  if (r == DB_OK)
    r = db_run(db, SQL("/* scan: with each search */ insert into known_word (word, people) select "
                       "word, count(distinct person_id) from may_see_word where word <> '' group "
                       "by word having count(distinct person_id) > 2"));
  if (r == DB_OK)
    r = db_run(db, SQL("/* scan: with each search */ insert into known_word (word, people) select "
                       "'', count(distinct person_id) from listed_key"));
  return r;
}

/* ---- made again ---- */

/* 1: it differed and was put right. */
static int64_t rebuild_one(struct db *db, struct arena *a, int64_t person_id,
                           enum db_result *result) {
  struct person p;
  *result = DB_OK;
  if (permission_is_restricted(db, person_id)) {
    if (stand_already(db, a, person_id, NULL, 0)) return 0;
    *result = permission_list_keys(db, a, person_id, NULL, 0);
    return 1;
  }
  if (!people_contact(db, a, person_id, KNOWN_EVERYTHING, &p)) return 0;
  enum db_result r = renew(db, a, &p);
  if (r != DB_OK && r != DB_NONE) *result = r;
  return r == DB_OK;
}

int64_t known_rebuild(struct db *db, struct arena *a) {
  int64_t differed = 0, id = 0;
  enum db_result r = DB_OK;
  if (!keys_can_be_made(*a)) return -1;
  struct bulk b = bulk_begin(db, NULL);
  while (r == DB_OK && (id = people_next(db, id))) {
    struct arena scratch = *a;
    if (!bulk_row(&b)) break;
    differed += rebuild_one(db, &scratch, id, &r);
    seal_forget();
  }
  return bulk_end(&b) == DB_OK && r == DB_OK ? differed : -1;
}

/* The job's state is the last person done, a JSON number. */
static int64_t state_number(struct str state) {
  int64_t n = 0;
  return str_to_i64(state, &n) ? n : 0;
}

enum job_end known_keys_run(struct job *job, struct why *why) {
  int64_t after = state_number(job->state), done = 0, id, last = people_last(job->db);
  if (!keys_can_be_made(*job->arena))
    return why_say(why, "The master key is not open."), JOB_FAILED;
  struct bulk b = bulk_begin(job->db, job);
  progress_step(job->progress, "Make keys again", "numbers of people", (uint64_t)last);
  while ((id = people_next(job->db, after))) {
    struct arena scratch = *job->arena;
    enum db_result r;
    if (!bulk_row(&b)) break;
    rebuild_one(job->db, &scratch, id, &r);
    if (r != DB_OK) break;
    after = id, done++;
    if (done % REBUILD_ROWS == 0) {
      seal_forget();
      job_keep_state(job, str_format(&scratch, "%lld", (long long)after));
      if (!progress_at(job->progress, (uint64_t)after)) break;
    }
  }
  seal_forget();
  if (bulk_end(&b) != DB_OK) return why_say(why, "The keys could not be saved."), JOB_FAILED;
  if (job_stop_asked(job)) {
    job_keep_state(job, str_format(job->arena, "%lld", (long long)after));
    return JOB_STOPPED;
  }
  progress_end(job->progress, (uint64_t)last);
  return JOB_DONE;
}

/* A part of the people is compared whole each time: those whose number leaves the day's rest. */
int known_keys_doctor(struct db *db, struct arena *a, struct buf *out) {
  int64_t hidden = permission_hidden_listed(db);
  int64_t differ = 0, looked = 0, step = people_last(db) / DOCTOR_PEOPLE + 1;
  for (int64_t id = people_next(db, 0); id; id = people_next(db, id + step - 1)) {
    struct arena scratch = *a;
    struct person p;
    int64_t keys[KNOWN_KEYS_MAX];
    if (permission_is_restricted(db, id) ||
        !people_contact(db, &scratch, id, KNOWN_EVERYTHING, &p) || !p.name.n)
      continue;
    size_t n = keys_of_person(&scratch, &p, keys);
    looked++, differ += !stand_already(db, &scratch, id, keys, n);
  }
  seal_forget();
  if (hidden)
    buf_format(out,
               "%lld people who hide could be found by \"already known here?\". Run waymark "
               "known rebuild now, and tell the people who make Waymark.\n",
               (long long)hidden);
  if (differ)
    buf_format(out,
               "%lld of %lld people looked at would not be found by \"already known here?\" "
               "as their records now stand. Run waymark known rebuild.\n",
               (long long)differ, (long long)looked);
  return (hidden != 0) + (differ != 0);
}
