/**
 * Whatever is written, in whatever order, the server does what the model of writing says: each write has its outcome, and
 * all that is stored in the end is what the model holds.
 */
import * as fc from 'fast-check';
import t from 'tap';
import { contractChecker, mayWrite, openTestServer } from '../helper.js';
import {
  type GivenAttribution,
  type ModelArticle,
  type ModelClaim,
  type ModelSource,
  type Outcome,
  WriteModel,
} from './write-model.js';

const RUNS = Number(process.env.WRITE_SEQUENCES ?? 15);
/** The same sequences in every run; others are found by giving another number. */
const SEED = Number(process.env.WRITE_SEQUENCES_SEED ?? 20_241_018);
const WRITES_MAX = 40; // of one sequence, behind its beginning
const POOL = 3; // ids, and slugs, of each kind: few, so that writes meet
const BODIES = ['Alpha rose. Beta fell.', 'Beta fell, and Alpha rose.', 'Alpha rose.', 'Nothing was said.'];
const QUOTES = ['Alpha rose', 'Beta fell'];

const STATUS: Readonly<Record<string, number>> = {
  conflict: 409,
  gone: 410,
  'in-use': 409,
  'invalid-request': 400,
  moved: 308,
  'not-found': 404,
  'precondition-failed': 412,
  'quote-not-found': 400,
  'unknown-reference': 400,
};

type KindName = 'sources' | 'articles' | 'claims';

/** The n-th of a pool: one of its ids, then one of its slugs. */
const place = fc.nat({ max: 2 * POOL - 1 });
const placeOrNone = fc.option(place, { freq: 2 });

const attribution = fc.record({
  source: placeOrNone,
  article: placeOrNone,
  quote: fc.option(fc.constantFrom(...QUOTES)),
});

const step = fc.record({
  kind: fc.constantFrom<KindName>('sources', 'articles', 'claims'),
  write: fc.constantFrom('POST', 'POST', 'PUT', 'PUT', 'PATCH', 'PATCH', 'DELETE', 'part'),
  ref: place,
  slug: fc.nat({ max: POOL - 1 }),
  other: placeOrNone,
  body: fc.constantFrom(...BODIES),
  status: fc.constantFrom('published', 'published', 'draft'),
  attributions: fc.array(attribution, { maxLength: 2 }),
  contradicts: fc.option(fc.nat({ max: POOL - 1 }), { freq: 1 }),
  condition: fc.oneof(
    { weight: 8, arbitrary: fc.constant('none') },
    { weight: 4, arbitrary: fc.constantFrom('*', 'current', 'stale', 'new') },
  ),
  isDry: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  isTwice: fc.oneof(
    { weight: 4, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const plain = {
  write: 'POST',
  other: null,
  body: BODIES[0] ?? '',
  status: 'published',
  contradicts: null,
  condition: 'none',
  isDry: false,
  isTwice: false,
} as const;

/** What every sequence begins with: most of each pool, all of which refers to each other. */
const BEGINNING: readonly Step[] = [0, 1].flatMap((at) => [
  { ...plain, kind: 'sources', ref: at, slug: at, other: at === 0 ? null : 0, attributions: [] },
  { ...plain, kind: 'articles', ref: at, slug: at, other: at, attributions: [] },
  {
    ...plain,
    kind: 'claims',
    ref: at,
    slug: at,
    attributions: [{ source: at, article: at, quote: QUOTES[at] ?? '' }],
    contradicts: at === 0 ? null : 0,
  },
]);

t.test('any sequence of writes does what the model says', async (t) => {
  const { app, services } = await openTestServer(t);
  const authorization = await mayWrite(services);
  const check = contractChecker(app);
  /** Fails the sequence, which is then told as short as it can be, and not the test. */
  const strict = {
    equal(found: unknown, wanted: unknown, message: string) {
      if (found !== wanted) throw new Error(`${message}: ${found}, not ${wanted}`);
      return true;
    },
    fail(message: string, extra: unknown) {
      throw new Error(`${message} ${JSON.stringify(extra)}`);
    },
  } as unknown as Parameters<typeof check>[0];
  const send = async (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    body?: object,
    headers: Record<string, string> = {},
  ) => {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const answer = await app.inject({
      method,
      url,
      headers: { authorization, ...(body && { 'content-type': type }), ...headers },
      ...(body && { payload: JSON.stringify(body) }),
    });
    check(strict, url, answer, method.toLowerCase() as 'post');
    return answer;
  };
  const read = (url: string) => send('GET', url);
  let run = 0;
  let count = 0;

  const play = async (steps: readonly Step[]): Promise<void> => {
    run += 1;
    let model = new WriteModel();
    const letters = { sources: '1', articles: '2', claims: '3' };
    const idAt = (kind: KindName, at: number | string) =>
      `0192a00${letters[kind]}-0000-7000-8000-${String(run).padStart(6, '0')}${String(at).padStart(6, '0')}`;
    const slugAt = (kind: KindName, at: number) => `${kind}-${run}-${at}`;
    const refAt = (kind: KindName, at: number) =>
      at < POOL || kind === 'claims' ? idAt(kind, at % POOL) : slugAt(kind, at - POOL);
    const orNone = (kind: KindName, at: number | null) => (at === null ? null : refAt(kind, at));

    /** What is sent for a step, and what the model makes of it. */
    const prepare = (step: Step, next: WriteModel) => {
      const { kind, write, other, contradicts } = step;
      count += 1;
      const ref = refAt(kind, step.ref);
      const held = next[kind].find(ref);
      const isById = step.ref < POOL || kind === 'claims';
      const id = write === 'POST' || isById ? idAt(kind, step.ref % POOL) : idAt(kind, 1_000 + count);
      const attributions: GivenAttribution[] = step.attributions.map((one) => ({
        // Outside any article nobody speaks in its voice.
        source: orNone('sources', one.article === null ? (one.source ?? 0) : one.source),
        article: orNone('articles', one.article),
        quote: one.article === null ? null : one.quote,
      }));
      const toBody = ({ article, quote, ...rest }: GivenAttribution) => ({
        ...rest,
        ...(article === null ? { context: 'a speech' } : { article }),
        ...(quote !== null && { quote: { exact: quote } }),
      });
      const url = write === 'POST' ? `/v1/${kind}` : `/v1/${kind}/${ref}`;
      // A thing that lives keeps its id, and its slug where the URL is it: else there is nothing to be found again.
      const slug = write === 'PUT' && held === undefined && !isById ? ref : slugAt(kind, step.slug);
      const named = { ...(held === undefined || write === 'POST' ? { id } : {}) };

      if (write === 'DELETE')
        return {
          method: 'DELETE' as const,
          url,
          held,
          status: 204,
          act: () => {
            if (held === undefined) throw new Error('nothing lives there');
            if (kind === 'sources') return next.deleteSource(held.id);
            return kind === 'articles' ? next.deleteArticle(held.id) : next.deleteClaim(held.id);
          },
        };
      if (write === 'part' && kind === 'sources') {
        const into = refAt('sources', other ?? 0);
        return {
          method: 'POST' as const,
          url: `${url}/merge`,
          held,
          body: { into },
          status: 200,
          act: () => next.merge(String(held?.id), into),
        };
      }
      if (write === 'part' && kind === 'claims') {
        const [one = { source: refAt('sources', 0), article: null, quote: null }] = attributions;
        return {
          method: 'POST' as const,
          url: `${url}/attributions`,
          held,
          body: toBody(one),
          status: 201,
          act: () => next.attribute(String(held?.id), one),
        };
      }
      const method = write === 'part' ? ('PATCH' as const) : (write as 'POST' | 'PUT' | 'PATCH');
      const status = method === 'PATCH' || (method === 'PUT' && held !== undefined) ? 200 : 201;
      const own = method === 'POST' ? undefined : held?.id;
      if (kind === 'sources') {
        const memberOf = orNone('sources', other);
        const name = `Name ${count}`;
        const aliases = method === 'PATCH' ? ((held as ModelSource | undefined)?.aliases ?? []) : [];
        return {
          method,
          url,
          held,
          status,
          body:
            method === 'PATCH'
              ? { slug, name, memberOf }
              : { ...named, kind: 'person', slug, name, memberOf },
          act: () => next.saveSource(own, own ?? id, { slug, name, aliases, memberOf }),
        };
      }
      if (kind === 'articles') {
        const publisher = orNone('sources', other);
        const given = { slug, body: step.body, publisher, status: step.status as 'draft' | 'published' };
        const rest = { headline: 'A headline', language: 'en', publishedAt: '2024-10-18T12:00:00Z' };
        return {
          method,
          url,
          held,
          status,
          body: method === 'PATCH' ? given : { ...named, ...rest, ...given },
          act: () => next.saveArticle(own, own ?? id, given),
        };
      }
      const text = `Claim ${count}.`;
      if (method === 'PATCH')
        return {
          method,
          url,
          held,
          status,
          body: { text },
          act: () => next.patchClaim(String(own), text),
        };
      const related = contradicts === null ? null : idAt('claims', contradicts);
      return {
        method,
        url,
        held,
        status,
        body: {
          ...named,
          text,
          language: 'en',
          attributions: attributions.map(toBody),
          relations: related === null ? [] : [{ kind: 'contradicts', claim: related }],
        },
        act: () => next.saveClaim(own, own ?? id, { text, attributions, contradicts: related }),
      };
    };

    for (const step of [...BEGINNING, ...steps]) {
      const next = model.clone();
      const { method, url, body, held, status, act } = prepare(step, next);
      const isNew = method === 'POST' && step.write === 'POST';
      const ref = url.split('/')[3] ?? '';
      const headers: Record<string, string> = {};
      if (step.condition === 'new') headers['if-none-match'] = '*';
      else if (step.condition === 'current')
        headers['if-match'] =
          held === undefined ? '"v1"' : String((await read(`/v1/${step.kind}/${held.id}`)).headers.etag);
      else if (step.condition !== 'none') headers['if-match'] = step.condition === '*' ? '*' : '"v999"';
      if (step.isTwice) headers['idempotency-key'] = `${run}-${count}`;

      const isRefused =
        held === undefined
          ? headers['if-match'] !== undefined
          : step.condition === 'stale' || step.condition === 'new';
      let expected: readonly Outcome[];
      if (isNew) expected = headers['if-match'] === undefined ? act() : ['invalid-request'];
      else if (held === undefined && (method !== 'PUT' || next.missing(step.kind, ref) !== 'not-found'))
        expected = [next.missing(step.kind, ref)];
      else expected = isRefused ? ['precondition-failed'] : act();

      const asked = step.isDry ? `${url}?dryRun=true` : url;
      const told = `${JSON.stringify(step)}: ${method} ${asked}`;
      const answer = await send(method, asked, body, headers);
      const outcome =
        answer.statusCode < 300 ? 'done' : answer.statusCode === 308 ? 'moved' : answer.json().code;
      if (!expected.includes(outcome))
        throw new Error(`${told} gave ${outcome}, not ${expected.join(' or ')}: ${answer.body}`);
      if (answer.statusCode !== (outcome === 'done' ? status : STATUS[outcome]))
        throw new Error(`${told} has the status ${answer.statusCode}`);
      if (step.isTwice) {
        const again = await send(method, asked, body, headers);
        if (again.statusCode !== answer.statusCode) throw new Error(`${told}, again: ${again.statusCode}`);
        const isReplay = again.headers['idempotency-replayed'] === 'true';
        if (isReplay !== (outcome === 'done' && !step.isDry) || (isReplay && again.body !== answer.body))
          throw new Error(`${told}, again, was not answered alike: ${again.body}`);
      }
      if (outcome === 'done' && !step.isDry) model = next;
    }

    for (const kind of ['sources', 'articles', 'claims'] as const)
      for (let at = 0; at < 2 * POOL; at += 1) {
        const ref = refAt(kind, at);
        const answer = await read(`/v1/${kind}/${ref}${kind === 'articles' ? '?body=markdown' : ''}`);
        const held = model[kind].find(ref);
        const found = answer.statusCode === 200 ? answer.json() : undefined;
        const outcome =
          answer.statusCode === 308 ? 'moved' : answer.statusCode === 200 ? 'found' : answer.json().code;
        const wanted = held === undefined ? model.missing(kind, ref) : 'found';
        if (outcome !== wanted) throw new Error(`${kind} ${ref} is ${outcome}, not ${wanted}`);
        if (held === undefined) {
          if (
            answer.headers.location !== undefined &&
            !answer.headers.location.endsWith(
              String(model.sources.live.get(model.moved.get(ref) ?? '')?.slug),
            )
          )
            throw new Error(`${ref} leads to ${answer.headers.location}`);
          continue;
        }
        const seen = JSON.stringify(tell[kind](found));
        const meant = JSON.stringify(mean[kind](held as never));
        if (seen !== meant) throw new Error(`${kind} ${ref} is ${seen}, not ${meant}`);
        if (kind === 'articles') {
          const { data } = (await read(`/v1/articles/${ref}/revisions?limit=100`)).json();
          const versions = data.map(({ version }: { version: number }) => version);
          if (
            versions.length !== found.version ||
            versions.some((version: number, n: number) => version !== found.version - n)
          )
            throw new Error(`${ref} of version ${found.version} has the versions ${versions}`);
        }
      }
  };

  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: WRITES_MAX / 2, maxLength: WRITES_MAX, size: 'max' }), play),
    {
      numRuns: RUNS,
      seed: SEED,
      endOnFailure: false,
    },
  );
  t.equal(run >= RUNS, true, `${run} sequences, ${count} writes`);
});

/* biome-ignore lint/suspicious/noExplicitAny: answers are held to the contract where they arrive */
type Answered = any;

const tell = {
  sources: ({ id, slug, name, aliases, memberOf }: Answered) => [
    id,
    slug,
    name,
    aliases,
    memberOf?.id ?? null,
  ],
  articles: ({ id, slug, body, publisher, status }: Answered) => [
    id,
    slug,
    body,
    publisher?.id ?? null,
    status,
  ],
  claims: ({ id, text, attributions, relations }: Answered) => [
    id,
    text,
    attributions.map(({ source, article, anchor }: Answered) => [
      source?.id ?? null,
      article?.id ?? null,
      anchor?.exact ?? null,
      anchor === null ? null : anchor.state === 'anchored',
    ]),
    relations
      .filter(({ direction }: Answered) => direction === 'outgoing')
      .map(({ claim }: Answered) => claim.id),
  ],
};

const mean = {
  sources: ({ id, slug, name, aliases, memberOf }: ModelSource) => [id, slug, name, aliases, memberOf],
  articles: ({ id, slug, body, publisher, status }: ModelArticle) => [id, slug, body, publisher, status],
  claims: ({ id, text, attributions, contradicts }: ModelClaim) => [
    id,
    text,
    attributions.map(({ source, article, quote, isAnchored }) => [source, article, quote, isAnchored]),
    contradicts === null ? [] : [contradicts],
  ],
};
