/* part: how a domain shows its own part of a person's record. Every page about a person wears the
 * same head (name, safety, why it may be seen) and the same row of ways to the other parts; each
 * domain lists its parts in its struct domain and brings the routes.
 *
 *   static void page(struct request *rq) {
 *     struct person p;
 *     struct sight sight;
 *     if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
 *     struct plan_page page = {.head = people_head(rq, &p, sight, PAGE_TITLE(rq, "Plan"))};
 *     ...
 *   {% wrap person_frame(&page->head) %}<h2>Plan</h2>...{% end %} */
#ifndef WAYMARK_PEOPLE_PART_H
#define WAYMARK_PEOPLE_PART_H
#include "people/people.h"
#include "web/page.h"

struct person_next { struct str words; day_t on; }; /* on DAY_NONE: no day */

/* One way on a person's pages, and a few lines of their first page. Shown to whoever may see any of
 * `classes` of this person and holds any of `roles` (0 = whoever may see them). */
struct person_part {
  const struct message *name;
  const char *path; /* follows "/people/{id}/"; the domain brings that READ route. NULL: none */
  uint32_t classes, roles;
  /* Writes its lines (a <section> with its heading) into rq->view, only what the sight allows, or
   * nothing; the page has named whom it shows. NULL: a way only. */
  void (*card)(struct request *rq, const struct person *p, struct sight sight);
  /* The next thing of each of a list's people, for its "Next" column: sets words (and on) where it
   * has one; with several domains the earliest day is shown. One statement for all n. NULL: none.
   */
  void (*next)(struct request *rq, const int64_t *people, struct person_next *out, size_t n);
  /* These classes of somebody are erased: empty or delete what this domain keeps of them in the
   * clear (what is sealed dies with its key). Inside the MAIN transaction. NULL: it keeps none. */
  enum db_result (*erase)(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                          instant_t now);
  int place; /* the smaller, the further to the front among the ways and cards; 0 = first */
};
enum { PART_SELDOM = 60 }; /* ways from this place on are folded under "More" */
/* The domains whose parts are shown, in their order; once, before any fork. The list must outlive
 * the program. */
void people_parts_use(const struct domain *const *domains, size_t n);

/* The person of the route's {id}, as far as the asker may see, named to the audit with the classes
 * seen. False: they may see none of `classes` (0: any), or there is nobody: the reply is the same
 * "not found". Use it first in each route below /people/{id}. */
bool people_open(struct request *rq, struct person *p, struct sight *sight, uint32_t classes);

/* Somebody a list found and permission_recheck let through, as far as the sight allows: for a row
 * that names them. The caller says to the audit what it shows. */
bool people_seen(struct request *rq, int64_t person_id, struct sight sight, struct person *p);

/* What is said beside a name before anything else: how it is safe to reach them; "" = nothing. */
struct str people_safe_words(struct request *rq, const struct person *p);

struct person_way { const struct message *name; struct str href; bool here, seldom; };
struct person_head {
  struct layout layout;
  struct str id, name, why, safe, safe_note, household;
  struct str safe_times, say_from, code_word, needs, limited;
  bool no_chase;   /* does not want work now, or asked for space: said kindly beside the name */
  bool ask_first;  /* how it is safe to reach them is not for this asker to see */
  struct { struct person_way *p; size_t n; } ways;
  bool seldom, seldom_open; /* some ways are folded; the page shown is one of them */
};
/* View: {% wrap person_frame(&page->head) %}; include "people/part.html.h" after this header.
 * The title is the tab's words: never a person's name. */
struct person_head people_head(struct request *rq, const struct person *p, struct sight sight,
                               struct str title);
/* The parts' cards for the person's first page, in order. */
struct markup people_cards(struct request *rq, const struct person *p, struct sight sight);
#endif
