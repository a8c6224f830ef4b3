/* planted: one fault a build, put in between two files when linking (ld --wrap), so that a
 * scenario's test is seen to fail when the thing it holds is wrong. Nothing here is in the program.
 */
#include "messages/messages.h"
#include "support/support.h"

#if defined(PLANTED_S37) /* every plan needs a day */
enum db_result __real_support_plan_write(struct db *db, struct arena *a, int64_t person_id,
                                         int64_t after, struct plan *p, int64_t by, instant_t now);
enum db_result __wrap_support_plan_write(struct db *db, struct arena *a, int64_t person_id,
                                         int64_t after, struct plan *p, int64_t by, instant_t now);
enum db_result __wrap_support_plan_write(struct db *db, struct arena *a, int64_t person_id,
                                         int64_t after, struct plan *p, int64_t by,
                                         instant_t now) {
  for (size_t g = 0; g < p->goals.n; g++)
    for (size_t i = 0; i < p->goals.p[g].steps.n; i++)
      if (p->goals.p[g].steps.p[i].by == DAY_NONE) return DB_CONFLICT;
  return __real_support_plan_write(db, a, person_id, after, p, by, now);
}
#elif defined(PLANTED_S52) /* nothing is too few to be shown */
struct change_found __wrap_support_change(const struct change_pair *pairs, size_t n, int better);
struct change_found __wrap_support_change(const struct change_pair *pairs, size_t n, int better) {
  struct change_found f = {.n = n};
  for (size_t i = 0; i < n; i++) {
    double change = pairs[i].after - pairs[i].before;
    f.mean += change / (double)n;
    f.better += change * better > 0, f.same += change == 0;
  }
  return f;
}
#elif defined(PLANTED_S56) /* custody is shown to everyone who sees the plan */
struct stays __real_support_stays(struct db *db, struct arena *a, int64_t person_id,
                                  uint32_t classes);
struct stays __wrap_support_stays(struct db *db, struct arena *a, int64_t person_id,
                                  uint32_t classes);
struct stays __wrap_support_stays(struct db *db, struct arena *a, int64_t person_id,
                                  uint32_t classes) {
  return __real_support_stays(db, a, person_id, classes | CLASS_OFFENCES);
}
#elif defined(PLANTED_a_barrier) /* the class of a barrier is not asked */
struct barriers __real_support_barriers(struct db *db, struct arena *a, int64_t person_id,
                                        uint32_t classes);
struct barriers __wrap_support_barriers(struct db *db, struct arena *a, int64_t person_id,
                                        uint32_t classes);
struct barriers __wrap_support_barriers(struct db *db, struct arena *a, int64_t person_id,
                                        uint32_t classes) {
  return __real_support_barriers(db, a, person_id, classes | CLASS_SAFETY);
}
#elif defined(PLANTED_nothing) /* every plan counts as agreed */
bool __real_support_plan(struct db *db, struct arena *a, int64_t person_id, int64_t number,
                         struct plan *out);
bool __wrap_support_plan(struct db *db, struct arena *a, int64_t person_id, int64_t number,
                         struct plan *out);
bool __wrap_support_plan(struct db *db, struct arena *a, int64_t person_id, int64_t number,
                         struct plan *out) {
  bool found = __real_support_plan(db, a, person_id, number, out);
  out->agreed.is = true;
  return found;
}
#elif defined(PLANTED_paper) /* nobody is ever thought to be in danger */
bool __wrap_support_safety_flag(struct db *db, struct arena *a, int64_t person_id);
bool __wrap_support_safety_flag(struct db *db, struct arena *a, int64_t person_id) {
  (void)db, (void)a, (void)person_id;
  return false;
}
#elif defined(PLANTED_a_link) /* sent without asking whether it is safe */
struct message_answer __wrap_messages_send(struct db *db, struct arena *a, int lang,
                                           const struct message_ask *ask, instant_t now,
                                           enum db_result *result);
struct message_answer __wrap_messages_send(struct db *db, struct arena *a, int lang,
                                           const struct message_ask *ask, instant_t now,
                                           enum db_result *result) {
  (void)a, (void)db, (void)lang, (void)ask;
  *result = DB_OK;
  return (struct message_answer){.channel = "sms", .when = now};
}
#endif
