/* again_test: what the front keeps of a question asked again, and what it never keeps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "base/base.h"
#include "web/again.h"

static struct ask question(const char *body) {
  return (struct ask){.id = 5,
                      .method = METHOD_POST,
                      .path = S("/find"),
                      .address = S("192.0.2.7"),
                      .body = str_of(body),
                      .body_fd = -1,
                      .header = {[H_COOKIE] = S(""), [H_ACCEPT_ENCODING] = S("gzip")}};
}

static bool found(struct again *g, const struct ask *ask, uint64_t now, struct again_key *key) {
  char *bytes = NULL;
  size_t n = 0;
  bool is = again_find(g, ask, now, key, &bytes, &n);
  if (is) assert_true(n == 6 && memcmp(bytes, "answer", 6) == 0);
  free(bytes);
  return is;
}

static void ask_and_answer(struct again *g, const struct ask *ask, uint64_t now, uint32_t ms) {
  struct again_key key = {{0}};
  assert_false(found(g, ask, now, &key));
  again_keep(g, &key, S("answer"), now, ms);
}

static void once_is_never_kept(void **state) {
  (void)state;
  struct again *g = again_open();
  struct again_key key;
  struct ask ask = question("words=debt");
  ask_and_answer(g, &ask, 1000, 200);
  assert_int_equal(again_bytes(g), 0);
  ask_and_answer(g, &ask, 1000 + AGAIN_SEEN_MS * 1000 + 1, 200); /* too long ago to be "again" */
  assert_int_equal(again_bytes(g), 0);
  assert_false(found(g, &ask, 3000000, &key));
  again_close(g);
}

static void twice_is_kept_for_its_time(void **state) {
  (void)state;
  struct again *g = again_open();
  struct again_key key;
  struct ask ask = question("words=debt");
  ask_and_answer(g, &ask, 1000, 200);
  ask_and_answer(g, &ask, 2000, 200);
  assert_int_equal(again_bytes(g), 6);
  ask.id = 6, ask.address = S("198.51.100.1"); /* another visitor, another reference */
  assert_true(found(g, &ask, 3000, &key));
  assert_true(found(g, &ask, 2000 + 199999, &key));
  again_sweep(g, 2000 + 199999);
  assert_int_equal(again_bytes(g), 6);
  again_sweep(g, 2000 + 200000);
  assert_int_equal(again_bytes(g), 0);
  assert_false(found(g, &ask, 2000 + 200000, &key));
  again_close(g);
}

static void any_other_byte_is_another_question(void **state) {
  (void)state;
  struct again *g = again_open();
  struct again_key key;
  struct ask ask = question("words=debt"), other;
  ask_and_answer(g, &ask, 1000, 200), ask_and_answer(g, &ask, 2000, 200);
  other = question("words=debts");
  assert_false(found(g, &other, 3000, &key));
  other = question("words=debt"), other.header[H_COOKIE] = S("waymark=vAAAAAAAAAAAAAAAAAAAAAA");
  assert_false(found(g, &other, 3000, &key));
  other = question("words=debt"), other.path = S("/fin"), other.query = S("d");
  assert_false(found(g, &other, 3000, &key));
  other = question("words=debt"), other.header[H_ACCEPT_LANGUAGE] = S("cy");
  assert_false(found(g, &other, 3000, &key));
  other = question("words=debt"), other.header[H_AUTHORIZATION] = S("Bearer right");
  assert_false(found(g, &other, 3000, &key));
  assert_true(found(g, &ask, 3000, &key));
  again_close(g);
}

static void what_may_not_be_kept_is_not(void **state) {
  (void)state;
  struct again *g = again_open();
  struct again_key key;
  struct ask ask = question("words=debt"), token = question("words=debt");
  token.header[H_AUTHORIZATION] = S("Bearer right");
  for (int i = 0; i < 3; i++) {
    ask_and_answer(g, &ask, 1000 + (uint64_t)i, 0); /* the worker said: not for everyone */
    assert_false(found(g, &token, 1000, &key));
    again_keep(g, &key, S("answer"), 1000, 200);
  }
  assert_int_equal(again_bytes(g), 0);
  again_close(g);
}

static void it_is_bounded(void **state) {
  (void)state;
  struct again *g = again_open();
  struct arena a = arena_open(32 << 20);
  struct str large = {arena_many(&a, char, 1 << 20), 1 << 20};
  for (int i = 0; i < 40; i++) {
    struct ask ask = question(str_c(&a, str_format(&a, "age=%d", i)));
    struct again_key key;
    for (int k = 0; k < 2; k++) {
      assert_false(found(g, &ask, 1000, &key));
      again_keep(g, &key, large, 1000, 200);
    }
    assert_true(again_bytes(g) <= AGAIN_BYTES_MAX);
  }
  assert_true(again_bytes(g) >= AGAIN_BYTES_MAX - (2 << 20));
  again_sweep(g, 1000000);
  assert_int_equal(again_bytes(g), 0);
  arena_close(&a);
  again_close(g);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(once_is_never_kept), cmocka_unit_test(twice_is_kept_for_its_time),
      cmocka_unit_test(any_other_byte_is_another_question),
      cmocka_unit_test(what_may_not_be_kept_is_not), cmocka_unit_test(it_is_bounded)};
  return cmocka_run_group_tests_name("again", tests, NULL, NULL);
}
