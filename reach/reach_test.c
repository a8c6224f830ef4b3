/* What the engine is for, end to end, on timetables written here (invented) and on the real ones
 * where present. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>
#include <cmocka.h>
#include "reach/command.h"
#include "reach/fare.h"
#include "reach/reach.h"
#include "reach/shift.h"
#include "reach/streets.h"
#include "reach/trains_test.h"
#include "reach/zip_test.h"

/* ---- small helpers ---- */

struct place_under_test {
  struct net net;
  struct buf file;
  struct region r;
  struct arena a;
};

static void open_place(struct place_under_test *p) {
  struct why why = {0};
  *p = (struct place_under_test){.a = arena_open((size_t)1 << 30)};
  assert_true(net_open(&p->net, NULL, &why));
}

static void finish_place(struct place_under_test *p) {
  struct why why = {0};
  p->file = buf_open((size_t)1 << 30);
  if (!net_build(&p->net, &p->file, &why) || !region_over(&p->r, buf_str(&p->file), &why))
    fail_msg("%s", why.text);
}

static void close_place(struct place_under_test *p) {
  buf_free(&p->file);
  net_close(&p->net);
  arena_close(&p->a);
}

static bool gtfs(struct place_under_test *p, const struct member *members, size_t n,
                 struct why *why) {
  return net_gtfs_bytes(&p->net, zip_of(&p->a, members, n), "test.zip", why);
}

static bool said(const struct place_under_test *p, const char *part) {
  for (uint32_t i = 0; i < p->r.n_sentences; i++)
    if (str_contains(region_text(&p->r, p->r.sentences[i].text), str_of(part))) return true;
  return false;
}

struct asked {
  struct day day;
  struct path_ask path;
};

static void ask_day(struct place_under_test *p, struct asked *q, day_t date, enum walk_mode mode) {
  struct why why = {0};
  struct day_ask d = {.date = date, .next_until_s = DAY_NEXT_UNTIL};
  if (!day_open(&q->day, &p->r, d, &p->a, &why)) fail_msg("%s", why.text);
  q->path = (struct path_ask){
      .day = &q->day, .walking = {.mode = mode}, .scan = scan_open(&q->day, &p->a)};
}

static struct journey go(struct place_under_test *p, struct asked *q, const char *from,
                         const char *to, int32_t depart) {
  struct why why = {0};
  assert_true(place_find(&p->r, str_of(from), &q->path.from, &why));
  assert_true(place_find(&p->r, str_of(to), &q->path.to, &why));
  return path_depart(&q->path, depart, &p->a);
}

#define AT(h, m) ((h)*3600 + (m)*60)

/* ---- a small bus timetable, with every fault feeds have ---- */

static const char stops_txt[] =
    "\xef\xbb\xbfstop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\r\n"
    "A,\"High St,\r\nstop "
    "A\",51.500,-3.000,,\r\nB,Market,51.510,-3.000,,LOOP1\r\nC,Works,51.530,-3.000,,\r\n"
    "D,Nowhere,0,0,,\r\nLOOP1,Round,51.5,-3,1,LOOP2\r\nLOOP2,Round,51.5,-3,1,LOOP1\r\nN,Newcastle,"
    "54.97,-1.61,,\r\n";
static const char trips_txt[] = "route_id,service_id,trip_id,wheelchair_accessible\nr,W,t1,1\nr,W,"
                                "t2,2\nr,S,sun,0\nr,W,late,0\nr,W,bad,0\nf,W,often,0\n"
                                "r,NONE,never,0\nr,W,one,0\n";
static const char times_txt[] =
    "trip_id,stop_sequence,stop_id,arrival_time,departure_time\n"
    "t1,3,C,06:20:00,06:20:00\nt1,1,A,06:00:00,06:00:00\nt1,2,B,,\n"
    "t2,1,A,7:00:00,7:00:00\nt2,2,B,6:58:00,7:10:00\nt2,3,C,7:20,7:20\n"
    "sun,1,A,09:00:00,09:00:00\nsun,2,D,09:05:00,09:05:00\nsun,3,C,09:20:00,09:20:00\n"
    "late,1,C,24:10:00,24:10:00\nlate,2,A,24:40:00,24:40:00\n"
    "bad,1,A,12:00:00,12:00:00\nbad,2,C,02:00:00,02:00:00\n"
    "often,1,A,10:00:00,10:00:00\noften,2,C,10:15:00,10:15:00\n"
    "one,1,A,10:00:00,10:00:00\nt1,9,MISSING,06:30:00,06:30:00\nnobody,1,A,1:00:00,1:00:00\n";
static const char routes_txt[] = "route_id,route_short_name,route_type\nr,14,3\nf,F1,3\n";
static const char calendar_txt[] =
    "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "W,1,1,1,1,1,0,0,20261102,20261231\nBAD,1,1,1,1,1,1,1,20261399,20261231\n";
static const char dates_txt[] =
    "service_id,date,exception_type\nS,20261108,1\nS,20261115,1\nW,20261225,2\n";
static const char frequencies_txt[] = "trip_id,start_time,end_time,headway_secs,exact_times\noften,"
                                      "10:00:00,11:00:00,1200,0\nghost,1,2,3,0\n";

static const struct member dirty[] = {{"feed/stops.txt", stops_txt},
                                      {"feed/trips.txt", trips_txt},
                                      {"feed/stop_times.txt", times_txt},
                                      {"feed/routes.txt", routes_txt},
                                      {"feed/calendar.txt", calendar_txt},
                                      {"feed/calendar_dates.txt", dates_txt},
                                      {"feed/frequencies.txt", frequencies_txt}};

static void open_dirty(struct place_under_test *p) {
  struct why why = {0};
  open_place(p);
  if (!gtfs(p, dirty, countof(dirty), &why)) fail_msg("%s", why.text);
  finish_place(p);
}

static void a_dirty_feed_is_mended_and_said_in_sentences(void **state) {
  (void)state;
  struct place_under_test p;
  open_dirty(&p);
  static const char *const sentences[] = {"were not in order",
                                          "had no time",
                                          "went back in time",
                                          "no position (or 0,0)",
                                          "in a circle",
                                          "over 100 km",
                                          "name a trip that is not",
                                          "name a stop that is not",
                                          "times that cannot be true",
                                          "fewer than two",
                                          "no calendar",
                                          "frequencies.txt were written out",
                                          "frequencies.txt cannot be used",
                                          "dates that cannot be"};
  for (size_t i = 0; i < countof(sentences); i++)
    if (!said(&p, sentences[i])) fail_msg("not said: %s", sentences[i]);
  struct asked q;
  ask_day(&p, &q, day_of(2026, 11, 4), WALK_TRANSFERS);
  struct journey j = go(&p, &q, "A", "B", AT(5, 0));
  assert_true(j.found);
  assert_int_equal(j.arrive,
                   AT(6, 0) + 400); /* a third of the way to C, so a third of the 20 minutes */
  assert_int_equal(go(&p, &q, "A", "C", AT(10, 5)).arrive, AT(10, 35));
  struct str name = region_text(&p.r, p.r.stops[region_stop_find(&p.r, S("A"))].name);
  assert_true(str_eq(name, S("High St, stop A"))); /* it came on two lines */
  close_place(&p);
}

static void sundays_the_last_bus_and_the_small_hours(void **state) {
  (void)state;
  struct place_under_test p;
  struct asked q;
  open_dirty(&p);
  ask_day(&p, &q, day_of(2026, 11, 8), WALK_TRANSFERS); /* a Sunday named only in calendar_dates */
  assert_int_equal(go(&p, &q, "A", "C", AT(5, 0)).arrive, AT(9, 20));
  assert_false(go(&p, &q, "C", "A", AT(5, 0)).found);
  ask_day(&p, &q, day_of(2026, 11, 4), WALK_TRANSFERS);
  assert_int_equal(go(&p, &q, "C", "A", AT(23, 0)).arrive,
                   AT(24, 40)); /* the last bus, after midnight */
  ask_day(&p, &q, day_of(2026, 11, 7),
          WALK_TRANSFERS); /* Saturday: Friday's last bus still runs at 00:10 */
  assert_int_equal(go(&p, &q, "C", "A", AT(0, 5)).arrive, AT(0, 40));
  assert_false(go(&p, &q, "A", "C", AT(5, 0)).found); /* and nothing else, until Sunday's */
  ask_day(&p, &q, day_of(2026, 12, 25), WALK_TRANSFERS);
  assert_false(go(&p, &q, "A", "C", AT(5, 0)).found);
  close_place(&p);
}

static void a_wheelchair_is_never_sent_where_it_is_refused(void **state) {
  (void)state;
  struct place_under_test p;
  struct why why = {0};
  struct asked q;
  open_dirty(&p);
  ask_day(&p, &q, day_of(2026, 11, 4), WALK_TRANSFERS);
  assert_int_equal(go(&p, &q, "A", "C", AT(6, 30)).arrive, AT(7, 20));
  struct day_ask d = {
      .date = day_of(2026, 11, 4), .next_until_s = 86400, .wheelchair = NEED_NOT_REFUSED};
  assert_true(day_open(&q.day, &p.r, d, &p.a, &why));
  q.path.scan = scan_open(&q.day, &p.a);
  assert_int_equal(go(&p, &q, "A", "C", AT(6, 30)).arrive,
                   AT(10, 15)); /* t2 refuses; F1 is not known, and said so */
  d.wheelchair = NEED_ONLY_KNOWN;
  assert_true(day_open(&q.day, &p.r, d, &p.a, &why));
  q.path.scan = scan_open(&q.day, &p.a);
  assert_false(go(&p, &q, "A", "C", AT(6, 30)).found);
  close_place(&p);
}

static void refused(const struct member *m, size_t n, const char *part) {
  struct place_under_test p;
  struct why why = {0};
  open_place(&p);
  assert_false(gtfs(&p, m, n, &why));
  if (!str_contains(why_str(&why), str_of(part)))
    fail_msg("said \"%s\", not \"%s\"", why.text, part);
  close_place(&p);
}

static void what_cannot_be_trusted_is_refused_in_a_sentence(void **state) {
  (void)state;
  struct member m[countof(dirty)];
  for (size_t i = 0; i < 3; i++) {
    memcpy(m, dirty, sizeof m);
    m[i].text = "";
    refused(m, countof(m), m[i].name + 5);
  }
  memcpy(m, dirty, sizeof m);
  m[4].text = m[5].text = "";
  refused(m, countof(m), "calendar");
  struct place_under_test p;
  struct why why = {0};
  open_place(&p);
  struct str zip = zip_of(&p.a, dirty, countof(dirty));
  for (size_t cut = 0; cut < zip.n; cut += zip.n / 17)
    assert_false(net_gtfs_bytes(&p.net, str_slice(zip, 0, cut), "cut.zip", &why));
  const struct member escape[] = {{"../stops.txt", stops_txt}};
  assert_false(gtfs(&p, escape, 1, &why));
  close_place(&p);
}

/* The 7 goes on as the 8 with whoever is on it, though a change at the market takes five minutes;
 * turning back as the 7 is no way on, and a bus of another block is a change. */
static const struct member staying[] = {
    {"stops.txt", "stop_id,stop_name,stop_lat,stop_lon\nA,High St,51.50,-3.0\n"
                  "M,Market,51.52,-3.0\nW,Works,51.54,-3.0\nX,Quay,51.56,-3.0\n"},
    {"routes.txt", "route_id,route_short_name,route_type\nr7,7,3\nr8,8,3\nr9,9,3\n"},
    {"trips.txt", "route_id,service_id,trip_id,block_id,trip_headsign,direction_id\n"
                  "r7,D,out,b1,Market,0\nr8,D,on,b1,Works,0\nr9,D,other,b2,Quay,0\n"
                  "r8,D,back,b1,Market,1\n"},
    {"stop_times.txt", "trip_id,stop_sequence,stop_id,arrival_time,departure_time\n"
                       "out,1,A,08:00:00,08:00:00\nout,2,M,08:10:00,08:10:00\n"
                       "on,1,M,08:12:00,08:12:00\non,2,W,08:20:00,08:20:00\n"
                       "other,1,W,08:30:00,08:30:00\nother,2,X,08:40:00,08:40:00\n"
                       "back,1,W,08:21:00,08:21:00\nback,2,M,08:30:00,08:30:00\n"},
    {"calendar.txt",
     "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,"
     "end_date\nD,1,1,1,1,1,1,1,20261102,20261231\n"},
    {"transfers.txt", "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nM,M,2,300\n"}};

static void staying_on_a_bus_that_changes_its_number_is_no_change(void **state) {
  (void)state;
  struct place_under_test p;
  struct asked q;
  struct why why = {0};
  open_place(&p);
  if (!gtfs(&p, staying, countof(staying), &why)) fail_msg("%s", why.text);
  finish_place(&p);
  assert_true(said(&p, "1 times a bus goes on as another"));
  ask_day(&p, &q, day_of(2026, 11, 4), WALK_TRANSFERS);
  struct journey way = go(&p, &q, "A", "X", AT(7, 50));
  assert_true(way.found && way.arrive == AT(8, 40) && way.rides == 2);
  struct buf text = buf_open(1 << 16);
  journey_words(&q.path, &way, &text);
  assert_true(str_contains(buf_str(&text), S("bus 7 towards Market from High St to Works, arriving "
                                             "08:20. At Market stay on: the bus becomes the 8 "
                                             "towards Works.")));
  assert_true(str_contains(buf_str(&text), S("1 change.")));
  way = go(&p, &q, "M", "W", AT(8, 0));
  buf_reset(&text);
  journey_words(&q.path, &way, &text);
  assert_true(str_contains(buf_str(&text), S("08:12 bus 8 towards Works from Market to Works")));
  assert_false(str_contains(buf_str(&text), S("stay on")));
  way = go(&p, &q, "A", "W", AT(8, 0));
  assert_true(way.rides == 1 && way.arrive == AT(8, 20));
  buf_free(&text);
  close_place(&p);
}

static void a_day_outside_the_timetable_says_what_it_covers(void **state) {
  (void)state;
  struct place_under_test p;
  struct day d;
  struct why why = {0};
  open_dirty(&p);
  assert_false(day_open(&d, &p.r, (struct day_ask){.date = day_of(2025, 1, 1)}, &p.a, &why));
  assert_true(str_contains(why_str(&why), S("2 November 2026 to 31 December 2026")));
  close_place(&p);
}

/* ---- S64: trains ---- */

static void open_trains(struct place_under_test *p, const char *extra) {
  struct why why = {0};
  struct buf mca = buf_open(1 << 20);
  open_place(p);
  write_trains(&mca);
  if (extra) buf_put(&mca, str_of(extra));
  if (!net_rail_text(&p->net, str_of(trains_msn), buf_str(&mca), S(""), str_of(trains_flf),
                     str_of(trains_alf), &why))
    fail_msg("%s", why.text);
  buf_free(&mca);
  finish_place(p);
}

static void s64_clacton_to_harwich_takes_two_changes_by_train(void **state) {
  (void)state;
  struct place_under_test p;
  struct asked q;
  open_trains(&p, NULL);
  assert_true(p.r.meta->has_rail);
  ask_day(&p, &q, day_of(2026, 11, 4), WALK_TRANSFERS);
  struct journey j = go(&p, &q, "CLT", "HWC", AT(6, 0));
  assert_true(j.found);
  assert_int_equal(j.rides, 3); /* two changes */
  assert_int_equal(j.depart, AT(7, 0));
  assert_int_equal(j.arrive, AT(8, 35));
  assert_int_equal(go(&p, &q, "CLT", "HWC", AT(6, 0)).legs[0].arrive, AT(7, 40));
  ask_day(&p, &q, day_of(2026, 11, 8), WALK_TRANSFERS); /* Sunday: the main line does not run */
  assert_true(go(&p, &q, "CLT", "COL", AT(6, 0)).found);
  assert_false(go(&p, &q, "CLT", "HWC", AT(6, 0)).found);
  close_place(&p);
}

static void short_term_changes_to_trains_win_on_their_days(void **state) {
  (void)state;
  struct place_under_test p;
  struct asked q;
  open_trains(&p, NULL);
  ask_day(&p, &q, day_of(2026, 11, 9), WALK_TRANSFERS); /* overlay: ten minutes later */
  assert_int_equal(go(&p, &q, "CLT", "HWC", AT(6, 0)).arrive, AT(8, 50));
  ask_day(&p, &q, day_of(2026, 11, 10),
          WALK_TRANSFERS); /* cancelled: the 08:50, then the fixed link on foot */
  struct journey j = go(&p, &q, "CLT", "HWC", AT(6, 0));
  assert_int_equal(j.arrive, AT(10, 5));
  assert_int_equal(j.legs[j.n - 1].kind, LEG_WALK);
  close_place(&p);
}

static void station_change_times_fixed_links_and_midnight_trains(void **state) {
  (void)state;
  struct place_under_test p;
  struct asked q;
  open_trains(&p, NULL);
  assert_int_equal(p.r.stops[region_stop_find(&p.r, S("COL"))].change_s, 300);
  ask_day(&p, &q, day_of(2026, 11, 4), WALK_TRANSFERS);
  assert_int_equal(go(&p, &q, "CLT", "EXQ", AT(6, 0)).arrive,
                   AT(8, 45)); /* 10 minutes on from Harwich Town */
  assert_int_equal(go(&p, &q, "EXQ", "HWC", AT(6, 0)).arrive,
                   AT(7, 10)); /* the link opens at seven */
  assert_false(go(&p, &q, "EXQ", "HWC", AT(22, 30)).found);
  assert_int_equal(go(&p, &q, "COL", "CLT", AT(23, 0)).arrive, AT(24, 25));
  ask_day(&p, &q, day_of(2026, 12, 28),
          WALK_TRANSFERS); /* Boxing Day's substitute, a Monday: column 29 is X */
  assert_false(go(&p, &q, "COL", "CLT", AT(23, 0)).found);
  close_place(&p);
}

static void portions_that_divide_are_one_seat(void **state) {
  (void)state;
  struct place_under_test p;
  struct asked q;
  struct buf extra = buf_open(1 << 16);
  static const char *const rear[] = {"LOTHORPLS 0714 07141         TB",
                                     "LTMANNGTR 0745 07451     TF", NULL};
  schedule(&extra, "C00007", ALWAYS_DATES, "1111100", ' ', "P", rear);
  cif_line(&extra, "AANC00001C000072611012703311111100VVSTHORPLS  TP", "P");
  cif_line(&extra, "AANC00001C000072611032611030100000   THORPLS  T",
           "C"); /* not on Tuesday 3 November */
  buf_byte(&extra, 0);
  open_trains(&p, extra.p);
  buf_free(&extra);
  ask_day(&p, &q, day_of(2026, 11, 4), WALK_TRANSFERS);
  struct journey j = go(&p, &q, "CLT", "MNG", AT(6, 30));
  assert_int_equal(j.arrive, AT(7, 45));
  assert_int_equal(j.rides, 1);
  ask_day(&p, &q, day_of(2026, 11, 3),
          WALK_TRANSFERS); /* two minutes are too few to change at Thorpe */
  assert_int_equal(go(&p, &q, "CLT", "MNG", AT(6, 30)).arrive, AT(8, 0));
  close_place(&p);
}

static void portions_that_join_are_one_seat(void **state) {
  (void)state;
  struct place_under_test p;
  struct asked q;
  struct buf extra = buf_open(1 << 16);
  static const char *const front[] = {"LOMANNGTR 0640 06401         TB",
                                      "LTTHORPLS 0713 07131     TF", NULL};
  schedule(&extra, "C00008", ALWAYS_DATES, "1111100", ' ', "P", front);
  cif_line(&extra, "AANC00001C000082611012703311111100JJSTHORPLS  TP", "P");
  cif_line(&extra, "AANC00001C000082611032611030100000   THORPLS  T",
           "C"); /* not on Tuesday 3 November */
  buf_byte(&extra, 0);
  open_trains(&p, extra.p);
  buf_free(&extra);
  ask_day(&p, &q, day_of(2026, 11, 4), WALK_TRANSFERS);
  struct journey j = go(&p, &q, "MNG", "COL", AT(6, 30));
  assert_int_equal(j.arrive, AT(7, 40));
  assert_int_equal(j.rides, 1);
  ask_day(&p, &q, day_of(2026, 11, 3), WALK_TRANSFERS); /* one minute is too little to change */
  assert_false(go(&p, &q, "MNG", "COL", AT(6, 30)).found);
  close_place(&p);
}

static void without_a_rail_file_every_answer_says_so(void **state) {
  (void)state;
  struct place_under_test p;
  open_dirty(&p);
  assert_true(str_contains(trains_note(&p.r), S("Trains not included")));
  assert_true(said(&p, "Trains not included") || !p.r.meta->has_rail);
  close_place(&p);
  open_trains(&p, NULL);
  assert_int_equal(trains_note(&p.r).n, 0);
  close_place(&p);
}

/* ---- shifts, nurseries, fares, holidays ---- */

static void both_legs_of_a_shift_name_the_weakest_link(void **state) {
  (void)state;
  struct place_under_test p;
  struct shift_day d[SHIFT_DAYS];
  struct why why = {0};
  open_dirty(&p);
  struct shift_ask ask = {.r = &p.r,
                          .start = AT(6, 30),
                          .end = AT(22, 0),
                          .cap_s = 4 * 3600,
                          .walking = {.mode = WALK_TRANSFERS},
                          .what_if = true};
  assert_true(place_find(&p.r, S("A"), &ask.home, &why) &&
              place_find(&p.r, S("C"), &ask.work, &why));
  assert_int_equal(shift_week(&ask, day_of(2026, 11, 4), ENGLAND_WALES, d, &p.a, &why), 8);
  assert_true(d[2].in.can && d[2].home.can); /* Wednesday */
  assert_int_equal(d[2].home.way.arrive, AT(24, 40));
  assert_true(d[2].home.missed_too_late);
  assert_true(str_contains(shift_weakest(&ask, &d[2], true, &p.a), S("is the last way")));
  assert_true(str_contains(shift_weakest(&ask, &d[2], false, &p.a), S("07:20")));
  assert_false(d[6].home.can); /* Sunday */
  assert_true(d[6].in.help.service_s == AT(9, 20) - AT(6, 30));
  assert_true(str_eq(d[7].holiday, S("Christmas Day")));
  assert_false(d[7].in.can);
  close_place(&p);
}

static void a_nursery_on_the_way_must_fit_its_hours(void **state) {
  (void)state;
  struct place_under_test p;
  struct shift_day d;
  struct why why = {0};
  open_dirty(&p);
  struct shift_ask ask = {.r = &p.r,
                          .start = AT(7, 30),
                          .end = AT(23, 0),
                          .cap_s = 4 * 3600,
                          .walking = {.mode = WALK_TRANSFERS}};
  assert_true(place_find(&p.r, S("A"), &ask.home, &why) &&
              place_find(&p.r, S("C"), &ask.work, &why));
  ask.nursery =
      (struct nursery){.asked = true, .opens = AT(6, 30), .closes = AT(18, 0), .handover_s = 900};
  assert_true(place_find(&p.r, S("B"), &ask.nursery.at, &why));
  assert_true(shift_day(&ask, day_of(2026, 11, 4), &d, &p.a, &why));
  assert_true(d.in.can); /* 06:00 to the nursery, handed over after 06:30, on at 07:10 */
  assert_int_equal(d.in.first.depart, AT(6, 0));
  assert_int_equal(d.in.way.depart, AT(7, 10));
  ask.nursery.opens = AT(7, 5);
  assert_true(shift_day(&ask, day_of(2026, 11, 4), &d, &p.a, &why));
  assert_true(!d.in.can && d.in.nursery_shut);
  close_place(&p);
}

static void fares_are_dated_rules_and_unknown_is_never_nothing(void **state) {
  (void)state;
  struct arena a = arena_open(1 << 22);
  struct fares f;
  struct why why = {0};
  static const char table[] = "valid_from,valid_until,operator,kind,pence,who,label,source\n"
                              "2026-01-01,2026-12-31,X,single,100,,,t\n2026-01-01,2026-12-31,X,day,"
                              "170,,,t\n2026-01-01,2026-12-31,X,week,600,,,t\n"
                              "2026-01-01,2026-12-31,X,single,40,half,,t\n2026-01-01,2026-12-31,*,"
                              "day,250,,,t\n2026-01-01,2026-12-31,Y,single,300,,,t\n";
  assert_true(fare_read(&a, csv_open_str(&a, str_of(table)), &f, &why));
  struct fare_week w = {.monday = day_of(2026, 11, 2)};
  for (int d = 0; d < 3; d++) fare_add_ride(&w, d, S("X")), fare_add_ride(&w, d, S("X"));
  assert_int_equal(fare_for_week(&f, &w, &a).pence, 510);
  fare_add_ride(&w, 3, S("X")), fare_add_ride(&w, 3, S("X"));
  assert_int_equal(fare_for_week(&f, &w, &a).pence, 600); /* the week ticket */
  fare_add_ride(&w, 0, S("Y"));
  assert_int_equal(fare_for_week(&f, &w, &a).pence,
                   250 + 3 * 170); /* the ticket for all on Monday */
  struct str half = S("half");
  w.who = (struct strs){&half, 1};
  assert_int_equal(fare_for_week(&f, &w, &a).pence, 250 + 3 * 80);
  fare_add_ride(&w, 0, S("Z"));
  assert_int_equal(fare_for_week(&f, &w, &a).known,
                   true); /* the ticket for all covers Z on Monday */
  fare_add_ride(&w, 6, S("Z"));
  w.monday = day_of(2027, 11, 1);
  struct fare_answer gone = fare_for_week(&f, &w, &a);
  assert_false(gone.known);
  assert_true(gone.missing.n > 0);
  assert_false(fare_read(&a, csv_open_str(&a, S("operator,kind,pence\nX,monthly,5\n")), &f, &why));
  arena_close(&a);
}

static void bank_holidays_by_nation(void **state) {
  (void)state;
  assert_int_equal(easter_sunday(2026), day_of(2026, 4, 5));
  assert_true(holiday_name(day_of(2026, 12, 28), ENGLAND_WALES).n > 0);
  assert_true(holiday_name(day_of(2021, 12, 27), ENGLAND_WALES).n > 0);
  assert_true(holiday_name(day_of(2021, 12, 28), ENGLAND_WALES).n > 0);
  assert_true(holiday_name(day_of(2022, 1, 3), ENGLAND_WALES).n > 0);
  assert_true(holiday_name(day_of(2022, 1, 4), SCOTLAND).n > 0);
  assert_true(holiday_name(day_of(2022, 5, 30), ENGLAND_WALES).n == 0);
  assert_true(holiday_name(day_of(2026, 8, 31), ENGLAND_WALES).n > 0);
  assert_true(holiday_name(day_of(2026, 8, 31), SCOTLAND).n == 0);
  assert_true(holiday_name(day_of(2026, 11, 4), ENGLAND_WALES).n == 0);
  /* Only in the published list: proclaimed for one nation. */
  assert_true(str_eq(holiday_name(day_of(2026, 6, 15), SCOTLAND), S("World Cup bank holiday")));
  assert_int_equal(holiday_name(day_of(2026, 6, 15), ENGLAND_WALES).n, 0);
}

static void grid_references_land_where_they_should(void **state) {
  (void)state;
  /* OS guide's worked example: TG 51409 13177 is 52.65757 N, 1.71792 E on WGS84 (to about 5 m). */
  struct point p = geo_from_grid(651409.903, 313177.270);
  assert_true(geo_metres(p, point_of(52.657979, 1.716052)) < 10);
}

/* ---- walking by line: barriers, own speed ---- */

static void a_river_is_not_walked_across(void **state) {
  (void)state;
  struct place_under_test p;
  struct asked q;
  struct why why = {0};
  open_place(&p);
  assert_true(gtfs(&p, dirty, countof(dirty), &why));
  struct segment river = {point_of(51.4995, -3.01), point_of(51.4995, -2.99)};
  *slice_push(&p.net.keep, &p.net.barriers, &p.net.barriers_cap) = river;
  finish_place(&p);
  ask_day(&p, &q, day_of(2026, 11, 4), WALK_LINE);
  assert_true(go(&p, &q, "51.502,-3.0", "C", AT(5, 30)).found);
  struct journey j =
      go(&p, &q, "51.498,-3.0", "C", AT(5, 30)); /* 220 m from stop A, over the river */
  assert_true(!j.found || j.depart < AT(6, 0) - 600);
  int32_t brisk = walk_seconds((struct walking){.mm_per_s = 0}, 5000),
          slow = walk_seconds((struct walking){.mm_per_s = 700}, 5000);
  assert_int_equal(brisk, 376);
  assert_int_equal(slow, 715);
  close_place(&p);
}

/* ---- real places, where they are ---- */

static const char canon[] = "../shared/data/place/canon-newport/",
                  newport[] = "../shared/data/place/newport/";

static bool missing(const char *path) {
  if (file_exists(path)) return false;
  printf("skipped: %s is not here\n", path);
  return true;
}

static int command(const char *first, ...) {
  char *argv[32] = {(char *)(uintptr_t) "reach"};
  int argc = 1;
  va_list more;
  va_start(more, first);
  for (const char *s = first; s && argc < 31; s = va_arg(more, const char *))
    argv[argc++] = (char *)(uintptr_t)s;
  va_end(more);
  return reach_command(argc, argv);
}

static struct str bytes_of(struct arena *a, const char *path) {
  struct str s = {0};
  struct why why;
  assert_true(file_read(a, path, 1 << 24, &s, &why));
  return s;
}

/* The same feed gives the same bytes; a feed that cannot be used leaves the region that was; an
 * altered region is refused, and where there was none nothing is left. */
static void a_build_that_fails_leaves_what_was(void **state) {
  (void)state;
  struct arena a = arena_open((size_t)64 << 20);
  struct why why;
  char feed[64], out[64], none[64];
  snprintf(feed, sizeof feed, "/tmp/reach-f-%d.zip", (int)getpid());
  snprintf(out, sizeof out, "/tmp/reach-r-%d.reach", (int)getpid());
  snprintf(none, sizeof none, "/tmp/reach-n-%d.reach", (int)getpid());
  struct str zip = zip_of(&a, dirty, countof(dirty));
  assert_true(file_write(feed, zip, &why));
  assert_int_equal(command("build", "--gtfs", feed, "--out", out, NULL), 0);
  struct str was = bytes_of(&a, out);
  assert_int_equal(command("build", "--gtfs", feed, "--out", out, NULL), 0);
  assert_true(str_eq(bytes_of(&a, out), was));
  assert_true(file_write(feed, str_slice(zip, 0, zip.n / 2), &why));
  assert_int_not_equal(command("build", "--gtfs", feed, "--out", out, NULL), 0);
  assert_true(str_eq(bytes_of(&a, out), was));
  assert_int_not_equal(command("build", "--gtfs", feed, "--out", none, NULL), 0);
  assert_false(file_exists(none));
  struct str altered = str_copy(&a, was);
  *(char *)(uintptr_t)(altered.p + altered.n / 2) ^= 1;
  assert_true(file_write(out, altered, &why));
  assert_int_not_equal(command("journey", "--region", out, "--from", "A", "--to", "C", "--depart",
                               "06:00", "--date", "2026-11-04", NULL),
                       0);
  assert_true(file_write(out, was, &why)); /* and so it was the change that was refused */
  assert_int_equal(command("journey", "--region", out, "--from", "A", "--to", "C", "--depart",
                           "06:00", "--date", "2026-11-04", NULL),
                   0);
  unlink(feed);
  unlink(out);
  arena_close(&a);
}

static int64_t number(const struct csv_row *row, int c) {
  int64_t v = -1;
  str_to_i64(csv_cell(row, c), &v);
  return v;
}

/* The questions in the form the command reads. */
static void canon_questions(struct arena *a, const char *to) {
  struct why why;
  struct csv_row row;
  struct buf out = buf_open(1 << 20);
  struct csv *csv = csv_open_file(a, str_c(a, str_format(a, "%squeries.csv", canon)), &why);
  assert_true(csv_headers(csv, &why));
  buf_put(&out, S("from_stop,depart\n"));
  while (csv_next(csv, &row, &why) == CSV_ROW)
    buf_format(&out, "S%lld,%.*s\n", (long long)number(&row, 0),
               P(clock_text(a, (int32_t)number(&row, 1))));
  csv_close(csv);
  assert_true(file_write(to, buf_str(&out), &why));
  buf_free(&out);
}

static struct str answer_key(struct arena *a, struct str from, int32_t depart, struct str stop) {
  return str_format(a, "%.*s %d %.*s", P(from), depart, P(stop));
}

static void canon_newport_is_equal_on_every_row(void **state) {
  (void)state;
  struct arena a = arena_open((size_t)1 << 30);
  char questions[64], answers[64];
  snprintf(questions, sizeof questions, "/tmp/reach-q-%d.csv", (int)getpid());
  snprintf(answers, sizeof answers, "/tmp/reach-a-%d.csv", (int)getpid());
  struct str feed = str_format(&a, "%sgtfs.zip", canon);
  if (missing(str_c(&a, feed))) {
    arena_close(&a);
    skip();
  }
  canon_questions(&a, questions);
  assert_int_equal(command("times", "--feed", str_c(&a, feed), "--date", "2023-06-14", "--walk",
                           "transfers", "--queries", questions, "--out", answers, NULL),
                   0);
  struct ids ids = {.a = &a};
  struct {
    int32_t *p;
    size_t n;
  } at = {0};
  size_t cap = 0, rows = 0, wrong = 0;
  struct why why;
  struct csv_row row;
  struct csv *csv = csv_open_file(&a, answers, &why);
  assert_true(csv_headers(csv, &why));
  while (csv_next(csv, &row, &why) == CSV_ROW) {
    int32_t depart = 0, arrival = 0;
    assert_true(clock_parse(csv_cell(&row, 1), &depart) &&
                clock_parse(csv_cell(&row, 3), &arrival));
    ids_put(&ids, answer_key(&a, csv_cell(&row, 0), depart, csv_cell(&row, 2)));
    *slice_push(&a, &at, &cap) = arrival;
  }
  csv_close(csv);
  csv = csv_open_file(&a, str_c(&a, str_format(&a, "%sanswers-part.csv", canon)), &why);
  assert_true(csv_headers(csv, &why));
  for (; csv_next(csv, &row, &why) == CSV_ROW; rows++) {
    struct str from = str_format(&a, "S%lld", (long long)number(&row, 0)),
               stop = str_format(&a, "S%lld", (long long)number(&row, 2));
    uint32_t k = ids_find(&ids, answer_key(&a, from, (int32_t)number(&row, 1), stop));
    wrong += k == REACH_NONE || at.p[k] != (int32_t)number(&row, 3);
  }
  csv_close(csv);
  printf("canon-newport: %zu rows, %zu wrong\n", rows, wrong);
  assert_true(rows >= 20000);
  assert_int_equal(wrong, 0);
  unlink(questions);
  unlink(answers);
  arena_close(&a);
}

static void newport_end_to_end(void **state) {
  (void)state;
  struct arena a = arena_open((size_t)1 << 30);
  struct build_ask ask = {.n_gtfs = 1, .first_day = DAY_NONE};
  struct str zip = str_format(&a, "%snewport-20230613_gtfs.zip", newport);
  if (missing(str_c(&a, zip))) {
    arena_close(&a);
    skip();
  }
  ask.gtfs = &zip;
  ask.osm = str_format(&a, "%snewport-2023-06-13.osm.pbf", newport);
  ask.postcodes = str_format(&a, "%spostcodes.csv", newport);
  struct place_under_test p;
  struct why why = {0};
  open_place(&p);
  if (!net_import(&p.net, &ask, &why)) fail_msg("%s", why.text);
  finish_place(&p);
  assert_int_equal(p.r.n_postcodes, 8170);
  assert_true(p.r.n_nodes > 10000 && p.r.n_osm_walks > 1000);
  for (int mode = WALK_LINE; mode <= WALK_OSM; mode++) {
    struct asked q;
    ask_day(&p, &q, day_of(2023, 6, 14), (enum walk_mode)mode);
    if (mode == WALK_OSM) q.path.streets = streets_open(&p.r, &p.a);
    assert_true(place_find(&p.r, S("np1 9as"), &q.path.from, &why) &&
                place_find(&p.r, S("NP203EA"), &q.path.to, &why));
    struct journey j = path_arrive(&q.path, AT(9, 0), &p.a);
    assert_true(j.found && j.arrive <= AT(9, 0) && j.rides == 1);
    struct buf words = buf_open(1 << 16);
    journey_words(&q.path, &j, &words);
    assert_true(str_contains(buf_str(&words), S("bus R1 (Stagecoach South Wales)")));
    buf_free(&words);
    struct journey missed = path_if_missed(&q.path, &j, &p.a);
    assert_true(missed.found && missed.depart > j.depart && missed.arrive > AT(9, 0));
  }
  close_place(&p);
  arena_close(&a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_dirty_feed_is_mended_and_said_in_sentences),
      cmocka_unit_test(sundays_the_last_bus_and_the_small_hours),
      cmocka_unit_test(a_wheelchair_is_never_sent_where_it_is_refused),
      cmocka_unit_test(what_cannot_be_trusted_is_refused_in_a_sentence),
      cmocka_unit_test(staying_on_a_bus_that_changes_its_number_is_no_change),
      cmocka_unit_test(a_day_outside_the_timetable_says_what_it_covers),
      cmocka_unit_test(s64_clacton_to_harwich_takes_two_changes_by_train),
      cmocka_unit_test(short_term_changes_to_trains_win_on_their_days),
      cmocka_unit_test(station_change_times_fixed_links_and_midnight_trains),
      cmocka_unit_test(portions_that_divide_are_one_seat),
      cmocka_unit_test(portions_that_join_are_one_seat),
      cmocka_unit_test(without_a_rail_file_every_answer_says_so),
      cmocka_unit_test(both_legs_of_a_shift_name_the_weakest_link),
      cmocka_unit_test(a_nursery_on_the_way_must_fit_its_hours),
      cmocka_unit_test(fares_are_dated_rules_and_unknown_is_never_nothing),
      cmocka_unit_test(bank_holidays_by_nation),
      cmocka_unit_test(grid_references_land_where_they_should),
      cmocka_unit_test(a_river_is_not_walked_across),
      cmocka_unit_test(a_build_that_fails_leaves_what_was),
      cmocka_unit_test(canon_newport_is_equal_on_every_row),
      cmocka_unit_test(newport_end_to_end),
  };
  return cmocka_run_group_tests_name("reach", tests, NULL, NULL);
}
