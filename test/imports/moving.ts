/** What tests of moving content share: an export as a text, a text as rows, and content in which everything occurs. */
import type { Test } from 'tap';
import type { RowResult } from '../../src/imports/decide.js';
import { readExchange } from '../../src/imports/exchange-reader.js';
import { writeExchange } from '../../src/imports/export.js';
import { type ImportSummary, importRows, type RowsOptions } from '../../src/imports/rows.js';
import type { ExchangeFilter } from '../../src/imports/store.js';
import { createServices, type Services } from '../../src/services.js';
import { openSpool } from '../../src/storage/spool.js';
import { openSqlite } from '../../src/storage/sqlite/open.js';
import type { Storage } from '../../src/storage/storage.js';
import { builders, idOf, NOW } from '../helper.js';

/** A migrated SQLite database in memory, whichever engine is tested. */
export async function openMemory(t: Test): Promise<Storage> {
  const storage = await openSqlite({ file: ':memory:', clock: () => NOW });
  await storage.migrate();
  t.teardown(() => storage.close());
  return storage;
}

/** All that a storage holds in the exchange format. */
export async function exportOf(storage: Storage, filter: ExchangeFilter = {}): Promise<string> {
  const snapshot = await storage.openSnapshot();
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of writeExchange(snapshot, filter)) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    await snapshot.close();
  }
}

/** The lines of an export that are rows. */
export const rowLines = (text: string): string[] =>
  text.split('\n').filter((line) => /^\{"(source|article|claim)":/.test(line));

export interface Imported extends ImportSummary {
  readonly results: RowResult[];
}

/** Imports a text, which comes in pieces of a few bytes. */
export async function importText(
  services: Services,
  text: string | Buffer,
  options: Partial<RowsOptions> = {},
): Promise<Imported> {
  async function* pieces() {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += 1_000) yield bytes.subarray(at, at + 1_000);
  }
  const results: RowResult[] = [];
  const onRow = (result: RowResult) => void results.push(result);
  const summary = await importRows(services, readExchange('all.ndjson', pieces()), {
    openSpool,
    onRow,
    ...options,
  });
  return { ...summary, results };
}

/** What became of how many, those left out that nothing became of: `{ 'source created': 2 }`. */
export const outcomesOf = ({ counts }: ImportSummary): Record<string, number> =>
  Object.fromEntries(
    Object.entries(counts).flatMap(([kind, outcomes]) =>
      Object.entries(outcomes).flatMap(([outcome, count]) =>
        count === 0 ? [] : [[`${kind} ${outcome}`, count] as const],
      ),
    ),
  );

/** Content in which everything occurs that an export has to tell. */
export async function fill(storage: Storage): Promise<void> {
  const services = createServices(storage);
  const given = builders(services);
  // A member is stored before its organisation, and has a lower id.
  await given.source({ id: idOf(1), name: 'Desk', kind: 'organization' });
  await given.source({ id: idOf(2), name: 'Group', kind: 'organization' });
  await given.source({ id: idOf(3), name: 'Holding', kind: 'organization', sameAs: ['urn:isni:1'] });
  await given.source({ id: idOf(1), name: 'Desk', kind: 'organization', memberOf: 'group' });
  await given.source({ id: idOf(2), name: 'Group', kind: 'organization', memberOf: 'holding' });
  await given.source({ name: 'Tidewater Press', kind: 'publisher', aliases: ['The Press', 'Ｐｒｅｓｓ'] });
  await given.source({ name: 'Mayor', role: 'Mayor', country: 'PT', description: 'Two\nlines.' });
  const harbour = await given.article({
    headline: 'Harbour',
    externalId: 'cms/1',
    publisher: 'tidewater-press',
    canonicalUrl: 'https://press.example/harbour',
    section: 'local',
    tags: ['sea', 'port'],
    authors: [{ name: 'Ana' }, { name: 'The Mayor', source: 'mayor' }],
    image: { url: 'https://press.example/1.jpg', alt: 'Ships', width: 3 },
    corrections: [{ at: '2024-10-19T12:00:00Z', text: 'The date was wrong.' }],
    body: 'Yes, yes, yes, yes, yes, yes, yes, yes, yes, yes, yes, yes, yes, yes, yes, yes, yes, yes, yes.\n\nThe *tide* is high, 😀 she said.\u2028Again.',
  });
  const draft = await given.article({ headline: 'Draft', status: 'draft', publishedAt: null });
  await given.article({ headline: 'Soon', status: 'scheduled', publishedAt: '2999-01-01T00:00:00Z' });
  const retraction = { at: '2024-10-20T08:00:00.000Z', note: 'The sea was not flat.' };
  const gone = await given.article({
    headline: 'Gone',
    status: 'retracted',
    retraction,
    body: 'The sea is flat.',
  });
  const tide = await given.claim({
    externalId: 'tide',
    text: 'The tide is high.',
    tags: ['sea'],
    by: [
      { in: gone, source: 'mayor', quote: { exact: 'The sea is flat' } },
      { in: harbour, source: 'mayor', cue: 'said', mode: 'direct', quote: { exact: 'tide is high, 😀' } },
      { in: harbour, source: 'desk', stance: 'denies', saidAt: '2024-10-18T10:00:00Z' },
      { source: 'mayor', url: 'https://speech.example/', context: 'a speech' },
    ],
    reviews: [{ reviewer: 'desk', rating: 'So so', verdict: 'mixed', reviewedAt: '2024-10-20T00:00:00Z' }],
  });
  await given.claim({
    id: idOf(50),
    text: 'It is said in a draft.',
    by: [{ in: draft }],
    relations: [{ kind: 'contradicts', claim: 'tide', note: 'Or not.', source: 'desk' }],
  });
  await given.claim({ id: idOf(51), text: 'Nobody says so.', externalId: 'nobody' });
  await services.write(async ({ claims }) => {
    await claims.relate(tide, [
      { kind: 'supports', claim: idOf(50), note: null, source: null },
      { kind: 'refines', claim: 'nobody', note: null, source: null },
    ]);
    // Of many places that look alike, one in the middle, which only its position tells.
    const { claims: _claims, ...yes } = { claims: 0, text: 'Yes.', language: 'en', tags: [], reviews: [] };
    const claim = await claims.save({ externalId: 'yes', ...yes });
    const quote = { exact: 'yes, yes', start: 50 };
    const outside = { url: null, context: null, saidAt: null };
    await claims.attribute(claim, harbour, [
      { source: null, stance: 'asserts', mode: null, cue: null, ...outside, quote },
    ]);
  });
  // The words of an attribution stand no more in its text.
  await given.article({ headline: 'Gone', status: 'retracted', retraction, body: 'The sea is calm.' });
}
