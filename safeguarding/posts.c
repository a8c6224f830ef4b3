/* posts: who answers for safeguarding today, and is here. */
#include "accounts/accounts.h"
#include "safeguarding/inside.h"

bool safeguarding_away(struct db *db, struct arena *a, int64_t user_id, day_t today) {
  return db_number(
             db, 0,
             SQL("select count(*) from cover where absent_user_id = ?1 and from_day <= ?2 and "
                 "to_day >= ?2"),
             V(user_id), db_day(a, today)) > 0;
}

/* "I know this person": they never read of them (PRACTICE 7). */
static bool is_blocked(struct db *db, int64_t user_id, int64_t person_id) {
  return person_id &&
         db_number(
             db, 1,
             SQL("select count(*) from connection_block where person_id = ?1 and user_id = ?2"),
             V(person_id), V(user_id)) > 0;
}

static struct holders named(struct db *db, struct arena *a, int64_t organisation_id,
                            const char *post, day_t today) {
  struct holders h = {0};
  struct rows r = db_rows(
      db, a,
      SQL("select p.user_id from safeguarding_post p join user_account u on u.id = p.user_id and "
          "u.disabled_at is null where p.organisation_id = ?1 and p.post = ?2 and p.from_day <= ?3 "
          "and coalesce(p.to_day, '9999-12-31') >= ?3 order by p.id limit ?4"),
      V(organisation_id), V(str_of(post)), db_day(a, today), V((int64_t)HOLDERS_MAX));
  while (db_next(&r)) h.user[h.n++] = row_int(&r, 0);
  return h;
}

/* Nobody named: whoever holds the role. A deputy and an on-call person are always named. */
static struct holders by_role(struct db *db, struct arena *a, int64_t organisation_id,
                              const char *post, day_t today) {
  struct holders h = {0};
  uint32_t role = strcmp(post, "lead") == 0      ? ROLE_SAFEGUARDING
                  : strcmp(post, "manager") == 0 ? ROLE_MANAGER
                                                 : 0;
  if (!role) return h;
  struct users u = accounts_holding(db, a, organisation_id, role, today);
  for (; h.n < u.n && h.n < HOLDERS_MAX; h.n++) h.user[h.n] = u.p[h.n];
  return h;
}

static struct holders holders_of(struct db *db, struct arena *a, int64_t organisation_id,
                                 const char *post, day_t today) {
  struct holders h = named(db, a, organisation_id, post, today);
  return h.n ? h : by_role(db, a, organisation_id, post, today);
}

struct holders safeguarding_holders(struct db *db, struct arena *a, int64_t organisation_id,
                            const char *post, int64_t person_id, day_t today, bool all) {
  struct holders h = holders_of(db, a, organisation_id, post, today), here = {0};
  for (size_t i = 0; i < h.n; i++)
    if (!is_blocked(db, h.user[i], person_id) &&
        (all || !safeguarding_away(db, a, h.user[i], today)))
      here.user[here.n++] = h.user[i];
  return here;
}

bool safeguarding_holds(struct db *db, struct arena *a, int64_t organisation_id, int64_t user_id,
                const char *post, day_t today) {
  struct holders h = holders_of(db, a, organisation_id, post, today);
  for (size_t i = 0; i < h.n; i++)
    if (h.user[i] == user_id) return true;
  return false;
}
