/**
 * Anchors follow their article: to where the words stand now, into the open where they are gone, and back.
 */
import t, { type Test } from 'tap';
import type { Claim } from '../../src/claims/model.js';
import { openEngine } from '../engine.js';
import { idOf } from '../helper.js';

const BODY = 'The minister said that taxes will fall.';
const ANCHOR = {
  exact: 'taxes will fall',
  prefix: 'The minister said that ',
  suffix: '.',
  start: 23,
  end: 38,
  articleVersion: 1,
  state: 'anchored',
};

/** Article 21 with claims 11 and 12 in it, the one with a quote and the other without. */
async function open(t: Test) {
  const { services, given, news, query } = await openEngine(t);
  const edit = (given_: Parameters<typeof given.article>[0]) =>
    given.article({ id: idOf(21), slug: 'taxes', headline: 'Taxes', body: BODY, ...given_ });
  const article = await edit({});
  const claim = (exact = 'taxes will fall') =>
    given.claim({ id: idOf(11), text: 'Taxes will fall.', by: [{ in: article, quote: { exact } }] });
  await claim();
  await given.claim({ id: idOf(12), text: 'The minister spoke.', by: [{ in: article }] });
  await news();
  const read = (n = 11): Promise<Claim> => services.read.claims.get(idOf(n));
  const anchor = async () => (await read()).attributions[0]?.anchor;
  return { edit, claim, read, anchor, news, query };
}

t.test('a quote is anchored with the words around it', async (t) => {
  const { anchor } = await open(t);
  t.same(await anchor(), ANCHOR);
});

t.test('an anchor moves with its words, and the claim says so', async (t) => {
  const { edit, anchor, news, read } = await open(t);
  const before = await read();
  await edit({ body: `It was Monday. ${BODY}` });
  t.same(await news(), ['update article 21 v2', 'update claim 11 v2']);
  t.same(await anchor(), {
    ...ANCHOR,
    prefix: ' Monday. The minister said that ',
    start: 38,
    end: 53,
    articleVersion: 2,
  });
  t.same((await read()).attributions[0]?.id, before.attributions[0]?.id);
});

t.test('an anchor whose words are gone is orphaned, and comes back with them', async (t) => {
  const { edit, anchor, news, claim } = await open(t);
  await edit({ body: 'The minister said that rates will fall.' });
  const orphan = { ...ANCHOR, start: null, end: null, articleVersion: 2, state: 'orphaned' };
  t.same(await anchor(), orphan);
  t.same(await news(), ['update article 21 v2', 'update claim 11 v2']);

  await edit({ body: 'The minister said that wages will fall.' });
  t.same(await anchor(), { ...orphan, articleVersion: 3 }, 'it was looked for again');
  await t.rejects(claim(), { code: 'quote-not-found' }, 'and cannot be written again meanwhile');

  await edit({ body: `${BODY} Later he said that taxes will fall and taxes will fall.` });
  t.same(
    await anchor(),
    { ...ANCHOR, suffix: '. Later he said that taxes will ', articleVersion: 4 },
    'of several places the one that it had',
  );
  t.same((await news()).slice(-2), ['update article 21 v4', 'update claim 11 v4']);
});

t.test('a change that leaves the text alone leaves every claim alone', async (t) => {
  const { edit, read, news } = await open(t);
  const before = await read();
  await edit({ headline: 'Taxes, again', standfirst: 'Monday.', tags: ['tax'] });
  await edit({ body: '**The minister** said that taxes will fall.' });
  t.same(await news(), ['update article 21 v2', 'update article 21 v3']);
  t.same(await read(), {
    ...before,
    attributions: before.attributions.map((attribution) => ({
      ...attribution,
      article: { id: idOf(21), slug: 'taxes', headline: 'Taxes' },
    })),
  });
});

t.test(
  'a quote that is written again stays anchored as it is, in whichever version it was found',
  async (t) => {
    const { edit, claim, anchor, news } = await open(t);
    await edit({ headline: 'Taxes, again' });
    await news();
    await claim();
    t.same(await news(), []);
    t.same(await anchor(), ANCHOR);
    await claim('will fall');
    t.same(await news(), ['update claim 11 v2']);
    t.same(await anchor(), {
      exact: 'will fall',
      prefix: 'The minister said that taxes ',
      suffix: '.',
      start: 29,
      end: 38,
      articleVersion: 2,
      state: 'anchored',
    });
  },
);
