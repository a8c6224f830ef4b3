/* again: the same question asked again. When many people ask the very same thing at once (a
 * telephone number read out on the radio), the front answers from what a worker has just answered.
 *
 * Only what a handler gave to everyone (reply_same) is kept, for the fraction of a second it says,
 * and only once the same request came twice within AGAIN_SEEN_MS: what one person asks alone is
 * never kept at all. A request is "the same" when every byte a worker would see of it is equal:
 * address, query, headers, body; the visitor's network address and the request's reference are not
 * part of it and of no answer kept. What is kept is sealed under a key made from that very request
 * and a secret of this process, and found by a fingerprint made the same way, so what lies in
 * memory is neither a list of questions nor readable without asking the same again. Nothing is
 * written anywhere. Answers that count something, greet somebody or set a cookie are never given
 * out here (reply_finish decides). Private to the front. */
#ifndef WAYMARK_WEB_AGAIN_H
#define WAYMARK_WEB_AGAIN_H
#include "web/wire.h"

enum {
  AGAIN_SLOTS = 512,               /* a power of two */
  AGAIN_BYTES_MAX = 8 << 20,       /* of all answers kept */
  AGAIN_QUESTION_BYTES_MAX = 8192, /* a longer question is never the same */
  AGAIN_SEEN_MS = 2000,
  AGAIN_KEEP_MS_MAX = 1000
};
struct again_key {
  unsigned char tag[16], key[32];
  bool asked_before; /* so its answer may be kept */
};
struct again;
struct again *again_open(void); /* NULL = no memory: nothing is kept */
void again_close(struct again *g);
/* True with the payload of the kept answer (malloc'd, the caller's). False: `key` is filled for
 * again_keep. */
bool again_find(struct again *g, const struct ask *ask, uint64_t now_us, struct again_key *key,
                char **bytes, size_t *n);
void again_keep(struct again *g, const struct again_key *key, struct str payload, uint64_t now_us,
                uint32_t keep_ms);
/* Forgets what is over; called at every turn of the loop, cheap when nothing is. */
void again_sweep(struct again *g, uint64_t now_us);
size_t again_bytes(const struct again *g);
#endif
