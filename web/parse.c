#include "web/parse.h"

static int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

struct str percent_decode(struct arena *a, struct str s, bool plus) {
  char *out = arena_many(a, char, s.n + 1);
  size_t n = 0;
  for (size_t i = 0; i < s.n; i++) {
    char c = s.p[i];
    if (c == '+' && plus)
      c = ' ';
    else if (c == '%' && i + 2 < s.n && hex_value(s.p[i + 1]) >= 0 && hex_value(s.p[i + 2]) >= 0) {
      c = (char)(hex_value(s.p[i + 1]) * 16 + hex_value(s.p[i + 2]));
      i += 2;
    }
    out[n++] = c;
  }
  return (struct str){out, n};
}

void percent_put(struct buf *b, struct str s, bool keep_slash) {
  static const char hex[] = "0123456789ABCDEF";
  for (size_t i = 0; i < s.n; i++) {
    unsigned char c = (unsigned char)s.p[i];
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 c == '-' || c == '.' || c == '_' || c == '~' || (c == '/' && keep_slash);
    if (plain) {
      buf_byte(b, (char)c);
      continue;
    }
    buf_byte(b, '%');
    buf_byte(b, hex[c >> 4]);
    buf_byte(b, hex[c & 15]);
  }
}

/* What a person typed, as every handler wants it: valid UTF-8 with LF line ends. */
static bool value_tidy(struct arena *a, struct str raw, struct str *out, struct why *why) {
  if (raw.n > FIELD_VALUE_BYTES_MAX)
    return why_say(why,
                   "One answer is longer than this form can take. Shorten it and send it again.");
  if (str_find_byte(raw, '\0') < raw.n)
    return why_say(
        why,
        "The form holds a character that cannot be stored. Go back, type it again and send it.");
  struct str s = utf8_valid(raw) ? raw : utf8_mend(a, raw);
  if (str_find_byte(s, '\r') == s.n) {
    *out = s;
    return true;
  }
  char *p = arena_many(a, char, s.n);
  size_t n = 0;
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] == '\r') {
      p[n++] = '\n';
      if (i + 1 < s.n && s.p[i + 1] == '\n') i++;
    } else
      p[n++] = s.p[i];
  }
  *out = (struct str){p, n};
  return true;
}

static bool name_tidy(struct arena *a, struct str raw, struct str *out, struct why *why) {
  if (raw.n > FIELD_NAME_BYTES_MAX)
    return why_say(why,
                   "The form has a field whose name is too long. Reload the page and try again.");
  return value_tidy(a, raw, out, why);
}

bool parse_urlencoded(struct arena *a, struct str body, struct field_values *out, struct why *why) {
  size_t cap = 0;
  *out = (struct field_values){0};
  for (struct str rest = body; rest.n > 0;) {
    struct str pair = str_cut(&rest, '&');
    if (pair.n == 0) continue;
    if (out->n == FIELDS_MAX)
      return why_say(why, "The form has more than %d answers. Send it in smaller parts.",
                     FIELDS_MAX);
    struct str name = str_cut(&pair, '=');
    struct field_value v;
    if (!name_tidy(a, percent_decode(a, name, true), &v.name, why)) return false;
    if (!value_tidy(a, percent_decode(a, pair, true), &v.value, why)) return false;
    *slice_push(a, out, &cap) = v;
  }
  return true;
}

/* The parameter `name` of a header value like `form-data; name="a"; filename="b"`; present says
 * whether it was there. */
static struct str header_parameter(struct arena *a, struct str header, struct str name,
                                   bool *present) {
  *present = false;
  size_t i = str_find_byte(header, ';');
  while (i < header.n) {
    i++;
    while (i < header.n && (header.p[i] == ' ' || header.p[i] == '\t')) i++;
    size_t from = i;
    while (i < header.n && header.p[i] != '=' && header.p[i] != ';') i++;
    struct str key = str_trim(str_slice(header, from, i));
    struct str value = {0};
    if (i < header.n && header.p[i] == '=') {
      i++;
      if (i < header.n && header.p[i] == '"') {
        char *p = arena_many(a, char, header.n);
        size_t n = 0;
        for (i++; i < header.n && header.p[i] != '"'; i++) {
          if (header.p[i] == '\\' && i + 1 < header.n &&
              (header.p[i + 1] == '"' || header.p[i + 1] == '\\'))
            i++;
          p[n++] = header.p[i];
        }
        value = (struct str){p, n};
        while (i < header.n && header.p[i] != ';') i++;
      } else {
        from = i;
        while (i < header.n && header.p[i] != ';') i++;
        value = str_trim(str_slice(header, from, i));
      }
    }
    if (str_eq_nocase(key, name)) {
      *present = true;
      return value;
    }
  }
  return (struct str){0};
}

struct str multipart_boundary(struct str content_type) {
  size_t semi = str_find_byte(content_type, ';');
  if (!str_eq_nocase(str_trim(str_slice(content_type, 0, semi)), S("multipart/form-data")))
    return (struct str){0};
  size_t at = semi;
  while (at < content_type.n) {
    size_t next = at + 1;
    while (next < content_type.n && content_type.p[next] != ';') next++;
    struct str piece = str_trim(str_slice(content_type, at + 1, next));
    struct str key = str_trim(str_cut(&piece, '='));
    if (str_eq_nocase(key, S("boundary"))) {
      struct str value = str_trim(piece);
      if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
        value = str_slice(value, 1, value.n - 1);
      return value.n >= 1 && value.n <= 70 ? value : (struct str){0};
    }
    at = next;
  }
  return (struct str){0};
}

static bool part_headers(struct arena *a, struct str head, struct form_part *part, bool *named,
                         struct why *why) {
  *named = false;
  while (head.n > 0) {
    struct str line = str_trim(str_cut(&head, '\n'));
    struct str value = line;
    struct str key = str_trim(str_cut(&value, ':'));
    value = str_trim(value);
    if (str_eq_nocase(key, S("content-disposition"))) {
      bool is_file;
      struct str raw = header_parameter(a, value, S("name"), named);
      if (!name_tidy(a, raw, &part->name, why)) return false;
      raw = header_parameter(a, value, S("filename"), &is_file);
      if (is_file && !name_tidy(a, str_slice(raw, 0, FIELD_NAME_BYTES_MAX), &part->file_name, why))
        return false;
      if (is_file && !part->file_name.p) part->file_name = S("");
    } else if (str_eq_nocase(key, S("content-type"))) {
      part->type = media_type(a, str_slice(value, 0, 100));
    }
  }
  return true;
}

static bool broken(struct why *why) {
  return why_say(why, "The form did not arrive whole. Go back and send it again.");
}

/* Index of `marker` in s at or after `from`, or s.n; memmem keeps it linear in practice on large
 * files. */
static size_t find_from(struct str s, size_t from, struct str marker) {
  if (from >= s.n) return s.n;
  const char *at = memmem(s.p + from, s.n - from, marker.p, marker.n);
  return at ? (size_t)(at - s.p) : s.n;
}

bool parse_multipart(struct arena *a, struct str body, struct str boundary, struct form_parts *out,
                     struct why *why) {
  size_t cap = 0, files = 0;
  *out = (struct form_parts){0};
  if (boundary.n == 0 || boundary.n > 70) return broken(why);
  struct str marker = str_format(a, "\r\n--%.*s", P(boundary));
  struct str first = str_slice(marker, 2, marker.n);
  if (!str_starts(body, first)) return broken(why);
  size_t at = first.n;
  for (;;) {
    struct str rest = str_slice(body, at, body.n);
    if (str_starts(rest, S("--"))) return true;
    if (!str_starts(rest, S("\r\n"))) return broken(why);
    at += 2;
    size_t blank = str_starts(str_slice(body, at, body.n), S("\r\n"))
                       ? at
                       : find_from(body, at, S("\r\n\r\n"));
    if (blank == body.n || blank - at > 4096) return broken(why);
    size_t content = blank == at ? at + 2 : blank + 4;
    size_t end = find_from(body, content, marker);
    if (end == body.n) return broken(why);
    struct form_part part = {0};
    bool named;
    if (!part_headers(a, str_slice(body, at, blank), &part, &named, why)) return false;
    if (!named) return broken(why);
    part.content = str_slice(body, content, end);
    if (out->n == FIELDS_MAX || (part.file_name.p && ++files > UPLOADS_MAX))
      return why_say(why, "The form has too many answers or files. Send it in smaller parts.");
    if (!part.file_name.p && !value_tidy(a, part.content, &part.content, why)) return false;
    *slice_push(a, out, &cap) = part;
    at = end + marker.n;
  }
}

struct str cookie_value(struct str header, struct str name) {
  for (struct str rest = str_slice(header, 0, COOKIES_BYTES_MAX); rest.n > 0;) {
    struct str pair = str_trim(str_cut(&rest, ';'));
    struct str key = str_cut(&pair, '=');
    if (str_eq(key, name)) return pair;
  }
  return (struct str){0};
}

bool header_accepts(struct str header, struct str token) {
  for (struct str rest = header; rest.n > 0;) {
    struct str item = str_cut(&rest, ',');
    struct str key = str_trim(str_cut(&item, ';'));
    if (!str_eq_nocase(key, token)) continue;
    struct str q = str_trim(item);
    if (!str_starts(q, S("q="))) return true;
    double quality = 0;
    return str_to_double(str_slice(q, 2, q.n), &quality) && quality > 0;
  }
  return false;
}

struct str media_type(struct arena *a, struct str content_type) {
  return str_lower(a, str_trim(str_slice(content_type, 0, str_find_byte(content_type, ';'))));
}

struct str file_name_tidy(struct arena *a, struct str given) {
  for (size_t i = given.n; i > 0; i--)
    if (given.p[i - 1] == '/' || given.p[i - 1] == '\\') {
      given = str_slice(given, i, given.n);
      break;
    }
  char *p = arena_many(a, char, given.n + 1);
  size_t n = 0;
  for (size_t i = 0; i < given.n; i++)
    if ((unsigned char)given.p[i] >= 0x20 && given.p[i] != 0x7f && given.p[i] != '"')
      p[n++] = given.p[i];
  struct str s = utf8_head(str_trim((struct str){p, n}), 120);
  while (s.n > 0 && s.p[0] == '.') s = str_slice(s, 1, s.n);
  return s.n ? s : S("file");
}

bool path_is_own(struct str path) {
  if (path.n == 0 || path.n > 2000 || path.p[0] != '/') return false;
  if (path.n > 1 && (path.p[1] == '/' || path.p[1] == '\\')) return false;
  for (size_t i = 0; i < path.n; i++)
    if ((unsigned char)path.p[i] <= 0x20 || path.p[i] == '\\' || (unsigned char)path.p[i] >= 0x7f)
      return false;
  return true;
}
