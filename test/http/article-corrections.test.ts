/**
 * Corrections: added one by one, and shown wherever the article is.
 */
import t from 'tap';
import { idOf, NOW } from '../helper.js';
import { openEditedServer } from './editors.js';

const URL = '/v1/articles/taxes/corrections';
const AT = '2024-10-30T08:00:00.000Z';

async function openWithArticle(t: Parameters<typeof openEditedServer>[0]) {
  const server = await openEditedServer(t, { clock: () => NOW });
  await server.given.article({ id: idOf(1), slug: 'taxes', headline: 'Taxes fall' });
  return server;
}

t.test('200 with the article, the new correction behind those it had', async (t) => {
  const { get, send } = await openWithArticle(t);
  await send('POST', URL, { text: 'A name was wrong.', at: '2024-10-30T10:00:00+02:00' });
  const answer = await send('POST', URL, { text: 'A figure was wrong.' }, { 'if-match': '"v2"' });
  t.equal(answer.statusCode, 200);
  t.strictSame(answer.json().corrections, [
    { at: AT, text: 'A name was wrong.' },
    { at: NOW, text: 'A figure was wrong.' },
  ]);
  const read = await get('/v1/articles/taxes');
  t.strictSame(read.json().corrections, answer.json().corrections);
  t.strictSame([read.json().version, read.headers.etag], [3, answer.headers.etag]);
});

t.test('readers find it as JSON-LD and in every feed, whose entry was updated then', async (t) => {
  const { get, send } = await openWithArticle(t);
  const [before] = (await get('/feeds/articles.json')).json().items;
  t.equal(before.date_modified, '2024-10-18T12:00:00.000Z');
  await send('POST', URL, { text: 'It was 5 < 6 percent.', at: AT });

  const [article] = (await get('/v1/articles/taxes?format=jsonld')).json()['@graph'];
  t.strictSame(article.correction, [
    { '@type': 'CorrectionComment', datePublished: AT, text: 'It was 5 < 6 percent.' },
  ]);
  const [item] = (await get('/feeds/articles.json')).json().items;
  t.equal(item.date_modified, AT);
  t.match(item.content_html, 'It was 5 &lt; 6 percent.');
  t.strictSame(item._claimwire.corrections, [{ at: AT, text: 'It was 5 < 6 percent.' }]);
  for (const form of ['atom', 'rss']) {
    const { body } = await get(`/feeds/articles.${form}`);
    t.match(body, /5 (&amp;lt;|&lt;) 6 percent/, form);
    t.match(body, `updated>${AT.replace('.000', '')}`.slice(0, 27), form);
  }
});

t.test('412, 400, 404 and a dry run add nothing', async (t) => {
  const { get, send } = await openWithArticle(t);
  t.equal((await send('POST', URL, { text: 'A' }, { 'if-match': '"v9"' })).statusCode, 412);
  const cases: [body: object, pointer: string][] = [
    [{}, '/text'],
    [{ text: ' ' }, '/text'],
    [{ text: 'A', at: 'soon' }, '/at'],
    [{ text: 'A', by: 'me' }, '/by'],
  ];
  for (const [body, pointer] of cases) {
    const answer = await send('POST', URL, body);
    t.match([answer.statusCode, answer.json().errors], [400, [{ pointer }]], JSON.stringify(body));
  }
  t.equal((await send('POST', '/v1/articles/nothing/corrections', { text: 'A' })).statusCode, 404);
  const dry = await send('POST', `${URL}?dryRun=true`, { text: 'A' });
  t.strictSame([dry.statusCode, dry.json().corrections.length], [200, 1]);
  const minimal = await send('POST', `${URL}?dryRun=true`, { text: 'A' }, { prefer: 'return=minimal' });
  t.strictSame([minimal.statusCode, minimal.body], [204, '']);
  t.strictSame((await get('/v1/articles/taxes')).json().corrections, []);
});

t.test('400 for one more than an article can have', async (t) => {
  const { given, send } = await openWithArticle(t);
  const corrections = Array.from({ length: 100 }, () => ({ at: AT, text: 'A' }));
  await given.article({ id: idOf(1), slug: 'taxes', headline: 'Taxes fall', corrections });
  const answer = await send('POST', URL, { text: 'B' });
  t.match([answer.statusCode, answer.json().detail], [400, /at most 100 corrections/]);
});
