/* pages: what the views of this folder are given, already decided. */
#ifndef WAYMARK_MESSAGES_PAGES_H
#define WAYMARK_MESSAGES_PAGES_H
#include "people/part.h"
#include "people/part.html.h"

enum { MESSAGES_A_PAGE = 50 };
struct message_row {
  struct str words, when, state, way, why;
  bool in, missed, unread, ended;
};
struct message_choice { struct str code, label; bool chosen; };
struct messages_page {
  struct person_head head;
  struct { struct message_row *p; size_t n; } rows;
  struct { struct message_choice *p; size_t n; } purposes;
  struct str shown, later, refusal, typed;
  int64_t asked;      /* how many were asked for so far: pressing twice sends once */
  bool unread, guarded, from_draft, more;
  bool closed;        /* no words would be safe to send: there is nothing to write */
};
struct messages_safe_page {
  struct person_head head;
  struct str through;
  bool shared_phone;
};
struct tray_row { struct str id, when, number, words; bool missed; };
struct tray_found { struct str id, name; };
struct tray_page {
  struct layout layout;
  struct { struct tray_row *p; size_t n; } rows;
  struct str search, for_id;            /* the row a name is being looked for */
  struct { struct tray_found *p; size_t n; } found;
  bool looked;
};
struct outbox_row { struct str to, words, when, way; };
struct outbox_page {
  struct layout layout;
  struct { struct outbox_row *p; size_t n; } rows;
};
struct messages_card_page { struct str href, words; };
#endif
