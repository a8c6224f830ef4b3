/* pages: what the views of this folder are given. */
#ifndef WAYMARK_ACCOUNTS_PAGES_H
#define WAYMARK_ACCOUNTS_PAGES_H
#include "web/page.h"

struct persona { int64_t id; struct str name, does, team, organisation; };
struct personas { struct persona *p; size_t n; };
struct sign_in_page {
  struct layout layout;
  struct str fault, name, next;   /* what was typed comes back, never the password */
  bool wants_code, demo;
  struct personas personas;
};
struct own_session { int64_t id; struct str device, began, seen; bool current; };
struct me_page {
  struct layout layout;
  struct str name, team, organisation, roles, fault;
  struct { struct own_session *p; size_t n; } sessions;
};
#endif
