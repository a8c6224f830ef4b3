/* tpl_write: operations to C. Neighbouring literals become one string; each message becomes a
 * static table. */
#include <stdio.h>
#include "tool/tpl.h"

struct writer {
  struct arena *a;
  const struct tpl_out *t;
  struct str name;
  struct buf *out;
  struct buf literal; /* markup not yet written */
  int line, serial;
};

void tpl_c_string(struct buf *out, struct str s) {
  buf_byte(out, '"');
  bool after_escape = false;
  for (size_t i = 0; i < s.n; i++) {
    uint8_t c = (uint8_t)s.p[i];
    bool digit = (c >= '0' && c <= '9');
    if (after_escape && digit)
      buf_put(out, S("\" \"")); /* so that the escape does not swallow the digit */
    after_escape = false;
    switch (c) {
      case '"': buf_put(out, S("\\\"")); break;
      case '\\': buf_put(out, S("\\\\")); break;
      case '\n': buf_put(out, S("\\n")); break;
      case '?': buf_put(out, S("\\?")); break; /* no trigraphs */
      default:
        if (c >= 0x20 && c < 0x7f) {
          buf_byte(out, (char)c);
        } else {
          buf_format(out, "\\%03o", c);
          after_escape = true;
        }
    }
  }
  buf_byte(out, '"');
}

static void flush_literal(struct writer *w) {
  struct str all = buf_str(&w->literal);
  if (all.n == 0) return;
  buf_put(w->out, S("  view_lit(v, "));
  for (size_t from = 0; from < all.n;) { /* pieces of about a line, as neighbouring strings */
    size_t to = from + 80 < all.n ? from + 80 : all.n;
    while (to < all.n && ((uint8_t)all.p[to] & 0xc0) == 0x80) to++;
    if (from) buf_put(w->out, S("\n              "));
    tpl_c_string(w->out, str_slice(all, from, to));
    from = to;
  }
  buf_put(w->out, S(");\n"));
  buf_reset(&w->literal);
}

static void at_line(struct writer *w, int line) {
  flush_literal(w);
  buf_format(w->out, "#line %d \"%.*s\"\n", line, P(w->name));
}

static const char *writer_of(enum tpl_context context) {
  static const char *const names[] = {"view_text",    "view_plain", "view_attr",   "view_url",
                                      "view_segment", "view_query", "view_opaque", "view_token"};
  return names[context];
}

static size_t message_index(const struct writer *w, const struct tpl_message *m) {
  for (size_t i = 0; i < w->t->words.n; i++)
    if (str_eq(w->t->words.p[i].id, m->id) && str_eq(w->t->words.p[i].id_plural, m->id_plural))
      return i;
  return 0;
}

static void write_ops(struct writer *w, struct ops ops);

/* An expression without the brackets around all of it: clang takes if ((a == b)) for a slip of the
 * pen. */
static struct str bare(struct str c) {
  int depth = 0;
  if (!str_starts(c, S("("))) return c;
  for (size_t i = 0; i < c.n; i++) {
    depth += (c.p[i] == '(') - (c.p[i] == ')');
    if (depth == 0 && i + 1 < c.n) return c;
  }
  return str_slice(c, 1, c.n - 1);
}

/* A sentence with slots: its parts come in the order of the language, each token's markup stands in
 * a case. */
static void write_message(struct writer *w, const struct op *op) {
  const struct tpl_message *m = op->message;
  size_t index = message_index(w, m);
  at_line(w, op->line);
  struct str count = m->count.n ? m->count : S("1");
  if (m->tokens.n == 0) {
    buf_format(w->out, "  view_message(v, &words[%zu], %.*s);\n", index, P(count));
    return;
  }
  struct tokens order;
  words_tokens(m->id, m->id_plural, &order, NULL);
  int serial = w->serial++;
  buf_format(w->out, "  { struct wording said%d = view_wording(v, &words[%zu], %.*s);\n", serial,
             index, P(count));
  buf_format(w->out,
             "  for (uint32_t at%d = 0; at%d < said%d.n; at%d++) switch (said%d.p[at%d].slot) {\n",
             serial, serial, serial, serial, serial, serial);
  for (int k = 0; k < order.n; k++) {
    buf_format(w->out, "  case %d:\n", k + 1);
    for (size_t i = 0; i < m->tokens.n; i++)
      if (str_eq(m->tokens.p[i].text, order.p[k])) {
        write_ops(w, m->tokens.p[i].ops);
        break;
      }
    flush_literal(w);
    buf_put(w->out, S("  break;\n"));
  }
  buf_format(w->out, "  default: view_part(v, &said%d.p[at%d]);\n  } }\n", serial, serial);
}

static void write_value(struct writer *w, const struct op *op) {
  at_line(w, op->line);
  buf_format(w->out, "  %s(v, %.*s);\n", writer_of(op->context), P(op->expr));
}

static void write_optional(struct writer *w, const struct op *op) {
  at_line(w, op->line);
  buf_format(w->out, "  if (view_true(%.*s)) {\n", P(op->expr));
  buf_put(&w->literal, op->text);
  if (op->kind == OP_OPTIONAL) {
    write_value(w, op);
    buf_byte(&w->literal, '"');
  }
  flush_literal(w);
  buf_put(w->out, S("  }\n"));
}

static void write_each(struct writer *w, const struct op *op) {
  int n = w->serial++;
  at_line(w, op->line);
  buf_format(w->out, "  { __auto_type list%d = (%.*s);\n", n, P(op->expr));
  buf_format(w->out, "  for (size_t %.*s_index = 0; %.*s_index < list%d.n; %.*s_index++) {\n",
             P(op->name), P(op->name), n, P(op->name));
  buf_format(w->out, "  __auto_type %.*s = list%d.p + %.*s_index; (void)%.*s; {\n", P(op->name), n,
             P(op->name), P(op->name));
}

static void write_op(struct writer *w, const struct op *op) {
  switch (op->kind) {
    case OP_LITERAL: buf_put(&w->literal, op->text); return;
    case OP_VALUE: write_value(w, op); return;
    case OP_MESSAGE: write_message(w, op); return;
    case OP_BOOLEAN:
    case OP_OPTIONAL: write_optional(w, op); return;
    case OP_EACH: write_each(w, op); return;
    default: break;
  }
  struct str test = bare(op->expr);
  at_line(w, op->line);
  switch (op->kind) {
    case OP_CSRF: buf_put(w->out, S("  view_csrf(v);\n")); break;
    case OP_IF: buf_format(w->out, "  {{ if (%.*s) {\n", P(test)); break;
    case OP_ELIF: buf_format(w->out, "  } else if (%.*s) {\n", P(test)); break;
    case OP_ELSE: buf_put(w->out, S("  } else {\n")); break;
    case OP_WITH:
      buf_format(w->out, "  {{{ __auto_type %.*s = (%.*s); (void)%.*s;\n", P(op->name), P(op->expr),
                 P(op->name));
      break;
    case OP_END: buf_put(w->out, S("  }}}\n")); break;
    case OP_SHOW:
    case OP_WRAP:
    case OP_WRAP_END:
      buf_format(w->out, "  view_%.*s%s(v%s%.*s);\n", P(op->name),
                 op->kind == OP_SHOW   ? ""
                 : op->kind == OP_WRAP ? "_open"
                                       : "_close",
                 op->expr.n ? ", " : "", P(op->expr));
      break;
    default: break;
  }
}

static void write_ops(struct writer *w, struct ops ops) {
  for (size_t i = 0; i < ops.n; i++) write_op(w, &ops.p[i]);
}

static void signature(struct buf *out, const struct tpl_view *view, const char *half) {
  buf_format(out, "void view_%.*s%s(struct view *v%s%.*s)", P(view->name), half,
             view->params.n ? ", " : "", P(view->params));
}

static void begin(struct writer *w, const struct tpl_view *view, const char *half) {
  signature(w->out, view, half);
  buf_put(w->out, S(" {\n"));
  for (struct str rest = view->param_names; rest.n;) {
    struct str name = str_cut(&rest, ' ');
    buf_format(w->out, "  (void)%.*s;\n", P(name));
  }
}

static void write_view(struct writer *w, const struct tpl_view *view) {
  begin(w, view, view->has_body ? "_open" : "");
  for (size_t i = 0; i < view->ops.n; i++) {
    if (view->ops.p[i].kind != OP_BODY) {
      write_op(w, &view->ops.p[i]);
      continue;
    }
    flush_literal(w);
    buf_put(w->out, S("}\n\n"));
    begin(w, view, "_close");
  }
  flush_literal(w);
  buf_put(w->out, S("  (void)v;\n}\n\n"));
}

/* ---- the messages' English ---- */

static bool plain(struct str s) {
  for (size_t i = 0; i < s.n; i++)
    if (strchr("&<>\"'\r", s.p[i])) return false;
  return true;
}

static void write_form(struct writer *w, size_t index, const char *form, struct str text,
                       const struct tokens *tokens) {
  struct words_walk walk = {text};
  struct str piece;
  buf_format(w->out, "static const struct part w%zu_%s[] = {", index, form);
  for (enum words_piece kind;
       (kind = words_next(&walk, &piece)) == WORDS_TEXT || kind == WORDS_TOKEN;) {
    int slot = 0;
    for (int i = 0; kind == WORDS_TOKEN && i < tokens->n; i++)
      if (str_eq(tokens->p[i], piece)) slot = i + 1;
    buf_put(w->out, S("{"));
    if (slot)
      buf_format(w->out, "NULL, 0, %d, false", slot);
    else {
      tpl_c_string(w->out, piece);
      buf_format(w->out, ", %zu, 0, %s", piece.n, plain(piece) ? "true" : "false");
    }
    buf_put(w->out, S("}, "));
  }
  buf_put(w->out, S("{NULL, 0, 0, true}};\n"));
}

static void write_words(struct writer *w) {
  if (w->t->words.n == 0) return;
  struct buf *out = w->out;
  for (size_t i = 0; i < w->t->words.n; i++) {
    const struct tpl_word *word = &w->t->words.p[i];
    struct tokens tokens;
    words_tokens(word->id, word->id_plural, &tokens, NULL);
    write_form(w, i, "one", word->id, &tokens);
    if (word->id_plural.n) write_form(w, i, "other", word->id_plural, &tokens);
    buf_format(out, "static const struct wording w%zu[] = {", i);
    if (word->id_plural.n)
      buf_format(out,
                 "[PLURAL_ONE] = {w%zu_one, countof(w%zu_one) - 1}, [PLURAL_OTHER] = {w%zu_other, "
                 "countof(w%zu_other) - 1}",
                 i, i, i, i);
    else
      buf_format(out, "{w%zu_one, countof(w%zu_one) - 1}", i, i);
    buf_put(out, S("};\n"));
  }
  buf_put(out, S("static struct message words[] = {\n"));
  for (size_t i = 0; i < w->t->words.n; i++) {
    buf_put(out, S("  {.id = "));
    tpl_c_string(out, w->t->words.p[i].id);
    if (w->t->words.p[i].id_plural.n) {
      buf_put(out, S(", .id_plural = "));
      tpl_c_string(out, w->t->words.p[i].id_plural);
    }
    buf_format(out, ", .form = {[LANG_EN] = w%zu}},\n", i);
  }
  buf_put(out, S("};\nstatic struct message *words_listed[] WORDS_LISTED = {"));
  for (size_t i = 0; i < w->t->words.n; i++) buf_format(out, "%s&words[%zu]", i ? ", " : "", i);
  buf_put(out, S("};\n\n"));
}

void tpl_write_c(struct arena *a, const struct tpl_out *t, struct str name, struct str header,
                 struct buf *c) {
  struct writer w = {.a = a, .t = t, .name = name, .out = c, .literal = buf_open((size_t)8 << 20)};
  buf_format(c, "/* Made by tplc from %.*s: change that. */\n#include \"%.*s\"\n\n", P(name),
             P(header));
  write_words(&w);
  for (size_t i = 0; i < t->views.n; i++) write_view(&w, &t->views.p[i]);
  if (w.literal.full) c->full = true;
  buf_free(&w.literal);
}

void tpl_write_h(struct arena *a, const struct tpl_out *t, struct str name, struct buf *h) {
  char *guard = str_c(a, name);
  for (char *p = guard; *p; p++)
    if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || (*p >= 'A' && *p <= 'Z')))
      *p = '_';
  buf_format(h,
             "/* Made by tplc from %.*s: change that. */\n#ifndef VIEW_%s\n#define "
             "VIEW_%s\n#include \"web/look/view.h\"\n",
             P(name), guard, guard);
  for (size_t i = 0; i < t->includes.n; i++)
    buf_format(h, "#include \"%.*s\"\n", P(t->includes.p[i]));
  for (size_t i = 0; i < t->views.n; i++) {
    const struct tpl_view *view = &t->views.p[i];
    signature(h, view, view->has_body ? "_open" : "");
    buf_put(h, S(";\n"));
    if (!view->has_body) continue;
    signature(h, view, "_close");
    buf_put(h, S(";\n"));
  }
  buf_put(h, S("#endif\n"));
}
