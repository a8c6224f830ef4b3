/* Any bytes through the small readers of text: characters, folding, numbers, days, instants, ids,
 * encodings. What is accepted must come back the same from its own written form. */
#include <stdlib.h>
#include "base/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define must(x)                                                                                    \
  do {                                                                                             \
    if (!(x)) abort();                                                                             \
  } while (0)

static void characters(struct arena *a, struct str s) {
  struct str mended = utf8_mend(a, s), folded = utf8_fold(a, s);
  must(utf8_valid(mended) && utf8_valid(folded) && folded.n <= s.n);
  must(str_eq(utf8_fold(a, folded), folded));
  must(utf8_valid(s) ==
       (utf8_head(s, SIZE_MAX).n == s.n && utf8_valid(utf8_head(s, utf8_count(s)))));
  must(utf8_head(s, utf8_count(s)).n == s.n);
  struct strs words = utf8_words(a, s);
  for (size_t i = 0; i < words.n; i++) must(words.p[i].n > 0);
}

static void days(struct arena *a, struct str s) {
  day_t d, again;
  struct day_span span;
  instant_t t, t2;
  if (day_parse(s, &d)) must(str_eq(day_iso(a, d), s) && ymd_valid(day_ymd(d)));
  if (day_parse_typed(s, &d)) {
    must(day_parse(day_iso(a, d), &again) && again == d);
    must(day_parse_typed(day_words(a, d), &again) && again == d);
    struct local l = instant_local_uk(local_uk_instant(d, 780));
    must(l.day == d && l.minute == 780);
  }
  if (day_span_parse(s, &span)) must(span.first <= span.last && span.last - span.first <= 365);
  if (!instant_parse(s, &t)) return;
  struct str iso = instant_iso(a, t);
  must(!iso.n || (instant_parse(iso, &t2) &&
                  t2 == t)); /* a zone may move the first or last day out of range */
}

static void numbers_and_ids(struct arena *a, struct str s) {
  int64_t n;
  double v;
  struct uuid u;
  struct str bytes;
  if (s.n <= 400 && str_to_i64(s, &n)) must(str_to_double(s, &v) && (double)n == v);
  if (uuid_parse(s, &u)) must(str_eq_nocase(uuid_str(a, u), s));
  if (base64url_parse(a, s, &bytes)) must(str_eq(base64url_of(a, bytes.p, bytes.n), s));
  if (s.n % 2 == 0) {
    char *raw = arena_alloc(a, 1, 1, s.n / 2);
    if (hex_parse(s, raw, s.n / 2)) must(str_eq_nocase(hex_of(a, raw, s.n / 2), s));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct arena a;
  if (!a.start) a = arena_open((size_t)64 << 20);
  arena_reset(&a);
  struct str s = {(const char *)data, size < 65536 ? size : 65536};
  characters(&a, s);
  days(&a, s);
  numbers_and_ids(&a, s);
  struct why why = {0};
  why_say(&why, "%.*s", P(s));
  must(!utf8_valid(s) || utf8_valid(why_str(&why)));
  return 0;
}
