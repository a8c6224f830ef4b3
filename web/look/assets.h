/* assets: the files of app/ (stylesheet, script, icon), in the program, gzipped when it was built.
 * Their addresses hold a hash of the content, so they are served with "Cache-Control: public,
 * max-age=31536000, immutable". */
#ifndef WAYMARK_ASSETS_H
#define WAYMARK_ASSETS_H
#include "base/base.h"
struct asset {
  const char *name;   /* "style.css" */
  const char *path;   /* "/asset/style.1a2b3c4d5e6f.css" */
  const char *type;   /* Content-Type */
  const char *etag;   /* quoted, as the header wants it */
  struct str bytes;
  struct str gz;      /* "" when compressing did not help */
};
/* By the address asked for. False: no such file (404). Borrowed for ever. */
bool asset_at(struct str path, struct asset *out);
bool asset_named(const char *name, struct asset *out);
size_t asset_count(void);
void asset_nth(size_t i, struct asset *out);
#endif
