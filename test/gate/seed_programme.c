/* What programmes bring: somebody who started on one, with a form signed; who is ready on another;
 * a contract, and a funder with a declared return. */
#include "gate.h"
#include "programme/outcome.h"
#include "programme/programme.h"
#include "sharing/sharing.h"

static bool known(struct world *w, const struct actor *by, const char *code, struct programme *g) {
  struct progress none = {0};
  struct why why = {0};
  struct db *db = w->t->db;
  struct arena *a = w->t->arena;
  if (!programmes_known(db, a).n && !programme_domain.init(db, a, w->c.now, &none, &why))
    return false;
  return programme_by_code(db, a, str_of(code), g) &&
         programme_deliver(db, g->id, by->organisation_id, true, a, w->c.now) == DB_OK;
}

static bool seen(struct world *w, const struct actor *by, const struct joining *j,
                 const char *proof, const char *paper) {
  struct why why = {0};
  struct proof_fact f = {.proof = str_of(proof),
                         .what = S("seen"),
                         .paper = str_of(paper),
                         .note = S("CANARY-SEALED-paper"),
                         .until = DAY_NONE};
  return programme_prove(w->t->db, w->t->arena, by, j, &f, true, w->c.now, &why) == DB_OK;
}

static bool sign(struct world *w, enum gate_row row, const struct actor *by,
                 const struct joining *j, struct uuid id) {
  struct signing s = {.person_id = j->person,
                      .joining_id = j->id,
                      .public_id = id,
                      .form = S("joining"),
                      .words = str_of(gate_canary(row)),
                      .way = SIGN_TYPED,
                      .mark = str_of(gate_canary(row)),
                      .on = instant_local_uk(w->c.now).day,
                      .by_user = by->user_id};
  return programme_sign(w->t->db, w->t->arena, &s, w->c.now) == DB_OK;
}

/* Ready on one, and on the other whatever is asked for has been shown. */
static bool joining(struct world *w, enum gate_row row, const struct actor *by, char id[40]) {
  struct programme harbour, kiln;
  struct joining started, ready;
  struct why why = {0};
  struct db *db = w->t->db;
  struct arena *a = w->t->arena;
  if (!known(w, by, "harbour_start", &harbour) || !known(w, by, "kiln_lane", &kiln) ||
      programme_join(db, a, by, &kiln, w->row[row].id, uuid_v4(), w->c.now, &ready, &why) !=
          DB_OK ||
      programme_join(db, a, by, &harbour, w->row[row].id, uuid_v4(), w->c.now, &started, &why) !=
          DB_OK)
    return false;
  uuid_text(started.public_id, id);
  return seen(w, by, &ready, "safety_talk", "talk") &&
         seen(w, by, &started, "identity", "passport") &&
         seen(w, by, &started, "right_to_work", "passport") &&
         seen(w, by, &started, "address", "bill");
}

static bool signed_form(struct world *w, enum gate_row row, const struct actor *by, char id[40]) {
  struct joining j;
  struct uuid one = uuid_v4();
  struct why why = {0};
  /* The joining made before is the one the path names. */
  struct joinings all = programme_joinings(w->t->db, w->t->arena, w->row[row].id);
  if (!all.n) return false;
  j = all.p[0];
  uuid_text(one, id);
  return sign(w, row, by, &j, one) &&
         programme_start(w->t->db, w->t->arena, by, &j, instant_local_uk(w->c.now).day, RULES_MAYBE,
                         w->c.now, &why) == DB_OK;
}

/* Work that began, with what shows it. */
static bool outcome(struct world *w, enum gate_row row, const struct actor *by, char id[40]) {
  struct outcome o;
  bool again = false;
  struct evidence e = {.what = S("payslip"),
                       .note = str_of(gate_canary(row)),
                       .on = instant_local_uk(w->c.now).day,
                       .by_user = by->user_id};
  record_clear(&outcome_type, &o);
  o.public_id = uuid_v4(), o.person = w->row[row].id, o.kind = S("job_start");
  o.on_day = instant_local_uk(w->c.now).day, o.hours = S("16_30");
  o.words = str_of(gate_canary(row));
  uuid_text(o.public_id, id);
  return outcome_keep(w->t->db, w->t->arena, &o, by->user_id, w->c.now, &again) == DB_OK &&
         outcome_show(w->t->db, w->t->arena, &o, &e, w->c.now) == DB_OK;
}

static bool programme(struct world *w, enum gate_row row, const struct actor *by, char id[40]) {
  (void)w, (void)row, (void)by;
  memcpy(id, "harbour_start", sizeof "harbour_start");
  return true;
}

static bool funder(struct world *w, enum gate_row row, const struct actor *by, char id[40]) {
  (void)w, (void)row, (void)by;
  memcpy(id, "council", sizeof "council");
  return true;
}

static const struct gate_record records[] = {
    {"/people/{id}/programmes/{joining}", joining},
    {"/people/{id}/programmes/{joining}/signed/{signed}", signed_form},
    {"/people/{id}/outcomes/{outcome}", outcome},
    {"/programmes/{programme}", programme},
    {"/programmes/{programme}/return/{funder}", funder}};
static const struct gate_form forms[] = {
    {"/people/{id}/programmes", "programme=harbour_start&told=yes"},
    {"/people/{id}/programmes/equality", "how=link"},
    {"/people/{id}/programmes/{joining}/proof",
     "proof=identity&what=asked&note=CANARY-SEALED-form"},
    {"/people/{id}/programmes/{joining}/exception",
     "proof=identity&what=refused&note=CANARY-SEALED-form"},
    {"/people/{id}/programmes/{joining}/end", "end=job"},
    {"/people/{id}/programmes/{joining}/sign", "form=joining&way=typed&typed=CANARY-SEALED-form"},
    {"/people/{id}/outcomes",
     "kind=volunteering&on_day=1/3/2026&words=CANARY-SEALED-form&shown=own_word"},
    {"/people/{id}/outcomes/{outcome}/evidence", "what=employer&note=CANARY-SEALED-form"},
    {"/people/{id}/outcomes/{outcome}/change", "do=ended"},
    {"/programmes/{programme}/deliver", "on=yes"},
    {"/for-you/{token}", "ethnic_group=Roma"}};
const struct gate_seed gate_seed_programme = {.domain = "programme",
                                              .records = records,
                                              .n_records = countof(records),
                                              .forms = forms,
                                              .n_forms = countof(forms)};
