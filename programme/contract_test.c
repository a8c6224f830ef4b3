/* The pure parts of programmes: contracts read, states, signatures, what small numbers may tell. */
#include "db/testing.h"
#include "programme/contract_test.h"
#include "programme/programme.h"

#define HEAD "programme p \"P\"\nsource \"s\"\n"
static void refused(struct db_test *t, const char *text, const char *sentence) {
  struct contract c;
  struct why why = {0};
  if (contract_read(t->arena, str_of(text), &c, &why)) fail_msg("read: %s", text);
  if (!str_contains(why_str(&why), str_of(sentence))) fail_msg("%s: %s", text, why.text);
}

void contracts_are_read_whole_or_refused(struct db_test *t) {
  struct contract c;
  struct why why = {0};
  refused(t, "", "names no programme");
  refused(t, "programme p \"P\"\nfunder a \"A\" share 100\n", "no source");
  refused(t, HEAD, "names no funder");
  refused(t, HEAD "funder a \"A\" share 80\n", "come to 80");
  refused(t,
          HEAD "funder a \"A\" share 80 from 2026-01-01\nfunder b \"B\" share 20 from "
               "2026-01-01 to 2026-06-30\n",
          "come to 80");
  refused(t, HEAD "funder a \"A\" share 100\nsanction \"x\"\n", "Line 4: \"sanction\" is no word");
  refused(t, HEAD "funder a \"A\" share 100\nproof x \"X\"\n", "accepts no paper");
  refused(t, HEAD "funder a \"A\" share 100\nproof x \"X\" class safety\n", "of a class such as");
  refused(t, HEAD "funder a \"A\" share 100\nform f \"F\"\nline \"L\" person.safe_note\n",
          "a form cannot print");
  refused(t, HEAD "funder a \"A\" share 100\noutcome riches \"R\" shown by payslip\n",
          "a code of packs/codes/outcomes.csv");
  refused(t, HEAD "funder a \"A\" share 100\noutcome training \"T\" shown by rumour\n",
          "a code of packs/codes/outcome_evidence.csv");
  refused(t, HEAD "funder a \"A\" share 100\nabout \"x\n", "a quote is opened");
  assert_true(contract_read(t->arena,
                            S(HEAD "funder a \"A\" share 100 return r\nproof x \"X\" class "
                                   "status\naccept y \"Y\"\notherwise z \"Z\"\nkeep 12 months "
                                   "identity\ncompleted job \"J\" counts paid\n"),
                            &c, &why));
  assert_int_equal(c.proofs.p[0].class_bit, CLASS_STATUS);
  assert_true(c.ends.p[0].paid && c.ends.p[0].onward && c.proofs.p[0].papers.p[1].otherwise);
}

void states_follow_from_dated_facts(struct db_test *t) {
  struct contract c;
  struct why why;
  assert_true(contract_read(t->arena,
                            S(HEAD "funder a \"A\" share 100\nproof x \"X\"\naccept y "
                                   "\"Y\"\notherwise z \"Z\"\nform f \"F\"\ntext \"T\"\n"),
                            &c, &why));
  struct proof_fact f[3] = {
      {.proof = S("x"), .what = S("seen"), .paper = S("y"), .day = 10, .until = 20},
      {.proof = S("x"), .what = S("asked"), .day = 25, .until = DAY_NONE},
      {.proof = S("x"), .what = S("allowed"), .day = 30, .until = DAY_NONE}};
  struct proof_facts facts = {f, 3};
  const struct contract_proof *p = &c.proofs.p[0];
  assert_int_equal(proof_state_of(p, &facts, 9, NULL), PROOF_MISSING);
  assert_int_equal(proof_state_of(p, &facts, 20, NULL), PROOF_SEEN);
  assert_int_equal(proof_state_of(p, &facts, 21, NULL), PROOF_LAPSED);
  assert_int_equal(proof_state_of(p, &facts, 25, NULL), PROOF_ASKED);
  assert_int_equal(proof_state_of(p, &facts, 30, NULL), PROOF_ALLOWED);
  struct joining j;
  record_clear(&joining_type, &j);
  j.agreed_on = 5;
  struct str form = S("f");
  struct strs none = {0}, one = {&form, 1};
  assert_int_equal(joining_state_of(&c, &j, &facts, none, 15), JOINING_GATHERING);
  assert_int_equal(joining_state_of(&c, &j, &facts, one, 15), JOINING_READY);
  assert_int_equal(joining_state_of(&c, &j, &facts, one, 22), JOINING_GATHERING);
  assert_int_equal(joining_state_of(&c, &j, &facts, one, 26), JOINING_WAITING);
  j.started_on = 15, j.ended_on = 40;
  assert_int_equal(joining_state_of(&c, &j, &facts, one, 22), JOINING_STARTED);
  assert_int_equal(joining_state_of(&c, &j, &facts, one, 40), JOINING_ENDED);
  f[0].paper = S("forged");
  assert_int_equal(proof_state_of(p, &facts, 15, NULL), PROOF_MISSING);
}

void signatures_are_bounded_paths(struct db_test *t) {
  struct str tidy;
  struct buf big = buf_open(1 << 20);
  assert_true(signature_parse(t->arena, S("M1 1L2 2M3 3L600 200"), &tidy));
  assert_true(str_eq(tidy, S("M1 1L2 2M3 3L600 200")));
  static const char *const bad[] = {"",
                                    "L1 1",
                                    "M1 1",
                                    "M1 1L601 1",
                                    "M1 1L1 201",
                                    "M1,1L2,2",
                                    "M1 1L2 2\"/><script>",
                                    "M-1 1L2 2",
                                    "M1 1C2 2",
                                    "M1 1L2"};
  for (size_t i = 0; i < countof(bad); i++)
    if (signature_parse(t->arena, str_of(bad[i]), &tidy)) fail_msg("%s", bad[i]);
  buf_put(&big, S("M1 1"));
  for (int i = 0; i < SIGN_POINTS_MAX; i++) buf_put(&big, S("L2 2"));
  assert_false(signature_parse(t->arena, buf_str(&big), &tidy));
  buf_free(&big);
}

void small_numbers_are_held_back(struct db_test *t) {
  struct cell_told out[4];
  struct table_told all = table_told((int64_t[]){3, 2, 4, 0}, 4, out);
  (void)t;
  assert_true(all.held && out[0].held && out[3].held);
  all = table_told((int64_t[]){30, 4, 26, 41}, 4, out); /* 4 could be worked out from the total */
  assert_true(!all.held && out[1].held && out[2].held && !out[0].held && !out[3].held);
  assert_int_equal(all.total, 100);
  assert_int_equal(out[0].n, 30);
  assert_int_equal(out[3].n, 40);
  all = table_told((int64_t[]){30, 4, 5, 41}, 4, out); /* together 9: still under ten */
  assert_true(out[0].held && out[1].held && out[2].held && !out[3].held);
  all = table_told((int64_t[]){12, 0, 0, 0}, 4, out);
  assert_true(out[0].held); /* else everyone's answer would be known */
  all = table_told((int64_t[]){20, 13}, 2, out);
  assert_true(!all.held && !out[0].held && !out[1].held);
  assert_int_equal(all.total, 35);
}
