/* The scan and the path search against the slow judge, and the laws any right answer keeps. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include "reach/judge.h"
#include "reach/scan_rows.h"
#include "reach/streets.h"

enum { QUERIES = 10000, PER_NETWORK = 48, FIRST_DAY = 20000 };

struct fixture {
  struct small small;
  struct arena a;
  struct day day;
  struct scan *scan;
  struct rng r;
  struct walking walking;
  struct day_ask ask;
};

static void open_fixture(struct fixture *f, uint64_t seed) {
  struct why why = {0};
  small_make(&f->small, seed);
  f->a = arena_open((size_t)256 << 20);
  f->r = rng_seed(seed * 7919 + 1);
  f->walking = (struct walking){.mode = rng_below(&f->r, 2) ? WALK_LINE : WALK_TRANSFERS,
                                .mm_per_s = rng_below(&f->r, 2) ? 0 : 700};
  f->ask = (struct day_ask){
      .date = FIRST_DAY + (day_t)rng_below(&f->r, 13),
      .next_until_s = rng_below(&f->r, 2) ? DAY_NEXT_UNTIL : DAY_SECONDS,
      .wheelchair = rng_below(&f->r, 4) ? NEED_NOTHING : (enum need)(1 + rng_below(&f->r, 2))};
  if (!day_open(&f->day, &f->small.r, f->ask, &f->a, &why)) {
    /* No service reaches that day: ask about the first, which always has one. */
    f->ask.date = FIRST_DAY;
    if (!day_open(&f->day, &f->small.r, f->ask, &f->a, &why)) fail_msg("%s", why.text);
  }
  f->scan = scan_open(&f->day, &f->a);
}

static void close_fixture(struct fixture *f) {
  arena_close(&f->a);
  small_close(&f->small);
}

static struct judge judge_for(const struct fixture *f, int32_t cap_s) {
  return (struct judge){.n = &f->small.net,
                        .date = f->ask.date,
                        .wheelchair = f->ask.wheelchair,
                        .next_until_s = f->ask.next_until_s,
                        .walking = f->walking,
                        .cap_s = cap_s};
}

struct batch {
  struct scan_ask ask;
  uint32_t stop[SCAN_LANES];
  struct seeds seeds[SCAN_LANES];
};

static void random_batch(struct fixture *f, struct batch *b, bool back) {
  *b = (struct batch){.ask = {.day = &f->day,
                              .walking = f->walking,
                              .back = back,
                              .lanes = (uint8_t)(1 + rng_below(&f->r, SCAN_LANES)),
                              .count_rides = true}};
  int32_t hour = (int32_t)rng_below(&f->r, 27) * 3600;
  bool close_by = rng_below(&f->r, 2), one_place = rng_below(&f->r, 4);
  for (unsigned i = 0; i < b->ask.lanes; i++) {
    b->stop[i] = one_place && i ? b->stop[0] : (uint32_t)rng_below(&f->r, f->small.net.stops.n);
    b->seeds[i] = one_place && i ? b->seeds[0]
                                 : seeds_from_stop(&f->day, f->walking,
                                                   f->small.to_region[b->stop[i]], back, &f->a);
    b->ask.seeds[i] = &b->seeds[i];
    b->ask.time[i] =
        close_by ? hour + (int32_t)rng_below(&f->r, 3600) : (int32_t)rng_below(&f->r, 30 * 3600);
  }
  if (rng_below(&f->r, 2)) b->ask.cap_s = 600 + (int32_t)rng_below(&f->r, 4 * 3600);
}

static int32_t judged(int32_t t) { return t == INT32_MAX ? SCAN_NEVER : t; }

static unsigned fewest(const struct judge *j, uint32_t stop) {
  unsigned k = 0;
  while (j->best[k][stop] != j->best[JUDGE_ROUNDS][stop]) k++;
  return k;
}

static void check_path(struct fixture *f, const struct batch *b, unsigned lane,
                       const struct judge *j) {
  uint32_t to = (uint32_t)rng_below(&f->r, f->small.net.stops.n);
  struct path_ask p = {
      .day = &f->day, .walking = f->walking, .scan = f->scan, .cap_s = b->ask.cap_s};
  p.from = (struct place){.stop = f->small.to_region[b->stop[lane]], .at = POINT_NONE};
  p.to = (struct place){.stop = f->small.to_region[to], .at = POINT_NONE};
  struct journey way = path_search(&p, b->ask.time[lane], &f->a);
  int32_t want = judged(j->best[JUDGE_ROUNDS][to]);
  if (to == b->stop[lane] || !judge_served(j->n, to))
    return; /* already there; asked towards, walks lead there */
  assert_int_equal(way.found, want != SCAN_NEVER);
  if (!way.found) return;
  assert_int_equal(way.arrive, want);
  assert_int_equal(way.rides, fewest(j, to));
  for (size_t i = 0; i < way.n; i++) {
    assert_true(way.legs[i].arrive >= way.legs[i].depart);
    if (i) assert_true(way.legs[i].depart >= way.legs[i - 1].arrive);
  }
}

/* Without counting rides patterns are walked in another order, or (twice, so that the second finds
 * what the first left) the timeline is gone over: to the same times. */
static void check_free_order(struct fixture *f, const struct batch *b) {
  struct scan *other = scan_open(&f->day, &f->a);
  struct scan_ask freely = b->ask;
  freely.count_rides = false;
  freely.portable = rng_below(&f->r, 2);
  freely.way = rng_below(&f->r, 3) ? WAY_TIMELINE : WAY_LINES;
  if (!rng_below(&f->r, 4)) other->lanes_most = 0; /* no room for the lists of given links: rows */
  for (uint64_t i = rng_below(&f->r, 2); i < 2; i++) scan_run(other, &freely);
  for (unsigned lane = 0; lane < b->ask.lanes; lane++)
    for (uint32_t s = 0; s < f->small.r.n_stops; s++) {
      assert_int_equal(scan_time(other, s, lane), scan_time(f->scan, s, lane));
      assert_int_equal(scan_by_ride(other, s, lane), scan_by_ride(f->scan, s, lane));
    }
}

/* Forward: the scan, both ways of running it, the exact number of rides, and the path, against the
 * judge. */
static void one_forward(struct fixture *f, unsigned *queries) {
  struct batch b;
  random_batch(f, &b, false);
  struct judge j = judge_for(f, b.ask.cap_s);
  scan_run(f->scan, &b.ask);
  for (unsigned lane = 0; lane < b.ask.lanes; lane++, ++*queries) {
    judge_from_stop(&j, b.stop[lane], b.ask.time[lane]);
    for (uint32_t s = 0; s < f->small.net.stops.n; s++) {
      int32_t want = judged(j.best[JUDGE_ROUNDS][s]);
      assert_int_equal(scan_time(f->scan, f->small.to_region[s], lane), want);
      if (want != SCAN_NEVER)
        assert_int_equal(scan_rides(f->scan, f->small.to_region[s], lane), fewest(&j, s));
    }
  }
  check_free_order(f, &b);
  struct batch exact = b;
  exact.ask.snapshots = true;
  exact.ask.rides_max = SCAN_SNAPSHOTS;
  unsigned lane = (unsigned)rng_below(&f->r, b.ask.lanes);
  judge_from_stop(&j, b.stop[lane], b.ask.time[lane]);
  scan_run(f->scan, &exact.ask);
  for (unsigned k = 0; k <= SCAN_SNAPSHOTS; k++)
    for (uint32_t s = 0; s < f->small.net.stops.n; s++)
      assert_int_equal(scan_within(f->scan, f->small.to_region[s], lane, k), judged(j.best[k][s]));
  check_path(f, &b, lane, &j);
}

static void zero_differences_from_the_slow_judge(void **state) {
  (void)state;
  unsigned queries = 0, stayed = 0;
  uint64_t seed = 1;
  for (; queries < QUERIES; seed++) {
    struct fixture f;
    open_fixture(&f, seed);
    stayed += f.small.r.n_joins;
    for (unsigned from = queries; queries < from + PER_NETWORK;) one_forward(&f, &queries);
    close_fixture(&f);
  }
  printf(
      "%u queries over %llu random networks, in which people can stay on %u times: 0 differences\n",
      queries, (unsigned long long)seed - 1, stayed);
  assert_true(stayed > 100);
}

/* Backward is forward turned round: leaving at the answer arrives in time, a second later does not.
 */
static void backward_is_the_transpose_of_forward(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 60; seed++) {
    struct fixture f;
    open_fixture(&f, seed);
    struct batch b;
    random_batch(&f, &b, true);
    b.ask.cap_s = 0;
    struct judge j = judge_for(&f, 0);
    scan_run(f.scan, &b.ask);
    check_free_order(&f, &b);
    for (unsigned lane = 0; lane < b.ask.lanes; lane++)
      for (int k = 0; k < 6 && judge_served(&f.small.net, b.stop[lane]); k++) {
        uint32_t s = (uint32_t)rng_below(&f.r, f.small.net.stops.n);
        if (!judge_served(&f.small.net, s)) continue; /* backward, walks start at served stops */
        int32_t latest = scan_time(f.scan, f.small.to_region[s], lane), by = b.ask.time[lane];
        if (latest != -SCAN_NEVER) {
          judge_from_stop(&j, s, latest);
          assert_true(j.best[JUDGE_ROUNDS][b.stop[lane]] <= by);
        }
        /* The day knows only vehicles still running at midnight: before it "a second later" proves
         * nothing. */
        judge_from_stop(&j, s, latest < 0 ? 0 : latest + 1);
        if (j.best[JUDGE_ROUNDS][b.stop[lane]] <= by)
          fail_msg("seed %llu: from %u to %u by %d: latest %d, but leaving later arrives %d (%u "
                   "rides, mode %d, windows %zu)",
                   (unsigned long long)seed, s, b.stop[lane], by, latest,
                   j.best[JUDGE_ROUNDS][b.stop[lane]], fewest(&j, b.stop[lane]),
                   (int)f.walking.mode, f.small.net.windows.n);
      }
    close_fixture(&f);
  }
}

static void same_answers(struct fixture *f, const struct batch *a, const struct batch *b,
                         struct scan *other) {
  scan_run(f->scan, &a->ask);
  scan_run(other, &b->ask);
  for (unsigned lane = 0; lane < a->ask.lanes; lane++)
    for (uint32_t s = 0; s < f->small.r.n_stops; s++) {
      assert_int_equal(scan_time(f->scan, s, lane), scan_time(other, s, lane));
      assert_int_equal(scan_by_ride(f->scan, s, lane), scan_by_ride(other, s, lane));
      assert_int_equal(scan_rides(f->scan, s, lane), scan_rides(other, s, lane));
    }
}

static void portable_and_avx2_agree_bit_for_bit(void **state) {
  (void)state;
  if (!scan_has_avx2())
    printf("this processor has no AVX2: the portable way was compared with itself\n");
  for (uint64_t seed = 1; seed <= 120; seed++) {
    struct fixture f;
    open_fixture(&f, seed);
    struct scan *other = scan_open(&f.day, &f.a);
    for (int back = 0; back < 2; back++) {
      struct batch b;
      random_batch(&f, &b, back);
      struct batch plain = b;
      plain.ask.portable = true;
      same_answers(&f, &b, &plain, other);
    }
    close_fixture(&f);
  }
}

static void sixteen_at_once_equal_one_by_one(void **state) {
  (void)state;
  for (uint64_t seed = 200; seed <= 260; seed++) {
    struct fixture f;
    open_fixture(&f, seed);
    struct scan *other = scan_open(&f.day, &f.a);
    struct batch b;
    random_batch(&f, &b, seed & 1);
    scan_run(f.scan, &b.ask);
    for (unsigned lane = 0; lane < b.ask.lanes; lane++) {
      struct scan_ask one = b.ask;
      one.lanes = 1;
      one.time[0] = b.ask.time[lane];
      one.seeds[0] = b.ask.seeds[lane];
      scan_run(other, &one);
      for (uint32_t s = 0; s < f.small.r.n_stops; s++)
        assert_int_equal(scan_time(f.scan, s, lane), scan_time(other, s, 0));
    }
    close_fixture(&f);
  }
}

/* A whole hour, minute by minute, of one place: by given links as many lanes as that at once. */
static void sixty_four_at_once_equal_one_by_one(void **state) {
  (void)state;
  unsigned many = 0;
  for (uint64_t seed = 700; seed <= 760; seed++) {
    struct fixture f;
    open_fixture(&f, seed);
    struct scan *other = scan_open(&f.day, &f.a);
    struct batch b;
    random_batch(&f, &b, seed & 1);
    struct scan_ask ask = b.ask;
    ask.count_rides = false;
    ask.way = WAY_TIMELINE;
    ask.lanes = (uint8_t)scan_lanes_most(f.scan, &ask);
    ask.portable = seed & 2;
    many += ask.lanes == SCAN_MANY;
    for (unsigned i = 0; i < ask.lanes; i++)
      ask.time[i] = b.ask.time[0] + (int32_t)rng_below(&f.r, 3600), ask.seeds[i] = b.ask.seeds[0];
    scan_run(f.scan, &ask);
    for (unsigned lane = 0; lane < ask.lanes; lane++) {
      struct scan_ask one = ask;
      one.lanes = 1;
      one.way = WAY_LINES;
      one.time[0] = ask.time[lane];
      scan_run(other, &one);
      for (uint32_t s = 0; s < f.small.r.n_stops; s++) {
        assert_int_equal(scan_time(f.scan, s, lane), scan_time(other, s, 0));
        assert_int_equal(scan_by_ride(f.scan, s, lane), scan_by_ride(other, s, 0));
      }
    }
    close_fixture(&f);
  }
  assert_true(many > 10);
}

static void raising_the_cap_never_loses_a_stop(void **state) {
  (void)state;
  for (uint64_t seed = 300; seed <= 360; seed++) {
    struct fixture f;
    open_fixture(&f, seed);
    struct scan *other = scan_open(&f.day, &f.a);
    struct batch b;
    random_batch(&f, &b, false);
    b.ask.cap_s = 1800;
    scan_run(f.scan, &b.ask);
    struct scan_ask wider = b.ask;
    wider.cap_s = 5400;
    scan_run(other, &wider);
    for (unsigned lane = 0; lane < b.ask.lanes; lane++)
      for (uint32_t s = 0; s < f.small.r.n_stops; s++)
        if (scan_time(f.scan, s, lane) != SCAN_NEVER)
          assert_int_equal(scan_time(other, s, lane), scan_time(f.scan, s, lane));
    close_fixture(&f);
  }
}

/* In by six: what comes later is left out, and nothing else changes. */
static void a_bound_leaves_out_what_comes_after_it_and_no_more(void **state) {
  (void)state;
  for (uint64_t seed = 600; seed <= 700; seed++) {
    struct fixture f;
    open_fixture(&f, seed);
    struct scan *other = scan_open(&f.day, &f.a);
    struct batch b;
    random_batch(&f, &b, seed & 1);
    b.ask.count_rides = seed & 2;
    int32_t low = b.ask.time[0], high = low, sign = b.ask.back ? -1 : 1;
    for (unsigned i = 1; i < b.ask.lanes; i++) {
      if (b.ask.time[i] < low) low = b.ask.time[i];
      if (b.ask.time[i] > high) high = b.ask.time[i];
    }
    struct scan_ask bound = b.ask;
    bound.until = b.ask.back ? low - (int32_t)rng_below(&f.r, 7200) : high + 5400;
    if (bound.until == 0) bound.until = -1;
    scan_run(f.scan, &b.ask);
    scan_run(other, &bound);
    for (unsigned lane = 0; lane < b.ask.lanes; lane++)
      for (uint32_t s = 0; s < f.small.r.n_stops; s++) {
        int32_t t = scan_time(f.scan, s, lane), by = scan_by_ride(f.scan, s, lane),
                never = sign * SCAN_NEVER;
        assert_int_equal(scan_time(other, s, lane), sign * t > sign * bound.until ? never : t);
        assert_int_equal(scan_by_ride(other, s, lane), sign * by > sign * bound.until ? never : by);
      }
    close_fixture(&f);
  }
}

static void removing_a_trip_never_improves(void **state) {
  (void)state;
  for (uint64_t seed = 400; seed <= 460; seed++) {
    struct fixture f;
    struct why why;
    open_fixture(&f, seed);
    uint8_t *without = arena_many(&f.a, uint8_t, f.small.r.n_trips + 1);
    if (f.small.r.n_trips) without[rng_below(&f.r, f.small.r.n_trips)] = 1;
    struct day_ask ask = f.ask;
    ask.without = without;
    struct day less;
    assert_true(day_open(&less, &f.small.r, ask, &f.a, &why));
    struct scan *other = scan_open(&less, &f.a);
    struct batch b;
    random_batch(&f, &b, false);
    scan_run(f.scan, &b.ask);
    struct scan_ask fewer = b.ask;
    fewer.day = &less;
    scan_run(other, &fewer);
    for (unsigned lane = 0; lane < b.ask.lanes; lane++)
      for (uint32_t s = 0; s < f.small.r.n_stops; s++)
        assert_true(scan_time(other, s, lane) >= scan_time(f.scan, s, lane));
    close_fixture(&f);
  }
}

/* Where memory is too short for a timeline the lines are walked, to the same times. */
static void without_room_for_a_timeline_the_lines_are_walked(void **state) {
  (void)state;
  struct fixture f;
  open_fixture(&f, 11);
  struct batch b;
  do random_batch(&f, &b, false);
  while (b.seeds[0].p != b.seeds[b.ask.lanes - 1].p || b.ask.lanes < 2);
  size_t calls = 0;
  for (uint32_t i = 0; i < f.day.n_lines; i++)
    calls += f.day.lines[i].n * f.small.r.patterns[f.day.lines[i].pattern].n;
  assert_true(calls > 0);
  b.ask.count_rides = false;
  b.ask.way = WAY_TIMELINE;
  struct arena tight = arena_open((size_t)4 << 20), most = tight;
  most.end = most.at + 8 * (2 * calls + 1) * 4; /* a timeline needs more */
  struct timeline none = timeline_open(&f.day, &most);
  assert_null(none.plain);
  struct scan *other = scan_open(&f.day, &f.a);
  other->timeline = none;
  scan_run(other, &b.ask);
  scan_run(f.scan, &b.ask);
  assert_true(f.scan->timed && !other->timed);
  for (unsigned lane = 0; lane < b.ask.lanes; lane++)
    for (uint32_t s = 0; s < f.small.r.n_stops; s++)
      assert_int_equal(scan_time(f.scan, s, lane), scan_time(other, s, lane));
  arena_close(&tight);
  close_fixture(&f);
}

static void the_same_network_gives_the_same_bytes(void **state) {
  (void)state;
  for (uint64_t seed = 500; seed < 510; seed++) {
    struct small a, b;
    small_make(&a, seed);
    small_make(&b, seed);
    assert_true(str_eq(buf_str(&a.file), buf_str(&b.file)));
    small_close(&a);
    small_close(&b);
  }
}

/* Any byte changed anywhere is noticed, and no length of a cut file is accepted. */
static void an_altered_or_cut_region_is_refused(void **state) {
  (void)state;
  struct small s;
  struct why why;
  struct region r;
  small_make(&s, 7);
  struct rng rng = rng_seed(3);
  for (int i = 0; i < 2000; i++) {
    size_t at = rng_below(&rng, s.file.n);
    char was = s.file.p[at];
    s.file.p[at] = (char)(was ^ 1 << rng_below(&rng, 8));
    assert_false(region_over(&r, buf_str(&s.file), &why));
    assert_true(strlen(why.text) > 20);
    s.file.p[at] = was;
    assert_false(region_over(&r, str_slice(buf_str(&s.file), 0, at), &why));
  }
  assert_true(region_over(&r, buf_str(&s.file), &why));
  small_close(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(zero_differences_from_the_slow_judge),
      cmocka_unit_test(backward_is_the_transpose_of_forward),
      cmocka_unit_test(portable_and_avx2_agree_bit_for_bit),
      cmocka_unit_test(sixteen_at_once_equal_one_by_one),
      cmocka_unit_test(sixty_four_at_once_equal_one_by_one),
      cmocka_unit_test(raising_the_cap_never_loses_a_stop),
      cmocka_unit_test(a_bound_leaves_out_what_comes_after_it_and_no_more),
      cmocka_unit_test(removing_a_trip_never_improves),
      cmocka_unit_test(without_room_for_a_timeline_the_lines_are_walked),
      cmocka_unit_test(the_same_network_gives_the_same_bytes),
      cmocka_unit_test(an_altered_or_cut_region_is_refused),
  };
  return cmocka_run_group_tests_name("reach judge", tests, NULL, NULL);
}
