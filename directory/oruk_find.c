/* What an Open Referral question asks, and which services answer it. Every filter really filters;
 * all are joined by and. */
#include <math.h>
#include <jansson.h>
#include "directory/oruk.h"

/* ---- Reading the question: from the query, a form, or a JSON object in the body (so that nothing
 * stands in an address). */
static struct str json_member(struct request *rq, const char *name) {
  if (!rq->content.n) return (struct str){0};
  json_t *root = json_read(rq->content, 1 << 20, NULL);
  const json_t *v = json_object_get(root, name);
  struct str out = {0};
  if (json_is_string(v))
    out = str_copy(rq->arena, (struct str){json_string_value(v), json_string_length(v)});
  else if (json_is_integer(v))
    out = str_format(rq->arena, "%lld", (long long)json_integer_value(v));
  else if (json_is_real(v))
    out = str_format(rq->arena, "%.9g", json_real_value(v));
  else if (json_is_boolean(v))
    out = json_is_true(v) ? S("true") : S("false");
  json_decref(root);
  return out;
}

static struct str asked(struct request *rq, const char *name) {
  struct str s = str_trim(request_query(rq, name));
  if (!s.n) s = str_trim(request_form(rq, name));
  return s.n ? s : str_trim(json_member(rq, name));
}

static bool asked_true(struct request *rq, const char *name) {
  struct str s = asked(rq, name);
  return str_eq_nocase(s, S("true")) || str_eq(s, S("1"));
}

static bool ask_id(struct request *rq, const char *name, struct uuid *out, bool *on,
                   struct why *why) {
  struct str s = asked(rq, name);
  *on = s.n > 0;
  return !s.n || uuid_parse(s, out) ||
         why_say(why, "%s must be an id as this service gives them.", name);
}

static bool ask_number(struct request *rq, const char *name, int64_t least, int64_t most,
                       int64_t *out, struct why *why) {
  struct str s = asked(rq, name);
  int64_t n;
  if (!s.n) return true;
  if (!str_to_i64(s, &n) || n < least || n > most)
    return why_say(why, "%s must be a whole number from %lld to %lld.", name, (long long)least,
                   (long long)most);
  *out = n;
  return true;
}

static int weekday_of(struct arena *a, struct str s) {
  static const char *const names[] = {"monday", "tuesday",  "wednesday", "thursday",
                                      "friday", "saturday", "sunday"};
  struct str low = str_lower(a, str_trim(s));
  for (int i = 0; i < 7; i++)
    if (low.n >= 2 && str_starts(str_of(names[i]), low)) return i;
  return -1;
}

/* Each of day, start_time and end_time may hold several, with commas; the n-th of each belong
 * together. */
static bool ask_times(struct request *rq, struct oruk_ask *q, struct why *why) {
  struct strs day = str_split(rq->arena, asked(rq, "day"), ','),
              from = str_split(rq->arena, asked(rq, "start_time"), ','),
              to = str_split(rq->arena, asked(rq, "end_time"), ',');
  size_t n = day.n > from.n ? day.n : from.n;
  if (to.n > n) n = to.n;
  if (n > ORUK_TIMES_MAX || (day.n && day.n != n) || (from.n && from.n != n) || (to.n && to.n != n))
    return why_say(why,
                   "day, start_time and end_time must come in the same number, at most %d of each.",
                   ORUK_TIMES_MAX);
  for (q->times = 0; q->times < n; q->times++) {
    size_t i = q->times;
    q->day[i] = day.n ? weekday_of(rq->arena, day.p[i]) : -1;
    q->opens[i] = from.n ? minutes_parse(from.p[i]) : -1;
    q->closes[i] = to.n ? minutes_parse(to.p[i]) : -1;
    if (day.n && q->day[i] < 0)
      return why_say(why, "day must be a day of the week, like MO or Monday.");
    if ((from.n && q->opens[i] < 0) || (to.n && q->closes[i] < 0))
      return why_say(why, "A time must be like 09:30.");
  }
  return true;
}

static bool ask_place(struct request *rq, struct oruk_ask *q, struct why *why) {
  struct str postcode = asked(rq, "postcode"), proximity = asked(rq, "proximity"), tidy;
  q->metres = -1;
  if (!postcode.n) return !proximity.n || why_say(why, "proximity needs a postcode.");
  if (!postcode_tidy(rq->arena, postcode, &tidy))
    return why_say(why, "postcode must be a full postcode, like L1 1AA.");
  if (proximity.n && (!str_to_double(proximity, &q->metres) || q->metres < 0 || q->metres > 1e6))
    return why_say(why, "proximity must be a number of metres, from 0 to 1000000.");
  if (!directory_point(rq->db, tidy, &q->latitude, &q->longitude))
    return why_say(why, "That postcode is not known here. Check it, or ask without one.");
  q->areas = directory_areas(rq->db, rq->arena, tidy);
  return q->by_place = true;
}

static bool ask_modified(struct request *rq, struct oruk_ask *q, struct why *why) {
  struct str s = asked(rq, "modified_after");
  day_t day;
  q->modified_after = INSTANT_NONE;
  if (!s.n || instant_parse(s, &q->modified_after)) return true;
  if (!day_parse(s, &day))
    return why_say(why, "modified_after must be a date and time, like 2026-03-27T09:30:00Z.");
  q->modified_after = (instant_t)day * 86400 * 1000000;
  return true;
}

bool oruk_ask_read(struct request *rq, struct oruk_ask *q, struct why *why) {
  *q = (struct oruk_ask){.search = utf8_fold(rq->arena, asked(rq, "search")),
                         .page = 1,
                         .per_page = ORUK_PER_PAGE,
                         .minimum_age = NUMBER_NONE,
                         .maximum_age = NUMBER_NONE,
                         .depth = ORUK_LIST};
  if (!q->search.n) q->search = utf8_fold(rq->arena, asked(rq, "text"));
  if (asked_true(rq, "minimal")) q->depth = ORUK_MINIMAL;
  if (asked_true(rq, "full") || asked_true(rq, "full_service")) q->depth = ORUK_FULL;
  q->ndjson = str_eq_nocase(asked(rq, "format"), S("ndjson"));
  q->top_only = asked_true(rq, "top_only");
  return ask_id(rq, "taxonomy_term_id", &q->term, &q->by_term, why) &&
         ask_id(rq, "taxonomy_id", &q->taxonomy, &q->by_taxonomy, why) &&
         ask_id(rq, "organization_id", &q->organisation, &q->by_organisation, why) &&
         ask_id(rq, "parent_id", &q->parent, &q->by_parent, why) &&
         ask_number(rq, "page", 1, 1000000, &q->page, why) &&
         ask_number(rq, "per_page", 1, ORUK_PER_PAGE_MAX, &q->per_page, why) &&
         ask_number(rq, "minimum_age", 0, 130, &q->minimum_age, why) &&
         ask_number(rq, "maximum_age", 0, 130, &q->maximum_age, why) && ask_modified(rq, q, why) &&
         ask_times(rq, q, why) && ask_place(rq, q, why);
}

/* ---- Answering it. */

/* Does any word begin with this one? */
static bool word_begins(struct str words, struct str word) {
  const char *at = words.p, *end = words.p + words.n;
  while (at && (size_t)(end - at) >= word.n &&
         (at = memmem(at, (size_t)(end - at), word.p, word.n))) {
    if (at == words.p || at[-1] == ' ') return true;
    at++;
  }
  return false;
}

bool words_hold(struct str words, struct str search) {
  while (search.n) {
    struct str word = str_cut(&search, ' ');
    if (word.n && !word_begins(words, word)) return false;
  }
  return true;
}

/* A term or taxonomy asked for: one of our own lists (a set in the offer), or imported (ids in the
 * offer). */
struct terms_asked {
  int list; /* enum rules_list; -1 = imported */
  int code; /* in that list; -1 = any */
  struct {
    int64_t *p;
    size_t n;
  } ids;
  bool none; /* no such term: nothing fits */
};

static int own_list(struct str name) {
  static const enum rules_list lists[] = {RULES_COHORTS, RULES_STYLES, RULES_CATEGORIES,
                                          RULES_BARRIERS, RULES_MODELS};
  for (size_t i = 0; i < countof(lists); i++)
    if (str_eq(name, str_of(rules_list_name(lists[i])))) return (int)lists[i];
  return -1;
}

static struct terms_asked term_asked(struct request *rq, const struct offers *o, struct uuid id) {
  struct terms_asked t = {.list = -1, .code = -1};
  struct rows r;
  if (!db_one(&r, rq->db, rq->arena,
              SQL("select t.id, t.code, x.code_list from taxonomy_term t join taxonomy x "
                  "on x.id = t.taxonomy where t.public_id = ?1"),
              db_uuid(rq->arena, id))) {
    t.none = true;
    return t;
  }
  t.list = own_list(row_text(&r, 2));
  if (t.list >= 0)
    t.code = rules_code_find(o->book, (enum rules_list)t.list, row_text(&r, 1)),
    t.none = t.code < 0;
  size_t cap = 0;
  *slice_push(rq->arena, &t.ids, &cap) = row_int(&r, 0);
  db_done(&r);
  return t;
}

static struct terms_asked taxonomy_asked(struct request *rq, struct uuid id) {
  struct terms_asked t = {.list = -1, .code = -1};
  struct taxonomy x;
  if (!record_load_public(rq->db, rq->arena, &taxonomy_type, id, &x)) {
    t.none = true;
    return t;
  }
  size_t cap = 0;
  t.list = own_list(x.code_list);
  struct rows r =
      db_rows(rq->db, rq->arena, SQL("select id from taxonomy_term where taxonomy = ?1"), V(x.id));
  while (db_next(&r)) *slice_push(rq->arena, &t.ids, &cap) = row_int(&r, 0);
  return t;
}

static struct rules_codes codes_in(const struct offer *o, int list) {
  struct rules_codes category = {{0}};
  switch (list) {
    case RULES_COHORTS: return o->judged.cohorts;
    case RULES_STYLES: return o->styles;
    case RULES_BARRIERS: return o->needs;
    case RULES_MODELS: return o->models;
    default:
      if (o->category >= 0) rules_codes_add(&category, o->category);
      return category;
  }
}

static bool has_terms(const struct offer *o, const struct terms_asked *t) {
  if (t->none) return false;
  if (t->list >= 0) {
    struct rules_codes codes = codes_in(o, t->list);
    return t->code >= 0 ? rules_codes_has(codes, t->code) : !rules_codes_empty(codes);
  }
  for (size_t i = 0; i < t->ids.n; i++)
    for (size_t k = 0; k < o->terms.n; k++)
      if (o->terms.p[k] == t->ids.p[i]) return true;
  return false;
}

static bool open_when(const struct offer *o, const struct oruk_ask *q) {
  for (size_t t = 0; t < q->times; t++)
    for (size_t i = 0; i < o->openings.n; i++) {
      const struct opening *p = &o->openings.p[i];
      if ((q->day[t] < 0 || p->weekday == q->day[t]) &&
          (q->opens[t] < 0 || p->opens >= q->opens[t]) &&
          (q->closes[t] < 0 || p->closes >= q->closes[t]))
        return true;
    }
  return q->times == 0;
}

/* Metres between two points: haversine on a sphere of 6,371,009 m (the mean radius of IUGG). */
double metres_between(double lat1, double lon1, double lat2, double lon2) {
  const double radian = 3.14159265358979323846 / 180;
  double a = sin((lat2 - lat1) * radian / 2), b = sin((lon2 - lon1) * radian / 2);
  double h = a * a + cos(lat1 * radian) * cos(lat2 * radian) * b * b;
  return 2 * 6371009 * asin(sqrt(h > 1 ? 1 : h));
}

bool oruk_place_near(const struct offer_place *p, const struct oruk_ask *q) {
  return p->published && !isnan(p->latitude) &&
         metres_between(p->latitude, p->longitude, q->latitude, q->longitude) <= q->metres;
}

/* Within the distance asked; or, with none asked, offered to people who live at the postcode. */
static bool fits_place(const struct offer *o, const struct oruk_ask *q, struct rules_place *home) {
  if (q->metres >= 0) {
    for (size_t i = 0; i < o->places.n; i++)
      if (oruk_place_near(&o->places.p[i], q)) return true;
    return false;
  }
  if (o->whole_area == 1) return true;
  for (size_t i = 0; i < o->judged.areas; i++)
    if (rules_place_in(home, o->judged.area[i]) == RULES_YES) return true;
  return false;
}

struct oruk_found oruk_find(struct request *rq, const struct offers *offers,
                            const struct oruk_ask *q) {
  struct oruk_found found = {arena_many(rq->arena, uint32_t, offers->list.n + 1), 0};
  struct terms_asked term = {0}, taxonomy = {0};
  struct rules_place *home =
      q->by_place ? rules_place_of(rq->arena, offers->book, q->areas.p, q->areas.n) : NULL;
  int64_t organisation = 0;
  if (q->by_term) term = term_asked(rq, offers, q->term);
  if (q->by_taxonomy) taxonomy = taxonomy_asked(rq, q->taxonomy);
  if (q->by_organisation)
    organisation = db_number(rq->db, -1, SQL("select id from organisation where public_id = ?1"),
                             db_uuid(rq->arena, q->organisation));
  for (size_t i = 0; i < offers->list.n; i++) {
    const struct offer *o = &offers->list.p[i];
    bool fits = (!q->by_organisation || o->organisation_id == organisation) &&
                (q->minimum_age == NUMBER_NONE ||
                 (o->minimum_age != NUMBER_NONE && o->minimum_age >= q->minimum_age)) &&
                (q->maximum_age == NUMBER_NONE ||
                 (o->maximum_age != NUMBER_NONE && o->maximum_age <= q->maximum_age)) &&
                (q->modified_after == INSTANT_NONE || o->changed_at >= q->modified_after) &&
                (!q->by_term || has_terms(o, &term)) &&
                (!q->by_taxonomy || has_terms(o, &taxonomy)) && open_when(o, q) &&
                (!q->search.n || words_hold(o->words, q->search)) &&
                (!q->by_place || fits_place(o, q, home));
    if (fits) found.p[found.n++] = (uint32_t)i;
  }
  return found;
}
