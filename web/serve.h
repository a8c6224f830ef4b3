/* serve: the whole program's server, and the few things the program above must give it.
 *
 * web_serve supervises: one front (the socket, nothing else), N workers (one complete request
 * each), and audit, soon, long and out beside them. It returns when it was told to stop and
 * everything has drained (SIGTERM, SIGINT). */
#ifndef WAYMARK_WEB_SERVE_H
#define WAYMARK_WEB_SERVE_H
#include "web/web.h"

/* Who a session or a token stands for; asked at every request, so that a revoked role ends at the
 * next one. False: the user is gone or may not sign in any more, and the session ends. Filled by
 * the accounts domain. */
enum token_end { TOKEN_FINE, TOKEN_OUT_OF_SCOPE, TOKEN_TOO_MANY };
struct session_hooks {
  bool (*actor)(struct db *db, struct arena *a, int64_t user_id, int64_t session_id, day_t today,
                struct actor *out);
  /* For calls with "Authorization: Bearer"; may be NULL. */
  bool (*token)(struct db *db, struct arena *a, struct str token, instant_t now, struct actor *out);
  /* May that actor, found by a token, use this route now? NULL = yes. */
  enum token_end (*token_use)(struct db *db, struct arena *a, const struct actor *actor,
                              const struct route *route, instant_t now);
  const char *sign_in_path;         /* a READ route taking ?next=PATH; NULL = "/sign-in" */
  const char *resident_path;        /* the same for a resident's own pages; NULL = sign_in_path */
};

/* How pages look; given by the program (layout, style). Without one web writes a plain page. */
struct look {
  /* The body of an error page. `reference` is 16 hex digits, "" when none is of use. */
  void (*error)(struct request *rq, int status, struct str title, struct str sentence,
                struct str reference);
};

/* A file kept in the binary. `gzip` may be empty. immutable: its path holds its hash. */
struct static_file {
  struct str type, bytes, gzip, etag;
  bool immutable;
};
typedef bool static_lookup(struct str path, struct static_file *out);

struct serve_config {
  struct db_where where;
  const char *listen;        /* "127.0.0.1:8080", "[::1]:8080" */
  bool lan;                  /* anything but loopback is refused without it */
  bool behind_tls;           /* Secure cookies, HSTS */
  const char *trusted_proxy; /* whose X-Forwarded-* is believed; "" = loopback when behind_tls */
  const char *base_url;      /* "https://waymark.example": an Origin that is ours */
  int workers;               /* 0 = max(4, 3 x cores) */
  size_t upload_bytes_max;   /* 0 = 64 MiB */
  const char *master_key;    /* file; read by every process but the front. NULL = none (tests) */
  /* Besides the data folder, what workers and jobs may write (backups); ends with NULL. */
  const char *const *folders;
  const char *out_allow;     /* hosts `out` may reach although their addresses are private: "a,b" */
  int fast_ms, heavy_ms;     /* limits of a request; 0 = 2000 and 60000 */
  int head_ms;               /* from connecting to whole headers; 0 = 10000 */
  const struct session_hooks *sessions;
  const struct look *look;
  static_lookup *files; /* NULL = none */
  /* Run once in every process that opens the database (bind words, load packs); false refuses to
   * start. May be NULL. */
  bool (*begin)(struct db *db, struct why *why);
  /* Called in the parent once pages are served; may be NULL. */
  void (*started)(const char *url, void *with);
  void *with;
};
/* 0 drained and stopped; 1 could not start (one sentence on standard error). */
int web_serve(const struct serve_config *config, const struct domain *const *domains, size_t n);

/* What web itself brings (session, draft and audit tables; /draft): the program puts it in its list
 * of domains. */
extern const struct domain web_domain;
#endif
