/* list.c: puts a LIST's fragments together, once per combination, and remembers the result. */
#include <stdio.h>
#include <stdlib.h>
#include "db/inside.h"
#include "db/list.h"

extern const struct sql *const __start_waymark_sql[] __attribute__((weak));
extern const struct sql *const __stop_waymark_sql[] __attribute__((weak));
extern const struct list *const __start_waymark_list[] __attribute__((weak));
extern const struct list *const __stop_waymark_list[] __attribute__((weak));

/* The section's edges are not one object to the compiler: count in bytes. A sanitizer may leave
 * NULLs between. */
static const void *registered(const void *start, const void *stop, size_t i) {
  const void *const *p = start, *const *end = stop;
  for (; p != end; p++)
    if (*p && i-- == 0) return *p;
  return NULL;
}
const struct sql *sql_registered(size_t i) {
  return registered(__start_waymark_sql, __stop_waymark_sql, i);
}
const struct list *list_registered(size_t i) {
  return registered(__start_waymark_list, __stop_waymark_list, i);
}

/* One column of a sort. */
struct sort_part {
  struct str column;
  bool down;
};
struct sort_parts {
  struct sort_part p[LIST_KEY_MAX];
  size_t n;
};

static size_t top_level(struct str s, struct str wanted) {
  int depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] == '\'') quoted = !quoted;
    if (quoted) continue;
    if (s.p[i] == '(') depth++;
    if (s.p[i] == ')') depth--;
    if (depth == 0 && str_starts(str_slice(s, i, s.n), wanted)) return i;
  }
  return s.n;
}

static bool sort_split(const char *sort, struct sort_parts *out) {
  *out = (struct sort_parts){0};
  for (struct str rest = str_of(sort); rest.n;) {
    size_t comma = top_level(rest, S(","));
    struct str part = str_trim(str_slice(rest, 0, comma));
    rest = str_slice(rest, comma + 1, rest.n);
    if (out->n == LIST_KEY_MAX || part.n == 0) return false;
    bool down = str_ends(part, S(" desc"));
    out->p[out->n++] =
        (struct sort_part){str_trim(str_slice(part, 0, part.n - (down ? 5 : 0))), down};
  }
  return out->n > 0;
}

/* Copies a fragment, its `?` numbered. `one`: every `?` is the same argument. */
static void put_fragment(struct buf *out, const char *fragment, int *next, bool one) {
  bool quoted = false;
  int mine = *next;
  for (const char *p = fragment; *p; p++) {
    if (*p == '\'') quoted = !quoted;
    if (*p != '?' || quoted) {
      buf_byte(out, *p);
      continue;
    }
    buf_format(out, "?%d", one ? mine : (*next)++);
  }
  if (one) *next = mine + 1;
}

/* Rows after the key: (a, b) > (x, y) when all go the same way, else a < x or (a = x and b > y). */
static void put_after(struct buf *out, const struct sort_parts *parts, int first) {
  bool same = true;
  for (size_t i = 1; i < parts->n; i++) same = same && parts->p[i].down == parts->p[0].down;
  buf_put(out, S("("));
  for (size_t i = 0; same && i < parts->n; i++)
    buf_format(out, "%s%.*s", i ? ", " : "(", P(parts->p[i].column));
  if (same) buf_put(out, parts->p[0].down ? S(") < (") : S(") > ("));
  for (size_t i = 0; same && i < parts->n; i++)
    buf_format(out, "%s?%d", i ? ", " : "", first + (int)i);
  for (size_t i = 0; !same && i < parts->n; i++) {
    buf_put(out, i ? S(" or (") : S("("));
    for (size_t j = 0; j < i; j++)
      buf_format(out, "%.*s = ?%d and ", P(parts->p[j].column), first + (int)j);
    buf_format(out, "%.*s %c ?%d)", P(parts->p[i].column), parts->p[i].down ? '<' : '>',
               first + (int)i);
  }
  buf_put(out, same ? S("))") : S(")"));
}

static bool put_select(const struct list *list, const struct sort_parts *parts, struct buf *out) {
  struct str select = str_of(list->select);
  size_t from = top_level(select, S(" from "));
  if (from == select.n) return false;
  buf_put(out, str_slice(select, 0, from));
  for (size_t i = 0; i < parts->n; i++)
    buf_format(out, ", %.*s as key_%zu", P(parts->p[i].column), i + 1);
  buf_put(out, str_slice(select, from, select.n));
  return true;
}

static void put_where(const struct list *list, uint32_t filters, const struct sort_parts *after,
                      int *next, struct buf *out) {
  bool where = top_level(str_of(list->scope), S("where ")) < strlen(list->scope) ||
               top_level(str_of(list->select), S(" where ")) < strlen(list->select);
  buf_byte(out, ' ');
  put_fragment(out, list->scope, next, false);
  for (size_t i = 0; i < list->n_filters; i++) {
    if (!(filters & (1u << i))) continue;
    buf_put(out, where ? S(" and (") : S(" where ("));
    put_fragment(out, list->filters[i], next, true);
    buf_put(out, S(")"));
    where = true;
  }
  if (!after) return;
  buf_put(out, where ? S(" and ") : S(" where "));
  put_after(out, after, *next);
  *next += (int)after->n;
}

bool list_text(const struct list *list, uint32_t filters, unsigned sort, bool after,
               struct buf *out, struct why *why) {
  struct sort_parts parts;
  if (list->n_filters > LIST_FILTERS_MAX) return why_say(why, "A list takes at most 16 filters.");
  if (strlen(list->scope) == 0) return why_say(why, "A list's scope cannot be empty.");
  if (sort >= list->n_sorts || !sort_split(list->sorts[sort], &parts))
    return why_say(why, "A sort has one to four columns.");
  if (!put_select(list, &parts, out)) return why_say(why, "The list's select has no \" from \".");
  int next = 1;
  put_where(list, filters, after ? &parts : NULL, &next, out);
  buf_format(out, " order by %s limit ?%d", list->sorts[sort], next);
  buf_byte(out, 0);
  return !out->full || why_say(why, "The list's text is too long.");
}

/* ---- remembered combinations ---- */

struct combination {
  const struct list *list;
  uint32_t filters;
  unsigned sort;
  bool after;
  struct sql sql;
  struct combination *next;
};
enum { COMBINATION_BUCKETS = 128 };
struct list_cache {
  struct combination *bucket[COMBINATION_BUCKETS];
};

void list_cache_free(struct list_cache *l) {
  for (int b = 0; l && b < COMBINATION_BUCKETS; b++)
    for (struct combination *c = l->bucket[b], *next; c; c = next) {
      next = c->next;
      free((void *)(uintptr_t)c->sql.text);
      free(c);
    }
  free(l);
}

static const struct sql *make_combination(struct combination **bucket,
                                          const struct combination *want) {
  struct buf b = buf_open(LIST_SQL_BYTES_MAX);
  struct why why;
  struct combination *c = NULL;
  if (list_text(want->list, want->filters, want->sort, want->after, &b, &why))
    c = malloc(sizeof *c);
  if (!c) {
    buf_free(&b);
    return NULL;
  }
  *c = *want;
  c->sql = (struct sql){b.p, want->list->file, want->list->line,
                        want->list->store}; /* the buffer's memory is ours now */
  c->next = *bucket;
  *bucket = c;
  return &c->sql;
}

static const struct sql *combination_of(struct db *db, const struct combination *want) {
  if (!db->lists) db->lists = calloc(1, sizeof *db->lists);
  if (!db->lists) return NULL;
  size_t hash =
      ((uintptr_t)want->list >> 5) * 31 + want->filters * 7 + want->sort * 3 + want->after;
  struct combination **bucket = &db->lists->bucket[hash % COMBINATION_BUCKETS];
  for (struct combination *c = *bucket; c; c = c->next)
    if (c->list == want->list && c->filters == want->filters && c->sort == want->sort &&
        c->after == want->after)
      return &c->sql;
  return make_combination(bucket, want);
}

static size_t question_marks(const char *fragment) {
  size_t n = 0;
  bool quoted = false;
  for (const char *p = fragment; *p; p++) {
    if (*p == '\'') quoted = !quoted;
    n += *p == '?' && !quoted;
  }
  return n;
}

struct rows list_rows(struct db *db, struct arena *a, const struct list *list,
                      const struct list_ask *ask) {
  struct combination want = {.list = list, .sort = ask->sort, .after = ask->after.n > 0};
  struct db_value v[LIST_SCOPE_MAX + LIST_FILTERS_MAX + LIST_KEY_MAX + 1];
  size_t n = 0, scope = question_marks(list->scope);
  struct sort_parts parts;
  bool fits = ask->sort < list->n_sorts && sort_split(list->sorts[ask->sort], &parts) &&
              scope <= LIST_SCOPE_MAX && (ask->after.n == 0 || ask->after.n == parts.n);
  for (size_t i = 0; fits && i < scope; i++) v[n++] = ask->scope[i];
  for (size_t i = 0; i < list->n_filters && i < LIST_FILTERS_MAX; i++)
    if (ask->filter[i].on) {
      want.filters |= 1u << i;
      v[n++] = ask->filter[i].v;
    }
  for (size_t i = 0; fits && i < ask->after.n; i++) v[n++] = ask->after.v[i];
  v[n++] = db_int(ask->limit < 1 ? 1 : ask->limit > 1000 ? 1000 : ask->limit);
  const struct sql *sql = fits ? combination_of(db, &want) : NULL;
  if (sql) return db_rows_(db, a, sql, v, n);
  db_failed(&db->c[list->store], NULL, false, "the list %s was asked for what it does not offer",
            list->name);
  return (struct rows){.db = db, .arena = a, .result = DB_FAILED};
}

struct list_key list_key(const struct list *list, struct rows *r, unsigned sort) {
  struct list_key key = {0};
  struct sort_parts parts;
  if (sort >= list->n_sorts || !sort_split(list->sorts[sort], &parts)) return key;
  for (size_t i = 0; i < parts.n; i++) {
    int column = r->columns - (int)parts.n + (int)i;
    enum db_value_kind kind = row_kind(r, column);
    key.v[i] = kind == DB_INT    ? db_int(row_int(r, column))
               : kind == DB_REAL ? db_real(row_real(r, column))
                                 : db_text(row_raw(r, column));
  }
  key.n = parts.n;
  return key;
}

/* A key as a word: kind and value, parted by a zero byte, in base64url. */
struct str list_key_word(struct arena *a, const struct list_key *key) {
  struct buf b = buf_open(LIST_SQL_BYTES_MAX);
  for (size_t i = 0; i < key->n; i++) {
    struct db_value v = key->v[i];
    if (v.kind == DB_INT)
      buf_format(&b, "i%lld", (long long)v.i);
    else if (v.kind == DB_REAL)
      buf_format(&b, "r%.17g", v.r);
    else {
      buf_byte(&b, 't');
      buf_put(&b, v.s);
    }
    buf_byte(&b, 0);
  }
  struct str word = base64url_of(a, b.p, b.full ? 0 : b.n);
  buf_free(&b);
  return word;
}

bool list_key_from(struct arena *a, struct str word, struct list_key *out) {
  struct str bytes;
  *out = (struct list_key){0};
  if (word.n == 0) return true;
  if (word.n > LIST_SQL_BYTES_MAX || !base64url_parse(a, word, &bytes)) return false;
  while (bytes.n) {
    struct db_value *v = &out->v[out->n];
    if (str_find_byte(bytes, 0) == bytes.n || out->n++ == LIST_KEY_MAX) return false;
    struct str part = str_cut(&bytes, 0), value = str_slice(part, 1, part.n);
    *v = db_text(value);
    if (str_starts(part, S("t"))) {
      if (!utf8_valid(value)) return false;
      continue;
    }
    if (str_starts(part, S("i")))
      v->kind = DB_INT;
    else if (str_starts(part, S("r")))
      v->kind = DB_REAL;
    else
      return false;
    int64_t i;
    double r;
    if (v->kind == DB_INT) {
      if (!str_to_i64(value, &i)) return false;
      v->i = i;
    } else {
      if (!str_to_double(value, &r)) return false;
      v->r = r;
    }
  }
  return true;
}
