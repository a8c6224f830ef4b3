/* offers: organisations and services from offers.def, with the dates, money and places that make a
 * directory worth asking. Which neighbourhood has what is written in the table by hand, so the
 * overlaps and holes are meant; the lists of them are then counted from the services themselves. */
#include "seaborough/inside.h"

enum { EVERY_HOOD = (1 << SB_NEIGHBOURHOODS) - 1, CLIFFS = 12, MINUTES = 60 };
enum { WIFI = 1, DEVICES = 2, SECRET = 4 };
enum days { WEEK, TUE_THU, WED_FRI, EVENINGS };
#define H(k) (1 << (k))
#define REGION EVERY_HOOD

struct offer {
  const char *names, *words, *kind, *category, *model, *cohorts, *styles, *routes;
  int age_from, age_to;
  const char *only_for, *only_status;
  int hoods;
  enum days days;
  int opens, closes;
  int64_t cost;
  unsigned flags;
};
static const struct offer offers[] = {
#define OFFER(...) {__VA_ARGS__},
#include "seaborough/offers.def"
#undef OFFER
};

/* Four organisations of each kind share its services. */
static const struct {
  const char *kind, *names[5];
} bodies[] = {
    {"charity",
     {"Harbour Lights Trust", "The Weavers Fund", "Moor and Coast Partnership", "Salt and Light",
      "Open Quay"}},
    {"council",
     {"Seaborough Council", "Ferrydale Council", "Moorland Hundreds Council", "Seaborough Council",
      "Ferrydale Council"}},
    {"nhs",
     {"Seaborough Coast NHS Trust", "Ferrydale Primary Care", "Seaborough Coast NHS Trust",
      "Ferrydale Primary Care", "Moorland Health"}},
    {"college",
     {"Seaborough College", "Ferrydale Skills Centre", "The Boatyard School", "Seaborough College",
      "Moorland Training"}},
    {"housing",
     {"Quayside Homes", "Dales Housing", "Quayside Homes", "Dales Housing", "Quayside Homes"}},
    {"combined_authority",
     {"Seaborough City Region Combined Authority", "Seaborough City Region Combined Authority",
      "Seaborough City Region Combined Authority", "Seaborough City Region Combined Authority",
      "Seaborough City Region Combined Authority"}},
    {"company",
     {"Pathfinder Employment (Seaborough)", "Pathfinder Employment (Seaborough)",
      "Pathfinder Employment (Seaborough)", "Pathfinder Employment (Seaborough)",
      "Pathfinder Employment (Seaborough)"}},
};
static const char *const funders[] = {
    "Coast and Moor Growth Fund",   "Seaborough Shared Fund", "North Sea Community Foundation",
    "Combined Authority Work Fund", "Health and Work Pot",    "The Lighthouse Bequest"};
static const char *const streets[] = {
    "Rope Walk",  "Chandler Street",  "Sail Loft Yard", "Gannet Row",  "Old Ferry Road",
    "Dyers Lane", "Station Approach", "Chapel Steps",   "Marl Street", "Beacon Road"};

/* Words that fit an address: lower case letters and digits only. */
static struct str squeezed(struct arena *a, struct str name) {
  char *out = arena_many(a, char, name.n + 1);
  size_t n = 0;
  struct str fold = utf8_fold(a, name);
  for (size_t i = 0; i < fold.n; i++)
    if ((fold.p[i] >= 'a' && fold.p[i] <= 'z') || (fold.p[i] >= '0' && fold.p[i] <= '9'))
      out[n++] = fold.p[i];
  return (struct str){out, n};
}

static struct str id_of(struct arena *a, const char *space, struct str name) {
  return uuid_str(a, uuid_from_name(str_of(space), name));
}

/* 01632 960000 to 960999: kept by Ofcom for drama. */
static struct str phone(struct arena *a, size_t serial) {
  return str_format(a, "01632 96%04zu", serial % 1000);
}

static uint32_t organisation(struct arena *a, struct seaborough *s, size_t *cap, const char *kind,
                             size_t turn) {
  struct str name = {0};
  for (size_t i = 0; i < countof(bodies); i++)
    if (strcmp(bodies[i].kind, kind) == 0) name = str_of(bodies[i].names[turn % 5]);
  for (uint32_t i = 0; i < s->organisations.n; i++)
    if (str_eq(s->organisations.p[i].name, name)) return i;
  struct str short_name = squeezed(a, name);
  uint32_t index = (uint32_t)s->organisations.n;
  *slice_push(a, &s->organisations, cap) = (struct sb_organisation){
      .id = id_of(a, "seaborough organisation", name),
      .name = name,
      .kind = str_of(kind),
      .description = str_format(a, "%.*s is invented, like all of Seaborough.", P(name)),
      .phone = phone(a, 500 + index),
      .email = str_format(a, "hello@%.*s.example", P(short_name)),
      .web = str_format(a, "https://%.*s.example/", P(short_name))};
  return index;
}

static void put_hours(struct arena *a, struct sb_service *v, const struct offer *o) {
  static const unsigned weekdays[] = {
      [WEEK] = 31, [TUE_THU] = 2 | 8, [WED_FRI] = 4 | 16, [EVENINGS] = 1 | 4 | 8};
  size_t cap = 0;
  for (int day = MONDAY; day <= SUNDAY; day++)
    if (weekdays[o->days] >> day & 1)
      *slice_push(a, &v->hours, &cap) =
          (struct sb_hours){(enum weekday)day, o->opens * MINUTES, o->closes * MINUTES};
}

/* A live postcode of a neighbourhood, near its middle. */
static uint32_t postcode_near(const struct seaborough *s, int hood, struct rng *r) {
  uint32_t best = 0;
  double metres = 1e12;
  struct sb_point middle = s->areas.p[s->neighbourhood[hood]].centre;
  for (int tries = 0; tries < 400; tries++) {
    uint32_t i = (uint32_t)rng_below(r, s->postcodes.n);
    const struct sb_postcode *p = &s->postcodes.p[i];
    bool inside =
        sb_ancestor(s, p->lsoa, SB_NEIGHBOURHOOD) == s->neighbourhood[hood] && p->ended == DAY_NONE;
    double d = sb_metres(p->at, middle);
    if (inside && d < metres) metres = d, best = i;
    if (metres < 900) break;
  }
  return best;
}

static int first_hood(int hoods) {
  int k = 1; /* the region's offers sit in Tannery Row */
  if (hoods == EVERY_HOOD) return k;
  for (k = 0; !(hoods >> k & 1);) k++;
  return k;
}

/* Money and dates: about one in six says nothing of either; nothing but the planted twelve ends
 * within the year. */
static void put_money(struct arena *a, struct seaborough *s, struct sb_service *v, struct rng *r) {
  bool told = rng_below(r, 6) != 0;
  v->funder = told ? str_of(funders[rng_below(r, countof(funders))]) : (struct str){0};
  v->amount_pence = told && rng_below(r, 3) ? (int64_t)(20 + rng_below(r, 400)) * 100000 : -1;
  v->starts = told ? s->today - 100 - (day_t)rng_below(r, 900) : DAY_NONE;
  v->ends = told && rng_below(r, 4) ? s->today + 400 + (day_t)rng_below(r, 900) : DAY_NONE;
  v->assured = s->today - (day_t)rng_below(r, 150);
  v->review_months = 6;
  if (rng_below(r, 16) == 0)
    v->assured = s->today - 300 - (day_t)rng_below(r, 300); /* stale: never a "yes" */
  (void)a;
}

static void add_service(struct arena *a, struct seaborough *s, size_t *cap, const struct offer *o,
                        struct str name, int hoods, uint32_t org, struct rng *r) {
  size_t serial = s->services.n;
  struct sb_service *v = slice_push(a, &s->services, cap);
  struct str short_name = squeezed(a, name);
  bool secret = o->flags & SECRET;
  *v = (struct sb_service){
      .id = id_of(a, "seaborough service", name),
      .name = name,
      .description = str_of(o->words),
      .organisation = org,
      .category = str_of(o->category),
      .model = str_of(o->model),
      .cohorts = str_of(o->cohorts),
      .styles = str_of(o->styles),
      .routes = str_of(o->routes),
      .age_from = o->age_from,
      .age_to = o->age_to,
      .only_for = str_of(o->only_for),
      .only_status = str_of(o->only_status),
      .hoods = (uint32_t)hoods,
      .postcode = postcode_near(s, first_hood(hoods), r),
      .address_1 = str_format(a, "%d %s", (int)rng_below(r, 90) + 1,
                              streets[rng_below(r, countof(streets))]),
      .address_published = !secret,
      .phone = phone(a, serial),
      .cost_pence = o->cost,
      .wifi = o->flags & WIFI,
      .devices = o->flags & DEVICES,
      .email = secret ? (struct str){0} : str_format(a, "%.*s@seaborough.example", P(short_name)),
      .web = secret ? (struct str){0} : str_format(a, "https://%.*s.example/", P(short_name)),
      .places_left = rng_below(r, 3) ? (int64_t)rng_below(r, 25) : -1,
      .waiting_days = rng_below(r, 3) ? (int64_t)rng_below(r, 40) : -1};
  /* From the serial, not the dice, so that everything else stays as it was. One in five does not
   * say. */
  v->places_total = serial % 5 == 0 ? -1 : (int64_t)(8 + serial * 7 % 23);
  if (v->places_total >= 0 && v->places_left > v->places_total) v->places_total = v->places_left;
  put_hours(a, v, o);
  put_money(a, s, v, r);
}

static void add_offer(struct arena *a, struct seaborough *s, size_t *caps, const struct offer *o,
                      size_t turn, struct rng *r) {
  struct str names = str_of(o->names);
  if (o->hoods == EVERY_HOOD) {
    uint32_t org = organisation(a, s, &caps[0], o->kind, turn);
    add_service(a, s, &caps[1], o, str_cut(&names, '|'), EVERY_HOOD, org, r);
    return;
  }
  struct str last = {0};
  for (int k = 0; k < SB_NEIGHBOURHOODS; k++) {
    if (!(o->hoods >> k & 1)) continue;
    struct str name = str_cut(&names, '|');
    if (name.n == 0)
      name = str_format(a, "%.*s, %s", P(last), sb_neighbourhood_names[k]);
    else
      last = name;
    uint32_t org = organisation(a, s, &caps[0], o->kind, turn + (size_t)k / 3);
    add_service(a, s, &caps[1], o, name, 1 << k, org, r);
  }
}

/* Twelve services that are checked and live now get an end within the year: three in the first
 * three months. */
static void plant_cliffs(struct arena *a, struct seaborough *s) {
  static const int days[CLIFFS] = {20, 41, 88, 100, 118, 131, 131, 165, 200, 248, 300, 351};
  size_t cap = 0;
  for (size_t i = 3; i < s->services.n && s->cliffs.n < CLIFFS; i += 9) {
    struct sb_service *v = &s->services.p[i];
    if (!v->funder.n) v->funder = str_of(funders[0]);
    if (v->starts == DAY_NONE) v->starts = s->today - 500;
    v->assured = s->today - 10;
    v->ends = s->today + days[s->cliffs.n];
    *slice_push(a, &s->cliffs, &cap) = (uint32_t)i;
  }
}

bool sb_service_live(const struct sb_service *s, day_t on) {
  bool checked = s->assured != DAY_NONE && s->assured <= on &&
                 on <= day_add_months(s->assured, s->review_months);
  return checked && (s->ends == DAY_NONE || on <= s->ends);
}

static bool has_code(struct str codes, struct str code) {
  while (codes.n)
    if (str_eq(str_trim(str_cut(&codes, ';')), code)) return true;
  return false;
}

int sb_cell_count(const struct seaborough *s, struct str cohort, struct str style, int hood,
                  day_t on) {
  int n = 0;
  for (size_t i = 0; i < s->services.n; i++) {
    const struct sb_service *v = &s->services.p[i];
    n += sb_service_live(v, on) && v->hoods >> hood & 1 && has_code(v->cohorts, cohort) &&
         has_code(v->styles, style);
  }
  return n;
}

/* The cells that were meant: asked again of the services, so that the list is true whatever the
 * table says. */
static const struct {
  const char *cohort, *style;
  int hood;
} meant[] = {
    {"young_people", "advice", 0},
    {"unemployed", "job_search", 0},
    {"unemployed", "job_search", 1},
    {"unemployed", "job_search", 2},
    {"long_term_unemployed", "job_search", 1},
    {"aged_50_plus", "careers", 1},
    {"mental_health", "one_to_one", 0},
    {"domestic_abuse", "one_to_one", 0},
    {"lone_parent", "childcare", 7},
    {"parent", "childcare", 8},
    {"mental_health", "key_worker", 6},
    {"young_people", "key_worker", 7},
    {"no_transport", "transport", 5},
    {"carer", "peer_support", 6},
    {"health_condition", "health_support", 7},
    {"unemployed", "training", 6},
    {"substance_misuse", "wrap_around", 7},
    {"homeless", "housing_help", 7},
};

static void list_cells(struct arena *a, struct seaborough *s) {
  size_t caps[2] = {0};
  for (size_t i = 0; i < countof(meant); i++) {
    struct sb_cell cell = {str_of(meant[i].cohort), str_of(meant[i].style), meant[i].hood, 0};
    cell.offers = sb_cell_count(s, cell.cohort, cell.style, cell.hood, s->today);
    if (cell.offers >= 2) *slice_push(a, &s->overlaps, &caps[0]) = cell;
    if (cell.offers == 0) *slice_push(a, &s->holes, &caps[1]) = cell;
  }
}

/* Invented numbers of people by cohort, for most neighbourhoods; a few cells are left not known. */
static void put_estimates(struct arena *a, struct seaborough *s, struct rng *r) {
  static const struct {
    const char *cohort;
    int per_thousand;
  } shares[] = {
      {"unemployed", 42},
      {"inactive", 190},
      {"young_people", 95},
      {"neet", 13},
      {"lone_parent", 24},
      {"parent", 160},
      {"carer", 48},
      {"health_condition", 130},
      {"mental_health", 70},
      {"aged_50_plus", 240},
      {"long_term_unemployed", 14},
      {"no_transport", 110},
      {"substance_misuse", 9},
      {"homeless", 4},
      {"convictions", 11},
      {"low_pay", 120},
      {"refugee", 5},
      {"debt", 60},
  };
  size_t cap = 0;
  for (size_t i = 0; i < countof(shares); i++)
    for (int k = 0; k < SB_NEIGHBOURHOODS; k++) {
      int64_t people = s->areas.p[s->neighbourhood[k]].people_16_64;
      int64_t here = people * shares[i].per_thousand * (int64_t)(70 + rng_below(r, 60)) / 100000;
      if ((i + (size_t)k) % 17 == 16) continue; /* not known */
      *slice_push(a, &s->estimates, &cap) = (struct sb_estimate){str_of(shares[i].cohort), k, here};
    }
}

void sb_offers(struct arena *a, struct seaborough *s) {
  struct rng r = rng_seed(s->seed ^ 0x5eab0ull);
  size_t caps[2] = {0};
  for (size_t i = 0; i < countof(offers); i++) add_offer(a, s, caps, &offers[i], i, &r);
  plant_cliffs(a, s);
  list_cells(a, s);
  put_estimates(a, s, &r);
}
