/**
 * GET /v1/sources: every source, newest first, and those alone that fit every filter.
 */
import t, { type Test } from 'tap';
import { idOf } from '../helper.js';
import { column, invalid, openCountedServer, problemOf, testEveryRead } from './answers.js';

const AT = '2024-11-01T12:00:00.000Z'; // when a test writes

async function openDirectory(t: Test) {
  const server = await openCountedServer(t);
  const { given } = server;
  await given.source({
    id: idOf(1),
    slug: 'ministry',
    name: 'Ministry of Finance',
    kind: 'organization',
    country: 'SE',
    aliases: ['Finance'],
    url: 'https://example.org/finance',
    sameAs: ['https://example.org/wiki/Finance'],
  });
  await given.source({
    id: idOf(2),
    slug: 'ana-silva',
    name: 'Ana Silva',
    kind: 'person',
    country: 'PT',
    role: 'Minister',
    description: 'A minister invented for this test.',
    memberOf: 'Finance',
  });
  await given.source({ id: idOf(3), slug: 'a-witness', name: 'A witness', kind: 'unnamed' });
  return server;
}

t.test('200 with sources whole, newest first', async (t) => {
  const { get } = await openDirectory(t);
  const answer = await get('/v1/sources');
  t.equal(answer.statusCode, 200);
  const plain = {
    aliases: [],
    description: null,
    role: null,
    country: null,
    url: null,
    sameAs: [],
    memberOf: null,
    version: 1,
    createdAt: AT,
    updatedAt: AT,
  };
  t.strictSame(answer.json(), {
    data: [
      { ...plain, id: idOf(3), slug: 'a-witness', kind: 'unnamed', name: 'A witness' },
      {
        ...plain,
        id: idOf(2),
        slug: 'ana-silva',
        kind: 'person',
        name: 'Ana Silva',
        description: 'A minister invented for this test.',
        role: 'Minister',
        country: 'PT',
        memberOf: { id: idOf(1), slug: 'ministry', name: 'Ministry of Finance' },
      },
      {
        ...plain,
        id: idOf(1),
        slug: 'ministry',
        kind: 'organization',
        name: 'Ministry of Finance',
        aliases: ['Finance'],
        country: 'SE',
        url: 'https://example.org/finance',
        sameAs: ['https://example.org/wiki/Finance'],
      },
    ],
    next: null,
    prev: null,
  });
});

t.test('200 with the sources that fit every filter', async (t) => {
  const { get } = await openDirectory(t);
  const cases: [query: string, slugs: string[]][] = [
    ['kind=person', ['ana-silva']],
    ['kind=person,organization', ['ana-silva', 'ministry']],
    ['kind=publisher', []],
    ['country=SE', ['ministry']],
    ['country=SE,PT', ['ana-silva', 'ministry']],
    ['country=XX', []],
    ['kind=person&country=PT', ['ana-silva']],
    ['kind=person&country=SE', []],
    ['kind=unnamed,person&limit=1', ['a-witness']],
  ];
  for (const [query, slugs] of cases) {
    const answer = await get(`/v1/sources?${query}`);
    t.equal(answer.statusCode, 200, query);
    t.strictSame(column(answer, 'slug'), slugs, query);
  }
});

t.test('200 with nothing where there are no sources', async (t) => {
  const { get } = await openCountedServer(t);
  t.strictSame((await get('/v1/sources')).json(), { data: [], next: null, prev: null });
});

t.test('400 for a filter value that cannot be one', async (t) => {
  const { get } = await openDirectory(t);
  const kinds = 'must be one of publisher, organization, person, document, unnamed';
  const capitals = 'must be two capital letters, ISO 3166-1 alpha-2';
  const cases: [query: string, parameter: string, detail: string][] = [
    ['kind=persons', 'kind', `${kinds}; nearest: person`],
    ['kind=', 'kind', kinds],
    ['kind=person,,unnamed', 'kind', kinds],
    ['country=se', 'country', capitals],
    ['country=SWE', 'country', capitals],
    ['country=SE,', 'country', capitals],
  ];
  for (const [query, parameter, detail] of cases)
    t.strictSame(
      problemOf(t, await get(`/v1/sources?${query}`)),
      invalid('/v1/sources', [[parameter, detail]]),
      query,
    );
});

t.test('every read', async (t) => {
  await testEveryRead(t, await openDirectory(t), '/v1/sources?limit=1&kind=person,organization');
});
