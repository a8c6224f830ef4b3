/* seal_test: sealed values open only where they belong, erased ones never again. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "db/seal.h"
#include "db/testing.h"

static char key_path[100];
static const instant_t now = 1800000000000000;
static const struct seal_place at = {7, 2, "person.phone"};

static struct str sealed_phone(struct db_test *t) {
  struct str sealed;
  seal_forget();
  assert_true(seal(t->db, t->arena, at, S("07700 900123"), now, &sealed));
  return sealed;
}
static bool opens(struct db_test *t, struct seal_place where, struct str sealed) {
  struct str plain;
  return unseal(t->db, t->arena, where, sealed, &plain) && str_eq(plain, S("07700 900123"));
}

static void a_value_opens_only_where_it_belongs(struct db_test *t) {
  struct str sealed = sealed_phone(t), again = sealed_phone(t);
  assert_false(str_contains(sealed, S("07700")));
  assert_false(str_eq(sealed, again));
  assert_true(opens(t, at, sealed));
  assert_false(opens(t, (struct seal_place){8, 2, "person.phone"}, sealed));
  assert_false(opens(t, (struct seal_place){7, 4, "person.phone"}, sealed));
  assert_false(opens(t, (struct seal_place){7, 2, "person.email"}, sealed));
  for (size_t i = 0; i < sealed.n; i++) {
    char *bent = str_c(t->arena, sealed);
    bent[i] = (char)(bent[i] ^ 1);
    assert_false(opens(t, at, (struct str){bent, sealed.n}));
    assert_false(opens(t, at, str_slice(sealed, 0, i)));
  }
}

static void an_erased_key_opens_nothing(struct db_test *t) {
  struct str sealed = sealed_phone(t), other;
  struct seal_place kept = {7, 4, "person.note"};
  assert_true(seal(t->db, t->arena, kept, S("07700 900123"), now, &other));
  db_begin(t->db, STORE_MAIN);
  assert_int_equal(seal_erase(t->db, t->arena, 7, 2, now), DB_OK);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  assert_int_equal(seal_erase_finish(t->db, t->arena), DB_OK);
  assert_false(opens(t, at, sealed));
  assert_true(opens(t, kept, other));
  assert_int_equal(
      db_number(t->db, -1, SQL("select count(*) from seal_erased where person_id = 7")), 1);
}

static void an_erasure_rolled_back_erases_nothing(struct db_test *t) {
  struct str sealed = sealed_phone(t);
  db_begin(t->db, STORE_MAIN);
  assert_int_equal(seal_erase(t->db, t->arena, 7, 2, now), DB_OK);
  db_rollback(t->db, STORE_MAIN);
  assert_int_equal(seal_erase_finish(t->db, t->arena), DB_OK);
  assert_true(opens(t, at, sealed));
}

static void fingerprints_find_and_tell_nothing(struct db_test *t) {
  struct str a = seal_blind(t->arena, "phone", S("+447700900123")),
             b = seal_blind(t->arena, "phone", S("+447700900123"));
  assert_true(str_eq(a, b));
  assert_int_equal(a.n, SEAL_BLIND_HEX);
  assert_false(str_eq(a, seal_blind(t->arena, "email", S("+447700900123"))));
  assert_false(str_eq(a, seal_blind(t->arena, "phone", S("+447700900124"))));
}

static void our_own_seal_keeps_purposes_apart(struct db_test *t) {
  struct str sealed, plain;
  assert_true(seal_own(t->arena, "draft", S("typed"), &sealed));
  assert_true(unseal_own(t->arena, "draft", sealed, &plain) && str_eq(plain, S("typed")));
  assert_false(unseal_own(t->arena, "cookie", sealed, &plain));
}

static void the_sheets_words_bring_the_key_back(struct db_test *t) {
  struct str sealed = sealed_phone(t), words = str_copy(t->arena, seal_master_words(t->arena));
  struct why why = {0};
  char *back = str_c(t->arena, str_format(t->arena, "%s/back.key", t->folder));
  char *bent = str_c(t->arena, words);
  bent[2] = bent[2] == 'a' ? 'b' : 'a';
  assert_false(seal_master_from_words(t->arena, str_of(bent), back, &why));
  assert_true(why.text[0] != 0);
  assert_true(seal_master_from_words(t->arena, words, back, &why));
  struct stat st;
  assert_int_equal(stat(back, &st), 0);
  assert_int_equal(st.st_mode & 0777, 0600);
  seal_master_forget();
  struct str none;
  assert_false(seal_own(t->arena, "draft", S("x"), &none)); /* no key, no seal */
  assert_true(seal_master_read(back, &why));
  assert_true(opens(t, at, sealed));
  assert_false(seal_master_make(back, &why)); /* never replaced */
}

int main(void) {
  static const struct db_test_case cases[] = {
      DB_TEST(a_value_opens_only_where_it_belongs),   DB_TEST(an_erased_key_opens_nothing),
      DB_TEST(an_erasure_rolled_back_erases_nothing), DB_TEST(fingerprints_find_and_tell_nothing),
      DB_TEST(our_own_seal_keeps_purposes_apart),     DB_TEST(the_sheets_words_bring_the_key_back),
  };
  struct migrations all[1] = {db_migrations};
  char folder[64];
  struct why why = {0};
  test_folder(folder);
  snprintf(key_path, sizeof key_path, "%s/master.key", folder);
  log_level_set(LOG_ALARM);
  if (!seal_master_make(key_path, &why) || !seal_master_read(key_path, &why)) return 1;
  int bad = db_test_run("db_seal", cases, countof(cases), all, 1);
  seal_master_forget();
  return bad;
}
