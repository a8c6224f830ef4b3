/* Any bytes through json_read; what is accepted is written with json_out and must read back equal.
 */
#include <jansson.h>
#include <stdlib.h>
#include "base/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_again(struct json_out *j, json_t *v) {
  const char *key;
  json_t *part;
  size_t i;
  switch (json_typeof(v)) {
    case JSON_OBJECT:
      json_open(j);
      json_object_foreach(v, key, part) {
        json_key(j, str_of(key));
        write_again(j, part);
      }
      json_close(j);
      return;
    case JSON_ARRAY:
      json_list(j);
      json_array_foreach(v, i, part) write_again(j, part);
      json_list_end(j);
      return;
    case JSON_STRING:
      json_str(j, (struct str){json_string_value(v), json_string_length(v)});
      return;
    case JSON_INTEGER: json_i64(j, json_integer_value(v)); return;
    case JSON_REAL: json_double(j, json_real_value(v)); return;
    case JSON_TRUE:
    case JSON_FALSE: json_bool(j, json_is_true(v)); return;
    case JSON_NULL: json_none(j); return;
  }
}

/* Equal, where a whole double may come back as an integer (1.0 is written 1). */
static bool same(json_t *a, json_t *b) {
  const char *key;
  json_t *part;
  size_t i;
  if (json_is_number(a) && json_is_number(b)) return json_number_value(a) == json_number_value(b);
  if (json_typeof(a) != json_typeof(b)) return false;
  if (json_is_object(a)) {
    json_object_foreach(a, key, part) {
      json_t *other = json_object_get(b, key);
      if (!other || !same(part, other)) return false;
    }
    return json_object_size(a) == json_object_size(b);
  }
  if (!json_is_array(a)) return json_equal(a, b);
  json_array_foreach(a, i, part) if (i >= json_array_size(b) ||
                                     !same(part, json_array_get(b, i))) return false;
  return json_array_size(a) == json_array_size(b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct why why = {0};
  struct str text = {(const char *)data, size};
  json_t *read = json_read(text, 1 << 20, &why);
  if (!read != (*why.text != 0)) abort();
  if (read) {
    struct buf b = buf_open((size_t)16 << 20);
    struct json_out j = json_to(&b);
    j.pretty = size % 2;
    write_again(&j, read);
    json_t *again = b.full ? NULL : json_read(buf_str(&b), SIZE_MAX, &why);
    if (!b.full && (!again || !same(read, again))) abort();
    json_decref(again);
    buf_free(&b);
  }
  json_decref(read);
  return 0;
}
