/* few: see few.h. */
#include <math.h>
#include "linkage/explain.h"
#include "linkage/few.h"
#include "linkage/linkage.h"

enum {
  VALUES = 2 * FEW_FIELDS + 2,
  HEAP = VALUES * VALUE_BYTES_MAX,
  STRIDE_MAX = 256
}; /* model.stride is one byte */
static const char *const names[FEW_FIELDS] = {"forename", "surname", "dob",
                                              "postcode", "phone",   "email"};

struct few {
  struct link_config config;
  struct model model;
  int field[FEW_FIELDS]; /* of the model, by enum few_field */
  struct score_table table;
  struct people people;
  struct dict dict; /* of the two records at hand, never more */
  struct cell cell[VALUES];
  uint32_t start[VALUES + 1];
  char heap[HEAP];
  uint8_t record[2][STRIDE_MAX] __attribute__((aligned(8)));
};

static bool find_fields(struct few *f, struct why *why) {
  for (int i = 0; i < FEW_FIELDS; i++) {
    f->field[i] = -1;
    for (unsigned k = 0; k < f->model.n_fields; k++)
      if (str_eq(str_of(f->model.field[k].name), str_of(names[i]))) f->field[i] = (int)k;
    if (f->field[i] < 0)
      return why_say(why, "The model has no column \"%s\". Train it again with that column.",
                     names[i]);
  }
  return true;
}

struct few *few_open(struct arena *keep, struct str model_json, struct why *why) {
  struct few *f = arena_new(keep, struct few);
  *f = (struct few){.config = config_default()};
  if (!config_read(keep, model_json, &f->config, why)) return NULL;
  if (!f->config.trained.trained) {
    why_say(why, "The model is not trained. Make one with waymark link --save-model.");
    return NULL;
  }
  f->model = f->config.trained;
  if (!find_fields(f, why)) return NULL;
  /* How likely strangers agree exactly is the model's own; rare names are weighed against it. */
  for (unsigned k = 0; k < f->model.n_fields; k++) {
    struct field *field = &f->model.field[k];
    field->u_exact = field->p[CLASS_STRANGERS][field->exact];
  }
  f->dict = (struct dict){.cell = f->cell, .start = f->start, .heap = f->heap, .n = 1};
  f->people = (struct people){.m = &f->model, .d = &f->dict, .record = f->record[0]};
  jw_bounds_fill(&f->people.bounds);
  few_among(f, 1000, 0.05);
  return f;
}

void few_among(struct few *f, uint64_t people, double doubled) {
  const struct model *trained = &f->config.trained;
  double n = people < 2 ? 2 : (double)people,
         one = trained->pairs[CLASS_SAME] + trained->pairs[CLASS_MOVED];
  struct model m = f->model;
  m.pairs[CLASS_SAME] = n * doubled * trained->pairs[CLASS_SAME] / one;
  m.pairs[CLASS_MOVED] = n * doubled * trained->pairs[CLASS_MOVED] / one;
  m.pairs[CLASS_HOUSEHOLD] = trained->pairs[CLASS_HOUSEHOLD] * n / f->config.trained_records;
  m.pairs[CLASS_STRANGERS] = n * (n - 1) / 2;
  f->model = m;
  score_table_make(&f->model, -INFINITY, &f->table);
}

/* A value's number among those of the two records; equal values have one number. */
static uint32_t number_of(void *to, enum dict_class class, struct str folded) {
  struct few *f = to;
  struct dict *d = &f->dict;
  if (folded.n > VALUE_BYTES_MAX) folded.n = VALUE_BYTES_MAX;
  if (!folded.n) return 0;
  for (uint32_t v = 1; v < d->n; v++)
    if ((d->cell[v].grams != 0) == (class == DICT_TEXT) && str_eq(dict_str(d, v), folded)) return v;
  uint32_t v = d->n++;
  memcpy(f->heap + f->start[v], folded.p, folded.n);
  f->start[v + 1] = f->start[v] + (uint32_t)folded.n;
  f->cell[v] = class == DICT_TEXT ? cell_text(folded) : cell_name(folded);
  return v;
}

static void set_record(struct few *f, unsigned at, const struct few_record *r,
                       struct arena scratch) {
  uint8_t *record = f->record[0] + at * f->model.stride;
  memset(record, 0, f->model.stride);
  for (int i = 0; i < FEW_FIELDS; i++)
    link_field_set(&f->model, (unsigned)f->field[i], r->value[i], number_of, f, NULL, scratch,
                   record);
}

static void set_common(struct few *f, struct few_common c) {
  if (!c.known) return;
  for (unsigned at = 0; at < 2; at++) {
    uint8_t *record = f->record[0] + at * f->model.stride;
    record[f->model.field[f->field[FEW_FORENAME]].tf_at] = frequency_byte(c.forename, c.known);
    record[f->model.field[f->field[FEW_SURNAME]].tf_at] = frequency_byte(c.surname, c.known);
  }
}

static struct few_step step_of(const struct few *f, const struct explain_step *s,
                               uint64_t pattern) {
  struct few_step out = {
      .field = -1, .words = s->words, .weight = s->weight, .sum = s->sum, .like = FEW_UNKNOWN};
  if (s->field < 0) return out;
  for (int i = 0; i < FEW_FIELDS; i++)
    if (f->field[i] == s->field) out.field = i;
  unsigned level = pattern_level(pattern, (unsigned)s->field);
  if (s->known)
    out.like = level == f->model.field[s->field].exact ? FEW_SAME
               : level == 0                            ? FEW_DIFFERENT
                                                       : FEW_NEAR;
  return out;
}

struct few_answer few_weigh(struct few *f, const struct few_record *a, const struct few_record *b,
                            struct few_common common, struct arena scratch) {
  struct few_answer out = {0};
  struct explain_step steps[FIELDS_MAX + 1];
  struct pair pair = {0, 1};
  f->dict.n = 1, f->start[1] = f->start[0] = 0;
  set_record(f, 0, a, scratch);
  set_record(f, 1, b, scratch);
  set_common(f, common);
  struct scored s = score_pair(&kernel_any, &f->people, &f->table, pair);
  size_t n = explain_pair(&f->people, &f->table, pair, steps);
  for (size_t i = 0; i < n && out.n < countof(out.step); i++)
    out.step[out.n++] = step_of(f, &steps[i], s.pattern);
  out.weight = s.weight;
  out.probability = weight_probability((double)s.weight);
  return out;
}

double few_threshold(const struct few *f) { return f->config.threshold; }
double few_look(const struct few *f) { return f->config.look; }

/* ---- blocking texts ---- */

struct parts {
  struct str forename, surname, nick_text;
  uint64_t nick;
  uint32_t sound, dob, day; /* day: month and day in either order */
  code_t postcode, phone;
  struct str email;
};

static struct parts parts_of(struct arena *a, const struct few_record *r) {
  char forename[NORM_BYTES], surname[NORM_BYTES];
  struct parts p = {.forename = str_copy(a, norm_forename(r->value[FEW_FORENAME], forename, *a)),
                    .surname = str_copy(a, norm_name(r->value[FEW_SURNAME], surname, *a)),
                    .dob = norm_dob(r->value[FEW_DOB]),
                    .postcode = norm_postcode(r->value[FEW_POSTCODE]),
                    .phone = norm_phone(r->value[FEW_PHONE]),
                    .email = str_lower(a, str_trim(r->value[FEW_EMAIL]))};
  uint32_t month = p.dob >> 8 & 255, day = p.dob & 255;
  p.day = (p.dob >> 16) << 16 | (day < month ? day << 8 | month : month << 8 | day);
  p.nick = p.forename.n ? nick_key(p.forename) : 0;
  p.sound = p.surname.n ? sound_key(p.surname) : 0;
  return p;
}

/* Both names in one order, so that swapped names meet. A nickname meets its name. */
static struct str both_names(struct arena *a, const struct parts *p) {
  uint64_t x = p->nick, y = nick_key(p->surname);
  return x < y ? str_format(a, "%llx %llx", (unsigned long long)x, (unsigned long long)y)
               : str_format(a, "%llx %llx", (unsigned long long)y, (unsigned long long)x);
}

size_t few_keys(struct arena *a, const struct few_record *r, struct str out[FEW_KEYS_MAX]) {
  struct parts p = parts_of(a, r);
  unsigned long long code = p.postcode, nick = p.nick;
  size_t n = 0;
  bool names_known = p.forename.n && p.surname.n;
  if (p.phone) out[n++] = str_format(a, "phone %llx", (unsigned long long)p.phone);
  if (p.email.n) out[n++] = str_format(a, "email %.*s", P(p.email));
  if (names_known) {
    struct str both = both_names(a, &p);
    out[n++] = str_format(a, "names %.*s", P(both));
    if (p.dob) out[n++] = str_format(a, "names dob %.*s %x", P(both), p.day);
  }
  if (p.sound && p.dob) out[n++] = str_format(a, "sound dob %x %x", p.sound, p.day);
  if (p.nick && p.dob) out[n++] = str_format(a, "nick dob %llx %x", nick, p.day);
  if (names_known && p.dob)
    out[n++] = str_format(a, "nick sound year %llx %x %x", nick, p.sound, p.dob >> 16);
  if (p.postcode && p.dob) out[n++] = str_format(a, "home dob %llx %x", code, p.day);
  if (p.postcode && p.nick) out[n++] = str_format(a, "home nick %llx %llx", code, nick);
  if (p.postcode && p.sound) out[n++] = str_format(a, "home sound %llx %x", code, p.sound);
  return n;
}

void few_split_name(struct arena *a, struct str name, struct str *forename, struct str *surname) {
  struct full_name full = split_full_name(str_trim(name));
  if (!full.forename.n && full.surname.n) /* one word alone is what somebody is called */
    full.forename = full.surname, full.surname = (struct str){0};
  *forename = str_copy(a, full.forename);
  *surname = str_copy(a, full.surname);
}
