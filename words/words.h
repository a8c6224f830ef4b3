/* words: the sentences people read, in English and Welsh.
 *
 * English stands in the source: text in a view, T("...") in C, labels in a .def. Each is a message
 * whose id is its English. Translations are app/<language>.po files compiled into tables (tool/poc)
 * and tied to the messages once at start by words_bind; a message without one is shown in English.
 * Nothing here refuses: a missing word is never an error on somebody's screen. `lintc --strings`
 * prints what is missing.
 *
 * A message is a whole sentence. What changes inside it is a named slot, {name}; in views the
 * inline elements of a sentence are tokens too, <a>...</a>, so that a translation may move them.
 * "{{" is a brace and "<<" a less-than sign. Plurals follow CLDR: English one, other; Welsh zero,
 * one, two, few (3), many (6), other.
 *
 * This folder stands on base only; db, record, web and the domains may all use it. */
#ifndef WAYMARK_WORDS_H
#define WAYMARK_WORDS_H
#include "base/base.h"

enum language { LANG_EN, LANG_CY, LANG_COUNT };
enum plural {
  PLURAL_ZERO, PLURAL_ONE, PLURAL_TWO, PLURAL_FEW, PLURAL_MANY, PLURAL_OTHER, PLURAL_COUNT
};
enum { WORDS_TOKENS_MAX = 30, WORDS_TOKEN_BYTES_MAX = 40 };

/* One stretch of a wording: text, or the n-th token (from 1, in the order the message's id first
 * shows them). */
struct part {
  const char *p;
  uint32_t n;
  uint16_t slot;  /* 0 = this is text */
  bool plain;     /* holds none of & < > " ' and can be copied into a page as it is */
};
struct wording { const struct part *p; uint32_t n; };

struct message {
  const char *id; /* English; for a plural the form for one */
  /* English for every other number; NULL when there is no plural */
  const char *id_plural;
  /* PLURAL_COUNT forms with a plural, else one; NULL = use English */
  const struct wording *form[LANG_COUNT];
};

/* Every message of the program is listed in a linker section, so that they can be bound and
 * counted; aligned, so that no gaps stand between entries. */
#define WORDS_LISTED __attribute__((section("waymark_words"), used, aligned(8)))
#define T(english)                                                                                 \
  ({ static struct message words_one_ = {.id = "" english};                                        \
     static struct message *words_listed_ WORDS_LISTED = &words_one_;                              \
     (const struct message *)words_listed_; })
/* TN("1 place", "{n} places", count): the form follows the count, which is also the slot {n}. */
struct counted { const struct message *message; int64_t n; };
#define TN(one, other, count)                                                                      \
  ({ static struct message words_many_ = {.id = "" one, .id_plural = "" other};                    \
     static struct message *words_listed_ WORDS_LISTED = &words_many_;                             \
     (struct counted){words_listed_, (count)}; })
/* For a static table: TEXT_MESSAGE(name, "English") at file scope, then &name. */
#define TEXT_MESSAGE(name, english)                                                                \
  static struct message name = {.id = "" english};                                                 \
  static struct message *words_##name WORDS_LISTED = &name

/* Writing a message outside a view. The result is plain text, to be escaped by whoever puts it into
 * a page. */
struct slot { const char *name; struct str value; };
#define SLOT(name, value) ((struct slot){name, value})
/* For messages without slots; borrowed for ever. */
struct str words_of(enum language lang, const struct message *m);
struct str words_say(struct arena *a, enum language lang, const struct message *m,
                     const struct slot *slots, size_t n);
struct str words_count(struct arena *a, enum language lang, struct counted m,
                       const struct slot *slots, size_t n);
#define SAY(arena, lang, m, ...)                                                                  \
  words_say(arena, lang, m, (struct slot[]){__VA_ARGS__},                                         \
            countof(((struct slot[]){__VA_ARGS__})))
#define SAY_N(arena, lang, m, ...)                                                                \
  words_count(arena, lang, m, (struct slot[]){SLOT("", ((struct str){0})), ##__VA_ARGS__},        \
              countof(((struct slot[]){SLOT("", ((struct str){0})), ##__VA_ARGS__})))
/* The translation of English that is only known at run time (a label of a record field). Itself
 * when there is none. */
struct str words_label(enum language lang, struct str english);

/* .p == NULL: none, use the id. */
struct wording words_wording(const struct message *m, enum language lang, int64_t n);
enum plural words_plural(enum language lang, int64_t n);
int words_plural_forms(enum language lang);              /* how many: 2, 6 */
enum plural words_plural_nth(enum language lang, int i); /* msgstr[i] of a .po file */

/* Words in a table, said later through words_label: registered for the catalogue, no more. */
#define SHOWN(english) english

/* Numbers and days as people read them: 1,204 · 21 November 2026 / 21 Tachwedd 2026 · £12.50. Each
 * writes at most WORDS_NUMBER_MAX bytes into out and returns how many. */
enum { WORDS_NUMBER_MAX = 64 };
enum words_kind {
  WORDS_WHOLE, WORDS_PENCE, WORDS_PERCENT, WORDS_CLOCK, WORDS_WEEKDAY,
  WORDS_DAY, WORDS_DAY_SHORT, WORDS_DAY_ISO, WORDS_DAY_BARE, WORDS_MONTH, WORDS_MONTH_SHORT
};
size_t words_number(char out[WORDS_NUMBER_MAX], enum language lang, enum words_kind kind,
                    int64_t v);

/* "21 November 2026", "21 Tachwedd 2026"; "" for DAY_NONE. */
struct str words_day(struct arena *a, enum language lang, day_t day);

/* A message's tokens: "{name}", "<a>", "</a>". */
struct tokens { struct str p[WORDS_TOKENS_MAX]; int n; };
/* Reads id (and id_plural when not NULL) and lists the distinct tokens in order. False: why says
 * what is wrong. */
bool words_tokens(struct str id, struct str id_plural, struct tokens *out, struct why *why);
/* Walks one wording: returns false at the end. A text run comes unescaped in pieces, a token as it
 * is written. */
struct words_walk { struct str rest; };
enum words_piece { WORDS_END, WORDS_TEXT, WORDS_TOKEN, WORDS_BAD };
enum words_piece words_next(struct words_walk *w, struct str *piece);

/* A compiled catalogue: entries sorted by hash. */
struct catalogue_entry { uint64_t hash; const char *id, *id_plural; const struct wording *form; };
struct catalogue { enum language lang; const struct catalogue_entry *p; size_t n; };
uint64_t words_hash(struct str id, struct str id_plural);
/* Ties the catalogue to every message of the program. Once at start, before any fork. Returns how
 * many messages of the program have a translation. */
size_t words_bind(const struct catalogue *c);
void words_each(void (*see)(void *to, const struct message *m), void *to);
#endif
