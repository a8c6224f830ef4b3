/* refill: after a page is made, its data-fill forms get back what was typed (fill.h); after a form
 * was taken, its draft goes. */
#include "web/fill.h"
#include "web/inner.h"
#include "web/look/layout.h"
#include "web/look/layout.html.h"

#define MARK " data-fill"

/* What tells forms of one address apart; what changes with every showing does not. */
static bool volatile_name(struct str name) {
  static const char *const names[] = {VIEW_CSRF_FIELD, "form-page", "key", "version", "shown",
                                      "reference",     "base",      "now", "after"};
  for (size_t i = 0; i < countof(names); i++)
    if (str_eq(name, str_of(names[i]))) return true;
  return false;
}

/* Was what came with this request typed into this form? */
static bool typed_here(struct request *rq, const struct fill_form *form) {
  struct str sent_to = rq->route->kind == WRITE ? rq->path : rq->resumed;
  struct str draft = request_form(rq, "draft-form");
  if (!rq->form.n || !sent_to.n || !str_eq(form->action, sent_to)) return false;
  if (draft.n)
    return str_eq(draft, form->draft) && str_eq(request_form(rq, "draft-record"), form->record);
  for (size_t i = 0; i < form->hidden.n; i++) {
    struct str name = form->hidden.p[i].name, value = form->hidden.p[i].value;
    if (!volatile_name(name) && !str_eq(request_form(rq, str_c(rq->arena, name)), value))
      return false;
  }
  return true;
}

static const struct field_values *values_of(void *with, const struct fill_form *form) {
  struct request *rq = with;
  struct field_values *out = arena_new(rq->arena, struct field_values);
  struct draft draft;
  if (typed_here(rq, form)) {
    *out = (struct field_values){rq->form.p, rq->form.n};
    return out;
  }
  if (!form->draft.n || !draft_load(rq, form->draft, form->record, &draft) || !draft.n) return NULL;
  *out = (struct field_values){draft.p, draft.n};
  return out;
}

static struct str said(struct request *rq, bool back) {
  struct buf b = buf_open(4096);
  struct view v = *rq->view;
  v.out = &b;
  view_draft_words(&v, back);
  struct str out = str_copy(rq->arena, buf_str(&b));
  buf_free(&b);
  return out;
}

void forms_refill(struct request *rq) {
  struct str page = buf_str(rq->body), always;
  if (!rq->actor.user_id || rq->body->full || rq->reply->location.n || rq->reply->download ||
      rq->reply->type.n || !str_contains(page, S(MARK)))
    return;
  struct buf out = buf_open(rq->body->max);
  always = said(rq, false);
  /* Both say how the draft stands; what is back is said once, before it. */
  struct str both = said(rq, true), back = str_slice(both, 0, str_find(both, always));
  fill_page(rq->arena, page, back, always, values_of, rq, &out);
  if (!out.full) {
    struct str filled = str_copy(rq->arena, buf_str(&out));
    buf_reset(rq->body);
    buf_put(rq->body, filled);
  }
  buf_free(&out);
}

void draft_settle(struct request *rq) {
  struct str form = request_form(rq, "draft-form");
  if (rq->route->kind != WRITE || !form.n || !rq->actor.user_id || rq->reply->status >= 400 ||
      rq->reply->refused || str_eq(str_of(rq->route->path), S("/draft")))
    return;
  draft_drop(rq, form, request_form(rq, "draft-record"));
}
