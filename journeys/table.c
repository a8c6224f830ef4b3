/* table: from every ward and small area, how many minutes to the nearest help, to 1,000 jobs, to
 * childcare; hour by hour, on a weekday and a Sunday. A job of the night that goes on where it
 * stopped; rows of before stay until theirs is made. */
#include <math.h>
#include "journeys/inside.h"

static const char *const day_kinds[] = {"weekday", "sunday"};
const char *const reach_kind_codes[REACH_KINDS] = {"provider", "jobs", "childcare"};
#define MICRO 1e6

day_t reach_weekday(day_t from) {
  while (day_weekday(from) < TUESDAY || day_weekday(from) > THURSDAY) from++;
  return from;
}

day_t reach_sunday(day_t from) {
  while (day_weekday(from) != SUNDAY) from++;
  return from;
}

struct reach_need reach_needs(void) {
  return (struct reach_need){REACH_KINDS, {1, REACH_JOBS_WANTED, 1}};
}

/* ---- What is to be reached. */

static void add_providers(struct arena *a, const struct offers *o, struct reach_targets *out,
                          size_t *cap) {
  for (size_t i = 0; i < o->list.n; i++) {
    const struct offer *f = &o->list.p[i];
    for (size_t k = 0; f->standing.state == STANDING_LIVE && k < f->places.n; k++) {
      const struct offer_place *p = &f->places.p[k];
      if (p->published && !isnan(p->latitude))
        *slice_push(a, out, cap) =
            (struct reach_target){{p->latitude, p->longitude}, REACH_PROVIDER, 1};
    }
  }
}

bool reach_targets_read(struct db *db, struct arena *a, day_t day, struct reach_targets *out,
                        struct why *why) {
  const struct offers *o = offers_now(db, day, DIRECTORY_LIVE, why);
  size_t cap = 0;
  *out = (struct reach_targets){0};
  if (!o) return false;
  add_providers(a, o, out, &cap);
  struct rows r =
      db_rows(db, a, SQL("select kind, lat, lon, weight from reach_target order by id"));
  while (db_next(&r))
    *slice_push(a, out, &cap) =
        (struct reach_target){{(double)row_int(&r, 1) / MICRO, (double)row_int(&r, 2) / MICRO},
                              str_eq(row_text(&r, 0), S("jobs")) ? REACH_JOBS : REACH_CHILDCARE,
                              (double)row_int(&r, 3)};
  return true;
}

struct hours {
  int opens, closes; /* -1 = not said */
};

static struct db_value minute_or_null(int minute) {
  return minute < 0 ? db_null() : V((int64_t)minute);
}

static enum db_result put_target(struct db *db, struct str kind, struct str name, struct spot at,
                                 int64_t weight, struct hours hours, struct str source) {
  return db_run(db,
                SQL("insert into reach_target (kind, name, lat, lon, weight, source, opens, "
                    "closes) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) on conflict (kind, name, "
                    "source) do update set lat = excluded.lat, lon = excluded.lon, weight = "
                    "excluded.weight, opens = excluded.opens, closes = excluded.closes"),
                V(kind), V(name), V((int64_t)llround(at.lat * MICRO)),
                V((int64_t)llround(at.lon * MICRO)), V(weight), V(source),
                minute_or_null(hours.opens), minute_or_null(hours.closes));
}

/* Both or neither. */
static struct hours hours_of(const struct csv_row *row, int opens, int closes) {
  struct hours h;
  bool both = minute_parse_typed(csv_cell(row, opens), &h.opens) &&
              minute_parse_typed(csv_cell(row, closes), &h.closes) && h.opens < h.closes;
  return both ? h : (struct hours){-1, -1};
}

static bool good_degrees(double lat, double lon) {
  return fabs(lat) <= 90 && fabs(lon) <= 180 && (lat != 0 || lon != 0);
}

int64_t reach_targets_import(struct db *db, struct arena *a, struct str kind, struct csv *rows,
                             struct str source, struct why *why) {
  static const char *const lats[] = {"lat", "latitude", NULL},
                           *const lons[] = {"long", "lon", "lng", "longitude", NULL},
                           *const weights[] = {"people", "jobs", "weight", NULL};
  struct csv_row row;
  int name = csv_column(rows, S("name")), lat = csv_column_any(rows, lats),
      lon = csv_column_any(rows, lons), weight = csv_column_any(rows, weights);
  int opens = csv_column(rows, S("opens")), closes = csv_column(rows, S("closes"));
  int64_t n = 0, people;
  (void)a;
  if (name < 0 || lat < 0 || lon < 0 || (str_eq(kind, S("jobs")) && weight < 0))
    return why_say(why, "The file needs the columns name, lat and long, and for jobs people.") ? 0
                                                                                               : -1;
  db_begin(db, STORE_MAIN);
  db_run(db, SQL("delete from reach_target where kind = ?1 and source = ?2"), V(kind), V(source));
  enum csv_result got;
  while ((got = csv_next(rows, &row, why)) == CSV_ROW) {
    struct spot at;
    if (!str_to_double(csv_cell(&row, lat), &at.lat) ||
        !str_to_double(csv_cell(&row, lon), &at.lon) || !good_degrees(at.lat, at.lon))
      continue;
    if (!str_eq(kind, S("jobs")) || !str_to_i64(csv_cell(&row, weight), &people) || people < 0)
      people = str_eq(kind, S("jobs")) ? 0 : 1;
    struct hours hours =
        str_eq(kind, S("childcare")) ? hours_of(&row, opens, closes) : (struct hours){-1, -1};
    if (put_target(db, kind, csv_cell(&row, name), at, people, hours, source) == DB_OK) n++;
  }
  if (got != CSV_BAD && db_commit(db, STORE_MAIN) == DB_OK) return n;
  if (got == CSV_BAD)
    db_rollback(db, STORE_MAIN);
  else
    why_say(why, "The places could not be saved. Try again.");
  return -1;
}

int journeys_area_jobs(struct db *db, struct arena *a, struct str area_code, int hour) {
  (void)a;
  return (int)db_number(db, AREA_NOT_KNOWN,
                        SQL("select jobs from reach_area where area_code = ?1 and day_kind = "
                            "'weekday' and hour = ?2"),
                        V(area_code), V((int64_t)hour));
}

/* ---- The table. */

struct making {
  struct job *job;
  struct reach_targets targets;
  struct reach_need need;
  struct reach_services services;
  day_t days[2];
};

static int by_code(const void *x, const void *y) {
  const struct area *a = x, *b = y;
  return str_cmp(a->code, b->code);
}

struct areas reach_areas_wanted(struct db *db, struct arena *a) {
  static const char *const kinds[] = {"ward", "lsoa"};
  struct areas out = {0};
  size_t cap = 0;
  for (size_t k = 0; k < countof(kinds); k++) {
    struct areas of = areas_of_kind(db, a, str_of(kinds[k]));
    for (size_t i = 0; i < of.n; i++)
      if (!isnan(of.p[i].centre.lat)) *slice_push(a, &out, &cap) = of.p[i];
  }
  if (out.n) qsort(out.p, out.n, sizeof *out.p, by_code);
  return out;
}

static enum db_result put_row(struct db *db, struct str code, const char *day_kind, int hour,
                              const int minutes[REACH_KINDS_MAX]) {
  return db_run(db,
                SQL("insert into reach_area (area_code, day_kind, hour, provider, jobs, childcare) "
                    "values (?1, ?2, ?3, ?4, ?5, ?6) on conflict (area_code, day_kind, hour) do "
                    "update set provider = excluded.provider, jobs = excluded.jobs, childcare = "
                    "excluded.childcare"),
                V(code), V(str_of(day_kind)), V((int64_t)hour), V((int64_t)minutes[REACH_PROVIDER]),
                V((int64_t)minutes[REACH_JOBS]), V((int64_t)minutes[REACH_CHILDCARE]));
}

enum { HOURS = REACH_HOUR_LAST - REACH_HOUR_FIRST + 1 };

/* What was found of one area: all its hours. Services of wards only. */
struct found {
  int minutes[2][HOURS][REACH_KINDS_MAX];
  uint8_t *services[2][HOURS];
};

static bool find_area(struct making *m, const struct area *area, struct arena *a,
                      struct found *out) {
  struct spot home = {area->centre.lat, area->centre.lon};
  bool ward = str_eq(area->kind, S("ward"));
  for (int d = 0; d < 2; d++)
    for (int h = 0; h < HOURS; h++) {
      struct set_out when = {m->days[d], (REACH_HOUR_FIRST + h) * 60};
      out->services[d][h] = ward ? arena_many(a, uint8_t, m->services.ids.n + 1) : NULL;
      struct arena scratch = *a;
      if (!minutes_nearest(&scratch, home, when, m->targets.p, m->targets.n, &m->need,
                           out->minutes[d][h]) ||
          (ward && !reach_services_find(&scratch, &m->services, home, when, out->services[d][h])))
        return false;
    }
  return true;
}

static enum db_result put_area(struct making *m, const struct area *area, struct arena *a,
                               const struct found *f, int d, int h) {
  enum db_result r =
      put_row(m->job->db, area->code, day_kinds[d], REACH_HOUR_FIRST + h, f->minutes[d][h]);
  if (r != DB_OK || !f->services[d][h]) return r;
  return reach_services_put(m->job->db, a, &m->services, area->code, day_kinds[d],
                            REACH_HOUR_FIRST + h, f->services[d][h]);
}

/* One area, kept together with the place the job has come to. */
static bool make_area(struct making *m, const struct area *area, struct why *why) {
  struct arena scratch = *m->job->arena;
  struct found f;
  enum db_result r = DB_OK;
  if (!find_area(m, area, &scratch, &f))
    return why_say(why, "The bus times do not cover the days the table is of.");
  db_begin(m->job->db, STORE_MAIN);
  for (int d = 0; d < 2; d++)
    for (int h = 0; h < HOURS && r == DB_OK; h++) r = put_area(m, area, &scratch, &f, d, h);
  job_keep_state(m->job, str_format(&scratch, "{\"after\":\"%.*s\"}", P(area->code)));
  return (r == DB_OK && db_commit(m->job->db, STORE_MAIN) == DB_OK) ||
         why_say(why, "The table could not be written.");
}

static struct str after_of(struct job *job) {
  struct str s = job->state, mark = S("\"after\":\"");
  size_t at = str_find(s, mark);
  if (at == s.n) return (struct str){0};
  struct str rest = str_slice(s, at + mark.n, s.n);
  return str_copy(job->arena, str_slice(rest, 0, str_find_byte(rest, '"')));
}

static bool finish(struct making *m, day_t today) {
  struct arena scratch = *m->job->arena;
  reach_services_sweep(m->job->db);
  return db_run(m->job->db,
                SQL("update reach_state set made_on = ?1, weekday_on = ?2, sunday_on = ?3 where id "
                    "= 1"),
                db_day(&scratch, today), db_day(&scratch, m->days[0]),
                db_day(&scratch, m->days[1])) == DB_OK;
}

enum job_end reach_areas_job(struct job *job, struct why *why) {
  day_t today = instant_local_uk(job->now).day;
  struct making m = {
      .job = job, .need = reach_needs(), .days = {reach_weekday(today), reach_sunday(today)}};
  struct str after = after_of(job);
  if (!region_loaded().loaded) return JOB_DONE; /* asked again when there is one */
  if (!reach_targets_read(job->db, job->arena, today, &m.targets, why) ||
      !reach_services_read(job->db, job->arena, today, job->now, &m.services, why))
    return JOB_FAILED;
  struct areas all = reach_areas_wanted(job->db, job->arena);
  progress_step(job->progress, "Minutes from each area", "areas", all.n);
  for (size_t i = 0; i < all.n; i++) {
    if (after.n && str_cmp(all.p[i].code, after) <= 0) continue;
    if (job_stop_asked(job)) return JOB_STOPPED;
    if (!make_area(&m, &all.p[i], why)) return JOB_FAILED;
    progress_at(job->progress, i + 1);
  }
  progress_end(job->progress, all.n);
  return finish(&m, today) ? JOB_DONE : JOB_AGAIN;
}
