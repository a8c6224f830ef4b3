/* domain: what finding brings to the program. */
#include "finding/inside.h"
#include "finding/pages.h"

extern const struct migrations finding_migrations;

static const struct command commands[] = {
  {"find",
   "find [--place NAME | --postcode P] [--age N] [--date D] [--status S] [--reason R] [--cohort C]... [--need WORD]... "
   "[--library] [--ignore-standing] [--json]",
   "find the help that fits, with reasons", finding_command},
};
const struct domain finding_domain = {
  .name = "finding", .migrations = &finding_migrations,
  .commands = commands, .n_commands = countof(commands),
};
