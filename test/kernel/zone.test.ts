/**
 * What clocks on a wall showed becomes one instant, whatever the clocks did that night.
 */
import t from 'tap';
import { isTimeZone, isWallTime, type WallTime, zonedInstant } from '../../src/kernel/zone.js';

function wall(text: string): WallTime {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = text.split(/\D/).map(Number);
  return { year, month, day, hour, minute, second };
}

t.test('a time of day in a zone is one instant', async (t) => {
  const cases = [
    ['2024-10-18 23:32:00', 'America/Sao_Paulo', '2024-10-19T02:32:00.000Z', 'no summer time since 2019'],
    [
      '2018-12-01 12:00:00',
      'America/Sao_Paulo',
      '2018-12-01T14:00:00.000Z',
      'summer time when there was one',
    ],
    ['2024-10-18 23:32:00', 'Asia/Seoul', '2024-10-18T14:32:00.000Z', 'ahead of UTC'],
    ['1988-07-01 12:00:00', 'Asia/Seoul', '1988-07-01T02:00:00.000Z', 'the summer time of 1988'],
    ['2024-07-01 12:00:00', 'Europe/London', '2024-07-01T11:00:00.000Z', 'British summer time'],
    ['2024-10-18 00:00:00', 'Asia/Kathmandu', '2024-10-17T18:15:00.000Z', 'an offset of three quarters'],
    ['2024-02-29 23:59:59', 'UTC', '2024-02-29T23:59:59.000Z', 'a leap day'],
    ['0099-01-01 00:00:00', 'UTC', '0099-01-01T00:00:00.000Z', 'a year of two digits'],
  ] as const;
  for (const [text, zone, instant, name] of cases) t.equal(zonedInstant(wall(text), zone), instant, name);
});

t.test('a time that clocks showed twice is the earlier instant', async (t) => {
  const cases = [
    ['2024-10-27 01:30:00', 'Europe/London', '2024-10-27T00:30:00.000Z'],
    ['2018-02-17 23:30:00', 'America/Sao_Paulo', '2018-02-18T01:30:00.000Z'],
    ['1988-10-09 02:30:00', 'Asia/Seoul', '1988-10-08T16:30:00.000Z'],
  ] as const;
  for (const [text, zone, instant] of cases)
    t.equal(zonedInstant(wall(text), zone), instant, `${zone} ${text}`);
});

t.test('a time that clocks never showed is shifted forward by the gap', async (t) => {
  const cases = [
    ['2024-03-31 01:30:00', 'Europe/London', '2024-03-31T01:30:00.000Z', 'is 02:30 there'],
    ['2018-11-04 00:30:00', 'America/Sao_Paulo', '2018-11-04T03:30:00.000Z', 'is 01:30 there'],
    ['1988-05-08 02:30:00', 'Asia/Seoul', '1988-05-07T17:30:00.000Z', 'is 03:30 there'],
    ['2011-12-30 12:00:00', 'Pacific/Apia', '2011-12-30T22:00:00.000Z', 'is the next day there'],
  ] as const;
  for (const [text, zone, instant, name] of cases)
    t.equal(zonedInstant(wall(text), zone), instant, `${zone} ${name}`);
});

t.test('the hours around a change of clocks are untouched by it', async (t) => {
  const cases = [
    ['2024-03-31 00:59:59', '2024-03-31T00:59:59.000Z'],
    ['2024-03-31 02:00:00', '2024-03-31T01:00:00.000Z'],
    ['2024-10-27 00:59:59', '2024-10-26T23:59:59.000Z'],
    ['2024-10-27 02:00:00', '2024-10-27T02:00:00.000Z'],
  ] as const;
  for (const [text, instant] of cases) t.equal(zonedInstant(wall(text), 'Europe/London'), instant, text);
});

t.test('a date or time of day that does not exist is refused', async (t) => {
  const cases = ['2024-02-31 10:00:00', '2023-02-29 10:00:00', '2024-13-01 10:00:00', '2024-00-10 10:00:00'];
  cases.push(
    '2024-10-18 24:00:00',
    '2024-10-18 25:00:00',
    '2024-10-18 10:60:00',
    '2016-12-31 23:59:60',
    '0000-01-01 00:00:00',
  );
  for (const text of cases) {
    t.notOk(isWallTime(wall(text)), text);
    t.throws(() => zonedInstant(wall(text), 'UTC'), RangeError);
  }
  t.ok(isWallTime(wall('2024-02-29 23:59:59')));
  t.throws(() => zonedInstant(wall('2024-10-18 10:00:00'), 'Mars/Olympus'), RangeError);
});

t.test('a time zone is an IANA name that the runtime knows', async (t) => {
  for (const name of ['UTC', 'Asia/Seoul', 'America/Sao_Paulo', 'Europe/London'])
    t.ok(isTimeZone(name), name);
  for (const name of ['', 'Mars/Olympus', '+03:00', '-0300', 'Asia/Seoul '])
    t.notOk(isTimeZone(name), `“${name}”`);
});
