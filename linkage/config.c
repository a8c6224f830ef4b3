/* config: the JSON that says how to link, and the one a run writes to repeat itself. Unknown keys
 * are refused: a mistyped "treshold" must not be silently ignored. */
#include <jansson.h>
#include <stdio.h>
#include "linkage/linkage.h"

static const char *const class_names[CLASS_COUNT] = {"same home", "moved", "household",
                                                     "strangers"};

struct link_config config_default(void) {
  return (struct link_config){.threshold = .95, .look = .2, .within = AUTO, .one_per_source = AUTO};
}

static struct str text_of(struct arena *a, const json_t *v) {
  return str_copy(a, (struct str){json_string_value(v), json_string_length(v)});
}

static bool known_keys(const json_t *object, const char *const *keys, const char *where,
                       struct why *why) {
  const char *key;
  json_t *value;
  json_object_foreach((json_t *)(uintptr_t)object, key, value) {
    const char *const *k = keys;
    while (*k && strcmp(*k, key)) k++;
    if (!*k)
      return why_say(why,
                     "The configuration has an unknown key \"%.60s\" in %s. See linkage/README.md "
                     "for the keys.",
                     key, where);
  }
  return true;
}

static bool read_columns(const json_t *list, struct link_config *c, struct why *why) {
  static const char *const keys[] = {"name", "kind", "home", NULL};
  size_t i;
  json_t *item;
  if (!json_is_array(list) || json_array_size(list) > COLUMNS_MAX)
    return why_say(why,
                   "\"columns\" must be a list of at most %d objects with \"name\" and \"kind\".",
                   COLUMNS_MAX);
  json_array_foreach(list, i, item) {
    struct column *col = &c->columns.p[c->columns.n];
    const char *name = json_string_value(json_object_get(item, "name")),
               *kind = json_string_value(json_object_get(item, "kind"));
    if (!json_is_object(item) || !known_keys(item, keys, "a column", why))
      return json_is_object(item) ? false : why_say(why, "A column must be an object.");
    if (!name || !*name || strlen(name) >= sizeof col->name)
      return why_say(why, "Column %zu needs a \"name\" of 1 to %zu bytes: the header in the file.",
                     i + 1, sizeof col->name - 1);
    snprintf(col->name, sizeof col->name, "%s", name);
    if (!kind || !kind_parse(str_of(kind), &col->kind))
      return why_say(why,
                     "Column %zu: unknown kind. Use forename, middle, surname, full name, sex, "
                     "dob, postcode, house, phone, "
                     "national id, email, text, number, id, source or ignore.",
                     i + 1);
    const json_t *home = json_object_get(item, "home");
    col->home =
        home ? json_is_true(home)
             : col->kind == KIND_POSTCODE || col->kind == KIND_HOUSE || col->kind == KIND_PHONE;
    c->columns.n++;
  }
  return true;
}

static bool read_rules(struct arena *a, const json_t *list, struct link_config *c,
                       struct why *why) {
  size_t i;
  json_t *item;
  if (!json_is_array(list) || json_array_size(list) > RULES_MAX)
    return why_say(why, "\"blocking\" must be a list of at most %d rules such as \"surname+dob\".",
                   RULES_MAX);
  json_array_foreach(list, i, item) {
    if (!json_is_string(item))
      return why_say(why, "Blocking rule %zu must be text such as \"surname+dob:year\".", i + 1);
    c->rules[c->n_rules++] = text_of(a, item);
  }
  return true;
}

static bool read_probability(const json_t *v, const char *name, double *out, struct why *why) {
  if (!v) return true;
  *out = json_number_value(v);
  return (json_is_number(v) && *out > 0 && *out < 1) ||
         why_say(why, "\"%s\" must be a number between 0 and 1.", name);
}

static bool read_choice(const json_t *v, const char *name, enum yes_no_auto *out, struct why *why) {
  if (!v) return true;
  if (json_is_boolean(v))
    *out = json_is_true(v) ? YES : NO;
  else if (json_is_string(v) && !strcmp(json_string_value(v), "auto"))
    *out = AUTO;
  else
    return why_say(why, "\"%s\" must be true, false or \"auto\".", name);
  return true;
}

/* ---- trained probabilities ---- */

static bool read_levels(const json_t *list, const struct field *f, float *out, struct why *why) {
  double sum = 0;
  if (!json_is_array(list) || json_array_size(list) != f->levels)
    return why_say(why,
                   "The trained probabilities of \"%s\" must be %d numbers for each kind of pair.",
                   f->name, f->levels);
  for (unsigned l = 0; l < f->levels; l++) {
    double p = json_number_value(json_array_get(list, l));
    if (!(p >= 0 && p <= 1))
      return why_say(why, "A trained probability of \"%s\" is not between 0 and 1.", f->name);
    out[l] = (float)p;
    sum += p;
  }
  return (sum > .98 && sum < 1.02) ||
         why_say(why, "The trained probabilities of \"%s\" do not add up to 1.", f->name);
}

static bool read_field(struct model *m, const json_t *item, struct why *why) {
  static const char *const keys[] = {"name",  "kind",      "home",      "blind", "same home",
                                     "moved", "household", "strangers", NULL};
  const char *name = json_string_value(json_object_get(item, "name")),
             *kind = json_string_value(json_object_get(item, "kind"));
  if (!json_is_object(item)) return why_say(why, "A trained field must be an object.");
  if (!known_keys(item, keys, "a trained field", why)) return false;
  if (m->n_fields == FIELDS_MAX)
    return why_say(why, "A model compares at most %d fields.", FIELDS_MAX);
  struct field *f = &m->field[m->n_fields];
  if (!name || !*name || strlen(name) >= sizeof f->name || !kind ||
      !kind_parse(str_of(kind), &f->kind) || !kind_info(f->kind)->slot_bytes)
    return why_say(why, "Trained field %d needs a name and a kind that can be compared.",
                   m->n_fields + 1);
  snprintf(f->name, sizeof f->name, "%s", name);
  f->home = json_is_true(json_object_get(item, "home"));
  f->blind = json_is_true(json_object_get(item, "blind"));
  m->n_fields++;
  return true;
}

static bool read_trained(const json_t *t, struct link_config *c, struct why *why) {
  static const char *const keys[] = {"records", "pairs", "fields", NULL};
  struct model *m = &c->trained;
  const json_t *pairs = json_object_get(t, "pairs"), *fields = json_object_get(t, "fields");
  if (!json_is_object(t) || !json_is_object(pairs) || !json_is_array(fields) ||
      !known_keys(t, keys, "\"trained\"", why))
    return why_say(
        why, "\"trained\" must hold \"records\", \"pairs\" and \"fields\", as a saved model does.");
  c->trained_records = json_number_value(json_object_get(t, "records"));
  if (!(c->trained_records >= 2 && c->trained_records <= 1e9))
    return why_say(why, "\"records\" of a trained model must be at least 2.");
  for (unsigned k = 0; k < CLASS_COUNT; k++) {
    m->pairs[k] = json_number_value(json_object_get(pairs, class_names[k]));
    if (!(m->pairs[k] >= 0 && m->pairs[k] < 1e18))
      return why_say(why, "The trained number of \"%s\" pairs is not usable.", class_names[k]);
  }
  size_t i;
  json_t *item;
  json_array_foreach(fields, i, item) if (!read_field(m, item, why)) return false;
  if (!model_layout(m, why)) return false;
  model_start_values(m);
  json_array_foreach(fields, i,
                     item) for (unsigned k = 0; k < CLASS_COUNT;
                                k++) if (!read_levels(json_object_get(item, class_names[k]),
                                                      &m->field[i], m->field[i].p[k],
                                                      why)) return false;
  m->trained = true;
  return true;
}

static bool read_object(struct arena *a, const json_t *o, struct link_config *c, struct why *why) {
  static const char *const keys[] = {"columns",        "blocking", "threshold", "look", "within",
                                     "one_per_source", "blind",    "trained",   NULL};
  const json_t *columns = json_object_get(o, "columns"), *blocking = json_object_get(o, "blocking"),
               *trained = json_object_get(o, "trained"), *blind = json_object_get(o, "blind");
  if (!json_is_object(o)) return why_say(why, "The configuration must be one JSON object.");
  if (!known_keys(o, keys, "the configuration", why)) return false;
  if (blind && !json_is_boolean(blind)) return why_say(why, "\"blind\" must be true or false.");
  c->blind = json_is_true(blind);
  return (!columns || read_columns(columns, c, why)) &&
         (!blocking || read_rules(a, blocking, c, why)) &&
         read_probability(json_object_get(o, "threshold"), "threshold", &c->threshold, why) &&
         read_probability(json_object_get(o, "look"), "look", &c->look, why) &&
         read_choice(json_object_get(o, "within"), "within", &c->within, why) &&
         read_choice(json_object_get(o, "one_per_source"), "one_per_source", &c->one_per_source,
                     why) &&
         (!trained || read_trained(trained, c, why));
}

bool config_read(struct arena *a, struct str json, struct link_config *out, struct why *why) {
  *out = config_default();
  json_t *o = json_read(json, 4 << 20, why);
  if (!o) return false;
  bool ok = read_object(a, o, out, why);
  json_decref(o);
  return ok;
}

/* ---- writing ---- */

static void write_field(struct json_out *j, const struct field *f) {
  json_open(j);
  json_put_str(j, "name", str_of(f->name));
  json_put_str(j, "kind", str_of(kind_info(f->kind)->name));
  json_put_bool(j, "home", f->home);
  json_put_bool(j, "blind", f->blind);
  for (unsigned c = 0; c < CLASS_COUNT; c++) {
    json_key(j, str_of(class_names[c]));
    json_list(j);
    for (unsigned l = 0; l < f->levels; l++) json_double(j, (double)f->p[c][l]);
    json_list_end(j);
  }
  json_close(j);
}

void config_write(struct buf *out, const struct model *m, const struct columns *columns,
                  uint32_t records) {
  struct arena a = arena_open(1 << 20);
  struct json_out j = json_to(out);
  bool blind = false;
  j.pretty = true;
  json_open(&j);
  json_key(&j, S("columns"));
  json_list(&j);
  for (unsigned i = 0; i < columns->n; i++) {
    json_open(&j);
    json_put_str(&j, "name", str_of(columns->p[i].name));
    json_put_str(
        &j, "kind",
        str_of(
            kind_info(columns->p[i].kind == KIND_TRUTH ? KIND_IGNORE : columns->p[i].kind)->name));
    json_put_bool(&j, "home", columns->p[i].home);
    json_close(&j);
  }
  json_list_end(&j);
  json_key(&j, S("blocking"));
  json_list(&j);
  for (unsigned r = 0; r < m->n_rules; r++) json_str(&j, rule_text(&a, m, &m->rule[r]));
  json_list_end(&j);
  json_put_double(&j, "threshold", m->threshold);
  json_put_double(&j, "look", m->look);
  json_put_bool(&j, "one_per_source", m->one_per_source);
  for (unsigned f = 0; f < m->n_fields; f++) blind |= m->field[f].blind;
  json_put_bool(&j, "blind", blind);
  json_key(&j, S("trained"));
  json_open(&j);
  json_put_i64(&j, "records", records);
  json_key(&j, S("pairs"));
  json_open(&j);
  for (unsigned c = 0; c < CLASS_COUNT; c++) json_put_double(&j, class_names[c], m->pairs[c]);
  json_close(&j);
  json_key(&j, S("fields"));
  json_list(&j);
  for (unsigned f = 0; f < m->n_fields; f++) write_field(&j, &m->field[f]);
  json_list_end(&j);
  json_close(&j);
  json_close(&j);
  arena_close(&a);
}
