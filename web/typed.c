/* typed: what was sent, else the draft, else what is known. */
#include "web/typed.h"

struct typed typed_of(struct request *rq, const char *form, struct str record) {
  struct typed t = {.rq = rq, .sent = rq->form.n > 0};
  if (!t.sent && form[0] && rq->actor.user_id)
    t.drafted = draft_load(rq, str_of(form), record, &t.draft) && t.draft.n > 0;
  return t;
}

struct str typed_text(const struct typed *t, const char *name, struct str known) {
  if (t->sent) return request_form(t->rq, name);
  for (size_t i = 0; t->drafted && i < t->draft.n; i++)
    if (str_eq(t->draft.p[i].name, str_of(name))) return t->draft.p[i].value;
  return t->drafted ? (struct str){0} : known;
}

struct strs typed_all(struct typed *t, const char *name) {
  struct strs all = {0};
  size_t cap = 0;
  if (t->sent) return request_form_all(t->rq, name);
  for (size_t i = 0; t->drafted && i < t->draft.n; i++)
    if (str_eq(t->draft.p[i].name, str_of(name)))
      *slice_push(t->rq->arena, &all, &cap) = t->draft.p[i].value;
  return all;
}

bool typed_is(struct typed *t, const char *name, struct str value) {
  struct strs all = typed_all(t, name);
  for (size_t i = 0; i < all.n; i++)
    if (str_eq(all.p[i], value)) return true;
  return false;
}
