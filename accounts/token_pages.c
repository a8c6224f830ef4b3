/* token_pages: an administrator makes a token for a program, sees it once, and ends it. */
#include "accounts.html.h"
#include "accounts/inside.h"
#include "accounts/pages.h"
#include "web/route.h"

enum { TOKEN_DAYS_OFFERED = 180 };

static struct str scope_list(struct request *rq, uint32_t scopes) {
  struct str out = {0};
  for (size_t i = 0; i < token_scopes_n; i++)
    if (scopes & 1u << i) {
      struct str words = words_of((enum language)rq->lang, token_scopes[i].label);
      out = out.n ? str_format(rq->arena, "%.*s, %.*s", P(out), P(words)) : words;
    }
  return out;
}

static void list_tokens(struct request *rq, struct token_page *page) {
  struct token_list all = accounts_tokens(rq->db, rq->arena, rq->actor.organisation_id);
  size_t cap = 0;
  for (size_t i = 0; i < all.n; i++) {
    const struct token_known *k = &all.p[i];
    *slice_push(rq->arena, &page->rows, &cap) = (struct token_row){
        .id = k->public_id, .name = k->name, .team = k->team,
        .function = str_of(accounts_function_word(k->function)),
        .scopes = scope_list(rq, k->scopes), .last = k->last,
        .used = k->used_at == INSTANT_NONE ? DAY_NONE : instant_local_uk(k->used_at).day,
        .over = k->revoked || k->last < rq->today};
  }
}

static void show(struct request *rq, struct str token, struct str fault) {
  struct token_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Programs that call")),
                            .token = token, .fault = fault,
                            .name = fault.n ? request_form(rq, "name") : (struct str){0},
                            .last = rq->today + TOKEN_DAYS_OFFERED};
  size_t cap = 0, scopes_cap = 0, roles_cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select id, name from team where organisation_id = ?1 and ended_at "
                              "is null order by name, id"),
                          V(rq->actor.organisation_id));
  while (db_next(&r))
    *slice_push(rq->arena, &page.teams, &cap) = (struct choice_of){
        str_format(rq->arena, "%lld", (long long)row_int(&r, 0)), row_text(&r, 1)};
  for (size_t i = 0; i < token_scopes_n; i++)
    *slice_push(rq->arena, &page.scopes, &scopes_cap) = (struct choice_of){
        str_of(token_scopes[i].code), words_of((enum language)rq->lang, token_scopes[i].label)};
  for (uint32_t bit = 1; bit < ROLE_SERVICE; bit <<= 1)
    if (bit != ROLE_RESIDENT && bit != ROLE_ADMIN)
      *slice_push(rq->arena, &page.roles, &roles_cap) =
          (struct choice_of){str_of(role_word(bit)), str_of(role_word(bit))};
  list_tokens(rq, &page);
  view_accounts_tokens(rq->view, &page);
}

void accounts_tokens_page(struct request *rq) { show(rq, (struct str){0}, (struct str){0}); }

static bool token_read(struct request *rq, struct new_token *t, struct why *why) {
  struct strs scopes = request_form_all(rq, "scope");
  *t = (struct new_token){.name = str_trim(request_form(rq, "name")),
                          .role = role_of(request_form(rq, "role")),
                          .made_by = rq->actor.user_id};
  for (size_t i = 0; i < scopes.n; i++) t->scopes |= token_scope_bit(scopes.p[i]);
  if (!t->name.n || utf8_count(t->name) > 120)
    return why_say(why, "Say which program it is for.");
  if (!t->role || t->role == ROLE_ADMIN) return why_say(why, "Say what it does.");
  if (!day_parse_typed(str_trim(request_form(rq, "last")), &t->last))
    return why_say(why, "Give its last day as 27/3/2027.");
  bool ours = str_to_i64(request_form(rq, "team"), &t->team_id) &&
              db_number(rq->db, 0,
                        SQL("select count(*) from team where id = ?1 and organisation_id = ?2 and "
                            "ended_at is null"),
                        V(t->team_id), V(rq->actor.organisation_id)) == 1;
  return ours || why_say(why, "Choose a team of yours.");
}

void accounts_token_post(struct request *rq) {
  struct new_token t;
  struct str token = {0};
  struct why why = {0};
  int64_t user = 0;
  bool good = token_read(rq, &t, &why);
  if (good) {
    db_begin(rq->db, STORE_MAIN);
    good = accounts_token_make(rq->db, rq->arena, &t, rq->now, &token, &user, &why);
    audit_did(rq, "token made", 0, 0);
    if (!good) db_rollback(rq->db, STORE_MAIN);
    else if (db_commit(rq->db, STORE_MAIN) != DB_OK)
      good = why_say(&why, "The token could not be kept. Try again.");
  }
  if (!good) reply_status(rq, 422);
  show(rq, good ? token : (struct str){0},
       good ? (struct str){0}
            : words_label((enum language)rq->lang, str_copy(rq->arena, why_str(&why))));
}

void accounts_token_end_post(struct request *rq) {
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = accounts_token_revoke(rq->db, rq->arena, rq->actor.organisation_id,
                                                request_path(rq, "id"), rq->now);
  audit_did(rq, "token ended", 0, 0);
  if (result != DB_OK) db_rollback(rq->db, STORE_MAIN);
  if (result == DB_NONE) reply_not_found(rq);
  else if (result != DB_OK || db_commit(rq->db, STORE_MAIN) != DB_OK)
    reply_refuse(rq, 503, PAGE_TITLE(rq, "That could not be saved just now. Try again."));
  else reply_redirect(rq, S("/accounts/tokens"));
}
