/* Fuzz: any bytes as the rail timetable; the first byte says which file they are, the others are
 * small and good. */
#include <stdlib.h>
#include "reach/net.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char msn[] = "A    ALPHA                         0ALPHA  ALP   ALP16177 62154 4\nA    "
                          "BETA                          1BETA   BET   BET16179 62214 3\n";
static const char mca[] =
    "BSNC00001261101270331111111  POO2A00                                            P\nLOALPHA   "
    "0700 07001         TB\nLTBETA    0740 07401     TF\nZZ\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct net n;
  struct why why = {0};
  struct str part[5] = {str_of(msn), str_of(mca), S(""), S(""), S("")};
  if (size < 2 || size > 1 << 18 || !net_open(&n, NULL, &why)) return 0;
  part[data[0] % 5] = (struct str){(const char *)data + 1, size - 1};
  if (net_rail_text(&n, part[0], part[1], part[2], part[3], part[4], &why)) {
    struct buf out = buf_open((size_t)1 << 28);
    struct region r;
    if (net_build(&n, &out, &why) && !region_over(&r, buf_str(&out), &why)) abort();
    buf_free(&out);
  } else if (!why.text[0]) {
    abort();
  }
  net_close(&n);
  return 0;
}
