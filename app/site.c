/* site: pages and files that belong to the whole site. */
#include "app/site.h"
#include "safeguarding/safeguarding.h"
#include "app/commands.h"
#include "site.html.h"
#include "app/site_pages.h"
#include "web/look/assets.h"
#include "web/page.h"
#include "web/session.h"

extern const struct catalogue catalogue_cy;

void site_bind_words(void) {
  static bool bound;
  if (!bound) words_bind(&catalogue_cy);
  bound = true;
}

void site_set(void) {
  TEXT_MESSAGE(find_help, "Find help");
  TEXT_MESSAGE(mine, "My page");
  TEXT_MESSAGE(stuck, "I’m stuck");
  TEXT_MESSAGE(today, "Today");
  TEXT_MESSAGE(team, "Team");
  TEXT_MESSAGE(people, "People");
  TEXT_MESSAGE(referrals, "Referrals");
  TEXT_MESSAGE(sent_referrals, "Referrals you sent");
  TEXT_MESSAGE(directory, "Directory");
  TEXT_MESSAGE(coverage, "Gaps and cliffs");
  TEXT_MESSAGE(accounts, "Accounts");
  TEXT_MESSAGE(oversight, "Oversight");
  TEXT_MESSAGE(safeguarding, "Safeguarding");
  static const struct page_way ways[] = {
      {&today, "/today",
       ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER | ROLE_PEER | ROLE_SAFEGUARDING},
      {&people, "/people",
       ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER | ROLE_PEER | ROLE_SAFEGUARDING},
      {&safeguarding, "/safeguarding", ROLE_SAFEGUARDING},
      {&referrals, "/referrals", ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER},
      {&team, "/team", ROLE_TEAM_LEAD | ROLE_MANAGER},
      {&mine, "/mine", ROLE_RESIDENT},
      {&stuck, "/me/stuck", ROLE_RESIDENT},
      {&find_help, "/find", WHO_ANYONE},
      {&sent_referrals, "/referrals/sent", ROLE_REFERRER},
      {&sent_referrals, "/referrals/received", ROLE_ENFORCEMENT},
      {&directory, "/directory", ROLE_EDITOR},
      {&coverage, "/coverage", ROLE_COMMISSIONER | ROLE_EDITOR | ROLE_MANAGER},
      {&oversight, "/oversight", ROLE_MANAGER | ROLE_SAFEGUARDING},
      {&safeguarding, "/safeguarding", ROLE_TEAM_LEAD | ROLE_MANAGER},
      {&accounts, "/accounts", ROLE_ADMIN},
  };
  const struct config *c = &installation()->config;
  safeguarding_nation(c->nation);
  page_site_set(&(struct page_site){.name = c->site_name,
                                    .place = c->place,
                                    .base_url = c->base_url,
                                    .exit_url = c->exit_url,
                                    .no_second_step = c->no_second_step,
                                    .mail_url = c->mail_url,
                                    .mail_from = c->mail_from,
                                    .demo = c->demo,
                                    .worry_path = "/worried",
                                    .worry_who = SAFEGUARDING_STAFF,
                                    .ways = ways,
                                    .n_ways = countof(ways)});
}

bool site_file(struct str path, struct static_file *out) {
  struct asset asset;
  if (!asset_at(path, &asset)) return false;
  *out = (struct static_file){str_of(asset.type), asset.bytes, asset.gz, str_of(asset.etag), true};
  return true;
}

static void error_page(struct request *rq, int status, struct str title, struct str sentence,
                       struct str reference) {
  (void)status;
  struct str said = words_label((enum language)rq->lang, title);
  struct site_error_page page = {page_layout(rq, said), said, sentence, reference};
  view_site_error(rq->view, &page);
}
const struct look site_look = {.error = error_page};

static struct site_page page_of(struct request *rq, struct str title) {
  return (struct site_page){page_layout(rq, title), page_site()->place, page_site()->demo};
}

/* Where somebody who just signed in begins: their first way that is not the public's. */
static void start(struct request *rq) {
  struct layout l = page_layout(rq, (struct str){0});
  struct str first = S("/");
  for (size_t i = l.ways.n; i-- > 0;)
    if (!str_eq(l.ways.p[i].href, S("/find"))) first = l.ways.p[i].href;
  reply_redirect(rq, first);
}

static void about(struct request *rq) {
  struct site_page page = page_of(rq, PAGE_TITLE(rq, "Who runs this"));
  view_site_about(rq->view, &page);
}

static void privacy(struct request *rq) {
  struct site_page page = page_of(rq, PAGE_TITLE(rq, "What we keep and who sees it"));
  view_site_privacy(rq->view, &page);
}

static void accessibility(struct request *rq) {
  struct site_page page = page_of(rq, PAGE_TITLE(rq, "Using this site your way"));
  view_site_accessibility(rq->view, &page);
}

/* Ends the session first, then leaves; Clear-Site-Data so that Back shows nothing
 * (SECURITY-REQUIREMENTS 1, D6). */
static void leave(struct request *rq) {
  session_close(rq);
  reply_status(rq, 303);
  reply_header(rq, "Location", page_site()->exit_url);
}

static const struct route routes[] = {
    ROUTE(READ, "/start", start, WHO_ANYONE, FAST, "Where whoever signs in begins.", 0),
    ROUTE(READ, "/about", about, WHO_ANYONE, FAST, "Who runs this site.", ROUTE_CACHE),
    ROUTE(READ, "/privacy", privacy, WHO_ANYONE, FAST, "What is kept and who sees it.",
          ROUTE_CACHE),
    ROUTE(READ, "/accessibility", accessibility, WHO_ANYONE, FAST, "Using the site your way.",
          ROUTE_CACHE),
    ROUTE(READ, "/exit", leave, WHO_ANYONE, FAST, "Sign out and leave the site at once.",
          ROUTE_RESIDENT),
};
const struct domain site_domain = {.name = "site", .routes = routes, .n_routes = countof(routes)};
