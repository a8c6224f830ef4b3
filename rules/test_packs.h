/* test_packs: the packs of the source tree, for tests and the bench (run from its root). */
#ifndef WAYMARK_RULES_TEST_PACKS_H
#define WAYMARK_RULES_TEST_PACKS_H
#include <stdio.h>
#include <stdlib.h>
#include "rules/packs.h"

static inline bool test_fetch(void *from, struct arena *a, const char *path, struct str *out,
                              struct why *why) {
  char whole[300];
  snprintf(whole, sizeof whole, "%s/%s", (const char *)from, path);
  return file_read(a, whole, (size_t)4 << 20, out, why);
}

static inline struct str pack_text(struct arena *a, const char *path) {
  struct why why;
  struct str s;
  if (file_read(a, path, (size_t)4 << 20, &s, &why)) return s;
  fprintf(stderr, "%s\n", why.text);
  exit(1);
}

static inline struct packs pack_all(struct arena *a) {
  static char folder[] = "packs";
  struct packs p;
  struct why why;
  if (packs_load(a, test_fetch, folder, &p, &why)) return p;
  fprintf(stderr, "%s\n", why.text);
  exit(1);
}
#endif
