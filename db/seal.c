#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>
#include "db/seal.h"

enum {
  KEY_BYTES = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
  NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
  TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
  SEAL_VERSION = 1,
  CACHE_KEYS = 64,
  CLASSES_MAX = 32, /* bits of a class mask */
  WORDS_GROUP = 4,
  CHECK_BYTES = 4
};

struct cached {
  int64_t person_id;
  uint32_t class_bit;
  unsigned char key[KEY_BYTES];
};
/* The process's secrets, in memory that is locked and wiped. */
static struct secrets {
  unsigned char master[KEY_BYTES];
  struct cached cache[CACHE_KEYS];
  size_t cached;
  bool have;
} * secrets;

static bool secrets_ready(void) {
  if (secrets) return true;
  if (sodium_init() < 0) return false;
  secrets = sodium_malloc(sizeof *secrets);
  if (secrets) sodium_memzero(secrets, sizeof *secrets);
  return secrets != NULL;
}

void seal_forget(void) {
  if (!secrets) return;
  sodium_memzero(secrets->cache, sizeof secrets->cache);
  secrets->cached = 0;
}

void seal_master_forget(void) {
  if (!secrets) return;
  sodium_free(secrets);
  secrets = NULL;
}

/* ---- the master key's file and its words ---- */

static void master_check(const unsigned char key[KEY_BYTES], unsigned char check[CHECK_BYTES]) {
  unsigned char full[crypto_generichash_BYTES];
  crypto_generichash(full, sizeof full, key, KEY_BYTES, (const unsigned char *)"check", 5);
  memcpy(check, full, CHECK_BYTES);
}

/* 64 hex digits, then 8 that check them. */
static struct str master_hex(struct arena *a, const unsigned char key[KEY_BYTES]) {
  unsigned char all[KEY_BYTES + CHECK_BYTES];
  memcpy(all, key, KEY_BYTES);
  master_check(key, all + KEY_BYTES);
  struct str hex = hex_of(a, all, sizeof all);
  sodium_memzero(all, sizeof all);
  return hex;
}

static bool master_parse(struct str hex, unsigned char key[KEY_BYTES], struct why *why) {
  unsigned char all[KEY_BYTES + CHECK_BYTES], check[CHECK_BYTES];
  if (!hex_parse(hex, all, sizeof all))
    return why_say(why, "This is no master key: it must be 72 digits from 0 to 9 and a to f.");
  master_check(all, check);
  bool same = sodium_memcmp(check, all + KEY_BYTES, CHECK_BYTES) == 0;
  if (same) memcpy(key, all, KEY_BYTES);
  sodium_memzero(all, sizeof all);
  return same || why_say(why, "A digit of the master key is wrong: its check group does not fit.");
}

static bool master_write(const char *path, struct str hex, struct why *why) {
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    return why_say(
        why, "The master key file %s could not be made: %m. An existing key is never replaced.",
        path);
  bool ok = write(fd, hex.p, hex.n) == (ssize_t)hex.n && write(fd, "\n", 1) == 1 && fsync(fd) == 0;
  ok = close(fd) == 0 && ok;
  if (!ok) unlink(path);
  return ok || why_say(why, "The master key file %s could not be written: %m.", path);
}

/* What was read or written through it leaves no trace; the arena's own head is not ours to wipe. */
static void wipe_and_close(struct arena *a) {
  size_t used = arena_used(a);
  arena_reset(a);
  sodium_memzero(arena_alloc(a, 1, 1, used), used);
  arena_close(a);
}

bool seal_master_make(const char *path, struct why *why) {
  if (!secrets_ready()) return why_say(why, "Memory for keys could not be locked.");
  struct arena a = arena_open(1 << 16);
  unsigned char key[KEY_BYTES];
  randombytes_buf(key, sizeof key);
  bool ok = master_write(path, master_hex(&a, key), why);
  sodium_memzero(key, sizeof key);
  wipe_and_close(&a);
  return ok;
}

bool seal_master_read(const char *path, struct why *why) {
  if (!secrets_ready()) return why_say(why, "Memory for keys could not be locked.");
  struct arena a = arena_open(1 << 16);
  struct str text;
  bool ok =
      file_read(&a, path, 4096, &text, why) && master_parse(str_trim(text), secrets->master, why);
  wipe_and_close(&a);
  secrets->have = ok;
  return ok || why_at(why, "%s", path);
}

struct str seal_master_words(struct arena *a) {
  if (!secrets || !secrets->have) return (struct str){0};
  struct str hex = master_hex(a, secrets->master);
  char *out = arena_many(a, char, hex.n + hex.n / WORDS_GROUP + 1);
  size_t n = 0;
  for (size_t i = 0; i < hex.n; i++) {
    if (i && i % WORDS_GROUP == 0) out[n++] = ' ';
    out[n++] = hex.p[i];
  }
  return (struct str){out, n};
}

bool seal_master_from_words(struct arena *a, struct str words, const char *path, struct why *why) {
  char *hex = arena_many(a, char, words.n + 1);
  unsigned char key[KEY_BYTES];
  size_t n = 0;
  for (size_t i = 0; i < words.n; i++)
    if (words.p[i] != ' ' && words.p[i] != '\n' && words.p[i] != '-') hex[n++] = words.p[i];
  if (!secrets_ready()) return why_say(why, "Memory for keys could not be locked.");
  if (!master_parse((struct str){hex, n}, key, why)) return false;
  bool ok = master_write(path, master_hex(a, key), why);
  sodium_memzero(key, sizeof key);
  return ok;
}

/* ---- boxes ---- */

/* version, nonce, ciphertext and tag; `bound` is authenticated with them. */
static struct str box_close(struct arena *a, const unsigned char *key, struct str bound,
                            struct str plain) {
  unsigned char *out = arena_many(a, unsigned char, 1 + NONCE_BYTES + plain.n + TAG_BYTES);
  unsigned long long n = 0;
  out[0] = SEAL_VERSION;
  randombytes_buf(out + 1, NONCE_BYTES);
  crypto_aead_xchacha20poly1305_ietf_encrypt(
      out + 1 + NONCE_BYTES, &n, (const unsigned char *)plain.p, plain.n,
      (const unsigned char *)bound.p, bound.n, NULL, out + 1, key);
  return (struct str){(const char *)out, 1 + NONCE_BYTES + (size_t)n};
}

static bool box_open(struct arena *a, const unsigned char *key, struct str bound, struct str box,
                     struct str *out) {
  if (box.n < 1 + NONCE_BYTES + TAG_BYTES || box.p[0] != SEAL_VERSION) return false;
  const unsigned char *b = (const unsigned char *)box.p;
  size_t body = box.n - 1 - NONCE_BYTES;
  unsigned char *plain = arena_many(a, unsigned char, body - TAG_BYTES + 1);
  unsigned long long n = 0;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, &n, NULL, b + 1 + NONCE_BYTES, body,
                                                 (const unsigned char *)bound.p, bound.n, b + 1,
                                                 key) != 0)
    return false;
  *out = (struct str){(const char *)plain, (size_t)n};
  return true;
}

/* A key for one purpose, drawn from the master key. */
static void derive(const char *purpose, unsigned char key[KEY_BYTES]) {
  crypto_generichash(key, KEY_BYTES, (const unsigned char *)purpose, strlen(purpose),
                     secrets->master, KEY_BYTES);
}

bool seal_own(struct arena *a, const char *purpose, struct str plain, struct str *out) {
  unsigned char key[KEY_BYTES];
  if (!secrets || !secrets->have) return false;
  derive(purpose, key);
  *out = box_close(a, key, str_of(purpose), plain);
  sodium_memzero(key, sizeof key);
  return true;
}

bool unseal_own(struct arena *a, const char *purpose, struct str sealed, struct str *out) {
  unsigned char key[KEY_BYTES];
  if (!secrets || !secrets->have) return false;
  derive(purpose, key);
  bool ok = box_open(a, key, str_of(purpose), sealed, out);
  sodium_memzero(key, sizeof key);
  return ok;
}

struct str seal_blind(struct arena *a, const char *purpose, struct str tidy) {
  unsigned char key[KEY_BYTES], out[SEAL_BLIND_HEX / 2];
  if (!secrets || !secrets->have) return (struct str){0};
  derive(purpose, key);
  crypto_generichash(out, sizeof out, (const unsigned char *)tidy.p, tidy.n, key, sizeof key);
  sodium_memzero(key, sizeof key);
  return hex_of(a, out, sizeof out);
}

/* ---- keys per person and class ---- */

static struct str key_bound(struct arena *a, int64_t person_id, uint32_t class_bit) {
  return str_format(a, "key %lld %u", (long long)person_id, class_bit);
}

static const unsigned char *cache_find(int64_t person_id, uint32_t class_bit) {
  for (size_t i = 0; i < secrets->cached; i++)
    if (secrets->cache[i].person_id == person_id && secrets->cache[i].class_bit == class_bit)
      return secrets->cache[i].key;
  return NULL;
}

static void cache_put(int64_t person_id, uint32_t class_bit, struct str key) {
  if (secrets->cached == CACHE_KEYS) seal_forget();
  struct cached *c = &secrets->cache[secrets->cached++];
  c->person_id = person_id;
  c->class_bit = class_bit;
  memcpy(c->key, key.p, KEY_BYTES);
}

/* All of a person's keys at once: a page that opens one class opens others too, and each question
 * to the KEYS store is a way there and back. */
static const unsigned char *key_load(struct db *db, struct arena *a, int64_t person_id,
                                     uint32_t class_bit) {
  unsigned char wrapping[KEY_BYTES];
  struct str key;
  if (secrets->cached + CLASSES_MAX > CACHE_KEYS) seal_forget();
  derive("wrap", wrapping);
  struct rows r = db_rows(
      db, a, SQL_KEYS("select class, wrapped from seal_key where person_id = ?1"), V(person_id));
  while (db_next(&r)) {
    uint32_t class_of = (uint32_t)row_int(&r, 0);
    if (!cache_find(person_id, class_of) &&
        box_open(a, wrapping, key_bound(a, person_id, class_of), row_text(&r, 1), &key) &&
        key.n == KEY_BYTES)
      cache_put(person_id, class_of, key);
  }
  sodium_memzero(wrapping, sizeof wrapping);
  return cache_find(person_id, class_bit);
}

static bool key_make(struct db *db, struct arena *a, int64_t person_id, uint32_t class_bit,
                     instant_t now) {
  unsigned char wrapping[KEY_BYTES], key[KEY_BYTES];
  randombytes_buf(key, sizeof key);
  derive("wrap", wrapping);
  struct str wrapped = box_close(a, wrapping, key_bound(a, person_id, class_bit),
                                 (struct str){(const char *)key, sizeof key});
  sodium_memzero(wrapping, sizeof wrapping);
  sodium_memzero(key, sizeof key);
  /* Two processes may make it at once: the first wins, and both read the winner's. */
  return db_run(
             db,
             SQL_KEYS(
                 "insert into seal_key (person_id, class, wrapped, made_at) values (?1, ?2, ?3, ?4)"
                 " on conflict (person_id, class) do nothing"),
             V(person_id), V(class_bit), db_blob(wrapped), db_instant(a, now)) == DB_OK;
}

static const unsigned char *key_for(struct db *db, struct arena *a, struct seal_place at) {
  if (!secrets || !secrets->have) return NULL;
  const unsigned char *key = cache_find(at.person_id, at.class_bit);
  return key ? key : key_load(db, a, at.person_id, at.class_bit);
}

static struct str place_bound(struct arena *a, struct seal_place at) {
  return str_format(a, "%lld %u %s", (long long)at.person_id, at.class_bit, at.field);
}

bool seal(struct db *db, struct arena *a, struct seal_place at, struct str plain, instant_t now,
          struct str *out) {
  const unsigned char *key = key_for(db, a, at);
  if (!key && secrets && secrets->have && key_make(db, a, at.person_id, at.class_bit, now))
    key = key_load(db, a, at.person_id, at.class_bit);
  if (!key) return false;
  *out = box_close(a, key, place_bound(a, at), plain);
  return true;
}

bool unseal(struct db *db, struct arena *a, struct seal_place at, struct str sealed,
            struct str *out) {
  const unsigned char *key = key_for(db, a, at);
  return key && box_open(a, key, place_bound(a, at), sealed, out);
}

enum db_result seal_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                          instant_t now) {
  return db_run(db,
                SQL("insert into seal_erased (person_id, classes, erased_at) values (?1, ?2, ?3)"),
                V(person_id), V(classes), db_instant(a, now));
}

/* One person's erased classes: each bit of the mask is a key to delete, unless it was made since:
 * somebody may come back. */
static enum db_result erase_keys(struct db *db, int64_t person_id, uint32_t classes,
                                 struct db_value erased_at) {
  enum db_result result = DB_OK;
  for (uint32_t bit = 1; bit && result == DB_OK; bit <<= 1)
    if (classes & bit)
      result = db_run(db,
                      SQL_KEYS("delete from seal_key where person_id = ?1 and class = ?2 and "
                               "made_at <= ?3"),
                      V(person_id), V(bit), erased_at);
  return result;
}

enum db_result seal_erase_finish(struct db *db, struct arena *a) {
  enum db_result result = DB_OK;
  struct rows r =
      db_rows(db, a, SQL("select person_id, classes, erased_at from seal_erased order by id"));
  while (result == DB_OK && db_next(&r))
    result = erase_keys(db, row_int(&r, 0), (uint32_t)row_int(&r, 1), V(row_text(&r, 2)));
  if (result == DB_OK) result = r.result;
  db_done(&r);
  seal_forget();
  return result;
}
