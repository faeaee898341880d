/** `claimwire import`: brings in rows of the exchange format, and articles from files of other shapes. */
import { readFileSync, statSync } from 'node:fs';
import { type ImportedFile, importFile } from '../imports/foreign.js';
import type { InputFile } from '../imports/model.js';
import { ON_CONFLICT, type OnConflict } from '../imports/upsert.js';
import { ClaimwireError } from '../kernel/errors.js';
import { language } from '../kernel/fields.js';
import { isTimeZone } from '../kernel/zone.js';
import { createServices } from '../services.js';
import { type Command, configFrom, databaseFlag, databaseHelp, parseFlags, UsageError } from './command.js';
import { openCurrentStorage } from './database.js';
import { REJECTED } from './exit-codes.js';
import { runRows } from './import-rows.js';
import { holdsRows, readFiles } from './input.js';

const FILE_BYTES_MAX = 5_000_000; // ten times the longest text that an article may have

export const command: Command = {
  help: `Usage: claimwire import FILE… [options]

Reads what claimwire export writes (- for standard input, .gz too), news pages saved as plain text, and Markdown with front
matter. Each row or file is stored by itself: created, updated or unchanged, or rejected with a line that says why, while
the others come in. To do it again changes nothing; what was cut off is finished by doing it again.

  --on-conflict W  what to do with what is stored already and differs: update, skip or fail (default update)
  --atomic         store all, or nothing where one is rejected
  --max-rejects N  give up after more rejects than these
  --each           report every row, not the rejected ones alone
  --quiet          show no progress
  --timezone TZ    the time zone of dates without an offset (default UTC)
  --language TAG   the language of texts that do not name theirs (default en)
  --dry-run        report what would happen and store nothing
  --json           report in JSON, a line a file or rejected row, and one for the counts
${databaseHelp}

Ends with 0 where everything is in, 2 where something was rejected, 3 where it gave up, 130 where it was stopped, and 1
where it could not go on, as without a database.

Examples:
  claimwire import all.ndjson
  claimwire import page.txt --timezone America/Sao_Paulo
  claimwire import posts/*.md --language pt-BR --dry-run
`,
  async run(parameters) {
    const flags = {
      ...databaseFlag,
      timezone: { type: 'string', default: 'UTC' },
      language: { type: 'string', default: 'en' },
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
    if (ofRows.length > 0 && ofRows.length < positionals.length)
      throw new UsageError(
        'Expected files of rows or other files, found both: import them one after the other.',
      );

    const storage = await openCurrentStorage(configFrom(values).database);
    const tell = values.json ? inJson : inWords;
    const counts = { created: 0, updated: 0, unchanged: 0, refused: 0 };
    try {
      const services = createServices(storage);
      if (ofRows.length > 0) {
        const code = await runRows(services, { ...readFiles(ofRows), ...rowsOptions });
        if ((await storage.status()).primary.state === 'up') return code;
        throw new ClaimwireError('unavailable', 'The database was removed or replaced while rows came in.');
      }
      for (const name of positionals) {
        try {
          const imported = await importFile(services, readInput(name), options);
          counts[imported.outcome] += 1;
          process.stdout.write(`${tell(name, imported)}\n`);
        } catch (error) {
          if (!(error instanceof ClaimwireError))
            throw new Error(`${name} brought out a fault of Claimwire’s own`, { cause: error });
          if (error.code === 'unavailable') throw error;
          counts.refused += 1;
          const detail = error.message.replace(/\s+/g, ' ');
          if (values.json)
            process.stdout.write(`${JSON.stringify({ file: name, outcome: 'refused', detail })}\n`);
          else process.stderr.write(`${'refused'.padEnd(10)}${name}: ${detail}\n`);
        }
      }
    } finally {
      await storage.close();
    }
    const summary = Object.entries(counts).map(([outcome, count]) => `${outcome} ${count}`);
    const note = options.dryRun ? ' (dry run: nothing was stored)' : '';
    process.stdout.write(values.json ? `${JSON.stringify(counts)}\n` : `${summary.join(', ')}${note}\n`);
    return counts.refused > 0 ? REJECTED : 0;
  },
};

const inWords = (name: string, { outcome, slug, ignored }: ImportedFile): string =>
  `${outcome.padEnd(10)}${name} → ${slug}${ignored.length === 0 ? '' : ` (not read: ${ignored.join(', ')})`}`;

const inJson = (file: string, imported: ImportedFile): string => JSON.stringify({ file, ...imported });

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

function readLanguage(tag: string): string {
  const { data } = language.safeParse(tag);
  if (data === undefined)
    throw new UsageError(`--language must be a BCP 47 language tag such as en or pt-BR; found “${tag}”.`);
  return data;
}

/** Throws `unreadable-file` for what is no file or too large. */
function readInput(name: string): InputFile {
  const refusal = (found: string) =>
    new ClaimwireError('unreadable-file', `expected a file that can be read, found ${found}`);
  try {
    const stats = statSync(name);
    if (stats.isDirectory()) throw refusal('a folder');
    if (!stats.isFile()) throw refusal('something that is no file');
    if (stats.size > FILE_BYTES_MAX) throw refusal(`${stats.size} bytes, more than ${FILE_BYTES_MAX}`);
    return { name, bytes: readFileSync(name) };
  } catch (error) {
    if (error instanceof ClaimwireError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw refusal(code === 'ENOENT' ? 'nothing at this path' : message);
  }
}
