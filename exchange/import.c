/* import: a spreadsheet of people kept sealed while it is looked at, then read in by a job that may
 * stop and go on at any row. What each row made is written beside it, in the same transaction. */
#include "audit/audit.h"
#include "db/seal.h"
#include "exchange/inside.h"
#include "web/page.h"

#define FILE_PURPOSE "a spreadsheet of people"

/* ---- batches ---- */

#define BATCH_COLUMNS                                                                              \
  "id, public_id, organisation_id, team_id, user_id, made_at, state, file, shape, targets, "       \
  "coalesce(safe_way, ''), people, coalesce(job_id, 0), ended_at from import_batch "

static bool batch_row(struct rows *r, struct batch *out) {
  *out = (struct batch){.id = row_int(r, 0),
                        .public_id = row_uuid(r, 1),
                        .organisation_id = row_int(r, 2),
                        .team_id = row_int(r, 3),
                        .user_id = row_int(r, 4),
                        .made_at = row_instant(r, 5),
                        .state = row_text(r, 6),
                        .file = row_text(r, 7),
                        .shape = row_text(r, 8),
                        .targets = row_text(r, 9),
                        .safe_way = row_text(r, 10),
                        .people = row_int(r, 11),
                        .job_id = row_int(r, 12),
                        .ended_at = row_instant(r, 13)};
  db_done(r);
  return true;
}

bool batch_load(struct db *db, struct arena *a, struct uuid public_id, struct batch *out) {
  struct rows r;
  return db_one(&r, db, a, SQL("select " BATCH_COLUMNS "where public_id = ?1"),
                db_uuid(a, public_id)) &&
         batch_row(&r, out);
}

bool batch_load_id(struct db *db, struct arena *a, int64_t id, struct batch *out) {
  struct rows r;
  return db_one(&r, db, a, SQL("select " BATCH_COLUMNS "where id = ?1"), V(id)) &&
         batch_row(&r, out);
}

struct str plan_text(struct arena *a, const struct sheet_plan *plan) {
  struct buf b = buf_open(SHEET_COLUMNS_MAX * 32);
  for (size_t i = 0; i < plan->n; i++) buf_format(&b, "%s%s", i ? " " : "", plan->of[i]->code);
  struct str text = str_copy(a, buf_str(&b));
  buf_free(&b);
  return text;
}

void plan_of(const struct batch *b, const struct sheet *s, struct sheet_plan *out) {
  struct str rest = b->targets;
  *out = (struct sheet_plan){.n = s->headings.n, .safe_way = b->safe_way};
  for (size_t i = 0; i < out->n; i++) {
    const struct target *t = sheet_target(str_cut(&rest, ' '));
    out->of[i] = t ? t : s->headings.p[i].guess;
  }
}

/* As the organisation read its like before; else as the headings say. */
static void remembered(struct db *db, struct arena *a, const struct actor *by,
                       const struct sheet *s, struct batch *b) {
  struct rows r;
  struct sheet_plan plan = {.n = s->headings.n};
  for (size_t i = 0; i < plan.n; i++) plan.of[i] = s->headings.p[i].guess;
  b->targets = plan_text(a, &plan);
  if (!db_one(&r, db, a,
              SQL("select targets, coalesce(safe_way, '') from import_shape where organisation_id "
                  "= ?1 and shape = ?2"),
              V(by->organisation_id), V(s->shape)))
    return;
  b->targets = row_text(&r, 0), b->safe_way = row_text(&r, 1);
  db_done(&r);
}

/* Read as the organisation read its like before. */
static enum db_result batch_add(struct db *db, struct arena *a, const struct actor *by,
                         const struct sheet *s, struct str bytes, instant_t now, struct uuid *id) {
  struct batch b = {0};
  struct str sealed;
  *id = uuid_v4();
  remembered(db, a, by, s, &b);
  if (!seal_own(a, FILE_PURPOSE, bytes, &sealed)) return DB_FAILED;
  return db_run(db,
                SQL("insert into import_batch (public_id, organisation_id, team_id, user_id, "
                    "made_at, state, file, shape, targets, safe_way) values (?1, ?2, ?3, ?4, ?5, "
                    "'looked', ?6, ?7, ?8, ?9)"),
                db_uuid(a, *id), V(by->organisation_id), V(by->team_id), V(by->user_id),
                db_instant(a, now), db_blob(sealed), V(s->shape), V(b.targets),
                db_text_or_null(b.safe_way));
}

bool exchange_sheet_send(struct db *db, struct arena *a, const struct actor *by, struct str bytes,
                         instant_t now, struct uuid *public_id, struct why *why) {
  struct sheet s;
  if (!sheet_read(a, bytes, &s, why)) return false;
  return batch_add(db, a, by, &s, bytes, now, public_id) == DB_OK ||
         why_say(why, "The file could not be kept just now. Send it again.");
}

enum db_result batch_plan(struct db *db, struct arena *a, const struct batch *b,
                          const struct sheet_plan *plan, instant_t now) {
  struct str targets = plan_text(a, plan);
  enum db_result result =
      db_run(db, SQL("update import_batch set targets = ?2, safe_way = ?3 where id = ?1"),
             V(b->id), V(targets), db_text_or_null(plan->safe_way));
  if (result != DB_OK) return result;
  return db_run(db,
                SQL("insert into import_shape (organisation_id, shape, targets, safe_way, "
                    "changed_at) values (?1, ?2, ?3, ?4, ?5) on conflict (organisation_id, shape) "
                    "do update set targets = excluded.targets, safe_way = excluded.safe_way, "
                    "changed_at = excluded.changed_at"),
                V(b->organisation_id), V(b->shape), V(targets), db_text_or_null(plan->safe_way),
                db_instant(a, now));
}

bool batch_sheet(struct arena *a, const struct batch *b, struct sheet *out, struct why *why) {
  struct str bytes;
  if (!b->file.n || !unseal_own(a, FILE_PURPOSE, b->file, &bytes))
    return why_say(why, "The file is not kept any more. Send it again.");
  return sheet_read(a, bytes, out, why);
}

/* ---- answers about rows that look like somebody known ---- */

int64_t batch_choice(struct db *db, const struct batch *b, int64_t line) {
  return db_number(db, -1,
                   SQL("select coalesce(person_id, 0) from import_choice where batch_id = ?1 and "
                       "line = ?2"),
                   V(b->id), V(line));
}

enum db_result batch_choose(struct db *db, const struct batch *b, int64_t line,
                            int64_t person_id) {
  return db_run(db,
                SQL("insert into import_choice (batch_id, line, person_id) values (?1, ?2, ?3) on "
                    "conflict (batch_id, line) do update set person_id = excluded.person_id"),
                V(b->id), V(line), person_id ? V(person_id) : db_null());
}

enum db_result batch_start(struct db *db, struct arena *a, const struct batch *b, bool undo,
                           instant_t now) {
  struct str arguments = str_format(a, "{\"batch\":%lld}", (long long)b->id);
  int64_t job = job_add(db, a, undo ? "undo people read in" : "read people in", arguments, now,
                        INSTANT_NONE, arguments);
  if (!job) return DB_FAILED;
  return db_run(db, SQL("update import_batch set state = ?2, job_id = ?3 where id = ?1"), V(b->id),
                V(undo ? S("undoing") : S("going")), V(job));
}

/* ---- the job ---- */

static int64_t number_in(struct str json, struct str key) {
  struct str rest = str_slice(json, str_find(json, key), json.n);
  int64_t n = 0;
  rest = str_slice(rest, str_find_byte(rest, ':') + 1, rest.n);
  return str_to_i64(str_slice(rest, 0, str_find_byte(rest, '}')), &n) ? n : 0;
}

struct import {
  struct job *job;
  struct batch batch;
  struct actor actor;
  struct sheet sheet;
  struct sheet_people found;
};

static enum db_result note_made(struct import *im, int64_t line, int64_t person, int64_t contact) {
  return db_run(im->job->db,
                SQL("insert into import_made (batch_id, line, person_id, contact_id, version) "
                    "values (?1, ?2, ?3, ?4, 1)"),
                V(im->batch.id), V(line), V(person), contact ? V(contact) : db_null());
}

static enum db_result note_audit(struct import *im, struct arena *a, int64_t person_id) {
  struct audit_subject subject = {person_id, CLASS_IDENTITY | CLASS_CONTACT | CLASS_CONTACTS};
  struct audit_entry e = {.at = im->job->now,
                          .kind = AUDIT_WRITE,
                          .user_id = im->actor.user_id,
                          .organisation_id = im->actor.organisation_id,
                          .team_id = im->actor.team_id,
                          .function = (int)im->actor.function,
                          .route = S("/import/{id}"),
                          .what = S("read in from a spreadsheet"),
                          .subject = &subject,
                          .subjects = 1};
  return audit_outbox_add(im->job->db, a, &e);
}

static enum db_result keep_contacts(struct import *im, struct arena *a,
                                    const struct sheet_person *p, int64_t person_id) {
  enum db_result result = DB_OK;
  bool again;
  for (size_t i = 0; i < p->contacts.n && result == DB_OK; i++) {
    struct contact c;
    record_clear(&contact_type, &c);
    c.person = person_id, c.on_day = p->contacts.p[i].on, c.mode = p->contacts.p[i].mode;
    c.words = p->contacts.p[i].words, c.kept_to = S("all");
    c.worker = im->actor.user_id, c.team = im->actor.team_id;
    result = contacts_add(im->job->db, a, &c, im->actor.user_id, im->job->now, &again);
    if (result == DB_OK) result = note_made(im, p->contacts.p[i].line, person_id, c.id);
  }
  return result;
}

/* One person of the file and all their notes: whole or not at all. */
static enum db_result take_person(struct import *im, struct arena *a,
                                  const struct sheet_person *p) {
  struct db *db = im->job->db;
  int64_t known = batch_choice(db, &im->batch, p->line), id = known;
  struct person made = p->person;
  enum db_result result = DB_OK;
  if (known > 0 &&
      !permission_sight(db, a, &im->actor, known, instant_local_uk(im->job->now).day, im->job->now)
           .classes)
    return DB_OK; /* it may not be seen any more: nothing is written into it */
  if (known <= 0) {
    result = people_add(db, a, &im->actor, &made, im->job->now);
    id = made.id;
    if (result == DB_OK) result = note_made(im, p->line, id, 0);
  }
  if (result == DB_OK) result = keep_contacts(im, a, p, id);
  return result == DB_OK ? note_audit(im, a, id) : result;
}

static bool import_open(struct import *im, struct job *job, struct why *why) {
  struct sheet_plan plan;
  int64_t id = number_in(job->arguments, S("\"batch\""));
  day_t today = instant_local_uk(job->now).day;
  *im = (struct import){.job = job};
  if (!batch_load_id(job->db, job->arena, id, &im->batch))
    return why_say(why, "The file is not there any more.");
  if (!accounts_actor(job->db, job->arena, im->batch.user_id, 0, today, &im->actor) ||
      !actor_has(&im->actor, IMPORTERS))
    return why_say(why, "Whoever sent the file may not add people any more.");
  if (!batch_sheet(job->arena, &im->batch, &im->sheet, why)) return false;
  plan_of(&im->batch, &im->sheet, &plan);
  /* The day it was sent, so that a job that goes on tomorrow reads the same. */
  sheet_people(job->arena, &im->sheet, &plan, instant_local_uk(im->batch.made_at).day, 0,
               &im->found);
  return true;
}

/* From where it stopped; the place is kept together with the rows. */
static enum db_result take_all(struct import *im) {
  struct job *job = im->job;
  size_t n = im->found.people.n, next = (size_t)number_in(job->state, S("\"next\""));
  struct bulk bulk = bulk_begin(job->db, job);
  struct arena one = arena_open(8 << 20);
  one.out = job->arena->out;
  enum db_result result = DB_OK;
  progress_step(job->progress, "Reading people in", "people", n);
  for (size_t i = next; i < n && result == DB_OK && bulk_row(&bulk); i++) {
    arena_reset(&one);
    if (!im->found.people.p[i].stopped) result = take_person(im, &one, &im->found.people.p[i]);
    job_keep_state(job, str_format(&one, "{\"next\":%zu}", i + 1));
    seal_forget();
    progress_at(job->progress, i + 1);
  }
  enum db_result end = bulk_end(&bulk);
  arena_close(&one);
  progress_end(job->progress, n);
  return result == DB_OK ? end : result;
}

enum job_end import_job(struct job *job, struct why *why) {
  struct import im;
  if (!import_open(&im, job, why)) return JOB_FAILED;
  enum db_result result = take_all(&im);
  if (result == DB_RETRY) return JOB_AGAIN;
  if (result != DB_OK) {
    why_say(why, "A row could not be saved; those before it are kept. Send the file again to go "
                 "on.");
    return JOB_FAILED;
  }
  if (job_stop_asked(job)) return JOB_STOPPED;
  result = db_run(job->db,
                  SQL("update import_batch set state = 'done', file = null, people = ?2, ended_at "
                      "= ?3 where id = ?1"),
                  V(im.batch.id), V((int64_t)im.found.going), db_instant(job->arena, job->now));
  return result == DB_OK ? JOB_DONE : JOB_AGAIN;
}
