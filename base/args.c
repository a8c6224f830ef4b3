#include "base/base.h"
#include "base/args.h"

struct args args_of(int argc, char **argv) {
  struct args a = {.argc = argc, .argv = argv};
  a.used[0] = true;
  return a;
}

static int args_limit(const struct args *a) { return a->argc < ARGS_MAX ? a->argc : ARGS_MAX; }

/* Where options end: the index of "--", or the end. */
static int args_options_end(const struct args *a) {
  for (int i = 1; i < args_limit(a); i++)
    if (strcmp(a->argv[i], "--") == 0) return i;
  return args_limit(a);
}

bool args_flag(struct args *a, const char *name) {
  bool found = false;
  for (int i = 1; i < args_options_end(a); i++)
    if (!a->used[i] && strcmp(a->argv[i], name) == 0) a->used[i] = found = true;
  return found;
}

bool args_value(struct args *a, const char *name, struct str *out) {
  size_t n = strlen(name);
  int end = args_options_end(a);
  *out = (struct str){0};
  for (int i = 1; i < end; i++) {
    if (a->used[i] || strncmp(a->argv[i], name, n) != 0) continue;
    if (a->argv[i][n] == '=') {
      a->used[i] = true;
      *out = str_of(a->argv[i] + n + 1);
      return true;
    }
    if (a->argv[i][n] == 0 && i + 1 < end && !a->used[i + 1]) {
      a->used[i] = a->used[i + 1] = true;
      *out = str_of(a->argv[i + 1]);
      return true;
    }
  }
  return false;
}

bool args_word(struct args *a, struct str *out) {
  int end = args_options_end(a);
  for (int i = 1; i < args_limit(a); i++) {
    bool option = i < end && a->argv[i][0] == '-' && a->argv[i][1] != 0;
    if (a->used[i] || option || i == end) continue;
    a->used[i] = true;
    *out = str_of(a->argv[i]);
    return true;
  }
  return false;
}

bool args_done(const struct args *a, struct why *why) {
  if (a->argc > ARGS_MAX)
    return why_say(why, "More than %d words were given; that is too many.", ARGS_MAX);
  int end = args_options_end(a);
  for (int i = 1; i < a->argc; i++) {
    if (a->used[i] || i == end) continue;
    if (a->argv[i][0] == '-')
      return why_say(why, "\"%s\" is not known here, or it needs a value after it.", a->argv[i]);
    return why_say(why, "\"%s\" was not expected.", a->argv[i]);
  }
  return true;
}
