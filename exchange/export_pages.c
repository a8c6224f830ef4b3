/* export_pages: a manager asks for everything on a declared basis; a job makes it; it is taken
 * once. And such a file is read in. */
#include <jansson.h>
#include "db/seal.h"
#include "exchange.html.h"
#include "exchange/export.h"
#include "exchange/pages.h"

#define FILE_PURPOSE "an export"
enum { FILES_SHOWN = 30, ARENA_BYTES = 512 << 20 };

struct export_row_known {
  int64_t id, user_id, people, classes;
  struct uuid public_id;
  struct str basis, state, file;
};

static bool row_load(struct db *db, struct arena *a, int64_t id, struct export_row_known *out) {
  struct rows r;
  if (!db_one(&r, db, a,
              SQL("select id, public_id, user_id, basis, state, file, people, classes from "
                  "export_file where id = ?1"),
              V(id)))
    return false;
  *out = (struct export_row_known){.id = row_int(&r, 0), .public_id = row_uuid(&r, 1),
                                   .user_id = row_int(&r, 2), .basis = row_text(&r, 3),
                                   .state = row_text(&r, 4), .file = row_text(&r, 5),
                                   .people = row_int(&r, 6), .classes = row_int(&r, 7)};
  db_done(&r);
  return true;
}

/* ---- the page ---- */

static struct str state_words(struct request *rq, struct str state) {
  if (str_eq(state, S("ready"))) return PAGE_TITLE(rq, "Ready: take it once");
  if (str_eq(state, S("taken"))) return PAGE_TITLE(rq, "Taken");
  if (str_eq(state, S("failed"))) return PAGE_TITLE(rq, "It could not be made. Ask again.");
  if (str_eq(state, S("reading"))) return PAGE_TITLE(rq, "Being read in");
  if (str_eq(state, S("in"))) return PAGE_TITLE(rq, "Read in");
  return PAGE_TITLE(rq, "Being made");
}

static void list_bases(struct request *rq, struct export_page *page) {
  struct agreements_known all =
      permission_agreements(rq->db, rq->arena, rq->actor.organisation_id);
  struct declared_returns returns = returns_known(rq->db, rq->arena);
  size_t cap = 0;
  for (size_t i = 0; i < all.n; i++)
    if (all.p[i].from <= rq->today && (all.p[i].to == DAY_NONE || all.p[i].to >= rq->today))
      *slice_push(rq->arena, &page->bases, &cap) = (struct exchange_option){
          str_format(rq->arena, "agreement %.*s", P(all.p[i].public_id)), all.p[i].title, false};
  for (size_t i = 0; i < returns.n; i++)
    *slice_push(rq->arena, &page->bases, &cap) = (struct exchange_option){
        str_format(rq->arena, "return %.*s", P(returns.p[i].code)), returns.p[i].name, false};
}

static void show(struct request *rq, struct str fault) {
  struct export_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Take everything away")),
                             .fault = fault};
  size_t cap = 0;
  bool moving = false;
  list_bases(rq, &page);
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select public_id, state, people, made_at, coalesce(digest, '') from "
                              "export_file where user_id = ?1 order by id desc limit ?2"),
                          V(rq->actor.user_id), V((int64_t)FILES_SHOWN));
  while (db_next(&r)) {
    struct str state = row_text(&r, 1);
    struct local at = instant_local_uk(row_instant(&r, 3));
    moving |= str_eq(state, S("making")) || str_eq(state, S("reading"));
    *slice_push(rq->arena, &page.rows, &cap) = (struct export_row){
        .id = row_text(&r, 0), .state = state_words(rq, state), .people = row_int(&r, 2),
        .digest = row_text(&r, 4), .ready = str_eq(state, S("ready")),
        .when = str_format(rq->arena, "%.*s, %02d:%02d", P(day_words(rq->arena, at.day)),
                           at.minute / 60, at.minute % 60)};
  }
  if (moving) reply_header(rq, "Refresh", S("5"));
  audit_shows(rq, 0, 0);
  view_export(rq->view, &page);
}

void export_page(struct request *rq) { show(rq, (struct str){0}); }

static int64_t add_row(struct request *rq, struct str basis, uint32_t classes, struct str file,
                       const char *state, const char *job) {
  struct db *db = rq->db;
  int64_t id = db_insert(
      db,
      SQL("insert into export_file (public_id, organisation_id, team_id, user_id, basis, classes, "
          "state, file, made_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) returning id"),
      db_uuid(rq->arena, uuid_v4()), V(rq->actor.organisation_id), V(rq->actor.team_id),
      V(rq->actor.user_id), V(basis), V(classes), V(str_of(state)),
      file.n ? db_blob(file) : db_null(), db_instant(rq->arena, rq->now));
  return id && job_add(db, rq->arena, job,
                       str_format(rq->arena, "{\"file\":%lld}", (long long)id), rq->now,
                       INSTANT_NONE, S(""))
             ? id
             : 0;
}

static void keep(struct request *rq, int64_t id, const char *what) {
  if (!id) db_rollback(rq->db, STORE_MAIN);
  else audit_did(rq, what, 0, 0);
  if (!id || db_commit(rq->db, STORE_MAIN) != DB_OK)
    reply_refuse(rq, 503, PAGE_TITLE(rq, "That could not be saved just now. Try again."));
  else reply_redirect(rq, S("/export"));
}

static void refuse(struct request *rq, const struct why *why) {
  reply_status(rq, 422);
  show(rq, words_label((enum language)rq->lang, str_copy(rq->arena, why_str(why))));
}

void export_post(struct request *rq) {
  struct export_basis basis;
  struct why why = {0};
  if (!export_basis_read(rq->db, rq->arena, rq->actor.organisation_id, request_form(rq, "basis"),
                         rq->today, &basis, &why)) {
    refuse(rq, &why);
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  keep(rq, add_row(rq, basis.text, basis.classes, (struct str){0}, "making", "make an export"),
       "export asked for");
}

/* Once: whoever comes second finds it taken. */
void export_take(struct request *rq) {
  struct export_row_known row;
  struct str bytes;
  int64_t id = db_number(rq->db, 0,
                         SQL("select id from export_file where public_id = ?1 and user_id = ?2 and "
                             "state = 'ready'"),
                         V(request_path(rq, "id")), V(rq->actor.user_id));
  if (!id || !row_load(rq->db, rq->arena, id, &row) ||
      !unseal_own(rq->arena, FILE_PURPOSE, row.file, &bytes)) {
    reply_not_found(rq);
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  enum db_result result =
      db_run(rq->db,
             SQL("update export_file set state = 'taken', file = null, ended_at = ?2 where id = ?1 "
                 "and state = 'ready'"),
             V(id), db_instant(rq->arena, rq->now));
  if (result == DB_OK && db_changes(rq->db) != 1) result = DB_CONFLICT;
  audit_did(rq, "export taken", 0, 0);
  if (result != DB_OK) db_rollback(rq->db, STORE_MAIN);
  if (result != DB_OK || db_commit(rq->db, STORE_MAIN) != DB_OK) {
    reply_refuse(rq, 503, PAGE_TITLE(rq, "That could not be given out just now. Try again."));
    return;
  }
  audit_shows(rq, 0, (uint32_t)row.classes);
  reply_download(rq, "application/zip", S("waymark-export.zip"));
  buf_put(rq->body, bytes);
}

void export_read(struct request *rq) {
  struct str bytes, sealed;
  struct why why = {0};
  if (!request_file_bytes(rq, "file", EXPORT_BYTES_MAX, &bytes, &why)) {
    refuse(rq, &why);
    return;
  }
  json_t *people = export_open(rq->arena, bytes, &why);
  if (!people || !seal_own(rq->arena, FILE_PURPOSE, bytes, &sealed)) {
    json_decref(people);
    refuse(rq, &why);
    return;
  }
  json_decref(people);
  db_begin(rq->db, STORE_MAIN);
  keep(rq, add_row(rq, S("read in"), 0, sealed, "reading", "read an export in"),
       "export to be read in");
}

/* ---- the jobs ---- */

static int64_t number_in(struct str json, struct str key) {
  struct str rest = str_slice(json, str_find(json, key), json.n);
  int64_t n = 0;
  rest = str_slice(rest, str_find_byte(rest, ':') + 1, rest.n);
  return str_to_i64(str_slice(rest, 0, str_find_byte(rest, '}')), &n) ? n : 0;
}

static enum db_result end_row(struct job *job, int64_t id, const char *state, struct str file,
                              struct str digest, int64_t people) {
  return db_run(job->db,
                SQL("update export_file set state = ?2, file = ?3, digest = ?4, people = ?5, "
                    "ended_at = ?6 where id = ?1"),
                V(id), V(str_of(state)), file.n ? db_blob(file) : db_null(),
                db_text_or_null(digest), V(people), db_instant(job->arena, job->now));
}

static bool make(struct job *job, struct arena *a, const struct export_row_known *row,
                 const struct actor *actor, enum db_result *result, struct why *why) {
  struct export_basis basis;
  struct str sealed;
  int64_t people = 0;
  day_t today = instant_local_uk(job->now).day;
  if (!export_basis_read(job->db, a, actor->organisation_id, row->basis, today, &basis, why))
    return false;
  struct buf zip = buf_open(EXPORT_BYTES_MAX);
  bool good = export_build(job->db, a, actor, &basis, job->now, job->progress, &zip, &people, why);
  if (good && !seal_own(a, FILE_PURPOSE, buf_str(&zip), &sealed))
    good = why_say(why, "The file could not be sealed.");
  struct sha256 h = sha256_of(buf_str(&zip));
  if (good)
    *result = end_row(job, row->id, "ready", sealed, hex_of(a, h.b, sizeof h.b), people);
  buf_free(&zip);
  return good;
}

static bool open_row(struct job *job, struct export_row_known *row, struct actor *actor) {
  day_t today = instant_local_uk(job->now).day;
  return row_load(job->db, job->arena, number_in(job->arguments, S("\"file\"")), row) &&
         accounts_actor(job->db, job->arena, row->user_id, 0, today, actor) &&
         actor_has(actor, ROLE_MANAGER);
}

enum job_end export_job(struct job *job, struct why *why) {
  struct export_row_known row;
  struct actor actor;
  enum db_result result = DB_OK;
  struct arena a = arena_open(ARENA_BYTES);
  a.out = job->arena->out;
  bool good = open_row(job, &row, &actor) && make(job, &a, &row, &actor, &result, why);
  arena_close(&a);
  if (!good) {
    end_row(job, number_in(job->arguments, S("\"file\"")), "failed", (struct str){0},
            (struct str){0}, 0);
    if (!why->text[0]) why_say(why, "Whoever asked for it may not any more.");
    return JOB_FAILED;
  }
  return result == DB_OK ? JOB_DONE : JOB_AGAIN;
}

/* From where it stopped: a person and all that hangs on them, whole or not at all. */
static enum db_result take_all(struct job *job, const struct actor *actor, const json_t *people) {
  size_t n = json_array_size(people), next = (size_t)number_in(job->state, S("\"next\""));
  struct bulk bulk = bulk_begin(job->db, job);
  struct arena one = arena_open(16 << 20);
  enum db_result result = DB_OK;
  one.out = job->arena->out;
  progress_step(job->progress, "Reading people in", "people", n);
  for (size_t i = next; i < n && result == DB_OK && bulk_row(&bulk); i++) {
    arena_reset(&one);
    result = export_take_person(job->db, &one, actor, json_array_get(people, i), job->now);
    if (result == DB_NONE) result = DB_OK; /* nobody: a row without a name */
    job_keep_state(job, str_format(&one, "{\"next\":%zu}", i + 1));
    seal_forget();
    progress_at(job->progress, i + 1);
  }
  enum db_result end = bulk_end(&bulk);
  arena_close(&one);
  progress_end(job->progress, n);
  return result == DB_OK ? end : result;
}

enum job_end export_read_job(struct job *job, struct why *why) {
  struct export_row_known row;
  struct actor actor;
  struct str bytes;
  struct arena a = arena_open(ARENA_BYTES);
  json_t *people = NULL;
  enum job_end end = JOB_FAILED;
  if (open_row(job, &row, &actor) && unseal_own(&a, FILE_PURPOSE, row.file, &bytes))
    people = export_open(&a, bytes, why);
  if (people) {
    enum db_result result = take_all(job, &actor, people);
    if (result == DB_OK && job_stop_asked(job)) end = JOB_STOPPED;
    else if (result == DB_OK)
      end = end_row(job, row.id, "in", (struct str){0}, (struct str){0},
                    (int64_t)json_array_size(people)) == DB_OK
                ? JOB_DONE
                : JOB_AGAIN;
    else if (result == DB_RETRY) end = JOB_AGAIN;
  }
  if (end == JOB_FAILED && !why->text[0])
    why_say(why, "Somebody could not be read in; those before them are kept.");
  json_decref(people);
  arena_close(&a);
  return end;
}
