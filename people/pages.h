/* pages: what the views of this folder are given, already decided: nothing here that the asker may
 * not see. */
#ifndef WAYMARK_PEOPLE_PAGES_H
#define WAYMARK_PEOPLE_PAGES_H
#include "people/part.h"
#include "people/part.html.h"

enum { PEOPLE_A_PAGE = 50 };
struct people_row { struct str id, name, safe, why; };
struct people_list_page {
  struct layout layout;
  struct str search, next; /* next: the sealed place of the next page, "" = this is the last */
  struct people_rows { struct people_row *p; size_t n; } people;
  struct people_rows named;      /* who hides, and this worker is named for */
};
struct person_fact { struct str label, value; };
struct person_facts { struct person_fact *p; size_t n; };
struct person_household { struct str name; };
struct person_strength { struct str words, seen_by, said_on; };
struct person_page {
  struct person_head head;
  struct markup cards;             /* what other domains show of them */
  struct { struct person_strength *p; size_t n; } strengths;
  struct person_facts contact, situation;
  struct { struct person_household *p; size_t n; } households; /* support groups they said yes to */
};
struct person_new_page {
  struct layout layout;
  struct markup form;
};
#endif
