/* audit: who looked at whom, when, and who changed what; kept so that nobody, administrators
 * included, can quietly take a line out.
 *
 * One process per node, the audit writer, adds entries. Everything that waits is committed at once,
 * and only then are the askers told; so a reply that shows a person leaves after its entry is
 * durable, never before. A change writes its entry to `audit_outbox` in the transaction of the
 * change itself, and the writer carries it over. An entry says who, for which organisation, by
 * which route, about whom, which data classes, when and under which reference. It never holds a
 * value.
 *
 * Each writer's entries form a chain: hash(n) = SHA-256(hash(n-1) || line(n)). Each second the
 * newest link of a chain that grew is sealed into one log of heads, itself a chain. A head
 * published elsewhere (`waymark audit head`) fixes everything before it: audit_verify finds any
 * flipped, deleted, reordered or cut-off entry behind it. */
#ifndef WAYMARK_AUDIT_H
#define WAYMARK_AUDIT_H
#include "db/db.h"

enum {
  AUDIT_SUBJECTS_MAX = 200,
  AUDIT_WHAT_BYTES_MAX = 80,
  AUDIT_ROUTE_BYTES_MAX = 160,
  AUDIT_MESSAGE_BYTES_MAX = 8192,
  AUDIT_FOLD_SECONDS = 30,
  AUDIT_WAIT_MS = 1500
};
enum audit_kind { AUDIT_READ = 'r', AUDIT_ASK = 'a', AUDIT_WRITE = 'w', AUDIT_SYSTEM = 's' };
struct audit_subject {
  int64_t person_id;
  uint32_t classes;
};
struct audit_entry {
  instant_t at;
  enum audit_kind kind;
  int64_t user_id, organisation_id, team_id, session_id;
  int function;     /* enum function of web.h */
  struct str route; /* the pattern, never the path: "/people/{id}" */
  struct str what;  /* what was done in words of the program: "plan agreed"; never a value */
  uint64_t request; /* the reference */
  bool fold; /* one key of a search being typed: subjects already noted for this session and route
                within AUDIT_FOLD_SECONDS are not noted again */
  const struct audit_subject *subject;
  size_t subjects; /* at most AUDIT_SUBJECTS_MAX; 0 = looked, and nobody was shown */
};

/* One entry as one line of text, and back. Fields are separated by "|", which is escaped where a
 * field holds it. */
bool audit_line(const struct audit_entry *e, struct buf *out);
bool audit_line_read(struct arena *a, struct str line, struct audit_entry *out); /* fuzzed */

/* How a process reaches the writer: its own end of a socket pair (SOCK_SEQPACKET), or fd -1:
 * directly through its own db (commands and tests). */
struct audit_writer;
struct audit_way {
  int fd;
  uint64_t next;
  struct audit_writer *writer;
};
/* True when the entry is durable. False after AUDIT_WAIT_MS or when the writer is gone: show
 * nothing. */
bool audit_record(struct audit_way *way, struct db *db, struct arena *a,
                  const struct audit_entry *e);
void audit_way_close(struct audit_way *way);

/* For changes: inside the caller's MAIN transaction. */
enum db_result audit_outbox_add(struct db *db, struct arena *a, const struct audit_entry *e);

/* The writer, with a chain of its own that begins at its first entry. */
struct audit_writer *audit_writer_open(struct db *db, instant_t now, struct why *why);
void audit_writer_close(struct audit_writer *w);
/* Adds entries and commits them together: true = all are durable. */
bool audit_writer_add(struct audit_writer *w, const struct audit_entry *e, size_t n);
/* Carries over what waits in the outbox; how many, or -1. */
int audit_writer_drain(struct audit_writer *w);
/* Seals the head of its chain into the log of heads when anything is new. */
bool audit_writer_seal(struct audit_writer *w, instant_t now);
/* The process: serves the ends in fd[], drains and seals each second, until stop_fd's other end is
 * closed. */
int audit_writer_run(struct audit_writer *w, const int *fd, size_t n, int stop_fd);

/* A head: its number in the log of heads, and its hash. "12:ab34..." in words. */
struct audit_head {
  int64_t n;
  struct sha256 hash;
  instant_t at;
};
bool audit_head_now(struct db *db, struct arena *a,
                    struct audit_head *out); /* n 0 = nothing is sealed yet */
struct str audit_head_text(struct arena *a, const struct audit_head *h);
bool audit_head_read(struct str text, struct audit_head *out);
struct audit_check {
  int64_t entries, heads, after_last_head;
};
/* Reads everything once. False with a sentence saying where the first fault is. `published`: heads
 * kept elsewhere. */
bool audit_verify(struct db *db, const struct audit_head *published, size_t n, struct progress *p,
                  struct audit_check *out, struct why *why);

/* Who looked at a person, newest first, what waits to be carried over included; the lines' entries
 * live in the arena. before 0 = from the newest, else the id of the last one told. */
struct audit_look {
  int64_t id;
  struct audit_entry entry;
  uint32_t classes;
};
struct audit_looks {
  struct audit_look *p;
  size_t n;
};
bool audit_who_looked(struct db *db, struct arena *a, int64_t person_id, int64_t before, int limit,
                      struct audit_looks *out);

/* For `waymark doctor`: sentences about an outbox nobody carries over and a log that is not sealed.
 * Returns faults. */
int audit_doctor(struct db *db, struct arena *a, instant_t now, struct buf *out);

/* `waymark audit verify [--head N:HASH]... | head | who-looked PERSON-KEY` */
int audit_command(int argc, char **argv);
extern const struct migrations audit_migrations;
#endif
