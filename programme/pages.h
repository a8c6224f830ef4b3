/* pages: what the views of this folder are given, already decided. */
#ifndef WAYMARK_PROGRAMME_PAGES_H
#define WAYMARK_PROGRAMME_PAGES_H
#include "people/part.h"
#include "people/part.html.h"

struct prog_words { struct str *p; size_t n; };
struct prog_sent { struct str funder, why; struct prog_words fields; };
struct prog_sents { struct prog_sent *p; size_t n; };
struct prog_row { /* somebody on a programme */
  struct str path, name, state, day, needs, who, safe;
  const char *sign;
  bool invented;
};
struct prog_rows { struct prog_row *p; size_t n; };
struct prog_offer {
  struct str code, name, about, answer, key;
  const char *sign;
  struct prog_words reasons, asks;
  struct prog_sents sent;
  bool invented, nothing;
};
struct prog_person_page {
  struct person_head head;
  struct str fault, link;
  struct prog_rows on, past;
  struct { struct prog_offer *p; size_t n; } offers;
  bool none_delivered;
};
struct prog_card { struct prog_rows rows; struct str path; };

struct prog_paper { struct str code, words; bool chosen; };
struct prog_papers { struct prog_paper *p; size_t n; };
struct prog_proof {
  struct str code, words, state, how, note;
  const char *sign;
  struct prog_papers accepted, otherwise;
  bool open, asked, may_sign, holds;
};
struct prog_form_row { struct str code, title, path; day_t day; bool done; };
struct prog_joining_page {
  struct person_head head;
  struct str action, name, state, about, fault, note_typed, judged, ended, today;
  const char *sign;
  struct { struct prog_proof *p; size_t n; } proofs;
  struct { struct prog_form_row *p; size_t n; } forms;
  struct prog_sents sent, untold;
  struct prog_words notes;
  struct prog_papers finished, left;
  day_t agreed_on, started_on, ended_on;
  bool ready, started, over, nothing_sent, invented, gone;
};

struct prog_part { struct str label, words; bool heading, first; };
struct prog_parts { struct prog_part *p; size_t n; };
struct prog_sign_page {
  struct person_head head;
  struct str action, back, form, reference, hash, fault, typed, heard, drawn, title;
  struct prog_parts parts;
  const char *way;
};
struct prog_signed_page {
  struct person_head head;
  struct str back, title, hash, how, who, mark_words;
  struct prog_parts parts;
  struct str drawn; /* the path; "" = not drawn */
  day_t day;
  bool unaltered;
};

struct outcome_choice { struct str code, label, hint; };
struct outcome_choices { struct outcome_choice *p; size_t n; };
struct outcome_asks { struct str words; }; /* what one contract makes of it */
struct outcome_line {
  struct str id, title, day, until, hours, words, state, seen_on;
  const char *sign;
  struct { struct outcome_asks *p; size_t n; } asks;
  struct prog_words evidence;
  struct outcome_choices shows;
  struct markup beside; /* what the person says of it (people_said_of) */
  bool may_end, may_write;
};
struct outcome_lines { struct outcome_line *p; size_t n; };
struct outcomes_view {
  struct person_head head;
  struct str fault, key, on, lasts;
  struct outcome_lines not_shown, shown;
  struct prog_words mistakes;
  struct outcome_choices kinds, hours, shows;
  bool may_write, none;
};
struct outcomes_card_view { struct str path; struct outcome_lines lines; bool may_write; };

struct equality_choice { struct str value; };
struct equality_question {
  struct str code, words, legend_id;
  struct { struct equality_choice *p; size_t n; } choices;
};
struct equality_page {
  struct layout layout;
  struct str action, intro, source;
  struct { struct equality_question *p; size_t n; } questions;
  bool open, done;
};

struct prog_funder_row { struct str name, path; int64_t people, households, share; };
struct prog_month {
  struct str name, path;
  int64_t people, households;
  struct { struct prog_funder_row *p; size_t n; } funders;
};
struct prog_list_page {
  struct layout layout;
  struct prog_rows ready, waiting;
  struct { struct prog_month *p; size_t n; } month;
  struct { struct prog_row *p; size_t n; } delivered, others;
  bool signs, more, keeps;
};
struct prog_file_part { struct str path; int number; };
struct prog_funder_line {
  struct str name, days, sends, path;
  int64_t share;
  struct { struct prog_file_part *p; size_t n; } parts; /* the further files of a long return */
};
struct prog_outcome { struct str words, takes; int64_t shown, waiting; };
struct prog_page {
  struct layout layout;
  int64_t id;
  struct str code, name, about, source, for_whom, fault, onward, paid, of;
  struct { struct prog_funder_line *p; size_t n; } funders;
  struct prog_sents sent;
  struct prog_words proofs, forms, ends, notes;
  struct { struct prog_outcome *p; size_t n; } outcomes;
  bool invented, delivers, keeps, held, returns;
};
struct prog_cell { struct str choice; bool held; int64_t n; };
struct prog_table {
  struct str question;
  struct { struct prog_cell *p; size_t n; } cells;
  bool held;
  int64_t total;
};
struct prog_tables_page {
  struct layout layout;
  struct str source;
  struct { struct prog_table *p; size_t n; } tables;
};
#endif
