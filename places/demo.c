/* demo: Seaborough's areas and postcodes, through the same doors as a real place's. */
#include "places/inside.h"
#include "seaborough/seaborough.h"

static const char *const kind_codes[SB_KINDS] = {"combined_authority", "la", "neighbourhood",
                                                 "ward", "lsoa"};
static const char *const source = "Invented: Seaborough is no real place";

static bool put_areas(struct db *db, struct arena *a, const struct seaborough *s, instant_t now,
                      struct progress *p, struct why *why) {
  progress_step(p, "Areas (invented)", "areas", s->areas.n);
  db_begin(db, STORE_MAIN);
  for (size_t i = 0; i < s->areas.n; i++) {
    const struct sb_area *from = &s->areas.p[i];
    struct arena scratch = *a;
    struct ring ring = {arena_many(&scratch, struct geo_point, from->outline.n + 1),
                        from->outline.n};
    for (size_t k = 0; k < ring.n; k++)
      ring.p[k] = (struct geo_point){from->outline.p[k].lat, from->outline.p[k].lon};
    struct area_new area = {.kind = str_of(kind_codes[from->kind]),
                            .code = from->code,
                            .name = from->name,
                            .name_cy = from->name_cy,
                            .edition = S("invented"),
                            .source = str_of(source),
                            .outline = {&ring, 1},
                            .centre = {from->centre.lat, from->centre.lon}};
    if (from->parent != i) area.parent_code = s->areas.p[from->parent].code;
    places_area_put(db, &scratch, &area, now);
    progress_at(p, i + 1);
  }
  progress_end(p, s->areas.n);
  return db_commit(db, STORE_MAIN) == DB_OK || why_say(why, "The demo's areas could not be saved.");
}

bool places_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                 struct why *why) {
  struct seaborough *s = seaborough_make(a, seed, instant_local_uk(now).day);
  struct buf csv = buf_open((size_t)64 << 20);
  struct import_count count;
  sb_postcodes_csv(s, &csv);
  struct csv *rows = csv_open_str(a, buf_str(&csv));
  bool ok =
      put_areas(db, a, s, now, p, why) && csv_headers(rows, why) &&
      places_postcodes_import(db, a, rows, S("Seaborough"), str_of(source), now, p, &count, why);
  csv_close(rows);
  buf_free(&csv);
  return ok;
}
