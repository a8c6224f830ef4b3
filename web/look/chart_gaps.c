/* The gaps grid: groups down, kinds of help across, five columns at a time. */
#include "web/look/chart.h"

enum {
  CELL_PX = 88,
  HEAD_LINE_PX = 18,
  HEAD_PX = 102, /* five headings, one under the other on a phone */
  GROUP_PX = 26,
  GROUP_LINE_PX = 17,
  GROUP_CHARACTERS = 36, /* bold, on a phone */
  KEY_PX = 90,
  OVERLAP_OFFERS = 3,
  THIN_PER_1000 = 10,
  BAR_PER_1000 = 40 /* what a full bar says */
};

static bool known(int64_t n) { return n != CHART_UNKNOWN; }

int64_t chart_gap_rate(struct gap_cell cell) {
  if (!known(cell.places) || !known(cell.people) || cell.people <= 0) return CHART_UNKNOWN;
  return (cell.places * 2000 + cell.people) / (cell.people * 2); /* rounded to the nearest */
}

enum gap_state chart_gap_state(struct gap_cell cell) {
  if (!known(cell.offers)) return GAP_NO_DATA;
  if (cell.offers == 0) return GAP_GAP;
  if (cell.far) return GAP_FAR;
  if (!known(cell.places) || !known(cell.people)) return GAP_SOME;
  if (cell.offers >= OVERLAP_OFFERS && cell.places >= cell.people) return GAP_OVERLAP;
  return cell.places * 1000 < cell.people * THIN_PER_1000 ? GAP_THIN : GAP_SOME;
}

static const struct message *state_word(enum gap_state state) {
  switch (state) {
    case GAP_NO_DATA: return T("no data");
    case GAP_GAP: return T("gap");
    case GAP_OVERLAP: return T("overlap");
    case GAP_THIN: return T("thin");
    case GAP_FAR: return T("too far");
    default: return T("some");
  }
}

static struct str row_id(struct view *v, const struct gaps *g, size_t group, size_t kind) {
  return str_format(v->arena, "%.*s-%zu-%zu", P(g->words.id), group, kind);
}

/* A number, and its word where there is room. */
static void count_line(struct chart *c, double x, double y, const char *classes, const char *hide,
                       int64_t n, struct counted word) {
  struct view *v = c->v;
  struct str shown = chart_number(v, WORDS_WHOLE, n);
  if (known(n))
    chart_text_word(c, x, y, classes, shown, hide, words_count(v->arena, v->lang, word, NULL, 0));
  else
    chart_text(c, x, y, classes, S("?"));
}

static void draw_key(struct chart *c) {
  enum language lang = c->v->lang;
  chart_rect(c, 0.4, 19.6, c->y + 2, 80, "cell");
  chart_text(c, 10, c->y + 20, "m", words_of(lang, T("offers")));
  chart_text(c, 10, c->y + 38, "m b", words_of(lang, T("places")));
  chart_text(c, 10, c->y + 56, "m", words_of(lang, T("people")));
  chart_rect(c, 1.6, 18.4, c->y + 68, 8, "track");
  chart_rect(c, 1.6, 8, c->y + 68, 8, "a");
  chart_text(c, 23, c->y + 20, "b", words_of(lang, T("How to read a cell")));
  chart_text(c, 23, c->y + 40, "", words_of(lang, T("Outline: 40 places for 1,000 people")));
  chart_text(c, 23, c->y + 58, "", words_of(lang, T("Filled: places there are")));
  chart_hatched(c, 23, 30, c->y + 66, 14);
  chart_text(c, 32, c->y + 78, "", words_of(lang, T("Not known (not none)")));
}

static const char *cell_class(enum gap_state state) {
  static const char *const classes[] = {"cell",        "cell gap", "cell over",
                                        "cell thinly", "cell",     "cell far"};
  return classes[state];
}

/* Places against people as a bar, cut at BAR_PER_1000. */
static void draw_bar(struct chart *c, double x, double y, struct gap_cell cell) {
  double left = x + 1.6, room = 16.8;
  if (!known(cell.places) || !known(cell.people)) {
    chart_hatched(c, left, left + room, y, 7);
    return;
  }
  double part =
      cell.people > 0 ? (double)cell.places * 1000 / BAR_PER_1000 / (double)cell.people : 0;
  chart_rect(c, left, left + room, y, 7, "track");
  if (cell.places > 0) chart_rect(c, left, left + room * (part > 1 ? 1 : part), y, 7, "a");
}

static void draw_known_cell(struct chart *c, double x, struct gap_cell cell, enum gap_state state) {
  double y = c->y, middle = x + 10;
  chart_rect(c, x + 0.4, x + 19.6, y + 2, 84, cell_class(state));
  if (state == GAP_OVERLAP) chart_rect(c, x + 1, x + 19, y + 5, 78, "inner");
  count_line(c, middle, y + 20, "m", "nn", cell.offers, TN("offer", "offers", cell.offers));
  count_line(c, middle, y + 38, "m b", "w", cell.places, TN("place", "places", cell.places));
  count_line(c, middle, y + 55, "m", "w", cell.people, TN("person", "people", cell.people));
  if (state != GAP_SOME)
    chart_text(c, middle, y + 71, state == GAP_OVERLAP ? "m" : "m b need",
               words_of(c->v->lang, state_word(state)));
  draw_bar(c, x, y + 75.5, cell);
}

static void draw_cell(struct chart *c, const struct gaps *g, size_t group, size_t kind, double x) {
  struct gap_cell cell = g->cells[group * g->kinds.n + kind];
  struct view *v = c->v;
  struct str href =
      cell.href.n ? cell.href : str_format(v->arena, "#%.*s", P(row_id(v, g, group, kind)));
  chart_link(c, href,
             SAY(v->arena, v->lang, T("{group}, {kind}:"), SLOT("group", g->groups.p[group]),
                 SLOT("kind", g->kinds.p[kind])),
             c->y, CELL_PX);
  enum gap_state state = chart_gap_state(cell);
  if (state == GAP_NO_DATA) {
    chart_hatched(c, x + 0.4, x + 19.6, c->y + 2, 84);
    chart_rect(c, x + 2.4, x + 17.6, c->y + 30, 28, "hb");
    chart_text(c, x + 10, c->y + 49, "m", words_of(v->lang, state_word(state)));
  } else {
    draw_known_cell(c, x, cell, state);
  }
  chart_link_end(c);
}

/* Wide: a heading of two or more words goes on two lines, over its column. */
static void wide_heading(struct chart *c, double x, struct str words) {
  size_t space = str_find_byte(words, ' ');
  bool two = space < words.n;
  double bottom = c->y + HEAD_PX - 11;
  chart_text(c, x, two ? bottom - 17 : bottom, "m b w", str_slice(words, 0, space));
  if (two) chart_text(c, x, bottom, "m b w", str_slice(words, space + 1, words.n));
}

/* On a phone five headings never fit side by side: each has a line of its own, from which another
 * leads down to its column. */
static void narrow_heading(struct chart *c, size_t column, struct str words) {
  static const struct {
    double x;
    const char *classes;
  } at[] = {{0, "b nw halo"},
            {20, "b nw halo"},
            {50, "b m nw halo"},
            {80, "b e nw halo"},
            {100, "b e nw halo"}};
  size_t i = column < countof(at) ? column : countof(at) - 1;
  chart_text(c, at[i].x, c->y + (double)(column + 1) * HEAD_LINE_PX - 4, at[i].classes, words);
}

static void draw_headings(struct chart *c, const struct gaps *g, size_t from, size_t to) {
  for (size_t k = from; k < to; k++) {
    double x = (double)(k - from) * 20 + 10;
    chart_line(c, x, c->y + (double)(k - from + 1) * HEAD_LINE_PX, x, c->y + HEAD_PX - 2, "gr nw");
    wide_heading(c, x, g->kinds.p[k]);
  }
  for (size_t k = from; k < to; k++) narrow_heading(c, k - from, g->kinds.p[k]);
  c->y += HEAD_PX;
}

/* A group's name, on two lines where one is too long for a phone. */
static void draw_group(struct chart *c, struct str name) {
  size_t cut = name.n;
  if (name.n > GROUP_CHARACTERS)
    for (cut = GROUP_CHARACTERS; cut > 1 && name.p[cut] != ' ';) cut--;
  chart_line(c, 0, c->y, 100, c->y, "gr");
  chart_text(c, 0, c->y + 18, "b", str_slice(name, 0, cut));
  c->y += GROUP_PX;
  if (cut >= name.n) return;
  chart_text(c, 0, c->y + 18 - (GROUP_PX - GROUP_LINE_PX), "b", str_slice(name, cut + 1, name.n));
  c->y += GROUP_LINE_PX;
}

static void draw_block(struct chart *c, const struct gaps *g, size_t from, size_t to) {
  draw_headings(c, g, from, to);
  for (size_t i = 0; i < g->groups.n; i++) {
    draw_group(c, g->groups.p[i]);
    for (size_t k = from; k < to; k++) draw_cell(c, g, i, k, (double)(k - from) * 20);
    c->y += CELL_PX + 6;
  }
}

static void table(struct view *v, const struct gaps *g, struct chart_parts *out) {
  const struct message *const names[] = {
      T("Group and kind of help"),  T("Offers"), T("Places"), T("People (estimate)"),
      T("Places per 1,000 people"), T("State")};
  static const bool number[] = {false, true, true, true, true, false};
  size_t cap = 0;
  chart_columns(v, out, names, number, countof(names));
  out->caption = words_of(v->lang, T("Offers, places and estimated people"));
  for (size_t i = 0; i < g->groups.n; i++)
    for (size_t k = 0; k < g->kinds.n; k++) {
      struct gap_cell cell = g->cells[i * g->kinds.n + k];
      struct str *cells = chart_row(v, out, &cap, row_id(v, g, i, k));
      cells[0] = SAY(v->arena, v->lang, T("{group}: {kind}"), SLOT("group", g->groups.p[i]),
                     SLOT("kind", g->kinds.p[k]));
      cells[1] = chart_number(v, WORDS_WHOLE, cell.offers);
      cells[2] = chart_number(v, WORDS_WHOLE, cell.places);
      cells[3] = chart_number(v, WORDS_WHOLE, cell.people);
      cells[4] = chart_number(v, WORDS_WHOLE, chart_gap_rate(cell));
      cells[5] = words_of(v->lang, state_word(chart_gap_state(cell)));
      out->rows.p[out->rows.n - 1].href = cell.href;
    }
}

void chart_gaps(struct view *v, const struct gaps *g, struct chart_parts *out) {
  struct chart c = chart_open(v, g->words.id, 0, 100);
  *out = (struct chart_parts){.words = g->words};
  draw_key(&c);
  c.y += KEY_PX;
  for (size_t from = 0; from < g->kinds.n; from += CHART_COLUMNS_MAX)
    draw_block(&c, g, from,
               from + CHART_COLUMNS_MAX < g->kinds.n ? from + CHART_COLUMNS_MAX : g->kinds.n);
  out->svg = chart_close(&c, "taller", g->words.what, g->words.finding);
  table(v, g, out);
}
