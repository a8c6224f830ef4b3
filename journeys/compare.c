/* compare: another timetable held against the one in use. Its region is made apart, in a folder of
 * its own; a job works out the same minutes as the night's table and goes on where it stopped. */
#include <math.h>
#include <stdio.h>
#include <unistd.h>
#include "db/here.h"
#include "journeys/inside.h"
#include "seaborough/seaborough.h"

enum { NAME_CHARACTERS_MAX = 80 };

static struct str folder_of(struct arena *a, struct str data, struct uuid id) {
  return str_format(a, "%.*s/compare/%.*s", P(data), P(uuid_str(a, id)));
}

/* Makes the other region beside ours and leaves ours in use. */
static bool make_region(struct arena *a, struct str data, struct uuid id,
                        const struct region_sources *from, struct progress *p, struct buf *says,
                        struct why *why) {
  struct str folder = folder_of(a, data, id);
  bool ok = folder_make(str_c(a, str_format(a, "%.*s/compare", P(data))), why) &&
            folder_make(str_c(a, folder), why);
  region_use(folder);
  ok = ok && region_make(from, p, says, why);
  region_use(data);
  return ok;
}

bool reach_compare_add(struct db *db, struct arena *a, struct str data, struct str name,
                       const struct region_sources *from, instant_t now, struct progress *p,
                       struct buf *says, struct why *why) {
  struct uuid id = uuid_v4();
  name = str_trim(name);
  if (!name.n || utf8_count(name) > NAME_CHARACTERS_MAX)
    return why_say(why, "Say in up to 80 letters what it is: --name \"Fewer evening buses\".");
  if (!make_region(a, data, id, from, p, says, why)) return false;
  db_begin(db, STORE_MAIN);
  int64_t n = db_insert(db,
                        SQL("insert into reach_comparison (public_id, name, added_at) values (?1, "
                            "?2, ?3) returning id"),
                        V(uuid_str(a, id)), V(name), db_instant(a, now));
  if (n)
    job_add(db, a, "reach compare", str_format(a, "{\"comparison\":%lld}", (long long)n), now,
            INSTANT_NONE, str_format(a, "compare %lld", (long long)n));
  return db_commit(db, STORE_MAIN) == DB_OK ||
         why_say(why, "The comparison could not be saved. Try again.");
}

/* ---- The job. */

static int64_t number_after(struct str json, const char *mark) {
  int64_t n = 0;
  size_t at = str_find(json, str_of(mark));
  if (at == json.n) return 0;
  struct str rest = str_slice(json, at + strlen(mark), json.n);
  size_t end = 0;
  while (end < rest.n && rest.p[end] >= '0' && rest.p[end] <= '9') end++;
  return str_to_i64(str_slice(rest, 0, end), &n) ? n : 0;
}

static enum db_result put_row(struct db *db, int64_t comparison, struct str code,
                              const char *day_kind, int hour, const int minutes[REACH_KINDS_MAX]) {
  return db_run(db,
                SQL("insert into reach_compared (comparison_id, area_code, day_kind, hour, "
                    "provider, jobs, childcare) values (?1, ?2, ?3, ?4, ?5, ?6, ?7) on conflict "
                    "(comparison_id, area_code, day_kind, hour) do update set provider = "
                    "excluded.provider, jobs = excluded.jobs, childcare = excluded.childcare"),
                V(comparison), V(code), V(str_of(day_kind)), V((int64_t)hour),
                V((int64_t)minutes[REACH_PROVIDER]), V((int64_t)minutes[REACH_JOBS]),
                V((int64_t)minutes[REACH_CHILDCARE]));
}

struct comparing {
  struct job *job;
  int64_t id;
  struct uuid public_id;
  struct reach_targets targets;
  struct areas areas;
  day_t days[2];
};

static bool compare_area(struct comparing *c, const struct area *area, size_t next,
                         struct why *why) {
  static const char *const kinds[] = {"weekday", "sunday"};
  struct arena scratch = *c->job->arena;
  struct reach_need need = reach_needs();
  int minutes[2][REACH_HOUR_LAST + 1][REACH_KINDS_MAX];
  struct spot home = {area->centre.lat, area->centre.lon};
  enum db_result r = DB_OK;
  for (int d = 0; d < 2; d++)
    for (int h = REACH_HOUR_FIRST; h <= REACH_HOUR_LAST; h++)
      if (!minutes_nearest(&scratch, home, (struct set_out){c->days[d], h * 60}, c->targets.p,
                           c->targets.n, &need, minutes[d][h]))
        return why_say(why, "The other timetable does not cover an ordinary week from now on.");
  db_begin(c->job->db, STORE_MAIN);
  for (int d = 0; d < 2; d++)
    for (int h = REACH_HOUR_FIRST; h <= REACH_HOUR_LAST && r == DB_OK; h++)
      r = put_row(c->job->db, c->id, area->code, kinds[d], h, minutes[d][h]);
  job_keep_state(c->job, str_format(&scratch, "{\"next\":%zu}", next));
  return (r == DB_OK && db_commit(c->job->db, STORE_MAIN) == DB_OK) ||
         why_say(why, "The comparison could not be written.");
}

static enum job_end compare_all(struct comparing *c, day_t today, struct why *why) {
  struct region_loaded r = region_loaded();
  size_t from = (size_t)number_after(c->job->state, "\"next\":");
  if (!r.loaded) return why_say(why, "The other timetable cannot be read."), JOB_FAILED;
  day_t first = r.first > today ? r.first : today;
  c->days[0] = reach_weekday(first), c->days[1] = reach_sunday(first);
  progress_step(c->job->progress, "Minutes by the other timetable", "areas", c->areas.n);
  for (size_t i = from; i < c->areas.n; i++) {
    if (job_stop_asked(c->job)) return JOB_STOPPED;
    if (!compare_area(c, &c->areas.p[i], i + 1, why)) return JOB_FAILED;
    progress_at(c->job->progress, i + 1);
  }
  progress_end(c->job->progress, c->areas.n);
  struct arena scratch = *c->job->arena;
  return db_run(c->job->db,
                SQL("update reach_comparison set made_on = ?2, weekday_on = ?3, sunday_on = ?4 "
                    "where id = ?1"),
                V(c->id), db_day(&scratch, today), db_day(&scratch, c->days[0]),
                db_day(&scratch, c->days[1])) == DB_OK
             ? JOB_DONE
             : JOB_AGAIN;
}

enum job_end reach_compare_job(struct job *job, struct why *why) {
  struct comparing c = {.job = job, .id = number_after(job->arguments, "\"comparison\":")};
  struct str data = db_here()->folder;
  day_t today = instant_local_uk(job->now).day;
  struct rows r;
  if (!db_one(&r, job->db, job->arena, SQL("select public_id from reach_comparison where id = ?1"),
              V(c.id)))
    return JOB_DONE; /* taken away since */
  c.public_id = row_uuid(&r, 0);
  db_done(&r);
  if (!reach_targets_read(job->db, job->arena, today, &c.targets, why)) return JOB_FAILED;
  c.areas = reach_areas_wanted(job->db, job->arena);
  region_use(folder_of(job->arena, data, c.public_id));
  enum job_end end = compare_all(&c, today, why);
  region_use(data);
  return end;
}

/* With the table of the night: what is to be reached may have changed for both. */
void reach_compare_again(struct db *db, instant_t now) {
  struct arena a = arena_open(1 << 20);
  int64_t ids[64];
  size_t n = 0;
  if (!a.start) return;
  struct rows r = db_rows(db, &a, SQL("select id from reach_comparison order by id desc limit 64"));
  while (db_next(&r) && n < countof(ids)) ids[n++] = row_int(&r, 0);
  db_done(&r);
  for (size_t i = 0; i < n; i++) {
    db_begin(db, STORE_MAIN);
    job_add(db, &a, "reach compare", str_format(&a, "{\"comparison\":%lld}", (long long)ids[i]),
            now, INSTANT_NONE, str_format(&a, "compare %lld", (long long)ids[i]));
    if (db_commit(db, STORE_MAIN) != DB_OK) break;
  }
  arena_close(&a);
}

/* ---- The demo's own: what if there were half as many buses, and none in the evening? */

bool reach_compare_demo(struct db *db, struct arena *a, const struct seaborough *s, instant_t now,
                        struct why *why) {
  enum { EVENING = 18 * 60 };
  struct seaborough less = *s;
  struct str data = db_here()->folder,
             path = str_format(a, "%.*s/seaborough-less-invented.gtfs.zip", P(data));
  struct region_sources from = {.gtfs = {path}, .n_gtfs = 1};
  struct buf zip = buf_open((size_t)64 << 20);
  less.lines.p = arena_many(a, struct sb_line, s->lines.n + 1), less.lines.n = 0;
  for (size_t i = 0; i < s->lines.n; i++) {
    struct sb_line line = s->lines.p[i];
    if (!line.rail && line.days == SB_SUNDAYS) continue;
    if (!line.rail) line.every *= 2;
    if (!line.rail && line.last > EVENING && line.first < EVENING) line.last = EVENING;
    less.lines.p[less.lines.n++] = line;
  }
  bool ok = sb_gtfs_zip(&less, a, &zip, why) && file_write(str_c(a, path), buf_str(&zip), why) &&
            reach_compare_add(db, a, data, S("Half the buses, none in the evening (invented)"),
                              &from, now, NULL, NULL, why);
  (void)!unlink(str_c(a, path));
  buf_free(&zip);
  return ok;
}
