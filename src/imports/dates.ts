/**
 * Dates as foreign files write them, turned into instants. A date that does not exist is never bent into one that does.
 */
import { isWallTime, type WallTime, zonedInstant } from '../kernel/zone.js';

/** What a date that is refused is told to be. */
export const REAL_DATE = 'a date that exists, such as 2015-06-15 or 2015-06-15 10:00:32 -0400';

const WRITTEN =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:\s+|T)(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/i;
const PAGE = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2})h(\d{2})$/;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MAIL =
  /^(?:[a-z]{3,9},?\s+)?(\d{1,2})[\s-]([a-z]{3})[a-z]*[\s-](\d{4}|\d{2})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([+-]\d{4}|[a-z]{1,4})?)?$/i;
/** The zones that RFC 822 names. */
const NAMED_ZONES: Record<string, string> = {
  ...{ UT: '+0000', GMT: '+0000', UTC: '+0000', EST: '-0500', EDT: '-0400', CST: '-0600', CDT: '-0500' },
  ...{ MST: '-0700', MDT: '-0600', PST: '-0800', PDT: '-0700' },
};

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

/**
 * An instant from any date that feeds and pages carry: as `writtenInstant` reads them, with `/` between its numbers too, or
 * by RFC 822 (`Tue, 28 Nov 2017 21:19:26 -0800`), whose years may have two digits. Null where it is none or does not exist.
 */
export function foreignInstant(text: string, timezone: string): string | null {
  const trimmed = text.trim();
  const [whole, day, name = '', year = '', hour = 0, minute = 0, second = 0, zone] = MAIL.exec(trimmed) ?? [];
  if (whole === undefined)
    return writtenInstant(trimmed.replace(/^(\d{4})\/(\d{1,2})\/(?=\d)/, '$1-$2-'), timezone);
  const month = MONTHS.indexOf(name.toLowerCase()) + 1;
  const century = year.length > 2 ? 0 : Number(year) < 50 ? 2000 : 1900;
  const wall = numbers({ year: Number(year) + century, month, day, hour, minute, second });
  if (!isWallTime(wall)) return null;
  const offset = zone === undefined ? undefined : (NAMED_ZONES[zone.toUpperCase()] ?? zone);
  const minutes = offset === undefined ? 0 : offsetMinutes(offset);
  if (minutes === null) return null;
  const place = offset === undefined ? timezone : 'UTC';
  return new Date(Date.parse(zonedInstant(wall, place)) - minutes * 60_000).toISOString();
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
  if (!/^[+-]/.test(offset)) return null;
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
