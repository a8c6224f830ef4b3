/* pages: what the views of this folder are given, already decided: nothing here that the asker may
 * not see. */
#ifndef WAYMARK_PEOPLE_PAGES_H
#define WAYMARK_PEOPLE_PAGES_H
#include "people/part.h"
#include "people/part.html.h"

enum { PEOPLE_A_PAGE = 50 };
struct people_row { struct str id, name, safe, why, worker, next, next_on; };
struct people_choice { struct str id, name; bool chosen; };
struct people_list_page {
  struct layout layout;
  struct {
    struct people_choice *p;
    size_t n;
  } workers; /* to filter by; n 0: no filter is offered */
  struct str worker;
  bool may_add;
  struct str search, next; /* next: the sealed place of the next page, "" = this is the last */
  struct people_rows { struct people_row *p; size_t n; } people;
  struct people_rows named;      /* who hides, and this worker is named for */
};
/* list_pages.c: at most `most` of the asker's people by a part of their name; "" finds nobody. */
struct people_rows people_found(struct request *rq, struct str search, size_t most);
/* One row of somebody the asker may see: named to the audit. */
struct people_row people_row_of(struct request *rq, int64_t id, struct sight s);
struct person_fact { struct str label, value; };
struct person_facts { struct person_fact *p; size_t n; };
struct person_household { struct str name; };
struct person_strength { struct str words, seen_by, said_on; };
struct person_section {          /* one class: what is known, and the way to change it */
  struct str word, title;
  struct person_facts facts;
};
struct person_page {
  struct person_head head;
  struct person_cards cards;       /* what other domains show of them */
  struct { struct person_strength *p; size_t n; } strengths;
  struct { struct person_section *p; size_t n; } sections;
  bool may_change, unasked;        /* some section holds nothing yet */
  struct { struct person_household *p; size_t n; } households; /* support groups they said yes to */
};
struct person_new_page {
  struct layout layout;
  struct markup form, alike; /* alike: who may be here already; empty = nobody to be shown */
  bool from_draft;
};
/* The classes a person's record is changed by, in the order shown; word: the route's last. */
struct person_class { const char *word; uint32_t class_bit; const struct message *title; };
extern const struct person_class person_classes[];
extern const size_t person_classes_n;
struct person_edit_page {
  struct person_head head;
  struct str title, word, draft, base;
  struct markup form;
  bool from_draft;
};
struct history_change { struct str label, name, before, after; };
struct history_row {
  struct str when, who, at;
  struct { struct history_change *p; size_t n; } changes;
};
struct history_rows { struct history_row *p; size_t n; };
struct person_history_page {
  struct person_head head;
  struct history_rows rows;
};

/* Support groups. */
struct group_row { struct str id, name; };
struct person_groups_page {
  struct person_head head;
  struct { struct group_row *p; size_t n; } groups;
  struct str fault, typed;
};
struct group_page {
  struct layout layout;
  struct str id, name, fault;
  struct people_rows members, others; /* others: whom a search found, to be asked */
  struct str search;
};

/* Who speaks, agreement, reviews (PRACTICE 5). */
struct voice_row { struct str id, title, note; struct person_facts facts; bool may_change; };
struct voice_rows { struct voice_row *p; size_t n; };
struct voice_section { struct str word, title, empty, add; struct voice_rows rows; };
struct person_voice_page {
  struct person_head head;
  struct str due, young;          /* the review now due; what holds under 16 */
  struct { struct voice_section *p; size_t n; } sections;
  bool may_change;
};
struct voice_form_page {
  struct person_head head;
  struct str title, action, draft, record;
  struct markup form;
  bool from_draft;
};
struct review_row { struct str id, name, safe, stage, due_on; };
struct reviews_page {
  struct layout layout;
  struct { struct review_row *p; size_t n; } due;
};

/* Keeping and erasing. */
struct keeping_row { struct str word, title, until, why; bool goes; };
struct person_keeping_page {
  struct person_head head;
  struct { struct keeping_row *p; size_t n; } going, staying;
  struct str limited, fault;
};
struct past_row { struct str id, reference, classes; };
struct past_page {
  struct layout layout;
  struct { struct past_row *p; size_t n; } rows;
  bool more; /* not everyone was looked at */
};
#endif
