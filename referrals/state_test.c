/* state_test: the state of a referral as a table of facts, and working days against another source
 * (the rule of reach/holidays.h, which was made apart from the list). */
#include "reach/holidays.h"
#include "referrals/referrals_test.h"

#define D(n) (20514 + (n)) /* Monday 2 March 2026 */
#define F(kind_, on) {.kind = FACT_##kind_, .day = D(on), .until = DAY_NONE}
#define FU(kind_, on, until_) {.kind = FACT_##kind_, .day = D(on), .until = D(until_)}
#define END {.kind = FACT_KINDS}
enum { FACTS_MAX = 8, NO = -999 };

static const struct {
  const char *says;
  struct referral_fact f[FACTS_MAX];
  int on;
  enum referral_state state;
  bool over;
  int since, due, changes, paused;
} table[] = {
    {"new", {F(RECEIVED, 0), END}, 0, REFERRAL_RECEIVED, false, 0, 7, NO, 0},
    {"not yet received is new all the same",
     {F(RECEIVED, 3), END},
     0,
     REFERRAL_RECEIVED,
     false,
     NO,
     NO,
     NO,
     0},
    {"opened keeps the clock",
     {F(RECEIVED, 0), F(OPENED, 1), END},
     1,
     REFERRAL_OPENED,
     false,
     1,
     7,
     NO,
     0},
    {"waiting has a day to look again",
     {F(RECEIVED, 0), FU(WAITING, 2, 20), END},
     5,
     REFERRAL_WAITING,
     false,
     2,
     20,
     NO,
     0},
    {"a pause stops the clock",
     {F(RECEIVED, 0), FU(PAUSED, 1, 9), END},
     4,
     REFERRAL_PAUSED,
     false,
     1,
     NO,
     9,
     0},
    {"and it goes on by itself on its day",
     {F(RECEIVED, 0), FU(PAUSED, 1, 9), END},
     9,
     REFERRAL_RECEIVED,
     false,
     9,
     15,
     NO,
     6},
    {"or when somebody says so",
     {F(RECEIVED, 0), F(PAUSED, 1), F(RESUMED, 3), END},
     3,
     REFERRAL_RECEIVED,
     false,
     3,
     9,
     NO,
     2},
    {"a pause stands on what was before",
     {F(RECEIVED, 0), F(OPENED, 1), F(PAUSED, 2), F(RESUMED, 3), END},
     3,
     REFERRAL_OPENED,
     false,
     3,
     8,
     NO,
     1},
    {"accepted waits for the first talk",
     {F(RECEIVED, 0), F(ACCEPTED, 2), END},
     2,
     REFERRAL_ACCEPTED,
     false,
     2,
     7,
     NO,
     0},
    {"and is over once they talked",
     {F(RECEIVED, 0), F(ACCEPTED, 2), F(CONTACTED, 3), END},
     3,
     REFERRAL_ACCEPTED,
     true,
     2,
     NO,
     NO,
     0},
    {"declined", {F(RECEIVED, 0), F(DECLINED, 1), END}, 9, REFERRAL_DECLINED, true, 1, NO, NO, 0},
    {"what comes after the end changes nothing",
     {F(RECEIVED, 0), F(DECLINED, 1), F(ACCEPTED, 2), END},
     9,
     REFERRAL_DECLINED,
     true,
     1,
     NO,
     NO,
     0},
    {"withdrawn after accepting",
     {F(RECEIVED, 0), F(ACCEPTED, 1), F(WITHDRAWN, 4), END},
     4,
     REFERRAL_WITHDRAWN,
     true,
     4,
     NO,
     NO,
     0},
    {"a meeting is agreed",
     {F(RECEIVED, 0), F(ACCEPTED, 1), FU(HANDOVER, 2, 10), END},
     10,
     REFERRAL_MEETING,
     false,
     2,
     10,
     11,
     0},
    {"no meeting by its day: back with the sender",
     {F(RECEIVED, 0), F(ACCEPTED, 1), FU(HANDOVER, 2, 10), END},
     11,
     REFERRAL_RETURNED,
     false,
     11,
     11,
     NO,
     0},
    {"they met after all",
     {F(RECEIVED, 0), F(ACCEPTED, 1), FU(HANDOVER, 2, 10), F(MET, 14), END},
     14,
     REFERRAL_HANDED_OVER,
     true,
     14,
     NO,
     NO,
     0},
    {"it counts when they met",
     {F(RECEIVED, 0), F(ACCEPTED, 1), FU(HANDOVER, 2, 10), F(MET, 5), END},
     30,
     REFERRAL_HANDED_OVER,
     true,
     5,
     NO,
     NO,
     0},
    {"a later fact is not known yet",
     {F(RECEIVED, 0), F(ACCEPTED, 6), END},
     5,
     REFERRAL_RECEIVED,
     false,
     0,
     7,
     NO,
     0},
    {"two meetings, the second held",
     {F(RECEIVED, 0), F(ACCEPTED, 1), FU(HANDOVER, 2, 4), FU(HANDOVER, 7, 12), F(MET, 8), END},
     8,
     REFERRAL_HANDED_OVER,
     true,
     8,
     NO,
     NO,
     0},
    {"met without a meeting is not taken",
     {F(RECEIVED, 0), F(MET, 1), END},
     2,
     REFERRAL_RECEIVED,
     false,
     0,
     7,
     NO,
     0},
};

static void is_day(const char *says, const char *what, day_t got, int want) {
  day_t day = want == NO ? DAY_NONE : D(want);
  if (got != day) fail_msg("%s: %s is %d, not %d", says, what, (int)(got - D(0)), want);
}

void states_are_a_table(struct db_test *t) {
  (void)t;
  bool reached[REFERRAL_STATES] = {0};
  for (size_t i = 0; i < countof(table); i++) {
    struct referral_facts facts = {table[i].f, 0};
    while (table[i].f[facts.n].kind != FACT_KINDS) facts.n++;
    struct referral_standing s = referral_standing_of(
        facts, (struct referral_clock){5, 3, S("england-and-wales")}, D(table[i].on));
    if (s.state != table[i].state || s.over != table[i].over || s.paused_days != table[i].paused)
      fail_msg("%s: is %s, over %d, paused %d", table[i].says, referral_state_code(s.state), s.over,
               (int)s.paused_days);
    is_day(table[i].says, "since", s.since, table[i].since);
    is_day(table[i].says, "due", s.due, table[i].due);
    is_day(table[i].says, "changes", s.changes, table[i].changes);
    reached[s.state] = true;
  }
  for (int s = 0; s < REFERRAL_STATES; s++) assert_true(reached[s]);
}

void what_may_be_said_follows_the_state(struct db_test *t) {
  (void)t;
  for (int k = 0; k < FACT_KINDS; k++) {
    enum referral_fact_kind kind = (enum referral_fact_kind)k, back;
    assert_true(referral_fact_of(str_of(referral_fact_code(kind)), &back) && back == kind);
    assert_false(referral_may(REFERRAL_DECLINED, kind));
    assert_false(referral_may(REFERRAL_WITHDRAWN, kind));
    assert_false(referral_may(REFERRAL_HANDED_OVER, kind) && kind != FACT_CONTACTED);
  }
  assert_true(referral_may(REFERRAL_RECEIVED, FACT_DECLINED));
  assert_true(referral_may(REFERRAL_PAUSED, FACT_ACCEPTED));
  assert_false(referral_may(REFERRAL_ACCEPTED, FACT_ACCEPTED));
  assert_false(referral_may(REFERRAL_RECEIVED, FACT_CONTACTED));
}

void working_days_know_bank_holidays(struct db_test *t) {
  (void)t;
  static const struct { const char *name; enum nation nation;
  } nations[] = {{"england-and-wales", ENGLAND_WALES},
                 {"scotland", SCOTLAND},
                 {"northern-ireland", NORTHERN_IRELAND}};
  int differ = 0;
  for (size_t n = 0; n < countof(nations); n++)
    for (day_t d = day_of(2023, 1, 1); d < day_of(2028, 1, 1); d++) {
      bool off = day_weekday(d) >= SATURDAY || holiday_name(d, nations[n].nation).n;
      if (working_day(d, str_of(nations[n].name)) == !off) continue;
      /* Proclaimed for Scotland alone (World Cup, 2026): in the dated list, in no rule. */
      assert_true(n == 1 && d == day_of(2026, 6, 15));
      differ++;
    }
  assert_true(differ <= 1);
  struct str ew = S("england-and-wales");
  assert_int_equal(working_days_between(day_of(2026, 12, 24), day_of(2026, 12, 29), ew), 1);
  assert_int_equal(working_day_add(day_of(2026, 12, 24), 1, ew), day_of(2026, 12, 29));
  assert_int_equal(working_day_add(day_of(2026, 4, 2), 1, ew), day_of(2026, 4, 7));
  assert_int_equal(working_day_add(day_of(2026, 4, 2), 1, S("scotland")), day_of(2026, 4, 6));
  assert_int_equal(working_days_between(day_of(2026, 3, 2), day_of(2026, 3, 2), ew), 0);
  assert_true(holidays_known_until(ew) >= day_of(2027, 12, 28));
  assert_true(working_day(day_of(2026, 4, 6), S("nowhere")));
}
