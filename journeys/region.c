/* region: the timetable of an installation as its operator meets it: a command that reads files in,
 * what doctor says, the demo's own, and making it again when it is lost. */
#include <stdio.h>
#include <unistd.h>
#include "base/args.h"
#include "db/here.h"
#include "journeys/inside.h"
#include "seaborough/seaborough.h"

enum { LOST_LOOK_MS = 5000, TABLE_LOOK_MS = 600000, SAYS_BYTES_MAX = 1 << 20 };
static const char usage[] =
    "waymark timetable FILE.zip... [--rail ttis.zip] [--osm FILE.pbf] "
    "[--no-cross FILE] --data DIR\n"
    "  reads bus and train times into the installation: GTFS zips (Bus "
    "Open Data Service), the rail\n"
    "  timetable as Great Britain publishes it (CIF), streets for walking, "
    "lines nobody can cross.\n"
    "waymark timetable jobs FILE.csv | childcare FILE.csv [--source WORDS] --data DIR\n"
    "  places to reach beside help: columns name, lat, long, and for jobs people.\n"
    "waymark timetable fares FILE.csv --data DIR\n"
    "  what rides cost: columns valid_from, valid_until, operator, kind, pence, who, label, "
    "source.\n"
    "waymark timetable compare FILE.zip... --name WORDS [--rail ...] [--osm ...] --data DIR\n"
    "  another timetable beside the one in use; who gains and who loses stands under "
    "/coverage/reach/compare.\n"
    "waymark timetable --data DIR    says what is loaded.\n";

void journeys_use(struct str data_folder) { region_use(data_folder); }

/* `waymark timetable jobs|childcare FILE.csv [--source WORDS]`: places to reach that are no help.
 */
static int read_targets(struct args *args, struct str kind, struct arena *a) {
  struct why why = {{0}};
  struct str file, source;
  int64_t n = -1;
  if (!args_value(args, "--source", &source)) source = S("not said");
  if (!args_word(args, &file) || !args_done(args, &why)) {
    fputs(usage, stderr);
    return 2;
  }
  struct csv *rows = csv_open_file(a, str_c(a, file), &why);
  struct db *db = rows && csv_headers(rows, &why) ? db_open_here(&why) : NULL;
  if (db) n = reach_targets_import(db, a, kind, rows, source, &why);
  if (db) db_close(db);
  if (rows) csv_close(rows);
  if (n < 0)
    fprintf(stderr, "waymark: %s Nothing was changed.\n", why.text);
  else
    printf("%lld places read.\n", (long long)n);
  return n < 0;
}

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

/* `waymark timetable fares FILE.csv`. */
static int read_fares(struct args *args, struct arena *a, struct buf *says) {
  struct why why = {{0}};
  struct str file;
  if (!args_word(args, &file) || !args_done(args, &why)) {
    fputs(usage, stderr);
    return 2;
  }
  bool ok = fares_keep(str_c(a, file), says, &why);
  if (ok)
    printf("%.*s", P(buf_str(says)));
  else
    fprintf(stderr, "waymark: %s Nothing was changed.\n", why.text);
  return !ok;
}

/* `waymark timetable compare FILE.zip... --name WORDS`. */
static int compare(struct args *args, struct arena *a, struct buf *says) {
  struct why why = {{0}};
  struct region_sources from;
  struct str name = {0};
  struct progress progress = progress_terminal();
  args_value(args, "--name", &name);
  if (!read_words(args, &from, &why)) {
    fprintf(stderr, "waymark: %s\n%s", why.text, usage);
    return 2;
  }
  struct db *db = db_open_here(&why);
  bool ok = db && reach_compare_add(db, a, db_here()->folder, name, &from, here_now(),
                                    isatty(2) ? &progress : NULL, says, &why);
  if (db) db_close(db);
  if (ok)
    printf("%.*sIts minutes are worked out while the server runs.\n", P(buf_str(says)));
  else
    fprintf(stderr, "waymark: %s Nothing was changed.\n", why.text);
  return !ok;
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
  bool jobs = argc > 1 && strcmp(argv[1], "jobs") == 0;
  if (jobs || (argc > 1 && strcmp(argv[1], "childcare") == 0)) {
    struct args rest = args_of(argc - 1, argv + 1);
    arena_close(&a), a = arena_open((size_t)256 << 20);
    status = read_targets(&rest, jobs ? S("jobs") : S("childcare"), &a);
  } else if (argc > 1 && strcmp(argv[1], "compare") == 0) {
    struct args rest = args_of(argc - 1, argv + 1);
    status = compare(&rest, &a, &says);
  } else if (argc > 1 && strcmp(argv[1], "fares") == 0) {
    struct args rest = args_of(argc - 1, argv + 1);
    status = read_fares(&rest, &a, &says);
  } else if (args_flag(&args, "--help"))
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

/* Once a night, and soon after a first region is there. */
static bool table_due(struct db *db, instant_t now) {
  enum { NIGHT_MINUTE = 150 };
  static uint64_t looked_us;
  uint64_t at = clock_monotonic_us();
  struct local local = instant_local_uk(now);
  day_t made = DAY_NONE;
  struct rows r;
  if (looked_us && at - looked_us < (uint64_t)TABLE_LOOK_MS * 1000) return false;
  looked_us = at;
  struct arena a = arena_open(1 << 20);
  bool known = a.start && region_loaded().loaded &&
               db_one(&r, db, &a, SQL("select made_on from reach_state where id = 1"));
  if (known) made = row_day(&r, 0), db_done(&r);
  if (a.start) arena_close(&a);
  return known && (made == DAY_NONE || (made < local.day && local.minute >= NIGHT_MINUTE));
}

static void ask_for(struct db *db, const char *kind, instant_t now) {
  struct arena a = arena_open(1 << 20);
  if (!a.start) return;
  db_begin(db, STORE_MAIN);
  if (job_add(db, &a, kind, S("{}"), now, INSTANT_NONE, str_of(kind)))
    (void)!db_commit(db, STORE_MAIN);
  else
    db_rollback(db, STORE_MAIN);
  arena_close(&a);
}

void journeys_tend(struct db *db, instant_t now) {
  static uint64_t looked_us;
  uint64_t at = clock_monotonic_us();
  if (table_due(db, now)) ask_for(db, "reach areas", now), reach_compare_again(db, now);
  if (looked_us && at - looked_us < (uint64_t)LOST_LOOK_MS * 1000) return;
  looked_us = at;
  if (region_lost()) ask_for(db, "region", now);
}

/* ---- The demo's own: Seaborough's buses, through the same door as a real place's. */

static bool demo_targets(struct db *db, const struct seaborough *s, struct arena *a,
                         struct why *why) {
  struct buf jobs = buf_open((size_t)4 << 20), childcare = buf_open((size_t)4 << 20);
  struct str source = S("Invented: Seaborough is no real place");
  sb_employers_csv(s, &jobs), sb_nurseries_csv(s, &childcare);
  struct csv *of[] = {csv_open_str(a, buf_str(&jobs)), csv_open_str(a, buf_str(&childcare))};
  bool ok = csv_headers(of[0], why) && csv_headers(of[1], why) &&
            reach_targets_import(db, a, S("jobs"), of[0], source, why) >= 0 &&
            reach_targets_import(db, a, S("childcare"), of[1], source, why) >= 0;
  csv_close(of[0]), csv_close(of[1]);
  buf_free(&jobs), buf_free(&childcare);
  return ok;
}

/* Invented like the town, and saying so. */
static bool demo_fares(struct arena *a, day_t today, struct why *why) {
  struct str from = day_iso(a, today - 60), until = day_iso(a, today + 300);
  struct str path = str_format(a, "%.*s/fares-invented.csv", P(db_here()->folder));
  struct buf csv = buf_open(1 << 16), says = buf_open(1 << 16);
  const struct {
    const char *company, *kind, *label;
    int pence;
  } fare[] = {{"Seaborough Buses (invented)", "single", "Single", 190},
              {"Seaborough Buses (invented)", "day", "Day ticket", 450},
              {"Seaborough Buses (invented)", "week", "Week ticket", 1700},
              {"Seaborough Rail (invented)", "single", "Single", 320}};
  buf_put(&csv, S("valid_from,valid_until,operator,kind,pence,who,label,source\n"));
  for (size_t i = 0; i < countof(fare); i++)
    buf_format(&csv, "%.*s,%.*s,%s,%s,%d,,%s,invented for Seaborough\n", P(from), P(until),
               fare[i].company, fare[i].kind, fare[i].pence, fare[i].label);
  bool ok =
      file_write(str_c(a, path), buf_str(&csv), why) && fares_keep(str_c(a, path), &says, why);
  (void)!unlink(str_c(a, path));
  buf_free(&csv), buf_free(&says);
  return ok;
}

bool journeys_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                   struct why *why) {
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
  ok = ok && demo_fares(a, instant_local_uk(now).day, why) && demo_targets(db, s, a, why) &&
       reach_compare_demo(db, a, s, now, why);
  (void)!unlink(str_c(a, path)); /* a copy is among the region's sources */
  buf_free(&zip);
  return ok;
}
