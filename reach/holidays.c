#include "base/embed.h"
#include "reach/holidays.h"

day_t easter_sunday(int year) {
  int a = year % 19, b = year / 100, c = year % 100, d = b / 4, e = b % 4, f = (b + 8) / 25;
  int g = (b - f + 1) / 3, h = (19 * a + b - d - g + 15) % 30, i = c / 4, k = c % 4;
  int l = (32 + 2 * e + 2 * i - h - k) % 7, m = (a + 11 * h + 22 * l) / 451;
  int month = (h + l - 7 * m + 114) / 31, day = (h + l - 7 * m + 114) % 31 + 1;
  return day_of(year, month, day);
}

static day_t first_monday(int year, int month) {
  day_t d = day_of(year, month, 1);
  return d + (7 - (int)day_weekday(d)) % 7;
}

static day_t last_monday_august(int year) {
  day_t d = day_of(year, 8, 31);
  return d - (int)day_weekday(d);
}

static day_t last_monday_may(int year) {
  day_t d = day_of(year, 5, 31);
  return d - (int)day_weekday(d);
}

static bool weekend(day_t d) { return day_weekday(d) >= SATURDAY; }

/* A single day falling on a weekend moves to the Monday. */
static day_t moved(day_t d) { return weekend(d) ? d + 7 - (int)day_weekday(d) : d; }

struct proclaimed {
  int year, month, day;
  unsigned nations;
  const char *name;
};
enum { EW = 1, SC = 2, NI = 4 };
static const struct proclaimed extra[] = {
    {2020, 5, 8, EW | SC | NI, "Early May bank holiday (VE Day)"},
    {2022, 6, 2, EW | SC | NI, "Spring bank holiday"},
    {2022, 6, 3, EW | SC | NI, "Platinum Jubilee bank holiday"},
    {2022, 9, 19, EW | SC | NI, "State Funeral of Queen Elizabeth II"},
    {2023, 5, 8, EW | SC | NI, "Coronation of King Charles III"},
};

static struct str january(day_t d, int y, enum nation n) {
  day_t new_year = day_of(y, 1, 1), second = day_of(y, 1, 2);
  day_t first = moved(new_year);
  if (n == SCOTLAND && first == day_of(y, 1, 1) && second == d && !weekend(d))
    return S("2nd January");
  if (d == first) return S("New Year's Day");
  if (n != SCOTLAND) return S("");
  /* Two days running: a weekend pushes the second past the first's Monday. */
  day_t substitute = moved(second);
  if (substitute == first) substitute++;
  return d == substitute ? S("2nd January") : S("");
}

static struct str christmas(day_t d, int y) {
  day_t day = day_of(y, 12, 25), boxing = day + 1;
  if (d == day && !weekend(d)) return S("Christmas Day");
  if (d == boxing && !weekend(d)) return S("Boxing Day");
  int w = (int)day_weekday(day);
  if (w == SATURDAY && d == day + 2) return S("Christmas Day (substitute day)");
  if (w == SATURDAY && d == day + 3) return S("Boxing Day (substitute day)");
  if (w == SUNDAY && d == day + 2) return S("Christmas Day (substitute day)");
  if (w == FRIDAY && d == day + 3) return S("Boxing Day (substitute day)");
  return S("");
}

static struct str spring_and_summer(day_t d, int y, enum nation n) {
  if (d == first_monday(y, 5) && y != 2020) return S("Early May bank holiday");
  if (d == last_monday_may(y) && y != 2022) return S("Spring bank holiday");
  if (n == SCOTLAND && d == first_monday(y, 8)) return S("Summer bank holiday");
  if (n != SCOTLAND && d == last_monday_august(y)) return S("Summer bank holiday");
  if (n == SCOTLAND && d == moved(day_of(y, 11, 30))) return S("St Andrew's Day");
  if (n == NORTHERN_IRELAND && d == moved(day_of(y, 3, 17))) return S("St Patrick's Day");
  if (n == NORTHERN_IRELAND && d == moved(day_of(y, 7, 12))) return S("Battle of the Boyne");
  return S("");
}

static struct str by_rule(day_t d, enum nation n) {
  struct ymd ymd = day_ymd(d);
  for (size_t i = 0; i < countof(extra); i++)
    if (day_of(extra[i].year, extra[i].month, extra[i].day) == d && extra[i].nations >> n & 1)
      return str_of(extra[i].name);
  if (ymd.month == 1 && ymd.day <= 5) return january(d, ymd.year, n);
  if (ymd.month == 12 && ymd.day >= 25) return christmas(d, ymd.year);
  day_t easter = easter_sunday(ymd.year);
  if (d == easter - 2) return S("Good Friday");
  if (d == easter + 1 && n != SCOTLAND) return S("Easter Monday");
  return spring_and_summer(d, ymd.year, n);
}

/* ---- packs/holidays: the published lists, which win for the years they cover. ---- */

extern const struct embedded_files reach_packs;
enum { PACK_ROWS_MAX = 4000, PACK_BYTES_MAX = 4 << 20, NATIONS = 3 };
static const char *const nation_codes[NATIONS] = {"england-and-wales", "scotland",
                                                  "northern-ireland"};
struct listed {
  day_t day;
  struct str name;
  int nation;
};
static struct {
  struct arena memory;
  struct listed *p;
  size_t n;
  int first[NATIONS], last[NATIONS]; /* years with a list; first > last: none */
  bool read;
} pack;

static int nation_of(struct str code) {
  int n = 0;
  while (n < NATIONS && !str_eq(code, str_of(nation_codes[n]))) n++;
  return n;
}

static void keep_row(struct str nation, struct str day, struct str name) {
  struct listed *row = &pack.p[pack.n];
  row->nation = nation_of(nation);
  if (row->nation == NATIONS || !day_parse(day, &row->day)) return;
  row->name = str_copy(&pack.memory, name);
  int year = day_ymd(row->day).year, n = row->nation;
  if (year < pack.first[n]) pack.first[n] = year;
  if (year > pack.last[n]) pack.last[n] = year;
  pack.n++;
}

/* The built-in list is read once a process. */
static void read_pack(void) {
  struct csv_row row;
  struct why why;
  if (pack.read) return;
  pack.read = true;
  for (int n = 0; n < NATIONS; n++) pack.first[n] = INT32_MAX, pack.last[n] = 0;
  pack.memory = arena_open(PACK_BYTES_MAX);
  if (!pack.memory.start) return;
  pack.p = arena_many(&pack.memory, struct listed, PACK_ROWS_MAX);
  struct csv *c = csv_open_str(&pack.memory, reach_packs.p[0].content);
  if (csv_headers(c, &why)) {
    int nation = csv_column(c, S("nation")), day = csv_column(c, S("day")),
        name = csv_column(c, S("name"));
    while (pack.n < PACK_ROWS_MAX && csv_next(c, &row, &why) == CSV_ROW)
      keep_row(csv_cell(&row, nation), csv_cell(&row, day), csv_cell(&row, name));
  }
  csv_close(c);
}

struct str holiday_name(day_t d, enum nation n) {
  read_pack();
  int year = day_ymd(d).year;
  if (year < pack.first[n] || year > pack.last[n]) return by_rule(d, n);
  for (size_t i = 0; i < pack.n; i++)
    if (pack.p[i].day == d && pack.p[i].nation == (int)n) return pack.p[i].name;
  return S("");
}

day_t holiday_next(day_t from, day_t until, enum nation n) {
  for (day_t d = from; d < until; d++)
    if (holiday_name(d, n).n) return d;
  return DAY_NONE;
}
