/* commands: what the operator types. A command returns 0 done, 1 could not (one sentence on
 * standard error), 2 wrongly called, 3 stopped and can go on. */
#ifndef WAYMARK_COMMANDS_H
#define WAYMARK_COMMANDS_H
#include "app/config.h"
#include "app/domains.h"

#define WAYMARK_VERSION "0.1.0"

/* This installation, found from --data, --db and the configuration file before any command runs. */
struct installation {
  struct arena arena;      /* holds the strings below for the life of the process */
  struct str folder;
  const char *conf_path, *key_path;
  struct config config;
};
/* Takes --data, --db and --keys-db out of the words (so that no command need know them), reads the
 * configuration, tells db/here.h. A missing folder is no fault here: init makes it, and others say
 * so when they open it. */
bool installation_find(int *argc, char **argv, struct why *why);
struct installation *installation(void);
/* Reads the master key; a sentence when it is missing. */
bool installation_unlock(struct why *why);
/* The same for a command that says `sealed`; nothing for the others, which have no business with
 * the key. Those that serve or keep backups see to it themselves. */
bool command_unlock(const struct command *command, struct why *why);
bool installation_migrate(struct progress *p, struct why *why);

const struct command *command_at(size_t i);
const struct command *command_named(struct str name);
/* What `waymark import` and `waymark report` are followed by, one after the other; NULL past the
 * last. */
const char *command_subject_at(struct str command, size_t i);
int command_init(int argc, char **argv);
int command_serve(int argc, char **argv);
int command_migrate(int argc, char **argv);
int command_doctor(int argc, char **argv);
int command_import(int argc, char **argv);
int command_report(int argc, char **argv);
int command_key(int argc, char **argv);
int command_routes(int argc, char **argv);
int command_dev(int argc, char **argv);
int command_dictionary(int argc, char **argv);
int command_seaborough(int argc, char **argv);
/* What the program prints of itself and doc/ keeps: the manual page, the shell completion, the data
 * dictionary. False when the buffer is full. */
bool help_man(struct buf *out);
bool help_completion(struct buf *out);
bool dictionary_print(struct buf *out);
int command_help(int argc, char **argv);
int command_version(int argc, char **argv);
#endif
