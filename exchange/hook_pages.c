/* hook_pages: an administrator declares which of their programs is told what, sees what did not
 * arrive, and sends it again. Nobody is named: kinds and times only. */
#include "exchange.html.h"
#include "exchange/inside.h"
#include "exchange/pages.h"

enum { DELIVERIES_SHOWN = 100 };

static struct str kinds_words(struct request *rq, int64_t kinds) {
  struct str out = {0};
  for (size_t i = 0; i < hook_kinds_n; i++)
    if (kinds & (int64_t)1 << i) {
      struct str words = words_of((enum language)rq->lang, hook_kinds[i].label);
      out = out.n ? str_format(rq->arena, "%.*s · %.*s", P(out), P(words)) : words;
    }
  return out;
}

static void show_list(struct request *rq, struct str secret, struct str fault) {
  struct hook_list_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Programs that are told")),
                                .secret = secret, .fault = fault,
                                .url = fault.n ? request_form(rq, "url") : (struct str){0}};
  size_t cap = 0, programs_cap = 0, kinds_cap = 0;
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select h.public_id, h.url, h.kinds, h.ended_at, u.name, (select count(*) from "
          "hook_delivery d where d.hook_id = h.id and d.state = 'waiting'), (select count(*) from "
          "hook_delivery d where d.hook_id = h.id and d.state = 'dead') from hook h join "
          "user_account u on u.id = h.user_id where h.organisation_id = ?1 order by h.id desc"),
      V(rq->actor.organisation_id));
  while (db_next(&r))
    *slice_push(rq->arena, &page.rows, &cap) = (struct hook_row){
        .path = str_format(rq->arena, "/hooks/%.*s", P(row_text(&r, 0))), .url = row_text(&r, 1),
        .kinds = kinds_words(rq, row_int(&r, 2)), .ended = !row_null(&r, 3),
        .program = row_text(&r, 4), .waiting = row_int(&r, 5), .dead = row_int(&r, 6)};
  struct token_list tokens = accounts_tokens(rq->db, rq->arena, rq->actor.organisation_id);
  for (size_t i = 0; i < tokens.n; i++)
    if (!tokens.p[i].revoked && tokens.p[i].function == FUNCTION_SUPPORT)
      *slice_push(rq->arena, &page.programs, &programs_cap) = (struct exchange_option){
          str_format(rq->arena, "%lld", (long long)tokens.p[i].user_id), tokens.p[i].name, false};
  for (size_t i = 0; i < hook_kinds_n; i++)
    *slice_push(rq->arena, &page.kinds, &kinds_cap) = (struct exchange_option){
        str_of(hook_kinds[i].code), words_of((enum language)rq->lang, hook_kinds[i].label), false};
  view_hook_list(rq->view, &page);
}

void hooks_page(struct request *rq) { show_list(rq, (struct str){0}, (struct str){0}); }

void hooks_post(struct request *rq) {
  struct new_hook h = {.url = str_trim(request_form(rq, "url")),
                       .organisation_id = rq->actor.organisation_id,
                       .made_by = rq->actor.user_id};
  struct strs kinds = request_form_all(rq, "kind");
  struct str secret = {0};
  struct why why = {0};
  str_to_i64(request_form(rq, "program"), &h.user_id);
  for (size_t i = 0; i < kinds.n; i++)
    for (size_t k = 0; k < hook_kinds_n; k++)
      if (str_eq(kinds.p[i], str_of(hook_kinds[k].code))) h.kinds |= (int64_t)1 << k;
  db_begin(rq->db, STORE_MAIN);
  bool good = (accounts_is_program(rq->db, h.user_id) ||
               why_say(&why, "Choose a program. Make its token first.")) &&
              hook_add(rq->db, rq->arena, &h, rq->now, &secret, &why);
  audit_did(rq, "program told", 0, 0);
  if (!good) db_rollback(rq->db, STORE_MAIN);
  else if (db_commit(rq->db, STORE_MAIN) != DB_OK)
    good = why_say(&why, "The address could not be kept. Try again.");
  if (!good) reply_status(rq, 422);
  show_list(rq, good ? secret : (struct str){0},
            good ? (struct str){0}
                 : words_label((enum language)rq->lang, str_copy(rq->arena, why_str(&why))));
}

/* ---- one ---- */

static int64_t own_hook(struct request *rq) {
  int64_t id = db_number(rq->db, 0,
                         SQL("select id from hook where public_id = ?1 and organisation_id = ?2"),
                         V(request_path(rq, "id")), V(rq->actor.organisation_id));
  if (!id) reply_not_found(rq);
  return id;
}

void hook_page(struct request *rq) {
  struct hook_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "A program that is told")),
                           .id = request_path(rq, "id")};
  int64_t id = own_hook(rq);
  size_t cap = 0;
  struct rows r;
  if (!id || !db_one(&r, rq->db, rq->arena, SQL("select url, ended_at from hook where id = ?1"),
                     V(id)))
    return;
  page.url = row_text(&r, 0), page.ended = !row_null(&r, 1);
  db_done(&r);
  r = db_rows(rq->db, rq->arena,
              SQL("select kind, at, state, coalesce(said, ''), tries, public_id from hook_delivery "
                  "where hook_id = ?1 and state in ('waiting', 'dead') order by id desc limit ?2"),
              V(id), V((int64_t)DELIVERIES_SHOWN));
  while (db_next(&r)) {
    struct local at = instant_local_uk(row_instant(&r, 1));
    bool dead = str_eq(row_text(&r, 2), S("dead"));
    page.dead += dead;
    *slice_push(rq->arena, &page.rows, &cap) = (struct hook_delivery_row){
        .kind = row_text(&r, 0), .said = words_label((enum language)rq->lang, row_text(&r, 3)),
        .when = str_format(rq->arena, "%.*s, %02d:%02d", P(day_words(rq->arena, at.day)),
                           at.minute / 60, at.minute % 60),
        .tries = row_int(&r, 4), .dead = dead};
  }
  view_hook_one(rq->view, &page);
}

/* do=end, or do=again: everything that was put aside is tried afresh. */
static enum db_result send_again(struct request *rq, int64_t hook) {
  enum db_result result = DB_OK;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select id from hook_delivery where hook_id = ?1 and state = 'dead' "
                              "order by id"),
                          V(hook));
  while (result == DB_OK && db_next(&r)) {
    int64_t id = row_int(&r, 0);
    result = db_run(rq->db, SQL("update hook_delivery set state = 'waiting', tries = 0 where id = "
                                "?1"), V(id));
    if (result == DB_OK &&
        !job_add(rq->db, rq->arena, "tell a program",
                 str_format(rq->arena, "{\"delivery\":%lld}", (long long)id), rq->now,
                 INSTANT_NONE, S("")))
      result = DB_FAILED;
  }
  db_done(&r);
  return result;
}

void hook_post(struct request *rq) {
  int64_t id = own_hook(rq);
  bool end = str_eq(request_form(rq, "do"), S("end"));
  if (!id) return;
  db_begin(rq->db, STORE_MAIN);
  enum db_result result =
      end ? db_run(rq->db, SQL("update hook set ended_at = ?2 where id = ?1 and ended_at is null"),
                   V(id), db_instant(rq->arena, rq->now))
          : send_again(rq, id);
  audit_did(rq, end ? "program not told any more" : "told again", 0, 0);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (result != DB_OK || kept != DB_OK)
    reply_refuse(rq, 503, PAGE_TITLE(rq, "That could not be saved just now. Try again."));
  else reply_redirect(rq, str_format(rq->arena, "/hooks/%.*s", P(request_path(rq, "id"))));
}
