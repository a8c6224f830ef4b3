/* why: see why.h. */
#include <stdarg.h>
#include <stdio.h>
#include "base/base.h"

/* Cuts a text that filled the room at the last whole character. */
static void cut_at_character(struct why *why) {
  struct str s = str_of(why->text);
  if (s.n < WHY_BYTES_MAX - 1) return;
  size_t lead = s.n;
  while (lead > 0 && ((unsigned char)s.p[lead - 1] & 0xC0) == 0x80) lead--;
  if (lead > 0 && !utf8_valid(str_slice(s, lead - 1, s.n))) why->text[lead - 1] = 0;
}

bool why_say(struct why *why, const char *format, ...) {
  if (!why) return false;
  struct why said = {0}; /* apart, since an argument may be the old sentence */
  va_list args;
  va_start(args, format);
  vsnprintf(said.text, sizeof said.text, format, args);
  va_end(args);
  cut_at_character(&said);
  *why = said;
  return false;
}

bool why_at(struct why *why, const char *format, ...) {
  if (!why) return false;
  struct why where = {0};
  va_list args;
  va_start(args, format);
  vsnprintf(where.text, sizeof where.text, format, args);
  va_end(args);
  cut_at_character(&where);
  return why_say(why, "%s: %s", where.text, why->text);
}

struct str why_str(const struct why *why) {
  return why ? str_of(why->text) : (struct str){0};
}
