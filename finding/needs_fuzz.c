/* Fuzz: any text as packs/words/needs.csv: read whole, or refused with a sentence. */
#include "finding/inside.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct arena a;
  struct needs needs = {0};
  struct why why = {{0}};
  if (!a.start) a = arena_open((size_t)256 << 20);
  if (size > 200000) return 0;
  bool good = finding_needs_read(&a, (struct str){(const char *)data, size}, &needs, &why);
  if (!good && (!why.text[0] || needs.n)) __builtin_trap();
  for (size_t i = 0; i < needs.n; i++)
    for (size_t k = 0; k < needs.p[i].words.n; k++)
      if (needs.p[i].words.p[k].n > size) __builtin_trap();
  arena_reset(&a);
  return 0;
}
