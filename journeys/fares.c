/* fares: what a way costs, by the dated table an installation was given (reach/fare.h). There is no
 * price in the program: without the table, or without a rule for a company used on that day, the
 * cost is not known, and it is said so. */
#include "journeys/kept.h"
#include "reach/fare.h"

enum { FARES_BYTES_MAX = 4 << 20, ROOM_BYTES = 64 << 20 };

static bool table_read(struct arena *a, const char *path, struct fares *out, struct str *text,
                       struct why *why) {
  if (!file_read(a, path, FARES_BYTES_MAX, text, why)) return false;
  struct csv *csv = csv_open_str(a, *text);
  bool ok = fare_read(a, csv, out, why);
  csv_close(csv);
  return ok;
}

static bool table_here(struct arena *a, struct fares *out) {
  struct str text;
  struct why why;
  const char *path = region_file(a, "fares.csv");
  return path && file_exists(path) && table_read(a, path, out, &text, &why);
}

static bool has_rule(const struct fares *f, struct str company) {
  for (size_t i = 0; i < f->n; i++)
    if (str_eq(f->p[i].operator, company)) return true;
  return false;
}

/* Companies of the timetable the table has no rule for at all. */
static void say_without(const struct region *r, const struct fares *f, struct buf *says) {
  for (uint32_t i = 0; i < r->n_routes; i++) {
    struct str name = region_text(r, r->routes[i].agency);
    bool said = has_rule(f, name);
    for (uint32_t k = 0; k < i && !said; k++) said = r->routes[k].agency == r->routes[i].agency;
    if (!said) buf_format(says, "No fare for %.*s: what its rides cost stays unknown.\n", P(name));
  }
}

bool fares_keep(const char *path, struct buf *says, struct why *why) {
  struct arena a = arena_open(ROOM_BYTES);
  struct fares f;
  struct str text;
  const char *to = region_file(&a, "fares.csv");
  bool ok = (to || why_say(why, "There is no data folder to keep fares in.")) &&
            table_read(&a, path, &f, &text, why) &&
            (f.n || why_say(why, "The table holds no fares.")) && region_folder_make(why) &&
            file_write(to, text, why);
  if (ok) buf_format(says, "%zu fares read.\n", f.n);
  if (ok && region_now()) say_without(region_now(), &f, says);
  arena_close(&a);
  return ok;
}

/* ---- What ways cost. */

static void add_rides(struct fare_week *w, int day, const struct travel *way, size_t *rides) {
  for (size_t i = 0; way->found && i < way->legs.n; i++) {
    if (way->legs.p[i].by != WAY_RIDE) continue;
    fare_add_ride(w, day, way->legs.p[i].operator);
    ++*rides;
  }
}

/* Where the rules of these companies were read, each once: "a (2026), b". */
static struct str sources_of(struct arena *a, const struct fares *f, const struct fare_week *w,
                             day_t from, day_t until) {
  struct str out = {0};
  for (size_t i = 0; i < f->n; i++) {
    const struct fare_rule *r = &f->p[i];
    bool used = str_eq(r->operator, S("*"));
    for (size_t o = 0; o < w->n; o++) used |= str_eq(r->operator, w->operator[o]);
    if (!used || !r->source.n || r->who.n || (r->from != DAY_NONE && r->from > until) ||
        (r->until != DAY_NONE && r->until < from) || str_contains(out, r->source))
      continue;
    out = str_format(a, "%.*s%s%.*s", P(out), out.n ? ", " : "", P(r->source));
  }
  return out;
}

static struct fares_said price(struct arena *a, const struct fare_week *w, size_t rides, day_t from,
                               day_t until) {
  struct fares_said out = {.rides = rides > 0};
  struct fares f;
  if (!rides || !table_here(a, &f)) return out;
  struct fare_answer answer = fare_for_week(&f, w, a);
  out.table = true, out.known = answer.known, out.pence = answer.pence;
  out.missing = answer.missing;
  if (answer.known) out.source = sources_of(a, &f, w, from, until);
  return out;
}

struct fares_said fares_of_day(struct arena *a, day_t day, const struct travel *const *ways,
                               size_t n) {
  int at = (int)day_weekday(day);
  struct fare_week w = {.monday = day - (day_t)at};
  size_t rides = 0;
  for (size_t i = 0; i < n; i++) add_rides(&w, at, ways[i], &rides);
  return price(a, &w, rides, day, day);
}

struct fares_said fares_of_week(struct arena *a, const struct week *week) {
  if (!week->n) return (struct fares_said){0};
  struct fare_week w = {.monday = week->day[0].on};
  size_t rides = 0;
  for (size_t i = 0; i < week->n && i < FARE_DAYS; i++) {
    const struct week_day *d = &week->day[i];
    if (!d->known || !d->in.can || !d->home.can) continue; /* it cannot be worked: no fare */
    int at = (int)day_weekday(d->on);
    add_rides(&w, at, &d->in.first, &rides), add_rides(&w, at, &d->in.way, &rides);
    add_rides(&w, at, &d->home.first, &rides), add_rides(&w, at, &d->home.way, &rides);
  }
  return price(a, &w, rides, w.monday, w.monday + FARE_DAYS - 1);
}
