/* days: working days, with the bank holidays of packs/holidays. */
#include <stdlib.h>
#include "base/embed.h"
#include "referrals/inside.h"

extern const struct embedded_files referral_packs;

enum { HOLIDAYS_MAX = 2000, HOLIDAY_BYTES_MAX = 4 << 20 };
struct holiday { struct str nation; day_t day; };
static struct {
  struct arena memory;
  struct holiday *p;
  size_t n;
  bool read;
} holidays;

/* The built-in pack is read once a process; its test reads every row of it. */
static void read_holidays(void) {
  struct csv_row row;
  struct why why;
  if (holidays.read) return;
  holidays.read = true;
  holidays.memory = arena_open(HOLIDAY_BYTES_MAX);
  holidays.p = arena_many(&holidays.memory, struct holiday, HOLIDAYS_MAX);
  struct csv *c = csv_open_str(&holidays.memory, referral_packs.p[0].content);
  bool good = csv_headers(c, &why);
  int nation = good ? csv_column(c, S("nation")) : -1, day = good ? csv_column(c, S("day")) : -1;
  while (good && holidays.n < HOLIDAYS_MAX && csv_next(c, &row, &why) == CSV_ROW) {
    struct holiday *h = &holidays.p[holidays.n];
    h->nation = str_copy(&holidays.memory, csv_cell(&row, nation));
    if (day_parse(csv_cell(&row, day), &h->day)) holidays.n++;
  }
  csv_close(c);
}

bool working_day(day_t day, struct str nation) {
  read_holidays();
  if (day_weekday(day) >= SATURDAY) return false;
  for (size_t i = 0; i < holidays.n; i++)
    if (holidays.p[i].day == day && str_eq(holidays.p[i].nation, nation)) return false;
  return true;
}

day_t working_day_add(day_t from, int64_t n, struct str nation) {
  if (from == DAY_NONE) return DAY_NONE;
  for (int64_t left = n; left > 0; left -= working_day(from, nation)) from++;
  return from;
}

int64_t working_days_between(day_t from, day_t to, struct str nation) {
  int64_t n = 0;
  if (from == DAY_NONE || to == DAY_NONE) return 0;
  while (from < to) n += working_day(++from, nation);
  return n;
}

day_t holidays_known_until(struct str nation) {
  day_t last = DAY_NONE;
  read_holidays();
  for (size_t i = 0; i < holidays.n; i++)
    if (str_eq(holidays.p[i].nation, nation) && holidays.p[i].day > last) last = holidays.p[i].day;
  return last;
}
