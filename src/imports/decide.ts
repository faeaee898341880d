/**
 * What becomes of each row of a batch, within a transaction. Nothing is remembered of it here: where it crosses another, a
 * transaction runs again.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { type ErrorCode, errorTable, type Issue } from '../kernel/errors.js';
import { check, type ExplainedIssue } from '../kernel/issues.js';
import type { WriteServices } from '../services.js';
import { rowSchemas } from './exchange.js';
import { bringForeign, type CheckedForeign, type ForeignRow, foreignSchemas } from './foreign.js';
import type { AnyRow, ImportRow, ReadyRow, RowKind, RowPlace } from './model.js';
import { isRefusal, issuesOf } from './refusals.js';
import type { RowOutcome } from './report.js';
import { type About, createTaken } from './taken.js';
import { type CheckedRow, type OnConflict, upsert } from './upsert.js';

export const TURN_MS = 8; // how long rows keep the event loop from requests
const ISSUES_MAX = 100; // told of one row; whoever has more has sent something else
const HINTED_MAX = 100; // rejects that are told the nearest names, each some 50 ms

export interface RowResult {
  readonly place: RowPlace;
  readonly kind: RowKind | 'unread';
  readonly outcome: RowOutcome;
  readonly id?: string;
  /** Of an article or source that comes from a foreign file. */
  readonly slug?: string;
  /** Parts of the foreign file, where it comes from one, that have no place in what was stored. */
  readonly ignored?: readonly string[];
  /** Why a row is skipped, where that was not asked for. */
  readonly detail?: string;
  /** Why a row is rejected. */
  readonly code?: ErrorCode;
  /** With pointers into the row (RFC 6901). */
  readonly errors?: readonly Issue[];
  /** What to do about it. */
  readonly cure?: string;
}

export type Verdict = RowResult | 'waits';

/**
 * How a row is brought in: whole, as whatever is not there yet may come; whole at last; a claim before its relations; or whole
 * again, where it was written without them.
 */
export type Reach = 'whole' | 'at-last' | 'without-relations' | 'again';

export function createDecider(onConflict: OnConflict) {
  let isHinting = false;
  let hinted = 0;
  /** What rows were about whose transaction has ended, and those of the one that is open. */
  const taken = createTaken();
  let undecided: About[] = [];
  let isUndecided = createTaken();
  const isTaken = (about: About): boolean => taken.has(about) || isUndecided.has(about);

  const one = async (write: WriteServices, row: ReadyRow, reach: Reach): Promise<Verdict> => {
    const { kind } = row;
    if (row.kind === 'unread') return rejection(row, 'unreadable-file', [{ detail: row.detail }]);
    if (row.foreign !== undefined) return foreign(write, { ...row, foreign: row.foreign });
    const { value, issues } = row.checked ?? check(rowSchemas[row.kind], row.value, ISSUES_MAX + 1);
    if (value === null) return invalid(row, issues);
    const checked = { kind, value, prepared: row.prepared } as CheckedRow;
    const isPart = reach === 'without-relations' && checked.kind === 'claim';
    return attempt(row, reach, async () => {
      const brought = await upsert(write, isPart ? withoutRelations(checked) : checked, {
        onConflict: reach === 'again' ? 'update' : onConflict,
        isTaken,
      });
      if (!isPart) take({ kind: checked.kind, key: brought.key });
      const { id, outcome, detail } = brought;
      return { id, outcome, ...(detail !== undefined && { detail }) };
    });
  };

  /** A row of a foreign file, which waits for nothing. */
  const foreign = (write: WriteServices, row: ForeignRow): Promise<Verdict> | Verdict => {
    const { kind } = row;
    const { value, issues } = check(foreignSchemas[kind], row.value, ISSUES_MAX + 1);
    if (value === null) return invalid(row, issues);
    const checked = { kind, value } as CheckedForeign;
    // What it names is looked for before it is made, and a look for the nearest names would be in vain.
    const reach = row.foreign.sources.length > 0 ? 'without-hints' : 'at-last';
    return attempt(row, reach, async () => {
      const { key, ...told } = await bringForeign(write, row, { checked, onConflict, isTaken });
      take({ kind, key });
      return { ...told, ignored: row.ignored ?? [] };
    });
  };

  const take = (about: About): void => {
    undecided.push(about);
    isUndecided.add(about);
  };

  const attempt = async (
    row: ImportRow,
    reach: Reach | 'without-hints',
    work: () => Promise<Omit<RowResult, 'place' | 'kind'>>,
  ): Promise<Verdict> => {
    isHinting = reach !== 'whole' && reach !== 'without-hints';
    try {
      const { place, kind } = row;
      return { place, kind, ...(await work()) };
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (error.code === 'unknown-reference' && reach === 'whole') return 'waits';
      return rejection(row, error.code, issuesOf(error));
    }
  };

  return {
    /** Whether a reference that leads nowhere is worth a look for the nearest names. */
    isHinting(): boolean {
      if (!isHinting || hinted >= HINTED_MAX) return false;
      hinted += 1;
      return true;
    },

    /** Takes it that the transaction of the last verdicts has ended; it may have run more than once. */
    keep(): void {
      for (const about of undecided) taken.add(about);
    },

    /** The verdicts on some rows; fewer, where more than `rejectsMax` are rejected. */
    async decide(
      write: WriteServices,
      rows: readonly ReadyRow[],
      { reach, rejectsMax }: { reach: Reach; rejectsMax: number },
    ): Promise<Verdict[]> {
      const verdicts: Verdict[] = [];
      undecided = [];
      isUndecided = createTaken();
      let rejected = 0;
      let since = performance.now();
      for (const row of rows) {
        const verdict = await one(write, row, reach);
        verdicts.push(verdict);
        if (verdict !== 'waits' && verdict.outcome === 'rejected') rejected += 1;
        if (rejected > rejectsMax) break;
        if (performance.now() - since < TURN_MS) continue;
        await turn();
        since = performance.now();
      }
      return verdicts;
    },
  };
}

const rejection = ({ place, kind }: AnyRow, code: ErrorCode, errors: readonly Issue[]): RowResult => ({
  place,
  kind,
  outcome: 'rejected',
  code,
  errors:
    errors.length <= ISSUES_MAX ? errors : [...errors.slice(0, ISSUES_MAX), { detail: 'and more is wrong' }],
  // What is not valid or not read says itself what would be.
  ...(code === 'invalid-request' || code === 'unreadable-file' ? {} : { cure: errorTable[code].cure }),
});

/** A row that is not valid, with every fault. */
const invalid = (row: AnyRow, issues: readonly ExplainedIssue[]): RowResult =>
  rejection(
    row,
    'invalid-request',
    issues.map(({ path, detail }) => ({ pointer: pointerOf(path), detail })),
  );

const withoutRelations = ({ value, prepared }: CheckedRow & { readonly kind: 'claim' }): CheckedRow => {
  const { relations: _relations, ...claim } = value;
  return { kind: 'claim', value: claim, prepared };
};

const pointerOf = (path: readonly (string | number)[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
