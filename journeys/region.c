/* region: the timetable of an installation as its operator meets it: a command that reads files in,
 * what doctor says, the demo's own, and making it again when it is lost. */
#include <stdio.h>
#include <unistd.h>
#include "base/args.h"
#include "db/here.h"
#include "journeys/inside.h"
#include "seaborough/seaborough.h"

enum { LOST_LOOK_MS = 5000, SAYS_BYTES_MAX = 1 << 20 };
static const char usage[] = "waymark timetable FILE.zip... [--rail ttis.zip] [--osm FILE.pbf] "
                            "[--no-cross FILE] --data DIR\n"
                            "  reads bus and train times into the installation: GTFS zips (Bus "
                            "Open Data Service), the rail\n"
                            "  timetable as Great Britain publishes it (CIF), streets for walking, "
                            "lines nobody can cross.\n"
                            "waymark timetable --data DIR    says what is loaded.\n";

void journeys_use(struct str data_folder) { region_use(data_folder); }

static bool read_words(struct args *args, struct region_sources *out, struct why *why) {
  struct str word;
  *out = (struct region_sources){0};
  args_value(args, "--rail", &out->rail);
  args_value(args, "--osm", &out->osm);
  args_value(args, "--no-cross", &out->no_cross);
  while (args_value(args, "--gtfs", &word) || args_word(args, &word)) {
    if (out->n_gtfs == REGION_FEEDS_MAX)
      return why_say(why, "At most %d timetables make one region.", (int)REGION_FEEDS_MAX);
    out->gtfs[out->n_gtfs++] = word;
  }
  return args_done(args, why);
}

static struct str standing(struct arena *a) {
  struct region_loaded r = region_loaded();
  if (!r.loaded && region_expected())
    return S("The bus times kept here cannot be read. Make them again: waymark timetable FILE.zip, "
             "or start the server, which does it.");
  if (!r.loaded) return S("No bus times are loaded: pages show no minutes.");
  return str_format(a, "Bus times: %u stops, %u journeys, %.*s to %.*s.%s%s", r.stops, r.trips,
                    P(day_words(a, r.first)), P(day_words(a, r.last)),
                    r.trains ? "" : " Trains not included.",
                    r.streets ? "" : " Walking is counted in straight lines.");
}

int journeys_region_command(int argc, char **argv) {
  struct args args = args_of(argc, argv);
  struct arena a = arena_open(1 << 24);
  struct buf says = buf_open(SAYS_BYTES_MAX);
  struct region_sources from;
  struct why why = {{0}};
  struct progress progress = progress_terminal();
  int status = 0;
  region_use(db_here()->folder);
  if (args_flag(&args, "--help"))
    fputs(usage, stdout);
  else if (!read_words(&args, &from, &why))
    fprintf(stderr, "waymark: %s\n%s", why.text, usage), status = 2;
  else if ((from.n_gtfs || from.rail.n) &&
           !region_make(&from, isatty(2) ? &progress : NULL, &says, &why))
    fprintf(stderr, "waymark: %s Nothing was changed.\n", why.text), status = 1;
  else
    printf("%.*s%.*s\n", P(buf_str(&says)), P(standing(&a)));
  progress_terminal_end();
  buf_free(&says);
  arena_close(&a);
  return status;
}

int journeys_doctor(struct db *db, struct arena *a, instant_t now, struct buf *out) {
  enum { SOON_DAYS = 14 };
  (void)db;
  region_use(db_here()->folder);
  struct region_loaded r = region_loaded();
  day_t today = instant_local_uk(now).day;
  buf_format(out, "%.*s\n", P(standing(a)));
  if (r.loaded && r.last < today + SOON_DAYS)
    buf_put(out, S("The bus times end within two weeks. Read in newer ones: waymark timetable "
                   "FILE.zip.\n"));
  return (!r.loaded && region_expected()) || (r.loaded && r.last < today);
}

/* ---- Made again when it is lost. */

enum job_end journeys_remake(struct job *job, struct why *why) {
  if (!region_lost()) return JOB_DONE;
  return region_remake(job->progress, why) ? JOB_DONE : JOB_FAILED;
}

void journeys_tend(struct db *db, instant_t now) {
  static uint64_t looked_us;
  uint64_t at = clock_monotonic_us();
  if (looked_us && at - looked_us < (uint64_t)LOST_LOOK_MS * 1000) return;
  looked_us = at;
  if (!region_lost()) return;
  struct arena a = arena_open(1 << 20);
  db_begin(db, STORE_MAIN);
  int64_t id = job_add(db, &a, "region", S("{}"), now, INSTANT_NONE, S("region"));
  if (id)
    (void)!db_commit(db, STORE_MAIN);
  else
    db_rollback(db, STORE_MAIN);
  arena_close(&a);
}

/* ---- The demo's own: Seaborough's buses, through the same door as a real place's. */

bool journeys_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                   struct why *why) {
  (void)db;
  struct buf zip = buf_open((size_t)64 << 20);
  const struct db_where *where = db_here();
  if (!where || !where->folder.n) return true; /* a test without a data folder */
  region_use(where->folder);
  const struct seaborough *s = seaborough_make(a, seed, instant_local_uk(now).day);
  struct str path = str_format(a, "%.*s/seaborough-invented.gtfs.zip", P(where->folder));
  struct region_sources from = {.gtfs = {path}, .n_gtfs = 1};
  progress_step(p, "Bus times (invented)", "timetables", 1);
  bool ok = sb_gtfs_zip(s, a, &zip, why) && file_write(str_c(a, path), buf_str(&zip), why) &&
            region_make(&from, NULL, NULL, why);
  progress_end(p, 1);
  (void)!unlink(str_c(a, path)); /* a copy is among the region's sources */
  buf_free(&zip);
  return ok;
}
