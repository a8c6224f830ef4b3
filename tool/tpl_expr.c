/* tpl_expr: the expressions a view may use, and the C they become.
 *
 *   expr     = test [ "?" expr ":" expr ]
 *   test     = and { "||" and }      and = compare { "&&" compare }
 *   compare  = sum [ ("=="|"!="|"<"|"<="|">"|">=") sum ]
 *   sum      = unary { ("+"|"-") unary }
 *   unary    = "!" unary | "-" unary | ("&" | "*") postfix | postfix
 *   postfix  = primary { "." name | "->" name | "(" [ expr { "," expr } ] ")" | "[" expr "]" }
 *   primary  = name | digits | "string" | "(" expr ")"
 * No assignment, no cast, no comma, no statement. Where a yes or no is wanted the operand goes
 * through view_true, so that {% if page->name %} asks whether the text is empty. */
#include "tool/tpl.h"

struct reader {
  struct tpl *t;
  struct str s;
  size_t at;
  int line, depth, calls;
  struct str last_name;
  bool bare_string;
  bool boolean; /* what was read last is 0 or 1 already */
};

static void skip_space(struct reader *r) {
  while (r->at < r->s.n && (r->s.p[r->at] == ' ' || r->s.p[r->at] == '\n' || r->s.p[r->at] == '\t'))
    r->at++;
}

static bool take(struct reader *r, const char *word) {
  skip_space(r);
  struct str w = str_of(word);
  if (!str_starts(str_slice(r->s, r->at, r->s.n), w)) return false;
  r->at += w.n;
  return true;
}

static bool name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool name_char(char c) { return name_start(c) || (c >= '0' && c <= '9') || c == '_'; }

static struct str take_name(struct reader *r) {
  skip_space(r);
  size_t from = r->at;
  if (from < r->s.n && name_start(r->s.p[from]))
    while (r->at < r->s.n && name_char(r->s.p[r->at])) r->at++;
  return str_slice(r->s, from, r->at);
}

static bool bad(struct reader *r, const char *what) {
  return tpl_refuse(r->t, r->line, "\"%.*s\": %s.", P(utf8_head(str_trim(r->s), 80)), what);
}

/* A string as it stands in the source: no backslash but \" and \\, so that it means the same in C.
 */
static bool string(struct reader *r, struct str *c) {
  size_t from = r->at++;
  for (; r->at < r->s.n && r->s.p[r->at] != '"'; r->at++) {
    if (r->s.p[r->at] == '\n') return bad(r, "a string must end on its line");
    if (r->s.p[r->at] != '\\') continue;
    r->at++;
    if (r->at == r->s.n || (r->s.p[r->at] != '"' && r->s.p[r->at] != '\\'))
      return bad(r, "in a string only \\\" and \\\\ may follow a backslash");
  }
  if (r->at == r->s.n) return bad(r, "a string has no closing quote");
  r->at++;
  *c = str_slice(r->s, from, r->at);
  if (str_contains(*c, S("?\?")))
    return bad(r, "two question marks in a string would be a trigraph; write one");
  return true;
}

static struct str unquoted(struct tpl *t, struct str c) {
  char *p = arena_many(t->a, char, c.n);
  size_t n = 0;
  for (size_t i = 1; i + 1 < c.n; i++) {
    if (c.p[i] == '\\') i++;
    p[n++] = c.p[i];
  }
  return (struct str){p, n};
}

static bool expr(struct reader *r, struct str *c);

static bool is_keyword(struct str name) {
  static const char *const words[] = {
      "sizeof",   "typeof", "struct", "union",    "enum",   "asm",     "goto",     "return",
      "if",       "else",   "for",    "while",    "do",     "switch",  "case",     "break",
      "continue", "static", "const",  "volatile", "extern", "typedef", "register", "default"};
  for (size_t i = 0; i < countof(words); i++)
    if (str_eq(str_of(words[i]), name)) return true;
  return false;
}

static bool primary(struct reader *r, struct str *c) {
  skip_space(r);
  r->boolean = false;
  if (r->at == r->s.n) return bad(r, "something is missing at the end");
  char first = r->s.p[r->at];
  if (first == '"') {
    if (r->calls == 0) r->bare_string = true;
    return string(r, c);
  }
  if (take(r, "(")) {
    if (!expr(r, c)) return false;
    if (!take(r, ")")) return bad(r, "a ) is missing");
    *c = tpl_str(r->t, "(%.*s)", P(*c));
    return true;
  }
  if (first >= '0' && first <= '9') {
    size_t from = r->at;
    while (r->at < r->s.n && r->s.p[r->at] >= '0' && r->s.p[r->at] <= '9') r->at++;
    *c = str_slice(r->s, from, r->at);
    if (c->n > 1 && c->p[0] == '0') return bad(r, "a number must not start with 0");
    return c->n < 19 ? true : bad(r, "the number is too long");
  }
  *c = take_name(r);
  if (c->n == 0)
    return bad(r, "only names, members (page->name), calls, numbers, \"strings\" and ! && || == + "
                  "?: are known");
  if (is_keyword(*c)) return bad(r, "a word of C cannot be used as a name");
  r->last_name = *c;
  return true;
}

/* T("...") and TN("...", "...", n) inside a view are words like any other. */
static bool note_words(struct reader *r, struct str call, size_t from) {
  struct reader again = {.t = r->t, .s = r->s, .at = from, .line = r->line};
  struct str one, many = {0};
  skip_space(&again);
  if (again.at == r->s.n || r->s.p[again.at] != '"' || !string(&again, &one))
    return bad(r, "T(...) takes one string, written out");
  if (str_eq(call, S("TN"))) {
    if (!take(&again, ",")) return bad(r, "TN(one, other, n) takes two strings and a number");
    skip_space(&again);
    if (again.at == r->s.n || r->s.p[again.at] != '"' || !string(&again, &many))
      return bad(r, "TN(one, other, n) takes two strings and a number");
    many = unquoted(r->t, many);
  }
  tpl_note_words(r->t, unquoted(r->t, one), many, r->line);
  return true;
}

static bool call(struct reader *r, struct str *c) {
  size_t from = r->at;
  if ((str_eq(*c, S("T")) || str_eq(*c, S("TN"))) && !note_words(r, *c, from)) return false;
  struct str function = *c, arguments = {0}, own_name = r->last_name;
  bool first = true;
  r->calls++;
  while (!take(r, ")")) {
    struct str one;
    if (!first && !take(r, ",")) return bad(r, "a ) or , is missing in the call");
    if (!expr(r, &one)) return false;
    arguments = first ? one : tpl_str(r->t, "%.*s, %.*s", P(arguments), P(one));
    first = false;
  }
  r->calls--;
  if (r->last_name.n == 0) r->last_name = own_name;
  r->boolean = false;
  *c = tpl_str(r->t, "%.*s(%.*s)", P(function), P(arguments));
  return true;
}

static bool member(struct reader *r, struct str *c, const char *how) {
  struct str name = take_name(r);
  if (name.n == 0) return bad(r, "a member's name is missing");
  r->last_name = name;
  r->boolean = false;
  *c = tpl_str(r->t, "%.*s%s%.*s", P(*c), how, P(name));
  return true;
}

static bool postfix(struct reader *r, struct str *c) {
  if (!primary(r, c)) return false;
  for (;;) {
    if (take(r, "->")) {
      if (!member(r, c, "->")) return false;
    } else if (take(r, ".")) {
      if (!member(r, c, ".")) return false;
    } else if (take(r, "(")) {
      if (!call(r, c)) return false;
    } else if (take(r, "[")) {
      struct str inner, name = r->last_name;
      if (!expr(r, &inner)) return false;
      if (!take(r, "]")) return bad(r, "a ] is missing");
      r->last_name = name;
      r->boolean = false;
      *c = tpl_str(r->t, "%.*s[%.*s]", P(*c), P(inner));
    } else {
      return true;
    }
  }
}

/* What was just read, as a yes or no. */
static struct str truth(struct reader *r, struct str c) {
  if (!r->boolean) c = tpl_str(r->t, "view_true(%.*s)", P(c));
  r->boolean = true;
  return c;
}

static bool unary(struct reader *r, struct str *c) {
  if (++r->depth > TPL_EXPR_DEPTH_MAX) return bad(r, "too many levels; work it out in C");
  bool ok;
  skip_space(r);
  char next = r->at + 1 < r->s.n ? r->s.p[r->at + 1] : 0;
  if (next != '=' && take(r, "!")) {
    ok = unary(r, c);
    if (ok) {
      struct str yes = truth(r, *c);
      *c = tpl_str(r->t, "!%.*s", P(yes));
    }
  } else if (next != '>' && take(r, "-")) {
    ok = unary(r, c);
    if (ok) *c = tpl_str(r->t, "(-(%.*s))", P(*c));
    r->boolean = false;
  } else if (next != '&' && take(r, "&")) {
    ok = postfix(r, c);
    if (ok) *c = tpl_str(r->t, "&%.*s", P(*c));
  } else if (take(r, "*")) {
    ok = postfix(r, c);
    if (ok) *c = tpl_str(r->t, "(*%.*s)", P(*c));
  } else {
    ok = postfix(r, c);
  }
  r->depth--;
  return ok;
}

static bool sum(struct reader *r, struct str *c) {
  if (!unary(r, c)) return false;
  for (;;) {
    skip_space(r);
    struct str rest = str_slice(r->s, r->at, r->s.n), right;
    const char *op = str_starts(rest, S("->")) ? NULL
                     : take(r, "+")            ? "+"
                     : take(r, "-")            ? "-"
                                               : NULL;
    if (!op) return true;
    if (!unary(r, &right)) return false;
    *c = tpl_str(r->t, "(%.*s %s %.*s)", P(*c), op, P(right));
    r->boolean = false;
  }
}

static bool compare(struct reader *r, struct str *c) {
  static const char *const operators[] = {"==", "!=", "<=", ">=", "<", ">"};
  if (!sum(r, c)) return false;
  for (size_t i = 0; i < countof(operators); i++) {
    struct str right;
    if (!take(r, operators[i])) continue;
    if (!sum(r, &right)) return false;
    *c = tpl_str(r->t, "(%.*s %s %.*s)", P(*c), operators[i], P(right));
    r->boolean = true;
    return true;
  }
  return true;
}

static bool chain(struct reader *r, struct str *c, const char *op,
                  bool (*part)(struct reader *, struct str *)) {
  if (!part(r, c)) return false;
  while (take(r, op)) {
    struct str left = truth(r, *c), right;
    if (!part(r, &right)) return false;
    right = truth(r, right);
    *c = tpl_str(r->t, "(%.*s %s %.*s)", P(left), op, P(right));
  }
  return true;
}

static bool both(struct reader *r, struct str *c) { return chain(r, c, "&&", compare); }

static bool expr(struct reader *r, struct str *c) {
  if (++r->depth > TPL_EXPR_DEPTH_MAX) return bad(r, "too many levels; work it out in C");
  if (!chain(r, c, "||", both)) return false;
  if (take(r, "?")) {
    struct str test = truth(r, *c), yes, no;
    if (!expr(r, &yes)) return false;
    if (!take(r, ":")) return bad(r, "a ? needs its :");
    if (!expr(r, &no)) return false;
    r->boolean = false;
    *c = tpl_str(r->t, "(%.*s ? %.*s : %.*s)", P(test), P(yes), P(no));
  }
  r->depth--;
  return true;
}

static bool arguments(struct reader *r, struct str *c) {
  struct str one;
  *c = (struct str){0};
  skip_space(r);
  while (r->at < r->s.n) {
    if (c->n && !take(r, ",")) return bad(r, "a , is missing");
    if (!expr(r, &one)) return false;
    *c = c->n ? tpl_str(r->t, "%.*s, %.*s", P(*c), P(one)) : one;
    skip_space(r);
  }
  return true;
}

static struct str slot_name(struct tpl *t, struct str name) {
  struct str lower = str_lower(t->a, str_slice(name, 0, WORDS_TOKEN_BYTES_MAX - 8));
  return lower.n ? lower : S("value");
}

/* "... as NAME" at the end names the slot. */
static bool take_as(struct reader *r, struct str *name) {
  if (!take(r, "as ")) return true;
  *name = take_name(r);
  return name->n ? true : bad(r, "\"as\" needs a name after it");
}

bool tpl_expr(struct tpl *t, struct str text, int line, enum expr_use use, struct str *c,
              struct str *name) {
  struct reader r = {.t = t, .s = text, .line = line};
  struct str given = {0};
  if (text.n > TPL_EXPR_BYTES_MAX) return bad(&r, "too long; work it out in C");
  if (use == EXPR_ARGUMENTS) return arguments(&r, c);
  if (!expr(&r, c) || !take_as(&r, &given)) return false;
  skip_space(&r);
  if (r.at != r.s.n)
    return bad(&r, "this cannot be read to its end; see \"Expressions\" in tool/VIEWS.md");
  if (use == EXPR_WORDS_VALUE && r.bare_string)
    return bad(
        &r,
        "words shown to people stand in the page or in T(\"...\"), so that they can be translated");
  if (use == EXPR_TRUE) *c = truth(&r, *c);
  if (name) *name = slot_name(t, given.n ? given : r.last_name);
  return true;
}
