/* embed: files built into the program by tool/embed (packs, code lists, texts). A name is the path
 * from packs/ on ("packs/codes/x.csv"), else the file name. */
#ifndef WAYMARK_EMBED_H
#define WAYMARK_EMBED_H
#include "base/base.h"
struct embedded_file {
  const char *name;
  struct str content;
};
struct embedded_files {
  const struct embedded_file *p;
  size_t n;
};
#endif
