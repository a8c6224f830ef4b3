/* read: the fields of a question as given, into what can be judged. The same for the page, the API
 * and the command. */
#include <math.h>
#include "finding/inside.h"
#include "web/page.h"

enum { AGES_PARTS = 2, AGE_OLDEST = 120 };

struct reading {
  struct db *db;
  struct arena *a;
  const struct finding_picture *p;
  const struct finding_said *said;
  enum language lang;
  struct finding_ask *out;
  struct finding_faults *faults;
  size_t cap;
};
#define SAID(r, message) words_of((r)->lang, message)

static struct strs all_of(const struct finding_said *said, const char *name) {
  return said->values(said->from, name);
}

static struct str one_of(const struct finding_said *said, const char *name) {
  struct strs all = all_of(said, name);
  return all.n ? str_trim(all.p[0]) : (struct str){0};
}

static bool ticked(const struct finding_said *said, const char *name) {
  struct str s = one_of(said, name);
  return s.n && !str_eq(s, S("no")) && !str_eq(s, S("0")) && !str_eq(s, S("false"));
}

static void fault(struct reading *r, const char *field, struct str sentence) {
  *slice_push(r->a, r->faults, &r->cap) = (struct finding_fault){field, sentence};
}

day_t finding_day(const struct finding_said *said, day_t today) {
  struct str given = one_of(said, "date");
  day_t day = DAY_NONE;
  if (!given.n) return today;
  return day_parse_typed(given, &day) ? day : DAY_NONE;
}

/* ---- Place. */
static bool book_knows(struct reading *r, struct str name) {
  return rules_area_find(r->p->offers->book, name, *r->a) != RULES_AREA_NONE;
}

static bool whole_name(struct reading *r, const struct place *place, struct str typed) {
  struct arena scratch = *r->a;
  return place->found != PLACE_AREA ||
         str_eq(utf8_fold(&scratch, place->words), utf8_fold(&scratch, typed));
}

static void read_place(struct reading *r) {
  struct str place = one_of(r->said, "place"), code = one_of(r->said, "postcode");
  const char *field = code.n ? "postcode" : "place";
  struct str typed = utf8_head(code.n ? code : place, FINDING_PLACE_MAX);
  struct finding_ask *out = r->out;
  out->place = (struct place){.ended = DAY_NONE, .at = {NAN, NAN}};
  if (!typed.n) return;
  bool listed = !code.n && book_knows(r, typed);
  if (!place_resolve(r->db, r->a, typed, &out->place)) {
    fault(
        r, field,
        SAID(r, T("We could not look that up just now. Try again in a minute, or leave it out.")));
    return;
  }
  if (listed && !whole_name(r, &out->place, typed)) out->place.found = PLACE_NONE;
  if (code.n && out->place.found == PLACE_AREA) out->place.found = PLACE_NONE;
  if (!listed && out->place.found == PLACE_NONE) {
    struct str tidy;
    bool shaped = postcode_tidy(r->a, typed, &tidy);
    fault(r, field,
          shaped || code.n ? SAID(r, T("We do not know that postcode. Check it, try the name of "
                                       "your town, or leave it out."))
                           : SAID(r, T("We do not know that place. Try a postcode or a town "
                                       "nearby, or leave it out.")));
    return;
  }
  out->place_words =
      out->place.found == PLACE_NONE
          ? rules_area_name(r->p->offers->book, rules_area_find(r->p->offers->book, typed, *r->a))
          : out->place.words;
  if (out->place.found == PLACE_NONE) out->place.areas.n = 0;
  out->facts.place = finding_place(r->a, r->p, &out->place, listed ? typed : (struct str){0});
}

/* ---- Age: years, or a band as "16-24". */
static bool years(struct str s, int64_t *out) {
  return str_to_i64(str_trim(s), out) && *out >= 0 && *out <= AGE_OLDEST;
}

static void read_age(struct reading *r) {
  struct str given = one_of(r->said, "age"), rest = given, low = str_cut(&rest, '-');
  int64_t from, to;
  if (!given.n || str_eq(given, S("-"))) return;
  if (years(given, &from)) rules_facts_age(&r->out->facts, (int)from);
  else if (years(low, &from) && years(rest, &to) && from <= to)
    rules_facts_age_band(&r->out->facts, (int)from, (int)to);
  else {
    fault(r, "age", SAID(r, T("Give your age in whole years, such as 29, or leave it out.")));
    return;
  }
  r->out->said_age = true;
}

/* ---- Codes, by code, name or another name people use. */
typedef bool add_code(const struct rules_book *b, struct rules_facts *f, struct str code);

static void read_codes(struct reading *r, const char *field, enum rules_list list, add_code *add,
                       struct str sentence) {
  const struct rules_book *book = r->p->offers->book;
  struct strs all = all_of(r->said, field);
  for (size_t i = 0; i < all.n; i++) {
    struct str given = str_trim(all.p[i]);
    if (!given.n || str_eq(given, S("-"))) continue;
    int code = rules_code_match(book, list, given, *r->a);
    if (code >= 0) add(book, &r->out->facts, rules_code_get(book, list, code)->code);
    else fault(r, field, sentence);
  }
}

static bool add_cohort(const struct rules_book *b, struct rules_facts *f, struct str code) {
  return rules_facts_cohort(b, f, code, RULES_SAID_YES);
}

static bool add_reason(const struct rules_book *b, struct rules_facts *f, struct str code) {
  return rules_facts_reason(b, f, code);
}

static enum rules_said said_of(struct str s) {
  if (str_eq_nocase(s, S("yes"))) return RULES_SAID_YES;
  return str_eq_nocase(s, S("no")) ? RULES_SAID_NO : RULES_UNSAID;
}

static void read_facts(struct reading *r) {
  struct rules_facts *f = &r->out->facts;
  read_age(r);
  read_codes(r, "status", RULES_STATUSES, rules_facts_status,
             SAID(r, T("We do not know that answer about work. Choose employed, unemployed or "
                       "inactive, or leave it out.")));
  read_codes(r, "reason", RULES_REASONS, add_reason,
             SAID(r, T("We do not know that reason. Choose one of the list, or leave it out.")));
  read_codes(
      r, "tenancy", RULES_TENANCIES, rules_facts_tenancy,
      SAID(r, T("We do not know that kind of home. Choose one of the list, or leave it out.")));
  read_codes(
      r, "cohort", RULES_COHORTS, add_cohort,
      SAID(r, T("We do not know that group of people. Choose one of the list, or leave it out.")));
  f->health = said_of(one_of(r->said, "health")),
  f->household = said_of(one_of(r->said, "household"));
  r->out->said_work = f->status.known || f->reason.known;
  r->out->said_cohort = !rules_codes_empty(f->cohort_yes);
  r->out->said_home = f->tenancy.known || f->health != RULES_UNSAID || f->household != RULES_UNSAID;
  if (f->health == RULES_SAID_YES)
    rules_facts_cohort(r->p->offers->book, f, S("health_condition"), RULES_SAID_YES);
  rules_facts_settle(r->p->offers->book, f);
}

bool finding_answered(const struct finding_ask *ask) {
  return ask->needs || ask->words.n || ask->said_age || ask->said_work || ask->said_cohort ||
         ask->said_home;
}

/* ---- What would help: a need's code, or any words. */
static void read_needs(struct reading *r) {
  const struct needs *needs = finding_needs();
  struct strs picked = all_of(r->said, "need"), words = all_of(r->said, "words");
  for (size_t i = 0; i < picked.n + words.n; i++) {
    struct str one = str_trim(i < picked.n ? picked.p[i] : words.p[i - picked.n]);
    size_t k = 0;
    while (k < needs->n && !(i < picked.n && str_eq(needs->p[k].code, one))) k++;
    if (k < needs->n) r->out->needs |= 1ull << k;
    else if (one.n) r->out->words = str_format(r->a, "%.*s %.*s", P(r->out->words), P(one));
  }
  if (utf8_count(r->out->words) > FINDING_WORDS_MAX)
    fault(r, "words",
          SAID(r, T("That is more than we can search for at once. Keep it to a sentence or two.")));
}

static void read_view(struct reading *r) {
  struct finding_ask *out = r->out;
  struct str sort = one_of(r->said, "sort");
  int64_t first = 0;
  out->open_now = ticked(r->said, "open"), out->free_only = ticked(r->said, "free");
  out->self_only = ticked(r->said, "self"), out->wifi = ticked(r->said, "wifi");
  out->ignore_standing = ticked(r->said, "ignore_standing"),
  out->at_start = ticked(r->said, "at_start");
  out->sort = str_eq(sort, S("near"))   ? FINDING_NEAR
              : str_eq(sort, S("name")) ? FINDING_NAME
              : str_eq(sort, S("minutes")) ? FINDING_MINUTES
                                           : FINDING_FIT;
  if (str_to_i64(one_of(r->said, "first"), &first) && first > 0 && first < 1000000)
    out->first = (size_t)first;
}

/* When they would set out, and one search from where they are. */
static void read_journey(struct reading *r, day_t today, int minute) {
  struct finding_ask *out = r->out;
  struct str day = one_of(r->said, "go_day"), time = one_of(r->said, "go_time");
  int64_t within = 0;
  if (!region_loaded().loaded || out->place.found == PLACE_NONE || isnan(out->place.at.lat)) return;
  if (str_to_i64(one_of(r->said, "within"), &within) && within > 0 && within <= MINUTES_MOST)
    out->within = (int)within;
  out->said_set_out = day.n || time.n;
  out->set_out = out->said_set_out ? (struct set_out){today, minute < 0 ? 0 : minute}
                                   : journeys_set_out(r->p->offers, today, minute);
  bool good = (!day.n || day_parse_typed(day, &out->set_out.day)) &&
              (!time.n || minute_parse_typed(time, &out->set_out.minute)) &&
              out->set_out.day >= today;
  if (day.n && !time.n) out->set_out.minute = 10 * 60; /* another day: the middle of the morning */
  if (!good)
    fault(r, "go", SAID(r, T("Give a day from today on as 27/3/2026 and a time as 10:30.")));
  else
    out->minutes = minutes_from(r->a, (struct spot){out->place.at.lat, out->place.at.lon},
                                out->set_out);
}

bool finding_read(struct db *db, struct arena *a, const struct finding_picture *p,
                  const struct finding_said *said, day_t today, int minute, enum language lang,
                  struct finding_ask *out, struct finding_faults *faults) {
  struct reading r = {
      .db = db, .a = a, .p = p, .said = said, .lang = lang, .out = out, .faults = faults};
  *faults = (struct finding_faults){0};
  *out = (struct finding_ask){.facts = {.on = finding_day(said, today)}, .minute = minute};
  if (out->facts.on == DAY_NONE)
    fault(&r, "date", SAID(&r, T("Give the date as day, month and year, such as 27/3/2026.")));
  read_place(&r);
  read_facts(&r);
  read_needs(&r);
  read_view(&r);
  read_journey(&r, today, minute);
  return faults->n == 0;
}
