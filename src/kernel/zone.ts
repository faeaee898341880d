/**
 * Time zones: what a clock on the wall somewhere showed, as an instant. The rules are those of `Intl`, so they are as
 * good as the time-zone data of the runtime.
 */

/** A date and time of day as a clock shows them, month 1 to 12. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const DAY_MS = 86_400_000; // farther from any change of clocks than the change is large
const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether this is the IANA name of a time zone that the runtime knows, such as `Asia/Seoul` or `UTC`. */
export function isTimeZone(name: string): boolean {
  if (/^[+-]/.test(name)) return false; // a bare offset is no zone: it knows no summer time
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** Whether such a date and time of day exist in the calendar, years 1 to 9999; no leap second does. */
export function isWallTime(wall: WallTime): boolean {
  const date = new Date(wallMs(wall));
  return (
    wall.year >= 1 &&
    wall.year <= 9999 &&
    date.getUTCFullYear() === wall.year &&
    date.getUTCMonth() + 1 === wall.month &&
    date.getUTCDate() === wall.day &&
    date.getUTCHours() === wall.hour &&
    date.getUTCMinutes() === wall.minute &&
    date.getUTCSeconds() === wall.second
  );
}

/**
 * The instant (RFC 3339, UTC, milliseconds) at which clocks in the zone showed this time.
 * Where clocks were put back and showed it twice, the earlier instant; where they were put forward over it, the time
 * that they would have shown had they not been: shifted forward by the gap (the `compatible` rule of ECMAScript
 * Temporal). Throws a RangeError for a date that does not exist or an unknown zone.
 */
export function zonedInstant(wall: WallTime, timezone: string): string {
  if (!isWallTime(wall)) throw new RangeError('no such date or time of day');
  const local = wallMs(wall);
  const before = offsetMs(local - DAY_MS, timezone);
  const after = offsetMs(local + DAY_MS, timezone);
  const matches = [before, after]
    .map((offset) => ({ instant: local - offset, offset }))
    .filter(({ instant, offset }) => offsetMs(instant, timezone) === offset)
    .map(({ instant }) => instant);
  return new Date(matches.length > 0 ? Math.min(...matches) : local - before).toISOString();
}

/** What the zone's clocks are ahead of UTC at an instant, in milliseconds. */
function offsetMs(instant: number, timezone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(timezone).formatToParts(instant)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return wallMs({ year, month, day, hour, minute, second }) - instant;
}

function wallMs({ year, month, day, hour, minute, second }: WallTime): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day); // not Date.UTC, which takes the year 99 for 1999
  date.setUTCHours(hour, minute, second);
  return date.getTime();
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, format);
  return format;
}
