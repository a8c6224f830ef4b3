/* line: an entry as one line of text, the only form that is stored and hashed. */
#include <stdio.h>
#include "audit/inner.h"

enum { FIELDS = 12 };

static void put_text(struct buf *out, struct str s, size_t bytes_max) {
  for (size_t i = 0; i < s.n && i < bytes_max; i++) {
    unsigned char c = (unsigned char)s.p[i];
    if (c == '|' || c == '%' || c < 0x20 || c == 0x7f)
      buf_format(out, "%%%02X", c);
    else
      buf_byte(out, (char)c);
  }
}

bool audit_line(const struct audit_entry *e, struct buf *out) {
  if (e->subjects > AUDIT_SUBJECTS_MAX) return false;
  buf_format(out, "%c|%lld|%lld|%lld|%lld|%d|%lld|", (char)e->kind, (long long)e->at,
             (long long)e->user_id, (long long)e->organisation_id, (long long)e->team_id,
             e->function, (long long)e->session_id);
  put_text(out, e->route, AUDIT_ROUTE_BYTES_MAX);
  buf_byte(out, '|');
  put_text(out, e->what, AUDIT_WHAT_BYTES_MAX);
  buf_format(out, "|%016llx|%d|", (unsigned long long)e->request, e->fold);
  for (size_t i = 0; i < e->subjects; i++)
    buf_format(out, "%s%lld:%x", i ? " " : "", (long long)e->subject[i].person_id,
               e->subject[i].classes);
  return !out->full;
}

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

static bool take_text(struct arena *a, struct str s, struct str *out) {
  char *p = arena_many(a, char, s.n + 1);
  size_t n = 0;
  for (size_t i = 0; i < s.n; i++) {
    char c = s.p[i];
    if (c == '%') {
      if (i + 2 >= s.n || hex_digit(s.p[i + 1]) < 0 || hex_digit(s.p[i + 2]) < 0) return false;
      c = (char)(hex_digit(s.p[i + 1]) * 16 + hex_digit(s.p[i + 2]));
      i += 2;
    }
    p[n++] = c;
  }
  *out = (struct str){p, n};
  return true;
}

static bool take_hex(struct str s, uint64_t *out) {
  *out = 0;
  if (s.n == 0 || s.n > 16) return false;
  for (size_t i = 0; i < s.n; i++) {
    int v = hex_digit(s.p[i]);
    if (v < 0) return false;
    *out = *out << 4 | (uint64_t)v;
  }
  return true;
}

static bool take_subjects(struct arena *a, struct str s, struct audit_entry *out) {
  size_t most = s.n > 0;
  for (size_t i = 0; i < s.n; i++) most += s.p[i] == ' ';
  if (most > AUDIT_SUBJECTS_MAX) return false;
  struct audit_subject *list = arena_many(a, struct audit_subject, most + 1);
  while (s.n > 0) {
    struct str classes = str_cut(&s, ' '), person = str_cut(&classes, ':');
    uint64_t bits;
    if (!str_to_i64(person, &list[out->subjects].person_id) || !take_hex(classes, &bits) ||
        bits > UINT32_MAX)
      return false;
    list[out->subjects++].classes = (uint32_t)bits;
  }
  out->subject = list;
  return true;
}

bool audit_line_read(struct arena *a, struct str line, struct audit_entry *out) {
  struct str f[FIELDS];
  int64_t function, fold;
  *out = (struct audit_entry){0};
  for (int i = 0; i < FIELDS; i++) {
    if (i < FIELDS - 1 && str_find_byte(line, '|') == line.n) return false;
    f[i] = i < FIELDS - 1 ? str_cut(&line, '|') : line;
  }
  if (f[0].n != 1 || !strchr("raws", f[0].p[0]) || f[0].p[0] == 0) return false;
  out->kind = (enum audit_kind)f[0].p[0];
  bool numbers = str_to_i64(f[1], &out->at) && str_to_i64(f[2], &out->user_id) &&
                 str_to_i64(f[3], &out->organisation_id) && str_to_i64(f[4], &out->team_id) &&
                 str_to_i64(f[5], &function) && str_to_i64(f[6], &out->session_id) &&
                 take_hex(f[9], &out->request) && str_to_i64(f[10], &fold);
  if (!numbers || function < 0 || function > 1000 || fold < 0 || fold > 1) return false;
  out->function = (int)function;
  out->fold = fold == 1;
  return take_text(a, f[7], &out->route) && take_text(a, f[8], &out->what) &&
         take_subjects(a, f[11], out);
}

struct sha256 audit_link(const struct sha256 *before, struct str line) {
  return sha256_of2((struct str){(const char *)before->b, sizeof before->b}, line);
}

void hash_hex(const struct sha256 *h, char out[HASH_HEX]) {
  static const char digit[] = "0123456789abcdef";
  for (size_t i = 0; i < sizeof h->b; i++) {
    out[2 * i] = digit[h->b[i] >> 4];
    out[2 * i + 1] = digit[h->b[i] & 15];
  }
}

bool hash_unhex(struct str s, struct sha256 *out) { return hex_parse(s, out->b, sizeof out->b); }

struct str audit_head_bytes(struct arena *a, int64_t n, struct str at, struct str chains) {
  return str_format(a, "%lld|%.*s|%.*s", (long long)n, P(at), P(chains));
}

struct str audit_head_text(struct arena *a, const struct audit_head *h) {
  char hex[HASH_HEX];
  hash_hex(&h->hash, hex);
  return str_format(a, "%lld:%.*s", (long long)h->n, HASH_HEX, hex);
}

bool audit_head_read(struct str text, struct audit_head *out) {
  struct str hash = text, n = str_cut(&hash, ':');
  *out = (struct audit_head){.at = INSTANT_NONE};
  return str_to_i64(n, &out->n) && out->n > 0 && hash_unhex(hash, &out->hash);
}
