/* command_list: every command of the program: its own, then the domains'. */
#include "app/commands.h"

static const struct command own_commands[] = {
    {"init", "init --data DIR [--demo] [--seed N]",
     "make a new data folder (with the invented demo place)", command_init},
    {"serve", "serve --data DIR [--db URL]", "serve the site until stopped", command_serve},
    {"migrate", "migrate --data DIR", "bring the database up to this program's version",
     command_migrate},
    {"doctor", "doctor --data DIR", "check the installation; says in sentences what is wrong",
     command_doctor},
    {"import",
     "import postcodes | areas | indicators | area-links | people | schemes FILE --data DIR",
     "read a file into the installation", command_import},
    {"report", "report programmes --by cohort [--csv] --data DIR", "print a table of figures",
     command_report},
    {"key", "key restore --data DIR < WORDS", "make the master key again from the recovery sheet",
     command_key},
    {"seaborough", "seaborough --out FOLDER [--seed N] [--date DATE]",
     "write the invented demo place as files: timetable, postcodes, areas, services, employers",
     command_seaborough},
    {"routes", "routes", "list every address, its kind and who may use it", command_routes},
    {"dev", "dev migration > FOLDER/NNNN_name.sql",
     "print the migration that the record definitions call for", command_dev},
    {"dictionary", "dictionary", "print the data dictionary (doc/data-dictionary.md)",
     command_dictionary},
    {"help", "help [COMMAND | settings]", "this list, one command, or every setting", command_help},
    {"version", "version", "print the version", command_version},
};

const struct command *command_at(size_t i) {
  if (i < countof(own_commands)) return &own_commands[i];
  i -= countof(own_commands);
  for (size_t d = 0; d < waymark_domains_n; d++) {
    if (i < waymark_domains[d]->n_commands) return &waymark_domains[d]->commands[i];
    i -= waymark_domains[d]->n_commands;
  }
  return NULL;
}

const struct command *command_named(struct str name) {
  const struct command *c;
  for (size_t i = 0; (c = command_at(i)); i++)
    if (str_eq(name, str_of(c->name))) return c;
  return NULL;
}
