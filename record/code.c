/* Code lists: the choices of CODE and CODES fields. The program's own come from packs/codes, built
 * in; a place's own additions come from table `code`. Looked up by name and by what people write.
 */
#include "base/embed.h"
#include "record/record.h"

extern const struct embedded_files record_embedded; /* packs/codes */

enum { LISTS_MAX = 200, CODES_BYTES_MAX = 16 << 20 };

static struct {
  struct arena memory;
  struct code_list list[LISTS_MAX];
  size_t n;
  bool loaded;
} all;

bool codes_parse(struct arena *a, struct str csv_text, struct code_list *out, struct why *why) {
  struct arena reading = arena_open((size_t)16 << 20); /* the reader's own room is not kept */
  struct csv *c = csv_open_str(&reading, csv_text);
  struct {
    struct code *p;
    size_t n;
  } codes = {0};
  size_t cap = 0;
  bool good = csv_headers(c, why);
  int code = good ? csv_column(c, S("code")) : -1, label = good ? csv_column(c, S("label")) : -1;
  if (good && (code < 0 || label < 0))
    good = why_say(why, "A code list needs the columns code and label.");
  struct csv_row row;
  enum csv_result r = CSV_END;
  while (good && (r = csv_next(c, &row, why)) == CSV_ROW) {
    struct code one = {.code = str_copy(a, csv_cell(&row, code)),
                       .label = str_copy(a, csv_cell(&row, label)),
                       .hint = str_copy(a, csv_cell(&row, csv_column(c, S("hint")))),
                       .source = str_copy(a, csv_cell(&row, csv_column(c, S("source")))),
                       .ended = csv_cell(&row, csv_column(c, S("ended"))).n > 0};
    if (!one.code.n || !one.label.n || str_find_byte(one.code, ' ') < one.code.n)
      good = why_say(why, "Line %lld: a code is one word, and needs a label.", (long long)row.line);
    else
      *slice_push(a, &codes, &cap) = one;
  }
  csv_close(c);
  arena_close(&reading);
  if (!good || r == CSV_BAD) return false;
  out->p = codes.p, out->n = codes.n;
  return true;
}

/* "packs/codes/cohort.csv" is the list "cohort". */
static struct str list_name(struct str path) {
  for (size_t i = path.n; i > 0; i--)
    if (path.p[i - 1] == '/') {
      path = str_slice(path, i, path.n);
      break;
    }
  return str_slice(path, 0, str_find(path, S(".csv")));
}

struct str code_list_text(const char *name) {
  for (size_t i = 0; i < record_embedded.n; i++)
    if (str_eq(list_name(str_of(record_embedded.p[i].name)), str_of(name)))
      return record_embedded.p[i].content;
  return (struct str){0};
}

static void load_embedded(void) {
  all.loaded = true;
  all.memory = arena_open(CODES_BYTES_MAX);
  for (size_t i = 0; i < record_embedded.n && all.n < LISTS_MAX; i++) {
    struct why why;
    struct code_list *l = &all.list[all.n];
    l->name = list_name(str_of(record_embedded.p[i].name));
    if (str_eq(l->name, S("areas"))) continue; /* places of the rules: another shape of file */
    if (codes_parse(&all.memory, record_embedded.p[i].content, l, &why))
      all.n++;
    else
      log_event(LOG_ALARM, "code_list_unreadable", "list=%s", record_embedded.p[i].name);
  }
}

static struct code_list *list_named(struct str name) {
  if (!all.loaded) load_embedded();
  for (size_t i = 0; i < all.n; i++)
    if (str_eq(all.list[i].name, name)) return &all.list[i];
  return NULL;
}

const struct code_list *code_list(const char *name) {
  return name ? list_named(str_of(name)) : NULL;
}

struct code_lists code_lists(void) {
  if (!all.loaded) load_embedded();
  return (struct code_lists){all.list, all.n};
}

const struct code *code_find(const struct code_list *list, struct str code) {
  for (size_t i = 0; list && i < list->n; i++)
    if (str_eq(list->p[i].code, code)) return &list->p[i];
  return NULL;
}

const struct code *code_find_said(struct arena *a, const struct code_list *list, struct str said) {
  const struct code *c = code_find(list, said);
  struct str folded = c ? said : utf8_fold(a, said);
  for (size_t i = 0; list && i < list->n && !c; i++)
    if (str_eq(utf8_fold(a, list->p[i].label), folded) ||
        str_eq(utf8_fold(a, list->p[i].code), folded))
      c = &list->p[i];
  return c;
}

struct str code_label(const char *list, struct str code) {
  const struct code *c = code_find(code_list(list), code);
  return c ? c->label : code;
}

bool codes_has(struct str codes, struct str code) {
  while (codes.n)
    if (str_eq(str_cut(&codes, ' '), code)) return true;
  return false;
}

enum db_result codes_store(struct db *db, struct arena *a, instant_t now) {
  struct code_lists lists = code_lists();
  enum db_result r = DB_OK;
  for (size_t i = 0; i < lists.n && r == DB_OK; i++)
    for (size_t k = 0; k < lists.p[i].n && r == DB_OK; k++) {
      const struct code *c = &lists.p[i].p[k];
      r = db_run(db,
                 SQL("insert into code (list, code, label, hint, source, sort, ended, changed_at) "
                     "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) on conflict (list, code) do update "
                     "set label = excluded.label, "
                     "hint = excluded.hint, source = excluded.source, sort = excluded.sort, ended "
                     "= excluded.ended"),
                 V(lists.p[i].name), V(c->code), V(c->label), db_text_or_null(c->hint),
                 db_text_or_null(c->source), V((int64_t)k), V(c->ended), db_instant(a, now));
    }
  return r;
}

bool code_list_add(const char *name, struct str csv_text, struct why *why) {
  struct code_list *l = list_named(str_of(name)),
                   fresh = {.name = str_copy(&all.memory, str_of(name))};
  if (!l && all.n == LISTS_MAX) return why_say(why, "There are too many code lists.");
  if (!codes_parse(&all.memory, str_copy(&all.memory, csv_text), &fresh, why)) return false;
  if (!l) l = &all.list[all.n++];
  *l = fresh;
  return true;
}

/* Adds one row of table `code`: a code not known yet joins its list (or starts one); a known one
 * takes the new words. */
static void join(struct str list, struct code c) {
  struct code_list *l = list_named(list);
  if (!l && all.n == LISTS_MAX) return;
  if (!l) l = &all.list[all.n++], *l = (struct code_list){.name = str_copy(&all.memory, list)};
  struct code *grown = arena_many(&all.memory, struct code, l->n + 1);
  if (l->n) memcpy(grown, l->p, l->n * sizeof *grown);
  size_t at = 0;
  while (at < l->n && !str_eq(l->p[at].code, c.code)) at++;
  grown[at] = c;
  l->n += at == l->n;
  l->p = grown;
}

static bool same_code(const struct code *x, const struct code *y) {
  return str_eq(x->label, y->label) && str_eq(x->hint, y->hint) && x->ended == y->ended;
}

bool codes_load(struct db *db, struct why *why) {
  struct arena scratch = arena_open(CODES_BYTES_MAX);
  if (!all.loaded) load_embedded();
  struct rows r = db_rows(
      db, &scratch,
      SQL("select list, code, label, hint, source, ended from code order by list, sort, id"));
  while (db_next(&r)) {
    struct arena *keep = &all.memory;
    struct code c = {.code = row_text(&r, 1),
                     .label = row_text(&r, 2),
                     .hint = row_text(&r, 3),
                     .source = row_text(&r, 4),
                     .ended = row_int(&r, 5) != 0};
    const struct code_list *l = list_named(row_text(&r, 0));
    const struct code *have = code_find(l, c.code);
    if (have && same_code(have, &c)) continue;
    c.code = str_copy(keep, c.code), c.label = str_copy(keep, c.label);
    c.hint = str_copy(keep, c.hint), c.source = str_copy(keep, c.source);
    join(row_text(&r, 0), c);
  }
  arena_close(&scratch);
  return r.result == DB_OK || why_say(why, "The code lists could not be read from the database.");
}
