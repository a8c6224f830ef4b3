/* services: minutes from each ward to every live service, for pages that ask which of a few can be
 * reached. A byte a service and a list of ids they share: twenty thousand services and 150 wards
 * take 96 MB, where a row each would take gigabytes. */
#include <math.h>
#include "journeys/inside.h"

enum { BYTE_HIDDEN = 253, BYTE_COMES = 254, BYTE_FAR = 255, ID_BYTES = 8 };

/* Help that comes to people, or needs no way at all. */
static bool comes(const struct offer *f) {
  static const char *const ways[] = {"online", "telephone", "home_visit", "outreach"};
  for (size_t i = 0; i < countof(ways); i++)
    if (codes_has(f->attending, str_of(ways[i]))) return true;
  return false;
}

static int by_id(const void *x, const void *y) {
  const struct offer *const *a = x, *const *b = y;
  return ((*a)->id > (*b)->id) - ((*a)->id < (*b)->id);
}

static struct str ids_packed(struct arena *a, const struct reach_services *s) {
  char *p = arena_many(a, char, s->ids.n *ID_BYTES + 1);
  for (size_t i = 0; i < s->ids.n; i++)
    for (int b = 0; b < ID_BYTES; b++)
      p[i * ID_BYTES + (size_t)b] = (char)((uint64_t)s->ids.p[i] >> (8 * b));
  return (struct str){p, s->ids.n * ID_BYTES};
}

static void add_places(struct arena *a, const struct offer *f, struct reach_services *out, size_t i,
                       size_t *cap) {
  out->ids.p[i] = f->id, out->comes[i] = comes(f), out->hidden[i] = false;
  out->from[i] = out->at.n;
  for (size_t k = 0; k < f->places.n; k++) {
    const struct offer_place *p = &f->places.p[k];
    if (p->published && !isnan(p->latitude))
      *slice_push(a, &out->at, cap) = (struct spot){p->latitude, p->longitude};
  }
  if (out->at.n == out->from[i]) out->hidden[i] = true;
  out->from[i + 1] = out->at.n;
}

bool reach_services_read(struct db *db, struct arena *a, day_t day, instant_t now,
                         struct reach_services *out, struct why *why) {
  const struct offers *o = offers_now(db, day, DIRECTORY_LIVE, why);
  size_t cap = 0, n = 0;
  if (!o) return false;
  const struct offer **live = arena_many(a, const struct offer *, o->list.n + 1);
  for (size_t i = 0; i < o->list.n; i++)
    if (o->list.p[i].standing.state == STANDING_LIVE) live[n++] = &o->list.p[i];
  if (n) qsort(live, n, sizeof *live, by_id);
  *out = (struct reach_services){.from = arena_many(a, size_t, n + 1),
                                 .comes = arena_many(a, bool, n + 1),
                                 .hidden = arena_many(a, bool, n + 1)};
  out->ids.p = arena_many(a, int64_t, n + 1), out->ids.n = n;
  for (size_t i = 0; i < n; i++) add_places(a, live[i], out, i, &cap);
  out->list_id =
      db_insert(db, SQL("insert into reach_list (services, made_at) values (?1, ?2) returning id"),
                db_blob(ids_packed(a, out)), db_instant(a, now));
  return out->list_id || why_say(why, "The table could not be begun.");
}

bool reach_services_find(struct arena *a, const struct reach_services *s, struct spot home,
                         struct set_out out, uint8_t *minutes) {
  int *each = arena_many(a, int, s->at.n + 1);
  if (!minutes_each(a, home, out, s->at.p, s->at.n, each)) return false;
  for (size_t i = 0; i < s->ids.n; i++) {
    int best = -1;
    for (size_t k = s->from[i]; k < s->from[i + 1]; k++)
      if (each[k] >= 0 && (best < 0 || each[k] < best)) best = each[k];
    minutes[i] = (uint8_t)(s->comes[i]    ? BYTE_COMES
                           : s->hidden[i] ? BYTE_HIDDEN
                           : best < 0     ? BYTE_FAR
                                          : best);
  }
  return true;
}

enum db_result reach_services_put(struct db *db, struct arena *a, const struct reach_services *s,
                                  struct str code, const char *day_kind, int hour,
                                  const uint8_t *minutes) {
  (void)a;
  return db_run(db,
                SQL("insert into reach_services (area_code, day_kind, hour, list_id, minutes) "
                    "values (?1, ?2, ?3, ?4, ?5) on conflict (area_code, day_kind, hour) do update "
                    "set list_id = excluded.list_id, minutes = excluded.minutes"),
                V(code), V(str_of(day_kind)), V((int64_t)hour), V(s->list_id),
                db_blob((struct str){(const char *)minutes, s->ids.n}));
}

void reach_services_sweep(struct db *db) {
  db_run(db, SQL("delete from reach_list where id not in (select list_id from reach_services)"));
}

static int minutes_of(uint8_t byte) {
  return byte == BYTE_HIDDEN   ? SERVICE_HIDDEN
         : byte == BYTE_COMES  ? SERVICE_COMES
         : byte > MINUTES_MOST ? SERVICE_FAR
                               : byte;
}

static int64_t id_at(struct str packed, size_t i) {
  uint64_t id = 0;
  for (int b = 0; b < ID_BYTES; b++)
    id |= (uint64_t)(uint8_t)packed.p[i * ID_BYTES + (size_t)b] << (8 * b);
  return (int64_t)id;
}

struct area_services journeys_area_services(struct db *db, struct arena *a, struct str ward_code,
                                            bool sunday, int hour) {
  struct area_services out = {0};
  struct rows r;
  if (!db_one(&r, db, a,
              SQL("/* by key */ select s.minutes, l.services from reach_services s join reach_list "
                  "l on l.id = s.list_id where s.area_code = ?1 and s.day_kind = ?2 and s.hour = "
                  "?3"),
              V(ward_code), V(sunday ? S("sunday") : S("weekday")), V((int64_t)hour)))
    return out;
  struct str minutes = row_text(&r, 0), ids = row_text(&r, 1);
  db_done(&r);
  size_t n = minutes.n < ids.n / ID_BYTES ? minutes.n : ids.n / ID_BYTES;
  out.p = arena_many(a, struct service_minutes, n + 1);
  for (size_t i = 0; i < n; i++)
    out.p[out.n++] = (struct service_minutes){id_at(ids, i), minutes_of((uint8_t)minutes.p[i])};
  return out;
}
