/* sheet: the grid of a file, its headings and what each is taken for. */
#include "base/embed.h"
#include "base/xlsx.h"
#include "exchange/sheet.h"
#include "words/words.h"

extern const struct embedded_files exchange_packs;
enum { HEADING_ROWS_LOOKED = 12, EXAMPLE_CHARACTERS = 40 };

#define TARGET(code, constant, text, kind) TEXT_MESSAGE(constant, text);
#define TARGETS                                                                                    \
  TARGET("keep", target_keep, "Keep as words in a note", TARGET_KEEP)                              \
  TARGET("leave", target_leave, "Leave out", TARGET_LEAVE)                                         \
  TARGET("someone_else", target_else, "About somebody else: leave out", TARGET_SOMEONE_ELSE)       \
  TARGET("sensitive", target_sensitive, "Asked apart, of the person: leave out", TARGET_SENSITIVE) \
  TARGET("given", target_given, "First name", TARGET_GIVEN)                                        \
  TARGET("family", target_family, "Last name", TARGET_FAMILY)                                      \
  TARGET("ref", target_ref, "Your own reference", TARGET_REF)                                      \
  TARGET("note", target_note, "Notes, or what happened", TARGET_NOTE)                              \
  TARGET("note_day", target_note_day, "Day of the note", TARGET_NOTE_DAY)                          \
  TARGET("note_how", target_note_how, "How they were in touch", TARGET_NOTE_HOW)                   \
  TARGET("name", target_name, "Name to use", TARGET_FIELD)                                         \
  TARGET("born_on", target_born, "Date of birth", TARGET_FIELD)                                    \
  TARGET("pronouns", target_pronouns, "Pronouns", TARGET_FIELD)                                    \
  TARGET("phone", target_phone, "Telephone", TARGET_FIELD)                                         \
  TARGET("email", target_email, "E-mail", TARGET_FIELD)                                            \
  TARGET("address", target_address, "Address", TARGET_FIELD)                                       \
  TARGET("postcode", target_postcode, "Postcode", TARGET_FIELD)                                    \
  TARGET("language", target_language, "Language", TARGET_FIELD)                                    \
  TARGET("safe_way", target_safe_way, "The safe way to be in touch", TARGET_FIELD)                 \
  TARGET("safe_note", target_safe_note, "When it is safe, and what to say", TARGET_FIELD)          \
  TARGET("status", target_status, "Work now", TARGET_FIELD)                                        \
  TARGET("wants_job", target_wants_job, "Would like a job", TARGET_FIELD)                          \
  TARGET("out_of_work_since", target_out_since, "Out of work since", TARGET_FIELD)                 \
  TARGET("children", target_children, "Children they look after", TARGET_FIELD)                    \
  TARGET("qualification", target_qualification, "Highest qualification", TARGET_FIELD)
TARGETS
#undef TARGET
#define TARGET(code, constant, text, kind) {code, &constant, kind},
const struct target sheet_targets[] = {TARGETS};
#undef TARGET
const size_t sheet_targets_n = countof(sheet_targets);

const struct target *sheet_target(struct str code) {
  for (size_t i = 0; i < sheet_targets_n; i++)
    if (str_eq(code, str_of(sheet_targets[i].code))) return &sheet_targets[i];
  return NULL;
}

/* ---- the grid ---- */

struct grid { struct sheet_row *p; size_t n; };

static bool keep_row(struct arena *a, const struct csv_row *row, struct grid *g, size_t *cap,
                     struct why *why) {
  size_t n = row->n;
  while (n && !str_trim(row->cell[n - 1]).n) n--;
  if (!n) return true;
  if (n > SHEET_COLUMNS_MAX)
    return why_say(why, "The file has more than %d columns. Keep those about people and notes.",
                   SHEET_COLUMNS_MAX);
  if (g->n == SHEET_ROWS_MAX)
    return why_say(why, "The file has more than %d rows. Read it in in parts.", SHEET_ROWS_MAX);
  struct sheet_row *r = slice_push(a, g, cap);
  *r = (struct sheet_row){row->line, {arena_many(a, struct str, n), n}};
  for (size_t i = 0; i < n; i++) r->cells.p[i] = str_copy(a, str_trim(utf8_mend(a, row->cell[i])));
  return true;
}

static bool read_workbook(struct arena *a, struct str bytes, struct grid *g, struct why *why) {
  struct xlsx *x = xlsx_open_str(a, bytes, (struct str){0}, why);
  struct csv_row row;
  enum csv_result r = CSV_BAD;
  size_t cap = 0;
  bool good = x != NULL;
  while (good && (r = xlsx_next(x, &row, why)) == CSV_ROW) good = keep_row(a, &row, g, &cap, why);
  if (x) xlsx_close(x);
  return good && r == CSV_END;
}

static bool read_text(struct arena *a, struct str bytes, struct grid *g, struct why *why) {
  struct csv *c = csv_open_str(a, bytes);
  struct csv_row row;
  enum csv_result r = CSV_BAD;
  size_t cap = 0;
  bool good = true;
  while (good && (r = csv_next(c, &row, why)) == CSV_ROW) good = keep_row(a, &row, g, &cap, why);
  csv_close(c);
  return good && r == CSV_END;
}

static bool grid_read(struct arena *a, struct str bytes, struct grid *g, struct why *why) {
  if (bytes.n > SHEET_BYTES_MAX)
    return why_say(why, "The file is larger than %d MB. Read it in in parts.",
                   SHEET_BYTES_MAX >> 20);
  if (str_starts(bytes, S("\xd0\xcf\x11\xe0")))
    return why_say(why, "This is a workbook of an old kind, or one with a password. Open it, save "
                        "it as .xlsx without a password or as CSV, and send that.");
  if (str_starts(bytes, S("%PDF")))
    return why_say(why, "This is a PDF. Send the spreadsheet it was made from.");
  return str_starts(bytes, S("PK\x03\x04")) ? read_workbook(a, bytes, g, why)
                                            : read_text(a, bytes, g, why);
}

/* ---- headings ---- */

struct alias { struct str heading; const struct target *target; };
struct aliases { struct alias *p; size_t n; };

static struct aliases aliases_read(struct arena *a) {
  struct aliases all = {0};
  size_t cap = 0;
  struct why why;
  struct csv_row row;
  struct csv *c = csv_open_str(a, exchange_packs.p[0].content);
  if (csv_headers(c, &why))
    while (csv_next(c, &row, &why) == CSV_ROW) {
      const struct target *t = sheet_target(csv_cell(&row, 1));
      if (t) *slice_push(a, &all, &cap) = (struct alias){utf8_fold(a, csv_cell(&row, 0)), t};
    }
  csv_close(c);
  return all;
}

static const struct target *alias_of(struct arena *a, const struct aliases *all,
                                     struct str heading) {
  struct str folded = utf8_fold(a, heading);
  for (size_t i = 0; i < all->n; i++)
    if (str_eq(all->p[i].heading, folded)) return all->p[i].target;
  return NULL;
}

static struct str cell_of(const struct sheet_row *r, size_t i) {
  return i < r->cells.n ? r->cells.p[i] : (struct str){0};
}

static size_t filled(const struct sheet_row *r) {
  size_t n = 0;
  for (size_t i = 0; i < r->cells.n; i++) n += r->cells.p[i].n > 0;
  return n;
}

static size_t known_in(struct arena *a, const struct aliases *all, const struct sheet_row *r) {
  size_t known = 0;
  for (size_t k = 0; k < r->cells.n; k++)
    known += r->cells.p[k].n && alias_of(a, all, r->cells.p[k]) != NULL;
  return known;
}

/* The row among the first that knows most headings; when the one below it holds nothing else
 * either, the headings stand in two rows, and the lower counts. */
static size_t heading_row(struct arena *a, const struct aliases *all, const struct grid *g) {
  size_t best = 0, most = 0;
  for (size_t i = 0; i < g->n && i < HEADING_ROWS_LOOKED; i++) {
    size_t known = known_in(a, all, &g->p[i]);
    if (known > most) most = known, best = i;
  }
  if (!most) return SIZE_MAX;
  if (best + 1 < g->n) {
    size_t below = known_in(a, all, &g->p[best + 1]);
    if (below >= 2 && below == filled(&g->p[best + 1])) best++;
  }
  return best;
}

/* Merged headings above carry to the right until the next; one that stands alone is the heading. */
static struct heading heading_at(struct arena *a, const struct aliases *all,
                                 const struct sheet_row *above, const struct sheet_row *here,
                                 size_t i, struct str *group) {
  struct str up = above ? cell_of(above, i) : (struct str){0}, own = cell_of(here, i);
  struct heading h = {.guess = sheet_target(S("keep"))};
  if (up.n) *group = own.n ? up : (struct str){0};
  if (!own.n) own = up;
  else if (group->n)
    h.name = str_format(a, "%.*s: %.*s", P(*group), P(own));
  const struct target *of_group = group->n ? alias_of(a, all, *group) : NULL;
  const struct target *guess = alias_of(a, all, own);
  if (!h.name.n) h.name = own;
  if (guess) h.guess = guess;
  if (of_group && of_group->kind == TARGET_SOMEONE_ELSE) h.guess = of_group;
  if (!own.n) h.guess = sheet_target(S("leave"));
  return h;
}

static bool read_headings(struct arena *a, struct grid *g, size_t at, struct sheet *out) {
  struct aliases all = aliases_read(a);
  const struct sheet_row *here = &g->p[at], *above = at ? &g->p[at - 1] : NULL;
  struct str group = {0};
  size_t columns = here->cells.n, cap = 0;
  if (above && filled(above) < 2) above = NULL; /* a title, not headings */
  for (size_t i = at; i < g->n; i++)
    if (g->p[i].cells.n > columns) columns = g->p[i].cells.n;
  for (size_t i = 0; i < columns; i++)
    *slice_push(a, &out->headings, &cap) = heading_at(a, &all, above, here, i, &group);
  for (size_t i = 0; i < columns; i++)
    if (!out->headings.p[i].name.n)
      out->headings.p[i].name = str_format(a, "Column %c", (char)('A' + (int)(i % 26)));
  return true;
}

static struct str shape_of(struct arena *a, const struct sheet *s) {
  struct buf b = buf_open(1 << 18);
  for (size_t i = 0; i < s->headings.n; i++) {
    buf_put(&b, utf8_fold(a, s->headings.p[i].name));
    buf_byte(&b, '\n');
  }
  struct sha256 h = sha256_of(buf_str(&b));
  buf_free(&b);
  return hex_of(a, h.b, 16);
}

/* Headings printed again on a later page are no person. */
static bool is_heading_again(const struct sheet_row *r, const struct sheet_row *headings) {
  if (filled(r) < 2) return false;
  for (size_t i = 0; i < r->cells.n; i++)
    if (!str_eq(r->cells.p[i], cell_of(headings, i))) return false;
  return true;
}

static void find_examples(struct sheet *s) {
  for (size_t i = 0; i < s->headings.n; i++)
    for (size_t k = 0; k < s->rows.n && !s->headings.p[i].example.n; k++)
      s->headings.p[i].example = utf8_head(cell_of(&s->rows.p[k], i), EXAMPLE_CHARACTERS);
}

bool sheet_read(struct arena *a, struct str bytes, struct sheet *out, struct why *why) {
  struct grid g = {0};
  *out = (struct sheet){0};
  if (!grid_read(a, bytes, &g, why)) return false;
  struct aliases all = aliases_read(a);
  size_t at = heading_row(a, &all, &g), cap = 0;
  if (at == SIZE_MAX)
    return why_say(why, "No row of headings was found. Put one above the people, with a heading "
                        "such as Name, Date of birth or Notes over each column.");
  read_headings(a, &g, at, out);
  for (size_t i = at + 1; i < g.n; i++)
    if (!is_heading_again(&g.p[i], &g.p[at])) *slice_push(a, &out->rows, &cap) = g.p[i];
  if (!out->rows.n) return why_say(why, "There are headings but nobody below them.");
  find_examples(out);
  out->shape = shape_of(a, out);
  return true;
}
