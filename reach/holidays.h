/* holidays: bank holidays in the nations of the United Kingdom: the published lists of
 * packs/holidays for the years they cover, and for other years by rule (Banking and Financial
 * Dealings Act 1971, schedule 1, with substitute days, and the single days proclaimed since 2020).
 * Timetables run differently on them, so a week pattern looks at one too; a newly proclaimed day is
 * one row of the pack. */
#ifndef WAYMARK_REACH_HOLIDAYS_H
#define WAYMARK_REACH_HOLIDAYS_H
#include "base/base.h"
enum nation { ENGLAND_WALES, SCOTLAND, NORTHERN_IRELAND };
/* The holiday's name, or "" for an ordinary day. */
struct str holiday_name(day_t day, enum nation nation);
/* The first bank holiday on or after `from` and before `until`; DAY_NONE if there is none. */
day_t holiday_next(day_t from, day_t until, enum nation nation);
day_t easter_sunday(int year); /* Gregorian, by the anonymous (Meeus, Jones, Butcher) method */
#endif
