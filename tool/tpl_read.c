/* tpl_read: the file as a whole: directives, text and the stack of what is open. */
#include <stdarg.h>
#include <stdio.h>
#include "tool/tpl.h"

bool tpl_refuse(struct tpl *t, int line, const char *format, ...) {
  char text[WHY_BYTES_MAX];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  return why_say(t->why, "%.*s:%d: %s", P(t->name), line, text);
}

struct str tpl_str(struct tpl *t, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int n = vsnprintf(NULL, 0, format, args);
  va_end(args);
  char *p = arena_many(t->a, char, (size_t)(n < 0 ? 0 : n) + 1);
  if (n > 0) vsnprintf(p, (size_t)n + 1, format, again);
  va_end(again);
  return (struct str){p, n < 0 ? 0 : (size_t)n};
}

static bool at(const struct tpl *t, const char *word) {
  return str_starts(str_slice(t->text, t->at, t->text.n), str_of(word));
}

static void step(struct tpl *t, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (t->text.p[t->at++] == '\n') t->line++;
}

struct frame *tpl_push(struct tpl *t, enum frame_kind kind, int line) {
  if (t->depth == TPL_DEPTH_MAX) {
    tpl_refuse(t, line,
               "more than %d levels: make the inside a view of its own and {%% show %%} it.",
               TPL_DEPTH_MAX);
    return NULL;
  }
  struct frame *above = tpl_top(t), *f = &t->stack[t->depth++];
  *f = (struct frame){.kind = kind, .line = line, .own_words = above && above->own_words};
  return f;
}

const struct frame *tpl_parent(const struct tpl *t) {
  for (int i = t->depth; i-- > 0;)
    if (t->stack[i].kind == FRAME_ELEMENT) return &t->stack[i];
  return NULL;
}

const struct frame *tpl_inside(const struct tpl *t, const char *element) {
  for (int i = t->depth; i-- > 0;)
    if (t->stack[i].kind == FRAME_ELEMENT && str_eq(t->stack[i].name, str_of(element)))
      return &t->stack[i];
  return NULL;
}

struct frame *tpl_in_plural(struct tpl *t) {
  for (int i = t->depth; i-- > 0;)
    if (t->stack[i].kind == FRAME_PLURAL) return &t->stack[i];
  return NULL;
}

/* ---- braces ---- */

/* The end of "{{ ... }}" skips strings, so that {{ f("}}") }} is read right. */
bool tpl_braces(struct tpl *t, char mark, struct str *inner) {
  int line = t->line;
  size_t from = t->at + 2, i = from;
  bool quoted = false;
  for (; i + 1 < t->text.n; i++) {
    char c = t->text.p[i];
    if (quoted && c == '\\')
      i++;
    else if (c == '"')
      quoted = !quoted;
    else if (!quoted && c == mark && t->text.p[i + 1] == '}')
      break;
  }
  if (i + 1 >= t->text.n)
    return tpl_refuse(t, line, "{%c is never closed with %c}.", mark == '}' ? '{' : mark, mark);
  *inner = str_trim(str_slice(t->text, from, i));
  step(t, i + 2 - t->at);
  return true;
}

bool tpl_value(struct tpl *t, enum expr_use use, struct str *c, struct str *name) {
  struct str inner;
  int line = t->line;
  return tpl_braces(t, '}', &inner) && tpl_expr(t, inner, line, use, c, name);
}

static bool value(struct tpl *t) {
  struct item item = {.kind = ITEM_VALUE, .line = t->line, .partner = -1};
  if (!tpl_value(t, EXPR_WORDS_VALUE, &item.expr, &item.name)) return false;
  tpl_item(t, &t->run, item);
  return true;
}

/* ---- text ---- */

static bool is_white(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

static bool keeps_space(const struct tpl *t) {
  const struct frame *parent = tpl_parent(t);
  return parent && (parent->element->flags & EL_KEEP_SPACE);
}

/* Reads on to the next tag or brace; white space folds to one space as a browser would. */
static bool text(struct tpl *t) {
  struct buf b = buf_open(TPL_BYTES_MAX);
  struct item item = {.kind = ITEM_TEXT, .line = t->line, .partner = -1};
  bool keep = keeps_space(t), ok = true;
  while (ok && t->at < t->text.n && !at(t, "<") && !at(t, "{{") && !at(t, "{%") && !at(t, "{#")) {
    char c = t->text.p[t->at];
    size_t used = 1;
    if (c == '&') {
      used = tpl_entity(str_slice(t->text, t->at, t->text.n), &b);
      ok = used ||
           tpl_refuse(t, t->line, "write &amp; for an & (or a known reference such as &nbsp;).");
    } else if (!keep && is_white(c)) {
      while (t->at + used < t->text.n && is_white(t->text.p[t->at + used])) used++;
      item.newline |= str_find_byte(str_slice(t->text, t->at, t->at + used), '\n') < used;
      buf_byte(&b, ' ');
    } else {
      buf_byte(&b, c);
    }
    step(t, used);
  }
  item.text = str_copy(t->a, buf_str(&b));
  buf_free(&b);
  if (ok) tpl_item(t, &t->run, item);
  return ok;
}

/* ---- directives ---- */

static bool c_name(struct str s) {
  if (s.n == 0 || !((s.p[0] >= 'a' && s.p[0] <= 'z') || (s.p[0] >= 'A' && s.p[0] <= 'Z')))
    return false;
  for (size_t i = 0; i < s.n; i++) {
    char c = s.p[i];
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
      return false;
  }
  return true;
}

/* "name(inside)" and nothing after. */
static bool call_form(struct str s, struct str *name, struct str *inside) {
  size_t open = str_find_byte(s, '(');
  if (open == s.n || s.p[s.n - 1] != ')') return false;
  *name = str_trim(str_slice(s, 0, open));
  *inside = str_trim(str_slice(s, open + 1, s.n - 1));
  return c_name(*name);
}

static bool include(struct tpl *t, struct str rest, int line) {
  struct str path = str_slice(rest, 1, rest.n ? rest.n - 1 : 0);
  bool quoted = rest.n > 2 && rest.p[0] == '"' && rest.p[rest.n - 1] == '"';
  for (size_t i = 0; i < path.n; i++)
    if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789_./-", path.p[i])) quoted = false;
  if (t->view) return tpl_refuse(t, line, "{%% include %%} stands before the first view.");
  if (!quoted || str_contains(path, S("..")) || path.p[0] == '/')
    return tpl_refuse(t, line, "write {%% include \"folder/file.h\" %%}.");
  *slice_push(t->a, &t->out->includes, &t->includes_cap) = path;
  return true;
}

/* "struct find_page *page, int n": the characters C needs and the names to mark as used. */
static bool params(struct tpl *t, struct str all, int line, struct str *names) {
  struct str rest = all;
  *names = (struct str){0};
  if (str_find_byte(all, '\n') < all.n)
    return tpl_refuse(t, line, "the parameters of a view stand on one line.");
  while (rest.n) {
    struct str one = str_trim(str_cut(&rest, ','));
    size_t from = one.n;
    while (from > 0 && (str_find_byte(S(" *"), one.p[from - 1]) == 2)) from--;
    struct str name = str_slice(one, from, one.n);
    for (size_t i = 0; i < one.n; i++)
      if (one.p[i] != ' ' && one.p[i] != '*' && !c_name(tpl_str(t, "a%c", one.p[i]))) name.n = 0;
    if (!c_name(name) || from == 0 || str_eq(name, S("v")))
      return tpl_refuse(t, line, "\"%.*s\" is not a parameter: write type and name (v is taken).",
                        P(utf8_head(one, 60)));
    *names = names->n ? tpl_str(t, "%.*s %.*s", P(*names), P(name)) : name;
  }
  return true;
}

/* view_NAME must not be one of view.h's own. */
static bool taken(struct str name) {
  static const char *const names[] = {
      "text", "plain",   "attr",    "url",  "segment", "query",  "opaque", "token", "put", "lit",
      "true", "message", "wording", "part", "csrf",    "markup", "i64",    "u64",   "as",  "label"};
  for (size_t i = 0; i < countof(names); i++)
    if (str_eq(str_of(names[i]), name)) return true;
  return false;
}

static bool view(struct tpl *t, struct str rest, int line) {
  struct tpl_view v = {.line = line};
  if (t->view)
    return tpl_refuse(t, line, "a view cannot begin inside another (line %d).", t->view->line);
  if (!call_form(rest, &v.name, &v.params))
    return tpl_refuse(t, line, "write {%% view name(struct type *page) %%}.");
  if (taken(v.name))
    return tpl_refuse(t, line, "view_%.*s is a writer of view.h: give the view another name.",
                      P(v.name));
  if (!params(t, v.params, line, &v.param_names)) return false;
  for (size_t i = 0; i < t->out->views.n; i++)
    if (str_eq(t->out->views.p[i].name, v.name))
      return tpl_refuse(t, line, "view %.*s is already on line %d.", P(v.name),
                        t->out->views.p[i].line);
  t->view = slice_push(t->a, &t->out->views, &t->views_cap);
  *t->view = v;
  t->ops_cap = t->ids_cap = 0;
  t->ids = (struct strs){0};
  t->edge = EDGE_BLOCK;
  return tpl_push(t, FRAME_VIEW, line) != NULL;
}

static struct op *op(struct tpl *t, enum op_kind kind, int line) {
  return tpl_op(t, &t->view->ops, &t->ops_cap, kind, line);
}

static bool branch(struct tpl *t, struct str word, struct str rest, int line) {
  struct frame *top = tpl_top(t);
  bool is_elif = str_eq(word, S("elif"));
  if (top->kind != FRAME_IF || top->seen_else)
    return tpl_refuse(t, line, "{%% %.*s %%} has no {%% if %%} before it in the same element.",
                      P(word));
  struct op *o = op(t, is_elif ? OP_ELIF : OP_ELSE, line);
  top->seen_else = !is_elif;
  if (!is_elif)
    return rest.n == 0
               ? true
               : tpl_refuse(t, line, "{%% else %%} takes nothing; {%% elif ... %%} asks again.");
  return tpl_expr(t, rest, line, EXPR_TRUE, &o->expr, NULL);
}

/* "name : expr" for each and with. */
static bool loop(struct tpl *t, enum op_kind kind, enum frame_kind frame, struct str rest,
                 int line) {
  size_t colon = str_find_byte(rest, ':');
  struct str name = str_trim(str_slice(rest, 0, colon)), c;
  if (colon == rest.n || !c_name(name) || str_eq(name, S("v")))
    return tpl_refuse(t, line, "write {%% %s name : expression %%}.",
                      kind == OP_EACH ? "each" : "with");
  for (int i = 0; i < t->depth; i++)
    if (t->stack[i].kind != FRAME_ELEMENT && str_eq(t->stack[i].name, name))
      return tpl_refuse(t, line, "%.*s is already a name (line %d).", P(name), t->stack[i].line);
  if (!tpl_expr(t, str_trim(str_slice(rest, colon + 1, rest.n)), line, EXPR_VALUE, &c, NULL))
    return false;
  struct frame *f = tpl_push(t, frame, line);
  if (!f) return false;
  f->name = name;
  struct op *o = op(t, kind, line);
  o->name = name;
  o->expr = c;
  return true;
}

static bool call(struct tpl *t, enum op_kind kind, struct str rest, int line) {
  struct str name, inside, c;
  if (!call_form(rest, &name, &inside))
    return tpl_refuse(t, line, "write {%% show view_name(arguments) %%}.");
  if (!tpl_expr(t, inside, line, EXPR_ARGUMENTS, &c, NULL)) return false;
  struct op *o = op(t, kind, line);
  o->name = name;
  o->expr = c;
  if (kind == OP_SHOW) return true;
  struct frame *f = tpl_push(t, FRAME_WRAP, line);
  if (!f) return false;
  f->expr = c;
  f->name = name;
  return true;
}

static bool body(struct tpl *t, int line) {
  for (int i = 0; i < t->depth; i++)
    if (t->stack[i].kind > FRAME_VIEW && t->stack[i].kind != FRAME_WRAP)
      return tpl_refuse(t, line, "{%% body %%} cannot stand inside another {%% %%} (line %d).",
                        t->stack[i].line);
  if (t->view->has_body) return tpl_refuse(t, line, "a view has one {%% body %%}.");
  t->view->has_body = true;
  op(t, OP_BODY, line);
  return true;
}

static bool end(struct tpl *t, int line) {
  struct frame f = *tpl_top(t);
  if (f.kind == FRAME_ELEMENT)
    return tpl_refuse(t, line, "<%.*s> of line %d must be closed before this {%% end %%}.",
                      P(f.name), f.line);
  t->depth--;
  switch (f.kind) {
    case FRAME_VIEW: t->view = NULL; break;
    case FRAME_WRAP: {
      struct op *o = op(t, OP_WRAP_END, line);
      o->name = f.name;
      o->expr = f.expr;
      break;
    }
    default: op(t, OP_END, line); break;
  }
  return true;
}

/* Inside {% plural %} the run is kept, not flushed. */
static bool plural_directive(struct tpl *t, struct str word, int line) {
  struct frame f = *tpl_top(t);
  struct run run = t->run;
  if (f.kind != FRAME_PLURAL)
    return tpl_refuse(t, line, "<%.*s> of line %d must be closed before this {%% %.*s %%}.",
                      P(f.name), f.line, P(utf8_head(word, 20)));
  t->run = (struct run){0};
  if (str_eq(word, S("other")) && !f.seen_else) {
    tpl_top(t)->one = run;
    tpl_top(t)->seen_else = true;
    return true;
  }
  if (!str_eq(word, S("end")))
    return tpl_refuse(t, line, "only {%% other %%} and {%% end %%} may follow {%% plural %%}.");
  bool ok = tpl_plural(t, &f, run);
  t->depth--;
  t->edge = EDGE_CONTROL;
  return ok;
}

static bool plural(struct tpl *t, struct str rest, int line) {
  struct str c;
  if (!tpl_expr(t, rest, line, EXPR_VALUE, &c, NULL)) return false;
  struct frame *f = tpl_push(t, FRAME_PLURAL, line);
  if (f) f->expr = c;
  return f != NULL;
}

static bool in_view_directive(struct tpl *t, struct str word, struct str rest, int line) {
  if (!tpl_flush(t, EDGE_CONTROL)) return false;
  if (str_eq(word, S("if"))) {
    if (!tpl_push(t, FRAME_IF, line)) return false;
    struct op *o = op(t, OP_IF, line);
    return tpl_expr(t, rest, line, EXPR_TRUE, &o->expr, NULL);
  }
  if (str_eq(word, S("elif")) || str_eq(word, S("else"))) return branch(t, word, rest, line);
  if (str_eq(word, S("each"))) return loop(t, OP_EACH, FRAME_EACH, rest, line);
  if (str_eq(word, S("with"))) return loop(t, OP_WITH, FRAME_WITH, rest, line);
  if (str_eq(word, S("show"))) return call(t, OP_SHOW, rest, line);
  if (str_eq(word, S("wrap"))) return call(t, OP_WRAP, rest, line);
  if (str_eq(word, S("plural"))) return plural(t, rest, line);
  if (str_eq(word, S("body"))) return body(t, line);
  if (str_eq(word, S("end"))) return end(t, line);
  return tpl_refuse(
      t, line, "{%% %.*s %%} is not known: if elif else each with show wrap body plural other end.",
      P(utf8_head(word, 20)));
}

bool tpl_directive(struct tpl *t) {
  int line = t->line;
  struct str inner;
  if (!tpl_braces(t, '%', &inner)) return false;
  struct str rest = inner;
  size_t space = 0;
  while (space < inner.n && !is_white(inner.p[space])) space++;
  struct str word = str_slice(inner, 0, space);
  rest = str_trim(str_slice(inner, space, inner.n));
  if (str_eq(word, S("include"))) return include(t, rest, line);
  if (str_eq(word, S("view"))) return view(t, rest, line);
  if (!t->view)
    return tpl_refuse(t, line, "{%% %.*s %%} stands outside any {%% view %%}.",
                      P(utf8_head(word, 20)));
  const struct frame *parent = tpl_parent(t);
  if (tpl_in_plural(t)) return plural_directive(t, word, line);
  if (parent && (parent->element->flags & EL_WORDS) && !str_eq(word, S("plural")) &&
      tpl_top(t)->kind == FRAME_ELEMENT &&
      (str_eq(word, S("show")) || str_eq(word, S("wrap")) || str_eq(word, S("body"))))
    return tpl_refuse(t, line, "<%.*s> holds words only.", P(parent->name));
  return in_view_directive(t, word, rest, line);
}

/* ---- the file ---- */

static bool piece(struct tpl *t) {
  if (at(t, "{#")) {
    size_t end_at = str_find(str_slice(t->text, t->at, t->text.n), S("#}"));
    if (t->at + end_at == t->text.n) return tpl_refuse(t, t->line, "{# is never closed with #}.");
    step(t, end_at + 2);
    return true;
  }
  if (at(t, "{%")) return tpl_directive(t);
  if (!t->view && is_white(t->text.p[t->at])) {
    step(t, 1);
    return true;
  }
  if (!t->view && !at(t, "<!--"))
    return tpl_refuse(t, t->line, "only {%% include %%} and {%% view %%} stand outside a view.");
  if (at(t, "{{")) return value(t);
  return at(t, "<") ? tpl_tag(t) : text(t);
}

bool tpl_read(struct arena *a, struct str name, struct str source, struct tpl_out *out,
              struct why *why) {
  struct tpl *t = arena_new(a, struct tpl);
  *out = (struct tpl_out){0};
  *t = (struct tpl){.a = a, .name = name, .text = source, .line = 1, .why = why, .out = out};
  if (source.n > TPL_BYTES_MAX)
    return tpl_refuse(t, 1, "a view file is at most %d KB.", TPL_BYTES_MAX / 1024);
  if (!utf8_valid(source) || str_find_byte(source, 0) < source.n)
    return tpl_refuse(t, 1, "a view file is UTF-8 text.");
  while (t->at < t->text.n)
    if (!piece(t)) return false;
  if (t->depth) {
    struct frame *top = tpl_top(t);
    return tpl_refuse(t, top->line, "%s opened here is never closed.",
                      top->kind == FRAME_ELEMENT ? "the element" : "the {% %}");
  }
  return true;
}
