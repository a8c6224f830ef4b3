/* drift: who has not been spoken to for twice as long as is usual for them (PRACTICE 14). The rule
 * is pure; contact_now is its projection for lists; a snooze is a worker's sentence that ends by
 * itself.
 */
#include "contacts/inside.h"
#include "db/seal.h"

#define LAST_DAY day_of(9999, 12, 31)

static int median_gap(const day_t *days, size_t n) {
  int gaps[DRIFT_GAPS];
  size_t k = 0;
  for (size_t i = n; i-- > 1 && k < DRIFT_GAPS;) {
    int gap = days[i] - days[i - 1];
    size_t at = k++;
    for (; at > 0 && gaps[at - 1] > gap; at--) gaps[at] = gaps[at - 1];
    gaps[at] = gap;
  }
  if (!k) return 0;
  return k % 2 ? gaps[k / 2] : (gaps[k / 2 - 1] + gaps[k / 2] + 1) / 2;
}

static struct drift judged(day_t last, int median, int agreed_days, bool paused, day_t today) {
  struct drift d = {.expected_days = DRIFT_GAP_DAYS, .from = DRIFT_DEFAULT};
  if (agreed_days > 0)
    d.expected_days = agreed_days, d.from = DRIFT_AGREED;
  else if (median > 0)
    d.expected_days = median, d.from = DRIFT_MEDIAN;
  if (last == DAY_NONE) return d;
  d.gap_days = today - last;
  d.drifting = !paused && d.gap_days >= 2 * d.expected_days;
  return d;
}

struct drift contacts_drift(const struct drift_facts *f, day_t today) {
  return judged(f->n ? f->days[f->n - 1] : f->began, median_gap(f->days, f->n), f->agreed_days,
                f->paused, today);
}

/* ---- facts ---- */

struct days {
  day_t *p;
  size_t n;
};

/* Two talks on one day are one; the newest six days give the last five gaps. Oldest first. */
static struct days last_days(struct db *db, struct arena *a, int64_t person_id, day_t upto) {
  struct days days = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("select distinct on_day from contact where person = ?1 and on_day <= "
                              "?2 order by on_day desc limit ?3"),
                          V(person_id), db_day(a, upto), V(DRIFT_GAPS + 1));
  while (db_next(&r)) *slice_push(a, &days, &cap) = row_day(&r, 0);
  for (size_t i = 0; i < days.n / 2; i++) {
    day_t d = days.p[i];
    days.p[i] = days.p[days.n - 1 - i], days.p[days.n - 1 - i] = d;
  }
  return days;
}

enum db_result contacts_now_write(struct db *db, struct arena *a, int64_t person_id) {
  struct days days = last_days(db, a, person_id, LAST_DAY);
  if (!days.n || permission_is_restricted(db, person_id))
    return db_run(db, SQL("delete from contact_now where person_id = ?1"), V(person_id));
  return db_run(db,
                SQL("insert into contact_now (person_id, last_on, usual_days) values (?1, ?2, ?3) "
                    "on conflict (person_id) do update set last_on = excluded.last_on, usual_days "
                    "= excluded.usual_days"),
                V(person_id), db_day(a, days.p[days.n - 1]),
                V((int64_t)median_gap(days.p, days.n)));
}

static bool snoozed(struct db *db, struct arena *a, int64_t person_id, day_t today) {
  return db_number(
             db, 0,
             SQL("select count(*) from drift_snooze where person_id = ?1 and to_day >= ?2 and "
                 "from_day <= ?2"),
             V(person_id), db_day(a, today)) > 0;
}

struct drift contacts_drift_of(struct db *db, struct arena *a, int64_t person_id, day_t began,
                               day_t today) {
  struct days days = last_days(db, a, person_id, today);
  bool space = db_number(db, 0,
                         SQL("select count(*) from person where id = ?1 and (space_until > ?2 or "
                             "wants_job = 0)"),
                         V(person_id), db_day(a, today)) > 0;
  struct drift_facts f = {.days = days.p,
                          .n = days.n,
                          .began = began,
                          .agreed_days = support_rhythm(db, person_id),
                          .paused = space || snoozed(db, a, person_id, today) ||
                                    support_is_away(db, a, person_id, today)};
  return contacts_drift(&f, today);
}

/* ---- many at once ---- */

struct many {
  struct db *db;
  struct arena *a;
  const int64_t *people;
  size_t n;
  day_t today;
};

static void of_the_open(const struct many *m, struct drift *out) {
  bool *away = arena_many(m->a, bool, m->n + 1);
  support_away_of(m->db, m->a, m->people, m->n, m->today, away);
  struct rows r = db_rows(
      m->db, m->a,
      SQL("select p.id, p.created_at, n.last_on, coalesce(n.usual_days, 0), coalesce(y.days, 0), "
          "case when p.space_until > ?2 or p.wants_job = 0 or exists (select 1 from drift_snooze z "
          "where z.person_id = p.id and z.to_day >= ?2 and z.from_day <= ?2) then 1 else 0 end "
          "from person p left join contact_now n on n.person_id = p.id left join plan_rhythm y on "
          "y.person_id = p.id where p.id in INTS(?1) and p.name is not null"),
      db_in(m->a, m->people, m->n), db_day(m->a, m->today));
  while (db_next(&r))
    for (size_t i = 0; i < m->n; i++) {
      if (m->people[i] != row_int(&r, 0)) continue;
      day_t last = row_day(&r, 2), began = instant_local_uk(row_instant(&r, 1)).day;
      out[i] = judged(last == DAY_NONE ? began : last, (int)row_int(&r, 3), (int)row_int(&r, 4),
                      row_int(&r, 5) || away[i], m->today);
    }
}

void contacts_drifts(struct db *db, struct arena *a, const int64_t *people, size_t n, day_t today,
                     struct drift *out) {
  struct many m = {db, a, people, n, today};
  for (size_t i = 0; i < n; i++) out[i] = (struct drift){.expected_days = DRIFT_GAP_DAYS};
  if (n) of_the_open(&m, out);
}

/* ---- the projection, compared ---- */

struct kept {
  int64_t person_id, usual;
  day_t last;
};
struct all_kept {
  struct kept *p;
  size_t n;
};

static struct all_kept read_kept(struct db *db, struct arena *a, struct rows r) {
  struct all_kept out = {0};
  size_t cap = 0;
  (void)db;
  while (db_next(&r))
    *slice_push(a, &out, &cap) = (struct kept){row_int(&r, 0), row_int(&r, 2), row_day(&r, 1)};
  return out;
}

enum db_result contacts_now_fill(struct db *db, struct arena *a) {
  struct all_kept none =
      read_kept(db, a,
                db_rows(db, a,
                        SQL("/* scan: after an upgrade */ select c.person, max(c.on_day), 0 from "
                            "contact c where not exists (select 1 from contact_now n where "
                            "n.person_id = c.person) group by c.person")));
  enum db_result result = DB_OK;
  for (size_t i = 0; i < none.n && result == DB_OK; i++) {
    struct arena scratch = *a;
    result = contacts_now_write(db, &scratch, none.p[i].person_id);
  }
  return result;
}

int64_t contacts_now_differs(struct db *db, struct arena *a) {
  int64_t differs = 0;
  struct all_kept all =
      read_kept(db, a,
                db_rows(db, a,
                        SQL("/* scan: doctor */ select person_id, last_on, usual_days from "
                            "contact_now")));
  for (size_t i = 0; i < all.n; i++) {
    struct arena scratch = *a;
    struct days days = last_days(db, &scratch, all.p[i].person_id, LAST_DAY);
    differs += !days.n || days.p[days.n - 1] != all.p[i].last ||
               median_gap(days.p, days.n) != all.p[i].usual;
  }
  return differs;
}

/* ---- snooze ---- */

static const char REASON[] = "drift_snooze.reason";

enum db_result contacts_snooze(struct db *db, struct arena *a, const struct snooze *s,
                               int64_t by_user, instant_t now) {
  struct str sealed;
  struct seal_place at = {s->person_id, CLASS_CONTACTS, REASON};
  if (!seal(db, a, at, s->reason, now, &sealed)) return DB_FAILED;
  return db_run(db,
                SQL("insert into drift_snooze (public_id, person_id, from_day, to_day, reason, "
                    "made_by, made_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
                db_uuid(a, uuid_v4()), V(s->person_id), db_day(a, s->from), db_day(a, s->to),
                V(db_blob(sealed)), V(by_user), db_instant(a, now));
}

bool contacts_snoozed(struct db *db, struct arena *a, int64_t person_id, day_t today,
                      struct snooze *out) {
  struct rows r;
  if (!db_one(&r, db, a,
              SQL("select from_day, to_day, reason from drift_snooze where person_id = ?1 and "
                  "to_day >= ?2 order by to_day desc limit 1"),
              V(person_id), db_day(a, today)))
    return false;
  *out = (struct snooze){.person_id = person_id, .from = row_day(&r, 0), .to = row_day(&r, 1)};
  struct str sealed = row_text(&r, 2);
  db_done(&r);
  unseal(db, a, (struct seal_place){person_id, CLASS_CONTACTS, REASON}, sealed, &out->reason);
  return true;
}

enum db_result contacts_snooze_end(struct db *db, struct arena *a, int64_t person_id, day_t today) {
  return db_run(db,
                SQL("update drift_snooze set to_day = ?3 where person_id = ?1 and to_day >= ?2"),
                V(person_id), db_day(a, today), db_day(a, today - 1));
}

struct str contacts_drift_words(struct arena *a, int lang, const struct drift *d) {
  struct str gap = str_format(a, "%d", d->gap_days), usual = str_format(a, "%d", d->expected_days);
  switch (d->from) {
    case DRIFT_AGREED:
      return SAY(a, (enum language)lang, T("Last talk {gap} days ago; agreed every {usual}."),
                 SLOT("gap", gap), SLOT("usual", usual));
    case DRIFT_MEDIAN:
      return SAY(a, (enum language)lang, T("Last talk {gap} days ago; usually every {usual}."),
                 SLOT("gap", gap), SLOT("usual", usual));
    default: return SAY(a, (enum language)lang, T("Last talk {gap} days ago."), SLOT("gap", gap));
  }
}
