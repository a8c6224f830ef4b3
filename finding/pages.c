/* pages: the start page, the questions, and what was found. Nothing typed is put in an address, a
 * log or a store. */
#include <math.h>
#include "finding/map.h"
#include "finding/pages.h"
#include "finding.html.h"
#include "record/record.h"

enum { NOS_SHOWN_MAX = 3, SAID_FIELDS = 14, SAME_MS = 200 };
#define METRES_PER_MILE 1609.344
static const char *const fields[SAID_FIELDS] = {
    "place",  "postcode", "need",    "words",     "status", "reason",   "age",
    "health", "cohort",   "tenancy", "household", "date",   "at_start", "new"};
static const char *const views[] = {"open", "free",   "self",   "wifi",
                                    "sort", "within", "go_day", "go_time"};

/* No cookie for somebody who only asks: their form changes nothing and needs no token. */
static void without_cookie(struct request *rq) {
  if (!rq->actor.user_id) rq->view->csrf = (struct str){0};
}

static struct str said_in(void *to, struct str english) {
  const struct request *rq = to;
  return words_label((enum language)rq->lang, english);
}
static struct rules_tongue tongue_of(struct request *rq) {
  return (struct rules_tongue){said_in, rq};
}

void finding_home(struct request *rq) {
  reply_header(rq, "Vary", S("Accept"));
  if (oruk_root(rq)) return;
  struct home_page page = {page_layout(rq, FINDING_SAID(rq, T("Help near you"))),
                           page_site()->place, page_site()->demo};
  view_finding_home(rq->view, &page);
}

/* ---- The questions. */
static struct str fault_of_field(const struct finding_faults *faults, const char *field) {
  for (size_t i = 0; faults && i < faults->n; i++)
    if (strcmp(faults->p[i].field, field) == 0) return faults->p[i].sentence;
  return (struct str){0};
}

static void show_questions(struct request *rq, const struct finding_faults *faults) {
  static const char *const work[] = {"employed",   SHOWN("I have a job"),
                                     "unemployed", SHOWN("I have no job and am looking"),
                                     "inactive",   SHOWN("I am not looking just now"),
                                     "-",          SHOWN("I would rather not say"),
                                     NULL};
  static const char *const cohorts[] = {"parent",
                                        SHOWN("I am a parent"),
                                        "lone_parent",
                                        SHOWN("I bring up children alone"),
                                        "carer",
                                        SHOWN("I look after someone"),
                                        "care_leaver",
                                        SHOWN("I was in care"),
                                        "neet",
                                        SHOWN("I am not at work, school or college"),
                                        "veteran",
                                        SHOWN("I was in the armed forces"),
                                        "learning_disability",
                                        SHOWN("I have a learning disability"),
                                        "autism",
                                        SHOWN("I am autistic"),
                                        NULL};
  static const char *const tenancy[] = {"council",
                                        SHOWN("The council"),
                                        "housing_association",
                                        SHOWN("A housing association"),
                                        "private",
                                        SHOWN("A private landlord"),
                                        "no_home",
                                        SHOWN("I have no settled home"),
                                        "-",
                                        SHOWN("None of these"),
                                        NULL};
  static const char *const yes_no[] = {"yes", SHOWN("Yes"),
                                       "no",  SHOWN("No"),
                                       "-",   SHOWN("I would rather not say"),
                                       NULL};
  struct questions_page page = {.layout =
                                    page_layout(rq, FINDING_SAID(rq, T("Find help near you"))),
                                .place = request_form(rq, "place"),
                                .words = request_form(rq, "words"),
                                .age = request_form(rq, "age"),
                                .place_fault = fault_of_field(faults, "place"),
                                .words_fault = fault_of_field(faults, "words"),
                                .age_fault = fault_of_field(faults, "age"),
                                .needs = finding_need_choices(rq),
                                .work = finding_choices(rq, "status", work, NULL),
                                .cohorts = finding_choices(rq, "cohort", cohorts, NULL),
                                .tenancy = finding_choices(rq, "tenancy", tenancy, NULL),
                                .health = finding_choices(rq, "health", yes_no, NULL),
                                .household = finding_choices(rq, "household", yes_no, NULL)};
  if (!page.place.n) page.place = request_form(rq, "postcode");
  if (!page.place_fault.n) page.place_fault = fault_of_field(faults, "postcode");
  bool beside = page.place_fault.n || page.words_fault.n || page.age_fault.n;
  if (faults && faults->n && !beside) page.fault = faults->p[0].sentence;
  if (faults && faults->n) reply_status(rq, 422);
  without_cookie(rq);
  view_finding_questions(rq->view, &page);
}

void finding_questions(struct request *rq) { show_questions(rq, NULL); }

/* ---- Words of one result. */
static struct str clock_words(struct request *rq, int minute) {
  char out[WORDS_NUMBER_MAX];
  size_t n = words_number(out, (enum language)rq->lang, WORDS_CLOCK, minute);
  return str_copy(rq->arena, (struct str){out, n});
}

static struct str distance_words(struct request *rq, double metres) {
  if (isnan(metres)) return (struct str){0};
  double miles = metres / METRES_PER_MILE;
  if (miles < 0.25) return FINDING_SAID(rq, T("Very near you"));
  struct str n =
      miles < 10 ? str_format(rq->arena, "%.1f", miles) : str_format(rq->arena, "%.0f", miles);
  return SAY(rq->arena, (enum language)rq->lang, T("{n} miles, in a straight line"), SLOT("n", n));
}

static struct str weekday_words(struct request *rq, day_t day) {
  char out[WORDS_NUMBER_MAX];
  size_t n = words_number(out, (enum language)rq->lang, WORDS_WEEKDAY, day);
  return str_copy(rq->arena, (struct str){out, n});
}

/* The next opening within a week, by local time. */
static struct str opens_words(struct request *rq, const struct offer *o, day_t day, int minute) {
  for (int ahead = 0; ahead < 8; ahead++) {
    int first = -1;
    for (size_t i = 0; i < o->openings.n; i++) {
      const struct opening *p = &o->openings.p[i];
      bool then = p->weekday == (int8_t)day_weekday(day + ahead) &&
                  (p->from == DAY_NONE || day + ahead >= p->from) &&
                  (p->to == DAY_NONE || day + ahead <= p->to);
      if (then && (ahead || p->opens > minute) && (first < 0 || p->opens < first)) first = p->opens;
    }
    if (first < 0) continue;
    struct str at = clock_words(rq, first);
    if (!ahead)
      return SAY(rq->arena, (enum language)rq->lang, T("Opens today at {time}"), SLOT("time", at));
    return SAY(rq->arena, (enum language)rq->lang, T("Opens {day} at {time}"),
               SLOT("day", weekday_words(rq, day + ahead)), SLOT("time", at));
  }
  return (struct str){0};
}

static struct str open_words(struct request *rq, const struct finding_answer *f,
                             const struct finding_ask *ask) {
  if (f->open == 1 && f->until >= 0)
    return SAY(rq->arena, (enum language)rq->lang, T("Open now, until {time}"),
               SLOT("time", clock_words(rq, f->until)));
  if (f->open == 1) return FINDING_SAID(rq, T("Open now"));
  return f->open == 0 ? opens_words(rq, f->offer, ask->facts.on, ask->minute) : (struct str){0};
}

static bool hidden_only(const struct offer *o) {
  for (size_t i = 0; i < o->places.n; i++)
    if (o->places.p[i].published) return false;
  return o->places.n > 0;
}

static struct result result_of(struct request *rq, const struct finding_answer *f,
                               const struct finding_ask *ask, size_t number) {
  const struct offer *o = f->offer;
  struct result r = {.number = number,
                     .name = o->name,
                     .path = offer_path(rq->arena, o, DIRECTORY_LIVE),
                     .summary = o->summary,
                     .distance = f->minutes < 0 ? distance_words(rq, f->metres) : (struct str){0},
                     .minutes = journeys_minutes(rq, f->minutes),
                     .open = open_words(rq, f, ask),
                     .open_now = f->open == 1,
                     .phone = o->phone,
                     .email = o->email,
                     .free = o->free == 1,
                     .walk_in = o->walk_in == 1,
                     .unpublished = hidden_only(o),
                     .answer = f->answer,
                     .ask = f->because.ask};
  if (ask->minutes && !isnan(f->metres))
    r.id = uuid_str(rq->arena, o->public_id), r.from = ask->place_words;
  r.reasons.p = f->because.reasons.p, r.reasons.n = f->because.reasons.n;
  if (f->instead)
    r.instead = f->instead->name,
    r.instead_path = offer_path(rq->arena, f->instead, DIRECTORY_LIVE);
  return r;
}

/* ---- The page of results. */
static bool is_one_of(struct str name, const char *const *names, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (str_eq(name, str_of(names[i]))) return true;
  return false;
}

static void carry(struct request *rq, struct results_page *page) {
  struct { struct hidden *p; size_t n; } kept = {0}, asked = {0};
  size_t kept_cap = 0, asked_cap = 0;
  for (size_t i = 0; i < rq->form.n; i++) {
    struct hidden h = {rq->form.p[i].name, rq->form.p[i].value};
    bool field = is_one_of(h.name, fields, SAID_FIELDS - 1),
         view = is_one_of(h.name, views, countof(views));
    if (!h.value.n) continue;
    if (field) *slice_push(rq->arena, &kept, &kept_cap) = h;
    if (field || view) *slice_push(rq->arena, &asked, &asked_cap) = h;
  }
  page->kept.p = kept.p, page->kept.n = kept.n, page->asked.p = asked.p, page->asked.n = asked.n;
}

static struct str joined(struct arena *a, struct str list, struct str one) {
  return list.n ? str_format(a, "%.*s, %.*s", P(list), P(one)) : one;
}

static void recap(struct request *rq, const struct finding_ask *ask, struct results_page *page) {
  const struct needs *needs = finding_needs();
  enum language lang = (enum language)rq->lang;
  for (size_t k = 0; k < needs->n; k++)
    if (ask->needs >> k & 1)
      page->said = joined(rq->arena, page->said, words_label(lang, needs->p[k].label));
  if (ask->words.n) page->said = joined(rq->arena, page->said, str_trim(ask->words));
  if (!ask->place_words.n)
    page->skipped = joined(rq->arena, page->skipped, FINDING_SAID(rq, T("where you are")));
  if (!ask->said_age)
    page->skipped = joined(rq->arena, page->skipped, FINDING_SAID(rq, T("your age")));
  if (!ask->said_work)
    page->skipped = joined(rq->arena, page->skipped, FINDING_SAID(rq, T("work now")));
}

static void draw_map(struct request *rq, const struct finding_picture *p,
                     const struct finding_answers *found,
                     const struct finding_ask *ask, struct results_page *page) {
  struct map_pin pins[FINDING_PAGE];
  size_t n = 0;
  for (size_t i = 0; i < found->list.n && i < FINDING_PAGE; i++) {
    const struct finding_answer *f = &found->list.p[i];
    for (size_t k = 0; f->answer != RULES_NO && k < f->offer->places.n; k++) {
      const struct offer_place *at = &f->offer->places.p[k];
      if (!at->published || isnan(at->latitude)) continue;
      pins[n++] = (struct map_pin){
          {at->latitude, at->longitude}, found->first + i + 1, f->answer == RULES_MAYBE};
      break;
    }
  }
  if (!finding_map(p, rq->arena, &ask->place, pins, n, &page->map)) return;
  page->map_words = ask->place_words.n && ask->place.found != PLACE_NONE
                        ? SAY(rq->arena, (enum language)rq->lang, T("A is {place}."),
                              SLOT("place", ask->place_words))
                        : FINDING_SAID(rq, T("Each number is a place in the list."));
}

/* After the last yes and maybe a page shows only the three closest that do not fit: a long list of
 * noes helps nobody. */
static size_t shown_of(const struct finding_answers *found) {
  size_t nos = 0, i = 0;
  for (; i < found->list.n; i++)
    if (found->list.p[i].answer == RULES_NO && ++nos > NOS_SHOWN_MAX) break;
  return i;
}

/* What the minutes are of, and how to ask for others. */
static void journey_choices(struct request *rq, const struct finding_ask *ask,
                            struct results_page *page) {
  static const char *const withins[] = {"30", SHOWN("Half an hour"), "60", SHOWN("An hour"),
                                        "90", SHOWN("An hour and a half"), NULL};
  enum language lang = (enum language)rq->lang;
  page->go_day = request_form(rq, "go_day"), page->go_time = request_form(rq, "go_time");
  if (!ask->minutes) {
    if (ask->said_set_out)
      page->minutes_words =
          FINDING_SAID(rq, T("The bus times here do not cover that day. Try one nearer to today."));
    return;
  }
  struct set_out go = ask->set_out;
  struct str note = journeys_note(lang);
  page->withins = finding_choices(rq, "within", withins, NULL);
  page->minutes_words =
      SAY(rq->arena, lang,
          T("Minutes are by bus and on foot, leaving on {day} between {time} and {until}."),
          SLOT("day", journeys_day(rq->arena, lang, go.day)),
          SLOT("time", journeys_clock(rq->arena, lang, go.minute)),
          SLOT("until", journeys_clock(rq->arena, lang, go.minute + MINUTES_WINDOW)));
  if (note.n)
    page->minutes_words = str_format(rq->arena, "%.*s %.*s", P(page->minutes_words), P(note));
}

static void fill_results(struct request *rq, const struct finding_picture *p,
                         const struct finding_ask *ask,
                         const struct finding_answers *found, struct results_page *page) {
  static const char *const sorts[] = {"fit",  "Best fit first", "near", "Nearest first",
                                      "name", "By name",        NULL};
  static const char *const timed[] = {
      "fit",  "Best fit first", "minutes", SHOWN("Quickest to reach"),
      "near", "Nearest first",  "name",    "By name",
      NULL};
  size_t n = shown_of(found);
  struct result *list = arena_many(rq->arena, struct result, n + 1);
  for (size_t i = 0; i < n; i++)
    list[i] = result_of(rq, &found->list.p[i], ask, found->first + i + 1);
  page->list.p = list, page->list.n = n, page->first = found->first, page->next = found->first + n;
  page->yes = found->yes, page->maybe = found->maybe, page->no = found->no;
  page->more = n == FINDING_PAGE && page->next < found->yes + found->maybe;
  page->place = ask->place_words, page->unknown = found->unknown;
  page->open = ask->open_now, page->free = ask->free_only, page->self = ask->self_only,
  page->wifi = ask->wifi;
  page->filtered = page->open || page->free || page->self || page->wifi || ask->within;
  page->answered = finding_answered(ask), page->sorted = ask->sort != FINDING_FIT;
  page->sorted |= ask->said_set_out, page->far = ask->within;
  page->sorts = finding_choices(rq, "sort", ask->minutes ? timed : sorts, NULL);
  journey_choices(rq, ask, page);
  carry(rq, page);
  recap(rq, ask, page);
  draw_map(rq, p, found, ask, page);
}

/* "Open now" is true until the minute ends. */
static int same_ms(instant_t now) {
  int left = 60000 - (int)(now / 1000 % 60000);
  return left < SAME_MS ? left : SAME_MS;
}

void finding_results(struct request *rq) {
  struct why why = {0};
  struct local local = instant_local_uk(rq->now);
  struct finding_said said = finding_said_form(rq);
  struct finding_faults faults;
  struct finding_ask ask;
  struct finding_answers found;
  const struct finding_picture *p = finding_picture_now(rq->db, local.day, DIRECTORY_LIVE, &why);
  if (!p) {
    reply_refuse(
        rq, 503,
        FINDING_SAID(rq, T("The list of help cannot be read just now. Try again in a minute.")));
    return;
  }
  if (request_form(rq, "change").n) {
    show_questions(rq, NULL);
    return;
  }
  if (!finding_read(rq->db, rq->arena, p, &said, local.day, local.minute, (enum language)rq->lang,
                    &ask, &faults)) {
    show_questions(rq, &faults);
    return;
  }
  ask.limit = FINDING_PAGE;
  finding_run(rq->arena, p, &ask, tongue_of(rq), &found);
  struct results_page page = {.layout = page_layout(rq, FINDING_SAID(rq, T("Help near you")))};
  fill_results(rq, p, &ask, &found, &page);
  page.counted = !found.yes && !ask.first && page.answered && request_form(rq, "new").n;
  if (page.counted) finding_gap_count(rq->db, rq->arena, p, &ask);
  else reply_same(rq, same_ms(rq->now));
  without_cookie(rq);
  view_finding_results(rq->view, &page);
}
