/* dispatch: `waymark import KIND FILE` and `waymark report KIND`: one command each, several domains
 * behind it. */
#include <stdio.h>
#include "app/commands.h"
#include "coverage/coverage.h"
#include "directory/directory.h"
#include "people/people.h"
#include "places/places.h"
#include "profiles/profiles.h"

struct subject {
  const char *name, *usage;
  int (*run)(int argc, char **argv);
};
static const struct subject imports[] = {
    {"postcodes", "postcodes FILE.csv [--edition NAME] [--source WORDS]", places_import_postcodes},
    {"areas", "areas FILE.geojson --kind ward|lsoa|la|region [--edition NAME] [--source WORDS]",
     places_import_areas},
    {"schemes", "schemes FILE.csv [--dry-run]", directory_import_command},
    {"people", "people FILE.csv [--dry-run]", coverage_import_command},
    {"indicators",
     "indicators FILE.csv --edition NAME [--date D] [--source WORDS] [--licence WORDS] [--dry-run]",
     profiles_import_command},
    {"area-links", "area-links FILE.csv [--edition NAME] [--source WORDS]", profiles_links_command},
};
static const struct subject reports[] = {
    {"programmes", "programmes --by cohort [--csv]", directory_report_command},
    {"gaps", "gaps [--month 2027-03] [--kind KIND] [--area CODE] [--csv]", coverage_report},
    {"overlaps", "overlaps [--month 2027-03] [--kind KIND] [--area CODE] [--csv]", coverage_report},
    {"cliffs", "cliffs [--months 12] [--area CODE] [--csv]", coverage_report},
    {"households", "households [--csv]", people_report_households},
};

static int dispatch(const char *command, const struct subject *subjects, size_t n, int argc,
                    char **argv) {
  for (size_t i = 0; i < n && argc > 1; i++)
    if (strcmp(argv[1], subjects[i].name) == 0) return subjects[i].run(argc - 1, argv + 1);
  fprintf(stderr, "waymark: %s what? One of:\n", command);
  for (size_t i = 0; i < n; i++) fprintf(stderr, "  waymark %s %s\n", command, subjects[i].usage);
  return 2;
}

const char *command_subject_at(struct str command, size_t i) {
  if (str_eq(command, S("import"))) return i < countof(imports) ? imports[i].name : NULL;
  return str_eq(command, S("report")) && i < countof(reports) ? reports[i].name : NULL;
}

int command_import(int argc, char **argv) {
  return dispatch("import", imports, countof(imports), argc, argv);
}

int command_report(int argc, char **argv) {
  return dispatch("report", reports, countof(reports), argc, argv);
}
