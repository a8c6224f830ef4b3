/* phrase: whole words in folded text. */
#include "messages/messages.h"

static bool begins(struct strs words, size_t at, struct strs phrase) {
  if (!phrase.n || at + phrase.n > words.n) return false;
  for (size_t i = 0; i < phrase.n; i++)
    if (!str_eq(words.p[at + i], phrase.p[i])) return false;
  return true;
}

int phrase_in(struct arena *a, struct str text, const struct strs *phrases) {
  struct strs words = utf8_words(a, text);
  for (size_t k = 0; k < phrases->n; k++) {
    struct strs phrase = utf8_words(a, phrases->p[k]);
    for (size_t at = 0; at < words.n; at++)
      if (begins(words, at, phrase)) return (int)k;
  }
  return -1;
}
