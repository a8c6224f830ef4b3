/* model: see model.h. The starting values are rounded judgements; training replaces them and they
 * only weigh as a few dozen pairs would. */
#include <stdio.h>
#include "linkage/model.h"

static const struct kind_info kinds[KIND_COUNT] = {
    [KIND_IGNORE] = {.name = "ignore"},
    [KIND_ID] = {.name = "id"},
    [KIND_SOURCE] = {.name = "source"},
    [KIND_TRUTH] = {.name = "truth"},
    [KIND_FULL_NAME] = {.name = "full name"},
    [KIND_FORENAME] = {"forename",
                       {"different", "is the other's middle name", "initial agrees", "near",
                        "close", "nickname", "same", "swapped with surname"},
                       8,
                       6,
                       4,
                       false,
                       false,
                       {.04f, .01f, .02f, .02f, .06f, .03f, .81f, .01f},
                       {.90f, .002f, .02f, .02f, .008f, .005f, .04f, .001f}},
    [KIND_MIDDLE] = {"middle",
                     {"different", "near", "initial agrees", "close", "same"},
                     5,
                     4,
                     4,
                     false,
                     false,
                     {.10f, .03f, .25f, .05f, .57f},
                     {.88f, .02f, .05f, .01f, .04f}},
    [KIND_SURNAME] = {"surname",
                      {"different", "initial agrees", "near", "close", "one part same", "same"},
                      6,
                      5,
                      4,
                      false,
                      true,
                      {.10f, .005f, .015f, .06f, .01f, .81f},
                      {.25f, .005f, .01f, .05f, .01f, .675f}},
    [KIND_SEX] = {"sex", {"different", "same"}, 2, 1, 4, false, false, {.02f, .98f}, {.55f, .45f}},
    [KIND_DOB] = {"dob",
                  {"different", "years near", "same year, 1 January", "two parts same",
                   "one digit wrong", "day and month swapped", "same"},
                  7,
                  6,
                  4,
                  false,
                  false,
                  {.02f, .005f, .01f, .02f, .05f, .015f, .88f},
                  {.74f, .21f, .003f, .01f, .01f, .002f, .025f}},
    [KIND_POSTCODE] = {"postcode",
                       {"different", "same district", "same sector", "one character wrong", "same"},
                       5,
                       4,
                       8,
                       true,
                       true,
                       {.03f, .01f, .01f, .05f, .90f},
                       {.02f, .01f, .01f, .05f, .91f}},
    [KIND_HOUSE] = {"house",
                    {"different", "one character wrong", "same"},
                    3,
                    2,
                    8,
                    true,
                    true,
                    {.04f, .05f, .91f},
                    {.04f, .05f, .91f}},
    [KIND_PHONE] = {"phone",
                    {"different", "one digit wrong", "same"},
                    3,
                    2,
                    8,
                    true,
                    true,
                    {.25f, .05f, .70f},
                    {.55f, .03f, .42f}},
    [KIND_NATIONAL] = {"national id",
                       {"different", "one character wrong", "same"},
                       3,
                       2,
                       8,
                       false,
                       false,
                       {.02f, .05f, .93f},
                       {.998f, .001f, .001f}},
    [KIND_EMAIL] = {"email",
                    {"different", "partly alike", "much alike", "same"},
                    4,
                    3,
                    4,
                    false,
                    true,
                    {.20f, .05f, .10f, .65f},
                    {.60f, .15f, .05f, .20f}},
    [KIND_TEXT] = {"text",
                   {"different", "partly alike", "much alike", "same"},
                   4,
                   3,
                   4,
                   false,
                   true,
                   {.12f, .04f, .14f, .70f},
                   {.15f, .04f, .14f, .67f}},
    [KIND_NUMBER] = {"number",
                     {"different", "within a tenth", "within one", "same"},
                     4,
                     3,
                     4,
                     false,
                     true,
                     {.10f, .05f, .05f, .80f},
                     {.60f, .15f, .10f, .15f}},
};

const struct kind_info *kind_info(enum kind k) { return &kinds[k]; }

bool kind_parse(struct str name, enum kind *out) {
  for (int k = 0; k < KIND_COUNT; k++)
    if (str_eq_nocase(name, str_of(kinds[k].name))) {
      *out = (enum kind)k;
      return true;
    }
  return false;
}

int model_field_of(const struct model *m, enum kind kind) {
  for (int f = 0; f < m->n_fields; f++)
    if (m->field[f].kind == kind) return f;
  return -1;
}

bool model_layout(struct model *m, struct why *why) {
  unsigned at = 0;
  if (!m->n_fields)
    return why_say(
        why, "No column that can be compared was found. Name the columns' kinds in a --config file "
             "(forename, surname, dob, postcode, ...).");
  for (unsigned size = 8; size >= 4; size -= 4) {
    for (unsigned f = 0; f < m->n_fields; f++) {
      if (kinds[m->field[f].kind].slot_bytes != size) continue;
      m->field[f].at = (uint8_t)at;
      m->field[f].wide = size == 8;
      at += size;
    }
  }
  for (unsigned f = 0; f < m->n_fields; f++) m->field[f].tf_at = (uint8_t)at++;
  at += at & 1;
  m->source_at = (uint8_t)at;
  m->stride = (uint8_t)((at + 2 + 7) & ~7u);
  m->forename = (int8_t)model_field_of(m, KIND_FORENAME);
  m->middle = (int8_t)model_field_of(m, KIND_MIDDLE);
  m->surname = (int8_t)model_field_of(m, KIND_SURNAME);
  return true;
}

static void normalised(float *p, unsigned n) {
  float sum = 0;
  for (unsigned i = 0; i < n; i++) sum += p[i];
  for (unsigned i = 0; i < n && sum > 0; i++) p[i] /= sum;
}

void model_start_values(struct model *m) {
  for (unsigned i = 0; i < m->n_fields; i++) {
    struct field *f = &m->field[i];
    const struct kind_info *k = &kinds[f->kind];
    f->levels = k->levels;
    f->exact = k->exact;
    f->shared = k->shared;
    for (unsigned l = 0; l < f->levels; l++) {
      f->p[CLASS_SAME][l] = f->p[CLASS_MOVED][l] = k->same[l];
      f->p[CLASS_HOUSEHOLD][l] = k->household[l];
      f->p[CLASS_STRANGERS][l] = l == f->exact ? .01f : .99f / (float)(f->levels - 1);
    }
    if (f->home) {
      f->p[CLASS_MOVED][0] = 6;
      f->p[CLASS_HOUSEHOLD][f->exact] *= 4;
      f->p[CLASS_SAME][f->exact] *= 2;
      normalised(f->p[CLASS_MOVED], f->levels);
      normalised(f->p[CLASS_HOUSEHOLD], f->levels);
      normalised(f->p[CLASS_SAME], f->levels);
    }
  }
}

/* ---- blocking rules as text ---- */

static const struct {
  const char *word;
  enum part_how how;
} hows[] = {
    {"sound", PART_SOUND},        {"nick", PART_NICK},     {"year", PART_YEAR},
    {"monthday", PART_MONTH_DAY}, {"sector", PART_SECTOR}, {"district", PART_DISTRICT},
};

static bool how_suits(enum part_how how, enum kind kind) {
  bool name = kind == KIND_FORENAME || kind == KIND_SURNAME || kind == KIND_MIDDLE;
  switch (how) {
    case PART_SOUND:
    case PART_NICK: return name;
    case PART_YEAR:
    case PART_MONTH_DAY: return kind == KIND_DOB;
    case PART_SECTOR:
    case PART_DISTRICT: return kind == KIND_POSTCODE;
    case PART_FIRST: return kind != KIND_SEX && kind != KIND_NUMBER && kind != KIND_DOB;
    default: return true;
  }
}

static bool part_parse(const struct model *m, struct str text, struct part *out, struct why *why) {
  struct str column = str_trim(str_cut(&text, ':')), how = str_trim(text);
  int64_t n = 0;
  *out = (struct part){0};
  if (str_eq(column, S("names")) && !how.n && m->forename >= 0 && m->surname >= 0) {
    *out = (struct part){.field = (uint8_t)m->forename, .how = PART_NAMES};
    return true;
  }
  unsigned f = 0;
  while (f < m->n_fields && !str_eq(column, str_of(m->field[f].name))) f++;
  if (f == m->n_fields)
    return why_say(why,
                   "A blocking rule names the column \"%.*s\", which is not compared. Use a "
                   "column's own header.",
                   P(str_slice(column, 0, 60)));
  out->field = (uint8_t)f;
  if (!how.n) return true;
  out->how = PART_COUNT;
  for (size_t i = 0; i < countof(hows); i++)
    if (str_eq(how, str_of(hows[i].word))) out->how = (uint8_t)hows[i].how;
  if (str_to_i64(how, &n) && n >= 1 && n <= 10) {
    out->how = PART_FIRST;
    out->length = (uint8_t)n;
  }
  if (out->how == PART_COUNT || !how_suits((enum part_how)out->how, m->field[f].kind))
    return why_say(
        why,
        "\"%.*s\" cannot be taken of column \"%s\" in a blocking rule. Use a number of letters (1 "
        "to 10), "
        "sound or nick of a name, year or monthday of a date, sector or district of a postcode.",
        P(str_slice(how, 0, 40)), m->field[f].name);
  return true;
}

bool rule_parse(const struct model *m, struct str text, struct rule *out, struct why *why) {
  *out = (struct rule){0};
  if (str_eq(text, S("all pairs"))) return true;
  while (text.n) {
    if (out->n == PARTS_MAX)
      return why_say(why, "A blocking rule has more than %d parts.", PARTS_MAX);
    if (!part_parse(m, str_trim(str_cut(&text, '+')), &out->part[out->n], why)) return false;
    out->n++;
  }
  return out->n > 0 || why_say(why, "A blocking rule is empty. Write for example \"surname+dob\".");
}

struct str rule_text(struct arena *a, const struct model *m, const struct rule *r) {
  struct str out = r->n ? (struct str){0} : S("all pairs");
  for (unsigned i = 0; i < r->n; i++) {
    struct part p = r->part[i];
    struct str how = {0};
    for (size_t h = 0; h < countof(hows); h++)
      if (hows[h].how == p.how) how = str_format(a, ":%s", hows[h].word);
    if (p.how == PART_FIRST) how = str_format(a, ":%d", p.length);
    struct str column = p.how == PART_NAMES ? S("names") : str_of(m->field[p.field].name);
    out = str_format(a, "%.*s%s%.*s%.*s", P(out), i ? "+" : "", P(column), P(how));
  }
  return out;
}
