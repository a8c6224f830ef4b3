#include <inttypes.h>
#include <stdio.h>
#include "words/words.h"

extern struct message *__start_waymark_words[] __attribute__((weak));
extern struct message *__stop_waymark_words[] __attribute__((weak));

/* ---- which form a number takes ---- */

enum plural words_plural(enum language lang, int64_t n) {
  if (lang != LANG_CY) return n == 1 ? PLURAL_ONE : PLURAL_OTHER;
  switch (n) { /* CLDR, Welsh: 0, 1, 2, 3 and 6 each have a form of their own */
    case 0: return PLURAL_ZERO;
    case 1: return PLURAL_ONE;
    case 2: return PLURAL_TWO;
    case 3: return PLURAL_FEW;
    case 6: return PLURAL_MANY;
    default: return PLURAL_OTHER;
  }
}

int words_plural_forms(enum language lang) { return lang == LANG_CY ? 6 : 2; }

enum plural words_plural_nth(enum language lang, int i) {
  if (lang == LANG_CY) return (enum plural)i;
  return i == 0 ? PLURAL_ONE : PLURAL_OTHER;
}

/* ---- tokens ---- */

static bool token_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

enum words_piece words_next(struct words_walk *w, struct str *piece) {
  struct str s = w->rest;
  if (s.n == 0) return WORDS_END;
  bool opens = s.p[0] == '{' || s.p[0] == '<';
  if (opens && s.n > 1 && s.p[1] == s.p[0]) { /* a doubled mark stands for itself */
    *piece = str_slice(s, 0, 1);
    w->rest = str_slice(s, 2, s.n);
    return WORDS_TEXT;
  }
  if (opens) {
    char end = s.p[0] == '{' ? '}' : '>';
    size_t i = 1, name = 0;
    if (end == '>' && i < s.n && s.p[i] == '/') i++;
    for (; i < s.n && token_char(s.p[i]); i++) name++;
    if (i == s.n || s.p[i] != end || name == 0 || i > WORDS_TOKEN_BYTES_MAX) return WORDS_BAD;
    *piece = str_slice(s, 0, i + 1);
    w->rest = str_slice(s, i + 1, s.n);
    return WORDS_TOKEN;
  }
  size_t i = 0;
  while (i < s.n && s.p[i] != '{' && s.p[i] != '<') i++;
  *piece = str_slice(s, 0, i);
  w->rest = str_slice(s, i, s.n);
  return WORDS_TEXT;
}

static int token_index(const struct tokens *t, struct str token) {
  for (int i = 0; i < t->n; i++)
    if (str_eq(t->p[i], token)) return i;
  return -1;
}

static bool tokens_of(struct str text, struct tokens *out, struct why *why) {
  struct words_walk w = {text};
  struct str piece;
  for (enum words_piece kind; (kind = words_next(&w, &piece)) != WORDS_END;) {
    if (kind == WORDS_BAD)
      return why_say(why,
                     "\"%.*s\" has a { or < that opens no slot: write {name}, <a>, or double it.",
                     P(utf8_head(text, 60)));
    if (kind != WORDS_TOKEN || token_index(out, piece) >= 0) continue;
    if (out->n == WORDS_TOKENS_MAX)
      return why_say(why, "\"%.*s\" has more than %d slots: cut the sentence.",
                     P(utf8_head(text, 60)), WORDS_TOKENS_MAX);
    out->p[out->n++] = piece;
  }
  return true;
}

bool words_tokens(struct str id, struct str id_plural, struct tokens *out, struct why *why) {
  *out = (struct tokens){0};
  return tokens_of(id, out, why) && tokens_of(id_plural, out, why);
}

/* ---- finding and binding ---- */

uint64_t words_hash(struct str id, struct str id_plural) {
  uint64_t h = hash64(id, 0x776f726473);
  return id_plural.n ? hash64(id_plural, h) : h;
}

static const struct catalogue *bound[LANG_COUNT];

static const struct catalogue_entry *find(const struct catalogue *c, struct str id,
                                          struct str id_plural) {
  if (!c) return NULL;
  uint64_t hash = words_hash(id, id_plural);
  size_t low = 0, high = c->n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (c->p[middle].hash < hash)
      low = middle + 1;
    else
      high = middle;
  }
  for (; low < c->n && c->p[low].hash == hash; low++)
    if (str_eq(str_of(c->p[low].id), id) && str_eq(str_of(c->p[low].id_plural), id_plural))
      return &c->p[low];
  return NULL;
}

size_t words_bind(const struct catalogue *c) {
  size_t found = 0;
  bound[c->lang] = c;
  for (struct message **m = __start_waymark_words; m < __stop_waymark_words; m++) {
    const struct catalogue_entry *e = find(c, str_of((*m)->id), str_of((*m)->id_plural));
    (*m)->form[c->lang] = e ? e->form : NULL;
    found += e != NULL;
  }
  return found;
}

void words_each(void (*see)(void *to, const struct message *m), void *to) {
  for (struct message **m = __start_waymark_words; m < __stop_waymark_words; m++) see(to, *m);
}

/* ---- saying ---- */

struct wording words_wording(const struct message *m, enum language lang, int64_t n) {
  const struct wording *forms = m->form[lang];
  if (!forms && lang != LANG_EN) {
    lang = LANG_EN;
    forms = m->form[LANG_EN];
  }
  if (!forms) return (struct wording){0};
  return m->id_plural ? forms[words_plural(lang, n)] : forms[0];
}

static struct str english(const struct message *m, int64_t n) {
  return str_of(m->id_plural && words_plural(LANG_EN, n) != PLURAL_ONE ? m->id_plural : m->id);
}

struct str words_of(enum language lang, const struct message *m) {
  struct wording w = words_wording(m, lang, 1);
  if (w.n == 1 && w.p[0].slot == 0) return (struct str){w.p[0].p, w.p[0].n};
  return str_of(m->id);
}

struct str words_label(enum language lang, struct str label) {
  const struct catalogue_entry *e =
      lang == LANG_EN ? NULL : find(bound[lang], label, (struct str){0});
  if (e && e->form[0].n == 1 && e->form[0].p[0].slot == 0)
    return (struct str){e->form[0].p[0].p, e->form[0].p[0].n};
  return label;
}

/* What a token stands for: the slot of that name, or nothing (an element has no place in plain
 * text). */
static struct str slot_value(struct str token, const struct slot *slots, size_t n) {
  if (token.n < 2 || token.p[0] != '{') return (struct str){0};
  struct str name = str_slice(token, 1, token.n - 1);
  for (size_t i = 0; i < n; i++)
    if (str_eq(str_of(slots[i].name), name)) return slots[i].value;
  return token; /* a slot nobody filled is shown as written: seen in the first test that looks */
}

static struct str joined(struct arena *a, const struct str *pieces, size_t n) {
  size_t bytes = 0;
  for (size_t i = 0; i < n; i++) bytes += pieces[i].n;
  char *p = arena_many(a, char, bytes ? bytes : 1);
  size_t at = 0;
  for (size_t i = 0; i < n; i++) {
    if (pieces[i].n) memcpy(p + at, pieces[i].p, pieces[i].n);
    at += pieces[i].n;
  }
  return (struct str){p, bytes};
}

static struct str say(struct arena *a, enum language lang, const struct message *m, int64_t n,
                      const struct slot *slots, size_t n_slots) {
  struct strs pieces = {0};
  size_t room = 0;
  struct wording w = words_wording(m, lang, n);
  if (w.p) {
    struct tokens tokens;
    if (!words_tokens(str_of(m->id), str_of(m->id_plural), &tokens, NULL)) return str_of(m->id);
    for (uint32_t i = 0; i < w.n; i++) {
      const struct part *part = &w.p[i];
      *slice_push(a, &pieces, &room) = part->slot == 0 || part->slot > tokens.n
                                           ? (struct str){part->p, part->n}
                                           : slot_value(tokens.p[part->slot - 1], slots, n_slots);
    }
  } else {
    struct words_walk walk = {english(m, n)};
    struct str piece;
    for (enum words_piece kind;
         (kind = words_next(&walk, &piece)) == WORDS_TEXT || kind == WORDS_TOKEN;)
      *slice_push(a, &pieces, &room) =
          kind == WORDS_TEXT ? piece : slot_value(piece, slots, n_slots);
  }
  return joined(a, pieces.p, pieces.n);
}

struct str words_say(struct arena *a, enum language lang, const struct message *m,
                     const struct slot *slots, size_t n) {
  return say(a, lang, m, 1, slots, n);
}

struct str words_count(struct arena *a, enum language lang, struct counted m,
                       const struct slot *slots, size_t n) {
  char digits[WORDS_NUMBER_MAX];
  struct str shown = {digits, words_number(digits, lang, WORDS_WHOLE, m.n)};
  struct slot *all = arena_many(a, struct slot, n + 1);
  all[0] = SLOT("n", shown);
  if (n) memcpy(all + 1, slots, n * sizeof *slots);
  return say(a, lang, m.message, m.n, all, n + 1);
}
