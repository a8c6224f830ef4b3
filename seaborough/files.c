/* files: what a real place would hand over as lists: services, employers, nurseries; and the list
 * of what was planted. Every row says that it is invented. */
#include "base/zip.h"
#include "seaborough/inside.h"

enum { NURSERIES_A_HOOD = 3, EMPLOYERS_A_HOOD = 7, SEED_OF_LISTS = 0x5EAB };

/* A postcode in the neighbourhood that is live; the same for the same draw. */
static uint32_t postcode_in(const struct seaborough *s, struct rng *r, int hood) {
  for (int tries = 0; tries < 5000; tries++) {
    uint32_t i = (uint32_t)rng_below(r, s->postcodes.n);
    const struct sb_postcode *p = &s->postcodes.p[i];
    if (p->ended == DAY_NONE &&
        sb_ancestor(s, p->lsoa, SB_NEIGHBOURHOOD) == s->neighbourhood[hood])
      return i;
  }
  return 0;
}

static void put_text(struct buf *out, struct str s) { csv_put(out, s, false); }

static void put_place(const struct seaborough *s, uint32_t postcode, struct buf *out) {
  const struct sb_postcode *p = &s->postcodes.p[postcode];
  buf_format(out, "%s,%.6f,%.6f,", p->text, p->at.lat, p->at.lon);
}

static void put_clock(struct buf *out, int minute) {
  buf_format(out, "%02d:%02d,", minute / 60, minute % 60);
}

static void put_day_or_nothing(struct buf *out, day_t d) {
  struct ymd y = day_ymd(d);
  if (d != DAY_NONE) buf_format(out, "%04d-%02d-%02d", y.year, y.month, y.day);
  buf_byte(out, ',');
}

static void put_known(struct buf *out, int64_t v) {
  if (v >= 0) buf_i64(out, v);
  buf_byte(out, ',');
}

/* ---- nurseries ---- */

void sb_nurseries_csv(const struct seaborough *s, struct buf *out) {
  static const char *const first[] = {"Gulls", "Starfish", "Little Anchors", "Lighthouse",
                                      "Sandpipers", "Puffins", "Rockpool", "Seashell", "Mill Lane"};
  static const char *const second[] = {"Nursery", "Day Nursery", "Playgroup"};
  struct rng r = rng_seed(s->seed ^ SEED_OF_LISTS);
  buf_put(out, S("name,postcode,lat,long,opens,closes,youngest_months,places_total,places_left,"
                 "funded_hours,invented\n"));
  for (int hood = 0; hood < SB_NEIGHBOURHOODS; hood++)
    for (int k = 0; k < NURSERIES_A_HOOD; k++) {
      bool playgroup = k == 2;
      int total = playgroup ? 16 + (int)rng_below(&r, 10) : 30 + (int)rng_below(&r, 50);
      buf_format(out, "%s %s %s,", sb_neighbourhood_names[hood],
                 first[(size_t)(hood * NURSERIES_A_HOOD + k) % countof(first)], second[k]);
      put_place(s, postcode_in(s, &r, hood), out);
      put_clock(out, playgroup ? 9 * 60 : 7 * 60 + 30 + 15 * (int)rng_below(&r, 3));
      put_clock(out, playgroup ? 15 * 60 : 17 * 60 + 30 + 15 * (int)rng_below(&r, 3));
      buf_format(out, "%d,%d,", playgroup ? 24 : 6, total);
      put_known(out, rng_below(&r, 4) ? (int64_t)rng_below(&r, 9) : -1);
      buf_format(out, "%s,yes\n", rng_below(&r, 5) ? "yes" : "no");
    }
}

/* ---- employers ---- */

struct trade {
  const char *name, *sector, *job;
  int people_most, starts, ends; /* of the usual shift, minutes after midnight */
  int pence_an_hour;             /* invented, above any minimum of the years shown */
};
static const struct trade trades[] = {
    {"Care at Home", "care", "Care assistant", 60, 7 * 60, 14 * 60 + 30, 1310},
    {"Fish Dock", "food", "Fish packer", 120, 6 * 60, 14 * 60, 1290},
    {"Wind Yard", "manufacturing", "Yard hand", 240, 6 * 60, 18 * 60, 1460},
    {"Warehouse", "logistics", "Night picker", 300, 22 * 60, 6 * 60, 1380},
    {"Market Stores", "retail", "Shop assistant", 40, 9 * 60, 17 * 60 + 30, 1275},
    {"Hotel", "hospitality", "Housekeeper", 70, 8 * 60, 14 * 60, 1275},
    {"Repairs", "construction", "Joiner's mate", 25, 7 * 60 + 30, 16 * 60, 1350},
};

void sb_employers_csv(const struct seaborough *s, struct buf *out) {
  struct rng r = rng_seed(s->seed ^ SEED_OF_LISTS << 8);
  buf_put(out, S("name,sector,postcode,lat,long,people,vacancies,job,shift_starts,shift_ends,"
                 "pence_an_hour,disability_confident,invented\n"));
  for (int hood = 0; hood < SB_NEIGHBOURHOODS; hood++)
    for (int k = 0; k < EMPLOYERS_A_HOOD; k++) {
      const struct trade *t = &trades[k];
      int people = 3 + (int)rng_below(&r, (uint64_t)t->people_most);
      buf_format(out, "%s %s,%s,", sb_neighbourhood_names[hood], t->name, t->sector);
      put_place(s, postcode_in(s, &r, hood), out);
      buf_format(out, "%d,%d,%s,", people, (int)rng_below(&r, (uint64_t)people / 12 + 2), t->job);
      put_clock(out, t->starts);
      put_clock(out, t->ends);
      buf_format(out, "%d,%s,yes\n", t->pence_an_hour, rng_below(&r, 3) ? "no" : "yes");
    }
}

/* ---- services ---- */

static void put_service(const struct seaborough *s, const struct sb_service *v, struct buf *out) {
  const struct sb_organisation *by = &s->organisations.p[v->organisation];
  const struct sb_postcode *at = &s->postcodes.p[v->postcode];
  put_text(out, v->name);
  put_text(out, by->name);
  put_text(out, v->description);
  put_text(out, v->category);
  put_text(out, v->model);
  put_text(out, v->cohorts);
  put_text(out, v->styles);
  put_text(out, v->routes);
  buf_format(out, "%d,%d,", v->age_from, v->age_to);
  put_text(out, v->address_published ? v->address_1 : (struct str){0});
  buf_format(out, "%s,", v->address_published ? at->text : "");
  put_text(out, v->phone);
  put_text(out, v->email);
  put_text(out, v->web);
  buf_format(out, "%lld,", (long long)v->cost_pence);
  put_known(out, v->places_total);
  put_known(out, v->places_left);
  put_known(out, v->waiting_days);
  put_text(out, v->funder);
  put_known(out, v->amount_pence);
  put_day_or_nothing(out, v->starts);
  put_day_or_nothing(out, v->ends);
  put_day_or_nothing(out, v->assured);
  buf_format(out, "%d,%s,yes\n", v->review_months, sb_service_live(v, s->today) ? "yes" : "no");
}

void sb_services_csv(const struct seaborough *s, struct buf *out) {
  buf_put(out, S("name,organisation,description,category,model,cohorts,styles,referral_routes,"
                 "age_from,age_to,address,postcode,phone,email,web,cost_pence,places_total,"
                 "places_left,waiting_days,funder,amount_pence,starts,ends,assured,review_months,"
                 "live_today,invented\n"));
  for (size_t i = 0; i < s->services.n; i++) put_service(s, &s->services.p[i], out);
}

/* ---- what was planted ---- */

static void put_cell(const struct sb_cell *c, const char *what, struct buf *out) {
  buf_format(out, "%s,%.*s,%.*s,%s,%d,,,yes\n", what, P(c->cohort), P(c->style),
             sb_neighbourhood_names[c->hood], c->offers);
}

void sb_planted_csv(const struct seaborough *s, struct buf *out) {
  buf_put(out, S("planted,cohort,style,neighbourhood,offers,service,ends,invented\n"));
  for (size_t i = 0; i < s->overlaps.n; i++) put_cell(&s->overlaps.p[i], "overlap", out);
  for (size_t i = 0; i < s->holes.n; i++) put_cell(&s->holes.p[i], "hole", out);
  for (size_t i = 0; i < s->cliffs.n; i++) {
    const struct sb_service *v = &s->services.p[s->cliffs.p[i]];
    buf_put(out, S("cliff,,,,,"));
    put_text(out, v->name);
    put_day_or_nothing(out, v->ends);
    buf_put(out, S("yes\n"));
  }
}

enum { GTFS_FILE_BYTES_MAX = 256 << 20 };

bool sb_gtfs_zip(const struct seaborough *s, struct arena *a, struct buf *out, struct why *why) {
  static const char *const names[] = {"agency.txt", "stops.txt",  "calendar.txt",
                                      "calendar_dates.txt", "routes.txt", "trips.txt",
                                      "stop_times.txt"};
  struct sb_gtfs g;
  struct buf *files[] = {&g.agency, &g.stops, &g.calendar, &g.calendar_dates,
                         &g.routes, &g.trips, &g.stop_times};
  struct zip_out z = zip_to(a, out);
  bool ok = true;
  for (size_t i = 0; i < countof(files); i++) *files[i] = buf_open(GTFS_FILE_BYTES_MAX);
  sb_gtfs(s, &g);
  for (size_t i = 0; i < countof(files); i++) {
    ok = ok && !files[i]->full && zip_put(&z, str_of(names[i]), buf_str(files[i]), why);
    buf_free(files[i]);
  }
  return ok && zip_end(&z, why);
}
