/* domain: what money brings to the program. */
#include "money/inside.h"

extern const struct migrations money_migrations;

enum {
  SPENDERS = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER,
  KEEPERS = ROLE_TEAM_LEAD | ROLE_MANAGER
};

static const struct route routes[] = {
    ROUTE(READ, "/people/{id}/money", money_person_page, SPENDERS, FAST,
          "What was spent for somebody.", ROUTE_PERSON),
    ROUTE(READ, "/people/{id}/money/new", money_new_page, SPENDERS, FAST, "Ask for a spend.",
          ROUTE_PERSON),
    ROUTE(WRITE, "/people/{id}/money/new", money_new_post, SPENDERS, FAST, "Ask for a spend.",
          ROUTE_PERSON),
    ROUTE(READ, "/api/people/{id}/money", money_person_api, SPENDERS, FAST,
          "What was spent for somebody, as JSON.", ROUTE_PERSON | ROUTE_API),
    ROUTE(READ, "/people/{id}/money/{spend}", money_spend_page, SPENDERS, FAST, "One spend.",
          ROUTE_PERSON),
    ROUTE(WRITE, "/people/{id}/money/{spend}/step", money_step_post, SPENDERS, FAST,
          "Move a spend on.", ROUTE_PERSON),
    ROUTE(WRITE, "/people/{id}/money/{spend}/followed", money_followed_post, SPENDERS, FAST,
          "Say what followed a spend.", ROUTE_PERSON),
    ROUTE(WRITE, "/people/{id}/money/{spend}/receipt", money_receipt_post, SPENDERS, FAST,
          "Keep a receipt.", ROUTE_PERSON | ROUTE_UPLOAD),
    ROUTE(READ, "/people/{id}/money/receipt/{receipt}", money_receipt_get, SPENDERS, FAST,
          "A receipt.", ROUTE_PERSON),
    ROUTE(READ, "/money", money_page, SPENDERS, FAST, "What waits to be allowed, and the funds.",
          ROUTE_PERSON),
    ROUTE(READ, "/money/funds/{fund}", money_fund_page, SPENDERS, FAST, "One fund.", 0),
    ROUTE(READ, "/money/funds/new", money_fund_edit_page, KEEPERS, FAST, "Add a fund.", 0),
    ROUTE(WRITE, "/money/funds/new", money_fund_save, KEEPERS, FAST, "Add a fund.", 0),
    ROUTE(READ, "/money/funds/{fund}/change", money_fund_edit_page, KEEPERS, FAST, "Change a fund.",
          0),
    ROUTE(WRITE, "/money/funds/{fund}/change", money_fund_save, KEEPERS, FAST, "Change a fund.", 0),
    ROUTE(WRITE, "/money/funds/{fund}/vouchers", money_voucher_post, KEEPERS, FAST,
          "Put vouchers into stock.", 0),
    ROUTE(WRITE, "/money/funds/{fund}/statement", money_statement_post, KEEPERS, FAST,
          "Read a statement.", ROUTE_UPLOAD),
    ROUTE(WRITE, "/money/funds/{fund}/match", money_match_post, KEEPERS, FAST,
          "Match lines of a statement with spends.", 0),
};

TEXT_MESSAGE(money_name, "Money");
static const struct person_part parts[] = {{.name = &money_name,
                                            .path = "money",
                                            .classes = CLASS_FINANCE,
                                            .roles = SPENDERS,
                                            .erase = money_erase,
                                            .hold = money_hold,
                                            .hide = money_hide,
                                            .place = 50}};

/* What each fund is said to hold for spends against the spends themselves. */
static int doctor(struct db *db, struct arena *a, instant_t now, struct buf *out) {
  (void)now;
  int64_t wrong =
      db_number(db, 0,
                SQL("select count(*) from fund_now n where n.committed <> coalesce((select "
                    "cast(sum(h.pence) as bigint) from spend_share h where h.fund_id = n.fund_id), "
                    "0)"));
  (void)a;
  if (wrong)
    buf_format(out, "%lld funds hold another amount for spends than their spends come to.\n",
               (long long)wrong);
  return wrong > 0;
}

const struct domain money_domain = {.name = "money",
                                    .routes = routes,
                                    .n_routes = countof(routes),
                                    .migrations = &money_migrations,
                                    .person_parts = parts,
                                    .n_person_parts = countof(parts),
                                    .demo = money_demo,
                                    .doctor = doctor};
