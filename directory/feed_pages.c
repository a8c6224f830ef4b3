/* Feeds: directories that others keep, and reading one again. */
#include "editor.html.h"
#include "directory/pages.h"

static const char *const feed_fields[] = {"name", "url", "licence", "publish", NULL};

static void feed_rows(struct request *rq, struct feeds_page *p) {
  struct {
    struct feed_row *p;
    size_t n;
  } list = {0};
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena, SQL("select * from feed order by name, id"));
  while (db_next(&r)) {
    struct feed f;
    record_from_row(&feed_type, &r, &f);
    *slice_push(rq->arena, &list, &cap) = (struct feed_row){
        .name = f.name,
        .url = f.url,
        .licence = f.licence,
        .said = f.walk_said,
        .id = uuid_str(rq->arena, f.public_id),
        .when = f.walked_at == INSTANT_NONE ? (struct str){0} : when_words(rq, f.walked_at),
        .records =
            db_number(rq->db, 0, SQL("select count(*) from feed_record where feed = ?1"), V(f.id)),
        .missing = db_number(
            rq->db, 0,
            SQL("select count(*) from feed_record where feed = ?1 and missing_since is not null"),
            V(f.id))};
  }
  p->rows.p = list.p, p->rows.n = list.n;
}

static void show(struct request *rq, const void *record, const struct faults *faults,
                 const struct posted *posted) {
  struct record_form form = {.type = &feed_type,
                             .only = feed_fields,
                             .record = record,
                             .faults = faults,
                             .posted = posted,
                             .lang = (enum language)rq->lang};
  struct buf b = buf_open(1 << 18);
  struct feeds_page p = {0};
  record_form(&form, rq->arena, &b);
  p.form.html = str_copy(rq->arena, buf_str(&b));
  buf_free(&b);
  feed_rows(rq, &p);
  p.layout = page_layout(rq, PAGE_TITLE(rq, "Directories that others keep"));
  if (faults) reply_status(rq, 422);
  view_directory_feeds(rq->view, &p);
}

void feeds_show(struct request *rq) { show(rq, NULL, NULL, NULL); }

static struct strs posted_values(void *from, const char *name) {
  return request_form_all(from, name);
}

static struct str url_without_slash(struct str url) {
  while (url.n && url.p[url.n - 1] == '/') url.n--;
  return url;
}

void feeds_save(struct request *rq) {
  struct feed f;
  struct posted posted = {posted_values, rq};
  record_clear(&feed_type, &f);
  struct faults faults = record_form_read(&feed_type, feed_fields, &posted, rq->arena, &f);
  f.url = url_without_slash(f.url);
  if (!faults.n) {
    db_begin(rq->db, STORE_MAIN);
    enum db_result r = record_insert(rq->db, rq->arena, &feed_type, &f, rq->actor.user_id, rq->now);
    enum db_result end = db_commit(rq->db, STORE_MAIN);
    if (r == DB_OK && end == DB_OK) {
      reply_flash(rq, SAID_OF(rq, "Added. Press \"Read it now\" to begin."));
      reply_redirect(rq, S("/directory/feeds"));
      return;
    }
    static struct fault one;
    one = (struct fault){
        field_find(&feed_type, S("url")),
        r == DB_CONFLICT ? SAID_OF(rq, "This address is here already.")
                         : SAID_OF(rq, "This could not be saved just now. Try again in a minute.")};
    faults = (struct faults){&one, 1};
  }
  show(rq, &f, &faults, &posted);
}

void feeds_read(struct request *rq) {
  struct uuid id;
  struct feed f;
  if (!uuid_parse(request_path(rq, "id"), &id) ||
      !record_load_public(rq->db, rq->arena, &feed_type, id, &f)) {
    reply_not_found(rq);
    return;
  }
  struct str arguments = str_format(rq->arena, "{\"feed\":%lld}", (long long)f.id);
  int64_t job = job_add(rq->db, rq->arena, "oruk_import", arguments, rq->now, INSTANT_NONE,
                        uuid_str(rq->arena, id));
  reply_flash(rq, job ? SAID_OF(rq, "It is being read now. You can go on with other work.")
                      : SAID_OF(rq, "It could not be started just now. Try again in a minute."));
  reply_redirect(rq, S("/directory/feeds"));
}
