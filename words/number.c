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

struct line { char *p; size_t n; };

static void put_text(struct line *out, const char *text) {
  size_t n = strlen(text);
  memcpy(out->p + out->n, text, n);
  out->n += n;
}

/* A number of at least `digits` digits, under 10,000. By hand: a list of results shows hundreds. */
static void put_digits(struct line *out, int v, int digits) {
  for (int unit = 1000, left = 4; left > 0; unit /= 10, left--)
    if (left <= digits || v >= unit) out->p[out->n++] = (char)('0' + v / unit % 10);
}

static size_t day(char *out, enum language lang, enum words_kind kind, int64_t v) {
  if (v == DAY_NONE || v < INT32_MIN || v > INT32_MAX) return 0;
  struct ymd d = day_ymd((day_t)v);
  struct line line = {out, 0};
  bool has_day = kind == WORDS_DAY || kind == WORDS_DAY_SHORT || kind == WORDS_DAY_BARE;
  bool is_short = kind == WORDS_DAY_SHORT || kind == WORDS_DAY_BARE || kind == WORDS_MONTH_SHORT;
  if (d.year < 0 || d.year > 9999) return 0; /* no day of anybody's life */
  if (kind == WORDS_WEEKDAY) {
    put_text(&line, weekdays[lang][day_weekday((day_t)v)]);
    return line.n;
  }
  if (kind == WORDS_DAY_ISO) {
    put_digits(&line, d.year, 4);
    put_text(&line, "-");
    put_digits(&line, d.month, 2);
    put_text(&line, "-");
    put_digits(&line, d.day, 2);
    return line.n;
  }
  if (has_day) {
    put_digits(&line, d.day, 1);
    put_text(&line, " ");
  }
  put_text(&line, (is_short ? months_short : months)[lang][d.month - 1]);
  if (kind == WORDS_DAY_BARE) return line.n;
  put_text(&line, " ");
  put_digits(&line, d.year, 1);
  return line.n;
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
    default: return day(out, lang, kind, v);
  }
}

struct str words_day(struct arena *a, enum language lang, day_t day) {
  char text[WORDS_NUMBER_MAX];
  if (day == DAY_NONE) return (struct str){0};
  return str_copy(a, (struct str){text, words_number(text, lang, WORDS_DAY, day)});
}
