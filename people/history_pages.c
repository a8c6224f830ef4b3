/* history_pages: what changed of somebody, who did it and when, newest first: only fields of the
 * classes the asker may see. Sealed values are never kept in it, only that they changed; of
 * somebody who hides no value is kept at all. */
#include "people.html.h"
#include "people/inside.h"
#include "people/pages.h"

enum { HISTORY_MAX = 100 };

static struct str side_words(struct request *rq, const struct field *f, struct str text) {
  struct value v;
  struct why why;
  if (f->flags & SEALED) return text.n ? PAGE_TITLE(rq, "(sealed)") : PAGE_TITLE(rq, "Not known");
  if (!value_parse(rq->arena, f, text, &v, &why)) return text;
  return value_words(rq->arena, f, v);
}

static void read_revision(struct request *rq, const struct revision *r, uint32_t classes,
                          struct history_row *row) {
  size_t cap = 0;
  *row = (struct history_row){.when = day_words(rq->arena, instant_local_uk(r->at).day),
                              .who = people_said_by(rq, r->user_id),
                              .at = instant_iso(rq->arena, r->at)};
  for (size_t i = 0; i < r->changes.n; i++) {
    const struct change *c = &r->changes.p[i];
    if (!c->field || c->field->flags & HIDDEN || !(c->field->data_class & classes)) continue;
    *slice_push(rq->arena, &row->changes, &cap) = (struct history_change){
        .label = words_label((enum language)rq->lang, str_of(c->field->label)),
        .name = str_of(c->field->name),
        .before = side_words(rq, c->field, c->before),
        .after = side_words(rq, c->field, c->after)};
  }
}

static struct history_rows read_history(struct request *rq, const struct person *p,
                                        struct sight sight) {
  struct history_rows rows = {0};
  size_t cap = 0;
  struct revisions all = record_history(rq->db, rq->arena, &person_type, p->id, HISTORY_MAX);
  for (size_t i = 0; i < all.n; i++) {
    struct history_row row;
    read_revision(rq, &all.p[i], sight.classes, &row);
    if (row.changes.n) *slice_push(rq->arena, &rows, &cap) = row;
  }
  return rows;
}

void people_history_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (!people_open(rq, &p, &sight, 0)) return;
  struct person_history_page page = {.head =
                                         people_head(rq, &p, sight, PAGE_TITLE(rq, "What changed")),
                                     .rows = read_history(rq, &p, sight)};
  view_people_history(rq->view, &page);
}

static void put_row(struct json_out *j, const struct history_row *row) {
  json_open(j);
  json_put_str(j, "at", row->at);
  json_put_str(j, "by", row->who);
  json_key(j, S("changes"));
  json_list(j);
  for (size_t i = 0; i < row->changes.n; i++) {
    json_open(j);
    json_put_str(j, "field", row->changes.p[i].name);
    json_put_str(j, "before", row->changes.p[i].before);
    json_put_str(j, "after", row->changes.p[i].after);
    json_close(j);
  }
  json_list_end(j);
  json_close(j);
}

void people_history_api(struct request *rq) {
  struct person p;
  struct sight sight;
  if (!people_open(rq, &p, &sight, 0)) return;
  struct history_rows rows = read_history(rq, &p, sight);
  struct json_out j = json_to(rq->body);
  reply_type(rq, "application/json");
  json_open(&j);
  json_key(&j, S("history"));
  json_list(&j);
  for (size_t i = 0; i < rows.n; i++) put_row(&j, &rows.p[i]);
  json_list_end(&j);
  json_close(&j);
}
