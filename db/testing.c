/* testing.c: see testing.h. */
#include <libpq-fe.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "db/testing.h"
#include "db/inside.h"
#include "db/migrate.h"

/* ---- folders ---- */

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *at) {
  (void)st;
  (void)flag;
  (void)at;
  return remove(path);
}
void test_folder_remove(const char *path) { nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS); }

static char folders[256][64];
static size_t n_folders;
static pid_t owner;
static void remove_folders(void) {
  if (getpid() != owner) return; /* a child of the test leaves them be */
  for (size_t i = 0; i < n_folders; i++)
    if (folders[i][0]) test_folder_remove(folders[i]);
}

void test_folder(char out[64]) {
  if (n_folders == 0) {
    owner = getpid();
    atexit(remove_folders);
  }
  const char *base = getenv("TMPDIR");
  snprintf(out, 64, "%.40s/waymark-XXXXXX", base ? base : "/tmp");
  if (!mkdtemp(out)) fail_msg("no temporary folder can be made under %s", base ? base : "/tmp");
  if (n_folders < countof(folders)) snprintf(folders[n_folders++], 64, "%s", out);
}

/* ---- PostgreSQL ---- */

static const char *pg_url(void) {
  const char *url = getenv("WAYMARK_TEST_PG");
  return url && *url ? url : NULL;
}
bool db_test_has(enum db_kind kind) { return kind == DB_SQLITE || pg_url() != NULL; }

static PGconn *admin;
static void admin_run(const char *before, const char *name, const char *suffix, const char *after) {
  char text[512];
  if (admin && PQstatus(admin) != CONNECTION_OK) {
    PQfinish(admin);
    admin = NULL;
  }
  if (!admin) admin = PQconnectdb(pg_url());
  snprintf(text, sizeof text, "%s %s%s %s", before, name, suffix, after);
  PGresult *r = PQexec(admin, text);
  if (PQstatus(admin) != CONNECTION_OK) { /* a test had killed the server meanwhile */
    PQclear(r);
    PQreset(admin);
    r = PQexec(admin, text);
  }
  bool fine = PQresultStatus(r) == PGRES_COMMAND_OK;
  char said[256];
  snprintf(said, sizeof said, "%s", PQerrorMessage(admin));
  PQclear(r);
  if (!fine) fail_msg("PostgreSQL: %s: %s", text, said);
}

/* The server's URL with another database's name: postgresql://host/NAME?rest. */
static struct str url_of(struct arena *a, const char *name, const char *suffix) {
  struct str url = str_of(pg_url());
  size_t scheme = str_find(url, S("//")) + 2;
  struct str rest = str_slice(url, scheme, url.n),
             host = str_slice(rest, 0, str_find_byte(rest, '/'));
  struct str query = str_slice(url, str_find_byte(url, '?'), url.n);
  return str_of(
      str_c(a, str_format(a, "postgresql://%.*s/%s%s%.*s", P(host), name, suffix, P(query))));
}

/* ---- templates: one per kind and list of migrations, made at its first use ---- */

struct template {
  enum db_kind kind;
  uint64_t made_of; /* which lists */
  char folder[64], name[80];
};
static struct template templates[16];
static size_t n_templates;
static bool drops_at_exit;
static unsigned made;

static void drop_templates(void) {
  if (getpid() != owner) return;
  for (size_t i = 0; i < n_templates; i++)
    if (templates[i].kind == DB_POSTGRES && pg_url()) {
      admin_run("drop database if exists", templates[i].name, "_m", "");
      admin_run("drop database if exists", templates[i].name, "_k", "");
    }
  if (admin) PQfinish(admin);
  admin = NULL;
}

static void where_of(struct db_test *t) {
  t->where.folder = str_of(t->folder);
  if (t->kind == DB_SQLITE) return;
  t->where.url = url_of(t->arena, t->name, "_m");
  t->where.keys_url = url_of(t->arena, t->name, "_k");
}

static void new_place(struct db_test *t) {
  test_folder(t->folder);
  snprintf(t->name, sizeof t->name, "wt_%d_%u", (int)getpid(), ++made);
  where_of(t);
}

static void migrate_place(const struct db_test *t) {
  struct why why = {0};
  if (!db_migrate(&t->where, t->lists, t->n_lists, NULL, &why)) fail_msg("migrating: %s", why.text);
}

static uint64_t lists_hash(const struct db_test *t) {
  uint64_t h = t->n_lists;
  for (size_t i = 0; i < t->n_lists; i++)
    for (size_t j = 0; j < t->lists[i].n; j++) {
      h = hash64(t->lists[i].p[j].sql, h + (uint64_t)t->lists[i].p[j].number);
      h = hash64(str_of(t->lists[i].p[j].name), h);
    }
  return h;
}

static const struct template *template_of(const struct db_test *t) {
  uint64_t made_of = lists_hash(t);
  for (size_t i = 0; i < n_templates; i++)
    if (templates[i].kind == t->kind && templates[i].made_of == made_of) return &templates[i];
  if (n_templates == countof(templates)) fail_msg("a test program uses too many templates");
  struct db_test fresh = {
      .kind = t->kind, .lists = t->lists, .n_lists = t->n_lists, .arena = t->arena};
  new_place(&fresh);
  if (t->kind == DB_POSTGRES) {
    if (!drops_at_exit) atexit(drop_templates);
    drops_at_exit = true;
    admin_run("create database", fresh.name, "_m",
              "encoding 'UTF8' template template0 strategy file_copy");
    admin_run("create database", fresh.name, "_k",
              "encoding 'UTF8' template template0 strategy file_copy");
  }
  migrate_place(&fresh);
  struct template *made_one = &templates[n_templates++];
  *made_one = (struct template){t->kind, made_of, {0}, {0}};
  memcpy(made_one->folder, fresh.folder, sizeof fresh.folder);
  memcpy(made_one->name, fresh.name, sizeof fresh.name);
  return made_one;
}

static void copy_file(const char *from, const char *to, struct arena *a) {
  struct why why;
  struct str all;
  if (!file_exists(from)) return;
  FILE *out = NULL;
  if (file_read(a, from, (size_t)256 << 20, &all, &why)) out = fopen(to, "wb");
  if (!out || fwrite(all.p, 1, all.n, out) != all.n || fclose(out) != 0)
    fail_msg("%s cannot be copied", from);
}

static void fill_from(struct db_test *t, const struct template *from) {
  static const char *const files[] = {"waymark.db", "audit.db", "work.db", "keys.db"};
  char a[128], b[128];
  if (t->kind == DB_SQLITE)
    for (size_t i = 0; i < countof(files); i++) {
      snprintf(a, sizeof a, "%s/%s", from->folder, files[i]);
      snprintf(b, sizeof b, "%s/%s", t->folder, files[i]);
      copy_file(a, b, t->arena);
    }
  else {
    snprintf(a, sizeof a, "template %.80s_m strategy file_copy", from->name);
    admin_run("create database", t->name, "_m", a);
    snprintf(a, sizeof a, "template %.80s_k strategy file_copy", from->name);
    admin_run("create database", t->name, "_k", a);
  }
}

struct db *db_test_again(const struct db_test *t) {
  struct why why = {0};
  struct db *db = db_open(&t->where, &why);
  if (!db) fail_msg("opening: %s", why.text);
  return db;
}

void db_test_open(struct db_test *t, enum db_kind kind, const struct migrations *lists,
                  size_t n_lists) {
  *t = (struct db_test){.kind = kind, .lists = lists, .n_lists = n_lists};
  t->arena_space = arena_open((size_t)1 << 30);
  t->arena = &t->arena_space;
  const struct template *from = n_lists ? template_of(t) : NULL;
  new_place(t);
  if (from) {
    fill_from(t, from);
    db_known(lists, n_lists);
    t->db = db_test_again(t);
  } else if (kind == DB_POSTGRES) {
    admin_run("create database", t->name, "_m",
              "encoding 'UTF8' template template0 strategy file_copy");
    admin_run("create database", t->name, "_k",
              "encoding 'UTF8' template template0 strategy file_copy");
  }
}

void db_test_close(struct db_test *t) {
  db_close(t->db);
  t->db = NULL;
  if (t->kind == DB_POSTGRES) {
    admin_run("drop database if exists", t->name, "_m", "with (force)");
    admin_run("drop database if exists", t->name, "_k", "with (force)");
  }
  test_folder_remove(t->folder);
  for (size_t i = 0; i < n_folders; i++)
    if (strcmp(folders[i], t->folder) == 0) memcpy(folders[i], folders[--n_folders], 64);
  arena_close(&t->arena_space);
}

/* ---- running a table of cases ---- */

struct one {
  const struct db_test_case *test;
  const struct migrations *lists;
  size_t n_lists;
  enum db_kind kind;
  struct db_test t;
};

static int set_up(void **state) {
  struct one *o = *state;
  db_test_open(&o->t, o->kind, o->lists, o->n_lists);
  return 0;
}
static void run_one(void **state) {
  struct one *o = *state;
  o->test->run(&o->t);
}
static int tear_down(void **state) {
  struct one *o = *state;
  db_test_close(&o->t);
  return 0;
}

int db_test_run(const char *group, const struct db_test_case *cases, size_t n,
                const struct migrations *lists, size_t n_lists) {
  static const char *const kinds[] = {"sqlite", "postgres"};
  struct one *ones = calloc(n * 2, sizeof *ones);
  struct CMUnitTest *tests = calloc(n * 2, sizeof *tests);
  char(*names)[128] = calloc(n * 2, sizeof *names);
  size_t m = 0;
  for (int kind = 0; ones && tests && names && kind < 2; kind++)
    for (size_t i = 0; i < n && db_test_has((enum db_kind)kind); i++, m++) {
      ones[m] = (struct one){
          .test = &cases[i], .lists = lists, .n_lists = n_lists, .kind = (enum db_kind)kind};
      snprintf(names[m], sizeof names[m], "%s on %s", cases[i].name, kinds[kind]);
      tests[m] = (struct CMUnitTest){names[m], run_one, set_up, tear_down, &ones[m]};
    }
  if (!pg_url())
    fprintf(stderr, "%s: on SQLite only (WAYMARK_TEST_PG names no PostgreSQL server)\n", group);
  int bad = _cmocka_run_group_tests(group, tests, m, NULL, NULL);
  free(ones);
  free(tests);
  free(names);
  return m == 0 ? 1 : bad;
}

int db_test_main(int argc, char **argv, const char *group, const struct db_test_case *cases,
                 size_t n, const struct migrations *lists, size_t n_lists) {
  struct db_test_case *chosen = calloc(n, sizeof *chosen);
  size_t m = 0;
  for (size_t i = 0; chosen && i < n; i++)
    if (argc < 2 || strncmp(cases[i].name, argv[1], strlen(argv[1])) == 0) chosen[m++] = cases[i];
  int bad = m ? db_test_run(group, chosen, m, lists, n_lists) : DB_TEST_NONE;
  free(chosen);
  return bad;
}
