/* state: what a spend's dated facts come to, which step may follow, and when a second person is
 * needed. Nothing here reads a database or a clock. */
#include "money/money.h"

enum spend_state spend_state_of(const struct spend_facts *f) {
  if (f->cancelled != DAY_NONE) return SPEND_CANCELLED;
  if (f->refused != DAY_NONE) return SPEND_REFUSED;
  if (f->reconciled != DAY_NONE) return SPEND_RECONCILED;
  if (f->receipted != DAY_NONE) return SPEND_RECEIPTED;
  if (f->delivered != DAY_NONE) return SPEND_DELIVERED;
  if (f->bought != DAY_NONE) return SPEND_BOUGHT;
  return f->allowed != DAY_NONE ? SPEND_ALLOWED : SPEND_ASKED;
}

const char *spend_state_code(enum spend_state s) {
  static const char *const codes[] = {"asked",     "allowed",    "bought",  "delivered",
                                      "receipted", "reconciled", "refused", "cancelled"};
  return codes[s];
}

const char *spend_step_code(enum spend_step step) {
  static const char *const codes[] = {"allow",   "refuse",     "buy",       "deliver",
                                      "receipt", "no-receipt", "reconcile", "cancel"};
  return codes[step];
}

const char *spend_step_fact(enum spend_step step) {
  static const char *const facts[] = {"allowed",   "refused",    "bought",     "delivered",
                                      "receipted", "no_receipt", "reconciled", "cancelled"};
  return facts[step];
}

bool spend_step_fits(enum spend_state s, enum spend_step step) {
#define ONE(step) (1u << (step))
  static const unsigned fits[SPEND_STATES] = {
      [SPEND_ASKED] = ONE(STEP_ALLOW) | ONE(STEP_REFUSE) | ONE(STEP_CANCEL),
      [SPEND_ALLOWED] = ONE(STEP_BUY) | ONE(STEP_CANCEL),
      [SPEND_BOUGHT] =
          ONE(STEP_DELIVER) | ONE(STEP_RECEIPT) | ONE(STEP_NO_RECEIPT) | ONE(STEP_CANCEL),
      [SPEND_DELIVERED] = ONE(STEP_RECEIPT) | ONE(STEP_NO_RECEIPT) | ONE(STEP_CANCEL),
      [SPEND_RECEIPTED] = ONE(STEP_RECONCILE),
  };
  return fits[s] & ONE(step);
#undef ONE
}

static bool above(int64_t pence, int64_t limit) { return limit != NUMBER_NONE && pence > limit; }

unsigned spend_second(const struct fund *f, const struct spend *s,
                      const struct spend_so_far *so_far) {
  unsigned why = 0;
  if (above(s->amount, f->worker_limit)) why |= SECOND_AMOUNT;
  if (above(so_far->worker_today + s->amount, f->day_limit)) why |= SECOND_DAY;
  if (above(so_far->person_in_all + s->amount, f->person_limit)) why |= SECOND_PERSON;
  if (str_eq(s->means, S("petty_cash")) || str_eq(s->means, S("to_person"))) why |= SECOND_CASH;
  if (s->relative == 1) why |= SECOND_RELATIVE;
  if (so_far->repeat) why |= SECOND_REPEAT;
  return why;
}
