#include "tool/po.h"

struct reader {
  struct arena *a;
  struct str name, rest;
  int line;
  struct po *out;
  size_t cap;
  struct why *why;
  struct po_entry now;
  struct str *into; /* what a continued "..." line adds to */
  bool started;
};

static bool refuse(struct reader *r, const char *what) {
  return why_say(r->why, "%.*s:%d: %s.", P(r->name), r->line, what);
}

/* A quoted string of the file: \n \t \" \\ are the escapes translators' programs write. */
static bool quoted(struct reader *r, struct str s, struct str *out) {
  s = str_trim(s);
  if (s.n < 2 || s.p[0] != '"' || s.p[s.n - 1] != '"')
    return refuse(r, "a string in double quotes is expected");
  char *p = arena_many(r->a, char, s.n);
  size_t n = 0;
  for (size_t i = 1; i + 1 < s.n; i++) {
    char c = s.p[i];
    if (c == '"') return refuse(r, "a quote inside a string is written \\\"");
    if (c == '\\') {
      c = s.p[++i];
      if (i + 1 >= s.n || !strchr("nt\"\\", c))
        return refuse(r, "only \\n \\t \\\" and \\\\ may follow a backslash");
      c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
    }
    p[n++] = c;
  }
  *out = (struct str){p, n};
  return true;
}

static struct str joined(struct arena *a, struct str x, struct str y) {
  char *p = arena_many(a, char, x.n + y.n + 1);
  if (x.n) memcpy(p, x.p, x.n);
  if (y.n) memcpy(p + x.n, y.p, y.n);
  return (struct str){p, x.n + y.n};
}

static bool finish(struct reader *r) {
  if (!r->started) return true;
  r->started = false;
  r->into = NULL;
  if (r->now.id.n == 0) return true; /* the header */
  if (r->now.forms == 0) return refuse(r, "the msgid above has no msgstr");
  *slice_push(r->a, r->out, &r->cap) = r->now;
  return true;
}

static bool form(struct reader *r, struct str rest) {
  int nth = 0;
  if (!r->started) return refuse(r, "a msgstr without a msgid");
  if (str_starts(rest, S("["))) {
    if (rest.n < 3 || rest.p[1] < '0' || rest.p[1] >= '0' + PLURAL_COUNT || rest.p[2] != ']')
      return refuse(r, "msgstr[n] has n from 0 to 5");
    nth = rest.p[1] - '0';
    rest = str_slice(rest, 3, rest.n);
    if (r->now.id_plural.n == 0 && r->now.id.n) return refuse(r, "msgstr[n] needs a msgid_plural");
  }
  if (nth != r->now.forms) return refuse(r, "the forms stand out of order or twice");
  r->now.forms++;
  r->into = &r->now.form[nth];
  return quoted(r, rest, r->into);
}

static bool keyword(struct reader *r, struct str line) {
  if (str_starts(line, S("msgid_plural"))) {
    if (!r->started || r->now.forms) return refuse(r, "msgid_plural stands after its msgid");
    r->into = &r->now.id_plural;
    return quoted(r, str_slice(line, 12, line.n), r->into);
  }
  if (str_starts(line, S("msgid"))) {
    bool fuzzy = r->now.fuzzy && !r->started;
    if (!finish(r)) return false;
    r->now = (struct po_entry){.line = r->line, .fuzzy = fuzzy};
    r->started = true;
    r->into = &r->now.id;
    return quoted(r, str_slice(line, 5, line.n), r->into);
  }
  if (str_starts(line, S("msgstr"))) return form(r, str_slice(line, 6, line.n));
  return refuse(r, "a line starts with #, msgid, msgid_plural, msgstr or a quote");
}

static bool one_line(struct reader *r, struct str line) {
  if (line.n == 0) return true;
  if (line.p[0] == '#') {
    if (!finish(r)) return false;
    if (str_starts(line, S("#,")))
      r->now = (struct po_entry){.fuzzy = str_contains(line, S("fuzzy"))};
    return true;
  }
  if (line.p[0] != '"') return keyword(r, line);
  struct str more;
  if (!r->into) return refuse(r, "a string that belongs to nothing");
  if (!quoted(r, line, &more)) return false;
  if (r->into->n + more.n > PO_MESSAGE_BYTES_MAX)
    return refuse(r, "a message is at most 8,000 bytes");
  *r->into = joined(r->a, *r->into, more);
  return true;
}

static int by_id(const void *x, const void *y) {
  const struct po_entry *a = *(const struct po_entry *const *)x,
                        *b = *(const struct po_entry *const *)y;
  int order = str_cmp(a->id, b->id);
  return order ? order : str_cmp(a->id_plural, b->id_plural);
}

static bool no_doubles(struct reader *r) {
  const struct po_entry **sorted = arena_many(r->a, const struct po_entry *, r->out->n + 1);
  for (size_t i = 0; i < r->out->n; i++) sorted[i] = &r->out->p[i];
  qsort(sorted, r->out->n, sizeof *sorted, by_id);
  for (size_t i = 1; i < r->out->n; i++)
    if (by_id(&sorted[i - 1], &sorted[i]) == 0) {
      int first = sorted[i - 1]->line, second = sorted[i]->line;
      r->line = first > second ? first : second;
      return refuse(r, "this msgid stands in the file twice");
    }
  return true;
}

bool po_read(struct arena *a, struct str name, struct str text, struct po *out, struct why *why) {
  struct reader r = {.a = a, .name = name, .rest = text, .out = out, .why = why};
  *out = (struct po){0};
  if (text.n > PO_BYTES_MAX || !utf8_valid(text) || str_find_byte(text, 0) < text.n)
    return refuse(&r, "a catalogue is UTF-8 text of at most 8 MB");
  while (r.rest.n) {
    r.line++;
    if (!one_line(&r, str_trim(str_cut(&r.rest, '\n')))) return false;
  }
  return finish(&r) && no_doubles(&r);
}

/* ---- judging ---- */

static int count_of(struct str text, struct str token) {
  struct words_walk walk = {text};
  struct str piece;
  int n = 0;
  for (enum words_piece kind;
       (kind = words_next(&walk, &piece)) == WORDS_TEXT || kind == WORDS_TOKEN;)
    n += kind == WORDS_TOKEN && str_eq(piece, token);
  return n;
}

static bool refuse_entry(struct why *why, struct str name, const struct po_entry *e,
                         const char *what, struct str token) {
  return why_say(why, "%.*s:%d: %s %.*s in the translation of \"%.*s\".", P(name), e->line, what,
                 P(token), P(utf8_head(e->id, 60)));
}

/* Elements must close in the order they opened, or the page they go into breaks. */
static bool nests(struct str text, struct str *culprit) {
  struct str open[WORDS_TOKENS_MAX];
  int depth = 0;
  struct words_walk walk = {text};
  for (enum words_piece kind;
       (kind = words_next(&walk, culprit)) == WORDS_TEXT || kind == WORDS_TOKEN;) {
    if (kind != WORDS_TOKEN || culprit->p[0] != '<') continue;
    if (culprit->p[1] == '/') {
      if (depth == 0) return false;
      struct str opened = open[--depth]; /* "<a>" against "</a>" */
      if (!str_eq(str_slice(opened, 1, opened.n), str_slice(*culprit, 2, culprit->n))) return false;
    } else if (depth < WORDS_TOKENS_MAX) {
      open[depth++] = *culprit;
    }
  }
  return true;
}

/* "<input>" or "<br>" has no closing half in the English. */
static bool has_void(const struct tokens *english) {
  for (int i = 0; i < english->n; i++) {
    struct str t = english->p[i], half;
    char closing[WORDS_TOKEN_BYTES_MAX + 8] = "</";
    if (t.p[0] != '<' || t.p[1] == '/' || t.n + 1 > sizeof closing) continue;
    memcpy(closing + 2, t.p + 1, t.n - 1);
    half = (struct str){closing, t.n + 1};
    bool found = false;
    for (int j = 0; j < english->n; j++) found |= str_eq(english->p[j], half);
    if (!found) return true;
  }
  return false;
}

static bool sound_form(struct str name, const struct po_entry *e, const struct tokens *english,
                       struct str text, bool may_drop_slots, struct why *why) {
  struct tokens mine;
  struct why inner;
  struct str culprit;
  if (!words_tokens(text, (struct str){0}, &mine, &inner))
    return why_say(why, "%.*s:%d: %s", P(name), e->line, inner.text);
  for (int i = 0; i < mine.n; i++) {
    bool known = false;
    for (int j = 0; j < english->n; j++) known |= str_eq(mine.p[i], english->p[j]);
    if (!known) return refuse_entry(why, name, e, "there is no", mine.p[i]);
  }
  for (int j = 0; j < english->n; j++) {
    int n = count_of(text, english->p[j]);
    bool element = english->p[j].p[0] == '<';
    bool in_both = e->id_plural.n == 0 ||
                   (count_of(e->id, english->p[j]) && count_of(e->id_plural, english->p[j]));
    if (element && n != 1 && in_both)
      return refuse_entry(why, name, e, "once and only once belongs", english->p[j]);
    if (!element && n == 0 && !may_drop_slots)
      return refuse_entry(why, name, e, "missing is", english->p[j]);
  }
  if (!has_void(english) && !nests(text, &culprit))
    return refuse_entry(why, name, e, "out of order is", culprit);
  return true;
}

bool po_sound(struct arena *a, enum language lang, struct str name, const struct po_entry *e,
              bool *empty, struct why *why) {
  struct tokens english;
  (void)a;
  *empty = false;
  for (int i = 0; i < e->forms; i++) *empty |= e->form[i].n == 0;
  if (*empty) return true;
  if (!words_tokens(e->id, e->id_plural, &english, why))
    return why_at(why, "%.*s:%d", P(name), e->line);
  int want = e->id_plural.n ? words_plural_forms(lang) : 1;
  if (e->forms != want)
    return why_say(why, "%.*s:%d: \"%.*s\" needs %d forms and has %d.", P(name), e->line,
                   P(utf8_head(e->id, 60)), want, e->forms);
  for (int i = 0; i < e->forms; i++)
    if (!sound_form(name, e, &english, e->form[i],
                    e->id_plural.n && words_plural_nth(lang, i) != PLURAL_OTHER, why))
      return false;
  return true;
}
