/* weigh: how alike two people are, by the linkage engine's model, and why in words. */
#include <math.h>
#include "base/embed.h"
#include "known/inside.h"

/* Invented people taught the model (packs/known/model.json); what an installation holds says how
 * many people there are and how common a name is among them. One in twenty with a second record is
 * an editable default: fewer make every pair a little less likely. */
enum { PEOPLE_UNTOLD = 1000, COMMON_LEAST = 10, MODEL_BYTES = 1 << 20 };
static const double doubled = 0.05;
/* A stated age that fits says about as much as one in eight; one that is out by more than two years
 * speaks against, though ages are often guessed. */
static const float age_fits = 3, age_out = -6;

extern const struct embedded_files known_packs;

static struct few *model(void) {
  static struct few *made;
  static struct arena keep;
  struct why why = {0};
  if (made) return made;
  keep = arena_open(MODEL_BYTES);
  if (keep.start) made = few_open(&keep, known_packs.p[0].content, &why);
  if (!made) log_event(LOG_ALARM, "known-model", "%s", why.text);
  return made;
}

/* How many people have a word in their name, of the words asked about in one question. */
enum {
  WORDS_ASKED = 5
}; /* "" (how many people there are), and two for each way they are written */
struct word_counts {
  struct str word[WORDS_ASKED];
  uint64_t people[WORDS_ASKED];
  size_t n;
};

/* One person more or less moves nothing. */
static uint64_t people_with(const struct word_counts *c, struct str word) {
  for (size_t i = 0; i < c->n; i++)
    if (str_eq(c->word[i], word) && c->people[i] > COMMON_LEAST) return c->people[i];
  return COMMON_LEAST;
}

static struct word_counts count_words(struct db *db, struct arena *a,
                                      const struct known_forms *forms) {
  struct str asked[WORDS_ASKED] = {{0}};
  struct word_counts c = {.n = 0};
  for (size_t i = 0; i < forms->n; i++) {
    asked[2 * i + 1] = utf8_fold(a, forms->p[i].value[FEW_FORENAME]);
    asked[2 * i + 2] = utf8_fold(a, forms->p[i].value[FEW_SURNAME]);
  }
  struct rows r = db_rows(
      db, a,
      SQL("/* by key */ select word, people from known_word where word in (?1, ?2, ?3, ?4, ?5)"),
      V(asked[0]), V(asked[1]), V(asked[2]), V(asked[3]), V(asked[4]));
  while (db_next(&r))
    if (c.n < WORDS_ASKED)
      c.word[c.n] = row_text(&r, 0), c.people[c.n++] = (uint64_t)row_int(&r, 1);
  return c;
}

/* Among fewer people than a model was taught with, no name is called rare. */
static struct few_common common_of(const struct word_counts *c, struct arena *a,
                                   const struct few_record *r, uint64_t people) {
  if (people < PEOPLE_UNTOLD) return (struct few_common){0};
  return (struct few_common){.known = people,
                             .forename = people_with(c, utf8_fold(a, r->value[FEW_FORENAME])),
                             .surname = people_with(c, utf8_fold(a, r->value[FEW_SURNAME]))};
}

struct known_facts known_other_facts(struct arena *a, const struct known_asked *asked) {
  return (struct known_facts){.asked = *asked, .forms = known_forms_of(a, asked)};
}

struct known_facts known_facts_of(struct db *db, struct arena *a, const struct known_asked *asked) {
  struct known_facts f = known_other_facts(a, asked);
  struct word_counts c = count_words(db, a, &f.forms);
  f.people = people_with(&c, (struct str){0});
  for (size_t i = 0; i < f.forms.n; i++) f.common[i] = common_of(&c, a, &f.forms.p[i], f.people);
  return f;
}

static int age_difference(const struct known_asked *x, const struct known_asked *y, day_t on) {
  const struct known_asked *told = x->age != NUMBER_NONE ? x : y, *born = told == x ? y : x;
  if (told->age == NUMBER_NONE || born->born_on == DAY_NONE || told->born_on != DAY_NONE) return -1;
  int difference = day_age(born->born_on, on) - (int)told->age;
  return difference < 0 ? -difference : difference;
}

static void judge(struct known_weighed *w, const struct few *f) {
  if (w->age_years >= 0 && w->age_years <= 1) w->why.weight += age_fits;
  if (w->age_years > 2) w->why.weight += age_out;
  w->why.probability = 1 / (1 + exp2(-(double)w->why.weight));
  w->band = w->why.probability >= few_threshold(f) ? KNOWN_LIKELY
            : w->why.probability >= few_look(f)    ? KNOWN_MAYBE
                                                   : KNOWN_NOT;
}

struct known_weighed known_weigh(const struct known_facts *x, const struct known_facts *y,
                                 struct arena scratch) {
  struct known_weighed best = {.age_years = -1};
  struct few *f = model();
  best.why.weight = -INFINITY;
  if (!f) return best;
  few_among(f, x->people < PEOPLE_UNTOLD ? PEOPLE_UNTOLD : x->people, doubled);
  for (size_t i = 0; i < x->forms.n; i++)
    for (size_t k = 0; k < y->forms.n; k++) {
      struct few_answer answer =
          few_weigh(f, &x->forms.p[i], &y->forms.p[k], x->common[i], scratch);
      if (answer.weight > best.why.weight) best.why = answer;
    }
  day_t on = x->asked.asked_on != DAY_NONE ? x->asked.asked_on : y->asked.asked_on;
  best.age_years = on == DAY_NONE ? -1 : age_difference(&x->asked, &y->asked, on);
  judge(&best, f);
  return best;
}

/* ---- in words ---- */

struct str known_field_words(enum language lang, int field) {
  switch (field) {
    case FEW_FORENAME: return words_of(lang, T("First name"));
    case FEW_SURNAME: return words_of(lang, T("Surname"));
    case FEW_DOB: return words_of(lang, T("Date of birth"));
    case FEW_POSTCODE: return words_of(lang, T("Postcode"));
    case FEW_PHONE: return words_of(lang, T("Telephone"));
    case FEW_EMAIL: return words_of(lang, T("E-mail"));
    default: return words_of(lang, T("Before anything is compared"));
  }
}

/* The engine's words for a level, registered here for the catalogue. */
static const char *const level_words[] = {SHOWN("same"),
                                          SHOWN("different"),
                                          SHOWN("nickname"),
                                          SHOWN("close"),
                                          SHOWN("near"),
                                          SHOWN("initial agrees"),
                                          SHOWN("swapped with surname"),
                                          SHOWN("is the other's middle name"),
                                          SHOWN("one part same"),
                                          SHOWN("one digit wrong"),
                                          SHOWN("one character wrong"),
                                          SHOWN("day and month swapped"),
                                          SHOWN("two parts same"),
                                          SHOWN("same year, 1 January"),
                                          SHOWN("years near"),
                                          SHOWN("same district"),
                                          SHOWN("same sector"),
                                          SHOWN("partly alike"),
                                          SHOWN("much alike"),
                                          SHOWN("most pairs are two people"),
                                          SHOWN("not known, or said already")};

struct str known_step_words(enum language lang, const char *words) {
  for (size_t i = 0; i < countof(level_words); i++)
    if (strcmp(words, level_words[i]) == 0) return words_label(lang, str_of(level_words[i]));
  return str_of(words);
}

struct strs known_reasons(struct arena *a, enum language lang, const struct known_weighed *w) {
  struct strs out = {0};
  size_t cap = 0;
  for (size_t i = 0; i < w->why.n; i++) {
    const struct few_step *s = &w->why.step[i];
    if (s->field < 0 || s->like == FEW_UNKNOWN) continue;
    *slice_push(a, &out, &cap) =
        SAY(a, lang, T("{field}: {how}"), SLOT("field", known_field_words(lang, s->field)),
            SLOT("how", known_step_words(lang, s->words)));
  }
  if (w->age_years >= 0)
    *slice_push(a, &out, &cap) =
        words_of(lang, w->age_years <= 1   ? T("Age: fits the date of birth")
                       : w->age_years <= 2 ? T("Age: near the date of birth")
                                           : T("Age: does not fit the date of birth"));
  return out;
}

struct str known_band_words(enum language lang, enum known_band band) {
  return band == KNOWN_LIKELY ? words_of(lang, T("Very likely the same person"))
                              : words_of(lang, T("May be the same person"));
}
