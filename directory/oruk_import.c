/* Walking a feed as a job in the long lane: every page, every record, nothing taken away that was
 * not looked for in vain.
 *
 * One walk is a number. A record is fetched, its canonical text hashed; the same hash as last time
 * means nothing to do but to note that this walk saw it. Only a walk that saw every page, and as
 * many records as the feed said there are, may say that a record is missing; then its service
 * leaves the directory (its row, history and raw text stay). A walk that was cut short takes
 * nothing away. Killed half-way, the job goes on at the page it was on. */
#include <unistd.h>
#include "directory/feed.h"
#include "web/out.h"

enum {
  PER_PAGE = 50,
  PAGES_MAX = 20000,
  TRIES_MAX = 6,
  WAIT_FIRST_MS = 200,
  WAIT_MOST_MS = 30000,
  ITEMS_MAX = 1000,
  SAID_BYTES_MAX = 900
};

/* Where the walk stands; kept in the job between pages. */
struct walk {
  struct job *job;
  struct feed feed;
  int64_t number, page, seen, total,
      bad; /* total: as the feed's first page said; -1 = it did not */
  bool begun, failed_page;
  struct arena page_memory, record_memory;
  struct buf said;
};

static void read_state(struct walk *w) {
  json_t *s = w->job->state.n ? json_read(w->job->state, 1 << 16, NULL) : NULL;
  w->begun = json_is_integer(json_object_get(s, "walk"));
  w->number = json_integer_value(json_object_get(s, "walk"));
  w->page = json_integer_value(json_object_get(s, "page"));
  w->seen = json_integer_value(json_object_get(s, "seen"));
  w->bad = json_integer_value(json_object_get(s, "bad"));
  w->total = s ? json_integer_value(json_object_get(s, "total")) : -1;
  json_decref(s);
}

static void keep_state(struct walk *w) {
  char text[200];
  int n = snprintf(text, sizeof text,
                   "{\"walk\":%lld,\"page\":%lld,\"seen\":%lld,\"bad\":%lld,\"total\":%lld}",
                   (long long)w->number, (long long)w->page, (long long)w->seen, (long long)w->bad,
                   (long long)w->total);
  job_keep_state(w->job, (struct str){text, (size_t)n});
}

/* ---- Fetching: again after a pause when the answer was cut off, busy or no JSON; the feed's own
 * Retry-After counts. */
static bool pause_ms(struct walk *w, int64_t ms) {
  for (; ms > 0; ms -= 100) {
    if (job_stop_asked(w->job)) return false;
    usleep(100000);
  }
  return !job_stop_asked(w->job);
}

static int64_t wait_of(const struct out_reply *reply, int attempt) {
  int64_t seconds, ms = (int64_t)WAIT_FIRST_MS << attempt;
  if (str_to_i64(reply->retry_after, &seconds) && seconds >= 0) ms = seconds * 1000;
  return ms > WAIT_MOST_MS ? WAIT_MOST_MS : ms;
}

static bool worth_again(int status) {
  return status == 0 || status == 200 || status == 408 || status == 429 || status >= 500;
}

static json_t *fetch(struct walk *w, struct str path, size_t bytes_max, int *status,
                     struct why *why) {
  for (int attempt = 0; attempt < TRIES_MAX; attempt++) {
    struct out_request ask = {.url =
                                  str_format(&w->page_memory, "%.*s%.*s", P(w->feed.url), P(path)),
                              .bytes_max = bytes_max};
    ask.headers[0] = S("Accept: application/json");
    struct out_reply reply = {0};
    json_t *found = NULL;
    if (out_send(&w->page_memory, &ask, &reply, why)) {
      if (reply.status == 200)
        found = json_read(reply.body, bytes_max, why);
      else
        why_say(why, "It answered %d.", reply.status);
    }
    *status = reply.status;
    if (found) return found;
    if (!worth_again(reply.status) || attempt + 1 == TRIES_MAX ||
        !pause_ms(w, wait_of(&reply, attempt)))
      return NULL;
  }
  return NULL;
}

/* ---- One page: everything is fetched first, so that no transaction waits for the network. */
struct fetched {
  struct str ref, text;
};
struct page_records {
  struct {
    struct fetched *p;
    size_t n;
  } list;
  size_t cap;
};

static bool safe_in_path(struct str id) {
  for (size_t i = 0; i < id.n; i++) {
    char c = id.p[i];
    bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                 c == '-' || c == '_' || c == '.';
    if (!plain) return false;
  }
  return id.n > 0 && id.n <= 150 && !str_eq(id, S(".")) && !str_eq(id, S(".."));
}

static struct str item_id(struct walk *w, const json_t *item) {
  const json_t *id = json_object_get(item, "id");
  if (json_is_string(id))
    return str_copy(&w->page_memory, (struct str){json_string_value(id), json_string_length(id)});
  return json_is_integer(id)
             ? str_format(&w->page_memory, "%lld", (long long)json_integer_value(id))
             : (struct str){0};
}

/* The whole record; when it has no page of its own, what the list showed. false: it could not be
 * had (not the same as gone). */
static bool fetch_record(struct walk *w, const json_t *item, struct fetched *out, struct why *why) {
  int status;
  out->ref = item_id(w, item);
  if (!safe_in_path(out->ref)) return why_say(why, "a record has no usable id");
  json_t *whole = fetch(w, str_format(&w->page_memory, "/services/%.*s", P(out->ref)),
                        FEED_RECORD_BYTES_MAX, &status, why);
  if (!whole && status != 404) return false;
  if (!whole) log_event(LOG_WARNING, "feed_record_absent", "feed=%lld", (long long)w->feed.id);
  out->text = feed_canonical(&w->page_memory, whole ? whole : item);
  json_decref(whole);
  return out->text.n > 0 || why_say(why, "a record is too large");
}

static bool fetch_page(struct walk *w, struct feed_page *page, struct page_records *records,
                       struct why *why) {
  int status;
  json_t *list = fetch(
      w,
      str_format(&w->page_memory, "/services?page=%lld&per_page=%d", (long long)w->page, PER_PAGE),
      FEED_PAGE_BYTES_MAX, &status, why);
  if (!list) return false;
  bool good = feed_page_read(list, page) && json_array_size(page->items) <= ITEMS_MAX;
  if (!good) why_say(why, "Page %lld is no list of services.", (long long)w->page);
  size_t n = good ? json_array_size(page->items) : 0;
  for (size_t i = 0; i < n && good; i++) {
    struct fetched one = {0};
    struct why small = {0};
    if (job_stop_asked(w->job))
      good = why_say(why, "Stopped.");
    else if (fetch_record(w, json_array_get(page->items, i), &one, &small))
      *slice_push(&w->page_memory, &records->list, &records->cap) = one;
    else if (w->bad++ < 5)
      buf_format(&w->said, "Not read: %s. ", small.text);
  }
  page->items = NULL; /* its memory goes with the list; only the numbers are used from here on */
  json_decref(list);
  return good;
}

/* ---- Writing. */
static struct str hash_of(struct arena *a, struct str text) {
  struct sha256 h = sha256_of(text);
  return hex_of(a, h.b, sizeof h.b);
}

static enum db_result note_seen(struct walk *w, int64_t known, int64_t service) {
  struct db *db = w->job->db;
  enum db_result r = db_run(db,
                            SQL("update service set withdrawn_on = null where id = ?1 and exists "
                                "(select 1 from feed_record "
                                "where id = ?2 and missing_since is not null)"),
                            V(service), V(known));
  if (r != DB_OK) return r;
  return db_run(db,
                SQL("update feed_record set seen_walk = ?1, missing_since = null where id = ?2"),
                V(w->number), V(known));
}

static enum db_result keep_record(struct walk *w, const struct fetched *f, int64_t service,
                                  struct str hash) {
  return db_run(
      w->job->db,
      SQL("insert into feed_record (feed, kind, ref, record_id, hash, raw, seen_walk, fetched_at) "
          "values (?1, 'service', ?2, ?3, ?4, ?5, ?6, ?7) on conflict (feed, kind, ref) do update "
          "set "
          "record_id = excluded.record_id, hash = excluded.hash, raw = excluded.raw, seen_walk = "
          "excluded.seen_walk, "
          "fetched_at = excluded.fetched_at"),
      V(w->feed.id), V(f->ref), V(service), V(hash), V(f->text), V(w->number),
      db_instant(&w->record_memory, w->job->now));
}

static void write_record(struct walk *w, const struct fetched *f) {
  struct feed_reading r = {w->job->db, &w->record_memory, &w->feed, w->job->now,
                           instant_local_uk(w->job->now).day};
  struct str hash = hash_of(&w->record_memory, f->text), was = {0};
  struct rows row;
  int64_t known = 0, service = 0;
  bool missing = false;
  if (db_one(&row, w->job->db, &w->record_memory,
             SQL("select id, hash, record_id, missing_since from feed_record where feed = ?1 and "
                 "kind = 'service' and ref = ?2"),
             V(w->feed.id), V(f->ref))) {
    known = row_int(&row, 0), was = row_text(&row, 1), service = row_int(&row, 2),
    missing = !row_null(&row, 3);
    db_done(&row);
  }
  if (known && str_eq(hash, was)) {
    note_seen(w, known, service);
    if (missing) directory_changed(w->job->db);
    return;
  }
  struct why why = {0};
  json_t *record = json_read(f->text, FEED_RECORD_BYTES_MAX, &why);
  if (record && feed_take_service(&r, record, &service, &why)) {
    if (known) note_seen(w, known, service);
    keep_record(w, f, service, hash);
    directory_changed(w->job->db);
  } else if (w->bad++ < 5) {
    buf_format(&w->said, "Not taken: %s. ", why.text);
  }
  json_decref(record);
}

static enum db_result write_page(struct walk *w, const struct page_records *records) {
  struct bulk b = bulk_begin(w->job->db, w->job);
  record_change_from(w->feed.name);
  for (size_t i = 0; i < records->list.n && bulk_row(&b); i++) {
    write_record(w, &records->list.p[i]);
    arena_reset(&w->record_memory);
  }
  record_change_from((struct str){0});
  return bulk_end(&b);
}

/* ---- The end of a walk. */
static bool walk_whole(const struct walk *w) {
  return !w->failed_page && w->bad == 0 && w->total > 0 && w->seen >= w->total;
}

/* Withdraws what a whole walk did not see. More than half at once is more likely a broken feed than
 * a closed county. */
static int64_t mark_missing(struct walk *w) {
  struct db *db = w->job->db;
  int64_t all = db_number(
      db, 0, SQL("select count(*) from feed_record where feed = ?1 and missing_since is null"),
      V(w->feed.id));
  int64_t gone = db_number(
      db, 0,
      SQL("select count(*) from feed_record where feed = ?1 and missing_since is null and "
          "seen_walk < ?2"),
      V(w->feed.id), V(w->number));
  if (!gone) return 0;
  if (gone * 2 > all && all > 4) {
    buf_format(&w->said,
               "%lld of %lld records were not there any more. That is too many to believe: nothing "
               "was taken away. ",
               (long long)gone, (long long)all);
    return 0;
  }
  struct db_value now = db_instant(&w->page_memory, w->job->now),
                  today = db_day(&w->page_memory, instant_local_uk(w->job->now).day);
  db_begin(db, STORE_MAIN);
  db_run(db,
         SQL("update service set withdrawn_on = ?1, changed_at = ?2 where withdrawn_on is null and "
             "id in (select record_id "
             "from feed_record where feed = ?3 and missing_since is null and seen_walk < ?4)"),
         today, now, V(w->feed.id), V(w->number));
  db_run(db,
         SQL("update feed_record set missing_since = ?1 where feed = ?2 and missing_since is null "
             "and seen_walk < ?3"),
         now, V(w->feed.id), V(w->number));
  directory_changed(db);
  return db_commit(db, STORE_MAIN) == DB_OK ? gone : -1;
}

static enum db_result finish(struct walk *w, bool whole) {
  struct db *db = w->job->db;
  struct str said = utf8_head(buf_str(&w->said), 1000);
  if (whole)
    return db_run(db, SQL("update feed set walked_at = ?1, walk_said = ?2 where id = ?3"),
                  db_instant(&w->page_memory, w->job->now), V(said), V(w->feed.id));
  return db_run(db, SQL("update feed set walk_said = ?1 where id = ?2"), V(said), V(w->feed.id));
}

static enum job_end end_walk(struct walk *w, struct why *why) {
  bool whole = walk_whole(w);
  int64_t gone = whole ? mark_missing(w) : 0;
  if (gone < 0) return JOB_AGAIN;
  buf_format(&w->said, "%lld services seen", (long long)w->seen);
  if (w->total >= 0) buf_format(&w->said, " of %lld", (long long)w->total);
  buf_put(&w->said, S(". "));
  if (gone)
    buf_format(&w->said, "%lld are no longer there and were taken off the directory. ",
               (long long)gone);
  if (!whole) buf_put(&w->said, S("The walk was not whole, so nothing was taken away. "));
  if (finish(w, whole) != DB_OK) return JOB_AGAIN;
  if (w->failed_page) {
    why_say(why, "%.*s", P(utf8_head(buf_str(&w->said), 300)));
    return JOB_FAILED;
  }
  return JOB_DONE;
}

/* ---- The job. */
static bool begin_walk(struct walk *w, struct why *why) {
  json_t *arguments = json_read(w->job->arguments, 1 << 16, why);
  int64_t id = json_integer_value(json_object_get(arguments, "feed"));
  json_decref(arguments);
  if (!record_load(w->job->db, &w->page_memory, &feed_type, id, &w->feed))
    return why_say(why, "This feed is no longer here.");
  w->feed.url = str_copy(w->job->arena, w->feed.url),
  w->feed.name = str_copy(w->job->arena, w->feed.name);
  read_state(w);
  if (w->begun) return true;
  w->number = (w->feed.walk == NUMBER_NONE ? 0 : w->feed.walk) + 1;
  w->page = 1, w->total = -1;
  if (db_run(w->job->db, SQL("update feed set walk = ?1 where id = ?2"), V(w->number),
             V(w->feed.id)) != DB_OK)
    return why_say(why, "The database did not answer. Try again.");
  keep_state(w);
  return true;
}

/* 1 = go on, 0 = the last page was written, -1 = it could not be had, -2 = stop or write again
 * later. */
static int one_page(struct walk *w, struct why *why) {
  struct feed_page page;
  struct page_records records = {0};
  arena_reset(&w->page_memory);
  if (!fetch_page(w, &page, &records, why)) return job_stop_asked(w->job) ? -2 : -1;
  if (w->page == 1) w->total = page.total;
  enum db_result r = write_page(w, &records);
  if (r != DB_OK || job_stop_asked(w->job)) return -2;
  w->seen += (int64_t)records.list.n;
  progress_at(w->job->progress, (uint64_t)w->seen);
  bool last = records.list.n == 0 || page.last || (page.pages >= 0 && w->page >= page.pages) ||
              w->page >= PAGES_MAX;
  w->page++;
  keep_state(w);
  return last ? 0 : 1;
}

static enum job_end walk(struct walk *w, struct why *why) {
  int more = 1;
  if (!begin_walk(w, why)) return JOB_FAILED;
  progress_step(w->job->progress, "Reading the feed", "services",
                w->total > 0 ? (uint64_t)w->total : 0);
  while (more == 1) more = one_page(w, why);
  if (more == -2) return job_stop_asked(w->job) ? JOB_STOPPED : JOB_AGAIN;
  if (more == -1) {
    w->failed_page = true;
    buf_format(&w->said, "Page %lld could not be read: %s ", (long long)w->page, why->text);
  }
  return end_walk(w, why);
}

enum job_end oruk_import(struct job *job, struct why *why) {
  struct walk w = {.job = job,
                   .page_memory = arena_open((size_t)1 << 30),
                   .record_memory = arena_open((size_t)256 << 20),
                   .said = buf_open(SAID_BYTES_MAX)};
  enum job_end end = walk(&w, why);
  buf_free(&w.said);
  arena_close(&w.record_memory);
  arena_close(&w.page_memory);
  return end;
}
