/* Any text into any field: taken or refused with a sentence; what is taken reads back as itself. */
#include "record/sample/sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct arena a;
  if (!a.start) a = arena_open((size_t)64 << 20);
  if (size > 100000) return 0;
  struct str given = {(const char *)data, size};
  for (size_t i = 0; i < sample_type.n_fields; i++) {
    const struct field *f = &sample_type.fields[i];
    struct value v, again;
    struct why why = {0};
    if (!value_parse(&a, f, given, &v, &why)) {
      if (!why.text[0]) abort();
      continue;
    }
    struct str text = value_text(&a, f, v);
    value_words(&a, f, v);
    if (!utf8_valid(text)) abort();
    if (!value_parse(&a, f, text, &again, &why) || !value_eq(v, again)) abort();
  }
  arena_reset(&a);
  return 0;
}
