/* tplc: turns a view file into C.   tplc --root SOURCE-FOLDER FILE.html FILE.html.c FILE.html.h
 * The root only shortens the name shown in errors and in #line, so that no path of this machine
 * gets into the program. */
#include <stdio.h>
#include <stdlib.h>
#include "tool/tpl.h"

/* The file's name below root, or its own when it lies elsewhere. */
static struct str name_below(struct arena *a, const char *root, const char *path) {
  char *full_root = realpath(root, NULL), *full = realpath(path, NULL);
  struct str name = str_of(path);
  if (full_root && full) {
    struct str r = str_of(full_root), f = str_of(full);
    if (str_starts(f, r) && f.n > r.n && f.p[r.n] == '/')
      name = str_copy(a, str_slice(f, r.n + 1, f.n));
  }
  free(full_root);
  free(full);
  return name;
}

static struct str base_name(struct str path) {
  size_t from = path.n;
  while (from > 0 && path.p[from - 1] != '/') from--;
  return str_slice(path, from, path.n);
}

static bool compile(struct arena *a, const char *root, const char *in, const char *out_c,
                    const char *out_h, struct why *why) {
  struct str source, name = name_below(a, root, in);
  struct tpl_out t;
  if (!file_read(a, in, TPL_BYTES_MAX, &source, why) || !tpl_read(a, name, source, &t, why))
    return false;
  struct buf c = buf_open((size_t)32 << 20), h = buf_open((size_t)1 << 20);
  tpl_write_c(a, &t, name, base_name(str_of(out_h)), &c);
  tpl_write_h(a, &t, name, &h);
  bool ok = !c.full && !h.full
                ? file_write(out_h, buf_str(&h), why) && file_write(out_c, buf_str(&c), why)
                : why_say(why, "%.*s: too large for one view file: divide it.", P(name));
  buf_free(&c);
  buf_free(&h);
  return ok;
}

int main(int argc, char **argv) {
  struct why why;
  if (argc != 6 || !str_eq(str_of(argv[1]), S("--root"))) {
    fprintf(stderr, "usage: tplc --root SOURCE-FOLDER FILE.html OUT.c OUT.h\n");
    return 2;
  }
  struct arena a = arena_open((size_t)256 << 20);
  bool ok = compile(&a, argv[2], argv[3], argv[4], argv[5], &why);
  if (!ok) fprintf(stderr, "%s\n", why.text);
  arena_close(&a);
  return ok ? 0 : 1;
}
