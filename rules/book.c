/* book: the code lists and areas that rules speak of, read from CSV. */
#include "rules/compiled.h"

enum { READING_BYTES_MAX = 16 << 20 };

static const char *const list_names[RULES_LISTS] = {
    "cohorts",        "statuses",   "inactivity_reasons",
    "tenancies",      "benefits",   "referral_routes",
    "support_styles", "categories", "delivery_models",
    "barriers",       "kinds",      NULL,
};

const char *rules_list_name(enum rules_list l) { return list_names[l]; }

struct str rules_answer_word(enum rules_answer a) {
  return a == RULES_NO ? S("no") : a == RULES_YES ? S("yes") : S("maybe");
}

struct rules_book *rules_book_new(struct arena *a) {
  struct rules_book *b = arena_new(a, struct rules_book);
  b->a = a;
  return b;
}

/* ---- Codes -------------------------------------------------------------------------------- */

int rules_code_find(const struct rules_book *b, enum rules_list l, struct str code) {
  for (size_t i = 0; i < b->list[l].n; i++)
    if (str_eq(b->list[l].p[i].code, code)) return (int)i;
  return -1;
}

int rules_code_match(const struct rules_book *b, enum rules_list l, struct str text,
                     struct arena scratch) {
  int exact = rules_code_find(b, l, text);
  if (exact >= 0) return exact;
  struct str fold = utf8_fold(&scratch, text);
  for (size_t i = 0; fold.n && i < b->list[l].n; i++) {
    const struct rules_code *c = &b->list[l].p[i];
    if (str_eq(fold, utf8_fold(&scratch, c->code)) || str_eq(fold, utf8_fold(&scratch, c->label)))
      return (int)i;
    for (struct str rest = c->aliases; rest.n;)
      if (str_eq(fold, utf8_fold(&scratch, str_cut(&rest, ';')))) return (int)i;
  }
  return -1;
}

const struct rules_code *rules_code_get(const struct rules_book *b, enum rules_list l, int code) {
  return code >= 0 && (size_t)code < b->list[l].n ? &b->list[l].p[code] : NULL;
}

int rules_code_count(const struct rules_book *b, enum rules_list l) { return (int)b->list[l].n; }

bool rules_codes_parse(const struct rules_book *b, enum rules_list l, struct str text,
                       struct rules_codes *out, struct why *why) {
  *out = (struct rules_codes){0};
  while (text.n) {
    struct str part = str_trim(str_cut(&text, ';'));
    if (!part.n) continue;
    int code = rules_code_find(b, l, part);
    if (code < 0)
      return why_say(why, "\"%.*s\" is not in the list of %s; use a code from packs/codes/%s.csv.",
                     P(part), list_names[l] ? list_names[l] : "programmes",
                     list_names[l] ? list_names[l] : "");
    rules_codes_add(out, code);
  }
  return true;
}

static bool code_well_formed(struct str s) {
  for (size_t i = 0; i < s.n; i++) {
    char c = s.p[i];
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
  }
  return s.n > 0 && s.p[0] >= 'a' && s.p[0] <= 'z';
}

static bool number_cell(struct str s, int *out, struct why *why) {
  int64_t v = 0;
  if (s.n && (!str_to_i64(s, &v) || v < 0 || v > RULES_AGE_MAX))
    return why_say(why, "\"%.*s\" should be an age in whole years.", P(s));
  *out = (int)v;
  return true;
}

struct code_columns {
  int code, label, hint, source, clause, question, implies, age_from, age_to, aliases;
};

static bool code_row(struct rules_book *b, enum rules_list l, const struct csv_row *row,
                     struct code_columns k, struct why *why) {
  struct code_list *list = &b->list[l];
  struct str code = csv_cell(row, k.code);
  struct rules_code c = {0};
  if (!code_well_formed(code))
    return why_say(why, "The code \"%.*s\" should be lower-case letters, digits and \"_\".",
                   P(code));
  if (rules_code_find(b, l, code) >= 0)
    return why_say(why, "The code \"%.*s\" is there twice.", P(code));
  if (list->n == RULES_CODES_MAX)
    return why_say(why, "A list holds at most %d codes; leave out codes nobody uses.",
                   RULES_CODES_MAX);
  c.code = str_copy(b->a, code);
  c.label = str_copy(b->a, csv_cell(row, k.label));
  c.hint = str_copy(b->a, csv_cell(row, k.hint));
  c.source = str_copy(b->a, csv_cell(row, k.source));
  c.clause = str_copy(b->a, csv_cell(row, k.clause));
  c.question = str_copy(b->a, csv_cell(row, k.question));
  c.aliases = str_copy(b->a, csv_cell(row, k.aliases));
  if (!c.label.n) return why_say(why, "The code \"%.*s\" has no label.", P(code));
  if (!number_cell(csv_cell(row, k.age_from), &c.age_from, why)) return false;
  if (!number_cell(csv_cell(row, k.age_to), &c.age_to, why)) return false;
  *slice_push(b->a, list, &list->cap) = c;
  return true;
}

/* A code implies what its implied codes imply: repeat until nothing is added. */
static void implies_close(struct code_list *list) {
  for (bool more = true; more;) {
    more = false;
    for (size_t i = 0; i < list->n; i++)
      for (size_t k = 0; k < list->n; k++) {
        struct rules_codes *mine = &list->p[i].implies, theirs = list->p[k].implies;
        if (!rules_codes_has(*mine, (int)k) || rules_codes_within(theirs, *mine)) continue;
        mine->w[0] |= theirs.w[0], mine->w[1] |= theirs.w[1];
        more = true;
      }
  }
}

static bool code_rows(struct rules_book *b, enum rules_list l, struct csv *c, struct code_columns k,
                      bool second_pass, struct why *why) {
  struct csv_row row;
  for (;;) {
    enum csv_result got = csv_next(c, &row, why);
    if (got == CSV_BAD) return false;
    if (got == CSV_END) return true;
    if (second_pass) {
      int code = rules_code_find(b, l, csv_cell(&row, k.code));
      struct rules_codes set;
      if (!rules_codes_parse(b, l, csv_cell(&row, k.implies), &set, why))
        return why_at(why, "line %lld", (long long)row.line);
      if (code >= 0) b->list[l].p[code].implies = set;
    } else if (!code_row(b, l, &row, k, why)) {
      return why_at(why, "line %lld", (long long)row.line);
    }
  }
}

/* Two passes over the text: a code may imply one that stands further down. */
static bool codes_read(struct rules_book *b, enum rules_list l, struct str text, bool second_pass,
                       struct why *why) {
  struct arena reading =
      arena_open(READING_BYTES_MAX); /* nothing of the reader stays in the book */
  struct csv *c = csv_open_str(&reading, text);
  bool ok = csv_headers(c, why);
  if (ok) {
    struct code_columns k = {csv_column(c, S("code")),    csv_column(c, S("label")),
                             csv_column(c, S("hint")),    csv_column(c, S("source")),
                             csv_column(c, S("clause")),  csv_column(c, S("question")),
                             csv_column(c, S("implies")), csv_column(c, S("age_from")),
                             csv_column(c, S("age_to")),  csv_column(c, S("aliases"))};
    ok = k.code >= 0 && k.label >= 0
             ? code_rows(b, l, c, k, second_pass, why)
             : why_say(why, "A code list needs the columns code and label in its first row.");
  }
  csv_close(c);
  arena_close(&reading);
  return ok;
}

bool rules_book_codes(struct rules_book *b, enum rules_list l, struct str csv, struct why *why) {
  size_t before = b->list[l].n;
  if (!codes_read(b, l, csv, false, why) || !codes_read(b, l, csv, true, why)) {
    b->list[l].n = before;
    return why_at(why, "%s", list_names[l] ? list_names[l] : "programmes");
  }
  implies_close(&b->list[l]);
  return true;
}

/* ---- Areas -------------------------------------------------------------------------------- */

enum {
  AREA_NAME_BYTES_MAX = 200,
  AREA_DEPTH_MAX =
      12, /* country, region, combined authority, county, district, ward, neighbourhood: 7 in use */
};

static size_t name_slot(const struct rules_book *b, uint64_t hash) {
  size_t i = (size_t)hash & (b->names.size - 1);
  while (b->names.hash[i] && b->names.hash[i] != hash) i = (i + 1) & (b->names.size - 1);
  return i;
}

/* 64-bit hashes of folded names stand for the names: a list of a million names meets a clash once
 * in 40 million lists. */
static uint64_t name_hash(struct str fold) { return hash64(fold, 0x61726561) | 1; }

static void names_grow(struct rules_book *b) {
  uint64_t *hash = b->names.hash;
  rules_area *area = b->names.area;
  size_t old = b->names.size;
  b->names.size = old ? old * 2 : 256;
  b->names.hash = arena_many(b->a, uint64_t, b->names.size);
  b->names.area = arena_many(b->a, rules_area, b->names.size);
  for (size_t i = 0; i < old; i++)
    if (hash[i]) {
      size_t at = name_slot(b, hash[i]);
      b->names.hash[at] = hash[i], b->names.area[at] = area[i];
    }
}

/* The first area to take a name keeps it. */
static void name_add(struct rules_book *b, struct str fold, rules_area area) {
  if (!fold.n) return;
  if (b->names.used * 2 >= b->names.size) names_grow(b);
  uint64_t h = name_hash(fold);
  size_t at = name_slot(b, h);
  if (b->names.hash[at]) return;
  b->names.hash[at] = h, b->names.area[at] = area;
  b->names.used++;
}

rules_area rules_area_find(const struct rules_book *b, struct str name, struct arena scratch) {
  if (!b->names.size || !name.n || name.n > AREA_NAME_BYTES_MAX) return RULES_AREA_NONE;
  size_t at = name_slot(b, name_hash(utf8_fold(&scratch, name)));
  return b->names.hash[at] ? b->names.area[at] : RULES_AREA_NONE;
}

static rules_area area_add(struct rules_book *b, struct str name) {
  rules_area id = (rules_area)b->areas.n;
  struct area_row row = {.name = str_copy(b->a, name)};
  *slice_push(b->a, &b->areas, &b->areas_cap) = row;
  name_add(b, utf8_fold(b->a, name), id);
  return id;
}

rules_area rules_area_intern(struct rules_book *b, struct str name) {
  rules_area id = rules_area_find(b, name, *b->a);
  return id != RULES_AREA_NONE ? id : area_add(b, str_slice(name, 0, AREA_NAME_BYTES_MAX));
}

struct str rules_area_name(const struct rules_book *b, rules_area area) {
  return area < b->areas.n ? b->areas.p[area].name : S("");
}

size_t rules_area_count(const struct rules_book *b) { return b->areas.n; }

/* Is `above` this area or one it lies within? Depth-limited, so a circle in the data ends. */
static bool area_within(const struct rules_book *b, rules_area area, rules_area above, int depth) {
  if (area == above) return true;
  if (depth == AREA_DEPTH_MAX) return false;
  const struct area_row *row = &b->areas.p[area];
  for (uint32_t i = 0; i < row->parents; i++)
    if (area_within(b, row->parent[i], above, depth + 1)) return true;
  return false;
}

static bool parents_set(struct rules_book *b, struct arena *reading, rules_area area,
                        struct str text, struct why *why) {
  struct strs names = str_split(reading, text, ';');
  rules_area *parent = arena_many(b->a, rules_area, names.n + 1);
  uint32_t n = 0;
  for (size_t i = 0; i < names.n; i++) {
    if (!names.p[i].n) continue;
    rules_area above = rules_area_intern(b, names.p[i]);
    if (area_within(b, above, area, 0))
      return why_say(why, "\"%.*s\" would lie within itself; correct its parents.",
                     P(rules_area_name(b, area)));
    parent[n++] = above;
  }
  b->areas.p[area].parent = parent;
  b->areas.p[area].parents = n;
  for (uint32_t i = 0; i < n; i++) {
    struct area_row *up = &b->areas.p[parent[i]];
    struct {
      rules_area *p;
      size_t n;
    } list = {up->member, up->members};
    size_t cap = up->member_cap;
    *slice_push(b->a, &list, &cap) = area;
    up->member = list.p, up->members = (uint32_t)list.n, up->member_cap = (uint32_t)cap;
  }
  return true;
}

struct area_columns {
  int name, code, level, parents, complete, aliases;
};

static bool area_row_read(struct rules_book *b, struct arena *reading, const struct csv_row *row,
                          struct area_columns k, struct why *why) {
  struct str name = csv_cell(row, k.name), code = csv_cell(row, k.code);
  if (!name.n || name.n > AREA_NAME_BYTES_MAX)
    return why_say(why, "An area needs a name of at most %d bytes.", AREA_NAME_BYTES_MAX);
  rules_area id = rules_area_intern(b, name);
  if (b->areas.p[id].level.n) return why_say(why, "The area \"%.*s\" is there twice.", P(name));
  struct str level = csv_cell(row, k.level);
  b->areas.p[id].level = str_copy(b->a, level.n ? level : S("place"));
  b->areas.p[id].complete = str_eq(csv_cell(row, k.complete), S("yes"));
  if (code.n) name_add(b, utf8_fold(b->a, code), id);
  struct strs other = str_split(reading, csv_cell(row, k.aliases), ';');
  for (size_t i = 0; i < other.n; i++) name_add(b, utf8_fold(b->a, other.p[i]), id);
  return parents_set(b, reading, id, csv_cell(row, k.parents), why);
}

bool rules_book_areas(struct rules_book *b, struct str text, struct why *why) {
  struct arena reading = arena_open(READING_BYTES_MAX);
  struct csv *c = csv_open_str(&reading, text);
  struct csv_row row;
  enum csv_result got = CSV_BAD;
  if (csv_headers(c, why)) {
    struct area_columns k = {csv_column(c, S("name")),     csv_column(c, S("code")),
                             csv_column(c, S("level")),    csv_column(c, S("parents")),
                             csv_column(c, S("complete")), csv_column(c, S("aliases"))};
    if (k.name < 0)
      why_say(why, "A list of areas needs the column name in its first row.");
    else
      while ((got = csv_next(c, &row, why)) == CSV_ROW)
        if (!area_row_read(b, &reading, &row, k, why)) {
          why_at(why, "areas, line %lld", (long long)row.line);
          got = CSV_BAD;
          break;
        }
  }
  csv_close(c);
  arena_close(&reading);
  return got == CSV_END;
}
