/* tpl_tag: tags and attributes, and from each attribute the context of the values in it. */
#include "tool/tpl.h"

enum { ATTRS_MAX = 40, PARTS_MAX = 16 };
struct part_of_value {
  bool is_value;
  struct str text, name;
}; /* text: decoded literal, or the expression as C */
struct attr {
  struct str name;
  int line;
  bool has_value, optional;
  struct part_of_value part[PARTS_MAX];
  int parts;
};
struct tag {
  struct str name;
  const struct element *element;
  struct attr *attr;
  int attrs, line;
  bool closed; /* <path .../> */
  struct ops ops;
  size_t cap;
};

static bool at(const struct tpl *t, const char *word) {
  return str_starts(str_slice(t->text, t->at, t->text.n), str_of(word));
}

static char here(const struct tpl *t) { return t->at < t->text.n ? t->text.p[t->at] : 0; }

static void step(struct tpl *t) {
  if (here(t) == '\n') t->line++;
  t->at++;
}

static void skip_space(struct tpl *t) {
  while (here(t) == ' ' || here(t) == '\n' || here(t) == '\t' || here(t) == '\r') step(t);
}

static struct str tag_name(struct tpl *t) {
  size_t from = t->at;
  while ((here(t) >= 'a' && here(t) <= 'z') || (here(t) >= '0' && here(t) <= '9')) t->at++;
  return str_slice(t->text, from, t->at);
}

static struct str attr_name(struct tpl *t, bool svg) {
  size_t from = t->at;
  for (;; t->at++) {
    char c = here(t);
    bool known = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == ':' ||
                 (svg && c >= 'A' && c <= 'Z');
    if (!known) return str_slice(t->text, from, t->at);
  }
}

/* ---- reading one attribute ---- */

static bool literal_piece(struct tpl *t, char quote, struct str *out) {
  struct buf b = buf_open(TPL_BYTES_MAX);
  while (t->at < t->text.n && here(t) != quote && !at(t, "{{") && !at(t, "{%")) {
    size_t used = here(t) == '&' ? tpl_entity(str_slice(t->text, t->at, t->text.n), &b) : 0;
    if (here(t) == '&' && !used) {
      buf_free(&b);
      return tpl_refuse(t, t->line, "write &amp; for an & in an attribute.");
    }
    if (!used) buf_byte(&b, here(t));
    for (size_t i = 0; i < (used ? used : 1); i++) step(t);
  }
  *out = str_copy(t->a, buf_str(&b));
  buf_free(&b);
  return true;
}

static bool attr_value(struct tpl *t, struct attr *attr) {
  char quote = here(t);
  if (quote != '"' && quote != '\'')
    return tpl_refuse(
        t, t->line,
        "the value of %.*s needs quotes: an unquoted value could begin another attribute.",
        P(attr->name));
  step(t);
  attr->has_value = true;
  while (here(t) != quote) {
    if (t->at >= t->text.n)
      return tpl_refuse(t, attr->line, "the quote of %.*s is never closed.", P(attr->name));
    if (at(t, "{%"))
      return tpl_refuse(t, t->line,
                        "{%% %%} cannot stand inside an attribute: use {{ x ? \"a\" : \"b\" }} or "
                        "%.*s?=\"{{ x }}\".",
                        P(attr->name));
    if (attr->parts == PARTS_MAX)
      return tpl_refuse(t, t->line, "%.*s has too many values.", P(attr->name));
    struct part_of_value *part = &attr->part[attr->parts++];
    part->is_value = at(t, "{{");
    if (part->is_value ? !tpl_value(t, EXPR_VALUE, &part->text, &part->name)
                       : !literal_piece(t, quote, &part->text))
      return false;
  }
  step(t);
  return true;
}

static bool read_attr(struct tpl *t, struct tag *tag) {
  if (tag->attrs == ATTRS_MAX)
    return tpl_refuse(t, t->line, "<%.*s> has too many attributes.", P(tag->name));
  struct attr *attr = &tag->attr[tag->attrs++];
  *attr = (struct attr){.line = t->line};
  attr->name = attr_name(t, tag->element->flags & EL_SVG);
  if (attr->name.n == 0)
    return tpl_refuse(
        t, t->line,
        at(t, "{") ? "a value cannot be an attribute or part of its name: write name=\"{{ ... }}\" "
                     "or name?=\"{{ ... }}\"."
                   : "<%.*s> has a character no attribute starts with (names are lower case).",
        P(tag->name));
  for (int i = 0; i + 1 < tag->attrs; i++)
    if (str_eq(tag->attr[i].name, attr->name))
      return tpl_refuse(t, attr->line, "%.*s stands twice in one tag.", P(attr->name));
  skip_space(t);
  if (here(t) == '?') {
    attr->optional = true;
    step(t);
    if (here(t) != '=')
      return tpl_refuse(t, attr->line, "%.*s? needs =\"{{ ... }}\" after it.", P(attr->name));
  }
  if (here(t) != '=') return true;
  step(t);
  skip_space(t);
  return attr_value(t, attr);
}

/* ---- what goes out for one attribute ---- */

static const struct attr *find_attr(const struct tag *tag, const char *name) {
  for (int i = 0; i < tag->attrs; i++)
    if (str_eq(tag->attr[i].name, str_of(name))) return &tag->attr[i];
  return NULL;
}

/* The literal value of an attribute; "" when it is absent or holds a {{ value }}. */
static struct str static_value(const struct tag *tag, const char *name) {
  const struct attr *attr = find_attr(tag, name);
  return attr && attr->parts == 1 && !attr->part[0].is_value ? attr->part[0].text : (struct str){0};
}

static struct op *put(struct tpl *t, struct tag *tag, enum op_kind kind, int line) {
  return tpl_op(t, &tag->ops, &tag->cap, kind, line);
}

static void put_value(struct tpl *t, struct tag *tag, const struct attr *attr, struct str expr,
                      enum tpl_context context) {
  struct op *op = put(t, tag, OP_VALUE, attr->line);
  op->expr = expr;
  op->context = context;
}

static bool known_scheme(struct str url) {
  return str_starts(url, S("https://")) || str_starts(url, S("http://")) ||
         str_starts(url, S("mailto:")) || str_starts(url, S("tel:")) || str_starts(url, S("sms:"));
}

static bool own_address(struct str url) {
  if (str_starts(url, S("//")) || str_starts(url, S("/\\"))) return false;
  return url.n == 0 || url.p[0] == '/' || url.p[0] == '?' || url.p[0] == '#';
}

static bool has_host(struct str url) {
  size_t slashes = str_find(url, S("://"));
  return slashes < url.n &&
         str_find_byte(str_slice(url, slashes + 3, url.n), '/') < url.n - slashes - 3;
}

/* The context of a value after what already stands in the address. */
static bool url_context(struct tpl *t, const struct attr *attr, struct str seen, bool after_value,
                        enum tpl_context *out) {
  if (seen.n == 0 && !after_value)
    *out = IN_URL;
  else if (str_find_byte(seen, '#') < seen.n)
    *out = IN_TOKEN;
  else if (str_find_byte(seen, '?') < seen.n)
    *out = IN_QUERY;
  else if (str_eq(seen, S("tel:")) || str_eq(seen, S("mailto:")) || str_eq(seen, S("sms:")))
    *out = IN_OPAQUE;
  else if (after_value ? str_starts(seen, S("/")) : (own_address(seen) || has_host(seen)))
    *out = IN_SEGMENT;
  else
    return tpl_refuse(
        t, attr->line,
        "a value cannot stand in the scheme or host of %.*s: begin the address with /.",
        P(attr->name));
  return true;
}

static bool put_url(struct tpl *t, struct tag *tag, const struct attr *attr) {
  struct str seen = {0};
  bool after_value = false;
  for (int i = 0; i < attr->parts; i++) {
    const struct part_of_value *part = &attr->part[i];
    if (part->is_value) {
      enum tpl_context context = IN_URL;
      if (!url_context(t, attr, seen, after_value, &context)) return false;
      put_value(t, tag, attr, part->text, context);
      if (context == IN_URL) after_value = true;
      continue;
    }
    if (after_value && seen.n == 0 && part->text.n && !strchr("/?#&", part->text.p[0]))
      return tpl_refuse(t, attr->line,
                        "after a whole address in %.*s only /, ?, # or & may follow.",
                        P(attr->name));
    seen = tpl_str(t, "%.*s%.*s", P(seen), P(part->text));
    tpl_escaped(t, &tag->ops, &tag->cap, part->text, attr->line);
  }
  if (!after_value && !own_address(seen) && !known_scheme(seen))
    return tpl_refuse(
        t, attr->line,
        "the address of %.*s must begin with /, ?, #, https:, http:, mailto:, tel: or sms:.",
        P(attr->name));
  return true;
}

static bool put_words(struct tpl *t, struct tag *tag, const struct attr *attr) {
  struct run run = {0};
  bool letters = false;
  for (int i = 0; i < attr->parts; i++) {
    const struct part_of_value *part = &attr->part[i];
    struct item item = {
        .kind = part->is_value ? ITEM_VALUE : ITEM_TEXT, .text = part->text, .line = attr->line};
    if (part->is_value) {
      item.expr = part->text;
      item.name = part->name;
    } else if (tpl_has_letters(part->text)) {
      letters = true;
    }
    tpl_item(t, &run, item);
  }
  struct frame *top = tpl_top(t);
  if (letters && !(top && top->own_words)) {
    struct tpl_message *m;
    if (!tpl_message_of(t, &run, NULL, IN_ATTR, attr->line, &m)) return false;
    put(t, tag, OP_MESSAGE, attr->line)->message = m;
    return true;
  }
  for (size_t i = 0; i < run.n; i++) {
    if (run.p[i].kind == ITEM_VALUE)
      put_value(t, tag, attr, run.p[i].expr, IN_ATTR);
    else
      tpl_escaped(t, &tag->ops, &tag->cap, run.p[i].text, attr->line);
  }
  return true;
}

static bool put_parts(struct tpl *t, struct tag *tag, const struct attr *attr,
                      enum tpl_context context) {
  for (int i = 0; i < attr->parts; i++) {
    if (attr->part[i].is_value)
      put_value(t, tag, attr, attr->part[i].text, context);
    else
      tpl_escaped(t, &tag->ops, &tag->cap, attr->part[i].text, attr->line);
  }
  return true;
}

static bool note_id(struct tpl *t, const struct attr *attr) {
  if (!str_eq(attr->name, S("id")) || attr->parts != 1 || attr->part[0].is_value) return true;
  for (size_t i = 0; i < t->ids.n; i++)
    if (str_eq(t->ids.p[i], attr->part[0].text))
      return tpl_refuse(t, attr->line, "id=\"%.*s\" stands twice in this view.",
                        P(attr->part[0].text));
  *slice_push(t->a, &t->ids, &t->ids_cap) = attr->part[0].text;
  return true;
}

static enum attr_kind kind_of(const struct tag *tag, const struct attr *attr,
                              const char **instead) {
  enum attr_kind kind = tpl_attr(tag->name, attr->name, instead);
  struct str type = static_value(tag, "type");
  bool button = str_eq(type, S("submit")) || str_eq(type, S("button")) || str_eq(type, S("reset"));
  if (str_eq(attr->name, S("value")) && str_eq(tag->name, S("input")) && button) return ATTR_WORDS;
  if (str_eq(attr->name, S("content")) && str_eq(static_value(tag, "name"), S("description")))
    return ATTR_WORDS;
  return kind;
}

static bool put_optional(struct tpl *t, struct tag *tag, const struct attr *attr,
                         enum attr_kind kind) {
  if (attr->parts != 1 || !attr->part[0].is_value)
    return tpl_refuse(t, attr->line, "%.*s?= takes exactly one {{ value }}.", P(attr->name));
  if (kind == ATTR_STATIC)
    return tpl_refuse(t, attr->line, "%.*s cannot be computed.", P(attr->name));
  bool boolean = tpl_attr_boolean(attr->name);
  struct op *op = put(t, tag, boolean ? OP_BOOLEAN : OP_OPTIONAL, attr->line);
  op->expr = attr->part[0].text;
  op->text = boolean ? tpl_str(t, " %.*s", P(attr->name)) : tpl_str(t, " %.*s=\"", P(attr->name));
  op->context = kind == ATTR_URL ? IN_URL : kind == ATTR_TOKEN ? IN_TOKEN : IN_ATTR;
  return true;
}

static bool put_attr(struct tpl *t, struct tag *tag, const struct attr *attr) {
  const char *instead;
  enum attr_kind kind = kind_of(tag, attr, &instead);
  bool has_values = false;
  for (int i = 0; i < attr->parts; i++) has_values |= attr->part[i].is_value;
  if (kind == ATTR_REFUSED)
    return tpl_refuse(t, attr->line, "%.*s is not used: %s.", P(attr->name), instead);
  if (kind == ATTR_STATIC && has_values)
    return tpl_refuse(t, attr->line, "%.*s cannot be computed.", P(attr->name));
  if (attr->optional) return put_optional(t, tag, attr, kind);
  if (tpl_attr_boolean(attr->name) && has_values)
    return tpl_refuse(t, attr->line, "%.*s is on whenever it is written: use %.*s?=\"{{ ... }}\".",
                      P(attr->name), P(attr->name));
  if (!note_id(t, attr)) return false;
  tpl_literal(t, &tag->ops, &tag->cap,
              tpl_str(t, attr->has_value ? " %.*s=\"" : " %.*s", P(attr->name)), attr->line);
  if (!attr->has_value) return true;
  bool ok = kind == ATTR_URL     ? put_url(t, tag, attr)
            : kind == ATTR_WORDS ? put_words(t, tag, attr)
                                 : put_parts(t, tag, attr, kind == ATTR_TOKEN ? IN_TOKEN : IN_ATTR);
  tpl_literal(t, &tag->ops, &tag->cap, S("\""), attr->line);
  return ok;
}

/* ---- where an element may stand ---- */

static bool listed(const char *list, struct str word) {
  for (struct str rest = str_of(list); rest.n;)
    if (str_eq(str_cut(&rest, ' '), word)) return true;
  return false;
}

static bool check_place(struct tpl *t, const struct tag *tag) {
  static const char *const not_in_itself[] = {"a", "form", "button", "label"};
  const struct frame *parent = tpl_parent(t), *p = tpl_inside(t, "p"), *self;
  if (parent && (parent->element->flags & EL_WORDS))
    return tpl_refuse(t, tag->line, "<%s> holds words only: <%.*s> cannot stand in it.",
                      parent->element->name, P(tag->name));
  if (parent && tag->element->parents && !listed(tag->element->parents, parent->name))
    return tpl_refuse(t, tag->line, "<%.*s> cannot stand in <%.*s> (line %d); it belongs in: %s.",
                      P(tag->name), P(parent->name), parent->line, tag->element->parents);
  if (p && (tag->element->flags & EL_SHUTS_P))
    return tpl_refuse(t, tag->line, "<%.*s> would end the <p> of line %d: close it first.",
                      P(tag->name), p->line);
  for (size_t i = 0; i < countof(not_in_itself); i++)
    if (str_eq(tag->name, str_of(not_in_itself[i])) && (self = tpl_inside(t, not_in_itself[i])))
      return tpl_refuse(t, tag->line, "<%.*s> cannot stand inside the one of line %d.",
                        P(tag->name), self->line);
  if (tpl_in_plural(t) && !(tag->element->flags & EL_INLINE))
    return tpl_refuse(t, tag->line,
                      "a {%% plural %%} holds one sentence: <%.*s> cannot stand in it.",
                      P(tag->name));
  return true;
}

static bool check_needs(struct tpl *t, const struct tag *tag) {
  static const struct {
    const char *element, *attr, *why;
  } needs[] = {{"html", "lang", "so that it is read aloud in its own language"},
               {"img", "alt", "what it says in words, or alt=\"\" when it says nothing"},
               {"button", "type", "submit or button: a bare button sends the form"},
               {"form", "method", "get or post"},
               {"script", "src", "no script stands in a page; ours is app/app.js"}};
  for (size_t i = 0; i < countof(needs); i++)
    if (str_eq(tag->name, str_of(needs[i].element)) && !find_attr(tag, needs[i].attr))
      return tpl_refuse(t, tag->line, "<%.*s> needs %s: %s.", P(tag->name), needs[i].attr,
                        needs[i].why);
  struct str method = static_value(tag, "method");
  if (str_eq(tag->name, S("form")) && !str_eq(method, S("get")) && !str_eq(method, S("post")))
    return tpl_refuse(t, tag->line, "a form's method is \"get\" or \"post\".");
  return true;
}

/* ---- tags ---- */

static bool read_tag(struct tpl *t, struct tag *tag) {
  for (;;) {
    skip_space(t);
    if (t->at >= t->text.n)
      return tpl_refuse(t, tag->line, "<%.*s is never closed with >.", P(tag->name));
    if (here(t) == '>') break;
    if (at(t, "/>")) {
      tag->closed = true;
      step(t);
      break;
    }
    if (at(t, "{%"))
      return tpl_refuse(t, t->line,
                        "{%% %%} cannot stand inside a tag: use name?=\"{{ expression }}\".");
    if (!read_attr(t, tag)) return false;
  }
  step(t);
  if (tag->closed && !(tag->element->flags & (EL_VOID | EL_SVG)))
    return tpl_refuse(t, tag->line, "<%.*s/> does not close it in HTML: write </%.*s>.",
                      P(tag->name), P(tag->name));
  return true;
}

static bool write_tag(struct tpl *t, struct tag *tag) {
  tpl_literal(t, &tag->ops, &tag->cap, tpl_str(t, "<%.*s", P(tag->name)), tag->line);
  for (int i = 0; i < tag->attrs; i++)
    if (!put_attr(t, tag, &tag->attr[i])) return false;
  bool svg_end = tag->closed && (tag->element->flags & EL_SVG);
  tpl_literal(t, &tag->ops, &tag->cap, svg_end ? S("/>") : S(">"), tag->line);
  if (str_eq(tag->name, S("form")) && str_eq(static_value(tag, "method"), S("post")))
    put(t, tag, OP_CSRF, tag->line);
  if (tag->element->flags &
      EL_KEEP_SPACE) { /* a browser drops the first newline here; this one is meant for it */
    tpl_literal(t, &tag->ops, &tag->cap, S("\n"), tag->line);
    if (here(t) == '\n') step(t);
  }
  return true;
}

static void put_tag_ops(struct tpl *t, const struct tag *tag) {
  for (size_t i = 0; i < tag->ops.n; i++)
    *slice_push(t->a, &t->view->ops, &t->ops_cap) = tag->ops.p[i];
}

static bool open_tag(struct tpl *t) {
  int line = t->line;
  step(t);
  struct str name = tag_name(t);
  const struct element *element = tpl_element(name);
  if (name.n == 0)
    return tpl_refuse(t, line, "write &lt; for a < in the text (tags are lower case).");
  if (!element)
    return tpl_refuse(t, line,
                      "<%.*s> is not an element this compiler knows (tool/tpl_html.c lists them).",
                      P(name));
  struct tag tag = {.name = name, .element = element, .line = line};
  if (!t->attrs) t->attrs = arena_many(t->a, struct attr, ATTRS_MAX);
  tag.attr = t->attrs;
  if (!check_place(t, &tag) || !read_tag(t, &tag) || !check_needs(t, &tag) || !write_tag(t, &tag))
    return false;
  bool own = str_eq(static_value(&tag, "translate"), S("no")),
       ends = tag.closed || (element->flags & EL_VOID);
  if (element->flags & EL_INLINE) {
    tpl_item(t, &t->run,
             (struct item){.kind = ends ? ITEM_VOID : ITEM_OPEN,
                           .text = name,
                           .ops = tag.ops,
                           .line = line,
                           .partner = -1,
                           .own_words = own});
  } else {
    if (!tpl_flush(t, EDGE_BLOCK)) return false;
    put_tag_ops(t, &tag);
  }
  if (ends) return true;
  struct frame *top = tpl_top(t);
  own = own || (top && top->own_words);
  struct frame *f = tpl_push(t, FRAME_ELEMENT, line);
  if (!f) return false;
  f->name = name;
  f->element = element;
  f->own_words = own;
  return true;
}

static const char *frame_word(const struct frame *f) {
  static const char *const words[] = {"element", "view", "if", "each", "with", "wrap", "plural"};
  return words[f->kind];
}

static bool close_tag(struct tpl *t) {
  int line = t->line;
  t->at += 2;
  struct str name = tag_name(t);
  skip_space(t);
  if (here(t) != '>') return tpl_refuse(t, line, "</%.*s has something before its >.", P(name));
  step(t);
  struct frame *top = tpl_top(t);
  if (!top || top->kind != FRAME_ELEMENT)
    return tpl_refuse(
        t, line, "</%.*s> closes an element that was not opened inside this {%% %s %%} (line %d).",
        P(name), top ? frame_word(top) : "view", top ? top->line : 0);
  if (!str_eq(top->name, name))
    return tpl_refuse(t, line, "</%.*s> stands where </%.*s> (opened on line %d) is due.", P(name),
                      P(top->name), top->line);
  struct str markup = tpl_str(t, "</%.*s>", P(name));
  if (top->element->flags & EL_INLINE) {
    struct item item = {.kind = ITEM_CLOSE, .text = name, .line = line, .partner = -1};
    size_t cap = 0;
    tpl_literal(t, &item.ops, &cap, markup, line);
    tpl_item(t, &t->run, item);
    t->depth--;
    return true;
  }
  if (str_eq(name, S("script")) && t->run.n)
    return tpl_refuse(t, line, "no script stands in a page; ours is app/app.js.");
  if (!tpl_flush(t, EDGE_BLOCK)) return false;
  t->depth--;
  tpl_literal(t, &t->view->ops, &t->ops_cap, markup, line);
  return true;
}

static bool comment(struct tpl *t) {
  int line = t->line;
  struct str rest = str_slice(t->text, t->at, t->text.n);
  size_t end = str_find(rest, S("-->"));
  struct str inside = str_slice(rest, 0, end);
  if (end == rest.n) return tpl_refuse(t, line, "<!-- is never closed.");
  if (str_contains(inside, S("{{")) || str_contains(inside, S("{%")))
    return tpl_refuse(t, line,
                      "nothing is computed in a comment; {# ... #} hides a part of a view.");
  for (size_t i = 0; i < end + 3; i++) step(t);
  return true;
}

bool tpl_tag(struct tpl *t) {
  if (at(t, "<!--")) return comment(t);
  if (at(t, "<!doctype html>")) {
    if (!tpl_flush(t, EDGE_BLOCK)) return false;
    t->at += strlen("<!doctype html>");
    tpl_literal(t, &t->view->ops, &t->ops_cap, S("<!doctype html>"), t->line);
    return true;
  }
  return at(t, "</") ? close_tag(t) : open_tag(t);
}
