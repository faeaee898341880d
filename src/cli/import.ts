/** `claimwire import`: brings in rows of the exchange format, and articles, sources and claims from files of other shapes. */
import { type ColumnMap, readColumnMap } from '../imports/csv-map.js';
import { readExchange } from '../imports/exchange-reader.js';
import { createForeignImport, type ImportedRow } from '../imports/foreign.js';
import type { RowPlace } from '../imports/model.js';
import { createReading } from '../imports/reading.js';
import { ON_CONFLICT, type OnConflict } from '../imports/upsert.js';
import { ClaimwireError } from '../kernel/errors.js';
import { language } from '../kernel/fields.js';
import { isTimeZone } from '../kernel/zone.js';
import { createServices } from '../services.js';
import { type Command, configFrom, databaseFlag, databaseHelp, parseFlags, UsageError } from './command.js';
import { openCurrentStorage } from './database.js';
import { REJECTED } from './exit-codes.js';
import { runRows } from './import-rows.js';
import { holdsRows, type InputRows, readFiles } from './input.js';
import { namedInputs } from './inputs.js';

export const command: Command = {
  help: `Usage: claimwire import FILE… [options]

Reads what claimwire export writes (NDJSON), web pages (HTML), feeds (RSS, Atom, RDF, JSON Feed), WordPress exports (WXR), fact-checks and articles in JSON-LD,
ninjs, tables (CSV), Markdown with front matter, and news pages saved as plain text; which of them a file is, is told from
what is in it. A file may be a folder, a pattern, - for standard input or an http(s) address, and compressed with gzip or
zstd. Each row is stored by itself: created, updated or unchanged, or refused with a line that says why, while the others
come in.

  --map C=F,…      which column of a table holds which field, as Title=headline,Date=publishedAt
  --timezone TZ    the time zone of dates without an offset (default UTC)
  --language TAG   the language of texts that do not name theirs (default en)
  --allow-private  also fetch from addresses that are not public, as on an intranet
  --on-conflict W  of rows: what to do with what is stored already and differs: update, skip or fail (default update)
  --atomic         of rows: store all, or nothing where one is rejected
  --max-rejects N  of rows: give up after more rejects than these
  --each           of rows: report every one, not the rejected ones alone
  --quiet          show no progress
  --dry-run        report what would happen and store nothing
  --json           report in JSON, a line a row and one for the counts; each with the bookmark of what was written
${databaseHelp}

Ends with 0 where everything is in, 2 where something was rejected, 3 where it gave up, 130 where it was stopped, and 1
where it could not go on, as without a database.

Examples:
  claimwire import all.ndjson
  claimwire import page.txt --timezone America/Sao_Paulo
  claimwire import posts/*.md --language pt-BR --dry-run
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
      dryRun: values['dry-run'],
      columns: values.map === undefined ? null : readMap(values.map),
    };
    if (!isTimeZone(options.timezone))
      throw new UsageError(
        `--timezone must be an IANA time zone such as Europe/London; found “${options.timezone}”.`,
      );

    const rowsOptions = {
      onConflict: readOnConflict(values['on-conflict']),
      isDryRun: options.dryRun,
      isAtomic: values.atomic,
      ...(values['max-rejects'] === undefined ? {} : { rejectsMax: readCount(values['max-rejects']) }),
      isJson: values.json,
      isEach: values.each,
      isQuiet: values.quiet,
    };
    const ofRows = positionals.filter(holdsRows);
    if (ofRows.length > 0 && ofRows.length < positionals.length) throw new UsageError(MIXED);

    const storage = await openCurrentStorage(configFrom(values).database);
    const reading = createReading(options);
    const report = createReport(values.json);
    try {
      const services = createServices(storage);
      const bring = async (rows: InputRows): Promise<number> => {
        const code = await runRows(services, { ...rows, ...rowsOptions });
        if ((await storage.status()).primary.state === 'up') return code;
        throw new ClaimwireError('unavailable', 'The database was removed or replaced while rows came in.');
      };
      if (ofRows.length > 0) return await bring(readFiles(ofRows));
      const { save } = createForeignImport(services, options);
      const web = values['allow-private'] ? { isAllowed: () => true } : {};
      for await (const input of namedInputs(positionals, web))
        try {
          const opened = await reading.open(await input.open());
          if (opened.shape === 'rows') {
            if (positionals.length > 1) throw new ClaimwireError('unreadable-file', MIXED);
            return await bring({
              rows: readExchange(input.name === '-' ? 'stdin' : input.name, opened.chunks),
              share: () => undefined,
            });
          }
          for await (const row of opened.rows) {
            if (row.kind === 'unread') report.refused(row.place, row.detail);
            else await attempt(row.place, async () => report.stored(row.place, await save(row)), report);
          }
        } catch (error) {
          report.refused({ file: input.name, line: null }, refusalOf(input.name, error));
        }
    } finally {
      await Promise.all([storage.close(), reading.close()]);
    }
    report.end(options.dryRun);
    return report.counts.refused > 0 ? REJECTED : 0;
  },
};

type Report = ReturnType<typeof createReport>;

async function attempt(place: RowPlace, work: () => Promise<void>, report: Report): Promise<void> {
  try {
    await work();
  } catch (error) {
    report.refused(place, refusalOf(place.file, error));
  }
}

/** Throws what is no refusal of this file. */
function refusalOf(name: string, error: unknown): string {
  if (!(error instanceof ClaimwireError))
    throw new Error(`${name} brought out a fault of Claimwire’s own`, { cause: error });
  if (error.code === 'unavailable') throw error;
  return error.message;
}

/** Tells what became of each row, in words or in JSON, and counts. */
function createReport(isJson: boolean) {
  const counts = { created: 0, updated: 0, unchanged: 0, refused: 0 };
  const print = (line: string) => process.stdout.write(`${line}\n`);
  return {
    counts,
    stored({ file, line, pointer }: RowPlace, imported: ImportedRow | null) {
      if (imported === null) return;
      const { outcome, id, slug = id, ignored } = imported;
      counts[outcome] += 1;
      const note = ignored.length === 0 ? '' : ` (not read: ${ignored.join(', ')})`;
      if (isJson)
        print(JSON.stringify({ file, line, ...(pointer !== undefined && { pointer }), ...imported }));
      else
        print(
          `${outcome.padEnd(10)}${nameOf({ file, line, ...(pointer !== undefined && { pointer }) })} → ${slug}${note}`,
        );
    },
    refused(place: RowPlace, message: string) {
      counts.refused += 1;
      const detail = message.replace(/\s+/g, ' ');
      if (isJson) print(JSON.stringify({ ...place, outcome: 'refused', detail }));
      else process.stderr.write(`${'refused'.padEnd(10)}${nameOf(place)}: ${detail}\n`);
    },
    end(isDry: boolean) {
      const summary = Object.entries(counts).map(([outcome, count]) => `${outcome} ${count}`);
      const note = isDry ? ' (dry run: nothing was stored)' : '';
      print(isJson ? JSON.stringify(counts) : `${summary.join(', ')}${note}`);
    },
  };
}

/** As compilers name a place: `feed.xml:12`, or `feed.json#/items/3` where lines do not tell. */
const nameOf = ({ file, line, pointer }: RowPlace): string =>
  line !== null ? `${file}:${line}` : pointer ? `${file}#${pointer}` : file;

const MIXED = 'Expected files of rows or other files, found both: import them one after the other.';

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
