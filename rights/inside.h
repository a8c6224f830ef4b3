/* inside: what the files of this folder share and nobody else may use. */
#ifndef WAYMARK_RIGHTS_INSIDE_H
#define WAYMARK_RIGHTS_INSIDE_H
#include "people/part.h"
#include "rights/rights.h"

enum {
  RIGHTS_READERS = ROLE_TEAM_LEAD | ROLE_MANAGER | ROLE_SAFEGUARDING,
  RIGHTS_TYPERS = ROLE_KEY_WORKER | ROLE_PEER | RIGHTS_READERS,
  RIGHTS_WORDS_MAX = 4000
};
/* The complaint of that id, when the asker is one of its readers. */
bool complaint_open(struct request *rq, struct uuid id, struct complaint *out);
/* Those of the asker's organisation that they read, newest first; at most `room` are looked at. */
struct complaints complaints_to_read(struct request *rq, int room);
struct str complaint_state_words(struct request *rq, struct complaint_standing s);
struct str complaint_kind_words(struct request *rq, struct str kind);
handler complaints_page, complaint_new_page, complaint_new_post, complaint_page, complaint_post,
    complaint_paper_page;
enum db_result rights_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                            instant_t now);
bool rights_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                 struct why *why);

/* access.c */
enum { ACCESS_READERS = ROLE_KEY_WORKER | RIGHTS_READERS };
struct access_page {
  int64_t id, number, first_by, second_by;
  uint32_t class_bit, roles;
  struct str title, words, choice, reason, cut;
  day_t on;
};
struct access_pages {
  struct access_page *p;
  size_t n;
};
bool access_load(struct db *db, struct arena *a, struct uuid id, struct access_request *out);
struct access_requests access_of_organisation(struct db *db, struct arena *a,
                                              int64_t organisation_id, int room);
struct access_pages access_pages_of(struct db *db, struct arena *a, const struct access_request *q);
/* A passage that stands nowhere in the page; "": all of them do. */
struct str access_cut_wrong(struct str words, struct str cut);
/* What they get of a page: "" = nothing. What would endanger somebody leaves no mark. */
struct str access_released(struct request *rq, const struct access_page *p);
enum db_result access_look(struct db *db, struct arena *a, const struct access_request *q,
                           const struct access_page *p, int64_t by_user, instant_t now);
enum db_result access_second(struct db *db, struct arena *a, const struct access_page *p,
                             bool agrees, int64_t by_user, instant_t now);
enum db_result access_say(struct db *db, struct arena *a, const struct access_request *q,
                          const char *what, struct str words, int64_t by_user, instant_t now);
enum db_result access_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes);
struct str access_state_words(struct request *rq, enum access_state s);
handler access_person_page, access_person_post, access_request_page, access_request_post,
    access_paper_page;
#endif
