/* pages: what the views of coverage.html are given, and what the pages share. */
#ifndef WAYMARK_COVERAGE_PAGES_H
#define WAYMARK_COVERAGE_PAGES_H
#include "coverage/inside.h"
#include "web/look/chart.h"
#include "web/page.h"

#define SAID(rq, english) words_of((enum language)(rq)->lang, T(english))

struct coverage_option {
  struct str value, label;
  bool chosen;
};
struct coverage_options {
  const struct coverage_option *p;
  size_t n;
};
struct coverage_tab {
  struct str label, href;
  bool here;
};
/* The head of every page: the ways between them, what is asked, and the question form (a part
 * without options is left out). */
struct coverage_top {
  struct layout layout;
  struct str title, lede, action, file; /* file: the same as CSV; "" none */
  struct {
    const struct coverage_tab *p;
    size_t n;
  } tabs;
  struct coverage_options areas, kinds, months, cohorts, styles, horizons;
  struct coverage_options withins, hours, days, shows;
  struct str before, after; /* the same page, fewer or more groups on; "" none */
};
/* A plain table: columns and rows as a chart has them. */
struct coverage_table {
  struct str caption, none; /* none: the sentence when there is no row */
  struct {
    const struct chart_column *p;
    size_t n;
  } columns;
  struct {
    const struct chart_row *p;
    size_t n;
  } rows;
};
struct coverage_tables {
  struct coverage_table *p;
  size_t n;
};
struct coverage_page {
  struct coverage_top top;
  struct chart_parts chart; /* shown when chart.svg is there */
  bool drawn;
  struct {
    const struct str *p;
    size_t n;
  } notes;
  struct coverage_tables tables;
};
struct coverage_fault {
  int64_t line;
  struct str column, sentence;
};
struct coverage_people_view {
  struct coverage_page page;
  struct str fault;
  bool done, dry;
  int64_t rows, added, changed, same, bad;
  struct {
    const struct coverage_fault *p;
    size_t n;
  } faults;
};

/* ---- What a visitor asked for (view.c). */
struct look {
  struct request *rq;
  const struct coverage *c;
  int32_t area; /* -1 = the whole directory */
  day_t month, day;
  int cohort, style; /* -1 = none chosen */
  struct str kind;
  int months;
  size_t from;
  int within, hour; /* reached within so many minutes, setting out in that hour; 0: not counted */
  bool sunday, minutes; /* minutes: the map shows how far it is, not how many places */
};
struct coverage_reach_ask look_reach(const struct look *l, int32_t area);
/* False: the reply is made already (a sentence saying what is wrong with the address). */
bool look_read(struct request *rq, struct look *out);
enum asks {
  ASK_AREA = 1,
  ASK_MONTH = 2,
  ASK_COHORT = 4,
  ASK_STYLE = 8,
  ASK_KIND = 16,
  ASK_HORIZON = 32,
  ASK_REACH = 64,
  ASK_SHOW = 128
};
struct coverage_top look_top(const struct look *l, struct str title, struct str action,
                             unsigned asks);
/* An address of ours with everything chosen, e.g. "/coverage/gaps.csv". A cohort or style of -1 is
 * left out. */
struct str look_href(const struct look *l, const char *path, int32_t area, int cohort, int style,
                     size_t from);
struct str look_area_name(const struct look *l, int32_t area);
struct str look_label(const struct look *l, const struct code_list *list, size_t i);
struct str look_number(const struct look *l, int64_t n); /* "1,204" or "not known" */
struct str look_people(const struct look *l,
                       struct coverage_people p); /* to two figures, with its age band */
struct str look_day(const struct look *l, day_t d);
struct str look_pounds(const struct look *l, int64_t pence);
struct str look_source(const struct look *l); /* who published the estimates, with their ages */
#define look_lang(l) ((enum language)(l)->rq->lang)

/* Tables and notes, filled a row at a time. */
struct making {
  struct request *rq;
  struct {
    struct chart_column *p;
    size_t n;
  } columns;
  struct {
    struct chart_row *p;
    size_t n;
  } rows;
  size_t column_cap, row_cap;
};
struct making table_of(struct request *rq, const struct message *const *names, const bool *number,
                       size_t n);
struct str *table_row(struct making *m, struct str href); /* its cells, to fill */
void table_done(struct coverage_page *page, struct making *m, struct str caption, struct str none);
void page_note(struct coverage_page *page, struct request *rq, struct str sentence);
#endif
