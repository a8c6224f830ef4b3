/* embed: puts files into the program, as C.
 *   embed migrations NAME OUT.c 0001_x.sql 0002_y.sql ...   a `const struct migrations NAME`
 * (db/db.h) embed files NAME OUT.c a.csv b.csv ...                   a `const struct embedded_files
 * NAME` (base/embed.h) A file's name in the program is its path as given, without leading "../"; a
 * migration's is FOLDER/NNNN_name.sql. Text is written as string pieces of at most 2,000 bytes, so
 * that compilers without long literals take it too. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(const char *what, const char *path) {
  fprintf(stderr, "embed: %s: %s\n", path, what);
  exit(1);
}

static void put_byte(FILE *out, int c, long column) {
  if (column > 0 && column % 2000 == 0) fputs("\"\n    \"", out);
  if (c == '\n') fputs("\\n\"\n    \"", out);
  else if (c == '"' || c == '\\') fprintf(out, "\\%c", c);
  else if (c == '?') fputs("\\?", out); /* no trigraphs */
  else if (c >= ' ' && c < 127) fputc(c, out);
  else fprintf(out, "\\%03o", (unsigned)c);
}

static long put_content(FILE *out, const char *path) {
  FILE *in = fopen(path, "rb");
  if (!in) fail("cannot be read", path);
  long n = 0;
  fputs("\"", out);
  for (int c; (c = fgetc(in)) != EOF; n++) put_byte(out, c, n);
  fputs("\"", out);
  if (ferror(in)) fail("cannot be read", path);
  fclose(in);
  return n;
}

/* Where the build stands on the disk is nobody's business: the name starts at "packs/", or is the
 * file's own. */
static const char *shown(const char *path) {
  const char *packs = strstr(path, "/packs/");
  const char *slash = strrchr(path, '/');
  if (strncmp(path, "packs/", 6) == 0) return path;
  return packs ? packs + 1 : slash ? slash + 1 : path;
}

static const char *last_part(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

/* "places/2000_area.sql": whose step it is, wherever the build stands. */
static const char *last_two(const char *path) {
  const char *name = last_part(path);
  if (name - path < 2) return path;
  const char *folder = name - 1;
  while (folder > path && folder[-1] != '/') folder--;
  return folder;
}

int main(int argc, char **argv) {
  if (argc < 4) fail("usage: embed migrations|files NAME OUT.c FILE...", argv[0]);
  bool migrations = strcmp(argv[1], "migrations") == 0;
  const char *name = argv[2];
  FILE *out = fopen(argv[3], "wb");
  if (!out) fail("cannot be written", argv[3]);
  fprintf(out,
          "/* Written by tool/embed. Change the files it was made from. */\n#include \"%s\"\n\n",
          migrations ? "db/db.h" : "base/embed.h");
  fprintf(out, "extern const struct %s %s;\nstatic const struct %s rows[] = {\n",
          migrations ? "migrations" : "embedded_files", name,
          migrations ? "migration" : "embedded_file");
  for (int i = 4; i < argc; i++) {
    if (migrations)
      fprintf(out, "  {%ld, \"%s\", S(\n    ", strtol(last_part(argv[i]), NULL, 10),
              last_two(argv[i]));
    else fprintf(out, "  {\"%s\", S(\n    ", shown(argv[i]));
    put_content(out, argv[i]);
    fputs(")},\n", out);
  }
  if (argc == 4) fputs("  {0}\n", out);
  fprintf(out, "};\nconst struct %s %s = {rows, %d};\n",
          migrations ? "migrations" : "embedded_files", name, argc - 4);
  if (fclose(out) != 0) fail("cannot be written", argv[3]);
  return 0;
}
