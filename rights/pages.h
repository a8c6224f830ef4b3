/* pages: what the views of this folder are given, already decided. */
#ifndef WAYMARK_RIGHTS_PAGES_H
#define WAYMARK_RIGHTS_PAGES_H
#include "people/part.h"
#include "people/part.html.h"
#include "web/look/layout.h"
#include "web/look/layout.html.h"

struct access_row {
  struct str id, state, name;
  day_t asked, due;
  bool late;
};
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
  struct {
    struct access_row *p;
    size_t n;
  } access;
  struct strs learned;
  bool reads;
};
struct complaint_said {
  struct str what, words, by;
  day_t on;
};
struct complaint_view {
  struct layout layout;
  struct str id, what, words, wants, who, person, person_name, about, typed, state, via, fault;
  day_t received, due;
  bool late, data, fresh, may_answer;
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
  struct str fault, person, person_name, readers;
  day_t by;
  struct {
    struct complaint_choice *p;
    size_t n;
  } kinds, workers, vias;
};
struct access_person_view {
  struct person_head head;
  struct str fault;
  day_t due;
  struct {
    struct access_row *p;
    size_t n;
  } rows;
};
struct access_page_row {
  int64_t number;
  struct str title, look, choice;
  day_t on;
  bool done;
};
struct access_view {
  struct person_head head;
  struct str id, state, fault;
  day_t asked, due;
  bool late, others_read, may_extend, may_release, may_hand, open;
  int64_t left;
  struct {
    struct access_page_row *p;
    size_t n;
  } pages;
  struct {
    struct complaint_said *p;
    size_t n;
  } facts;
};
struct access_page_view {
  struct person_head head;
  struct str id, record, number, title, words, cut, given, look, why, first, second, fault;
  day_t on;
  bool decided, open, may_second, own_first;
  struct {
    struct complaint_choice *p;
    size_t n;
  } choices, reasons;
};
struct access_paper_row {
  struct str title, words;
  day_t on;
};
struct access_paper_view {
  struct layout layout;
  day_t asked;
  struct {
    struct access_paper_row *p;
    size_t n;
  } pages;
};
#endif
