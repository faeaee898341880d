/** Exports of databases: whether two are equal, and whether quotes stand in them where they were given. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { linesOf } from '../../dist/src/kernel/lines.js';
import { run } from './command.js';

/**
 * Writes all of a database to a file. Gives what it took, the SHA-256 of the file, and the counts of its last line.
 * @param {string} database @param {string} file
 */
export async function exportTo(database, file) {
  const took = await run(['export', file, '--quiet', '--database', database]);
  const hash = createHash('sha256');
  let [bytes, tail] = [0, ''];
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk);
    bytes += chunk.length;
    tail = (tail + chunk.toString('utf8')).slice(-1_000);
  }
  const { end } = JSON.parse(tail.trimEnd().split('\n').at(-1) ?? '');
  return { took, sha256: hash.digest('hex'), megabytes: bytes / 1e6, counts: end };
}

/** @param {string} file @returns {AsyncGenerator<{ externalId: string, quote: any, state: string | undefined }>} */
async function* quotesOf(file) {
  for await (const { bytes } of linesOf(createReadStream(file))) {
    if (bytes === null || bytes.length === 0) continue;
    const { claim } = JSON.parse(bytes.toString('utf8'));
    if (claim?.attributions === undefined) continue;
    for (const { quote } of claim.attributions)
      if (quote !== null && quote !== undefined)
        yield { externalId: claim.externalId, quote, state: quote.state };
  }
}

/**
 * How many quotes of rows stand in an export at the same place with the same words, of how many; each claim has one at most.
 * @param {string} rows @param {string} exported
 */
export async function compareQuotes(rows, exported) {
  const given = /** @type {Map<string, string>} */ (new Map());
  const key = (/** @type {any} */ { exact, start }) => `${start}:${exact}`;
  for await (const { externalId, quote } of quotesOf(rows)) given.set(externalId, key(quote));
  let equal = 0;
  for await (const { externalId, quote, state } of quotesOf(exported))
    if (state !== 'orphaned' && given.get(externalId) === key(quote)) equal += 1;
  return { given: given.size, equal };
}
