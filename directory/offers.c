/* The picture of the live directory on a day: five plain statements, joined in memory, each rule
 * compiled once. */
#include <math.h>
#include "directory/inside.h"

enum { RULE_CACHE = 4096, SAID_CACHE = 2048, WORD_SLOTS = 1024 }; /* powers of two */
enum { WORDS_MAX = 400 };

struct cached_rule {
  struct str text;
  const struct rules_rule *rule;
};
struct cached_words {
  const char *list;
  struct str text;
  struct strs words;
};
struct loader {
  struct db *db;
  struct arena *a;
  struct offers *out;
  day_t day;
  struct str kind, rule_name; /* the same for every service; in the picture's own memory */
  struct cached_rule cache[RULE_CACHE];
  struct cached_words said[SAID_CACHE];
  struct str seen[WORDS_MAX]; /* words_of_offer's */
  struct arena scratch, gathering;
};

/* ---- Rules: the same text is compiled once. */
static const struct rules_rule *rule_of(struct loader *l, struct str text, int64_t service) {
  if (!str_trim(text).n) return NULL;
  size_t at = hash64(text, 1) & (RULE_CACHE - 1);
  struct cached_rule *c = &l->cache[at];
  if (c->text.n && str_eq(c->text, text)) return c->rule;
  struct rules_rule *rule = arena_new(l->a, struct rules_rule);
  struct why why = {0};
  if (!rules_parse_body(l->a, l->out->book, l->rule_name, text, rule, &why)) {
    log_event(LOG_WARNING, "rule_unreadable", "service=%lld said=%s", (long long)service, why.text);
    rule = NULL;
  }
  *c = (struct cached_rule){text, rule};
  return rule;
}

/* A service that states ages and nothing else has a rule all the same; with words beside, the words
 * must be asked about. */
static struct str ages_rule(struct arena *a, int64_t least, int64_t most, struct str eligibility) {
  struct str ages = {0};
  if (least != NUMBER_NONE && most != NUMBER_NONE && least <= most)
    ages = str_format(a, "age %lld to %lld\n", (long long)least, (long long)most);
  else if (least != NUMBER_NONE && most == NUMBER_NONE)
    ages = str_format(a, "age at least %lld\n", (long long)least);
  else if (most != NUMBER_NONE && least == NUMBER_NONE)
    ages = str_format(a, "age at most %lld\n", (long long)most);
  if (!ages.n || !eligibility.n) return ages;
  return str_format(a, "%.*sask \"Ask if the rest fits you. The entry gives it in words only.\"\n",
                    P(ages));
}

/* ---- Words: folded, each once, so that a search reads one short string. */
static struct str words_of_offer(struct loader *l, const struct strs *texts, size_t n) {
  struct str *seen = l->seen;
  uint16_t number[WORD_SLOTS] = {0}; /* a table from a word to its place in `seen`, from 1 */
  size_t words = 0, bytes = 0;
  for (size_t i = 0; i < n; i++) {
    const struct strs *w = &texts[i];
    for (size_t k = 0; k < w->n && words < WORDS_MAX; k++) {
      size_t slot = hash64(w->p[k], 5) & (WORD_SLOTS - 1);
      while (number[slot] && !str_eq(seen[number[slot] - 1], w->p[k]))
        slot = (slot + 1) & (WORD_SLOTS - 1);
      if (number[slot] || w->p[k].n < 2) continue;
      seen[words++] = w->p[k];
      number[slot] = (uint16_t)words;
      bytes += w->p[k].n + 1;
    }
  }
  char *out = arena_many(l->a, char, bytes + 1);
  size_t at = 0;
  for (size_t i = 0; i < words; i++) {
    if (at) out[at++] = ' ';
    memcpy(out + at, seen[i].p, seen[i].n);
    at += seen[i].n;
  }
  return (struct str){out, at};
}

struct str codes_labels(struct arena *a, const char *list, struct str codes) {
  struct str out = {0};
  while (codes.n) {
    struct str label = code_label(list, str_cut(&codes, ' '));
    out = out.n ? str_format(a, "%.*s %.*s", P(out), P(label)) : label;
  }
  return out;
}

/* The words of what many services say alike: codes of `list`, or with NULL the text itself. */
static struct strs words_said(struct loader *l, const char *list, struct str text) {
  struct cached_words *c = &l->said[hash64(text, (uint64_t)(uintptr_t)list) & (SAID_CACHE - 1)];
  if (!text.n) return (struct strs){0};
  if (c->text.n && c->list == list && str_eq(c->text, text)) return c->words;
  struct str said = list ? codes_labels(&l->gathering, list, text) : text;
  *c = (struct cached_words){list, str_copy(&l->gathering, text), utf8_words(&l->gathering, said)};
  return c->words;
}

/* ---- Services. The order of the columns is the order of this enum. */
enum service_column {
  S_ID,
  S_PUBLIC,
  S_NAME,
  S_ORG,
  S_PROVIDER,
  S_SUMMARY,
  S_DESCRIPTION,
  S_STATUS,
  S_CATEGORY,
  S_STYLES,
  S_COHORTS,
  S_NEEDS,
  S_MODELS,
  S_RULE,
  S_ELIGIBILITY,
  S_MINIMUM,
  S_MAXIMUM,
  S_WHOLE,
  S_FREE,
  S_WALK_IN,
  S_ROUTES,
  S_PHONE,
  S_EMAIL,
  S_WEBSITE,
  S_ATTENDING,
  S_LANGUAGES,
  S_WIFI,
  S_DEVICES,
  S_LEFT,
  S_TOTAL,
  S_WAIT,
  S_CAPACITY,
  S_STARTS,
  S_ENDS,
  S_ASSURED,
  S_REVIEW,
  S_PUBLISHED,
  S_WITHDRAWN,
  S_CHANGED
};

static int64_t number_or_none(struct rows *r, int c) {
  return row_null(r, c) ? NUMBER_NONE : row_int(r, c);
}
static int8_t yes_no(struct rows *r, int c) {
  return (int8_t)(row_null(r, c) ? -1 : row_int(r, c) != 0);
}

static void judged_of(struct loader *l, struct rows *r, struct offer *o, struct str rule) {
  struct rules_offer *j = &o->judged;
  bool paused = o->standing.state == STANDING_PAUSED, closed = o->standing.state == STANDING_ENDED;
  int64_t days = number_or_none(r, S_REVIEW);
  j->kind = l->kind;
  j->standing = (struct rules_standing){
      .start = {o->starts, o->starts},
      .end = {o->ends, o->ends},
      .live = true,
      .assured_on = paused ? DAY_NONE : o->assured_on,
      .review_days = (int)(days == NUMBER_NONE || days <= 0 ? REVIEW_DAYS_DEFAULT : days)};
  if (closed && o->ends == DAY_NONE) j->standing.end = (struct day_span){l->day - 1, l->day - 1};
  j->rule = rule_of(l, rule, o->id);
  j->cohorts = codes_of(l->out->book, RULES_COHORTS, row_text(r, S_COHORTS));
}

static void service_codes(struct loader *l, struct rows *r, struct offer *o) {
  const struct rules_book *b = l->out->book;
  struct str category = row_text(r, S_CATEGORY);
  o->styles = codes_of(b, RULES_STYLES, row_text(r, S_STYLES));
  o->needs = codes_of(b, RULES_BARRIERS, row_text(r, S_NEEDS));
  o->models = codes_of(b, RULES_MODELS, row_text(r, S_MODELS));
  o->routes = codes_of(b, RULES_ROUTES, row_text(r, S_ROUTES));
  o->category = category.n ? rules_code_find(b, RULES_CATEGORIES, category) : -1;
}

static void service_words(struct loader *l, struct rows *r, struct offer *o) {
  struct arena *a = &l->scratch;
  const struct strs texts[] = {utf8_words(a, o->name),
                               words_said(l, NULL, o->provider),
                               utf8_words(a, o->summary),
                               words_said(l, "support_styles", row_text(r, S_STYLES)),
                               words_said(l, "cohorts", row_text(r, S_COHORTS)),
                               words_said(l, "barriers", row_text(r, S_NEEDS)),
                               utf8_words(a, o->eligibility),
                               utf8_words(a, row_text(r, S_DESCRIPTION))};
  o->words = words_of_offer(l, texts, countof(texts));
}

static void read_service(struct loader *l, struct rows *r, struct rows *kept, struct offer *o) {
  struct standing_facts f = {row_day(r, S_PUBLISHED), row_day(r, S_WITHDRAWN),
                             row_day(r, S_STARTS),    row_day(r, S_ENDS),
                             row_day(r, S_ASSURED),   number_or_none(r, S_REVIEW),
                             row_text(r, S_STATUS)};
  *o = (struct offer){.id = row_int(r, S_ID),
                      .public_id = row_uuid(r, S_PUBLIC),
                      .name = row_text(kept, S_NAME),
                      .provider = row_text(kept, S_PROVIDER),
                      .organisation_id = row_int(r, S_ORG),
                      .summary = row_text(kept, S_SUMMARY),
                      .phone = row_text(kept, S_PHONE),
                      .email = row_text(kept, S_EMAIL),
                      .website = row_text(kept, S_WEBSITE),
                      .eligibility = row_text(kept, S_ELIGIBILITY),
                      .attending = row_text(kept, S_ATTENDING),
                      .languages = row_text(kept, S_LANGUAGES),
                      .free = yes_no(r, S_FREE),
                      .walk_in = yes_no(r, S_WALK_IN),
                      .wifi = yes_no(r, S_WIFI),
                      .devices = yes_no(r, S_DEVICES),
                      .whole_area = yes_no(r, S_WHOLE),
                      .places_left = number_or_none(r, S_LEFT),
                      .places_total = number_or_none(r, S_TOTAL),
                      .waiting_days = number_or_none(r, S_WAIT),
                      .capacity_on = row_day(r, S_CAPACITY),
                      .minimum_age = number_or_none(r, S_MINIMUM),
                      .maximum_age = number_or_none(r, S_MAXIMUM),
                      .changed_at = row_instant(r, S_CHANGED),
                      .starts = f.starts,
                      .ends = f.ends,
                      .assured_on = f.assured_on,
                      .standing = standing_of(&f, l->day)};
  struct str rule = row_text(kept, S_RULE);
  if (!str_trim(rule).n)
    rule =
        ages_rule(l->a, number_or_none(r, S_MINIMUM), number_or_none(r, S_MAXIMUM), o->eligibility);
  service_codes(l, r, o);
  judged_of(l, r, o, rule);
  service_words(l, r, o);
}

/* The row's texts that stay are read into the picture's own memory, the rest into scratch. */
static bool load_services(struct loader *l) {
  struct rows r = db_rows(l->db, &l->scratch,
                          SQL("select s.id, s.public_id, s.name, s.organisation, o.name, "
                              "s.summary, s.description, s.status, s.category, "
                              "s.styles, s.cohorts, s.needs, s.models, s.rule, s.eligibility, "
                              "s.minimum_age, s.maximum_age, s.whole_area, "
                              "s.free, s.walk_in, s.referral_routes, s.phone, s.email, s.website, "
                              "s.attending, s.languages, s.wifi, s.devices, "
                              "s.places_left, s.places_total, s.waiting_days, s.capacity_on, "
                              "s.starts, s.ends, s.assured_on, s.review_days, "
                              "s.published_on, s.withdrawn_on, s.changed_at from service s join "
                              "organisation o on o.id = s.organisation "
                              "where s.published_on is not null and s.withdrawn_on is null and "
                              "o.withdrawn_on is null order by s.id"));
  int64_t most = db_number(
      l->db, 0,
      SQL("select count(*) from service where published_on is not null and withdrawn_on is null"));
  l->out->list.p = arena_many(l->a, struct offer, (size_t)most + 1);
  while (db_next(&r) && (int64_t)l->out->list.n < most) {
    struct rows kept = r;
    kept.arena = l->a;
    struct offer *one = &l->out->list.p[l->out->list.n];
    read_service(l, &r, &kept, one);
    bool shown = one->standing.state != STANDING_WITHDRAWN &&
                 (one->standing.state != STANDING_NOT_STARTED || one->starts - l->day <= 366);
    if (shown) l->out->list.n++;
    arena_reset(&l->scratch);
  }
  db_done(&r);
  return r.result == DB_OK;
}

/* Lists are in order of id until the end, so what belongs to a service is found by halving. */
static struct offer *offer_with(const struct offers *o, int64_t id) {
  size_t low = 0, high = o->list.n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (o->list.p[middle].id < id)
      low = middle + 1;
    else
      high = middle;
  }
  return low < o->list.n && o->list.p[low].id == id ? &o->list.p[low] : NULL;
}

/* What belongs to one offer is gathered first and then kept in just the room it needs: there are
 * many thousands. */
static const void *kept_copy(struct loader *l, const void *p, size_t n, size_t size) {
  if (!n) return NULL;
  void *copy = arena_alloc(l->a, size, 16, n);
  memcpy(copy, p, n * size);
  return copy;
}
#define KEEP(l, member, gathered)                                                                  \
  ((member).p = kept_copy((l), (gathered).p, (gathered).n, sizeof *(gathered).p),                  \
   (member).n = (gathered).n)

static void keep_areas(struct loader *l, struct offer *o, const rules_area *area, size_t n) {
  if (!o) return;
  o->judged.area = kept_copy(l, area, n, sizeof *area), o->judged.areas = n;
}

static bool load_areas(struct loader *l) {
  struct {
    rules_area *p;
    size_t n;
  } areas = {0};
  size_t cap = 0;
  struct offer *now = NULL;
  struct rows r = db_rows(l->db, &l->gathering,
                          SQL("select service, name, code from service_area order by service, id"));
  while (db_next(&r)) {
    struct offer *o = offer_with(l->out, row_int(&r, 0));
    if (!o || o->whole_area == 1) continue;
    struct str name = row_text(&r, 1), code = row_text(&r, 2);
    rules_area area =
        code.n ? rules_area_find(l->out->book, code, l->scratch) : (rules_area)RULES_AREA_NONE;
    if (area == RULES_AREA_NONE) area = rules_area_intern(l->out->book, name);
    if (o != now) keep_areas(l, now, areas.p, areas.n), areas.n = 0, now = o;
    *slice_push(&l->gathering, &areas, &cap) = area;
  }
  keep_areas(l, now, areas.p, areas.n);
  return r.result == DB_OK;
}

/* No area on record and not said to be open to all: where it takes people from is for asking. */
static void unsaid_areas(struct loader *l) {
  rules_area *unsaid = arena_new(l->a, rules_area);
  *unsaid = rules_area_intern(l->out->book, S("the area this entry does not name"));
  for (size_t i = 0; i < l->out->list.n; i++) {
    struct offer *o = &l->out->list.p[i];
    if (o->judged.areas || o->whole_area == 1) continue;
    o->judged.area = unsaid, o->judged.areas = 1, o->judged.reach = RULES_REACH_NEAR;
  }
}

static struct offer_place place_of(struct loader *l, struct rows *r) {
  bool hidden = row_int(r, 2) != 0, point = !row_null(r, 6) && !row_null(r, 7) && !hidden;
  struct offer_place p = {.location_id = row_int(r, 1),
                          .at_id = row_int(r, 9),
                          .published = !hidden,
                          .latitude = point ? row_real(r, 6) : (double)NAN,
                          .longitude = point ? row_real(r, 7) : (double)NAN};
  if (hidden) return p;
  p.name = str_copy(l->a, row_text(r, 3)), p.town = str_copy(l->a, row_text(r, 4));
  p.postcode = str_copy(l->a, row_text(r, 5));
  return p;
}

static bool load_places(struct loader *l) {
  struct {
    struct offer_place *p;
    size_t n;
  } places = {0};
  size_t cap = 0;
  struct offer *now = NULL;
  struct rows r = db_rows(l->db, &l->gathering,
                          SQL("select sl.service, l.id, l.address_not_published, l.name, l.city, "
                              "l.postcode, l.latitude, l.longitude, l.access, sl.id "
                              "from service_at_location sl join location l on l.id = sl.location "
                              "where l.withdrawn_on is null "
                              "and l.location_type <> 'virtual' order by sl.service, sl.id"));
  while (db_next(&r)) {
    struct offer *o = offer_with(l->out, row_int(&r, 0));
    if (!o) continue;
    if (o != now && now) KEEP(l, now->places, places);
    if (o != now) places.n = 0, now = o;
    *slice_push(&l->gathering, &places, &cap) = place_of(l, &r);
    if (!o->access.n && places.p[places.n - 1].published)
      o->access = str_copy(l->a, row_text(&r, 8));
  }
  if (now) KEEP(l, now->places, places);
  return r.result == DB_OK;
}

static bool load_terms(struct loader *l) {
  struct {
    int64_t *p;
    size_t n;
  } terms = {0};
  size_t cap = 0;
  struct offer *now = NULL;
  struct rows r = db_rows(l->db, &l->gathering,
                          SQL("select service, term from term_link order by service, id"));
  while (db_next(&r)) {
    struct offer *o = offer_with(l->out, row_int(&r, 0));
    if (!o) continue;
    if (o != now && now) KEEP(l, now->terms, terms);
    if (o != now) terms.n = 0, now = o;
    *slice_push(&l->gathering, &terms, &cap) = row_int(&r, 1);
  }
  if (now) KEEP(l, now->terms, terms);
  return r.result == DB_OK;
}

int minutes_parse(struct str hh_mm) {
  struct str rest = hh_mm, hour = str_cut(&rest, ':'), minute = str_slice(rest, 0, 2);
  int64_t h, m;
  if (!str_to_i64(hour, &h) || !str_to_i64(minute, &m) || h < 0 || h > 24 || m < 0 || m > 59)
    return -1;
  return h * 60 + m > 1440 ? -1 : (int)(h * 60 + m);
}

static int32_t place_index(const struct offer *o, int64_t location) {
  for (size_t i = 0; i < o->places.n; i++)
    if (o->places.p[i].location_id == location) return (int32_t)i;
  return -1;
}

static bool load_openings(struct loader *l) {
  struct {
    struct opening *p;
    size_t n;
  } list = {0};
  size_t cap = 0;
  struct offer *now = NULL;
  struct rows r = db_rows(l->db, &l->gathering,
                          SQL("select service, location, byday, opens_at, closes_at, valid_from, "
                              "valid_to from schedule "
                              "where freq = 'WEEKLY' and byday is not null and opens_at is not "
                              "null order by service, id"));
  while (db_next(&r)) {
    struct offer *o = offer_with(l->out, row_int(&r, 0));
    int opens = minutes_parse(row_text(&r, 3)), closes = minutes_parse(row_text(&r, 4));
    if (!o || opens < 0) continue;
    if (o != now && now) KEEP(l, now->openings, list);
    if (o != now) list.n = 0, now = o;
    for (struct str days = row_text(&r, 2); days.n;) {
      struct str one = str_cut(&days, ' ');
      size_t day = str_find(S("MO TU WE TH FR SA SU"), one) / 3;
      if (one.n != 2 || day > 6) continue;
      *slice_push(&l->gathering, &list, &cap) = (struct opening){
          (int8_t)day,    (int16_t)opens, (int16_t)closes, place_index(o, row_int(&r, 1)),
          row_day(&r, 5), row_day(&r, 6)};
    }
  }
  if (now) KEEP(l, now->openings, list);
  return r.result == DB_OK;
}

static int by_name(const void *x, const void *y) {
  const struct offer *a = x, *b = y;
  int c = str_cmp(a->name, b->name);
  return c ? c : a->id < b->id ? -1 : a->id > b->id;
}

bool library_load(struct db *db, struct arena *a, day_t day, struct offers *out,
                  struct why *why); /* library.c */

bool offers_load(struct db *db, struct arena *a, day_t day, enum directory_kind which,
                 struct offers *out, struct why *why) {
  *out = (struct offers){
      .kind = which, .day = day, .generation = directory_generation(db), .book = book_read(a, why)};
  if (!out->book) return false;
  bool good;
  if (which == DIRECTORY_LIBRARY) {
    good = library_load(db, a, day, out, why);
  } else {
    static struct loader loader;
    struct loader *l = &loader;
    *l = (struct loader){.db = db,
                         .a = a,
                         .out = out,
                         .day = day,
                         .kind = str_copy(a, S("programme")),
                         .rule_name = str_copy(a, S("service")),
                         .scratch = arena_open((size_t)64 << 20),
                         .gathering = arena_open((size_t)1 << 30)};
    good = load_services(l) && load_areas(l) && load_places(l) && load_openings(l) && load_terms(l);
    if (good) unsaid_areas(l);
    arena_close(&l->scratch);
    arena_close(&l->gathering);
    if (!good) why_say(why, "The directory could not be read. Try again in a minute.");
  }
  if (good && out->list.n) qsort(out->list.p, out->list.n, sizeof *out->list.p, by_name);
  return good;
}

int64_t directory_generation(struct db *db) {
  return db_number(db, -1, SQL("select generation from directory_state where id = 1"));
}

enum db_result directory_changed(struct db *db) {
  return db_run(db, SQL("update directory_state set generation = generation + 1 where id = 1"));
}

enum db_result directory_touch(struct db *db, struct arena *a, int64_t service, instant_t now) {
  enum db_result r = db_run(db, SQL("update service set changed_at = ?1 where id = ?2"),
                            db_instant(a, now), V(service));
  return r == DB_OK ? directory_changed(db) : r;
}

const struct offer *offers_find(const struct offers *o, struct uuid public_id) {
  for (size_t i = 0; i < o->list.n; i++)
    if (memcmp(&o->list.p[i].public_id, &public_id, sizeof public_id) == 0) return &o->list.p[i];
  return NULL;
}

const struct offer *offers_by_id(const struct offers *o, int64_t id) {
  for (size_t i = 0; i < o->list.n; i++)
    if (o->list.p[i].id == id) return &o->list.p[i];
  return NULL;
}

int offer_open_at(const struct offer *o, day_t day, int minute, int *until) {
  int answer = o->openings.n ? 0 : -1;
  *until = -1;
  for (size_t i = 0; i < o->openings.n; i++) {
    const struct opening *p = &o->openings.p[i];
    if (p->weekday != (int8_t)day_weekday(day) || p->opens > minute ||
        (p->closes >= 0 && minute >= p->closes))
      continue;
    if ((p->from != DAY_NONE && day < p->from) || (p->to != DAY_NONE && day > p->to)) continue;
    answer = 1;
    if (p->closes > *until) *until = p->closes;
  }
  return answer;
}

struct str offer_path(struct arena *a, const struct offer *o, enum directory_kind kind) {
  char id[37];
  uuid_text(o->public_id, id);
  return kind == DIRECTORY_LIVE ? str_format(a, "/help/services/%s", id)
                                : str_format(a, "/library/%s", id);
}
