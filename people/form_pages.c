/* form_pages: what every form of this folder shares: values from the request, or from a draft kept
 * when typing stopped. */
#include "accounts/accounts.h"
#include "people/inside.h"

struct strs typed_values(void *with, const char *name) {
  struct typed *typed = with;
  if (!typed->draft) return request_form_all(typed->rq, name);
  struct strs out = {0};
  size_t cap = 0;
  for (size_t i = 0; i < typed->draft->n; i++)
    if (str_eq(typed->draft->p[i].name, str_of(name)))
      *slice_push(typed->rq->arena, &out, &cap) = typed->draft->p[i].value;
  return out;
}

struct str typed_first(void *with, const char *name) {
  struct strs all = typed_values(with, name);
  return all.n ? all.p[0] : (struct str){0};
}

struct str people_said_by(struct request *rq, int64_t user_id) {
  struct str name = user_id ? accounts_user_name(rq->db, rq->arena, user_id) : (struct str){0};
  return name.n ? name : PAGE_TITLE(rq, "Waymark");
}
