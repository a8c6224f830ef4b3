/* args: reading a command line. Ask for what is known, then args_done refuses whatever nobody asked
 * for, so a mistyped option is never silently ignored. "--name VALUE" and "--name=VALUE" are the
 * same; "--" ends options. */
#ifndef WAYMARK_ARGS_H
#define WAYMARK_ARGS_H
#include <stdbool.h>
#include "base/str.h"
#include "base/why.h"
enum { ARGS_MAX = 256 };
struct args {
  int argc;
  char **argv; /* argv[0] is the command's own name */
  /* Words already taken; more than ARGS_MAX words are refused by args_done. */
  bool used[ARGS_MAX];
};
struct args args_of(int argc, char **argv);
bool args_flag(struct args *a, const char *name);
/* The value of the first unread `name`; "" and false when it is not there. A name without a value
 * is left unread, so args_done names it. Call again for repeated options. */
bool args_value(struct args *a, const char *name, struct str *out);
bool args_word(struct args *a, struct str *out); /* the next word that is no option */
bool args_done(const struct args *a, struct why *why);
#endif
