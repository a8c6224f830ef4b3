/* The library of what has been tried: filled from the packs, updated from a file of schemes, read
 * as offers. */
#include "directory/inside.h"
#include "rules/library.h"

/* ---- Filling from packs/schemes. */

struct filling {
  struct db *db;
  struct arena *a;
  struct rules_book *book;
  instant_t now;
};

/* Fields of a scheme and the columns of library.csv they come from. */
static const struct {
  const char *column, *field;
} columns[] = {{"name", "name"},
               {"kind", "kind"},
               {"category", "category"},
               {"place", "place"},
               {"areas", "areas"},
               {"lead", "lead"},
               {"funders", "funders"},
               {"amount", "amount"},
               {"pounds_total", "amount_total"},
               {"pounds_parts", "amount_parts"},
               {"start", "started"},
               {"end", "ended"},
               {"dates_as_stated", "dates_said"},
               {"cohorts", "cohorts"},
               {"for_as_stated", "for_said"},
               {"styles", "styles"},
               {"help_as_stated", "help_said"},
               {"models", "models"},
               {"model_as_stated", "model_said"},
               {"eligibility_as_stated", "eligibility_said"},
               {"figures", "figures"},
               {"scenarios", "scenarios"},
               {"source", "source"}};

static bool fill_scheme(const struct filling *f, const struct csv *c, const struct csv_row *row,
                        struct scheme *s, struct why *why) {
  for (size_t i = 0; i < countof(columns); i++) {
    const struct field *field = field_find(&scheme_type, str_of(columns[i].field));
    struct str text = str_copy(f->a, csv_cell(row, csv_column(c, str_of(columns[i].column))));
    struct value v;
    if (!value_parse(f->a, field, text, &v, why))
      return why_at(why, "line %lld", (long long)row->line);
    if (v.known) field_set(field, s, v);
  }
  if (str_eq(csv_cell(row, csv_column(c, S("area_rule"))), S("near"))) s->area_near = 1;
  return true;
}

/* An editor's hand: any change by a signed-in person. What they wrote is theirs to keep. */
static bool edited(struct db *db, const char *record, int64_t id) {
  return db_number(db, 0,
                   SQL("select count(*) from revision where record = ?1 and record_id = ?2 and "
                       "user_id is not null"),
                   V(str_of(record)), V(id)) > 0;
}

static enum db_result keep_scheme(const struct filling *f, struct scheme *fresh) {
  struct scheme old;
  int64_t id = db_number(f->db, 0, SQL("select id from scheme where name = ?1"), V(fresh->name));
  if (!id) return record_insert(f->db, f->a, &scheme_type, fresh, 0, f->now);
  if (edited(f->db, "scheme", id)) return DB_OK;
  if (!record_load(f->db, f->a, &scheme_type, id, &old)) return DB_FAILED;
  fresh->id = old.id, fresh->version = old.version, fresh->public_id = old.public_id;
  fresh->capability = old.capability; /* comes from schemes.csv, not from the pack */
  return record_update(f->db, f->a, &scheme_type, fresh, 0, f->now);
}

static struct str rule_text(struct arena *a, struct rules_book *book,
                            const struct rules_rule *rule) {
  struct buf b = buf_open(1 << 16);
  rules_print_body(&b, book, rule);
  struct str text = str_copy(a, buf_str(&b));
  buf_free(&b);
  return text;
}

static bool seed_schemes(const struct filling *f, struct why *why) {
  struct library library;
  struct str text = pack_text("packs/schemes/library.csv");
  if (!library_read(f->a, f->book, text, pack_text("packs/schemes/eligibility.rules"), &library,
                    why))
    return false;
  struct csv *c = csv_open_str(f->a, text);
  struct csv_row row;
  bool good = csv_headers(c, why);
  enum csv_result got = CSV_END;
  while (good && (got = csv_next(c, &row, why)) == CSV_ROW) {
    struct scheme s;
    record_clear(&scheme_type, &s);
    if (!(good = fill_scheme(f, c, &row, &s, why))) break;
    const struct library_scheme *known = library_find(&library, s.name);
    if (known && known->offer.rule) s.rule = rule_text(f->a, f->book, known->offer.rule);
    if (keep_scheme(f, &s) != DB_OK)
      good = why_say(why, "The library could not be written. Try again.");
  }
  csv_close(c);
  return good && got != CSV_BAD;
}

static bool seed_programmes(const struct filling *f, struct why *why) {
  struct csv *c = csv_open_str(f->a, pack_text("packs/national/programmes.csv"));
  struct csv_row row;
  bool good = csv_headers(c, why);
  while (good && csv_next(c, &row, why) == CSV_ROW) {
    struct national_row p;
    record_clear(&national_row_type, &p);
    if (!str_to_i64(csv_cell(&row, csv_column(c, S("row"))), &p.row_number)) continue;
    if (db_number(f->db, 0, SQL("select count(*) from national_programme where row_number = ?1"),
                  V(p.row_number)))
      continue;
    p.name = csv_cell(&row, csv_column(c, S("name")));
    p.named = str_eq(csv_cell(&row, csv_column(c, S("named"))), S("yes"));
    p.cohort_group = csv_cell(&row, csv_column(c, S("group")));
    p.sub_group = csv_cell(&row, csv_column(c, S("sub_group")));
    p.counted = csv_cell(&row, csv_column(c, S("counted")));
    p.source = csv_cell(&row, csv_column(c, S("source")));
    if (record_insert(f->db, f->a, &national_row_type, &p, 0, f->now) != DB_OK)
      good = why_say(why, "The national programmes could not be written. Try again.");
  }
  csv_close(c);
  return good;
}

/* ---- Our own code lists as taxonomies: ids from names, so that they are the same everywhere. */
static const struct {
  const char *list, *name, *description;
} own_taxonomies[] = {
    {"cohorts", "Whom help is made for", "Groups of people that help may be made with in mind"},
    {"support_styles", "How help is given", "Styles of support"},
    {"categories", "Kinds of help", "The four types of employment support in the LGA's report"},
    {"barriers", "What help gets past", "Things that can stand in the way of work"},
    {"delivery_models", "How help is run", "Ways of organising support"}};

static struct uuid stable_id(struct arena *a, const char *space, struct str name) {
  return uuid_from_name(str_format(a, "waymark %s", space), name);
}

static enum db_result seed_terms(const struct filling *f, const struct code_list *list,
                                 int64_t taxonomy) {
  enum db_result r = DB_OK;
  for (size_t i = 0; i < list->n && r == DB_OK; i++) {
    struct taxonomy_term t, old;
    record_clear(&taxonomy_term_type, &t);
    t.public_id =
        stable_id(f->a, "term", str_format(f->a, "%.*s/%.*s", P(list->name), P(list->p[i].code)));
    if (record_load_public(f->db, f->a, &taxonomy_term_type, t.public_id, &old)) continue;
    t.taxonomy = taxonomy, t.code = list->p[i].code, t.name = list->p[i].label;
    t.description = list->p[i].hint.n ? list->p[i].hint : list->p[i].label;
    r = record_insert(f->db, f->a, &taxonomy_term_type, &t, 0, f->now);
  }
  return r;
}

static enum db_result seed_taxonomies(const struct filling *f) {
  enum db_result r = DB_OK;
  for (size_t i = 0; i < countof(own_taxonomies) && r == DB_OK; i++) {
    const struct code_list *list = code_list(own_taxonomies[i].list);
    struct taxonomy t;
    record_clear(&taxonomy_type, &t);
    struct uuid id = stable_id(f->a, "taxonomy", list->name);
    if (!record_load_public(f->db, f->a, &taxonomy_type, id, &t)) {
      t.public_id = id, t.name = str_of(own_taxonomies[i].name),
      t.description = str_of(own_taxonomies[i].description);
      t.code_list = list->name, t.taxonomy_version = S("1");
      r = record_insert(f->db, f->a, &taxonomy_type, &t, 0, f->now);
    }
    if (r == DB_OK) r = seed_terms(f, list, t.id);
  }
  return r;
}

/* ---- Sources that disagree, as the reports print them (packs/national/conflicts.csv). They are
 * facts about the set of national programmes and about Connecting Communities. */
static const char *conflict_scheme(struct str fact) {
  if (str_starts(fact, S("Connecting Communities"))) return "Connecting Communities";
  return "National provision set (51 programmes)";
}

static bool seed_conflicts(const struct filling *f, struct why *why) {
  struct csv *c = csv_open_str(f->a, pack_text("packs/national/conflicts.csv"));
  struct csv_row row;
  bool good = csv_headers(c, why);
  while (good && csv_next(c, &row, why) == CSV_ROW) {
    struct str fact = str_copy(f->a, csv_cell(&row, csv_column(c, S("fact"))));
    struct str where = csv_cell(&row, csv_column(c, S("stated_where"))),
               from = csv_cell(&row, csv_column(c, S("source")));
    int64_t scheme = db_number(f->db, 0, SQL("select id from scheme where name = ?1"),
                               V(str_of(conflict_scheme(fact))));
    struct fact_source s;
    record_clear(&fact_source_type, &s);
    s.record = S("scheme"), s.record_id = scheme, s.field = fact;
    s.value = str_copy(f->a, csv_cell(&row, csv_column(c, S("value"))));
    s.source = str_format(f->a, "%.*s: %.*s", P(from), P(where));
    s.note = str_copy(f->a, csv_cell(&row, csv_column(c, S("agrees_with_figure_2"))));
    s.chosen = str_eq(s.note, S("yes"));
    if (!scheme || db_number(f->db, 0,
                             SQL("select count(*) from fact_source where record = 'scheme' and "
                                 "record_id = ?1 and field = ?2 and value = ?3 "
                                 "and source = ?4"),
                             V(scheme), V(s.field), V(s.value), V(s.source)))
      continue;
    if (record_insert(f->db, f->a, &fact_source_type, &s, 0, f->now) != DB_OK)
      good = why_say(why, "What sources disagree about could not be written. Try again.");
  }
  csv_close(c);
  return good;
}

enum db_result directory_seed(struct db *db, struct arena *a, instant_t now, struct why *why) {
  struct filling f = {db, a, book_read(a, why), now};
  if (!f.book) return DB_FAILED;
  record_change_from(S("built in"));
  db_begin(db, STORE_MAIN);
  bool good = codes_store(db, a, now) == DB_OK && seed_schemes(&f, why) &&
              seed_programmes(&f, why) && seed_taxonomies(&f) == DB_OK && seed_conflicts(&f, why) &&
              directory_changed(db) == DB_OK;
  record_change_from((struct str){0});
  if (!good) {
    db_rollback(db, STORE_MAIN);
    return DB_FAILED;
  }
  return db_commit(db, STORE_MAIN);
}

/* ---- A file of schemes (schemes.csv): the same facts under its own column names. Dates it gives
 * in words go to dates_said; a date that begins with a year is taken from them, anything else
 * leaves the known date as it is. */
static const struct {
  const char *theirs, *ours;
} renamed[] = {{"start", "started"},
               {"end", "ended"},
               {"cohorts", "for_said"},
               {"support_types", "help_said"},
               {"delivery_model", "model_said"},
               {"eligibility", "eligibility_said"},
               {"published_figures", "figures"},
               {"capability_needed", "capability"}};
enum { SCHEME_COLUMNS_MAX = 100 };

struct scheme_rows {
  struct csv *c;
  int start, end;
  size_t columns;
  struct str cell[SCHEME_COLUMNS_MAX + 1];
};

static struct str plain_date(struct str said) {
  struct day_span span;
  struct str head = said;
  if (!said.n || day_span_parse(said, &span)) return said;
  head = str_cut(&said, ' ');
  return day_span_parse(head, &span) ? head : (struct str){0};
}

static enum csv_result scheme_row_next(struct row_source *s, struct csv_row *row, struct why *why) {
  struct scheme_rows *rows = s->from;
  struct csv_row given;
  enum csv_result r = csv_next(rows->c, &given, why);
  if (r != CSV_ROW) return r;
  for (size_t i = 0; i < rows->columns; i++)
    rows->cell[i] = i < given.n ? given.cell[i] : (struct str){0};
  struct str start = csv_cell(&given, rows->start), end = csv_cell(&given, rows->end), said = {0};
  if (rows->start >= 0) rows->cell[rows->start] = plain_date(start);
  if (rows->end >= 0) rows->cell[rows->end] = plain_date(end);
  if (start.n && !str_eq(start, plain_date(start))) said = start;
  if (end.n && !str_eq(end, plain_date(end))) said = end;
  rows->cell[rows->columns] = said;
  *row = (struct csv_row){rows->cell, rows->columns + 1, given.line};
  return CSV_ROW;
}

static struct strs scheme_headers(struct arena *a, struct strs given) {
  struct strs out = {arena_many(a, struct str, given.n + 1), given.n + 1};
  for (size_t i = 0; i < given.n; i++) {
    out.p[i] = given.p[i];
    for (size_t k = 0; k < countof(renamed); k++)
      if (str_eq_nocase(str_trim(given.p[i]), str_of(renamed[k].theirs)))
        out.p[i] = str_of(renamed[k].ours);
  }
  out.p[given.n] = S("dates_said");
  return out;
}

static bool scheme_check(struct import_ask *ask, void *record, bool is_new, struct why *why) {
  (void)ask;
  struct scheme *s = record;
  struct day_span span;
  if (is_new && !s->source.n)
    return why_say(why, "Say which report or page this comes from, in the column source.");
  if (s->started.n && !day_span_parse(s->started, &span))
    return why_say(why, "The start must be like 2022 or 2022-12.");
  if (s->ended.n && !day_span_parse(s->ended, &span))
    return why_say(why, "The end must be like 2022 or 2022-12.");
  return true;
}

static void scheme_wrote(struct import_ask *ask, const void *record, bool is_new) {
  (void)record, (void)is_new;
  directory_changed(ask->db);
}

bool schemes_import(struct db *db, struct arena *a, struct csv *c, bool dry_run, instant_t now,
                    struct import_result *out, struct why *why) {
  struct strs names = csv_header_names(c);
  if (names.n > SCHEME_COLUMNS_MAX)
    return why_say(why, "The file has more than %d columns.", SCHEME_COLUMNS_MAX);
  if (csv_column(c, S("name")) < 0)
    return why_say(why, "The first row must name the columns, and one of them must be name.");
  struct scheme_rows rows = {.c = c,
                             .start = csv_column(c, S("start")),
                             .end = csv_column(c, S("end")),
                             .columns = names.n};
  struct row_source source = {
      .next = scheme_row_next, .headers = scheme_headers(a, names), .from = &rows};
  struct import_ask ask = {.type = &scheme_type,
                           .key = field_find(&scheme_type, S("name")),
                           .mode = dry_run ? IMPORT_DRY : IMPORT_GOOD_ROWS,
                           .now = now,
                           .check = scheme_check,
                           .wrote = scheme_wrote,
                           .db = db,
                           .arena = a};
  record_change_from(S("file of schemes"));
  bool good = record_import(&ask, &source, out, why);
  record_change_from((struct str){0});
  return good;
}

/* ---- Reading as offers. */

bool library_load(struct db *db, struct arena *a, day_t day, struct offers *out, struct why *why);

static struct day_span span_of(struct str s) {
  struct day_span span = {DAY_NONE, DAY_NONE};
  if (s.n && !day_span_parse(s, &span)) span = (struct day_span){DAY_NONE, DAY_NONE};
  return span;
}

/* "2023-03" -> "March 2023", "2022" -> "2022". */
static struct str span_words(struct arena *a, struct str s) {
  struct day_span span = span_of(s);
  if (span.first == DAY_NONE) return (struct str){0};
  if (s.n > 7) return day_words(a, span.first);
  if (s.n == 4) return s;
  struct str words = day_words(a, span.first);
  str_cut(&words, ' ');
  return words;
}

static void scheme_standing(const struct scheme *s, day_t day, struct offer *o) {
  struct rules_standing *j = &o->judged.standing;
  int64_t days = s->review_days == NUMBER_NONE || s->review_days <= 0 ? SCHEME_REVIEW_DAYS_DEFAULT
                                                                      : s->review_days;
  j->start = span_of(s->started), j->end = span_of(s->ended), j->assured_on = DAY_NONE;
  if (str_eq(s->standing, S("running")))
    j->live = true, j->assured_on = s->standing_on, j->review_days = (int)days;
  if (str_eq(s->standing, S("ended")) && j->end.first == DAY_NONE && s->standing_on != DAY_NONE)
    j->end = (struct day_span){s->standing_on, s->standing_on};
  enum rules_answer answer = rules_standing_judge(j, day);
  o->standing.state = answer == RULES_YES                                  ? STANDING_LIVE
                      : answer == RULES_MAYBE                              ? STANDING_UNCHECKED
                      : j->start.first != DAY_NONE && j->start.first > day ? STANDING_NOT_STARTED
                                                                           : STANDING_ENDED;
  o->standing.until = DAY_NONE, o->standing.review_due = DAY_NONE;
  o->starts = j->start.first, o->ends = j->end.last, o->assured_on = j->assured_on;
}

static void scheme_areas(struct arena *a, struct offers *out, const struct scheme *s,
                         struct offer *o) {
  struct strs names = str_split(a, s->areas, ';');
  rules_area *area = arena_many(a, rules_area, names.n + 1);
  for (size_t i = 0; i < names.n; i++)
    if (names.p[i].n) area[o->judged.areas++] = rules_area_intern(out->book, names.p[i]);
  if (!o->judged.areas)
    area[o->judged.areas++] = rules_area_intern(out->book, S("a place the source does not name"));
  o->judged.area = area, o->judged.area_words = s->place;
  o->judged.reach = s->area_near == 1 ? RULES_REACH_NEAR : RULES_REACH_ONLY;
}

static void scheme_offer(struct arena *a, struct offers *out, const struct scheme *s, day_t day,
                         struct offer *o) {
  const struct rules_book *b = out->book;
  struct why why;
  *o = (struct offer){.id = s->id,
                      .public_id = s->public_id,
                      .name = s->name,
                      .provider = s->lead,
                      .summary = s->help_said,
                      .eligibility = s->eligibility_said,
                      .source = s->source,
                      .free = -1,
                      .walk_in = -1,
                      .wifi = -1,
                      .devices = -1,
                      .whole_area = -1,
                      .places_left = NUMBER_NONE,
                      .places_total = NUMBER_NONE,
                      .minimum_age = NUMBER_NONE,
                      .maximum_age = NUMBER_NONE,
                      .changed_at = s->changed_at,
                      .waiting_days = NUMBER_NONE,
                      .capacity_on = DAY_NONE};
  o->judged.kind = s->kind, o->judged.cohorts = codes_of(b, RULES_COHORTS, s->cohorts);
  o->styles = codes_of(b, RULES_STYLES, s->styles),
  o->models = codes_of(b, RULES_MODELS, s->models);
  o->category = s->category.n ? rules_code_find(b, RULES_CATEGORIES, s->category) : -1;
  if (s->rule.n) {
    struct rules_rule *rule = arena_new(a, struct rules_rule);
    if (rules_parse_body(a, out->book, s->name, s->rule, rule, &why))
      o->judged.rule = rule;
    else
      log_event(LOG_WARNING, "rule_unreadable", "scheme=%lld said=%s", (long long)s->id, why.text);
  }
  scheme_areas(a, out, s, o);
  scheme_standing(s, day, o);
  o->ended_words = o->standing.state == STANDING_ENDED ? span_words(a, s->ended) : (struct str){0};
  struct str all = str_format(a, "%.*s %.*s %.*s %.*s %.*s %.*s", P(s->name), P(s->place),
                              P(s->lead), P(s->for_said), P(s->help_said), P(s->model_said));
  o->words = utf8_fold(a, all);
}

bool library_load(struct db *db, struct arena *a, day_t day, struct offers *out, struct why *why) {
  static const struct sql all = {"select * from scheme order by id", __FILE__, __LINE__,
                                 STORE_MAIN};
  size_t cap = 0;
  struct rows r = db_rows(db, a, &all);
  while (db_next(&r)) {
    struct scheme s;
    record_from_row(&scheme_type, &r, &s);
    scheme_offer(a, out, &s, day, slice_push(a, &out->list, &cap));
  }
  return r.result == DB_OK || why_say(why, "The library could not be read. Try again in a minute.");
}
