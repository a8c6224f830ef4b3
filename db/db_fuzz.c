/* db_fuzz: the texts db/ reads: migrations, statements, page keys, manifests. The first byte
 * chooses. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "db/backup_inside.h"
#include "db/list.h"
#include "db/migrate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_dialect(struct str s) {
  for (int kind = 0; kind < 2; kind++) {
    struct buf b = buf_open(1 << 20);
    struct dialect_step step;
    struct why why;
    if (dialect_of((enum db_kind)kind, s, &b, &step, &why) && (int)step.store >= STORE_COUNT)
      abort();
    buf_free(&b);
  }
}

static void fuzz_statement(struct str s) {
  for (int kind = 0; kind < 2; kind++) {
    struct buf b = buf_open(1 << 20);
    int parameters = 0;
    if (sql_translate((enum db_kind)kind, s, &b, &parameters) && parameters < 0) abort();
    buf_free(&b);
  }
}

/* A key read is a key that can be written, and reads the same. */
static void fuzz_key(struct arena *a, struct str s) {
  struct list_key key, again;
  if (!list_key_from(a, s, &key)) return;
  if (key.n > LIST_KEY_MAX) abort();
  if (!list_key_from(a, list_key_word(a, &key), &again) || again.n != key.n) abort();
}

static void fuzz_manifest(struct arena *a, struct str s) {
  static char folder[64];
  char path[100];
  struct manifest m;
  struct why why = {0};
  if (!folder[0]) snprintf(folder, sizeof folder, "/tmp/waymark-fuzz-%d", (int)getpid());
  mkdir(folder, 0700);
  snprintf(path, sizeof path, "%s/manifest.json", folder);
  FILE *f = fopen(path, "wb");
  if (f && fwrite(s.p, 1, s.n, f) == s.n && fclose(f) == 0 &&
      !manifest_read(a, str_of(folder), &m, &why) && !why.text[0])
    abort();
  unlink(path);
  rmdir(folder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct arena a;
  if (!a.start) a = arena_open((size_t)256 << 20);
  arena_reset(&a);
  if (size == 0) return 0;
  struct str s = {(const char *)data + 1, size - 1};
  if (data[0] == 'd')
    fuzz_dialect(s);
  else if (data[0] == 's')
    fuzz_statement(s);
  else if (data[0] == 'k')
    fuzz_key(&a, s);
  else if (data[0] == 'm')
    fuzz_manifest(&a, s);
  return 0;
}
