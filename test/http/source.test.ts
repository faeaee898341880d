/**
 * GET /v1/sources/{ref}: one source, by id or slug.
 */
import t from 'tap';
import { idOf } from '../helper.js';
import { invalid, missing, openCountedServer, problemOf, testEveryRead } from './answers.js';

const AT = '2024-11-01T12:00:00.000Z'; // when a test writes

async function openWithSource(t: Parameters<typeof openCountedServer>[0]) {
  const server = await openCountedServer(t);
  const { given } = server;
  await given.source({ id: idOf(1), name: 'Ministry', kind: 'organization' });
  await given.source({ id: idOf(2), name: 'Ana Silva', aliases: ['A. Silva'], memberOf: 'ministry' });
  return server;
}

t.test('200 with the source whole, by slug and by id in either case', async (t) => {
  const { get } = await openWithSource(t);
  for (const ref of ['ana-silva', idOf(2), idOf(2).toUpperCase()]) {
    const answer = await get(`/v1/sources/${ref}`);
    t.equal(answer.statusCode, 200, ref);
    t.strictSame(
      answer.json(),
      {
        id: idOf(2),
        slug: 'ana-silva',
        kind: 'person',
        name: 'Ana Silva',
        aliases: ['A. Silva'],
        description: null,
        role: null,
        country: null,
        url: null,
        sameAs: [],
        memberOf: { id: idOf(1), slug: 'ministry', name: 'Ministry' },
        version: 1,
        createdAt: AT,
        updatedAt: AT,
      },
      ref,
    );
  }
});

t.test('200 for a slug of any script, percent-encoded', async (t) => {
  const { get, given } = await openCountedServer(t);
  await given.source({ slug: '국정원', name: '국정원' });
  t.equal((await get(`/v1/sources/${encodeURIComponent('국정원')}`)).json().slug, '국정원');
});

t.test('404 when the source is unknown, and for a name, which only filters take', async (t) => {
  const { get } = await openWithSource(t);
  for (const ref of ['nobody', 'Ana%20Silva', 'a.%20silva', idOf(99), '__proto__']) {
    const path = `/v1/sources/${ref}`;
    t.strictSame(
      problemOf(t, await get(path)),
      missing(path, `No source has the id or slug “${decodeURIComponent(ref)}”.`),
      ref,
    );
  }
});

t.test('400 for a reference that cannot be one', async (t) => {
  const { get } = await openWithSource(t);
  const cases: [ref: string, detail: string][] = [
    ['%00', 'must be one line of text without control characters or broken surrogate pairs'],
    ['x'.repeat(301), 'must be at most 300 characters'],
  ];
  for (const [ref, detail] of cases) {
    const path = `/v1/sources/${ref}`;
    t.strictSame(problemOf(t, await get(path)), invalid(path.slice(0, 200), [['ref', detail]]), ref);
  }
});

t.test('every read', async (t) => {
  await testEveryRead(t, await openWithSource(t), '/v1/sources/ana-silva');
});
