/* tpl_html: the HTML the compiler knows. What is not in these tables is refused. */
#include <stdlib.h>
#include "tool/tpl.h"

#define SHUT EL_SHUTS_P
#define INL EL_INLINE
static const struct element elements[] = {
    {"html", 0, NULL},
    {"head", 0, "html"},
    {"body", 0, "html"},
    {"title", EL_WORDS, "head svg g a text path rect circle line polygon"},
    {"meta", EL_VOID, "head"},
    {"link", EL_VOID, "head"},
    {"script", EL_WORDS, "head"},
    {"header", SHUT, NULL},
    {"footer", SHUT, NULL},
    {"main", SHUT, NULL},
    {"nav", SHUT, NULL},
    {"section", SHUT, NULL},
    {"article", SHUT, NULL},
    {"aside", SHUT, NULL},
    {"div", SHUT, NULL},
    {"address", SHUT, NULL},
    {"blockquote", SHUT, NULL},
    {"h1", SHUT, NULL},
    {"h2", SHUT, NULL},
    {"h3", SHUT, NULL},
    {"h4", SHUT, NULL},
    {"p", SHUT, NULL},
    {"hr", SHUT | EL_VOID, NULL},
    {"pre", SHUT | EL_KEEP_SPACE, NULL},
    {"ul", SHUT, NULL},
    {"ol", SHUT, NULL},
    {"li", 0, "ul ol"},
    {"dl", SHUT, NULL},
    {"dt", 0, "dl div"},
    {"dd", 0, "dl div"},
    {"figure", SHUT, NULL},
    {"figcaption", SHUT, "figure"},
    {"details", SHUT, NULL},
    {"summary", 0, "details"},
    {"table", SHUT, NULL},
    {"caption", 0, "table"},
    {"thead", 0, "table"},
    {"tbody", 0, "table"},
    {"tfoot", 0, "table"},
    {"tr", 0, "thead tbody tfoot"},
    {"th", 0, "tr"},
    {"td", 0, "tr"},
    {"form", SHUT, NULL},
    {"fieldset", SHUT, NULL},
    {"legend", 0, "fieldset"},
    {"label", 0, NULL},
    {"button", 0, NULL},
    {"select", 0, NULL},
    {"optgroup", 0, "select"},
    {"option", EL_WORDS, "select optgroup datalist"},
    {"datalist", 0, NULL},
    {"textarea", EL_WORDS | EL_KEEP_SPACE, NULL},
    {"output", 0, NULL},
    {"progress", EL_WORDS, NULL},
    {"meter", EL_WORDS, NULL},
    {"input", INL | EL_VOID, NULL},
    {"a", INL, NULL},
    {"abbr", INL, NULL},
    {"b", INL, NULL},
    {"bdi", INL, NULL},
    {"br", INL | EL_VOID, NULL},
    {"cite", INL, NULL},
    {"code", INL, NULL},
    {"dfn", INL, NULL},
    {"del", INL, NULL},
    {"em", INL, NULL},
    {"i", INL, NULL},
    {"ins", INL, NULL},
    {"img", INL | EL_VOID, NULL},
    {"kbd", INL, NULL},
    {"mark", INL, NULL},
    {"q", INL, NULL},
    {"s", INL, NULL},
    {"samp", INL, NULL},
    {"small", INL, NULL},
    {"span", INL, NULL},
    {"strong", INL, NULL},
    {"sub", INL, NULL},
    {"sup", INL, NULL},
    {"time", INL, NULL},
    {"u", INL, NULL},
    {"var", INL, NULL},
    {"wbr", INL | EL_VOID, NULL},
    {"svg", EL_SVG, NULL},
    {"g", EL_SVG, NULL},
    {"path", EL_SVG, NULL},
    {"circle", EL_SVG, NULL},
    {"rect", EL_SVG, NULL},
    {"line", EL_SVG, NULL},
    {"polyline", EL_SVG, NULL},
    {"polygon", EL_SVG, NULL},
    {"ellipse", EL_SVG, NULL},
    {"text", EL_SVG, NULL},
    {"tspan", EL_SVG | INL, "text tspan"},
    {"desc", EL_SVG | EL_WORDS, NULL},
    {"defs", EL_SVG, NULL},
    {"pattern", EL_SVG, NULL},
    {"use", EL_SVG, NULL}};
#undef SHUT
#undef INL

const struct element *tpl_element(struct str name) {
  for (size_t i = 0; i < countof(elements); i++)
    if (str_eq(str_of(elements[i].name), name)) return &elements[i];
  return NULL;
}

static bool in_list(const char *list, struct str word) {
  struct str rest = str_of(list);
  while (rest.n)
    if (str_eq(str_cut(&rest, ' '), word)) return true;
  return false;
}

bool tpl_attr_boolean(struct str attr) {
  return in_list("checked disabled hidden multiple open readonly required reversed selected "
                 "autofocus novalidate "
                 "defer itemscope",
                 attr);
}

static const struct {
  const char *names, *instead;
} refused[] = {
    {"style", "write a class and put the rule into app/style.css"},
    {"placeholder", "say it in the label or a .hint: it vanishes when somebody types"},
    {"srcdoc ping background data manifest srcset sizes codebase classid archive longdesc usemap",
     "there is no safe use of it here"},
    {"xlink:href", "write href"},
    {"http-equiv", "headers are sent by web, not by a page"},
    {"accesskey",
     "single keys clash with screen readers; app.js offers shortcuts that can be turned off"},
    {"autoplay loop", "nothing moves by itself"},
    {"target", "links open where the reader is"},
    {"integrity nonce crossorigin", "every script and style is ours and in a file"}};

enum attr_kind tpl_attr(struct str element, struct str attr, const char **instead) {
  *instead = NULL;
  for (size_t i = 0; i < countof(refused); i++)
    if (in_list(refused[i].names, attr)) {
      *instead = refused[i].instead;
      return ATTR_REFUSED;
    }
  if (str_starts(attr, S("on"))) {
    *instead = "scripts live in app/app.js and find their elements by data-...";
    return ATTR_REFUSED;
  }
  if (in_list("href src action formaction poster cite", attr)) return ATTR_URL;
  if (in_list(
          "id class for headers list form aria-labelledby aria-describedby aria-controls aria-owns "
          "aria-activedescendant aria-errormessage aria-details",
          attr))
    return ATTR_TOKEN;
  if (in_list(
          "title alt aria-label aria-roledescription aria-description aria-valuetext data-l label",
          attr))
    return ATTR_WORDS;
  if (in_list("fill stroke filter clip-path mask marker-start marker-mid marker-end method enctype "
              "formmethod "
              "http-equiv rel charset xmlns role type lang dir translate autocomplete inputmode",
              attr)) {
    /* Values in these would change what the element is, or reach CSS. A few are harmless and
     * needed. */
    if (in_list("lang dir autocomplete inputmode role", attr)) return ATTR_PLAIN;
    if (str_eq(attr, S("type")) && str_eq(element, S("input"))) return ATTR_PLAIN;
    return ATTR_STATIC;
  }
  return ATTR_PLAIN;
}

static const struct {
  const char *name, *utf8;
} entities[] = {{"amp", "&"},
                {"lt", "<"},
                {"gt", ">"},
                {"quot", "\""},
                {"apos", "'"},
                {"nbsp", "\xc2\xa0"},
                {"shy", "\xc2\xad"},
                {"middot", "\xc2\xb7"},
                {"pound", "\xc2\xa3"},
                {"times", "\xc3\x97"},
                {"copy", "\xc2\xa9"},
                {"ndash", "\xe2\x80\x93"},
                {"mdash", "\xe2\x80\x94"},
                {"lsquo", "\xe2\x80\x98"},
                {"rsquo", "\xe2\x80\x99"},
                {"ldquo", "\xe2\x80\x9c"},
                {"rdquo", "\xe2\x80\x9d"},
                {"hellip", "\xe2\x80\xa6"},
                {"minus", "\xe2\x88\x92"},
                {"euro", "\xe2\x82\xac"},
                {"rarr", "\xe2\x86\x92"},
                {"larr", "\xe2\x86\x90"},
                {"eacute", "\xc3\xa9"}};

static size_t numbered_entity(struct str body, struct buf *out) {
  bool hex = body.n > 1 && (body.p[1] == 'x' || body.p[1] == 'X');
  uint32_t c = 0;
  for (size_t i = hex ? 2 : 1; i < body.n; i++) {
    char d = body.p[i];
    uint32_t digit = d >= '0' && d <= '9'          ? (uint32_t)(d - '0')
                     : hex && d >= 'a' && d <= 'f' ? (uint32_t)(d - 'a' + 10)
                     : hex && d >= 'A' && d <= 'F' ? (uint32_t)(d - 'A' + 10)
                                                   : 99;
    if (digit == 99 || c > 0x10ffff) return 0;
    c = c * (hex ? 16 : 10) + digit;
  }
  char utf8[4];
  size_t n = c < 0x20 && c != '\n' && c != '\t' ? 0 : utf8_put(utf8, c);
  buf_put(out, (struct str){utf8, n});
  return n ? body.n + 2 : 0;
}

size_t tpl_entity(struct str s, struct buf *out) {
  size_t end = str_find_byte(str_slice(s, 0, 12), ';');
  if (s.n < 3 || s.p[0] != '&' || end >= s.n || end == 12 || end < 2) return 0;
  struct str body = str_slice(s, 1, end);
  if (body.p[0] == '#') return body.n > 1 ? numbered_entity(body, out) : 0;
  for (size_t i = 0; i < countof(entities); i++)
    if (str_eq(str_of(entities[i].name), body)) {
      buf_put(out, str_of(entities[i].utf8));
      return end + 1;
    }
  return 0;
}
