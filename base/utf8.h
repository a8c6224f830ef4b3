/* utf8: characters, not bytes. */
#ifndef WAYMARK_UTF8_H
#define WAYMARK_UTF8_H
#include "base/str.h"
bool utf8_valid(struct str s);   /* RFC 3629: no surrogates, no overlong forms, up to U+10FFFF */
size_t utf8_count(struct str s); /* characters; each invalid byte counts as one */
/* Decodes one character at s.p[*i] and moves *i past it; an invalid byte gives 0xFFFD and moves one
 * byte. */
uint32_t utf8_next(struct str s, size_t *i);
size_t utf8_put(char out[4], uint32_t c); /* bytes written, 0 if c is no character */
/* The longest prefix of at most `characters` characters. */
struct str utf8_head(struct str s, size_t characters);
/* Makes any bytes valid UTF-8: a BOM is dropped, Windows-1252 is assumed where the bytes are not
 * UTF-8. */
struct str utf8_mend(struct arena *a, struct str s);
/* Folds for finding and matching: lower case, marks removed (é -> e, ŵ -> w, ß -> ss, ø -> o, æ ->
 * ae, ł -> l), apostrophes dropped (O'Brien -> obrien), every other run of non-alphanumerics one
 * space. Greek and Cyrillic are lower-cased without their marks, Armenian is lower-cased, letters
 * of other scripts are kept. Never longer than s, and folding twice changes nothing. */
struct str utf8_fold(struct arena *a, struct str s);
/* The words of utf8_fold(s), each at least one character. */
struct strs utf8_words(struct arena *a, struct str s);
#endif
