/* Fuzz: any text as a signature drawn: a bounded path of M and L, or refused. What comes out reads
 * back as itself and holds nothing that could leave its attribute. */
#include "programme/programme.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct arena a;
  struct str tidy = {0}, again = {0};
  if (!a.start) a = arena_open((size_t)16 << 20);
  if (signature_parse(&a, (struct str){(const char *)data, size}, &tidy)) {
    if (!signature_parse(&a, tidy, &again) || !str_eq(tidy, again)) __builtin_trap();
    for (size_t i = 0; i < tidy.n; i++)
      if (!memchr("ML 0123456789", tidy.p[i], 13)) __builtin_trap();
  }
  arena_reset(&a);
  return 0;
}
