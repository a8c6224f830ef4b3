/* pages: what the views of finding/ are given. Everything a page shows is decided before the view.
 */
#ifndef WAYMARK_FINDING_PAGES_H
#define WAYMARK_FINDING_PAGES_H
#include "finding/finding.h"
#include "finding/map.h"
#include "web/page.h"

#define FINDING_SAID(rq, message) words_of((enum language)(rq)->lang, message)

handler finding_home, finding_questions, finding_results, finding_api, finding_gaps_api,
    library_list, library_one, library_national;

struct home_page { struct layout layout; struct str place; bool demo; };

struct choice { struct str value, label; bool chosen; };
struct choices { const struct choice *p; size_t n; };
/* The values of a form's fields, as sent; the directories' codes. */
struct finding_said finding_said_form(struct request *rq);
struct choices finding_choices(struct request *rq, const char *field, const char *const *codes,
                               const char *list);
struct choices finding_need_choices(struct request *rq);

struct questions_page {
  struct layout layout;
  struct str place, words, age, place_fault, words_fault, age_fault, fault;
  struct choices needs, work, cohorts, tenancy, health, household;
};

struct hidden { struct str name, value; };
struct result {
  size_t number;
  struct str name, path, summary, distance, minutes, open, phone, email, touch;
  struct str id, from; /* for "How do I get there?"; "" = there is no way to tell */
  bool free, open_now, unpublished, walk_in;
  enum rules_answer answer;
  struct { const struct rules_reason *p; size_t n; } reasons;
  struct strs ask;
  struct str instead, instead_path;
};
struct results_page {
  struct layout layout;
  struct str place, where;       /* as known here; "near Northquay" is made of it */
  size_t total, yes, maybe, no;
  struct { const struct result *p; size_t n; } list;
  struct {
    const struct hidden *p;
    size_t n;
  } kept, asked; /* for forms that go on: without and with what filters say */
  struct strs unknown;
  bool more, counted, answered, open, free, self, wifi, filtered, sorted, far;
  size_t next, first;
  struct choices sorts;
  struct choices withins;        /* none: no bus times are loaded, or no place was said */
  struct str go_day, go_time;    /* as typed */
  struct str minutes_words;      /* "Minutes are by bus and on foot, leaving on Monday ..." */
  struct str said, skipped;      /* "childcare, money or debt"; "your age, work" */
  struct finding_map map;
  struct str map_words;
};

struct library_row { struct str name, path, kind, standing, place; bool chosen; };
struct library_list_page {
  struct layout layout;
  struct str words;
  size_t total, shown, next;
  bool more;
  struct { const struct library_row *p; size_t n; } rows;
};
struct library_page {
  struct layout layout;
  struct str name, lead, kind, summary, place, standing, like, like_path, rule, eligibility, source;
  struct str funders, amount, figures, when;
  struct str parts_differ; /* a sentence; "" = the total and its parts agree, or one is not said */
  struct { const struct library_row *p; size_t n; } conflicts;
  bool ended;
};
struct figure_line { struct str label; bool part; int64_t count, percent, stated; };
struct national_page {
  struct layout layout;
  struct { const struct figure_line *p; size_t n; } rows;
  int64_t total, in_groups;
  struct {
    const struct library_row *p;
    size_t n;
  } conflicts; /* name: the value; place: who says so */
};
#endif
