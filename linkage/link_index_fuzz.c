/* A good index file with words overwritten as the input says (offset, value; 8 bytes each): opening
 * it refuses, or it can be asked and added to without harm. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "linkage/generate.h"
#include "linkage/index_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t key[32] = {3};
static char folder[] = "/tmp/link_index_fuzz_XXXXXX", good[64], bad[64];
static size_t good_bytes;

static void remove_all(void) {
  unlink(good);
  unlink(bad);
  rmdir(folder);
}

static void make_good(void) {
  struct generate_settings s = generate_usual();
  struct buf people = buf_open(1 << 20);
  struct link_config config = config_default();
  static struct link_run run;
  struct why why;
  if (!mkdtemp(folder)) exit(1);
  snprintf(good, sizeof good, "%s/good", folder);
  snprintf(bad, sizeof bad, "%s/bad", folder);
  config.blind = true;
  generate_people(&people, 60, 1, &s);
  struct link_input in = {.path = {bad}, .n = 1, .memory_max = (size_t)1 << 30, .blind_key = key};
  if (!file_write(bad, buf_str(&people), &why) || !link_run(&run, &in, &config, NULL, &why) ||
      !index_create(good, &run, 100, &why))
    exit(1);
  struct index *ix = index_open(good, key, &why);
  if (!ix || !index_fill(ix, &run, NULL, 1, 1, &why)) exit(1);
  good_bytes = ix->bytes;
  index_close(ix);
  link_close(&run);
  buf_free(&people);
  atexit(remove_all);
}

static bool copy_with(const uint8_t *data, size_t size) {
  struct arena a = arena_open((size_t)1 << 28);
  struct str bytes;
  struct why why;
  if (!file_read(&a, good, (size_t)1 << 27, &bytes, &why)) exit(1);
  char *p = str_copy(&a, bytes).p ? (char *)(uintptr_t)bytes.p : NULL;
  struct index_layout l = index_layout((const struct index_head *)(const void *)bytes.p);
  const size_t region[] = {0,      l.undo,      l.model,   l.node,       l.record, l.key,
                           l.next, l.bucket,    l.id_slot, l.value_slot, l.cell,   l.start,
                           l.heap, l.frequency, l.history, l.alias};
  for (size_t i = 0; p && i + 8 <= size; i += 8) {
    uint32_t at, value;
    memcpy(&at, data + i, 4);
    memcpy(&value, data + i + 4, 4);
    size_t to = region[at % countof(region)] + (at / countof(region)) % 65536 * 4;
    if (to + 4 <= bytes.n) memcpy(p + to, &value, 4);
  }
  bool ok = p && file_write(bad, bytes, &why);
  arena_close(&a);
  return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct why why = {0};
  struct index_hit hits[INDEX_HITS_MAX];
  struct str cells[FIELDS_MAX] = {S("ann"),        S(""),  S("smith"),  S("f"),
                                  S("1980-02-03"), S("4"), S("M1 1AE"), S("07700900123"),
                                  S("AB123456C")};
  if (!good_bytes) make_good();
  if (size > 800 || !copy_with(data, size)) return 0;
  struct index *ix = index_open(bad, key, &why);
  if (!ix) {
    if (!why.text[0]) __builtin_trap();
    return 0;
  }
  index_query(ix, cells, hits);
  index_add(ix, 1000, 0, cells, 2, 1, NULL, &why);
  index_decide(ix, 1, 2, DECIDED_SAME, 3, 1, &why);
  index_decide(ix, 1, 3, DECIDED_DIFFERENT, 3, 1, &why);
  index_erase(ix, 2, 4, 1, &why);
  for (uint64_t i = 0; i < 70; i++) index_person_now(ix, index_person(ix, i));
  index_close(ix);
  return 0;
}
