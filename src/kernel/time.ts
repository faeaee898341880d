/**
 * Time: every instant is an RFC 3339 text in UTC with milliseconds, `2024-10-19T02:32:00.000Z`.
 * All of one width, so that text order is time order on every engine.
 */

/** The present, as an instant. Passed in wherever time is read, so that tests can hold it still. */
export type Clock = () => string;

export const systemClock: Clock = () => new Date().toISOString();
