/* Tests of hash, rand and uuid. Expected values come from the standards named, or fix what must
 * never change. */
#include <math.h>
#include "base/base_test.h"

TEST(sha256_matches_fips_180_4) {
  struct arena *a = *state;
  struct sha256 h = sha256_of(S("abc"));
  assert_str(hex_of(a, h.b, 32),
             "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  h = sha256_of((struct str){0});
  assert_str(hex_of(a, h.b, 32),
             "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  struct sha256 two = sha256_of2(S("a"), S("bc")), one = sha256_of(S("abc"));
  assert_memory_equal(two.b, one.b, 32);
  assert_true(bytes_eq_secret(two.b, one.b, 32) && !bytes_eq_secret("ab", "ac", 2));
}

TEST(hex_and_base64url_round_trip_or_refuse) {
  struct arena *a = *state;
  unsigned char bytes[300], back[300];
  for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (unsigned char)(i * 7);
  for (size_t n = 0; n < sizeof bytes; n++) {
    struct str out;
    assert_true(hex_parse(hex_of(a, bytes, n), back, n));
    assert_memory_equal(bytes, back, n);
    assert_true(base64url_parse(a, base64url_of(a, bytes, n), &out));
    assert_int_equal(out.n, n);
    if (n) assert_memory_equal(out.p, bytes, n);
  }
  assert_str(base64url_of(a, "\xFB\xFF", 2), "-_8");
  struct str out;
  assert_false(base64url_parse(a, S("+/8="), &out) || base64url_parse(a, S("-_8 "), &out));
  assert_false(base64url_parse(a, S("A"), &out) || base64url_parse(a, S("-_9"), &out));
  assert_false(base64url_parse(a, S("1e\xD3\xD0"), &out)); /* libsodium 1.0.18 would take it */
  assert_false(hex_parse(S("0g"), back, 1) || hex_parse(S("000"), back, 1) ||
               hex_parse(S("00"), back, 2));
  assert_true(hex_parse(S("fF"), back, 1) && back[0] == 255);
}

TEST(hash64_is_fixed_and_spreads) {
  (void)state;
  /* Derived files hold these: a change here is a change of their format. */
  assert_true(hash64(S(""), 0) == hash64((struct str){0}, 0));
  assert_true(hash64(S("waymark"), 1) == 0x2460E60A898EC27AU);
  assert_true(hash64(S("a longer text, so that all three lanes and the tail are used: 0123456789"),
                     7) == 0x36C9C7FA069178BDU);
  unsigned char text[120] = {0};
  double worst = 0;
  for (size_t n = 1; n <= sizeof text; n += 7) {
    double flips[64] = {0};
    int trials = 0;
    for (size_t bit = 0; bit < n * 8; bit++)
      for (int round = 0; round < 8; round++, trials++) {
        uint64_t seed = (uint64_t)round * 977;
        uint64_t before = hash64((struct str){(char *)text, n}, seed);
        text[bit / 8] ^= (unsigned char)(1u << bit % 8);
        uint64_t changed = before ^ hash64((struct str){(char *)text, n}, seed);
        text[bit / 8] ^= (unsigned char)(1u << bit % 8);
        for (int i = 0; i < 64; i++) flips[i] += (double)(changed >> i & 1);
      }
    for (int i = 0; i < 64; i++) worst = fmax(worst, fabs(flips[i] / trials - 0.5) * sqrt(trials));
  }
  assert_true(worst < 3); /* each output bit flips half the time: 6 deviations of a fair coin */
}

TEST(hash64_keeps_short_texts_apart) {
  struct arena *a = *state;
  enum { N = 100000 };
  uint64_t *seen = arena_many(a, uint64_t, N);
  size_t buckets[256] = {0};
  for (int i = 0; i < N; i++) {
    char text[16];
    int n = snprintf(text, sizeof text, "%d", i);
    seen[i] = hash64((struct str){text, (size_t)n}, 0);
    buckets[seen[i] & 255]++;
  }
  for (int i = 0; i < 256; i++) assert_in_range(buckets[i], N / 256 - 120, N / 256 + 120);
  assert_true(hash64(S("a"), 0) != hash64(S("a\0"), 0));
  assert_true(hash64(S("a"), 0) != hash64(S("a"), 1));
}

TEST(rng_is_xoshiro256_starstar) {
  (void)state;
  /* First outputs from state 1, 2, 3, 4, as in the reference's published test vectors. */
  struct rng r = {{1, 2, 3, 4}};
  static const uint64_t want[] = {11520, 0, 1509978240, 1215971899390074240};
  for (size_t i = 0; i < countof(want); i++) assert_true(rng_next(&r) == want[i]);
  struct rng seeded = rng_seed(42);
  assert_true(seeded.s[0] == 13679457532755275413U); /* splitmix64(42), first output */
}

TEST(rng_numbers_are_uniform_and_normal) {
  (void)state;
  enum { N = 200000 };
  struct rng r = rng_seed(2026);
  size_t seen[7] = {0};
  double sum = 0, square = 0, fourth = 0, unit = 0;
  int beyond = 0;
  for (int i = 0; i < N; i++) {
    seen[rng_below(&r, 7)]++;
    double u = rng_unit(&r), x = rng_normal(&r);
    assert_true(u >= 0 && u < 1);
    unit += u;
    sum += x;
    square += x * x;
    fourth += x * x * x * x;
    beyond += fabs(x) > 1.959964;
  }
  for (int i = 0; i < 7; i++) assert_in_range(seen[i], N / 7 - 800, N / 7 + 800);
  assert_true(fabs(unit / N - 0.5) < 0.004);
  assert_true(fabs(sum / N) < 0.012 && fabs(square / N - 1) < 0.016 && fabs(fourth / N - 3) < 0.12);
  assert_in_range(beyond, N / 20 - 500, N / 20 + 500);
  /* Without drawing again, a third of 3 * 2^62 numbers would come up half of the time. */
  int thirds = 0;
  for (int i = 0; i < N; i++) thirds += rng_below(&r, (uint64_t)3 << 62) % 3 == 0;
  assert_in_range(thirds, N / 3 - 1000, N / 3 + 1000);
  assert_true(rng_below(&r, 1) == 0);
  assert_true(rng_below(&r, UINT64_MAX) < UINT64_MAX);
}

TEST(rng_normal_is_the_same_everywhere) {
  (void)state;
  struct rng r = rng_seed(1);
  double first = rng_normal(&r), second = rng_normal(&r);
  uint64_t bits[2];
  memcpy(&bits[0], &first, 8);
  memcpy(&bits[1], &second, 8);
  assert_true(bits[0] == 0x3FFE267C87AC62EBU && bits[1] == 0x3FF4D55C9633557CU);
}

TEST(secrets_differ) {
  (void)state;
  unsigned char a[64] = {0}, b[64] = {0};
  secret_bytes(a, sizeof a);
  secret_bytes(b, sizeof b);
  assert_memory_not_equal(a, b, sizeof a);
}

TEST(uuids_have_their_version_and_order) {
  struct arena *a = *state;
  struct rng r = rng_seed(3);
  struct uuid zero = {0}, u = uuid_v4(), v = uuid_v4();
  assert_memory_not_equal(u.b, v.b, 16);
  assert_true(u.b[6] >> 4 == 4 && u.b[8] >> 6 == 2 && !uuid_is_zero(u) && uuid_is_zero(zero));
  /* RFC 9562 appendix A.6: 2022-02-22 19:22:22.00 UTC is 017F22E279B0 in milliseconds */
  instant_t t = 0;
  assert_true(instant_parse(S("2022-02-22T19:22:22Z"), &t));
  struct str seven = uuid_str(a, uuid_v7(t));
  assert_true(str_starts(seven, S("017f22e2-79b0-7000-")));
  struct uuid last = uuid_v7(t);
  for (int i = 1; i < 3000; i++) {
    struct uuid next = uuid_v7(t + i);
    assert_true(memcmp(last.b, next.b, 8) <= 0);
    last = next;
  }
  uuid_seed(&r);
  struct uuid first = uuid_v4();
  r = rng_seed(3);
  struct uuid again = uuid_v4();
  uuid_seed(NULL);
  assert_memory_equal(first.b, again.b, 16);
}

TEST(uuids_from_names_are_stable) {
  struct arena *a = *state;
  assert_str(uuid_str(a, uuid_from_name(S("area"), S("W01000001"))),
             "c58214b2-499c-869d-bf31-f0767d870bef");
  struct uuid x = uuid_from_name(S("ab"), S("c")), y = uuid_from_name(S("a"), S("bc"));
  assert_memory_not_equal(x.b, y.b, 16);
  assert_true(x.b[6] >> 4 == 8 && x.b[8] >> 6 == 2);
}

TEST(uuids_parse_or_are_refused) {
  struct arena *a = *state;
  struct uuid u = {0};
  assert_true(uuid_parse(S("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"), &u));
  assert_str(uuid_str(a, u), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
  const char *const none[] = {"",
                              "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
                              "017f22e2-79b0-7cc3-98c4-dc0c0c07398fa",
                              "017f22e279b0-7cc3-98c4-dc0c0c07398f-",
                              "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
                              "{17f22e2-79b0-7cc3-98c4-dc0c0c07398}",
                              "017f22e2_79b0_7cc3_98c4_dc0c0c07398f"};
  for (size_t i = 0; i < countof(none); i++) assert_false(uuid_parse(str_of(none[i]), &u));
}

int chance_tests(void) {
  const struct CMUnitTest tests[] = {
      IN_ARENA(sha256_matches_fips_180_4),
      IN_ARENA(hex_and_base64url_round_trip_or_refuse),
      cmocka_unit_test(hash64_is_fixed_and_spreads),
      IN_ARENA(hash64_keeps_short_texts_apart),
      cmocka_unit_test(rng_is_xoshiro256_starstar),
      cmocka_unit_test(rng_numbers_are_uniform_and_normal),
      cmocka_unit_test(rng_normal_is_the_same_everywhere),
      cmocka_unit_test(secrets_differ),
      IN_ARENA(uuids_have_their_version_and_order),
      IN_ARENA(uuids_from_names_are_stable),
      IN_ARENA(uuids_parse_or_are_refused),
  };
  return cmocka_run_group_tests_name("chance", tests, NULL, NULL);
}
