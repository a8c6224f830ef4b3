/* Fuzz: an altered region file whose checksum has been put right, so that only the proof of every
 * index stands between it and the scan. The input is a row of changes: four bytes where (modulo the
 * length), one byte what. */
#include <stdlib.h>
#include "reach/judge.h"
#include "reach/streets.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(const struct region *r, struct arena *a) {
  struct day d;
  struct why why;
  if (!day_open(&d, r, (struct day_ask){.date = r->meta->first_day, .next_until_s = DAY_NEXT_UNTIL},
                a, &why))
    return;
  struct scan *s = scan_open(&d, a);
  for (int back = 0; back < 2 && r->n_stops; back++) {
    struct walking w = {.mode = WALK_LINE};
    struct seeds seeds = seeds_from_stop(&d, w, 0, back, a);
    struct scan_ask ask = {.day = &d, .lanes = 1, .walking = w, .back = back, .count_rides = true};
    ask.time[0] = 40000;
    ask.seeds[0] = &seeds;
    scan_run(s, &ask);
    struct path_ask p = {
        .day = &d, .walking = w, .scan = s, .from = {.stop = 0}, .to = {.stop = r->n_stops - 1}};
    path_search(&p, 30000, a);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct small small;
  static struct str good;
  if (!good.p) {
    small_make(&small, 11);
    good = buf_str(&small.file);
  }
  struct arena a = arena_open((size_t)1 << 28);
  char *copy = arena_alloc(&a, 1, 64, good.n);
  memcpy(copy, good.p, good.n);
  for (size_t i = 0; i + 5 <= size; i += 5) {
    uint32_t at;
    memcpy(&at, data + i, 4);
    copy[at % good.n] = (char)data[i + 4];
  }
  struct region_head head;
  memcpy(&head, copy, sizeof head);
  struct str bytes = {copy, good.n};
  head.checksum = region_checksum(str_slice(bytes, sizeof head, bytes.n));
  memcpy(copy, &head, sizeof head);
  struct region r;
  struct why why = {0};
  if (region_over(&r, bytes, &why))
    use(&r, &a);
  else if (!why.text[0])
    abort();
  arena_close(&a);
  return 0;
}
