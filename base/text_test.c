/* Tests of str, utf8, buf and why. */
#include "base/base_test.h"

TEST(str_compares_and_cuts) {
  (void)state;
  assert_true(str_eq((struct str){0}, S("")));
  assert_int_equal(str_cmp(S("a"), S("ab")), -1);
  assert_int_equal(str_cmp(S("b"), S("ab")), 1);
  assert_int_equal(str_cmp(S("\xC3\xA9"), S("z")), 1);
  assert_true(str_eq_nocase(S("SA1 1aa"), S("sa1 1AA")));
  assert_false(str_eq_nocase(S("@"), S("`")));
  assert_true(str_starts(S("abc"), S("")) && !str_starts(S("a"), S("ab")));
  assert_true(str_ends(S("a.csv"), S(".csv")) && !str_ends(S("v"), S(".csv")));
  assert_int_equal(str_find(S("banana"), S("nan")), 2);
  assert_int_equal(str_find(S("banana"), S("x")), 6);
  assert_true(str_contains(S(""), S("")) && !str_contains(S(""), S("a")));
  assert_str(str_slice(S("abc"), 1, 99), "bc");
  assert_str(str_slice(S("abc"), 9, 2), "");
  assert_str(str_trim(S(" \t\r\n a b \v\f")), "a b");
  struct str rest = S("a=b=c");
  assert_str(str_cut(&rest, '='), "a");
  assert_str(rest, "b=c");
  str_cut(&rest, '=');
  assert_str(str_cut(&rest, '='), "c");
  assert_str(rest, "");
}

TEST(str_numbers_are_whole_or_refused) {
  (void)state;
  int64_t v = 7;
  assert_true(str_to_i64(S("-9223372036854775808"), &v) && v == INT64_MIN);
  assert_true(str_to_i64(S("+9223372036854775807"), &v) && v == INT64_MAX);
  const char *const bad[] = {
      "9223372036854775808", "-9223372036854775809", "", "-", "1 ", " 1", "1.0", "0x1", "--1"};
  for (size_t i = 0; i < countof(bad); i++) assert_false(str_to_i64(str_of(bad[i]), &v));
  assert_true(v == INT64_MAX); /* untouched */
  double d = 7;
  assert_true(str_to_double(S("-.5e1"), &d) && d == -5);
  assert_true(str_to_double(S("12."), &d) && d == 12);
  const char *const bad_double[] = {"",      ".",   "e1",    "1e", "inf", "nan",
                                    "0x1p3", "1,5", "1e999", " 1", "1e+", "+-1"};
  for (size_t i = 0; i < countof(bad_double); i++)
    assert_false(str_to_double(str_of(bad_double[i]), &d));
  assert_true(d == 12);
}

TEST(str_makes_copies_in_the_arena) {
  struct arena *a = *state;
  assert_string_equal(str_c(a, S("abc")), "abc");
  assert_str(str_lower(a, S("ÀB C")), "Àb c");
  assert_str(str_format(a, "%d-%s", 5, "x"), "5-x");
  struct strs parts = str_split(a, S(" a, b,,c "), ',');
  assert_int_equal(parts.n, 4);
  assert_str(parts.p[1], "b");
  assert_str(parts.p[2], "");
  assert_int_equal(str_split(a, S(""), ',').n, 0);
}

TEST(utf8_accepts_what_rfc_3629_does) {
  (void)state;
  const char *const good[] = {
      "", "abc", "é", "€", "😀", "\xEF\xBF\xBF", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF"};
  const char *const bad[] = {"\x80",
                             "\xC0\x80",
                             "\xC1\xBF",
                             "\xC3",
                             "\xE0\x80\x80",
                             "\xE2\x82",
                             "\xED\xA0\x80",
                             "\xF0\x80\x80\x80",
                             "\xF4\x90\x80\x80",
                             "\xF5\x80\x80\x80",
                             "\xFF",
                             "aaaaaaaaaaaa\xC3(",
                             "\xC3\xC3"};
  for (size_t i = 0; i < countof(good); i++) assert_true(utf8_valid(str_of(good[i])));
  for (size_t i = 0; i < countof(bad); i++) assert_false(utf8_valid(str_of(bad[i])));
}

TEST(utf8_writes_back_every_character) {
  (void)state;
  for (uint32_t c = 0; c <= 0x110000; c++) {
    char out[4];
    size_t n = utf8_put(out, c), i = 0;
    bool is_character = c <= 0x10FFFF && !(c >= 0xD800 && c <= 0xDFFF);
    if (is_character != (n > 0)) fail_msg("U+%04X", c);
    if (!n) continue;
    if (!utf8_valid((struct str){out, n}) || utf8_next((struct str){out, n}, &i) != c || i != n)
      fail_msg("U+%04X", c);
  }
}

TEST(utf8_counts_and_cuts_characters) {
  (void)state;
  assert_int_equal(utf8_count(S("Siân\xFFx")), 6);
  assert_str(utf8_head(S("Siân"), 3), "Siâ");
  assert_str(utf8_head(S("ab"), 9), "ab");
  assert_str(utf8_head(S("ab"), 0), "");
}

TEST(utf8_mends_windows_text) {
  struct arena *a = *state;
  assert_str(utf8_mend(a, S("\xEF\xBB\xBFok")), "ok");
  assert_str(utf8_mend(a, S("caf\xE9 \x96 \x80"
                            "5")),
             "café – €5");
  assert_str(utf8_mend(a, S("\x81")), "\xEF\xBF\xBD");
  for (int byte = 0; byte < 256; byte++) {
    char one = (char)byte;
    assert_true(utf8_valid(utf8_mend(a, (struct str){&one, 1})));
  }
}

TEST(utf8_fold_finds_names_as_people_type_them) {
  struct arena *a = *state;
  const char *const pairs[][2] = {
      {"O'Brien", "obrien"},
      {"O’BRIEN", "obrien"},
      {"Siân Gŵyr", "sian gwyr"},
      {"Ŷnys Môn", "ynys mon"},
      {"Straße", "strasse"},
      {"STRAẞE", "strasse"},
      {"Ørsted Æther", "orsted aether"},
      {"Łukasz Żółć", "lukasz zolc"},
      {"Nguyễn Thị", "nguyen thi"},
      {"  Jean-Luc,  P. ", "jean luc p"},
      {"Ẁ ẃ Ẅ", "w w w"},
      {"e\xCC\x81", "e"},
      {"Ελένη", "ελενη"},
      {"ΝΊΚΟΣ νίκος", "νικοσ νικοσ"},
      {"Ёлка Їжак", "елка іжак"},
      {"ЩУКА", "щука"},
      {"ﬁn", "fin"},
      {"İstanbul ı", "istanbul i"},
      {"مُحَمَّد", "محمد"},
      {"東京", "東京"},
      {"½ No. 1", "no 1"},
      {"", ""},
      {"'", ""},
      {"---", ""},
      {"a\xFF"
       "b",
       "a b"},
      {"ＡＢ１", "ab1"},
      {"Ǽ Ǿ", "ae o"},
      {"ŉ Ĳ Ǆ", "n ij dz"},
      {"co\xC2\xADop", "coop"},
      {"Þór Ðan", "thor dan"},
  };
  for (size_t i = 0; i < countof(pairs); i++)
    assert_str(utf8_fold(a, str_of(pairs[i][0])), pairs[i][1]);
  struct strs words = utf8_words(a, S("Mary-Ann  d'Arcy"));
  assert_int_equal(words.n, 3);
  assert_str(words.p[2], "darcy");
  assert_int_equal(utf8_words(a, S(" - ")).n, 0);
}

/* Folding twice changes nothing, nothing grows, and upper and lower case of Latin letters fold
 * alike. */
TEST(utf8_fold_settles_at_once) {
  struct arena *a = *state;
  for (uint32_t c = 1; c <= 0x2FFFF; c++) {
    struct arena scratch = *a;
    char bytes[4];
    struct str one = {bytes, utf8_put(bytes, c)};
    struct str once = utf8_fold(&scratch, one), twice = utf8_fold(&scratch, once);
    if (once.n > one.n || !utf8_valid(once) || !str_eq(once, twice)) fail_msg("U+%04X", c);
  }
}

TEST(buf_keeps_its_maximum) {
  (void)state;
  struct buf b = buf_open(10);
  buf_put(&b, S("12345678"));
  assert_false(b.full);
  buf_put(&b, S("9AB"));
  assert_true(b.full);
  buf_byte(&b, '9'); /* would fit, but something before it is missing */
  assert_str(buf_str(&b), "12345678");
  buf_reset(&b);
  buf_i64(&b, INT64_MIN / 1000000000000);
  assert_str(buf_str(&b), "-9223372");
  buf_format(&b, "%d", 123);
  assert_true(b.full);
  buf_free(&b);
}

TEST(buf_writes_numbers) {
  (void)state;
  struct buf b = buf_open(1 << 20);
  buf_i64(&b, INT64_MIN);
  buf_byte(&b, ' ');
  buf_i64(&b, 0);
  buf_format(&b, " %0300d", 7);
  assert_int_equal(b.n, 20 + 1 + 1 + 301);
  assert_true(str_starts(buf_str(&b), S("-9223372036854775808 0 000")));
  buf_reset(&b);
  buf_u32(&b, 0x01020304);
  buf_u64(&b, 0x0102030405060708);
  assert_memory_equal(b.p, "\4\3\2\1\10\7\6\5\4\3\2\1", 12);
  char *room = buf_room(&b, 5);
  memcpy(room, "hello", 5);
  b.n += 5;
  assert_true(str_ends(buf_str(&b), S("hello")));
  buf_free(&b);
}

TEST(why_is_one_sentence_cut_at_a_character) {
  (void)state;
  struct why why = {0};
  assert_false(why_say(&why, "Row %d has no name.", 3));
  assert_false(why_at(&why, "people.csv"));
  assert_str(why_str(&why), "people.csv: Row 3 has no name.");
  assert_false(why_say(NULL, "nobody listens"));
  assert_str(why_str(NULL), "");
  char text[600];
  for (size_t shift = 0; shift < 3; shift++) {
    memset(text, 'x', shift);
    for (size_t i = shift; i + 3 < sizeof text; i += 3) memcpy(text + i, "€", 4);
    why_say(&why, "%s", text);
    assert_true(utf8_valid(why_str(&why)));
    assert_in_range(why_str(&why).n, WHY_BYTES_MAX - 4, WHY_BYTES_MAX - 1);
  }
}

int text_tests(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(str_compares_and_cuts),
      cmocka_unit_test(str_numbers_are_whole_or_refused),
      IN_ARENA(str_makes_copies_in_the_arena),
      cmocka_unit_test(utf8_accepts_what_rfc_3629_does),
      cmocka_unit_test(utf8_writes_back_every_character),
      cmocka_unit_test(utf8_counts_and_cuts_characters),
      IN_ARENA(utf8_mends_windows_text),
      IN_ARENA(utf8_fold_finds_names_as_people_type_them),
      IN_ARENA(utf8_fold_settles_at_once),
      cmocka_unit_test(buf_keeps_its_maximum),
      cmocka_unit_test(buf_writes_numbers),
      cmocka_unit_test(why_is_one_sentence_cut_at_a_character),
  };
  return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
