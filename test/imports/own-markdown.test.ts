/**
 * An article written as Markdown and brought in again is the same article, whatever it holds; brought in twice it is
 * unchanged.
 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { writeFrontMatter } from '../../src/articles/front-matter.js';
import { type Article, ArticleInput } from '../../src/articles/model.js';
import { readMarkdown } from '../../src/imports/markdown.js';
import { openEngine } from '../engine.js';
import { idOf, NOW } from '../helper.js';
import { importFile } from './import-file.js';
import { refusalOf } from './refusal.js';

const OPTIONS = { timezone: 'America/Sao_Paulo', language: 'pt-BR', dryRun: false };

const desk = { id: idOf(2), slug: 'desk', name: "Desk, the 'night' one" };

/** A field of each kind, with what is hard to write in YAML or would be read otherwise in a foreign file. */
const article: Article = {
  id: idOf(10),
  slug: '국정원-발표',
  headline: 'Yes: “no” &amp; #1  \u00a0twice',
  standfirst: '- a list?\n\n  indented, with trailing space \nend',
  body: '# Title\n\n---\nkey: value\n---\n\n    code  \n\n&mdash; <b>😀</b> שלום\n\n...',
  bodyFormat: 'markdown',
  language: 'he',
  section: 'true',
  tags: ['1', 'null', 'two'],
  authors: [
    { name: '007', source: null },
    { name: 'The desk: night', source: desk },
  ],
  publisher: { id: idOf(1), slug: 'reader', name: '@Reader' },
  canonicalUrl: 'https://example.org/a?b=c&d=%20#e',
  image: { url: 'https://example.org/i.jpg', alt: 'x', caption: null, credit: '~', width: 640, height: null },
  disclaimer: `| ${'None of it is ours. '.repeat(6)}|`,
  status: 'published',
  retraction: null,
  publishedAt: '2024-10-18T12:00:00.123Z',
  modifiedAt: NOW,
  corrections: [
    { at: NOW, text: 'It said: "no"\nand more' },
    { at: NOW, text: '---' },
  ],
  wordCount: 7,
  version: 1,
};

/** The article as it is written, where the kind of the desk is told. */
const written = writeFrontMatter({
  ...article,
  authors: article.authors.map(({ name, source }) => ({
    name,
    source: source && { ...source, kind: 'organization' },
  })),
});

t.test('front matter says all that the text does not', async (t) => {
  t.equal(
    written,
    `---
claimwire: 1
id: ${idOf(10)}
slug: 국정원-발표
headline: "Yes: “no” &amp; #1  \u00a0twice"
standfirst: |-
  - a list?

    indented, with trailing space 
  end
language: he
section: "true"
tags:
  - "1"
  - "null"
  - two
authors:
  - name: "007"
  - name: "The desk: night"
    source:
      id: ${idOf(2)}
      slug: desk
      name: Desk, the 'night' one
      kind: organization
publisher:
  id: ${idOf(1)}
  slug: reader
  name: "@Reader"
  kind: publisher
canonicalUrl: https://example.org/a?b=c&d=%20#e
image:
  url: https://example.org/i.jpg
  alt: x
  credit: "~"
  width: 640
disclaimer: "| ${'None of it is ours. '.repeat(6)}|"
status: published
publishedAt: 2024-10-18T12:00:00.123Z
modifiedAt: ${NOW}
corrections:
  - at: ${NOW}
    text: |-
      It said: "no"
      and more
  - at: ${NOW}
    text: ---
---

# Title

---
key: value
---

    code  

&mdash; <b>😀</b> שלום

...
`,
  );
});

async function open(t: Test) {
  const { services } = await openEngine(t);
  const bring = async (text: string, name = 'a.md') => {
    const { outcome } = await importFile(services, { name, bytes: Buffer.from(text) }, OPTIONS);
    return outcome;
  };
  const kindOf = async (slug: string) => (await services.read.sources.get(slug)).kind;
  return { services, bring, kindOf };
}

t.test(
  'an article comes into an empty database as it was, with its sources, and again unchanged',
  async (t) => {
    const { services, bring, kindOf } = await open(t);
    t.equal(await bring(written), 'created');
    t.strictSame(await services.read.articles.get(article.id, 'markdown'), article);
    t.strictSame([await kindOf('reader'), await kindOf('desk')], ['publisher', 'organization']);
    t.equal(await bring(written, 'renamed.md'), 'unchanged');
    t.equal(await bring(written.replace('# Title', '# A title')), 'updated');
    t.equal((await services.read.articles.get(article.id, 'markdown')).version, 2);
  },
);

t.test(
  'an article that only points elsewhere, and one of which little is known, come back too',
  async (t) => {
    const { services, bring } = await open(t);
    const bare: Article = {
      ...article,
      ...{ body: '', standfirst: null, section: null, tags: [], authors: [], publisher: null, image: null },
      ...{ disclaimer: null, modifiedAt: null, corrections: [], wordCount: 0 },
    };
    t.equal(await bring(writeFrontMatter(bare)), 'created');
    t.strictSame(await services.read.articles.get(article.id, 'markdown'), bare);
  },
);

t.test('a source is known again by its id, then by its slug, and not made over', async (t) => {
  const { services, bring } = await open(t);
  await services.write(({ sources }) =>
    sources.save({
      ...{ id: idOf(1), slug: 'renamed', kind: 'organization', name: 'Renamed', aliases: [], sameAs: [] },
      ...{ description: null, role: null, country: null, url: null, memberOf: null },
    }),
  );
  await services.write(({ sources }) =>
    sources.save({
      ...{ id: idOf(3), slug: 'desk', kind: 'person', name: 'Desk', aliases: [], sameAs: [] },
      ...{ description: null, role: null, country: null, url: null, memberOf: null },
    }),
  );
  t.equal(await bring(written), 'created');
  const { publisher, authors } = await services.read.articles.get(article.id, 'none');
  t.strictSame(publisher, { id: idOf(1), slug: 'renamed', name: 'Renamed' });
  t.strictSame(authors[1], { name: 'The desk: night', source: { id: idOf(3), slug: 'desk', name: 'Desk' } });
});

t.test('another article’s slug is not taken over', async (t) => {
  const { services, bring } = await open(t);
  t.equal(await bring(written), 'created');
  await t.rejects(bring(written.replaceAll(idOf(10), idOf(11)).replace(/^canonicalUrl.*\n/m, '')), {
    code: 'conflict',
    message: `The slug “국정원-발표” belongs to the article ${idOf(10)}.`,
  });
  t.equal((await services.read.articles.get(article.id, 'none')).version, 1);
});

t.test('a file in our form is held to it, line by line', async (t) => {
  const refused = (yaml: string) =>
    refusalOf(() => readMarkdown(`---\nclaimwire: 1\n${yaml}\n---\nText.`, OPTIONS)).message;
  t.match(
    refused(`id: ${idOf(1)}\nslug: a\nheadline: A\nlanguage: en\nheadlin: B`),
    /^line 7: headlin is not known here/,
  );
  t.match(refused('id: x\nslug: A'), /^line 3: id must be a UUID \(and 3 more\)$/);
  t.match(
    refusalOf(() => readMarkdown('---\nclaimwire: 2\n---\nText.', OPTIONS)).message,
    /^line 2: claimwire must be 1, the one form that this release reads/,
  );
});

const nasty = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        ...[
          '---',
          '\n',
          '\n\n',
          ' ',
          '  ',
          '\t',
          ': ',
          ' #',
          '- ',
          '? ',
          '|',
          '>',
          '"',
          "'",
          '\\',
          '%',
          '@',
          '`',
          '&a',
          '*a',
        ],
        ...[
          '!x',
          '{',
          '}',
          '[',
          ']',
          ',',
          '~',
          'null',
          'true',
          '1e3',
          '0x1f',
          '2024-01-01',
          '...',
          '\r',
          '\u0085',
          '\u00a0',
        ],
        ...[
          '\u2028',
          '\u2029',
          '\ufeff',
          '\ufffe',
          '\u200f',
          'שלום',
          '😀',
          'é',
          'word',
          '&amp;',
          '<b>',
          '$',
          '=',
          '<<',
        ],
      ),
      { minLength: 1, maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
const source = fc.record({ name: nasty, n: fc.integer({ min: 1, max: 9 }) }).map(({ name, n }) => ({
  ...{ id: idOf(n), slug: `s${n}`, name },
}));

/** Articles as they may be stored: whatever passes the schema of what a writer gives. */
const stored = fc
  .record({
    headline: nasty,
    standfirst: maybe(nasty),
    body: nasty,
    disclaimer: maybe(nasty),
    authors: fc.array(fc.record({ name: nasty, source: maybe(source) }), { maxLength: 3 }),
    publisher: maybe(source),
    image: maybe(
      fc.record({
        alt: maybe(nasty),
        caption: maybe(nasty),
        credit: maybe(nasty),
        width: maybe(fc.integer({ min: 1, max: 9_999 })),
      }),
    ),
    corrections: fc.array(nasty, { maxLength: 3 }),
    retraction: fc.option(nasty),
    tags: fc.uniqueArray(fc.constantFrom('a', '1', 'null', 'yes', '0o7', 'é'.normalize('NFC')), {
      maxLength: 3,
    }),
  })
  .map(({ image, corrections, retraction, authors, publisher, ...fields }) => {
    const input = ArticleInput.safeParse({
      ...fields,
      ...{ id: idOf(10), slug: 'a', language: 'en', publishedAt: NOW, canonicalUrl: 'https://x.example/' },
      image: image && { url: 'https://x.example/i', ...image },
      corrections: corrections.map((text) => ({ at: NOW, text })),
      ...(retraction !== null && { status: 'retracted', retraction: { at: NOW, note: retraction } }),
      authors: authors.map(({ name }) => ({ name })),
    }).data;
    const names = [...authors.flatMap((author) => author.source ?? []), ...(publisher ? [publisher] : [])];
    const isSound = names.every(({ name }) => ArticleInput.shape.headline.safeParse(name).data === name);
    return input === undefined || !isSound ? null : { input, authors, publisher };
  })
  .filter((article) => article !== null);

const idIn = (author?: { source: { id: string } | null }) => author?.source?.id ?? null;

t.test('whatever an article holds is read as it was written', async () => {
  fc.assert(
    fc.property(stored, ({ input, authors, publisher }) => {
      const { body, externalId: _externalId, publisher: _publisher, retraction, ...fields } = input;
      const dated = retraction && { ...retraction, at: NOW };
      const text = writeFrontMatter({
        ...fields,
        retraction: dated,
        ...{ id: idOf(10), body, bodyFormat: 'markdown', wordCount: 0, version: 1, publisher },
        authors: input.authors.map(({ name }, at) => ({ name, source: authors[at]?.source ?? null })),
      });
      const { article, sources } = readMarkdown(text.replace(/\r\n?/g, '\n'), OPTIONS);
      const same = isDeepStrictEqual(
        { ...article, body: article.body.trim() },
        {
          ...fields,
          retraction,
          body,
          authors: input.authors.map(({ name }, at) => ({ name, source: idIn(authors[at]) })),
        },
      );
      const described = [...authors.flatMap(({ source }) => source ?? []), ...(publisher ? [publisher] : [])];
      return (
        same &&
        isDeepStrictEqual(
          sources?.map(({ kind: _kind, ...source }) => source),
          described,
        )
      );
    }),
    { numRuns: 1_000 },
  );
});
