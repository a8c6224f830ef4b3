/* inside: what the files of this folder share and nobody else may use. */
#ifndef WAYMARK_CASELOAD_INSIDE_H
#define WAYMARK_CASELOAD_INSIDE_H
#include "caseload/caseload.h"
#include "people/part.h"
#include "web/look/chart.h"

enum { CARRIED_MAX = 400, WORKERS_MAX = 200, HIDDEN_MAX = 20 };

/* Somebody a worker carries whom the asker may see, with what may be seen of them. */
struct carried { int64_t id; struct sight sight; struct person person; };
struct carrieds { struct carried *p; size_t n; };
/* Whom the user carries on the day (their own, never those they stand in for), as far as the asker
 * may see, by name; who hides only where the asker is named for them. Nobody is named to the audit:
 * the caller does that for those it shows. */
struct carrieds caseload_of(struct request *rq, int64_t user_id);

/* Their ids alone, at most `room`: for counting and finding what waits; nobody is asked about. */
size_t caseload_ids(struct request *rq, int64_t user_id, int64_t *ids, size_t room);

/* A colleague of the asker's team, by the path's {worker}; false: the reply is "not found". */
struct worker {
  int64_t id;
  struct uuid public_id;
  struct str name;
};
bool worker_open(struct request *rq, struct worker *out);
/* After a write: true when it failed and the reply says what to do. */
bool team_failed(struct request *rq, enum db_result result);

/* worklist.c: whom a worklist holds, as far as the asker may see, longest supported first kept in
 * the order of names; at most `limit`. since: the day support began. */
struct listed {
  int64_t person_id;
  day_t since;
};
struct listeds {
  struct listed *p;
  size_t n;
};
struct listeds worklist_read(struct request *rq, const struct person_worklist *w, int limit);

/* Are the asker's lists those of this morning? Then nobody is on one who is not right now, and who
 * came upon one since is missing until tomorrow. */
bool worklists_kept(struct request *rq);
/* Keeps, for that day, who of a team stands on which list; and each night for every large team.
 * Inside a MAIN transaction. */
enum db_result worklists_keep(struct db *db, struct arena *a, int64_t team_id, instant_t now);
enum db_result caseload_night(struct db *db, struct arena *a, instant_t now);

extern const struct person_worklist worklist_everyone; /* whom the team supports */

/* bars.c: a chart of plain bars with its table. value CHART_UNKNOWN: not known, hatched. */
struct bar {
  struct str name, href;
  int64_t value;
  bool pressing;
  struct str more[3];
};
struct bars {
  struct chart_words words;
  const struct message *columns[5]; /* the name's, the value's, and those of `more`; NULL ends it */
  struct {
    struct bar *p;
    size_t n;
  } rows;
};
void bars_chart(struct view *v, const struct bars *b, struct chart_parts *out);

/* Pure: which places of `n` people a sample of `size` takes, from a seed: the same again for the
 * same seed and n. Writes them rising to `at`; returns how many. */
size_t sample_draw(uint64_t seed, size_t n, size_t size, size_t *at);

handler funnel_page;
handler stuck_page, load_page, load_post, checks_page, checks_post;
/* A lead supervises whoever is in their team, but not themselves and not who leads them. */
bool may_supervise(struct request *rq, const struct worker *w);
handler supervision_page, supervision_post, supervision_own_page, supervision_own_post;
handler samples_page, samples_post, sample_page, sample_post;
handler data_page, data_list_page, delay_page, team_spells_page, team_spells_post, spells_page,
    spells_api, spells_post;
/* Where the asker works today besides their own place; "" = nowhere. */
struct str site_today(struct request *rq);
struct strs site_days(struct request *rq, struct str codes);
handler sites_page, sites_post;
bool caseload_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                   struct why *why);
handler own_page;
handler today_page, today_api, handover_page, team_page, worker_page, worker_move;
enum db_result caseload_hide(struct db *db, struct arena *a, const struct veil *veil);
enum db_result caseload_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                              instant_t now);
#endif
