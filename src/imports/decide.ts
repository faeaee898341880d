/**
 * What becomes of each row of a batch, within a transaction. Nothing is remembered of it here: where it crosses another, a
 * transaction runs again.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { type ErrorCode, errorTable, type Issue } from '../kernel/errors.js';
import { check } from '../kernel/issues.js';
import type { WriteServices } from '../services.js';
import { rowSchemas } from './exchange.js';
import type { AnyRow, ReadyRow, RowKind, RowPlace } from './model.js';
import { isRefusal, issuesOf } from './refusals.js';
import type { RowOutcome } from './report.js';
import { type CheckedRow, type OnConflict, upsert } from './upsert.js';

export const TURN_MS = 8; // how long rows keep the event loop from requests
const ISSUES_MAX = 100; // told of one row; whoever has more has sent something else
const HINTED_MAX = 100; // rejects that are told the nearest names, each some 50 ms

export interface RowResult {
  readonly place: RowPlace;
  readonly kind: RowKind | 'unread';
  readonly outcome: RowOutcome;
  readonly id?: string;
  /** Why a row is rejected. */
  readonly code?: ErrorCode;
  /** With pointers into the row (RFC 6901). */
  readonly errors?: readonly Issue[];
  /** What to do about it. */
  readonly cure?: string;
}

export type Verdict = RowResult | 'waits';

/** How a row is brought in: whole, as whatever is not there yet may come; whole at last; or a claim before its relations. */
export type Reach = 'whole' | 'at-last' | 'without-relations';

export function createDecider(onConflict: OnConflict) {
  let isHinting = false;
  let hinted = 0;

  const one = async (write: WriteServices, row: ReadyRow, reach: Reach): Promise<Verdict> => {
    const { kind } = row;
    if (row.kind === 'unread') return rejection(row, 'unreadable-file', [{ detail: row.detail }]);
    const { value, issues } = row.checked ?? check(rowSchemas[row.kind], row.value, ISSUES_MAX + 1);
    if (value === null)
      return rejection(
        row,
        'invalid-request',
        issues.map(({ path, detail }) => ({ pointer: pointerOf(path), detail })),
      );
    const checked = { kind, value, prepared: row.prepared } as CheckedRow;
    if (reach === 'without-relations' && checked.kind === 'claim') {
      const { relations: _relations, ...claim } = checked.value;
      return upserted(write, row, { kind: 'claim', value: claim, prepared: row.prepared }, reach);
    }
    return upserted(write, row, checked, reach);
  };

  const upserted = async (write: WriteServices, row: AnyRow, checked: CheckedRow, reach: Reach) => {
    isHinting = reach !== 'whole';
    try {
      const { place, kind } = row;
      return { place, kind, ...(await upsert(write, checked, onConflict)) };
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

    /** The verdicts on some rows; fewer, where more than `rejectsMax` are rejected. */
    async decide(
      write: WriteServices,
      rows: readonly ReadyRow[],
      { reach, rejectsMax }: { reach: Reach; rejectsMax: number },
    ): Promise<Verdict[]> {
      const verdicts: Verdict[] = [];
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
  // What is not valid says itself what would be.
  ...(code === 'invalid-request' ? {} : { cure: errorTable[code].cure }),
});

const pointerOf = (path: readonly (string | number)[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
