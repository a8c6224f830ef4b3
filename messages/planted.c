/* planted: one fault a build, put between two files when linking (ld --wrap), so that the tests are
 * seen to fail when what they hold is wrong. Nothing here is in the program. */
#include "messages/inside.h"

#if defined(PLANTED_nothing_is_sent) /* "do not contact" is taken for "text" */
struct decision __real_message_decide(const struct safe_facts *f, bool own_words, instant_t now);
struct decision __wrap_message_decide(const struct safe_facts *f, bool own_words, instant_t now);
struct decision __wrap_message_decide(const struct safe_facts *f, bool own_words, instant_t now) {
  struct safe_facts as = *f;
  if (as.way == SAFE_NONE) as.way = SAFE_TEXT;
  return __real_message_decide(&as, own_words, now);
}
#elif defined(PLANTED_answers_land) /* a shared number is given to somebody */
size_t __real_people_by_phone(struct db *db, struct arena *a, struct str phone, int64_t *people,
                              size_t room);
size_t __wrap_people_by_phone(struct db *db, struct arena *a, struct str phone, int64_t *people,
                              size_t room);
size_t __wrap_people_by_phone(struct db *db, struct arena *a, struct str phone, int64_t *people,
                              size_t room) {
  size_t n = __real_people_by_phone(db, a, phone, people, room);
  return n > 1 ? 1 : n;
}
#elif defined(PLANTED_a_conversation) /* own words are not looked through */
struct str __wrap_message_reveals(struct arena *a, struct str words, struct strs names);
struct str __wrap_message_reveals(struct arena *a, struct str words, struct strs names) {
  (void)a, (void)words, (void)names;
  return (struct str){0};
}
#endif
