/** `claimwire import`: brings in articles from files of other shapes. */
import { readFileSync, statSync } from 'node:fs';
import { importFile } from '../imports/foreign.js';
import type { InputFile } from '../imports/model.js';
import { ClaimwireError } from '../kernel/errors.js';
import { language } from '../kernel/fields.js';
import { isTimeZone } from '../kernel/zone.js';
import { createServices } from '../services.js';
import {
  type Command,
  configFrom,
  databaseFlag,
  databaseHelp,
  openCurrentStorage,
  parseFlags,
  UsageError,
} from './command.js';

const FILE_BYTES_MAX = 5_000_000; // ten times the longest text that an article may have

export const command: Command = {
  help: `Usage: claimwire import FILE… [options]

Reads news pages saved as plain text, and Markdown with front matter. Each file is stored by itself: created, updated
or unchanged, or refused with a line that says why, while the others come in.

  --timezone TZ    the time zone of dates without an offset (default UTC)
  --language TAG   the language of texts that do not name theirs (default en)
  --dry-run        report what would happen and store nothing
${databaseHelp}

Examples:
  claimwire import page.txt --timezone America/Sao_Paulo
  claimwire import posts/*.md --language pt-BR --dry-run
`,
  async run(parameters) {
    const flags = {
      ...databaseFlag,
      timezone: { type: 'string', default: 'UTC' },
      language: { type: 'string', default: 'en' },
      'dry-run': { type: 'boolean', default: false },
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
        `--timezone must be an IANA time zone such as Europe/London; found ${options.timezone}.`,
      );

    const storage = await openCurrentStorage(configFrom(values));
    const counts = { created: 0, updated: 0, unchanged: 0, refused: 0 };
    try {
      const services = createServices(storage);
      for (const name of positionals) {
        try {
          const { outcome, slug, ignored } = await importFile(services, readInput(name), options);
          counts[outcome] += 1;
          const left = ignored.length === 0 ? '' : ` (not read: ${ignored.join(', ')})`;
          process.stdout.write(`${outcome.padEnd(10)}${name} → ${slug}${left}\n`);
        } catch (error) {
          if (!(error instanceof ClaimwireError))
            throw new Error(`${name} brought out a fault of Claimwire’s own`, { cause: error });
          if (error.code === 'unavailable') throw error;
          counts.refused += 1;
          process.stderr.write(`${'refused'.padEnd(10)}${name}: ${error.message.replace(/\s+/g, ' ')}\n`);
        }
      }
    } finally {
      await storage.close();
    }
    const summary = Object.entries(counts).map(([outcome, count]) => `${outcome} ${count}`);
    process.stdout.write(`${summary.join(', ')}${options.dryRun ? ' (dry run: nothing was stored)' : ''}\n`);
    return counts.refused > 0 ? 1 : 0;
  },
};

function readLanguage(tag: string): string {
  const { data } = language.safeParse(tag);
  if (data === undefined)
    throw new UsageError(`--language must be a BCP 47 language tag such as en or pt-BR; found ${tag}.`);
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
