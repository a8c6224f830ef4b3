/* pages: what the views of finding/ are given. */
#ifndef WAYMARK_FINDING_PAGES_H
#define WAYMARK_FINDING_PAGES_H
#include "finding/finding.h"
#include "web/page.h"
#endif
