/**
 * Time: every instant is an RFC 3339 text in UTC with milliseconds, `2024-10-19T02:32:00.000Z`.
 * All of one width, so that text order is time order on every engine.
 */

/** The present, as an instant. Passed in wherever time is read, so that tests can hold it still. */
export type Clock = () => string;

export const systemClock: Clock = () => new Date().toISOString();

export const MINUTE_MS = 60_000;
const UNIT_MS = { m: MINUTE_MS, h: 60 * MINUTE_MS, d: 1_440 * MINUTE_MS, w: 10_080 * MINUTE_MS } as const;
const RELATIVE = /^now(?:([+-])(\d{1,5})([mhdw]))?$/;

/** Milliseconds since 1970 of the minute that a time lies in: what `now` means in a request. */
export const startOfMinute = (ms: number): number => ms - (ms % MINUTE_MS);

/**
 * The instant that `now`, `now-30d` or `now+2h` means (minutes, hours, days, weeks), counted from the start of the
 * present minute, so that one question has one answer for a while; undefined for anything else.
 */
export function relativeInstant(text: string, clock: Clock = systemClock): string | undefined {
  const [found, sign = '+', amount = '0', unit = 'm'] = RELATIVE.exec(text) ?? [];
  if (found === undefined) return undefined;
  const span = Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
  return new Date(startOfMinute(Date.parse(clock())) + (sign === '-' ? -span : span)).toISOString();
}
