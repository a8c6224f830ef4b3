/* hold: what was spent for them. */
#include "money/inside.h"

void money_hold(struct held *h) { held_records(h, &spend_type); }
