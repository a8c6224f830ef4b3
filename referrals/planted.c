/* planted: one fault a build, put in between two files when linking (ld --wrap), so that a
 * scenario's test is seen to fail when the thing it holds is wrong. Nothing here is in the program.
 */
#include "finding/finding.h"
#include "referrals/read.h"

#if defined(PLANTED_S12) /* bank holidays are taken for working days */
int64_t __wrap_working_days_between(day_t from, day_t to, struct str nation);
int64_t __wrap_working_days_between(day_t from, day_t to, struct str nation) {
  int64_t n = 0;
  (void)nation;
  while (from < to) n += day_weekday(++from) < SATURDAY;
  return n;
}
#elif defined(PLANTED_S17_warm) /* a meeting nobody held never comes back */
struct referral_standing __real_referral_standing_of(struct referral_facts f,
                                                     struct referral_clock c, day_t day);
struct referral_standing __wrap_referral_standing_of(struct referral_facts f,
                                                     struct referral_clock c, day_t day);
struct referral_standing __wrap_referral_standing_of(struct referral_facts f,
                                                     struct referral_clock c, day_t day) {
  struct referral_standing s = __real_referral_standing_of(f, c, day);
  if (s.state == REFERRAL_RETURNED) s.state = REFERRAL_MEETING;
  s.changes = DAY_NONE;
  return s;
}
#elif defined(PLANTED_S17_declined) /* a "no" without a reason is taken */
bool __real_referral_say(struct db *db, struct arena *a, int64_t leg,
                         const struct referral_said *said, instant_t now, struct why *why);
bool __wrap_referral_say(struct db *db, struct arena *a, int64_t leg,
                         const struct referral_said *said, instant_t now, struct why *why);
bool __wrap_referral_say(struct db *db, struct arena *a, int64_t leg,
                         const struct referral_said *said, instant_t now, struct why *why) {
  struct referral_said filled = *said;
  if (!filled.reason.n) filled.reason = S("full");
  if (!filled.follows.n) filled.follows = S("nothing_wanted");
  return __real_referral_say(db, a, leg, &filled, now, why);
}
#elif defined(PLANTED_S40) /* only the first service is sent to */
enum db_result __real_referral_send(struct db *db, struct arena *a, const struct referral_new *r,
                                    instant_t now, struct uuid *id);
enum db_result __wrap_referral_send(struct db *db, struct arena *a, const struct referral_new *r,
                                    instant_t now, struct uuid *id);
enum db_result __wrap_referral_send(struct db *db, struct arena *a, const struct referral_new *r,
                                    instant_t now, struct uuid *id) {
  struct referral_new one = *r;
  one.to.n = 1;
  return __real_referral_send(db, a, &one, now, id);
}
#elif defined(PLANTED_S41) /* how things are with work must be said */
bool __real_match_find(struct request *rq, bool count, struct matches *m);
bool __wrap_match_find(struct request *rq, bool count, struct matches *m);
bool __wrap_match_find(struct request *rq, bool count, struct matches *m) {
  bool good = __real_match_find(rq, count, m);
  if (!request_form(rq, "status").n) m->list.n = 0;
  return good;
}
#elif defined(PLANTED_nobody) /* somebody known already is answered otherwise */
enum db_result __real_referral_send(struct db *db, struct arena *a, const struct referral_new *r,
                                    instant_t now, struct uuid *id);
enum db_result __wrap_referral_send(struct db *db, struct arena *a, const struct referral_new *r,
                                    instant_t now, struct uuid *id);
enum db_result __wrap_referral_send(struct db *db, struct arena *a, const struct referral_new *r,
                                    instant_t now, struct uuid *id) {
  int64_t known = db_number(
      db, 0, SQL("/* scan: a fault, for a test */ select count(*) from person where name = ?1"),
      V(r->name));
  return known ? DB_FAILED : __real_referral_send(db, a, r, now, id);
}
#elif defined(PLANTED_enforcement) /* the wall's page shows what came of it */
void __wrap_received_page(struct request *rq);
void __wrap_received_page(struct request *rq) { sent_page(rq); }
#elif defined(PLANTED_links) /* a mark is not looked at */
bool __wrap_bytes_eq_secret(const void *a, const void *b, size_t n);
bool __wrap_bytes_eq_secret(const void *a, const void *b, size_t n) {
  (void)a, (void)b, (void)n;
  return true;
}
#endif
