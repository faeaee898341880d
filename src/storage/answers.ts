/**
 * Answers to writes that were sent with a key: kept in the transaction of the write, so that either both are there or
 * neither is.
 */
import { and, eq, gte, inArray, lt } from 'drizzle-orm';
import { ClaimwireError } from '../kernel/errors.js';
import type { ChangeLog } from './changes.js';
import type { Database } from './database.js';
import type { Tables } from './tables.js';

const KEPT_FOR_MS = 24 * 3_600_000; // as the draft of the IETF suggests: longer than any client tries again
const SWEPT_AT_ONCE = 50; // more than come, so that what is old becomes less
const SWEPT_EACH = 10; // writes with a key between two sweeps: writers that sweep at once cross each other

/** A key that a write was sent with, and what the write was. */
export interface OnceKey {
  readonly key: string;
  /** What tells the request from any other. */
  readonly print: string;
}

/** What a write with a key was answered. */
export interface KeptAnswer<Result> {
  readonly result: Result;
  readonly bookmark: string;
}

export interface AnswerStore {
  /** What a write with this key was answered and the print of it, or undefined where there was none. */
  find<Result>(key: string): Promise<(KeptAnswer<Result> & Pick<OnceKey, 'print'>) | undefined>;
  /**
   * What the write with this key was answered, or undefined where there was none: then nobody else does it until this
   * transaction ends. Throws `idempotency-in-progress` and `idempotency-key-reused`.
   */
  take<Result>(once: OnceKey): Promise<KeptAnswer<Result> | undefined>;
  keep(once: OnceKey, answer: KeptAnswer<unknown>): Promise<void>;
}

/** Holds a key for a transaction; false where another has it. */
export type HoldKey = (key: string) => Promise<boolean>;

let kept = 0;

export function answerStore(
  db: Database,
  { idempotencyKeys: t }: Tables,
  log: ChangeLog,
  hold: HoldKey,
): AnswerStore {
  const oldest = new Date(Date.parse(log.at) - KEPT_FOR_MS).toISOString();
  return {
    async find<Result>(key: string) {
      const [held] = await db
        .select({ print: t.print, answer: t.answer })
        .from(t)
        .where(and(eq(t.name, key), gte(t.at, oldest)));
      return held && { print: held.print, ...(held.answer as KeptAnswer<Result>) };
    },

    async take<Result>({ key, print }: OnceKey) {
      if (!(await hold(key))) throw new ClaimwireError('idempotency-in-progress');
      await db.delete(t).where(and(eq(t.name, key), lt(t.at, oldest)));
      const [held] = await db.select({ print: t.print, answer: t.answer }).from(t).where(eq(t.name, key));
      if (held === undefined) return undefined;
      if (held.print !== print) throw new ClaimwireError('idempotency-key-reused');
      return held.answer as KeptAnswer<Result>;
    },

    async keep({ key, print }, answer) {
      await db.insert(t).values({ name: key, print, at: log.at, answer });
      kept += 1;
      if (kept % SWEPT_EACH !== 0) return;
      const old = await db
        .select({ name: t.name })
        .from(t)
        .where(lt(t.at, oldest))
        .orderBy(t.at)
        .limit(SWEPT_AT_ONCE);
      if (old.length > 0)
        await db.delete(t).where(
          inArray(
            t.name,
            old.map(({ name }) => name),
          ),
        );
    },
  };
}
