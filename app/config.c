#include "app/config.h"

enum setting_kind { SETTING_TEXT, SETTING_YES_NO, SETTING_NUMBER };
struct setting {
  const char *name;
  enum setting_kind kind;
  const char *otherwise, *help;
  size_t offset;
};
static const struct setting settings[] = {
#define SETTING(name, kind, otherwise, help)                                                       \
  {#name, SETTING_##kind, otherwise, help, offsetof(struct config, name)},
#include "app/config.def"
#undef SETTING
};
enum { CONFIG_BYTES_MAX = 64 << 10 };

static bool setting_put(const struct setting *s, struct str value, struct config *out,
                        struct why *why) {
  char *at = (char *)out + s->offset;
  if (s->kind == SETTING_TEXT) {
    memcpy(at, &value, sizeof value);
    return true;
  }
  if (s->kind == SETTING_NUMBER) {
    int64_t number;
    if (!str_to_i64(value, &number) || number < 0)
      return why_say(why, "%s wants a whole number, and \"%.*s\" is none.", s->name, P(value));
    memcpy(at, &number, sizeof number);
    return true;
  }
  bool yes = str_eq(value, S("yes"));
  if (!yes && !str_eq(value, S("no")))
    return why_say(why, "%s wants yes or no, and \"%.*s\" is neither.", s->name, P(value));
  memcpy(at, &yes, sizeof yes);
  return true;
}

void settings_defaults(struct config *out) {
  struct why why;
  memset(out, 0, sizeof *out);
  for (size_t i = 0; i < countof(settings); i++)
    setting_put(&settings[i], str_of(settings[i].otherwise), out, &why);
}

static bool config_line(struct str line, bool *seen, struct config *out, struct why *why) {
  struct str rest = line, key = str_trim(str_cut(&rest, '='));
  for (size_t i = 0; i < countof(settings); i++) {
    if (!str_eq(key, str_of(settings[i].name))) continue;
    if (seen[i]) return why_say(why, "%s is set twice; keep one.", settings[i].name);
    seen[i] = true;
    return setting_put(&settings[i], str_trim(rest), out, why);
  }
  return why_say(why, "\"%.*s\" is not a setting; `waymark help settings` lists them.", P(key));
}

bool settings_read(struct arena *a, const char *path, struct config *out, struct why *why) {
  bool seen[countof(settings)] = {0};
  struct str text;
  settings_defaults(out);
  if (!file_exists(path)) return true;
  if (!file_read(a, path, CONFIG_BYTES_MAX, &text, why)) return false;
  for (int number = 1; text.n; number++) {
    struct str line = str_trim(str_cut(&text, '\n'));
    if (line.n == 0 || line.p[0] == '#') continue;
    if (!config_line(line, seen, out, why)) return why_at(why, "%s, line %d", path, number);
  }
  return true;
}

void settings_print_help(struct buf *out) {
  for (size_t i = 0; i < countof(settings); i++)
    buf_format(out, "%s (%s)\n    %s\n", settings[i].name,
               settings[i].otherwise[0] ? settings[i].otherwise : "empty", settings[i].help);
}
