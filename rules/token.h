/* token: one reader of words for both languages of this folder. Private to rules/.
 *
 * Words are letters, digits, "_", "-" and "."; strings stand in quotation marks on one line ("" is
 * one mark inside); marks are { } ( ) and the comma; # starts a comment. A line's end counts except
 * inside round brackets. */
#ifndef WAYMARK_RULES_TOKEN_H
#define WAYMARK_RULES_TOKEN_H
#include "base/base.h"

enum token_kind { T_END, T_LINE, T_WORD, T_NUMBER, T_STRING, T_MARK };
struct token {
  enum token_kind kind;
  struct str text;
  int line, column; /* from 1; columns count characters */
};
struct tokens {
  struct arena *a;
  struct str text;
  size_t at;
  int line, column;
  int depth; /* open round brackets */
  struct token now;
  struct why *why;
};
/* One sentence with line and column; returns false. */
#define FAIL(x, t, format, ...) \
  why_say((x)->why, "Line %d, column %d: " format, (t).line, (t).column, ##__VA_ARGS__)

enum { TOKENS_BYTES_MAX = 1 << 20 };
/* Reads the first token. A byte order mark is passed over. */
bool token_start(struct tokens *p, struct arena *a, struct str text, struct why *why);
bool token_next(struct tokens *p); /* false: `why` holds the sentence */
bool token_is_word(const struct tokens *p, const char *word);
bool token_is_mark(const struct tokens *p, char mark);
bool token_skip_lines(struct tokens *p);
bool token_expect_mark(struct tokens *p, char mark);
bool token_take_string(struct tokens *p, struct str *out); /* copied into the arena, never blank */
bool token_take_number(struct tokens *p, int32_t most, int32_t *out); /* a whole number from 0 */
#endif
