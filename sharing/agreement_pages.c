/* agreement_pages: agreements between organisations: list, add, look again by a date, end. Kept by
 * managers and administrators of an organisation that is a party. */
#include "office.html.h"
#include "sharing/inside.h"

static struct str day_or(struct request *rq, day_t d, struct str none) {
  return d == DAY_NONE ? none : day_words(rq->arena, d);
}

static struct agreement_row row_of(struct request *rq, const struct agreement_known *g) {
  struct str parties = {0};
  for (size_t i = 0; i < g->parties.n; i++)
    parties = str_format(rq->arena, "%.*s%s%.*s", P(parties), i ? ", " : "",
                         P(g->parties.p[i].organisation));
  return (struct agreement_row){g->public_id,
                                g->title,
                                parties,
                                classes_words(rq, g->classes),
                                day_words(rq->arena, g->review_on),
                                day_or(rq, g->to, (struct str){0}),
                                g->review_on <= rq->today &&
                                    (g->to == DAY_NONE || g->to >= rq->today)};
}

void agreements_page(struct request *rq) {
  struct agreements_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Agreements"))};
  struct agreements_known all = permission_agreements(rq->db, rq->arena, rq->actor.organisation_id);
  page.rows.p = arena_many(rq->arena, struct agreement_row, all.n + 1);
  for (size_t i = 0; i < all.n; i++) page.rows.p[page.rows.n++] = row_of(rq, &all.p[i]);
  view_sharing_agreements(rq->view, &page);
}

/* UK GDPR Article 6(1): the grounds this work runs on (PRACTICE 2). */
static const char *const bases[] = {"6(1)(e)",  "Public task",
                                    "6(1)(f)",  "Legitimate interests",
                                    "6(1)(ea)", "Recognised legitimate interest",
                                    "6(1)(c)",  "Legal obligation",
                                    "6(1)(a)",  "Consent"};

static void show_new(struct request *rq, struct str fault) {
  struct agreement_new_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "A new agreement")),
                                    .fault = fault,
                                    .title = request_form(rq, "title"),
                                    .purpose = request_form(rq, "purpose"),
                                    .from = request_form(rq, "from"),
                                    .review = request_form(rq, "review"),
                                    .classes = class_picks(rq, CHOOSABLE),
                                    .bases = picks_of(rq, bases, countof(bases))};
  page.organisations =
      picks_read(rq, db_rows(rq->db, rq->arena,
                             SQL("select id, name from member_organisation where id <> ?1 and "
                                 "ended_at is null order by name"),
                             V(rq->actor.organisation_id)));
  if (fault.n) reply_status(rq, 422);
  view_sharing_agreement_new(rq->view, &page);
}

void agreement_new_page(struct request *rq) { show_new(rq, (struct str){0}); }

static const char *basis_given(struct request *rq) {
  for (size_t i = 0; i < countof(bases); i += 2)
    if (str_eq(request_form(rq, "article6"), str_of(bases[i]))) return bases[i];
  return NULL;
}

/* Special categories and convictions need their own condition (UK GDPR Articles 9 and 10). */
static bool conditions_given(const struct agreement *g) {
  bool special = g->classes & CLASS_HEALTH, offences = g->classes & CLASS_OFFENCES;
  return (!special || (g->article9.n && g->schedule1.n)) && (!offences || g->article10.n);
}

static bool read_parties(struct request *rq, struct agreement_party *parties, size_t room,
                         struct agreement *g) {
  struct strs given = request_form_all(rq, "organisation");
  size_t n = 0;
  parties[n++] = (struct agreement_party){
      rq->actor.organisation_id,
      str_eq(request_form(rq, "capacity"), S("controller")) ? "controller" : "joint"};
  for (size_t i = 0; i < given.n && n < room; i++) {
    int64_t id = 0;
    if (!str_to_i64(given.p[i], &id) || id == rq->actor.organisation_id ||
        db_number(rq->db, 0, SQL("select count(*) from member_organisation where id = ?1"),
                  V(id)) != 1)
      return false;
    parties[n++] = (struct agreement_party){id, "joint"};
  }
  g->parties.p = parties, g->parties.n = n;
  return n > 1 && given.n < room;
}

void agreement_new_post(struct request *rq) {
  struct agreement_party parties[32];
  struct agreement g = {.title = text_given(rq, "title"),
                        .purpose = text_given(rq, "purpose"),
                        .article6 = basis_given(rq),
                        .article9 = text_given(rq, "article9"),
                        .schedule1 = text_given(rq, "schedule1"),
                        .article10 = text_given(rq, "article10"),
                        .impact_assessment = text_given(rq, "impact_assessment"),
                        .notice_version = text_given(rq, "notice_version"),
                        .to = DAY_NONE,
                        .owner_user_id = rq->actor.user_id};
  g.classes = classes_given(rq, "class", CHOOSABLE);
  if (!g.title.n || !g.purpose.n || !g.article6 || !g.classes || !g.notice_version.n ||
      !day_given(rq, "from", &g.from) || !day_given(rq, "review", &g.review_on) ||
      g.review_on <= g.from || !read_parties(rq, parties, countof(parties), &g)) {
    show_new(rq, PAGE_TITLE(rq, "Give a title, the purpose, the other organisations, what is "
                                "shared, the ground in law, the notice people are given, when it "
                                "begins, and a later day to look at it again."));
    return;
  }
  if (!conditions_given(&g)) {
    show_new(rq, PAGE_TITLE(rq, "Health needs an Article 9 condition and its Schedule 1 paragraph; "
                                "convictions need an Article 10 condition. Fill those in, or leave "
                                "them out of what is shared."));
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  permission_agreement_add(rq->db, rq->arena, &g);
  sharing_keep(rq, "agreement added", 0, 0, PAGE_TITLE(rq, "The agreement is kept."),
               S("/agreements"));
}

static void show_agreement(struct request *rq, struct str fault) {
  struct agreement_known g;
  if (!permission_agreement_load(rq->db, rq->arena, rq->actor.organisation_id,
                                 request_path(rq, "id"), &g)) {
    reply_not_found(rq);
    return;
  }
  struct agreement_row row = row_of(rq, &g);
  struct str law = g.article6;
  if (g.article9.n) law = str_format(rq->arena, "%.*s, %.*s", P(law), P(g.article9));
  if (g.schedule1.n) law = str_format(rq->arena, "%.*s, %.*s", P(law), P(g.schedule1));
  if (g.article10.n) law = str_format(rq->arena, "%.*s, %.*s", P(law), P(g.article10));
  struct agreement_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "An agreement")),
                                .fault = fault,
                                .id = g.public_id,
                                .title = g.title,
                                .purpose = g.purpose,
                                .classes = row.classes,
                                .bases = law,
                                .notice = g.notice_version,
                                .from = day_words(rq->arena, g.from),
                                .until = row.until,
                                .review = row.review,
                                .owner = g.owner,
                                .due = row.due,
                                .ended = g.to != DAY_NONE && g.to < rq->today};
  page.parties.p = g.parties.p, page.parties.n = g.parties.n;
  if (fault.n) reply_status(rq, 422);
  view_sharing_agreement(rq->view, &page);
}

void agreement_page(struct request *rq) { show_agreement(rq, (struct str){0}); }

static struct str agreement_path(struct request *rq, const struct agreement_known *g) {
  return str_format(rq->arena, "/agreements/%.*s", P(g->public_id));
}

void agreement_review_post(struct request *rq) {
  struct agreement_known g;
  day_t next;
  struct str words = text_given(rq, "words");
  if (!permission_agreement_load(rq->db, rq->arena, rq->actor.organisation_id,
                                 request_path(rq, "id"), &g)) {
    reply_not_found(rq);
    return;
  }
  if (!words.n || !day_given(rq, "next", &next) || next <= rq->today) {
    show_agreement(rq, PAGE_TITLE(rq, "Say what you found, and a later day to look again."));
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  permission_agreement_review(rq->db, rq->arena, g.id, rq->actor.user_id, rq->today, next, words);
  sharing_keep(rq, "agreement reviewed", 0, 0, PAGE_TITLE(rq, "The look is kept."),
               agreement_path(rq, &g));
}

void agreement_end_post(struct request *rq) {
  struct agreement_known g;
  if (!permission_agreement_load(rq->db, rq->arena, rq->actor.organisation_id,
                                 request_path(rq, "id"), &g)) {
    reply_not_found(rq);
    return;
  }
  if (!str_eq(request_form(rq, "sure"), S("yes"))) {
    show_agreement(rq, PAGE_TITLE(rq, "Tick that you are sure: what is shared under it stops."));
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  permission_agreement_end(rq->db, rq->arena, g.id, rq->today - 1);
  sharing_keep(rq, "agreement ended", 0, 0,
               PAGE_TITLE(rq, "It has ended. Nothing more is shared under it."),
               agreement_path(rq, &g));
}
