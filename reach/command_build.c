#include <stdio.h>
#include <unistd.h>
#include "reach/command.h"

static const char usage[] =
    "waymark reach build --gtfs FILE.zip... [--rail ttis.zip] [--osm FILE.pbf] [--postcodes "
    "ONSPD.csv]\n"
    "                    [--no-cross LINES.geojson] [--from DATE] --out region.reach\n"
    "  --gtfs       bus (or any) timetables in GTFS; several are put together\n"
    "  --rail       the national rail timetable (RSPS5046: MCA, MSN, FLF and ALF in one zip)\n"
    "  --osm        an OpenStreetMap extract, for walks along streets\n"
    "  --postcodes  a postcode file with pcds, lat and long columns\n"
    "  --no-cross   lines nobody can walk across (rivers, motorways, railways), for walks without "
    "streets\n"
    "  --from       first day of the calendar kept (400 days); the first day anything runs when "
    "not given\n";

struct build_words {
  struct build_ask ask;
  struct str out;
};

static bool read_words(struct args *args, struct build_words *w, struct arena *a, struct why *why) {
  struct str v, word;
  size_t cap = 0;
  struct strs gtfs = {0};
  while (args_value(args, "--gtfs", &v)) *slice_push(a, &gtfs, &cap) = v;
  args_value(args, "--rail", &w->ask.rail);
  args_value(args, "--osm", &w->ask.osm);
  args_value(args, "--postcodes", &w->ask.postcodes);
  args_value(args, "--no-cross", &w->ask.no_cross);
  args_value(args, "--out", &w->out);
  w->ask.first_day = DAY_NONE;
  if (args_value(args, "--from", &v) && !day_parse(v, &w->ask.first_day))
    return why_say(why, "--from \"%.*s\" is not a date; write it as 2026-11-23.", P(v));
  while (args_word(args, &word)) *slice_push(a, &gtfs, &cap) = word; /* --gtfs a.zip b.zip */
  w->ask.gtfs = gtfs.p;
  w->ask.n_gtfs = gtfs.n;
  if (!args_done(args, why)) return false;
  if (!gtfs.n && !w->ask.rail.n)
    return why_say(why, "Give at least one timetable: --gtfs FILE.zip or --rail ttis.zip.");
  return w->out.n || why_say(why, "Say where to write the region: --out region.reach.");
}

static void show_report(const struct region *r) {
  static const char *const head[] = {"Read", "Found", "Mended", "Left out"};
  for (uint32_t k = 0; k < countof(head); k++)
    for (uint32_t i = 0; i < r->n_sentences; i++)
      if (r->sentences[i].kind == k) printf("%s: %s\n", head[k], r->text + r->sentences[i].text);
}

static bool build(const struct build_words *w, struct arena *a, struct progress *progress,
                  struct why *why) {
  struct net n;
  struct region r;
  struct buf out = buf_open((size_t)8 << 30);
  bool ok = net_open(&n, progress, why) && net_import(&n, &w->ask, why) &&
            net_build(&n, &out, why) && region_over(&r, buf_str(&out), why) &&
            file_write(str_c(a, w->out), buf_str(&out), why);
  if (ok) {
    struct arena s = *a;
    show_report(&r);
    printf("%.*s: %.1f MB, %u stops, %u patterns, %u trips, %u postcodes, %.*s to %.*s.\n",
           P(w->out), (double)out.n / 1e6, r.n_stops, r.n_patterns, r.n_trips, r.n_postcodes,
           P(day_words(&s, r.meta->first_day)),
           P(day_words(&s, (day_t)(r.meta->first_day + (int64_t)r.meta->days - 1))));
  }
  buf_free(&out);
  net_close(&n);
  return ok;
}

int reach_build(struct args *args) {
  struct arena a = arena_open((size_t)64 << 20);
  struct why why = {0};
  struct build_words w = {0};
  if (args_flag(args, "--help")) return fputs(usage, stdout) < 0;
  int status;
  struct progress progress = progress_terminal();
  if (!read_words(args, &w, &a, &why))
    status = wrong_use(&why, usage);
  else
    status = build(&w, &a, isatty(2) ? &progress : NULL, &why) ? 0 : failed(&why);
  arena_close(&a);
  return status;
}
