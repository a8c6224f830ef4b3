#include "web/look/assets.h"
#include "web/look/assets_inside.h"
#include "web/look/layout.h"

size_t asset_count(void) { return waymark_assets_n; }

void asset_nth(size_t i, struct asset *out) {
  const struct asset_entry *e = &waymark_assets[i];
  *out = (struct asset){e->name,
                        e->path,
                        e->type,
                        e->etag,
                        {waymark_asset_bytes + e->at, e->bytes},
                        {waymark_asset_bytes + e->gz_at, e->gz_bytes}};
}

bool asset_at(struct str path, struct asset *out) {
  for (size_t i = 0; i < waymark_assets_n; i++)
    if (str_eq(path, str_of(waymark_assets[i].path))) return asset_nth(i, out), true;
  return false;
}

bool asset_named(const char *name, struct asset *out) {
  for (size_t i = 0; i < waymark_assets_n; i++)
    if (str_eq(str_of(name), str_of(waymark_assets[i].name))) return asset_nth(i, out), true;
  return false;
}

const char *asset_path(const char *name) {
  struct asset found;
  return asset_named(name, &found) ? found.path : "/asset/missing";
}
