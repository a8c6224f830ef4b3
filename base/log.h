/* log: one line an event on standard error: time, level, event, key=value... Values are quoted and
 * escaped, so a value can never forge a line. Never a name, a contact detail, a token, a bound
 * value or a whole URL. */
#ifndef WAYMARK_LOG_H
#define WAYMARK_LOG_H
#include "base/str.h"
enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ALARM };
void log_level_set(enum log_level least);
void log_process(const char *name); /* "front", "worker 3": shown on each line */
/* log_event(LOG_INFO, "started", "address=%s workers=%d", ...): the format is key=value pairs. */
void log_event(enum log_level level, const char *event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#endif
