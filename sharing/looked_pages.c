/* looked_pages: who looked at one person, newest first: role and organisation always, names of
 * staff as their organisation decides (own staff here; PRACTICE 7). Looks by safeguarding are left
 * out for everyone but safeguarding, as are looks at a worry about the person, the telling of it
 * included, until the lead says that telling is safe (PRACTICE 3). */
#include "audit/audit.h"
#include "safeguarding/safeguarding.h"
#include "sharing.html.h"
#include "sharing/inside.h"
#include "web/route.h"

enum { LOOKS_SHOWN = 100 };

static struct str moment(struct request *rq, instant_t t) {
  struct local l = instant_local_uk(t);
  return str_format(rq->arena, "%.*s, %02d:%02d", P(day_words(rq->arena, l.day)), l.minute / 60,
                    l.minute % 60);
}

static struct str verb(struct request *rq, const struct audit_entry *e) {
  if (e->what.n) return words_in(rq, str_c(rq->arena, e->what));
  return e->kind == AUDIT_WRITE ? PAGE_TITLE(rq, "changed") : PAGE_TITLE(rq, "looked");
}

static bool add_look(struct request *rq, int64_t person_id, const struct audit_look *look,
                     struct looked_row *out) {
  struct actor who = {0};
  const struct audit_entry *e = &look->entry;
  /* Nobody learns from a list of looks that somebody complained (rights/rights.h). */
  if (str_starts(e->route, S("/complaints")) || str_starts(e->route, S("/mine/complaints")))
    return false;
  if (!actor_has(&rq->actor, ROLE_SAFEGUARDING) &&
      !safeguarding_may_show_look(rq->db, person_id, e->route))
    return false;
  if (e->user_id < 0) { /* the person themselves */
    *out = (struct looked_row){PAGE_TITLE(rq, "They themselves"), (struct str){0},
                               moment(rq, e->at), verb(rq, e), classes_words(rq, look->classes)};
    return true;
  }
  accounts_actor(rq->db, rq->arena, e->user_id, 0, instant_local_uk(e->at).day, &who);
  if (who.roles == ROLE_SAFEGUARDING && !actor_has(&rq->actor, ROLE_SAFEGUARDING)) return false;
  bool own = who.organisation_id == rq->actor.organisation_id;
  struct str roles = who_words(rq->arena, who.roles);
  *out = (struct looked_row){
      own ? str_format(rq->arena, "%.*s (%.*s)", P(who.name), P(roles)) : roles,
      who.organisation_name, moment(rq, e->at), verb(rq, e), classes_words(rq, look->classes)};
  return true;
}

void sharing_looked(struct request *rq) {
  struct person p;
  struct sight sight;
  struct audit_looks looks = {0};
  if (!people_open(rq, &p, &sight, 0)) return;
  struct looked_page page = {.head = people_head(rq, &p, sight, PAGE_TITLE(rq, "Who looked"))};
  if (!audit_who_looked(rq->db, rq->arena, p.id, 0, LOOKS_SHOWN, &looks)) {
    reply_refuse(rq, 503, PAGE_TITLE(rq, "The record of who looked cannot be read just now."));
    return;
  }
  page.rows.p = arena_many(rq->arena, struct looked_row, looks.n + 1);
  for (size_t i = 0; i < looks.n; i++)
    page.rows.n += add_look(rq, p.id, &looks.p[i], &page.rows.p[page.rows.n]);
  view_sharing_looked(rq->view, &page);
}
