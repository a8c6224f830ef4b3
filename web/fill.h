/* fill: puts what somebody typed back into the forms of a page that is made already, whoever made
 * it: kept while typing, sent when the session had run out, or refused a moment ago. With it a form
 * loses nothing by two attributes and no code:
 *
 *   <form method="post" action="..." data-draft="exception" data-draft-record="{{ id }}" data-fill>
 *
 * A reply below 400 to what was sent drops the draft. Pages whose very fields depend on what was
 * typed (web/typed.h) leave data-fill out. What is read is a page our own views wrote: every
 * attribute quoted with ", every value escaped. */
#ifndef WAYMARK_WEB_FILL_H
#define WAYMARK_WEB_FILL_H
#include "web/parse.h"

enum { FILL_ATTRIBUTES_MAX = 32, FILL_HIDDEN_MAX = 12 };

/* One form of the page: where it leads, its draft's name, and the hidden fields it carries. */
struct fill_form {
  struct str action, draft, record;
  struct field_values hidden;
};
/* What belongs into a form; *said: a sentence of markup for it. None: it stays as it is. */
typedef const struct field_values *fill_values(void *with, const struct fill_form *form);
/* The page with its data-fill forms filled, into out. back: markup said in a form that was filled;
 * always: in every one of them. How many forms were filled; out is the same page when none was. */
size_t fill_page(struct arena *a, struct str page, struct str back, struct str always,
                 fill_values *values, void *with, struct buf *out);
#endif
