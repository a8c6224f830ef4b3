/* key: the master key's file, made again from the recovery sheet. */
#include <stdio.h>
#include "app/commands.h"
#include "base/args.h"
#include "db/seal.h"

enum { WORDS_BYTES_MAX = 4096 };

/* The words come on standard input: on a command line they would stay in the shell's history. */
static struct str read_words(struct arena *a) {
  char *words = arena_many(a, char, WORDS_BYTES_MAX);
  size_t n = fread(words, 1, WORDS_BYTES_MAX, stdin);
  return str_trim((struct str){words, n});
}

int command_key(int argc, char **argv) {
  struct args args = args_of(argc, argv);
  struct installation *here = installation();
  struct arena a = arena_open(1 << 20);
  struct str verb = {0};
  struct why why;
  args_word(&args, &verb);
  if (!str_eq(verb, S("restore")) || !args_done(&args, &why)) {
    fprintf(stderr, "waymark: say: waymark key restore --data DIR, and type the words of the "
                    "recovery sheet.\n");
    return 2;
  }
  fprintf(stderr, "Type the words of the recovery sheet, then Ctrl-D.\n");
  bool ok = seal_master_from_words(&a, read_words(&a), here->key_path, &why);
  arena_close(&a);
  if (!ok) {
    fprintf(stderr, "waymark: %s\n", why.text);
    return 1;
  }
  printf("The master key is in %s again.\n", here->key_path);
  return 0;
}
