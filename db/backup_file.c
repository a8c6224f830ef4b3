/* backup_file.c: the files of a backup: manifest, checksums, encryption.
 *
 * An encrypted file: "WAYMARK1", salt (16), libsodium secretstream header (24), then pieces of 64
 * KiB each with its tag; the last carries the final tag, so that a cut file is noticed. Key:
 * argon2id, 64 MiB, 3 passes. */
#include <dirent.h>
#include <fcntl.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "db/backup_inside.h"

enum {
  PIECE = 65536,
  TAGGED = PIECE + crypto_secretstream_xchacha20poly1305_ABYTES,
  HEADER = crypto_secretstream_xchacha20poly1305_HEADERBYTES,
  SALT = crypto_pwhash_SALTBYTES,
  MAGIC = 8
};
static const char magic[MAGIC + 1] = "WAYMARK1";

bool backup_flush(const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  bool fine = fd >= 0 && fsync(fd) == 0;
  if (fd >= 0) close(fd);
  return fine;
}

void backup_remove(const char *folder) {
  DIR *d = opendir(folder);
  for (struct dirent *e; d && (e = readdir(d));)
    if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
      unlinkat(dirfd(d), e->d_name, 0);
  if (d) closedir(d);
  rmdir(folder);
}

/* ---- encryption ---- */

static bool key_of(struct str passphrase, const unsigned char salt[SALT], unsigned char key[32]) {
  return sodium_init() >= 0 && crypto_pwhash(key, 32, passphrase.p, passphrase.n, salt, 3,
                                             (size_t)64 << 20, crypto_pwhash_ALG_ARGON2ID13) == 0;
}

static bool seal_pieces(FILE *in, FILE *out, crypto_secretstream_xchacha20poly1305_state *st,
                        struct progress *p) {
  static unsigned char plain[PIECE], sealed[TAGGED];
  uint64_t done = 0;
  for (;;) {
    size_t n = fread(plain, 1, PIECE, in);
    if (ferror(in)) return false;
    bool last = n < PIECE;
    crypto_secretstream_xchacha20poly1305_push(
        st, sealed, NULL, plain, n, NULL, 0,
        last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
    if (fwrite(sealed, 1, n + TAGGED - PIECE, out) != n + TAGGED - PIECE) return false;
    if (!progress_at(p, done += n)) return false;
    if (last) return true;
  }
}

static bool seal_file(FILE *in, FILE *out, struct str passphrase, struct progress *p) {
  unsigned char salt[SALT], header[HEADER], key[32];
  crypto_secretstream_xchacha20poly1305_state st;
  secret_bytes(salt, sizeof salt);
  if (!key_of(passphrase, salt, key)) return false;
  crypto_secretstream_xchacha20poly1305_init_push(&st, header, key);
  bool fine = fwrite(magic, 1, MAGIC, out) == MAGIC && fwrite(salt, 1, SALT, out) == SALT &&
              fwrite(header, 1, HEADER, out) == HEADER && seal_pieces(in, out, &st, p);
  sodium_memzero(key, sizeof key);
  sodium_memzero(&st, sizeof st);
  return fine;
}

static bool open_pieces(FILE *in, FILE *out, crypto_secretstream_xchacha20poly1305_state *st,
                        struct progress *p) {
  static unsigned char plain[PIECE], sealed[TAGGED];
  uint64_t done = 0;
  for (unsigned char tag = 0; tag != crypto_secretstream_xchacha20poly1305_TAG_FINAL;) {
    size_t n = fread(sealed, 1, TAGGED, in);
    unsigned long long m = 0;
    if (n < TAGGED - PIECE ||
        crypto_secretstream_xchacha20poly1305_pull(st, plain, &m, &tag, sealed, n, NULL, 0) != 0)
      return false;
    if (fwrite(plain, 1, m, out) != m || !progress_at(p, done += m)) return false;
  }
  return fgetc(in) == EOF;
}

static bool open_file(FILE *in, FILE *out, struct str passphrase, struct progress *p) {
  unsigned char start[MAGIC + SALT + HEADER], key[32];
  crypto_secretstream_xchacha20poly1305_state st;
  if (fread(start, 1, sizeof start, in) != sizeof start || memcmp(start, magic, MAGIC) != 0)
    return false;
  if (!key_of(passphrase, start + MAGIC, key)) return false;
  bool fine =
      crypto_secretstream_xchacha20poly1305_init_pull(&st, start + MAGIC + SALT, key) == 0 &&
      open_pieces(in, out, &st, p);
  sodium_memzero(key, sizeof key);
  sodium_memzero(&st, sizeof st);
  return fine;
}

typedef bool transform(FILE *in, FILE *out, struct str passphrase, struct progress *p);

static bool plain_copy(FILE *in, FILE *out, struct str passphrase, struct progress *p) {
  static char piece[PIECE];
  uint64_t done = 0;
  (void)passphrase;
  for (size_t n; (n = fread(piece, 1, sizeof piece, in)) > 0;)
    if (fwrite(piece, 1, n, out) != n || !progress_at(p, done += n)) return false;
  return !ferror(in);
}

/* Through a function from one path to another; the result is on the disk before this returns. */
static bool through(transform *fn, const char *from, const char *to, struct str passphrase,
                    struct progress *p) {
  FILE *in = fopen(from, "rb"), *out = in ? fopen(to, "wb") : NULL;
  bool fine = out && fn(in, out, passphrase, p);
  if (in) fclose(in);
  if (out && fclose(out) != 0) fine = false;
  if (fine) fine = backup_flush(to);
  if (!fine && out) unlink(to);
  return fine;
}

static int64_t size_of(const char *path) {
  FILE *f = fopen(path, "rb");
  int64_t n = f && fseeko(f, 0, SEEK_END) == 0 ? (int64_t)ftello(f) : 0;
  if (f) fclose(f);
  return n;
}

bool backup_keep_file(struct arena *a, const char *folder, const char *name, struct str passphrase,
                      struct manifest *m, struct progress *p, struct why *why) {
  char path[BACKUP_PATH_MAX], sealed[BACKUP_PATH_MAX + 8];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  if (passphrase.n) {
    snprintf(sealed, sizeof sealed, "%s.new", path);
    progress_step(p, "Encrypting", "bytes", (uint64_t)size_of(path));
    if (!through(seal_file, path, sealed, passphrase, p) || rename(sealed, path) != 0)
      return why_say(why, "%.200s could not be encrypted. Is there room on the disk?", path);
    progress_end(p, (uint64_t)size_of(path));
  }
  struct mapped map;
  if (!backup_flush(path) || !file_map(path, &map, why))
    return why_say(why, "%.200s could not be written.", path);
  struct sha256 sum = sha256_of(map.bytes);
  size_t cap = m->files.n;
  *slice_push(a, &m->files, &cap) = (struct backup_file){
      str_copy(a, str_of(name)), hex_of(a, sum.b, sizeof sum.b), (int64_t)map.bytes.n};
  file_unmap(&map);
  return true;
}

bool backup_take_file(struct arena *a, const char *folder, const struct manifest *m,
                      const char *name, struct str passphrase, const char *to, struct progress *p,
                      struct why *why) {
  char path[BACKUP_PATH_MAX];
  const struct backup_file *file = NULL;
  for (size_t i = 0; i < m->files.n; i++)
    if (str_eq(m->files.p[i].name, str_of(name))) file = &m->files.p[i];
  if (!file)
    return why_say(why, "The backup's manifest does not name %s. This is not a whole backup.",
                   name);
  snprintf(path, sizeof path, "%s/%s", folder, name);
  struct mapped map;
  if (!file_map(path, &map, why)) return why_say(why, "%.200s is missing or cannot be read.", path);
  struct sha256 sum = sha256_of(map.bytes);
  bool same = str_eq(hex_of(a, sum.b, sizeof sum.b), file->sha256);
  file_unmap(&map);
  if (!same)
    return why_say(
        why, "%.200s is not as it was when it was made: it is damaged. Use another backup.", path);
  if (m->encrypted && !passphrase.n)
    return why_say(why, "This backup is encrypted. Give its passphrase with --passphrase-file.");
  progress_step(p, "Reading the backup", "bytes", (uint64_t)file->bytes);
  if (!through(m->encrypted ? open_file : plain_copy, path, to, passphrase, p))
    return why_say(why,
                   m->encrypted
                       ? "%.200s could not be opened: the passphrase is wrong, or the disk is full."
                       : "%.200s could not be copied. Is there room on the disk?",
                   path);
  progress_end(p, (uint64_t)file->bytes);
  return true;
}

/* ---- the manifest ---- */

bool manifest_write(const struct manifest *m, const char *folder, struct why *why) {
  struct buf b = buf_open(MANIFEST_BYTES_MAX);
  struct json_out j = json_to(&b);
  j.pretty = true;
  json_open(&j);
  json_put_i64(&j, "format", 1);
  json_put_str(&j, "made_at", m->made_at);
  json_put_str(&j, "database", m->kind == DB_SQLITE ? S("sqlite") : S("postgres"));
  json_put_bool(&j, "keys", m->keys);
  json_put_bool(&j, "encrypted", m->encrypted);
  json_put_str(&j, "audit_head", m->audit_head);
  json_key(&j, S("files"));
  json_list(&j);
  for (size_t i = 0; i < m->files.n; i++) {
    json_open(&j);
    json_put_str(&j, "name", m->files.p[i].name);
    json_put_str(&j, "sha256", m->files.p[i].sha256);
    json_put_i64(&j, "bytes", m->files.p[i].bytes);
    json_close(&j);
  }
  json_list_end(&j);
  json_key(&j, S("tables"));
  json_list(&j);
  for (size_t i = 0; i < m->tables.n; i++) {
    json_open(&j);
    json_put_str(&j, "store", m->tables.p[i].store);
    json_put_str(&j, "name", m->tables.p[i].name);
    json_put_i64(&j, "rows", m->tables.p[i].rows);
    json_close(&j);
  }
  json_list_end(&j);
  json_close(&j);
  char path[BACKUP_PATH_MAX];
  snprintf(path, sizeof path, "%s/manifest.json", folder);
  bool fine = !b.full && file_write(path, buf_str(&b), why);
  buf_free(&b);
  return fine;
}

static struct str text_at(struct arena *a, const json_t *o, const char *name) {
  return str_copy(a, str_of(json_string_value(json_object_get(o, name))));
}

static void read_lists(struct arena *a, const json_t *root, struct manifest *m) {
  const json_t *files = json_object_get(root, "files"), *tables = json_object_get(root, "tables");
  m->files.p = arena_many(a, struct backup_file, json_array_size(files) + 1);
  for (; m->files.n < json_array_size(files); m->files.n++) {
    const json_t *f = json_array_get(files, m->files.n);
    m->files.p[m->files.n] = (struct backup_file){text_at(a, f, "name"), text_at(a, f, "sha256"),
                                                  json_integer_value(json_object_get(f, "bytes"))};
  }
  m->tables.p = arena_many(a, struct backup_table, json_array_size(tables) + 1);
  for (; m->tables.n < json_array_size(tables); m->tables.n++) {
    const json_t *t = json_array_get(tables, m->tables.n);
    m->tables.p[m->tables.n] =
        (struct backup_table){text_at(a, t, "store"), text_at(a, t, "name"),
                              json_integer_value(json_object_get(t, "rows"))};
  }
}

bool manifest_read(struct arena *a, struct str folder, struct manifest *m, struct why *why) {
  struct str text;
  *m = (struct manifest){0};
  char *path = str_c(a, str_format(a, "%.*s/manifest.json", P(folder)));
  if (!file_read(a, path, MANIFEST_BYTES_MAX, &text, why))
    return why_say(why, "%.200s is not a backup: it has no manifest.json that can be read.",
                   str_c(a, folder));
  json_t *root = json_read(text, MANIFEST_BYTES_MAX, why);
  if (!root) return why_at(why, "%.200s", path);
  bool fine = json_integer_value(json_object_get(root, "format")) == 1;
  m->kind = str_eq(text_at(a, root, "database"), S("postgres")) ? DB_POSTGRES : DB_SQLITE;
  m->keys = json_is_true(json_object_get(root, "keys"));
  m->encrypted = json_is_true(json_object_get(root, "encrypted"));
  m->made_at = text_at(a, root, "made_at");
  m->audit_head = text_at(a, root, "audit_head");
  read_lists(a, root, m);
  json_decref(root);
  return fine || why_say(why, "%.200s was made by a newer Waymark. Use that version to restore it.",
                         str_c(a, folder));
}
