/* serve_rig: a running server to test from outside: a child runs web_serve on a free port, a
 * visitor speaks to its socket with bare bytes. */
#ifndef WAYMARK_SERVE_RIG_H
#define WAYMARK_SERVE_RIG_H
#include "db/testing.h"
#include "web/testing.h"

struct server {
  pid_t pid;
  int port;
};
extern const struct domain *const rig_domains[];
enum { RIG_DOMAINS = 2, RIG_HEAD_MS = 2500 };
extern bool serve_tls; /* the next server believes a proxy on loopback */
/* What /slow and /heavy do, in memory that the server of the last serve() shares with the test:
 * wait for the thing itself, never for a time. */
struct rig_slow {
  int begun, ended;
  pid_t pid; /* the worker of the one that began last */
};
extern struct rig_slow *rig_slow;
void rig_wait_begun(int n); /* until so many began; fails after half a minute */
/* fast_ms: the limit of a FAST page, 0 = the ordinary one. Closes and reopens t->db: never across a
 * fork. */
struct server serve(struct db_test *t, int fast_ms);
void stop(struct server *s, int want); /* asks it to end; it must, with this status */
int visit(const struct server *s);     /* a connection, -1 when refused */
void say(int fd, struct str words);
/* Everything until the other side closes or `ms` pass. */
struct str hear(struct arena *a, int fd, int ms);
struct str exchange_ms(struct db_test *t, const struct server *s, struct str request, int ms);
struct str fetch(struct db_test *t, const struct server *s, const char *path);
int status_of(struct str reply);
int times(struct str s, struct str part);
#endif
