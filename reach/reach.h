/* reach: minutes, not miles. Which stops, jobs, nurseries and services can be reached by bus, train
 * and on foot, when, with how many changes, both ways round a shift, on the day that matters.
 *
 * An engine: it knows only base, keeps no state, reads no clock and opens no file it is not handed.
 * The parts: region.h   the mapped file of one place; net.h makes it from GTFS, CIF, OpenStreetMap
 * and postcodes day.h      what runs on one day                    scan.h    sixteen questions to
 * every stop at once path.h     the way itself, leg by leg, in words     shift.h   both legs of a
 * shift, childcare, what would help fare.h     what it costs a week                     areas.h
 * whole places: who cannot reach what and this header the command. */
#ifndef WAYMARK_REACH_REACH_H
#define WAYMARK_REACH_REACH_H

/* waymark reach build|times|journey|shift|areas ... (argv[0] is "reach"). Returns the exit status:
 * 0 done, 1 an answer could not be given (one sentence on standard error), 2 the command line
 * cannot be understood. */
int reach_command(int argc, char **argv);
#endif
