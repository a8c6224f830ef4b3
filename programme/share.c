/* share: what each funder bears, and what small numbers may tell. Pure. */
#include "programme/contract.h"

bool contract_split(const struct contract *c, day_t on, int64_t pence, int64_t *out) {
  int64_t given = 0, rest[CONTRACT_FUNDERS_MAX] = {0};
  bool any = false;
  for (size_t i = 0; i < c->funders.n; i++) {
    const struct contract_funder *f = &c->funders.p[i];
    bool pays = f->from <= on && (f->to == DAY_NONE || on <= f->to);
    out[i] = pays ? pence / 100 * f->share + pence % 100 * f->share / 100 : 0;
    rest[i] = pays ? pence % 100 * f->share % 100 : -1;
    given += out[i];
    any |= pays;
  }
  while (any && given < pence) { /* the pennies left go where most was cut off */
    size_t most = 0;
    for (size_t i = 1; i < c->funders.n; i++)
      if (rest[i] > rest[most]) most = i;
    out[most]++, given++, rest[most] = -1;
  }
  return any;
}

struct share_told share_of(int64_t part, int64_t of) {
  if (of < TOLD_LEAST) return (struct share_told){.held = true};
  return (struct share_told){.percent = (part * 200 + of) / (2 * of), .of = of};
}

static int64_t rounded(int64_t n) { return (n + TOLD_ROUND / 2) / TOLD_ROUND * TOLD_ROUND; }

struct table_told table_told(const int64_t *counts, size_t n, struct cell_told *out) {
  int64_t total = 0, hidden = 0;
  size_t held = 0;
  for (size_t i = 0; i < n; i++) total += counts[i];
  bool all = total < TOLD_LEAST;
  for (size_t i = 0; i < n; i++) {
    out[i] = (struct cell_told){all || counts[i] < TOLD_LEAST, 0};
    if (out[i].held) held++, hidden += counts[i];
  }
  /* One cell alone, or a few that together are under ten, could be worked out from the total. */
  while (held && held < n && (held == 1 || hidden < TOLD_LEAST)) {
    size_t least = n;
    for (size_t i = 0; i < n; i++)
      if (!out[i].held && (least == n || counts[i] < counts[least])) least = i;
    out[least].held = true, held++, hidden += counts[least];
  }
  for (size_t i = 0; i < n; i++)
    if (!out[i].held) out[i].n = rounded(counts[i]);
  return (struct table_told){all, all ? 0 : rounded(total)};
}
