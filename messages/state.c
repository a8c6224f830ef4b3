/* state: where a message stands, and why one did not go, in words. */
#include "messages/inside.h"

enum message_state message_state(const struct message_facts *f) {
  if (f->in) return f->read_at == INSTANT_NONE ? MESSAGE_UNREAD : MESSAGE_READ;
  if (f->ended_at != INSTANT_NONE) return MESSAGE_ENDED;
  if (f->delivered_at != INSTANT_NONE) return MESSAGE_DELIVERED;
  return f->sent_at != INSTANT_NONE ? MESSAGE_SENT : MESSAGE_WAITING;
}

TEXT_MESSAGE(none, "They asked not to be contacted: they come to us. Nothing is sent.");
TEXT_MESSAGE(in_person, "The safe way is to speak in person. Nothing is sent.");
TEXT_MESSAGE(through, "The safe way is through another worker. Nothing is sent to them.");
TEXT_MESSAGE(ring, "The safe way is to ring them yourself. Nothing is sent.");
TEXT_MESSAGE(post, "The safe way is a letter. Print one; nothing is sent.");
TEXT_MESSAGE(unknown_way, "The safe way is not known yet. Ask them first; nothing is sent.");
TEXT_MESSAGE(no_address,
             "There is no number that takes texts, or no e-mail address, for the safe way. "
             "Nothing is sent.");
TEXT_MESSAGE(language,
             "We have no words in their language. Write your own in it, or ring with an "
             "interpreter.");
TEXT_MESSAGE(guarded,
             "Only the neutral words are safe for them. Send those, or speak to them another "
             "way.");
TEXT_MESSAGE(reveals,
             "Somebody else may read it, and it names a service, a purpose or a person. Take that "
             "out, or ask them whether open words are safe.");
TEXT_MESSAGE(too_long, "It is too long for one text (160 characters; 70 with some accents).");
TEXT_MESSAGE(too_late, "The first safe hour for them is after it is of use. Nothing is sent.");
TEXT_MESSAGE(never, "No hour of the week is both safe for them and outside the quiet hours.");
TEXT_MESSAGE(changed, "What is safe for them changed after it was written, so it was not sent.");
TEXT_MESSAGE(not_taken, "The network would not take it. Check the number or address with them.");
TEXT_MESSAGE(no_answer, "The network did not answer, although we tried for hours.");
TEXT_MESSAGE(not_there, "It left and did not arrive. Check the number or address with them.");
TEXT_MESSAGE(limited,
             "How to reach them is kept, but they asked that it is not used. Nothing is sent.");
TEXT_MESSAGE(taken_back, "What it spoke of changed before it left, so it was not sent.");
TEXT_MESSAGE(fine, "It can be sent.");

static const struct { const char *code; const struct message *words;
} refusals[] = {[MESSAGE_FINE] = {"", &fine},
                [MESSAGE_DO_NOT_CONTACT] = {"do_not_contact", &none},
                [MESSAGE_IN_PERSON] = {"in_person", &in_person},
                [MESSAGE_THROUGH_WORKER] = {"through_worker", &through},
                [MESSAGE_RING] = {"ring", &ring},
                [MESSAGE_POST] = {"post", &post},
                [MESSAGE_WAY_UNKNOWN] = {"way_unknown", &unknown_way},
                [MESSAGE_NO_ADDRESS] = {"no_address", &no_address},
                [MESSAGE_LANGUAGE] = {"language", &language},
                [MESSAGE_GUARDED] = {"guarded", &guarded},
                [MESSAGE_REVEALS] = {"reveals", &reveals},
                [MESSAGE_TOO_LONG] = {"too_long", &too_long},
                [MESSAGE_TOO_LATE] = {"too_late", &too_late},
                [MESSAGE_NEVER] = {"never", &never},
                [MESSAGE_CHANGED] = {"changed", &changed},
                [MESSAGE_NOT_TAKEN] = {"not_taken", &not_taken},
                [MESSAGE_NO_ANSWER] = {"no_answer", &no_answer},
                [MESSAGE_NOT_THERE] = {"not_there", &not_there},
                [MESSAGE_LIMITED] = {"limited", &limited},
                [MESSAGE_TAKEN_BACK] = {"taken_back", &taken_back}};

const struct message *message_refusal_words(enum message_refusal r) { return refusals[r].words; }
const char *message_refusal_code(enum message_refusal r) { return refusals[r].code; }

enum message_refusal message_refusal_of(struct str code) {
  for (int r = 1; r < MESSAGE_REFUSALS; r++)
    if (str_eq(code, str_of(refusals[r].code))) return (enum message_refusal)r;
  return MESSAGE_FINE;
}
