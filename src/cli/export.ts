/** `claimwire export`: writes everything in the exchange format. */
import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { noRows } from '../imports/exchange.js';
import { writeExchange } from '../imports/export.js';
import { ExportFilter, resolveFilter } from '../imports/filter.js';
import { check, fieldName } from '../kernel/issues.js';
import { type Command, configFrom, databaseFlag, databaseHelp, parseFlags, UsageError } from './command.js';
import { openCurrentStorage } from './database.js';
import { STOPPED } from './exit-codes.js';
import { createProgress, grouped } from './progress.js';
import { STOP_SIGNALS } from './signals.js';

export const command: Command = {
  help: `Usage: claimwire export [FILE] [options]

Writes one state of everything, drafts too, as lines of JSON that claimwire import takes: sources, articles, claims, and at
last a line that says that nothing is missing. Whatever is written to the database meanwhile is not in it. A FILE stands
there only when it is whole; one that ends in .gz is compressed.

  --kind KINDS     only these: source, article, claim
  --status WORDS   only articles of these statuses: draft, scheduled, published, retracted
  --publisher REF  only articles of this publisher, by id or slug
  --section SLUG   only articles of this section
  --language TAG   only articles in this language
  --tag SLUG       only articles with this tag
  --from TIME      only articles published at this time or later, as 2024-10-18T00:00:00Z or now-30d
  --to TIME        only articles published before this time
  --quiet          show no progress
${databaseHelp}

Where articles are left out, so are the claims that stand in no others, and the sources that nothing refers to.

Examples:
  claimwire export > all.ndjson
  claimwire export all.ndjson.gz
  claimwire export --section politics --from now-30d politics.ndjson
`,
  async run(parameters) {
    const flags = {
      ...databaseFlag,
      kind: { type: 'string' },
      status: { type: 'string' },
      publisher: { type: 'string' },
      section: { type: 'string' },
      language: { type: 'string' },
      tag: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      quiet: { type: 'boolean', default: false },
    } as const;
    const { values, positionals } = parseFlags(parameters, flags, { max: 1, words: 'one file' });
    const { database, quiet, ...given } = values;
    const { value: asked, issues } = check(ExportFilter, given);
    if (asked === null)
      throw new UsageError(issues.map(({ path, detail }) => `--${fieldName(path)} ${detail}.`).join(' '));
    const [file] = positionals;
    if (file === undefined && process.stdout.isTTY)
      throw new UsageError('Expected a file, or a place to write to: claimwire export > all.ndjson.');

    const storage = await openCurrentStorage(configFrom({ database }).database);
    const stop = new AbortController();
    for (const signal of STOP_SIGNALS) process.once(signal, () => stop.abort());
    const progress = createProgress({ unit: 'rows', isQuiet: quiet });
    try {
      const snapshot = await storage.openSnapshot();
      try {
        const filter = await resolveFilter(snapshot, asked);
        const all = await snapshot.counts(filter);
        const total = all.source + all.article + all.claim;
        let counts = noRows();
        const bytes = writeExchange(snapshot, filter, (written) => {
          counts = written;
          const done = written.source + written.article + written.claim;
          progress.show({ what: 'exported', done, total });
        });
        await writeTo(file, bytes, stop.signal);
        progress.end();
        if (!quiet)
          process.stderr.write(
            `${grouped(counts.source)} sources, ${grouped(counts.article)} articles, ${grouped(counts.claim)} claims${file === undefined ? '' : ` in ${file}`}\n`,
          );
        return 0;
      } finally {
        await snapshot.close();
      }
    } catch (error) {
      progress.end();
      if ((error as NodeJS.ErrnoException).code === 'EPIPE') return 0; // whoever reads has read enough
      if (!stop.signal.aborted) throw error;
      process.stderr.write('Stopped; nothing of it is kept.\n');
      return STOPPED;
    } finally {
      await storage.close();
    }
  },
};

/** Writes to a file, which stands there only when it is whole, or to standard output. */
async function writeTo(file: string | undefined, bytes: AsyncIterable<Buffer>, signal: AbortSignal) {
  if (file === undefined) return pipeline(bytes, process.stdout as Writable, { end: false, signal });
  const draft = `${file}.${process.pid}.part`;
  const target = createWriteStream(draft, { flush: true });
  try {
    const source = Readable.from(bytes);
    if (file.endsWith('.gz')) await pipeline(source, createGzip(), target, { signal });
    else await pipeline(source, target, { signal });
    renameSync(draft, file);
  } catch (error) {
    if (existsSync(draft)) rmSync(draft);
    throw error;
  }
}
