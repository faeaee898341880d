/** `claimwire import`: brings in articles, sources and claims, from rows of the exchange format and files of other shapes alike. */
import { type ColumnMap, readColumnMap } from '../imports/csv-map.js';
import { createReading } from '../imports/reading.js';
import { ON_CONFLICT, type OnConflict } from '../imports/upsert.js';
import { ClaimwireError } from '../kernel/errors.js';
import { language } from '../kernel/fields.js';
import { isTimeZone } from '../kernel/zone.js';
import { createServices } from '../services.js';
import { type Command, configFrom, databaseFlag, databaseHelp, parseFlags, UsageError } from './command.js';
import { openCurrentStorage } from './database.js';
import { EACH_MAX, runRows } from './import-rows.js';
import { readInputs } from './input-rows.js';
import { type Named, namedInputs } from './inputs.js';

export const command: Command = {
  help: `Usage: claimwire import FILE… [options]

Reads what claimwire export writes (NDJSON), web pages (HTML), feeds (RSS, Atom, RDF, JSON Feed), WordPress exports (WXR), fact-checks and articles in JSON-LD,
ninjs, tables (CSV), Markdown with front matter, and news pages saved as plain text, in any mixture; which of them a file
is, is told from what is in it. A file may be a folder, a pattern, - for standard input or an http(s) address, and
compressed with gzip or zstd. Each row is stored by itself: created, updated or unchanged, skipped where an earlier row is
about the same, or rejected with a line that says why, while the others come in.

  --map C=F,…      which column of a table holds which field, as Title=headline,Date=publishedAt
  --timezone TZ    the time zone of dates without an offset (default UTC)
  --language TAG   the language of texts that do not name theirs (default en)
  --allow-private  also fetch from addresses that are not public, as on an intranet
  --on-conflict W  what to do with what is stored already and differs: update, skip or fail (default update)
  --atomic         store all, or nothing where one is rejected
  --max-rejects N  give up after more rejects than these
  --each           report every row, not the rejected ones alone; up to ${EACH_MAX} of files of other shapes than NDJSON are reported anyway
  --quiet          show no progress
  --dry-run        report what would happen and store nothing
  --json           report in JSON, a line a row and one for the counts, with the bookmark of what was written
${databaseHelp}

Ends with 0 where everything is in, 2 where something was rejected, 3 where it gave up, 130 where it was stopped, and 1
where it could not go on, as without a database.

Examples:
  claimwire import all.ndjson
  claimwire import page.txt --timezone America/Sao_Paulo
  claimwire import posts/*.md --language pt-BR --dry-run
  claimwire import all.ndjson posts page.txt --each
  claimwire import table.csv --map Title=headline,Date=publishedAt,Text=body
  cat feed.xml | claimwire import -
`,
  async run(parameters) {
    const flags = {
      ...databaseFlag,
      timezone: { type: 'string', default: 'UTC' },
      language: { type: 'string', default: 'en' },
      map: { type: 'string' },
      'allow-private': { type: 'boolean', default: false },
      'on-conflict': { type: 'string', default: 'update' },
      atomic: { type: 'boolean', default: false },
      'max-rejects': { type: 'string' },
      each: { type: 'boolean', default: false },
      quiet: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    } as const;
    const { values, positionals } = parseFlags(parameters, flags, { max: Infinity, words: 'files' });
    if (positionals.length === 0) throw new UsageError('Expected at least one file, found none.');
    const options = {
      timezone: values.timezone,
      language: readLanguage(values.language),
      columns: values.map === undefined ? null : readMap(values.map),
    };
    if (!isTimeZone(options.timezone))
      throw new UsageError(
        `--timezone must be an IANA time zone such as Europe/London; found “${options.timezone}”.`,
      );

    const rowsOptions = {
      onConflict: readOnConflict(values['on-conflict']),
      isDryRun: values['dry-run'],
      isAtomic: values.atomic,
      ...(values['max-rejects'] === undefined ? {} : { rejectsMax: readCount(values['max-rejects']) }),
      isJson: values.json,
      isEach: values.each,
      isQuiet: values.quiet,
    };
    const ended = new AbortController();
    const web = { signal: ended.signal, ...(values['allow-private'] && { isAllowed: () => true }) };

    const storage = await openCurrentStorage(configFrom(values).database);
    const reading = createReading(options);
    try {
      const inputs: Named[] = [];
      for await (const input of namedInputs(positionals, web)) inputs.push(input);
      const code = await runRows(createServices(storage), { ...readInputs(inputs, reading), ...rowsOptions });
      if ((await storage.status()).primary.state === 'up') return code;
      throw new ClaimwireError('unavailable', 'The database was removed or replaced while rows came in.');
    } finally {
      ended.abort(); // nobody reads on, and a sender that sends nothing would keep the process
      await Promise.all([storage.close(), reading.close()]);
    }
  },
};

function readOnConflict(word: string): OnConflict {
  const found = ON_CONFLICT.find((each) => each === word);
  if (found === undefined)
    throw new UsageError(`--on-conflict must be one of ${ON_CONFLICT.join(', ')}; found “${word}”.`);
  return found;
}

function readCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--max-rejects must be a whole number; found “${text}”.`);
  return Number(text);
}

function readMap(text: string): ColumnMap {
  try {
    return readColumnMap(text);
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `--map must be column=field,column=field such as Title=headline,Date=publishedAt: ${found}.`,
    );
  }
}

function readLanguage(tag: string): string {
  const { data } = language.safeParse(tag);
  if (data === undefined)
    throw new UsageError(`--language must be a BCP 47 language tag such as en or pt-BR; found “${tag}”.`);
  return data;
}
