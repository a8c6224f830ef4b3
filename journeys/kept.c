/* kept: finding, mapping, making and remaking the region file of this installation. */
#include <dirent.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/hash.h"
#include "journeys/kept.h"
#include "reach/net.h"

enum {
  DAYS_KEPT = 4,
  LIST_BYTES_MAX = 16384,
  MAKE_ARENA_BYTES = 1 << 26,
  LOOK_AGAIN_US = 2000000, /* a region that could not be opened is not tried more often */
};
#define DAY_ARENA_BYTES ((size_t)1 << 30)
#define REGION_BYTES_MAX ((size_t)8 << 30)

struct kept_day {
  struct arena memory;
  struct day_ready ready;
  day_t date;
  bool wheelchair, used;
  uint64_t turn;
};
static struct {
  char folder[PATH_MAX / 2]; /* .../region; "" = none */
  struct stat of;            /* the list that `region` belongs to */
  struct region region;
  bool open;
  uint64_t generation, turn, tried_us;
  struct kept_day day[DAYS_KEPT];
} here;

/* ---- The list of what it is made of. */

struct source {
  struct str kind, name;
};
struct sources {
  struct source p[REGION_FEEDS_MAX + 3];
  size_t n;
  uint64_t hash;
};

void region_use(struct str data_folder) {
  region_forget();
  int n =
      data_folder.n ? snprintf(here.folder, sizeof here.folder, "%.*s/region", P(data_folder)) : 0;
  if (n <= 0 || n >= (int)sizeof here.folder) here.folder[0] = 0;
}

static const char *in_folder(struct arena *a, const char *name) {
  return str_c(a, str_format(a, "%s/%s", here.folder, name));
}

const char *region_file(struct arena *a, const char *name) {
  return here.folder[0] ? in_folder(a, name) : NULL;
}

bool region_folder_make(struct why *why) { return folder_make(here.folder, why); }

static bool known_kind(struct str kind) {
  static const char *const kinds[] = {"gtfs", "rail", "osm", "no-cross"};
  for (size_t i = 0; i < countof(kinds); i++)
    if (str_eq(kind, str_of(kinds[i]))) return true;
  return false;
}

/* A name without a way out of its folder. */
static bool plain_name(struct str name) {
  return name.n && name.p[0] != '.' && !memchr(name.p, '/', name.n) && !memchr(name.p, 0, name.n);
}

static bool sources_parse(struct str text, struct sources *out) {
  struct str rest = text;
  *out = (struct sources){.hash = hash64(text, REACH_FILE_VERSION)};
  while (rest.n) {
    struct str line = str_cut(&rest, '\n'), name = line, kind = str_cut(&name, ' ');
    if (!line.n) continue;
    if (!known_kind(kind) || !plain_name(name) || out->n == countof(out->p)) return false;
    out->p[out->n++] = (struct source){kind, name};
  }
  return out->n > 0;
}

static bool sources_read(struct arena *a, struct sources *out) {
  struct str text;
  struct why why;
  return here.folder[0] && file_exists(in_folder(a, "made-of")) &&
         file_read(a, in_folder(a, "made-of"), LIST_BYTES_MAX, &text, &why) &&
         sources_parse(text, out);
}

static const char *region_path(struct arena *a, const struct sources *s) {
  return str_c(a, str_format(a, "%s/%016llx.reach", here.folder, (unsigned long long)s->hash));
}

/* ---- Mapping. */

static void days_forget(void) {
  for (int i = 0; i < DAYS_KEPT; i++) {
    if (here.day[i].memory.start) arena_close(&here.day[i].memory);
    here.day[i] = (struct kept_day){0};
  }
}

static void close_region(void) {
  days_forget();
  if (here.open) region_close(&here.region);
  here.open = false;
}

void region_forget(void) {
  close_region();
  here.of = (struct stat){0}, here.tried_us = 0;
}

static bool same_file(const struct stat *x, const struct stat *y) {
  return x->st_ino == y->st_ino && x->st_mtim.tv_sec == y->st_mtim.tv_sec &&
         x->st_mtim.tv_nsec == y->st_mtim.tv_nsec && x->st_size == y->st_size;
}

static bool look(struct stat *out) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/made-of", here.folder);
  return here.folder[0] && stat(path, out) == 0;
}

static void open_region(void) {
  struct arena a = arena_open(1 << 20);
  struct sources s;
  struct why why = {{0}};
  here.tried_us = clock_monotonic_us();
  if (a.start && sources_read(&a, &s) && file_exists(region_path(&a, &s))) {
    here.open = region_open(&here.region, region_path(&a, &s), &why);
    if (!here.open) log_event(LOG_WARNING, "region-not-used", "said=%s", why.text);
    if (here.open) here.generation++;
  }
  arena_close(&a);
}

const struct region *region_now(void) {
  struct stat now;
  if (!look(&now)) {
    region_forget();
    return NULL;
  }
  if (here.open && same_file(&now, &here.of)) return &here.region;
  bool again = !same_file(&now, &here.of) || !here.tried_us ||
               clock_monotonic_us() - here.tried_us > LOOK_AGAIN_US;
  if (!again) return NULL;
  close_region();
  here.of = now;
  open_region();
  return here.open ? &here.region : NULL;
}

uint64_t region_generation(void) { return here.generation; }

bool region_expected(void) {
  struct stat now;
  return look(&now);
}

/* Another process may still have the file mapped that is gone: look at the folder, not at memory.
 */
bool region_lost(void) {
  struct arena a = arena_open(1 << 20);
  struct sources s;
  bool lost = a.start && sources_read(&a, &s) && !file_exists(region_path(&a, &s));
  if (a.start) arena_close(&a);
  return lost || (region_expected() && !region_now());
}

struct region_loaded region_loaded(void) {
  const struct region *r = region_now();
  if (!r) return (struct region_loaded){.first = DAY_NONE, .last = DAY_NONE};
  return (struct region_loaded){.loaded = true,
                                .trains = r->meta->has_rail,
                                .buses = r->meta->has_bus,
                                .streets = r->n_osm_first > 0,
                                .first = r->meta->first_day,
                                .last = (day_t)(r->meta->first_day + (int64_t)r->meta->days - 1),
                                .stops = r->n_stops,
                                .trips = r->n_trips,
                                .generation = here.generation};
}

/* ---- Days. */

struct point point_at(struct spot s) {
  return isnan(s.lat) || isnan(s.lon) ? POINT_NONE : point_of(s.lat, s.lon);
}

static struct kept_day *oldest(void) {
  struct kept_day *out = &here.day[0];
  for (int i = 1; i < DAYS_KEPT; i++)
    if (here.day[i].turn < out->turn) out = &here.day[i];
  return out;
}

static bool fill_day(struct kept_day *k, const struct region *r, day_t date, bool wheelchair,
                     struct why *why) {
  struct day_ask ask = {.date = date,
                        .next_until_s = DAY_NEXT_UNTIL,
                        .wheelchair = wheelchair ? NEED_NOT_REFUSED : NEED_NOTHING};
  if (k->memory.start)
    arena_reset(&k->memory);
  else
    k->memory = arena_open(DAY_ARENA_BYTES);
  k->used = false;
  if (!k->memory.start) return why_say(why, "There is not enough memory for a timetable.");
  if (!day_open(&k->ready.day, r, ask, &k->memory, why)) return false;
  k->ready.scan = scan_open(&k->ready.day, &k->memory);
  k->ready.streets = r->n_osm_first ? streets_open(r, &k->memory) : NULL;
  k->date = date, k->wheelchair = wheelchair, k->used = true;
  return true;
}

struct day_ready *day_ready(day_t date, bool wheelchair, struct why *why) {
  const struct region *r = region_now();
  if (!r) {
    why_say(why, "No timetable is loaded here.");
    return NULL;
  }
  struct kept_day *k = NULL;
  for (int i = 0; i < DAYS_KEPT; i++)
    if (here.day[i].used && here.day[i].date == date && here.day[i].wheelchair == wheelchair)
      k = &here.day[i];
  if (!k) {
    k = oldest();
    if (!fill_day(k, r, date, wheelchair, why)) return NULL;
  }
  k->turn = ++here.turn;
  return &k->ready;
}

struct walking walking_of(bool slowly) {
  enum { SLOW_MM_PER_S = 833 /* 3 km an hour: a pram, a stick, a small child */ };
  const struct region *r = region_now();
  return (struct walking){.mode = r && r->n_osm_first ? WALK_OSM : WALK_LINE,
                          .mm_per_s = slowly ? SLOW_MM_PER_S : 0,
                          .cap_s = WALK_MINUTES_MOST * 60};
}

/* ---- Making. */

static struct str base_name(struct str path) {
  struct str name = path;
  for (size_t i = 0; i < path.n; i++)
    if (path.p[i] == '/') name = (struct str){path.p + i + 1, path.n - i - 1};
  return name;
}

/* The file under a name that says what is in it; the list gets a line. */
static bool keep_one(struct arena *a, const char *kind, struct str path, struct buf *list,
                     struct why *why) {
  struct mapped m;
  if (!file_map(str_c(a, path), &m, why)) return false;
  uint64_t hash = hash64(m.bytes, 0);
  struct str name = base_name(path), bare = name;
  if (name.n > 17 && name.p[16] == '-') /* kept already: its name begins with its hash */
    bare = (struct str){name.p + 17, name.n - 17};
  struct str kept = str_format(a, "%016llx-%.*s", (unsigned long long)hash, P(bare));
  const char *to = str_c(a, str_format(a, "%s/sources/%.*s", here.folder, P(kept)));
  bool ok = (plain_name(kept) && !memchr(kept.p, '\n', kept.n)) ||
            why_say(why, "\"%.*s\" is no name for a file.", P(name));
  ok = ok && (file_exists(to) || file_write(to, m.bytes, why));
  file_unmap(&m);
  if (ok) buf_format(list, "%s %.*s\n", kind, P(kept));
  return ok;
}

static bool keep_sources(struct arena *a, const struct region_sources *from, struct buf *list,
                         struct why *why) {
  bool ok = folder_make(in_folder(a, "sources"), why);
  for (size_t i = 0; ok && i < from->n_gtfs; i++)
    ok = keep_one(a, "gtfs", from->gtfs[i], list, why);
  if (ok && from->rail.n) ok = keep_one(a, "rail", from->rail, list, why);
  if (ok && from->osm.n) ok = keep_one(a, "osm", from->osm, list, why);
  if (ok && from->no_cross.n) ok = keep_one(a, "no-cross", from->no_cross, list, why);
  return ok;
}

static void say_sentences(const struct region *r, struct buf *says) {
  static const char *const head[] = {"Read", "Found", "Mended", "Left out"};
  for (uint32_t k = 0; says && k < countof(head); k++)
    for (uint32_t i = 0; i < r->n_sentences; i++)
      if (r->sentences[i].kind == k)
        buf_format(says, "%s: %s\n", head[k], r->text + r->sentences[i].text);
}

static bool build_bytes(const struct region_sources *from, struct progress *p, struct buf *out,
                        struct buf *says, struct why *why) {
  struct net n;
  struct region r;
  struct region_sources files = *from;
  struct build_ask ask = {.gtfs = files.gtfs,
                          .n_gtfs = from->n_gtfs,
                          .rail = from->rail,
                          .osm = from->osm,
                          .no_cross = from->no_cross,
                          .first_day = DAY_NONE};
  if (!from->n_gtfs && !from->rail.n)
    return why_say(why, "Give at least one timetable: a GTFS zip or a rail file.");
  bool ok = net_open(&n, p, why) && net_import(&n, &ask, why) && net_build(&n, out, why) &&
            region_over(&r, buf_str(out), why);
  if (ok) say_sentences(&r, says);
  net_close(&n);
  return ok;
}

/* Files no list names any more. What a process still has mapped stays until it lets go. */
static void sweep(struct arena *a, const struct sources *s) {
  const char *folders[] = {here.folder, in_folder(a, "sources")};
  struct str region = base_name(str_of(region_path(a, s)));
  for (size_t k = 0; k < countof(folders); k++) {
    DIR *d = opendir(folders[k]);
    for (struct dirent *e; d && (e = readdir(d));) {
      struct str name = str_of(e->d_name);
      bool named = k == 0 && (str_eq(name, region) || !str_ends(name, S(".reach")));
      for (size_t i = 0; k == 1 && i < s->n; i++) named |= str_eq(name, s->p[i].name);
      if (!named && name.p[0] != '.') {
        struct arena scratch = *a;
        (void)!unlink(str_c(&scratch, str_format(&scratch, "%s/%.*s", folders[k], P(name))));
      }
    }
    if (d) closedir(d);
  }
}

static bool make(struct arena *a, const struct region_sources *from, struct progress *p,
                 struct buf *says, struct why *why) {
  struct buf bytes = buf_open(REGION_BYTES_MAX), list = buf_open(LIST_BYTES_MAX);
  struct sources s = {0};
  bool ok = build_bytes(from, p, &bytes, says, why) && keep_sources(a, from, &list, why);
  ok =
      ok && (sources_parse(buf_str(&list), &s) || why_say(why, "The list of sources is too long."));
  ok = ok && file_write(region_path(a, &s), buf_str(&bytes), why) &&
       file_write(in_folder(a, "made-of"), buf_str(&list), why);
  if (ok) sweep(a, &s), region_forget();
  buf_free(&bytes);
  buf_free(&list);
  return ok;
}

bool region_make(const struct region_sources *from, struct progress *p, struct buf *says,
                 struct why *why) {
  if (!here.folder[0]) return why_say(why, "There is no data folder to keep a timetable in.");
  struct arena a = arena_open(MAKE_ARENA_BYTES);
  bool ok = a.start && folder_make(here.folder, why) && make(&a, from, p, says, why);
  if (a.start) arena_close(&a);
  return ok;
}

bool region_remake(struct progress *p, struct why *why) {
  struct arena a = arena_open(MAKE_ARENA_BYTES);
  struct region_sources from = {0};
  struct sources s;
  bool ok = a.start && (sources_read(&a, &s) ||
                        why_say(why, "No timetable is kept here to make the region from."));
  for (size_t i = 0; ok && i < s.n; i++) {
    struct str path = str_format(&a, "%s/sources/%.*s", here.folder, P(s.p[i].name));
    if (str_eq(s.p[i].kind, S("gtfs")) && from.n_gtfs < REGION_FEEDS_MAX)
      from.gtfs[from.n_gtfs++] = path;
    if (str_eq(s.p[i].kind, S("rail"))) from.rail = path;
    if (str_eq(s.p[i].kind, S("osm"))) from.osm = path;
    if (str_eq(s.p[i].kind, S("no-cross"))) from.no_cross = path;
  }
  ok = ok && make(&a, &from, p, NULL, why);
  if (a.start) arena_close(&a);
  return ok;
}
