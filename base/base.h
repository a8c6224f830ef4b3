/* base: the ground every other folder stands on. Include this one header.
 *
 * It holds bytes, memory, words, days and file formats, and nothing about people, HTTP or
 * databases. Two rules shape all of it.
 *
 * Text is `struct str` (pointer and length, never NUL-terminated unless said), memory comes from a
 * `struct arena`, and nothing is freed one piece at a time.
 *
 * A function that can fail for a reason a person should read takes a `struct why *`, writes one
 * plain sentence there and returns false (or NULL). The caller decides who sees the sentence.
 */
#ifndef WAYMARK_BASE_H
#define WAYMARK_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define countof(array) (sizeof(array) / sizeof((array)[0]))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#define MUST_USE __attribute__((warn_unused_result))

/* 1 in a build with AddressSanitizer: slower, watched, and of no use for timings. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#include "base/str.h"
#include "base/arena.h"
#include "base/why.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "base/time.h"
#include "base/rand.h"
#include "base/uuid.h"
#include "base/hash.h"
#include "base/file.h"
#include "base/csv.h"
#include "base/json.h"
#include "base/log.h"
#include "base/progress.h"
#include "base/banned.h"

#endif
