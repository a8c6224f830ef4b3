/* inside: what the files of this folder share and nobody else may use. */
#ifndef WAYMARK_SHARING_INSIDE_H
#define WAYMARK_SHARING_INSIDE_H
#include "accounts/accounts.h"
#include "people/part.h"
#include "sharing/pages.h"
#include "sharing/sharing.h"

enum { SHARING_TEXT_MAX = 600, SHARING_WORKERS = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER |
                                                 ROLE_SAFEGUARDING,
       SHARING_DECIDERS = ROLE_MANAGER | ROLE_SAFEGUARDING };

/* Classes somebody may choose about: never equality (tables only) nor safety (never shared by
 * choice: an override, recorded, is for that). */
enum { CHOOSABLE = ((1 << CLASS_COUNT) - 1) & ~(CLASS_EQUALITY | CLASS_SAFETY) };
struct picks class_picks(struct request *rq, uint32_t classes);
uint32_t classes_given(struct request *rq, const char *name, uint32_t allowed);
struct str classes_words(struct request *rq, uint32_t classes);
struct str words_in(struct request *rq, const char *english);
struct picks picks_of(struct request *rq, const char *const *pairs, size_t n);
/* Rows "id, name" of a query, as choices. */
struct picks picks_read(struct request *rq, struct rows r);
/* One of the given words, as it stands in the list; NULL when it is none. */
const char *one_of(struct str given, const char *const *words, size_t n);
struct str text_given(struct request *rq, const char *name);  /* trimmed; "" when too long */
bool day_given(struct request *rq, const char *name, day_t *out);
/* Writes the audit entry, commits and leads on; what a failure says is the same everywhere. */
void sharing_keep(struct request *rq, const char *what, int64_t person_id, uint32_t classes,
                  struct str flash, struct str to);
struct str sharing_path(struct request *rq, const struct person *p, const char *below);

handler sharing_page, sharing_choice, sharing_share, sharing_share_end, sharing_override,
    sharing_know, sharing_hide, sharing_reveal, sharing_name_worker, sharing_looked, sharing_card,
    sharing_link;
handler guest_new_page, guest_new_post, guest_sheet_page, guest_sheet_post;
handler agreements_page, agreement_new_page, agreement_new_post, agreement_page,
    agreement_review_post, agreement_end_post;
handler cover_page, cover_post, teams_page, teams_sees_post;
handler emergency_page, emergency_post, reviews_page, review_page, review_post,
    review_search_post;
handler disclosures_page, disclosure_post, disclosure_second_post, disclosure_counts_page;
handler returns_page;
enum db_result sharing_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                             instant_t now);
bool returns_init(struct db *db, struct arena *a, instant_t now, struct progress *p,
                  struct why *why);
enum db_result sharing_conceal(struct db *db, struct arena *a, const struct veil *veil);
#endif
