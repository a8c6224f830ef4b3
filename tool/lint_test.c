/* Each rule of the house has a planted breach that is caught, and its innocent twin that is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "tool/lint.h"

static struct arena arena;
struct planted {
  const char *path, *text;
};

static struct str judged(const struct planted *files, size_t n, int *faults) {
  struct buf out = buf_open(1 << 20);
  struct lint l = {.a = &arena, .out = &out};
  for (size_t i = 0; i < n; i++) lint_file(&l, str_of(files[i].path), str_of(files[i].text));
  lint_end(&l);
  struct str all = str_copy(&arena, buf_str(&out));
  buf_free(&out);
  *faults = l.faults;
  return all;
}

static void caught(const char *path, const char *text, const char *sentence) {
  int faults;
  struct str all = judged(&(struct planted){path, text}, 1, &faults);
  if (faults == 0 || !str_contains(all, str_of(sentence)))
    fail_msg("%s: %s\nwanted %s\ngot %.*s", path, text, sentence, P(all));
}

static void innocent(const char *path, const char *text) {
  int faults;
  struct str all = judged(&(struct planted){path, text}, 1, &faults);
  if (faults) fail_msg("%s: %s\n%.*s", path, text, P(all));
}

static void includes(void **state) {
  (void)state;
  caught("base/str.c", "#include \"db/db.h\"\n",
         "base/str.c:1: base may not include db/db.h: base stands on nothing only.");
  caught("db/db.c", "\n#include \"web/web.h\"\n", "db/db.c:2: db may not include web/web.h");
  caught("rules/rules.c", "#include \"db/db.h\"\n", "rules stands on base only");
  caught("rules/rules.c", "#include \"linkage/linkage.h\"\n", "rules stands on base only");
  caught("record/record.c", "#include \"web/look/view.h\"\n",
         "record may not include web/look/view.h");
  caught("web/look/view.h", "#include \"web/web.h\"\n", "web/look may not include web/web.h");
  caught("web/page.c", "#include \"people/people.h\"\n", "web may not include people/people.h");
  caught("people/x.c", "#include \"app/config.h\"\n", "a domain may not include app/config.h");
  caught("people/x.c", "#include \"places/inside.h\"\n",
         "of another domain only its places/places.h may be included");
  caught("people/person.html", "{% include \"places/inside.h\" %}\n",
         "people/person.html:1: of another domain only");
  innocent("people/x.c", "#include \"places/places.h\"\n#include \"people/inside.h\"\n#include "
                         "\"rules/rules.h\"\n#include <stdio.h>\n");
  innocent(
      "people/x.c",
      "#include \"web/look/view.h\"\n#include \"person.html.h\"\n/* #include \"app/x.h\" */\n");
  innocent("app/main.c", "#include \"people/inside.h\"\n");
  innocent("test/x_test.c", "#include \"people/inside.h\"\n");
}

static void cycles(void **state) {
  (void)state;
  static const struct planted cycle[] = {{"a/a.c", "#include \"b/b.h\"\n"},
                                         {"b/b.c", "#include \"c/c.h\"\n"},
                                         {"c/c.c", "#include \"a/a.h\"\n"}};
  static const struct planted tree[] = {{"a/a.c", "#include \"b/b.h\"\n#include \"c/c.h\"\n"},
                                        {"b/b.c", "#include \"c/c.h\"\n"},
                                        {"c/c_test.c", "#include \"a/a.h\"\n"}};
  int faults;
  struct str all = judged(cycle, countof(cycle), &faults);
  assert_true(faults > 0 &&
              str_contains(all, S("a/a.c:1: a includes b, which leads back to a: a cycle.")));
  judged(tree, countof(tree), &faults);
  assert_int_equal(faults, 0); /* a test may look back */
}

static void lines(void **state) {
  (void)state;
  char wide[160];
  for (size_t i = 0; i < sizeof wide; i++) wide[i] = 'x';
  wide[120] = '\n';
  wide[121] = 0;
  caught("base/a.c", wide, "base/a.c:1: 120 columns; 100 is the most.");
  wide[100] = 0;
  innocent("base/a.c", wide);
  innocent(
      "base/a.h",
      str_c(&arena, str_format(&arena, "/* %s */\n",
                               "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé")));
  caught("base/a.c", "int a;\n\tint b;\n", "base/a.c:2: a tab");
  innocent("Makefile", "\tcc\n");
}

static void clock_rule(void **state) {
  (void)state;
  caught("directory/x.c",
         "  t = clock"
         "_now();\n",
         "directory/x.c:1: clock"
         "_now is for app, web and tests");
  caught("base/x.c",
         "  t = clock"
         "_now();\n",
         "is for app, web and tests");
  innocent("web/x.c", "  t = clock"
                      "_now();\n");
  innocent("app/x.c", "  t = clock"
                      "_now();\n");
  innocent("directory/x_test.c", "  t = clock"
                                 "_now();\n");
  innocent("directory/x.c", "  t = my_clock"
                            "_now_at(3);\n");
}

static const char *long_function(const char *head, int n) {
  struct buf b = buf_open(1 << 16);
  buf_format(&b, "%s\n", head);
  for (int i = 0; i < n; i++) buf_put(&b, S("  a++;\n"));
  buf_put(&b, S("}\n"));
  const char *c = str_c(&arena, buf_str(&b));
  buf_free(&b);
  return c;
}

static void the_way_out(void **state) {
  (void)state;
  caught("referrals/a.c",
         "  if (out_"
         "send(a, &ask, &reply, why)) return;\n",
         "only messages/ sends to people");
  innocent("messages/a.c", "  if (out_"
                           "send(a, &ask, &reply, why)) return;\n");
  innocent("referrals/referrals_test.c", "  out_"
                                         "send(a, &ask, &reply, why);\n");
}

static void sizes(void **state) {
  (void)state;
  caught("base/a.c", long_function("static void f(int a) {", 71),
         "base/a.c:1: this function has 71 lines; 70 is the most");
  caught("base/a.c", long_function("static void f(int a,\n              int b) {", 71),
         "this function has 71 lines");
  innocent("base/a.c", long_function("static void f(int a) {", 70));
  innocent("base/a.c", long_function("static const int table[] = {", 300));
  innocent("base/a.c", long_function("struct a {", 300));
  struct buf b = buf_open(1 << 16);
  for (int i = 0; i < 801; i++) buf_put(&b, S("int a;\n"));
  caught("base/a.c", str_c(&arena, buf_str(&b)), "base/a.c:801: 801 lines; 800 is the most");
  b.n = 700 * strlen("int a;\n");
  int faults;
  struct planted just_long = {"base/a.c", str_c(&arena, buf_str(&b))};
  assert_true(str_contains(judged(&just_long, 1, &faults), S("base/a.c: long file (700 lines)")));
  assert_int_equal(faults, 0);
  buf_free(&b);
}

static void left_open(void **state) {
  (void)state;
  caught("base/a.c",
         "/* TO"
         "DO: later */\n",
         "TO"
         "DO is left open");
  caught("app/app.js",
         "// FIX"
         "ME\n",
         "FIX"
         "ME is left open");
  caught("doc/x.md",
         "XX"
         "X\n",
         "XX"
         "X is left open");
  innocent("base/a.c", "int TO"
                       "DOS, XX"
                       "XX;\n");
  caught("bench/run.sh",
         "cp /wo"
         "rk/data .\n",
         "path of somebody's machine");
  caught("base/a.c",
         "open(\"/ho"
         "me/ann/x\")\n",
         "path of somebody's machine");
  innocent("base/a.html", "<a href=\"https://example.org/wo"
                          "rk/x\">\n");
}

static void markup(void **state) {
  (void)state;
  caught("people/a.c", "  buf_put(b, S(\"<p>hello\"));\n", "people/a.c:1: markup stands in a view");
  caught("people/a.c", "  buf_format(b, \"</div>%s\", x);\n", "markup stands in a view");
  caught("app/a.c", "  puts(\"<a href=\\\"x\\\">\");\n", "markup stands in a view");
  innocent("people/a.c", "  if (a<b) x(\"a < b\", \"<xml>\");\n");
  innocent("web/look/view.c", "  view_lit(v, \"<input type\");\n");
  innocent("people/a_test.c", "  assert(\"<p>\");\n");
}

static void gate(void **state) {
  (void)state;
  caught("people/person_pages.c",
         "ROUTE(READ, \"/p\", p, 1, FAST, \"\", ROUTE_PERSON)\n audit_shows(rq, 1, 2);\n",
         "never asks permission");
  caught("people/person_pages.c",
         "ROUTE(READ, \"/p\", p, 1, FAST, \"\", ROUTE_PERSON)\n permission_sight(db);\n",
         "never calls audit_shows");
  innocent("people/person_pages.c",
           "ROUTE_PERSON\n permission_sight(db);\n audit_shows(rq, 1, 2);\n");
  innocent("people/help_pages.c", "ROUTE(READ, \"/h\", p, WHO_ANYONE, FAST, \"\", 0)\n");
}

#define FORM "<form method=\"post\" action=\"/a\""
static void forms_keep_what_is_typed(void **state) {
  (void)state;
  caught("a/a.html", "\n" FORM "><textarea name=\"w\"></textarea></form>",
         "a/a.html:2: what is typed here is lost");
  caught("a/a.html", FORM "><input type=\"hidden\" name=\"a\"><input name=\"b\"></form>",
         "is lost");
  caught("a/a.html", FORM ">{{ page->form }}</form>", "is lost");
  caught("a/a.html", FORM " data-draft=\"a\"><textarea></textarea></form>", "never put back");
  caught("a/a.html", FORM " data-no-draft=\"later\"><textarea></textarea></form>",
         "no other reason");
  innocent("a/a.html", FORM " data-draft=\"a\" data-fill><textarea></textarea></form>");
  innocent("a/a.html", FORM " data-draft=\"{{ a > b ? c : d }}\"><textarea></textarea>"
                            "{% show draft_words(0) %}</form>");
  innocent("a/a.html", FORM " data-no-draft=\"secret\"><input name=\"code\"></form>");
  innocent("a/a.html", FORM "><input type=\"radio\" name=\"b\"><button>x</button></form>");
  innocent("a/a.html", "<form action=\"/a\"><input name=\"q\"></form>");
}

static void words_found(void **state) {
  (void)state;
  static const struct {
    const char *path, *text, *id;
    int line;
  } rows[] = {{"a/a.c", "x;\nsay(T(\"Hello \" \"you\"));\n", "Hello you", 2},
              {"a/a.c", "TEXT_MESSAGE(name, \"In a table\");", "In a table", 1},
              {"a/a.c", "TN(\"1 place\",\n   \"{n} places\", n)", "1 place", 1},
              {"a/a.def", "FIELD(TEXT, a, 0, \"Label\", 20, \"A hint\", OPEN)\n", "A hint", 1},
              {"a/a.html", "{% view x() %}\n<p>In a view</p>{% end %}", "In a view", 2},
              {"packs/codes/a.csv", "code,label\nx,A label\n", "A label", 2}};
  for (size_t i = 0; i < countof(rows); i++) {
    struct found_words found = {0};
    struct why why;
    if (!lint_words(&arena, str_of(rows[i].path), str_of(rows[i].text), &found, &why))
      fail_msg("%s", why.text);
    const struct found_word *last = found.n ? &found.p[found.n - 1] : NULL;
    if (!last || !str_eq(last->id, str_of(rows[i].id)) || last->line != rows[i].line)
      fail_msg("not found: %s", rows[i].id);
  }
  struct found_words none = {0};
  assert_true(lint_words(&arena, S("a/a.c"),
                         S("/* T(\"x\") */ \"T(\\\"y\\\")\"; PT(\"z\"); ST(\"z\");"), &none, NULL));
  assert_int_equal(none.n, 0);
}

int main(void) {
  arena = arena_open((size_t)64 << 20);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(includes),    cmocka_unit_test(cycles),
      cmocka_unit_test(lines),       cmocka_unit_test(clock_rule),
      cmocka_unit_test(the_way_out), cmocka_unit_test(sizes),
      cmocka_unit_test(left_open),   cmocka_unit_test(markup),
      cmocka_unit_test(gate),        cmocka_unit_test(forms_keep_what_is_typed),
      cmocka_unit_test(words_found)};
  int failed = cmocka_run_group_tests_name("lint", tests, NULL, NULL);
  arena_close(&arena);
  return failed;
}
