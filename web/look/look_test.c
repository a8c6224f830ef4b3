/* Views as they come out: the example of tool/VIEWS.md, every writer on naughty values, messages in both languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>
#include "web/look/assets.h"
#include "web/look/example/example.h"
#include "example.html.h"

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
  do {                                                                                              \
    if (!strstr(text, part)) fail_msg("not found: %s\nin: %s", part, text);                         \
  } while (0)

static void example_page(void **state) {
  (void)state;
  static const struct example_place places[] = {
    {S("The Net <Loft>"), S("a/b?c"), S("01632 960 120"), true, 18, 20000},
    {S("Harbour \"Money\" Advice & Co"), S(".."), S("1"), false, 23, DAY_NONE}};
  struct example_page page = {.layout = {.kind = LAYOUT_PUBLIC, .title = S("Places</title>")}, .asked = S("\nwork & money"),
                              .back = S("javascript:alert(1)"), .fault = S("Say <b>more</b>."), .tick = true};
  page.places.p = places;
  page.places.n = countof(places);
  struct view v = view_begin(LANG_EN);
  view_example(&v, &page);
  const char *html = written(&v);
  assert_in(html, "<title>Places&lt;/title&gt; - Waymark</title>");
  assert_in(html, "<h1>2 places near you</h1>");
  assert_in(html, "You asked for <b>\nwork &amp; money</b>. <a href=\"#\">Change my answers</a>");
  assert_in(html, "<li id=\"place-0\"><h2 class=\"h3\"><a href=\"/services/a%2Fb%3Fc?from=The%20Net%20%3CLoft%3E\">The Net &lt;Loft&gt;</a></h2>");
  assert_in(html, "<a href=\"/services/-?from=");
  assert_in(html, "<li><b>18 min</b> by bus</li><li class=\"on\">Open now</li>");
  assert_in(html, "<time datetime=\"2024-10-04\">4 October 2024</time>");
  assert_in(html, "<a class=\"nw\" href=\"tel:01632960120\" title=\"Ring The Net &lt;Loft&gt;\">01632 960 120</a>.");
  assert_in(html, "<form method=\"post\" action=\"/places/save\"><input type=\"hidden\" name=\"csrf\" value=\"tok&#34;en\">");
  assert_in(html, "aria-describedby=\"note-m\">\n\nwork &amp; money</textarea>");
  assert_in(html, "<label><input type=\"checkbox\" name=\"keep\" checked> Keep my list</label>");
  buf_free(v.out);
}

int main(void) {
  arena = arena_open((size_t)16 << 20);
  const struct CMUnitTest tests[] = {cmocka_unit_test(example_page)};
  int failed = cmocka_run_group_tests_name("look", tests, NULL, NULL);
  arena_close(&arena);
  return failed;
}
