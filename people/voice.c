/* voice: reading and judging the records of PRACTICE 5. */
#include "people/voice.h"
#include "base/planted.h"

TEXT_MESSAGE(young_title, "Their own agreement");
TEXT_MESSAGE(young_add, "Write down what they agreed to and understood");
TEXT_MESSAGE(young_empty, "Nothing is written down yet.");
TEXT_MESSAGE(review_title, "Looked at again at 16, 18 and 25");
TEXT_MESSAGE(review_add, "Write down a review");
TEXT_MESSAGE(review_empty, "No review is written down yet.");
TEXT_MESSAGE(representative_title, "Who may see, speak or sign for them");
TEXT_MESSAGE(representative_add, "Add somebody");
TEXT_MESSAGE(representative_empty, "Nobody. They speak for themselves.");
TEXT_MESSAGE(capacity_title, "Decisions they needed help with, one by one");
TEXT_MESSAGE(capacity_add, "Write down one decision");
TEXT_MESSAGE(capacity_empty, "None. From 16 everyone is taken to be able to decide.");

const struct voice_kind voice_kinds[VOICE_COUNT] = {
    [VOICE_YOUNG] = {"young", &young_agreement_type, CLASS_PLAN, &young_title, &young_add,
                     &young_empty},
    [VOICE_REVIEW] = {"review", &age_review_type, CLASS_PLAN, &review_title, &review_add,
                      &review_empty},
    [VOICE_REPRESENTATIVE] = {"representative", &representative_type, CLASS_CONTACT,
                              &representative_title, &representative_add, &representative_empty},
    [VOICE_CAPACITY] = {"capacity", &capacity_decision_type, CLASS_HEALTH, &capacity_title,
                        &capacity_add, &capacity_empty},
};

static const struct sql *records_of(enum voice v) {
  switch (v) {
    case VOICE_YOUNG:
      return SQL("select * from young_agreement where person = ?1 order by id desc");
    case VOICE_REVIEW: return SQL("select * from age_review where person = ?1 order by id desc");
    case VOICE_CAPACITY:
      return SQL("select * from capacity_decision where person = ?1 order by id desc");
    default: return SQL("select * from representative where person = ?1 order by id desc");
  }
}

struct voice_records voice_read(struct db *db, struct arena *a, enum voice v, int64_t person_id,
                                uint32_t classes) {
  struct voice_records out = {0};
  size_t cap = 0;
  if (!(classes & voice_kinds[v].class_bit)) return out;
  struct rows r = db_rows_(db, a, records_of(v), DB_ARGS(V(person_id)));
  while (db_next(&r)) {
    union voice_record *one = slice_push(a, &out, &cap);
    record_clear(voice_kinds[v].type, one);
    record_from_row(voice_kinds[v].type, &r, one);
    people_redact(voice_kinds[v].type, one, classes);
  }
  return out;
}

static bool kept_out(struct str parent) {
  return str_eq(parent, S("objects")) || str_eq(parent, S("unsafe"));
}

bool voice_parent_kept_out(struct db *db, struct arena *a, int64_t person_id) {
  struct voice_records all = voice_read(db, a, VOICE_YOUNG, person_id, CLASS_PLAN | CLASS_SAFETY);
  return all.n && kept_out(all.p[0].young.parent);
}

struct judging {
  struct request *rq;
  const struct record_type *type;
  struct faults *faults;
  size_t *room;
};

static void fault(const struct judging *j, const char *field, struct str sentence) {
  *slice_push(j->rq->arena, j->faults, j->room) =
      (struct fault){field_find(j->type, str_of(field)), sentence};
}

/* Why a parent is kept out is written down; that one takes part is shown, never assumed. */
static void check_young(const struct judging *j, const struct young_agreement *y) {
  if (PLANTED == PLANTED_PARENT_ASSUMED) return;
  if (kept_out(y->parent) && !y->parent_why.n)
    fault(j, "parent_why", PAGE_TITLE(j->rq, "Write why, in a few words."));
  if (str_eq(y->parent, S("takes_part")) && !y->parental_responsibility.n)
    fault(j, "parental_responsibility",
          PAGE_TITLE(j->rq, "Write how we know. It is never assumed."));
}

static void check_representative(const struct judging *j, const struct person *p,
                                 const struct representative *r) {
  if (r->to_day != DAY_NONE && r->to_day < r->from_day)
    fault(j, "to_day", PAGE_TITLE(j->rq, "The last day is before the first. Change one of them."));
  if (PLANTED == PLANTED_PARENT_ASSUMED) return;
  bool may = r->may_see == 1 || r->may_speak == 1 || r->may_sign == 1;
  if (str_eq(r->kind, S("parent")) && may && voice_parent_kept_out(j->rq->db, j->rq->arena, p->id))
    fault(j, "kind",
          PAGE_TITLE(j->rq,
                     "Their own agreement keeps a parent out. Talk with them and write a new "
                     "agreement first."));
}

static void check_capacity(const struct judging *j, const struct person *p,
                           const struct capacity_decision *c) {
  bool could_not = str_eq(c->found, S("cannot")) || str_eq(c->found, S("cannot_now"));
  int age = day_age(p->born_on, c->decided_on);
  if (could_not && !c->best_interests.n)
    fault(j, "best_interests", PAGE_TITLE(j->rq, "Write what was then decided, and with whom."));
  if (age >= 0 && age < 16)
    fault(
        j, "decided_on",
        PAGE_TITLE(j->rq, "They were under 16 that day: write down what they understood instead."));
}

void voice_check(struct request *rq, enum voice v, const struct person *p,
                 const union voice_record *r, struct faults *faults, size_t *room) {
  struct judging j = {rq, voice_kinds[v].type, faults, room};
  if (v == VOICE_YOUNG) check_young(&j, &r->young);
  if (v == VOICE_REPRESENTATIVE) check_representative(&j, p, &r->representative);
  if (v == VOICE_CAPACITY) check_capacity(&j, p, &r->capacity);
  if (v == VOICE_REVIEW && !r->review.stage)
    fault(
        &j, "agreement",
        PAGE_TITLE(rq, "No review is due: enter their date of birth first, or wait for the day."));
}
