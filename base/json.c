/* json: see json.h. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include "base/base.h"

enum { WRITE_DEPTH_MAX = 60, READ_DEPTH_MAX = 200 };

struct json_out json_to(struct buf *b) {
  return (struct json_out){.b = b};
}

static void new_line(struct json_out *j) {
  if (!j->pretty) return;
  buf_byte(j->b, '\n');
  for (unsigned i = 0; i < j->depth; i++) buf_put(j->b, S("  "));
}

/* Before a value or a key: the comma if something stands before it here. */
static void part(struct json_out *j) {
  if (j->key) {
    j->key = false;
    return;
  }
  uint64_t here = (uint64_t)1 << j->depth;
  if (j->comma & here) buf_byte(j->b, ',');
  if (j->depth) new_line(j);
  j->comma |= here;
}

static void open_with(struct json_out *j, char c) {
  part(j);
  buf_byte(j->b, c);
  if (j->depth == WRITE_DEPTH_MAX) {
    j->b->full = true; /* deeper than any shape of ours: what is here must not be used */
    return;
  }
  j->comma &= ~((uint64_t)1 << ++j->depth);
}

static void close_with(struct json_out *j, char c) {
  bool any = j->comma & (uint64_t)1 << j->depth;
  if (j->depth) j->depth--;
  if (any) new_line(j);
  buf_byte(j->b, c);
}

void json_open(struct json_out *j) { open_with(j, '{'); }
void json_close(struct json_out *j) { close_with(j, '}'); }
void json_list(struct json_out *j) { open_with(j, '['); }
void json_list_end(struct json_out *j) { close_with(j, ']'); }

static void put_character(struct buf *b, struct str s, size_t *i) {
  size_t from = *i;
  uint32_t c = utf8_next(s, i);
  switch (c) {
    case '"': buf_put(b, S("\\\"")); return;
    case '\\': buf_put(b, S("\\\\")); return;
    case '\n': buf_put(b, S("\\n")); return;
    case '\r': buf_put(b, S("\\r")); return;
    case '\t': buf_put(b, S("\\t")); return;
    case '<':
    case '>':
    case '&': /* safe inside a script element, too */
    case 0x2028:
    case 0x2029: buf_format(b, "\\u%04x", (unsigned)c); return;
    case 0xFFFD: buf_put(b, S("\xEF\xBF\xBD")); return;
    default:
      if (c < 0x20 || c == 0x7F)
        buf_format(b, "\\u%04x", (unsigned)c);
      else
        buf_put(b, str_slice(s, from, *i));
  }
}

static bool is_plain(unsigned char c) {
  return c >= 0x20 && c < 0x7F && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&';
}

static void put_text(struct buf *b, struct str s) {
  buf_byte(b, '"');
  for (size_t i = 0; i < s.n;) {
    size_t from = i;
    while (i < s.n && is_plain((unsigned char)s.p[i])) i++;
    buf_put(b, str_slice(s, from, i));
    if (i < s.n) put_character(b, s, &i);
  }
  buf_byte(b, '"');
}

void json_key(struct json_out *j, struct str key) {
  part(j);
  put_text(j->b, key);
  buf_put(j->b, j->pretty ? S(": ") : S(":"));
  j->key = true;
}

void json_str(struct json_out *j, struct str v) {
  part(j);
  put_text(j->b, v);
}

void json_i64(struct json_out *j, int64_t v) {
  part(j);
  buf_i64(j->b, v);
}

void json_double(struct json_out *j, double v) {
  char text[40] = "null";
  part(j);
  for (int digits = 15; isfinite(v) && digits <= 17; digits++) {
    double back = 0;
    snprintf(text, sizeof text, "%.*g", digits, v);
    if (str_to_double(str_of(text), &back) && memcmp(&back, &v, sizeof v) == 0) break;
  }
  buf_put(j->b, str_of(text));
}

void json_bool(struct json_out *j, bool v) {
  part(j);
  buf_put(j->b, v ? S("true") : S("false"));
}

void json_none(struct json_out *j) {
  part(j);
  buf_put(j->b, S("null"));
}

void json_put_str(struct json_out *j, const char *key, struct str v) {
  json_key(j, str_of(key));
  json_str(j, v);
}

void json_put_str_if(struct json_out *j, const char *key, struct str v) {
  if (v.n) json_put_str(j, key, v);
}

void json_put_i64(struct json_out *j, const char *key, int64_t v) {
  json_key(j, str_of(key));
  json_i64(j, v);
}

void json_put_double(struct json_out *j, const char *key, double v) {
  json_key(j, str_of(key));
  json_double(j, v);
}

void json_put_bool(struct json_out *j, const char *key, bool v) {
  json_key(j, str_of(key));
  json_bool(j, v);
}

/* Deepest nesting of a text, read without recursion, so that the parser never meets more than it
 * may. */
static unsigned nesting(struct str s, int *line) {
  unsigned depth = 0, deepest = 0;
  bool inside = false;
  *line = 1;
  for (size_t i = 0; i < s.n && deepest <= READ_DEPTH_MAX; i++) {
    char c = s.p[i];
    if (c == '\n') ++*line;
    if (inside && c == '\\')
      i++;
    else if (c == '"')
      inside = !inside;
    else if (!inside && (c == '{' || c == '['))
      deepest = ++depth > deepest ? depth : deepest;
    else if (!inside && (c == '}' || c == ']') && depth)
      depth--;
  }
  return deepest;
}

struct json_t *json_read(struct str text, size_t max_bytes, struct why *why) {
  int line;
  json_error_t error;
  if (text.n > max_bytes) {
    why_say(why, "This JSON is larger than %zu bytes, the most that is read here.", max_bytes);
    return NULL;
  }
  if (str_starts(text, S("\xEF\xBB\xBF"))) text = str_slice(text, 3, text.n);
  if (!str_trim(text).n) {
    why_say(why, "There is no JSON here: it is empty.");
    return NULL;
  }
  if (nesting(text, &line) > READ_DEPTH_MAX) {
    why_say(why, "Line %d: this JSON is nested more than %d deep.", line, READ_DEPTH_MAX);
    return NULL;
  }
  json_t *read = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
  if (!read)
    why_say(why, "Line %d, column %d: this is not valid JSON (%s).", error.line, error.column,
            error.text);
  return read;
}
