/* What a partner posts (known/match.h): any bytes are a frame signed by its sender, or none. What
 * is read of one lies within it; a frame made from it reads back the same. */
#include <sodium.h>
#include <stdlib.h>
#include "known/match.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool right) {
  if (!right) abort();
}

static void again(const struct match_frame *f) {
  struct psi_identity us;
  struct match_frame back;
  struct buf out = buf_open(1 << 20);
  psi_identity_make(&us);
  check(match_frame_put(&out, f, &us) && match_frame_read(buf_str(&out), &back));
  check(back.number == f->number && str_eq(back.period, f->period) &&
        str_eq(back.sealed, f->sealed));
  out.p[out.n / 2] ^= 1;
  check(!match_frame_read(buf_str(&out), &back));
  buf_free(&out);
}

/* The bytes as they came, and the same signed by somebody. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct match_frame f;
  struct str bytes = {(char *)(uintptr_t)data, size}, rest = bytes;
  if (sodium_init() < 0 || size > 1 << 19) return 0;
  if (match_frame_read(bytes, &f)) again(&f);
  struct match_frame made = {
      .period = str_cut(&rest, '\n'), .number = 1 + (int64_t)(size % 3), .sealed = rest};
  bool plain = made.period.n > 0 && made.period.n <= 32 && made.sealed.n > 0;
  for (size_t i = 0; i < made.period.n; i++)
    plain &= made.period.p[i] >= ' ' && made.period.p[i] < 0x7f;
  if (plain) again(&made);
  return 0;
}
