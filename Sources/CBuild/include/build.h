// What this very program was built from. scripts/package says it; a checkout's own builds say nothing.
#ifndef HEARTH_BUILD_H
#define HEARTH_BUILD_H

// The commit, 40 hexadecimal digits, with `-dirty` behind it where files differed from it; empty if nobody said.
const char *hearth_build_commit(void);
// Seconds since 1970 of that commit; 0 if nobody said.
long long hearth_build_time(void);

#endif
