/* said_pages: the form of a question: what was sent, and the choices to show again. */
#include "finding/pages.h"
#include "record/record.h"

static struct strs values(void *from, const char *name) { return request_form_all(from, name); }
struct finding_said finding_said_form(struct request *rq) {
  return (struct finding_said){values, rq};
}

static bool was_chosen(struct request *rq, const char *field, struct str value) {
  struct strs all = request_form_all(rq, field);
  for (size_t i = 0; i < all.n; i++)
    if (str_eq(all.p[i], value)) return true;
  return false;
}

/* `codes`: code and words in turn, NULL-ended; words NULL = the list's own label. */
struct choices finding_choices(struct request *rq, const char *field, const char *const *codes,
                               const char *list) {
  struct { struct choice *p; size_t n; } all = {0};
  size_t cap = 0;
  for (size_t i = 0; codes[i]; i += 2) {
    struct str value = str_of(codes[i]);
    *slice_push(rq->arena, &all, &cap) =
        (struct choice){value, codes[i + 1] ? str_of(codes[i + 1]) : code_label(list, value),
                        was_chosen(rq, field, value)};
  }
  return (struct choices){all.p, all.n};
}

struct choices finding_need_choices(struct request *rq) {
  const struct needs *needs = finding_needs();
  struct { struct choice *p; size_t n; } all = {0};
  size_t cap = 0;
  for (size_t i = 0; i < needs->n; i++)
    if (needs->p[i].shown)
      *slice_push(rq->arena, &all, &cap) = (struct choice){
          needs->p[i].code, needs->p[i].label, was_chosen(rq, "need", needs->p[i].code)};
  return (struct choices){all.p, all.n};
}
