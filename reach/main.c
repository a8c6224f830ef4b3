/* waymark-reach: the reach commands alone, for trying the engine in a pipe without the rest of the
 * house. */
#include "reach/reach.h"
int main(int argc, char **argv) { return reach_command(argc, argv); }
