/* again: see again.h. */
#include <sodium.h>
#include <stdlib.h>
#include "web/again.h"

enum { SEAL_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES };

struct slot {
  unsigned char tag[16], nonce[crypto_aead_xchacha20poly1305_ietf_NPUBBYTES];
  uint64_t seen_us, until_us; /* until 0 = no answer, only seen */
  unsigned char *sealed;
  size_t n;
};
struct again {
  unsigned char secret[32];
  struct slot slot[AGAIN_SLOTS];
  size_t bytes;
  uint64_t first_over_us; /* nothing kept is over before this */
};

struct again *again_open(void) {
  struct again *g = calloc(1, sizeof *g);
  if (!g) return NULL;
  secret_bytes(g->secret, sizeof g->secret);
  g->first_over_us = UINT64_MAX;
  return g;
}

static void forget(struct again *g, struct slot *s) {
  if (s->sealed) sodium_memzero(s->sealed, s->n + SEAL_BYTES);
  free(s->sealed);
  g->bytes -= s->sealed ? s->n : 0;
  s->sealed = NULL, s->n = 0, s->until_us = 0;
}

void again_close(struct again *g) {
  for (size_t i = 0; g && i < AGAIN_SLOTS; i++) forget(g, &g->slot[i]);
  if (g) sodium_memzero(g, sizeof *g);
  free(g);
}

static void add(crypto_generichash_state *h, struct str s) {
  uint64_t n = s.n; /* the length first: two parts can never be read as one */
  crypto_generichash_update(h, (const unsigned char *)&n, sizeof n);
  crypto_generichash_update(h, (const unsigned char *)s.p, s.n);
}

/* Every byte a worker would see, but who asks and the reference. */
static void key_of(const struct again *g, const struct ask *ask, struct again_key *out) {
  crypto_generichash_state h;
  unsigned char whole[sizeof out->tag + sizeof out->key];
  uint32_t kind[2] = {(uint32_t)ask->method, ask->secure};
  crypto_generichash_init(&h, g->secret, sizeof g->secret, sizeof whole);
  add(&h, (struct str){(const char *)kind, sizeof kind});
  add(&h, ask->path), add(&h, ask->query), add(&h, ask->body);
  for (int i = 0; i < H_COUNT; i++) add(&h, ask->header[i]);
  crypto_generichash_final(&h, whole, sizeof whole);
  memcpy(out->tag, whole, sizeof out->tag);
  memcpy(out->key, whole + sizeof out->tag, sizeof out->key);
  sodium_memzero(whole, sizeof whole);
}

static struct slot *slot_of(struct again *g, const struct again_key *key) {
  uint32_t at;
  memcpy(&at, key->tag, sizeof at);
  return &g->slot[at & (AGAIN_SLOTS - 1)];
}

static bool open_kept(const struct slot *s, const struct again_key *key, char **bytes, size_t *n) {
  unsigned long long got = 0;
  unsigned char *plain = malloc(s->n + 1);
  if (!plain) return false;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, &got, NULL, s->sealed, s->n + SEAL_BYTES,
                                                 NULL, 0, s->nonce, key->key) != 0) {
    free(plain);
    return false;
  }
  *bytes = (char *)plain, *n = (size_t)got;
  return true;
}

/* Nobody's account is in the request: no token, and a question short enough to come twice. */
static bool for_everyone(const struct ask *ask) {
  return ask->body_fd < 0 && ask->header[H_AUTHORIZATION].n == 0 &&
         ask->body.n + ask->query.n + ask->path.n <= AGAIN_QUESTION_BYTES_MAX;
}

bool again_find(struct again *g, const struct ask *ask, uint64_t now_us, struct again_key *key,
                char **bytes, size_t *n) {
  key->asked_before = false;
  if (!g || !for_everyone(ask)) return false;
  key_of(g, ask, key);
  struct slot *s = slot_of(g, key);
  bool same = memcmp(s->tag, key->tag, sizeof s->tag) == 0;
  if (same && s->sealed && now_us < s->until_us) return open_kept(s, key, bytes, n);
  key->asked_before = same && s->seen_us && now_us - s->seen_us < AGAIN_SEEN_MS * 1000u;
  if (s->sealed && now_us < s->until_us) return false; /* another's stands here a little longer */
  forget(g, s);
  memcpy(s->tag, key->tag, sizeof s->tag);
  s->seen_us = now_us;
  return false;
}

void again_keep(struct again *g, const struct again_key *key, struct str payload, uint64_t now_us,
                uint32_t keep_ms) {
  if (!g || !key->asked_before || !keep_ms || g->bytes + payload.n > AGAIN_BYTES_MAX) return;
  struct slot *s = slot_of(g, key);
  if (memcmp(s->tag, key->tag, sizeof s->tag) != 0) return;
  forget(g, s);
  s->sealed = malloc(payload.n + SEAL_BYTES);
  if (!s->sealed) return;
  s->n = payload.n, g->bytes += payload.n;
  secret_bytes(s->nonce, sizeof s->nonce);
  crypto_aead_xchacha20poly1305_ietf_encrypt(s->sealed, NULL, (const unsigned char *)payload.p,
                                             payload.n, NULL, 0, NULL, s->nonce, key->key);
  if (keep_ms > AGAIN_KEEP_MS_MAX) keep_ms = AGAIN_KEEP_MS_MAX;
  s->until_us = now_us + (uint64_t)keep_ms * 1000;
  if (s->until_us < g->first_over_us) g->first_over_us = s->until_us;
}

void again_sweep(struct again *g, uint64_t now_us) {
  if (!g || now_us < g->first_over_us) return;
  g->first_over_us = UINT64_MAX;
  for (size_t i = 0; i < AGAIN_SLOTS; i++) {
    struct slot *s = &g->slot[i];
    if (s->sealed && now_us >= s->until_us) forget(g, s);
    else if (s->sealed && s->until_us < g->first_over_us) g->first_over_us = s->until_us;
  }
}

size_t again_bytes(const struct again *g) { return g->bytes; }
