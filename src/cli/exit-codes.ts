/**
 * What the exit code of a command that moves content says, beside 0 for all well and 1 for a failure.
 */

/** It came to its end, and rows were rejected. */
export const REJECTED = 2;
/** It gave up, as it was told to: after too many rejects, or since all or nothing was wanted. */
export const GIVEN_UP = 3;
/** It was told to stop: 128 and the number of SIGINT, as shells have it. */
export const STOPPED = 130;
