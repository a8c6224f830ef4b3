/* commands: importing postcodes and areas, and asking where a place is. */
#include <stdio.h>
#include "base/args.h"
#include "base/progress.h"
#include "db/here.h"
#include "places/inside.h"

enum { COMMAND_ARENA_BYTES = 1 << 30, FILE_BYTES_MAX = 512 << 20 };

static int say(const struct why *why, int status) {
  fprintf(stderr, "waymark: %s\n", why->text);
  return status;
}

struct import_call {
  struct str file, kind, edition, source;
};

static bool import_call(int argc, char **argv, bool wants_kind, struct import_call *out,
                        struct why *why) {
  struct args args = args_of(argc, argv);
  args_value(&args, "--kind", &out->kind);
  if (!args_value(&args, "--edition", &out->edition)) out->edition = S("unnamed");
  if (!args_value(&args, "--source", &out->source)) out->source = S("not said");
  if (!args_word(&args, &out->file)) return why_say(why, "Name the file to read.");
  if (wants_kind && out->kind.n == 0)
    return why_say(why, "Say which kind of area: --kind ward, lsoa, la, region ...");
  return args_done(&args, why);
}

int places_import_postcodes(int argc, char **argv) {
  struct arena a = arena_open(COMMAND_ARENA_BYTES);
  struct import_call call = {0};
  struct import_count count = {0};
  struct progress progress = progress_terminal();
  struct why why;
  if (!import_call(argc, argv, false, &call, &why)) return say(&why, 2);
  struct csv *rows = csv_open_file(&a, str_c(&a, call.file), &why);
  if (!rows || !csv_headers(rows, &why)) return say(&why, 1);
  struct db *db = db_open_here(&why);
  bool ok = db && places_postcodes_import(db, &a, rows, call.edition, call.source, here_now(),
                                          &progress, &count, &why);
  progress_terminal_end();
  csv_close(rows);
  if (db) db_close(db);
  if (ok)
    printf("%lld postcodes in use, %lld no longer used; %lld rows were no postcode.\n",
           (long long)count.live, (long long)count.ended, (long long)count.bad);
  arena_close(&a);
  return ok ? 0 : say(&why, 1);
}

int places_import_areas(int argc, char **argv) {
  struct arena a = arena_open(COMMAND_ARENA_BYTES);
  struct import_call call = {0};
  struct import_count count = {0};
  struct progress progress = progress_terminal();
  struct why why;
  struct str text;
  if (!import_call(argc, argv, true, &call, &why)) return say(&why, 2);
  if (!file_read(&a, str_c(&a, call.file), FILE_BYTES_MAX, &text, &why)) return say(&why, 1);
  struct db *db = db_open_here(&why);
  bool ok = db && places_geojson_import(db, &a, text, call.kind, call.edition, call.source,
                                        here_now(), &progress, &count, &why);
  progress_terminal_end();
  if (db) db_close(db);
  if (ok)
    printf("%lld areas; %lld features were none.\n", (long long)(count.rows - count.bad),
           (long long)count.bad);
  arena_close(&a);
  return ok ? 0 : say(&why, 1);
}

int places_place_command(int argc, char **argv) {
  struct arena a = arena_open(COMMAND_ARENA_BYTES);
  struct args args = args_of(argc, argv);
  struct place place;
  struct why why;
  struct str typed;
  if (!args_word(&args, &typed)) {
    why_say(&why, "Say a postcode or the name of a place.");
    return say(&why, 2);
  }
  if (!args_done(&args, &why)) return say(&why, 2);
  struct db *db = db_open_here(&why);
  if (!db) return say(&why, 1);
  bool ok = place_resolve(db, &a, typed, &place) && place.found != PLACE_NONE;
  db_close(db);
  if (!ok) {
    printf(
        "No place like that is known here. Import postcodes or areas, or try another spelling.\n");
    return 1;
  }
  printf("%.*s  %.6f, %.6f", P(place.words), place.at.lat, place.at.lon);
  struct str ended = place.ended == DAY_NONE ? (struct str){0} : day_words(&a, place.ended);
  printf(ended.n ? "  no longer used since %.*s\n" : "\n", P(ended));
  for (size_t i = 0; i < place.areas.n; i++)
    printf("  %.*s  %.*s  (%.*s)\n", P(place.areas.p[i].code), P(place.areas.p[i].name),
           P(place.areas.p[i].kind));
  return 0;
}
