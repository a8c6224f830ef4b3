/* backup_test: a backup can be trusted: whole, verified, restorable, useless without its keys, and
 * damage is noticed. */
#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "db/backup.h"
#include "db/here.h"
#include "db/migrate.h"
#include "db/seal.h"
#include "db/testing.h"

static const struct migration steps[] = {
    {9501, "test/9501_person.sql",
     S("create table secret (id INT primary key, words BLOB not null);\n"
       "create table pair (id INT primary key, other INT not null);\n")},
    {9502, "test/9502_trail.sql", S("-- @store audit\ncreate table trail (id INT primary key);\n")},
    {9503, "test/9503_later.sql", S("create table later (id INT primary key);\n")},
};
static struct migrations old_lists[2], new_lists[2];
static instant_t now_is = 1800000000000000;
static instant_t test_clock(void) { return now_is; }
static int after_restores;

static bool audit_head(struct db *db, struct arena *a, struct str *head, struct why *why) {
  int64_t n = db_number(db, -1, SQL_AUDIT("select coalesce(max(id), 0) from trail"));
  *head = str_format(a, "head %lld", (long long)n);
  return n >= 0 || why_say(why, "The audit log cannot be read.");
}
static const struct seal_place place = {7, 2, "secret.words"};
static bool open_sealed(struct db *db, struct arena *a, struct why *why) {
  struct rows r;
  struct str plain = S("");
  bool found = db_one(&r, db, a, SQL("select words from secret where id = 1"));
  struct str words = found ? row_text(&r, 0) : S("");
  db_done(&r);
  return (found && unseal(db, a, place, words, &plain) && str_eq(plain, S("07700 900123"))) ||
         why_say(why, "A sealed field did not open.");
}
static bool after_restore(struct db *db, struct arena *a, instant_t now, struct why *why) {
  (void)db;
  (void)a;
  (void)now;
  (void)why;
  after_restores++;
  return true;
}
static struct backup_hooks hooks = {test_clock, old_lists,   2,
                                    audit_head, open_sealed, after_restore};

struct scene {
  struct db_test *t;
  char to[64], keys[64];
  struct backup_made made;
  struct why why;
};

static void fill(struct scene *s, struct db_test *t) {
  struct str sealed;
  *s = (struct scene){.t = t};
  now_is += 5000000;
  seal_forget(); /* what it keeps is of another test's database */
  test_folder(s->to);
  test_folder(s->keys);
  assert_true(seal(t->db, t->arena, place, S("07700 900123"), now_is, &sealed));
  assert_int_equal(
      db_run(t->db, SQL("insert into secret (id, words) values (1, ?1)"), V(db_blob(sealed))),
      DB_OK);
  for (int i = 1; i <= 20; i++) {
    db_run(t->db, SQL("insert into pair (id, other) values (?1, ?1)"), V(i));
    db_run(t->db, SQL_AUDIT("insert into trail (id) values (?1)"), V(i));
  }
}
static bool make(struct scene *s, struct str passphrase) {
  struct backup_places to = {str_of(s->to), str_of(s->keys), passphrase};
  s->why.text[0] = 0;
  return backup_make(&s->t->where, &to, &hooks, s->t->arena, NULL, &s->made, &s->why);
}
static struct backup_places made_places(struct scene *s, struct str passphrase) {
  return (struct backup_places){s->made.folder, s->made.keys_folder, passphrase};
}
/* Restores into a fresh place; the place stays open for looking when it went well. */
static bool restore(struct scene *s, struct backup_places from, struct db_test *fresh) {
  db_test_open(fresh, s->t->kind, NULL, 0);
  seal_forget(); /* keys of the live data must not help */
  s->why.text[0] = 0;
  bool fine = backup_restore(&fresh->where, &from, &hooks, s->t->arena, NULL, &s->why);
  if (fine) fresh->db = db_test_again(fresh);
  return fine;
}
static void assert_said(const struct scene *s, const char *words) {
  if (!str_contains(why_str(&s->why), str_of(words)))
    fail_msg("\"%s\" was not said, but: %s", words, s->why.text);
}

static void a_backup_restores_to_the_same_data(struct db_test *t) {
  struct scene s;
  struct db_test fresh;
  fill(&s, t);
  if (!make(&s, S(""))) fail_msg("%s", s.why.text);
  int before = after_restores;
  if (!restore(&s, made_places(&s, S("")), &fresh)) fail_msg("%s", s.why.text);
  assert_int_equal(after_restores, before + 1);
  assert_int_equal(db_number(fresh.db, -1, SQL("select sum(other) from pair")), 210);
  assert_int_equal(db_number(fresh.db, -1, SQL_AUDIT("select count(*) from trail")), 20);
  assert_true(open_sealed(fresh.db, t->arena, &s.why));
  assert_false(backup_restore(&fresh.where,
                              &(struct backup_places){s.made.folder, s.made.keys_folder, S("")},
                              &hooks, t->arena, NULL, &s.why));
  assert_said(&s, "already");
  db_test_close(&fresh);
}

static void an_older_backup_is_brought_up_to_date(struct db_test *t) {
  struct scene s;
  struct db_test fresh;
  fill(&s, t);
  assert_true(make(&s, S("")));
  struct backup_hooks newer = hooks;
  newer.lists = new_lists;
  db_test_open(&fresh, t->kind, NULL, 0);
  struct backup_places from = made_places(&s, S(""));
  if (!backup_restore(&fresh.where, &from, &newer, t->arena, NULL, &s.why))
    fail_msg("%s", s.why.text);
  fresh.db = db_test_again(&fresh);
  assert_int_equal(db_number(fresh.db, -1, SQL("select count(*) from later")), 0);
  db_test_close(&fresh);
  db_known(old_lists, 2);
}

static void change_byte(const char *path, long at) {
  FILE *f = fopen(path, "r+b");
  assert_non_null(f);
  fseek(f, at, at < 0 ? SEEK_END : SEEK_SET);
  int c = fgetc(f);
  fseek(f, at, at < 0 ? SEEK_END : SEEK_SET);
  fputc(c ^ 1, f);
  fclose(f);
}
static char *main_file(struct scene *s) {
  return str_c(s->t->arena, str_format(s->t->arena, "%.*s/%s", P(s->made.folder),
                                       s->t->kind == DB_SQLITE ? "waymark.db" : "waymark.pgdump"));
}

static void damage_is_noticed(struct db_test *t) {
  struct scene s;
  struct db_test fresh;
  fill(&s, t);
  assert_true(make(&s, S("")));
  change_byte(main_file(&s), 5000);
  assert_false(restore(&s, made_places(&s, S("")), &fresh));
  assert_said(&s, "damaged");
  assert_false(file_exists(str_c(t->arena, str_format(t->arena, "%s/waymark.db", fresh.folder))));
  db_test_close(&fresh);
  assert_false(backup_rehearse(&t->where,
                               &(struct backup_places){s.made.folder, s.made.keys_folder, S("")},
                               &hooks, t->arena, NULL, &s.why));
  assert_said(&s, "damaged");
  assert_false(backup_rehearse(&t->where, &(struct backup_places){str_of(s.to), S(""), S("")},
                               &hooks, t->arena, NULL, &s.why));
  assert_said(&s, "not a backup");
}

static void a_manifest_that_lies_is_noticed(struct db_test *t) {
  struct scene s;
  struct db_test fresh;
  struct str text;
  fill(&s, t);
  assert_true(make(&s, S("")));
  char *path = str_c(t->arena, str_format(t->arena, "%.*s/manifest.json", P(s.made.folder)));
  assert_true(file_read(t->arena, path, 1 << 20, &text, &s.why));
  size_t at = str_find(text, S("\"pair\""));
  at += str_find(str_slice(text, at, text.n), S("20"));
  assert_true(at < text.n);
  change_byte(path, (long)at);
  assert_false(restore(&s, made_places(&s, S("")), &fresh));
  assert_said(&s, "rows");
  db_test_close(&fresh);
}

static void a_passphrase_closes_it(struct db_test *t) {
  struct scene s;
  struct db_test fresh;
  struct str bytes;
  fill(&s, t);
  if (!make(&s, S("correct horse battery"))) fail_msg("%s", s.why.text);
  assert_true(file_read(t->arena, main_file(&s), 64 << 20, &bytes, &s.why));
  assert_true(str_starts(bytes, S("WAYMARK1")));
  assert_false(str_contains(bytes, S("pair")));
  assert_false(restore(&s, made_places(&s, S("")), &fresh));
  assert_said(&s, "encrypted");
  db_test_close(&fresh);
  assert_false(restore(&s, made_places(&s, S("wrong horse battery")), &fresh));
  assert_said(&s, "passphrase");
  db_test_close(&fresh);
  if (!restore(&s, made_places(&s, S("correct horse battery")), &fresh)) fail_msg("%s", s.why.text);
  assert_int_equal(db_number(fresh.db, -1, SQL("select count(*) from pair")), 20);
  db_test_close(&fresh);
}

/* Every file under a folder, searched for bytes. */
static bool folder_holds(struct arena *a, const char *folder, struct str what) {
  DIR *d = opendir(folder);
  bool found = false;
  struct why why;
  for (struct dirent *e; d && (e = readdir(d));) {
    struct str bytes;
    if (e->d_name[0] == '.') continue;
    if (file_read(a, str_c(a, str_format(a, "%s/%s", folder, e->d_name)), 64 << 20, &bytes, &why))
      found = found || str_contains(bytes, what);
  }
  if (d) closedir(d);
  return found;
}

static void the_data_never_holds_the_keys(struct db_test *t) {
  struct scene s;
  fill(&s, t);
  struct rows r;
  assert_true(
      db_one(&r, t->db, t->arena, SQL_KEYS("select wrapped from seal_key where person_id = 7")));
  struct str wrapped = row_text(&r, 0);
  db_done(&r);
  assert_true(make(&s, S("")));
  char *folder = str_c(t->arena, s.made.folder), *keys = str_c(t->arena, s.made.keys_folder);
  assert_false(folder_holds(t->arena, folder, wrapped));
  assert_true(t->kind == DB_POSTGRES || folder_holds(t->arena, keys, wrapped));
  struct backup_places same = {str_of(s.to), str_of(s.to), S("")},
                       inside = {str_of(s.to), S(""), S("")};
  inside.keys_folder = str_format(t->arena, "%s/keys", s.to);
  assert_false(backup_make(&t->where, &same, &hooks, t->arena, NULL, &s.made, &s.why));
  assert_said(&s, "another place");
  assert_false(backup_make(&t->where, &inside, &hooks, t->arena, NULL, &s.made, &s.why));
  assert_said(&s, "another place");
}

static void the_colour_tells_how_things_stand(struct db_test *t) {
  struct scene s;
  fill(&s, t);
  assert_int_equal(backup_standing(t->db, t->arena, now_is).colour, BACKUP_RED);
  assert_true(make(&s, S("")));
  assert_int_equal(backup_standing(t->db, t->arena, now_is).colour, BACKUP_YELLOW);
  struct backup_places without = made_places(&s, S("")), whole = without;
  without.keys_folder = S("");
  assert_false(backup_rehearse(&t->where, &without, &hooks, t->arena, NULL, &s.why));
  assert_said(&s, "no sealed field");
  assert_int_equal(backup_standing(t->db, t->arena, now_is).colour, BACKUP_YELLOW);
  seal_forget();
  if (!backup_rehearse(&t->where, &whole, &hooks, t->arena, NULL, &s.why))
    fail_msg("%s", s.why.text);
  assert_int_equal(backup_standing(t->db, t->arena, now_is).colour, BACKUP_GREEN);
  instant_t hour = INT64_C(3600000000);
  assert_int_equal(backup_standing(t->db, t->arena, now_is + 26 * hour).colour, BACKUP_GREEN);
  assert_int_equal(backup_standing(t->db, t->arena, now_is + 26 * hour + 1).colour, BACKUP_RED);
  assert_int_equal(db_number(t->db, -1, SQL("select count(*) from pair")),
                   20); /* the live data was not touched */
}

static enum db_result write_pair(struct db *db, void *n) {
  int64_t id = *(int64_t *)n;
  db_run(db, SQL("insert into pair (id, other) values (?1, ?2)"), V(id), V(id + 1));
  db_run(db, SQL("insert into pair (id, other) values (?1, ?2)"), V(id + 1), V(id));
  return DB_OK;
}

static void people_work_on_while_it_is_made(struct db_test *t) {
  struct scene s;
  struct db_test fresh;
  fill(&s, t);
  pid_t child = fork();
  if (child == 0) {
    struct db *db = db_test_again(t);
    for (int64_t n = 100;; n += 2)
      if (db_atomically(db, STORE_MAIN, write_pair, &n) != DB_OK) _exit(1);
  }
  /* People are at work before the backup begins, however slow the machine. */
  for (int i = 0; i < 1000 && db_number(t->db, 0, SQL("select count(*) from pair")) <= 20; i++)
    usleep(20000);
  if (!make(&s, S(""))) fail_msg("%s", s.why.text);
  int status;
  assert_int_equal(waitpid(child, &status, WNOHANG), 0);
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  if (!restore(&s, made_places(&s, S("")), &fresh)) fail_msg("%s", s.why.text);
  assert_true(db_number(fresh.db, -1, SQL("select count(*) from pair")) > 20);
  assert_int_equal(db_number(fresh.db, -1,
                             SQL("select count(*) from pair p where p.id >= 100 and not exists"
                                 " (select 1 from pair o where o.id = p.other)")),
                   0);
  db_test_close(&fresh);
}

static void the_commands_do_the_same(struct db_test *t) {
  struct scene s;
  fill(&s, t);
  db_here_set(&t->where);
  backup_setup(&hooks);
  char *words[] = {(char[]){"backup"}, (char[]){"--to"}, s.to, (char[]){"--keys-to"}, s.keys, NULL};
  assert_int_equal(backup_command(5, words), 0);
  char *wrong[] = {(char[]){"backup"}, (char[]){"--two"}, s.to, NULL},
       *bare[] = {(char[]){"rehearse"}, NULL};
  assert_int_equal(backup_command(3, wrong), 2);
  assert_int_equal(rehearse_command(1, bare), 2);
  char *migrate[] = {(char[]){"migrate"}, NULL};
  assert_int_equal(migrate_command(1, migrate), 0);
  struct buf sheet = buf_open(1 << 16);
  recovery_sheet(&sheet, t->arena, S("Seaborough"), seal_master_words(t->arena),
                 day_of(2026, 11, 21));
  assert_true(str_contains(buf_str(&sheet), S("waymark restore --from")));
  assert_true(str_contains(buf_str(&sheet), S("21 November 2026")));
  buf_free(&sheet);
}

int main(void) {
  static const struct db_test_case cases[] = {
      DB_TEST(a_backup_restores_to_the_same_data),
      DB_TEST(an_older_backup_is_brought_up_to_date),
      DB_TEST(damage_is_noticed),
      DB_TEST(a_manifest_that_lies_is_noticed),
      DB_TEST(a_passphrase_closes_it),
      DB_TEST(the_data_never_holds_the_keys),
      DB_TEST(the_colour_tells_how_things_stand),
      DB_TEST(people_work_on_while_it_is_made),
      DB_TEST(the_commands_do_the_same),
  };
  char folder[64], path[80];
  struct why why = {0};
  old_lists[0] = new_lists[0] = db_migrations;
  old_lists[1] = (struct migrations){steps, 2};
  new_lists[1] = (struct migrations){steps, 3};
  log_level_set(LOG_ALARM);
  test_folder(folder);
  snprintf(path, sizeof path, "%s/master.key", folder);
  if (!seal_master_make(path, &why) || !seal_master_read(path, &why)) {
    fprintf(stderr, "%s\n", why.text);
    return 1;
  }
  int bad = db_test_run("db_backup", cases, countof(cases), old_lists, 2);
  seal_master_forget();
  return bad;
}
