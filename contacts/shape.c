/* shape: the small builders every page of this folder uses. */
#include "contacts/inside.h"
#include "contacts/pages.h"
#include "record/form.h"

struct line *add_line(struct request *rq, struct lines *lines, size_t *cap) {
  struct line *l = slice_push(rq->arena, lines, cap);
  *l = (struct line){0};
  return l;
}

struct str label_of(struct request *rq, const char *list, struct str code) {
  return words_label((enum language)rq->lang, code_label(list, code));
}

struct str labels_of(struct request *rq, const char *list, struct str codes) {
  struct strs all = str_split(rq->arena, codes, ' ');
  struct str out = {0};
  for (size_t i = 0; i < all.n; i++) {
    struct str label = label_of(rq, list, all.p[i]);
    out = out.n ? str_format(rq->arena, "%.*s, %.*s", P(out), P(label)) : label;
  }
  return out;
}

struct options code_options(struct request *rq, const char *list, struct str known) {
  const struct code_list *codes = code_list(list);
  struct options out = {0};
  size_t cap = 0;
  struct strs had = str_split(rq->arena, known, ' ');
  for (size_t i = 0; codes && i < codes->n; i++) {
    bool is = false;
    if (codes->p[i].ended) continue;
    for (size_t k = 0; k < had.n; k++) is |= str_eq(had.p[k], codes->p[i].code);
    *slice_push(rq->arena, &out, &cap) = (struct option){
        codes->p[i].code, words_label((enum language)rq->lang, codes->p[i].label), is};
  }
  return out;
}

struct strs contacts_posted(void *from, const char *name) { return request_form_all(from, name); }

struct markup form_of(struct request *rq, const struct record_type *t, const char *const *only,
                      const void *record, const struct faults *faults) {
  struct buf b = buf_open(1 << 18);
  struct record_form form = {.type = t,
                             .only = only,
                             .record = record,
                             .faults = faults,
                             .lang = (enum language)rq->lang};
  record_form(&form, rq->arena, &b);
  struct markup out = {str_copy(rq->arena, buf_str(&b))};
  buf_free(&b);
  return out;
}

bool contacts_failed(struct request *rq, enum db_result result) {
  if (result == DB_OK) return false;
  reply_refuse(rq, result == DB_CONFLICT ? 409 : 503,
               result == DB_CONFLICT
                   ? PAGE_TITLE(rq, "Somebody was first. Open the page again and look at how it "
                                    "stands now.")
                   : PAGE_TITLE(rq, "That could not be saved just now. What you typed is kept; try "
                                    "again in a minute."));
  return true;
}

struct str contacts_path(struct request *rq, const struct person *p, const char *rest) {
  struct str id = uuid_str(rq->arena, p->public_id);
  return str_format(rq->arena, "/people/%.*s%s", P(id), rest);
}

bool clock_read(struct str typed, int *minute) { return minute_parse_typed(typed, minute); }

struct str contact_clock_words(struct arena *a, int minute) {
  return str_format(a, "%02d:%02d", minute / 60, minute % 60);
}
