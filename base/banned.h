/* banned: functions that have no maximum, no type or no place here. Using one stops the build. */
#ifndef WAYMARK_BANNED_H
#define WAYMARK_BANNED_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#if !defined(WAYMARK_BANNED_OFF)
#undef alloca
#undef sprintf /* macros with clang and _FORTIFY_SOURCE: poisoning a macro warns */
#undef vsprintf
#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets strtok atoi atol atof
#pragma GCC poison alloca asctime ctime localtime gmtime mktime
#endif
#endif
