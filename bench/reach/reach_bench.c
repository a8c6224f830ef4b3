/* reach_bench: each target of the reach engine, measured in one run on one region file:
 * reach_bench REGION.reach YYYY-MM-DD. Times are CPU times of this process. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "reach/areas.h"
#include "reach/path.h"
#include "reach/streets.h"

static double cpu_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

struct bench {
  struct region r;
  struct day day;
  struct arena a;
  struct scan *scan;
  struct rng rng;
  uint32_t *served, n_served;
};

static uint32_t any_stop(struct bench *b) { return b->served[rng_below(&b->rng, b->n_served)]; }

static void find_served(struct bench *b) {
  b->served = arena_many(&b->a, uint32_t, b->r.n_stops);
  for (uint32_t i = 0; i < b->r.n_stops; i++)
    if (b->r.at_first[i] != b->r.at_first[i + 1]) b->served[b->n_served++] = i;
}

static void say(const char *what, double value, const char *unit, double target) {
  printf("%-78s %10.1f %-3s target %.0f: %s\n", what, value, unit, target,
         value <= target ? "met" : "NOT met");
}

struct profile {
  int32_t from, every, cap_s, until;
  unsigned lanes;
  bool snapshots, portable, back, neighbours;
  enum scan_way way;
  struct walking walking;
};

static int by_number(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return x < y ? -1 : x > y;
}

enum { PLACES_MAX = 2000 };

/* Mean microseconds of one question (one lane) over many random places, in any order or, as the
 * areas of a region are, with neighbours beside each other (stops lie along a curve). */
static double questions(struct bench *b, struct profile p, int places) {
  double whole = 0, reached = 0;
  static uint32_t at[PLACES_MAX];
  for (int i = 0; i < places; i++) at[i] = any_stop(b);
  if (p.neighbours) qsort(at, (size_t)places, sizeof *at, by_number);
  for (int i = 0; i < places; i++) {
    struct arena keep = b->a;
    uint32_t stop = at[i];
    double t = cpu_us();
    struct seeds seeds = seeds_from_stop(&b->day, p.walking, stop, p.back, &b->a);
    struct scan_ask ask = {.day = &b->day,
                           .walking = p.walking,
                           .lanes = (uint8_t)p.lanes,
                           .cap_s = p.cap_s,
                           .until = p.until,
                           .snapshots = p.snapshots,
                           .rides_max = p.snapshots ? SCAN_SNAPSHOTS : 0,
                           .portable = p.portable,
                           .back = p.back,
                           .way = p.way};
    for (unsigned k = 0; k < p.lanes; k++)
      ask.time[k] = p.from + (int32_t)k * p.every, ask.seeds[k] = &seeds;
    if (p.lanes > SCAN_LANES && scan_lanes_most(b->scan, &ask) < p.lanes) abort();
    scan_run(b->scan, &ask);
    whole += cpu_us() - t;
    for (uint32_t s = 0; s < b->r.n_stops; s += 16)
      reached += labs(scan_time(b->scan, s, 0)) != SCAN_NEVER;
    b->a = keep;
  }
  (void)reached;
  return whole / places / p.lanes;
}

static void whole_region(struct bench *b) {
  double t = cpu_us();
  struct profile p = {
      .from = 7 * 3600, .every = 60, .cap_s = 3600, .lanes = 60, .neighbours = true};
  questions(b, p, 1003);
  say("whole region: 1,003 places x 60 departures, one-to-all, 60 minutes (transfers)",
      (cpu_us() - t) / 1e6, "s", 5);
  struct area_list list = {arena_many(&b->a, struct area, 1003), 1003};
  for (int i = 0; i < 1003; i++)
    list.p[i] = (struct area){.code = S("x"), .at = b->r.stops[any_stop(b)].at, .weight = 1};
  struct areas_ask ask = {.day = &b->day,
                          .walking = {.mode = WALK_LINE},
                          .from = list,
                          .to = list,
                          .depart = 7 * 3600,
                          .until = 8 * 3600,
                          .every_s = 60,
                          .cap_s = 3600,
                          .minutes = {30, 45, 60},
                          .n_minutes = 3};
  struct area_answer *answer = arena_many(&b->a, struct area_answer, 1003);
  t = cpu_us();
  areas_work_out(&ask, answer, NULL, NULL, &b->a);
  printf("%-78s %10.1f s   (no target: walks of 15 minutes between all stops, 1,003 x 1,003 "
         "medians)\n",
         "the same with walking by line and every pair's median", (cpu_us() - t) / 1e6);
}

/* Home to everything by 06:00 (sixteen departures from 04:30) and everything to home, setting out
 * after 22:00 (sixteen deadlines to 00:45), at most 90 minutes, seven days that share nothing. */
static void resident(struct bench *b) {
  struct profile in = {.from = 6 * 3600 - 90 * 60,
                       .every = 300,
                       .cap_s = 5400,
                       .until = 6 * 3600,
                       .lanes = 16},
                 home = in;
  home.until = 22 * 3600;
  home.from = 22 * 3600 + 900;
  home.every = 600;
  home.back = true;
  double t = cpu_us();
  int pages = 20;
  for (int i = 0; i < pages * 7; i++) questions(b, in, 1), questions(b, home, 1);
  say("a resident's page: in by 06:00 and home after 22:00, seven day types",
      (cpu_us() - t) / 1e3 / pages, "ms", 10);
}

static bool open_bench(struct bench *b, const char *path, day_t date, struct why *why) {
  b->a = arena_open((size_t)8 << 30);
  double t = cpu_us();
  if (!region_open(&b->r, path, why)) return false;
  if (!day_open(&b->day, &b->r, (struct day_ask){.date = date, .next_until_s = DAY_SECONDS}, &b->a,
                why))
    return false;
  b->scan = scan_open(&b->day, &b->a);
  double ready = cpu_us() - t;
  find_served(b);
  b->rng = rng_seed(1);
  printf("%u stops (%u served), %u patterns, %u trips that day in %u lines, %.1f MB file\n",
         b->r.n_stops, b->n_served, b->r.n_patterns, b->day.n_trips, b->day.n_lines,
         (double)b->r.bytes.n / 1e6);
  say("cold start: map, check, prove and make the day ready", ready / 1e3, "ms", 10);
  say("file size", (double)b->r.bytes.n / 1e6, "MB", 64);
  return b->n_served > 0 || why_say(why, "Nothing runs that day.");
}

int main(int argc, char **argv) {
  struct bench b = {0};
  setvbuf(stdout, NULL, _IOLBF, 0);
  struct why why;
  day_t date;
  if (argc != 3 || !day_parse(str_of(argv[2]), &date)) {
    fprintf(stderr, "reach_bench REGION.reach YYYY-MM-DD\n");
    return 2;
  }
  if (!open_bench(&b, argv[1], date, &why)) {
    fprintf(stderr, "%s\n", why.text);
    return 1;
  }
  printf("AVX2: %s\n", scan_has_avx2() ? "yes" : "no, the portable way");
  struct profile peak = {.from = 8 * 3600, .every = 60, .cap_s = 3600, .lanes = 16};
  questions(&b, peak, 20);
  say("one-to-all in a 16-departure profile, 60 minutes", questions(&b, peak, 200), "us", 60);
  struct profile exact = peak, plain = peak, line = peak, back = peak, rounds = peak,
                 all = {.from = 8 * 3600, .every = 60, .lanes = 8};
  rounds.way = WAY_LINES;
  printf("%-78s %10.1f us\n", "the same by walking the lines", questions(&b, rounds, 50));
  exact.snapshots = true;
  plain.portable = true;
  line.walking.mode = WALK_LINE;
  back.back = true;
  say("the same with exact (arrival, changes up to 3)", questions(&b, exact, 100), "us", 250);
  say("one-to-all uncapped", questions(&b, all, 50), "us", 1200);
  printf("%-78s %10.1f us\n", "backward, 16 deadlines, 60 minutes", questions(&b, back, 100));
  printf("%-78s %10.1f us\n", "16 departures with walking by line, 15 minutes between all stops",
         questions(&b, line, 50));
  printf("%-78s %10.1f us\n", "16 departures, the portable way", questions(&b, plain, 50));
  resident(&b);
  whole_region(&b);
  return 0;
}
