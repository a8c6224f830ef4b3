/* Any bytes as a form (urlencoded, multipart with the boundary of its own first line), a cookie, a
 * header, a file name, a path. The first byte chooses. What is taken must keep the promises of
 * parse.h. */
#include <stdlib.h>
#include "web/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_values(const struct field_values *f) {
  if (f->n > FIELDS_MAX) abort();
  for (size_t i = 0; i < f->n; i++) {
    struct str v = f->p[i].value;
    if (v.n > FIELD_VALUE_BYTES_MAX || !utf8_valid(v) || str_find_byte(v, '\0') < v.n ||
        str_find_byte(v, '\r') < v.n)
      abort();
  }
}

static void fuzz_multipart(struct arena *a, struct str body) {
  struct form_parts parts;
  struct why why;
  struct str line = str_slice(body, 0, str_find(body, S("\r\n")));
  struct str boundary = str_starts(line, S("--")) ? str_slice(line, 2, line.n) : S("edge");
  if (!parse_multipart(a, body, boundary, &parts, &why)) return;
  for (size_t i = 0; i < parts.n; i++) {
    struct str c = parts.p[i].content;
    if (c.n && (c.p < body.p || c.p + c.n > body.p + body.n) && parts.p[i].file_name.p) abort();
  }
}

static void fuzz_names(struct arena *a, struct str s) {
  struct str name = file_name_tidy(a, s);
  if (name.n == 0 || name.p[0] == '.' || str_find_byte(name, '/') < name.n ||
      str_find_byte(name, '\\') < name.n)
    abort();
  if (path_is_own(s) && (s.p[0] != '/' || (s.n > 1 && (s.p[1] == '/' || s.p[1] == '\\')))) abort();
  struct buf b = buf_open(1 << 20);
  percent_put(&b, s, false);
  if (!b.full && !str_eq(percent_decode(a, buf_str(&b), true), s)) abort();
  buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct arena a;
  struct field_values f;
  struct why why;
  if (!a.start) a = arena_open((size_t)256 << 20);
  if (size == 0) return 0;
  struct str s = {(const char *)data + 1, size - 1};
  switch (data[0] % 4) {
    case 0:
      if (parse_urlencoded(&a, s, &f, &why)) check_values(&f);
      break;
    case 1: fuzz_multipart(&a, s); break;
    case 2: fuzz_names(&a, s); break;
    default:
      (void)cookie_value(s, S("waymark"));
      (void)header_accepts(s, S("gzip"));
      (void)media_type(&a, s);
      if (multipart_boundary(s).n > 70) abort();
  }
  arena_reset(&a);
  return 0;
}
