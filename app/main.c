/* waymark: the program. Reads the settings, says where the data is, and hands over to one command.
 */
#include <stdio.h>
#include <unistd.h>
#include "accounts/accounts.h"
#include "base/base.h"
#include "app/commands.h"
#include "app/maintain.h"
#include "directory/directory.h"
#include "people/part.h"

int main(int argc, char **argv) {
  struct why why;
  if (argc < 2) {
    command_help(1, argv);
    return 2;
  }
  people_parts_use(waymark_domains, waymark_domains_n);
  directory_user_names_use(accounts_user_name);
  people_sealing(); /* once, before any fork: serving processes and commands read and write sealed
                       fields alike */
  const struct command *command = command_named(str_of(argv[1]));
  if (!command && strcmp(argv[1], "--help") == 0) command = command_named(S("help"));
  if (!command && strcmp(argv[1], "--version") == 0) command = command_named(S("version"));
  if (!command) {
    fprintf(stderr, "waymark: \"%s\" is no command; `waymark help` lists them.\n", argv[1]);
    return 2;
  }
  if (argc > 2 && strcmp(argv[2], "--help") == 0) {
    char help[] = "help", *words[] = {help, argv[1], NULL};
    return command_help(2, words);
  }
  maintain_setup();
  argc--, argv++;
  if (!installation_find(&argc, argv, &why)) {
    fprintf(stderr, "waymark: %s\n", why.text);
    return 2;
  }
  if (!command_unlock(command, &why)) {
    fprintf(stderr, "waymark: %s\n", why.text);
    return 1;
  }
  return command->run(argc, argv);
}
