/* config: the settings of one installation, read from FOLDER/waymark.conf ("key = value" lines, #
 * comments). */
#ifndef WAYMARK_CONFIG_H
#define WAYMARK_CONFIG_H
#include "base/base.h"

#define CONFIG_C_TEXT struct str
#define CONFIG_C_YES_NO bool
#define CONFIG_C_NUMBER int64_t
struct config {
#define SETTING(name, kind, otherwise, help) CONFIG_C_##kind name;
#include "app/config.def"
#undef SETTING
};
/* Defaults, then the file if it is there. False with a sentence naming the line for an unknown key,
 * a value of the wrong kind or a key given twice. Strings live in the arena. */
bool settings_read(struct arena *a, const char *path, struct config *out, struct why *why);
void settings_defaults(struct config *out);
void settings_print_help(struct buf *out);
#endif
