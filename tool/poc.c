/* poc: turns a .po catalogue into a C table.   poc cy FILE.po OUT.c
 * Entries not translated yet or marked fuzzy are left out, so the program shows their English. */
#include <stdio.h>
#include <stdlib.h>
#include "tool/po.h"
#include "tool/tpl.h"

struct keyed {
  uint64_t hash;
  const struct po_entry *entry;
};

static int by_hash(const void *x, const void *y) {
  const struct keyed *a = x, *b = y;
  return a->hash < b->hash ? -1 : a->hash > b->hash;
}

static bool plain(struct str s) {
  for (size_t i = 0; i < s.n; i++)
    if (strchr("&<>\"'\r", s.p[i])) return false;
  return true;
}

/* One form as parts; neighbouring pieces of text become one. Returns how many parts. */
static size_t write_parts(struct arena *a, struct buf *c, struct str text,
                          const struct tokens *tokens) {
  struct words_walk walk = {text};
  struct str piece, together = {0};
  size_t n = 0;
  for (;;) {
    enum words_piece kind = words_next(&walk, &piece);
    if (kind == WORDS_TEXT) {
      together = str_format(a, "%.*s%.*s", P(together), P(piece));
      continue;
    }
    if (together.n) {
      buf_put(c, S("{"));
      tpl_c_string(c, together);
      buf_format(c, ", %zu, 0, %s}, ", together.n, plain(together) ? "true" : "false");
      together.n = 0;
      n++;
    }
    if (kind != WORDS_TOKEN) return n;
    for (int i = 0; i < tokens->n; i++)
      if (str_eq(tokens->p[i], piece)) buf_format(c, "{NULL, 0, %d, false}, ", i + 1);
    n++;
  }
}

static void write_entry(struct arena *a, struct buf *c, enum language lang, size_t index,
                        const struct po_entry *e) {
  struct tokens tokens;
  size_t n[PLURAL_COUNT] = {0};
  words_tokens(e->id, e->id_plural, &tokens, NULL);
  for (int i = 0; i < e->forms; i++) {
    buf_format(c, "static const struct part p%zu_%d[] = {", index, i);
    n[i] = write_parts(a, c, e->form[i], &tokens);
    buf_put(c, S("};\n"));
  }
  buf_format(c, "static const struct wording w%zu[] = {", index);
  for (int i = 0; i < e->forms; i++)
    buf_format(c, "[%d] = {p%zu_%d, %zu}, ", e->id_plural.n ? (int)words_plural_nth(lang, i) : 0,
               index, i, n[i]);
  buf_put(c, S("};\n"));
}

static bool choose(struct arena *a, enum language lang, struct str name, const struct po *po,
                   struct keyed *keyed, size_t *n, struct why *why) {
  for (size_t i = 0; i < po->n; i++) {
    bool empty;
    if (!po_sound(a, lang, name, &po->p[i], &empty, why)) return false;
    if (empty || po->p[i].fuzzy) continue;
    keyed[(*n)++] = (struct keyed){words_hash(po->p[i].id, po->p[i].id_plural), &po->p[i]};
  }
  qsort(keyed, *n, sizeof *keyed, by_hash);
  return true;
}

static void write_catalogue(struct arena *a, struct buf *c, enum language lang, const char *code,
                            const struct keyed *keyed, size_t n) {
  buf_format(c,
             "/* Made by poc from app/%s.po: change that. */\n#include \"words/words.h\"\n"
             "extern const struct catalogue catalogue_%s;\n",
             code, code);
  for (size_t i = 0; i < n; i++) write_entry(a, c, lang, i, keyed[i].entry);
  buf_put(c, S("static const struct catalogue_entry entries[] = {\n"));
  for (size_t i = 0; i < n; i++) {
    buf_format(c, "  {0x%llxu, ", (unsigned long long)keyed[i].hash);
    tpl_c_string(c, keyed[i].entry->id);
    buf_put(c, S(", "));
    if (keyed[i].entry->id_plural.n)
      tpl_c_string(c, keyed[i].entry->id_plural);
    else
      buf_put(c, S("NULL"));
    buf_format(c, ", w%zu},\n", i);
  }
  buf_format(c, "  {0}};\nconst struct catalogue catalogue_%s = {%d, entries, %zu};\n", code,
             (int)lang, n);
}

static bool compile(struct arena *a, const char *code, const char *in, const char *out,
                    struct why *why) {
  struct str text, name = str_format(a, "app/%s.po", code);
  struct po po;
  size_t n = 0;
  if (!str_eq(str_of(code), S("cy"))) return why_say(why, "poc knows the language cy.");
  if (!file_read(a, in, PO_BYTES_MAX, &text, why) || !po_read(a, name, text, &po, why))
    return false;
  struct keyed *keyed = arena_many(a, struct keyed, po.n + 1);
  if (!choose(a, LANG_CY, name, &po, keyed, &n, why)) return false;
  struct buf c = buf_open((size_t)64 << 20);
  write_catalogue(a, &c, LANG_CY, code, keyed, n);
  bool ok = c.full ? why_say(why, "%.*s: too large.", P(name)) : file_write(out, buf_str(&c), why);
  buf_free(&c);
  return ok;
}

int main(int argc, char **argv) {
  struct why why;
  if (argc != 4) {
    fprintf(stderr, "usage: poc cy FILE.po OUT.c\n");
    return 2;
  }
  struct arena a = arena_open((size_t)256 << 20);
  bool ok = compile(&a, argv[1], argv[2], argv[3], &why);
  if (!ok) fprintf(stderr, "%s\n", why.text);
  arena_close(&a);
  return ok ? 0 : 1;
}
