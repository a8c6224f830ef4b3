/* fill: goes over a page tag by tag; see fill.h. */
#include "base/base.h"
#include "web/fill.h"

struct attribute {
  struct str name, value;
};
struct tag {
  size_t from, to; /* of the page, < to > included */
  struct str name; /* "form", "/form" */
  struct attribute attribute[FILL_ATTRIBUTES_MAX];
  size_t n;
};

struct filling {
  struct arena *a;
  struct str page, back, always;
  struct buf *out;
  size_t copied;                     /* of the page, so far */
  size_t details;                    /* of out: just after the last closed "<details"; 0 = none */
  const struct field_values *values; /* of the form we are in; NULL: leave it */
  bool inside, *used;                /* one a value: fields of one name take theirs in order */
  struct str select;                 /* the name of the list of choices we are in */
  size_t filled;
};

/* ---- reading ---- */

static bool space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

/* The attribute at i; i moves past it. False at the end of the tag. */
static bool attribute_at(struct str page, size_t *i, struct attribute *out) {
  while (*i < page.n && (space(page.p[*i]) || page.p[*i] == '/')) (*i)++;
  size_t from = *i;
  while (*i < page.n && !space(page.p[*i]) && page.p[*i] != '=' && page.p[*i] != '>') (*i)++;
  *out = (struct attribute){.name = str_slice(page, from, *i)};
  if (*i >= page.n || page.p[*i] != '=') return out->name.n > 0;
  if (++*i >= page.n || page.p[*i] != '"') return false;
  size_t value = ++*i;
  while (*i < page.n && page.p[*i] != '"') (*i)++;
  out->value = str_slice(page, value, *i);
  if (*i < page.n) (*i)++;
  return out->name.n > 0;
}

/* The next tag from `at` on. */
static bool tag_next(struct str page, size_t at, struct tag *t) {
  size_t i = at + str_find_byte(str_slice(page, at, page.n), '<');
  if (i >= page.n) return false;
  *t = (struct tag){.from = i++};
  size_t name = i;
  while (i < page.n && !space(page.p[i]) && page.p[i] != '>') i++;
  t->name = str_slice(page, name, i);
  struct attribute one;
  while (t->n < FILL_ATTRIBUTES_MAX && attribute_at(page, &i, &one)) t->attribute[t->n++] = one;
  i += str_find_byte(str_slice(page, i, page.n), '>');
  t->to = i < page.n ? i + 1 : page.n;
  return true;
}

static const struct attribute *has(const struct tag *t, const char *name) {
  for (size_t i = 0; i < t->n; i++)
    if (str_eq(t->attribute[i].name, str_of(name))) return &t->attribute[i];
  return NULL;
}

/* An attribute's value as it was before the view escaped it. */
static struct str plain_of(struct arena *a, const struct tag *t, const char *name) {
  static const struct {
    const char *mark;
    char byte;
  } marks[] = {{"&amp;", '&'}, {"&lt;", '<'},   {"&gt;", '>'},
               {"&#34;", '"'}, {"&#39;", '\''}, {"&#13;", '\r'}};
  const struct attribute *x = has(t, name);
  if (!x || str_find_byte(x->value, '&') == x->value.n) return x ? x->value : (struct str){0};
  char *p = arena_many(a, char, x->value.n + 1);
  size_t n = 0;
  for (size_t i = 0; i < x->value.n;) {
    size_t k = 0;
    struct str rest = str_slice(x->value, i, x->value.n);
    while (k < countof(marks) && !str_starts(rest, str_of(marks[k].mark))) k++;
    p[n++] = k < countof(marks) ? marks[k].byte : rest.p[0];
    i += k < countof(marks) ? strlen(marks[k].mark) : 1;
  }
  return (struct str){p, n};
}

static bool is_tag(const struct tag *t, const char *name) { return str_eq(t->name, str_of(name)); }

static bool is_kind(const struct tag *t, const char *kind) {
  const struct attribute *x = has(t, "type");
  return x && str_eq(x->value, str_of(kind));
}

/* ---- what was typed ---- */

static bool chosen(const struct filling *f, struct str name, struct str value) {
  for (size_t i = 0; i < f->values->n; i++)
    if (str_eq(f->values->p[i].name, name) && str_eq(f->values->p[i].value, value)) return true;
  return false;
}

static bool known(const struct filling *f, struct str name) {
  for (size_t i = 0; i < f->values->n; i++)
    if (str_eq(f->values->p[i].name, name)) return true;
  return false;
}

/* The next value of that name no field has taken yet. */
static const struct str *taken(struct filling *f, struct str name) {
  for (size_t i = 0; i < f->values->n; i++)
    if (!f->used[i] && str_eq(f->values->p[i].name, name)) {
      f->used[i] = true;
      return &f->values->p[i].value;
    }
  return NULL;
}

/* ---- writing ---- */

static void copy_to(struct filling *f, size_t to) {
  if (to > f->copied) buf_put(f->out, str_slice(f->page, f->copied, to));
  f->copied = to > f->copied ? to : f->copied;
}

static void put_escaped(struct buf *out, struct str s) {
  for (size_t i = 0; i < s.n; i++) switch (s.p[i]) {
      case '&': buf_put(out, S("&amp;")); break;
      case '<': buf_put(out, S("&lt;")); break;
      case '>': buf_put(out, S("&gt;")); break;
      case '"': buf_put(out, S("&#34;")); break;
      case '\'': buf_put(out, S("&#39;")); break;
      default: buf_byte(out, s.p[i]);
    }
}

/* The tag without one attribute, left open for more. */
static void put_tag(struct filling *f, const struct tag *t, const char *without) {
  copy_to(f, t->from);
  buf_byte(f->out, '<');
  buf_put(f->out, t->name);
  for (size_t i = 0; i < t->n; i++) {
    if (str_eq(t->attribute[i].name, str_of(without))) continue;
    buf_byte(f->out, ' ');
    buf_put(f->out, t->attribute[i].name);
    if (!t->attribute[i].value.p) continue;
    buf_put(f->out, S("=\""));
    buf_put(f->out, t->attribute[i].value);
    buf_byte(f->out, '"');
  }
  f->copied = t->to;
}

static void put_mark(struct filling *f, const struct tag *t, const char *mark, bool on) {
  put_tag(f, t, mark);
  if (on) buf_format(f->out, " %s", mark);
  buf_byte(f->out, '>');
}

static void fill_input(struct filling *f, const struct tag *t) {
  static const char *const never[] = {"hidden", "password", "submit", "button", "file", "image"};
  struct str name = plain_of(f->a, t, "name");
  for (size_t i = 0; i < countof(never); i++)
    if (is_kind(t, never[i])) return;
  if (is_kind(t, "checkbox") || is_kind(t, "radio"))
    return put_mark(f, t, "checked", chosen(f, name, plain_of(f->a, t, "value")));
  const struct str *value = taken(f, name);
  if (!value) return;
  put_tag(f, t, "value");
  buf_put(f->out, S(" value=\""));
  put_escaped(f->out, *value);
  buf_put(f->out, S("\">"));
}

static void fill_textarea(struct filling *f, const struct tag *t) {
  const struct str *value = taken(f, plain_of(f->a, t, "name"));
  if (!value) return;
  copy_to(f, t->to);
  if (value->n && value->p[0] == '\n') buf_byte(f->out, '\n'); /* the first one is not read */
  put_escaped(f->out, *value);
  f->copied = t->to + str_find(str_slice(f->page, t->to, f->page.n), S("</textarea"));
}

/* ---- forms ---- */

static void form_begins(struct filling *f, const struct tag *t, fill_values *values, void *with) {
  struct fill_form form = {plain_of(f->a, t, "action"),
                           plain_of(f->a, t, "data-draft"),
                           plain_of(f->a, t, "data-draft-record"),
                           {0}};
  struct field_value *hidden = arena_many(f->a, struct field_value, FILL_HIDDEN_MAX);
  struct tag in;
  for (size_t at = t->to; tag_next(f->page, at, &in) && !is_tag(&in, "/form"); at = in.to)
    if (is_tag(&in, "input") && is_kind(&in, "hidden") && form.hidden.n < FILL_HIDDEN_MAX)
      hidden[form.hidden.n++] =
          (struct field_value){plain_of(f->a, &in, "name"), plain_of(f->a, &in, "value")};
  form.hidden.p = hidden;
  f->inside = true;
  f->values = values(with, &form);
  if (!f->values) return;
  f->used = arena_many(f->a, bool, f->values->n + 1);
  memset(f->used, 0, f->values->n + 1);
  f->filled++;
  copy_to(f, t->from);
  if (!f->details || f->out->full) return;
  /* What is back is seen: the fold it stands in is opened. */
  size_t tail = f->out->n - f->details;
  buf_put(f->out, S(" open"));
  if (f->out->full) return;
  memmove(f->out->p + f->details + 5, f->out->p + f->details, tail);
  memcpy(f->out->p + f->details, " open", 5);
  f->details = 0;
}

static void form_ends(struct filling *f, const struct tag *t) {
  copy_to(f, t->from);
  if (f->values) buf_put(f->out, f->back);
  buf_put(f->out, f->always);
  f->inside = false, f->values = NULL, f->select = (struct str){0};
}

static void fill_tag(struct filling *f, const struct tag *t) {
  if (is_tag(t, "input")) fill_input(f, t);
  if (is_tag(t, "textarea")) fill_textarea(f, t);
  if (is_tag(t, "select")) f->select = plain_of(f->a, t, "name");
  if (is_tag(t, "/select")) f->select = (struct str){0};
  if (is_tag(t, "option") && f->select.n && has(t, "value") && known(f, f->select))
    put_mark(f, t, "selected", chosen(f, f->select, plain_of(f->a, t, "value")));
}

size_t fill_page(struct arena *a, struct str page, struct str back, struct str always,
                 fill_values *values, void *with, struct buf *out) {
  struct filling f = {.a = a, .page = page, .back = back, .always = always, .out = out};
  struct tag t;
  for (size_t at = 0; tag_next(page, at, &t); at = f.copied > t.to ? f.copied : t.to) {
    if (is_tag(&t, "details") && !has(&t, "open")) {
      copy_to(&f, t.from + 8);
      f.details = out->n;
    } else if (is_tag(&t, "/details")) {
      f.details = 0;
    } else if (is_tag(&t, "form") && has(&t, "data-fill") && !f.inside) {
      form_begins(&f, &t, values, with);
    } else if (is_tag(&t, "/form") && f.inside) {
      form_ends(&f, &t);
    } else if (f.values) {
      fill_tag(&f, &t);
    }
  }
  copy_to(&f, page.n);
  return f.filled;
}
