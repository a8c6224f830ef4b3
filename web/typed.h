/* typed: what stands in a form when it is shown: what was just sent (a fault was found, or the
 * session ran out and came back), else the draft kept while typing, else what is known already.
 *
 *   struct typed t = typed_of(rq, "contact", person_id_text);
 *   page.words = typed_text(&t, "words", S(""));
 *   page.from_draft = t.drafted;                     for {% show draft_words(page->from_draft) %}
 * A handler that took the form calls draft_drop(rq, "contact", person_id_text). */
#ifndef WAYMARK_TYPED_H
#define WAYMARK_TYPED_H
#include "web/session.h"

struct typed {
  struct request *rq;
  struct draft draft;
  bool sent, drafted; /* which of them is used; neither: what is known */
};
/* form "": no drafts are kept for it. */
struct typed typed_of(struct request *rq, const char *form, struct str record);
/* One value; a field that was sent or drafted empty stays empty. */
struct str typed_text(const struct typed *t, const char *name, struct str known);
/* Every value of a repeated field. */
struct strs typed_all(struct typed *t, const char *name);
bool typed_is(struct typed *t, const char *name, struct str value); /* ticked or chosen */
#endif
