/* office_pages: who stands in for whom, and whom each team sees. */
#include "office.html.h"
#include "sharing/inside.h"

enum { COVER_DAYS_MAX = 60 };

static void show_cover(struct request *rq, struct str fault) {
  struct cover_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Cover")),
                            .fault = fault,
                            .for_others = actor_has(&rq->actor, ROLE_TEAM_LEAD | SHARING_DECIDERS)};
  size_t cap = 0;
  page.workers = picks_read(
      rq, db_rows(rq->db, rq->arena,
                  SQL("select id, name from user_account where team_id = ?1 and disabled_at is "
                      "null order by name"),
                  V(rq->actor.team_id)));
  struct covers_known all =
      permission_covers(rq->db, rq->arena, rq->actor.organisation_id, rq->today);
  for (size_t i = 0; i < all.n; i++)
    *slice_push(rq->arena, &page.rows, &cap) =
        (struct cover_row){all.p[i].absent, all.p[i].standing_in,
                           day_words(rq->arena, all.p[i].from), day_words(rq->arena, all.p[i].to)};
  if (fault.n) reply_status(rq, 422);
  view_sharing_cover(rq->view, &page);
}

void cover_page(struct request *rq) { show_cover(rq, (struct str){0}); }

static bool of_team(struct request *rq, struct str given, int64_t *user_id) {
  return str_to_i64(given, user_id) &&
         db_number(rq->db, 0,
                   SQL("select count(*) from user_account where id = ?1 and team_id = ?2 and "
                       "disabled_at is null"),
                   V(*user_id), V(rq->actor.team_id)) == 1;
}

/* One's own cover is one's own to arrange; another's is a team lead's or manager's. */
void cover_post(struct request *rq) {
  int64_t absent = rq->actor.user_id, standing_in = 0;
  day_t from, to;
  bool others = actor_has(&rq->actor, ROLE_TEAM_LEAD | SHARING_DECIDERS);
  struct str away = request_form(rq, "absent");
  bool good = of_team(rq, request_form(rq, "standing_in"), &standing_in) &&
              day_given(rq, "from", &from) && day_given(rq, "to", &to) && from <= to &&
              to >= rq->today && to - from < COVER_DAYS_MAX;
  if (good && others && away.n) good = of_team(rq, away, &absent);
  if (!good || absent == standing_in) {
    show_cover(rq, PAGE_TITLE(rq, "Choose two workers of your team, the first day and the last; "
                                  "60 days at most."));
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  permission_cover(rq->db, rq->arena, absent, standing_in, from, to, rq->actor.user_id, rq->now);
  accounts_tell(rq->db, rq->arena, standing_in, "You stand in for a colleague. See from when.",
                S("/cover"), rq->now);
  sharing_keep(rq, "cover arranged", 0, 0, PAGE_TITLE(rq, "It is arranged, and ends by itself."),
               S("/cover"));
}

/* ---- whom a team sees ---- */

static const char *const sees[] = {"own", "team", "organisation"};

static struct str latest_reason(struct request *rq, int64_t team_id) {
  return permission_team_sees_reason(rq->db, rq->arena, team_id);
}

static void show_teams(struct request *rq, struct str fault) {
  struct teams_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Whom each team sees")),
                            .fault = fault};
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select id, public_id, name, sees from team where organisation_id = "
                              "?1 and function = ?2 and ended_at is null order by name"),
                          V(rq->actor.organisation_id), V((int64_t)FUNCTION_SUPPORT));
  while (db_next(&r)) {
    struct str now = row_text(&r, 3);
    *slice_push(rq->arena, &page.rows, &cap) =
        (struct team_row){.id = row_text(&r, 1),
                          .name = row_text(&r, 2),
                          .sees = now,
                          .reason = latest_reason(rq, row_int(&r, 0)),
                          .own = str_eq(now, S("own")),
                          .team = str_eq(now, S("team")),
                          .organisation = str_eq(now, S("organisation"))};
  }
  if (fault.n) reply_status(rq, 422);
  view_sharing_teams(rq->view, &page);
}

void teams_page(struct request *rq) { show_teams(rq, (struct str){0}); }

void teams_sees_post(struct request *rq) {
  int64_t team = db_number(rq->db, 0,
                           SQL("select id from team where public_id = ?1 and organisation_id = ?2 "
                               "and function = ?3 and ended_at is null"),
                           V(request_path(rq, "id")), V(rq->actor.organisation_id),
                           V((int64_t)FUNCTION_SUPPORT));
  const char *choice = one_of(request_form(rq, "sees"), sees, countof(sees));
  struct str reason = text_given(rq, "reason");
  if (!team) {
    reply_not_found(rq);
    return;
  }
  if (!choice || !reason.n) {
    show_teams(rq, PAGE_TITLE(rq, "Choose whom the team sees, and say why in a sentence."));
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  permission_team_sees(rq->db, rq->arena, team, choice, reason, rq->actor.user_id, rq->now);
  sharing_keep(rq, "whom a team sees", 0, 0, PAGE_TITLE(rq, "The choice is kept with its reason."),
               S("/teams"));
}
