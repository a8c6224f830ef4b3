/* str: a borrowed run of bytes, normally UTF-8. The zero value is the empty string.
 * A str never owns memory: its bytes live in an arena, a literal or a mapped file that
 * outlives it. */
#ifndef WAYMARK_STR_H
#define WAYMARK_STR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
  const char *p; /* may be NULL when n is 0 */
  size_t n;      /* bytes */
};
struct arena;

#define S(literal) ((struct str){"" literal, sizeof(literal) - 1})
/* For printf-like calls: "%.*s" with P(s). */
#define P(s) (int)(s).n, ((s).p ? (s).p : "")

struct str str_of(const char *c_string);                    /* NULL gives the empty str */
struct str str_slice(struct str s, size_t from, size_t to); /* both clamped to s.n */
bool str_eq(struct str a, struct str b);
bool str_eq_nocase(struct str a, struct str b); /* ASCII letters only */
int str_cmp(struct str a, struct str b);        /* byte order; a prefix sorts first */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
bool str_contains(struct str s, struct str part);
size_t str_find(struct str s, struct str part); /* index, or s.n when absent */
size_t str_find_byte(struct str s, char byte);  /* index, or s.n when absent */
struct str str_trim(struct str s);              /* ASCII white space off both ends */
/* Cuts `*rest` at the first `byte`: returns what stood before it and moves *rest past it. */
struct str str_cut(struct str *rest, char byte);

struct str str_copy(struct arena *a, struct str s);
char *str_c(struct arena *a, struct str s); /* NUL-terminated copy; embedded NULs are kept */
struct str str_lower(struct arena *a, struct str s); /* ASCII only; see utf8_fold for names */
struct str str_format(struct arena *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Whole-string numbers: optional sign, digits, nothing else. Otherwise false, *out as it was. */
bool str_to_i64(struct str s, int64_t *out);
/* Plain decimal, optional exponent, at most 400 bytes; no inf, nan, hex. */
bool str_to_double(struct str s, double *out);

/* A counted list of strings. */
struct strs {
  struct str *p;
  size_t n;
};
/* "" gives no parts; parts are trimmed. */
struct strs str_split(struct arena *a, struct str s, char byte);
#endif
