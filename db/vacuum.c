/* vacuum.c: after much was written at once. PostgreSQL finds rows fast only once a table was
 * vacuumed (its visibility map) and analysed (what is common, what is rare); its own round of that
 * comes a minute or more later, and until then a question by key took twenty times as long. So
 * whoever wrote much does it as the last step, table by table; people read and write meanwhile.
 * SQLite needs neither. */
#include "db/inside.h"
#include "db/job.h"

/* A table is done when this many of its rows changed, and a tenth of them. */
enum { CHANGED_MIN = 1000, TABLES_MAX = 100, NAME_MAX = 140 };

void db_vacuum_changed(struct db *db, struct job *job) {
  struct connection *c = &db->c[STORE_MAIN];
  if (db->kind != DB_POSTGRES || c->depth || c->trial) return;
  struct arena a = arena_open(1 << 20);
  char text[TABLES_MAX][NAME_MAX];
  int n = 0;
  db_run(db, SQL("/* postgres */ select pg_stat_force_next_flush()"));
  struct rows r =
      db_rows(db, &a,
              SQL("/* postgres */ select format('%I.%I', schemaname, relname) from "
                  "pg_stat_user_tables where schemaname = current_schema() and "
                  "n_mod_since_analyze >= ?1 and n_mod_since_analyze * 10 >= n_live_tup "
                  "order by relname"),
              V((int64_t)CHANGED_MIN));
  while (db_next(&r) && n < TABLES_MAX) {
    struct str name = row_text(&r, 0);
    int wide = snprintf(text[n], NAME_MAX, "vacuum (analyze, skip_locked) %.*s", P(name));
    n += wide < NAME_MAX;
  }
  db_done(&r);
  /* A job asked to stop, or a table that may not be vacuumed: the server comes to it by itself. */
  for (int i = 0; i < n && !(job && job_stop_asked(job)); i++) db_text_run(db, STORE_MAIN, text[i]);
  arena_close(&a);
}
