/* lint_forms: a form that takes what somebody types keeps it (web/fill.h, web/typed.h), or says why
 * not. Over every view, so that no form is left out. */
#include <stdio.h>
#include "tool/lint.h"

/* Why a form may keep nothing: a secret; a question, of which nothing is kept; nobody is signed in
 * whose it could be. */
static bool is_reason(struct str said) {
  return str_eq(said, S("secret")) || str_eq(said, S("asked")) || str_eq(said, S("visitor"));
}

/* The end of the tag that begins s: a > outside {{ }} and {% %}. */
static size_t tag_end(struct str s) {
  for (size_t i = 0; i < s.n; i++) {
    struct str rest = str_slice(s, i, s.n);
    if (str_starts(rest, S("{{")))
      i += str_find(rest, S("}}"));
    else if (s.p[i] == '>')
      return i;
  }
  return s.n;
}

static struct str attribute(struct str tag, const char *name) {
  char mark[40];
  snprintf(mark, sizeof mark, " %s=\"", name);
  size_t at = str_find(tag, str_of(mark));
  struct str rest = str_slice(tag, at + strlen(mark), tag.n);
  return at == tag.n ? (struct str){0} : str_cut(&rest, '"');
}

/* Does anybody type in it: several lines, a line, or the fields of a record? */
static bool takes_words(struct str body) {
  if (str_contains(body, S("<textarea")) || str_contains(body, S("form }}"))) return true;
  for (size_t at = str_find(body, S("<input")); at < body.n;) {
    struct str rest = str_slice(body, at, body.n), tag = str_slice(rest, 0, tag_end(rest)),
               type = attribute(tag, "type");
    static const char *const pressed[] = {"hidden", "radio", "checkbox",
                                          "submit", "file",  "password"};
    bool typed = true;
    for (size_t i = 0; i < countof(pressed); i++) typed &= !str_eq(type, str_of(pressed[i]));
    if (typed) return true;
    size_t next = str_find(str_slice(rest, 6, rest.n), S("<input"));
    at = next + 6 < rest.n ? at + 6 + next : body.n;
  }
  return false;
}

/* One form. */
static const char *wrong(struct str tag, struct str body) {
  bool keeps = str_contains(tag, S(" data-draft=\"")), said = str_contains(tag, S("data-no-draft"));
  if (!str_contains(tag, S("method=\"post\"")) || !takes_words(body)) return NULL;
  if (said)
    return is_reason(attribute(tag, "data-no-draft")) && !keeps
               ? NULL
               : "a form keeps no draft because it is secret, asked or a visitor's; no other "
                 "reason.";
  if (!keeps) return "what is typed here is lost with the tab: add data-draft and data-fill.";
  if (!str_contains(tag, S(" data-fill")) && !str_contains(body, S("draft_words")))
    return "its draft is never put back: add data-fill, or draft_words and typed_of.";
  return NULL;
}

void lint_forms(struct lint *l, struct str path, struct str text) {
  if (!str_ends(path, S(".html"))) return;
  for (size_t at = str_find(text, S("<form")); at < text.n;) {
    struct str rest = str_slice(text, at, text.n), tag = str_slice(rest, 0, tag_end(rest));
    struct str body = str_slice(rest, tag.n, str_find(rest, S("</form>")));
    const char *fault = wrong(tag, body);
    int line = 1;
    for (size_t i = 0; i < at; i++) line += text.p[i] == '\n';
    if (fault) buf_format(l->out, "%.*s:%d: %s\n", P(path), line, fault), l->faults++;
    size_t next = str_find(str_slice(rest, 5, rest.n), S("<form"));
    at = next + 5 < rest.n ? at + 5 + next : text.n;
  }
}
