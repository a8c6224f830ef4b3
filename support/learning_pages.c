/* learning_pages: what somebody wants to do and how far they have come; a buddy to do it with. */
#include "learning.html.h"
#include "support/inside.h"
#include "support/pages.h"

enum { WHAT_MAX = 160, NAME_MAX = 80 };

struct str learning_step_words(struct request *rq, enum learning_step s) {
  switch (s) {
    case LEARNING_INTENDED: return PAGE_TITLE(rq, "They want to");
    case LEARNING_APPLIED: return PAGE_TITLE(rq, "Applied");
    case LEARNING_ENROLLED: return PAGE_TITLE(rq, "Enrolled");
    case LEARNING_FIRST_DAY: return PAGE_TITLE(rq, "First day");
    case LEARNING_HALF_WAY: return PAGE_TITLE(rq, "Half way");
    default: return PAGE_TITLE(rq, "Done");
  }
}

static struct options code_options(struct request *rq, const char *list) {
  const struct code_list *codes = code_list(list);
  struct options out = {0};
  size_t cap = 0;
  for (size_t i = 0; codes && i < codes->n; i++)
    *slice_push(rq->arena, &out, &cap) =
        (struct option){codes->p[i].code, words_label((enum language)rq->lang, codes->p[i].label),
                        false};
  return out;
}

static struct learning_row row_of(struct request *rq, const struct learning *l) {
  struct learning_row row = {
      .id = uuid_str(rq->arena, l->public_id),
      .what = l->what,
      .kind = words_label((enum language)rq->lang, code_label("learning_kinds", l->kind)),
      .stopped = l->stopped_on != DAY_NONE};
  size_t cap = 0, next = 0;
  enum learning_step at = learning_standing(l);
  for (int s = 0; s < LEARNING_STEPS; s++) {
    struct str words = learning_step_words(rq, (enum learning_step)s);
    if (l->on[s] != DAY_NONE)
      *slice_push(rq->arena, &row.steps, &cap) =
          (struct learning_day){words, day_words(rq->arena, l->on[s])};
    else if (s > (int)at && !row.stopped)
      *slice_push(rq->arena, &row.next, &next) =
          (struct option){str_of(learning_codes[s]), words, false};
  }
  return row;
}

static void show(struct request *rq, const struct person *p, struct sight sight, struct str fault) {
  struct str id = uuid_str(rq->arena, p->public_id);
  struct learning_page page = {
      .head = people_head(rq, p, sight, PAGE_TITLE(rq, "Learning")),
      .id = id,
      .fault = fault,
      .action = person_path(rq, p, "/learning"),
      .may_write = actor_has(&rq->actor, SUPPORT_WRITERS),
      .kinds = code_options(rq, "learning_kinds"),
      .fors = code_options(rq, "buddy_for")};
  struct learnings all = support_learnings(rq->db, rq->arena, p->id);
  struct buddies buddies = support_buddies(rq->db, rq->arena, p->id);
  size_t cap = 0, buddy_cap = 0;
  for (size_t i = 0; i < all.n; i++)
    *slice_push(rq->arena, &page.rows, &cap) = row_of(rq, &all.p[i]);
  for (size_t i = 0; i < buddies.n; i++)
    *slice_push(rq->arena, &page.buddies, &buddy_cap) = (struct buddy_row){
        .id = uuid_str(rq->arena, buddies.p[i].public_id),
        .name = buddies.p[i].name,
        .about = words_label((enum language)rq->lang, code_label("buddy_for", buddies.p[i].about)),
        .from = day_words(rq->arena, buddies.p[i].from),
        .over = buddies.p[i].to != DAY_NONE};
  if (fault.n) reply_status(rq, 422);
  view_support_learning(rq->view, &page);
}

void learning_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (people_open(rq, &p, &sight, CLASS_PLAN)) show(rq, &p, sight, (struct str){0});
}

void learning_api(struct request *rq) {
  struct person p;
  struct sight sight;
  struct json_out j = json_to(rq->body);
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  struct learnings all = support_learnings(rq->db, rq->arena, p.id);
  reply_type(rq, "application/json");
  json_open(&j);
  json_key(&j, S("learning"));
  json_list(&j);
  for (size_t i = 0; i < all.n; i++) {
    json_open(&j);
    json_put_str(&j, "what", all.p[i].what);
    json_put_str(&j, "kind", all.p[i].kind);
    json_put_str(&j, "standing", str_of(learning_codes[learning_standing(&all.p[i])]));
    json_put_str_if(&j, "stopped_on", day_iso(rq->arena, all.p[i].stopped_on));
    json_close(&j);
  }
  json_list_end(&j);
  json_close(&j);
}

/* ---- what is pressed ---- */

static const struct learning *learning_given(struct request *rq, const struct learnings *all) {
  struct uuid id;
  if (!uuid_parse(request_form(rq, "learning"), &id)) return NULL;
  for (size_t i = 0; i < all->n; i++)
    if (memcmp(&all->p[i].public_id, &id, sizeof id) == 0) return &all->p[i];
  return NULL;
}

static bool day_given(struct request *rq, day_t *on) {
  struct str typed = str_trim(request_form(rq, "on"));
  *on = rq->today;
  return !typed.n || (day_parse_typed(typed, on) && *on <= rq->today);
}

/* A step that has not come yet, or that they stopped. DB_CONFLICT: the form names none. */
static enum db_result take_step(struct request *rq, int64_t person_id, day_t on) {
  struct learnings all = support_learnings(rq->db, rq->arena, person_id);
  const struct learning *l = learning_given(rq, &all);
  struct str step = request_form(rq, "step");
  if (!l || l->stopped_on != DAY_NONE) return DB_CONFLICT;
  if (str_eq(step, S("stopped"))) return support_learning_stop(rq->db, rq->arena, l, on);
  for (int s = 1; s < LEARNING_STEPS; s++)
    if (str_eq(step, str_of(learning_codes[s])))
      return support_learning_step(rq->db, rq->arena, l, (enum learning_step)s, on,
                                   rq->actor.user_id, rq->now);
  return DB_CONFLICT;
}

static enum db_result add_learning(struct request *rq, int64_t person_id, day_t on) {
  struct learning l = {.person_id = person_id,
                       .team_id = rq->actor.team_id,
                       .kind = request_form(rq, "kind"),
                       .what = str_trim(request_form(rq, "what")),
                       .stopped_on = DAY_NONE};
  for (int s = 0; s < LEARNING_STEPS; s++) l.on[s] = DAY_NONE;
  l.on[LEARNING_INTENDED] = on;
  if (!l.what.n || utf8_count(l.what) > WHAT_MAX || !code_find(code_list("learning_kinds"), l.kind))
    return DB_CONFLICT;
  return support_learning_add(rq->db, rq->arena, &l, rq->actor.user_id, rq->now);
}

/* Both were asked, each alone: without both yeses nobody is paired. */
static enum db_result pair(struct request *rq, int64_t person_id, day_t on) {
  struct buddy b = {.person_id = person_id,
                    .name = str_trim(request_form(rq, "buddy")),
                    .about = request_form(rq, "about"),
                    .from = on,
                    .to = DAY_NONE};
  struct uuid id;
  if (uuid_parse(request_form(rq, "end"), &id))
    return support_buddy_end(rq->db, rq->arena, person_id, id, on);
  if (!b.name.n || utf8_count(b.name) > NAME_MAX || !code_find(code_list("buddy_for"), b.about) ||
      !str_eq(request_form(rq, "theirs"), S("yes")) ||
      !str_eq(request_form(rq, "buddys"), S("yes")))
    return DB_CONFLICT;
  return support_buddy_add(rq->db, rq->arena, &b, rq->actor.user_id, rq->now);
}

void learning_post(struct request *rq) {
  struct person p;
  struct sight sight;
  day_t on;
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  bool day = day_given(rq, &on), pairing = request_has(rq, "buddy") || request_has(rq, "end");
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = !day                             ? DB_CONFLICT
                          : pairing                        ? pair(rq, p.id, on)
                          : request_form(rq, "learning").n ? take_step(rq, p.id, on)
                                                           : add_learning(rq, p.id, on);
  audit_did(rq, pairing ? "buddy" : "learning", p.id, CLASS_PLAN);
  if (result != DB_OK) db_rollback(rq->db, STORE_MAIN);
  if (result == DB_CONFLICT || result == DB_NONE)
    return show(rq, &p, sight,
                pairing ? PAGE_TITLE(rq, "Ask both, each alone. Then give the buddy’s name, what "
                                         "for, and that both said yes.")
                        : PAGE_TITLE(rq, "Say what they want to do and what kind it is; days are "
                                         "given as 27/3/2026, not after today."));
  if (support_write_failed(rq, result == DB_OK ? db_commit(rq->db, STORE_MAIN) : result)) return;
  reply_flash(rq, PAGE_TITLE(rq, "Written down."));
  reply_redirect(rq, person_path(rq, &p, "/learning"));
}
