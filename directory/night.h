/* night: what the directory does by itself. Private to directory/. */
#ifndef WAYMARK_DIRECTORY_NIGHT_H
#define WAYMARK_DIRECTORY_NIGHT_H
#include "directory/inside.h"
#include "web/out.h"

enum { REMINDER_LATE_DAYS = 14 };
/* The check a letter asks for; `late`: the second letter, for one that is overdue. */
struct reminder { day_t due; bool late; };
bool reminder_due(const struct service *s, day_t today, struct reminder *out);
struct out_request reminder_letter(struct arena *a, const struct service *s, struct reminder r);
/* The day somebody was last asked by mail; DAY_NONE = never. */
day_t reminder_asked_on(struct db *db, struct arena *a, int64_t service);
/* The domain's night: asks for each feed and each letter, once. Inside a MAIN transaction. */
enum db_result directory_night(struct db *db, struct arena *a, instant_t now);
job_run service_reminder;
#endif
