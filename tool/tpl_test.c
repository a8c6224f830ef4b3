/* The view compiler: what it writes, and what it refuses with which line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "tool/tpl.h"

static struct arena arena;

static struct str compiled(const char *body, struct tpl_out *t) {
  struct why why;
  struct str source = str_format(&arena, "{%% view x(struct p *page) %%}%s{%% end %%}", body);
  if (!tpl_read(&arena, S("x.html"), source, t, &why)) fail_msg("refused: %s\n%s", why.text, body);
  struct buf c = buf_open(1 << 20);
  tpl_write_c(&arena, t, S("x.html"), S("x.html.h"), &c);
  struct str all = str_copy(&arena, buf_str(&c));
  buf_free(&c);
  return all;
}

/* The body compiles to C that holds each of the given pieces. */
static void writes(const char *body, const char *piece) {
  struct tpl_out t;
  struct str c = compiled(body, &t);
  if (!str_contains(c, str_of(piece))) fail_msg("no %s in:\n%.*s", piece, P(c));
}

static void says(const char *body, const char *id) {
  struct tpl_out t;
  compiled(body, &t);
  for (size_t i = 0; i < t.words.n; i++)
    if (str_eq(t.words.p[i].id, str_of(id))) return;
  fail_msg("no message \"%s\" in %s; first: \"%.*s\"", id, body,
           P(t.words.n ? t.words.p[0].id : S("none")));
}

static void says_nothing(const char *body) {
  struct tpl_out t;
  compiled(body, &t);
  if (t.words.n) fail_msg("a message \"%.*s\" in %s", P(t.words.p[0].id), body);
}

static void contexts(void **state) {
  (void)state;
  writes("<p>{{ page->a }}</p>", "view_text(v, page->a);");
  writes("<textarea name=\"a\">{{ page->a }}</textarea>", "view_plain(v, page->a);");
  writes("<select><option value=\"{{ page->a }}\">{{ page->b }}</option></select>",
         "view_attr(v, page->a);");
  writes("<select><option>{{ page->b }}</option></select>", "view_plain(v, page->b);");
  writes("<a href=\"{{ page->a }}\">{{ page->b }}</a>", "view_url(v, page->a);");
  writes("<a href=\"/s/{{ page->a }}/edit\">{{ page->b }}</a>", "view_segment(v, page->a);");
  writes("<a href=\"/s?a={{ page->a }}&amp;b=1\">{{ page->b }}</a>", "view_query(v, page->a);");
  writes("<a href=\"/s?a=1#{{ page->a }}\">{{ page->b }}</a>", "view_token(v, page->a);");
  writes("<a href=\"#{{ page->a }}\">{{ page->b }}</a>", "view_token(v, page->a);");
  writes("<a href=\"tel:{{ page->a }}\">{{ page->b }}</a>", "view_opaque(v, page->a);");
  writes("<a href=\"{{ page->a }}?p={{ page->n }}\">{{ page->b }}</a>", "view_query(v, page->n);");
  writes("<a href=\"https://example.org/{{ page->a }}\">{{ page->b }}</a>",
         "view_segment(v, page->a);");
  writes("<p id=\"a-{{ page->a }}\"></p>", "view_token(v, page->a);");
  writes("<p class=\"sign {{ page->ok ? \"yes\" : \"no\" }}\"></p>",
         "view_token(v, (view_true(page->ok) ? \"yes\" : \"no\"));");
  writes("<p data-x='{{ page->a }}'></p>", "data-x=\\\"\");");
  writes("<form method=\"post\" action=\"/x\"></form>", "view_csrf(v);");
}

static void literals(void **state) {
  (void)state;
  writes("<p>&lt;b&gt; &amp; &pound;5</p>", "<b> & \\302\\243\" \"5"); /* the message, raw */
  writes("<p translate=\"no\">A &lt; B</p>",
         "A &lt; B</p>"); /* straight to the page, escaped again */
  writes("<p title=\"a &quot;b&quot;\" translate=\"no\"></p>",
         "view_message"); /* its own attribute is still words */
  writes("<p translate=\"no\">one\n   two</p>", "<p translate=\\\"no\\\">one two</p>");
  writes("<pre>a\n  b{{ page->x }}</pre>", "<pre>\\na\\n  b");
  writes("<p>{# gone {{ page->a }} #}</p><!-- gone too -->", "<p></p>");
}

static void control(void **state) {
  (void)state;
  writes("{% if page->a && !page->b || page->n == 2 %}{% end %}",
         "if ((view_true(page->a) && !view_true(page->b)) || (page->n == 2)) {");
  writes("{% if page->a %}{% elif page->b %}{% else %}{% end %}",
         "} else if (view_true(page->b)) {");
  writes("{% each s : page->list %}{{ s->n }}{{ s_index + 1 }}{% end %}",
         "for (size_t s_index = 0; s_index < list0.n; s_index++)");
  writes("{% with s : page->a.b[2] %}{{ s }}{% end %}", "__auto_type s = (page->a.b[2]);");
  writes("{% show other(page, &page->x, \"a,b\") %}", "view_other(v, page, &page->x, \"a,b\");");
  writes("{% wrap other(page) %}<p></p>{% end %}", "view_other_close(v, page);");
  writes("<input checked?=\"{{ page->a }}\">",
         "if (view_true(page->a)) {\n  view_lit(v, \" checked\");");
  writes("<a lang?=\"{{ page->a }}\"></a>", "view_attr(v, page->a);");
  struct tpl_out t;
  struct str c = compiled("<main>{% body %}</main>", &t);
  assert_true(str_contains(c, S("void view_x_open(struct view *v, struct p *page)")));
  assert_true(str_contains(c, S("void view_x_close(struct view *v, struct p *page)")));
  /* A frame within a frame: the body may stand inside what another view wraps. */
  c = compiled("{% wrap other(page) %}<main>{% body %}</main>{% end %}", &t);
  assert_true(str_contains(c, S("view_other_open(v, page);")));
  assert_true(str_contains(c, S("void view_x_close(struct view *v, struct p *page)")));
}

static void messages(void **state) {
  (void)state;
  says("<p>You have {{ page->n }} things.</p>", "You have {n} things.");
  says("<p>Read <a href=\"/g\">the guide</a> and <a href=\"/h\">this</a>.</p>",
       "Read <a>the guide</a> and <a2>this</a2>.");
  says("<p>\n  Two\n  lines\n</p>", "Two lines");
  says("<a href=\"/x\"><b>All bold</b></a>", "All bold"); /* what only wraps is peeled off */
  says("<label><input type=\"radio\" name=\"a\"> Any age</label>", "Any age");
  says("<p>{{ page->a->name }} and {{ page->b->name }}, {{ page->a->name }}</p>",
       "{name} and {name2}, {name}");
  says("<p>{{ as_day(page->ends_on) }} it ends</p>", "{ends_on} it ends");
  says("<p>{{ page->x as place }} it is</p>", "{place} it is");
  says("<p>Ask <span translate=\"no\">Waymark Ltd</span> now</p>", "Ask <span> now");
  says("<p>a {{ page->x }} { b &lt; c</p>", "a {x} {{ b << c");
  says("<img src=\"/x\" alt=\"A map of {{ page->place }}\">", "A map of {place}");
  says("<input type=\"submit\" value=\"Go on\">", "Go on");
  says("<table><tbody><tr><td data-l=\"Places\">3</td></tr></tbody></table>", "Places");
  says("<p>{% plural page->n %}1 place{% other %}{{ page->n }} places{% end %}</p>", "1 place");
  says("<p>{{ T(\"Said in a value\") }}</p>", "Said in a value");
  says("<p>Before {% if page->a %}yes{% end %} after</p>", "Before");
  says_nothing("<p>{{ page->a }} · {{ page->b }} – 12</p>");
  says_nothing("<input type=\"hidden\" name=\"x\" value=\"words in a value\">");
  says_nothing("<p translate=\"no\">Waymark</p>");
  writes("<p>Before {% if page->a %}yes{% end %} after</p>",
         "view_lit(v, \" \");"); /* the space beside a {% %} counts */
  writes("<p>One\ntwo {% if page->a %}{% end %}</p>", "view_lit(v, \" \");");
}

struct refusal {
  const char *body;
  int line;
  const char *part;
};

static void refuses_each(const struct refusal *r, size_t n) {
  for (size_t i = 0; i < n; i++) {
    struct tpl_out t;
    struct why why;
    struct str source =
        str_format(&arena, "{%% view x(struct p *page) %%}%s{%% end %%}", r[i].body);
    if (tpl_read(&arena, S("a/x.html"), source, &t, &why)) fail_msg("let through: %s", r[i].body);
    struct str at = str_format(&arena, "a/x.html:%d: ", r[i].line);
    if (!str_starts(why_str(&why), at) || !str_contains(why_str(&why), str_of(r[i].part)))
      fail_msg("%s\nwanted line %d and \"%s\"\ngot %s", r[i].body, r[i].line, r[i].part, why.text);
  }
}

static void refused_places(void **state) {
  (void)state;
  static const struct refusal rows[] = {
      {"<p>\n<script>{{ page->a }}</script></p>", 2, "cannot stand in <p>"},
      {"<head><script src=\"/a.js\">alert(1)</script></head>", 1, "no script stands in a page"},
      {"<head><script>1</script></head>", 1, "needs src"},
      {"\n\n<style>p{}</style>", 3, "not an element"},
      {"<p style=\"color:red\"></p>", 1, "app/style.css"},
      {"<p onclick=\"x()\"></p>", 1, "app/app.js"},
      {"<p class={{ page->a }}></p>", 1, "needs quotes"},
      {"<p {{ page->a }}></p>", 1, "cannot be an attribute"},
      {"<p data-{{ page->a }}=\"1\"></p>", 1, "cannot be an attribute"},
      {"<{{ page->a }}></p>", 1, "&lt;"},
      {"<!-- {{ page->a }} -->", 1, "comment"},
      {"<a href=\"{{ page->a }}.org/x\">{{ page->b }}</a>", 1, "only /, ?, # or &"},
      {"<a href=\"https://{{ page->a }}/x\">{{ page->b }}</a>", 1, "scheme or host"},
      {"<a href=\"java{{ page->a }}\">{{ page->b }}</a>", 1, "scheme or host"},
      {"<a href=\"javascript:alert(1)\">{{ page->b }}</a>", 1, "must begin with"},
      {"<a href=\"//evil.example/\">{{ page->b }}</a>", 1, "must begin with"},
      {"<img alt=\"\" src=\"data:text/html,x\">", 1, "must begin with"},
      {"<input placeholder=\"x\">", 1, "label"},
      {"<iframe src=\"/x\"></iframe>", 1, "not an element"},
      {"<a href=\"/x\" target=\"_blank\">{{ page->b }}</a>", 1, "links open where"},
      {"<input type=\"checkbox\" checked=\"{{ page->a }}\">", 1, "checked?="},
      {"<rect fill=\"{{ page->a }}\"/>", 1, "cannot be computed"},
      {"<button type=\"{{ page->a }}\">{{ page->b }}</button>", 1, "cannot be computed"},
      {"<form method=\"{{ page->a }}\"></form>", 1, "get\" or \"post"},
      {"<p>{{ \"bare words\" }}</p>", 1, "T("},
      {"<p>a & b</p>", 1, "&amp;"},
      {"<p>a < b</p>", 1, "&lt;"},
      {"<p>&nosuch;</p>", 1, "&amp;"}};
  refuses_each(rows, countof(rows));
}

static void refused_shapes(void **state) {
  (void)state;
  static const struct refusal rows[] = {
      {"<div>\n<p></div>", 2, "</p> (opened on line 2) is due"},
      {"<div>{% if page->a %}\n</div>{% end %}", 2, "not opened inside this {% if %} (line 1)"},
      {"{% if page->a %}<p>\n{% end %}</p>", 2, "<p> of line 1 must be closed"},
      {"{% if page->a %}<p>{% else %}</p>{% end %}", 1,
       "no {% if %} before it in the same element"},
      {"<p {% if page->a %}hidden{% end %}></p>", 1, "name?="},
      {"<p class=\"{% if page->a %}x{% end %}\"></p>", 1, "inside an attribute"},
      {"<p><div></div></p>", 1, "would end the <p> of line 1"},
      {"<table><tr></tr></table>", 1, "belongs in: thead tbody tfoot"},
      {"<div><li></li></div>", 1, "belongs in: ul ol"},
      {"<a href=\"/\">a<a href=\"/\">b</a></a>", 1, "inside the one of line 1"},
      {"<form method=\"get\"><form method=\"get\"></form></form>", 1, "inside the one of line 1"},
      {"<p/>", 1, "does not close it"},
      {"<P></P>", 1, "&lt;"},
      {"<p id=\"a\"></p>\n<p id=\"a\"></p>", 2, "twice"},
      {"<p class=\"a\" class=\"b\"></p>", 1, "twice"},
      {"<img src=\"/a\">", 1, "alt"},
      {"<button>{{ page->a }}</button>", 1, "needs type"},
      {"<form></form>", 1, "needs method"},
      {"<title><b></b></title>", 1, "holds words only"},
      {"{% each s %}{% end %}", 1, "write {% each"},
      {"{% each s : page->a %}\n{% each s : page->b %}{% end %}{% end %}", 2,
       "already a name (line 1)"},
      {"{% plural page->n %}1{% other %}{{ page->n }} places{% end %}", 1, "need words"},
      {"{% plural page->n %}1 place{% end %}", 1, "needs the words for one"},
      {"{% plural page->n %}1 place{% if page->a %}{% end %}{% other %}x{% end %}", 1,
       "only {% other %} and {% end %}"},
      {"{% if page->a %}{% body %}{% end %}", 1, "cannot stand inside another"},
      {"{% nonsense %}", 1, "is not known"},
      {"{% view y() %}{% end %}", 1, "inside another"},
      {"<p>{{ page->a </p>", 1, "never closed"},
      {"{% if page->a }", 1, "cannot be read to its end"},
      {"{# x", 1, "never closed"},
      {"<p \"x\">", 1, "character no attribute starts with"}};
  refuses_each(rows, countof(rows));
}

static void refused_expressions(void **state) {
  (void)state;
  static const struct refusal rows[] = {
      {"{{ page->a = 1 }}", 1, "cannot be read to its end"},
      {"{{ page->a++ }}", 1, "only names"},
      {"{{ page->a, page->b }}", 1, "cannot be read to its end"},
      {"{{ (char *)page }}", 1, "a ) is missing"},
      {"{{ sizeof(page) }}", 1, "word of C"},
      {"{{ 'a' }}", 1, "only names"},
      {"{{ page->a; system(0) }}", 1, "cannot be read to its end"},
      {"{{ f(\"a\\n\") }}", 1, "may follow a backslash"},
      {"{{ }}", 1, "missing"},
      {"{{ page-> }}", 1, "member"},
      {"{{ ((((((((((((((((((((((((((1)))))))))))))))))))))))))) }}", 1, "too many levels"},
      {"{{ T(page->a) }}", 1, "written out"},
      {"{{ _x }}", 1, "only names"},
      {"{{ 010 }}", 1, "must not start with 0"}};
  refuses_each(rows, countof(rows));
}

static void refused_files(void **state) {
  (void)state;
  static const struct {
    const char *text;
    const char *part;
  } rows[] = {
      {"hello", "a.html:1: only {% include %} and {% view %}"},
      {"\n{% view x( %}{% end %}", "a.html:2: write {% view name"},
      {"{% view x(int v) %}{% end %}", "a.html:1: \"int v\" is not a parameter"},
      {"{% view x(int a; int b) %}{% end %}", "is not a parameter"},
      {"{% view text() %}{% end %}", "is a writer of view.h"},
      {"{% view x() %}{% end %}\n{% view x() %}{% end %}", "a.html:2: view x is already on line 1"},
      {"{% view x() %}", "a.html:1: the {% %} opened here"},
      {"{% view x() %}<p>", "a.html:1: the element opened here"},
      {"{% include \"../x.h\" %}", "a.html:1: write {% include"},
      {"{% include \"x\\\"\\n#error\" %}", "a.html:1: write {% include"},
      {"\xff", "UTF-8"}};
  for (size_t i = 0; i < countof(rows); i++) {
    struct tpl_out t;
    struct why why;
    if (tpl_read(&arena, S("a.html"), str_of(rows[i].text), &t, &why))
      fail_msg("let through: %s", rows[i].text);
    if (!str_contains(why_str(&why), str_of(rows[i].part)))
      fail_msg("%s\ngot %s", rows[i].text, why.text);
  }
}

/* The same input gives the same bytes. */
static void repeatable(void **state) {
  (void)state;
  const char *body = "<p>One {{ page->a }} two</p>{% each s : page->l %}<p>{{ s->x }}</p>{% end %}";
  struct tpl_out one, two;
  assert_true(str_eq(compiled(body, &one), compiled(body, &two)));
}

int main(void) {
  arena = arena_open((size_t)256 << 20);
  const struct CMUnitTest tests[] = {cmocka_unit_test(contexts),
                                     cmocka_unit_test(literals),
                                     cmocka_unit_test(control),
                                     cmocka_unit_test(messages),
                                     cmocka_unit_test(refused_places),
                                     cmocka_unit_test(refused_shapes),
                                     cmocka_unit_test(refused_expressions),
                                     cmocka_unit_test(refused_files),
                                     cmocka_unit_test(repeatable)};
  int failed = cmocka_run_group_tests_name("tpl", tests, NULL, NULL);
  arena_close(&arena);
  return failed;
}
