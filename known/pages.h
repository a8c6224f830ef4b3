/* pages: what the views of this folder show. */
#ifndef WAYMARK_KNOWN_PAGES_H
#define WAYMARK_KNOWN_PAGES_H
#include "known/known.h"
#include "people/part.html.h"
#include "web/look/chart.h"
#include "web/look/chart.html.h"
#include "web/look/layout.h"
#include "web/look/layout.html.h"

struct known_row {
  struct str id, name, band;
  bool likely;
  struct strs reasons;
};
struct known_rows {
  struct known_row *p;
  size_t n;
};
struct known_box_page {
  struct known_rows rows;
};

struct known_pair_row {
  struct str id, left, right, band, state;
  bool likely;
  struct strs reasons;
};
struct known_pair_rows {
  struct known_pair_row *p;
  size_t n;
};
struct known_queue_page {
  struct layout layout;
  struct known_pair_rows rows;
  bool later, decided, lead;
};

struct known_side {
  struct str id, name, why, at;
};
struct known_line {
  struct str label, left, right, mark;
  const char *sign;
};
struct known_choice {
  const char *code;
  struct str label;
};
struct known_event {
  struct str when, who, what, reason, note;
};
struct known_pair_page {
  struct layout layout;
  struct str id, band, state, fault;
  bool likely, decides, decided, apart;
  struct known_side left, right;
  struct {
    struct known_line *p;
    size_t n;
  } lines;
  struct strs reasons;
  struct chart_parts chart;
  struct {
    struct known_choice *p;
    size_t n;
  } choices, why;
  struct {
    struct known_event *p;
    size_t n;
  } history;
};

struct known_other {
  struct str id, name, at;
};
struct known_others_list {
  struct known_other *p;
  size_t n;
};
struct known_person_page {
  struct person_head head;
  struct known_others_list others;
  struct known_pair_rows pairs;
  struct strs partners; /* organisations that have them too, found without names */
};
struct known_card_page {
  struct str id;
  struct known_others_list others;
};

struct known_search_page {
  struct layout layout;
  struct str began, ended, fault;
  struct chart_parts chart;
  int64_t parts, done, looked, found, left_out;
  bool any, running, stopped;
};

struct known_run_line {
  struct str day, said;
};
struct known_run {
  struct str period, shared;
  int64_t people;
  bool done, counted;
  struct {
    struct known_run_line *p;
    size_t n;
  } log;
};
struct known_partner_row {
  struct str id, name, purpose, said, wanted, next;
  bool agreed, by_https, goes_on; /* goes_on: a run somebody asked for is not over */
  struct {
    struct known_run *p;
    size_t n;
  } runs;
};
struct known_match_page {
  struct layout layout;
  struct str fault;
  struct {
    struct known_partner_row *p;
    size_t n;
  } partners;
};
#endif
