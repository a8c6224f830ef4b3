/* json: writing, streaming, always valid UTF-8 and never a bare NaN. Reading is libjansson's (see
 * json_read). */
#ifndef WAYMARK_JSON_H
#define WAYMARK_JSON_H
#include "base/buf.h"
struct json_out {
  struct buf *b;
  unsigned depth;
  uint64_t comma;
  bool pretty;
  bool key;
};
struct json_out json_to(struct buf *b);
void json_open(struct json_out *j); /* {   nesting at most 60 */
void json_close(struct json_out *j);
void json_list(struct json_out *j); /* [ */
void json_list_end(struct json_out *j);
void json_key(struct json_out *j, struct str key);
/* Invalid UTF-8 becomes U+FFFD; < > & are escaped as \u003c ... */
void json_str(struct json_out *j, struct str v);
void json_i64(struct json_out *j, int64_t v);
/* Shortest form that reads back; inf and nan become null. */
void json_double(struct json_out *j, double v);
void json_bool(struct json_out *j, bool v);
void json_none(struct json_out *j); /* null (json_null is taken by libjansson) */
/* "key": value in one call; the _if forms write nothing for "" (Open Referral: omit, never null or
 * ""). */
void json_put_str(struct json_out *j, const char *key, struct str v);
void json_put_str_if(struct json_out *j, const char *key, struct str v);
void json_put_i64(struct json_out *j, const char *key, int64_t v);
void json_put_double(struct json_out *j, const char *key, double v);
void json_put_bool(struct json_out *j, const char *key, bool v);

/* Reads one JSON text with libjansson: duplicate keys, NaN, bad UTF-8, nesting over 200 and more
 * than max_bytes are refused with a sentence that says line and column. The caller frees with
 * json_decref. */
struct json_t;
struct json_t *json_read(struct str text, size_t max_bytes, struct why *why);
#endif
