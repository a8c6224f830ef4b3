/* demo: Seaborough's figures, invented like the place: two editions of deprivation, one of them on
 * an earlier drawing of a few small areas, and some figures nobody published. */
#include <math.h>
#include "base/hash.h"
#include "base/progress.h"
#include "profiles/inside.h"
#include "seaborough/seaborough.h"

enum { DEMO_BYTES_MAX = 8 << 20, REDRAWN = 3 };
static const char *const source = "Invented: Seaborough is no real place";

/* The same for an area whatever else is made. */
static double chance(const struct sb_area *area, uint64_t seed) {
  return (double)(hash64(area->code, seed) >> 11) / 9007199254740992.0;
}

/* How hard it is to live there, 0 to 1: the hoods of the old harbour more than the hills. */
static double hardship(const struct seaborough *s, const struct sb_area *area) {
  static const double of[SB_NEIGHBOURHOODS] = {.75, .85, .6, .7, .45, .5, .3, .2, .15};
  uint32_t hood = sb_ancestor(s, (uint32_t)(area - s->areas.p), SB_NEIGHBOURHOOD);
  for (int k = 0; k < SB_NEIGHBOURHOODS; k++)
    if (s->neighbourhood[k] == hood) return of[k] * .9 + chance(area, 11) * .35 - .1;
  return .5;
}

static int64_t tenth(double hard, double swing) {
  int64_t t = 10 - (int64_t)floor((hard + swing * .3 - .1) * 10);
  return t < 1 ? 1 : t > 10 ? 10 : t;
}

static void put(struct buf *b, struct str area, const char *indicator, int64_t value,
                const char *edition, const char *date) {
  buf_format(b, "%.*s,%s,%lld,%s,%s,%s,invented\r\n", P(area), indicator, (long long)value, edition,
             date, source);
}

static const char *const tenths[] = {"imd",           "imd_income",     "imd_employment",
                                     "imd_education", "imd_health",     "imd_crime",
                                     "imd_housing",   "imd_environment"};

/* Of an area drawn again the edition of before speaks under its old code. */
static struct str old_code(struct arena *a, struct str code) {
  return str_format(a, "%.*sX", P(code));
}

static void put_small(struct buf *b, struct arena *a, const struct seaborough *s, size_t i,
                      bool redrawn) {
  const struct sb_area *area = &s->areas.p[i];
  double hard = hardship(s, area);
  double people = (double)area->people_16_64;
  for (size_t k = 0; k < countof(tenths); k++) {
    put(b, area->code, tenths[k], tenth(hard, chance(area, 20 + k)), "2025", "2025-10-30");
    put(b, redrawn ? old_code(a, area->code) : area->code, tenths[k],
        tenth(hard, chance(area, 40 + k)), "2019", "2019-09-26");
  }
  put(b, area->code, "population_16_64", area->people_16_64, "mid-2025", "2025-06-30");
  put(b, area->code, "claimants", llround(people * (.01 + hard * .09)), "October 2026",
      "2026-10-08");
  put(b, area->code, "childcare_places", llround(chance(area, 60) * 40), "2026", "2026-04-01");
}

/* A survey and a market have no figures for small places; one ward's rent was kept back. */
static void put_large(struct buf *b, const struct seaborough *s, size_t i, bool held) {
  const struct sb_area *area = &s->areas.p[i];
  double hard = area->kind == SB_WARD ? hardship(s, area) : .35 + chance(area, 3) * .3;
  double people = (double)area->people_16_64;
  if (area->kind == SB_DISTRICT || area->kind == SB_REGION) {
    put(b, area->code, "want_work", llround(people * .06), "2025", "2025-12-31");
    put(b, area->code, "inactive", llround(people * .22), "2025", "2025-12-31");
    put(b, area->code, "allowance_two_bedrooms", 128, "April 2026", "2026-04-01");
  }
  if (area->kind == SB_WARD && held)
    buf_format(b, "%.*s,rent_two_bedrooms,[c],2026,2026-06-30,%s,invented\r\n", P(area->code),
               source);
  if (area->kind == SB_WARD && !held)
    put(b, area->code, "rent_two_bedrooms", llround(760 - hard * 240), "2026", "2026-06-30");
  if (area->kind == SB_WARD)
    put(b, area->code, "want_work", llround(people * (.03 + hard * .06)), "2025", "2025-12-31");
}

static void put_all(struct buf *b, struct buf *links, struct arena *a, const struct seaborough *s) {
  size_t redrawn = 0, wards = 0;
  buf_put(b, S("area,indicator,value,edition,date,source,licence\r\n"));
  buf_put(links, S("LSOA11CD,LSOA21CD,CHGIND\r\n"));
  for (size_t i = 0; i < s->areas.n; i++) {
    const struct sb_area *area = &s->areas.p[i];
    struct arena scratch = *a;
    if (area->kind != SB_LSOA) {
      put_large(b, s, i, area->kind == SB_WARD && wards++ == 4);
      continue;
    }
    bool again = redrawn < REDRAWN && i % 7 == 0;
    put_small(b, &scratch, s, i, again);
    if (!again) continue;
    redrawn++;
    buf_format(links, "%.*s,%.*s,X\r\n", P(old_code(&scratch, area->code)), P(area->code));
  }
}

static bool read_in(struct db *db, struct arena *a, struct buf *b, struct buf *links, instant_t now,
                    struct progress *p, struct why *why) {
  struct indicator_file said = {.dated_on = DAY_NONE};
  struct indicators_read read;
  int64_t n;
  struct csv *rows = csv_open_str(a, buf_str(b)), *old = csv_open_str(a, buf_str(links));
  bool ok = csv_headers(rows, why) && profiles_import(db, a, rows, &said, now, p, &read, why);
  if (ok && read.bad)
    ok = why_say(why, "Line %lld of the demo's figures: %.*s", (long long)read.faults.p[0].line,
                 P(read.faults.p[0].sentence));
  ok = ok && csv_headers(old, why) &&
       profiles_links_import(db, a, old, S("invented"), str_of(source), &n, why);
  csv_close(rows), csv_close(old);
  return ok;
}

bool profiles_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                   struct why *why) {
  struct seaborough *s = seaborough_make(a, seed, instant_local_uk(now).day);
  struct buf b = buf_open(DEMO_BYTES_MAX), links = buf_open(1 << 16);
  put_all(&b, &links, a, s);
  bool ok = read_in(db, a, &b, &links, now, p, why);
  buf_free(&b), buf_free(&links);
  if (!ok) return false;
  db_begin(db, STORE_MAIN);
  supported_make(db, a, now);
  return db_commit(db, STORE_MAIN) == DB_OK || why_say(why, "The demo's sums could not be saved.");
}
