/* journeys_test: minutes in the pages, on both databases, with Seaborough's buses and hand-made
 * trains. With a test's name as argument only that one runs: the planted wrong builds (planted.c)
 * are made to fail it. */
#include <math.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "audit/audit.h"
#include "base/zip.h"
#include "db/here.h"
#include "db/testing.h"
#include "finding/finding.h"
#include "journeys/inside.h"
#include "reach/geo.h"
#include "reach/trains_test.h"
#include "reach/zip_test.h"
#include "seaborough/seaborough.h"
#include "web/testing.h"

extern const struct migrations web_migrations, places_migrations, finding_migrations,
    journeys_migrations;
static const struct domain *const domains[] = {&places_domain, &directory_domain, &journeys_domain,
                                               &finding_domain};
#define TODAY day_of(2026, 11, 24) /* a Tuesday */
enum { TEST_SEED = 7, ROOM = 600 };
static instant_t at_minute(int minute) {
  return ((instant_t)TODAY * 86400 + minute * 60) * 1000000;
}

struct town {
  struct db_test *t;
  struct client c;
  const struct seaborough *s;
};

/* Seaborough, with its buses unless they are left out. */
static struct town town_of(struct db_test *t, bool buses) {
  struct progress quiet = {0};
  struct why why = {0};
  db_here_set(&t->where);
  journeys_use(t->where.folder);
  offers_forget();
  const struct domain *fill[] = {&places_domain, &directory_domain, &journeys_domain};
  for (size_t i = 0; i < countof(fill) - !buses; i++)
    if (!fill[i]->demo(t->db, t->arena, TEST_SEED, at_minute(600), &quiet, &why))
      fail_msg("%s: %s", fill[i]->name, why.text);
  struct town town = {.t = t,
                      .s = seaborough_make(t->arena, TEST_SEED, TODAY),
                      .c = client_open(t->db, domains, countof(domains), NULL)};
  town.c.now = at_minute(600);
  return town;
}

static struct spot hood(const struct town *w, int k) {
  const struct sb_area *a = &w->s->areas.p[w->s->neighbourhood[k]];
  return (struct spot){a->centre.lat, a->centre.lon};
}
enum {
  NORTHQUAY,
  TANNERY,
  CASTLE,
  EASTFERRY,
  SALTMARSH,
  MILLBECK,
  HOLLOWMOOR,
  WHINFIELD,
  HIGHCLIFF
};

static struct travel go(struct town *w, int from, int to, day_t day, int minute, bool arrive) {
  struct travel out;
  struct why why = {{0}};
  struct way_ask ask = {
      .from = hood(w, from), .to = hood(w, to), .day = day, .minute = minute, .arrive_by = arrive};
  if (!way_find(w->t->arena, &ask, &out, &why)) fail_msg("%s", why.text);
  return out;
}
#define SAYS(w, words) assert_true(client_says(&(w).c, words))
#define QUIET(w, words) assert_false(client_says(&(w).c, words))

/* ---- The file. */

static const char *region_file(struct town *w) {
  static char path[ROOM];
  snprintf(path, sizeof path, "%.*s/region", P(w->t->where.folder));
  char command[ROOM + 40];
  snprintf(command, sizeof command, "ls %s/*.reach", path);
  FILE *f = popen(command, "r");
  if (!f || !fgets(path, sizeof path, f)) fail_msg("there is no region file");
  pclose(f);
  path[strcspn(path, "\n")] = 0;
  return path;
}

static void run_jobs(struct town *w) {
  static const struct job_kind kind = {"region", "", LANE_LONG, journeys_remake};
  job_loop(&(struct job_loop){.db = w->t->db,
                              .lane = LANE_LONG,
                              .kinds = &kind,
                              .n_kinds = 1,
                              .clock = clock_now,
                              .until_empty = true});
}

static void the_region_is_made_and_made_again_when_lost(struct db_test *t) {
  struct town w = town_of(t, true);
  struct region_loaded r = region_loaded();
  assert_true(r.loaded && r.trains && !r.streets);
  assert_true(r.first <= TODAY - 30 && r.last >= TODAY + 365);
  assert_int_equal(unlink(region_file(&w)), 0);
  region_forget();
  assert_false(region_loaded().loaded);
  assert_true(region_lost());
  journeys_tend(t->db, w.c.now); /* notices, and asks for the work */
  run_jobs(&w);
  assert_true(region_loaded().loaded);
  assert_false(region_lost());
  client_close(&w.c);
}

static void a_damaged_region_is_not_used_and_made_again(struct db_test *t) {
  struct town w = town_of(t, true);
  const char *path = region_file(&w);
  region_forget();
  FILE *f = fopen(path, "r+");
  assert_non_null(f);
  fseek(f, 3000, SEEK_SET);
  fputc('#', f), fputc('#', f);
  fclose(f);
  assert_false(region_loaded().loaded);
  assert_true(region_lost());
  struct why why = {{0}};
  if (!region_remake(NULL, &why)) fail_msg("%s", why.text);
  assert_true(region_loaded().loaded);
  client_close(&w.c);
}

static void a_bad_timetable_changes_nothing(struct db_test *t) {
  struct town w = town_of(t, true);
  struct why why = {{0}};
  char path[ROOM];
  uint32_t stops = region_loaded().stops;
  snprintf(path, sizeof path, "%.*s/bad.zip", P(t->where.folder));
  assert_true(file_write(path, S("PK this is no zip"), &why));
  struct region_sources from = {.gtfs = {str_of(path)}, .n_gtfs = 1};
  assert_false(region_make(&from, NULL, NULL, &why));
  assert_true(strlen(why.text) > 20);
  assert_int_equal(region_loaded().stops, stops);
  assert_false(region_make(&(struct region_sources){0}, NULL, NULL, &why));
  client_close(&w.c);
}

/* ---- Minutes. */

/* The scan of sixteen departures against the plain search, one departure after another. */
static void minutes_are_those_of_the_ways(struct db_test *t) {
  struct town w = town_of(t, true);
  static const int times[] = {7 * 60, 10 * 60, 22 * 60 + 30};
  int compared = 0;
  for (size_t k = 0; k < countof(times); k++)
    for (int from = 0; from < SB_NEIGHBOURHOODS; from += 2)
      for (int to = 0; to < SB_NEIGHBOURHOODS; to++) {
        struct arena a = *t->arena;
        struct set_out out = {TODAY, times[k]};
        const struct minutes *m = minutes_from(&a, hood(&w, from), out);
        int shown = minutes_to(m, hood(&w, to)), best = -1;
        for (int d = 0; d <= MINUTES_WINDOW; d += MINUTES_STEP) {
          struct travel way = go(&w, from, to, TODAY, times[k] + d, false);
          int n = way.found ? way.arrive - times[k] - d : -1;
          if (n >= 0 && n <= MINUTES_MOST && (best < 0 || n < best)) best = n;
        }
        if (best == MINUTES_MOST && shown < 0) continue; /* rounded up to the very end */
        if (abs(shown - best) > 1)
          fail_msg("%d to %d at %d: %d, not %d", from, to, times[k], shown, best);
        compared += best > 0;
      }
  assert_true(compared > 60);
  client_close(&w.c);
}

static void nothing_without_a_place_a_region_or_a_day(struct db_test *t) {
  struct town w = town_of(t, true);
  struct set_out now = {TODAY, 600}, far = {TODAY + 500, 600};
  assert_null(minutes_from(t->arena, (struct spot){NAN, NAN}, now));
  assert_null(minutes_from(t->arena, hood(&w, 0), far));
  const struct minutes *m = minutes_from(t->arena, hood(&w, 0), now);
  assert_int_equal(minutes_to(m, (struct spot){NAN, NAN}), -1);
  assert_int_equal(minutes_to(m, hood(&w, 0)), 0);
  assert_int_equal(minutes_to(NULL, hood(&w, 0)), -1);
  journeys_use(S(""));
  assert_null(minutes_from(t->arena, hood(&w, 0), now));
  client_close(&w.c);
}

/* ---- Sundays, last buses, school days. */

static void sundays_last_buses_and_school_days(struct db_test *t) {
  struct town w = town_of(t, true);
  day_t sunday = day_of(2026, 11, 29), holiday = day_of(2026, 12, 22),
        christmas = day_of(2026, 12, 25);
  assert_true(go(&w, TANNERY, EASTFERRY, TODAY, 7 * 60 + 30, true).found);
  assert_false(go(&w, TANNERY, EASTFERRY, sunday, 7 * 60 + 30, true).found);    /* from nine */
  assert_false(go(&w, TANNERY, EASTFERRY, christmas, 7 * 60 + 30, true).found); /* as a Sunday */
  /* Two a day to Whinfield: the morning one is missed. */
  assert_true(go(&w, EASTFERRY, WHINFIELD, TODAY, 9 * 60, true).found);
  assert_false(go(&w, EASTFERRY, WHINFIELD, TODAY, 20 * 60, false).found);
  /* On school days a bus goes from Whinfield before eight. */
  struct travel school = go(&w, WHINFIELD, HOLLOWMOOR, TODAY, 7 * 60 + 30, false);
  assert_true(school.found && school.arrive < 9 * 60);
  struct travel away = go(&w, WHINFIELD, HOLLOWMOOR, holiday, 7 * 60 + 30, false);
  assert_true(!away.found || away.arrive > school.arrive);
  /* The last way home from Eastferry on a Sunday leaves before a shift to nine in the evening. */
  struct travel last;
  struct why why = {{0}};
  struct way_ask home = {.from = hood(&w, EASTFERRY), .to = hood(&w, TANNERY), .day = sunday};
  assert_true(way_last(t->arena, &home, &last, &why) && last.found);
  assert_true(last.depart >= 17 * 60 && last.depart < 21 * 60);
  home.minute = 21 * 60;
  assert_true(way_find(t->arena, &home, &last, &why));
  assert_false(last.found);
  client_close(&w.c);
}

static void what_would_help_is_worked_out(struct db_test *t) {
  struct town w = town_of(t, true);
  struct way_help help;
  struct way_ask ask = {.from = hood(&w, TANNERY),
                        .to = hood(&w, EASTFERRY),
                        .day = day_of(2026, 11, 29),
                        .minute = 8 * 60 + 30,
                        .arrive_by = true};
  way_help(t->arena, &ask, &help);
  assert_true(help.later.found && help.later.arrive > ask.minute);
  struct travel then;
  struct why why = {{0}};
  ask.minute = help.later.arrive; /* the later start that was named would do */
  assert_true(way_find(t->arena, &ask, &then, &why) && then.found);
  assert_int_equal(then.arrive, help.later.arrive);
  if (help.stop.n) assert_true(help.stop_km > 1.4 && help.stop_km <= 8);
  client_close(&w.c);
}

/* ---- Finding help. */

static const struct sb_service *hidden_service(const struct town *w) {
  for (size_t i = 0; i < w->s->services.n; i++)
    if (!w->s->services.p[i].address_published && sb_service_live(&w->s->services.p[i], TODAY))
      return &w->s->services.p[i];
  fail_msg("Seaborough has no service that keeps its address private");
  return NULL;
}

/* Every "<b>N minutes</b>" of a page of results, in order; how many. */
static size_t minutes_shown(const struct town *w, int *out, size_t room) {
  struct str rest = w->c.text, mark = S("<ul class=\"meta\"><li><b>");
  size_t n = 0;
  for (size_t at; n < room && (at = str_find(rest, mark)) < rest.n; n++) {
    rest = str_slice(rest, at + mark.n, rest.n);
    int64_t v = -1;
    if (!str_to_i64(str_slice(rest, 0, str_find_byte(rest, ' ')), &v)) fail_msg("no minutes");
    out[n] = (int)v;
  }
  return n;
}

static void finding_sorts_and_leaves_out_by_minutes(struct db_test *t) {
  struct town w = town_of(t, true);
  int m[20];
  post(&w.c, "/find", "place=Tannery+Row&sort=minutes");
  assert_int_equal(w.c.status, 200);
  SAYS(w, "leaving on Tuesday 24 November 2026 between 10:00 and 11:00");
  size_t n = minutes_shown(&w, m, countof(m));
  assert_int_equal(n, 8);
  for (size_t i = 1; i < n; i++) assert_true(m[i - 1] <= m[i]);
  post(&w.c, "/find", "place=Whinfield&within=30&go_day=29/11/2026&go_time=10:00");
  n = minutes_shown(&w, m, countof(m)); /* no bus on a Sunday: what is left is on foot */
  for (size_t i = 0; i < n; i++) assert_true(m[i] <= 30);
  SAYS(w, "Sunday 29 November 2026");
  post(&w.c, "/find", "place=Tannery+Row&go_day=soon");
  assert_int_equal(w.c.status, 422);
  w.c.now = at_minute(5 * 60); /* nothing is open: when it next opens */
  post(&w.c, "/find", "place=Tannery+Row");
  QUIET(w, "between 05:00");
  SAYS(w, "leaving on Tuesday 24 November 2026");
  client_close(&w.c);
}

static void without_a_region_the_page_is_as_it_was(struct db_test *t) {
  struct town w = town_of(t, false);
  post(&w.c, "/find", "place=Tannery+Row&sort=minutes&within=30");
  assert_int_equal(w.c.status, 200);
  QUIET(w, "minutes</b>");
  QUIET(w, "How do I get there");
  QUIET(w, "No farther");
  assert_true(client_says(&w.c, "in a straight line") || client_says(&w.c, "Very near you"));
  get(&w.c, "/journey");
  SAYS(w, "No bus times are loaded here yet");
  client_close(&w.c);
}

/* ---- How do I get there. */

static const struct offer *published_in(struct town *w, const char *name) {
  struct why why;
  const struct offers *o = offers_now(w->t->db, TODAY, DIRECTORY_LIVE, &why);
  for (size_t i = 0; i < o->list.n; i++) {
    struct spot at;
    if (str_eq(o->list.p[i].name, str_of(name)) &&
        journeys_place_of(&o->list.p[i], (struct spot){NAN, NAN}, &at))
      return &o->list.p[i];
  }
  fail_msg("no %s", name);
  return NULL;
}

static void ask_journey(struct town *w, const struct offer *o, const char *rest) {
  struct buf form = buf_open(ROOM);
  client_field(&form, "service", uuid_str(w->t->arena, o->public_id));
  buf_put(&form, str_of(rest));
  buf_byte(&form, 0);
  post(&w->c, "/journey", form.p);
  buf_free(&form);
}

static struct str own_page(struct town *w, const struct offer *o) {
  return str_format(w->t->arena, "/help/services/%.*s", P(uuid_str(w->t->arena, o->public_id)));
}

static void how_do_i_get_there_in_plain_words(struct db_test *t) {
  struct town w = town_of(t, true);
  const struct offer *o = published_in(&w, "Whole House Northquay");
  get(&w.c, str_c(t->arena, own_page(&w, o))); /* its own page leads there */
  SAYS(w, "/journey?service=");
  get(&w.c, str_c(t->arena, str_format(t->arena, "/journey?service=%.*s",
                                       P(uuid_str(t->arena, o->public_id)))));
  SAYS(w, "How to get to"), SAYS(w, "Where do you set out from?"), QUIET(w, "Where to?");
  get(&w.c, "/journey?service=00000000-0000-4000-8000-000000000000");
  assert_int_equal(w.c.status, 404);
  ask_journey(&w, o, "&from=Castle+Reach");
  assert_int_equal(w.c.status, 200);
  SAYS(w, "How to get to");
  SAYS(w, "The way there, Tuesday 24 November 2026");
  SAYS(w, "Leave at ");
  SAYS(w, "Bus 1 from Castle Reach");
  SAYS(w, "The way back");
  SAYS(w, "The last way back that day");
  QUIET(w, "Trains not included"); /* Seaborough has its trains */
  ask_journey(&w, o, "&from=Castle+Reach&day=1/12/2026&time=09:30&by=arrive");
  SAYS(w, "Tuesday 1 December 2026");
  SAYS(w, "If you miss it");
  ask_journey(&w, o, "&from=Nowhere+Known&by=leave");
  assert_int_equal(w.c.status, 422);
  SAYS(w, "We do not know that place");
  ask_journey(&w, o, "&from=Castle+Reach&time=99&by=leave");
  assert_int_equal(w.c.status, 422);
  ask_journey(&w, o, "&from=Castle+Reach&day=1/1/2028&by=leave");
  assert_int_equal(w.c.status, 422);
  post(&w.c, "/journey", "from=Castle+Reach&to=Northquay&by=leave&wheelchair=yes");
  SAYS(w, "takes a wheelchair is not known");
  post(&w.c, "/journey", "service=00000000-0000-4000-8000-000000000000&from=Castle+Reach");
  assert_int_equal(w.c.status, 404);
  client_close(&w.c);
}

/* PRACTICE 4: an address that is not published has no distance, no minutes, no way and no mark. */
static void a_private_address_has_no_minutes_and_no_way(struct db_test *t) {
  struct town w = town_of(t, true);
  const struct sb_service *s = hidden_service(&w);
  struct buf form = buf_open(ROOM);
  client_field(&form, "service", s->id);
  buf_put(&form, S("&from=Tannery+Row"));
  buf_byte(&form, 0);
  post(&w.c, "/journey", form.p);
  assert_int_equal(w.c.status, 200);
  SAYS(w, "The address is not published");
  QUIET(w, "Leave at ");
  QUIET(w, "class=\"path\"");
  buf_free(&form);
  form = buf_open(ROOM);
  client_field(&form, "words", s->name);
  buf_put(&form, S("&place=Tannery+Row"));
  buf_byte(&form, 0);
  post(&w.c, "/find", form.p);
  struct str mark = str_format(t->arena, "value=\"%.*s\"", P(s->id));
  struct str plain = str_slice(s->name, 0, str_find_byte(s->name, '\'')); /* is escaped */
  assert_true(str_find(w.c.text, plain) < w.c.text.n);
  assert_int_equal(str_find(w.c.text, mark), w.c.text.n); /* no way to ask for it */
  buf_free(&form);
  client_close(&w.c);
}

static int64_t rows_of(struct db *db) { return db_number(db, -1, SQL("select count(*) from job")); }

/* Nothing of a question is written anywhere. */
static void no_question_is_kept(struct db_test *t) {
  struct town w = town_of(t, true);
  char command[ROOM];
  int64_t jobs = rows_of(t->db);
  const struct sb_postcode *home = &w.s->postcodes.p[100];
  struct buf form = buf_open(ROOM);
  buf_put(&form, S("to=Northquay&by=leave"));
  client_field(&form, "from", str_of(home->text));
  buf_byte(&form, 0);
  snprintf(command, sizeof command, "cat %.*s/region/made-of | wc -c", P(t->where.folder));
  post(&w.c, "/journey", form.p);
  assert_int_equal(w.c.status, 200);
  SAYS(w, "Nothing you asked is kept");
  SAYS(w, home->text);
  assert_int_equal(w.c.answer.same_ms, 0); /* not even for a moment, for others who ask the same */
  assert_int_equal(rows_of(t->db), jobs);
  buf_free(&form);
  client_close(&w.c);
}

/* ---- Who in a place cannot reach what. */

static bool stop_at_once(void *with) {
  int *left = with;
  return (*left)-- <= 0;
}

static void run_table(struct town *w, int asks) {
  static const struct job_kind kind = {"reach areas", "", LANE_LONG, reach_areas_job};
  int left = asks;
  job_loop(&(struct job_loop){.db = w->t->db,
                              .lane = LANE_LONG,
                              .kinds = &kind,
                              .n_kinds = 1,
                              .clock = clock_now,
                              .until_empty = true,
                              .should_stop = asks ? stop_at_once : NULL,
                              .with = &left});
}

static int64_t table_rows(struct town *w) {
  return db_number(w->t->db, -1, SQL("select count(*) from reach_area"));
}

/* Of one ward: every live service of the table against a search of its own. */
static void services_are_as_far_as_one_search_says(struct town *w) {
  const struct sb_area *ward = NULL;
  struct why why;
  for (size_t i = 0; i < w->s->areas.n && !ward; i++)
    if (w->s->areas.p[i].kind == SB_WARD) ward = &w->s->areas.p[i];
  struct area_services t = journeys_area_services(w->t->db, w->t->arena, ward->code, false, 9);
  const struct offers *o = offers_now(w->t->db, TODAY, DIRECTORY_LIVE, &why);
  struct set_out out = {reach_weekday(instant_local_uk(clock_now()).day), 9 * 60};
  size_t compared = 0;
  assert_true(t.n > 100);
  for (size_t i = 0; i < o->list.n; i++)
    for (size_t k = 0; k < t.n; k++) {
      const struct offer *f = &o->list.p[i];
      if (f->id != t.p[k].service || t.p[k].minutes < SERVICE_FAR || f->places.n != 1) continue;
      struct spot at = {f->places.p[0].latitude, f->places.p[0].longitude};
      int minutes;
      assert_true(minutes_each(w->t->arena, (struct spot){ward->centre.lat, ward->centre.lon}, out,
                               &at, 1, &minutes));
      assert_int_equal(minutes, t.p[k].minutes);
      compared++;
    }
  assert_true(compared > 50);
}

/* The demo's other timetable: half the buses, so nobody gains; and a hub, by which nobody loses. */
static void another_timetable_is_held_against_ours(struct town *w) {
  static const struct job_kind kind = {"reach compare", "", LANE_LONG, reach_compare_job};
  uint64_t before = region_loaded().trips;
  get(&w->c, "/coverage/reach/compare");
  SAYS(*w, "still being worked out");
  job_loop(&(struct job_loop){.db = w->t->db,
                              .lane = LANE_LONG,
                              .kinds = &kind,
                              .n_kinds = 1,
                              .clock = clock_now,
                              .until_empty = true});
  assert_int_equal(region_loaded().trips, before); /* ours is in use again */
  assert_int_equal(db_number(w->t->db, -1, SQL("select count(*) from reach_compared")),
                   table_rows(w));
  get(&w->c, "/coverage/reach/compare?of=jobs&hour=17");
  assert_int_equal(w->c.status, 200);
  SAYS(*w, "Half the buses"), SAYS(*w, ": farther"), SAYS(*w, "<svg");
  SAYS(*w, "wards, 0 get nearer to 1,000 jobs"), SAYS(*w, "small areas, 0 get nearer");
  QUIET(*w, "wards, 0 get nearer to 1,000 jobs and 0 get farther");
  get(&w->c, "/coverage/reach/compare?hub=Whinfield&hour=9");
  SAYS(*w, "and 0 get farther away"), QUIET(*w, ": farther");
  get(&w->c, "/coverage/reach/compare?of=jobs&ward=Z05000026");
  SAYS(*w, "Small areas of");
  get(&w->c, "/coverage/reach/compare?hub=Atlantis");
  SAYS(*w, "We do not know that place");
}

static void the_table_is_made_at_night_and_goes_on_where_it_stopped(struct db_test *t) {
  struct town w = town_of(t, true);
  struct actor planner = {
      .user_id = 9, .function = FUNCTION_COMMISSIONING, .roles = ROLE_COMMISSIONER};
  client_as(&w.c, planner);
  get(&w.c, "/coverage/reach");
  SAYS(w, "The table is made at night");
  db_begin(t->db, STORE_MAIN);
  job_add(t->db, t->arena, "reach areas", S("{}"), clock_now(), INSTANT_NONE, S("reach areas"));
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  run_table(&w, 40); /* the process must end in the middle of it */
  int64_t some = table_rows(&w);
  run_table(&w, 0);
  int64_t all = table_rows(&w), areas = 0;
  for (size_t i = 0; i < w.s->areas.n; i++)
    areas += w.s->areas.p[i].kind == SB_WARD || w.s->areas.p[i].kind == SB_LSOA;
  assert_int_equal(all, areas * 2 * (REACH_HOUR_LAST - REACH_HOUR_FIRST + 1));
  assert_true(some < all);
  services_are_as_far_as_one_search_says(&w);
  /* A row is what one search says; and Sundays are never better reached in the early morning. */
  int64_t weekday = db_number(t->db, -1,
                              SQL("select count(*) from reach_area where day_kind = 'weekday' and "
                                  "hour = 7 and jobs < 0")),
          sunday = db_number(t->db, -1,
                             SQL("select count(*) from reach_area where day_kind = 'sunday' and "
                                 "hour = 7 and jobs < 0"));
  assert_true(sunday > weekday);
  get(&w.c, "/coverage/reach?of=jobs&hour=7");
  assert_int_equal(w.c.status, 200);
  SAYS(w, "cannot reach 1,000 jobs within 45 minutes");
  SAYS(w, "Hour by hour");
  SAYS(w, "<svg");
  get(&w.c, "/coverage/reach.csv");
  SAYS(w, "provider_minutes");
  SAYS(w, "sunday");
  another_timetable_is_held_against_ours(&w);
  client_close(&w.c);
}

static void a_row_is_what_one_search_says(struct db_test *t) {
  struct town w = town_of(t, true);
  struct reach_target one = {hood(&w, CASTLE), 0, 1}, two[] = {one, {hood(&w, NORTHQUAY), 0, 1}};
  struct reach_need need = {1, {1}}, both = {1, {2}};
  struct set_out out = {TODAY, 8 * 60};
  int near_one[REACH_KINDS_MAX], near_two[REACH_KINDS_MAX], of_both[REACH_KINDS_MAX];
  assert_true(minutes_nearest(t->arena, hood(&w, TANNERY), out, &one, 1, &need, near_one));
  assert_true(minutes_nearest(t->arena, hood(&w, TANNERY), out, two, 2, &need, near_two));
  assert_true(minutes_nearest(t->arena, hood(&w, TANNERY), out, two, 2, &both, of_both));
  assert_true(near_one[0] > 0 && near_two[0] > 0 && near_two[0] <= near_one[0]);
  assert_true(of_both[0] >= near_one[0]); /* two need the farther one too */
  int n = 0, all[6];
  for (int k = 0; k < 6; k++) {
    struct travel way = go(&w, TANNERY, CASTLE, TODAY, 8 * 60 + 10 * k, false);
    all[n++] = way.arrive - (8 * 60 + 10 * k);
  }
  int longer = 0;
  for (int k = 0; k < n; k++) longer += all[k] > near_one[0];
  assert_true(longer <= 3); /* half of the departures are at most so long */
  client_close(&w.c);
}

/* ---- S64: trains. */

static struct str zip_file(struct db_test *t, const char *name, const struct member *m, size_t n) {
  struct why why;
  struct str path = str_format(t->arena, "%.*s/%s", P(t->where.folder), name);
  if (!file_write(str_c(t->arena, path), zip_of(t->arena, m, n), &why)) fail_msg("%s", why.text);
  return path;
}

static struct str a_bus(struct db_test *t) {
  struct member m[] = {
      {"stops.txt", "stop_id,stop_name,stop_lat,stop_lon\nA,Alder Road,51.80,1.15\n"
                    "B,Birch Road,51.83,1.15\n"},
      {"routes.txt", "route_id,route_short_name,route_type\nR,9,3\n"},
      {"trips.txt", "route_id,service_id,trip_id\nR,W,T\n"},
      {"stop_times.txt", "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
                         "T,10:30:00,10:30:00,A,1\nT,10:40:00,10:40:00,B,2\n"},
      {"calendar.txt", "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,"
                       "start_date,end_date\nW,1,1,1,1,1,1,1,20261101,20270331\n"}};
  return zip_file(t, "bus.gtfs.zip", m, countof(m));
}

static struct str rail(struct db_test *t) {
  struct buf mca = buf_open(1 << 20);
  write_trains(&mca);
  buf_byte(&mca, 0);
  struct member m[] = {{"T.MSN", trains_msn},
                       {"T.MCA", str_c(t->arena, str_of(mca.p))},
                       {"T.ZTR", ""},
                       {"T.FLF", trains_flf},
                       {"T.ALF", trains_alf}};
  struct str path = zip_file(t, "ttis.zip", m, countof(m));
  buf_free(&mca);
  return path;
}

static void put_postcodes(struct db_test *t) {
  struct why why = {{0}};
  struct import_count count;
  struct progress quiet = {0};
  struct point c = geo_from_grid(617700, 215400), h = geo_from_grid(625900, 232600);
  struct str csv = str_format(t->arena,
                              "pcds,lat,long\nZC1 1AA,%.6f,%.6f\nZC2 2AA,%.6f,%.6f\n"
                              "ZC3 3AA,51.8001,1.1501\nZC4 4AA,51.8301,1.1501\n",
                              point_lat(c), point_lon(c), point_lat(h), point_lon(h));
  struct csv *rows = csv_open_str(t->arena, csv);
  if (!csv_headers(rows, &why) ||
      !places_postcodes_import(t->db, t->arena, rows, S("test"), S("test"), at_minute(0), &quiet,
                               &count, &why))
    fail_msg("%s", why.text);
  csv_close(rows);
}

static void S64_Clacton_to_Harwich(struct db_test *t) {
  struct why why = {{0}};
  struct client c = client_open(t->db, domains, countof(domains), NULL);
  db_here_set(&t->where);
  journeys_use(t->where.folder);
  put_postcodes(t);
  c.now = at_minute(360);
  struct region_sources buses = {.gtfs = {a_bus(t)}, .n_gtfs = 1};
  if (!region_make(&buses, NULL, NULL, &why)) fail_msg("%s", why.text);
  post(&c, "/journey", "from=ZC3+3AA&to=ZC4+4AA&day=25/11/2026&time=10:00&by=leave");
  assert_true(client_says(&c, "Bus 9 from Alder Road to Birch Road"));
  assert_true(client_says(&c, "Trains not included"));
  post(&c, "/journey", "from=ZC1+1AA&to=ZC2+2AA&day=25/11/2026&time=06:00&by=leave");
  assert_true(client_says(&c, "Trains not included")); /* on every answer, also "no way" */
  assert_true(client_says(&c, "We found no way there"));
  struct region_sources both = {.gtfs = {a_bus(t)}, .n_gtfs = 1, .rail = rail(t)};
  if (!region_make(&both, NULL, NULL, &why)) fail_msg("%s", why.text);
  post(&c, "/journey", "from=ZC1+1AA&to=ZC2+2AA&day=25/11/2026&time=06:30&by=leave");
  assert_false(client_says(&c, "Trains not included"));
  assert_true(client_says(&c, "2 changes"));
  assert_true(client_says(&c, "<time>07:00</time>"));
  assert_true(client_says(&c, "HARWICH TOWN, there at 08:35"));
  assert_true(client_says(&c, "Train from"));
  post(&c, "/journey", "from=ZC1+1AA&to=ZC2+2AA&day=29/11/2026&time=06:30&by=leave"); /* Sunday */
  assert_true(client_says(&c, "We found no way there"));
  client_close(&c);
}

int main(int argc, char **argv) {
  static const struct db_test_case all[] = {
      DB_TEST(the_region_is_made_and_made_again_when_lost),
      DB_TEST(a_damaged_region_is_not_used_and_made_again),
      DB_TEST(a_bad_timetable_changes_nothing),
      DB_TEST(minutes_are_those_of_the_ways),
      DB_TEST(nothing_without_a_place_a_region_or_a_day),
      DB_TEST(sundays_last_buses_and_school_days),
      DB_TEST(what_would_help_is_worked_out),
      DB_TEST(finding_sorts_and_leaves_out_by_minutes),
      DB_TEST(without_a_region_the_page_is_as_it_was),
      DB_TEST(how_do_i_get_there_in_plain_words),
      DB_TEST(a_private_address_has_no_minutes_and_no_way),
      DB_TEST(no_question_is_kept),
      DB_TEST(the_table_is_made_at_night_and_goes_on_where_it_stopped),
      DB_TEST(a_row_is_what_one_search_says),
      DB_TEST(S64_Clacton_to_Harwich)};
  const struct migrations lists[] = {db_migrations,      audit_migrations,   web_migrations,
                                     record_migrations,  places_migrations,  directory_migrations,
                                     finding_migrations, journeys_migrations};
  return db_test_main(argc, argv, "journeys", all, countof(all), lists, countof(lists));
}
