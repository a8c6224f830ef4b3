/* domain: what permission brings to the program: its tables, and a nightly comparison of the
 * projection with its sources. */
#include "permission/permission.h"

extern const struct migrations permission_migrations;

/* The list of who may see whom follows its facts in the same transaction; the night looks again, so
 * that a fault in that is found, said and put right within a day. */
static enum db_result permission_night(struct db *db, struct arena *a, instant_t now) {
  enum db_result result = DB_OK;
  int64_t differed = permission_rebuild(db, a, 0, &result);
  (void)now;
  if (differed) log_event(LOG_ALARM, "may-see-differed", "people=%lld", (long long)differed);
  return result;
}

/* A projection that differs is rebuilt at once and said: it should never happen. */
static int permission_doctor(struct db *db, struct arena *a, instant_t now, struct buf *out) {
  enum db_result result = DB_OK;
  int64_t overdue = permission_glass_overdue(db, a, instant_local_uk(now).day);
  if (overdue)
    buf_format(out,
               "%lld record(s) opened in an emergency wait more than %d working days for their "
               "review. A manager or safeguarding lead finds them under Oversight (/oversight).\n",
               (long long)overdue, GLASS_REVIEW_DAYS);
  db_begin(db, STORE_MAIN);
  int64_t differed = permission_rebuild(db, a, 0, &result);
  result = db_commit(db, STORE_MAIN);
  if (result != DB_OK)
    buf_put(out, S("Who may see whom could not be compared with its sources. Run doctor again.\n"));
  if (differed)
    buf_format(out,
               "The list of who may see whom differed from its sources for %lld people. It is put "
               "right; tell the "
               "people who make Waymark.\n",
               (long long)differed);
  return (result != DB_OK) + (differed != 0) + (overdue != 0);
}
const struct domain permission_domain = {
  .name = "permission", .migrations = &permission_migrations, .doctor = permission_doctor,
  .night = permission_night,
};
