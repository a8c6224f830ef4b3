/* The book of code lists and areas that every rule of the directory is compiled against. */
#include "directory/inside.h"

struct str pack_text(const char *path) {
  for (size_t i = 0; i < directory_packs.n; i++)
    if (strcmp(directory_packs.p[i].name, path) == 0) return directory_packs.p[i].content;
  return (struct str){0};
}

struct rules_book *book_read(struct arena *a, struct why *why) {
  struct rules_book *b = rules_book_new(a);
  for (int l = 0; l < RULES_LISTS; l++) {
    const char *name = rules_list_name((enum rules_list)l);
    if (!name) continue;
    if (!rules_book_codes(b, (enum rules_list)l, code_list_text(name), why)) {
      why_at(why, "packs/codes/%s.csv", name);
      return NULL;
    }
  }
  if (!rules_book_areas(b, code_list_text("areas"), why)) {
    why_at(why, "packs/codes/areas.csv");
    return NULL;
  }
  return b;
}

struct rules_book *directory_book(void) {
  static struct arena kept;
  static struct rules_book *book;
  struct why why = {0};
  if (book) return book;
  kept = arena_open((size_t)16 << 20);
  book = book_read(&kept, &why);
  if (!book) log_event(LOG_ALARM, "code_lists_unreadable", "said=%s", why.text);
  return book;
}

struct rules_codes codes_of(const struct rules_book *b, enum rules_list l, struct str codes) {
  struct rules_codes out = {0};
  while (codes.n) {
    int c = rules_code_find(b, l, str_cut(&codes, ' '));
    if (c >= 0) rules_codes_add(&out, c);
  }
  return out;
}
