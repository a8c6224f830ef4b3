/* Hiding: a world in which somebody whom every domain knew went into hiding, and one in which they
 * never were, give everybody but their named worker the same bytes; and the tables say nothing of
 * them in the clear but what hidden_clear.txt names, column by column, with its reason. A new
 * table or column that speaks of a person is found by itself: the tables are read from the
 * migrations, the columns from the database. */
#include <sqlite3.h>
#include <stdio.h>
#include "app/domains.h"
#include "db/veil.h"
#include "gate.h"

enum { TABLES_MAX = 256, CLEAR_BYTES_MAX = 1 << 16, HIDDEN_TABLES_LEAST = 42 };

/* ---- the tables ---- */

struct person_tables {
  struct str name[TABLES_MAX];
  size_t n;
};

static void tables_of(struct arena *a, struct str sql, struct person_tables *out) {
  struct str mark = S("create table ");
  for (size_t at; (at = str_find(sql, mark)) < sql.n;) {
    sql = str_slice(sql, at + mark.n, sql.n);
    struct str line = str_slice(sql, 0, str_find_byte(sql, '\n'));
    if (!str_contains(line, S("@person"))) continue;
    assert_true(out->n < TABLES_MAX);
    out->name[out->n++] = str_copy(a, str_slice(sql, 0, str_find_byte(sql, ' ')));
  }
}

/* How a table's rows are found to be of a person; their own column is looked for first. */
static const struct {
  const char *table, *whose;
} through[] = {
    {"spend_fact", "spend_id in (select id from spend where person = %lld)"},
    {"spend_share", "spend_id in (select id from spend where person = %lld)"},
    {"receipt", "spend_id in (select id from spend where person = %lld)"},
    {"proof_fact", "joining_id in (select id from joining where person = %lld)"},
    {"referral", "id in (select referral_id from referral_leg where person_id = %lld)"},
    {"referral_fact", "leg_id in (select id from referral_leg where person_id = %lld)"},
    {"referral_handover", "leg_id in (select id from referral_leg where person_id = %lld)"},
    {"talk_step", "talk_id in (select id from talk where person_id = %lld)"},
    {"known_pair", "%lld in (person_a, person_b)"},
    {"known_decision", "pair_id in (select id from known_pair where %lld in (person_a, person_b))"},
    {"access_fact", "request_id in (select id from access_request where person_id = %lld)"},
    {"complaint_fact", "complaint_id in (select id from complaint where person_id = %lld)"},
    {"person", "id = %lld"},
};

static sqlite3_stmt *prepared(sqlite3 *db, const char *sql) {
  sqlite3_stmt *s = NULL;
  if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
    fail_msg("%s: %s", sql, sqlite3_errmsg(db));
  return s;
}

static bool has_column(sqlite3 *db, struct str table, const char *column) {
  char sql[256];
  snprintf(sql, sizeof sql, "select 1 from pragma_table_info('%.*s') where name = '%s'", P(table),
           column);
  sqlite3_stmt *s = prepared(db, sql);
  bool has = sqlite3_step(s) == SQLITE_ROW;
  sqlite3_finalize(s);
  return has;
}

static bool whose_rows(sqlite3 *db, struct str table, int64_t person, char *out, size_t room) {
  static const char *const own[] = {"person_id", "person"};
  for (size_t i = 0; i < countof(through); i++)
    if (str_eq(table, str_of(through[i].table))) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
      snprintf(out, room, through[i].whose, (long long)person);
#pragma GCC diagnostic pop
      return true;
    }
  for (size_t i = 0; i < countof(own); i++)
    if (has_column(db, table, own[i])) {
      snprintf(out, room, "%s = %lld", own[i], (long long)person);
      return true;
    }
  return false;
}

/* Keys, hashes and public ids say nothing of anybody. */
static bool says_nothing(struct str text) {
  struct uuid u;
  bool hex = text.n >= 32;
  for (size_t i = 0; i < text.n; i++)
    hex = hex && ((text.p[i] >= '0' && text.p[i] <= '9') || (text.p[i] >= 'a' && text.p[i] <= 'f'));
  return !text.n || hex || veil_is(text) || uuid_parse(text, &u);
}

static bool is_declared(struct str declared, struct str table, const char *column) {
  char exact[160], whole[160];
  snprintf(exact, sizeof exact, "\n%.*s.%s ", P(table), column);
  snprintf(whole, sizeof whole, "\n%.*s.* ", P(table));
  return str_contains(declared, str_of(exact)) || str_contains(declared, str_of(whole));
}

static size_t clear_in(sqlite3 *db, struct str table, int64_t person, struct str declared,
                       size_t *rows, struct buf *said) {
  char sql[512], whose[256];
  size_t faults = 0;
  if (!whose_rows(db, table, person, whose, sizeof whose)) {
    buf_format(said, "%.*s: no way to its person is known to proof_hidden.c\n", P(table));
    return 1;
  }
  snprintf(sql, sizeof sql, "select * from %.*s where %s", P(table), whose);
  for (sqlite3_stmt *s = prepared(db, sql); s;) {
    if (sqlite3_step(s) != SQLITE_ROW) {
      sqlite3_finalize(s);
      break;
    }
    ++*rows;
    for (int i = 0; i < sqlite3_column_count(s); i++) {
      if (sqlite3_column_type(s, i) != SQLITE_TEXT) continue;
      const char *column = sqlite3_column_name(s, i);
      struct str text = str_of((const char *)sqlite3_column_text(s, i));
      if (says_nothing(text) || is_declared(declared, table, column)) continue;
      faults++, buf_format(said, "%.*s.%s says '%.*s' of them\n", P(table), column,
                           P(text));
    }
  }
  return faults;
}

static sqlite3 *opened(struct db_test *t) {
  char path[256];
  sqlite3 *db;
  snprintf(path, sizeof path, "%s/waymark.db", t->folder);
  if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) fail_msg("%s", path);
  return db;
}

size_t gate_tables_silent(struct db_test *t, int64_t person, const char *list, size_t *known,
                          struct buf *said) {
  struct person_tables all = {0};
  char path[256];
  struct str declared;
  struct why why;
  size_t faults = 0;
  *known = 0;
  if (t->kind == DB_POSTGRES) return 0; /* the same statements wrote the same rows */
  for (size_t i = 0; i < t->n_lists; i++)
    for (size_t m = 0; m < t->lists[i].n; m++) tables_of(t->arena, t->lists[i].p[m].sql, &all);
  snprintf(path, sizeof path, GATE_FOLDER "/%s", list);
  if (!file_read(t->arena, path, CLEAR_BYTES_MAX, &declared, &why)) fail_msg("%s", why.text);
  sqlite3 *db = opened(t);
  for (size_t i = 0; i < all.n; i++) {
    size_t rows = 0;
    faults += clear_in(db, all.name[i], person, declared, &rows, said);
    *known += rows > 0;
  }
  sqlite3_close(db);
  return faults;
}

struct str gate_revisions_of(struct db_test *t, int64_t person) {
  struct person_tables all = {0};
  struct buf out = buf_open(1 << 20);
  char sql[512], whose[256];
  if (t->kind == DB_POSTGRES) return (struct str){0};
  sqlite3 *db = opened(t);
  for (size_t i = 0; i < t->n_lists; i++)
    for (size_t m = 0; m < t->lists[i].n; m++) tables_of(t->arena, t->lists[i].p[m].sql, &all);
  for (size_t i = 0; i < all.n; i++) {
    if (!has_column(db, all.name[i], "id") ||
        !whose_rows(db, all.name[i], person, whose, sizeof whose))
      continue;
    snprintf(sql, sizeof sql,
             "select id from revision where record = '%.*s' and record_id in (select id from %.*s "
             "where %s)",
             P(all.name[i]), P(all.name[i]), whose);
    sqlite3_stmt *s = prepared(db, sql);
    while (sqlite3_step(s) == SQLITE_ROW)
      buf_format(&out, "%s%lld", out.n ? "," : "", (long long)sqlite3_column_int64(s, 0));
    sqlite3_finalize(s);
  }
  sqlite3_close(db);
  struct str ids = str_copy(t->arena, buf_str(&out));
  buf_free(&out);
  return ids;
}

size_t gate_revisions_silent(struct db_test *t, struct str ids, struct buf *said) {
  size_t faults = 0;
  if (t->kind == DB_POSTGRES) return 0;
  sqlite3 *db = opened(t);
  char *sql = arena_many(t->arena, char, ids.n + 128);
  snprintf(sql, ids.n + 128, "select record, changes from revision where id in (%.*s)", P(ids));
  sqlite3_stmt *s = prepared(db, sql);
  for (; sqlite3_step(s) == SQLITE_ROW;)
    if (strcmp((const char *)sqlite3_column_text(s, 1), "{}") != 0)
      faults++, buf_format(said, "a revision of %s says %s\n",
                           (const char *)sqlite3_column_text(s, 0),
                           (const char *)sqlite3_column_text(s, 1));
  sqlite3_finalize(s);
  sqlite3_close(db);
  return faults + (ids.n == 0);
}

/* Everything the tables say of them, in words. */
static struct str told(struct db_test *t, const struct person_tables *all, int64_t person) {
  struct buf out = buf_open(4 << 20);
  char sql[512], whose[256];
  sqlite3 *db = opened(t);
  for (size_t i = 0; i < all->n; i++) {
    if (!whose_rows(db, all->name[i], person, whose, sizeof whose)) continue;
    snprintf(sql, sizeof sql, "select * from %.*s where %s", P(all->name[i]), whose);
    sqlite3_stmt *s = prepared(db, sql);
    while (sqlite3_step(s) == SQLITE_ROW)
      for (int c = 0; c < sqlite3_column_count(s); c++)
        if (sqlite3_column_type(s, c) == SQLITE_TEXT &&
            strcmp(sqlite3_column_name(s, c), "changed_at") != 0)
          buf_format(&out, "%.*s.%s %s\n", P(all->name[i]), sqlite3_column_name(s, c),
                     (const char *)sqlite3_column_text(s, c));
    sqlite3_finalize(s);
  }
  sqlite3_close(db);
  struct str words = str_copy(t->arena, buf_str(&out));
  buf_free(&out);
  return words;
}

static void hide(struct world *w, bool hides) {
  struct db_test *t = w->t;
  db_begin(t->db, STORE_MAIN);
  enum db_result r =
      hides ? people_restrict(t->db, t->arena, w->hider, w->hider_worker.user_id, w->c.now)
            : people_reveal(t->db, t->arena, w->hider, w->hider_worker.user_id, w->c.now);
  if (r != DB_OK || db_commit(t->db, STORE_MAIN) != DB_OK) fail_msg("hiding %d", hides);
}

/* Their worker reads on; and once they hide no more all is said again that was said before. */
static size_t comes_back(struct world *w, struct buf *said) {
  struct db_test *t = w->t;
  struct person_tables all = {0};
  char path[96];
  size_t faults = 0;
  struct uuid id = {0};
  struct rows r;
  if (db_one(&r, t->db, t->arena, SQL("select public_id from person where id = ?1"), V(w->hider)))
    id = row_uuid(&r, 0), db_done(&r);
  snprintf(path, sizeof path, "/people/%.*s/contacts", P(uuid_str(t->arena, id)));
  client_as(&w->c, w->hider_worker);
  get(&w->c, path);
  struct str day = day_words(t->arena, instant_local_uk(w->c.now).day);
  if (w->c.status != 200 || !str_contains(w->c.text, day) || str_contains(w->c.text, S(VEIL_MARK)))
    faults++, buf_format(said, "%s does not say the day of the talk to their worker\n", path);
  hide(w, false);
  if (t->kind == DB_POSTGRES) return faults;
  for (size_t i = 0; i < t->n_lists; i++)
    for (size_t m = 0; m < t->lists[i].n; m++) tables_of(t->arena, t->lists[i].p[m].sql, &all);
  struct str before = told(t, &all, w->hider);
  hide(w, true);
  hide(w, false);
  if (str_contains(before, S(VEIL_MARK)) || !str_eq(before, told(t, &all, w->hider)))
    faults++, buf_format(said, "who hides no more is not told of as before\n");
  return faults;
}

/* ---- the bytes ---- */

size_t proof_hiding(struct db_test *t, struct buf *said) {
  struct db_test mine, other;
  db_test_open(&mine, t->kind, t->lists, t->n_lists);
  db_test_open(&other, t->kind, t->lists, t->n_lists);
  static const enum gate_row asked[] = {ROW_PIERS};
  struct world without = world_make(&mine, NOBODY_HIDES), with = world_make(&other, ONE_HIDES);
  size_t faults = gate_compare(&without, &with, asked, countof(asked), ROW_ABSENT, said);
  struct group_counts a = people_group_counts(without.t->db), b = people_group_counts(with.t->db);
  if (a.people != b.people || a.households != b.households)
    faults++, buf_format(said, "`waymark report households` counts who hides\n");
  size_t known;
  faults += gate_tables_silent(&other, with.hider, "hidden_clear.txt", &known, said);
  if (t->kind == DB_SQLITE && known < HIDDEN_TABLES_LEAST)
    faults++, buf_format(said, "only %zu tables know them: the world says too little\n", known);
  faults += comes_back(&with, said);
  world_close(&with);
  world_close(&without);
  db_test_close(&other);
  db_test_close(&mine);
  return faults;
}
