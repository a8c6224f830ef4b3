/* A dishonest partner: messages of any content, but rightly signed and sealed, taken in any order;
 * and any bytes as a saved state. The first byte says how many honest rounds go before and which
 * kind the bad message claims to be. */
#include <sodium.h>
#include "linkage/psi.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct psi_identity us, them;
static bool ready;

static struct psi_partner public_of(const struct psi_identity *id) {
  struct psi_partner p;
  memcpy(p.sign_public, id->sign_public, 32);
  memcpy(p.box_public, id->box_public, 32);
  return p;
}

static void start(struct psi *ours, struct psi *theirs, struct arena *a) {
  static const struct psi_terms terms = {{"p", 1}, {"m", 1}, 30, false};
  struct psi_element e[2] = {{.hash = {1}, .record = 1, .type = 1},
                             {.hash = {2}, .record = 2, .type = 1}};
  struct psi_partner pu = public_of(&us), pt = public_of(&them);
  struct why why;
  if (!psi_begin(ours, &terms, &us, &pt, e, 2, a, &why) ||
      !psi_begin(theirs, &terms, &them, &pu, e, 2, a, &why))
    __builtin_trap();
}

static void honest_round(struct psi *x, struct psi *y) {
  struct buf a = buf_open(1 << 16), b = buf_open(1 << 16);
  struct why why;
  if (!psi_next(x, &a, &why) || !psi_next(y, &b, &why) || !psi_take(x, buf_str(&b), &why) ||
      !psi_take(y, buf_str(&a), &why))
    __builtin_trap();
  buf_free(&a);
  buf_free(&b);
}

/* Signed and sealed as the partner would, with the input for kind, count and body. */
static void bad_message(const struct psi *ours, uint8_t kind, const uint8_t *data, size_t size,
                        struct buf *sealed) {
  struct buf b = buf_open(1 << 16);
  uint8_t signature[64];
  buf_put(&b, S("WPS1"));
  buf_byte(&b, (char)kind);
  buf_put(&b, (struct str){(const char *)ours->run, 32});
  buf_put(&b, (struct str){(const char *)ours->sent_hash[ours->taken ? ours->taken - 1 : 0], 32});
  buf_put(&b, (struct str){(const char *)data, size});
  crypto_sign_detached(signature, NULL, (const uint8_t *)b.p, b.n, them.sign_secret);
  buf_put(&b, (struct str){(const char *)signature, 64});
  char *out = buf_room(sealed, b.n + crypto_box_SEALBYTES);
  if (!b.full && out && !crypto_box_seal((uint8_t *)out, (const uint8_t *)b.p, b.n, us.box_public))
    sealed->n += b.n + crypto_box_SEALBYTES;
  buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct arena a = arena_open(16 << 20);
  struct psi ours, theirs, loaded;
  struct why why = {0};
  struct buf sealed = buf_open(1 << 17), next = buf_open(1 << 17);
  if (!ready) {
    if (sodium_init() < 0) return 0;
    psi_identity_make(&us);
    psi_identity_make(&them);
    ready = true;
  }
  if (size && size < 4096) {
    start(&ours, &theirs, &a);
    for (unsigned i = 0; i < (data[0] & 3u) && i < 3; i++) honest_round(&ours, &theirs);
    psi_next(&ours, &next, &why);
    bad_message(&ours, data[0] >> 2 & 3, data + 1, size - 1, &sealed);
    uint8_t before = ours.taken;
    why.text[0] = 0;
    if (!psi_take(&ours, buf_str(&sealed), &why) && (ours.taken != before || !why.text[0]))
      __builtin_trap();
    psi_take(&ours, (struct str){(const char *)data, size}, &why);
    if (psi_load(&loaded, (struct str){(const char *)data, size}, &us, &a, &why))
      __builtin_trap(); /* nobody can forge it */
  }
  buf_free(&sealed);
  buf_free(&next);
  arena_close(&a);
  return 0;
}
