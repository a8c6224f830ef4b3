/* What must hold across the fields of one entry, wherever it comes from: a form or a file. */
#include "directory/pages.h"

static bool dates(const struct record_type *t, void *record, const struct entry_ask *ask,
                  struct str *said) {
  const struct service *s = record;
  if (t != &service_type || s->starts == DAY_NONE || s->ends == DAY_NONE || s->ends >= s->starts)
    return true;
  *said = words_of(ask->lang, T("The end is before the start. Change one of them."));
  return false;
}

static bool ages(const struct record_type *t, void *record, const struct entry_ask *ask,
                 struct str *said) {
  const struct service *s = record;
  if (t != &service_type || s->minimum_age == NUMBER_NONE || s->maximum_age == NUMBER_NONE ||
      s->maximum_age >= s->minimum_age)
    return true;
  *said = words_of(ask->lang, T("The oldest age is below the youngest. Change one of them."));
  return false;
}

static bool places(const struct record_type *t, void *record, const struct entry_ask *ask,
                   struct str *said) {
  const struct service *s = record;
  if (t != &service_type || s->places_left == NUMBER_NONE || s->places_total == NUMBER_NONE ||
      s->places_left <= s->places_total)
    return true;
  *said = words_of(ask->lang, T("More places are left than there are in all. Change one of them."));
  return false;
}

static bool rule(const struct record_type *t, void *record, const struct entry_ask *ask,
                 struct str *said) {
  const struct field *f = field_find(t, S("rule"));
  struct str text = f ? field_get(f, record).s : (struct str){0};
  struct rules_rule parsed;
  struct why why = {0};
  if (!text.n || rules_parse_body(ask->arena, directory_book(), S("entry"), text, &parsed, &why))
    return true;
  *said = str_copy(ask->arena, why_str(&why));
  return false;
}

static bool started(const struct record_type *t, void *record, const struct entry_ask *ask,
                    struct str *said) {
  const struct scheme *s = record;
  struct day_span span;
  if (t != &scheme_type || !s->started.n || day_span_parse(s->started, &span)) return true;
  *said = words_of(ask->lang, T("Write the start like 2022, 2022-12 or 2022-12-31."));
  return false;
}

static bool ended(const struct record_type *t, void *record, const struct entry_ask *ask,
                  struct str *said) {
  const struct scheme *s = record;
  struct day_span span;
  if (t != &scheme_type || !s->ended.n || day_span_parse(s->ended, &span)) return true;
  *said = words_of(ask->lang, T("Write the end like 2022, 2022-12 or 2022-12-31."));
  return false;
}

/* A time as one types it becomes hours and minutes of two digits. */
static bool tidy_time(const struct entry_ask *ask, struct str *time, struct str *said) {
  int minutes = time->n ? minutes_parse(*time) : 0;
  if (time->n && minutes >= 0)
    *time = str_format(ask->arena, "%02d:%02d", minutes / 60, minutes % 60);
  if (minutes < 0) *said = words_of(ask->lang, T("Write the time like 09:30."));
  return minutes >= 0;
}

static bool opens(const struct record_type *t, void *record, const struct entry_ask *ask,
                  struct str *said) {
  struct schedule *s = record;
  if (t != &schedule_type) return true;
  if (!s->freq.n && s->byday.n) s->freq = S("WEEKLY");
  return tidy_time(ask, &s->opens_at, said);
}

static bool closes(const struct record_type *t, void *record, const struct entry_ask *ask,
                   struct str *said) {
  struct schedule *s = record;
  return t != &schedule_type || tidy_time(ask, &s->closes_at, said);
}

/* A row inside a group of Figure 2 must be inside a group. */
static bool inside(const struct record_type *t, void *record, const struct entry_ask *ask,
                   struct str *said) {
  const struct national_row *n = record;
  if (t != &national_row_type || !n->sub_group.n || n->cohort_group.n) return true;
  *said = words_of(ask->lang, T("Choose its group as well: a row within a group needs one."));
  return false;
}

static const struct {
  const char *field;
  bool (*holds)(const struct record_type *t, void *record, const struct entry_ask *ask,
                struct str *said);
} checks[] = {{"ends", dates},      {"maximum_age", ages},   {"places_left", places},
              {"rule", rule},       {"started", started},    {"ended", ended},
              {"opens_at", opens},  {"closes_at", closes},   {"cohort_group", inside}};

const char *entry_check(const struct record_type *t, void *record, const struct entry_ask *ask,
                        size_t *from, struct str *said) {
  while (*from < countof(checks)) {
    size_t i = (*from)++;
    if (!checks[i].holds(t, record, ask, said)) return checks[i].field;
  }
  return NULL;
}
