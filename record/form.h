/* form: a record, or some of its fields, as an accessible form; and what came back, into the
 * record.
 *
 * A field is a label, its hint, its fault beside it and a control that fits its kind (look/README:
 * .field .label .hint .bad .msg .chips). What a person typed is shown again as they typed it,
 * faults or not. Works without script. Everything goes through one escaping writer here; a page
 * puts the result in as markup. */
#ifndef WAYMARK_RECORD_FORM_H
#define WAYMARK_RECORD_FORM_H
#include "record/record.h"
#include "words/words.h"

/* What was posted: every value given under a name, in order (request_form_all fits, with the
 * request as `from`). */
struct posted { struct strs (*values)(void *from, const char *name); void *from; };
/* The records a LINK field may point at. */
struct form_choice { int64_t id; struct str label; };
struct form_choices { const struct form_choice *p; size_t n; };

struct record_form {
  const struct record_type *type;
  const char *const
      *only; /* NULL-ended names, in the order shown; NULL = all but HIDDEN and COMPUTED */
  const void *record;             /* what is known so far; NULL = a new one */
  const struct faults *faults;    /* may be NULL */
  const struct posted *posted;    /* NULL = nothing was sent yet */
  struct form_choices (*choices)(
      void *with, const struct field *f); /* for LINK fields, as a list to choose from */
  /* For LINK fields with too many to list: typed by name (what to show; the page offers <datalist
   * id="NAME-names">, and whoever reads the form turns the name into an id first). Neither given =
   * LINK fields are left out. */
  struct str (*link_text)(void *with, const struct field *f, const void *record);
  void *with;
  enum language lang;
};
void record_form(const struct record_form *form, struct arena *a,
                 struct buf *out); /* summary, then fields */
void record_form_summary(const struct record_form *form, struct arena *a,
                         struct buf *out); /* nothing when no faults */
void record_form_field(const struct record_form *form, const struct field *f, struct arena *a,
                       struct buf *out);
/* Reads the fields of `only` (as above) into the record; the others stay. Every fault is returned,
 * presence included; fields with a fault keep their old value. A posted "version" goes into the
 * record's head, so that record_update sees when somebody else was first. */
struct faults record_form_read(const struct record_type *t, const char *const *only,
                               const struct posted *posted, struct arena *a, void *record);
/* The version this form was made from, as a hidden field. */
void record_form_version(const void *record, struct buf *out);
void form_escape(struct buf *out, struct str s);  /* text or a quoted attribute */
#endif
