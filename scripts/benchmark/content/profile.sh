# Where the worker of {{site}} listens, for every login shell.
export BENCH_SITE={{site}} BENCH_PORT={{port}}
