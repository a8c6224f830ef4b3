/* pages: what the views of this folder are given, already decided. */
#ifndef WAYMARK_CASELOAD_PAGES_H
#define WAYMARK_CASELOAD_PAGES_H
#include "people/part.h"
#include "people/part.html.h"
#include "web/look/chart.h"
#include "web/look/chart.html.h"

struct today_row {
  struct str name, safe, what, why, href, pause_href;
  struct str when; /* on its fingerpost: a time, a day, how long since */
  bool late, soon; /* late, or of today: the post is dark */
};
struct today_group {
  struct str title, id;
  struct { struct today_row *p; size_t n; } rows;
};
struct today_more { struct str words, href; };
struct today_page {
  struct layout layout;
  day_t on;
  struct str site; /* where they work today besides their own place */
  int64_t n_rows;
  bool may_add;
  struct { struct today_group *p; size_t n; } groups;
  struct { struct today_row *p; size_t n; } good;
  struct { struct today_more *p; size_t n; } more;   /* what else waits, and where */
  struct { struct today_more *p; size_t n; } covers; /* sheets of those they stand in for */
};
/* Everyone a worker supports. */
struct own_wait { struct str what, why, href; bool late; };
struct own_row {
  struct str name, safe, href, last, next;
  struct { struct own_wait *p; size_t n; } waits;
};
struct own_tab { struct str name, href; int64_t n; bool here; };
struct own_page {
  struct layout layout;
  int64_t all;
  struct { struct own_tab *p; size_t n; } tabs, orders;
  struct { struct own_row *p; size_t n; } rows;
};
struct handover_need {
  day_t day; /* the day before today for all that is late */
  struct str name, safe, href, clock, words, when;
};
struct handover_needs { struct handover_need *p; size_t n; };
struct handover_day {
  day_t day;
  bool late, today;
  struct handover_needs needs;
};
struct handover_sign { struct str safe; struct handover_needs needs; };
struct handover_signs { struct handover_sign *p; size_t n; };
struct handover_days { struct handover_day *p; size_t n; };
struct handover_page {
  struct layout layout;
  struct str worker, to;
  bool whole;                 /* the whole week, day by day, asked for */
  struct str path;            /* of this sheet */
  struct handover_days days;  /* whole: everything; else the meetings of the days shown */
  struct handover_needs promised, silent; /* silent: when: the last talk */
  struct handover_signs careful;          /* those with a sign who stand nowhere else on it */
  day_t today;
  day_t rest_from;            /* the first day that did not fit; DAY_NONE: all fitted */
  int64_t rest_promised, rest_meetings, quiet; /* quiet: people with nothing due this week */
};
struct team_row {
  struct str href, name, dbs, training;
  int64_t carried, began, ended, drifting;
  bool away, dbs_due, training_due;
};
struct team_page {
  struct layout layout;
  struct str team;
  int64_t waiting, overdue, spends;
  struct { struct team_row *p; size_t n; } rows;
};
struct worker_row { struct str id, name, safe, last; bool drifting; };
struct worker_choice { struct str id, name; };
struct worker_page {
  struct layout layout;
  struct str name, action, fault;
  bool supervise;
  struct { struct worker_row *p; size_t n; } rows;
  struct { struct worker_choice *p; size_t n; } others;
};

/* ---- a team's own pages ---- */
struct team_option {
  struct str value, label;
  bool chosen;
};
struct team_options {
  struct team_option *p;
  size_t n;
};
struct stuck_page {
  struct layout layout;
  bool some, kept;
  struct chart_parts chart;
};
struct funnel_page {
  struct layout layout;
  bool some;
  struct chart_parts chart;
};
struct load_row {
  struct str id, name, number, agreed_on;
  int64_t carried, full, over, room;
  bool agreed;
};
struct load_page {
  struct layout layout;
  struct str fault;
  int64_t over;
  struct {
    struct load_row *p;
    size_t n;
  } rows;
};
struct check_row {
  struct str id, name, dbs, trained, next;
  bool due;
};
struct checks_page {
  struct layout layout;
  struct str fault;
  struct {
    struct check_row *p;
    size_t n;
  } rows;
};
struct action_row {
  struct str id, words, who, by, done;
  bool late;
};
struct note_row {
  struct str on, words, by, next;
  struct {
    struct action_row *p;
    size_t n;
  } actions;
};
struct supervision_page {
  struct layout layout;
  struct str name, id, action, fault;
  bool own;
  struct {
    struct note_row *p;
    size_t n;
  } notes;
};
struct sample_row {
  struct str href, on;
  int64_t size, looked;
  bool learned;
};
struct samples_page {
  struct layout layout;
  struct str fault;
  struct {
    struct sample_row *p;
    size_t n;
  } rows;
};
struct check_line {
  struct str code, label, hint, id;
  struct team_options options;
};
struct item_row {
  struct str id, name, safe, note;
  int64_t place;
  bool looked;
  struct {
    struct check_line *p;
    size_t n;
  } checks;
};
struct result_row {
  struct str label;
  int64_t yes, partly, no;
};
struct sample_page {
  struct layout layout;
  struct str action, on, seed, learned, fault;
  int64_t people, gone;
  struct {
    struct item_row *p;
    size_t n;
  } items;
  struct {
    struct result_row *p;
    size_t n;
  } results;
};
struct data_row {
  struct str href, name, why, count;
  bool some;
};
struct data_page {
  struct layout layout;
  bool kept; /* the lists are those of this morning */
  struct {
    struct data_row *p;
    size_t n;
  } rows;
};
struct data_person {
  struct str href, name, safe, since;
};
struct data_list_page {
  struct layout layout;
  bool kept;
  struct str name, why, more;
  struct {
    struct data_person *p;
    size_t n;
  } rows;
};
struct delay_page {
  struct layout layout;
  struct chart_parts chart;
};
struct spell_row {
  struct str id, name, words, from, to, why, code, fault;
  bool open;
};
struct spells_page {
  struct person_head head;
  struct str action, fault, open_id, last;
  struct team_options reasons;
  struct {
    struct spell_row *p;
    size_t n;
  } rows;
};
struct team_spells_page {
  struct layout layout;
  struct str fault;
  struct {
    struct spell_row *p;
    size_t n;
  } rows;
};
struct site_row {
  struct str id, name, organisation, site, from;
  struct strs days;
};
struct sites_page {
  struct layout layout;
  struct str fault, sign_in, site;
  struct team_options weekdays;
  struct {
    struct site_row *p;
    size_t n;
  } guests;
};
#endif
