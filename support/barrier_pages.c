/* barrier_pages: what is in the way: how it stands, one to name, what has changed. Each barrier is
 * shown only to whoever sees its class; to anyone else it leaves no mark. */
#include "support.html.h"
#include "support/inside.h"
#include "support/pages.h"

enum { WORDS_MAX = 1000 };

/* 0 to 10, then "rather not say". */
static struct options scores(struct request *rq) {
  struct options out = {arena_many(rq->arena, struct option, SCORE_MAX + 2), 0};
  for (int i = 0; i <= SCORE_MAX; i++) {
    struct str word = str_format(rq->arena, "%d", i);
    out.p[out.n++] = (struct option){word, word, false};
  }
  out.p[out.n++] = (struct option){S("rather_not"), PAGE_TITLE(rq, "Rather not say"), false};
  return out;
}

static struct barrier_row row_of(struct request *rq, const struct person *p,
                                 const struct barrier *b) {
  struct barrier_saying first = b->said.p[0];
  for (size_t i = 1; i < b->said.n; i++) { /* the first time each was said */
    if (first.in_the_way == SCORE_UNKNOWN) first.in_the_way = b->said.p[i].in_the_way;
    if (first.able == SCORE_UNKNOWN) first.able = b->said.p[i].able;
  }
  struct str id = uuid_str(rq->arena, b->public_id), path = person_path(rq, p, "/way/");
  bool moved = first.in_the_way != b->now.in_the_way || first.able != b->now.able;
  return (struct barrier_row){.href = str_format(rq->arena, "%.*s%.*s", P(path), P(id)),
                              .label = words_label((enum language)rq->lang,
                                                   support_barrier_label(b->now.kind)),
                              .words = b->now.words,
                              .lifted_by = b->now.lifted_by,
                              .scored_way = b->now.in_the_way != SCORE_UNKNOWN,
                              .scored_able = b->now.able != SCORE_UNKNOWN,
                              .moved = moved,
                              .in_the_way = b->now.in_the_way,
                              .able = b->now.able,
                              .first_way = first.in_the_way,
                              .first_able = first.able,
                              .named_on = b->named_on,
                              .lifted_on = b->now.lifted_on};
}

void support_way_page(struct request *rq) {
  struct person p;
  struct sight sight;
  size_t open = 0, lifted = 0;
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  struct way_page page = {.head = people_head(rq, &p, sight, PAGE_TITLE(rq, "What is in the way")),
                          .new_href = person_path(rq, &p, "/way/new"),
                          .talk_href = person_path(rq, &p, "/talk"),
                          .stays_href = person_path(rq, &p, "/away"),
                          .may_write = actor_has(&rq->actor, SUPPORT_WRITERS)};
  struct barriers all = support_barriers(rq->db, rq->arena, p.id, sight.classes);
  for (size_t i = 0; i < all.n; i++)
    if (all.p[i].now.lifted_on == DAY_NONE)
      *slice_push(rq->arena, &page.open, &open) = row_of(rq, &p, &all.p[i]);
    else *slice_push(rq->arena, &page.lifted, &lifted) = row_of(rq, &p, &all.p[i]);
  view_support_way(rq->view, &page);
}

static void barrier_json(struct request *rq, struct json_out *j, const struct barrier *b) {
  json_open(j);
  json_put_str(j, "id", uuid_str(rq->arena, b->public_id));
  json_put_str(j, "kind", b->now.kind);
  json_put_str_if(j, "words", b->now.words);
  json_put_str(j, "class", str_of(class_words(b->class_bit)));
  if (b->now.in_the_way != SCORE_UNKNOWN) json_put_i64(j, "in_the_way", b->now.in_the_way);
  if (b->now.able != SCORE_UNKNOWN) json_put_i64(j, "able", b->now.able);
  if (b->now.priority) json_put_i64(j, "priority", b->now.priority);
  json_put_str(j, "named_on", day_iso(rq->arena, b->named_on));
  json_put_str_if(j, "lifted_on", day_iso(rq->arena, b->now.lifted_on));
  json_put_str_if(j, "lifted_by", b->now.lifted_by);
  json_close(j);
}

void support_way_api(struct request *rq) {
  struct person p;
  struct sight sight;
  struct json_out j = json_to(rq->body);
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  struct barriers all = support_barriers(rq->db, rq->arena, p.id, sight.classes);
  reply_type(rq, "application/json");
  json_open(&j);
  json_key(&j, S("in_the_way"));
  json_list(&j);
  for (size_t i = 0; i < all.n; i++) barrier_json(rq, &j, &all.p[i]);
  json_list_end(&j);
  json_close(&j);
}

/* ---- one ---- */

static bool barrier_of(struct request *rq, const struct person *p, struct sight sight,
                       struct barrier *out) {
  struct uuid id;
  struct barriers all = support_barriers(rq->db, rq->arena, p->id, sight.classes);
  if (uuid_parse(request_path(rq, "barrier"), &id))
    for (size_t i = 0; i < all.n; i++)
      if (memcmp(&all.p[i].public_id, &id, sizeof id) == 0) {
        *out = all.p[i];
        return true;
      }
  reply_not_found(rq);
  return false;
}

/* Only kinds whose class the asker may see can be named by them. */
static struct options kind_choices(struct request *rq, uint32_t classes) {
  const struct barrier_kinds *all = barrier_kinds();
  struct options out = {arena_many(rq->arena, struct option, all->n + 1), 0};
  for (size_t i = 0; i < all->n; i++)
    if (all->p[i].class_bit & classes)
      out.p[out.n++] = (struct option){all->p[i].code,
                                       words_label((enum language)rq->lang, all->p[i].label),
                                       false};
  return out;
}

static struct str day_typed(struct arena *a, day_t d) {
  struct ymd y = day_ymd(d);
  return d == DAY_NONE ? (struct str){0} : str_format(a, "%d/%d/%d", y.day, y.month, y.year);
}

static void read_sayings(struct request *rq, const struct barrier *b, struct barrier_page *page) {
  size_t cap = 0;
  for (size_t i = b->said.n; i-- > 0;) {
    const struct barrier_saying *s = &b->said.p[i];
    *slice_push(rq->arena, &page->history, &cap) =
        (struct barrier_saying_row){s->on, accounts_name_for(rq, s->by_user), s->words,
                                    s->in_the_way != SCORE_UNKNOWN, s->able != SCORE_UNKNOWN,
                                    s->in_the_way, s->able};
  }
}

static void show(struct request *rq, const struct person *p, struct sight sight,
                 const struct barrier *b, struct str fault) {
  struct str id = b->id ? uuid_str(rq->arena, b->public_id) : uuid_str(rq->arena, p->public_id);
  const struct barrier_saying *s = &b->now;
  struct barrier_page page = {
      .head = people_head(rq, p, sight, PAGE_TITLE(rq, "Something in the way")),
      .action = rq->path,
      .fault = fault,
      .fresh = !b->id,
      .draft_name = b->id ? S("barrier") : S("barrier-new"),
      .draft_id = id,
      .may_write = actor_has(&rq->actor, SUPPORT_WRITERS),
      .label = words_label((enum language)rq->lang, support_barrier_label(s->kind)),
      .words = s->words,
      .number = str_format(rq->arena, "%lld", (long long)s->number),
      .priority = s->priority ? str_format(rq->arena, "%d", s->priority) : (struct str){0},
      .on = day_typed(rq->arena, rq->today),
      .lifted_on = day_typed(rq->arena, s->lifted_on),
      .lifted_by = s->lifted_by,
      .kinds = b->id ? (struct options){0} : kind_choices(rq, sight.classes),
      .ways = scores(rq),
      .ables = scores(rq)};
  read_sayings(rq, b, &page);
  view_support_barrier(rq->view, &page);
}

/* A score left alone keeps what was known; "rather not say" is an answer. */
static bool score_read(struct request *rq, const char *name, int *out) {
  struct str given = request_form(rq, name);
  int64_t n;
  if (!given.n) return true;
  if (str_eq(given, S("rather_not"))) return *out = SCORE_UNKNOWN, true;
  if (!str_to_i64(given, &n) || n < 0 || n > SCORE_MAX) return false;
  return *out = (int)n, true;
}

static bool day_read(struct request *rq, const char *name, day_t *out) {
  struct str given = str_trim(request_form(rq, name));
  if (!given.n) return *out = DAY_NONE, true;
  return day_parse_typed(given, out) && *out <= rq->today;
}

static struct str saying_read(struct request *rq, struct barrier_saying *s) {
  int64_t n = 0;
  struct str priority = str_trim(request_form(rq, "priority"));
  s->words = str_trim(request_form(rq, "words"));
  s->lifted_by = str_trim(request_form(rq, "lifted_by"));
  if (utf8_count(s->words) > WORDS_MAX || utf8_count(s->lifted_by) > WORDS_MAX)
    return PAGE_TITLE(rq, "Use at most 1,000 characters in each box.");
  if (!score_read(rq, "in_the_way", &s->in_the_way) || !score_read(rq, "able", &s->able))
    return PAGE_TITLE(rq, "Choose a number from 0 to 10, or leave it.");
  if (!day_read(rq, "on", &s->on) || !day_read(rq, "lifted_on", &s->lifted_on))
    return PAGE_TITLE(rq, "Give days as 27/3/2026, none of them after today.");
  if (s->on == DAY_NONE) s->on = rq->today;
  if (priority.n && (!str_to_i64(priority, &n) || n < 1 || n > 99))
    return PAGE_TITLE(rq, "Their order is a number from 1, or nothing.");
  s->priority = (int)n;
  return (struct str){0};
}

static void done(struct request *rq, const struct person *p, const struct barrier *b,
                 enum db_result result, bool fresh) {
  audit_did(rq, fresh ? "barrier named" : "barrier talked about", p->id, b->class_bit);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (support_write_failed(rq, result == DB_OK ? kept : result)) return;
  reply_flash(rq, PAGE_TITLE(rq, "It is written down."));
  reply_redirect(rq, person_path(rq, p, "/way"));
}

void support_barrier_new_page(struct request *rq) {
  struct person p;
  struct sight sight;
  struct barrier b = {.now = {.in_the_way = SCORE_UNKNOWN, .able = SCORE_UNKNOWN,
                              .lifted_on = DAY_NONE}};
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  show(rq, &p, sight, &b, (struct str){0});
}

void support_barrier_new_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct barrier b = {.now = {.in_the_way = SCORE_UNKNOWN, .able = SCORE_UNKNOWN,
                              .lifted_on = DAY_NONE}};
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  struct str fault = saying_read(rq, &b.now);
  b.now.kind = request_form(rq, "kind");
  b.class_bit = support_barrier_class(b.now.kind);
  if (!(b.class_bit & sight.classes))
    fault = PAGE_TITLE(rq, "Choose what it is. “Something else” is for their own words.");
  if (fault.n) {
    reply_status(rq, 422);
    show(rq, &p, sight, &b, fault);
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  enum db_result result =
      support_barrier_name(rq->db, rq->arena, p.id, &b, rq->actor.user_id, rq->now);
  done(rq, &p, &b, result, true);
}

void support_barrier_page(struct request *rq) {
  struct person p;
  struct sight sight;
  struct barrier b;
  if (!people_open(rq, &p, &sight, CLASS_PLAN) || !barrier_of(rq, &p, sight, &b)) return;
  show(rq, &p, sight, &b, (struct str){0});
}

void support_barrier_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct barrier b;
  int64_t number = 0;
  if (!people_open(rq, &p, &sight, CLASS_PLAN) || !barrier_of(rq, &p, sight, &b)) return;
  struct barrier_saying s = b.now;
  struct str fault = saying_read(rq, &s);
  if (!str_to_i64(request_form(rq, "number"), &number))
    fault = PAGE_TITLE(rq, "This form is not whole. Open the page again.");
  if (fault.n) {
    reply_status(rq, 422);
    show(rq, &p, sight, &b, fault);
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = support_barrier_say(rq->db, rq->arena, p.id, b.id, number, b.class_bit,
                                              &s, rq->actor.user_id, rq->now);
  done(rq, &p, &b, result, false);
}
