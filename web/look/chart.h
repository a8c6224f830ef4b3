/* chart: drawings the server makes, and the same numbers as a table.
 *
 * One drawing for phone and desk: x is in percent of the plot, y and heights are in px, words are
 * never scaled. Names stand above their marks on a phone and move into a left margin from 40 rem of
 * their own column (app/chart.css). The rules every drawing keeps: bars start at 0; what is not
 * known is hatched and says so, never 0 and never blank; colour is the third signal after place and
 * words; each number drawn stands in the table, because both are written from one array of rows.
 * Rows given here are what may be shown: anything to be hidden is hidden before.
 *
 * A finished chart fills struct chart_parts; the view shows it with {% show chart(&page->chart) %}
 * (chart.html), which adds caption, skip link, "what it shows", table and source. Everything is
 * allocated in v->arena. */
#ifndef WAYMARK_CHART_H
#define WAYMARK_CHART_H
#include "web/look/view.h"

#define CHART_UNKNOWN INT64_MIN
enum {
  CHART_COLUMNS_MAX = 5,        /* of a grid side by side: more do not fit a phone and go below */
  CHART_LABEL_CHARACTERS = 32   /* of a name in the left margin; 34 fit a phone */
};

/* ---- what every chart page has ---- */
struct chart_words {
  struct str id;        /* letters, digits, "-": begins every id of this chart */
  struct str what;      /* caption: what is drawn */
  struct str about;     /* unit, place, dates, ages */
  struct str finding;   /* one sentence a listener gets instead of the picture */
  struct str shows, shows_not, source;
};
struct chart_column { struct str name; bool number; };
struct chart_row {
  struct str id;        /* target of a link in the drawing; "" none */
  struct str href;      /* the row's name leads here; "" none */
  struct { struct str *p; size_t n; } cells;  /* as many as columns; the first is the row's name */
  bool sum;
};
struct chart_parts {
  struct chart_words words;
  struct markup svg, key;
  struct str caption;
  struct { struct chart_column *p; size_t n; } columns;
  struct { struct chart_row *p; size_t n; } rows;
};

/* ---- the drawing context ---- */
struct chart {
  struct view *v;       /* language and arena */
  struct view ink;      /* what is being drawn goes through its writers */
  struct view margin;   /* names: above the marks on a phone, in the left margin on a desk */
  struct buf ink_buf, margin_buf;
  struct str id;
  double lo, hi;        /* the values at 0 % and 100 % */
  double y;             /* px: where the next row begins; the drawing's height at the end */
};
struct chart chart_open(struct view *v, struct str id, double lo, double hi);
/* The whole <svg>; classes are of app/chart.css ("lf": has a left margin). Gives the buffers
 * back. */
struct markup chart_close(struct chart *c, const char *classes, struct str title,
                          struct str finding);
double chart_x(const struct chart *c, double value);  /* percent, clamped to 0..100 */

/* x in percent, y and sizes in px. classes: literals of app/chart.css. Text is escaped here. */
void chart_text(struct chart *c, double x, double y, const char *classes, struct str text);
/* 7 px off a mark; to its left past 50 %, so that it stays in the plot. */
void chart_text_beside(struct chart *c, double x, double y, const char *classes,
                       struct str text);
/* Number and word; `hide` is the class that hides the word where room is short: "w" under 40 rem,
 * "nn" under 19 rem. */
void chart_text_word(struct chart *c, double x, double y, const char *classes, struct str number,
                     const char *hide, struct str word);
/* A name, in the margin. */
void chart_label(struct chart *c, double y, const char *classes, struct str text);
/* The same on as many lines as CHART_LABEL_CHARACTERS needs, 17 px apart; returns the px of the
 * lines after the first. */
double chart_label_lines(struct chart *c, double y, const char *classes, struct str text);
void chart_rect(struct chart *c, double x0, double x1, double y, double height,
                const char *classes);
void chart_hatched(struct chart *c, double x0, double x1, double y, double height); /* not known */
void chart_line(struct chart *c, double x0, double y0, double x1, double y1, const char *classes);
void chart_dot(struct chart *c, double x, double y, double radius, const char *classes);
/* A small fixed shape. */
void chart_glyph(struct chart *c, double x, double y, const char *path, const char *classes);
/* A link whose whole row answers: everything drawn until chart_link_end belongs to it. said:
 * context for ears, "" none. */
void chart_link(struct chart *c, struct str href, struct str said, double y, double height);
void chart_link_end(struct chart *c);
/* The same in the margin, for a name that leads to its row of the table. */
void chart_label_link(struct chart *c, struct str href, double y, const char *classes,
                      struct str text);
struct chart_tick { double value; struct str text; };
void chart_axis(struct chart *c, const struct chart_tick *ticks, size_t n, double y_top,
                double y_bottom);

/* ---- the table from the same rows ---- */
void chart_columns(struct view *v, struct chart_parts *out, const struct message *const *names,
                   const bool *number, size_t n);
/* A new row; returns its cells, to fill. */
struct str *chart_row(struct view *v, struct chart_parts *out, size_t *cap, struct str id);
/* "1,204", or "not known". */
struct str chart_number(struct view *v, enum words_kind kind, int64_t n);

/* ---- finished charts ---- */

/* Gaps: who has no offer. State of a cell, in this order: no data (offers not known), gap (0
 * offers), far (offered, and from most of the area none of it can be reached), overlap (3 or more
 * offers and a place for everyone), thin (under 10 places for 1,000 people), some. People are
 * estimates: give 2 figures. */
enum gap_state { GAP_NO_DATA, GAP_GAP, GAP_OVERLAP, GAP_THIN, GAP_SOME, GAP_FAR };
/* href "": the cell's row in the table */
struct gap_cell { int64_t offers, places, people; struct str href; bool far; };
struct gaps {
  struct chart_words words;
  struct strs groups, kinds;
  const struct gap_cell *cells;  /* groups.n rows of kinds.n */
};
enum gap_state chart_gap_state(struct gap_cell cell);
/* Places per 1,000 people, rounded; CHART_UNKNOWN without both. */
int64_t chart_gap_rate(struct gap_cell cell);
void chart_gaps(struct view *v, const struct gaps *g, struct chart_parts *out);

/* Cliffs: what ends when, and whom it leaves. One strand = one fund in one scheme; strands of a
 * scheme stand together. Band height = money a month on one scale. ends DAY_NONE: not known, drawn
 * hatched to the end of the axis. */
struct cliff_strand {
  struct str scheme, fund, href;  /* href "": the scheme's row in the table */
  int64_t pence_month;            /* CHART_UNKNOWN allowed here and below */
  day_t ends;                     /* the last day */
  int64_t people, workers, promises;
};
struct cliffs {
  struct chart_words words;
  day_t today;
  int months;                     /* from the first of today's month: 6, 12 or 18 */
  bool staffed;                   /* workers and promises are known of at all */
  struct { const struct cliff_strand *p; size_t n; } strands;
};
void chart_cliffs(struct view *v, const struct cliffs *c, struct chart_parts *out);

/* Progress of a long job: a bar a step with its own count; never one for the whole. */
enum step_state { STEP_WAITING, STEP_RUNNING, STEP_DONE, STEP_STOPPED };
struct progress_step {
  struct str name, unit;          /* "Build walking links", "postcodes" */
  enum step_state state;
  int64_t done, total;            /* total CHART_UNKNOWN or 0: how many is not known */
  int64_t seconds;                /* taken so far */
  int64_t left_low, left_high;    /* running step only, seconds; CHART_UNKNOWN = no guess yet */
};
struct progress_page {
  struct chart_words words;
  struct { const struct progress_step *p; size_t n; } steps;
};
void chart_progress(struct view *v, const struct progress_page *p, struct chart_parts *out);

/* Map: where, never how many (rates only). Areas in five classes between four breaks, hatched where
 * not known. Points are longitude and latitude; they are projected (plate carree x cosine of the
 * middle latitude) onto an integer grid 800 wide, so that shared borders still meet. Rings: outer
 * and holes alike (even-odd). */
struct map_point { double longitude, latitude; };
struct map_ring { const struct map_point *p; size_t n; };
struct map_area {
  /* shown: the value in words, "12 places for 1,000 people"; href "": its table row */
  struct str name, href, shown;
  double value;                   /* NAN: not known */
  struct { const struct map_ring *p; size_t n; } rings;
};
struct map {
  struct chart_words words;
  const double *breaks;           /* four, rising: class 1 is below the first, 5 from the last on */
  const char *const *class_words; /* five: "0 to 4" ... */
  struct str unit;                /* heads the value column */
  /* in the order of the Tab key: neediest first */
  struct { const struct map_area *p; size_t n; } areas;
};
int chart_map_class(const struct map *m, double value);  /* 1..5, 0 = not known */
void chart_map(struct view *v, const struct map *m, struct chart_parts *out);
#endif
