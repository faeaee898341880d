/**
 * Dates as foreign files write them, turned into instants. A date that does not exist is never bent into one that does.
 */
import { isWallTime, type WallTime, zonedInstant } from '../kernel/zone.js';

const WRITTEN =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:\s+|T)(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/i;
const PAGE = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2})h(\d{2})$/;

/**
 * An instant (RFC 3339, UTC, milliseconds) from `2015-06-15 10:00:32 -0400`, any RFC 3339 time, or a date with or
 * without a time, which is then of the given zone, a bare date at its midnight. Null where it is none of these or does
 * not exist.
 */
export function writtenInstant(text: string, timezone: string): string | null {
  const [whole, year, month, day, hour = 0, minute = 0, second = 0, fraction = '', offset] =
    WRITTEN.exec(text) ?? [];
  if (whole === undefined) return null;
  const wall = numbers({ year, month, day, hour, minute, second });
  if (!isWallTime(wall)) return null;
  const minutes = offset === undefined ? 0 : offsetMinutes(offset);
  if (minutes === null) return null;
  const zone = offset === undefined ? timezone : 'UTC';
  const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3));
  return new Date(Date.parse(zonedInstant(wall, zone)) - minutes * 60_000 + milliseconds).toISOString();
}

/** Whether a line has the form of a saved page's date, `18/10/2024 23h32`, whether or not that day exists. */
export const isPageDate = (line: string): boolean => PAGE.test(line);

/** The instant of a saved page's date, day first, in the given zone. Null where it does not exist or is no such date. */
export function pageInstant(line: string, timezone: string): string | null {
  const [whole, day, month, year, hour, minute] = PAGE.exec(line) ?? [];
  if (whole === undefined) return null;
  const wall = numbers({ year, month, day, hour, minute, second: 0 });
  return isWallTime(wall) ? zonedInstant(wall, timezone) : null;
}

function offsetMinutes(offset: string): number | null {
  if (/^z$/i.test(offset)) return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(-2));
  if (hours > 23 || minutes > 59) return null;
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

const numbers = (parts: Record<keyof WallTime, string | number | undefined>): WallTime => ({
  year: Number(parts.year),
  month: Number(parts.month),
  day: Number(parts.day),
  hour: Number(parts.hour),
  minute: Number(parts.minute),
  second: Number(parts.second),
});
