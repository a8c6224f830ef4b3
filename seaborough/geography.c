/* geography: land, areas that share their borders, and postcodes.
 *
 * A grid of points, each moved a little, gives cells whose edges fit exactly; a cell is an LSOA.
 * Cells nearest to one of nine middles form a neighbourhood, three neighbourhoods a district; about
 * four cells a ward. The outline of any group of cells is what remains of their edges when those
 * met twice are struck out. */
#include <math.h>
#include "seaborough/inside.h"

enum {
  CELLS = SB_COLUMNS * SB_ROWS,
  POINTS = (SB_COLUMNS + 1) * (SB_ROWS + 1),
  POSTCODES_WANTED = 30500,
  WARD_CELLS = 4,
  INWARD_CODES = 4000
};
static const double south_west_lat = 54.40,
                    west_lon = 1.60; /* open sea between Yorkshire and Jutland */
static const double cell_km = 1.15, km_per_degree = 111.195;

const char *const sb_neighbourhood_names[SB_NEIGHBOURHOODS] = {
    "Northquay", "Tannery Row", "Castle Reach", "Eastferry", "Saltmarsh",
    "Millbeck",  "Hollowmoor",  "Whinfield",    "Highcliff",
};
static const char *const neighbourhood_names_cy[SB_NEIGHBOURHOODS] = {
    "Cei'r Gogledd", "Rhes y Tanerdy", "Cyrraedd y Castell", "Fferi'r Dwyrain", "Morfa Heli",
    "Nant y Felin",  "Rhos y Pant",    "Maes yr Eithin",     "Pen y Clogwyn",
};
static const char *const district_names[SB_DISTRICTS] = {"Seaborough", "Ferrydale",
                                                         "Moorland Hundreds"};
/* Middles of the neighbourhoods in cells (column, row), and how thickly people live there. */
static const struct {
  double column, row, people;
} middles[SB_NEIGHBOURHOODS] = {
    {6, 12, 1.5}, {9, 9, 1.8},  {5, 7, 1.4},   {14, 11, 1.2}, {15, 6, 0.9},
    {12, 3, 1.0}, {20, 4, 0.5}, {22, 10, 0.4}, {19, 14, 0.6},
};
static const char *const ward_firsts[] = {
    "Harbour", "Church",  "Mill",     "Station", "Abbey", "Quarry", "Orchard", "Chapel",   "Market",
    "Bridge",  "Lantern", "Ropewalk", "Glebe",   "Weir",  "Cinder", "Foundry", "Tollgate", "Larch"};
static const char *const ward_lasts[] = {"End",    "Hill", "Green", "Side",
                                         "Fields", "Bank", "Cross", "Lane"};

struct grid {
  struct sb_point at[POINTS];
  int group[CELLS]; /* neighbourhood, or -1 for sea */
};

static struct sb_point *grid_point(struct grid *g, int column, int row) {
  return &g->at[row * (SB_COLUMNS + 1) + column];
}

/* Land: an oval with a bay cut into its west side and a river mouth. */
static bool is_land(double column, double row) {
  double x = (column - 13) / 12.6, y = (row - 8.6) / 8.7;
  bool bay = (column - 1.5) * (column - 1.5) / 9 + (row - 11) * (row - 11) / 5 < 1;
  return x * x + y * y < 1 && !bay;
}

static void make_grid(struct grid *g, struct rng *r) {
  double lon_km = km_per_degree * cos(54.5 * 3.14159265358979 / 180);
  for (int row = 0; row <= SB_ROWS; row++)
    for (int column = 0; column <= SB_COLUMNS; column++) {
      double dx = (rng_unit(r) - 0.5) * 0.55, dy = (rng_unit(r) - 0.5) * 0.55;
      /* Six decimals: what the files hold is what the program holds. */
      double lat = south_west_lat + (row + dy) * cell_km / km_per_degree;
      double lon = west_lon + (column + dx) * cell_km / lon_km;
      *grid_point(g, column, row) =
          (struct sb_point){round(lat * 1e6) / 1e6, round(lon * 1e6) / 1e6};
    }
  for (int cell = 0; cell < CELLS; cell++) {
    double column = cell % SB_COLUMNS + 0.5, row = (double)(cell / SB_COLUMNS) + 0.5, best = 1e9;
    g->group[cell] = -1;
    for (int n = 0; n < SB_NEIGHBOURHOODS && is_land(column, row); n++) {
      double d = hypot(column - middles[n].column, row - middles[n].row);
      if (d < best) best = d, g->group[cell] = n;
    }
  }
}

/* ---- outlines ---- */

struct edge {
  int from, to;
  bool used;
};

static void add_edge(struct edge *edges, size_t *n, int from, int to) {
  for (size_t i = 0; i < *n; i++)
    if (edges[i].from == to &&
        edges[i].to == from) { /* met from the other side: inside, strike out */
      edges[i] = edges[--*n];
      return;
    }
  edges[(*n)++] = (struct edge){from, to, false};
}

/* The longest ring of the edges left; groups are in one piece but for the odd islet, which the ring
 * leaves out. */
static struct sb_ring longest_ring(struct arena *a, const struct grid *g, struct edge *edges,
                                   size_t n) {
  struct sb_ring best = {0};
  for (size_t start = 0; start < n; start++) {
    if (edges[start].used) continue;
    struct sb_ring ring = {arena_many(a, struct sb_point, n), 0};
    for (size_t at = start; !edges[at].used;) {
      edges[at].used = true;
      ring.p[ring.n++] = g->at[edges[at].from];
      for (size_t next = 0; next < n; next++)
        if (!edges[next].used && edges[next].from == edges[at].to) {
          at = next;
          break;
        }
    }
    if (ring.n > best.n) best = ring;
  }
  return best;
}

static struct sb_ring outline(struct arena *a, const struct grid *g, const int *cells, size_t n) {
  struct edge *edges = arena_many(a, struct edge, 4 * n + 1);
  size_t n_edges = 0;
  for (size_t i = 0; i < n; i++) {
    int column = cells[i] % SB_COLUMNS, row = cells[i] / SB_COLUMNS, w = SB_COLUMNS + 1;
    int sw = row * w + column, se = sw + 1, nw = sw + w, ne = nw + 1;
    add_edge(edges, &n_edges, sw, se);
    add_edge(edges, &n_edges, se, ne);
    add_edge(edges, &n_edges, ne, nw);
    add_edge(edges, &n_edges, nw, sw);
  }
  return longest_ring(a, g, edges, n_edges);
}

static struct sb_point centre_of(struct sb_ring ring) {
  struct sb_point c = {0};
  for (size_t i = 0; i < ring.n; i++) c.lat += ring.p[i].lat, c.lon += ring.p[i].lon;
  return (struct sb_point){c.lat / (double)ring.n, c.lon / (double)ring.n};
}

/* ---- areas ---- */

struct making {
  struct arena *a;
  struct seaborough *s;
  size_t cap;
  struct grid *grid;
  struct rng rng;
};

static uint32_t add_area(struct making *m, enum sb_kind kind, struct str name, uint32_t parent,
                         const int *cells, size_t n) {
  static const char *const prefix[SB_KINDS] = {"Z47", "Z08", "Z99", "Z05", "Z01"};
  uint32_t index = (uint32_t)m->s->areas.n, number = 1;
  for (size_t i = 0; i < m->s->areas.n; i++) number += m->s->areas.p[i].kind == kind;
  struct sb_area *area = slice_push(m->a, &m->s->areas, &m->cap);
  struct sb_ring ring = outline(m->a, m->grid, cells, n);
  *area = (struct sb_area){.kind = kind,
                           .name = name,
                           .parent = parent,
                           .outline = ring,
                           .centre = centre_of(ring),
                           .code = str_format(m->a, "%s%06u", prefix[kind], number)};
  return index;
}

static size_t cells_of(const struct grid *g, int first_group, int last_group, int *cells) {
  size_t n = 0;
  for (int cell = 0; cell < CELLS; cell++)
    if (g->group[cell] >= first_group && g->group[cell] <= last_group) cells[n++] = cell;
  return n;
}

static void add_lsoas(struct making *m, uint32_t ward, struct str ward_name, int group,
                      const int *cells, size_t n) {
  for (size_t i = 0; i < n; i++) {
    uint32_t lsoa =
        add_area(m, SB_LSOA, str_format(m->a, "%.*s %c", P(ward_name), (char)('A' + (char)i)), ward,
                 cells + i, 1);
    int64_t people = (int64_t)(middles[group].people * (700 + (double)rng_below(&m->rng, 500)));
    m->s->areas.p[lsoa].people_16_64 = people;
    for (uint32_t up = lsoa; up != m->s->areas.p[up].parent;) { /* counted in each area above */
      up = m->s->areas.p[up].parent;
      m->s->areas.p[up].people_16_64 += people;
    }
  }
}

/* Moves `cell` from the cells left to the ward, if it is still there. */
static bool take_cell(int *left, size_t *n_left, int cell, int *ward, size_t *n_ward) {
  for (size_t i = 0; i < *n_left; i++) {
    if (left[i] != cell) continue;
    memmove(left + i, left + i + 1, (--*n_left - i) * sizeof *left);
    ward[(*n_ward)++] = cell;
    return true;
  }
  return false;
}

/* A ward grows from the first cell left over its neighbours, so that it is in one piece. */
static size_t grow_ward(int *left, size_t *n_left, int *ward, size_t wanted) {
  size_t n = 0;
  take_cell(left, n_left, left[0], ward, &n);
  for (size_t i = 0; i < n && n < wanted; i++) {
    const int beside[4] = {ward[i] + 1, ward[i] + SB_COLUMNS, ward[i] - 1, ward[i] - SB_COLUMNS};
    for (size_t k = 0; k < 4 && n < wanted; k++) {
      bool wraps = k % 2 == 0 && beside[k] / SB_COLUMNS != ward[i] / SB_COLUMNS;
      if (!wraps) take_cell(left, n_left, beside[k], ward, &n);
    }
  }
  return n;
}

static void add_wards(struct making *m, uint32_t neighbourhood, int group) {
  int left[CELLS], cells[CELLS];
  size_t n_left = cells_of(m->grid, group, group, left);
  for (int number = 0; n_left; number++) {
    size_t n = grow_ward(left, &n_left, cells, WARD_CELLS + rng_below(&m->rng, 2));
    const char *first = ward_firsts[(size_t)(group * 7 + number) % countof(ward_firsts)];
    const char *last = ward_lasts[(size_t)(group + number / 3) % countof(ward_lasts)];
    struct str name = str_format(m->a, "%s %s %s", sb_neighbourhood_names[group], first, last);
    uint32_t ward = add_area(m, SB_WARD, name, neighbourhood, cells, n);
    add_lsoas(m, ward, name, group, cells, n);
  }
}

static void add_areas(struct making *m) {
  int cells[CELLS];
  size_t n = cells_of(m->grid, 0, SB_NEIGHBOURHOODS - 1, cells);
  uint32_t region = add_area(m, SB_REGION, S("Seaborough City Region"), 0, cells, n);
  m->s->areas.p[region].name_cy = S("Dinas-ranbarth Seaborough");
  for (int d = 0; d < SB_DISTRICTS; d++) {
    n = cells_of(m->grid, 3 * d, 3 * d + 2, cells);
    uint32_t district = add_area(m, SB_DISTRICT, str_of(district_names[d]), region, cells, n);
    for (int k = 3 * d; k < 3 * d + 3; k++) {
      n = cells_of(m->grid, k, k, cells);
      uint32_t hood =
          add_area(m, SB_NEIGHBOURHOOD, str_of(sb_neighbourhood_names[k]), district, cells, n);
      m->s->areas.p[hood].name_cy = str_of(neighbourhood_names_cy[k]);
      m->s->neighbourhood[k] = hood;
      add_wards(m, hood, k);
    }
  }
}

uint32_t sb_ancestor(const struct seaborough *s, uint32_t area, enum sb_kind kind) {
  while (s->areas.p[area].kind != kind && s->areas.p[area].parent != area)
    area = s->areas.p[area].parent;
  return area;
}

/* ---- postcodes ---- */

/* A point inside a cell: its four corners weighed at random. */
static struct sb_point inside(struct sb_ring ring, struct rng *r) {
  struct sb_point p = {0};
  double sum = 0;
  for (size_t i = 0; i < ring.n; i++) {
    double w = 0.1 + rng_unit(r);
    p.lat += ring.p[i].lat * w, p.lon += ring.p[i].lon * w, sum += w;
  }
  return (struct sb_point){round(p.lat / sum * 1e6) / 1e6, round(p.lon / sum * 1e6) / 1e6};
}

static int neighbourhood_number(const struct seaborough *s, uint32_t lsoa) {
  uint32_t hood = sb_ancestor(s, lsoa, SB_NEIGHBOURHOOD);
  for (int k = 0; k < SB_NEIGHBOURHOODS; k++)
    if (s->neighbourhood[k] == hood) return k;
  return 0;
}

/* "ZB<n> <d><XY>": letters as in real inward codes (no C I K M O V); past 4,000 the outward code is
 * "ZB1<n>". */
static void postcode_text(char out[9], int hood, unsigned serial) {
  static const char letters[] = "ABDEFGHJLNPQRSTUWXYZ";
  bool second = serial >= INWARD_CODES;
  memcpy(out, second ? "ZB11 1AA" : "ZB1 1AA", second ? 9 : 8);
  out += second ? 3 : 2;
  out[0] = (char)('1' + hood);
  out[2] = (char)('0' + serial / 400 % 10);
  out[3] = letters[serial / 20 % 20];
  out[4] = letters[serial % 20];
}

static void add_postcodes(struct making *m) {
  unsigned serial[SB_NEIGHBOURHOODS] = {0};
  size_t cap = 0;
  int64_t everyone = m->s->areas.p[0].people_16_64;
  for (uint32_t i = 0; i < m->s->areas.n; i++) {
    const struct sb_area *lsoa = &m->s->areas.p[i];
    if (lsoa->kind != SB_LSOA) continue;
    int hood = neighbourhood_number(m->s, i);
    int64_t n = lsoa->people_16_64 * POSTCODES_WANTED / everyone;
    for (int64_t k = 0; k < n && serial[hood] < 2 * INWARD_CODES; k++) {
      struct sb_postcode *p = slice_push(m->a, &m->s->postcodes, &cap);
      *p = (struct sb_postcode){.at = inside(lsoa->outline, &m->rng), .lsoa = i, .ended = DAY_NONE};
      if (rng_below(&m->rng, 40) == 0)
        p->ended = m->s->today - 200 - (day_t)rng_below(&m->rng, 3000);
      unsigned at = serial[hood]++;
      postcode_text(p->text, hood, at / INWARD_CODES * INWARD_CODES + at * 7 % INWARD_CODES);
    }
  }
}

static int by_text(const void *a, const void *b) {
  return strcmp(((const struct sb_postcode *)a)->text, ((const struct sb_postcode *)b)->text);
}

void sb_geography(struct arena *a, struct seaborough *s) {
  struct making m = {.a = a, .s = s, .grid = arena_new(a, struct grid), .rng = rng_seed(s->seed)};
  make_grid(m.grid, &m.rng);
  add_areas(&m);
  add_postcodes(&m);
  qsort(s->postcodes.p, s->postcodes.n, sizeof *s->postcodes.p, by_text);
}

/* ---- files ---- */

void sb_postcodes_csv(const struct seaborough *s, struct buf *out) {
  buf_put(out, S("pcds,doterm,oslaua,osward,lsoa11,lsoa21,lat,long\n"));
  for (size_t i = 0; i < s->postcodes.n; i++) {
    const struct sb_postcode *p = &s->postcodes.p[i];
    const struct sb_area *lsoa = &s->areas.p[p->lsoa];
    const struct sb_area *ward = &s->areas.p[sb_ancestor(s, p->lsoa, SB_WARD)];
    const struct sb_area *district = &s->areas.p[sb_ancestor(s, p->lsoa, SB_DISTRICT)];
    struct ymd d = day_ymd(p->ended == DAY_NONE ? 0 : p->ended);
    buf_format(out, "%s,", p->text);
    if (p->ended != DAY_NONE) buf_format(out, "%04d%02d", d.year, d.month);
    buf_format(out, ",%.*s,%.*s,%.*s,%.*s,%.6f,%.6f\n", P(district->code), P(ward->code),
               P(lsoa->code), P(lsoa->code), p->at.lat, p->at.lon);
  }
}

static void geojson_ring(struct json_out *j, struct sb_ring ring) {
  json_list(j);
  for (size_t i = 0; i <= ring.n && ring.n; i++) {
    json_list(j);
    json_double(j, ring.p[i % ring.n].lon);
    json_double(j, ring.p[i % ring.n].lat);
    json_list_end(j);
  }
  json_list_end(j);
}

void sb_areas_geojson(const struct seaborough *s, enum sb_kind kind, struct buf *out) {
  struct json_out j = json_to(out);
  json_open(&j);
  json_put_str(&j, "type", S("FeatureCollection"));
  json_put_str(&j, "note", S("Seaborough is invented."));
  json_key(&j, S("features"));
  json_list(&j);
  for (size_t i = 0; i < s->areas.n; i++) {
    const struct sb_area *area = &s->areas.p[i];
    if (area->kind != kind) continue;
    json_open(&j);
    json_put_str(&j, "type", S("Feature"));
    json_key(&j, S("properties"));
    json_open(&j);
    json_put_str(&j, "code", area->code);
    json_put_str(&j, "name", area->name);
    json_put_str_if(&j, "name_cy", area->name_cy);
    json_put_str(&j, "parent", s->areas.p[area->parent].code);
    json_close(&j);
    json_key(&j, S("geometry"));
    json_open(&j);
    json_put_str(&j, "type", S("Polygon"));
    json_key(&j, S("coordinates"));
    json_list(&j);
    geojson_ring(&j, area->outline);
    json_list_end(&j);
    json_close(&j);
    json_close(&j);
  }
  json_list_end(&j);
  json_close(&j);
}
