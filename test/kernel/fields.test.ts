/**
 * The fields that every feature shares: what they take, what they make of it, and what they say to the rest.
 */
import t from 'tap';
import type { z } from 'zod';
import * as fields from '../../src/kernel/fields.js';
import { check } from '../../src/kernel/issues.js';

const NUL = String.fromCharCode(0);
const HALF = '\ud83d';

/** What a field makes of a value, or what it says to it. */
function made(field: z.ZodType, value: unknown): unknown {
  const { value: result, issues } = check(field, value);
  return issues.length === 0 ? result : issues.map(({ detail }) => detail).join('; ');
}

const LINE = 'must be one line of text without control characters or broken surrogate pairs';
const CLEAN = 'must be text without control characters or broken surrogate pairs';
const SLUG = 'must be a slug: lower-case letters and digits, joined by single hyphens';
const TIME = 'must be an RFC 3339 time such as 2024-10-18T14:00:00Z';
const URL_ERROR = 'must be an absolute http or https URL';
const TAG = 'must be a BCP 47 language tag such as en or pt-BR';
const ID = '0192a000-0000-7000-8000-00000000abcd';

const tables: Record<string, { field: z.ZodType; cases: [given: unknown, expected: unknown][] }> = {
  line: {
    field: fields.line(10),
    cases: [
      ['  Ada Park ', 'Ada Park'],
      ['tab\there', 'tab\there'],
      ['', 'must not be empty'],
      [' \n ', 'must not be empty'],
      ['x'.repeat(11), 'must be at most 10 characters'],
      ['two\nlines', LINE],
      ['two\u2028lines', LINE],
      [`a${NUL}b`, LINE],
      ['a\u007fb', LINE],
      [`a${HALF}`, LINE],
      ['a😀', 'a😀'],
      [7, 'must be text; found a number'],
    ],
  },
  prose: {
    field: fields.prose(20),
    cases: [
      [' one\n\ntwo ', 'one\n\ntwo'],
      ['', 'must not be empty'],
      ['x'.repeat(21), 'must be at most 20 characters'],
      [`a${NUL}b`, CLEAN],
      ['\udc00a', CLEAN],
    ],
  },
  'prose that may be empty': {
    field: fields.prose(20, 0),
    cases: [
      ['', ''],
      [' \n', ''],
    ],
  },
  verbatim: {
    field: fields.verbatim(5),
    cases: [
      [' a\n ', ' a\n '],
      ['', 'must not be empty'],
      ['123456', 'must be at most 5 characters'],
      ['a\u001bb', CLEAN],
    ],
  },
  idInput: {
    field: fields.idInput,
    cases: [
      [ID, ID],
      [ID.toUpperCase(), ID],
      ['harbour-opens', 'must be a UUID'],
      [`${ID}0`, 'must be a UUID'],
      ['00000000-0000-0000-0000-000000000000', 'must be a UUID'],
      ['ffffffff-ffff-ffff-ffff-ffffffffffff', 'must be a UUID'],
    ],
  },
  instantInput: {
    field: fields.instantInput,
    cases: [
      ['2024-10-18T14:00:00Z', '2024-10-18T14:00:00.000Z'],
      ['2024-10-18T23:00:00.123456+09:00', '2024-10-18T14:00:00.123Z'],
      ['2024-02-29T23:59:59-03:00', '2024-03-01T02:59:59.000Z'],
      ['2024-10-18', TIME],
      ['2024-10-18 14:00:00Z', TIME],
      ['2024-10-18T14:00:00', TIME],
      ['2023-02-29T14:00:00Z', TIME],
      ['2024-10-18T24:00:00Z', TIME],
      ['2016-12-31T23:59:60Z', TIME],
      ['yesterday', TIME],
      [1729260000, TIME],
      ['9999-12-31T23:59:59-01:00', 'must be an RFC 3339 time in UTC such as 2024-10-18T14:00:00.000Z'],
    ],
  },
  slug: {
    field: fields.slug,
    cases: [
      ['north-korea', 'north-korea'],
      ['북한-파병', '북한-파병'],
      ['हिन्दी', 'हिन्दी'],
      ['2024', '2024'],
      ['', SLUG],
      ['Harbour', SLUG],
      ['two words', SLUG],
      ['-a', SLUG],
      ['a--b', SLUG],
      ['a_b', SLUG],
      ['a/b', SLUG],
      [ID, 'must not look like an id'],
      ['x'.repeat(121), 'must be at most 120 characters'],
    ],
  },
  language: {
    field: fields.language,
    cases: [
      ['en', 'en'],
      ['PT-br', 'pt-BR'],
      ['zh-hant-TW', 'zh-Hant-TW'],
      ['iw', 'he'],
      ['english language', TAG],
      ['e', TAG],
      ['', TAG],
      [`en-${'a'.repeat(40)}`, 'must be at most 35 characters'],
    ],
  },
  webUrl: {
    field: fields.webUrl,
    cases: [
      ['https://example.org/a?b#c', 'https://example.org/a?b#c'],
      ['http://example.org', 'http://example.org'],
      ['/a', URL_ERROR],
      ['example.org', URL_ERROR],
      ['javascript:alert(1)', URL_ERROR],
      ['ftp://example.org/', URL_ERROR],
      ['', URL_ERROR],
      [`https://example.org/${'a'.repeat(2000)}`, 'must be at most 2000 characters'],
    ],
  },
  uri: {
    field: fields.uri,
    cases: [
      ['https://www.wikidata.org/entity/Q7184', 'https://www.wikidata.org/entity/Q7184'],
      ['urn:isbn:9780140328721', 'urn:isbn:9780140328721'],
      ['Q7184', 'must be an absolute URI'],
    ],
  },
  tags: {
    field: fields.tags,
    cases: [
      [
        ['a', 'b'],
        ['a', 'b'],
      ],
      [[], []],
      [['a', 'A'], SLUG],
      [['a', 'a'], 'must not name a tag twice'],
      [Array.from({ length: 101 }, (_, n) => `t${n}`), 'must have at most 100 entries'],
      ['a', 'must be a list; found text'],
    ],
  },
};

for (const [name, { field, cases }] of Object.entries(tables))
  t.test(`${name}: each value is taken in one form or refused in one sentence`, async (t) => {
    for (const [at, [given, expected]] of cases.entries())
      t.same(made(field, given), expected, `case ${at + 1}`);
  });
