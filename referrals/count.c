/* count: figures for reports, and the nightly check of the projection. */
#include <stdlib.h>
#include "referrals/inside.h"

static struct referral_count *count_for(struct arena *a, struct referral_counts *all, size_t *cap,
                                        struct str source) {
  for (size_t i = 0; i < all->n; i++)
    if (str_eq(all->p[i].source, source)) return &all->p[i];
  struct referral_count *c = slice_push(a, all, cap);
  *c = (struct referral_count){.source = source, .days = NUMBER_NONE};
  return c;
}

struct days_list { int64_t *p; size_t n; };

static int by_size(const void *x, const void *y) {
  int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
  return a < b ? -1 : a > b;
}

/* The lower of the two middle ones when there are two. */
static int64_t median(struct days_list days) {
  if (!days.n) return NUMBER_NONE;
  qsort(days.p, days.n, sizeof *days.p, by_size);
  return days.p[(days.n - 1) / 2];
}

static void count_leg(struct referral_count *c, const struct referral_standing *s) {
  c->received++;
  c->accepted += s->state >= REFERRAL_ACCEPTED && s->state <= REFERRAL_RETURNED;
  c->declined += s->state == REFERRAL_DECLINED;
  c->withdrawn += s->state == REFERRAL_WITHDRAWN;
  c->talked += s->contacted != DAY_NONE;
}

struct referral_counts referrals_count(struct db *db, struct arena *a, day_t from, day_t to) {
  enum { SOURCES_MAX = 64 };
  struct referral_counts all = {0};
  struct days_list days[SOURCES_MAX] = {0};
  size_t cap = 0, days_cap[SOURCES_MAX] = {0};
  struct rows r = db_rows(
      db, a,
      SQL("/* scan: a report over all referrals */ select " LEG_COLUMNS
          "from referral r join referral_leg g on g.referral_id = r.id where r.received_day >= ?1 "
          "and r.received_day <= ?2 order by r.source, g.id"),
      db_day(a, from), db_day(a, to));
  while (db_next(&r)) {
    struct leg g = leg_of(&r);
    struct referral_standing s = leg_standing(db, a, &g, to);
    struct referral_count *c = count_for(a, &all, &cap, g.source);
    size_t i = (size_t)(c - all.p);
    count_leg(c, &s);
    if (s.contacted != DAY_NONE && i < SOURCES_MAX)
      *slice_push(a, &days[i], &days_cap[i]) =
          working_days_between(s.received, s.contacted, g.clock.nation);
  }
  for (size_t i = 0; i < all.n && i < SOURCES_MAX; i++) all.p[i].days = median(days[i]);
  return all;
}

struct referral_heards referrals_heard(struct db *db, struct arena *a, day_t from, day_t to) {
  struct referral_heards all = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("/* scan: a report over all referrals */ select heard, count(*) from "
                              "referral where received_day >= ?1 and received_day <= ?2 and heard "
                              "is not null group by heard order by count(*) desc, heard"),
                          db_day(a, from), db_day(a, to));
  while (db_next(&r))
    *slice_push(a, &all, &cap) = (struct referral_heard){row_text(&r, 0), row_int(&r, 1)};
  return all;
}

struct referral_ways referrals_ways(struct db *db, struct arena *a) {
  struct referral_ways all = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("/* scan: sums of the night */ select g.person_id, r.source from "
                              "referral_leg g join referral r on r.id = g.referral_id where "
                              "g.person_id is not null and g.hides = 0 order by g.person_id, "
                              "g.id"));
  while (db_next(&r)) {
    int64_t person = row_int(&r, 0);
    if (all.n && all.p[all.n - 1].person_id == person) continue;
    *slice_push(a, &all, &cap) = (struct referral_way){person, row_text(&r, 1)};
  }
  return all;
}

struct referral_senders referrals_senders(struct db *db, struct arena *a, day_t today) {
  struct referral_senders all = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("select route, count(*) from referral_partner where function <> ?2 "
                              "and (ended_on is null or ended_on > ?1) group by route order by "
                              "route"),
                          db_day(a, today), V((int64_t)FUNCTION_ENFORCEMENT));
  while (db_next(&r))
    *slice_push(a, &all, &cap) = (struct referral_sender){row_text(&r, 0), row_int(&r, 1)};
  return all;
}

int referrals_doctor(struct db *db, struct arena *a, instant_t now, struct buf *out) {
  static const char *const nations[] = {"england-and-wales", "scotland", "northern-ireland"};
  enum { AHEAD_DAYS = 90 };
  enum db_result result;
  day_t today = instant_local_uk(now).day;
  db_begin(db, STORE_MAIN);
  int64_t dated = referrals_rebuild(db, a, today, false, &result);
  int64_t differed = referrals_rebuild(db, a, today, true, &result);
  if (db_commit(db, STORE_MAIN) != DB_OK) {
    buf_put(out, S("How referrals stand could not be checked. Try again.\n"));
    return 1;
  }
  (void)dated; /* days that passed by themselves are no fault */
  if (differed)
    buf_format(out, "%lld referrals stood otherwise in lists than their facts say. They were put "
                    "right.\n", (long long)differed);
  for (size_t i = 0; i < countof(nations); i++)
    if (holidays_known_until(str_of(nations[i])) < today + AHEAD_DAYS)
      buf_format(out, "Bank holidays (%s) are known for less than %d days ahead. Add them to "
                      "packs/holidays from gov.uk/bank-holidays.\n", nations[i], AHEAD_DAYS);
  return differed != 0;
}
