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
#endif
