/**
 * The order and the equality of text are those of its code points, whatever the locale of the database: every list is
 * byte for byte what SQLite gives.
 */
import { asc, gte } from 'drizzle-orm';
import { Client } from 'pg';
import t, { type Test } from 'tap';
import { ArticleInput } from '../../src/articles/model.js';
import { AttributionInput, ClaimInput } from '../../src/claims/model.js';
import { createServices } from '../../src/services.js';
import { SourceInput } from '../../src/sources/model.js';
import { openSqlite } from '../../src/storage/sqlite/open.js';
import type { Storage } from '../../src/storage/storage.js';
import { idOf, NOW, openTestServer } from '../helper.js';
import { openDatabase, openStorage } from './engine.js';

const LOCALES = {
  Swedish: "locale_provider icu icu_locale 'sv-SE' locale 'C.UTF-8'",
  Turkish: "locale_provider icu icu_locale 'tr-TR' locale 'C.UTF-8'",
  'German phone books': "locale_provider icu icu_locale 'de-u-co-phonebk-kn' locale 'C.UTF-8'",
};

const NAMES = [
  ...[
    'zebra',
    'Zebra',
    'Ärzte',
    'arzt',
    'Arzt',
    'ähnlich',
    'Öl',
    'oel',
    'İstanbul',
    'istanbul',
    'Istanbul',
    'ısı',
  ],
  ...[
    '한국',
    '中文',
    '日本',
    'にほん',
    'Эхо',
    'эхо',
    '😀 news',
    '😁 news',
    '\u{ffee}',
    'e\u0301clair',
    'éclair',
  ],
  ...['co-op', 'coop', 'co op', 'a10', 'a9', 'strasse', 'straße', '_', '~', 'ß'],
];

const URLS = [
  '/v1/sources?limit=100',
  '/v1/sources?country=KR,TR',
  '/v1/sources/zebra',
  '/v1/articles?limit=100&body=text',
  '/v1/articles?section=sport,kultur',
  '/v1/articles?language=de,ko',
  '/v1/articles?tag=a9',
  '/v1/articles?publisher=ISTANBUL',
  '/v1/articles?publisher=%C3%84rzte',
  '/v1/articles?publisher=%ED%95%9C%EA%B5%AD',
  '/v1/articles?publishedAt[gte]=2024-10-05T00:00:00Z&publishedAt[lt]=2024-10-20T00:00:00Z',
  '/v1/claims?limit=100',
  '/v1/claims?tag=a10&language=en',
  '/v1/claims?source=%F0%9F%98%80%20news',
];

const fill = (storage: Storage) =>
  createServices(storage).write(async ({ sources, articles, claims }) => {
    for (const [n, name] of NAMES.entries()) {
      const source = SourceInput.parse({
        id: idOf(100 + n),
        slug: n === 0 ? 'zebra' : `${'zyx'[n % 3]}-${n}`,
        kind: 'person',
        name,
        aliases: n % 4 === 0 ? [`${name} Ltd`] : [],
        country: ['KR', 'TR', 'SE'][n % 3],
      });
      await sources.save(source);
      const article = await articles.save(
        ArticleInput.parse({
          id: idOf(200 + n),
          slug: `article-${n % 2 === 0 ? 'b' : 'a'}${n}`,
          headline: name,
          body: `${name} said: ${name}.`,
          language: ['de', 'ko', 'tr'][n % 3],
          section: ['sport', 'kultur', 'a9'][n % 3],
          tags: [['a9'], ['a10'], ['a9', 'a10']][n % 3],
          publisher: source.slug,
          publishedAt: `2024-10-${String(1 + (n % 28)).padStart(2, '0')}T12:00:00Z`,
        }),
      );
      const claim = await claims.save(
        ClaimInput.parse({
          id: idOf(300 + n),
          text: `${name}!`,
          language: 'en',
          tags: [n % 2 === 0 ? 'a10' : 'a9'],
        }),
      );
      await claims.attribute(claim, article, [AttributionInput.parse({ source: source.slug })]);
    }
  });

/** All that the API answers, and the text of the tables in every order that a list may come to use. */
async function answersOf(t: Test, storage: Storage): Promise<Record<string, unknown>> {
  const { get } = await openTestServer(t, { storage });
  const answers: Record<string, unknown> = {};
  for (const url of URLS) {
    const { statusCode, body } = await get(url);
    answers[url] = [statusCode, statusCode === 200 ? body : null];
  }
  const { sources, articles, sourceNames } = storage.raw.tables;
  await storage.raw.snapshot(async (db) => {
    const rows = async (column: typeof sources.name | typeof sources.slug | typeof articles.headline) => {
      const table = column.table as typeof sources;
      return (await db.select({ text: column }).from(table).orderBy(asc(column))).map(({ text }) => text);
    };
    answers.names = await rows(sources.name);
    answers.slugs = await rows(sources.slug);
    answers.headlines = await rows(articles.headline);
    answers.folded = await db
      .select({ text: sourceNames.folded })
      .from(sourceNames)
      .orderBy(asc(sourceNames.folded));
    const some = db.select({ name: sources.name }).from(sources).where(gte(sources.name, 'Zebra'));
    answers['from Zebra on'] = (await some).map(({ name }) => name).sort();
  });
  return answers;
}

t.test('every list is what SQLite gives, whatever the locale', async (t) => {
  let parts = 0;
  const options = () => {
    parts = 0;
    return { clock: () => NOW, newId: () => idOf(1001 + parts++) };
  };
  const sqlite = await openSqlite({ file: ':memory:', ...options() });
  await sqlite.migrate();
  t.teardown(() => sqlite.close());
  await fill(sqlite);
  const wanted = await answersOf(t, sqlite);
  t.same(wanted.names, [...NAMES].sort(byCodePoint), 'which is the order of the code points');
  t.ok(Object.values(wanted).every((answer) => !Array.isArray(answer) || answer[0] !== 404));

  const near = await openDatabase(t);
  const admin = new Client(near);
  await admin.connect();
  t.teardown(() => admin.end());
  for (const [place, [name, locale]] of Object.entries(LOCALES).entries()) {
    await t.test(name, async (t) => {
      const database = `${new URL(near).pathname.slice(1)}_${place}`;
      await admin.query(`create database ${database} template template0 encoding 'UTF8' ${locale}`);
      t.teardown(() => admin.query(`drop database ${database} with (force)`));
      const url = Object.assign(new URL(near), { pathname: `/${database}` }).href;
      const { storage } = await openStorage(t, { url, ...options() });
      await storage.migrate();
      await fill(storage);
      const found = await answersOf(t, storage);
      for (const [what, answer] of Object.entries(wanted)) t.strictSame(found[what], answer, what);
    });
  }
});

function byCodePoint(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
