/* place_files: `waymark seaborough`: the invented place as the files a real one would hand over, so
 * that every import can be tried on something that belongs to nobody. */
#include <stdio.h>
#include "app/commands.h"
#include "base/args.h"
#include "db/here.h"
#include "seaborough/seaborough.h"

enum { FILE_BYTES_MAX = 256 << 20, PLACE_ARENA_BYTES = 512 << 20, SEED = 1 };

struct ask {
  struct str folder;
  int64_t seed;
  day_t today;
};

static bool put_file(const struct seaborough *s, struct arena *a, struct str name, struct buf *out,
                     struct why *why) {
  if (str_eq(name, S("timetable.gtfs.zip"))) return sb_gtfs_zip(s, a, out, why);
  if (str_eq(name, S("postcodes.csv"))) sb_postcodes_csv(s, out);
  if (str_eq(name, S("lsoa.geojson"))) sb_areas_geojson(s, SB_LSOA, out);
  if (str_eq(name, S("wards.geojson"))) sb_areas_geojson(s, SB_WARD, out);
  if (str_eq(name, S("districts.geojson"))) sb_areas_geojson(s, SB_DISTRICT, out);
  if (str_eq(name, S("region.geojson"))) sb_areas_geojson(s, SB_REGION, out);
  if (str_eq(name, S("services.csv"))) sb_services_csv(s, out);
  if (str_eq(name, S("nurseries.csv"))) sb_nurseries_csv(s, out);
  if (str_eq(name, S("employers.csv"))) sb_employers_csv(s, out);
  if (str_eq(name, S("planted.csv"))) sb_planted_csv(s, out);
  return !out->full || why_say(why, "%.*s would be larger than is made here.", P(name));
}

/* A file that is there stays as it is: somebody may be working with it. */
static bool write_one(const struct seaborough *s, struct arena *a, const struct ask *ask,
                      struct str name, struct why *why) {
  struct arena scratch = *a;
  const char *path =
      str_c(&scratch, str_format(&scratch, "%.*s/%.*s", P(ask->folder), P(name)));
  if (file_exists(path)) {
    printf("%s is there already and was left as it is.\n", path);
    return true;
  }
  struct buf b = buf_open(FILE_BYTES_MAX);
  bool ok = put_file(s, &scratch, name, &b, why) && file_write(path, buf_str(&b), why);
  if (ok) printf("%s: %zu bytes\n", path, b.n);
  buf_free(&b);
  return ok;
}

static bool write_all(const struct ask *ask, struct why *why) {
  static const char *const names[] = {
      "timetable.gtfs.zip", "postcodes.csv", "lsoa.geojson",  "wards.geojson", "districts.geojson",
      "region.geojson",     "services.csv",  "nurseries.csv", "employers.csv", "planted.csv"};
  struct arena a = arena_open(PLACE_ARENA_BYTES);
  const struct seaborough *s = seaborough_make(&a, (uint64_t)ask->seed, ask->today);
  bool ok = folder_make(str_c(&a, ask->folder), why);
  for (size_t i = 0; ok && i < countof(names); i++)
    ok = write_one(s, &a, ask, str_of(names[i]), why);
  arena_close(&a);
  return ok;
}

static bool read_ask(struct args *args, struct ask *ask, struct why *why) {
  struct str v;
  *ask = (struct ask){.seed = SEED, .today = instant_local_uk(here_now()).day};
  if (!args_value(args, "--out", &ask->folder))
    return why_say(why, "Say where: waymark seaborough --out FOLDER [--seed N] [--date DATE]");
  if (args_value(args, "--seed", &v) && !str_to_i64(v, &ask->seed))
    return why_say(why, "--seed wants a whole number.");
  if (args_value(args, "--date", &v) && !day_parse(v, &ask->today))
    return why_say(why, "--date \"%.*s\" is not a date; write it as 2026-11-23.", P(v));
  return args_done(args, why);
}

int command_seaborough(int argc, char **argv) {
  struct args args = args_of(argc, argv);
  struct why why = {0};
  struct ask ask;
  bool clear = read_ask(&args, &ask, &why);
  if (clear && write_all(&ask, &why)) {
    printf("All of it is invented. For minutes: waymark reach build --gtfs "
           "%.*s/timetable.gtfs.zip --postcodes %.*s/postcodes.csv --out %.*s/region.reach\n",
           P(ask.folder), P(ask.folder), P(ask.folder));
    return 0;
  }
  fprintf(stderr, "waymark: %s\n", why.text);
  return clear ? 1 : 2;
}
