/* why: one plain sentence saying what went wrong and what to do next. Room for 400 bytes; longer
 * text is cut at a character. Never put a person's data in it: a why may reach a log. */
#ifndef WAYMARK_WHY_H
#define WAYMARK_WHY_H
#include <stdbool.h>
#include "base/str.h"
enum { WHY_BYTES_MAX = 400 };
struct why {
  char text[WHY_BYTES_MAX];
};
/* Writes the sentence and returns false, so that `return why_say(why, "...")` reads well. why may
 * be NULL. */
bool why_say(struct why *why, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Puts "WHERE: " before the sentence already there (a file name, a row number). Returns false. */
bool why_at(struct why *why, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct str why_str(const struct why *why);
#endif
