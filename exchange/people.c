/* people: rows of a sheet put together as people. What a cell cannot tell is said beside it and
 * kept as words; nobody is dropped in silence. */
#include <stdlib.h>
#include "base/planted.h"
#include "exchange/inside.h"
#include "words/words.h"

enum { KEPT_BYTES_MAX = NOTE_CHARACTERS_MAX - 100 };

struct reading {
  struct arena *a;
  const struct sheet *sheet;
  const struct sheet_plan *plan;
  day_t today;
  enum language lang;
  struct sheet_people *out;
  size_t people_room, remarks_room;
  const struct sheet_row *row;
};

#define SENTENCE(rd, english) words_of((rd)->lang, T(english))

/* ---- saying what is beside a cell ---- */

static struct str cell_name(struct arena *a, size_t column, int64_t line) {
  if (column >= 26)
    return str_format(a, "%c%c%lld", (char)('A' + (int)(column / 26) - 1),
                      (char)('A' + (int)(column % 26)), (long long)line);
  return str_format(a, "%c%lld", (char)('A' + (int)column), (long long)line);
}

static void remark(struct reading *rd, size_t column, enum remark_weight weight,
                   struct str sentence) {
  struct sheet_people *out = rd->out;
  if (out->remarks_in_all++ >= SHEET_REMARKS_MAX) return;
  bool known = column < rd->sheet->headings.n;
  *slice_push(rd->a, &out->remarks, &rd->remarks_room) = (struct remark){
      .line = rd->row->line,
      .cell = known ? cell_name(rd->a, column, rd->row->line) : (struct str){0},
      .heading = known ? rd->sheet->headings.p[column].name : (struct str){0},
      .sentence = sentence,
      .weight = weight};
}

/* "Heading: what stands there." at the end of what is kept as words. */
static void keep_words(struct reading *rd, struct sheet_person *p, size_t column,
                       struct str words) {
  struct str heading = rd->sheet->headings.p[column].name;
  struct str line = str_format(rd->a, "%.*s: %.*s", P(heading), P(words));
  struct str kept = p->kept.n ? str_format(rd->a, "%.*s\n%.*s", P(p->kept), P(line)) : line;
  if (utf8_count(kept) <= KEPT_BYTES_MAX) p->kept = kept;
  else
    remark(rd, column, REMARK_NOTE,
           SENTENCE(rd, "There is too much to keep of this person in one note. Copy this cell "
                        "yourself."));
}

/* ---- cells ---- */

static struct str cell_at(const struct reading *rd, size_t i) {
  return i < rd->row->cells.n ? rd->row->cells.p[i] : (struct str){0};
}

static struct str first_of(const struct reading *rd, enum target_kind kind) {
  for (size_t i = 0; i < rd->plan->n; i++)
    if (rd->plan->of[i]->kind == kind && cell_at(rd, i).n) return cell_at(rd, i);
  return (struct str){0};
}

static struct str field_cell(const struct reading *rd, const char *code, size_t *column) {
  for (size_t i = 0; i < rd->plan->n; i++)
    if (strcmp(rd->plan->of[i]->code, code) == 0 && cell_at(rd, i).n)
      return *column = i, cell_at(rd, i);
  return *column = SIZE_MAX, (struct str){0};
}

/* "MARSH, Dee" is Dee Marsh's as a list writes it. */
static struct str name_in_order(struct arena *a, struct str name) {
  size_t comma = str_find_byte(name, ',');
  if (comma == name.n) return name;
  struct str family = str_trim(str_slice(name, 0, comma)),
             given = str_trim(str_slice(name, comma + 1, name.n));
  if (!given.n || str_find_byte(given, ',') < given.n) return name;
  return str_format(a, "%.*s %.*s", P(given), P(family));
}

static struct str name_of(const struct reading *rd) {
  size_t column;
  struct str name = field_cell(rd, "name", &column), given = first_of(rd, TARGET_GIVEN),
             family = first_of(rd, TARGET_FAMILY);
  if (name.n) return name_in_order(rd->a, name);
  if (given.n && family.n) return str_format(rd->a, "%.*s %.*s", P(given), P(family));
  return given.n ? given : family;
}

/* Spreadsheets drop the nought a number begins with; two numbers in a cell: the first. */
static struct str phone_mended(struct arena *a, struct str given) {
  size_t cut = str_find_byte(given, '/');
  if (str_find_byte(given, ',') < cut) cut = str_find_byte(given, ',');
  struct str one = str_trim(str_slice(given, 0, cut));
  bool digits = one.n == 10 && one.p[0] != '0';
  for (size_t i = 0; i < one.n && digits; i++) digits = one.p[i] >= '0' && one.p[i] <= '9';
  return digits ? str_format(a, "0%.*s", P(one)) : one;
}

static bool value_of(const struct reading *rd, const struct field *f, struct str given,
                     struct value *out, struct why *why) {
  day_t day;
  if (f->kind == KIND_PHONE) given = phone_mended(rd->a, given);
  if (f->kind != KIND_DAY) return value_parse(rd->a, f, given, out, why);
  if (!sheet_day(rd->a, given, &day))
    return why_say(why, "This is no day that can be read. Write it as 27/3/1990.");
  if (strcmp(f->name, "born_on") == 0 && day > rd->today) day = day_add_months(day, -1200);
  if (day > rd->today || day < day_add_months(rd->today, -1440))
    return why_say(why, "This day cannot be right. Look at the year.");
  *out = (struct value){.kind = KIND_DAY, .known = true, .i = day};
  return true;
}

/* Several address columns make one address. */
static struct value joined(const struct reading *rd, const struct field *f, struct value had,
                           struct value more) {
  if (!had.known || strcmp(f->name, "address") != 0 || str_contains(had.s, more.s)) return more;
  more.s = str_format(rd->a, "%.*s, %.*s", P(had.s), P(more.s));
  return more;
}

static void take_field(struct reading *rd, struct sheet_person *p, size_t i) {
  const struct field *f = field_find(&person_type, str_of(rd->plan->of[i]->code));
  struct str given = cell_at(rd, i);
  struct value v, had = field_get(f, &p->person);
  struct why why = {0};
  bool address = strcmp(f->name, "address") == 0;
  if (!value_of(rd, f, given, &v, &why)) {
    remark(rd, i, REMARK_KEPT, words_label(rd->lang, str_copy(rd->a, why_str(&why))));
    keep_words(rd, p, i, given);
  } else if (had.known && !address && !value_eq(had, v)) {
    remark(rd, i, REMARK_KEPT,
           SENTENCE(rd, "A row above says another of this person. The first is used and this one "
                        "is kept in a note."));
    keep_words(rd, p, i, given);
  } else {
    field_set(f, &p->person, joined(rd, f, had, v));
    if (f->kind == KIND_PHONE && str_find_byte(given, '/') < given.n) keep_words(rd, p, i, given);
  }
}

/* ---- notes ---- */

static void add_contact(struct reading *rd, struct sheet_person *p, day_t on, struct str mode,
                        struct str words) {
  *slice_push(rd->a, &p->contacts, &p->contacts_room) =
      (struct sheet_contact){on, mode, words, rd->row->line};
  rd->out->contacts++;
}

static struct str mode_of(struct reading *rd) {
  const struct code *code =
      code_find_said(rd->a, code_list("contact_modes"), first_of(rd, TARGET_NOTE_HOW));
  return code ? code->code : (struct str){0};
}

static void take_entry(struct reading *rd, struct sheet_person *p, size_t column,
                       struct note_entry e, day_t row_day) {
  day_t on = e.on != DAY_NONE ? e.on : row_day;
  if (on != DAY_NONE && on > rd->today) {
    remark(rd, column, REMARK_KEPT,
           SENTENCE(rd, "This day has not come yet. The words are kept in a note of today."));
    e.words = str_format(rd->a, "%.*s: %.*s", P(day_iso(rd->a, on)), P(e.words));
    on = rd->today;
  }
  for (struct str rest = e.words; rest.n || on != DAY_NONE;) {
    struct str piece = utf8_head(rest, NOTE_CHARACTERS_MAX);
    add_contact(rd, p, on, mode_of(rd), piece);
    rest = str_slice(rest, piece.n, rest.n);
    if (!rest.n) break;
  }
}

static day_t note_day(struct reading *rd, struct sheet_person *p) {
  day_t day = DAY_NONE;
  for (size_t i = 0; i < rd->plan->n; i++) {
    struct str given = cell_at(rd, i);
    if (rd->plan->of[i]->kind != TARGET_NOTE_DAY || !given.n) continue;
    if (sheet_day(rd->a, given, &day)) return day;
    remark(rd, i, REMARK_KEPT,
           SENTENCE(rd, "This is no day that can be read, so the note is kept without one. Write "
                        "it as 27/3/2026."));
    keep_words(rd, p, i, given);
  }
  return DAY_NONE;
}

static void take_notes(struct reading *rd, struct sheet_person *p) {
  day_t day = note_day(rd, p);
  bool any = false;
  for (size_t i = 0; i < rd->plan->n; i++) {
    if (rd->plan->of[i]->kind != TARGET_NOTE || !cell_at(rd, i).n) continue;
    struct note_entries entries = sheet_notes(rd->a, cell_at(rd, i));
    for (size_t k = 0; k < entries.n; k++) take_entry(rd, p, i, entries.p[k], day);
    any = true;
  }
  if (!any && day != DAY_NONE) take_entry(rd, p, SIZE_MAX, (struct note_entry){DAY_NONE, {0}}, day);
}

/* ---- whose row it is ---- */

static bool differs(struct str x, struct str y) { return x.n && y.n && !str_eq(x, y); }

/* Does what this row says of them speak against their being this person? */
static bool somebody_else(struct reading *rd, const struct sheet_person *p) {
  size_t column;
  struct str born = field_cell(rd, "born_on", &column), phone = field_cell(rd, "phone", &column),
             email = field_cell(rd, "email", &column), tidy = {0};
  day_t day;
  if (born.n && sheet_day(rd->a, born, &day) && p->person.born_on != DAY_NONE) {
    if (day > rd->today) day = day_add_months(day, -1200);
    return day != p->person.born_on;
  }
  if (phone_tidy(rd->a, phone_mended(rd->a, phone), &tidy) && differs(tidy, p->person.phone))
    return true;
  return email_tidy(rd->a, email, &tidy) && differs(tidy, p->person.email);
}

static struct sheet_person *person_of_row(struct reading *rd, struct str name, struct str ref) {
  struct str folded = utf8_fold(rd->a, name);
  for (size_t i = rd->out->people.n; i-- > 0;) {
    struct sheet_person *p = &rd->out->people.p[i];
    bool same_name = str_eq(utf8_fold(rd->a, p->person.name), folded);
    if (ref.n && p->ref.n) {
      if (!str_eq(ref, p->ref)) continue;
      if (same_name || !name.n) return p;
      remark(rd, SIZE_MAX, REMARK_NOTE,
             SENTENCE(rd, "This reference stands beside another name further up. They are kept "
                          "as two people."));
      continue;
    }
    if (same_name && !somebody_else(rd, p)) return p;
    if (PLANTED == PLANTED_PHONE_JOINS && p->person.phone.n && !somebody_else(rd, p)) return p;
  }
  return NULL;
}

static struct sheet_person *new_person(struct reading *rd, struct str name, struct str ref) {
  struct sheet_person *p = slice_push(rd->a, &rd->out->people, &rd->people_room);
  *p = (struct sheet_person){.ref = ref, .line = rd->row->line};
  record_clear(&person_type, &p->person);
  p->person.name = name;
  if (utf8_count(name) > 120) {
    p->stopped = true;
    remark(rd, SIZE_MAX, REMARK_STOPS,
           SENTENCE(rd, "The name is longer than 120 characters. Put only the name in its "
                        "column."));
  }
  return p;
}

/* A row without a name belongs to the person above it. */
static struct sheet_person *whose(struct reading *rd) {
  struct str name = name_of(rd), ref = first_of(rd, TARGET_REF);
  struct sheet_people *out = rd->out;
  if (name.n || ref.n) {
    struct sheet_person *p = person_of_row(rd, name, ref);
    if (p) return p;
    if (name.n) return new_person(rd, name, ref);
  }
  if (!ref.n && out->people.n) return &out->people.p[out->people.n - 1];
  remark(rd, SIZE_MAX, REMARK_STOPS,
         SENTENCE(rd, "This row has no name, and nobody above it to belong to. Write the name in "
                      "it."));
  return NULL;
}

static void take_row(struct reading *rd) {
  struct sheet_person *p = whose(rd);
  if (!p) return;
  for (size_t i = 0; i < rd->plan->n; i++) {
    const struct target *t = rd->plan->of[i];
    if (!cell_at(rd, i).n) continue;
    if (t->kind == TARGET_FIELD && strcmp(t->code, "name") != 0) take_field(rd, p, i);
    if (t->kind == TARGET_KEEP) keep_words(rd, p, i, cell_at(rd, i));
  }
  take_notes(rd, p);
}

/* ---- the whole ---- */

/* Two people with one telephone stay two; whoever reads them in is told. */
static void shared_phones(struct reading *rd) {
  struct sheet_people *out = rd->out;
  for (size_t i = 0; i < out->people.n; i++)
    for (size_t k = 0; k < i; k++) {
      const struct sheet_person *p = &out->people.p[i], *q = &out->people.p[k];
      if (!p->person.phone.n || !str_eq(p->person.phone, q->person.phone)) continue;
      rd->row = &(struct sheet_row){.line = p->line};
      remark(rd, SIZE_MAX, REMARK_NOTE,
             SAY(rd->a, rd->lang,
                 T("The telephone of row {line} stands here too. They stay two people; check that "
                   "the number is private to each."),
                 SLOT("line", str_format(rd->a, "%lld", (long long)q->line))));
      break;
    }
}

/* Words without a place of their own become a note; whoever has no safe way gets the one chosen. */
static void finish(struct reading *rd, struct sheet_person *p) {
  rd->row = &(struct sheet_row){.line = p->line};
  if (!p->person.safe_way.n) p->person.safe_way = rd->plan->safe_way;
  if (p->kept.n)
    add_contact(rd, p, DAY_NONE, (struct str){0},
                SAY(rd->a, rd->lang, T("From the spreadsheet. {words}"), SLOT("words", p->kept)));
  for (size_t i = 0; i < p->contacts.n; i++)
    if (p->contacts.p[i].on == DAY_NONE) p->contacts.p[i].on = rd->today;
  rd->out->going += !p->stopped;
}

static int by_line(const void *x, const void *y) {
  const struct remark *p = x, *q = y;
  return p->line < q->line ? -1 : p->line > q->line;
}

void sheet_people(struct arena *a, const struct sheet *s, const struct sheet_plan *plan,
                  day_t today, int lang, struct sheet_people *out) {
  struct reading rd = {a, s, plan, today, (enum language)lang, out, 0, 0, NULL};
  *out = (struct sheet_people){0};
  for (size_t i = 0; i < s->rows.n; i++) {
    rd.row = &s->rows.p[i];
    take_row(&rd);
  }
  shared_phones(&rd);
  for (size_t i = 0; i < out->people.n; i++) finish(&rd, &out->people.p[i]);
  if (out->remarks.n) qsort(out->remarks.p, out->remarks.n, sizeof *out->remarks.p, by_line);
}
