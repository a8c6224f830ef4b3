/* help: every word of help comes from the tables of commands and settings, so that the list, the
 * manual page, the shell completion and the program cannot disagree. `waymark help --man` and
 * `--completion` print the two files in doc/. */
#include <stdio.h>
#include "app/commands.h"
#include "base/args.h"

static void print_buf(struct buf *b) {
  fwrite(b->p, 1, b->n, stdout);
  buf_free(b);
}

static int help_list(void) {
  const struct command *c;
  printf("waymark %s: place-based employment support.\n\n", WAYMARK_VERSION);
  for (size_t i = 0; (c = command_at(i)); i++) printf("  %-12s %s\n", c->name, c->help);
  printf("\nEvery command takes --data FOLDER (or WAYMARK_DATA; ./data otherwise) and --db "
         "postgresql://...\n"
         "Exit status: 0 done, 1 could not, 2 wrongly called, 3 stopped and can go on.\n"
         "`waymark help COMMAND` says how a command is called; `waymark help settings` lists "
         "waymark.conf.\n");
  return 0;
}

static int help_one(struct str name) {
  const struct command *c = command_named(name);
  if (str_eq(name, S("settings"))) {
    struct buf b = buf_open(1 << 16);
    settings_print_help(&b);
    print_buf(&b);
    return 0;
  }
  if (!c) {
    fprintf(stderr, "waymark: \"%.*s\" is no command; `waymark help` lists them.\n", P(name));
    return 2;
  }
  printf("waymark %s\n  %s\n", c->usage, c->help);
  return 0;
}

/* roff needs a leading dot, a backslash and a hyphen written apart. */
static void roff(struct buf *b, const char *text) {
  if (*text == '.' || *text == '\'') buf_put(b, S("\\&"));
  for (; *text; text++) {
    if (*text == '\\')
      buf_put(b, S("\\e"));
    else if (*text == '-')
      buf_put(b, S("\\-"));
    else
      buf_byte(b, *text);
  }
}

static void man_settings(struct buf *b) {
  static const struct {
    const char *name, *otherwise, *help;
  } rows[] = {
#define SETTING(name, kind, otherwise, help) {#name, otherwise, help},
#include "app/config.def"
#undef SETTING
  };
  buf_put(b, S(".SH SETTINGS\nFOLDER/waymark.conf holds lines \"key = value\". An unknown key "
               "stops the program.\n"));
  for (size_t i = 0; i < countof(rows); i++) {
    buf_format(b, ".TP\n.B %s", rows[i].name);
    buf_format(b, " (%s)\n", rows[i].otherwise[0] ? rows[i].otherwise : "empty");
    roff(b, rows[i].help);
    buf_byte(b, '\n');
  }
}

bool help_man(struct buf *b) {
  const struct command *c;
  buf_put(b, S(".TH WAYMARK 1 \"\" \"waymark " WAYMARK_VERSION
                "\" \"Waymark\"\n.SH NAME\nwaymark \\- place\\-based "
                "employment support\n.SH SYNOPSIS\n.B waymark\n.I command\n[\\-\\-data FOLDER] "
                "[\\-\\-db URL] ...\n"
                ".SH DESCRIPTION\nOne program and one data folder (or a PostgreSQL database) hold "
                "a place's directory "
                "of help and the records of those who give and take it.\n.SH COMMANDS\n"));
  for (size_t i = 0; (c = command_at(i)); i++) {
    buf_put(b, S(".TP\n.B "));
    roff(b, c->usage);
    buf_byte(b, '\n');
    roff(b, c->help);
    buf_byte(b, '\n');
  }
  man_settings(b);
  buf_put(b, S(".SH EXIT STATUS\n0 done, 1 could not (one sentence on standard error), 2 wrongly "
                "called, 3 stopped and "
                "can go on.\n.SH FILES\nFOLDER/waymark.db, audit.db, work.db, keys.db; FOLDER.key "
                "is the master key, "
                "kept outside the folder and never in a backup.\n"));
  return !b->full;
}

bool help_completion(struct buf *b) {
  const struct command *c;
  buf_put(b, S("# bash completion for waymark, printed by `waymark help --completion`\n"
               "complete -W \""));
  for (size_t i = 0; (c = command_at(i)); i++) buf_format(b, "%s%s", i ? " " : "", c->name);
  buf_put(b, S(" --data --db\" -o default waymark\n"));
  return !b->full;
}

static int help_printed(bool (*print)(struct buf *)) {
  struct buf b = buf_open(1 << 18);
  print(&b);
  print_buf(&b);
  return 0;
}

int command_help(int argc, char **argv) {
  struct args args = args_of(argc, argv);
  struct str word;
  if (args_flag(&args, "--man")) return help_printed(help_man);
  if (args_flag(&args, "--completion")) return help_printed(help_completion);
  return args_word(&args, &word) ? help_one(word) : help_list();
}

int command_version(int argc, char **argv) {
  (void)argc, (void)argv;
  printf("waymark %s\n", WAYMARK_VERSION);
  return 0;
}
