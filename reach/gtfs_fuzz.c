/* Fuzz: any bytes as a GTFS zip. When they are no zip, as one table of a feed whose other tables
 * are good, so that the fuzzer need not make checksums. What imports must build, open and answer.
 */
#include <stdlib.h>
#include "reach/scan.h"
#include "reach/net.h"
#include "reach/zip_test.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(struct net *n) {
  struct buf out = buf_open((size_t)1 << 28);
  struct region r;
  struct why why;
  if (n->trips.n < 2000 && net_build(n, &out, &why)) {
    struct arena a = arena_open((size_t)1 << 28);
    struct day d;
    if (!region_over(&r, buf_str(&out), &why)) abort();
    if (day_open(&d, &r,
                 (struct day_ask){.date = r.meta->first_day, .next_until_s = DAY_NEXT_UNTIL}, &a,
                 &why) &&
        r.n_stops) {
      struct scan *s = scan_open(&d, &a);
      struct seeds seeds = seeds_from_stop(&d, (struct walking){.mode = WALK_LINE}, 0, false, &a);
      struct scan_ask ask = {
          .day = &d, .lanes = 1, .walking = {.mode = WALK_LINE}, .count_rides = true};
      ask.seeds[0] = &seeds;
      scan_run(s, &ask);
    }
    arena_close(&a);
  }
  buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char *const names[] = {"stops.txt",       "trips.txt",         "stop_times.txt",
                                      "routes.txt",      "calendar.txt",      "transfers.txt",
                                      "frequencies.txt", "calendar_dates.txt"};
  struct member m[] = {
      {"stops.txt", "stop_id,stop_name,stop_lat,stop_lon\nA,A,51.5,-3\nB,B,51.51,-3\n"},
      {"trips.txt", "route_id,service_id,trip_id\nr,W,t\n"},
      {"stop_times.txt", "trip_id,stop_sequence,stop_id,arrival_time,departure_time\nt,1,A,06:00:"
                         "00,06:00:00\nt,2,B,06:10:00,06:10:00\n"},
      {"routes.txt", "route_id,route_short_name,route_type\nr,1,3\n"},
      {"calendar.txt", "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_"
                       "date,end_date\nW,1,1,1,1,1,1,1,20261102,20261130\n"},
      {"transfers.txt", "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nA,B,2,60\n"},
      {"frequencies.txt", ""},
      {"calendar_dates.txt", ""}};
  struct arena a = arena_open((size_t)1 << 28);
  struct net n;
  struct why why = {0};
  if (size > 1 << 20 || size < 2) return arena_close(&a), 0;
  struct str bytes = {(const char *)data, size};
  if (!str_starts(bytes, S("PK"))) {
    size_t which = data[0] % countof(names);
    m[which].text = str_c(&a, str_slice(bytes, 1, size));
    bytes = zip_of(&a, m, countof(m));
  }
  if (net_open(&n, NULL, &why)) {
    if (net_gtfs_bytes(&n, bytes, "fuzz.zip", &why))
      use(&n);
    else if (!why.text[0])
      abort(); /* refused without a sentence */
    net_close(&n);
  }
  arena_close(&a);
  return 0;
}
