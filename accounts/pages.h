/* pages: what the views of this folder are given. */
#ifndef WAYMARK_ACCOUNTS_PAGES_H
#define WAYMARK_ACCOUNTS_PAGES_H
#include "accounts/accounts.h"
#include "web/page.h"

struct persona { int64_t id; struct str name, does, team, organisation; };
struct personas { struct persona *p; size_t n; };
struct sign_in_page {
  struct layout layout;
  struct str fault, name, next;   /* what was typed comes back, never the password */
  bool wants_code, demo;
  struct personas personas, residents;
};
struct own_session { int64_t id; struct str device, began, seen; bool current; };
struct me_page {
  struct layout layout;
  struct str name, team, organisation, roles, fault;
  bool has_code;
  bool worker, decides, office;         /* which other pages their roles open */
  int64_t codes_left;
  struct { struct notice *p; size_t n; } notices;
  struct { struct own_session *p; size_t n; } sessions;
};
struct code_page {
  struct layout layout;
  struct str fault, key, address, sealed;
  bool has_code, must;                 /* must: nothing else opens until it is set up */
};
struct resident_page { struct layout layout; struct str fault, token, next; };
struct codes_page { struct layout layout; struct strs codes; };
struct choice_of { struct str value, label; };
struct choices_of { struct choice_of *p; size_t n; };
struct token_row {
  struct str id, name, team, function, scopes;
  day_t last, used;
  bool over;
};
struct token_page {
  struct layout layout;
  struct str token, fault, name;
  day_t last;
  struct choices_of teams, roles, scopes;
  struct { struct token_row *p; size_t n; } rows;
};
struct admin_user { struct str id, name, sign_in, roles; bool disabled; };
struct admin_team {
  int64_t id;
  struct str name, function;
  struct {
    struct admin_user *p;
    size_t n;
  } users;
};
struct admin_page {
  struct layout layout;
  struct str organisation, fault;
  struct { struct admin_team *p; size_t n; } teams;
  struct choices_of functions, roles;
};
struct admin_user_page {
  struct layout layout;
  struct str id, name, sign_in, team, fault, password; /* password: shown once, after it was made */
  bool disabled;
  struct choices_of held, may_hold;
};
#endif
