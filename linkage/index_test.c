/* The index: the same people in any order, numbers that stay, decisions that can be taken back, and
 * kills. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "linkage/index.h"
#include "linkage/linkage_test.h"

static const uint8_t key[32] = {7}; /* as test_run's */
enum { PEOPLE = SANITIZED ? 400 : 2000 };

struct rows {
  struct str cell[4000][FIELDS_MAX];
  uint16_t source[4000];
  uint32_t n;
};

/* The same file as rows of raw cells in field order. */
static struct rows *read_rows(struct arena *a, const char *path, const struct link_run *run) {
  struct rows *rows = arena_new(a, struct rows);
  struct why why;
  struct csv *csv = csv_open_file(a, path, &why);
  struct csv_row row;
  assert_true(csv && csv_headers(csv, &why));
  int at[FIELDS_MAX], source = csv_column(csv, S("source"));
  for (unsigned f = 0; f < run->model.n_fields; f++)
    at[f] = csv_column(csv, str_of(run->model.field[f].name));
  while (csv_next(csv, &row, &why) == CSV_ROW) {
    for (unsigned f = 0; f < run->model.n_fields; f++)
      rows->cell[rows->n][f] = str_copy(a, csv_cell(&row, at[f]));
    struct str name = csv_cell(&row, source);
    for (size_t s = 0; s < run->table.sources.n; s++)
      if (str_eq(run->table.sources.p[s], name)) rows->source[rows->n] = (uint16_t)s;
    rows->n++;
  }
  csv_close(csv);
  return rows;
}

struct world {
  struct arena a;
  struct link_run *run;
  struct rows *rows;
};

static struct world world_make(uint32_t records, uint64_t seed) {
  struct world w = {.a = arena_open((size_t)1 << 28)};
  const char *path = test_path("index_people.csv");
  struct link_config c = config_default();
  c.blind = true;
  test_write(path, test_people(&w.a, records, seed, NULL));
  w.run = test_run(path, NULL, &c);
  w.rows = read_rows(&w.a, path, w.run);
  assert_int_equal(w.rows->n, records);
  return w;
}

static void world_close(struct world *w) {
  link_close(w->run);
  free(w->run);
  arena_close(&w->a);
}

static struct index *fresh_index(const struct world *w, const char *name) {
  struct why why;
  unlink(test_path(name));
  if (!index_create(test_path(name), w->run, PEOPLE * 4, &why)) fail_msg("%s", why.text);
  struct index *ix = index_open(test_path(name), key, &why);
  if (!ix) fail_msg("%s", why.text);
  return ix;
}

static void add(struct index *ix, const struct world *w, uint32_t i) {
  struct why why;
  if (!index_add(ix, i + 1, w->rows->source[i], w->rows->cell[i], 1000 + i, 5, NULL, &why))
    fail_msg("%s", why.text);
}

/* Numbers each record by the first record of its person, so that partitions can be compared. */
static void partition(const struct index *ix, uint32_t n, uint32_t *out) {
  for (uint32_t i = 0; i < n; i++) {
    out[i] = i;
    for (uint32_t j = 0; j < i; j++)
      if (index_person(ix, j + 1) == index_person(ix, i + 1)) {
        out[i] = j;
        break;
      }
  }
}

static void same_people_in_any_order(void **state) {
  (void)state;
  struct world w = world_make(PEOPLE, 31);
  uint32_t *order = arena_many(&w.a, uint32_t, PEOPLE), *first = arena_many(&w.a, uint32_t, PEOPLE),
           *now = arena_many(&w.a, uint32_t, PEOPLE);
  struct rng r = rng_seed(1);
  for (int round = 0; round < 3; round++) {
    struct index *ix = fresh_index(&w, "order.idx");
    for (uint32_t i = 0; i < PEOPLE; i++) order[i] = i;
    for (uint32_t i = PEOPLE; round && i > 1; i--) {
      uint32_t j = (uint32_t)rng_below(&r, i), t = order[i - 1];
      order[i - 1] = order[j];
      order[j] = t;
    }
    for (uint32_t i = 0; i < PEOPLE; i++) add(ix, &w, order[i]);
    partition(ix, PEOPLE, now);
    if (round == 0) memcpy(first, now, PEOPLE * sizeof *now);
    assert_memory_equal(first, now, PEOPLE * sizeof *now);
    index_close(ix);
  }
  /* ... and the same as the batch run, and as that run put in at once. */
  for (uint32_t i = 0; i < PEOPLE; i++) {
    uint32_t c = w.run->cluster[i];
    if (first[i] != c) fail_msg("record %u: batch says %u, one by one says %u", i, c, first[i]);
  }
  struct index *ix = fresh_index(&w, "filled.idx");
  struct why why;
  assert_true(index_fill(ix, w.run, NULL, 1, 1, &why));
  partition(ix, PEOPLE, now);
  assert_memory_equal(first, now, PEOPLE * sizeof *now);
  index_close(ix);
  world_close(&w);
}

static void numbers_stay_and_the_file_keeps_them(void **state) {
  (void)state;
  struct world w = world_make(PEOPLE, 32);
  struct index *ix = fresh_index(&w, "stay.idx");
  struct why why;
  uint64_t *before = arena_many(&w.a, uint64_t, PEOPLE);
  for (uint32_t i = 0; i < PEOPLE / 2; i++) add(ix, &w, i);
  for (uint32_t i = 0; i < PEOPLE / 2; i++) before[i] = index_person(ix, i + 1);
  index_close(ix);
  ix = index_open(test_path("stay.idx"), key, &why);
  assert_non_null(ix);
  for (uint32_t i = 0; i < PEOPLE / 2; i++)
    assert_true(before[i] && before[i] == index_person(ix, i + 1));
  for (uint32_t i = PEOPLE / 2; i < PEOPLE; i++) add(ix, &w, i);
  size_t kept = 0;
  for (uint32_t i = 0; i < PEOPLE / 2; i++) {
    uint64_t now = index_person(ix, i + 1);
    kept += now == before[i];
    assert_true(index_person_now(ix, before[i]) != 0);
  }
  assert_true(kept > PEOPLE / 2 * 97 / 100);
  static const uint8_t other[32] = {8};
  assert_null(index_open(test_path("stay.idx"), key, &why)); /* one process at a time */
  index_close(ix);
  assert_null(index_open(test_path("stay.idx"), other, &why));
  assert_non_null(strstr(why.text, "key"));
  world_close(&w);
}

static void known_people_are_known(void **state) {
  (void)state;
  struct world w = world_make(PEOPLE, 33);
  struct index *ix = fresh_index(&w, "known.idx");
  struct why why;
  struct index_hit hits[INDEX_HITS_MAX];
  assert_true(index_fill(ix, w.run, NULL, 1, 1, &why));
  size_t found = 0;
  uint64_t history = index_history_count(ix);
  for (uint32_t i = 0; i < 200; i++) {
    size_t n = index_query(ix, w.rows->cell[i], hits);
    for (size_t h = 0; h < n; h++) found += hits[h].record == i + 1 && hits[h].band == BAND_LINK;
  }
  assert_true(found >= 185); /* nearly empty records are not enough to be sure */
  struct str nobody[FIELDS_MAX] = {S("zebedee"), S(""),           S("quillfeather"),
                                   S("m"),       S("1911-02-03"), S("999"),
                                   S("ZE1 9ZZ"), S(""),           S("")};
  assert_int_equal(index_query(ix, nobody, hits), 0);
  struct str nothing[FIELDS_MAX] = {{0}};
  assert_int_equal(index_query(ix, nothing, hits), 0);
  assert_int_equal(index_history_count(ix), history); /* a question leaves no trace */
  assert_int_equal(index_records(ix), PEOPLE);
  assert_false(index_add(ix, 1, 0, w.rows->cell[0], 1, 1, NULL, &why));
  assert_false(index_add(ix, 0, 0, w.rows->cell[0], 1, 1, NULL, &why));
  index_close(ix);
  world_close(&w);
}

static uint64_t linked_pair(const struct index *ix, uint32_t n, uint64_t *other) {
  for (uint64_t i = 1; i <= n; i++)
    for (uint64_t j = i + 1; j <= n; j++)
      if (index_person(ix, i) == index_person(ix, j)) {
        *other = j;
        return i;
      }
  return 0;
}

static void a_persons_word_can_be_taken_back(void **state) {
  (void)state;
  struct world w = world_make(300, 34);
  struct index *ix = fresh_index(&w, "decide.idx");
  struct why why;
  for (uint32_t i = 0; i < 300; i++) add(ix, &w, i);
  uint32_t before[300], after[300];
  partition(ix, 300, before);
  uint64_t b = 0, a = linked_pair(ix, 300, &b), person = index_person(ix, a);
  assert_true(index_decide(ix, a, b, DECIDED_DIFFERENT, 2000, 77, &why));
  assert_true(index_person(ix, a) != index_person(ix, b));
  assert_true(index_person(ix, a) == person ||
              index_person(ix, b) == person); /* one side keeps the number */
  uint64_t last = index_history_count(ix), seen = 0;
  for (uint64_t i = 0; i < last; i++) {
    struct history h = index_history(ix, i);
    seen += h.kind == HISTORY_DECIDED && h.a == a && h.b == b && h.actor == 77 && h.at == 2000 &&
            h.what == DECIDED_DIFFERENT;
  }
  assert_int_equal(seen, 1);
  assert_true(index_decide(ix, a, b, DECIDED_NOTHING, 2001, 77, &why));
  partition(ix, 300, after);
  assert_memory_equal(before, after, sizeof before);
  uint64_t c = 1;
  while (index_person(ix, c) == index_person(ix, a)) c++;
  assert_true(index_decide(ix, a, c, DECIDED_SAME, 2002, 77, &why));
  assert_true(index_person(ix, a) == index_person(ix, c));
  index_close(ix);
  ix = index_open(test_path("decide.idx"), key, &why);
  assert_true(index_person(ix, a) == index_person(ix, c));
  assert_true(index_decide(ix, c, a, DECIDED_NOTHING, 2003, 77, &why));
  partition(ix, 300, after);
  assert_memory_equal(before, after, sizeof before);
  assert_false(index_decide(ix, a, a, DECIDED_SAME, 1, 1, &why));
  assert_false(index_decide(ix, a, 99999, DECIDED_SAME, 1, 1, &why));
  index_close(ix);
  world_close(&w);
}

static void an_erased_record_is_gone(void **state) {
  (void)state;
  struct world w = world_make(300, 35);
  struct index *ix = fresh_index(&w, "erase.idx");
  struct why why;
  struct index_hit hits[INDEX_HITS_MAX];
  w.rows->cell[7][w.run->model.surname] = S("zquillfeathering");
  for (uint32_t i = 0; i < 300; i++) add(ix, &w, i);
  assert_true(index_erase(ix, 8, 3000, 1, &why));
  assert_int_equal(index_person(ix, 8), 0);
  assert_int_equal(index_records(ix), 299);
  for (size_t h = 0, n = index_query(ix, w.rows->cell[7], hits); h < n; h++)
    assert_true(hits[h].record != 8);
  assert_false(index_erase(ix, 8, 3001, 1, &why));
  index_close(ix);
  struct arena a = arena_open((size_t)1 << 31);
  struct str bytes;
  assert_true(file_read(&a, test_path("erase.idx"), (size_t)1 << 30, &bytes, &why));
  assert_null(memmem(bytes.p, bytes.n, "zquillfeather", 13));
  arena_close(&a);
  world_close(&w);
}

/* Killed at every stage of an addition: opened again, the record is wholly in or wholly out, and
 * adding goes on. */
static void kills_leave_it_whole(void **state) {
  (void)state;
  struct world w = world_make(200, 36);
  uint32_t *expected = arena_many(&w.a, uint32_t, 200), *now = arena_many(&w.a, uint32_t, 200);
  struct index *ix = fresh_index(&w, "whole.idx");
  struct why why;
  for (uint32_t i = 0; i < 200; i++) add(ix, &w, i);
  partition(ix, 200, expected);
  index_close(ix);
  index_close(fresh_index(&w, "killed.idx"));
  unsigned kills = 0;
  for (uint64_t step = 1; kills < 80; step++) {
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
      ix = index_open(test_path("killed.idx"), key, &why);
      if (!ix) _exit(3);
      uint32_t n = index_records(ix);
      index_die_after(ix, 1 + step % 97);
      for (uint32_t i = n; i < 200; i++)
        if (!index_add(ix, i + 1, w.rows->source[i], w.rows->cell[i], 1, 1, NULL, &why)) _exit(4);
      _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status) && (WEXITSTATUS(status) == 99 || WEXITSTATUS(status) == 0));
    if (WEXITSTATUS(status) == 0) break;
    kills++;
  }
  assert_true(kills > 20);
  ix = index_open(test_path("killed.idx"), key, &why);
  if (!ix) fail_msg("%s", why.text);
  for (uint32_t i = index_records(ix); i < 200; i++) add(ix, &w, i);
  partition(ix, 200, now);
  assert_memory_equal(expected, now, 200 * sizeof *now);
  index_close(ix);
  world_close(&w);
}

static void damaged_files_are_refused(void **state) {
  (void)state;
  struct world w = world_make(200, 37);
  struct why why;
  struct index *ix = fresh_index(&w, "damage.idx");
  assert_true(index_fill(ix, w.run, NULL, 1, 1, &why));
  index_close(ix);
  assert_null(index_open(test_path("absent.idx"), key, &why));
  test_write(test_path("short.idx"), S("not an index"));
  assert_null(index_open(test_path("short.idx"), key, &why));
  FILE *f = fopen(test_path("damage.idx"), "r+b");
  fseek(f, 64, SEEK_SET);
  fputc(0x55, f);
  fclose(f);
  assert_null(index_open(test_path("damage.idx"), key, &why));
  assert_non_null(strstr(why.text, "damaged"));
  struct link_run *clear = test_run(test_path("index_people.csv"), NULL,
                                    NULL); /* telephone and national number in the clear */
  assert_false(index_create(test_path("clear.idx"), clear, 1000, &why));
  assert_non_null(strstr(why.text, "blind"));
  link_close(clear);
  free(clear);
  world_close(&w);
}

int test_index(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(same_people_in_any_order),
                                     cmocka_unit_test(numbers_stay_and_the_file_keeps_them),
                                     cmocka_unit_test(known_people_are_known),
                                     cmocka_unit_test(a_persons_word_can_be_taken_back),
                                     cmocka_unit_test(an_erased_record_is_gone),
                                     cmocka_unit_test(kills_leave_it_whole),
                                     cmocka_unit_test(damaged_files_are_refused)};
  return cmocka_run_group_tests_name("index", tests, NULL, NULL);
}
