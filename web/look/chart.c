/* chart: the drawing context. Everything with words in it goes through the writers of view.h. */
#include <math.h>
#include <stdio.h>
#include "web/look/chart.h"

enum { CHART_BYTES_MAX = 4 << 20 };

struct chart chart_open(struct view *v, struct str id, double lo, double hi) {
  struct chart c = {.v = v, .ink = *v, .margin = *v, .id = id, .lo = lo, .hi = hi};
  c.ink_buf = buf_open(CHART_BYTES_MAX);
  c.margin_buf = buf_open(CHART_BYTES_MAX);
  return c;
}

/* The views point at the context's buffers, which move when the struct is returned: tied at each
 * use. */
static struct view *ink(struct chart *c) {
  c->ink.out = &c->ink_buf;
  return &c->ink;
}

static struct view *margin(struct chart *c) {
  c->margin.out = &c->margin_buf;
  return &c->margin;
}

/* At most two decimals, no trailing zeros: 33.33, 50, 0.5. */
static void put_number(struct view *v, double x) {
  char text[40];
  int n = snprintf(text, sizeof text, "%.2f", isfinite(x) ? x : 0);
  while (n > 0 && text[n - 1] == '0') n--;
  if (n > 0 && text[n - 1] == '.') n--;
  bool minus_zero = n == 2 && text[0] == '-' && text[1] == '0';
  view_put(v, minus_zero ? "0" : text, minus_zero ? 1 : (size_t)n);
}

static void attr_px(struct view *v, const char *name, double x) {
  view_put(v, name, strlen(name));
  put_number(v, x);
  view_lit(v, "\"");
}

static void attr_percent(struct view *v, const char *name, double x) {
  view_put(v, name, strlen(name));
  put_number(v, x);
  view_lit(v, "%\"");
}

static void attr_class(struct view *v, const char *classes) {
  if (!classes[0]) return;
  view_lit(v, " class=\"");
  view_put(v, classes, strlen(classes));
  view_lit(v, "\"");
}

double chart_x(const struct chart *c, double value) {
  double x = c->hi > c->lo ? (value - c->lo) / (c->hi - c->lo) * 100 : 0;
  return !(x > 0) ? 0 : x > 100 ? 100 : x;
}

static void text_at(struct view *v, double x, double dx, double y, const char *classes,
                    struct str text) {
  attr_percent(v, "<text x=\"", x);
  if (dx != 0) attr_px(v, " dx=\"", dx);
  attr_px(v, " y=\"", y);
  attr_class(v, classes);
  view_lit(v, ">");
  view_text(v, text);
  view_lit(v, "</text>");
}

void chart_text(struct chart *c, double x, double y, const char *classes, struct str text) {
  text_at(ink(c), x, 0, y, classes, text);
}

void chart_text_beside(struct chart *c, double x, double y, const char *classes, struct str text) {
  char turned[64];
  bool left = x > 50;
  snprintf(turned, sizeof turned, "%s%s", classes, left ? " e" : "");
  text_at(ink(c), x, left ? -7 : 7, y, turned, text);
}

void chart_text_word(struct chart *c, double x, double y, const char *classes, struct str number,
                     const char *hide, struct str word) {
  struct view *v = ink(c);
  attr_percent(v, "<text x=\"", x);
  attr_px(v, " y=\"", y);
  attr_class(v, classes);
  view_lit(v, ">");
  view_text(v, number);
  view_lit(v, "<tspan");
  attr_class(v, hide);
  view_lit(v, "> ");
  view_text(v, word);
  view_lit(v, "</tspan></text>");
}

void chart_label(struct chart *c, double y, const char *classes, struct str text) {
  text_at(margin(c), 0, 0, y, classes, text);
}

/* As many words of *rest as fit a line; a word longer than a line stands alone. */
static struct str next_line(struct str *rest) {
  struct str head = utf8_head(*rest, CHART_LABEL_CHARACTERS);
  size_t end = head.n;
  if (head.n < rest->n && rest->p[head.n] != ' ') {
    while (end > 0 && rest->p[end - 1] != ' ') end--;
    if (end == 0) end = head.n + str_find_byte(str_slice(*rest, head.n, rest->n), ' ');
  }
  struct str line = str_slice(*rest, 0, end);
  *rest = str_trim(str_slice(*rest, end, rest->n));
  return str_trim(line);
}

double chart_label_lines(struct chart *c, double y, const char *classes, struct str text) {
  struct str rest = str_trim(text);
  double down = 0;
  for (chart_label(c, y, classes, next_line(&rest)); rest.n;
       chart_label(c, y + down, classes, next_line(&rest)))
    down += 17;
  return down;
}

void chart_label_link(struct chart *c, struct str href, double y, const char *classes,
                      struct str text) {
  struct view *v = margin(c);
  view_lit(v, "<a href=\"");
  view_url(v, href);
  attr_px(v, "\"><rect x=\"0\" width=\"100%\" height=\"25\" class=\"hit\" y=\"", y - 18);
  view_lit(v, "/>");
  text_at(v, 0, 0, y, classes, text);
  view_lit(v, "</a>");
}

void chart_rect(struct chart *c, double x0, double x1, double y, double height,
                const char *classes) {
  struct view *v = ink(c);
  attr_percent(v, "<rect x=\"", x0);
  attr_percent(v, " width=\"", x1 > x0 ? x1 - x0 : 0);
  attr_px(v, " y=\"", y);
  attr_px(v, " height=\"", height > 0 ? height : 0);
  attr_class(v, classes);
  view_lit(v, "/>");
}

void chart_hatched(struct chart *c, double x0, double x1, double y, double height) {
  struct view *v = ink(c);
  attr_percent(v, "<rect x=\"", x0);
  attr_percent(v, " width=\"", x1 > x0 ? x1 - x0 : 0);
  attr_px(v, " y=\"", y);
  attr_px(v, " height=\"", height > 0 ? height : 0);
  view_lit(v, " class=\"hat\" fill=\"url(#");
  view_token(v, c->id);
  view_lit(v, "-h)\"/>");
}

void chart_line(struct chart *c, double x0, double y0, double x1, double y1, const char *classes) {
  struct view *v = ink(c);
  attr_percent(v, "<line x1=\"", x0);
  attr_px(v, " y1=\"", y0);
  attr_percent(v, " x2=\"", x1);
  attr_px(v, " y2=\"", y1);
  attr_class(v, classes);
  view_lit(v, "/>");
}

void chart_dot(struct chart *c, double x, double y, double radius, const char *classes) {
  struct view *v = ink(c);
  attr_percent(v, "<circle cx=\"", x);
  attr_px(v, " cy=\"", y);
  attr_px(v, " r=\"", radius);
  attr_class(v, classes);
  view_lit(v, "/>");
}

void chart_glyph(struct chart *c, double x, double y, const char *path, const char *classes) {
  struct view *v = ink(c);
  attr_percent(v, "<svg width=\"1\" height=\"1\" x=\"", x);
  attr_px(v, " y=\"", y);
  view_lit(v, "><path d=\"");
  view_put(v, path, strlen(path));
  view_lit(v, "\"");
  attr_class(v, classes);
  view_lit(v, "/></svg>");
}

void chart_link(struct chart *c, struct str href, struct str said, double y, double height) {
  struct view *v = ink(c);
  view_lit(v, "<a href=\"");
  view_url(v, href);
  view_lit(v, "\">");
  if (said.n) text_at(v, 50, 0, y + height / 2, "m sr", said);
}

void chart_link_end(struct chart *c) { view_lit(ink(c), "</a>"); }

void chart_axis(struct chart *c, const struct chart_tick *ticks, size_t n, double y_top,
                double y_bottom) {
  for (size_t i = 0; i < n; i++) {
    double x = chart_x(c, ticks[i].value);
    if (x > 0 && x < 100) chart_line(c, x, y_top, x, y_bottom, "gr");
    chart_text(c, x, y_bottom + 18,
               x <= 2    ? "q tick"
               : x >= 98 ? "q e tick"
                         : "q m tick",
               ticks[i].text);
  }
}

static void open_svg(struct view *v, struct chart *c, const char *classes, struct str title,
                     struct str finding) {
  view_lit(v, "<svg class=\"c");
  if (classes[0]) view_lit(v, " ");
  view_put(v, classes, strlen(classes));
  attr_px(v, "\" xmlns=\"http://www.w3.org/2000/svg\" width=\"100%\" height=\"", ceil(c->y));
  view_lit(v, " role=\"group\" aria-labelledby=\"");
  view_token(v, c->id);
  view_lit(v, "-t ");
  view_token(v, c->id);
  view_lit(v, "-d\"><title id=\"");
  view_token(v, c->id);
  view_lit(v, "-t\">");
  view_plain(v, title);
  view_lit(v, "</title><desc id=\"");
  view_token(v, c->id);
  view_lit(v, "-d\">");
  view_plain(v, finding);
  view_lit(v, "</desc><defs><pattern id=\"");
  view_token(v, c->id);
  view_lit(v, "-h\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><rect width=\"6\" "
              "height=\"6\" class=\"hb\"/>"
              "<path d=\"M-1 7 7-1M-1 1 1-1M5 7 7 5\" class=\"hl\"/></pattern></defs>");
}

struct markup chart_close(struct chart *c, const char *classes, struct str title,
                          struct str finding) {
  struct buf out = buf_open(CHART_BYTES_MAX * 2 + (1 << 16));
  struct view v = *c->v;
  v.out = &out;
  open_svg(&v, c, classes, title, finding);
  buf_put(&out, buf_str(&c->ink_buf));
  if (c->margin_buf.n) {
    view_lit(&v, "<g class=\"lab\">");
    buf_put(&out, buf_str(&c->margin_buf));
    view_lit(&v, "</g>");
  }
  view_lit(&v, "</svg>");
  bool whole = !out.full && !c->ink_buf.full && !c->margin_buf.full;
  struct markup m = {whole ? str_copy(v.arena, buf_str(&out))
                           : (struct str){0}}; /* the table still stands */
  buf_free(&out);
  buf_free(&c->ink_buf);
  buf_free(&c->margin_buf);
  return m;
}

/* ---- tables ---- */

void chart_columns(struct view *v, struct chart_parts *out, const struct message *const *names,
                   const bool *number, size_t n) {
  out->columns.p = arena_many(v->arena, struct chart_column, n);
  out->columns.n = n;
  for (size_t i = 0; i < n; i++)
    out->columns.p[i] = (struct chart_column){words_of(v->lang, names[i]), number[i]};
}

struct str *chart_row(struct view *v, struct chart_parts *out, size_t *cap, struct str id) {
  struct chart_row *row = slice_push(v->arena, &out->rows, cap);
  *row = (struct chart_row){.id = id};
  row->cells.p = arena_many(v->arena, struct str, out->columns.n);
  row->cells.n = out->columns.n;
  return row->cells.p;
}

struct str chart_number(struct view *v, enum words_kind kind, int64_t n) {
  char text[WORDS_NUMBER_MAX];
  if (n == CHART_UNKNOWN) return words_of(v->lang, T("not known"));
  return str_copy(v->arena, (struct str){text, words_number(text, v->lang, kind, n)});
}
