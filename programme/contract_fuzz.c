/* Fuzz: any text as a contract: read whole, or refused with a sentence. What was read keeps what it
 * promises: shares of 100, papers for each proof. */
#include "programme/contract.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct arena a;
  struct contract c;
  struct why why = {{0}};
  int64_t parts[CONTRACT_FUNDERS_MAX], all = 0;
  if (!a.start) a = arena_open((size_t)64 << 20);
  bool good = contract_read(&a, (struct str){(const char *)data, size}, &c, &why);
  if (!good && !why.text[0]) __builtin_trap();
  if (good && (!c.code.n || !c.source.n || !c.funders.n)) __builtin_trap();
  for (size_t i = 0; good && i < c.proofs.n; i++)
    if (!c.proofs.p[i].papers.n || !c.proofs.p[i].class_bit) __builtin_trap();
  if (good && contract_split(&c, c.funders.p[0].from, 12345, parts)) {
    for (size_t i = 0; i < c.funders.n; i++) all += parts[i];
    if (all != 12345) __builtin_trap();
  }
  arena_reset(&a);
  return 0;
}
