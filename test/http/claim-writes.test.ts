/** Writing claims: whole, with all that belongs to them, and part by part. */
import t from 'tap';
import { idOf, NOW } from '../helper.js';
import { openCountedServer } from './answers.js';

const TEXT = 'The minister said that taxes will fall. Taxes will fall, she said.';

const open = async (t: Parameters<typeof openCountedServer>[0]) => {
  const server = await openCountedServer(t);
  await server.given.source({ id: idOf(2), slug: 'minister', name: 'The Minister' });
  await server.given.source({ id: idOf(3), slug: 'desk', name: 'The Desk' });
  await server.given.article({ id: idOf(1), slug: 'taxes', body: TEXT });
  await server.given.claim({ id: idOf(12), text: 'Taxes fell before.' });
  return server;
};

const given = {
  id: idOf(11),
  text: 'Taxes will fall.',
  language: 'en',
  attributions: [
    {
      id: idOf(21),
      source: 'minister',
      article: 'taxes',
      mode: 'indirect',
      quote: { exact: 'taxes will fall' },
    },
    { id: idOf(22), source: 'The Desk', context: 'a speech', stance: 'denies' },
  ],
  relations: [{ id: idOf(23), kind: 'supports', claim: idOf(12) }],
  reviews: [{ id: idOf(24), reviewer: 'desk', rating: 'So-so', verdict: 'mixed', reviewedAt: NOW }],
};

const URL = `/v1/claims/${idOf(11)}`;

t.test('201 with the claim and all that belongs to it, as the next read gives it', async (t) => {
  const { send, get } = await open(t);
  const answer = await send('POST', '/v1/claims', given);
  t.equal(answer.statusCode, 201);
  const read = await get(URL);
  t.strictSame(answer.json(), read.json());
  t.equal(answer.headers.etag, read.headers.etag);
  t.equal(answer.headers.location, URL);
  const { attributions, relations, reviews, standing, version } = answer.json();
  t.equal(standing, 'mixed');
  t.equal(version, 1);
  t.strictSame(
    [...attributions, ...relations, ...reviews].map(({ id }: { id: string }) => id),
    [idOf(21), idOf(22), idOf(23), idOf(24)],
  );
  const [{ anchor }] = attributions;
  t.strictSame([anchor.start, anchor.end], [23, 38]);
});

t.test('400 with everything that is wrong, and nothing is stored', async (t) => {
  const { send, get } = await open(t);
  const answer = await send('POST', '/v1/claims', {
    ...given,
    attributions: [
      { source: 'minister', article: 'nowhere' },
      { source: 'Ministr', context: 'x' },
    ],
    relations: [{ kind: 'supports', claim: 'none' }],
    reviews: [{ reviewer: 'nobody at all', rating: 'x', verdict: 'true', reviewedAt: NOW }],
  });
  t.strictSame(answer.json().errors, [
    { pointer: '/attributions/0/article', detail: '“nowhere” is no article’s id or slug.' },
    { pointer: '/relations/0/claim', detail: '“none” is no claim’s id or key.' },
    { pointer: '/reviews/0/reviewer', detail: '“nobody at all” is no source’s id, slug or name.' },
  ]);
  t.equal((await get(URL)).statusCode, 404);
  t.equal((await get(`/v1/claims/${idOf(12)}`)).json().version, 1);
});

t.test('what was answered can be sent back, and changes nothing', async (t) => {
  const { send, get } = await open(t);
  await send('POST', '/v1/claims', given);
  await send('POST', `/v1/claims/${idOf(12)}/relations`, { kind: 'refines', claim: idOf(11) });
  const read = (await get(URL)).json();
  t.strictSame(
    read.relations.map(({ direction }: { direction: string }) => direction),
    ['outgoing', 'incoming'],
  );
  const back = await send('PUT', URL, read);
  t.equal(back.statusCode, 200, back.body);
  t.strictSame(back.json(), read);
  const forged = { ...read, relations: [{ ...read.relations[1], id: idOf(99) }] };
  t.strictSame((await send('PUT', URL, forged)).json().errors, [
    { pointer: '/relations/0', detail: 'is what another claim does to this one; write it there' },
  ]);
  t.strictSame((await send('PATCH', URL, { standing: 'verified' })).json().errors, [
    { pointer: '/standing', detail: 'is kept by the server, and is "mixed"; leave it out' },
  ]);
});

t.test('a PUT without ids keeps the parts in their places, and one that is left out is gone', async (t) => {
  const { send, get } = await open(t);
  await send('POST', '/v1/claims', given);
  const bare = {
    ...given,
    attributions: given.attributions.map(({ id: _id, ...part }) => part),
    relations: given.relations.map(({ id: _id, ...part }) => part),
    reviews: given.reviews.map(({ id: _id, ...part }) => part),
  };
  t.equal((await send('PUT', URL, bare)).json().version, 1, 'the same again changes nothing');
  const less = await send('PUT', URL, { ...bare, attributions: bare.attributions.slice(0, 1), reviews: [] });
  const { version, attributions, reviews, standing } = less.json();
  t.strictSame([version, attributions.length, reviews, standing], [2, 1, [], 'single-source']);
  t.equal((await get(URL)).json().attributions[0].id, idOf(21));
});

t.test('a PATCH changes what is given, and a list whole', async (t) => {
  const { send } = await open(t);
  await send('POST', '/v1/claims', given);
  const answer = await send('PATCH', URL, { tags: ['tax'], reviews: null });
  const { tags, reviews, attributions, version } = answer.json();
  t.strictSame([tags, reviews, attributions.length, version], [['tax'], [], 2, 2]);
});

t.test('409 for the id of a part of another claim', async (t) => {
  const { send } = await open(t);
  await send('POST', '/v1/claims', given);
  const { id: _id, relations: _relations, reviews: _reviews, ...other } = given;
  const answer = await send('POST', '/v1/claims', other);
  t.equal(answer.statusCode, 409);
  t.strictSame(answer.json().errors, [
    { pointer: '/attributions/0/id', detail: 'belongs to a part of another claim' },
  ]);
});

const parts = [
  {
    parts: 'attributions',
    made: { source: 'desk', context: 'an interview' },
    patch: { stance: 'questions', context: null, url: 'https://a.example/b' },
    held: idOf(22),
    wrong: { source: 'nobody', context: 'x' },
    pointer: '/source',
  },
  {
    parts: 'relations',
    made: { kind: 'refines', claim: idOf(12), note: 'x' },
    patch: { note: 'y', source: 'desk' },
    held: idOf(23),
    wrong: { kind: 'refines', claim: 'none' },
    pointer: '/claim',
  },
  {
    parts: 'reviews',
    made: { reviewer: 'minister', rating: 'Yes', verdict: 'true', reviewedAt: NOW },
    patch: { verdict: 'false' },
    held: idOf(24),
    wrong: { reviewer: 'nobody', rating: 'Yes', verdict: 'true', reviewedAt: NOW },
    pointer: '/reviewer',
  },
];

for (const { parts: kind, made, patch, held, wrong, pointer } of parts)
  t.test(`${kind} are added, read, changed and taken away one by one`, async (t) => {
    const { send, get } = await open(t);
    await send('POST', '/v1/claims', given);
    const count = async () => (await get(URL)).json()[kind].length;
    const before = await count();
    const added = await send('POST', `${URL}/${kind}`, made);
    t.equal(added.statusCode, 201, added.body);
    const read = await get(String(added.headers.location));
    t.strictSame(added.json(), read.json());
    t.equal(added.headers.etag, read.headers.etag);
    t.match(read.headers.etag, /^"v2-/, 'its ETag begins with the version of the claim');
    t.equal(await count(), before + 1);

    const changed = await send('PATCH', `${URL}/${kind}/${held}`, patch);
    t.equal(changed.statusCode, 200, changed.body);
    t.strictSame(changed.json(), (await get(`${URL}/${kind}/${held}`)).json());
    t.match(changed.headers.etag, /^"v3-/);

    const refused = await send('POST', `${URL}/${kind}`, wrong);
    t.equal(refused.statusCode, 400);
    t.strictSame(refused.json().errors[0].pointer, pointer);
    const renamed = await send('PATCH', `${URL}/${kind}/${held}`, { id: idOf(77) });
    t.strictSame(renamed.json().errors, [{ pointer: '/id', detail: `is ${held} and cannot be changed` }]);
    const twice = await send('POST', `${URL}/${kind}`, { ...made, id: held });
    t.equal(twice.statusCode, 409);

    const taken = await send('DELETE', `${URL}/${kind}/${held}`);
    t.equal(taken.statusCode, 204);
    t.equal(await count(), before);
    for (const method of ['PATCH', 'DELETE'] as const)
      t.equal(
        (await send(method, `${URL}/${kind}/${held}`, method === 'PATCH' ? {} : undefined)).statusCode,
        404,
      );
    t.equal((await get(`${URL}/${kind}/${held}`)).statusCode, 404);
    t.equal((await send('POST', `/v1/claims/${idOf(98)}/${kind}`, made)).statusCode, 404);
    await send('DELETE', URL);
    t.equal((await send('POST', `${URL}/${kind}`, made)).statusCode, 410);
    t.equal((await get(`${URL}/${kind}/${held}`)).statusCode, 410);
  });

t.test('a relation that is said already is refused, and so is one of another claim', async (t) => {
  const { send } = await open(t);
  await send('POST', '/v1/claims', given);
  const again = await send('POST', `${URL}/relations`, { kind: 'supports', claim: idOf(12) });
  t.equal(again.statusCode, 400);
  t.match(again.json().detail, 'given twice');
  const incoming = await send('PATCH', `/v1/claims/${idOf(12)}/relations/${idOf(23)}`, { note: 'x' });
  t.equal(incoming.statusCode, 404);
});

t.test(
  'a quote that stands in the text twice needs its surroundings, or an anchor that has them',
  async (t) => {
    const { send } = await open(t);
    await send('POST', '/v1/claims', given);
    const twice = { source: 'desk', article: 'taxes', quote: { exact: 'will fall' } };
    const answer = await send('POST', `${URL}/attributions`, twice);
    t.equal(answer.json().code, 'quote-ambiguous');
    t.strictSame(answer.json().errors[0].pointer, '/quote');
    const anchor = { exact: 'will fall', prefix: 'Taxes ', suffix: ', she' };
    const anchored = await send('POST', `${URL}/attributions`, { ...twice, quote: null, anchor });
    t.equal(anchored.statusCode, 201);
    t.equal(anchored.json().anchor.start, 46);
    const both = await send('POST', `${URL}/attributions`, { ...twice, anchor });
    t.strictSame(both.json().errors, [
      { pointer: '/quote', detail: 'must not be given together with `anchor`, which says the same' },
    ]);
  },
);
