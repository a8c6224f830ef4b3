/* Erasure: when nothing holds a record any more and every class of it is erased, no table that says
 * something of the person in the clear says it still, and a backup made afterwards holds neither
 * their name nor anything sealed. What stays is named here, with why. */
#include <stdio.h>
#include "app/domains.h"
#include "db/backup.h"
#include "db/seal.h"
#include "gate.h"

enum { YEARS = 90 };
#define TABLE(name, column)                                                                        \
  { name, SQL("select count(*) from " name " where " column " = ?1") }

/* Not here, since they stay: engagement and caseload (that a team once supported somebody under an
 * id, without a name), referral and its legs (their words and codes are emptied: referrals), the
 * register of notices that compel, break_glass (its review answers to the manager), the log of who
 * looked, `erasure` itself. */
static size_t rows_left(struct db_test *t, int64_t person_id, struct buf *said) {
  const struct { const char *name; const struct sql *count; } tables[] = {
      TABLE("plan_revision", "person_id"),   TABLE("plan_goal", "person_id"),
      TABLE("plan_step", "person_id"),       TABLE("plan_step_end", "person_id"),
      TABLE("plan_agreed", "person_id"),     TABLE("plan_review", "person_id"),
      TABLE("plan_link", "person_id"),       TABLE("plan_rhythm", "person_id"),
      TABLE("joint_item", "person_id"),      TABLE("barrier", "person_id"),
      TABLE("barrier_said", "person_id"),    TABLE("stay", "person_id"),
      TABLE("talk", "person_id"),            TABLE("answer", "person_id"),
      TABLE("strength", "person"),           TABLE("contact", "person"),
      TABLE("contact_now", "person_id"),     TABLE("promise", "person"),
      TABLE("appointment", "person"),        TABLE("appointment_attempt", "person_id"),
      TABLE("attendance", "person_id"),      TABLE("visit", "person_id"),
      TABLE("visit_caution", "person"),      TABLE("drift_snooze", "person_id"),
      TABLE("message", "person_id"),         TABLE("safe_contact", "person_id"),
      TABLE("concern", "person_id"),         TABLE("stuck_note", "person_id"),
      TABLE("spend", "person"),              TABLE("spend_now", "person_id"),
      TABLE("guest_visit", "person_id"),     TABLE("choice", "person_id"),
      TABLE("share", "person_id"),           TABLE("sight_override", "person_id"),
      TABLE("own_page", "person_id"),        TABLE("own_page_team", "person_id"),
      TABLE("own_page_item", "person_id"),   TABLE("resident_copy", "person_id"),
      TABLE("resident_statement", "person_id"), TABLE("resident_access", "person_id"),
      TABLE("representative", "person"),     TABLE("young_agreement", "person"),
      TABLE("household_answer", "person_id")};
  size_t faults = 0;
  for (size_t i = 0; i < countof(tables); i++) {
    int64_t left = db_number_(t->db, -1, tables[i].count, DB_ARGS(V(person_id)));
    if (left) faults++, buf_format(said, "%s still holds %lld rows of who was erased\n",
                                   tables[i].name, (long long)left);
  }
  return faults;
}

static size_t keys_left(struct db_test *t, int64_t person_id, struct buf *said) {
  int64_t left = db_number(t->db, -1, SQL_KEYS("select count(*) from seal_key where person_id = "
                                               "?1"),
                           V(person_id));
  if (left) buf_format(said, "%lld keys of who was erased are still there\n", (long long)left);
  return left != 0;
}

static size_t named_in(const char *path, struct buf *said) {
  struct arena a = arena_open((size_t)1 << 30);
  struct str all;
  struct why why;
  size_t faults = 0;
  if (!file_exists(path)) return 0;
  if (!file_read(&a, path, (size_t)512 << 20, &all, &why)) fail_msg("%s", why.text);
  if (str_contains(all, S("CANARY-vesna")) || str_contains(all, S("canary-vesna")))
    faults++, buf_format(said, "%s still names who was erased\n", path);
  arena_close(&a);
  return faults;
}

/* SQLite's own copy; what PostgreSQL dumps is packed. */
static size_t named_in_backup(struct db_test *t, struct buf *said) {
  char folder[64], path[256];
  struct why why;
  struct backup_made made = {0};
  struct progress none = {0};
  struct backup_hooks h = {.clock = clock_now, .lists = t->lists, .n_lists = t->n_lists};
  if (t->kind == DB_POSTGRES) return 0;
  test_folder(folder);
  if (!backup_make(&t->where, &(struct backup_places){.folder = str_of(folder)}, &h, t->arena,
                   &none, &made, &why))
    fail_msg("backup: %s", why.text);
  snprintf(path, sizeof path, "%.*s/waymark.db", P(made.folder));
  return named_in(path, said);
}

/* Their support ends, the last duty to keep anything of it has passed, and all of it is erased. */
static void erase(struct world *w, int64_t id) {
  struct db *db = w->t->db;
  struct arena *a = w->t->arena;
  uint32_t erased = 0, every = (1u << CLASS_COUNT) - 1;
  instant_t later = w->c.now + (instant_t)YEARS * 365 * 86400 * 1000000;
  day_t today = instant_local_uk(w->c.now).day;
  struct rows r = db_rows(db, a, SQL("select distinct team_id from engagement where person_id = "
                                     "?1"), V(id));
  db_begin(db, STORE_MAIN);
  while (db_next(&r)) permission_end(db, a, id, row_int(&r, 0), today, S("other"));
  db_run(db, SQL("update retention_duty set until = ?2 where person_id = ?1"), V(id),
         db_day(a, today));
  people_erase(db, a, id, every, "retention", gate_actor_named(w, "manager")->user_id, later,
               &erased);
  if (db_commit(db, STORE_MAIN) != DB_OK || seal_erase_finish(db, a) != DB_OK)
    fail_msg("the erasure was not kept");
  if (erased != every) fail_msg("only classes %x of %x were erased", erased, every);
}

/* Somebody whom every domain knew: no text of theirs stands in any table but what erased_clear.txt
 * names. A new table or column is found by itself. */
static size_t nothing_said(struct db_test *t, struct buf *said) {
  struct db_test other;
  size_t known;
  db_test_open(&other, t->kind, t->lists, t->n_lists);
  struct world w = world_make(&other, ONE_KNOWN);
  struct str revisions = gate_revisions_of(&other, w.hider);
  erase(&w, w.hider);
  size_t faults = gate_tables_silent(&other, w.hider, "erased_clear.txt", &known, said) +
                  gate_revisions_silent(&other, revisions, said);
  world_close(&w);
  db_test_close(&other);
  return faults;
}

size_t proof_erasure(struct db_test *t, struct buf *said) {
  struct world w = world_make(t, VESNA_PROTECTED);
  int64_t id = w.row[ROW_VESNA].id;
  erase(&w, id);
  size_t faults = rows_left(t, id, said) + keys_left(t, id, said) + named_in_backup(t, said);
  world_close(&w);
  return faults + nothing_said(t, said);
}
