/* Whatever stands in a mapping file: read without harm, or one sentence. */
#include <stdlib.h>
#include "exchange/copyout.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  static struct arena a;
  if (!a.start) a = arena_open((size_t)256 << 20);
  struct copy_system s;
  struct person p;
  struct why why = {0};
  arena_reset(&a);
  record_clear(&person_type, &p);
  p.born_on = 7000;
  if (!copyout_parse(&a, (struct str){(const char *)data, n}, &s, &why)) {
    if (!why.text[0]) abort();
    return 0;
  }
  for (size_t i = 0; i < s.fields.n; i++) {
    if (s.fields.p[i].source->data_class & CLASS_SAFETY) abort();
    copyout_value(&a, &s.fields.p[i], &p);
  }
  return 0;
}
