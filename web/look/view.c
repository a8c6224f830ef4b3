#include <inttypes.h>
#include <stdio.h>
#include "web/look/view.h"

/* Ties the catalogues to the program's messages before main, and so before any fork: whoever writes
 * a page has them, and no command or test can forget to. About 100 ns a message. */
extern const struct catalogue catalogue_cy;
static __attribute__((constructor)) void bind_catalogues(void) { words_bind(&catalogue_cy); }

/* ---- text and attributes: one escaper, safe in both ---- */

enum { COPY, ESCAPE, WIDE };
/* 0x20-0x7E and tab, newline, return are copied; controls are not allowed in HTML and become
 * U+FFFD. */
static const uint8_t text_class[256] = {
    [0 ... 0x08] = ESCAPE, [0x0b ... 0x0c] = ESCAPE, [0x0e ... 0x1f] = ESCAPE, [0x7f] = ESCAPE,
    ['\r'] = ESCAPE,       ['&'] = ESCAPE,           ['<'] = ESCAPE,           ['>'] = ESCAPE,
    ['"'] = ESCAPE,        ['\''] = ESCAPE,          [0x80 ... 0xff] = WIDE};

static void put_replacement(struct view *v) { view_lit(v, "\xef\xbf\xbd"); }

static void put_escaped(struct view *v, char c) {
  switch (c) {
    case '&': view_lit(v, "&amp;"); break;
    case '<': view_lit(v, "&lt;"); break;
    case '>': view_lit(v, "&gt;"); break;
    case '"': view_lit(v, "&#34;"); break;
    case '\'': view_lit(v, "&#39;"); break;
    case '\r': view_lit(v, "&#13;"); break; /* a parser would turn a bare return into a newline */
    default: put_replacement(v); break;
  }
}

/* One character of two or more bytes: copied when it is sound, replaced when it is not. */
static void put_wide(struct view *v, struct str s, size_t *i) {
  size_t from = *i;
  uint32_t c = utf8_next(s, i);
  bool broken = c == 0xFFFD && *i == from + 1;
  if (broken || (c >= 0x80 && c < 0xa0))
    put_replacement(v);
  else
    view_put(v, s.p + from, *i - from);
}

void view_text_str(struct view *v, struct str s) {
  size_t from = 0, i = 0;
  while (i < s.n) {
    uint8_t kind = text_class[(uint8_t)s.p[i]];
    if (kind == COPY) {
      i++;
      continue;
    }
    if (i > from) view_put(v, s.p + from, i - from);
    if (kind == WIDE)
      put_wide(v, s, &i);
    else
      put_escaped(v, s.p[i++]);
    from = i;
  }
  if (i > from) view_put(v, s.p + from, i - from);
}

void view_i64(struct view *v, int64_t n) {
  if (n < 0) view_lit(v, "-");
  view_u64(v, n < 0 ? 0 - (uint64_t)n : (uint64_t)n);
}

void view_u64(struct view *v, uint64_t n) {
  char digits[20];
  size_t at = sizeof digits;
  do digits[--at] = (char)('0' + n % 10);
  while ((n /= 10));
  view_put(v, digits + at, sizeof digits - at);
}

void view_markup(struct view *v, struct markup m) { view_put(v, m.html.p, m.html.n); }

/* ---- addresses ---- */

static bool plain_char(uint8_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* RFC 3986: everything but the unreserved characters, and those in `also`, as %hh. */
static void put_percent(struct view *v, struct str s, const char *also) {
  static const char hex[] = "0123456789ABCDEF";
  size_t from = 0;
  for (size_t i = 0; i <= s.n; i++) {
    uint8_t c = i < s.n ? (uint8_t)s.p[i] : 0;
    if (plain_char(c) || (c && strchr(also, c))) continue;
    if (i > from) view_put(v, s.p + from, i - from);
    from = i + 1;
    if (i == s.n) break;
    char out[3] = {'%', hex[c >> 4], hex[c & 15]};
    view_put(v, out, 3);
  }
}

void view_query_str(struct view *v, struct str s) { put_percent(v, s, "-._~"); }

/* A phone number or mail address: the spaces people put between digits are no part of it. */
void view_opaque_str(struct view *v, struct str s) {
  while (s.n) put_percent(v, str_cut(&s, ' '), "-._~+@");
}

void view_segment_str(struct view *v, struct str s) {
  /* "/a/" + ".." + "/b" is "/b" to a browser, percent-encoded or not. */
  if (s.n == 0 || str_eq(s, S(".")) || str_eq(s, S("..")))
    view_lit(v, "-");
  else
    put_percent(v, s, "-._~");
}

static bool own_path(struct str s) {
  if (s.n == 0) return true;
  if (s.p[0] == '?' || s.p[0] == '#') return true;
  return s.p[0] == '/' && (s.n == 1 || s.p[1] != '/');
}

static bool known_scheme(struct str s) {
  static const char *const schemes[] = {"http://", "https://", "mailto:", "tel:", "sms:"};
  for (size_t i = 0; i < countof(schemes); i++) {
    struct str scheme = str_of(schemes[i]);
    if (str_eq_nocase(str_slice(s, 0, scheme.n), scheme)) return true;
  }
  return false;
}

/* Browsers drop tabs and newlines inside an address and read "\" as "/": neither is let through. */
static bool sound_url(struct str s) {
  for (size_t i = 0; i < s.n; i++)
    if ((uint8_t)s.p[i] <= 0x20 || s.p[i] == '\\' || s.p[i] == 0x7f) return false;
  return own_path(s) || known_scheme(s);
}

void view_url_str(struct view *v, struct str s) {
  if (sound_url(s))
    view_text_str(v, s);
  else
    view_lit(v, "#");
}

void view_token_str(struct view *v, struct str s) {
  static const char hex[] = "0123456789abcdef";
  for (size_t i = 0; i < s.n; i++) {
    uint8_t c = (uint8_t)s.p[i];
    char out[3] = {'_', hex[c >> 4], hex[c & 15]};
    if (plain_char(c) || c == '-' || c == '_')
      view_put(v, s.p + i, 1);
    else
      view_put(v, out, 3);
  }
}

/* ---- messages ---- */

void view_part(struct view *v, const struct part *p) {
  if (p->slot) return; /* a token this view has nothing for */
  if (p->plain)
    view_put(v, p->p, p->n);
  else
    view_text_str(v, (struct str){p->p, p->n});
}

struct wording view_wording(struct view *v, const struct message *m, int64_t n) {
  return words_wording(m, v->lang, n);
}

void view_message(struct view *v, const struct message *m, int64_t n) {
  struct wording w = words_wording(m, v->lang, n);
  if (!w.p) view_text_str(v, str_of(m->id)); /* T("...") holds no parsed English */
  for (uint32_t i = 0; i < w.n; i++) view_part(v, &w.p[i]);
}

/* ---- forms ---- */

void view_csrf(struct view *v) {
  if (v->csrf.n == 0) return;
  view_lit(v, "<input type=\"hidden\" name=\"" VIEW_CSRF_FIELD "\" value=\"");
  view_text_str(v, v->csrf);
  view_lit(v, "\">");
}
