/* sandbox: what each process can no longer do once it has started. Landlock closes the file system
 * but for named folders (best effort: what the kernel offers), seccomp refuses system calls with
 * EPERM (a list of what is denied, so that a new libc does not kill the program). Entered last,
 * after files are open; it cannot be left.
 *
 *   FRONT    opens no file, makes no socket, starts no program
 *   WORKER   files of the data folder only; sockets to the database only; starts no program
 *   WRITER   (audit, soon, long) as WORKER
 *   OUT      may speak to the network; reads certificates and resolver settings; no data folder;
 * starts no program PARSER   takes an upload apart: computes and writes to what it was given,
 * nothing else */
#ifndef WAYMARK_SANDBOX_H
#define WAYMARK_SANDBOX_H
#include "base/base.h"

enum sandbox_kind { SANDBOX_FRONT, SANDBOX_WORKER, SANDBOX_WRITER, SANDBOX_OUT, SANDBOX_PARSER };
enum { SANDBOX_PATHS_MAX = 16 };
struct sandbox {
  enum sandbox_kind kind;
  struct str write[SANDBOX_PATHS_MAX]; /* folders with everything below; "" ends the list */
  struct str read[SANDBOX_PATHS_MAX];  /* files or folders */
  bool database_socket; /* WORKER, WRITER: the database is reached by a socket (PostgreSQL) */
};
/* True when everything asked for is in force, or (Landlock only) the kernel has none. False: why,
 * and the process must end. */
bool sandbox_enter(const struct sandbox *s, struct why *why);
/* Landlock's version on this kernel, 0 = none. For `waymark doctor`. */
int sandbox_landlock(void);
/* Runs `parse` on `input` in a child that can only compute, at most `seconds` and `memory_bytes`;
 * what it wrote to `out` (at most output_max) comes back. False: it failed, was killed, or said so
 * by returning false. */
typedef bool sandbox_parse(int input, int output, void *with);
/* Called first in that child, which is a copy of its parent: forgets secrets (web gives
 * seal_master_forget). */
void sandbox_on_fork(void (*forget)(void));
bool sandbox_run_parser(sandbox_parse *parse, void *with, int input, int seconds,
                        size_t memory_bytes, struct arena *a, size_t output_max, struct str *out,
                        struct why *why);
#endif
