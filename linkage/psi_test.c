/* Private matching: two sides find exactly what they share; every way of cheating that the steps
 * can notice is refused. */
#include <sodium.h>
#include <stdlib.h>
#include "linkage/linkage_test.h"
#include "linkage/psi.h"

enum { OURS = 60, THEIRS = 80, SHARED = 25 };
struct side {
  struct psi psi;
  struct psi_identity id;
  struct psi_element *element;
  size_t n;
  struct arena keep;
};
static const struct psi_terms usual = {S("job hub and housing 2026"), S("2026-11"), 4000, false};

static struct psi_partner public_side(const struct psi_identity *id) {
  struct psi_partner p;
  memcpy(p.sign_public, id->sign_public, 32);
  memcpy(p.box_public, id->box_public, 32);
  return p;
}

/* Person number i of an invented town; some values differ between the two sides' files. */
static struct psi_person person(struct arena *a, int i, bool other_side) {
  struct psi_person p = {
      .forename = str_format(a, "%s%c", i % 2 ? "elizabeth" : "robert", 'a' + i % 26),
      .surname = str_format(a, "hill%c%c", 'a' + i / 26, 'a' + i % 26),
      .dob = other_side ? str_format(a, "%02d/%02d/%d", 1 + i % 28, 1 + i % 12, 1950 + i % 50)
                        : str_format(a, "%d-%02d-%02d", 1950 + i % 50, 1 + i % 12, 1 + i % 28),
      .postcode = str_format(a, "M%d 1A%c", 1 + i % 30, 'A' + i % 26),
      .sex = i % 2 ? 'f' : 'm'};
  if (i % 3 == 0)
    p.national = other_side ? str_format(a, "ab%06dd", i) : str_format(a, "AB %06d C", i);
  if (i % 4 == 0)
    p.phone = other_side ? str_format(a, "+447700%06d", i) : str_format(a, "07700 %06d", i);
  return p;
}

static void elements_make(struct side *s, int from, int to, bool other) {
  s->keep = arena_open((size_t)1 << 26);
  s->element = arena_many(&s->keep, struct psi_element, (size_t)(to - from) * PSI_KEY_TYPES);
  for (int i = from; i < to; i++) {
    struct psi_person p = person(&s->keep, i, other);
    s->n += psi_elements(usual.project, &p, (uint32_t)i, s->element + s->n, s->keep);
  }
}

static void sides_make(struct side *a, struct side *b, const struct psi_terms *terms) {
  struct why why;
  *a = *b = (struct side){0};
  psi_identity_make(&a->id);
  psi_identity_make(&b->id);
  elements_make(a, 0, OURS, false);
  elements_make(b, OURS - SHARED, OURS - SHARED + THEIRS, true);
  struct psi_partner pa = public_side(&a->id), pb = public_side(&b->id);
  assert_true(psi_begin(&a->psi, terms, &a->id, &pb, a->element, a->n, &a->keep, &why));
  assert_true(psi_begin(&b->psi, terms, &b->id, &pa, b->element, b->n, &b->keep, &why));
}

static void sides_close(struct side *a, struct side *b) {
  arena_close(&a->keep);
  arena_close(&b->keep);
}

static void send(struct side *from, struct side *to) {
  struct buf b = buf_open(1 << 22);
  struct why why;
  if (!psi_next(&from->psi, &b, &why) || !psi_take(&to->psi, buf_str(&b), &why))
    fail_msg("%s", why.text);
  buf_free(&b);
}

/* Each writes message k before taking the other's: as files crossing in the post. */
static void cross(struct side *a, struct side *b) {
  struct buf x = buf_open(1 << 22), y = buf_open(1 << 22);
  struct why why;
  assert_true(psi_next(&a->psi, &x, &why) && psi_next(&b->psi, &y, &why));
  if (!psi_take(&a->psi, buf_str(&y), &why) || !psi_take(&b->psi, buf_str(&x), &why))
    fail_msg("%s", why.text);
  buf_free(&x);
  buf_free(&y);
}

static void both_find_exactly_the_shared(void **state) {
  (void)state;
  struct side a, b;
  struct why why;
  uint32_t count_a = 0, count_b = 0;
  sides_make(&a, &b, &usual);
  bool *shared = arena_many(&a.keep, bool, a.n);
  assert_false(psi_result(&a.psi, shared, &count_a, &why)); /* not finished */
  for (int k = 0; k < 3; k++) cross(&a, &b);
  assert_true(psi_done(&a.psi) && psi_done(&b.psi));
  assert_true(psi_result(&a.psi, shared, &count_a, &why) &&
              psi_result(&b.psi, NULL, &count_b, &why));
  assert_int_equal(count_a, count_b);
  bool person_shared[OURS] = {0};
  for (uint32_t i = 0; i < a.psi.n; i++) person_shared[a.psi.element[i].record] |= shared[i];
  for (int i = 0; i < OURS; i++) assert_int_equal(person_shared[i], i >= OURS - SHARED);
  assert_memory_equal(a.psi.transcript, b.psi.transcript, 32);
  uint8_t zero[32] = {0};
  assert_memory_equal(a.psi.exponent, zero, 32);
  assert_memory_equal(a.psi.run, b.psi.run, 32);
  sides_close(&a, &b);
}

static void counting_tells_only_how_many(void **state) {
  (void)state;
  struct side a, b;
  struct why why;
  uint32_t count;
  struct psi_terms terms = usual;
  terms.count_only = true;
  sides_make(&a, &b, &terms);
  for (int k = 0; k < 3; k++) cross(&a, &b);
  bool *shared = arena_many(&a.keep, bool, a.n);
  assert_true(psi_result(&a.psi, shared, &count, &why));
  assert_true(count > SHARED);
  for (size_t i = 0; i < a.n; i++) assert_false(shared[i]);
  assert_true(str_eq(psi_count_words(&a.keep, 9), S("under 10")) &&
              str_eq(psi_count_words(&a.keep, 10), S("10")));
  sides_close(&a, &b);
}

static void the_state_waits_for_days(void **state) {
  (void)state;
  struct side a, b;
  struct why why;
  uint32_t count;
  sides_make(&a, &b, &usual);
  for (int k = 0; k < 3; k++) {
    struct buf saved = buf_open(1 << 22);
    assert_true(psi_save(&a.psi, &saved));
    struct psi again;
    assert_true(psi_load(&again, buf_str(&saved), &a.id, &a.keep, &why));
    a.psi = again;
    saved.p[saved.n / 2] ^= 1;
    assert_false(psi_load(&again, buf_str(&saved), &a.id, &a.keep, &why));
    saved.p[saved.n / 2] ^= 1;
    assert_false(psi_load(&again, buf_str(&saved), &b.id, &a.keep, &why));
    buf_free(&saved);
    cross(&a, &b);
  }
  assert_true(psi_result(&a.psi, NULL, &count, &why) && count > SHARED);
  sides_close(&a, &b);
}

static void refused(struct side *to, struct str message, const char *words) {
  struct why why = {0};
  uint8_t taken = to->psi.taken;
  if (psi_take(&to->psi, message, &why) || !strstr(why.text, words))
    fail_msg("said \"%s\", expected \"%s\"", why.text, words);
  assert_int_equal(to->psi.taken, taken);
}

static void wrong_order_is_refused(void **state) {
  (void)state;
  struct side a, b;
  struct why why;
  struct buf one = buf_open(1 << 22), two = buf_open(1 << 22);
  sides_make(&a, &b, &usual);
  assert_true(psi_next(&a.psi, &one, &why));
  refused(&b, buf_str(&one), "Send our message 1"); /* nobody looks before committing */
  assert_false(psi_next(&a.psi, &two, &why));       /* nor goes on alone */
  send(&b, &a);
  assert_true(psi_next(&a.psi, &two, &why));
  refused(&b, buf_str(&two), "Message 1 was expected"); /* a message left out */
  assert_true(psi_take(&b.psi, buf_str(&one), &why));
  refused(&b, buf_str(&one), "Message 2 was expected"); /* the same again */
  buf_free(&one);
  buf_free(&two);
  sides_close(&a, &b);
}

static void replays_and_alterations_are_refused(void **state) {
  (void)state;
  struct side a, b, c, d;
  struct why why;
  struct buf old = buf_open(1 << 22), now = buf_open(1 << 22);
  sides_make(&a, &b, &usual);
  cross(&a, &b);
  assert_true(psi_next(&a.psi, &old, &why)); /* A's SET in a first run */
  struct psi_partner pa = public_side(&a.id), pb = public_side(&b.id);
  struct psi again_a, again_b; /* the same two begin anew */
  assert_true(psi_begin(&again_a, &usual, &a.id, &pb, a.element, a.n, &a.keep, &why));
  assert_true(psi_begin(&again_b, &usual, &b.id, &pa, b.element, b.n, &b.keep, &why));
  a.psi = again_a;
  b.psi = again_b;
  cross(&a, &b);
  assert_true(psi_next(&b.psi, &now, &why));
  refused(&b, buf_str(&old), "replay");
  buf_reset(&now);
  assert_true(psi_next(&a.psi, &now, &why));
  for (size_t at = 0; at < now.n; at += now.n / 9) {
    now.p[at] ^= 4;
    refused(&b, buf_str(&now), "cannot be opened");
    now.p[at] ^= 4;
  }
  refused(&b, str_slice(buf_str(&now), 0, now.n - 5), "cannot be opened");
  refused(&b, S("hello"), "possible size");
  sides_make(&c, &d, &usual); /* strangers cannot take part */
  buf_reset(&now);
  assert_true(psi_next(&c.psi, &now, &why));
  refused(&b, buf_str(&now), "cannot be opened");
  buf_free(&old);
  buf_free(&now);
  sides_close(&a, &b);
  sides_close(&c, &d);
}

static void another_project_or_period_is_refused(void **state) {
  (void)state;
  struct side a, b;
  struct why why;
  struct psi_terms next_month = usual;
  struct buf m = buf_open(1 << 22), own = buf_open(1 << 22);
  next_month.period = S("2026-12");
  sides_make(&a, &b, &usual);
  struct psi_partner pb = public_side(&b.id);
  assert_true(psi_begin(&a.psi, &next_month, &a.id, &pb, a.element, a.n, &a.keep, &why));
  assert_true(psi_next(&a.psi, &m, &why) && psi_next(&b.psi, &own, &why));
  refused(&b, buf_str(&m), "another run");
  buf_free(&m);
  buf_free(&own);
  sides_close(&a, &b);
}

static void size_cheats_are_refused(void **state) {
  (void)state;
  struct side a, b;
  struct why why;
  struct psi_terms small = usual;
  struct buf m = buf_open(1 << 22);
  small.cap = 20;
  sides_make(&a, &b, &usual);
  struct psi_partner pb = public_side(&b.id);
  struct psi refused_run;
  assert_false(psi_begin(&refused_run, &small, &a.id, &pb, a.element, a.n, &a.keep,
                         &why)); /* our own set above the cap */
  assert_non_null(strstr(why.text, "agreed"));
  assert_false(psi_begin(&refused_run, &usual, &a.id, &pb, a.element, 0, &a.keep, &why));
  cross(&a, &b);
  assert_true(psi_next(&b.psi, &m, &why));
  /* A commits to its set, then sends one key fewer, or another one. */
  struct psi honest = a.psi;
  a.psi.n--;
  buf_reset(&m);
  assert_true(psi_next(&a.psi, &m, &why));
  refused(&b, buf_str(&m), "committed");
  a.psi = honest;
  a.psi.blinded[5] ^= 1;
  buf_reset(&m);
  assert_true(psi_next(&a.psi, &m, &why));
  refused(&b, buf_str(&m), "not the one");
  buf_free(&m);
  sides_close(&a, &b);
}

static void repeats_and_junk_are_refused(void **state) {
  (void)state;
  struct why why;
  for (int junk = 0; junk < 2; junk++) {
    struct side a, b;
    struct buf m = buf_open(1 << 22), own = buf_open(1 << 22);
    sides_make(&a, &b, &usual);
    if (junk)
      memset(a.psi.blinded, 0xff, PSI_POINT);
    else
      memcpy(a.psi.blinded, a.psi.blinded + PSI_POINT, PSI_POINT);
    /* The cheat commits to it properly. */
    crypto_generichash(a.psi.commitment, 32, a.psi.blinded, (size_t)a.psi.n * PSI_POINT,
                       a.psi.nonce, 32);
    cross(&a, &b);
    assert_true(psi_next(&a.psi, &m, &why) && psi_next(&b.psi, &own, &why));
    refused(&b, buf_str(&m), junk ? "no blinded key" : "repeats");
    buf_free(&m);
    buf_free(&own);
    sides_close(&a, &b);
  }
}

static void keys_do_not_leave_the_project(void **state) {
  (void)state;
  struct arena a = arena_open(1 << 22);
  struct psi_person p = person(&a, 12, false), q = person(&a, 12, true);
  struct psi_element x[PSI_KEY_TYPES], y[PSI_KEY_TYPES], z[PSI_KEY_TYPES];
  size_t n = psi_elements(S("one"), &p, 1, x, a);
  assert_int_equal(n, PSI_KEY_TYPES);
  assert_int_equal(psi_elements(S("one"), &q, 1, y, a), n);
  assert_int_equal(psi_elements(S("two"), &p, 1, z, a), n);
  for (size_t i = 0; i < n; i++) {
    assert_memory_equal(x[i].hash, y[i].hash, 64); /* written differently, the same person */
    assert_memory_not_equal(x[i].hash, z[i].hash, 64);
  }
  struct psi_person nobody = {0};
  assert_int_equal(psi_elements(S("one"), &nobody, 1, x, a), 0);
  struct psi_identity id;
  char fingerprint[48];
  psi_identity_make(&id);
  struct psi_partner pub = public_side(&id);
  psi_fingerprint(&pub, fingerprint);
  assert_int_equal(strlen(fingerprint), 39);
  arena_close(&a);
}

int test_psi(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(both_find_exactly_the_shared),
                                     cmocka_unit_test(counting_tells_only_how_many),
                                     cmocka_unit_test(the_state_waits_for_days),
                                     cmocka_unit_test(wrong_order_is_refused),
                                     cmocka_unit_test(replays_and_alterations_are_refused),
                                     cmocka_unit_test(another_project_or_period_is_refused),
                                     cmocka_unit_test(size_cheats_are_refused),
                                     cmocka_unit_test(repeats_and_junk_are_refused),
                                     cmocka_unit_test(keys_do_not_leave_the_project)};
  return cmocka_run_group_tests_name("psi", tests, NULL, NULL);
}
