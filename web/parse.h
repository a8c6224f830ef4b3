/* parse: what browsers send, taken apart: query strings, urlencoded and multipart forms, cookies,
 * percent escapes. Pure functions over bytes somebody hostile may have chosen; each has a fuzz
 * target (parse_fuzz.c). Everything kept lives in the arena given. Limits are named here, and going
 * past one is a sentence, never a cut value. */
#ifndef WAYMARK_WEB_PARSE_H
#define WAYMARK_WEB_PARSE_H
#include "base/base.h"
#include "web/web.h"

enum {
  FIELDS_MAX = 2000, /* fields of one form or query */
  FIELD_NAME_BYTES_MAX = 200,
  FIELD_VALUE_BYTES_MAX = 1 << 20,
  UPLOADS_MAX = 20, /* files of one form */
  COOKIES_BYTES_MAX = 8192
};
struct field_values {
  struct field_value *p;
  size_t n;
};

/* %41 and (when plus is true) + for a space. A % without two hex digits stays as it is, as browsers
 * do. */
struct str percent_decode(struct arena *a, struct str s, bool plus);
/* Percent-escapes everything but letters, digits and - . _ ~ (and / when keep_slash). */
void percent_put(struct buf *b, struct str s, bool keep_slash);

/* a=1&b=2. Values: CRLF becomes LF, bytes that are no UTF-8 are mended; a NUL is refused. */
bool parse_urlencoded(struct arena *a, struct str body, struct field_values *out, struct why *why);
/* The boundary of `multipart/form-data; boundary=...`, or "" when there is none. */
struct str multipart_boundary(struct str content_type);
/* A part of a multipart body. file_name.p is NULL for an ordinary field. */
struct form_part {
  struct str name, file_name, type, content;
};
struct form_parts {
  struct form_part *p;
  size_t n;
};
bool parse_multipart(struct arena *a, struct str body, struct str boundary, struct form_parts *out,
                     struct why *why);
/* The value of one cookie, "" when absent. When a name comes twice the first stands. */
struct str cookie_value(struct str header, struct str name);
/* Does a comma-separated header (Accept-Encoding...) list `token` with a quality above zero? */
bool header_accepts(struct str header, struct str token);
/* The media type without its parameters, lower case: "text/html". */
struct str media_type(struct arena *a, struct str content_type);
/* A file's name without folders and without control characters, at most 120 characters; "file" when
 * nothing is left. */
struct str file_name_tidy(struct arena *a, struct str given);
/* Is this a path of our own: one leading "/", no "//", no "\", no control characters? (redirects,
 * "next") */
bool path_is_own(struct str path);
#endif
