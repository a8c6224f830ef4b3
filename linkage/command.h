/* command: `waymark link`, for the program that holds every command; the library itself is
 * linkage.h. */
#ifndef WAYMARK_LINKAGE_COMMAND_H
#define WAYMARK_LINKAGE_COMMAND_H
int linkage_command(int argc, char **argv);
#endif
