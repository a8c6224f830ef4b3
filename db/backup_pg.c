/* backup_pg.c: PostgreSQL's own programs, run as programs. They know every type, sequence and
 * constraint, and their archive is what an operator's other tools read too. */
#include <libpq-fe.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "db/backup_inside.h"

extern char **environ;
enum { ENVIRONMENT_MAX = 500, TEXT_MAX = 1500 };

/* Splits a URL into a connection string without the password, and the password. */
static bool split(struct str url, char info[TEXT_MAX], char password[TEXT_MAX]) {
  char text[TEXT_MAX];
  snprintf(text, sizeof text, "%.*s", P(url));
  PQconninfoOption *all = PQconninfoParse(text, NULL);
  size_t at = 0;
  info[0] = password[0] = 0;
  snprintf(password, TEXT_MAX, "PGPASSWORD=");
  bool fine = all != NULL;
  for (PQconninfoOption *o = all; o && o->keyword; o++) {
    if (!o->val || !*o->val) continue;
    if (strcmp(o->keyword, "password") == 0) {
      snprintf(password, TEXT_MAX, "PGPASSWORD=%s", o->val);
      continue;
    }
    at += (size_t)snprintf(info + at, TEXT_MAX - at, "%s='", o->keyword);
    for (const char *p = o->val; *p && at + 4 < TEXT_MAX; p++) {
      if (*p == '\'' || *p == '\\') info[at++] = '\\';
      info[at++] = *p;
    }
    if (at + 3 >= TEXT_MAX) {
      fine = false;
      break;
    }
    at += (size_t)snprintf(info + at, TEXT_MAX - at, "' ");
  }
  PQconninfoFree(all);
  return fine;
}

static int run(char *const argv[], char *password) {
  char *env[ENVIRONMENT_MAX + 2];
  size_t n = 0;
  for (char **e = environ; *e && n < ENVIRONMENT_MAX; e++)
    if (strncmp(*e, "PGPASSWORD=", 11) != 0) env[n++] = *e;
  env[n++] = password;
  env[n] = NULL;
  pid_t child;
  if (posix_spawnp(&child, argv[0], NULL, NULL, argv, env) != 0) return 127;
  int status = 0;
  while (waitpid(child, &status, 0) < 0) continue;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static bool tell(int status, const char *program, const char *did, struct why *why) {
  if (status == 0) return true;
  if (status == 127)
    return why_say(
        why, "%s is not installed here. Install PostgreSQL's client programs (postgresql-client).",
        program);
  return why_say(why, "%s could not %s (status %d). Its own words are above.", program, did,
                 status);
}

#define WORD(text) ((char *)(uintptr_t)(text))

bool backup_pg_dump(struct str url, const char *snapshot, bool keys, const char *to,
                    struct why *why) {
  char info[TEXT_MAX], password[TEXT_MAX], base[TEXT_MAX + 10], snap[100],
      file[BACKUP_PATH_MAX + 10];
  if (!split(url, info, password)) return why_say(why, "The database's address cannot be read.");
  snprintf(base, sizeof base, "--dbname=%s", info);
  snprintf(snap, sizeof snap, "--snapshot=%s", snapshot);
  snprintf(file, sizeof file, "--file=%s", to);
  char *main_words[] = {WORD("pg_dump"),
                        base,
                        snap,
                        file,
                        WORD("--format=custom"),
                        WORD("--no-owner"),
                        WORD("--no-acl"),
                        WORD("--schema=main"),
                        WORD("--schema=audit"),
                        WORD("--schema=work"),
                        NULL};
  char *keys_words[] = {WORD("pg_dump"),
                        base,
                        snap,
                        file,
                        WORD("--format=custom"),
                        WORD("--no-owner"),
                        WORD("--no-acl"),
                        WORD("--schema=keys"),
                        NULL};
  return tell(run(keys ? keys_words : main_words, password), "pg_dump", "copy the database", why);
}

/* Reads the whole archive, as restoring does, into nothing. */
bool backup_pg_readable(const char *path, struct why *why) {
  char none[] = "PGPASSWORD=";
  char *words[] = {WORD("pg_restore"), WORD("--file=/dev/null"), WORD(path), NULL};
  return tell(run(words, none), "pg_restore", "read the copy back", why);
}

bool backup_pg_restore(struct str url, const char *from, struct why *why) {
  char info[TEXT_MAX], password[TEXT_MAX], base[TEXT_MAX + 10];
  if (!split(url, info, password)) return why_say(why, "The database's address cannot be read.");
  snprintf(base, sizeof base, "--dbname=%s", info);
  char *words[] = {WORD("pg_restore"),
                   base,
                   WORD("--no-owner"),
                   WORD("--no-acl"),
                   WORD("--exit-on-error"),
                   WORD("--single-transaction"),
                   WORD(from),
                   NULL};
  return tell(run(words, password), "pg_restore", "restore the database", why);
}

bool backup_pg_database(struct str url, const char *name, bool create, struct arena *a,
                        struct str *its_url, struct why *why) {
  char text[200];
  PGconn *h = PQconnectdb(str_c(a, url));
  snprintf(text, sizeof text,
           create ? "create database %s encoding 'UTF8' template template0"
                  : "drop database if exists %s with (force)",
           name);
  PGresult *r = PQstatus(h) == CONNECTION_OK ? PQexec(h, text) : NULL;
  bool fine = PQresultStatus(r) == PGRES_COMMAND_OK;
  PQclear(r);
  PQfinish(h);
  if (!fine)
    return why_say(why, "PostgreSQL did not let Waymark create a temporary database. Give this "
                        "user CREATEDB, or rehearse "
                        "on another server.");
  size_t host = str_find(url, S("//")) + 2;
  struct str rest = str_slice(url, host, url.n);
  size_t slash = str_find_byte(rest, '/'), mark = str_find_byte(rest, '?');
  struct str server = str_slice(rest, 0, slash < mark ? slash : mark),
             query = str_slice(url, str_find_byte(url, '?'), url.n);
  if (its_url) *its_url = str_format(a, "postgresql://%.*s/%s%.*s", P(server), name, P(query));
  return true;
}
