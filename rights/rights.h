/* rights: what people may ask of whoever helps them. Complaints, thanks and ideas, from somebody's
 * own page or from paper; and access requests: everything kept of somebody, read page by page by
 * two people before it is handed over (PRACTICE 4 and 9).
 *
 * Who reads a complaint, and by when, is said before it is sent. The worker it is about never reads
 * it, nor learns from any list, count, notice or look that there is one. */
#ifndef WAYMARK_RIGHTS_H
#define WAYMARK_RIGHTS_H
#include "web/web.h"

/* Days by which somebody hears back. That a complaint about their data is acknowledged within 30
 * days is law since 19 June 2026 (PRACTICE 9); a month for an access request, and two more for a
 * reason they are told within the first, is UK GDPR Article 12(3). The rest are defaults of the
 * field for counsel to check. */
enum { COMPLAINT_HEARD_DAYS = 3, COMPLAINT_ANSWER_DAYS = 20, COMPLAINT_DATA_HEARD_DAYS = 30 };

enum complaint_state {
  COMPLAINT_NEW,       /* nobody told them yet that it came */
  COMPLAINT_LOOKED_AT, /* they were told that it came */
  COMPLAINT_ANSWERED,
  COMPLAINT_AGAIN /* they are not content with the answer: somebody else looks */
};
struct complaint_fact {
  struct str what, words;
  day_t on;
  int64_t by_user;
};
struct complaint_facts {
  struct complaint_fact *p;
  size_t n;
};
struct complaint_standing {
  enum complaint_state state;
  day_t due; /* DAY_NONE: nothing is due */
  bool late;
};
/* Pure. Thanks and ideas are due to be read and no more: the first fact ends them. */
struct complaint_standing complaint_standing_of(struct str kind, bool data, day_t received,
                                                const struct complaint_facts *facts, day_t today);
/* Working days after a day, Monday to Friday. */
day_t rights_days_after(day_t from, int days);

struct complaint {
  int64_t id, organisation_id, person_id, about_user, typed_by; /* 0: none */
  struct uuid public_id;
  struct str kind, via, who, words, wants;
  bool data;
  day_t received;
  struct complaint_facts facts;
};
struct complaints {
  struct complaint *p;
  size_t n;
};
/* Who reads one of an organisation's about that worker (0: nobody): its managers, else its
 * safeguarding leads, else its team leads; never the worker, nor whoever knows the person (a
 * connection block). */
struct rights_readers {
  int64_t *p;
  size_t n;
};
struct rights_readers rights_readers(struct db *db, struct arena *a, int64_t organisation_id,
                                     int64_t about_user, int64_t person_id, day_t today);
/* Keeps it and tells its readers that something is there; public_id zero: made. DB_NONE: nobody
 * would read it, and nothing is kept. Inside a MAIN transaction. */
enum db_result rights_complain(struct db *db, struct arena *a, struct complaint *c, instant_t now);
/* One more fact. Inside a MAIN transaction. */
enum db_result rights_complaint_say(struct db *db, struct arena *a, const struct complaint *c,
                                    const char *what, struct str words, int64_t by_user,
                                    instant_t now);
/* Somebody's own, newest first: for their own page. */
struct complaints rights_complaints_of(struct db *db, struct arena *a, int64_t person_id);
/* ---- access requests ---- */

enum access_state {
  ACCESS_READING,  /* pages wait for a first or a second look */
  ACCESS_READY,    /* two people looked at every page */
  ACCESS_RELEASED, /* it may be handed over */
  ACCESS_HANDED,
  ACCESS_WITHDRAWN
};
struct access_facts {
  struct access_fact *p;
  size_t n;
};
struct access_fact {
  struct str what, words;
  day_t on;
  int64_t by_user;
};
struct access_standing {
  enum access_state state;
  day_t due; /* a month after it was asked for, three once it takes longer; DAY_NONE: it is over */
  bool late, extended, may_extend; /* within the first month, once */
};
/* Pure. left: pages not yet looked at by two. */
struct access_standing access_standing_of(day_t asked, const struct access_facts *facts,
                                          int64_t left, day_t today);
struct access_request {
  int64_t id, organisation_id, person_id, typed_by, pages, left; /* left: not seen by two */
  struct uuid public_id;
  struct str via;
  day_t asked;
  bool shown;
  struct access_facts facts;
};
struct access_requests {
  struct access_request *p;
  size_t n;
};
/* Keeps it and collects everything (people_held). public_id zero: made. DB_CONFLICT: one of theirs
 * is open with that organisation; DB_FAILED: not everything could be read, and nothing is kept.
 * Inside a MAIN transaction. */
enum db_result rights_access_ask(struct db *db, struct arena *a, struct access_request *q,
                                 instant_t now);
struct access_requests rights_access_of(struct db *db, struct arena *a, int64_t person_id);
extern const struct domain rights_domain;
#endif
