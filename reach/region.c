#include "reach/region.h"

const char region_magic[8] = {'W', 'M', 'R', 'E', 'A', 'C', 'H', '\n'};

/* Four independent streams of multiply-and-rotate over 32-byte blocks: fast enough to check on
 * every start, and any changed, missing or added byte changes it. It guards against accidents;
 * region_prove guards memory. */
uint64_t region_checksum(struct str s) {
  uint64_t lane[4] = {0x9E3779B97F4A7C15U, 0xC2B2AE3D27D4EB4FU, 0x165667B19E3779F9U,
                      0x27D4EB2F165667C5U};
  size_t i = 0;
  for (; i + 32 <= s.n; i += 32) {
    for (int k = 0; k < 4; k++) {
      uint64_t v;
      memcpy(&v, s.p + i + 8 * k, 8);
      lane[k] = (lane[k] ^ v) * 0x9FB21C651E98DF25U;
      lane[k] ^= lane[k] >> 29;
    }
  }
  uint64_t h = hash64(str_slice(s, i, s.n), s.n);
  for (int k = 0; k < 4; k++) {
    h = (h ^ lane[k]) * 0x9FB21C651E98DF25U;
    h ^= h >> 32;
  }
  return h;
}

static bool altered(struct why *why, const char *what) {
  return why_say(why, "The region file is damaged (%s): build it again with waymark reach build.",
                 what);
}

/* `first` is an index table of `items` + 1 rising numbers ending at `end`. */
static bool table_ok(const uint32_t *first, uint32_t n, uint32_t items, uint32_t end) {
  if (n == 0) return items == 0 || end == 0;
  if (n != items + 1 || first[0] != 0 || first[items] != end) return false;
  for (uint32_t i = 0; i < items; i++)
    if (first[i] > first[i + 1]) return false;
  return true;
}

static bool below(uint32_t i, uint32_t n) { return i < n; }

static bool stops_ok(const struct region *r) {
  for (uint32_t i = 0; i < r->n_stops; i++) {
    const struct region_stop *s = &r->stops[i];
    if (!below(s->id, r->n_text) || !below(s->name, r->n_text)) return false;
    if (s->parent != REACH_NONE && !below(s->parent, r->n_stops)) return false;
    if (!below(r->stop_by_id[i], r->n_stops)) return false;
  }
  for (uint32_t i = 0; i < r->n_routes; i++) {
    const struct region_route *o = &r->routes[i];
    if (!below(o->id, r->n_text) || !below(o->name, r->n_text) || !below(o->agency, r->n_text))
      return false;
  }
  return true;
}

/* Positions rise in time along each trip, which the scan leans on. */
static bool trip_ok(const struct region *r, const struct region_pattern *p,
                    const struct region_trip *t) {
  if (t->times > r->n_times || p->n > r->n_times - t->times) return false;
  if (!below(t->calendar, r->n_calendars) || !below(t->route, r->n_routes)) return false;
  if (!below(t->name, r->n_text) || !below(t->headsign, r->n_text)) return false;
  if (t->start < -172800 || t->start > 1000000) return false;
  const struct region_time *row = r->times + t->times;
  bool falls = row[0].dep < row[0].arr;
  for (uint32_t i = 1; i < p->n; i++)
    falls |= (row[i].arr < row[i - 1].dep) | (row[i].dep < row[i].arr);
  return !falls && row[p->n - 1].dep <= REACH_TRIP_SECONDS_MAX;
}

static bool patterns_ok(const struct region *r) {
  if (r->n_pos_flags != r->n_pos_stop) return false;
  for (uint32_t i = 0; i < r->n_pos_stop; i++)
    if (!below(r->pos_stop[i], r->n_stops)) return false;
  for (uint32_t i = 0; i < r->n_patterns; i++) {
    const struct region_pattern *p = &r->patterns[i];
    if (p->n < 2 || p->first_pos > r->n_pos_stop || p->n > r->n_pos_stop - p->first_pos)
      return false;
    if (p->first_trip > r->n_trips || p->trips > r->n_trips - p->first_trip) return false;
    for (uint32_t t = 0; t < p->trips; t++)
      if (!trip_ok(r, p, &r->trips[p->first_trip + t])) return false;
  }
  for (uint32_t i = 0; i < r->n_at; i++)
    if (!below(r->at[i].pattern, r->n_patterns) ||
        !below(r->at[i].pos, r->patterns[r->at[i].pattern].n))
      return false;
  return table_ok(r->at_first, r->n_at_first, r->n_stops, r->n_at);
}

static bool joins_ok(const struct region *r) {
  for (uint32_t i = 0; i < r->n_joins; i++) {
    const struct region_join *j = &r->joins[i], *k = j - 1;
    if (!below(j->trip, r->n_trips) || !below(j->route, r->n_routes) ||
        !below(j->name, r->n_text) || !below(j->headsign, r->n_text) ||
        (i && (k->trip > j->trip || (k->trip == j->trip && k->pos >= j->pos))))
      return false;
  }
  return true;
}

static bool links_ok(const struct region *r, const uint32_t *first, uint32_t n_first,
                     const struct region_link *links, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    if (!below(links[i].to, r->n_stops) || links[i].window > r->n_windows ||
        links[i].secs > INT16_MAX)
      return false;
  return table_ok(first, n_first, r->n_stops, n);
}

static bool walks_ok(const struct region *r, const uint32_t *first, uint32_t n_first,
                     const struct region_walk *walks, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    if (!below(walks[i].to, r->n_stops)) return false;
  return table_ok(first, n_first, r->n_stops, n);
}

static bool cells_ok(const struct region_cell *cells, uint32_t n, uint32_t items) {
  for (uint32_t i = 0; i < n; i++) {
    if (!below(cells[i].item, items)) return false;
    if (i && cells[i - 1].key > cells[i].key) return false;
  }
  return true;
}

static bool streets_ok(const struct region *r) {
  for (uint32_t i = 0; i < r->n_edges; i++)
    if (!below(r->edges[i].to, r->n_nodes)) return false;
  for (uint32_t i = 0; i < r->n_nodes; i++)
    if (!point_known(r->nodes[i])) return false;
  return table_ok(r->edge_first, r->n_edge_first, r->n_nodes, r->n_edges) &&
         cells_ok(r->edge_cells, r->n_edge_cells, r->n_edges) &&
         cells_ok(r->cells, r->n_cells, r->n_stops) &&
         cells_ok(r->barrier_cells, r->n_barrier_cells, r->n_barriers);
}

static bool region_prove(const struct region *r, struct why *why) {
  if (r->n_meta != 1 || r->meta->days > REACH_DAYS_MAX) return altered(why, "its calendar");
  if (r->meta->first_day < -200000 || r->meta->first_day > 4000000)
    return altered(why, "its first day");
  if (r->meta->last_second > 2000000) return altered(why, "its last time");
  if (r->n_text == 0 || r->text[r->n_text - 1] != 0) return altered(why, "its names");
  if (r->n_stop_by_id != r->n_stops || !stops_ok(r)) return altered(why, "its stops");
  if (!patterns_ok(r) || !joins_ok(r)) return altered(why, "its trips");
  if (!links_ok(r, r->link_first, r->n_link_first, r->links, r->n_links) ||
      !links_ok(r, r->back_first, r->n_back_first, r->backs, r->n_backs) ||
      !walks_ok(r, r->line_first, r->n_line_first, r->line_walks, r->n_line_walks) ||
      !walks_ok(r, r->osm_first, r->n_osm_first, r->osm_walks, r->n_osm_walks))
    return altered(why, "its walks");
  if (!streets_ok(r)) return altered(why, "its streets");
  for (uint32_t i = 0; i < r->n_sentences; i++)
    if (!below(r->sentences[i].text, r->n_text)) return altered(why, "its report");
  return true;
}

static bool sections_read(struct region *r, const struct region_entry *entry, struct why *why) {
  struct str b = r->bytes;
  int k = 0;
#define X(name, type)                                                                              \
  if (entry[k].size != sizeof(type) || entry[k].offset % 64 || entry[k].offset > b.n ||            \
      entry[k].count > (b.n - entry[k].offset) / sizeof(type))                                     \
    return altered(why, "its table of sections");                                                  \
  r->name = (const type *)(const void *)(b.p + entry[k].offset);                                   \
  r->n_##name = entry[k++].count;
  REGION_SECTIONS(X)
#undef X
  return true;
}

enum {
#define X(name, type) +1
  SECTIONS = 0 REGION_SECTIONS(X)
#undef X
};

bool region_over(struct region *r, struct str bytes, struct why *why) {
  *r = (struct region){.bytes = bytes};
  struct region_head head;
  size_t top = sizeof head + SECTIONS * sizeof(struct region_entry);
  if (bytes.n < sizeof head || memcmp(bytes.p, region_magic, 8) != 0)
    return why_say(why, "This is not a region file: build one with waymark reach build.");
  memcpy(&head, bytes.p, sizeof head);
  if (head.version != REACH_FILE_VERSION || head.sections != SECTIONS)
    return why_say(
        why,
        "The region file has version %u, this program reads version %d: build it again with "
        "waymark reach build.",
        head.version, REACH_FILE_VERSION);
  if (head.bytes != bytes.n || bytes.n < top) return altered(why, "its length");
  if (region_checksum(str_slice(bytes, sizeof head, bytes.n)) != head.checksum)
    return altered(why, "its checksum");
  return sections_read(r, (const struct region_entry *)(const void *)(bytes.p + sizeof head),
                       why) &&
         region_prove(r, why);
}

bool region_open(struct region *r, const char *path, struct why *why) {
  struct mapped m;
  *r = (struct region){0};
  if (!file_map(path, &m, why)) return false;
  if (!region_over(r, m.bytes, why)) {
    file_unmap(&m);
    *r = (struct region){0};
    return why_at(why, "%s", path);
  }
  r->mapped = m;
  return true;
}

void region_close(struct region *r) {
  if (r->mapped.bytes.p) file_unmap(&r->mapped);
  *r = (struct region){0};
}

struct str region_text(const struct region *r, uint32_t at) {
  return str_of(r->text + at);
}

uint32_t region_stop_find(const struct region *r, struct str id) {
  uint32_t lo = 0, hi = r->n_stops;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2, stop = r->stop_by_id[mid];
    int c = str_cmp(region_text(r, r->stops[stop].id), id);
    if (c == 0) return stop;
    if (c < 0)
      lo = mid + 1;
    else
      hi = mid;
  }
  return REACH_NONE;
}

bool postcode_key(struct str s, char out[8]) {
  size_t n = 0;
  memset(out, 0, 8);
  for (size_t i = 0; i < s.n; i++) {
    char c = s.p[i];
    if (c == ' ') continue;
    if (c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
    bool letter = c >= 'A' && c <= 'Z', digit = c >= '0' && c <= '9';
    if ((!letter && !digit) || n == 7) return false;
    out[n++] = c;
  }
  return n >= 5 && out[0] >= 'A';
}

struct point region_postcode_find(const struct region *r, struct str postcode) {
  char key[8];
  if (!postcode_key(postcode, key)) return POINT_NONE;
  uint32_t lo = 0, hi = r->n_postcodes;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    int c = memcmp(r->postcodes[mid].code, key, 8);
    if (c == 0) return r->postcodes[mid].at;
    if (c < 0)
      lo = mid + 1;
    else
      hi = mid;
  }
  return POINT_NONE;
}

/* How many joins lie before or at a position of a trip, counting all of the trips before it. */
static uint32_t joins_until(const struct region *r, uint32_t trip, uint32_t pos) {
  uint32_t lo = 0, hi = r->n_joins;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    const struct region_join *j = &r->joins[mid];
    if (j->trip < trip || (j->trip == trip && j->pos <= pos))
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo;
}

struct region_joins region_stay(const struct region *r, uint32_t trip, uint32_t from, uint32_t to) {
  uint32_t first = joins_until(r, trip, from);
  return (struct region_joins){r->joins + first, to ? joins_until(r, trip, to - 1) - first : 0};
}

struct region_run region_run(const struct region *r, uint32_t trip, uint32_t pos) {
  const struct region_trip *t = &r->trips[trip];
  uint32_t k = joins_until(r, trip, pos);
  const struct region_join *j = k && r->joins[k - 1].trip == trip ? &r->joins[k - 1] : NULL;
  return (struct region_run){&r->routes[j ? j->route : t->route],
                             region_text(r, j ? j->headsign : t->headsign)};
}

bool region_runs(const struct region *r, uint32_t calendar, day_t day) {
  int64_t i = (int64_t)day - r->meta->first_day;
  if (i < 0 || i >= r->meta->days) return false;
  return r->calendars[calendar].w[i >> 6] >> (i & 63) & 1;
}

/* First cell at or after key. */
static uint32_t cell_seek(const struct region_cell *cells, uint32_t n, uint64_t key) {
  uint32_t lo = 0;
  while (lo < n) {
    uint32_t mid = lo + (n - lo) / 2;
    if (cells[mid].key < key)
      lo = mid + 1;
    else
      n = mid;
  }
  return lo;
}

void region_stops_near(const struct region *r, struct point p, double metres,
                       void each(void *to, uint32_t stop, double metres_away), void *to) {
  if (!point_known(p)) return;
  struct geo_box box = geo_box_around(p, metres);
  for (int32_t row = box.row_first; row <= box.row_last; row++) {
    uint64_t last = geo_cell_key(row, box.col_last);
    uint32_t i = cell_seek(r->cells, r->n_cells, geo_cell_key(row, box.col_first));
    for (; i < r->n_cells && r->cells[i].key <= last; i++) {
      struct point at = r->stops[r->cells[i].item].at;
      double away = point_known(at) ? geo_metres(p, at) : metres + 1;
      if (away <= metres) each(to, r->cells[i].item, away);
    }
  }
}

bool region_blocked(const struct region *r, struct segment s) {
  if (!r->n_barriers) return false;
  struct geo_box a = geo_box_around(s.a, 1), b = geo_box_around(s.b, 1);
  int32_t row0 = a.row_first < b.row_first ? a.row_first : b.row_first;
  int32_t row1 = a.row_last > b.row_last ? a.row_last : b.row_last;
  int32_t col0 = a.col_first < b.col_first ? a.col_first : b.col_first;
  int32_t col1 = a.col_last > b.col_last ? a.col_last : b.col_last;
  for (int32_t row = row0; row <= row1; row++) {
    uint64_t last = geo_cell_key(row, col1);
    uint32_t i = cell_seek(r->barrier_cells, r->n_barrier_cells, geo_cell_key(row, col0));
    for (; i < r->n_barrier_cells && r->barrier_cells[i].key <= last; i++)
      if (geo_cross(s, r->barriers[r->barrier_cells[i].item])) return true;
  }
  return false;
}
