/* command: `waymark audit verify | head | who-looked`. */
#include <stdio.h>
#include <stdlib.h>
#include "audit/audit.h"
#include "base/args.h"
#include "db/here.h"

enum { HEADS_MAX = 64 };

static int say(const struct why *why) {
  fprintf(stderr, "waymark: %s\n", why->text);
  return 1;
}

static int verify(struct args *args, struct db *db) {
  struct audit_head published[HEADS_MAX];
  size_t n = 0;
  struct str text;
  struct why why;
  struct audit_check found;
  while (args_value(args, "--head", &text))
    if (n == HEADS_MAX || !audit_head_read(text, &published[n++])) {
      fprintf(stderr,
              "waymark: --head takes what `waymark audit head` printed, at most %d of them.\n",
              HEADS_MAX);
      return 2;
    }
  if (!args_done(args, &why)) return say(&why), 2;
  struct progress bar = progress_terminal();
  if (!audit_verify(db, published, n, &bar, &found, &why)) return say(&why);
  printf("The audit log is whole: %lld entries, %lld heads, %lld entries after the last head.\n",
         (long long)found.entries, (long long)found.heads, (long long)found.after_last_head);
  return 0;
}

static int head(struct args *args, struct db *db, struct arena *a) {
  struct audit_head h;
  struct why why;
  if (!args_done(args, &why)) return say(&why), 2;
  if (!audit_head_now(db, a, &h)) return why_say(&why, "The audit log cannot be read."), say(&why);
  if (h.n == 0)
    printf("Nothing is sealed yet.\n");
  else
    printf("%.*s\n", P(audit_head_text(a, &h)));
  return 0;
}

static int who_looked(struct args *args, struct db *db, struct arena *a) {
  struct str word;
  struct why why;
  int64_t person;
  struct audit_looks looks;
  if (!args_word(args, &word) || !str_to_i64(word, &person)) {
    fprintf(stderr, "waymark: say whose: waymark audit who-looked KEY --data DIR\n");
    return 2;
  }
  if (!args_done(args, &why)) return say(&why), 2;
  if (!audit_who_looked(db, a, person, 0, 1000, &looks))
    return why_say(&why, "The audit log cannot be read."), say(&why);
  for (size_t i = 0; i < looks.n; i++) {
    const struct audit_entry *e = &looks.p[i].entry;
    printf("%.*s  user %lld, organisation %lld, %s %.*s%s%.*s, classes %x, reference %016llx\n",
           P(instant_iso(a, e->at)), (long long)e->user_id, (long long)e->organisation_id,
           e->kind == AUDIT_WRITE ? "changed by" : "by", P(e->route), e->what.n ? ": " : "",
           P(e->what), looks.p[i].classes, (unsigned long long)e->request);
  }
  return 0;
}

int audit_command(int argc, char **argv) {
  struct args args = args_of(argc, argv);
  struct str what = {0};
  struct why why;
  args_word(&args, &what);
  bool known =
      str_eq(what, S("verify")) || str_eq(what, S("head")) || str_eq(what, S("who-looked"));
  if (!known) {
    fprintf(stderr,
            "waymark: audit verify [--head N:HASH]..., audit head, or audit who-looked KEY\n");
    return 2;
  }
  struct db *db = db_open_here(&why);
  if (!db) return say(&why);
  struct arena a = arena_open((size_t)64 << 20);
  int status = str_eq(what, S("verify")) ? verify(&args, db)
               : str_eq(what, S("head")) ? head(&args, db, &a)
                                         : who_looked(&args, db, &a);
  arena_close(&a);
  db_close(db);
  return status;
}
