/* number: counts, money, days and times as people read them, in both languages. */
#include <stdio.h>
#include "words/words.h"

static const char *const months[LANG_COUNT][12] = {
    {"January", "February", "March", "April", "May", "June", "July", "August", "September",
     "October", "November", "December"},
    {"Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin", "Gorffennaf", "Awst", "Medi",
     "Hydref", "Tachwedd", "Rhagfyr"}};
static const char *const months_short[LANG_COUNT][12] = {
    {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
    {"Ion", "Chwe", "Maw", "Ebr", "Mai", "Meh", "Gorff", "Awst", "Medi", "Hyd", "Tach", "Rhag"}};
static const char *const weekdays[LANG_COUNT][7] = {
    {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
    {"Dydd Llun", "Dydd Mawrth", "Dydd Mercher", "Dydd Iau", "Dydd Gwener", "Dydd Sadwrn",
     "Dydd Sul"}};

#define MINUS "\xe2\x88\x92" /* U+2212, as wide as a plus */

static size_t whole(char *out, size_t room, uint64_t v) {
  char digits[32];
  int n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)v);
  size_t at = 0;
  for (int i = 0; i < n && at + 2 < room; i++) {
    if (i > 0 && (n - i) % 3 == 0) out[at++] = ',';
    out[at++] = digits[i];
  }
  return at;
}

static size_t signed_whole(char *out, size_t room, int64_t v) {
  size_t at = 0;
  if (v < 0) {
    memcpy(out, MINUS, 3);
    at = 3;
  }
  return at + whole(out + at, room - at, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

/* £1,204 when there are no odd pence, £12.50 when there are. */
static size_t pence(char *out, size_t room, int64_t v) {
  uint64_t size = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
  size_t at = 0;
  if (v < 0) {
    memcpy(out, MINUS, 3);
    at = 3;
  }
  memcpy(out + at, "\xc2\xa3", 2);
  at += 2;
  at += whole(out + at, room - at, size / 100);
  if (size % 100) at += (size_t)snprintf(out + at, room - at, ".%02u", (unsigned)(size % 100));
  return at;
}

static size_t day(char *out, size_t room, enum language lang, enum words_kind kind, int64_t v) {
  if (v == DAY_NONE || v < INT32_MIN || v > INT32_MAX) return 0;
  struct ymd d = day_ymd((day_t)v);
  int n = 0;
  switch (kind) {
    case WORDS_DAY:
      n = snprintf(out, room, "%d %s %d", d.day, months[lang][d.month - 1], d.year);
      break;
    case WORDS_DAY_SHORT:
      n = snprintf(out, room, "%d %s %d", d.day, months_short[lang][d.month - 1], d.year);
      break;
    case WORDS_DAY_ISO: n = snprintf(out, room, "%04d-%02d-%02d", d.year, d.month, d.day); break;
    case WORDS_DAY_BARE:
      n = snprintf(out, room, "%d %s", d.day, months_short[lang][d.month - 1]);
      break;
    case WORDS_MONTH_SHORT:
      n = snprintf(out, room, "%s %d", months_short[lang][d.month - 1], d.year);
      break;
    case WORDS_MONTH: n = snprintf(out, room, "%s %d", months[lang][d.month - 1], d.year); break;
    default: n = snprintf(out, room, "%s", weekdays[lang][day_weekday((day_t)v)]); break;
  }
  return n < 0 ? 0 : (size_t)n;
}

size_t words_number(char out[WORDS_NUMBER_MAX], enum language lang, enum words_kind kind,
                    int64_t v) {
  size_t room = WORDS_NUMBER_MAX, at = 0;
  switch (kind) {
    case WORDS_WHOLE: return signed_whole(out, room, v);
    case WORDS_PENCE: return pence(out, room, v);
    case WORDS_PERCENT:
      at = signed_whole(out, room, v);
      out[at++] = '%';
      return at;
    case WORDS_CLOCK: /* minutes after midnight, 24-hour */
      if (v < 0 || v > 24 * 60) return 0;
      return (size_t)snprintf(out, room, "%02d:%02d", (int)(v / 60), (int)(v % 60));
    default: return day(out, room, lang, kind, v);
  }
}
