/* form: a funder's form filled from what is known. Its words are one text; the page, the paper and
 * the hash are all made from that text, so that what was shown is what was signed. */
#include "programme/inside.h"

static struct str funders_of(struct arena *a, const struct form_with *w) {
  struct buf b = buf_open(FORM_BYTES_MAX);
  for (size_t i = 0; i < w->contract->funders.n; i++) {
    const struct contract_funder *f = &w->contract->funders.p[i];
    if (f->from <= w->today && (f->to == DAY_NONE || w->today <= f->to))
      buf_format(&b, "%s%.*s", b.n ? ", " : "", P(f->name));
  }
  struct str all = str_copy(a, buf_str(&b));
  buf_free(&b);
  return all;
}

/* One line, whatever was typed: a line break inside a value must not look like another field. */
static struct str one_line(struct arena *a, struct str s) {
  char *p = str_c(a, s);
  for (size_t i = 0; i < s.n; i++)
    if (p[i] == '\n' || p[i] == '\r') p[i] = ' ';
  return (struct str){p, s.n};
}

static struct str value_of(struct arena *a, const struct form_with *w, struct str field) {
  struct str name = field;
  if (str_eq(field, S("programme.name"))) return w->contract->name;
  if (str_eq(field, S("programme.funders"))) return funders_of(a, w);
  if (str_eq(field, S("worker.name"))) return w->worker;
  if (str_eq(field, S("worker.organisation"))) return w->organisation;
  if (str_eq(field, S("day.today"))) return day_words(a, w->today);
  str_cut(&name, '.');
  const struct field *f = field_find(&person_type, name);
  if (!f) return (struct str){0};
  return one_line(a, value_words(a, f, field_get(f, w->person)));
}

struct str form_words(struct arena *a, const struct contract_form *f, const struct form_with *w) {
  struct buf b = buf_open(FORM_BYTES_MAX);
  buf_format(&b, "# %.*s\n", P(f->title));
  for (size_t i = 0; i < f->lines.n; i++) {
    const struct contract_line *l = &f->lines.p[i];
    if (l->kind == LINE_HEADING)
      buf_format(&b, "# %.*s\n", P(l->words));
    else if (l->kind == LINE_TEXT)
      buf_format(&b, "%.*s\n", P(l->words));
    else
      buf_format(&b, "%.*s\t%.*s\n", P(l->words), P(value_of(a, w, l->field)));
  }
  buf_format(&b, "Reference of this form\t%.*s\n", P(w->reference));
  struct str words = b.full ? (struct str){0} : str_copy(a, buf_str(&b));
  buf_free(&b);
  return words;
}

struct form_lines form_lines_of(struct arena *a, struct str words) {
  struct form_lines out = {0};
  size_t cap = 0;
  while (words.n) {
    struct str line = str_cut(&words, '\n');
    struct form_line part = {.heading = str_starts(line, S("# "))};
    if (part.heading)
      part.words = str_slice(line, 2, line.n);
    else if (str_find_byte(line, '\t') < line.n)
      part.label = str_cut(&line, '\t'), part.words = line;
    else
      part.words = line;
    if (line.n || part.label.n) *slice_push(a, &out, &cap) = part;
  }
  return out;
}
