/* limit: the most memory a command may hold, over all its arenas together. */
#ifndef WAYMARK_LIMIT_H
#define WAYMARK_LIMIT_H
#include <stddef.h>

/* Counted from now on; reached, it is as if an arena were full (base/arena.h). 0: none. */
void limit_memory(size_t bytes);
#endif
