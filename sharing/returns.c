/* returns: what a contract obliges to be sent about a person, field by field, as data. The list is
 * shown in plain words before anyone joins. Some fields can never stand in one (PRACTICE 1). */
#include "base/embed.h"
#include "base/csv.h"
#include "office.html.h"
#include "sharing/inside.h"

extern const struct embedded_files sharing_returns; /* packs/returns */
enum { RETURNS_BYTES_MAX = 1 << 20 };

/* Words that name what enforcement must never learn, wherever they stand in a field's name. */
static const char *const never[] = {"attend",    "decline", "note",     "assess", "missed",
                                    "absen",     "reason",  "said",     "words",  "left_why",
                                    "ended_why", "engage",  "sanction", "comply"};
enum {
  NEVER_CLASSES = CLASS_HEALTH | CLASS_OFFENCES | CLASS_SAFETY | CLASS_EQUALITY | CLASS_CONTACTS
};

static bool names_never(struct str field) {
  for (size_t i = 0; i < countof(never); i++)
    if (str_contains(field, str_of(never[i]))) return true;
  return false;
}

static const struct field *field_known(struct str record, struct str name) {
  struct record_types all = record_types();
  for (size_t i = 0; i < all.n; i++)
    if (str_eq(record, str_of(all.p[i]->name))) return field_find(all.p[i], name);
  return NULL;
}

bool return_field_allowed(struct str field, struct why *why) {
  struct str name = field, record = str_cut(&name, '.');
  if (names_never(name))
    return why_say(why,
                   "\"%.*s\" tells whether somebody came, what they said or why they left; it "
                   "can never be sent.",
                   P(field));
  /* The day of an outcome, once it is shown as the contract asks. */
  if (str_eq(record, S("outcome")) && code_find(code_list("outcomes"), name)) return true;
  const struct field *f = field_known(record, name);
  if (!f) return why_say(why, "\"%.*s\" is no field of a record here.", P(field));
  if (f->data_class & NEVER_CLASSES || f->kind == KIND_LONG)
    return why_say(why, "\"%.*s\" is of a kind (%s) that can never be sent.", P(field),
                   f->kind == KIND_LONG ? "free text" : class_words(f->data_class));
  return true;
}

static struct declared_return *return_of(struct arena *a, struct declared_returns *all, size_t *cap,
                                         struct str code) {
  for (size_t i = 0; i < all->n; i++)
    if (str_eq(all->p[i].code, code)) return &all->p[i];
  struct declared_return *d = slice_push(a, all, cap);
  *d = (struct declared_return){.code = code};
  return d;
}

static bool take_row(struct arena *a, const struct csv *c, const struct csv_row *row,
                     struct declared_returns *out, size_t *cap, struct why *why) {
  struct str cell[6];
  static const char *const columns[] = {"code", "name", "goes_to", "why", "field", "words"};
  for (size_t i = 0; i < countof(cell); i++) {
    cell[i] = str_copy(a, str_trim(csv_cell(row, csv_column(c, str_of(columns[i])))));
    if (!cell[i].n)
      return why_say(why, "Line %lld: every column is filled in.", (long long)row->line);
  }
  if (!return_field_allowed(cell[4], why))
    return why_at(why, "line %lld", (long long)row->line), false;
  struct declared_return *d = return_of(a, out, cap, cell[0]);
  d->name = cell[1], d->goes_to = cell[2], d->why = cell[3];
  size_t fields_cap = d->fields.n;
  *slice_push(a, &d->fields, &fields_cap) = (struct returned_field){cell[4], cell[5]};
  return true;
}

bool returns_parse(struct arena *a, struct str csv_text, struct declared_returns *out,
                   struct why *why) {
  struct arena reading = arena_open((size_t)16 << 20);
  struct csv *c = csv_open_str(&reading, csv_text);
  struct csv_row row;
  size_t cap = 0;
  *out = (struct declared_returns){0};
  bool good = csv_headers(c, why);
  enum csv_result r = CSV_END;
  while (good && (r = csv_next(c, &row, why)) == CSV_ROW)
    good = take_row(a, c, &row, out, &cap, why);
  csv_close(c);
  arena_close(&reading);
  return good && r != CSV_BAD;
}

static enum db_result keep(struct db *db, const struct declared_return *d) {
  int64_t id = db_insert(
      db,
      SQL("insert into declared_return (code, name, goes_to, why) values (?1, ?2, ?3, ?4) on "
          "conflict (code) do update set name = excluded.name, goes_to = excluded.goes_to, why = "
          "excluded.why returning id"),
      V(d->code), V(d->name), V(d->goes_to), V(d->why));
  enum db_result result =
      id ? db_run(db, SQL("delete from declared_field where return_id = ?1"), V(id)) : DB_FAILED;
  for (size_t i = 0; i < d->fields.n && result == DB_OK; i++)
    result =
        db_run(db, SQL("insert into declared_field (return_id, field, words) values (?1, ?2, ?3)"),
               V(id), V(d->fields.p[i].field), V(d->fields.p[i].words));
  return result;
}

bool returns_keep(struct db *db, struct arena *a, struct str csv_text, struct why *why) {
  struct declared_returns all;
  enum db_result result = DB_OK;
  if (!returns_parse(a, csv_text, &all, why)) return false;
  for (size_t k = 0; k < all.n && result == DB_OK; k++) result = keep(db, &all.p[k]);
  return result == DB_OK || why_say(why, "The declared returns could not be saved.");
}

bool returns_init(struct db *db, struct arena *a, instant_t now, struct progress *p,
                  struct why *why) {
  (void)now, (void)p;
  db_begin(db, STORE_MAIN);
  for (size_t i = 0; i < sharing_returns.n; i++) {
    if (returns_keep(db, a, sharing_returns.p[i].content, why)) continue;
    db_rollback(db, STORE_MAIN);
    return false;
  }
  return db_commit(db, STORE_MAIN) == DB_OK ||
         why_say(why, "The declared returns could not be saved.");
}

struct declared_returns returns_known(struct db *db, struct arena *a) {
  struct declared_returns out = {0};
  size_t cap = 0, field_cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("select d.code, d.name, d.goes_to, d.why, f.field, f.words from "
                              "declared_return d join declared_field f on f.return_id = d.id "
                              "order by d.name, d.id, f.id"));
  while (db_next(&r)) {
    struct str code = row_text(&r, 0);
    if (!out.n || !str_eq(out.p[out.n - 1].code, code)) {
      *slice_push(a, &out, &cap) =
          (struct declared_return){code, row_text(&r, 1), row_text(&r, 2), row_text(&r, 3), {0}};
      field_cap = 0;
    }
    struct declared_return *d = &out.p[out.n - 1];
    *slice_push(a, &d->fields, &field_cap) =
        (struct returned_field){row_text(&r, 4), row_text(&r, 5)};
  }
  return out;
}

void returns_page(struct request *rq) {
  struct returns_page page = {
      .layout = page_layout(rq, PAGE_TITLE(rq, "What has to be sent, and to whom"))};
  struct declared_returns all = returns_known(rq->db, rq->arena);
  size_t cap = 0;
  for (size_t i = 0; i < all.n; i++) {
    struct must_row row = {all.p[i].name, all.p[i].goes_to, all.p[i].why, {0}};
    size_t field_cap = 0;
    for (size_t f = 0; f < all.p[i].fields.n; f++)
      *slice_push(rq->arena, &row.fields, &field_cap) = all.p[i].fields.p[f].words;
    *slice_push(rq->arena, &page.rows, &cap) = row;
  }
  view_sharing_returns(rq->view, &page);
}
