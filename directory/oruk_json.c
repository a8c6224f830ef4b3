/* Writing Open Referral UK records. Field names and nesting are the specification's; see oruk.h for
 * what is left out. */
#include <math.h>
#include "directory/oruk.h"

/* ---- Small pieces. */
static void put_id(struct oruk_put *o, const char *key, struct uuid id) {
  if (!uuid_is_zero(id)) json_put_str(o->j, key, uuid_str(o->a, id));
}

static void put_derived_id(struct oruk_put *o, const char *key, const char *space, struct uuid of,
                           struct str name) {
  char text[37];
  uuid_text(of, text);
  put_id(o, key, uuid_from_name(str_of(space), str_format(o->a, "%s %.*s", text, P(name))));
}

static void put_day(struct oruk_put *o, const char *key, day_t d) {
  if (d != DAY_NONE) json_put_str(o->j, key, day_iso(o->a, d));
}

static void put_instant(struct oruk_put *o, const char *key, instant_t t) {
  if (t != INSTANT_NONE) json_put_str(o->j, key, instant_iso(o->a, t));
}

static void put_number(struct oruk_put *o, const char *key, int64_t n) {
  if (n != NUMBER_NONE) json_put_i64(o->j, key, n);
}

/* An array is opened at its first item, so that an empty one is left out. */
struct list {
  struct oruk_put *o;
  const char *key;
  bool open;
};
static void item(struct list *l) {
  if (!l->open) json_key(l->o->j, str_of(l->key)), json_list(l->o->j);
  l->open = true;
  json_open(l->o->j);
}
static void item_end(struct list *l) { json_close(l->o->j); }
static void list_end(struct list *l) {
  if (l->open) json_list_end(l->o->j);
}

static struct str status_word(const struct oruk_put *o, const struct service *s) {
  enum standing_state state = service_standing(s, o->day).state;
  if (state == STANDING_ENDED) return S("defunct");
  if (state == STANDING_NOT_STARTED) return S("inactive");
  return str_eq(s->status, S("temporarily_closed")) ? S("temporarily closed")
         : s->status.n                              ? s->status
                                                    : S("active");
}

/* ---- Organisations. */
static void put_identifiers(struct oruk_put *o, const struct organisation *org) {
  struct list l = {o, "organization_identifiers", false};
  const struct {
    const char *scheme, *type;
    struct str id;
  } ids[] = {{"GB-CHC", "Charity number", org->charity_number},
             {"GB-COH", "Company number", org->company_number}};
  for (size_t i = 0; i < countof(ids); i++) {
    if (!ids[i].id.n) continue;
    item(&l);
    put_derived_id(o, "id", "waymark identifier", org->public_id, str_of(ids[i].scheme));
    json_put_str(o->j, "identifier_scheme", str_of(ids[i].scheme));
    json_put_str(o->j, "identifier_type", str_of(ids[i].type));
    json_put_str(o->j, "identifier", ids[i].id);
    item_end(&l);
  }
  list_end(&l);
}

static struct uuid public_of(struct oruk_put *o, const struct record_type *t, int64_t id) {
  struct record_head h = {0};
  void *record = arena_alloc(o->a, t->size, 16, 1);
  if (id && record_load(o->db, o->a, t, id, record)) memcpy(&h, record, sizeof h);
  return h.public_id;
}

static void put_phone(struct list *l, struct uuid id, struct str number, struct str description) {
  item(l);
  put_id(l->o, "id", id);
  json_put_str(l->o->j, "number", number);
  json_put_str_if(l->o->j, "description", description);
  item_end(l);
}

static void organisation_members(struct oruk_put *o, const struct organisation *org) {
  put_id(o, "id", org->public_id);
  json_put_str(o->j, "name", org->name);
  json_put_str_if(o->j, "alternate_name", org->alternate_name);
  json_put_str(o->j, "description", org->description.n ? org->description : org->name);
  json_put_str_if(o->j, "email", org->email);
  json_put_str_if(o->j, "website", org->website);
  json_put_str_if(o->j, "logo", org->logo);
  json_put_str_if(o->j, "uri", org->uri);
  put_id(o, "parent_organization_id", public_of(o, &organisation_type, org->parent));
  put_identifiers(o, org);
  struct list phones = {o, "phones", false};
  if (org->phone.n)
    put_phone(&phones, uuid_from_name(S("waymark phone"), uuid_str(o->a, org->public_id)),
              org->phone, S(""));
  list_end(&phones);
}

static void organisation_services(struct oruk_put *o, const struct organisation *org) {
  struct list l = {o, "services", false};
  struct rows r = db_rows(o->db, o->a,
                          SQL("select * from service where organisation = ?1 and published_on is "
                              "not null and withdrawn_on is null "
                              "order by name, id"),
                          V(org->id));
  while (db_next(&r)) {
    struct service s;
    record_from_row(&service_type, &r, &s);
    if (service_standing(&s, o->day).state == STANDING_WITHDRAWN) continue;
    if (!l.open) json_key(o->j, S("services")), json_list(o->j), l.open = true;
    oruk_service(o, &s, ORUK_LIST);
  }
  list_end(&l);
}

void oruk_organisation(struct oruk_put *o, const struct organisation *org, bool with_services) {
  json_open(o->j);
  organisation_members(o, org);
  if (with_services) organisation_services(o, org);
  json_close(o->j);
}

/* ---- Places. */
static void put_address(struct oruk_put *o, const struct location *l) {
  if (!l->address_1.n || !l->city.n || !l->postcode.n)
    return; /* the schema needs them all; half an address is left out */
  struct list list = {o, "addresses", false};
  item(&list);
  put_derived_id(o, "id", "waymark address", l->public_id, S(""));
  put_id(o, "location_id", l->public_id);
  json_put_str(o->j, "address_1", l->address_1);
  json_put_str_if(o->j, "address_2", l->address_2);
  json_put_str(o->j, "city", l->city);
  json_put_str(o->j, "state_province", l->county.n ? l->county : l->city);
  json_put_str(o->j, "postal_code", l->postcode);
  json_put_str(o->j, "country", l->country.n ? l->country : S("GB"));
  json_put_str(o->j, "address_type",
               str_eq(l->location_type, S("postal")) ? S("postal") : S("physical"));
  item_end(&list);
  list_end(&list);
}

static void put_accessibility(struct oruk_put *o, const struct location *l) {
  struct list list = {o, "accessibility", false};
  struct str codes = l->access;
  while (codes.n) {
    struct str code = str_cut(&codes, ' ');
    item(&list);
    put_derived_id(o, "id", "waymark accessibility", l->public_id, code);
    put_id(o, "location_id", l->public_id);
    json_put_str(o->j, "description", code_label("access_features", code));
    item_end(&list);
  }
  if (l->access_words.n) {
    item(&list);
    put_derived_id(o, "id", "waymark accessibility", l->public_id, S("words"));
    json_put_str(o->j, "description", l->access_words);
    item_end(&list);
  }
  list_end(&list);
}

/* Where it is must not be worked out from anything: a place with no published address has an id and
 * a kind, no more. */
static void put_location(struct oruk_put *o, const struct location *l) {
  json_open(o->j);
  put_id(o, "id", l->public_id);
  json_put_str(o->j, "location_type", l->location_type.n ? l->location_type : S("physical"));
  if (l->address_not_published == 1) {
    json_put_str(o->j, "description", S("The address is not published. Ask the service."));
    json_close(o->j);
    return;
  }
  json_put_str_if(o->j, "name", l->name);
  json_put_str_if(o->j, "transportation", l->transport);
  if (!isnan(l->latitude)) json_put_double(o->j, "latitude", l->latitude);
  if (!isnan(l->longitude)) json_put_double(o->j, "longitude", l->longitude);
  json_put_str_if(o->j, "external_identifier", l->external_id);
  if (l->external_id.n) json_put_str(o->j, "external_identifier_type", S("UPRN"));
  put_address(o, l);
  put_accessibility(o, l);
  json_close(o->j);
}

static void put_at_location(struct oruk_put *o, const struct service_at_location *sl,
                            struct uuid service) {
  struct location l;
  if (!record_load(o->db, o->a, &location_type, sl->location, &l)) return;
  put_id(o, "id", sl->public_id);
  put_id(o, "service_id", service);
  put_id(o, "location_id", l.public_id);
  if (l.address_not_published != 1) json_put_str_if(o->j, "description", sl->description);
  json_key(o->j, S("location"));
  put_location(o, &l);
}

static void put_at_locations(struct oruk_put *o, const struct service *s) {
  struct list l = {o, "service_at_locations", false};
  struct rows r =
      db_rows(o->db, o->a,
              SQL("select sl.* from service_at_location sl join location l on l.id = sl.location "
                  "where sl.service = ?1 and l.withdrawn_on is null order by sl.id"),
              V(s->id));
  while (db_next(&r)) {
    struct service_at_location sl;
    record_from_row(&service_at_location_type, &r, &sl);
    item(&l);
    put_at_location(o, &sl, s->public_id);
    item_end(&l);
  }
  list_end(&l);
}

/* ---- What belongs to a service. */
static void put_schedules(struct oruk_put *o, const struct service *s) {
  struct list l = {o, "schedules", false};
  struct rows r =
      db_rows(o->db, o->a, SQL("select * from schedule where service = ?1 order by id"), V(s->id));
  while (db_next(&r)) {
    struct schedule c;
    record_from_row(&schedule_type, &r, &c);
    item(&l);
    put_id(o, "id", c.public_id);
    put_id(o, "service_id", s->public_id);
    put_day(o, "valid_from", c.valid_from), put_day(o, "valid_to", c.valid_to);
    json_put_str_if(o->j, "freq", c.freq);
    struct str days = {0};
    for (struct str rest = c.byday; rest.n;) {
      struct str one = str_cut(&rest, ' ');
      days = days.n ? str_format(o->a, "%.*s,%.*s", P(days), P(one)) : one;
    }
    json_put_str_if(o->j, "byday", days);
    json_put_str_if(o->j, "opens_at", c.opens_at);
    json_put_str_if(o->j, "closes_at", c.closes_at);
    json_put_str_if(o->j, "attending_type",
                    c.attending.n ? code_label("attending_types", c.attending) : c.attending);
    json_put_str_if(o->j, "description", c.description);
    item_end(&l);
  }
  list_end(&l);
}

static void put_contacts(struct oruk_put *o, const struct service *s) {
  struct list l = {o, "contacts", false};
  struct rows r = db_rows(o->db, o->a,
                          SQL("select * from directory_contact where service = ?1 and (personal is "
                              "null or personal = 0) order by id"),
                          V(s->id));
  while (db_next(&r)) {
    struct directory_contact c;
    record_from_row(&directory_contact_type, &r, &c);
    item(&l);
    put_id(o, "id", c.public_id);
    put_id(o, "service_id", s->public_id);
    json_put_str_if(o->j, "name", c.name);
    json_put_str_if(o->j, "title", c.title);
    json_put_str_if(o->j, "email", c.email);
    struct list phones = {o, "phones", false};
    if (c.phone.n)
      put_phone(&phones, uuid_from_name(S("waymark phone"), uuid_str(o->a, c.public_id)), c.phone,
                S(""));
    list_end(&phones);
    item_end(&l);
  }
  list_end(&l);
}

static void put_phones(struct oruk_put *o, const struct service *s) {
  struct list l = {o, "phones", false};
  if (s->phone.n)
    put_phone(&l, uuid_from_name(S("waymark phone"), uuid_str(o->a, s->public_id)), s->phone,
              S(""));
  struct rows r = db_rows(o->db, o->a,
                          SQL("select * from directory_phone where service = ?1 and (personal is "
                              "null or personal = 0) order by id"),
                          V(s->id));
  while (db_next(&r)) {
    struct directory_phone p;
    record_from_row(&directory_phone_type, &r, &p);
    put_phone(&l, p.public_id, p.number, p.description);
  }
  list_end(&l);
}

static void put_costs(struct oruk_put *o, const struct service *s) {
  struct list l = {o, "cost_options", false};
  struct rows r = db_rows(
      o->db, o->a, SQL("select * from cost_option where service = ?1 order by id"), V(s->id));
  while (db_next(&r)) {
    struct cost_option c;
    record_from_row(&cost_option_type, &r, &c);
    item(&l);
    put_id(o, "id", c.public_id);
    put_id(o, "service_id", s->public_id);
    json_put_str_if(o->j, "option", c.option);
    if (c.amount != NUMBER_NONE)
      json_put_double(o->j, "amount", (double)c.amount / 100),
          json_put_str(o->j, "currency", S("GBP"));
    json_put_str_if(o->j, "amount_description", c.amount_description);
    put_day(o, "valid_from", c.valid_from), put_day(o, "valid_to", c.valid_to);
    item_end(&l);
  }
  if (!l.open && s->free == 1) {
    item(&l);
    put_derived_id(o, "id", "waymark free", s->public_id, S(""));
    json_put_str(o->j, "option", S("Free"));
    json_put_i64(o->j, "amount", 0);
    item_end(&l);
  }
  list_end(&l);
}

static void put_funding(struct oruk_put *o, const struct service *s) {
  struct list l = {o, "funding", false};
  struct rows r = db_rows(
      o->db, o->a, SQL("select * from service_funding where service = ?1 order by id"), V(s->id));
  while (db_next(&r)) {
    struct service_funding f;
    record_from_row(&service_funding_type, &r, &f);
    item(&l);
    put_id(o, "id", f.public_id);
    put_id(o, "service_id", s->public_id);
    json_put_str(o->j, "source", f.funder);
    put_day(o, "valid_from", f.starts), put_day(o, "valid_to", f.ends);
    item_end(&l);
  }
  list_end(&l);
}

static void put_areas(struct oruk_put *o, const struct service *s) {
  struct list l = {o, "service_areas", false};
  struct rows r = db_rows(
      o->db, o->a, SQL("select * from service_area where service = ?1 order by id"), V(s->id));
  while (db_next(&r)) {
    struct service_area area;
    record_from_row(&service_area_type, &r, &area);
    item(&l);
    put_id(o, "id", area.public_id);
    put_id(o, "service_id", s->public_id);
    json_put_str(o->j, "name", area.name);
    json_put_str_if(o->j, "extent", area.code);
    if (area.code.n) json_put_str(o->j, "extent_type", S("geo-code"));
    item_end(&l);
  }
  list_end(&l);
}

static void put_languages(struct oruk_put *o, const struct service *s) {
  struct list l = {o, "languages", false};
  struct str codes = s->languages;
  while (codes.n) {
    struct str code = str_cut(&codes, ' ');
    item(&l);
    put_derived_id(o, "id", "waymark language", s->public_id, code);
    put_id(o, "service_id", s->public_id);
    json_put_str(o->j, "name", code_label("languages", code));
    json_put_str(o->j, "code", code);
    item_end(&l);
  }
  list_end(&l);
}

static void put_capacity(struct oruk_put *o, const struct service *s) {
  if (s->places_left == NUMBER_NONE) return;
  struct list l = {o, "capacities", false};
  item(&l);
  put_derived_id(o, "id", "waymark capacity", s->public_id, S(""));
  put_id(o, "service_id", s->public_id);
  put_number(o, "available", s->places_left);
  put_number(o, "maximum", s->places_total);
  if (s->capacity_on != DAY_NONE) put_instant(o, "updated", local_uk_instant(s->capacity_on, 0));
  json_key(o->j, S("unit"));
  json_open(o->j);
  put_id(o, "id", uuid_from_name(S("waymark unit"), S("place")));
  json_put_str(o->j, "name", S("Place"));
  json_close(o->j);
  item_end(&l);
  list_end(&l);
}

/* Terms: our own codes through the taxonomies made of them, and whatever an import linked. */
static void put_attribute(struct list *l, const struct service *s, struct uuid id,
                          struct rows *term) {
  struct oruk_put *o = l->o;
  struct taxonomy_term t;
  struct taxonomy of;
  record_from_row(&taxonomy_term_type, term, &t);
  if (!record_load(o->db, o->a, &taxonomy_type, t.taxonomy, &of)) return;
  item(l);
  if (uuid_is_zero(id))
    put_derived_id(o, "id", "waymark attribute", s->public_id, uuid_str(o->a, t.public_id));
  else
    put_id(o, "id", id);
  put_id(o, "link_id", s->public_id);
  json_put_str(o->j, "link_type", S("service"));
  json_put_str(o->j, "link_entity", S("service"));
  json_put_str(o->j, "label", of.name);
  put_id(o, "taxonomy_term_id", t.public_id);
  json_key(o->j, S("taxonomy_term"));
  oruk_term(o, &t, &of);
  item_end(l);
}

static void put_code_terms(struct list *l, const struct service *s, const char *list,
                           struct str codes) {
  while (codes.n) {
    struct str code = str_cut(&codes, ' ');
    struct rows r;
    if (!db_one(&r, l->o->db, l->o->a,
                SQL("select t.* from taxonomy_term t join taxonomy x on x.id = t.taxonomy where "
                    "x.code_list = ?1 "
                    "and t.code = ?2"),
                V(str_of(list)), V(code)))
      continue;
    put_attribute(l, s, (struct uuid){{0}}, &r);
    db_done(&r);
  }
}

static void put_attributes(struct oruk_put *o, const struct service *s) {
  struct list l = {o, "attributes", false};
  put_code_terms(&l, s, "categories", s->category);
  put_code_terms(&l, s, "support_styles", s->styles);
  put_code_terms(&l, s, "cohorts", s->cohorts);
  put_code_terms(&l, s, "barriers", s->needs);
  put_code_terms(&l, s, "delivery_models", s->models);
  struct rows r = db_rows(o->db, o->a,
                          SQL("select t.*, k.public_id as link_id from term_link k join "
                              "taxonomy_term t on t.id = k.term where k.service = ?1 "
                              "order by k.id"),
                          V(s->id));
  while (db_next(&r)) put_attribute(&l, s, row_uuid(&r, row_column(&r, "link_id")), &r);
  list_end(&l);
}

static void service_members(struct oruk_put *o, const struct service *s) {
  json_put_str_if(o->j, "alternate_name", s->alternate_name);
  json_put_str_if(o->j, "description", s->description.n ? s->description : s->summary);
  json_put_str_if(o->j, "url", s->website);
  json_put_str_if(o->j, "email", s->email);
  json_put_str_if(o->j, "application_process", s->how_to_start);
  json_put_str_if(o->j, "eligibility_description", s->eligibility);
  json_put_str_if(o->j, "accreditations", s->accreditations);
  put_number(o, "minimum_age", s->minimum_age);
  put_number(o, "maximum_age", s->maximum_age);
  put_day(o, "assured_date", s->assured_on);
  json_put_str_if(o->j, "alert", s->alert);
}

static void service_nested(struct oruk_put *o, const struct service *s) {
  put_phones(o, s), put_schedules(o, s), put_areas(o, s), put_at_locations(o, s),
      put_languages(o, s);
  put_funding(o, s), put_costs(o, s), put_contacts(o, s), put_capacity(o, s), put_attributes(o, s);
}

void oruk_service(struct oruk_put *o, const struct service *s, enum oruk_depth depth) {
  if (depth != ORUK_MINIMAL && o->organisation.id != s->organisation)
    record_load(o->db, o->a, &organisation_type, s->organisation, &o->organisation);
  json_open(o->j);
  put_id(o, "id", s->public_id);
  json_put_str(o->j, "name", s->name);
  json_put_str(o->j, "status", status_word(o, s));
  put_instant(o, "last_modified", s->changed_at);
  if (depth != ORUK_MINIMAL) {
    put_id(o, "organization_id", o->organisation.public_id);
    service_members(o, s);
    json_key(o->j, S("organization"));
    oruk_organisation(o, &o->organisation, false);
  }
  if (depth == ORUK_FULL) service_nested(o, s);
  json_close(o->j);
}

/* Some published documents point this path at the service schema, so name and status stand at the
 * top too. */
void oruk_service_at_location(struct oruk_put *o, const struct service_at_location *sl,
                              enum oruk_depth depth) {
  struct service s;
  if (!record_load(o->db, o->a, &service_type, sl->service, &s)) return;
  json_open(o->j);
  put_at_location(o, sl, s.public_id);
  json_put_str(o->j, "name", s.name);
  json_put_str(o->j, "status", status_word(o, &s));
  json_key(o->j, S("service"));
  oruk_service(o, &s, depth);
  json_close(o->j);
}

/* ---- Taxonomies. */
void oruk_term(struct oruk_put *o, const struct taxonomy_term *t, const struct taxonomy *of) {
  json_open(o->j);
  put_id(o, "id", t->public_id);
  json_put_str_if(o->j, "code", t->code);
  json_put_str(o->j, "name", t->name);
  json_put_str(o->j, "description", t->description.n ? t->description : t->name);
  put_id(o, "parent_id", public_of(o, &taxonomy_term_type, t->parent));
  json_put_str(o->j, "taxonomy", of->name);
  put_id(o, "taxonomy_id", of->public_id);
  json_put_str_if(o->j, "term_uri", t->term_uri);
  json_close(o->j);
}

void oruk_taxonomy(struct oruk_put *o, const struct taxonomy *t, bool with_terms) {
  json_open(o->j);
  put_id(o, "id", t->public_id);
  json_put_str(o->j, "name", t->name);
  json_put_str(o->j, "description", t->description.n ? t->description : t->name);
  json_put_str_if(o->j, "uri", t->uri);
  json_put_str_if(o->j, "version", t->taxonomy_version);
  if (with_terms) {
    struct list l = {o, "taxonomy_terms", false};
    struct rows r = db_rows(
        o->db, o->a, SQL("select * from taxonomy_term where taxonomy = ?1 order by id"), V(t->id));
    while (db_next(&r)) {
      struct taxonomy_term term;
      record_from_row(&taxonomy_term_type, &r, &term);
      if (!l.open) json_key(o->j, S("taxonomy_terms")), json_list(o->j), l.open = true;
      oruk_term(o, &term, t);
    }
    list_end(&l);
  }
  json_close(o->j);
}
