/* inside: what the files of finding/ share. */
#ifndef WAYMARK_FINDING_INSIDE_H
#define WAYMARK_FINDING_INSIDE_H
#include "base/embed.h"
#include "finding/finding.h"

extern const struct embedded_files finding_packs;
/* Minutes of the quickest way to any published place of an offer; -1 as in struct
 * finding_answer. */
int finding_minutes(const struct finding_ask *ask, const struct offer *o);
struct finding_word {
  struct str word;
  uint32_t from, n;
  uint32_t head; /* its first four bytes, for a quick no */
};
uint32_t word_head(struct str word);

/* packs/words/needs.csv: columns code, label, shown, words, needs, styles, cohorts. False with a
 * sentence, and `out` as it was. Everything in `a`. */
bool finding_needs_read(struct arena *a, struct str text, struct needs *out, struct why *why);

/* What the words of a question mean. */
struct meaning {
  uint64_t needs;                                /* needs the words name */
  struct { struct str *p; size_t n; } plain;     /* words left to be looked for in entries */
  bool said; /* there was at least one word that is not a filler */
};
enum { MEANING_WORDS_MAX = 24 };
struct meaning finding_meaning(struct arena *a, struct str words);
/* One slip apart: a letter changed, added, left out, or two swapped. For words of five letters or
 * more. */
bool one_slip(struct str x, struct str y);
/* The person's place as the rules ask about it: what the code lists know, then what places/ knows.
 */
struct rules_place *finding_place(struct arena *a, const struct finding_picture *p,
                                  const struct place *place, struct str typed);
#endif
