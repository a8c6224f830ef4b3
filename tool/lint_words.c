/* lint_words: where the words for people stand in the sources, for the listing and for counting
 * translations. */
#include "tool/lint.h"
#include "tool/tpl.h"

struct reader {
  struct arena *a;
  struct str path, s;
  size_t at;
  int line;
  struct found_words *out;
};

/* "{group}: {kind}" has nothing to translate. */
static bool has_words(struct str id) {
  struct words_walk walk = {id};
  struct str piece;
  for (enum words_piece kind;
       (kind = words_next(&walk, &piece)) == WORDS_TEXT || kind == WORDS_TOKEN;)
    if (kind == WORDS_TEXT && tpl_has_letters(piece)) return true;
  return false;
}

static void add(struct reader *r, struct str id, struct str id_plural, int line) {
  if (!has_words(id) && !has_words(id_plural)) return;
  struct {
    struct found_word *p;
    size_t n;
  } slice = {r->out->p, r->out->n};
  *slice_push(r->a, &slice, &r->out->cap) = (struct found_word){
      str_copy(r->a, id), str_copy(r->a, id_plural), str_copy(r->a, r->path), line};
  r->out->p = slice.p;
  r->out->n = slice.n;
}

static void step(struct reader *r) {
  if (r->s.p[r->at++] == '\n') r->line++;
}

static void skip_space(struct reader *r) {
  while (r->at < r->s.n && strchr(" \n\t\r\\", r->s.p[r->at])) step(r);
}

static char escaped(char c) { return c == 'n' ? '\n' : c == 't' ? '\t' : c; }

/* One or more neighbouring C strings. False when there is none at r->at. */
static bool strings(struct reader *r, struct str *out) {
  struct buf b = buf_open(1 << 16);
  bool any = false;
  for (skip_space(r); r->at < r->s.n && r->s.p[r->at] == '"'; skip_space(r)) {
    any = true;
    for (step(r); r->at < r->s.n && r->s.p[r->at] != '"'; step(r)) {
      char c = r->s.p[r->at];
      if (c == '\\' && r->at + 1 < r->s.n) {
        step(r);
        c = escaped(r->s.p[r->at]);
      }
      buf_byte(&b, c);
    }
    if (r->at < r->s.n) step(r);
  }
  *out = str_copy(r->a, buf_str(&b));
  buf_free(&b);
  return any;
}

static bool take(struct reader *r, char c) {
  skip_space(r);
  if (r->at >= r->s.n || r->s.p[r->at] != c) return false;
  step(r);
  return true;
}

/* Moves past a comment, string or character that begins here. */
static bool skip_quiet(struct reader *r) {
  struct str rest = str_slice(r->s, r->at, r->s.n), ignored;
  if (str_starts(rest, S("//")) || str_starts(rest, S("/*"))) {
    bool line_comment = rest.p[1] == '/';
    size_t n = line_comment ? str_find_byte(rest, '\n') : str_find(rest, S("*/"));
    n = n == rest.n ? n : n + (line_comment ? 1 : 2);
    for (size_t i = 0; i < n; i++) step(r);
    return true;
  }
  if (rest.n > 2 && rest.p[0] == '\'') {
    size_t n = rest.p[1] == '\\' ? 4 : 3;
    for (size_t i = 0; i < n && r->at < r->s.n; i++) step(r);
    return true;
  }
  return rest.p[0] == '"' && strings(r, &ignored);
}

static bool name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Their message stands behind a first argument: whom it is said to, or what it is called. */
static bool message_second(struct str name) {
  static const char *const names[] = {"TEXT_MESSAGE", "SAID", "SAID_OF", "PAGE_TITLE"};
  for (size_t i = 0; i < countof(names); i++)
    if (str_eq(name, str_of(names[i]))) return true;
  return false;
}

static void macro(struct reader *r, struct str name) {
  struct str one, many = {0};
  int line = r->line;
  if (!take(r, '(')) return;
  if (message_second(name)) {
    while (r->at < r->s.n && r->s.p[r->at] != ',' && r->s.p[r->at] != ')') step(r);
    if (!take(r, ',')) return;
  }
  if (!strings(r, &one)) return;
  if (str_eq(name, S("TN")) && (!take(r, ',') || !strings(r, &many))) return;
  if (one.n) add(r, one, many, line);
}

/* [W_AGE_YES] = "You are {age} ...": the sentences of an engine, which knows no catalogue. */
static void sentence_of_engine(struct reader *r) {
  struct str one;
  int line = r->line;
  if (!take(r, ']') || !take(r, '=')) return;
  take(r, '(');
  if (strings(r, &one) && tpl_has_letters(one)) add(r, one, (struct str){0}, line);
}

static void words_of_c(struct reader *r) {
  while (r->at < r->s.n) {
    if (skip_quiet(r)) continue;
    size_t from = r->at;
    while (r->at < r->s.n && name_char(r->s.p[r->at])) r->at++;
    struct str name = str_slice(r->s, from, r->at);
    if (name.n == 0)
      step(r);
    else if (str_starts(name, S("W_")) && str_ends(r->path, S("rules/words.c")))
      sentence_of_engine(r);
    else if (str_eq(name, S("T")) || str_eq(name, S("TN")) || str_eq(name, S("SHOWN")) ||
             message_second(name))
      macro(r, name);
  }
}

/* FIELD(KIND, name, flags, "Label", limit, "Hint", class ...): the first two strings. */
static void words_of_def(struct reader *r) {
  for (;;) {
    struct str rest = str_slice(r->s, r->at, r->s.n), text;
    size_t found = str_find(rest, S("FIELD("));
    if (found == rest.n) return;
    for (size_t i = 0; i < found + 6; i++) step(r);
    for (int i = 0; i < 2; i++) {
      while (r->at < r->s.n && r->s.p[r->at] != '"' && r->s.p[r->at] != '\n') step(r);
      int line = r->line;
      if (r->at < r->s.n && r->s.p[r->at] == '"' && strings(r, &text) && tpl_has_letters(text))
        add(r, text, (struct str){0}, line);
    }
  }
}

static bool words_of_codes(struct reader *r, struct why *why) {
  struct csv *c = csv_open_str(r->a, r->s);
  struct csv_row row;
  if (!csv_headers(c, why)) return csv_close(c), false;
  static const char *const shown[] = {"label", "clause", "question", "note"};
  enum csv_result result;
  while ((result = csv_next(c, &row, why)) == CSV_ROW)
    for (size_t i = 0; i < countof(shown); i++) {
      struct str words = csv_cell(&row, csv_column(c, str_of(shown[i])));
      if (tpl_has_letters(words)) add(r, words, (struct str){0}, (int)row.line);
    }
  csv_close(c);
  return result == CSV_END;
}

static bool words_of_view(struct reader *r, struct why *why) {
  struct tpl_out view;
  if (!tpl_read(r->a, r->path, r->s, &view, why)) return false;
  for (size_t i = 0; i < view.words.n; i++)
    add(r, view.words.p[i].id, view.words.p[i].id_plural, view.words.p[i].line);
  return true;
}

bool lint_words(struct arena *a, struct str path, struct str text, struct found_words *out,
                struct why *why) {
  struct reader r = {.a = a, .path = path, .s = text, .line = 1, .out = out};
  if (str_ends(path, S(".html"))) return words_of_view(&r, why);
  if (str_ends(path, S(".c")) || str_ends(path, S(".h"))) words_of_c(&r);
  if (str_ends(path, S(".def")) && !str_ends(path, S("config.def"))) words_of_def(&r);
  if ((str_starts(path, S("packs/codes/")) || str_eq(path, S("packs/words/needs.csv")) ||
       str_eq(path, S("packs/indicators/indicators.csv"))) &&
      str_ends(path, S(".csv")))
    return words_of_codes(&r, why);
  return true;
}
