/* file: whole files, mapped files, and one way to write so that a path holds the old or the new. */
#ifndef WAYMARK_FILE_H
#define WAYMARK_FILE_H
#include "base/str.h"
struct why;
/* Reads at most max bytes; a longer file is refused with a sentence. "-" reads standard input. */
bool file_read(struct arena *a, const char *path, size_t max_bytes, struct str *out,
               struct why *why);
/* Writes beside, fsyncs, renames, fsyncs the folder. Nothing half-written is ever seen under
 * `path`. A new file has mode 0600, one that is replaced keeps the mode it had. */
bool file_write(const char *path, struct str content, struct why *why);
/* For a file some library wrote beside: fsyncs `temporary`, renames it to `path`, fsyncs the
 * folder. */
bool file_replace(const char *temporary, const char *path, struct why *why);
struct mapped {
  struct str bytes;
};
/* Read-only; an empty file gives n == 0. */
bool file_map(const char *path, struct mapped *out, struct why *why);
void file_unmap(struct mapped *m);
/* A large file written in pieces, then put in place at once (or abandoned). */
struct file_out {
  int fd;
  char *path, *temporary;
  struct buf *pending;
  uint64_t written;
  bool failed;
  int error;
};
bool file_out_open(struct file_out *f, const char *path, struct why *why);
void file_out_put(struct file_out *f, struct str s); /* errors are kept until commit */
/* All of it is on the disk and only its name is missing, so that several files can appear together:
 * ready them all, then commit. False: abandoned. */
bool file_out_ready(struct file_out *f, struct why *why);
bool file_out_commit(struct file_out *f, struct why *why); /* readies it first */
void file_out_abandon(struct file_out *f);
bool file_exists(const char *path);
bool folder_make(const char *path, struct why *why); /* with its parents, mode 0700 */
#endif
