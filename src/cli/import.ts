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

export const importCommand: Command = {
  summary: 'bring in articles from pages and Markdown files',
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
    const { values, positionals } = parseFlags(parameters, {
      ...databaseFlag,
      timezone: { type: 'string', default: 'UTC' },
      language: { type: 'string', default: 'en' },
      'dry-run': { type: 'boolean', default: false },
    });
    if (positionals.length === 0)
      throw new UsageError('claimwire import needs at least one file. See claimwire import --help.');
    const options = {
      timezone: values.timezone,
      language: readLanguage(values.language),
      dryRun: values['dry-run'],
    };
    if (!isTimeZone(options.timezone))
      throw new UsageError(
        `--timezone must be an IANA time zone such as Europe/London; found ${options.timezone}.`,
      );

    const storage = await openCurrentStorage(configFrom({ DATABASE_URL: values.database }));
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
          if (!(error instanceof ClaimwireError) || error.code === 'unavailable') throw error;
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
  const stats = statSync(name, { throwIfNoEntry: false });
  const found =
    stats === undefined
      ? 'nothing at this path'
      : stats.isDirectory()
        ? 'a folder'
        : !stats.isFile()
          ? 'something that is no file'
          : stats.size > FILE_BYTES_MAX
            ? `${stats.size} bytes`
            : null;
  if (found !== null)
    throw new ClaimwireError(
      'unreadable-file',
      `expected a file of at most ${FILE_BYTES_MAX} bytes, found ${found}`,
    );
  try {
    return { name, bytes: readFileSync(name) };
  } catch (error) {
    throw new ClaimwireError(
      'unreadable-file',
      `expected a file that can be read, found ${(error as NodeJS.ErrnoException).code}`,
    );
  }
}
