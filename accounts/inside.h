/* inside: what the files of this folder share and nobody else may use. */
#ifndef WAYMARK_ACCOUNTS_INSIDE_H
#define WAYMARK_ACCOUNTS_INSIDE_H
#include "accounts/accounts.h"
struct str sign_in_name(struct arena *a, struct str typed);   /* as it is stored and compared */
#endif
