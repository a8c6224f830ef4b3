/* planted: which fault of planted.h this test program has; never part of the program itself. */
#include <stdlib.h>
#include "base/planted.h"

int planted;
__attribute__((constructor)) static void choose(void) {
  const char *n = getenv("WAYMARK_PLANTED");
  planted = n ? (int)strtol(n, NULL, 10) : 0;
}
