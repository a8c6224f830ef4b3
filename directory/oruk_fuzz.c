/* Any JSON as a feed's record or page: taken into a real database (and rolled back), or refused
 * with a sentence. What was taken is written out again as Open Referral and must be JSON. */
#include <stdlib.h>
#include <unistd.h>
#include "db/migrate.h"
#include "db/testing.h"
#include "directory/feed.h"
#include "directory/oruk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
extern const struct migrations db_migrations;

static struct db *open_once(void) {
  static struct db *db;
  static char folder[64];
  struct why why;
  if (db) return db;
  test_folder(folder); /* removed at exit */
  static struct db_where where;
  where.folder = str_of(folder);
  const struct migrations lists[] = {db_migrations, record_migrations, directory_migrations};
  if (!db_migrate(&where, lists, countof(lists), NULL, &why) || !(db = db_open(&where, &why)))
    abort();
  return db;
}

static struct feed one_feed(struct db *db, struct arena *a) {
  struct feed f;
  record_clear(&feed_type, &f);
  f.name = S("Fuzz"), f.url = S("https://feed.example.org"), f.publish = 1;
  if (record_insert(db, a, &feed_type, &f, 0, 0) != DB_OK) abort();
  return f;
}

static void out_again(struct db *db, struct arena *a, int64_t id) {
  struct buf b = buf_open(16 << 20);
  struct json_out j = json_to(&b);
  struct oruk_put o = {.db = db, .a = a, .j = &j, .day = 0};
  struct service s;
  struct why why;
  if (!record_load(db, a, &service_type, id, &s)) abort();
  oruk_service(&o, &s, ORUK_FULL);
  json_t *back = json_read(buf_str(&b), 16 << 20, &why);
  if (!back) abort();
  json_decref(back);
  buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct arena a;
  if (!a.start) a = arena_open((size_t)1 << 30);
  if (size > 100000) return 0;
  struct db *db = open_once();
  struct why why = {0};
  json_t *record = json_read((struct str){(const char *)data, size}, 1 << 20, &why);
  feed_plain(&a, (struct str){(const char *)data, size});
  if (record) {
    struct feed_page page;
    feed_page_read(record, &page);
    db_begin(db, STORE_MAIN);
    struct feed f = one_feed(db, &a);
    struct feed_reading r = {db, &a, &f, 0, 0};
    int64_t id = 0;
    if (feed_take_service(&r, record, &id, &why)) {
      if (!feed_take_service(&r, record, &id, &why))
        abort(); /* the same record again is the same service */
      out_again(db, &a, id);
    } else if (!why.text[0]) {
      abort();
    }
    db_rollback(db, STORE_MAIN);
  }
  json_decref(record);
  arena_reset(&a);
  return 0;
}
