/* demo_many: two thousand invented people over three years, and what became known of them since.
 * Written in the order of their days, so that histories read as they would have been kept. */
#include "base/hash.h"
#include "people/demo.h"

enum {
  YEARS = 3,
  DAYS = YEARS * 365,
  GROUP_ONE_IN = 4,
  AT_TEN = 10 * 60,
  AGES_FROM = 15,
  AGES = 50,
  YOUNG = 16,
  CONTRACT_YEARS = 7
};

static const char *const tenancies[] = {
    "council", "housing_association", "private", "with_others", "owner", "no_home"};
static const char *const levels[] = {"none", "entry", "level_1", "level_2", "level_3", "level_6_7"};
static const char *const told[] = {"universal_credit", "universal_credit pip", "jsa", "esa", ""};
static const char *const needs[] = {
    "", "", "", "", "quiet_room", "easy_read", "large_print", "slow_pace"};
static const char *const hours[] = {"", "", "weekday_mornings",
                                    "weekday_mornings weekday_afternoons", "weekday_evenings"};
static const char *const children_ages[] = {"under_2", "2_to_4", "5_to_10", "5_to_10 11_to_15"};
static const char *const why_ended[] = {"into_work", "into_learning", "own_wish", "moved_away",
                                        "other_help"};
static const char *const group_names[] = {"Tuesday table",    "The allotment four",
                                          "Steps to the sea", "Soup and stories",
                                          "Harbour pals",     "Two by two"};

struct one {
  struct person p;
  struct actor by;
  day_t began;
};

static instant_t at(day_t day) { return local_uk_instant(day, AT_TEN); }

static bool chance(struct demo *d, unsigned one_in) { return rng_below(d->rng, one_in) == 0; }

static void situation(struct demo *d, struct person *p) {
  p->tenancy = PICK(d, tenancies), p->qualification = PICK(d, levels);
  p->benefits = PICK(d, told), p->communication = PICK(d, needs), p->safe_hours = PICK(d, hours);
  p->worry_about_benefits = chance(d, 2);
  if (chance(d, 3))
    p->children = 1 + (int64_t)rng_below(d->rng, 3), p->children_ages = PICK(d, children_ages);
  if (chance(d, 12)) p->language = chance(d, 2) ? S("cy") : S("pl");
  if (chance(d, 9)) p->health_condition = 1;
  if (chance(d, 40)) p->say_from = S("the library");
}

/* Most ages from 15 to 64; somebody under 16 agrees for themself. */
static void add_agreement(struct demo *d, struct arena *a, const struct one *o) {
  struct young_agreement y;
  record_clear(&young_agreement_type, &y);
  y.person = o->p.id, y.agreed = 1, y.said_on = o->began, y.public_id = uuid_v4();
  y.understood = S("What we do, what we write down, who can see it, and that they may stop.");
  y.in_their_words = S("I want a Saturday job and somebody to ask.");
  y.parent = chance(d, 3) ? S("not_yet") : S("knows");
  d->result = record_insert(d->db, a, &young_agreement_type, &y, o->by.user_id, at(o->began));
}

/* Most say where they live, more of them by the harbour than elsewhere. */
static struct str somewhere(struct arena *a, struct str name) {
  enum { WARDS = 48 };
  uint64_t h = hash64(name, 5), one = h % WARDS, two = h / WARDS % WARDS;
  if (h >> 61 == 0) return (struct str){0};
  return str_format(a, "Z050000%02d", 1 + (int)(one * two / WARDS));
}

/* Three in four give a postcode, of Seaborough's (seed 1). */
static struct str postcode_of(struct str name) {
  static const char *const some[] = {"ZB1 0AA", "ZB11 0AB", "ZB13 1UB", "ZB2 0AB",
                                     "ZB3 0AD", "ZB4 0AD",  "ZB5 0AB",  "ZB6 0AA"};
  uint64_t h = hash64(name, 6);
  return h % 4 == 0 ? (struct str){0} : str_of(some[h / 4 % countof(some)]);
}

static void add_one(struct demo *d, struct arena *a, struct one *o) {
  o->p = demo_person(d, a, demo_name(d, a), o->began);
  o->p.born_on = day_add_months(o->began, -(int)(12 * AGES_FROM + rng_below(d->rng, 12 * AGES)));
  situation(d, &o->p);
  o->p.ward_code = somewhere(a, o->p.name), o->p.postcode = postcode_of(o->p.name);
  d->result = people_add(d->db, a, &o->by, &o->p, at(o->began));
  if (d->result == DB_OK && day_age(o->p.born_on, o->began) < YOUNG) add_agreement(d, a, o);
  if (!chance(d, 3)) demo_strength(d, a, o->p.id, &o->by, o->began);
}

/* A day after support began and not after today; DAY_NONE when it would be. */
static day_t later(struct demo *d, const struct one *o, int days, int spread) {
  day_t day = o->began + days + (day_t)rng_below(d->rng, (uint32_t)spread);
  return day < instant_local_uk(d->now).day ? day : DAY_NONE;
}

static void became(struct demo *d, struct arena *a, struct one *o) {
  day_t changed = later(d, o, 40, 200);
  if (changed == DAY_NONE || d->result != DB_OK) return;
  if (chance(d, 3)) {
    o->p.status = S("employed"), o->p.inactivity_reason = (struct str){0};
  } else {
    o->p.phone = str_format(a, "07700 900%03d", (int)rng_below(d->rng, 1000));
    o->p.safe_way = S("text");
  }
  d->result = people_save(d->db, a, &o->p, o->by.user_id, at(changed));
}

static void ended(struct demo *d, struct arena *a, const struct one *o) {
  day_t last = later(d, o, 90, 500);
  if (d->result == DB_OK && last != DAY_NONE && chance(d, 2))
    d->result = permission_end(d->db, a, o->p.id, o->by.team_id, last, PICK(d, why_ended));
}

static void add_duty(struct demo *d, struct arena *a, const struct one *o) {
  struct duty contract = {.person_id = o->p.id,
                          .made_by = o->by.user_id,
                          .kind = "contract",
                          .source = S("invented contract"),
                          .classes = CLASS_IDENTITY | CLASS_OUTCOMES,
                          .since = o->began,
                          .until = day_add_months(o->began, 12 * CONTRACT_YEARS)};
  if (d->result == DB_OK) d->result = people_keep(d->db, a, &contract, at(o->began));
}

/* Every so often somebody and the next make a group; now and then the one after joins, or says no.
 */
static void join(struct demo *d, struct arena *a, const struct one *o, size_t i, int64_t *group) {
  const char *answer = "yes";
  size_t turn = i % (GROUP_ONE_IN * 2);
  if (turn > 2 || d->result != DB_OK) return;
  if (turn == 0)
    d->result =
        people_household_add(d->db, a, PICK(d, group_names), o->by.user_id, at(o->began), group);
  if (turn == 2) answer = chance(d, 2) ? "no" : chance(d, 2) ? "yes" : "left";
  struct group_answer g = {*group, o->p.id, o->by.user_id, answer, "said"};
  if (d->result == DB_OK) d->result = people_household_answer(d->db, a, &g, at(o->began));
}

void demo_many(struct demo *d, size_t n, struct progress *p) {
  day_t today = instant_local_uk(d->now).day;
  int64_t group = 0;
  for (size_t i = 0; i < n && d->result == DB_OK; i++) {
    struct arena *keep = d->a, scratch = *keep;
    d->a = &scratch;
    struct one o = {.began = today - DAYS + (day_t)(i * DAYS / n)};
    o.by = demo_actor(d, demo_supporters[rng_below(d->rng, (uint32_t)demo_supporters_n)]);
    add_one(d, &scratch, &o);
    if (chance(d, 2)) became(d, &scratch, &o);
    ended(d, &scratch, &o);
    if (chance(d, 10)) add_duty(d, &scratch, &o);
    join(d, &scratch, &o, i, &group);
    d->a = keep;
    progress_at(p, i + 1);
  }
}
