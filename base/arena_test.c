/* Tests of arena: what is given out is zero, apart, aligned and limited; every failure lands in one
 * place. */
#include "base/base_test.h"
#include "base/limit.h"

TEST(memory_is_zero_aligned_and_apart) {
  struct arena *a = *state;
  for (int round = 0; round < 3; round++) {
    uint64_t *previous = NULL;
    for (size_t i = 1; i < 200; i++) {
      char *bytes = arena_alloc(a, 1, 1, i);
      uint64_t *words = arena_many(a, uint64_t, i);
      assert_int_equal((uintptr_t)words % _Alignof(uint64_t), 0);
      for (size_t k = 0; k < i; k++) assert_true(bytes[k] == 0 && words[k] == 0);
      memset(bytes, 0xAA, i);
      memset(words, 0xBB, i * sizeof *words);
      if (previous) assert_true(*previous == 0xBBBBBBBBBBBBBBBB);
      previous = words;
    }
    arena_reset(a);
    assert_int_equal(arena_used(a), 0);
  }
}

static char *scribble(struct arena scratch) {
  char *p = arena_alloc(&scratch, 1, 1, 3 << 20);
  memset(p, 0xCC, 3 << 20);
  return p;
}

TEST(a_copy_is_scratch_and_its_memory_comes_back_clean) {
  struct arena *a = *state;
  size_t before = arena_used(a);
  char *theirs = scribble(*a);
  assert_int_equal(arena_used(a), before);
  char *ours = arena_alloc(a, 1, 1, 4 << 20);
  assert_ptr_equal(ours, theirs);
  for (size_t i = 0; i < (size_t)4 << 20; i++) assert_true(ours[i] == 0);
  memset(ours, 1, 4 << 20);
  arena_reset(a);
  ours = arena_alloc(a, 1, 1, 4 << 20);
  for (size_t i = 0; i < (size_t)4 << 20; i++) assert_true(ours[i] == 0);
}

TEST(the_newest_grows_in_place_others_move) {
  struct arena *a = *state;
  char *first = arena_grow(a, NULL, 0, 10);
  memcpy(first, "0123456789", 10);
  char *grown = arena_grow(a, first, 10, 100);
  assert_ptr_equal(grown, first);
  assert_memory_equal(grown, "0123456789\0\0\0", 13);
  arena_new(a, int);
  char *moved = arena_grow(a, grown, 100, 1000);
  assert_ptr_not_equal(moved, grown);
  assert_memory_equal(moved, "0123456789", 10);
  assert_ptr_equal(arena_grow(a, moved, 1000, 10), moved);
}

static int sum_in_scratch(struct arena scratch, int n) {
  struct {
    int *p;
    size_t n;
  } list = {0};
  size_t cap = 0;
  int sum = 0;
  for (int i = 0; i < n; i++) *slice_push(&scratch, &list, &cap) = i;
  for (size_t i = 0; i < list.n; i++) sum += list.p[i];
  return sum;
}

TEST(slices_grow_by_pointer_and_by_value) {
  struct arena *a = *state;
  struct strs names = {0};
  size_t cap = 0;
  for (int i = 0; i < 1000; i++) *slice_push(a, &names, &cap) = str_format(a, "%d", i);
  assert_int_equal(names.n, 1000);
  assert_str(names.p[999], "999");
  size_t used = arena_used(a);
  assert_int_equal(sum_in_scratch(*a, 10000), 49995000);
  assert_int_equal(arena_used(a), used);
  assert_str(names.p[0], "0");
}

/* Whether asking for `count` things of `size` bytes is refused. */
static bool refused(struct arena *a, size_t size, size_t count) {
  jmp_buf out;
  struct arena copy = *a;
  copy.out = &out;
  if (setjmp(out)) return true;
  arena_alloc(&copy, size, 8, count);
  return false;
}

TEST(the_limit_and_overflow_are_out_of_memory) {
  (void)state;
  struct arena a = arena_open(1 << 20);
  assert_false(refused(&a, 1, 1 << 20));
  assert_true(refused(&a, 1, (1 << 20) + 8192));
  assert_true(refused(&a, SIZE_MAX / 2, 3));
  assert_true(refused(&a, 1, SIZE_MAX));
  assert_true(refused(&a, SIZE_MAX, 1));
  arena_close(&a);
  assert_null(a.start);
  assert_null(arena_open(SIZE_MAX).start);
  assert_null(arena_open(SIZE_MAX / 2).start);
}

/* Two arenas that may each hold everything may not hold it together; what one gives back the other
 * may take. */
static void all_arenas_have_one_limit(void **state) {
  (void)state;
  limit_memory(3 << 20);
  struct arena a = arena_open(64 << 20), b = arena_open(64 << 20);
  assert_false(refused(&a, 2 << 20, 1));
  assert_true(refused(&b, 2 << 20, 1));
  assert_false(refused(&b, 1 << 19, 1));
  arena_reset(&a);
  assert_false(refused(&b, 1 << 20, 1));
  arena_close(&b);
  assert_false(refused(&a, 2 << 20, 1));
  limit_memory(0);
  assert_false(refused(&a, 8 << 20, 1));
  arena_close(&a);
}

/* A job that uses most of base; says how many allocations it may make before the injected failure.
 */
static size_t a_job(struct arena *a) {
  struct csv *c = csv_open_str(a, S("name,day\nO'Brien,1 Feb 2026\n\"x\"\"y\",2\n"));
  struct why why;
  struct csv_row row;
  size_t n = csv_headers(c, &why) ? 1 : 0;
  while (csv_next(c, &row, &why) == CSV_ROW) n += utf8_words(a, csv_cell(&row, 0)).n;
  struct strs parts = str_split(a, str_format(a, "%d,%d", 1, 2), ',');
  return n + parts.n + hex_of(a, "abc", 3).n + day_words(a, 0).n;
}

TEST(every_seventh_allocation_may_fail) {
  struct arena *a = *state;
  size_t whole = a_job(a);
  int failed = 0, done = 0;
  for (unsigned k = 1; k <= 40; k++) {
    jmp_buf out;
    arena_reset(a);
    a->out = &out;
    arena_fail_every(k);
    if (setjmp(out)) {
      failed++;
    } else {
      assert_int_equal(a_job(a), whole);
      done++;
    }
    arena_fail_every(0);
    a->out = NULL;
  }
  assert_true(failed > 7 && done > 7);
}

int arena_tests(void) {
  const struct CMUnitTest tests[] = {
      IN_ARENA(memory_is_zero_aligned_and_apart),
      IN_ARENA(a_copy_is_scratch_and_its_memory_comes_back_clean),
      IN_ARENA(the_newest_grows_in_place_others_move),
      IN_ARENA(slices_grow_by_pointer_and_by_value),
      cmocka_unit_test(the_limit_and_overflow_are_out_of_memory),
      cmocka_unit_test(all_arenas_have_one_limit),
      IN_ARENA(every_seventh_allocation_may_fail),
  };
  return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
