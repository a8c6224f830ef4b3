/* fault: storage and memory that fail on purpose, for tests. A layer under SQLite's files counts
 * writes and fsyncs and refuses some, or says the disk is full after so many bytes; SQLite's memory
 * is refused every k-th time. Call fault_install once, before anything opens a database; with the
 * zero plan everything works. */
#ifndef WAYMARK_FAULT_H
#define WAYMARK_FAULT_H
#include <stdbool.h>
#include <stdint.h>
struct fault_plan {
  unsigned write_every, sync_every, read_every; /* every k-th such call fails; 0 = none */
  uint64_t room_bytes; /* the disk is full once this much was written; 0 = never */
  unsigned memory_every;
};
bool fault_install(void);
void fault_set(struct fault_plan plan);         /* counters start anew */
#endif
