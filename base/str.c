/* str: see str.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/base.h"

/* A decimal longer than this is no number anybody typed; it also bounds the copy strtod needs. */
enum { NUMBER_BYTES_MAX = 400 };

struct str str_of(const char *c_string) {
  return c_string ? (struct str){c_string, strlen(c_string)} : (struct str){0};
}

struct str str_slice(struct str s, size_t from, size_t to) {
  if (to > s.n) to = s.n;
  if (from >= to) return (struct str){s.p ? s.p + (from < s.n ? from : s.n) : NULL, 0};
  return (struct str){s.p + from, to - from};
}

bool str_eq(struct str a, struct str b) {
  return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

bool str_eq_nocase(struct str a, struct str b) {
  if (a.n != b.n) return false;
  for (size_t i = 0; i < a.n; i++)
    if (ascii_lower(a.p[i]) != ascii_lower(b.p[i])) return false;
  return true;
}

int str_cmp(struct str a, struct str b) {
  size_t n = a.n < b.n ? a.n : b.n;
  int order = n ? memcmp(a.p, b.p, n) : 0;
  if (order) return order < 0 ? -1 : 1;
  return (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str s, struct str prefix) {
  return s.n >= prefix.n && str_eq((struct str){s.p, prefix.n}, prefix);
}

bool str_ends(struct str s, struct str suffix) {
  return s.n >= suffix.n && str_eq(str_slice(s, s.n - suffix.n, s.n), suffix);
}

bool str_contains(struct str s, struct str part) { return !part.n || str_find(s, part) < s.n; }

size_t str_find(struct str s, struct str part) {
  if (!part.n) return 0;
  if (part.n > s.n) return s.n;
  const char *hit = memmem(s.p, s.n, part.p, part.n);
  return hit ? (size_t)(hit - s.p) : s.n;
}

size_t str_find_byte(struct str s, char byte) {
  const char *hit = s.n ? memchr(s.p, byte, s.n) : NULL;
  return hit ? (size_t)(hit - s.p) : s.n;
}

static bool ascii_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

struct str str_trim(struct str s) {
  while (s.n && ascii_space(s.p[s.n - 1])) s.n--;
  while (s.n && ascii_space(*s.p)) s.p++, s.n--;
  return s;
}

struct str str_cut(struct str *rest, char byte) {
  size_t at = str_find_byte(*rest, byte);
  struct str before = str_slice(*rest, 0, at);
  *rest = str_slice(*rest, at + 1, rest->n);
  return before;
}

struct str str_copy(struct arena *a, struct str s) {
  if (!s.n) return (struct str){0};
  char *p = arena_alloc(a, 1, 1, s.n);
  memcpy(p, s.p, s.n);
  return (struct str){p, s.n};
}

char *str_c(struct arena *a, struct str s) {
  char *p = arena_alloc(a, 1, 1, s.n + 1);
  if (s.n) memcpy(p, s.p, s.n);
  return p;
}

struct str str_lower(struct arena *a, struct str s) {
  char *p = arena_alloc(a, 1, 1, s.n);
  for (size_t i = 0; i < s.n; i++) p[i] = ascii_lower(s.p[i]);
  return (struct str){p, s.n};
}

struct str str_format(struct arena *a, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int n = vsnprintf(NULL, 0, format, args);
  char *p = arena_alloc(a, 1, 1, n < 0 ? 1 : (size_t)n + 1);
  if (n > 0) vsnprintf(p, (size_t)n + 1, format, again);
  va_end(again);
  va_end(args);
  return (struct str){p, n < 0 ? 0 : (size_t)n};
}

bool str_to_i64(struct str s, int64_t *out) {
  bool negative = s.n && *s.p == '-';
  size_t i = s.n && (*s.p == '-' || *s.p == '+');
  if (i == s.n) return false;
  int64_t v = 0; /* gathered below zero, where there is room for INT64_MIN */
  for (; i < s.n; i++) {
    if (s.p[i] < '0' || s.p[i] > '9') return false;
    if (__builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, s.p[i] - '0', &v))
      return false;
  }
  if (!negative && v == INT64_MIN) return false;
  *out = negative ? v : -v;
  return true;
}

static size_t digits(struct str s, size_t i) {
  size_t from = i;
  while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9') i++;
  return i - from;
}

/* sign? digits (. digits)? (e sign? digits)?, with at least one digit before the exponent */
static bool is_decimal(struct str s) {
  size_t i = s.n && (*s.p == '-' || *s.p == '+');
  size_t whole = digits(s, i), part = 0;
  i += whole;
  if (i < s.n && s.p[i] == '.') part = digits(s, i + 1), i += 1 + part;
  if (!whole && !part) return false;
  if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
    i++;
    i += i < s.n && (s.p[i] == '-' || s.p[i] == '+');
    size_t power = digits(s, i);
    if (!power) return false;
    i += power;
  }
  return i == s.n;
}

bool str_to_double(struct str s, double *out) {
  if (!s.n || s.n > NUMBER_BYTES_MAX || !is_decimal(s)) return false;
  char copy[NUMBER_BYTES_MAX + 1];
  memcpy(copy, s.p, s.n);
  copy[s.n] = 0;
  double v = strtod(copy, NULL);
  if (v - v != 0) return false; /* too large for a double */
  *out = v;
  return true;
}

struct strs str_split(struct arena *a, struct str s, char byte) {
  struct strs parts = {0};
  size_t n = s.n > 0;
  for (size_t i = 0; i < s.n; i++) n += s.p[i] == byte;
  if (!n) return parts;
  parts.p = arena_many(a, struct str, n);
  while (parts.n < n) parts.p[parts.n++] = str_trim(str_cut(&s, byte));
  return parts;
}
