/* image_test: what is written, what is mapped, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/image.h"

struct tree { struct tree *left; struct str word; };
static bool have_key = true;
static char key = 'k';

static bool seal(struct str digest_hex, char out[IMAGE_SEAL_BYTES_MAX]) {
  for (size_t i = 0; i < 40; i++) out[i] = (char)(digest_hex.p[i] ^ key);
  return have_key;
}

static struct tree *tree_in(struct arena *a) {
  struct tree *t = arena_new(a, struct tree);
  t->word = str_copy(a, S("a waymark says which ways lead on"));
  t->left = arena_new(a, struct tree);
  t->left->word = str_copy(a, S("left"));
  return t;
}

struct place { char folder[64], path[96]; };
static struct place a_place(void) {
  struct place p = {"/tmp/image-XXXXXX", ""};
  assert_non_null(mkdtemp(p.folder));
  snprintf(p.path, sizeof p.path, "%s/one", p.folder);
  return p;
}
static void gone(struct place *p) {
  unlink(p->path);
  rmdir(p->folder);
}

static void comes_back_as_it_was(void **state) {
  (void)state;
  struct place p = a_place();
  struct why why;
  struct image image;
  struct arena a = image_arena(1);
  assert_non_null(a.start);
  struct tree *t = tree_in(&a);
  if (!image_write(p.path, &a, t, S("a tree"), seal, &why)) fail_msg("%s", why.text);
  arena_close(&a);
  assert_int_equal(image_slot_of(p.path, S("a tree")), 1);
  assert_int_equal(image_slot_of(p.path, S("a bush")), -1);
  if (!image_map(p.path, S("a tree"), seal, &image, &why)) fail_msg("%s", why.text);
  const struct tree *back = image.root;
  assert_ptr_equal(back, t);
  assert_true(str_eq(back->left->word, S("left")));
  struct arena taken = image_arena(1); /* what stands there is never replaced */
  assert_null(taken.start);
  image_unmap(&image);
  assert_false(image_map(p.path, S("a bush"), seal, &image, &why));
  assert_int_equal(why.text[0], 0); /* nothing is wrong with it */
  key = 'x';
  assert_false(image_map(p.path, S("a tree"), seal, &image, &why));
  assert_true(why.text[0]); /* made by somebody without our key */
  key = 'k';
  gone(&p);
}

static bool at_text(const char *p) {
  unsigned low = (uintptr_t)p & 255;
  return low >= 0x20 && low <= 0x7e;
}

static void refuses_what_points_elsewhere(void **state) {
  (void)state;
  struct place p = a_place();
  struct why why;
  int on_the_stack = 0;
  const void *elsewhere[] = {"a literal", &on_the_stack, &have_key, (const void *)&printf};
  for (size_t i = 0; i < countof(elsewhere); i++) {
    struct arena a = image_arena(0);
    struct tree *t = tree_in(&a);
    const char *at = elsewhere[i];
    while (at_text(at)) at++; /* one address in a hundred reads as the end of a text */
    t->left->word.p = at;
    assert_false(image_write(p.path, &a, t, S("a tree"), seal, &why));
    assert_int_not_equal(access(p.path, F_OK), 0);
    arena_close(&a);
  }
  gone(&p);
}

static void needs_a_key_and_its_own_memory(void **state) {
  (void)state;
  struct place p = a_place();
  struct why why;
  struct arena a = image_arena(2), b = arena_open(1 << 20);
  struct tree *t = tree_in(&a);
  have_key = false;
  assert_false(image_write(p.path, &a, t, S("a tree"), seal, &why));
  have_key = true;
  assert_false(image_write(p.path, &b, tree_in(&b), S("a tree"), seal, &why));
  assert_int_not_equal(access(p.path, F_OK), 0);
  arena_close(&a);
  arena_close(&b);
  gone(&p);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(comes_back_as_it_was),
                                     cmocka_unit_test(refuses_what_points_elsewhere),
                                     cmocka_unit_test(needs_a_key_and_its_own_memory)};
  return cmocka_run_group_tests_name("image", tests, NULL, NULL);
}
