/* Every fault of a timetable that REACH.md and issue 4 name, each in a test of its name: mended and
 * said in a sentence, or refused in one with nothing written. The timetables are invented. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/zip.h"
#include "reach/command.h"
#include "reach/path.h"
#include "reach/net.h"
#include "reach/reach.h"
#include "reach/zip_test.h"

#define AT(h, m) ((h)*3600 + (m)*60)
#define DAYS "monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"

/* A feed without a fault; each test spoils one table of it. */
enum { STOPS, ROUTES, TRIPS, TIMES, CALENDAR, TABLES };
static const struct member sound[TABLES] = {
    {"stops.txt", "stop_id,stop_name,stop_lat,stop_lon\nA,High St,51.500,-3.0\n"
                  "B,Market,51.510,-3.0\nC,Works,51.530,-3.0\n"},
    {"routes.txt", "route_id,route_short_name,route_type\nr,14,3\n"},
    {"trips.txt", "route_id,service_id,trip_id\nr,D,t\n"},
    {"stop_times.txt", "trip_id,stop_sequence,stop_id,arrival_time,departure_time\n"
                       "t,1,A,08:00:00,08:00:00\nt,2,B,08:10:00,08:10:00\n"
                       "t,3,C,08:30:00,08:30:00\n"},
    {"calendar.txt", "service_id," DAYS "D,1,1,1,1,1,1,1,20261102,20261231\n"}};

struct spoilt {
  struct net net;
  struct buf file;
  struct region r;
  struct arena a;
  struct why why;
  bool read;
};

static void take(struct spoilt *s, const struct member *m, size_t n) {
  *s = (struct spoilt){.a = arena_open((size_t)1 << 30)};
  assert_true(net_open(&s->net, NULL, &s->why));
  s->read = net_gtfs_bytes(&s->net, zip_of(&s->a, m, n), "feed.zip", &s->why);
  if (!s->read) return;
  s->file = buf_open((size_t)1 << 30);
  s->read = net_build(&s->net, &s->file, &s->why) && region_over(&s->r, buf_str(&s->file), &s->why);
}

/* The sound feed with one table as given; "" = without it. */
static void take_with(struct spoilt *s, int table, const char *text) {
  struct member m[TABLES];
  memcpy(m, sound, sizeof m);
  m[table].text = text;
  take(s, m, TABLES);
  if (!s->read) fail_msg("%s", s->why.text);
}

static void done(struct spoilt *s) {
  if (s->file.p) buf_free(&s->file);
  net_close(&s->net);
  arena_close(&s->a);
}

static void says(const struct spoilt *s, const char *part) {
  for (uint32_t i = 0; i < s->r.n_sentences; i++)
    if (str_contains(region_text(&s->r, s->r.sentences[i].text), str_of(part))) return;
  fail_msg("no sentence holds \"%s\"", part);
}

/* When one who is at A at `depart` on a Wednesday is at a stop, minutes after midnight; -1 = never.
 */
static int there(struct spoilt *s, const char *stop, int32_t depart) {
  struct day d;
  struct arena a = s->a;
  if (!day_open(&d, &s->r, (struct day_ask){.date = day_of(2026, 11, 4), .next_until_s = 86400}, &a,
                &s->why))
    fail_msg("%s", s->why.text);
  struct walking w = {.mode = WALK_TRANSFERS};
  struct seeds seeds = seeds_from_stop(&d, w, region_stop_find(&s->r, S("A")), false, &a);
  struct scan_ask ask = {.day = &d, .walking = w, .lanes = 1, .time = {depart}, .seeds = {&seeds}};
  struct scan *scan = scan_open(&d, &a);
  scan_run(scan, &ask);
  int32_t t = scan_time(scan, region_stop_find(&s->r, str_of(stop)), 0);
  return t == SCAN_NEVER ? -1 : t / 60;
}

static void refused(const struct member *m, size_t n, const char *part) {
  struct spoilt s;
  take(&s, m, n);
  assert_false(s.read);
  if (!str_contains(why_str(&s.why), str_of(part)))
    fail_msg("said \"%s\", not \"%s\"", s.why.text, part);
  done(&s);
}

static void a_sound_feed_is_read_without_a_word_of_mending(void **state) {
  (void)state;
  struct spoilt s;
  take(&s, sound, TABLES);
  assert_true(s.read);
  for (uint32_t i = 0; i < s.r.n_sentences; i++)
    assert_true(s.r.sentences[i].kind != SAID_MENDED && s.r.sentences[i].kind != SAID_LEFT_OUT);
  assert_int_equal(there(&s, "C", AT(8, 0)), 8 * 60 + 30);
  done(&s);
}

#define TIMES_TOP "trip_id,stop_sequence,stop_id,arrival_time,departure_time\n"
#define ONE_TABLE(name, table, text, sentence, stop, depart, minute)                               \
  static void name(void **state) {                                                                 \
    (void)state;                                                                                   \
    struct spoilt s;                                                                               \
    take_with(&s, table, text);                                                                    \
    if ((sentence)[0]) says(&s, sentence);                                                         \
    assert_int_equal(there(&s, stop, depart), minute);                                             \
    done(&s);                                                                                      \
  }

/* By distance: B is a third of the way. */
ONE_TABLE(untimed_stops, TIMES,
          TIMES_TOP "t,1,A,08:00:00,08:00:00\nt,2,B,,\nt,3,C,08:30:00,08:30:00\n", "had no time",
          "B", AT(8, 0), 8 * 60 + 10)
ONE_TABLE(non_increasing_times, TIMES,
          TIMES_TOP "t,1,A,08:00:00,08:00:00\nt,2,B,07:55:00,07:55:00\nt,3,C,08:30:00,08:30:00\n",
          "went back in time", "B", AT(8, 0), 8 * 60)
ONE_TABLE(times_past_24_00, TIMES,
          TIMES_TOP "t,1,A,24:10:00,24:10:00\nt,2,B,24:20:00,24:20:00\nt,3,C,25:05:00,25:05:00\n",
          "", "C", AT(23, 50), 25 * 60 + 5)
ONE_TABLE(stops_far_away, STOPS,
          "stop_id,stop_name,stop_lat,stop_lon\nA,High St,51.500,-3.0\nB,Market,51.510,-3.0\n"
          "C,Newcastle,54.97,-1.61\n",
          "over 100 km", "C", AT(8, 0), 8 * 60 + 30)
ONE_TABLE(a_byte_order_mark, STOPS,
          "\xef\xbb\xbfstop_id,stop_name,stop_lat,stop_lon\nA,High St,51.500,-3.0\n"
          "B,Market,51.510,-3.0\nC,Works,51.530,-3.0\n",
          "", "C", AT(8, 0), 8 * 60 + 30)
ONE_TABLE(quoted_newlines, STOPS,
          "stop_id,stop_name,stop_lat,stop_lon\nA,\"High St,\r\nstop \"\"A\"\"\",51.500,-3.0\r\n"
          "B,Market,51.510,-3.0\nC,Works,51.530,-3.0\n",
          "", "C", AT(8, 0), 8 * 60 + 30)
ONE_TABLE(stop_times_unsorted, TIMES,
          TIMES_TOP "t,3,C,08:30:00,08:30:00\nt,1,A,08:00:00,08:00:00\nt,2,B,08:10:00,08:10:00\n",
          "were not in order", "C", AT(8, 0), 8 * 60 + 30)
ONE_TABLE(stops_at_0_0, STOPS,
          "stop_id,stop_name,stop_lat,stop_lon\nA,High St,51.500,-3.0\nB,Market,0,0\n"
          "C,Works,51.530,-3.0\n",
          "(or 0,0)", "B", AT(8, 0), 8 * 60 + 10)
ONE_TABLE(cyclic_parents, STOPS,
          "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
          "A,High St,51.500,-3.0,,\nB,Market,51.510,-3.0,,P\nC,Works,51.530,-3.0,,\n"
          "P,Place,51.5,-3,1,Q\nQ,Square,51.5,-3,1,P\n",
          "in a circle", "C", AT(8, 0), 8 * 60 + 30)
ONE_TABLE(a_missing_routes_file, ROUTES, "", "routes.txt is missing", "C", AT(8, 0), 8 * 60 + 30)

static void missing_files(void **state) {
  (void)state;
  static const int needed[] = {STOPS, TRIPS, TIMES, CALENDAR};
  for (size_t i = 0; i < countof(needed); i++) {
    struct member m[TABLES];
    size_t n = 0;
    for (int k = 0; k < TABLES; k++)
      if (k != needed[i]) m[n++] = sound[k];
    refused(m, n, needed[i] == CALENDAR ? "calendar" : sound[needed[i]].name);
  }
}

static void frequencies(void **state) {
  (void)state;
  struct spoilt s;
  struct member m[TABLES + 1];
  memcpy(m, sound, sizeof sound);
  m[TABLES] =
      (struct member){"frequencies.txt", "trip_id,start_time,end_time,headway_secs,exact_times\n"
                                         "t,10:00:00,11:00:00,1200,0\n"};
  take(&s, m, TABLES + 1);
  assert_true(s.read);
  says(&s, "frequencies.txt were written out");
  assert_int_equal(there(&s, "C", AT(10, 1)), 10 * 60 + 50);
  assert_int_equal(there(&s, "C", AT(8, 0)), 10 * 60 + 30); /* the pattern itself does not run */
  done(&s);
}

static void calendar_dates_only(void **state) {
  (void)state;
  struct spoilt s;
  struct member m[TABLES];
  memcpy(m, sound, sizeof m);
  m[CALENDAR] = (struct member){"calendar_dates.txt",
                                "service_id,date,exception_type\nD,20261104,1\nD,20261106,1\n"};
  take(&s, m, TABLES);
  assert_true(s.read);
  assert_int_equal(there(&s, "C", AT(8, 0)), 8 * 60 + 30);
  assert_int_equal(s.r.meta->days, 3);
  assert_false(region_runs(&s.r, s.r.trips[0].calendar, day_of(2026, 11, 5)));
  done(&s);
}

/* ---- the zip itself, and files given to the command ---- */

struct paths {
  char zip[64], out[64];
};

static struct paths paths_of(const char *what) {
  struct paths p;
  snprintf(p.zip, sizeof p.zip, "/tmp/reach-%s-%d.zip", what, (int)getpid());
  snprintf(p.out, sizeof p.out, "/tmp/reach-%s-%d.reach", what, (int)getpid());
  unlink(p.out);
  return p;
}

static int build(const struct paths *p, struct str zip) {
  struct why why = {0};
  char *argv[] = {(char *)(uintptr_t) "reach",
                  (char *)(uintptr_t) "build",
                  (char *)(uintptr_t) "--gtfs",
                  (char *)(uintptr_t)p->zip,
                  (char *)(uintptr_t) "--out",
                  (char *)(uintptr_t)p->out,
                  NULL};
  if (!file_write(p->zip, zip, &why)) fail_msg("%s", why.text);
  int status = reach_command(6, argv);
  unlink(p->zip);
  return status;
}

/* Exit status 1, and no file there, not even half of one. */
static void nothing_is_written(const char *what, struct str zip) {
  struct paths p = paths_of(what);
  assert_int_equal(build(&p, zip), 1);
  assert_int_equal(access(p.out, F_OK), -1);
}

static void truncated_zips(void **state) {
  (void)state;
  struct arena a = arena_open((size_t)1 << 26);
  struct str zip = zip_of(&a, sound, TABLES);
  for (size_t cut = 0; cut < zip.n; cut += zip.n / 7 + 1)
    nothing_is_written("cut", str_slice(zip, 0, cut));
  arena_close(&a);
}

static void zip_bombs(void **state) {
  (void)state;
  struct arena a = arena_open((size_t)1 << 28);
  struct buf out = buf_open((size_t)1 << 26);
  struct why why = {0};
  size_t n = (size_t)64 << 20;
  char *blank = arena_alloc(&a, 1, 1, n);
  memset(blank, '\n', n);
  struct zip_out z = zip_to(&a, &out);
  bool ok = zip_put(&z, S("stops.txt"), (struct str){blank, n}, &why);
  for (int k = 1; k < TABLES; k++)
    ok = ok && zip_put(&z, str_of(sound[k].name), str_of(sound[k].text), &why);
  assert_true(ok && zip_end(&z, &why));
  assert_true(out.n < 1 << 20);
  nothing_is_written("bomb", buf_str(&out));
  buf_free(&out);
  arena_close(&a);
}

static void paths_in_zips(void **state) {
  (void)state;
  static const char *const names[] = {"../stops.txt", "/stops.txt", "a/../../stops.txt",
                                      "..\\stops.txt"};
  struct arena a = arena_open((size_t)1 << 26);
  for (size_t i = 0; i < countof(names); i++) {
    struct member m[TABLES];
    memcpy(m, sound, sizeof m);
    m[STOPS].name = names[i];
    nothing_is_written("path", zip_of(&a, m, TABLES));
  }
  arena_close(&a);
}

static void altered_region_files(void **state) {
  (void)state;
  struct arena a = arena_open((size_t)1 << 26);
  struct paths p = paths_of("altered");
  struct region r;
  struct why why = {0};
  struct str bytes;
  assert_int_equal(build(&p, zip_of(&a, sound, TABLES)), 0);
  assert_true(file_read(&a, p.out, (size_t)1 << 24, &bytes, &why));
  struct rng rng = rng_seed(5);
  for (int i = 0; i < 40; i++) {
    char *copy = arena_many(&a, char, bytes.n);
    memcpy(copy, bytes.p, bytes.n);
    copy[rng_below(&rng, bytes.n)] ^= 1;
    if (!file_write(p.out, (struct str){copy, bytes.n}, &why)) fail_msg("%s", why.text);
    assert_false(region_open(&r, p.out, &why));
    assert_true(str_contains(why_str(&why), S("build")));
  }
  unlink(p.out);
  arena_close(&a);
}

/* Trips of 100 calls over 100 stops. 2 x 10^5 stop times as a rule; with WAYMARK_LONG 10^7, a third
 * of a gigabyte. */
static void ten_million_stop_times(void **state) {
  (void)state;
  unsigned trips = getenv("WAYMARK_LONG") ? 100000 : 2000;
  struct arena a = arena_open((size_t)1 << 33);
  struct buf trip = buf_open((size_t)1 << 27), time = buf_open((size_t)1 << 30),
             stop = buf_open(1 << 20), out = buf_open((size_t)1 << 30);
  buf_put(&stop, S("stop_id,stop_name,stop_lat,stop_lon\n"));
  buf_put(&trip, S("route_id,service_id,trip_id\n"));
  buf_put(&time, S(TIMES_TOP));
  for (unsigned i = 0; i < 100; i++)
    buf_format(&stop, "%c%u,Stop,%u.%03u,-3.0\n", i ? 's' : 'A', i, 51, i * 5);
  for (unsigned t = 0; t < trips; t++) {
    buf_format(&trip, "r,D,%u\n", t);
    for (unsigned i = 0, at = t % 1200; i < 100; i++, at++)
      buf_format(&time, "%u,%u,%c%u,%02u:%02u:00,%02u:%02u:00\n", t, i, i ? 's' : 'A', i, at / 60,
                 at % 60, at / 60, at % 60);
  }
  struct zip_out z = zip_to(&a, &out);
  struct why why = {0};
  struct str text[TABLES] = {buf_str(&stop), str_of(sound[ROUTES].text), buf_str(&trip),
                             buf_str(&time), str_of(sound[CALENDAR].text)};
  for (int k = 0; k < TABLES; k++)
    if (!zip_put(&z, str_of(sound[k].name), text[k], &why)) fail_msg("%s", why.text);
  assert_true(zip_end(&z, &why));
  struct paths p = paths_of("many");
  struct region r;
  assert_int_equal(build(&p, buf_str(&out)), 0);
  if (!region_open(&r, p.out, &why)) fail_msg("%s", why.text);
  assert_int_equal(r.n_trips, trips);
  region_close(&r);
  unlink(p.out);
  buf_free(&trip), buf_free(&time), buf_free(&stop), buf_free(&out);
  arena_close(&a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_sound_feed_is_read_without_a_word_of_mending),
      cmocka_unit_test(untimed_stops),
      cmocka_unit_test(non_increasing_times),
      cmocka_unit_test(times_past_24_00),
      cmocka_unit_test(stops_far_away),
      cmocka_unit_test(missing_files),
      cmocka_unit_test(a_missing_routes_file),
      cmocka_unit_test(a_byte_order_mark),
      cmocka_unit_test(quoted_newlines),
      cmocka_unit_test(frequencies),
      cmocka_unit_test(calendar_dates_only),
      cmocka_unit_test(stop_times_unsorted),
      cmocka_unit_test(stops_at_0_0),
      cmocka_unit_test(cyclic_parents),
      cmocka_unit_test(truncated_zips),
      cmocka_unit_test(zip_bombs),
      cmocka_unit_test(paths_in_zips),
      cmocka_unit_test(altered_region_files),
      cmocka_unit_test(ten_million_stop_times),
  };
  return cmocka_run_group_tests_name("reach faults", tests, NULL, NULL);
}
