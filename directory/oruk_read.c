/* One record of a feed into our records. See feed.h for what is not trusted. */
#include <math.h>
#include "directory/feed.h"

/* ---- JSON as feeds have it: numbers as text, text as numbers, null and "" for nothing. */
static struct str text_of(struct arena *a, const json_t *o, const char *key) {
  const json_t *v = json_object_get(o, key);
  if (json_is_string(v)) return (struct str){json_string_value(v), json_string_length(v)};
  if (json_is_integer(v)) return str_format(a, "%lld", (long long)json_integer_value(v));
  if (json_is_real(v)) return str_format(a, "%.10g", json_real_value(v));
  return (struct str){0};
}

static struct str text_of_any(struct arena *a, const json_t *o, const char *const *keys) {
  struct str s = {0};
  for (; *keys && !s.n; keys++) s = text_of(a, o, *keys);
  return s;
}

/* A list under any of its names (3.0, 1.0, and what is seen). */
static const json_t *list_of(const json_t *o, const char *const *keys) {
  for (; *keys; keys++) {
    const json_t *v = json_object_get(o, *keys);
    if (json_is_array(v)) return v;
  }
  return NULL;
}
#define KEYS(...)                                                                                  \
  (const char *const[]) { __VA_ARGS__, NULL }

static size_t list_n(const json_t *list) {
  size_t n = list ? json_array_size(list) : 0;
  return n > FEED_CHILDREN_MAX ? FEED_CHILDREN_MAX : n;
}

/* ---- Values into fields: what does not fit is not known. */
static void take(struct feed_reading *r, const struct record_type *t, void *record,
                 const char *name, struct str given) {
  const struct field *f = field_find(t, str_of(name));
  struct value v;
  struct str s = feed_plain(r->a, given);
  bool text = f->kind == KIND_TEXT || f->kind == KIND_LONG;
  if (text && f->limit > 0) s = str_trim(utf8_head(s, (size_t)f->limit));
  if (f->kind == KIND_DAY) s = str_slice(s, 0, 10); /* "2026-03-15T10:00:00" is a day here */
  if (value_parse(r->a, f, s, &v, NULL)) field_set(f, record, v);
}

static void take_key(struct feed_reading *r, const struct record_type *t, void *record,
                     const char *name, const json_t *o, const char *key) {
  take(r, t, record, name, text_of(r->a, o, key));
}

/* Real feeds write -1, 0 and 999 for an age they do not know. */
static int64_t age_of(struct feed_reading *r, const json_t *o, const char *key) {
  double v;
  if (!str_to_double(text_of(r->a, o, key), &v) || v < 0 || v > 120) return NUMBER_NONE;
  return (int64_t)v;
}

/* Ids: the feed's own UUID when it is one and nobody else here has it, else one made from the feed
 * and its id. */
static struct uuid public_id(struct feed_reading *r, const struct record_type *t, struct str ref) {
  struct uuid id;
  void *other = arena_alloc(r->a, t->size, 16, 1);
  if (uuid_parse(ref, &id) && !record_load_public(r->db, r->a, t, id, other)) return id;
  id = uuid_from_name(str_format(r->a, "%.*s %s", P(r->feed->url), t->name), ref);
  return record_load_public(r->db, r->a, t, id, other) ? uuid_v7(r->now)
                                                       : id; /* a feed may use one id twice */
}

static struct str ref_of(struct feed_reading *r, const json_t *o, const char *kind,
                         struct str under, size_t i) {
  struct str ref = text_of(r->a, o, "id");
  if (ref.n && ref.n <= 150) return ref;
  return str_format(r->a, "%.*s/%s/%zu", P(utf8_head(under, 100)), kind, i);
}

/* ---- What an editor changed stays; what the feed says instead is kept beside it as a source. */
static bool editor_changed(struct feed_reading *r, const struct record_type *t, int64_t id,
                           const char *field) {
  struct revisions all = record_history(r->db, r->a, t, id, 100);
  for (size_t i = 0; i < all.n; i++)
    for (size_t k = 0; all.p[i].user_id && k < all.p[i].changes.n; k++)
      if (str_eq(all.p[i].changes.p[k].name, str_of(field))) return true;
  return false;
}

static void keep_as_source(struct feed_reading *r, const struct record_type *t, int64_t id,
                           const struct field *f, struct value said) {
  struct fact_source s;
  record_clear(&fact_source_type, &s);
  s.field = str_of(f->name), s.value = utf8_head(value_text(r->a, f, said), 2000);
  s.source = str_format(r->a, "Feed: %.*s", P(r->feed->name)), s.as_of = r->today;
  if (db_number(r->db, 0,
                SQL("select count(*) from fact_source where record = ?1 and record_id = ?2 and "
                    "field = ?3 "
                    "and source = ?4 and value = ?5"),
                V(str_of(t->name)), V(id), V(s.field), V(s.source), V(s.value)))
    return;
  source_add(r->db, r->a, t, id, &s, false, 0, r->now);
}

static void respect_editor(struct feed_reading *r, const struct record_type *t, const void *stored,
                           void *fresh) {
  struct record_head h;
  memcpy(&h, stored, sizeof h);
  if (h.version == 1) return;
  for (size_t i = 0; i < t->n_fields; i++) {
    const struct field *f = &t->fields[i];
    struct value ours = field_get(f, stored), theirs = field_get(f, fresh);
    if (value_eq(ours, theirs) || !editor_changed(r, t, h.id, f->name)) continue;
    if (theirs.known && !(f->flags & (HIDDEN | NOT_PUBLISHED)))
      keep_as_source(r, t, h.id, f, theirs);
    field_set(f, fresh, ours);
  }
}

/* Saves a record found by (feed, feed_ref): id 0 = a new one. */
static bool save(struct feed_reading *r, const struct record_type *t, void *fresh,
                 const void *stored) {
  struct record_head h, was;
  memcpy(&h, fresh, sizeof h);
  if (!stored) {
    if (uuid_is_zero(h.public_id))
      h.public_id = public_id(r, t, field_get(field_find(t, S("feed_ref")), fresh).s);
    memcpy(fresh, &h, sizeof h);
    return record_insert(r->db, r->a, t, fresh, 0, r->now) == DB_OK;
  }
  memcpy(&was, stored, sizeof was);
  h.id = was.id, h.version = was.version, h.public_id = was.public_id;
  memcpy(fresh, &h, sizeof h);
  respect_editor(r, t, stored, fresh);
  return record_update(r->db, r->a, t, fresh, 0, r->now) == DB_OK;
}

/* ---- Organisations. */
static void organisation_numbers(struct feed_reading *r, const json_t *o,
                                 struct organisation *org) {
  const json_t *ids = list_of(o, KEYS("organization_identifiers"));
  for (size_t i = 0; i < list_n(ids); i++) {
    const json_t *one = json_array_get(ids, i);
    struct str scheme = text_of(r->a, one, "identifier_scheme"),
               id = text_of(r->a, one, "identifier");
    if (str_eq(scheme, S("GB-CHC"))) take(r, &organisation_type, org, "charity_number", id);
    if (str_eq(scheme, S("GB-COH"))) take(r, &organisation_type, org, "company_number", id);
  }
}

static int64_t take_organisation(struct feed_reading *r, const json_t *o, struct str ref) {
  struct organisation old, org;
  record_clear(&organisation_type, &org);
  int64_t id =
      db_number(r->db, 0, SQL("select id from organisation where feed = ?1 and feed_ref = ?2"),
                V(r->feed->id), V(ref));
  bool known = id && record_load(r->db, r->a, &organisation_type, id, &old);
  if (!o && known) return id; /* only its id came this time */
  if (known) org = old;
  take_key(r, &organisation_type, &org, "name", o, "name");
  take_key(r, &organisation_type, &org, "description", o, "description");
  take(r, &organisation_type, &org, "website", text_of_any(r->a, o, KEYS("website", "url")));
  take_key(r, &organisation_type, &org, "logo", o, "logo");
  take_key(r, &organisation_type, &org, "uri", o, "uri");
  struct str email = text_of(r->a, o, "email");
  if (feed_shared_mailbox(r->a, email)) take(r, &organisation_type, &org, "email", email);
  organisation_numbers(r, o, &org);
  if (!org.name.n) org.name = S("An organisation the feed does not name");
  org.feed = r->feed->id, org.feed_ref = ref, org.withdrawn_on = DAY_NONE;
  return save(r, &organisation_type, &org, known ? &old : NULL) ? org.id : 0;
}

/* ---- Places. An address that we keep to ourselves stays so, whoever else prints it. */
static bool kept_to_ourselves(struct feed_reading *r, const struct location *l) {
  if (!l->postcode.n) return false;
  struct str street = utf8_fold(r->a, l->address_1);
  struct rows rows = db_rows(
      r->db, r->a,
      SQL("select address_1 from location where postcode = ?1 and address_not_published = 1"),
      V(l->postcode));
  bool hidden = false;
  while (db_next(&rows)) hidden |= str_eq(utf8_fold(r->a, row_text(&rows, 0)), street);
  return hidden;
}

static void read_address(struct feed_reading *r, const json_t *o, struct location *l) {
  const json_t *list = list_of(o, KEYS("addresses", "physical_addresses"));
  const json_t *address = list_n(list) ? json_array_get(list, 0) : NULL;
  take_key(r, &location_type, l, "address_1", address, "address_1");
  take_key(r, &location_type, l, "address_2", address, "address_2");
  take_key(r, &location_type, l, "city", address, "city");
  take(r, &location_type, l, "county",
       text_of_any(r->a, address, KEYS("state_province", "region")));
  take_key(r, &location_type, l, "postcode", address, "postal_code");
  take_key(r, &location_type, l, "country", address, "country");
}

static void read_point(struct feed_reading *r, const json_t *o, struct location *l) {
  take_key(r, &location_type, l, "latitude", o, "latitude");
  take_key(r, &location_type, l, "longitude", o, "longitude");
  bool nowhere = isnan(l->latitude) || isnan(l->longitude) ||
                 (fabs(l->latitude) < 0.01 && fabs(l->longitude) < 0.01);
  if (nowhere) l->latitude = l->longitude = (double)NAN; /* 0,0 is in the sea */
}

static int64_t take_location(struct feed_reading *r, const json_t *o, struct str ref) {
  struct location old, l;
  record_clear(&location_type, &l);
  int64_t id = db_number(r->db, 0, SQL("select id from location where feed = ?1 and feed_ref = ?2"),
                         V(r->feed->id), V(ref));
  bool known = id && record_load(r->db, r->a, &location_type, id, &old);
  if (!o && known) return id;
  if (known) l = old;
  take_key(r, &location_type, &l, "name", o, "name");
  take_key(r, &location_type, &l, "location_type", o, "location_type");
  if (!l.location_type.n) l.location_type = S("physical");
  take(r, &location_type, &l, "transport", text_of_any(r->a, o, KEYS("transportation")));
  read_address(r, o, &l), read_point(r, o, &l);
  l.feed = r->feed->id, l.feed_ref = ref, l.withdrawn_on = DAY_NONE;
  if (kept_to_ourselves(r, &l)) l.address_not_published = 1;
  return save(r, &location_type, &l, known ? &old : NULL) ? l.id : 0;
}

/* ---- What belongs to a service comes anew each time its record changes; rows made here by hand
 * have no feed_ref. */
static void clear_children(struct feed_reading *r, int64_t service) {
  db_run(r->db, SQL("delete from schedule where service = ?1 and feed_ref is not null"),
         V(service));
  db_run(r->db, SQL("delete from directory_contact where service = ?1 and feed_ref is not null"),
         V(service));
  db_run(r->db, SQL("delete from directory_phone where service = ?1 and feed_ref is not null"),
         V(service));
  db_run(r->db, SQL("delete from cost_option where service = ?1 and feed_ref is not null"),
         V(service));
  db_run(r->db, SQL("delete from service_funding where service = ?1 and feed_ref is not null"),
         V(service));
  db_run(r->db, SQL("delete from service_area where service = ?1 and feed_ref is not null"),
         V(service));
  db_run(r->db, SQL("delete from term_link where service = ?1 and feed_ref is not null"),
         V(service));
  db_run(r->db, SQL("delete from service_at_location where service = ?1 and feed_ref is not null"),
         V(service));
}

struct child {
  struct feed_reading *r;
  int64_t service;
  struct str service_ref;
};

static void take_places(struct child *c, const json_t *service) {
  struct feed_reading *r = c->r;
  const json_t *list = list_of(service, KEYS("service_at_locations"));
  for (size_t i = 0; i < list_n(list); i++) {
    const json_t *one = json_array_get(list, i), *place = json_object_get(one, "location");
    struct str ref = text_of(r->a, one, "location_id");
    if (!ref.n) ref = ref_of(r, place, "location", c->service_ref, i);
    struct service_at_location sl;
    record_clear(&service_at_location_type, &sl);
    sl.service = c->service, sl.feed_ref = ref_of(r, one, "at", c->service_ref, i);
    sl.location = json_is_object(place) ? take_location(r, place, ref) : 0;
    take_key(r, &service_at_location_type, &sl, "description", one, "description");
    if (sl.location) save(r, &service_at_location_type, &sl, NULL);
  }
}

/* "09:30:00", "9.30" and "2020-01-01T09:30:00Z" are all half past nine. */
static struct str clock_text(struct feed_reading *r, struct str s) {
  size_t t = str_find_byte(s, 'T');
  if (t < s.n) s = str_slice(s, t + 1, s.n);
  char *p = str_c(r->a, str_slice(s, 0, 8));
  for (size_t i = 0; p[i]; i++)
    if (p[i] == '.') p[i] = ':';
  int minutes = minutes_parse(str_of(p));
  return minutes < 0 ? (struct str){0} : str_format(r->a, "%02d:%02d", minutes / 60, minutes % 60);
}

static struct str days_text(struct feed_reading *r, struct str s) {
  static const char *const codes[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
  struct str out = {0}, low = str_lower(r->a, s);
  static const char *const starts[] = {"mo", "tu", "we", "th", "fr", "sa", "su"};
  struct strs parts = str_split(r->a, low, ',');
  for (size_t d = 0; d < 7; d++)
    for (size_t i = 0; i < parts.n; i++)
      if (str_starts(parts.p[i], str_of(starts[d]))) {
        out = out.n ? str_format(r->a, "%.*s %s", P(out), codes[d]) : str_of(codes[d]);
        break;
      }
  return out;
}

static void take_schedules(struct child *c, const json_t *service) {
  struct feed_reading *r = c->r;
  const json_t *list = list_of(service, KEYS("schedules", "regular_schedules"));
  for (size_t i = 0; i < list_n(list); i++) {
    const json_t *one = json_array_get(list, i);
    struct schedule s;
    record_clear(&schedule_type, &s);
    s.service = c->service, s.feed_ref = ref_of(r, one, "schedule", c->service_ref, i);
    s.byday = days_text(r, text_of_any(r->a, one, KEYS("byday", "weekday")));
    take_key(r, &schedule_type, &s, "freq", one, "freq");
    if (!s.freq.n && s.byday.n) s.freq = S("WEEKLY");
    s.opens_at = clock_text(r, text_of(r->a, one, "opens_at")),
    s.closes_at = clock_text(r, text_of(r->a, one, "closes_at"));
    take_key(r, &schedule_type, &s, "valid_from", one, "valid_from");
    take_key(r, &schedule_type, &s, "valid_to", one, "valid_to");
    take_key(r, &schedule_type, &s, "description", one, "description");
    save(r, &schedule_type, &s, NULL);
  }
}

static void take_phones(struct child *c, const json_t *owner, bool personal, struct str under) {
  struct feed_reading *r = c->r;
  const json_t *list = list_of(owner, KEYS("phones"));
  for (size_t i = 0; i < list_n(list); i++) {
    const json_t *one = json_array_get(list, i);
    struct directory_phone p;
    record_clear(&directory_phone_type, &p);
    p.service = c->service, p.feed_ref = ref_of(r, one, "phone", under, i), p.personal = personal;
    take_key(r, &directory_phone_type, &p, "number", one, "number");
    take_key(r, &directory_phone_type, &p, "description", one, "description");
    if (p.number.n) save(r, &directory_phone_type, &p, NULL);
  }
}

static void take_contacts(struct child *c, const json_t *service) {
  struct feed_reading *r = c->r;
  const json_t *list = list_of(service, KEYS("contacts"));
  for (size_t i = 0; i < list_n(list); i++) {
    const json_t *one = json_array_get(list, i);
    struct directory_contact k;
    record_clear(&directory_contact_type, &k);
    k.service = c->service, k.feed_ref = ref_of(r, one, "contact", c->service_ref, i);
    take_key(r, &directory_contact_type, &k, "name", one, "name");
    take_key(r, &directory_contact_type, &k, "title", one, "title");
    take_key(r, &directory_contact_type, &k, "email", one, "email");
    bool shared = (!k.name.n || feed_shared_desk(r->a, k.name)) &&
                  (!k.email.n || feed_shared_mailbox(r->a, k.email));
    k.personal = !shared;
    save(r, &directory_contact_type, &k, NULL);
    take_phones(c, one, !shared, k.feed_ref);
  }
}

static void take_money_and_areas(struct child *c, const json_t *service) {
  struct feed_reading *r = c->r;
  const json_t *list = list_of(service, KEYS("cost_options"));
  for (size_t i = 0; i < list_n(list); i++) {
    const json_t *one = json_array_get(list, i);
    struct cost_option o;
    record_clear(&cost_option_type, &o);
    o.service = c->service, o.feed_ref = ref_of(r, one, "cost", c->service_ref, i);
    take_key(r, &cost_option_type, &o, "option", one, "option");
    take_key(r, &cost_option_type, &o, "amount", one, "amount");
    take_key(r, &cost_option_type, &o, "amount_description", one, "amount_description");
    save(r, &cost_option_type, &o, NULL);
  }
  list = list_of(service, KEYS("funding", "fundings"));
  for (size_t i = 0; i < list_n(list); i++) {
    const json_t *one = json_array_get(list, i);
    struct service_funding f;
    record_clear(&service_funding_type, &f);
    f.service = c->service, f.feed_ref = ref_of(r, one, "funding", c->service_ref, i);
    take_key(r, &service_funding_type, &f, "funder", one, "source");
    if (f.funder.n) save(r, &service_funding_type, &f, NULL);
  }
  list = list_of(service, KEYS("service_areas"));
  for (size_t i = 0; i < list_n(list); i++) {
    const json_t *one = json_array_get(list, i);
    struct service_area area;
    record_clear(&service_area_type, &area);
    area.service = c->service, area.feed_ref = ref_of(r, one, "area", c->service_ref, i);
    take(r, &service_area_type, &area, "name",
         text_of_any(r->a, one, KEYS("name", "service_area")));
    struct str extent = text_of(r->a, one, "extent");
    if (extent.n <= 20 && str_find_byte(extent, '{') == extent.n)
      take(r, &service_area_type, &area, "code", extent);
    if (area.name.n) save(r, &service_area_type, &area, NULL);
  }
}

/* ---- Terms. A taxonomy is known by its id, else by its name (1.0: vocabulary). */
static int64_t take_taxonomy(struct feed_reading *r, struct str ref, struct str name) {
  if (!ref.n) ref = name.n ? utf8_head(name, 150) : S("terms");
  int64_t id = db_number(r->db, 0, SQL("select id from taxonomy where feed = ?1 and feed_ref = ?2"),
                         V(r->feed->id), V(ref));
  if (id) return id;
  struct taxonomy t;
  record_clear(&taxonomy_type, &t);
  t.feed = r->feed->id, t.feed_ref = ref;
  take(r, &taxonomy_type, &t, "name",
       name.n ? name : str_format(r->a, "Terms of %.*s", P(r->feed->name)));
  return save(r, &taxonomy_type, &t, NULL) ? t.id : 0;
}

static int64_t take_term(struct feed_reading *r, const json_t *term, struct str ref) {
  struct str name = feed_plain(r->a, text_of(r->a, term, "name"));
  struct str taxonomy = text_of_any(r->a, term, KEYS("taxonomy", "vocabulary"));
  int64_t of = take_taxonomy(r, text_of(r->a, term, "taxonomy_id"), taxonomy);
  int64_t id =
      db_number(r->db, 0, SQL("select id from taxonomy_term where taxonomy = ?1 and feed_ref = ?2"),
                V(of), V(ref));
  if (id || !name.n || !of) return id;
  struct taxonomy_term t;
  record_clear(&taxonomy_term_type, &t);
  t.taxonomy = of, t.feed_ref = ref;
  take(r, &taxonomy_term_type, &t, "name", name);
  take_key(r, &taxonomy_term_type, &t, "description", term, "description");
  take(r, &taxonomy_term_type, &t, "code", utf8_head(text_of(r->a, term, "code"), 100));
  take_key(r, &taxonomy_term_type, &t, "term_uri", term, "term_uri");
  return save(r, &taxonomy_term_type, &t, NULL) ? t.id : 0;
}

static void take_terms(struct child *c, const json_t *service) {
  struct feed_reading *r = c->r;
  const json_t *list =
      list_of(service, KEYS("attributes", "service_taxonomys", "service_taxonomies"));
  for (size_t i = 0; i < list_n(list); i++) {
    const json_t *one = json_array_get(list, i), *term = json_object_get(one, "taxonomy_term");
    if (!term) term = json_object_get(one, "taxonomy");
    struct str ref = text_of(r->a, one, "taxonomy_term_id");
    if (!ref.n) ref = text_of(r->a, term, "id");
    struct term_link k;
    record_clear(&term_link_type, &k);
    k.service = c->service, k.feed_ref = ref_of(r, one, "term", c->service_ref, i);
    k.term = json_is_object(term) && ref.n && ref.n <= 150 ? take_term(r, term, ref) : 0;
    take_key(r, &term_link_type, &k, "value", one, "value");
    if (k.term) save(r, &term_link_type, &k, NULL);
  }
}

/* ---- The service itself. */
static struct str status_code(struct str s) {
  if (str_eq_nocase(s, S("temporarily closed"))) return S("temporarily_closed");
  if (str_eq_nocase(s, S("inactive")) || str_eq_nocase(s, S("defunct")))
    return str_eq_nocase(s, S("defunct")) ? S("defunct") : S("inactive");
  return S("active");
}

static void ages_1_0(struct feed_reading *r, const json_t *o, struct service *s) {
  const json_t *list = list_of(o, KEYS("eligibilitys", "eligibilities"));
  const json_t *one = list_n(list) ? json_array_get(list, 0) : NULL;
  if (!one) return;
  s->minimum_age = age_of(r, one, "minimum_age"), s->maximum_age = age_of(r, one, "maximum_age");
  take_key(r, &service_type, s, "eligibility", one, "eligibility");
}

static void read_service(struct feed_reading *r, const json_t *o, struct service *s) {
  take_key(r, &service_type, s, "name", o, "name");
  take_key(r, &service_type, s, "alternate_name", o, "alternate_name");
  take_key(r, &service_type, s, "description", o, "description");
  take_key(r, &service_type, s, "website", o, "url");
  take_key(r, &service_type, s, "accreditations", o, "accreditations");
  take_key(r, &service_type, s, "alert", o, "alert");
  take(r, &service_type, s, "how_to_start", text_of_any(r->a, o, KEYS("application_process")));
  take(r, &service_type, s, "eligibility", text_of_any(r->a, o, KEYS("eligibility_description")));
  take_key(r, &service_type, s, "assured_on", o, "assured_date");
  take_key(r, &service_type, s, "assurer_email", o,
           "assurer_email"); /* kept for checks; never sent on */
  struct str email = text_of(r->a, o, "email");
  if (feed_shared_mailbox(r->a, email)) take(r, &service_type, s, "email", email);
  s->minimum_age = age_of(r, o, "minimum_age"), s->maximum_age = age_of(r, o, "maximum_age");
  ages_1_0(r, o, s);
  s->status = status_code(text_of(r->a, o, "status"));
}

bool feed_take_service(struct feed_reading *r, const json_t *o, int64_t *service, struct why *why) {
  struct str ref = text_of(r->a, o, "id");
  struct service old, s;
  const json_t *organisation = json_object_get(o, "organization");
  struct str org_ref = text_of(r->a, o, "organization_id");
  if (!org_ref.n) org_ref = text_of(r->a, organisation, "id");
  if (!json_is_object(o) || !ref.n || ref.n > 150) return why_say(why, "a record without an id");
  if (!feed_plain(r->a, text_of(r->a, o, "name")).n)
    return why_say(why, "a service without a name");
  record_clear(&service_type, &s);
  int64_t id = db_number(r->db, 0, SQL("select id from service where feed = ?1 and feed_ref = ?2"),
                         V(r->feed->id), V(ref));
  bool known = id && record_load(r->db, r->a, &service_type, id, &old);
  if (known) s = old;
  read_service(r, o, &s);
  s.organisation = take_organisation(r, json_is_object(organisation) ? organisation : NULL,
                                     org_ref.n && org_ref.n <= 150 ? org_ref : S("unnamed"));
  s.feed = r->feed->id, s.feed_ref = ref;
  if (!known && r->feed->publish == 1) s.published_on = r->today;
  if (!s.organisation || !save(r, &service_type, &s, known ? &old : NULL))
    return why_say(why, "it could not be written");
  struct child c = {r, s.id, ref};
  clear_children(r, s.id);
  take_places(&c, o), take_schedules(&c, o), take_contacts(&c, o), take_phones(&c, o, false, ref);
  take_money_and_areas(&c, o), take_terms(&c, o);
  *service = s.id;
  return true;
}
