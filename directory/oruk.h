/* oruk: Open Referral UK 3.0 (HSDS-UK-3.0) as it is served. Private to directory/.
 *
 * Empty optional fields are left out, never null or "". Ids are UUIDs. What the UK profile dropped
 * (phones, contact e-mail, language codes) is sent as extras, so are HSDS 3.1 capacities. Never
 * sent: assurer_email, anything marked personal, an address that is not published. Specification:
 * openreferraluk.org/developers/specification/3.0. */
#ifndef WAYMARK_DIRECTORY_ORUK_H
#define WAYMARK_DIRECTORY_ORUK_H
#include "directory/inside.h"

enum oruk_depth {
  ORUK_MINIMAL, /* id, name, status, last_modified */
  ORUK_LIST,    /* the service and its organisation */
  ORUK_FULL     /* everything nested */
};
struct oruk_put {
  struct db *db;
  struct arena *a;      /* one request */
  struct json_out *j;
  day_t day;
  struct organisation
      organisation; /* the last one written: lists are mostly of one after another */
};
void oruk_service(struct oruk_put *o, const struct service *s, enum oruk_depth depth);
void oruk_organisation(struct oruk_put *o, const struct organisation *org, bool with_services);
void oruk_taxonomy(struct oruk_put *o, const struct taxonomy *t, bool with_terms);
void oruk_term(struct oruk_put *o, const struct taxonomy_term *t, const struct taxonomy *of);
void oruk_service_at_location(struct oruk_put *o, const struct service_at_location *sl,
                              enum oruk_depth depth);

enum { ORUK_PER_PAGE = 50, ORUK_PER_PAGE_MAX = 200, ORUK_TIMES_MAX = 14 };
/* What was asked; every filter that is set must hold. */
struct oruk_ask {
  struct str search;                  /* folded words; each must begin a word of the entry */
  struct uuid term, taxonomy, organisation, parent;
  bool by_term, by_taxonomy, by_organisation, by_parent, by_place, top_only;
  instant_t modified_after;           /* INSTANT_NONE = any */
  int64_t minimum_age, maximum_age;   /* NUMBER_NONE = any */
  size_t times;                       /* any one of these */
  int day[ORUK_TIMES_MAX], opens[ORUK_TIMES_MAX], closes[ORUK_TIMES_MAX]; /* -1 = not asked */
  double latitude, longitude,
      metres; /* metres < 0: coverage of the postcode is asked, not distance */
  struct strs areas;                  /* of the postcode */
  int64_t page, per_page;
  bool ndjson;
  enum oruk_depth depth;
};
bool oruk_ask_read(struct request *rq, struct oruk_ask *out, struct why *why);
/* The services that fit, by name, as indexes into offers->list. */
struct oruk_found { uint32_t *p; size_t n; };
struct oruk_found oruk_find(struct request *rq, const struct offers *offers,
                            const struct oruk_ask *ask);
bool oruk_place_near(const struct offer_place *p, const struct oruk_ask *ask);
bool words_hold(struct str words, struct str search);   /* every word of search begins a word */
double metres_between(double lat1, double lon1, double lat2, double lon2);
#endif
