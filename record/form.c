/* Forms from the field table: rendering and reading. */
#include "record/form.h"

enum { RADIO_CHOICES_MAX = 6 };

void form_escape(struct buf *out, struct str s) {
  for (size_t i = 0; i < s.n; i++) {
    switch (s.p[i]) {
      case '&': buf_put(out, S("&amp;")); break;
      case '<': buf_put(out, S("&lt;")); break;
      case '>': buf_put(out, S("&gt;")); break;
      case '"': buf_put(out, S("&quot;")); break;
      case '\'': buf_put(out, S("&#39;")); break;
      default: buf_byte(out, s.p[i]); break;
    }
  }
}

/* Everything one control needs. `given` is what stands in it: as typed when something was posted.
 */
struct control {
  const struct record_form *form;
  const struct field *f;
  struct arena *a;
  struct buf *out;
  struct strs given;
  const struct fault *fault;
};

static struct str said(const struct control *c, const char *english) {
  return words_label(c->form->lang, str_of(english));
}

static void put(const struct control *c, struct str s) { form_escape(c->out, s); }

static struct strs one_text(struct arena *a, struct str s) {
  struct strs out = {arena_new(a, struct str), s.n > 0};
  out.p[0] = s;
  return out;
}

static struct strs given_values(const struct record_form *form, const struct field *f,
                                struct arena *a) {
  if (form->posted) return form->posted->values(form->posted->from, f->name);
  if (!form->record) return (struct strs){0};
  if (f->kind == KIND_LINK && form->link_text)
    return one_text(a, form->link_text(form->with, f, form->record));
  struct value v = field_get(f, form->record);
  if (f->kind == KIND_CODES) return str_split(a, v.known ? v.s : (struct str){0}, ' ');
  if (f->kind == KIND_DAY && v.known) {
    struct ymd d = day_ymd((day_t)v.i);
    return one_text(a, str_format(a, "%d/%d/%d", d.day, d.month, d.year));
  }
  return one_text(a, value_text(a, f, v));
}

static struct str first(const struct control *c) {
  return c->given.n ? c->given.p[0] : (struct str){0};
}

static bool is_given(const struct control *c, struct str value) {
  for (size_t i = 0; i < c->given.n; i++)
    if (str_eq(c->given.p[i], value)) return true;
  return false;
}

static void put_described(const struct control *c) {
  bool hint = c->f->hint && c->f->hint[0];
  if (!hint && !c->fault) return;
  buf_format(c->out, " aria-describedby=\"%s%s%s%s%s\"", hint ? "h-" : "", hint ? c->f->name : "",
             hint && c->fault ? " " : "", c->fault ? "m-" : "", c->fault ? c->f->name : "");
}

static void put_hint_and_fault(const struct control *c) {
  if (c->f->hint && c->f->hint[0]) {
    buf_format(c->out, "<p class=\"hint\" id=\"h-%s\">", c->f->name);
    put(c, said(c, c->f->hint));
    buf_put(c->out, S("</p>\n"));
  }
  if (c->fault) {
    buf_format(c->out, "<p class=\"msg\" id=\"m-%s\">", c->f->name);
    put(c, c->fault->sentence);
    buf_put(c->out, S("</p>\n"));
  }
}

static void put_label(const struct control *c) {
  put(c, said(c, c->f->label));
  if (!(c->f->flags & REQUIRED)) {
    buf_put(c->out, S(" <span class=\"quiet\">"));
    put(c, words_of(c->form->lang, T("(if known)")));
    buf_put(c->out, S("</span>"));
  }
}

static void open_field(const struct control *c) {
  buf_format(c->out, "<div class=\"field%s\">\n<label class=\"label\" for=\"f-%s\">",
             c->fault ? " bad" : "", c->f->name);
  put_label(c);
  buf_put(c->out, S("</label>\n"));
  put_hint_and_fault(c);
}

static void put_name(const struct control *c) {
  buf_format(c->out, " id=\"f-%s\" name=\"%s\"", c->f->name, c->f->name);
  put_described(c);
  if (c->fault) buf_put(c->out, S(" aria-invalid=\"true\""));
}

static const char *input_kind(enum kind k) {
  switch (k) {
    case KIND_EMAIL: return "type=\"text\" inputmode=\"email\" spellcheck=\"false\"";
    case KIND_PHONE: return "type=\"tel\"";
    case KIND_URL: return "type=\"text\" inputmode=\"url\" spellcheck=\"false\"";
    case KIND_INT: return "type=\"text\" inputmode=\"numeric\"";
    case KIND_MONEY:
    case KIND_DECIMAL: return "type=\"text\" inputmode=\"decimal\"";
    default: return "type=\"text\"";
  }
}

static void input(const struct control *c) {
  open_field(c);
  buf_format(c->out, "<input %s autocomplete=\"off\"", input_kind(c->f->kind));
  put_name(c);
  if (c->f->kind == KIND_LINK) buf_format(c->out, " list=\"%s-names\"", c->f->name);
  buf_put(c->out, S(" value=\""));
  put(c, first(c));
  buf_put(c->out, S("\">\n</div>\n"));
}

static void text_area(const struct control *c) {
  open_field(c);
  buf_put(c->out, S("<textarea rows=\"5\""));
  put_name(c);
  buf_put(c->out, S(">\n"));
  put(c, first(c));
  buf_put(c->out, S("</textarea>\n</div>\n"));
}

static void option(const struct control *c, struct str value, struct str label, bool chosen) {
  buf_put(c->out, S("<option value=\""));
  put(c, value);
  buf_put(c->out, chosen ? S("\" selected>") : S("\">"));
  put(c, label);
  buf_put(c->out, S("</option>\n"));
}

static void select_code(const struct control *c, const struct code_list *list) {
  open_field(c);
  buf_put(c->out, S("<select"));
  put_name(c);
  buf_put(c->out, S(">\n"));
  option(c, S(""),
         words_of(c->form->lang, c->f->flags & REQUIRED ? T("Choose one") : T("Not known")),
         !c->given.n);
  for (size_t i = 0; list && i < list->n; i++)
    if (!list->p[i].ended || is_given(c, list->p[i].code))
      option(c, list->p[i].code, words_label(c->form->lang, list->p[i].label),
             is_given(c, list->p[i].code));
  buf_put(c->out, S("</select>\n</div>\n"));
}

static void select_link(const struct control *c) {
  struct form_choices choices = c->form->choices(c->form->with, c->f);
  open_field(c);
  buf_put(c->out, S("<select"));
  put_name(c);
  buf_put(c->out, S(">\n"));
  option(c, S(""), words_of(c->form->lang, T("None chosen")), !c->given.n);
  for (size_t i = 0; i < choices.n; i++) {
    struct str id = str_format(c->a, "%lld", (long long)choices.p[i].id);
    option(c, id, choices.p[i].label, is_given(c, id));
  }
  buf_put(c->out, S("</select>\n</div>\n"));
}

static void open_set(const struct control *c, const char *shape) {
  buf_format(c->out, "<fieldset id=\"f-%s\" tabindex=\"-1\"%s", c->f->name,
             c->fault ? " class=\"bad\"" : "");
  put_described(c);
  buf_put(c->out, S(">\n<legend>"));
  put_label(c);
  buf_put(c->out, S("</legend>\n"));
  put_hint_and_fault(c);
  buf_format(c->out, "<div class=\"%s\">\n", shape);
}

static void tick(const struct control *c, const char *type, struct str value, struct str label) {
  buf_format(c->out, "<label><input type=\"%s\" name=\"%s\" value=\"", type, c->f->name);
  put(c, value);
  buf_put(c->out, is_given(c, value) || (!value.n && !c->given.n) ? S("\" checked> ") : S("\"> "));
  put(c, label);
  buf_put(c->out, S("</label>\n"));
}

static void radios(const struct control *c, const struct code_list *list) {
  open_set(c, "chips");
  for (size_t i = 0; i < list->n; i++)
    if (!list->p[i].ended || is_given(c, list->p[i].code))
      tick(c, "radio", list->p[i].code, words_label(c->form->lang, list->p[i].label));
  if (!(c->f->flags & REQUIRED)) tick(c, "radio", S(""), words_of(c->form->lang, T("Not known")));
  buf_put(c->out, S("</div>\n</fieldset>\n"));
}

static void boxes(const struct control *c, const struct code_list *list) {
  open_set(c, "chips many");
  for (size_t i = 0; list && i < list->n; i++)
    if (!list->p[i].ended || is_given(c, list->p[i].code))
      tick(c, "checkbox", list->p[i].code, words_label(c->form->lang, list->p[i].label));
  buf_put(c->out, S("</div>\n</fieldset>\n"));
}

static void yes_no(const struct control *c) {
  open_set(c, "chips");
  tick(c, "radio", S("yes"), words_of(c->form->lang, T("Yes")));
  tick(c, "radio", S("no"), words_of(c->form->lang, T("No")));
  tick(c, "radio", S(""), words_of(c->form->lang, T("Not known")));
  buf_put(c->out, S("</div>\n</fieldset>\n"));
}

void record_form_field(const struct record_form *form, const struct field *f, struct arena *a,
                       struct buf *out) {
  struct control c = {.form = form,
                      .f = f,
                      .a = a,
                      .out = out,
                      .given = given_values(form, f, a),
                      .fault = form->faults ? fault_of(form->faults, f) : NULL};
  const struct code_list *list = code_list(f->list);
  switch (f->kind) {
    case KIND_LONG: text_area(&c); break;
    case KIND_YESNO: yes_no(&c); break;
    case KIND_CODES: boxes(&c, list); break;
    case KIND_CODE:
      if (list && list->n <= RADIO_CHOICES_MAX)
        radios(&c, list);
      else
        select_code(&c, list);
      break;
    case KIND_LINK:
      if (form->choices)
        select_link(&c);
      else if (form->link_text)
        input(&c);
      break;
    default: input(&c); break;
  }
}

static bool on_form(const struct field *f) { return !(f->flags & (HIDDEN | COMPUTED)); }

/* The i-th field of the form, NULL at its end. */
static const struct field *form_field(const struct record_type *t, const char *const *only,
                                      size_t *i) {
  if (only) {
    while (only[*i]) {
      const struct field *f = field_find(t, str_of(only[(*i)++]));
      if (f) return f;
    }
    return NULL;
  }
  while (*i < t->n_fields) {
    const struct field *f = &t->fields[(*i)++];
    if (on_form(f)) return f;
  }
  return NULL;
}

void record_form_summary(const struct record_form *form, struct arena *a, struct buf *out) {
  (void)a;
  if (!form->faults || !form->faults->n) return;
  buf_put(out, S("<div class=\"box need\" role=\"alert\" tabindex=\"-1\" id=\"faults\">\n<h2>"));
  form_escape(out, words_of(form->lang, T("Please look at this again")));
  buf_put(out, S("</h2>\n<ul>\n"));
  for (size_t i = 0; i < form->faults->n; i++) {
    const struct fault *f = &form->faults->p[i];
    buf_format(out, "<li><a href=\"#f-%s\">", f->field ? f->field->name : "");
    form_escape(out, f->sentence);
    buf_put(out, S("</a></li>\n"));
  }
  buf_put(out, S("</ul>\n</div>\n"));
}

void record_form_version(const void *record, struct buf *out) {
  struct record_head h;
  memcpy(&h, record, sizeof h);
  buf_format(out, "<input type=\"hidden\" name=\"version\" value=\"%lld\">\n",
             (long long)h.version);
}

void record_form(const struct record_form *form, struct arena *a, struct buf *out) {
  record_form_summary(form, a, out);
  size_t i = 0;
  for (const struct field *f; (f = form_field(form->type, form->only, &i));)
    record_form_field(form, f, a, out);
}

/* Ticked boxes come one value each; everything else is one text. */
static struct str joined(struct arena *a, const struct field *f, struct strs values) {
  if (f->kind != KIND_CODES) return values.n ? values.p[0] : (struct str){0};
  struct str out = {0};
  for (size_t i = 0; i < values.n; i++)
    out = out.n ? str_format(a, "%.*s;%.*s", P(out), P(values.p[i])) : values.p[i];
  return out;
}

static bool read_field(struct arena *a, const struct field *f, const struct posted *posted,
                       void *record, struct why *why) {
  struct value v;
  if (!value_parse(a, f, joined(a, f, posted->values(posted->from, f->name)), &v, why))
    return false;
  if (!v.known && (f->flags & REQUIRED)) {
    bool pick = f->kind == KIND_CODE || f->kind == KIND_CODES || f->kind == KIND_LINK ||
                f->kind == KIND_YESNO;
    return why_say(why, pick ? "Choose an answer for: %s." : "Enter this: %s.", f->label);
  }
  field_set(f, record, v);
  return true;
}

struct faults record_form_read(const struct record_type *t, const char *const *only,
                               const struct posted *posted, struct arena *a, void *record) {
  struct faults faults = {0};
  size_t cap = 0, i = 0;
  struct strs version = posted->values(posted->from, "version");
  struct record_head h;
  memcpy(&h, record, sizeof h);
  if (version.n && str_to_i64(version.p[0], &h.version)) memcpy(record, &h, sizeof h);
  for (const struct field *f; (f = form_field(t, only, &i));) {
    struct why why = {0};
    if (!read_field(a, f, posted, record, &why))
      *slice_push(a, &faults, &cap) = (struct fault){f, str_copy(a, why_str(&why))};
  }
  return faults;
}
