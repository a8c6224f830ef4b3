/* Views as they come out: the example of tool/VIEWS.md, every writer on naughty values, messages in
 * both languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>
#include "web/look/assets.h"
#include "web/look/example/example.h"
#include "example.html.h"
#include "contexts.html.h"

static struct arena arena;

static struct view view_begin(enum language lang) {
  static struct buf out;
  out = buf_open((size_t)4 << 20);
  return (struct view){.out = &out, .lang = lang, .csrf = S("tok\"en"), .arena = &arena};
}

static const char *written(struct view *v) {
  buf_byte(v->out, 0);
  assert_false(v->out->full);
  return v->out->p;
}

#define assert_in(text, part)                                                                      \
  do {                                                                                             \
    if (!strstr(text, part)) fail_msg("not found: %s\nin: %s", part, text);                        \
  } while (0)

static void example_page(void **state) {
  (void)state;
  static const struct example_place places[] = {
      {S("The Net <Loft>"), S("a/b?c"), S("01632 960 120"), true, 18, 20000},
      {S("Harbour \"Money\" Advice & Co"), S(".."), S("1"), false, 23, DAY_NONE}};
  struct example_page page = {.layout = {.kind = LAYOUT_PUBLIC, .title = S("Places</title>")},
                              .asked = S("\nwork & money"),
                              .back = S("javascript:alert(1)"),
                              .fault = S("Say <b>more</b>."),
                              .tick = true};
  page.places.p = places;
  page.places.n = countof(places);
  struct view v = view_begin(LANG_EN);
  view_example(&v, &page);
  const char *html = written(&v);
  assert_in(html, "<title>Places&lt;/title&gt; - Waymark</title>");
  assert_in(html, "<h1>2 places near you</h1>");
  assert_in(html, "You asked for <b>\nwork &amp; money</b>. <a href=\"#\">Change my answers</a>");
  assert_in(
      html,
      "<li id=\"place-0\"><h2 class=\"h3\"><a "
      "href=\"/services/a%2Fb%3Fc?from=The%20Net%20%3CLoft%3E\">The Net &lt;Loft&gt;</a></h2>");
  assert_in(html, "<a href=\"/services/-?from=");
  assert_in(html, "<li><b>18 min</b> by bus</li><li class=\"on\">Open now</li>");
  assert_in(html, "<time datetime=\"2024-10-04\">4 October 2024</time>");
  assert_in(html, "<a class=\"nw\" href=\"tel:01632960120\" title=\"Ring The Net "
                  "&lt;Loft&gt;\">01632 960 120</a>.");
  assert_in(html, "<form method=\"post\" action=\"/places/save\" data-no-draft=\"visitor\">"
                  "<input type=\"hidden\" "
                  "name=\"csrf\" value=\"tok&#34;en\">");
  assert_in(html, "aria-describedby=\"note-m\">\n\nwork &amp; money</textarea>");
  assert_in(html, "<label><input type=\"checkbox\" name=\"keep\" checked> Keep my list</label>");
  buf_free(v.out);
}

/* ---- what a browser would read back ---- */

/* Undoes HTML escaping the slow way; fails on anything a parser could take for markup. */
static struct str unescaped(struct str html) {
  static const struct {
    const char *ref;
    char c;
  } refs[] = {{"&amp;", '&'}, {"&lt;", '<'},   {"&gt;", '>'},
              {"&#34;", '"'}, {"&#39;", '\''}, {"&#13;", '\r'}};
  char *p = arena_many(&arena, char, html.n + 1);
  size_t n = 0;
  for (size_t i = 0; i < html.n;) {
    char c = html.p[i];
    if (c == '<' || c == '>' || c == '"') fail_msg("raw %c in %.*s", c, P(html));
    size_t k = 0;
    while (c == '&' && k < countof(refs) &&
           !str_starts(str_slice(html, i, html.n), str_of(refs[k].ref)))
      k++;
    if (c == '&' && k == countof(refs)) fail_msg("raw & in %.*s", P(html));
    p[n++] = c == '&' ? refs[k].c : c;
    i += c == '&' ? strlen(refs[k].ref) : 1;
  }
  return (struct str){p, n};
}

static struct str unpercented(struct str s) {
  char *p = arena_many(&arena, char, s.n + 1);
  size_t n = 0;
  for (size_t i = 0; i < s.n; i++) {
    if (strchr("/?#&\"'<> ", s.p[i])) fail_msg("raw %c in %.*s", s.p[i], P(s));
    uint8_t byte = (uint8_t)s.p[i];
    if (s.p[i] == '%') {
      assert_true(hex_parse(str_slice(s, i + 1, i + 3), &byte, 1));
      i += 2;
    }
    p[n++] = (char)byte;
  }
  return (struct str){p, n};
}

/* What stands between two marks of the page. */
static struct str between(struct str html, const char *from, const char *to) {
  size_t at = str_find(html, str_of(from));
  assert_true(at < html.n);
  struct str rest = str_slice(html, at + strlen(from), html.n);
  return str_slice(rest, 0, str_find(rest, str_of(to)));
}

/* Text that HTML can hold as it is: sound UTF-8 without control characters. */
static bool holdable(struct str s) {
  if (!utf8_valid(s)) return false;
  for (size_t i = 0; i < s.n;) {
    uint32_t c = utf8_next(s, &i);
    bool control = c < 0x20 && c != '\t' && c != '\n' && c != '\r';
    if (control || (c >= 0x7f && c < 0xa0)) return false;
  }
  return true;
}

static void read_back(struct str x) {
  struct view v = view_begin(LANG_EN);
  view_naughty(&v, x);
  struct str html = str_copy(&arena, buf_str(v.out));
  buf_free(v.out);
  assert_true(utf8_valid(html));
  struct str text = unescaped(between(html, "<p class=\"text\">", "</p>"));
  struct str attr = unescaped(between(html, "data-v=\"", "\""));
  struct str area = unescaped(between(html, "<textarea name=\"t\">\n", "</textarea>"));
  struct str words = unescaped(between(html, "title=\"Go to ", " now\""));
  unescaped(between(html, "<a class=\"whole\" href=\"", "\""));
  if (holdable(x)) {
    assert_true(str_eq(text, x) && str_eq(attr, x) && str_eq(area, x) && str_eq(words, x));
  }
  struct str segment = unpercented(between(html, "href=\"/s/", "/end\"")),
             query = unpercented(between(html, "?q=", "&amp;z=1"));
  bool dots = x.n == 0 || str_eq(x, S(".")) || str_eq(x, S(".."));
  assert_true(str_eq(segment, dots ? S("-") : x));
  assert_true(str_eq(query, x));
  struct str token = between(html, "id=\"t-", "\"");
  for (size_t i = 0; i < token.n; i++)
    assert_non_null(
        strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", token.p[i]));
}

static void naughty_strings(void **state) {
  (void)state;
  static const char *const strings[] = {"",
                                        ".",
                                        "..",
                                        " ",
                                        "\n",
                                        "\nleading",
                                        "\r\n",
                                        "a\rb",
                                        "<script>alert(1)</script>",
                                        "\"><img src=x onerror=alert(1)>",
                                        "' onmouseover='alert(1)",
                                        "</textarea><script>",
                                        "</title>",
                                        "<!--",
                                        "-->",
                                        "]]>",
                                        "&amp;",
                                        "&",
                                        "&#x3c;",
                                        "{{ x }}",
                                        "{% end %}",
                                        "javascript:alert(1)",
                                        "JaVaScRiPt:x",
                                        " javascript:x",
                                        "\tjavascript:x",
                                        "data:text/html,x",
                                        "vbscript:x",
                                        "//evil.example",
                                        "/\\evil.example",
                                        "\\\\evil",
                                        "https://ok.example/a?b=c&d=\"e\"",
                                        "%00%0a",
                                        "%2e%2e",
                                        "a/b?c#d",
                                        "+",
                                        "a b",
                                        "\xe2\x80\xa8",
                                        "\xe2\x80\xae"
                                        "abc",
                                        "\xf0\x9f\x98\x80",
                                        "\xc0\xaf",
                                        "\xed\xa0\x80",
                                        "\xff\xfe",
                                        "caf\xc3\xa9",
                                        "\xc2\x85",
                                        "O\xe2\x80\x99"
                                        "Brien",
                                        "1;DROP TABLE",
                                        "=1+1",
                                        "\x1b[31m",
                                        "\x7f"};
  for (size_t i = 0; i < countof(strings); i++) read_back(str_of(strings[i]));
  for (int c = 0; c < 256; c++) {
    char three[3] = {'a', (char)c, 'b'};
    read_back((struct str){three, 3});
    read_back((struct str){three + 1, 1});
  }
  struct rng r = rng_seed(7);
  for (int round = 0; round < 2000; round++) {
    char bytes[24];
    size_t n = rng_below(&r, sizeof bytes);
    for (size_t i = 0; i < n; i++)
      bytes[i] =
          rng_below(&r, 3) ? " <>&\"'/%\\:\n.a"[rng_below(&r, 14)] : (char)rng_below(&r, 256);
    read_back((struct str){bytes, n});
    if (round % 200 == 0) arena_reset(&arena);
  }
}

static void whole_addresses(void **state) {
  (void)state;
  static const struct {
    const char *given, *want;
  } rows[] = {{"", ""},
              {"/find", "/find"},
              {"?page=2", "?page=2"},
              {"#top", "#top"},
              {"/a?b=c&d=\"", "/a?b=c&amp;d=&#34;"},
              {"https://x.example/", "https://x.example/"},
              {"HTTP://x.example/", "HTTP://x.example/"},
              {"mailto:a@b.example", "mailto:a@b.example"},
              {"tel:999", "tel:999"},
              {"sms:999", "sms:999"},
              {"javascript:alert(1)", "#"},
              {"JAVASCRIPT:x", "#"},
              {"data:x", "#"},
              {"//x.example", "#"},
              {"/\\x.example", "#"},
              {"\\x", "#"},
              {" /x", "#"},
              {"/x\ny", "#"},
              {"java\tscript:x", "#"},
              {"https:x", "#"},
              {"find", "#"},
              {"ftp://x", "#"},
              {"blob:x", "#"},
              {"\x01javascript:x", "#"}};
  for (size_t i = 0; i < countof(rows); i++) {
    struct view v = view_begin(LANG_EN);
    view_url(&v, rows[i].given);
    assert_string_equal(written(&v), rows[i].want);
    buf_free(v.out);
  }
}

static void types(void **state) {
  (void)state;
  struct view v = view_begin(LANG_EN);
  view_types(&v, -5, UINT64_MAX, INT64_MIN, "c string", T("Sign out"),
             (struct markup){S("<b>made</b>")});
  assert_string_equal(written(&v), "<p>-5 18446744073709551615 -9223372036854775808</p><p "
                                   "class=\"s-5\">c string Sign out<b>made</b></p>");
  buf_free(v.out);
}

static void welsh_page(void **state) {
  (void)state;
  struct example_page page = {.layout = {.kind = LAYOUT_RESIDENT,
                                         .title = S("Aisha B."),
                                         .other_language_href = S("?lang=en")}};
  struct view v = view_begin(LANG_CY);
  view_example(&v, &page);
  const char *html = written(&v);
  assert_in(html, "<html lang=\"cy\">");
  assert_in(html, "<title>Fy nhudalen</title>"); /* never the name */
  assert_in(html, ">Gadael nawr</a>");
  assert_in(html, "hreflang=\"en\" translate=\"no\">English</a>");
  if (strstr(html, "Aisha")) fail_msg("a resident's page shows its title");
  buf_free(v.out);
}

static void layout_kinds(void **state) {
  (void)state;
  struct way ways[] = {{T("Sign out"), S("/today"), true}, {T("Exit now"), S("/people"), false}};
  struct example_page page = {.layout = {.kind = LAYOUT_STAFF,
                                         .title = S("Today"),
                                         .place = S("Seaborough"),
                                         .user_name = S("Jo <M>"),
                                         .sign_out_href = S("/sign-out"),
                                         .worry_href = S("/worry"),
                                         .notice = S("Saved.")}};
  page.layout.ways.p = ways;
  page.layout.ways.n = countof(ways);
  struct view v = view_begin(LANG_EN);
  view_example(&v, &page);
  const char *html = written(&v);
  if (strstr(html, "Exit now</a></div>") || strstr(html, "data-exit"))
    fail_msg("staff pages have no Exit now");
  assert_in(html, "<a href=\"/today\" aria-current=\"page\">");
  assert_in(html, "<a href=\"/people\">");
  assert_in(html, "<form method=\"post\" action=\"/sign-out\" class=\"inline\"><input "
                  "type=\"hidden\" name=\"csrf\"");
  assert_in(html, "Jo &lt;M&gt;");
  assert_in(html, "worried about someone");
  assert_in(html, "role=\"status\">Saved.</p>");
  assert_in(html, "name=\"robots\"");
  buf_free(v.out);
}

static void assets(void **state) {
  (void)state;
  struct asset a, again;
  assert_int_equal(asset_count(), 4);
  for (size_t i = 0; i < asset_count(); i++) {
    asset_nth(i, &a);
    assert_true(a.bytes.n > 50 && a.etag[0] == '"');
    assert_true(asset_at(str_of(a.path), &again) && again.bytes.p == a.bytes.p);
  }
  assert_true(asset_named("style.css", &a));
  assert_string_equal(a.path, asset_path("style.css"));
  assert_true(str_contains(a.bytes, S("--moss:")) && a.gz.n > 0 && a.gz.n < a.bytes.n / 2);
  assert_int_equal((uint8_t)a.gz.p[0], 0x1f);
  assert_false(asset_at(S("/asset/../style.css"), &a));
  assert_false(asset_named("nothing", &a));
  assert_string_equal(asset_path("nothing"), "/asset/missing");
  assert_true(asset_named("app.js", &a));
  assert_false(str_contains(a.bytes, S("innerHTML")) || str_contains(a.bytes, S("eval(")));
}

int main(void) {
  arena = arena_open((size_t)64 << 20);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(example_page),    cmocka_unit_test(naughty_strings),
      cmocka_unit_test(whole_addresses), cmocka_unit_test(types),
      cmocka_unit_test(welsh_page),      cmocka_unit_test(layout_kinds),
      cmocka_unit_test(assets)};
  int failed = cmocka_run_group_tests_name("look", tests, NULL, NULL);
  arena_close(&arena);
  return failed;
}
