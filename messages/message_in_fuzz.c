/* Whatever a provider posts: read without harm, or one sentence. */
#include <stdlib.h>
#include "messages/inside.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  static struct arena a;
  if (!a.start) a = arena_open(64 << 20);
  struct str json = {(const char *)data, n}, number;
  struct message_came came;
  struct receipt receipt;
  struct why why = {0};
  arena_reset(&a);
  if (message_incoming_read(&a, json, &came, &why)) {
    if (!came.number.n || (!came.words.n && !came.missed_call)) abort();
    if (phone_tidy(&a, came.number, &number) && !number.n) abort();
    message_too_long("sms", came.words);
    message_reveals(&a, came.words, (struct strs){0});
  } else if (!why.text[0]) {
    abort();
  }
  why.text[0] = 0;
  if (!message_receipt_read(&a, json, &receipt, &why) && !why.text[0]) abort();
  return 0;
}
