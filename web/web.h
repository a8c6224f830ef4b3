/* web: requests in, pages out. What a page handler sees; everything about sockets, processes,
 * cookies and headers is behind it (web/README.md says where).
 *
 * A domain gives a const table of routes. Route kinds: READ (GET), ASK (a POST that only reads, for
 * questions that must not stand in a URL or a log), WRITE (POST). READ and ASK run with the MAIN
 * store read-only. */
#ifndef WAYMARK_WEB_H
#define WAYMARK_WEB_H
#include "base/base.h"
#include "db/db.h"
#include "db/job.h"

struct view;
struct person_part;
struct person_worklist;

/* Who is asking. The zero value is a member of the public. Filled by the accounts domain at each
 * request, so that a revoked role ends at the next one. */
enum function { /* PRACTICE 1: one a team, never two */
                FUNCTION_NONE,
                FUNCTION_SUPPORT,
                FUNCTION_COMMISSIONING,
                FUNCTION_VERIFICATION,
                FUNCTION_EVALUATION,
                FUNCTION_DIRECTORY,
                FUNCTION_EMPLOYER,
                FUNCTION_REFERRER,
                FUNCTION_ENFORCEMENT,
                FUNCTION_COUNT
};
enum role { /* bits: a user may hold several, all within their team's function */
            ROLE_KEY_WORKER = 1 << 0,
            ROLE_TEAM_LEAD = 1 << 1,
            ROLE_MANAGER = 1 << 2,
            ROLE_SAFEGUARDING = 1 << 3,
            ROLE_EDITOR = 1 << 4,
            ROLE_COMMISSIONER = 1 << 5,
            ROLE_VERIFIER = 1 << 6,
            ROLE_EVALUATOR = 1 << 7,
            ROLE_EMPLOYER = 1 << 8,
            ROLE_REFERRER = 1 << 9,
            ROLE_ENFORCEMENT = 1 << 10,
            ROLE_ADMIN = 1 << 11,
            ROLE_RESIDENT = 1 << 12,
            ROLE_PEER = 1 << 13,
            ROLE_SERVICE = 1 << 14 /* an API token */
};
struct actor {
  int64_t user_id, organisation_id, team_id;
  int64_t person_id;            /* a resident's own record, else 0 */
  enum function function;
  uint32_t roles;               /* enum role bits; 0 = the public */
  int64_t session_id;
  /* Signed in, but the second step their account needs is not set up: they reach only routes of
   * ROUTE_SECOND_STEP, and public pages as the public does. */
  bool enrolling;
  uint32_t scopes; /* of a program's token: what of its account it may use (accounts/token.c) */
  struct str name, organisation_name, team_name;
};

/* Who may use a route. WHO_ANYONE needs no account; the rest name roles; WHO_SIGNED_IN is anyone
 * who works here but enforcement; enforcement and residents must always be named. */
typedef uint32_t who_t;
#define WHO_ANYONE ((who_t)1 << 31)
#define WHO_SIGNED_IN ((who_t)1 << 30)

enum route_kind { READ, ASK, WRITE };
enum route_lane { FAST, HEAVY };
struct request;
typedef void handler(struct request *rq);
struct route {
  enum route_kind kind;
  const char
      *path; /* "/services/{id}": {name} is one segment, read with request_path(rq, "name") */
  handler *run;
  who_t who;
  enum route_lane lane;
  const char *help;      /* one sentence: sitemap, who-can, OpenAPI */
  unsigned flags;        /* ROUTE_* below */
};
/* Every part must be given, so that a permission can never be left out. */
#define ROUTE(kind, path, handler, who, lane, help, flags)                                         \
  { kind, path, handler, who, lane, help, flags }
enum {
  ROUTE_PERSON =
      1, /* shows or changes something about a person: audit entry durable before any byte leaves */
  ROUTE_API = 2, /* JSON; token or anonymous; CORS * when WHO_ANYONE; no CSRF token needed for ASK
                    by token */
  ROUTE_RESIDENT =
      4, /* a resident may have it open: Exit now, neutral title, no-store, Back shows nothing */
  ROUTE_UPLOAD = 8, /* accepts multipart files (spooled; see request_file) */
  ROUTE_CACHE =
      16, /* public and the same for everyone: ETag and a short max-age; its forms only ask */
  ROUTE_SECOND_STEP = 64, /* open to somebody signed in who has yet to set up their second step */
  ROUTE_SEARCH = 32 /* asked again at each key typed: audit entries of one search are folded */
};

struct field_value { struct str name, value; };
struct upload {
  struct str name, file_name, type;
  int fd;
  uint64_t bytes;
}; /* fd: read-only spool, closed by web */
struct request {
  struct arena *arena;          /* everything for this request */
  struct db *db;
  instant_t now;
  day_t today;                  /* local date in the United Kingdom */
  struct actor actor;
  const struct route *route;
  struct str path, query_string;
  struct { struct field_value *p; size_t n; } path_values, query, form;
  struct { struct upload *p; size_t n; } uploads;
  int lang;                     /* 0 English, 1 Welsh */
  struct view *view;            /* where views write the page */
  struct buf *body;             /* the bytes of the reply (view writes here) */
  struct reply *reply;          /* status, headers; see the calls below */
  uint64_t id;                  /* reference shown on error pages and in logs */
  struct audit_note *audit;     /* what this reply shows of whom; see audit_shows */
  struct str content;           /* ROUTE_API: the body as it came (JSON); "" otherwise */
  struct str content_type;      /* its media type, lower case */
  struct str flash; /* a sentence an earlier request left to be shown once; "" = none. The layout
                       shows it */
  const struct ask *ask;        /* what came over the wire; web's own */
  const struct site *site;
  struct session *session;
  struct str resumed;           /* where what is in `form` had been sent, when it came back */
  bool lost;                    /* the database could not be reached for some of it; web's own */
};

struct str request_path(const struct request *rq, const char *name);
struct str request_query(const struct request *rq, const char *name);  /* "" when absent */
struct str request_form(const struct request *rq, const char *name);
struct strs request_form_all(struct request *rq,
                             const char *name);               /* repeated fields (check boxes) */
bool request_has(const struct request *rq, const char *name); /* in the form or the query */
const struct upload *request_file(const struct request *rq, const char *name);
/* The whole of a file that came with the form. False with a sentence for beside the field: none was
 * chosen, it holds more than `most` bytes (as MB in the sentence), or it did not arrive whole. */
bool request_file_bytes(const struct request *rq, const char *name, size_t most, struct str *out,
                        struct why *why);
bool actor_has(const struct actor *actor, uint32_t roles);             /* any of them */
/* Does the visitor want data rather than a page? True when Accept names JSON, or does not name HTML
 * at all ("anything", or nothing said): a browser always names it. */
bool request_wants_json(const struct request *rq);
/* Where the visitor asks from: for limits on guesses only, never stored beside anything typed. */
struct str request_address(const struct request *rq);
/* The address people reach this site by, without a slash at its end ("https://waymark.example"). */
struct str request_origin(const struct request *rq);
/* The bearer token of a call, "" when there is none: for a domain whose tokens stand for something
 * other than an account (a partner's way of sending referrals). */
struct str request_bearer(const struct request *rq);

/* What programs may ask, as OpenAPI 3.1, from the table of routes. */
void request_openapi(const struct request *rq, struct buf *json);

/* Replies. Status is 200 with an HTML page unless one of these is called. A handler that returns
 * after reply_* adds nothing more. Error pages carry all security headers and one sentence saying
 * what to do next. */
void reply_status(struct request *rq, int status);
void reply_redirect(struct request *rq, struct str path);              /* 303; own paths only */
void reply_not_found(struct request *rq); /* the same page for "absent" and "not yours" */
void reply_refuse(struct request *rq, int status, struct str sentence);
void reply_type(struct request *rq, const char *content_type);
void reply_header(struct request *rq, const char *name,
                  struct str value); /* CR, LF and NUL are refused */
void reply_download(struct request *rq, const char *content_type, struct str file_name);
/* What a READ or ASK shows is the same for everyone who asks the very same for the next `ms`
 * (web/again.h): many at once may be given these bytes. Never when the reply counted something. */
void reply_same(struct request *rq, int ms);
void reply_flash(struct request *rq,
                 struct str sentence); /* shown once on the next page (WRITE, then redirect) */

/* Audit: name whom a person-level reply is about, before returning. A ROUTE_PERSON reply without a
 * call is an alarm and is not sent. `classes` are bits of the data classes shown
 * (permission/permission.h). No values, ever. */
void audit_shows(struct request *rq, int64_t person_id, uint32_t classes);
void audit_did(struct request *rq, const char *what, int64_t person_id, uint32_t classes);

/* A domain: what one folder brings to the program. app/domains.c lists them; nothing else names
 * them all. */
struct command {               /* `waymark NAME ...` */
  const char *name, *usage, *help;
  int (*run)(int argc, char **argv);
  bool sealed; /* makes keys or opens what is ours: it is given the master key, or does not run */
};
struct domain {
  const char *name;
  const struct route *routes; size_t n_routes;
  const struct migrations *migrations;   /* as tool/embed makes it; NULL = none */
  const struct job_kind *jobs; size_t n_jobs;
  const struct command *commands; size_t n_commands;
  /* Loads what every installation has (code lists, packs); run by init and after each upgrade, so
   * it must be repeatable. */
  bool (*init)(struct db *db, struct arena *a, instant_t now, struct progress *p, struct why *why);
  /* Adds the demo place's rows of this domain (invented, labelled so), repeatable from the seed;
   * NULL = none. */
  bool (*demo)(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
               struct why *why);
  /* What this domain shows of a person, beside the others' (people/part.h). */
  const struct person_part *person_parts; size_t n_person_parts;
  /* What of people's records wants looking at (people/part.h). */
  const struct person_worklist *worklists;
  size_t n_worklists;
  /* What dates alone change, and what is kept no longer than it is for: called once a night, in a
   * MAIN transaction of its own, repeatable. What it answers other than DB_OK undoes this domain's
   * night only, and stands in the log. NULL = nothing changes by itself. */
  enum db_result (*night)(struct db *db, struct arena *a, instant_t now);
  /* Called in the `soon` process about ten times a second while no job runs there: keeps what pages
   * read ready. A look that finds nothing to do must cost next to nothing; NULL = none. */
  void (*tend)(struct db *db, instant_t now);
  /* Sentences for `waymark doctor`; returns the number of faults; NULL = nothing to check. */
  int (*doctor)(struct db *db, struct arena *a, instant_t now, struct buf *out);
};
#endif
