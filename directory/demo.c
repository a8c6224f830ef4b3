/* demo: the help one finds in Seaborough, through the same doors as a real entry: organisations,
 * places, services, times, money and areas. Everything is invented, and marked so in the database.
 */
#include "directory/inside.h"
#include "seaborough/seaborough.h"

struct demo {
  struct db *db;
  struct arena *a;
  const struct seaborough *s;
  instant_t now;
  enum db_result result;
};

static void save(struct demo *d, const struct record_type *type, void *record) {
  if (d->result == DB_OK) d->result = record_insert(d->db, d->a, type, record, 0, d->now);
}

/* "a;b" -> "a b", as CODES fields hold them. */
static struct str codes(struct arena *a, struct str list) {
  char *out = str_c(a, list);
  for (size_t i = 0; i < list.n; i++)
    if (out[i] == ';') out[i] = ' ';
  return (struct str){out, list.n};
}

static struct str listed(struct arena *a, struct str list) {
  struct strs parts = str_split(a, list, ';');
  struct str out = {0};
  for (size_t i = 0; i < parts.n; i++)
    out = str_format(a, "%.*s%s%.*s", P(out), i ? ", " : "", P(parts.p[i]));
  return out;
}

/* Who it is for, in the language of rules/README.md. */
static struct str rule_of(struct arena *a, const struct sb_service *v) {
  struct str out = {0};
  bool from = v->age_from > 0, to = v->age_to < RULES_AGE_MAX;
  if (from && to) out = str_format(a, "age %d to %d\n", v->age_from, v->age_to);
  else if (from) out = str_format(a, "age at least %d\n", v->age_from);
  else if (to) out = str_format(a, "age under %d\n", v->age_to + 1);
  if (v->only_for.n) out = str_format(a, "%.*scohort %.*s\n", P(out), P(listed(a, v->only_for)));
  if (v->only_status.n)
    out = str_format(a, "%.*sstatus %.*s\n", P(out), P(listed(a, v->only_status)));
  return out.n ? out : S("everyone\n");
}

static int64_t put_organisation(struct demo *d, const struct sb_organisation *from) {
  struct organisation o;
  record_clear(&organisation_type, &o);
  uuid_parse(from->id, &o.public_id);
  o.name = from->name, o.description = from->description, o.kind = from->kind,
  o.phone = from->phone;
  o.email = from->email, o.website = from->web, o.invented = 1;
  save(d, &organisation_type, &o);
  return o.id;
}

static int64_t put_location(struct demo *d, const struct sb_service *v, int64_t organisation) {
  const struct sb_postcode *at = &d->s->postcodes.p[v->postcode];
  struct location l;
  record_clear(&location_type, &l);
  l.organisation = organisation, l.location_type = S("physical"),
  l.address_not_published = !v->address_published;
  l.address_1 = v->address_1, l.postcode = str_of(at->text), l.country = S("GB"), l.invented = 1;
  l.city = d->s->areas.p[sb_ancestor(d->s, at->lsoa, SB_NEIGHBOURHOOD)].name;
  l.county = d->s->areas.p[sb_ancestor(d->s, at->lsoa, SB_DISTRICT)].name;
  l.latitude = at->at.lat, l.longitude = at->at.lon;
  save(d, &location_type, &l);
  return l.id;
}

static int64_t put_service(struct demo *d, const struct sb_service *v, int64_t organisation) {
  struct service s;
  record_clear(&service_type, &s);
  uuid_parse(v->id, &s.public_id);
  s.organisation = organisation, s.name = v->name, s.summary = v->description,
  s.status = S("active");
  s.description = v->description, s.category = v->category, s.styles = codes(d->a, v->styles);
  s.cohorts = codes(d->a, v->cohorts), s.models = v->model,
  s.referral_routes = codes(d->a, v->routes);
  s.rule = rule_of(d->a, v), s.free = v->cost_pence == 0, s.whole_area = 0;
  if (v->age_from > 0) s.minimum_age = v->age_from;
  if (v->age_to < RULES_AGE_MAX) s.maximum_age = v->age_to;
  s.walk_in = codes_has(s.referral_routes, S("self")) && str_eq(v->model, S("hub"));
  s.phone = v->phone, s.email = v->email, s.website = v->web, s.attending = S("in_person"),
  s.languages = S("en");
  s.wifi = v->wifi, s.devices = v->devices, s.invented = 1;
  if (v->places_left >= 0) s.places_left = v->places_left, s.capacity_on = v->assured;
  if (v->places_total >= 0) s.places_total = v->places_total, s.capacity_on = v->assured;
  if (v->waiting_days >= 0) s.waiting_days = v->waiting_days, s.capacity_on = v->assured;
  s.starts = v->starts, s.ends = v->ends, s.assured_on = v->assured, s.published_on = v->assured;
  s.review_days = day_add_months(v->assured, v->review_months) - v->assured;
  save(d, &service_type, &s);
  return s.id;
}

static void put_times(struct demo *d, const struct sb_service *v, int64_t service,
                      int64_t location) {
  static const char *const days[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
  for (size_t i = 0; i < v->hours.n; i++) {
    const struct sb_hours *h = &v->hours.p[i];
    struct schedule t;
    record_clear(&schedule_type, &t);
    t.service = service, t.location = location, t.freq = S("WEEKLY"),
    t.byday = str_of(days[h->day]);
    t.opens_at = str_format(d->a, "%02d:%02d", h->opens / 60, h->opens % 60);
    t.closes_at = str_format(d->a, "%02d:%02d", h->closes / 60, h->closes % 60);
    save(d, &schedule_type, &t);
  }
}

static void put_area(struct demo *d, int64_t service, const struct sb_area *area) {
  struct service_area w;
  record_clear(&service_area_type, &w);
  w.service = service, w.name = area->name, w.code = area->code;
  save(d, &service_area_type, &w);
}

static void put_areas(struct demo *d, const struct sb_service *v, int64_t service) {
  const uint32_t every = (1u << SB_NEIGHBOURHOODS) - 1;
  uint32_t first = d->s->neighbourhood[0];
  if (v->hoods == every) put_area(d, service, &d->s->areas.p[sb_ancestor(d->s, first, SB_REGION)]);
  for (int k = 0; k < SB_NEIGHBOURHOODS && v->hoods != every; k++)
    if (v->hoods >> k & 1) put_area(d, service, &d->s->areas.p[d->s->neighbourhood[k]]);
}

static void put_money(struct demo *d, const struct sb_service *v, int64_t service) {
  if (v->funder.n) {
    struct service_funding f;
    record_clear(&service_funding_type, &f);
    f.service = service, f.funder = v->funder, f.kind = S("first"), f.starts = v->starts,
    f.ends = v->ends;
    if (v->amount_pence >= 0) f.amount = v->amount_pence;
    save(d, &service_funding_type, &f);
  }
  if (v->cost_pence > 0) {
    struct cost_option c;
    record_clear(&cost_option_type, &c);
    c.service = service, c.amount = v->cost_pence;
    save(d, &cost_option_type, &c);
  }
}

static void put_one(struct demo *d, const struct sb_service *v, int64_t organisation) {
  int64_t location = put_location(d, v, organisation), service = put_service(d, v, organisation);
  struct service_at_location at;
  record_clear(&service_at_location_type, &at);
  at.service = service, at.location = location;
  save(d, &service_at_location_type, &at);
  put_times(d, v, service, location);
  put_areas(d, v, service);
  put_money(d, v, service);
}

static bool there_already(struct demo *d) {
  struct uuid id;
  struct organisation o;
  return d->s->organisations.n && uuid_parse(d->s->organisations.p[0].id, &id) &&
         record_load_public(d->db, d->a, &organisation_type, id, &o);
}

bool directory_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now,
                    struct progress *p, struct why *why) {
  struct demo d = {db, a, seaborough_make(a, seed, instant_local_uk(now).day), now, DB_OK};
  if (there_already(&d)) return true;
  progress_step(p, "Help in Seaborough (invented)", "services", d.s->services.n);
  record_change_from(S("demo"));
  db_begin(db, STORE_MAIN);
  int64_t *organisation = arena_many(a, int64_t, d.s->organisations.n + 1);
  for (size_t i = 0; i < d.s->organisations.n; i++)
    organisation[i] = put_organisation(&d, &d.s->organisations.p[i]);
  for (size_t i = 0; i < d.s->services.n && d.result == DB_OK; i++) {
    put_one(&d, &d.s->services.p[i], organisation[d.s->services.p[i].organisation]);
    progress_at(p, i + 1);
  }
  if (d.result == DB_OK) d.result = directory_changed(db);
  record_change_from((struct str){0});
  progress_end(p, d.s->services.n);
  if (d.result != DB_OK) db_rollback(db, STORE_MAIN);
  else d.result = db_commit(db, STORE_MAIN);
  return d.result == DB_OK || why_say(why, "The demo's help could not be saved.");
}
