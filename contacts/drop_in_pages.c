/* drop_in_pages: a shopfront counts who comes in: one press, no form to fill, nothing about anybody
 * (S36). */
#include "contacts.html.h"
#include "contacts/inside.h"
#include "contacts/pages.h"

enum { SITE_MAX = 80, MONTHS_SHOWN = 24, MANY_MAX = 5000 };

static struct str first_site(struct request *rq, struct strs sites) {
  struct str given = str_trim(request_form(rq, "site"));
  if (!given.n) given = str_trim(request_query(rq, "site"));
  if (given.n) return utf8_head(given, SITE_MAX);
  return sites.n ? sites.p[0] : PAGE_TITLE(rq, "Front door");
}

static void read_sites(struct request *rq, struct strs *sites) {
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select distinct site from drop_in where team_id = ?1 order by site "
                              "limit 50"),
                          V(rq->actor.team_id));
  while (db_next(&r)) *slice_push(rq->arena, sites, &cap) = row_text(&r, 0);
}

static void read_months(struct request *rq, struct drop_in_view *page) {
  size_t cap = 0;
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select substr(on_day, 1, 7) as month, sum(n) from drop_in where team_id = ?1 and kind = "
          "'came_in' group by substr(on_day, 1, 7) order by month desc limit ?2"),
      V(rq->actor.team_id), V((int64_t)MONTHS_SHOWN));
  while (db_next(&r)) {
    struct day_span span;
    if (day_span_parse(row_text(&r, 0), &span))
      *slice_push(rq->arena, &page->months, &cap) =
          (struct drop_in_month){span.first, row_int(&r, 1)};
  }
  page->six_months = db_number(
      rq->db, 0,
      SQL("select sum(n) from drop_in where team_id = ?1 and kind = 'came_in' and on_day > ?2"),
      V(rq->actor.team_id), db_day(rq->arena, day_add_months(rq->today, -6)));
}

static void read_page(struct request *rq, struct drop_in_view *page) {
  const struct code_list *kinds = code_list("drop_in_kinds");
  size_t cap = 0;
  read_sites(rq, &page->sites);
  page->site = first_site(rq, page->sites);
  for (size_t i = 0; kinds && i < kinds->n; i++)
    *slice_push(rq->arena, &page->kinds, &cap) = (struct drop_in_kind){
        kinds->p[i].code, label_of(rq, "drop_in_kinds", kinds->p[i].code),
        db_number(rq->db, 0,
                  SQL("select n from drop_in where team_id = ?1 and site = ?2 and on_day = ?3 and "
                      "kind = ?4"),
                  V(rq->actor.team_id), V(page->site), db_day(rq->arena, rq->today),
                  V(kinds->p[i].code))};
  read_months(rq, page);
}

static void show(struct request *rq, struct str fault) {
  struct drop_in_view page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Drop-in")),
                              .fault = fault};
  read_page(rq, &page);
  view_contacts_drop_in(rq->view, &page);
}

void drop_in_page(struct request *rq) { show(rq, (struct str){0}); }

void drop_in_api(struct request *rq) {
  struct drop_in_view page = {0};
  struct json_out j = json_to(rq->body);
  read_page(rq, &page);
  reply_type(rq, "application/json");
  json_open(&j);
  json_put_str(&j, "site", page.site);
  json_put_i64(&j, "six_months", page.six_months);
  json_key(&j, S("months"));
  json_list(&j);
  for (size_t i = 0; i < page.months.n; i++) {
    json_open(&j);
    json_put_str(&j, "month", day_iso(rq->arena, page.months.p[i].first));
    json_put_i64(&j, "came_in", page.months.p[i].n);
    json_close(&j);
  }
  json_list_end(&j);
  json_close(&j);
}

void drop_in_post(struct request *rq) {
  struct str site = str_trim(request_form(rq, "site")), add = request_form(rq, "add"),
             less = request_form(rq, "less"), several = request_form(rq, "several");
  struct str kind = add.n ? add : less.n ? less : several, day = str_trim(request_form(rq, "day"));
  int64_t n = less.n ? -1 : 1;
  day_t on = rq->today;
  bool good = site.n && utf8_count(site) <= SITE_MAX && code_find(code_list("drop_in_kinds"), kind);
  if (several.n)
    good = good && str_to_i64(str_trim(request_form(rq, "many")), &n) && n > 0 && n <= MANY_MAX &&
           (!day.n || (day_parse_typed(day, &on) && on <= rq->today));
  if (!good) {
    reply_status(rq, 422);
    return show(rq, PAGE_TITLE(rq, "Say where, and give a number; a day as 27/3/2026, not after "
                                   "today."));
  }
  db_begin(rq->db, STORE_MAIN);
  enum db_result result =
      contacts_drop_in(rq->db, rq->arena, rq->actor.team_id, site, on, kind, n);
  audit_did(rq, "drop-in counted", 0, 0);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (contacts_failed(rq, result == DB_OK ? kept : result)) return;
  reply_redirect(rq, S("/drop-in"));
}
