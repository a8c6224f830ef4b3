/* token: the words, numbers, strings and marks that rules and outcomes are written in. */
#include "rules/token.h"

static bool word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

static void take(struct tokens *p, size_t n) {
  for (size_t i = 0; i < n; i++, p->at++) {
    unsigned char c = (unsigned char)p->text.p[p->at];
    if (c == '\n')
      p->line++, p->column = 1;
    else if ((c & 0xc0) != 0x80)
      p->column++; /* columns count characters */
  }
}

static void skip_space(struct tokens *p) {
  while (p->at < p->text.n) {
    char c = p->text.p[p->at];
    if (c == '#') {
      size_t n = str_find_byte(str_slice(p->text, p->at, p->text.n), '\n');
      take(p, n);
    } else if (c == ' ' || c == '\t' || c == '\r' || (c == '\n' && p->depth)) {
      take(p, 1);
    } else {
      return;
    }
  }
}

/* A string ends at the next quote; "" inside stands for one quote. It stays on one line. */
static bool next_string(struct tokens *p) {
  size_t from = p->at + 1, i = from;
  bool doubled = false;
  for (; i < p->text.n && p->text.p[i] != '\n'; i++) {
    if (p->text.p[i] != '"') continue;
    if (i + 1 < p->text.n && p->text.p[i + 1] == '"')
      doubled = true, i++;
    else
      break;
  }
  if (i >= p->text.n || p->text.p[i] != '"')
    return FAIL(p, p->now,
                "This quotation mark is never closed; add a \" before the end of the line.");
  p->now.kind = T_STRING;
  p->now.text = str_slice(p->text, from, i);
  if (doubled) {
    char *out = arena_many(p->a, char, p->now.text.n + 1);
    size_t n = 0;
    for (size_t k = 0; k < p->now.text.n; k++) {
      out[n++] = p->now.text.p[k];
      if (p->now.text.p[k] == '"') k++;
    }
    p->now.text = (struct str){out, n};
  }
  take(p, i + 1 - p->at);
  return true;
}

bool token_next(struct tokens *p) {
  skip_space(p);
  p->now = (struct token){T_END, S("the end"), p->line, p->column};
  if (p->at >= p->text.n) return true;
  char c = p->text.p[p->at];
  if (c == '"') return next_string(p);
  size_t n = 1;
  p->now.kind = c == '\n' ? T_LINE : T_MARK;
  if (word_byte(c)) {
    bool digits = true;
    for (n = 0; p->at + n < p->text.n && word_byte(p->text.p[p->at + n]); n++)
      digits = digits && p->text.p[p->at + n] >= '0' && p->text.p[p->at + n] <= '9';
    p->now.kind = digits ? T_NUMBER : T_WORD;
  } else if (c != '\n' && c != '{' && c != '}' && c != '(' && c != ')' && c != ',') {
    n = 1;
    while (p->at + n < p->text.n && ((unsigned char)p->text.p[p->at + n] & 0xc0) == 0x80) n++;
    return FAIL(
        p, p->now,
        "\"%.*s\" means nothing here; use words, numbers, quotation marks, brackets and commas.",
        P(utf8_mend(p->a, str_slice(p->text, p->at, p->at + n))));
  }
  p->now.text = c == '\n' ? S("the end of the line") : str_slice(p->text, p->at, p->at + n);
  take(p, n);
  return true;
}

bool token_is_word(const struct tokens *p, const char *word) {
  return p->now.kind == T_WORD && str_eq(p->now.text, str_of(word));
}
bool token_is_mark(const struct tokens *p, char mark) {
  return p->now.kind == T_MARK && p->now.text.p[0] == mark;
}
bool token_skip_lines(struct tokens *p) {
  while (p->now.kind == T_LINE)
    if (!token_next(p)) return false;
  return true;
}
bool token_expect_mark(struct tokens *p, char mark) {
  if (token_is_mark(p, mark)) return token_next(p);
  return FAIL(p, p->now, "Expected %c before \"%.*s\".", mark, P(p->now.text));
}
bool token_take_string(struct tokens *p, struct str *out) {
  if (p->now.kind != T_STRING)
    return FAIL(p, p->now, "Expected words in quotation marks before \"%.*s\".", P(p->now.text));
  if (!utf8_valid(p->now.text))
    return FAIL(p, p->now, "These words are not UTF-8 text; save the file as UTF-8.");
  for (size_t i = 0; i < p->now.text.n; i++)
    if ((unsigned char)p->now.text.p[i] < ' ')
      return FAIL(p, p->now,
                  "There is a tab or control character between these marks; use spaces.");
  if (!str_trim(p->now.text).n)
    return FAIL(p, p->now, "There is nothing between these quotation marks.");
  *out = str_copy(p->a, p->now.text);
  return token_next(p);
}
bool token_take_number(struct tokens *p, int32_t most, int32_t *out) {
  int64_t v;
  if (p->now.kind != T_NUMBER)
    return FAIL(p, p->now, "Expected a whole number before \"%.*s\".", P(p->now.text));
  if (!str_to_i64(p->now.text, &v) || v > most)
    return FAIL(p, p->now, "\"%.*s\" is too large a number here.", P(p->now.text));
  *out = (int32_t)v;
  return token_next(p);
}

bool token_start(struct tokens *p, struct arena *a, struct str text, struct why *why) {
  *p = (struct tokens){.a = a, .text = text, .line = 1, .column = 1, .why = why};
  if (text.n > TOKENS_BYTES_MAX)
    return why_say(why, "This is longer than %d bytes; split the file in two.", TOKENS_BYTES_MAX);
  if (str_starts(text, S("\xEF\xBB\xBF"))) p->at = 3;
  return token_next(p);
}
