/* pages: what the views of this folder are given, already decided: nothing here that the asker may
 * not see. */
#ifndef WAYMARK_SUPPORT_PAGES_H
#define WAYMARK_SUPPORT_PAGES_H
#include "people/part.h"
#include "people/part.html.h"
#include "support/support.h"
#include "web/typed.h"

struct option { struct str value, label; bool chosen; };
struct options { struct option *p; size_t n; };

struct strength_row {
  struct str href, words, evidence, seen_by;
  day_t said_on;
  struct strs goals;
};
struct strengths_page {
  struct person_head head;
  struct { struct strength_row *p; size_t n; } strengths;
  struct str new_href;
  bool may_write;
};
struct history_row { struct str at, by, what; };
struct history_rows { struct history_row *p; size_t n; };
struct strength_page {
  struct person_head head;
  struct str action, fault, id, version, words, evidence, seen_by, said_on;
  bool fresh, may_write;
  struct options goals;
  struct history_rows history;
};

struct barrier_row {
  struct str href, label, words, lifted_by;
  bool scored_way, scored_able, moved;
  int in_the_way, able, first_way, first_able;
  day_t named_on, lifted_on;
};
struct barrier_rows { struct barrier_row *p; size_t n; };
struct way_page {
  struct person_head head;
  struct barrier_rows open, lifted;
  struct str new_href, talk_href, stays_href;
  bool talk_open, may_write;
};
struct barrier_saying_row {
  day_t on;
  struct str by, words;
  bool way_known, able_known;
  int way, able;
};
struct barrier_page {
  struct person_head head;
  struct str action, fault, label, words, lifted_by, lifted_on, number, priority, on, draft_name,
      draft_id;
  bool fresh, may_write;
  struct options kinds, kept, ways, ables;
  struct { struct barrier_saying_row *p; size_t n; } history;
};

struct talk_answer { struct str question, value; bool declined; day_t on; };
struct talk_page {
  struct person_head head;
  bool open, nothing_left, may_write, from_draft;
  struct str begin_action, step_action, end_action, step, intro, rules, question, fault, id;
  struct str low_words, high_words, set_source;
  bool is_kinds, is_scale, is_choice, is_scores, self_only;
  struct options choices, ways, ables;
  int done, steps;
  struct { struct talk_answer *p; size_t n; } answers;
};

struct use_row { struct str title, scheme, source; int64_t version; day_t from; };
struct set_row {
  struct str code, title, rules, source, licence, scheme;
  int64_t version, questions;
  bool asked;
  struct strs words;
};
struct questions_page {
  struct layout layout;
  struct { struct set_row *p; size_t n; } sets;
  struct str fault;
};
struct change_row {
  struct str question, set;
  int64_t version, n, missing, better, same, worse;
  bool suppressed;
  struct str before, after, mean;
};
struct change_page {
  struct layout layout;
  struct { struct change_row *p; size_t n; } rows;
};

struct stay_row { struct str kind, words, action; day_t from, to; int64_t id; };
struct stays_page {
  struct person_head head;
  struct { struct stay_row *p; size_t n; } stays;
  struct str action, fault;
  struct options kinds;
  bool may_write;
};

struct step_row {
  struct str id, words, other_words, who, barrier, action;
  day_t by, end_on;
  bool done, dropped, late;
};
struct goal_row {
  struct str words, other_words;
  struct { struct step_row *p; size_t n; } steps;
  struct strs strengths;
};
struct plan_page {
  struct person_head head;
  bool known, agreed, may_write, may_agree, worker_only, from_draft, review_due;
  struct str matters, written_by, made_by, how, with_whom, language, lang;
  struct str edit_href, agree_action, step_action, review_action, print_href, history_href,
      joint_href;
  struct str link_action, link, link_closed_action, fault, id, today, number,
      other_language;
  int64_t revision, rhythm_days;
  day_t on, review_on, agreed_on;
  struct { struct goal_row *p; size_t n; } goals;
  struct options hows, languages;
  struct strs strengths;             /* for paper */
  struct str worker, worker_team;
  bool link_made, link_refused, links_open;
  struct { struct history_row *p; size_t n; } reviews;
};
struct edit_step { struct str id, words, other, who_words, by, n; struct options who, barriers; };
struct edit_goal {
  struct str id, words, other, n;
  struct { struct edit_step *p; size_t n; } steps;
  struct options strengths;
};
struct plan_edit_page {
  struct person_head head;
  struct str action, fault, id, after, matters, review_on, other_language;
  bool from_draft;
  struct options written, rhythms;
  struct { struct edit_goal *p; size_t n; } goals;
};
struct plan_history_page {
  struct person_head head;
  struct { struct plan_page *p; size_t n; } plans;
};
struct joint_row { struct str who, words, action; day_t on; bool mine; };
struct joint_group { struct str name, action; struct { struct joint_row *p; size_t n; } items; };
struct joint_page {
  struct person_head head;
  struct { struct joint_group *p; size_t n; } groups;
  struct str fault;
  bool may_write;
};
struct learning_day {
  struct str words, day;
};
struct learning_row {
  struct str id, what, kind;
  bool stopped;
  struct {
    struct learning_day *p;
    size_t n;
  } steps;
  struct options next;
};
struct buddy_row {
  struct str id, name, about, from;
  bool over;
};
struct learning_page {
  struct person_head head;
  struct str action, id, fault;
  bool may_write;
  struct options kinds, fors;
  struct {
    struct learning_row *p;
    size_t n;
  } rows;
  struct {
    struct buddy_row *p;
    size_t n;
  } buddies;
};
struct link_page { struct layout layout; struct str action; struct plan_page *plan; };
#endif
