/* tpl_text: sentences. Text, values and inline elements gather in a run; at a block's edge or a {%
 * %} the run is flushed: what only wraps the sentence goes out as it is, the sentence itself
 * becomes one message, and runs without letters
 * ({{ page->name }}, "·") go straight to the page. */
#include "tool/tpl.h"

struct op *tpl_op(struct tpl *t, struct ops *ops, size_t *cap, enum op_kind kind, int line) {
  struct op *op = slice_push(t->a, ops, cap);
  *op = (struct op){.kind = kind, .line = line};
  return op;
}

void tpl_literal(struct tpl *t, struct ops *ops, size_t *cap, struct str markup, int line) {
  if (markup.n) tpl_op(t, ops, cap, OP_LITERAL, line)->text = markup;
}

static const char *reference(char c) {
  switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&#34;";
    case '\'': return "&#39;";
    default: return NULL;
  }
}

void tpl_escaped(struct tpl *t, struct ops *ops, size_t *cap, struct str text, int line) {
  char *p = arena_many(t->a, char, text.n * 5 + 1);
  size_t n = 0;
  for (size_t i = 0; i < text.n; i++) {
    const char *as = reference(text.p[i]);
    struct str piece = as ? str_of(as) : str_slice(text, i, i + 1);
    memcpy(p + n, piece.p, piece.n);
    n += piece.n;
  }
  tpl_literal(t, ops, cap, (struct str){p, n}, line);
}

/* A letter of any script; digits, marks and signs are not words. */
bool tpl_has_letters(struct str s) {
  for (size_t i = 0; i < s.n;) {
    uint32_t c = utf8_next(s, &i);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
    if (c >= 0xc0 && c != 0xd7 && c != 0xf7 && !(c >= 0x2000 && c <= 0x2bff) && c != 0xfffd)
      return true;
  }
  return false;
}

void tpl_item(struct tpl *t, struct run *run, struct item item) {
  struct {
    struct item *p;
    size_t n;
  } slice = {run->p, run->n};
  *slice_push(t->a, &slice, &run->cap) = item;
  run->p = slice.p;
  run->n = slice.n;
}

void tpl_note_words(struct tpl *t, struct str id, struct str id_plural, int line) {
  for (size_t i = 0; i < t->out->words.n; i++)
    if (str_eq(t->out->words.p[i].id, id) && str_eq(t->out->words.p[i].id_plural, id_plural))
      return;
  *slice_push(t->a, &t->out->words, &t->words_cap) = (struct tpl_word){id, id_plural, line};
}

/* ---- from a run to a message ---- */

struct build {
  struct tpl *t;
  struct buf id;
  struct {
    struct tpl_token *p;
    size_t n;
  } tokens;
  size_t tokens_cap;
  enum tpl_context context;
};

static void id_text(struct buf *id, struct str text) {
  for (size_t i = 0; i < text.n; i++) {
    if (text.p[i] == '{' || text.p[i] == '<') buf_byte(id, text.p[i]);
    buf_byte(id, text.p[i]);
  }
}

static bool same_value(const struct tpl_token *token, struct str expr) {
  return token->ops.n == 1 && token->ops.p[0].kind == OP_VALUE &&
         str_eq(token->ops.p[0].expr, expr);
}

/* "{name}", or "{name2}" when another value already has that name. */
static struct str value_token(struct build *b, const struct item *item) {
  for (int nth = 1;; nth++) {
    struct str text = nth == 1 ? tpl_str(b->t, "{%.*s}", P(item->name))
                               : tpl_str(b->t, "{%.*s%d}", P(item->name), nth);
    const struct tpl_token *taken = NULL;
    for (size_t i = 0; i < b->tokens.n; i++)
      if (str_eq(b->tokens.p[i].text, text)) taken = &b->tokens.p[i];
    if (taken && !same_value(taken, item->expr)) continue;
    if (!taken) {
      struct tpl_token *token = slice_push(b->t->a, &b->tokens, &b->tokens_cap);
      size_t cap = 0;
      *token = (struct tpl_token){.text = text};
      struct op *op = tpl_op(b->t, &token->ops, &cap, OP_VALUE, item->line);
      op->expr = item->expr;
      op->context = b->context;
    }
    return text;
  }
}

static struct str tag_token(struct build *b, const struct item *item, int nth) {
  const char *slash = item->kind == ITEM_CLOSE ? "/" : "";
  struct str text = nth == 1 ? tpl_str(b->t, "<%s%.*s>", slash, P(item->text))
                             : tpl_str(b->t, "<%s%.*s%d>", slash, P(item->text), nth);
  *slice_push(b->t->a, &b->tokens, &b->tokens_cap) = (struct tpl_token){text, item->ops};
  return text;
}

/* How many elements of this name began before item i: 1 for the first. */
static int nth_element(const struct run *run, size_t i) {
  int nth = 0;
  for (size_t j = 0; j <= i; j++)
    if ((run->p[j].kind == ITEM_OPEN || run->p[j].kind == ITEM_VOID) &&
        str_eq(run->p[j].text, run->p[i].text))
      nth++;
  return nth;
}

static struct str build_form(struct build *b, const struct run *run) {
  size_t from = b->id.n;
  for (size_t i = 0; i < run->n; i++) {
    const struct item *item = &run->p[i];
    size_t opens = item->kind == ITEM_CLOSE && item->partner >= 0 ? (size_t)item->partner : i;
    if (item->kind == ITEM_TEXT)
      id_text(&b->id, item->text);
    else if (item->kind == ITEM_VALUE)
      buf_put(&b->id, value_token(b, item));
    else
      buf_put(&b->id, tag_token(b, item, nth_element(run, opens)));
  }
  return str_copy(b->t->a, str_slice(buf_str(&b->id), from, b->id.n));
}

bool tpl_message_of(struct tpl *t, const struct run *one, const struct run *other,
                    enum tpl_context context, int line, struct tpl_message **out) {
  struct build b = {.t = t, .id = buf_open(TPL_BYTES_MAX * 4), .context = context};
  struct tpl_message *m = arena_new(t->a, struct tpl_message);
  m->line = line;
  m->id = build_form(&b, one);
  if (other) m->id_plural = build_form(&b, other);
  bool whole = !b.id.full;
  buf_free(&b.id);
  if (!whole) return tpl_refuse(t, line, "this sentence is too long.");
  m->tokens.p = b.tokens.p;
  m->tokens.n = b.tokens.n;
  struct tokens check;
  struct why why;
  if (!words_tokens(m->id, m->id_plural, &check, &why)) return tpl_refuse(t, line, "%s", why.text);
  tpl_note_words(t, m->id, m->id_plural, line);
  *out = m;
  return true;
}

/* ---- flushing ---- */

static bool is_space(const struct item *item) {
  return item->kind == ITEM_TEXT && str_trim(item->text).n == 0;
}

static void pair_tags(struct run *run) {
  int open[TPL_DEPTH_MAX], depth = 0;
  for (size_t i = 0; i < run->n; i++) {
    struct item *item = &run->p[i];
    item->partner = -1;
    if (item->kind == ITEM_OPEN && depth < TPL_DEPTH_MAX) open[depth++] = (int)i;
    if (item->kind != ITEM_CLOSE || depth == 0) continue;
    item->partner = open[--depth];
    run->p[item->partner].partner = (int)i;
  }
}

static void copy_ops(struct tpl *t, struct ops *ops, size_t *cap, struct ops from) {
  for (size_t i = 0; i < from.n; i++) *slice_push(t->a, ops, cap) = from.p[i];
}

static void put_ops(struct tpl *t, struct ops from) {
  copy_ops(t, &t->view->ops, &t->ops_cap, from);
}

static enum tpl_context text_context(const struct tpl *t) {
  const struct frame *parent = tpl_parent(t);
  return parent && (parent->element->flags & EL_WORDS) ? IN_PLAIN : IN_TEXT;
}

static void item_ops(struct tpl *t, const struct item *item, struct ops *ops, size_t *cap) {
  if (item->kind == ITEM_TEXT) {
    tpl_escaped(t, ops, cap, item->text, item->line);
  } else if (item->kind == ITEM_VALUE) {
    struct op *op = tpl_op(t, ops, cap, OP_VALUE, item->line);
    op->expr = item->expr;
    op->context = text_context(t);
  } else {
    copy_ops(t, ops, cap, item->ops);
  }
}

static void put_item(struct tpl *t, const struct item *item) {
  item_ops(t, item, &t->view->ops, &t->ops_cap);
}

static void put_space(struct tpl *t, int line) {
  tpl_literal(t, &t->view->ops, &t->ops_cap, S(" "), line);
}

/* An element with translate="no" is one thing in its sentence: a name stays as it is wherever the
 * words move. */
static struct run close_own_words(struct tpl *t, const struct run *run) {
  struct run out = {0};
  for (size_t i = 0; i < run->n; i++) {
    struct item item = run->p[i];
    if (item.kind == ITEM_OPEN && item.own_words && item.partner >= 0) {
      size_t last = (size_t)item.partner, cap = 0;
      struct ops whole = {0};
      for (; i <= last; i++) item_ops(t, &run->p[i], &whole, &cap);
      i = last;
      item.kind = ITEM_VOID;
      item.ops = whole;
    }
    tpl_item(t, &out, item);
  }
  pair_tags(&out);
  return out;
}

static bool run_has_letters(const struct run *run) {
  for (size_t i = 0; i < run->n; i++)
    if (run->p[i].kind == ITEM_TEXT && tpl_has_letters(run->p[i].text)) return true;
  return false;
}

static bool keeps_space(const struct tpl *t) {
  const struct frame *parent = tpl_parent(t);
  return parent && (parent->element->flags & EL_KEEP_SPACE);
}

/* A copy of items from..to-1 whose tag partners count from its own start. */
static struct run part_of(struct tpl *t, const struct run *run, size_t from, size_t to) {
  struct run part = {0};
  for (size_t i = from; i < to; i++) {
    struct item item = run->p[i];
    if (item.partner >= 0) item.partner -= (int)from;
    tpl_item(t, &part, item);
  }
  return part;
}

static void trim_ends(struct run *run) {
  struct str *first = &run->p[0].text, *last = &run->p[run->n - 1].text;
  if (run->p[0].kind == ITEM_TEXT)
    while (first->n && (first->p[0] == ' ' || first->p[0] == '\n'))
      *first = str_slice(*first, 1, first->n);
  if (run->p[run->n - 1].kind == ITEM_TEXT)
    while (last->n && (last->p[last->n - 1] == ' ' || last->p[last->n - 1] == '\n')) last->n--;
}

static bool ends_in_space(const struct item *item, bool at_start) {
  if (item->kind != ITEM_TEXT || item->text.n == 0) return false;
  return item->text.p[at_start ? 0 : item->text.n - 1] == ' ';
}

static bool put_sentence(struct tpl *t, struct run part, bool space_before, bool space_after) {
  bool before = space_before && ends_in_space(&part.p[0], true);
  bool after = space_after && ends_in_space(&part.p[part.n - 1], false);
  int line = part.p[0].line;
  trim_ends(&part);
  if (before) put_space(t, line);
  struct frame *top = tpl_top(t);
  if (run_has_letters(&part) && !(top && top->own_words)) {
    struct tpl_message *m;
    if (!tpl_message_of(t, &part, NULL, text_context(t), line, &m)) return false;
    tpl_op(t, &t->view->ops, &t->ops_cap, OP_MESSAGE, line)->message = m;
  } else {
    for (size_t i = 0; i < part.n; i++) put_item(t, &part.p[i]);
  }
  if (after) put_space(t, line);
  return true;
}

static bool peels(const struct item *item) { return item->kind == ITEM_VOID || is_space(item); }

/* Items from..to-1, all tags paired: what merely surrounds the sentence goes out as it is. */
static bool put_segment(struct tpl *t, const struct run *run, size_t from, size_t to,
                        bool space_before, bool space_after) {
  for (; from < to && peels(&run->p[from]); from++) {
    if (!is_space(&run->p[from]) || space_before) put_item(t, &run->p[from]);
    space_before = run->p[from].kind == ITEM_VOID;
  }
  size_t end = to;
  while (end > from && peels(&run->p[end - 1])) end--;
  if (from < end && run->p[from].kind == ITEM_OPEN && run->p[from].partner == (int)end - 1) {
    put_ops(t, run->p[from].ops);
    if (!put_segment(t, run, from + 1, end - 1, true, true)) return false;
    put_ops(t, run->p[end - 1].ops);
  } else if (from < end &&
             !put_sentence(t, part_of(t, run, from, end), space_before, end < to || space_after)) {
    return false;
  }
  for (size_t i = end; i < to; i++)
    if (!is_space(&run->p[i]) || i + 1 < to || space_after) put_item(t, &run->p[i]);
  return true;
}

static bool put_run(struct tpl *t, const struct run *run, enum edge before, enum edge after) {
  size_t from = 0;
  bool space = before == EDGE_CONTROL;
  for (size_t i = 0; i <= run->n; i++) {
    /* A tag whose other half lies beyond a block or a {% %} divides the sentences around it. */
    bool lone = i < run->n && (run->p[i].kind == ITEM_OPEN || run->p[i].kind == ITEM_CLOSE) &&
                run->p[i].partner < 0;
    if (!lone && i < run->n) continue;
    bool layout = i == from + 1 && is_space(&run->p[from]) && run->p[from].newline;
    if (i > from && !layout &&
        !put_segment(t, run, from, i, space, i < run->n || after == EDGE_CONTROL))
      return false;
    if (i < run->n) put_ops(t, run->p[i].ops);
    space = true;
    from = i + 1;
  }
  return true;
}

bool tpl_flush(struct tpl *t, enum edge after) {
  struct run run = t->run;
  enum edge before = t->edge;
  t->run = (struct run){0};
  t->edge = after;
  if (run.n == 0) return true;
  if (keeps_space(t)) {
    for (size_t i = 0; i < run.n; i++) put_item(t, &run.p[i]);
    return true;
  }
  if (run.n == 1 &&
      is_space(&run.p[0])) { /* a line break beside a {% %} or a block's tag is layout */
    if (!run.p[0].newline && before == EDGE_CONTROL && after == EDGE_CONTROL)
      put_space(t, run.p[0].line);
    return true;
  }
  pair_tags(&run);
  run = close_own_words(t, &run);
  return put_run(t, &run, before, after);
}

bool tpl_plural(struct tpl *t, const struct frame *f, struct run other) {
  struct run one = f->one;
  if (one.n == 0 || other.n == 0 || !f->seen_else)
    return tpl_refuse(
        t, f->line,
        "{%% plural %%} needs the words for one, then {%% other %%}, then the words for more.");
  pair_tags(&one);
  pair_tags(&other);
  one = close_own_words(t, &one);
  other = close_own_words(t, &other);
  trim_ends(&one);
  trim_ends(&other);
  if (!run_has_letters(&one) || !run_has_letters(&other))
    return tpl_refuse(t, f->line, "both forms of a {%% plural %%} need words, not only values.");
  struct tpl_message *m;
  if (!tpl_message_of(t, &one, &other, text_context(t), f->line, &m)) return false;
  m->count = f->expr;
  tpl_op(t, &t->view->ops, &t->ops_cap, OP_MESSAGE, f->line)->message = m;
  return true;
}
