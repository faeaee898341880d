/** What is common to the failures of all drivers. */

/** The driver's own error: drizzle wraps it in one that names the statement. */
export const driverError = (error: unknown): unknown =>
  error instanceof Error && error.cause instanceof Error && error.constructor.name === 'DrizzleQueryError'
    ? error.cause
    : error;
