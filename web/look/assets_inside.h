/* assets_inside: the table tool/assetc writes; read through assets.h only. */
#ifndef WAYMARK_ASSETS_INSIDE_H
#define WAYMARK_ASSETS_INSIDE_H
#include <stddef.h>
struct asset_entry { const char *name, *path, *type, *etag; size_t at, bytes, gz_at, gz_bytes; };
extern const struct asset_entry waymark_assets[];
extern const size_t waymark_assets_n;
extern const char waymark_asset_bytes[] __attribute__((visibility("hidden")));
#endif
