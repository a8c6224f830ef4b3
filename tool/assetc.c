/* assetc: puts the files of app/ into the program, plain and gzipped.   assetc OUT.c OUT.bin
 * FILE... All bytes go into OUT.bin, which OUT.c takes in with .incbin; OUT.c holds the table of
 * web/look/assets.h. The served name holds a hash of the content: a changed file has a new address
 * and nobody sees an old one. Styles and scripts go without indentation and without comments that
 * have their lines, or the ends of them, to themselves: a fifth of what a phone has to fetch. */
#include <stdio.h>
#include <zlib.h>
#include "base/base.h"

enum { ASSET_BYTES_MAX = 4 << 20 };

static const char *type_of(struct str name) {
  static const struct {
    const char *end, *type;
  } types[] = {{".css", "text/css; charset=utf-8"},
               {".js", "text/javascript; charset=utf-8"},
               {".svg", "image/svg+xml"},
               {".txt", "text/plain; charset=utf-8"},
               {".png", "image/png"},
               {".json", "application/json"}};
  for (size_t i = 0; i < countof(types); i++)
    if (str_ends(name, str_of(types[i].end))) return types[i].type;
  return NULL;
}

/* gzip at the hardest level, without name or time, so that the same input gives the same bytes. */
static bool gzip(struct arena *a, struct str in, struct str *out) {
  z_stream z = {0};
  size_t room = in.n + 1024;
  if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK) return false;
  char *p = arena_many(a, char, room);
  z.next_in = (Bytef *)(uintptr_t)in.p;
  z.avail_in = (uInt)in.n;
  z.next_out = (Bytef *)p;
  z.avail_out = (uInt)room;
  bool ok = deflate(&z, Z_FINISH) == Z_STREAM_END;
  *out = (struct str){p, z.total_out};
  deflateEnd(&z);
  return ok;
}

/* Of one line: what is left of it without its comment. open: inside one that goes over lines. */
static struct str lean_line(struct str line, bool *open) {
  line = str_trim(line);
  while (*open || str_starts(line, S("/*"))) {
    size_t end = str_find(line, S("*/"));
    *open = end == line.n;
    if (*open) return (struct str){0};
    line = str_trim(str_slice(line, end + 2, line.n));
  }
  size_t at = line.n;
  if (str_ends(line, S("*/")))
    while (at > 0 && !str_starts(str_slice(line, at, line.n), S(" /*"))) at--;
  return str_trim(str_slice(line, 0, at ? at : line.n));
}

static struct str lean(struct arena *a, struct str in) {
  char *p = arena_many(a, char, in.n + 1);
  size_t n = 0;
  for (bool open = false; in.n;) {
    struct str line = lean_line(str_cut(&in, '\n'), &open);
    if (!line.n) continue;
    memcpy(p + n, line.p, line.n);
    n += line.n;
    p[n++] = '\n';
  }
  return (struct str){p, n};
}

static struct str base_name(struct str path) {
  size_t from = path.n;
  while (from > 0 && path.p[from - 1] != '/') from--;
  return str_slice(path, from, path.n);
}

/* "style.css" and its hash -> "style.1a2b3c4d5e6f.css" */
static struct str hashed_name(struct arena *a, struct str name, struct str hash) {
  size_t dot = name.n;
  while (dot > 0 && name.p[dot - 1] != '.') dot--;
  struct str stem = str_slice(name, 0, dot ? dot - 1 : name.n), end = str_slice(name, dot, name.n);
  return str_format(a, "%.*s.%.*s.%.*s", P(stem), P(hash), P(end));
}

static bool add(struct arena *a, const char *path, struct buf *table, struct buf *bin,
                struct why *why) {
  struct str bytes, gz, name = base_name(str_of(path));
  if (!type_of(name)) return why_say(why, "%s: assetc knows .css .js .svg .txt .png .json.", path);
  if (!file_read(a, path, ASSET_BYTES_MAX, &bytes, why)) return false;
  if (str_ends(name, S(".css")) || str_ends(name, S(".js"))) bytes = lean(a, bytes);
  if (!gzip(a, bytes, &gz)) return why_say(why, "%s: it could not be compressed.", path);
  if (gz.n + 64 > bytes.n) gz.n = 0; /* not worth it */
  struct sha256 sum = sha256_of(bytes);
  struct str hash = hex_of(a, sum.b, 6), served = hashed_name(a, name, hash);
  buf_format(table,
             "  {\"%.*s\", \"/asset/%.*s\", \"%s\", \"\\\"%.*s\\\"\", %zu, %zu, %zu, %zu},\n",
             P(name), P(served), type_of(name), P(hash), bin->n, bytes.n, bin->n + bytes.n, gz.n);
  buf_put(bin, bytes);
  buf_put(bin, gz);
  return true;
}

static bool make(struct arena *a, int argc, char **argv, struct buf *c, struct buf *bin,
                 struct why *why) {
  buf_format(
      c,
      "/* Made by assetc. */\n#include \"web/look/assets_inside.h\"\n"
      "__asm__(\".pushsection .rodata\\n.global waymark_asset_bytes\\nwaymark_asset_bytes:\\n\"\n"
      "        \".incbin \\\"%s\\\"\\n.byte 0\\n.popsection\\n\");\n"
      "const struct asset_entry waymark_assets[] = {\n",
      argv[2]);
  for (int i = 3; i < argc; i++)
    if (!add(a, argv[i], c, bin, why)) return false;
  buf_format(c, "};\nconst size_t waymark_assets_n = %d;\n", argc - 3);
  if (c->full || bin->full) return why_say(why, "the files of app/ are too large together.");
  return file_write(argv[2], buf_str(bin), why) && file_write(argv[1], buf_str(c), why);
}

int main(int argc, char **argv) {
  struct why why;
  if (argc < 4) {
    fprintf(stderr, "usage: assetc OUT.c OUT.bin FILE...\n");
    return 2;
  }
  struct arena a = arena_open((size_t)64 << 20);
  struct buf c = buf_open(1 << 20), bin = buf_open((size_t)32 << 20);
  bool ok = make(&a, argc, argv, &c, &bin, &why);
  if (!ok) fprintf(stderr, "%s\n", why.text);
  buf_free(&c);
  buf_free(&bin);
  arena_close(&a);
  return ok ? 0 : 1;
}
