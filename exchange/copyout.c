/* copyout: reading mapping files, and what each field says. */
#include "base/embed.h"
#include "exchange/copyout.h"

extern const struct embedded_files exchange_copyout;
enum { NEVER_CLASSES = CLASS_SAFETY | CLASS_HEALTH | CLASS_OFFENCES | CLASS_EQUALITY };

static const char *const formats[] = {"text", "label", "day", "day.d", "day.m", "day.y"};
static const char *const columns[] = {"system", "name",   "version", "dated",  "screen",
                                      "label",  "source", "format",  "example"};
enum { SYSTEM, NAME, VERSION, DATED, SCREEN, LABEL, SOURCE, FORMAT, EXAMPLE, COLUMNS };

static bool source_of(struct str source, const struct field **out, struct why *why) {
  struct str record = str_cut(&source, '.');
  *out = str_eq(record, S("person")) ? field_find(&person_type, source) : NULL;
  if (!*out || (*out)->flags & HIDDEN)
    return why_say(why, "\"%.*s\" is no field of a person.", P(source));
  if ((*out)->data_class & NEVER_CLASSES)
    return why_say(why, "\"%.*s\" is never keyed elsewhere.", P(source));
  return true;
}

static bool format_good(struct str format, const struct field *f) {
  bool known = false;
  for (size_t i = 0; i < countof(formats); i++) known |= str_eq(format, str_of(formats[i]));
  return known && (f->kind == KIND_DAY || !str_starts(format, S("day")));
}

static bool take_row(struct arena *a, const struct csv *c, const struct csv_row *row,
                     struct copy_system *out, size_t *cap, struct why *why) {
  struct str cell[COLUMNS];
  struct copy_field f = {0};
  for (size_t i = 0; i < COLUMNS; i++) {
    cell[i] = str_copy(a, str_trim(utf8_mend(a, csv_cell(row, csv_column(c, str_of(columns[i]))))));
    if (!cell[i].n) return why_say(why, "every column is filled in.");
  }
  if (out->code.n && !str_eq(out->code, cell[SYSTEM]))
    return why_say(why, "a file holds one system.");
  if (out->fields.n == COPY_FIELDS_MAX)
    return why_say(why, "a system has at most %d fields.", COPY_FIELDS_MAX);
  if (!day_parse(cell[DATED], &out->dated)) return why_say(why, "the date is written 2026-11-21.");
  if (!source_of(cell[SOURCE], &f.source, why)) return false;
  if (!format_good(cell[FORMAT], f.source))
    return why_say(why, "\"%.*s\" is no form of this field.", P(cell[FORMAT]));
  out->code = cell[SYSTEM], out->name = cell[NAME], out->version = cell[VERSION];
  f.screen = cell[SCREEN], f.label = cell[LABEL], f.format = cell[FORMAT],
  f.example = cell[EXAMPLE];
  *slice_push(a, &out->fields, cap) = f;
  return true;
}

bool copyout_parse(struct arena *a, struct str csv_text, struct copy_system *out,
                   struct why *why) {
  struct csv *c = csv_open_str(a, csv_text);
  struct csv_row row;
  size_t cap = 0;
  enum csv_result r = CSV_END;
  *out = (struct copy_system){0};
  bool good = csv_headers(c, why);
  while (good && (r = csv_next(c, &row, why)) == CSV_ROW) {
    good = take_row(a, c, &row, out, &cap, why);
    if (!good) why_at(why, "line %lld", (long long)row.line);
  }
  csv_close(c);
  if (good && r == CSV_END && !out->fields.n) return why_say(why, "The file holds no field.");
  return good && r == CSV_END;
}

struct copy_systems copyout_systems(struct arena *a) {
  struct copy_systems all = {0};
  size_t cap = 0;
  for (size_t i = 0; i < exchange_copyout.n; i++) {
    struct copy_system one;
    struct why why = {0};
    if (copyout_parse(a, exchange_copyout.p[i].content, &one, &why))
      *slice_push(a, &all, &cap) = one;
    else
      log_event(LOG_ALARM, "copyout", "file=%s said=%s", exchange_copyout.p[i].name, why.text);
  }
  return all;
}

static struct str day_part(struct arena *a, struct str format, day_t day) {
  struct ymd d = day_ymd(day);
  if (str_eq(format, S("day.d"))) return str_format(a, "%02d", d.day);
  if (str_eq(format, S("day.m"))) return str_format(a, "%02d", d.month);
  if (str_eq(format, S("day.y"))) return str_format(a, "%04d", d.year);
  return str_format(a, "%02d/%02d/%04d", d.day, d.month, d.year);
}

struct str copyout_value(struct arena *a, const struct copy_field *f, const struct person *p) {
  struct value v = field_get(f->source, p);
  if (!v.known || (v.kind == KIND_DAY && v.i == DAY_NONE)) return (struct str){0};
  if (f->source->kind == KIND_DAY) return day_part(a, f->format, (day_t)v.i);
  return str_eq(f->format, S("label")) ? value_words(a, f->source, v)
                                       : value_text(a, f->source, v);
}
