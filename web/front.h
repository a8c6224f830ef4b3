/* front: the process that owns the socket. http.c speaks HTTP (through libmicrohttpd, driven from
 * our own loop) and makes exchanges; front.c hands each complete one to a worker and keeps every
 * deadline. It has no database and no keys, and after it has started it cannot open a file. Private
 * to these two files and the supervisor. */
#ifndef WAYMARK_WEB_FRONT_H
#define WAYMARK_WEB_FRONT_H
#include <microhttpd.h>
#include "web/again.h"
#include "web/route.h"
#include "web/serve.h"

enum {
  CONNECTIONS_MAX = 1000,
  CONNECTIONS_PER_ADDRESS_MAX = 64,
  CONNECTION_BYTES_MAX = 32 << 10,
  WAITING_MAX = 256, /* complete requests waiting for a worker; more are told to try again */
  IN_HAND_PER_ADDRESS_MAX = 32, /* waiting or running for one visitor's address */
  FORM_BYTES_MAX = 1 << 20,
  UPLOAD_BYTES_OTHERWISE = 64 << 20,
  UPLOAD_FORM_BYTES = 64 << 10 /* fields beside files */,
  SWALLOW_BYTES_MAX = 16 << 20, /* of a body that is too large */
  SPOOLS = 32,                  /* large bodies arriving or in hand at once */
  HEADERS_MS_MAX = 10000,       /* from connecting to whole headers */
  IDLE_MS_MAX = 30000,          /* a kept-alive connection with nothing to say */
  BODY_MS_LEAST = 20000,
  BODY_BYTES_PER_MS_LEAST = 16, /* a body slower than 16 kB/s past 20 s is cut off */
  SEND_MS_LEAST = 60000,
  SEND_BYTES_PER_MS_LEAST = 8,
  WAIT_MS_MAX = 8000, /* for a worker, then 503 */
  DRAIN_MS_MAX = 10000,
  FAST_MS_OTHERWISE = 2000,
  HEAVY_MS_OTHERWISE = 60000,
  WORKERS_MAX = 256
};

/* What the parent and the front tell each other (one datagram each; a worker's end comes with ADD).
 */
enum front_verb { FRONT_ADD = 1, FRONT_DRAIN, FRONT_KILL, FRONT_READY };
struct front_message {
  uint32_t verb, worker;
};

struct front_config {
  const struct serve_config *serve;
  const struct route_table *routes;
  int listen_fd, control_fd, workers, heavy_max;
  const char *spool_folder;
};
int front_run(const struct front_config *config); /* the process's exit status */

/* ---- between http.c and front.c ---- */

enum exchange_state { X_HEADERS, X_BODY, X_WAITING, X_RUNNING, X_ANSWERED, X_SENT };
struct conn;
struct exchange {
  struct http *http;
  struct conn *conn;
  struct MHD_Connection *mhd;
  enum exchange_state state;
  bool begun, heavy, head_only, refused_late;
  int refuse_status; /* the answer already decided while the body still arrives */
  const char *refuse_sentence;
  uint64_t id, since_us; /* entered the present state */
  struct arena arena;    /* target and headers, as copies */
  struct ask ask;
  size_t body_limit, body_seen;
  struct buf body;
  int spool;            /* index, or -1 */
  int worker;           /* while X_RUNNING */
  struct answer answer; /* strings borrow from answer_bytes */
  char *answer_bytes;
  struct again_key again;
  struct exchange *next, *before; /* the queue while X_WAITING */
};
struct exchanges {
  struct exchange *first, *last;
  size_t n;
};

struct conn {
  struct http *http;
  struct conn *next, *before;
  struct MHD_Connection *mhd;
  int fd;
  uint64_t deadline_us;
  struct exchange *exchange;
  bool cut;
};
struct http {
  struct MHD_Daemon *daemon;
  const struct front_config *config;
  struct conn *conns;
  size_t n_conns;
  int spool_fd[SPOOLS];
  bool spool_taken[SPOOLS], draining, dirty /* something was resumed: run again at once */;
  /* front.c's: is its answer here already (x->answer is set then)? A complete exchange wants a
   * worker; one is being freed. */
  bool (*known)(void *to, struct exchange *x);
  void (*complete)(void *to, struct exchange *x);
  void (*gone)(void *to, struct exchange *x);
  void *to;
};
bool http_open(struct http *h, const struct front_config *config, struct why *why);
int http_epoll_fd(const struct http *h);
int http_wait_ms(const struct http *h, int most);
void http_run(struct http *h);
void http_deadlines(struct http *h, uint64_t now_us);
/* The answer of an exchange that waits: from a worker (x->answer is set), or one of the front's
 * own. */
void http_answer(struct exchange *x);
void http_refuse(struct exchange *x, int status, const char *sentence);
void http_quiesce(struct http *h); /* no new connections, idle ones are closed */
void http_close(struct http *h);   /* every exchange must have been answered */
#endif
