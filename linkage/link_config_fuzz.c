/* Any bytes as a configuration: refused with a sentence, or usable: its rules are read as well. */
#include "linkage/linkage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct arena a = arena_open(64 << 20);
  struct link_config *c = arena_new(&a, struct link_config);
  struct why why = {0};
  if (config_read(&a, (struct str){(const char *)data, size}, c, &why)) {
    struct rule rule;
    for (unsigned i = 0; i < c->n_rules; i++)
      if (rule_parse(&c->trained, c->rules[i], &rule, &why)) rule_text(&a, &c->trained, &rule);
    struct buf b = buf_open(4 << 20);
    config_write(&b, &c->trained, &c->columns, 2);
    buf_free(&b);
  } else if (!why.text[0]) {
    __builtin_trap(); /* refused without a word */
  }
  arena_close(&a);
  return 0;
}
