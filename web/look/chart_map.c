/* The map: areas on an integer grid, one class a shade and a pattern. The patterns say without
 * colour what shades say. */
#include <math.h>
#include <stdio.h>
#include "web/look/chart.h"

enum { GRID_WIDE = 800, CLASSES = 5, MARGIN = 8, MAP_BYTES_MAX = 8 << 20 };

struct frame {                      /* from degrees to the grid */
  double west, north, across, down; /* grid units a degree */
  double x0, y0;                    /* to centre the areas in the frame */
  int height;
  const char
      *ratio; /* class of app/chart.css: fixed shapes, so that text beside the map keeps its size */
};

int chart_map_class(const struct map *m, double value) {
  if (isnan(value)) return 0;
  int class = 1;
  while (class < CLASSES && value >= m->breaks[class - 1]) class ++;
  return class;
}

struct bounds {
  double west, east, south, north;
  bool any;
};

static struct bounds bounds_of(const struct map *m) {
  struct bounds b = {0};
  for (size_t i = 0; i < m->areas.n; i++)
    for (size_t r = 0; r < m->areas.p[i].rings.n; r++)
      for (size_t k = 0; k < m->areas.p[i].rings.p[r].n; k++) {
        struct map_point p = m->areas.p[i].rings.p[r].p[k];
        if (!isfinite(p.longitude) || !isfinite(p.latitude) || fabs(p.latitude) > 89) continue;
        if (!b.any) b = (struct bounds){p.longitude, p.longitude, p.latitude, p.latitude, true};
        b.west = fmin(b.west, p.longitude), b.east = fmax(b.east, p.longitude);
        b.south = fmin(b.south, p.latitude), b.north = fmax(b.north, p.latitude);
      }
  return b;
}

static struct frame frame_of(struct bounds b) {
  static const struct {
    double over;
    int height;
    const char *class;
  } shapes[] = {{1.3, 1280, "maps r58"}, {0.9, 800, "maps r11"}, {0, 600, "maps r43"}};
  double squeeze = cos((b.south + b.north) / 2 * M_PI / 180);
  double wide = (b.east - b.west) * squeeze, tall = b.north - b.south;
  size_t i = 0;
  if (!(wide > 0)) wide = 1e-6;
  while (tall / wide < shapes[i].over) i++;
  double room_x = GRID_WIDE - 2 * MARGIN, room_y = shapes[i].height - 2 * MARGIN;
  double scale = tall > 0 ? fmin(room_x / wide, room_y / tall) : room_x / wide;
  return (struct frame){b.west,
                        b.north,
                        scale * squeeze,
                        scale,
                        (GRID_WIDE - wide * scale) / 2,
                        (shapes[i].height - tall * scale) / 2,
                        shapes[i].height,
                        shapes[i].class};
}

struct cell {
  int x, y;
};

static struct cell cell_of(const struct frame *f, struct map_point p) {
  double x = f->x0 + (p.longitude - f->west) * f->across,
         y = f->y0 + (f->north - p.latitude) * f->down;
  bool sound = isfinite(x) && isfinite(y) && fabs(x) < 1e6 && fabs(y) < 1e6;
  return sound ? (struct cell){(int)lround(x), (int)lround(y)} : (struct cell){0, 0};
}

static bool in_line(struct cell a, struct cell b, struct cell c) {
  return (int64_t)(b.x - a.x) * (c.y - a.y) == (int64_t)(b.y - a.y) * (c.x - a.x);
}

/* A ring as grid points: repeated points and points on a straight stretch go. Rounding depends on
 * the point alone, so neighbours still share their border. Returns the points left; under 3 nothing
 * can be drawn. */
static size_t grid_ring(const struct frame *f, const struct map_ring *ring, struct cell *out) {
  size_t n = 0;
  for (size_t i = 0; i < ring->n; i++) {
    struct cell c = cell_of(f, ring->p[i]);
    if (n && out[n - 1].x == c.x && out[n - 1].y == c.y) continue;
    if (n >= 2 && in_line(out[n - 2], out[n - 1], c) &&
        (int64_t)(out[n - 1].x - out[n - 2].x) * (c.x - out[n - 1].x) +
                (int64_t)(out[n - 1].y - out[n - 2].y) * (c.y - out[n - 1].y) >
            0)
      n--;
    out[n++] = c;
  }
  while (n > 1 && out[n - 1].x == out[0].x && out[n - 1].y == out[0].y) n--;
  return n;
}

static void put_ring(struct view *v, const struct cell *c, size_t n) {
  char text[64];
  for (size_t i = 0; i < n; i++) {
    int dx = i ? c[i].x - c[i - 1].x : c[i].x, dy = i ? c[i].y - c[i - 1].y : c[i].y;
    int length = snprintf(text, sizeof text,
                          i == 0   ? "M%d %d"
                          : i == 1 ? "l%d %d"
                                   : " %d %d",
                          dx, dy);
    view_put(v, text, (size_t)length);
  }
  view_lit(v, "z");
}

static struct str area_id(struct view *v, const struct map *m, size_t i) {
  return str_format(v->arena, "%.*s-%zu", P(m->words.id), i);
}

static void put_area(struct view *v, const struct map *m, const struct frame *f, size_t i) {
  const struct map_area *area = &m->areas.p[i];
  view_lit(v, "<a href=\"");
  if (area->href.n)
    view_url(v, area->href);
  else
    view_url(v, str_format(v->arena, "#%.*s", P(area_id(v, m, i))));
  view_lit(v, "\"><title>");
  view_plain(v, area->name);
  view_lit(v, ": ");
  if (isnan(area->value))
    view_plain(v, T("not known"));
  else
    view_plain(v, area->shown);
  view_lit(v, "</title><path fill-rule=\"evenodd\" d=\"");
  for (size_t r = 0; r < area->rings.n; r++) {
    struct cell *cells = arena_many(v->arena, struct cell, area->rings.p[r].n + 1);
    size_t n = grid_ring(f, &area->rings.p[r], cells);
    if (n >= 3) put_ring(v, cells, n);
  }
  view_lit(v, "\"/></a>");
}

/* fill="url(#ID-p2)" for classes with a pattern and for "not known"; classes 1 and 5 are plain. */
static void put_fill(struct view *v, const struct map *m, int class) {
  if (class == 1)
    view_lit(v, " class=\"m1\"");
  else if (class == 5)
    view_lit(v, " class=\"m5\"");
  else {
    view_lit(v, " fill=\"url(#");
    view_token(v, m->words.id);
    view_put(v, class == 0 ? "-p0" : class == 2 ? "-p2" : class == 3 ? "-p3" : "-p4", 3);
    view_lit(v, ")\"");
  }
}

static void put_pattern(struct view *v, const struct map *m, const char *end, int size,
                        const char *inside) {
  view_lit(v, "<pattern id=\"");
  view_token(v, m->words.id);
  view_put(v, end, strlen(end));
  view_lit(v, "\" patternUnits=\"userSpaceOnUse\" width=\"");
  view_i64(v, size);
  view_lit(v, "\" height=\"");
  view_i64(v, size);
  view_lit(v, "\">");
  view_put(v, inside, strlen(inside));
  view_lit(v, "</pattern>");
}

static void put_patterns(struct view *v, const struct map *m) {
  view_lit(v, "<defs>");
  put_pattern(v, m, "-p2", 13,
              "<rect width=\"13\" height=\"13\" class=\"m2\"/><circle cx=\"4\" cy=\"4\" r=\"1.6\" "
              "class=\"dot\"/>");
  put_pattern(v, m, "-p3", 9,
              "<rect width=\"9\" height=\"9\" class=\"m3\"/><path d=\"M0 4H9\" class=\"dash\"/>");
  put_pattern(v, m, "-p4", 10,
              "<rect width=\"10\" height=\"10\" class=\"m4\"/><path d=\"M0 5H10M5 0V10\" "
              "class=\"dash inv\"/>");
  put_pattern(v, m, "-p0", 8,
              "<rect width=\"8\" height=\"8\" class=\"hb\"/><path d=\"M-1 9 9-1M-1 1 1-1M7 9 9 7\" "
              "class=\"hl\"/>");
  view_lit(v, "</defs>");
}

static void put_map(struct view *v, const struct map *m, const struct frame *f) {
  view_lit(v, "<svg class=\"c ");
  view_put(v, f->ratio, strlen(f->ratio));
  view_lit(
      v,
      "\" xmlns=\"http://www.w3.org/2000/svg\" width=\"100%\" role=\"group\" aria-labelledby=\"");
  view_token(v, m->words.id);
  view_lit(v, "-t ");
  view_token(v, m->words.id);
  view_lit(v, "-d\"><title id=\"");
  view_token(v, m->words.id);
  view_lit(v, "-t\">");
  view_plain(v, m->words.what);
  view_lit(v, "</title><desc id=\"");
  view_token(v, m->words.id);
  view_lit(v, "-d\">");
  view_plain(v, m->words.finding);
  view_lit(v, "</desc>");
  put_patterns(v, m);
  view_lit(v, "<svg width=\"100%\" height=\"100%\" viewBox=\"0 0 800 ");
  view_i64(v, f->height);
  view_lit(v, "\"><g class=\"area\">");
  for (int class = 0; class <= CLASSES; class ++) {
    bool any = false;
    for (size_t i = 0; i < m->areas.n; i++) {
      if (chart_map_class(m, m->areas.p[i].value) != class) continue;
      if (!any) {
        view_lit(v, "<g");
        put_fill(v, m, class);
        view_lit(v, ">");
      }
      any = true;
      put_area(v, m, f, i);
    }
    if (any) view_lit(v, "</g>");
  }
  view_lit(v, "</g></svg></svg>");
}

/* All classes are listed, also empty ones, so that months can be compared. */
static void put_key(struct view *v, const struct map *m) {
  view_lit(v, "<ul class=\"key\">");
  for (int i = 1; i <= CLASSES + 1; i++) {
    int class = i <= CLASSES ? i : 0;
    view_lit(v, "<li><svg width=\"22\" height=\"16\" aria-hidden=\"true\"><rect width=\"22\" "
                "height=\"16\"");
    put_fill(v, m, class);
    view_lit(v, "/></svg>");
    if (class)
      view_text(v, m->class_words[class - 1]);
    else
      view_text(v, T("Not known (not none)"));
    view_lit(v, "</li>");
  }
  view_lit(v, "</ul>");
}

static void table(struct view *v, const struct map *m, struct chart_parts *out) {
  const struct message *const names[] = {T("Area"), T("Class")};
  static const bool number[] = {false, false};
  size_t cap = 0;
  chart_columns(v, out, names, number, countof(names));
  struct chart_column *columns = arena_many(v->arena, struct chart_column, 3);
  columns[0] = out->columns.p[0], columns[1] = (struct chart_column){m->unit, true},
  columns[2] = out->columns.p[1];
  out->columns.p = columns;
  out->columns.n = 3;
  out->caption = m->words.what;
  for (size_t i = 0; i < m->areas.n; i++) {
    const struct map_area *area = &m->areas.p[i];
    int class = chart_map_class(m, area->value);
    struct str *cells = chart_row(v, out, &cap, area_id(v, m, i));
    cells[0] = area->name;
    cells[1] = class ? area->shown : words_of(v->lang, T("not known"));
    cells[2] = class ? str_of(m->class_words[class - 1]) : words_of(v->lang, T("not known"));
    out->rows.p[i].href = area->href;
  }
}

/* Writes with one of the functions above into the arena. */
static struct markup made(struct view *v, const struct map *m, const struct frame *f,
                          void (*key)(struct view *, const struct map *)) {
  struct buf out = buf_open(MAP_BYTES_MAX);
  struct view to = *v;
  to.out = &out;
  if (key)
    key(&to, m);
  else
    put_map(&to, m, f);
  struct markup result = {out.full ? (struct str){0} : str_copy(v->arena, buf_str(&out))};
  buf_free(&out);
  return result;
}

void chart_map(struct view *v, const struct map *m, struct chart_parts *out) {
  struct bounds b = bounds_of(m);
  *out = (struct chart_parts){.words = m->words};
  if (b.any) {
    struct frame f = frame_of(b);
    out->svg = made(v, m, &f, NULL);
    out->key = made(v, m, NULL, put_key);
  }
  table(v, m, out);
}
