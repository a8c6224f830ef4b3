/* waymark-link: `waymark link` as a program of its own, for working on this folder. */
#include <string.h>
#include "linkage/linkage.h"

int main(int argc, char **argv) { return linkage_command(argc, argv); }
