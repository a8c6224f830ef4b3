/* view: what compiled views write with. tool/tplc turns .html views into C that calls these;
 * tool/VIEWS.md shows how a view is written. Nobody calls the writers below by hand.
 *
 * The compiler picks the writer by where a value stands, so nothing in a page can be left
 * unescaped:
 *   text     element content                      view_text
 *   plain    title, textarea, option: words only  view_plain
 *   attr     a quoted attribute                   view_attr
 *   url      a whole address (href, src, action)  view_url      http(s), mailto, tel, sms, own path
 *   segment  one part of a path                   view_segment  percent-encoded; no "", ".", ".."
 *   query    a value after ?                      view_query    percent-encoded
 *   opaque   after tel:, mailto:, sms:            view_opaque
 *   token    id, class, for, #fragment            view_token    one token, whatever the value
 * Each takes struct str, C strings, every integer, struct view_as (numbers and days as people read
 * them), struct view_label, and messages. A type without a writer does not compile. */
#ifndef WAYMARK_VIEW_H
#define WAYMARK_VIEW_H
#include "base/base.h"
#include "words/words.h"

struct view {
  struct buf *out;
  enum language lang;
  struct str csrf;        /* of this visitor's session, goes into every POST form; "" writes none */
  struct arena *arena;    /* for helpers that build a str for this page */
};
#define VIEW_CSRF_FIELD "csrf"

/* Markup that code of ours has made (a chart, a map). The only value written as it is, in element
 * content only. Make one from bytes whose every value went through a writer. */
struct markup { struct str html; };

/* ---- how numbers and days are to be read: {{ as_day(page->ends_on) }} ---- */
struct view_as { enum words_kind kind; int64_t v; };
#define VIEW_AS(name, type, kind)                                                                 \
  static inline struct view_as name(type v) { return (struct view_as){kind, v}; }
VIEW_AS(as_count, int64_t, WORDS_WHOLE)          /* 1,204 */
VIEW_AS(as_pence, int64_t, WORDS_PENCE)          /* £12.50 */
VIEW_AS(as_percent, int64_t, WORDS_PERCENT)      /* 40% */
VIEW_AS(as_day, day_t, WORDS_DAY)                /* 21 November 2026 */
VIEW_AS(as_day_short, day_t, WORDS_DAY_SHORT)    /* 21 Nov 2026 */
VIEW_AS(as_iso, day_t, WORDS_DAY_ISO)            /* 2026-11-21 */
VIEW_AS(as_month, day_t, WORDS_MONTH)            /* November 2026 */
VIEW_AS(as_weekday, day_t, WORDS_WEEKDAY)        /* Saturday */
VIEW_AS(as_clock, int, WORDS_CLOCK)              /* 545 minutes after midnight: 09:05 */
/* English known only at run time that may have a translation: {{ as_label(field->label) }}. */
struct view_label { struct str english; };
static inline struct view_label as_label_str(struct str s) { return (struct view_label){s}; }
static inline struct view_label as_label_c(const char *s) { return (struct view_label){str_of(s)}; }
#define as_label(x)                                                                               \
  _Generic((x), struct str: as_label_str, const char *: as_label_c, char *: as_label_c)(x)

/* ---- literals ---- */
static inline void view_put(struct view *v, const char *p, size_t n) {
  struct buf *b = v->out;
  if (n == 0) return; /* memcpy may not be given NULL, even for nothing */
  if (!b->full && b->cap - b->n > n) {
    memcpy(b->p + b->n, p, n);
    b->n += n;
  } else {
    buf_put(b, (struct str){p, n});
  }
}
#define view_lit(v, literal) view_put((v), "" literal, sizeof(literal) - 1)

/* ---- values ---- */
/* & < > " ' escaped; bytes that are no UTF-8 become U+FFFD. */
void view_text_str(struct view *v, struct str s);
void view_url_str(struct view *v, struct str s);      /* anything but the kinds above becomes "#" */
void view_segment_str(struct view *v, struct str s);  /* "", "." and ".." become "-" */
void view_query_str(struct view *v, struct str s);
void view_opaque_str(struct view *v, struct str s);
void view_token_str(struct view *v, struct str s);    /* bytes outside A-Z a-z 0-9 - _ become _hh */
void view_i64(struct view *v, int64_t n);
void view_u64(struct view *v, uint64_t n);
void view_markup(struct view *v, struct markup m);

#define VIEW_CONTEXT(name)                                                                         \
  static inline void view_##name##_c(struct view *v, const char *s) {                              \
    view_##name##_str(v, str_of(s));                                                               \
  }                                                                                                \
  static inline void view_##name##_as(struct view *v, struct view_as x) {                          \
    char b[WORDS_NUMBER_MAX];                                                                      \
    view_##name##_str(v, (struct str){b, words_number(b, v->lang, x.kind, x.v)});                  \
  }                                                                                                \
  static inline void view_##name##_label(struct view *v, struct view_label x) {                    \
    view_##name##_str(v, words_label(v->lang, x.english));                                         \
  }                                                                                                \
  static inline void view_##name##_message(struct view *v, const struct message *m) {              \
    view_##name##_str(v, words_of(v->lang, m));                                                    \
  }
VIEW_CONTEXT(text)
VIEW_CONTEXT(url)
VIEW_CONTEXT(segment)
VIEW_CONTEXT(query)
VIEW_CONTEXT(opaque)
VIEW_CONTEXT(token)

#define VIEW_WRITER(name, x)                                                                       \
  struct str: view_##name##_str, const char *: view_##name##_c, char *: view_##name##_c,           \
  struct view_as: view_##name##_as, struct view_label: view_##name##_label,                        \
  const struct message *: view_##name##_message, struct message *: view_##name##_message,          \
  signed char: view_i64, short: view_i64, int: view_i64, long: view_i64, long long: view_i64,      \
  unsigned char: view_u64, unsigned short: view_u64, unsigned: view_u64, unsigned long: view_u64,  \
  unsigned long long: view_u64
#define view_text(v, x) _Generic((x), struct markup: view_markup, VIEW_WRITER(text, x))((v), (x))
#define view_plain(v, x) _Generic((x), VIEW_WRITER(text, x))((v), (x))
#define view_attr(v, x) _Generic((x), VIEW_WRITER(text, x))((v), (x))
#define view_url(v, x) _Generic((x), VIEW_WRITER(url, x))((v), (x))
#define view_segment(v, x) _Generic((x), VIEW_WRITER(segment, x))((v), (x))
#define view_query(v, x) _Generic((x), VIEW_WRITER(query, x))((v), (x))
#define view_opaque(v, x) _Generic((x), VIEW_WRITER(opaque, x))((v), (x))
#define view_token(v, x) _Generic((x), VIEW_WRITER(token, x))((v), (x))

/* ---- is it so: {% if x %} asks whether a number is not zero, a text not empty, a pointer not NULL
 * ---- */
static inline bool view_true_str(struct str s) { return s.n > 0; }
static inline bool view_true_c(const char *s) { return s && s[0]; }
static inline bool view_true_i64(int64_t n) { return n != 0; }
static inline bool view_true_u64(uint64_t n) { return n != 0; }
static inline bool view_true_p(const void *p) { return p != NULL; }
#define view_true(x)                                                                               \
  _Generic((x), struct str: view_true_str, const char *: view_true_c, char *: view_true_c,         \
    bool: view_true_u64, signed char: view_true_i64, short: view_true_i64, int: view_true_i64,     \
    long: view_true_i64, long long: view_true_i64, unsigned char: view_true_u64,                   \
    unsigned short: view_true_u64, unsigned: view_true_u64, unsigned long: view_true_u64,          \
    unsigned long long: view_true_u64, default: view_true_p)(x)

/* ---- messages ---- */
/* a message without slots */
void view_message(struct view *v, const struct message *m, int64_t n);
struct wording view_wording(struct view *v, const struct message *m, int64_t n);
void view_part(struct view *v, const struct part *p);

/* ---- forms ---- */
/* the hidden field; tplc writes this call after every <form method="post"> */
void view_csrf(struct view *v);
#endif
