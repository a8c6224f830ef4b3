/* own: what may stand on somebody's own page: the one scope through which every page of theirs
 * reads, in whichever domain the facts are.
 *
 * Whoever holds their telephone reads it too (PRACTICE 4). So the page shows the work of the teams
 * that were named for it face to face and of nobody else, and of it either everything but what was
 * kept off, or only what was put there. It never depends on a safety flag or on anything of class
 * safety, so that a page with something held back is byte for byte the page without. */
#ifndef WAYMARK_PEOPLE_OWN_H
#define WAYMARK_PEOPLE_OWN_H
#include "db/db.h"
#include "web/web.h"

struct own_item { struct str kind; struct uuid id; bool shown; };
struct own_scope {
  int64_t person_id;
  bool open;        /* a page was opened for them; false: nothing stands on it but their name */
  bool everything;  /* as it comes, but for what is kept off; else only what was put there */
  int copy_hours;
  day_t since;      /* it was last changed */
  struct { int64_t *p; size_t n; } teams, organisations;
  struct { struct own_item *p; size_t n; } items;
};
/* What nobody may see of a person, whoever asks: for the page of the person themselves only. */
enum { OWN_COPY_HOURS = 24, OWN_COPY_HOURS_MAX = 240 };
/* False: the store failed; then nothing may be shown. */
bool own_scope_read(struct db *db, struct arena *a, int64_t person_id, struct own_scope *out);
bool own_team(const struct own_scope *s, int64_t team_id);
bool own_organisation(const struct own_scope *s, int64_t organisation_id);
/* As it comes, unless kept off or not put there. */
bool own_shows(const struct own_scope *s, const char *kind, struct uuid id);
/* What stands nowhere unless it was put there, in either mode: a note of a talk. */
bool own_put_there(const struct own_scope *s, const char *kind, struct uuid id);

/* Changes, by a worker with the person beside them; inside a MAIN transaction. */
/* Begins one, with the worker's own team, if there is none. */
enum db_result own_page_begin(struct db *db, struct arena *a, int64_t person_id, bool everything,
                              const struct actor *by, instant_t now);
enum db_result own_page_mode(struct db *db, struct arena *a, int64_t person_id, bool everything,
                             int copy_hours, int64_t by_user, instant_t now);
enum db_result own_page_team(struct db *db, struct arena *a, int64_t person_id, int64_t team_id,
                             bool on, int64_t by_user, instant_t now);
enum db_result own_page_item(struct db *db, struct arena *a, int64_t person_id, const char *kind,
                             struct uuid id, bool shown, int64_t by_user, instant_t now);
/* The page and all that was said of what stands on it: somebody is erased. */
enum db_result own_page_forget(struct db *db, int64_t person_id);
#endif
