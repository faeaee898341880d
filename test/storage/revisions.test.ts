/**
 * Every version that anything ever had is kept, in the transaction that made it, in the shape in which a writer gives it.
 */
import t from 'tap';
import { engine, openEngine } from '../engine.js';
import { idOf, NOW } from '../helper.js';

interface Row {
  type: string;
  id: string;
  version: number;
  at: string;
  by: string | null;
  operation: string;
  note: string | null;
  state: unknown;
}

const read = (rows: Row[]): Row[] =>
  rows.map((row) => ({ ...row, state: engine === 'sqlite' ? JSON.parse(String(row.state)) : row.state }));

t.test('a revision holds all that was given, and who gave it', async (t) => {
  const { given, query, services } = await openEngine(t);
  await given.source({ id: idOf(1), name: 'The Ministry', kind: 'organization' });
  const article = await given.article({
    id: idOf(2),
    slug: 'tax',
    headline: 'Tax',
    publisher: 'the-ministry',
    authors: [{ name: 'A. Minister', source: 'The Ministry' }, { name: 'B' }],
  });
  await given.claim({ id: idOf(3), text: 'Another claim.' });
  await given.claim({
    id: idOf(4),
    text: 'Taxes will fall.',
    tags: ['tax'],
    by: [
      { source: 'the-ministry', in: article, quote: { exact: 'taxes will fall' } },
      { source: 'the-ministry' },
    ],
    relations: [{ kind: 'supports', claim: idOf(3), note: 'a note' }],
    reviews: [
      { reviewer: 'the-ministry', rating: 'True', verdict: 'true', reviewedAt: '2024-10-20T00:00:00Z' },
    ],
  });
  await services.write(
    async ({ sources }) => {
      const source = { id: idOf(1), slug: 'the-ministry', kind: 'organization' as const, name: 'Ministry' };
      await sources.save({
        ...source,
        aliases: [],
        description: null,
        role: null,
        country: null,
        url: null,
        sameAs: [],
        memberOf: null,
      });
    },
    { by: 'somebody', note: 'its name' },
  );

  const common = { at: NOW, by: null, note: null };
  const source = {
    id: idOf(1),
    slug: 'the-ministry',
    kind: 'organization',
    name: 'The Ministry',
    aliases: [],
    description: null,
    role: null,
    country: null,
    url: null,
    sameAs: [],
    memberOf: null,
  };
  const rows = read(await query<Row>('select * from revisions order by id, version'));
  const one = (id: number, version: number) =>
    rows.find((row) => row.id === idOf(id) && row.version === version);
  t.same(one(1, 1), {
    ...common,
    type: 'source',
    id: idOf(1),
    version: 1,
    operation: 'create',
    state: source,
  });
  t.same(one(1, 2), {
    ...common,
    by: 'somebody',
    note: 'its name',
    type: 'source',
    id: idOf(1),
    version: 2,
    operation: 'update',
    state: { ...source, name: 'Ministry' },
  });
  t.same(one(2, 1)?.state, {
    id: idOf(2),
    externalId: null,
    slug: 'tax',
    headline: 'Tax',
    standfirst: null,
    body: 'The minister said that taxes will fall.',
    language: 'en',
    section: null,
    tags: [],
    authors: [
      { name: 'A. Minister', source: idOf(1) },
      { name: 'B', source: null },
    ],
    publisher: idOf(1),
    canonicalUrl: null,
    image: null,
    disclaimer: null,
    status: 'published',
    retraction: null,
    publishedAt: '2024-10-18T12:00:00.000Z',
    modifiedAt: null,
    corrections: [],
  });
  const part = { source: idOf(1), url: null, stance: 'asserts', mode: null, cue: null, saidAt: null };
  t.match(one(4, 1)?.state, {
    id: idOf(4),
    externalId: null,
    text: 'Taxes will fall.',
    language: 'en',
    tags: ['tax'],
    attributions: [
      {
        ...part,
        article: idOf(2),
        context: null,
        quote: { exact: 'taxes will fall', prefix: 'The minister said that ', suffix: '.' },
      },
      { ...part, article: null, context: 'a speech', quote: null },
    ],
    relations: [{ kind: 'supports', claim: idOf(3), note: 'a note', source: null }],
    reviews: [
      {
        reviewer: idOf(1),
        rating: 'True',
        verdict: 'true',
        url: null,
        title: null,
        summary: null,
        reviewedAt: '2024-10-20T00:00:00.000Z',
      },
    ],
  });
});

t.test('there is a revision for each change that was announced, and none of what was not kept', async (t) => {
  const { given, query, services } = await openEngine(t);
  const article = await given.article({ id: idOf(2), slug: 'a' });
  await given.source({ id: idOf(1), name: 'A' });
  await given.claim({ id: idOf(3), by: [{ source: 'a', in: article }] });
  await given.article({ id: idOf(2), slug: 'a', status: 'draft' });
  const announced = await query(
    'select type, id, version, at, operation from changes order by type, id, version',
  );
  t.same(
    await query('select type, id, version, at, operation from revisions order by type, id, version'),
    announced,
  );
  const work = async ({ sources }: Parameters<Parameters<typeof services.write>[0]>[0]) => {
    const { description: _description, ...source } = await sources.get('a');
    await sources.save({ ...source, memberOf: null, description: 'changed' });
  };
  await services.write(work, { keep: false });
  t.same(await query('select count(*) as count from revisions'), [{ count: announced.length }]);
});
