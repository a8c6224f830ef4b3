#include <stdio.h>
#include "reach/command.h"
#include "reach/reach.h"

static const char usage[] =
    "waymark reach build    make a region file from timetables, streets and postcodes\n"
    "waymark reach times    from places to every stop, as CSV\n"
    "waymark reach journey  one journey in words or JSON\n"
    "waymark reach shift    both legs of a shift, every day of a week\n"
    "waymark reach areas    who in a place can reach what\n"
    "Each says its options with --help.\n";

int failed(const struct why *why) {
  fprintf(stderr, "%s\n", why->text);
  return 1;
}

int wrong_use(const struct why *why, const char *text) {
  if (why && why->text[0]) fprintf(stderr, "%s\n", why->text);
  fputs(text, stderr);
  return 2;
}

bool clock_parse(struct str s, int32_t *out) {
  int32_t part[3] = {0, 0, 0};
  struct str rest = str_trim(s);
  int k = 0;
  if (!rest.n) return false;
  while (rest.n && k < 3) {
    struct str p = str_cut(&rest, ':');
    int64_t v;
    if (p.n < 1 || p.n > 2 || p.p[0] == '-' || p.p[0] == '+' || !str_to_i64(p, &v)) return false;
    part[k++] = (int32_t)v;
  }
  if (rest.n || k < 2 || part[1] > 59 || part[2] > 59) return false;
  *out = part[0] * 3600 + part[1] * 60 + part[2];
  return true;
}

struct str clock_text(struct arena *a, int32_t s) {
  const char *sign = s < 0 ? "-" : "";
  if (s < 0) s = -s;
  return str_format(a, "%s%02d:%02d:%02d", sign, s / 3600, s / 60 % 60, s % 60);
}

bool walk_option(struct args *args, struct walking *w, const struct region *r, struct why *why) {
  struct str v;
  double kmh;
  int64_t minutes;
  *w = (struct walking){.mode = r && r->n_osm_first ? WALK_OSM : WALK_LINE};
  if (args_value(args, "--walk", &v)) {
    if (str_eq(v, S("transfers")))
      w->mode = WALK_TRANSFERS;
    else if (str_eq(v, S("line")))
      w->mode = WALK_LINE;
    else if (str_eq(v, S("osm")))
      w->mode = WALK_OSM;
    else
      return why_say(why, "--walk is transfers, line or osm, not \"%.*s\".", P(v));
    if (w->mode == WALK_OSM && r && !r->n_osm_first)
      return why_say(
          why, "This region has no streets: build it with --osm FILE.pbf, or use --walk line.");
  }
  if (args_value(args, "--walk-kmh", &v)) {
    if (!str_to_double(v, &kmh) || !(kmh >= 0.5 && kmh <= 12))
      return why_say(
          why, "--walk-kmh is a walking speed from 0.5 to 12 km an hour (4.8 when not given).");
    w->mm_per_s = (int32_t)(kmh * 1000 / 3.6 + 0.5);
  }
  if (args_value(args, "--walk-minutes", &v)) {
    if (!str_to_i64(v, &minutes) || minutes < 1 || minutes > 60)
      return why_say(
          why, "--walk-minutes is the longest walk, from 1 to 60 minutes (15 when not given).");
    w->cap_s = (int32_t)minutes * 60;
  }
  w->stepfree = args_flag(args, "--step-free");
  return true;
}

bool date_option(struct args *args, const char *name, day_t *out, struct why *why) {
  struct str v;
  if (!args_value(args, name, &v)) return why_say(why, "%s DATE is needed, as 2026-11-23.", name);
  if (!day_parse(v, out) && !day_parse_typed(v, out))
    return why_say(why, "%s \"%.*s\" is not a date; write it as 2026-11-23.", name, P(v));
  return true;
}

struct str trains_note(const struct region *r) {
  return r->meta->has_rail
             ? S("")
             : S("Trains not included: this region was built without a rail timetable.");
}

bool write_out(struct str path, struct str text, struct why *why) {
  if (path.n && !str_eq(path, S("-"))) {
    struct arena a = arena_open(1 << 16);
    bool ok = file_write(str_c(&a, path), text, why);
    arena_close(&a);
    return ok;
  }
  if (fwrite(text.p, 1, text.n, stdout) != text.n || fflush(stdout) != 0)
    return why_say(why, "The answer could not be written to standard output.");
  return true;
}

static bool built_in_memory(struct feed_file *f, const char *path, struct why *why) {
  struct str one = str_of(path);
  struct build_ask ask = {.gtfs = &one, .n_gtfs = 1, .first_day = DAY_NONE};
  f->built = buf_open((size_t)4 << 30);
  return net_open(&f->net, NULL, why) && net_import(&f->net, &ask, why) &&
         net_build(&f->net, &f->built, why) && region_over(&f->r, buf_str(&f->built), why);
}

bool feed_file_open(struct feed_file *f, struct str path, struct arena *a, struct why *why) {
  *f = (struct feed_file){0};
  const char *p = str_c(a, path);
  bool ok = str_ends(path, S(".zip")) ? built_in_memory(f, p, why) : region_open(&f->r, p, why);
  if (f->net.keep.start) net_close(&f->net); /* the region has copied what it needs */
  if (!ok) feed_file_close(f);
  return ok;
}

void feed_file_close(struct feed_file *f) {
  region_close(&f->r);
  buf_free(&f->built);
  if (f->net.keep.start) net_close(&f->net);
}

int reach_command(int argc, char **argv) {
  static const struct {
    const char *name;
    int (*run)(struct args *);
  } commands[] = {{"build", reach_build},
                  {"times", reach_times},
                  {"journey", reach_journey},
                  {"shift", reach_shift},
                  {"areas", reach_areas}};
  if (argc >= 2)
    for (size_t i = 0; i < countof(commands); i++)
      if (str_eq(str_of(argv[1]), str_of(commands[i].name))) {
        struct args args = args_of(argc - 1, argv + 1);
        return commands[i].run(&args);
      }
  fputs(usage, argc >= 2 && str_eq(str_of(argv[1]), S("--help")) ? stdout : stderr);
  return argc >= 2 && str_eq(str_of(argv[1]), S("--help")) ? 0 : 2;
}
