/* pages: what the views of this folder are given, already decided. Most pages are lines with what
 * can be done about each, and a form: one shape for all of them. */
#ifndef WAYMARK_CONTACTS_PAGES_H
#define WAYMARK_CONTACTS_PAGES_H
#include "contacts/contacts.h"
#include "journeys/journeys.h"
#include "people/part.h"
#include "people/part.html.h"

struct option { struct str value, label; bool chosen; };
struct options { struct option *p; size_t n; };
/* One press: a form of its own with what it needs. */
struct press { struct str action, name, value, button, button_value, label, about; };
struct presses { struct press *p; size_t n; };
struct line {
  struct str href, title, text, note, why, sign;
  bool good, due, own_words;
  struct presses presses;
  struct markup beside; /* what the person says of it (people_said_of) */
};
struct lines { struct line *p; size_t n; };
struct group { struct str id, heading, none; struct lines lines; };
struct groups { struct group *p; size_t n; };
struct link { struct str href, label; };
struct list_page {
  struct person_head head;       /* of a person; without an id: a page of nobody's */
  struct layout layout;
  struct str heading, lede, fault, secret, secret_words;
  struct groups groups;
  struct { struct link *p; size_t n; } links;
  struct legs_view legs;         /* both ways from home; not shown unless it says so */
  struct markup form;            /* "" = no form */
  struct str form_heading, form_action, form_button, draft, draft_id, form_page;
};

struct contact_page {
  struct person_head head;
  struct str action, fault, key, id, on, form_page;
  bool may_write, health;
  struct options modes, interventions, kept, whos;
  struct lines promises, contacts;
  struct str older;
};
struct lent_page {
  struct person_head head;
  struct str action, fault, id;
  bool may_write;
  struct options assets, routes;
  struct lines out;
};
struct visit_page {
  struct person_head head;
  struct str action, caution_action, fault, id;
  bool may_write, safety;
  struct options buddies;
  struct lines cautions;
  struct markup caution_form;
};
struct mark_row { struct str id, name, href; struct options states, before, after; };
struct session_view {
  struct layout layout;
  struct str heading, lede, fault, action, count_action, headcount;
  bool named, may_write;
  struct { struct mark_row *p; size_t n; } people;
  int64_t here, others;
};
struct join_page {
  struct person_head head;
  struct str action, fault;
  struct options sessions;
  struct lines lines;
  bool may_write;
};
struct drop_in_kind { struct str code, label; int64_t today; };
struct drop_in_month { day_t first; int64_t n; };
struct drop_in_view {
  struct layout layout;
  struct str site, fault, day;
  struct { struct drop_in_kind *p; size_t n; } kinds;
  struct { struct drop_in_month *p; size_t n; } months;
  struct strs sites;
  int64_t today, six_months;
};
/* Helpers that build the shapes above. */
struct line *add_line(struct request *rq, struct lines *lines, size_t *cap);
struct options code_options(struct request *rq, const char *list, struct str known);
struct str label_of(struct request *rq, const char *list, struct str code);
struct str labels_of(struct request *rq, const char *list, struct str codes);
/* The form of a record as markup. What was typed comes into it by itself (web/fill.h). */
struct record_form;
struct markup form_of(struct request *rq, const struct record_type *t, const char *const *only,
                      const void *record, const struct faults *faults);
#endif
