/* inner: what the files of this folder share. */
#ifndef WAYMARK_AUDIT_INNER_H
#define WAYMARK_AUDIT_INNER_H
#include "audit/audit.h"

enum { AUDIT_MAGIC = 0x31445541, AUDIT_DURABLE = 1, AUDIT_NOT_DURABLE = 2, HASH_HEX = 64 };
/* One datagram each way. The ticket is random per process and counted up, so that an answer meant
 * for a killed process whose place was taken is never believed. */
struct audit_message {
  uint32_t magic, fold;
  uint64_t ticket;
};
struct audit_answer {
  uint32_t magic, result;
  uint64_t ticket;
};

struct sha256 audit_link(const struct sha256 *before, struct str line);
void hash_hex(const struct sha256 *h, char out[HASH_HEX]);
bool hash_unhex(struct str s, struct sha256 *out);
/* What a head's own hash covers. */
struct str audit_head_bytes(struct arena *a, int64_t n, struct str at, struct str chains);
#endif
