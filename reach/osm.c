/* osm: foot ways and no-cross lines from an OpenStreetMap extract (.osm.pbf). Own reading of the
 * two layers: protobuf messages (wiki.openstreetmap.org/wiki/PBF_Format) in zlib blobs. The file is
 * read twice: ways first, to learn which nodes matter, then their positions. */
#include <math.h>
#include <stdlib.h>
#include <zlib.h>
#include "reach/net.h"

enum {
  BLOB_HEADER_MAX = 64 << 10,
  BLOB_RAW_MAX = 32 << 20,
  EDGE_DM_MAX = 4000, /* longer pieces are cut, so that three cells cover an edge */
  EDGES_MAX = 40000000,
  NODES_MAX = 40000000,
  CROSSING_GAP_METRES =
      60, /* a barrier is open this far each side of where a foot way crosses it */
};

/* ---- protobuf ---- */

struct pb {
  const uint8_t *p, *end;
  bool bad;
};
struct pb_field {
  uint32_t number, type;
  uint64_t value;
  struct pb bytes;
};

static uint64_t varint(struct pb *b) {
  uint64_t v = 0;
  for (unsigned shift = 0; shift < 64 && b->p < b->end; shift += 7) {
    uint8_t c = *b->p++;
    v |= (uint64_t)(c & 127) << shift;
    if (c < 128) return v;
  }
  b->bad = true;
  b->p = b->end;
  return 0;
}

static int64_t zigzag(struct pb *b) {
  uint64_t v = varint(b);
  return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

static bool pb_next(struct pb *b, struct pb_field *f) {
  if (b->p >= b->end || b->bad) return false;
  uint64_t key = varint(b);
  *f = (struct pb_field){.number = (uint32_t)(key >> 3), .type = (uint32_t)(key & 7)};
  size_t left = (size_t)(b->end - b->p), take;
  if (f->type == 0)
    f->value = varint(b);
  else {
    take = f->type == 1 ? 8 : f->type == 5 ? 4 : f->type == 2 ? (size_t)varint(b) : SIZE_MAX;
    left = (size_t)(b->end - b->p);
    if (take > left) {
      b->bad = true;
      return false;
    }
    f->bytes = (struct pb){b->p, b->p + take, false};
    b->p += take;
  }
  return !b->bad;
}

/* ---- what is kept ---- */

struct way {
  uint32_t first, n;
  uint8_t kind;
  bool steps;
};
enum way_kind { WAY_NONE, WAY_FOOT, WAY_BARRIER };

struct osm {
  struct net *n;
  struct arena *a, refs_arena, raw;
  struct {
    int64_t *p;
    size_t n;
  } refs;
  struct {
    struct way *p;
    size_t n;
  } ways;
  size_t refs_cap, ways_cap;
  int64_t *id; /* open addressing: node id -> slot; position beside it */
  struct point *at;
  uint32_t *node, *degree; /* number in the net + 1; ways using it */
  size_t slots;
  bool second; /* pass: positions */
  struct pb strings[1 << 16];
  uint32_t n_strings;
};

static size_t slot_of(const struct osm *o, int64_t id) {
  uint64_t h = (uint64_t)id * 0x9E3779B97F4A7C15U;
  size_t i = (size_t)(h >> 20) & (o->slots - 1);
  while (o->id[i] != INT64_MIN && o->id[i] != id) i = (i + 1) & (o->slots - 1);
  return i;
}

/* ---- tags of a way ---- */

static struct str string_at(const struct osm *o, uint64_t i) {
  if (i >= o->n_strings) return S("");
  return (struct str){(const char *)o->strings[i].p, (size_t)(o->strings[i].end - o->strings[i].p)};
}

static bool one_of(struct str s, const char *const *list) {
  for (; *list; list++)
    if (str_eq(s, str_of(*list))) return true;
  return false;
}

struct tags {
  struct str highway, foot, access, sidewalk, waterway, railway, tunnel, area, layer;
};

static enum way_kind kind_of(const struct tags *t) {
  static const char *const walk[] = {"footway",        "path",          "pedestrian",
                                     "steps",          "residential",   "living_street",
                                     "service",        "track",         "unclassified",
                                     "tertiary",       "tertiary_link", "secondary",
                                     "secondary_link", "primary",       "primary_link",
                                     "cycleway",       "bridleway",     "road",
                                     "corridor",       "platform",      NULL};
  static const char *const yes[] = {"yes", "designated", "permissive", "official", NULL};
  static const char *const shut[] = {"no", "private", "military", NULL};
  static const char *const side[] = {"both", "left", "right", "yes", "separate", NULL};
  static const char *const water[] = {"river", "canal", NULL};
  bool welcome = one_of(t->foot, yes);
  if (t->highway.n) {
    bool motor = str_starts(t->highway, S("motorway")), trunk = str_starts(t->highway, S("trunk"));
    if (motor) return WAY_BARRIER;
    if (trunk && !welcome && !one_of(t->sidewalk, side)) return WAY_BARRIER;
    if (!trunk && !one_of(t->highway, walk)) return WAY_NONE;
    if (one_of(t->foot, shut) || (one_of(t->access, shut) && !welcome)) return WAY_NONE;
    return WAY_FOOT;
  }
  if (t->tunnel.n && !str_eq(t->tunnel, S("no"))) return WAY_NONE;
  return one_of(t->waterway, water) || str_eq(t->railway, S("rail")) ? WAY_BARRIER : WAY_NONE;
}

static void read_tags(const struct osm *o, struct pb keys, struct pb values, struct tags *t) {
  while (keys.p < keys.end && values.p < values.end && !keys.bad && !values.bad) {
    struct str key = string_at(o, varint(&keys)), value = string_at(o, varint(&values));
    if (str_eq(key, S("highway")))
      t->highway = value;
    else if (str_eq(key, S("foot")))
      t->foot = value;
    else if (str_eq(key, S("access")))
      t->access = value;
    else if (str_eq(key, S("sidewalk")))
      t->sidewalk = value;
    else if (str_eq(key, S("waterway")))
      t->waterway = value;
    else if (str_eq(key, S("railway")))
      t->railway = value;
    else if (str_eq(key, S("tunnel")))
      t->tunnel = value;
  }
}

static void read_way(struct osm *o, struct pb b) {
  struct pb keys = {0}, values = {0}, refs = {0};
  struct pb_field f;
  struct tags t = {0};
  while (pb_next(&b, &f)) {
    if (f.number == 2)
      keys = f.bytes;
    else if (f.number == 3)
      values = f.bytes;
    else if (f.number == 8)
      refs = f.bytes;
  }
  read_tags(o, keys, values, &t);
  enum way_kind kind = kind_of(&t);
  if (kind == WAY_NONE) return;
  struct way w = {
      .first = (uint32_t)o->refs.n, .kind = (uint8_t)kind, .steps = str_eq(t.highway, S("steps"))};
  int64_t id = 0;
  while (refs.p < refs.end && !refs.bad && o->refs.n < NODES_MAX) {
    id = (int64_t)((uint64_t)id + (uint64_t)zigzag(&refs));
    *slice_push(&o->refs_arena, &o->refs, &o->refs_cap) = id;
    w.n++;
  }
  *slice_push(o->a, &o->ways, &o->ways_cap) = w;
}

/* ---- positions ---- */

struct scale {
  int64_t granularity, lat, lon;
};

static int32_t degrees_e7(int64_t base, int64_t granularity, int64_t v) {
  double nano = (double)base + (double)granularity * (double)v;
  if (!(nano > -1.8e11 && nano < 1.8e11)) return INT32_MIN;
  return (int32_t)lround(nano / 100);
}

static void place_node(struct osm *o, int64_t id, int64_t lat, int64_t lon, const struct scale *s) {
  size_t i = slot_of(o, id);
  if (o->id[i] != id) return;
  int32_t la = degrees_e7(s->lat, s->granularity, lat),
          lo = degrees_e7(s->lon, s->granularity, lon);
  if (la != INT32_MIN && lo != INT32_MIN && la >= -900000000 && la <= 900000000)
    o->at[i] = (struct point){la, lo};
}

static void read_dense(struct osm *o, struct pb b, const struct scale *s) {
  struct pb ids = {0}, lats = {0}, lons = {0};
  struct pb_field f;
  while (pb_next(&b, &f)) {
    if (f.number == 1)
      ids = f.bytes;
    else if (f.number == 8)
      lats = f.bytes;
    else if (f.number == 9)
      lons = f.bytes;
  }
  uint64_t id = 0, lat = 0, lon = 0;
  while (ids.p < ids.end && lats.p < lats.end && lons.p < lons.end && !ids.bad) {
    id += (uint64_t)zigzag(&ids);
    lat += (uint64_t)zigzag(&lats);
    lon += (uint64_t)zigzag(&lons);
    place_node(o, (int64_t)id, (int64_t)lat, (int64_t)lon, s);
  }
}

static void read_node(struct osm *o, struct pb b, const struct scale *s) {
  struct pb_field f;
  int64_t v[3] = {0, 0, 0};
  while (pb_next(&b, &f)) {
    int64_t z = (int64_t)(f.value >> 1) ^ -(int64_t)(f.value & 1);
    if (f.number == 1)
      v[0] = z;
    else if (f.number == 8)
      v[1] = z;
    else if (f.number == 9)
      v[2] = z;
  }
  place_node(o, v[0], v[1], v[2], s);
}

static void read_group(struct osm *o, struct pb b, const struct scale *s) {
  struct pb_field f;
  while (pb_next(&b, &f)) {
    if (f.number == 3 && f.type == 2 && !o->second) read_way(o, f.bytes);
    if (f.number == 2 && f.type == 2 && o->second) read_dense(o, f.bytes, s);
    if (f.number == 1 && f.type == 2 && o->second) read_node(o, f.bytes, s);
  }
}

static void read_strings(struct osm *o, struct pb b) {
  struct pb_field f;
  o->n_strings = 0;
  while (pb_next(&b, &f) && o->n_strings < countof(o->strings))
    if (f.number == 1 && f.type == 2) o->strings[o->n_strings++] = f.bytes;
}

static bool read_block(struct osm *o, struct pb b) {
  struct pb_field f;
  struct scale s = {100, 0, 0};
  struct pb again = b;
  while (pb_next(&b, &f)) {
    if (f.number == 1 && f.type == 2)
      read_strings(o, f.bytes);
    else if (f.number == 17)
      s.granularity = (int64_t)f.value;
    else if (f.number == 19)
      s.lat = (int64_t)f.value;
    else if (f.number == 20)
      s.lon = (int64_t)f.value;
  }
  while (pb_next(&again, &f))
    if (f.number == 2 && f.type == 2) read_group(o, f.bytes, &s);
  return !b.bad && !again.bad;
}

/* ---- blobs ---- */

static bool spoilt(struct why *why) {
  return why_say(why, "The map is cut short or is no OpenStreetMap .pbf file: download it again.");
}

static bool inflate_blob(struct osm *o, struct pb packed, size_t raw, struct pb *out) {
  arena_reset(&o->raw);
  uint8_t *p = arena_many(&o->raw, uint8_t, raw + 1);
  uLongf n = (uLongf)raw;
  if (uncompress(p, &n, packed.p, (uLong)(packed.end - packed.p)) != Z_OK || n != raw) return false;
  *out = (struct pb){p, p + raw, false};
  return true;
}

static bool read_blob(struct osm *o, struct str type, struct pb b, struct why *why) {
  struct pb_field f;
  struct pb data = {0}, packed = {0};
  uint64_t raw = 0;
  while (pb_next(&b, &f)) {
    if (f.number == 1 && f.type == 2)
      data = f.bytes;
    else if (f.number == 2 && f.type == 0)
      raw = f.value;
    else if (f.number == 3 && f.type == 2)
      packed = f.bytes;
    else if (f.number >= 4 && f.type == 2)
      return why_say(
          why, "The map is packed in a way other than zlib: download the ordinary .osm.pbf file.");
  }
  if (b.bad || raw > BLOB_RAW_MAX) return spoilt(why);
  if (!str_eq(type, S("OSMData"))) return true; /* the header, and what later versions may add */
  if (packed.p && !inflate_blob(o, packed, (size_t)raw, &data)) return spoilt(why);
  return !data.p || read_block(o, data) || spoilt(why);
}

static bool read_pass(struct osm *o, struct str pbf, struct why *why) {
  const uint8_t *p = (const uint8_t *)pbf.p, *end = p + pbf.n;
  progress_step(o->n->progress, o->second ? "Streets: positions" : "Streets: ways", "bytes", pbf.n);
  while (p < end) {
    if (end - p < 4) return spoilt(why);
    uint32_t n = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    p += 4;
    if (n > BLOB_HEADER_MAX || n > (size_t)(end - p)) return spoilt(why);
    struct pb head = {p, p + n, false};
    struct pb_field f;
    struct str type = S("");
    uint64_t size = 0;
    while (pb_next(&head, &f)) {
      if (f.number == 1 && f.type == 2)
        type = (struct str){(const char *)f.bytes.p, (size_t)(f.bytes.end - f.bytes.p)};
      if (f.number == 3 && f.type == 0) size = f.value;
    }
    p += n;
    if (head.bad || size > BLOB_RAW_MAX || size > (size_t)(end - p)) return spoilt(why);
    if (!read_blob(o, type, (struct pb){p, p + size, false}, why)) return false;
    p += size;
    if (!progress_at(o->n->progress, (uint64_t)(p - (const uint8_t *)pbf.p)))
      return why_say(why, "Stopped, as asked. Nothing was written.");
  }
  progress_end(o->n->progress, pbf.n);
  return true;
}

static void make_slots(struct osm *o) {
  o->slots = 1024;
  while (o->slots < 2 * o->refs.n) o->slots *= 2;
  o->id = arena_many(o->a, int64_t, o->slots);
  o->at = arena_many(o->a, struct point, o->slots);
  o->node = arena_many(o->a, uint32_t, o->slots);
  for (size_t i = 0; i < o->slots; i++) o->id[i] = INT64_MIN, o->at[i] = POINT_NONE;
  for (size_t i = 0; i < o->refs.n; i++)
    if (o->refs.p[i] != INT64_MIN) o->id[slot_of(o, o->refs.p[i])] = o->refs.p[i];
}

/* ---- the graph ---- */

static uint32_t node_of(struct osm *o, size_t slot) {
  struct net *n = o->n;
  if (!o->node[slot]) {
    *slice_push(&n->keep, &n->nodes, &n->nodes_cap) = o->at[slot];
    o->node[slot] = (uint32_t)n->nodes.n;
  }
  return o->node[slot] - 1;
}

static void add_edge(struct osm *o, size_t a, size_t b, bool steps) {
  struct net *n = o->n;
  struct segment s = {o->at[a], o->at[b]};
  double metres = geo_metres(s.a, s.b);
  if (metres > 50000) return; /* two nodes of one way this far apart are a fault */
  uint32_t pieces = (uint32_t)(metres * 10 / EDGE_DM_MAX) + 1, from = node_of(o, a);
  for (uint32_t i = 1; i <= pieces && n->edges.n < EDGES_MAX; i++) {
    uint32_t to;
    if (i == pieces)
      to = node_of(o, b);
    else {
      *slice_push(&n->keep, &n->nodes, &n->nodes_cap) = geo_along(s, (double)i / pieces);
      to = (uint32_t)n->nodes.n - 1;
    }
    *slice_push(&n->calls_arena, &n->edges, &n->edges_cap) =
        (struct net_edge){from, to, (uint16_t)ceil(metres * 10 / pieces), steps};
    from = to;
  }
}

struct walls {
  struct segment *p;
  size_t n;
};

static void add_ways(struct osm *o, struct walls *walls) {
  size_t cap = 0;
  for (size_t w = 0; w < o->ways.n; w++) {
    const struct way *way = &o->ways.p[w];
    for (uint32_t i = 0; i + 1 < way->n; i++) {
      int64_t ia = o->refs.p[way->first + i], ib = o->refs.p[way->first + i + 1];
      if (ia == ib || ia == INT64_MIN || ib == INT64_MIN) continue;
      size_t a = slot_of(o, ia), b = slot_of(o, ib);
      if (!point_known(o->at[a]) || !point_known(o->at[b]))
        continue; /* the way leaves the extract */
      if (way->kind == WAY_FOOT)
        add_edge(o, a, b, way->steps);
      else if (geo_metres(o->at[a], o->at[b]) < 20000)
        *slice_push(o->a, walls, &cap) = (struct segment){o->at[a], o->at[b]};
    }
  }
}

/* ---- barriers, open where a foot way crosses ---- */

struct gap {
  uint32_t wall;
  double from, to;
};
struct gaps {
  struct gap *p;
  size_t n;
};

static int cell_order(const void *a, const void *b) {
  const struct region_cell *x = a, *y = b;
  if (x->key != y->key) return x->key < y->key ? -1 : 1;
  return x->item < y->item ? -1 : x->item > y->item;
}

static int gap_order(const void *a, const void *b) {
  const struct gap *x = a, *y = b;
  if (x->wall != y->wall) return x->wall < y->wall ? -1 : 1;
  if (x->from < y->from) return -1;
  return x->from > y->from;
}

struct wall_cells {
  struct region_cell *p;
  size_t n;
};

static struct wall_cells index_walls(struct osm *o, const struct walls *walls) {
  struct wall_cells out = {0};
  size_t cap = 0;
  for (uint32_t i = 0; i < walls->n; i++) {
    struct geo_box a = geo_box_around(walls->p[i].a, CROSSING_GAP_METRES),
                   b = geo_box_around(walls->p[i].b, CROSSING_GAP_METRES);
    int32_t row0 = a.row_first < b.row_first ? a.row_first : b.row_first,
            row1 = a.row_last > b.row_last ? a.row_last : b.row_last;
    int32_t col0 = a.col_first < b.col_first ? a.col_first : b.col_first,
            col1 = a.col_last > b.col_last ? a.col_last : b.col_last;
    for (int32_t row = row0; row <= row1; row++)
      for (int32_t col = col0; col <= col1; col++)
        *slice_push(o->a, &out, &cap) = (struct region_cell){geo_cell_key(row, col), i, 0};
  }
  if (out.n) qsort(out.p, out.n, sizeof *out.p, cell_order);
  return out;
}

static struct gaps find_gaps(struct osm *o, const struct walls *walls) {
  struct net *n = o->n;
  struct wall_cells cells = index_walls(o, walls);
  struct gaps gaps = {0};
  size_t cap = 0;
  for (size_t e = 0; cells.n && e < n->edges.n; e++) {
    struct segment s = {n->nodes.p[n->edges.p[e].a], n->nodes.p[n->edges.p[e].b]};
    uint64_t key = geo_cell(geo_along(s, 0.5));
    size_t lo = 0, hi = cells.n;
    while (lo < hi) {
      size_t mid = lo + (hi - lo) / 2;
      if (cells.p[mid].key < key)
        lo = mid + 1;
      else
        hi = mid;
    }
    for (; lo < cells.n && cells.p[lo].key == key; lo++) {
      struct segment wall = walls->p[cells.p[lo].item];
      if (!geo_cross(wall, s)) continue;
      double len = geo_metres(wall.a, wall.b) + 0.1, at = geo_cross_at(wall, s);
      /* The gap may pass the end of this piece of wall into its neighbour, so it is kept as a place
       * on it. */
      *slice_push(o->a, &gaps, &cap) = (struct gap){
          cells.p[lo].item, at - CROSSING_GAP_METRES / len, at + CROSSING_GAP_METRES / len};
    }
  }
  if (gaps.n) qsort(gaps.p, gaps.n, sizeof *gaps.p, gap_order);
  return gaps;
}

static void add_barriers(struct osm *o, const struct walls *walls) {
  struct net *n = o->n;
  struct gaps gaps = find_gaps(o, walls);
  size_t g = 0;
  for (uint32_t i = 0; i < walls->n; i++) {
    double from = 0;
    for (; g < gaps.n && gaps.p[g].wall == i; g++) {
      if (gaps.p[g].from > from)
        *slice_push(&n->keep, &n->barriers, &n->barriers_cap) =
            (struct segment){geo_along(walls->p[i], from), geo_along(walls->p[i], gaps.p[g].from)};
      if (gaps.p[g].to > from) from = gaps.p[g].to;
    }
    if (from < 1)
      *slice_push(&n->keep, &n->barriers, &n->barriers_cap) =
          (struct segment){geo_along(walls->p[i], from), walls->p[i].b};
  }
}

bool net_osm(struct net *n, struct str pbf, struct why *why) {
  struct arena a = arena_open((size_t)16 << 30);
  struct osm *o = arena_new(&a, struct osm);
  struct walls walls = {0};
  o->n = n;
  o->a = &a;
  o->refs_arena = arena_open((size_t)NODES_MAX * 16);
  o->raw = arena_open((size_t)BLOB_RAW_MAX + (1 << 16));
  bool ok = read_pass(o, pbf, why);
  if (ok) {
    make_slots(o);
    o->second = true;
    ok = read_pass(o, pbf, why);
  }
  if (ok) {
    add_ways(o, &walls);
    ok = n->edges.n > 0 ||
         why_say(why, "There is no way to walk on in the map: is it the right extract?");
  }
  if (ok) {
    add_barriers(o, &walls);
    n->has_osm = true;
    net_say(n, SAID_SOURCE,
            "Streets: %zu pieces of foot way, %zu pieces of river, railway or fast road that "
            "cannot be walked "
            "across (open within %d m of a crossing). Map data: OpenStreetMap contributors, ODbL.",
            n->edges.n, n->barriers.n, CROSSING_GAP_METRES);
  }
  arena_close(&o->raw);
  arena_close(&o->refs_arena);
  arena_close(&a);
  return ok;
}
