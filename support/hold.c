/* hold: every plan as it was agreed, what was in the way, what was answered, being away, learning.
 */
#include "support/inside.h"

enum { EVERY_CLASS = (1 << CLASS_COUNT) - 1 };

static void plans(struct held *h) {
  struct plan p;
  int64_t last = support_plan(h->db, h->a, h->person_id, 0, &p) ? p.number : 0;
  for (int64_t n = last; n > 0; n--)
    if (support_plan(h->db, h->a, h->person_id, n, &p))
      held_add(h, (struct held_item){S(SHOWN("A plan")), support_plan_text(h->a, &p), CLASS_PLAN, 0,
                                     p.on});
}

static void in_the_way(struct held *h) {
  struct barriers all = support_barriers(h->db, h->a, h->person_id, EVERY_CLASS);
  for (size_t i = 0; i < all.n; i++)
    for (size_t k = 0; k < all.p[i].said.n; k++) {
      const struct barrier_saying *s = &all.p[i].said.p[k];
      held_add(h, (struct held_item){S(SHOWN("What was in the way")),
                                     str_format(h->a, "%.*s. %.*s %.*s",
                                                P(support_barrier_label(s->kind)), P(s->words),
                                                P(s->lifted_by)),
                                     all.p[i].class_bit, 0, s->on});
    }
}

static void answers(struct held *h) {
  struct rows r = db_rows(h->db, h->a,
                          SQL("select q.words, q.class, a.value, a.declined, a.on_day from answer "
                              "a join question q on q.id = a.question_id where a.person_id = ?1 "
                              "order by a.id"),
                          V(h->person_id));
  while (db_next(&r)) {
    uint32_t class_bit = (uint32_t)row_int(&r, 1);
    struct str value =
        text_open(h->db, h->a, h->person_id, class_bit, "answer.value", row_text(&r, 2));
    held_add(h, (struct held_item){S(SHOWN("A question and its answer")),
                                   str_format(h->a, "%.*s %.*s", P(row_text(&r, 0)),
                                              P(row_int(&r, 3) ? S("-") : value)),
                                   class_bit, 0, row_day(&r, 4)});
  }
  if (r.result != DB_OK) h->failed = true;
}

static void away_and_learning(struct held *h) {
  struct stays stays = support_stays(h->db, h->a, h->person_id, EVERY_CLASS);
  struct learnings all = support_learnings(h->db, h->a, h->person_id);
  struct buddies buddies = support_buddies(h->db, h->a, h->person_id);
  for (size_t i = 0; i < stays.n; i++)
    held_add(
        h, (struct held_item){S(SHOWN("Away")), stays.p[i].words, CLASS_PLAN, 0, stays.p[i].from});
  for (size_t i = 0; i < all.n; i++)
    held_add(
        h, (struct held_item){S(SHOWN("Learning")), all.p[i].what, CLASS_PLAN, 0, all.p[i].on[0]});
  for (size_t i = 0; i < buddies.n; i++)
    held_add(h, (struct held_item){S(SHOWN("A buddy")), buddies.p[i].name, CLASS_PLAN, 0,
                                   buddies.p[i].from});
}

void support_hold(struct held *h) {
  plans(h);
  in_the_way(h);
  answers(h);
  away_and_learning(h);
}
