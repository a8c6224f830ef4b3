/* match_pages: private matching as leads see it: with whom, on what grounds, which runs there were,
 * how many are shared, and the log. Counts only; whose records are shared stands on their own
 * pages. A run with a partner whose address is known begins here and goes by itself; the others go
 * by files, from the command line. */
#include "known.html.h"
#include "known/match.h"
#include "known/pages.h"
#include "web/page.h"

static struct str purpose_words(struct request *rq, struct str purpose) {
  if (str_eq(purpose, S("same_help"))) return PAGE_TITLE(rq, "So that nobody is asked twice");
  if (str_eq(purpose, S("hand_over"))) return PAGE_TITLE(rq, "So that help goes on after a move");
  return PAGE_TITLE(rq, "To plan, in counts only");
}

static void list_log(struct request *rq, int64_t match, struct known_run *run) {
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select at, said from known_match_log where match_id = ?1 order by "
                              "id limit 20"),
                          V(match));
  while (db_next(&r))
    *slice_push(rq->arena, &run->log, &cap) = (struct known_run_line){
        day_words(rq->arena, instant_local_uk(row_instant(&r, 0)).day), row_text(&r, 1)};
}

static void list_runs(struct request *rq, int64_t partner, bool count_only,
                      struct known_partner_row *row) {
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select id, period, state, people, shared from known_match where "
                              "partner_id = ?1 order by id desc limit 12"),
                          V(partner));
  while (db_next(&r)) {
    struct known_run run = {.period = row_text(&r, 1),
                            .people = row_int(&r, 3),
                            .done = str_eq(row_text(&r, 2), S("done")),
                            .counted = count_only};
    if (run.done) run.shared = psi_count_words(rq->arena, (uint32_t)row_int(&r, 4));
    list_log(rq, row_int(&r, 0), &run);
    *slice_push(rq->arena, &row->runs, &cap) = run;
  }
}

/* The month is the period; whoever wants others goes by files. */
static struct str period_now(struct request *rq) {
  return str_slice(day_iso(rq->arena, rq->today), 0, 7);
}

static void list_partners(struct request *rq, struct known_match_page *page) {
  size_t cap = 0;
  struct rows r =
      db_rows(rq->db, rq->arena,
              SQL("select p.id, o.name, p.purpose, p.organisation_id, p.count_only, "
                  "p.public_id, p.address, p.wanted_period, p.said from known_partner p "
                  "join member_organisation o on o.id = p.organisation_id where "
                  "p.our_organisation_id = ?1 order by o.name"),
              V(rq->actor.organisation_id));
  while (db_next(&r)) {
    struct known_partner_row row = {.name = row_text(&r, 1),
                                    .purpose = purpose_words(rq, row_text(&r, 2)),
                                    .id = row_text(&r, 5),
                                    .by_https = !row_null(&r, 6),
                                    .wanted = row_text(&r, 7),
                                    .said = row_text(&r, 8)};
    row.agreed = permission_agreement_between(rq->db, rq->arena, rq->actor.organisation_id,
                                              row_int(&r, 3), CLASS_IDENTITY, rq->today);
    list_runs(rq, row_int(&r, 0), row_int(&r, 4) != 0, &row);
    bool begun = false;
    for (size_t i = 0; i < row.runs.n; i++) {
      begun |= str_eq(row.runs.p[i].period, period_now(rq));
      row.goes_on |= str_eq(row.runs.p[i].period, row.wanted) && !row.runs.p[i].done;
    }
    if (row.by_https && row.agreed && !begun) row.next = period_now(rq);
    if (row.by_https && row.agreed && row.goes_on) row.next = row.wanted;
    *slice_push(rq->arena, &page->partners, &cap) = row;
  }
}

static void show(struct request *rq, struct str fault) {
  struct known_match_page page = {
      .layout = page_layout(rq, PAGE_TITLE(rq, "Matching without names")), .fault = fault};
  list_partners(rq, &page);
  view_known_match(rq->view, &page);
}

void known_match_page(struct request *rq) { show(rq, (struct str){0}); }

struct wanting {
  struct request *rq;
  struct match_partner partner;
  struct why why;
};

static enum db_result want(struct db *db, void *with) {
  struct wanting *w = with;
  struct str period = request_form(w->rq, "period");
  return match_want(db, w->rq->arena, &w->partner, period, w->rq->now, &w->why) ? DB_OK
                                                                                : DB_CONFLICT;
}

void known_match_post(struct request *rq) {
  struct wanting w = {.rq = rq};
  int64_t id = db_number(rq->db, 0,
                         SQL("select id from known_partner where public_id = ?1 and "
                             "our_organisation_id = ?2"),
                         V(request_form(rq, "partner")), V(rq->actor.organisation_id));
  if (!id || !match_partner_numbered(rq->db, rq->arena, id, &w.partner)) {
    reply_not_found(rq);
    return;
  }
  if (db_atomically(rq->db, STORE_MAIN, want, &w) == DB_OK) {
    audit_did(rq, "matching with a partner, begun", 0, 0);
    reply_redirect(rq, S("/known/partners"));
    return;
  }
  reply_status(rq, 422);
  show(rq, words_label((enum language)rq->lang, str_copy(rq->arena, why_str(&w.why))));
}
