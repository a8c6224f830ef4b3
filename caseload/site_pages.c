/* site_pages: somebody of another organisation works at our site on some days (S32). The host knows
 * who comes and when, the guest where they are; neither gains sight of a single person: who sees
 * whom stays with teams, agreements and choices. */
#include "caseload/inside.h"
#include "caseload/pages.h"
#include "team.html.h"

enum { SITE_MAX = 120, GUESTS_MAX = 100 };

struct strs site_days(struct request *rq, struct str codes) {
  struct strs all = str_split(rq->arena, codes, ' '), out = {0};
  size_t cap = 0;
  for (size_t i = 0; i < all.n; i++)
    *slice_push(rq->arena, &out, &cap) =
        words_label((enum language)rq->lang, code_label("weekdays", all.p[i]));
  return out;
}

static struct team_options weekdays(struct request *rq) {
  const struct code_list *list = code_list("weekdays");
  struct strs chosen = request_form_all(rq, "day");
  struct team_options out = {0};
  size_t cap = 0;
  for (size_t i = 0; list && i < list->n; i++) {
    struct team_option o = {list->p[i].code, words_label((enum language)rq->lang, list->p[i].label),
                            false};
    for (size_t k = 0; k < chosen.n; k++) o.chosen |= str_eq(chosen.p[k], o.value);
    *slice_push(rq->arena, &out, &cap) = o;
  }
  return out;
}

static void read_guests(struct request *rq, struct sites_page *page) {
  size_t cap = 0;
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select g.public_id, u.name, o.name, g.site, g.weekdays, g.from_day from site_guest g "
          "join user_account u on u.id = g.guest_user_id join team t on t.id = u.team_id join "
          "member_organisation o on o.id = t.organisation_id where g.host_team_id = ?1 and "
          "(g.to_day is null or g.to_day >= ?2) order by u.name, g.id limit ?3"),
      V(rq->actor.team_id), V(db_day(rq->arena, rq->today)), V((int64_t)GUESTS_MAX));
  while (db_next(&r))
    *slice_push(rq->arena, &page->guests, &cap) =
        (struct site_row){.id = row_text(&r, 0),
                          .name = row_text(&r, 1),
                          .organisation = row_text(&r, 2),
                          .site = row_text(&r, 3),
                          .days = site_days(rq, row_text(&r, 4)),
                          .from = day_words(rq->arena, row_day(&r, 5))};
}

static void show(struct request *rq, struct str fault) {
  struct sites_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Who works at our site")),
                            .fault = fault,
                            .sign_in = request_form(rq, "sign_in"),
                            .site = request_form(rq, "site"),
                            .weekdays = weekdays(rq)};
  read_guests(rq, &page);
  if (fault.n) reply_status(rq, 422);
  view_team_sites(rq->view, &page);
}

void sites_page(struct request *rq) { show(rq, (struct str){0}); }

/* Days of the week as they stand in the list, each once. */
static struct str days_given(struct request *rq) {
  const struct code_list *list = code_list("weekdays");
  struct strs chosen = request_form_all(rq, "day");
  struct str out = {0};
  for (size_t i = 0; list && i < list->n; i++)
    for (size_t k = 0; k < chosen.n; k++)
      if (str_eq(chosen.p[k], list->p[i].code)) {
        out = out.n ? str_format(rq->arena, "%.*s %.*s", P(out), P(list->p[i].code))
                    : list->p[i].code;
        break;
      }
  return out;
}

struct guest {
  int64_t user;
  struct str site, days;
};

/* Enforcement never sits at a support site under this name; a guest adviser has a door of their own
 * (PRACTICE 1). */
static struct str read_guest(struct request *rq, struct guest *g) {
  struct str name = utf8_fold(rq->arena, str_trim(request_form(rq, "sign_in")));
  g->site = str_trim(request_form(rq, "site")), g->days = days_given(rq);
  g->user = db_number(rq->db, 0,
                      SQL("select u.id from user_account u join team t on t.id = u.team_id where "
                          "u.sign_in = ?1 and t.organisation_id <> ?2 and t.function = ?3 and "
                          "u.disabled_at is null"),
                      V(name), V(rq->actor.organisation_id), V((int64_t)FUNCTION_SUPPORT));
  if (!g->user)
    return PAGE_TITLE(rq, "Give the sign-in name of somebody of a support team of another "
                          "organisation.");
  if (!g->site.n || utf8_count(g->site) > SITE_MAX || !g->days.n)
    return PAGE_TITLE(rq, "Say where they sit and on which days.");
  return (struct str){0};
}

static enum db_result keep_guest(struct request *rq, const struct guest *g) {
  return db_run(rq->db,
                SQL("insert into site_guest (public_id, host_team_id, guest_user_id, site, "
                    "weekdays, from_day, made_by) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
                db_uuid(rq->arena, uuid_v4()), V(rq->actor.team_id), V(g->user), V(g->site),
                V(g->days), db_day(rq->arena, rq->today), V(rq->actor.user_id));
}

static enum db_result end_guest(struct request *rq) {
  struct uuid id;
  if (!uuid_parse(request_form(rq, "end"), &id)) return DB_CONFLICT;
  enum db_result result =
      db_run(rq->db,
             SQL("update site_guest set to_day = ?3 where public_id = ?1 and "
                 "host_team_id = ?2 and to_day is null"),
             V(db_uuid(rq->arena, id)), V(rq->actor.team_id), db_day(rq->arena, rq->today - 1));
  return result == DB_OK && db_changes(rq->db) == 0 ? DB_CONFLICT : result;
}

void sites_post(struct request *rq) {
  struct guest g = {0};
  bool ending = request_form(rq, "end").n > 0;
  struct str fault = ending ? (struct str){0} : read_guest(rq, &g);
  if (fault.n) return show(rq, fault);
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = ending ? end_guest(rq) : keep_guest(rq, &g);
  audit_did(rq, "who works at our site", 0, 0);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (team_failed(rq, result == DB_OK ? kept : result)) return;
  reply_flash(rq, PAGE_TITLE(rq, "Written down."));
  reply_redirect(rq, S("/team/sites"));
}

/* "You are at Lantern Hub today": for the guest's own Today; "" = nowhere else. */
struct str site_today(struct request *rq) {
  static const char *const codes[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
  struct str out = {0};
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select g.site, o.name, g.weekdays from site_guest g join team t on t.id = "
          "g.host_team_id join member_organisation o on o.id = t.organisation_id where "
          "g.guest_user_id = ?1 and g.from_day <= ?2 and (g.to_day is null or g.to_day >= ?2) "
          "order by g.id"),
      V(rq->actor.user_id), V(db_day(rq->arena, rq->today)));
  while (db_next(&r))
    if (str_contains(row_text(&r, 2), str_of(codes[day_weekday(rq->today)])))
      out = SAY(rq->arena, (enum language)rq->lang, T("Today you are at {site} of {organisation}."),
                SLOT("site", row_text(&r, 0)), SLOT("organisation", row_text(&r, 1)));
  return out;
}
