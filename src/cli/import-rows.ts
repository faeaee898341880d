/**
 * `claimwire import`: what is shown while they come in, what is told of them at the end, and how it is stopped.
 */
import { setFlagsFromString } from 'node:v8';
import type { RowResult } from '../imports/decide.js';
import type { ImportRows, RowPlace } from '../imports/model.js';
import { reportOf } from '../imports/report.js';
import { type ImportSummary, importRows, noOutcomes, type RowsOptions } from '../imports/rows.js';
import { ClaimwireError } from '../kernel/errors.js';
import type { Services } from '../services.js';
import { openSpool } from '../storage/spool.js';
import { GIVEN_UP, REJECTED, STOPPED } from './exit-codes.js';
import { stepBack } from './priority.js';
import { createProgress } from './progress.js';
import { STOP_SIGNALS } from './signals.js';

export interface RowsCommand extends Omit<RowsOptions, 'openSpool' | 'onRow' | 'signal'> {
  readonly rows: ImportRows;
  /** Reports in JSON: a line a row that is told of, and one for the counts. */
  readonly isJson: boolean;
  /** Reports every row, not the rejected ones alone, and those of foreign files where they are no more than EACH_MAX. */
  readonly isEach: boolean;
  readonly isQuiet: boolean;
  /** How much of the rows was read, from 0 to 1, where that is known. */
  readonly share: () => number | undefined;
}

/** So many rows of foreign files are told of anyway: who brings in a page wants to know what became of it. */
export const EACH_MAX = 20;

/**
 * How far the heap may outgrow what is live before it is swept: by half, where V8 takes twice to four times as much. What is
 * live does not grow with what is imported, and a third less memory costs a twentieth more time.
 */
const HEAP_GROWTH = '--heap-growing-percent=50';

/** Imports; gives the exit code. Throws `unavailable` where the database is. */
export async function runRows(
  services: Services,
  { rows, isJson, isEach, isQuiet, share, ...options }: RowsCommand,
): Promise<number> {
  setFlagsFromString(HEAP_GROWTH);
  stepBack();
  const stop = new AbortController();
  const onSignal = () => {
    for (const signal of STOP_SIGNALS) process.off(signal, onSignal); // the next one ends the process
    stop.abort();
  };
  for (const signal of STOP_SIGNALS) process.on(signal, onSignal);

  const progress = createProgress({ unit: 'rows', isQuiet: isQuiet || isJson });
  let done = 0;
  const few = createFew<RowResult>(EACH_MAX);
  const tell = (result: RowResult): void => {
    progress.end();
    if (isJson) process.stdout.write(`${JSON.stringify(reportOf(result))}\n`);
    else (result.outcome === 'rejected' ? process.stderr : process.stdout).write(inWords(result));
  };
  const onRow = (result: RowResult): void => {
    done += 1;
    if (isEach || result.outcome === 'rejected') tell(result);
    else if (result.ignored !== undefined) few.add(result);
    const read = share();
    progress.show({ what: 'imported', done, ...(read === undefined || read === 1 ? {} : { share: read }) });
  };
  try {
    const summary = await importRows(services, rows, { ...options, openSpool, onRow, signal: stop.signal });
    for (const result of few.all()) tell(result);
    progress.end();
    process.stdout.write(isJson ? `${JSON.stringify(summary)}\n` : tableOf(summary));
    const note = noteOn(summary, options);
    if (note !== null) process.stderr.write(`${note}\n`);
    if (summary.endedBy === 'signal') return STOPPED;
    if (summary.endedBy === 'rejects' || (options.isAtomic === true && summary.rejected > 0)) return GIVEN_UP;
    return summary.rejected > 0 ? REJECTED : 0;
  } catch (error) {
    progress.end();
    if (error instanceof ClaimwireError && error.code === 'unavailable')
      throw new ClaimwireError('unavailable', `${LEFT_OFF} ${GO_ON}`, { cause: error.cause });
    throw error;
  } finally {
    for (const signal of STOP_SIGNALS) process.off(signal, onSignal);
  }
}

const LEFT_OFF = 'The database stopped answering; of the rows that were under way nothing is stored.';
const GO_ON = 'Run the same command again to go on: what is stored already is passed over.';

function noteOn(
  { endedBy, isStored, rejected }: ImportSummary,
  { isDryRun, rejectsMax }: Partial<RowsCommand>,
) {
  if (isDryRun) return 'This was a dry run: nothing was stored.';
  const end = isStored ? GO_ON : 'Nothing was stored.';
  if (endedBy === 'signal') return `Stopped. ${end}`;
  if (endedBy === 'rejects') return `Given up after more than ${rejectsMax} rejects. ${end}`;
  return isStored || rejected === 0 ? null : end;
}

/** Holds things as long as they are few; of more it holds none. */
function createFew<Thing>(max: number) {
  const held: Thing[] = [];
  let count = 0;
  return {
    add(thing: Thing): void {
      count += 1;
      if (count <= max) held.push(thing);
      else held.length = 0;
    },
    all: (): readonly Thing[] => held,
  };
}

/** What became of a row as a line, of a rejected one as one line a fault, each with what to do about it. */
function inWords(result: RowResult): string {
  const { place, kind, outcome, id, slug = id, ignored, detail, errors = [], cure } = result;
  const where = `${outcome.padEnd(10)}${nameOf(place)}`;
  if (outcome !== 'rejected') {
    const why = detail === undefined ? '' : `: ${detail}`;
    if (ignored === undefined) return `${where} ${kind} ${id}${why}\n`;
    return `${where} → ${slug}${ignored.length === 0 ? '' : ` (not read: ${ignored.join(', ')})`}${why}\n`;
  }
  const isLine = place.line !== null && place.pointer === undefined;
  const what = kind !== 'unread' ? ` ${kind}` : isLine ? ' line' : '';
  return errors
    .map(
      ({ pointer = '', detail }) =>
        `${where}${what}${pointer === '' ? '' : ` ${pointer}`}: ${oneLine(detail)}${cure === undefined ? '' : ` ${cure}`}\n`,
    )
    .join('');
}

/** As compilers name a place: `feed.xml:12`, or `feed.json#/items/3` where lines do not tell. */
const nameOf = ({ file, line, pointer }: RowPlace): string =>
  line !== null ? `${file}:${line}` : pointer ? `${file}#${pointer}` : file;

const oneLine = (text: string): string => {
  const line = text.replace(/\s+/g, ' ');
  return /[.!?]$/.test(line) ? line : `${line}.`;
};

const KIND_NAMES = { source: 'sources', article: 'articles', claim: 'claims', unread: 'not read' } as const;

/** A table of what became of how many. */
function tableOf({ counts }: ImportSummary): string {
  const outcomes = Object.keys(noOutcomes().source) as (keyof ImportSummary['counts']['source'])[];
  const shown = outcomes.filter(
    (outcome) => outcome !== 'skipped' || Object.values(counts).some((each) => each.skipped > 0),
  );
  const rows = (Object.keys(KIND_NAMES) as (keyof typeof KIND_NAMES)[])
    .filter((kind) => kind !== 'unread' || counts.unread.rejected > 0)
    .map((kind) => [KIND_NAMES[kind], ...shown.map((outcome) => String(counts[kind][outcome]))]);
  return [['', ...shown], ...rows]
    .map(([name = '', ...cells]) => `${name.padEnd(8)}${cells.map((cell) => cell.padStart(11)).join('')}\n`)
    .join('');
}
