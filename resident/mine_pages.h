/* mine_pages: what the views of the pages under /mine are given, already decided. */
#ifndef WAYMARK_RESIDENT_MINE_PAGES_H
#define WAYMARK_RESIDENT_MINE_PAGES_H
#include "resident/mine.h"
#include "web/look/layout.h"
#include "web/look/layout.html.h"

/* Which of the few parts is open; drawn on top of each page. */
enum mine_part { PART_HOME, PART_PLAN, PART_TIMES, PART_MESSAGES, PART_MINE };
struct mine_head { struct layout layout; enum mine_part part; };

struct mine_step_row { struct str id, words, other_words, who; day_t by; bool theirs, done; };
struct mine_goal_row { struct str id, words; struct { struct mine_step_row *p; size_t n; } steps; };
struct mine_time_row { struct str id, kind, mode, with, place; day_t on; int minute; };
struct mine_home_view {
  struct mine_head head;
  struct str name, matters, stuck_by;
  bool any, agree, copy_ready, stepped;
  struct { struct mine_step_row *p; size_t n; } steps;
  struct { struct mine_time_row *p; size_t n; } times;
  struct { struct own_strength *p; size_t n; } strengths;
  struct str message, message_from;
  instant_t message_at;
  struct crisis_numbers numbers;
};
struct mine_plan_view {
  struct mine_head head;
  bool any, known, agreed;
  struct str matters, stamp, fault;
  day_t on, agreed_on;
  struct { struct mine_goal_row *p; size_t n; } goals;
  struct crisis_numbers numbers;
};
struct mine_strengths_view {
  struct mine_head head;
  bool any;
  struct str fault;
  struct { struct own_strength *p; size_t n; } strengths;
  struct crisis_numbers numbers;
};
struct mine_outcome_row {
  struct str id, title, hours, words;
  day_t on, until;
  struct strs seen, told; /* whole sentences */
};
struct mine_outcomes_view {
  struct mine_head head;
  bool any;
  struct { struct mine_outcome_row *p; size_t n; } rows;
};
struct mine_times_view {
  struct mine_head head;
  struct { struct mine_time_row *p; size_t n; } times;
};
struct mine_time_view {
  struct mine_head head;
  struct mine_time_row time;
  struct strs needs;
  int64_t minutes;
  struct str fault;
  struct crisis_numbers numbers;
};
struct mine_message_row { bool in; struct str words, organisation; day_t on; int minute; };
struct mine_messages_view {
  struct mine_head head;
  bool any;
  struct str fault, by;
  struct mine_teams to;
  struct { struct mine_message_row *p; size_t n; } rows;
  struct crisis_numbers numbers;
};
struct mine_choice_group {
  struct str organisation;
  struct { struct mine_choice *p; size_t n; } rows;
};
struct mine_choices_view {
  struct mine_head head;
  struct { struct mine_choice_group *p; size_t n; } groups;
  struct mine_musts musts;
};
struct mine_looked_view { struct mine_head head; struct mine_looks looks; };
struct mine_about { struct str value, label; bool chosen; };
struct mine_statement_row { struct str about, words, answer, answer_words; day_t on; };
struct mine_words_view {
  struct mine_head head;
  struct str fault, item, here; /* here: this page, with what it is about */
  struct { struct mine_about *p; size_t n; } about;
  struct { struct own_note *p; size_t n; } notes;
  struct mine_facts facts;
  struct { struct mine_statement_row *p; size_t n; } statements;
  struct crisis_numbers numbers;
};
struct mine_kind { struct str value, label; };
struct mine_said_row {
  struct str id, kind, state, words, answer;
  day_t on, due;
  bool may_again;
};
struct mine_complaints_view {
  struct mine_head head;
  struct str fault;
  day_t heard_by, answered_by;
  struct mine_whoms whoms;
  struct { struct mine_kind *p; size_t n; } kinds;
  struct { struct mine_said_row *p; size_t n; } rows;
  struct crisis_numbers numbers;
};
struct mine_copy_view {
  struct mine_head head;
  bool any;
  struct mine_copy copy;
  struct mine_access all;
  struct str all_state;
  int hours, minute;
  day_t on, until;
};
#endif
