/* time: see time.h. Days are counted in years that begin on 1 March, so the leap day comes last. */
#include <time.h>
#include "base/base.h"

#define SECOND ((int64_t)1000000)
#define DAY_US (86400 * SECOND)
enum { YEAR_MIN = 1600, YEAR_MAX = 9999, ERA_DAYS = 146097, EPOCH_SHIFT = 719468 };

static bool is_leap(int y) { return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0); }

static int month_days(int y, int m) {
  static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return days[m - 1] + (m == 2 && is_leap(y));
}

bool ymd_valid(struct ymd d) {
  return d.year >= YEAR_MIN && d.year <= YEAR_MAX && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
         d.day <= month_days(d.year, d.month);
}

day_t day_of(int year, int month, int day) {
  if (!ymd_valid((struct ymd){year, month, day})) return DAY_NONE;
  int y = month > 2 ? year : year - 1, from_march = (month + 9) % 12;
  int era = y / 400, of_era = y % 400;
  /* 153 days in each five months from March: 31 30 31 30 31 */
  int of_year = (153 * from_march + 2) / 5 + day - 1;
  return era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH_SHIFT;
}

struct ymd day_ymd(day_t d) {
  if (d == DAY_NONE) return (struct ymd){0};
  int64_t n = (int64_t)d + EPOCH_SHIFT;
  int64_t era = n >= 0 ? n / ERA_DAYS : (n - ERA_DAYS + 1) / ERA_DAYS;
  int of_era_day = (int)(n - era * ERA_DAYS);
  int of_era = (of_era_day - of_era_day / 1460 + of_era_day / 36524 - of_era_day / 146096) / 365;
  int of_year = of_era_day - (365 * of_era + of_era / 4 - of_era / 100);
  int from_march = (5 * of_year + 2) / 153;
  int month = from_march < 10 ? from_march + 3 : from_march - 9;
  int day = of_year - (153 * from_march + 2) / 5 + 1;
  return (struct ymd){(int)(of_era + era * 400) + (month <= 2), month, day};
}

enum weekday day_weekday(day_t d) {
  int64_t of_week = ((int64_t)d + 3) % 7; /* 1970-01-01 was a Thursday */
  return (enum weekday)(of_week < 0 ? of_week + 7 : of_week);
}

day_t day_add_months(day_t d, int months) {
  if (d == DAY_NONE) return DAY_NONE;
  struct ymd from = day_ymd(d);
  int64_t count = (int64_t)from.year * 12 + from.month - 1 + months;
  if (count < YEAR_MIN * 12 || count >= (YEAR_MAX + 1) * 12) return DAY_NONE;
  int year = (int)(count / 12), month = (int)(count % 12) + 1, last = month_days(year, month);
  return day_of(year, month, from.day < last ? from.day : last);
}

int day_age(day_t born, day_t on) {
  if (born == DAY_NONE || on == DAY_NONE || on < born) return -1;
  struct ymd b = day_ymd(born), o = day_ymd(on);
  bool before = o.month < b.month || (o.month == b.month && o.day < b.day);
  return o.year - b.year - before;
}

/* Reading: each step takes its bytes off the front of *s, or returns false. */
static bool take_number(struct str *s, size_t least, size_t most, int *out) {
  size_t n = 0;
  int v = 0;
  while (n < s->n && n < most && s->p[n] >= '0' && s->p[n] <= '9') v = v * 10 + (s->p[n++] - '0');
  if (n < least || (n < s->n && s->p[n] >= '0' && s->p[n] <= '9')) return false;
  *s = str_slice(*s, n, s->n);
  *out = v;
  return true;
}

static bool take_byte(struct str *s, const char *any_of) {
  if (!s->n || !*s->p || !strchr(any_of, *s->p)) return false;
  *s = str_slice(*s, 1, s->n);
  return true;
}

static bool take_iso_day(struct str *s, day_t *out) {
  struct ymd d;
  if (!take_number(s, 4, 4, &d.year) || !take_byte(s, "-") || !take_number(s, 2, 2, &d.month) ||
      !take_byte(s, "-") || !take_number(s, 2, 2, &d.day) || !ymd_valid(d))
    return false;
  *out = day_of(d.year, d.month, d.day);
  return true;
}

bool day_parse(struct str iso, day_t *out) {
  day_t d;
  if (!take_iso_day(&iso, &d) || iso.n) return false;
  *out = d;
  return true;
}

static const char *const month_names[] = {"January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December"};

/* A month's English name, or its first three letters (or "Sept"), any case, a full stop allowed. */
static bool take_month_name(struct str *s, int *month) {
  size_t n = 0;
  while (n < s->n && ((s->p[n] | 32) >= 'a' && (s->p[n] | 32) <= 'z')) n++;
  struct str word = str_slice(*s, 0, n);
  for (int m = 0; m < 12; m++) {
    struct str name = str_of(month_names[m]);
    bool is_short = n == 3 || (m == 8 && n == 4);
    if (!str_eq_nocase(word, name) && !(is_short && str_eq_nocase(word, str_slice(name, 0, n))))
      continue;
    *s = str_slice(*s, n, s->n);
    take_byte(s, ".");
    *month = m + 1;
    return true;
  }
  return false;
}

static bool take_gap(struct str *s) {
  size_t n = 0;
  while (n < s->n && strchr(" /.-,", s->p[n]) && s->p[n]) n++;
  *s = str_slice(*s, n, s->n);
  return n > 0 && n <= 3;
}

bool day_parse_typed(struct str s, day_t *out) {
  enum { CENTURY_TURN = 40 };
  s = str_trim(s);
  if (day_parse(s, out)) return true;
  struct ymd d;
  if (!take_number(&s, 1, 2, &d.day)) return false;
  bool gap = take_gap(&s);
  if (take_month_name(&s, &d.month)) {
    take_gap(&s); /* "21Nov2026" is plain enough */
  } else if (!gap || !take_number(&s, 1, 2, &d.month) || !take_gap(&s)) {
    return false;
  }
  size_t digits = s.n;
  if ((digits != 2 && digits != 4) || !take_number(&s, digits, digits, &d.year)) return false;
  if (digits == 2) d.year += d.year < CENTURY_TURN ? 2000 : 1900;
  if (!ymd_valid(d)) return false;
  *out = day_of(d.year, d.month, d.day);
  return true;
}

struct str day_iso(struct arena *a, day_t d) {
  if (d == DAY_NONE) return (struct str){0};
  struct ymd y = day_ymd(d);
  return str_format(a, "%04d-%02d-%02d", y.year, y.month, y.day);
}

struct str day_words(struct arena *a, day_t d) {
  if (d == DAY_NONE) return (struct str){0};
  struct ymd y = day_ymd(d);
  return str_format(a, "%d %s %d", y.day, month_names[y.month - 1], y.year);
}

bool day_span_parse(struct str s, struct day_span *out) {
  day_t whole;
  if (day_parse(s, &whole)) {
    *out = (struct day_span){whole, whole};
    return true;
  }
  int year, month = 0;
  if (!take_number(&s, 4, 4, &year) || year < YEAR_MIN) return false;
  if (s.n && (!take_byte(&s, "-") || !take_number(&s, 2, 2, &month) || month < 1 || month > 12))
    return false;
  if (s.n) return false;
  int last = month ? month : 12;
  *out = (struct day_span){day_of(year, month ? month : 1, 1),
                           day_of(year, last, month_days(year, last))};
  return true;
}

static bool take_fraction(struct str *s, int64_t *us) {
  *us = 0;
  if (!take_byte(s, ".,")) return true;
  size_t n = 0;
  int64_t unit = SECOND;
  for (; n < s->n && s->p[n] >= '0' && s->p[n] <= '9'; n++) *us += (s->p[n] - '0') * (unit /= 10);
  *s = str_slice(*s, n, s->n);
  return n > 0;
}

static bool take_zone(struct str *s, int *minutes) {
  int sign = s->n && *s->p == '-' ? -1 : 1, h, m;
  *minutes = 0;
  if (!s->n || take_byte(s, "Zz")) return true;
  if (!take_byte(s, "+-") || !take_number(s, 2, 2, &h) || !take_byte(s, ":") ||
      !take_number(s, 2, 2, &m))
    return false;
  *minutes = sign * (h * 60 + m);
  return h <= 23 && m <= 59;
}

bool instant_parse(struct str s, instant_t *out) {
  day_t day;
  int h, m, sec, zone;
  int64_t us;
  if (!take_iso_day(&s, &day) || !take_byte(&s, "Tt ") || !take_number(&s, 2, 2, &h) ||
      !take_byte(&s, ":") || !take_number(&s, 2, 2, &m) || !take_byte(&s, ":") ||
      !take_number(&s, 2, 2, &sec) || !take_fraction(&s, &us) || !take_zone(&s, &zone) || s.n)
    return false;
  if (h > 23 || m > 59 || sec > 60)
    return false; /* 60: a leap second, kept as the first of the next minute */
  *out = day * DAY_US + ((int64_t)(h * 60 + m - zone) * 60 + sec) * SECOND + us;
  return true;
}

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }

struct str instant_iso(struct arena *a, instant_t t) {
  int64_t days = floor_div(t, DAY_US);
  if (t == INSTANT_NONE || days < day_of(YEAR_MIN, 1, 1) || days > day_of(YEAR_MAX, 12, 31))
    return (struct str){0};
  struct ymd d = day_ymd((day_t)days);
  int64_t us = t - days * DAY_US;
  int s = (int)(us / SECOND);
  return str_format(a, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", d.year, d.month, d.day, s / 3600,
                    s / 60 % 60, s % 60, (int)(us % SECOND));
}

static day_t last_sunday(int year, int month) {
  day_t last = day_of(year, month, month_days(year, month));
  return last == DAY_NONE ? DAY_NONE : last - (day_weekday(last) + 1) % 7;
}

static bool is_bst(instant_t t) {
  int year = day_ymd((day_t)floor_div(t, DAY_US)).year;
  if (year < YEAR_MIN || year > YEAR_MAX) return false;
  return t >= last_sunday(year, 3) * DAY_US + 3600 * SECOND &&
         t < last_sunday(year, 10) * DAY_US + 3600 * SECOND;
}

struct local instant_local_uk(instant_t t) {
  if (t == INSTANT_NONE) return (struct local){DAY_NONE, 0};
  if (is_bst(t)) t += 3600 * SECOND;
  int64_t day = floor_div(t, DAY_US);
  return (struct local){(day_t)day, (int)((t - day * DAY_US) / (60 * SECOND))};
}

instant_t local_uk_instant(day_t day, int minute) {
  if (day == DAY_NONE) return INSTANT_NONE;
  instant_t as_gmt = day * DAY_US + minute * 60 * SECOND;
  instant_t as_bst = as_gmt - 3600 * SECOND;
  return is_bst(as_bst) ? as_bst
                        : as_gmt; /* skipped hour: not yet BST an hour before, so moved on */
}

instant_t clock_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return t.tv_sec * SECOND + t.tv_nsec / 1000;
}

uint64_t clock_monotonic_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

bool minute_parse_typed(struct str typed, int *minute) {
  int digits[4] = {0}, n = 0, colon = -1;
  typed = str_trim(typed);
  for (size_t i = 0; i < typed.n; i++) {
    char c = typed.p[i];
    if ((c == ':' || c == '.') && colon < 0 && n > 0) colon = n;
    else if (c >= '0' && c <= '9' && n < 4) digits[n++] = c - '0';
    else return false;
  }
  if (n < 1 || (colon >= 0 && n - colon != 2)) return false;
  int hours = n <= 2 ? digits[0] * (n == 2 ? 10 : 1) + (n == 2 ? digits[1] : 0)
                     : n == 3 ? digits[0] : digits[0] * 10 + digits[1];
  int minutes = n <= 2 ? 0 : n == 3 ? digits[1] * 10 + digits[2] : digits[2] * 10 + digits[3];
  if (hours > 23 || minutes > 59) return false;
  *minute = hours * 60 + minutes;
  return true;
}
