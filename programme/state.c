/* state: what the dated facts about a start come to. Pure. */
#include "programme/programme.h"

static enum proof_state state_after(const struct contract_proof *p, const struct proof_fact *f,
                                    day_t on) {
  if (str_eq(f->what, S("asked"))) return PROOF_ASKED;
  if (str_eq(f->what, S("allowed"))) return PROOF_ALLOWED;
  if (str_eq(f->what, S("refused"))) return PROOF_REFUSED;
  const struct contract_paper *paper =
      str_eq(f->what, S("seen")) ? contract_paper(p, f->paper) : NULL;
  if (!paper) return PROOF_MISSING;
  if (f->until != DAY_NONE && f->until < on) return PROOF_LAPSED;
  return paper->otherwise ? PROOF_OTHER : PROOF_SEEN;
}

enum proof_state proof_state_of(const struct contract_proof *p, const struct proof_facts *facts,
                                day_t on, const struct proof_fact **latest) {
  enum proof_state state = PROOF_MISSING;
  if (latest) *latest = NULL;
  for (size_t i = 0; i < facts->n; i++) {
    const struct proof_fact *f = &facts->p[i];
    if (!str_eq(f->proof, p->code) || f->day > on) continue;
    state = state_after(p, f, on);
    if (latest) *latest = f;
  }
  return state;
}

bool proof_holds(enum proof_state s) {
  return s == PROOF_SEEN || s == PROOF_OTHER || s == PROOF_ALLOWED;
}

static bool is_among(struct strs codes, struct str code) {
  for (size_t i = 0; i < codes.n; i++)
    if (str_eq(codes.p[i], code)) return true;
  return false;
}

enum joining_state joining_state_of(const struct contract *c, const struct joining *j,
                                    const struct proof_facts *facts, struct strs signed_forms,
                                    day_t on) {
  size_t missing = 0, waiting = 0;
  if (j->ended_on != DAY_NONE && j->ended_on <= on) return JOINING_ENDED;
  if (j->started_on != DAY_NONE && j->started_on <= on) return JOINING_STARTED;
  for (size_t i = 0; i < c->proofs.n; i++) {
    enum proof_state s = proof_state_of(&c->proofs.p[i], facts, on, NULL);
    waiting += s == PROOF_ASKED, missing += s != PROOF_ASKED && !proof_holds(s);
  }
  for (size_t i = 0; i < c->forms.n; i++) missing += !is_among(signed_forms, c->forms.p[i].code);
  if (j->agreed_on == DAY_NONE || j->agreed_on > on) missing++;
  return missing ? JOINING_GATHERING : waiting ? JOINING_WAITING : JOINING_READY;
}

const char *joining_state_code(enum joining_state s) {
  static const char *const codes[] = {"gathering", "waiting", "ready", "started", "ended"};
  return codes[s];
}
