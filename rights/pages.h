/* pages: what the views of this folder are given, already decided. */
#ifndef WAYMARK_RIGHTS_PAGES_H
#define WAYMARK_RIGHTS_PAGES_H
#include "people/part.h"
#include "web/look/layout.h"
#include "web/look/layout.html.h"

struct complaint_row {
  struct str id, what, state, via;
  day_t received, due;
  bool late;
};
struct complaints_page_view {
  struct layout layout;
  struct {
    struct complaint_row *p;
    size_t n;
  } open, done;
  struct strs learned;
  bool reads;
};
struct complaint_said {
  struct str what, words, by;
  day_t on;
};
struct complaint_view {
  struct layout layout;
  struct str id, what, words, wants, who, person, person_name, about, typed, state, via, fault,
      answer, learned;
  day_t received, due;
  bool late, data, fresh, may_answer, from_draft;
  struct {
    struct complaint_said *p;
    size_t n;
  } said;
};
struct complaint_choice {
  struct str value, label;
  bool on;
};
struct complaint_new_view {
  struct layout layout;
  struct str fault, person, person_name, who, words, wants, received, readers;
  day_t by;
  bool from_draft, data;
  struct {
    struct complaint_choice *p;
    size_t n;
  } kinds, workers, vias;
};
#endif
