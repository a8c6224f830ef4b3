/* Catalogues: what is read, what is refused with which line, and which translations are sound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "tool/po.h"

static struct arena arena;

static void reads(void **state) {
  (void)state;
  struct po po;
  struct why why;
  assert_true(po_read(&arena, S("cy.po"),
                      S("# for translators\nmsgid \"\"\nmsgstr \"\"\n\"Language: cy\\n\"\n\n#: "
                        "find.html:3\nmsgid \"A \\\"b\\\"\"\n"
                        "msgstr \"\"\n\"one \"\n\"two\"\n\n#, fuzzy\nmsgid \"F\"\nmsgstr "
                        "\"g\"\nmsgid \"1 x\"\nmsgid_plural \"{n} x\"\n"
                        "msgstr[0] \"z\"\nmsgstr[1] \"o\"\nmsgstr[2] \"t\"\nmsgstr[3] "
                        "\"f\"\nmsgstr[4] \"m\"\nmsgstr[5] \"{n} r\"\n"),
                      &po, &why));
  assert_int_equal(po.n, 3);
  assert_true(str_eq(po.p[0].id, S("A \"b\"")) && str_eq(po.p[0].form[0], S("one two")) &&
              po.p[0].line == 7);
  assert_true(po.p[1].fuzzy && !po.p[0].fuzzy && !po.p[2].fuzzy);
  assert_true(po.p[2].forms == 6 && str_eq(po.p[2].form[5], S("{n} r")));
  bool empty;
  assert_true(po_sound(&arena, LANG_CY, S("cy.po"), &po.p[2], &empty, &why) && !empty);
}

static void refuses(void **state) {
  (void)state;
  static const struct {
    const char *text, *part;
  } rows[] = {{"msgid \"a\"\n", "no msgstr"},
              {"msgid \"a\"\nmsgid \"b\"\n", "cy.po:2:"},
              {"msgid a\n", "cy.po:1: a string in double quotes"},
              {"msgid \"a\nmsgstr \"b\"\n", "cy.po:1: a string"},
              {"msgid \"a\"b\"\nmsgstr \"b\"\n", "written \\\""},
              {"msgid \"a\\x\"\n", "backslash"},
              {"msgstr \"a\"\n", "without a msgid"},
              {"\"a\"\n", "belongs to nothing"},
              {"hello\n", "cy.po:1: a line starts with"},
              {"msgid \"a\"\nmsgstr[0] \"b\"\n", "needs a msgid_plural"},
              {"msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[1] \"b\"\n",
               "cy.po:3: the forms stand out of order"},
              {"msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[9] \"b\"\n", "0 to 5"},
              {"msgid \"a\"\nmsgstr \"b\"\nmsgstr \"c\"\n",
               "cy.po:3: the forms stand out of order or twice"},
              {"msgid \"a\"\nmsgstr \"b\"\nmsgid \"a\"\nmsgstr \"c\"\n",
               "cy.po:3: this msgid stands in the file twice"},
              {"msgid \"\xff\"\n", "UTF-8"}};
  for (size_t i = 0; i < countof(rows); i++) {
    struct po po;
    struct why why;
    if (po_read(&arena, S("cy.po"), str_of(rows[i].text), &po, &why))
      fail_msg("let through: %s", rows[i].text);
    if (!str_contains(why_str(&why), str_of(rows[i].part)))
      fail_msg("%s\ngot %s", rows[i].text, why.text);
  }
}

static void judges(void **state) {
  (void)state;
  static const struct {
    const char *id, *translation, *part;
  } rows[] = {{"Go to {place} <a>now</a>", "<a>Nawr</a>: {place}", NULL},
              {"Go to {place} <a>now</a>", "", NULL},
              {"Go to {place}", "Ewch", "missing is {place}"},
              {"Go to {place}", "Ewch {place} {lle}", "there is no {lle}"},
              {"Go <a>now</a>", "Ewch nawr", "once and only once belongs <a>"},
              {"Go <a>now</a>", "<a>x</a><a>y</a>", "once and only once"},
              {"Go <a>now</a> <b>x</b>", "<a>x<b>y</a></b>", "out of order is </a>"},
              {"Go <a>now</a>", "</a>x<a>", "out of order is </a>"},
              {"Go <br> on", "<br> Ewch", NULL},
              {"Go", "Ewch <script>", "there is no <script>"},
              {"Go", "Ewch {", "opens no slot"},
              {"Go", "Ewch <", "opens no slot"}};
  for (size_t i = 0; i < countof(rows); i++) {
    struct po_entry e = {
        .id = str_of(rows[i].id), .form = {str_of(rows[i].translation)}, .forms = 1, .line = 4};
    struct why why;
    bool empty, ok = po_sound(&arena, LANG_CY, S("cy.po"), &e, &empty, &why);
    if (ok != !rows[i].part)
      fail_msg("%s -> %s: %s", rows[i].id, rows[i].translation, ok ? "let through" : why.text);
    assert_int_equal(empty, rows[i].translation[0] == 0);
    if (rows[i].part && !str_contains(why_str(&why), str_of(rows[i].part)))
      fail_msg("got %s", why.text);
    if (rows[i].part) assert_true(str_starts(why_str(&why), S("cy.po:4: ")));
  }
  struct po_entry two = {
      .id = S("1 x"), .id_plural = S("{n} x"), .form = {S("a"), S("{n} b")}, .forms = 2, .line = 1};
  struct why why;
  bool empty;
  assert_false(po_sound(&arena, LANG_CY, S("cy.po"), &two, &empty, &why));
  assert_true(str_contains(why_str(&why), S("needs 6 forms and has 2")));
}

int main(void) {
  arena = arena_open((size_t)16 << 20);
  const struct CMUnitTest tests[] = {cmocka_unit_test(reads), cmocka_unit_test(refuses),
                                     cmocka_unit_test(judges)};
  int failed = cmocka_run_group_tests_name("po", tests, NULL, NULL);
  arena_close(&arena);
  return failed;
}
