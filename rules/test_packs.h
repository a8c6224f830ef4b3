/* test_packs: reads the packs from the source tree for tests, the bench and the fuzz target (run
 * from its root). */
#ifndef WAYMARK_RULES_TEST_PACKS_H
#define WAYMARK_RULES_TEST_PACKS_H
#include <stdio.h>
#include <stdlib.h>
#include "rules/library.h"

static inline struct str pack_text(struct arena *a, const char *path) {
  struct why why;
  struct str s;
  if (!file_read(a, path, (size_t)4 << 20, &s, &why)) {
    fprintf(stderr, "%s\n", why.text);
    exit(1);
  }
  return s;
}

static inline struct rules_book *pack_book(struct arena *a) {
  struct rules_book *b = rules_book_new(a);
  struct why why;
  char path[200];
  for (enum rules_list l = 0; l < RULES_LISTS; l++) {
    if (!rules_list_name(l)) continue;
    snprintf(path, sizeof path, "packs/codes/%s.csv", rules_list_name(l));
    if (rules_book_codes(b, l, pack_text(a, path), &why)) continue;
    fprintf(stderr, "%s: %s\n", path, why.text);
    exit(1);
  }
  if (!rules_book_areas(b, pack_text(a, "packs/codes/areas.csv"), &why)) {
    fprintf(stderr, "areas: %s\n", why.text);
    exit(1);
  }
  return b;
}

static inline struct library pack_library(struct arena *a, struct rules_book *b) {
  struct library l;
  struct why why;
  if (!library_read(a, b, pack_text(a, "packs/schemes/library.csv"),
                    pack_text(a, "packs/schemes/eligibility.rules"), &l, &why)) {
    fprintf(stderr, "library: %s\n", why.text);
    exit(1);
  }
  return l;
}
#endif
