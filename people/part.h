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
#include "db/list.h"
#include "db/veil.h"
#include "web/page.h"

/* One page of what is kept of somebody, in words: for an access request. title is registered
 * (SHOWN). roles: who of the team may read it before it is handed over; 0 = whoever sees its class.
 */
struct held_item {
  struct str title, words;
  uint32_t class_bit, roles;
  day_t on; /* DAY_NONE: of no day */
};
struct held {
  struct db *db;
  struct arena *a;
  int64_t person_id;
  struct { struct held_item *p; size_t n; } items;
  size_t cap;
  bool failed; /* something could not be read: what is there is not everything */
};
void held_add(struct held *h, struct held_item item); /* none without words */
/* One record, a page a class; and every record of that type they have. */
void held_record(struct held *h, const struct record_type *t, const void *record, uint32_t roles);
void held_records(struct held *h, const struct record_type *t);
/* Everything of every domain. */
void people_held(struct held *h);

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
  /* The same for the narrow column beside the cards: what is done most often. NULL: nothing. */
  void (*beside)(struct request *rq, const struct person *p, struct sight sight);
  /* The next thing of each of a list's people, for its "Next" column: sets words (and on) where it
   * has one; with several domains the earliest day is shown. One statement for all n. NULL: none.
   */
  void (*next)(struct request *rq, const int64_t *people, struct person_next *out, size_t n);
  /* Good news of each of a list's people since a day, for Today: sets words and on where there is
   * some. One statement for all n. NULL: none. */
  void (*good)(struct request *rq, const int64_t *people, day_t since, struct person_next *out,
               size_t n);
  /* These classes of somebody are erased: empty or delete what this domain keeps of them in the
   * clear (what is sealed dies with its key). Inside the MAIN transaction. NULL: it keeps none. */
  enum db_result (*erase)(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                          instant_t now);
  /* Everything this domain keeps of somebody, page by page, whatever stands on their own page
   * (PRACTICE 9). NULL: it keeps nothing of its own. */
  void (*hold)(struct held *h);
  /* Somebody goes into hiding, or hides and a night has passed: take them out of every projection
   * and open list of this domain, and veil (db/veil.h) the codes and days of what is over; what is
   * still open must be found by its day and is veiled once it is over. veil->hides false: they hide
   * no more; all of it back as it was, projections written again. Called when permission says so
   * already, inside the MAIN transaction, and repeatable. Fill it in for every `-- @person` table:
   * what stays in the clear all the same, under a number that names nobody, stands column by column
   * with its reason in test/gate/hidden_clear.txt, and the gate compares the tables with that list.
   * NULL: nothing of theirs is in the clear. */
  enum db_result (*hide)(struct db *db, struct arena *a, const struct veil *veil);
  /* Somebody was written, added or changed, whole as they are now: keep in step what is derived
   * from them. Inside the MAIN transaction. Never called of somebody who hides; when they go into
   * hiding p holds nothing but their id: keep nothing that finds them. NULL: derives nothing. */
  enum db_result (*wrote)(struct db *db, struct arena *a, const struct person *p, instant_t now);
  /* Before somebody new is added: those already here whom the asker may see and who may be the same
   * person, as a box for the form (it names them to the audit); empty: nobody, or nobody they may
   * know of. NULL: does not look. */
  struct markup (*alike)(struct request *rq, const struct person *p);
  /* What is said of one thing of the record, wherever it is shown: about ("contact",
   * "strength"...) and its public id. NULL: nothing. */
  struct markup (*said_of)(struct request *rq, const struct person *p, const char *about,
                           struct uuid item);
  int place; /* the smaller, the further to the front among the ways and cards; 0 = first */
};
enum { PART_SELDOM = 60 }; /* ways from this place on are folded under "More" */
/* People of a team whose record wants looking at, and where it is put right. Each is one statement:
 *
 *   PERSON_WORKLIST(no_plan, "not exists (select 1 from plan_revision r where r.person_id = "
 *                            "m.person_id) and m.from_day < ?");
 *   {.code = "no-plan", PERSON_WORKLISTS(no_plan), .day = -28, ...}
 *
 * The condition may hold one `?`: today plus `day`. It speaks of m (may_see), and looks at other
 * tables only by key. Rows: person, and the day support began. `kept` is the same among those who
 * stood on it this morning (worklist_now): nobody is on it who is not on `team`; who came upon it
 * since is missing until tomorrow. */
struct person_worklist {
  const char *code;
  const struct message *name, *why; /* "No plan yet"; what to do about it, never whose fault */
  const struct list *team, *own, *kept;
  int day;
  uint32_t classes; /* what of a person one must see to be told */
  const char *path; /* follows "/people/{id}": "/plan/edit#matters" */
  bool stage;       /* somebody stands still here: shown under "stuck", with how long */
};
#define PERSON_WORKLIST(name, condition)                                                           \
  LIST(name##_team, STORE_MAIN, "select m.person_id, m.from_day " MAY_SEE_FROM,                    \
       SCOPE(MAY_SEE_SCOPE " and m.reason = 'team'"), FILTERS(condition),                          \
       SORTS("m.name_fold, m.person_id"));                                                         \
  LIST(name##_own, STORE_MAIN, "select m.person_id, m.from_day " MAY_SEE_FROM,                     \
       SCOPE(MAY_SEE_SCOPE " and m.reason = 'team'" MAY_SEE_OWN), FILTERS(condition),              \
       SORTS("m.name_fold, m.person_id"));                                                         \
  LIST(name##_kept, STORE_MAIN,                                                                    \
       "select m.person_id, m.from_day from worklist_now x cross join may_see m ",                 \
       SCOPE(MAY_SEE_SCOPE_OF("x.team_id") " and m.person_id = x.person_id and +m.team_id = "      \
                                           "x.team_id and m.reason = 'team'"),                     \
       FILTERS(condition, "x.list = ?"), SORTS("x.name_fold, x.person_id"))
#define PERSON_WORKLISTS(name) .team = &name##_team, .own = &name##_own, .kept = &name##_kept
enum { WORKLIST_CONDITION, WORKLIST_CODE }; /* the filters; the second of `kept` alone */
/* Every domain's, in order; NULL past the end. */
const struct person_worklist *people_worklist(size_t i);

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

/* The same with only what a row shows (name, how it is safe to reach them): nothing sealed is
 * opened but for somebody who hides. */
bool people_listed(struct request *rq, int64_t person_id, struct sight sight, struct person *p);
/* Of many by one statement; id 0: there is nobody to show. */
void people_listed_all(struct request *rq, const int64_t *people, const struct sight *sights,
                       size_t n, struct person *out);

/* The newest good news of each of a list's people since a day; classes: what one must see of them
 * to be told. words "" = none. */
struct person_good {
  struct str words;
  day_t on;
  uint32_t classes;
};
void people_good_things(struct request *rq, const int64_t *people, day_t since,
                        struct person_good *out, size_t n);

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
/* What every part says of one thing of the record; empty as a rule. */
struct markup people_said_of(struct request *rq, const struct person *p, const char *about,
                             struct uuid item);
/* What the parts show on the person's first page, in order: their cards, and what stands beside. */
struct person_cards { struct markup main, beside; };
struct person_cards people_cards(struct request *rq, const struct person *p, struct sight sight);
#endif
