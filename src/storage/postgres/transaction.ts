/**
 * Writes: serializable transactions that run again where they crossed another. The order of `changes` is the order in
 * which they become visible.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool, PoolClient } from 'pg';
import { ClaimwireError } from '../../kernel/errors.js';
import type { Clock } from '../../kernel/time.js';
import { toBookmark } from '../bookmark.js';
import { createChangeLog } from '../changes.js';
import type { Database } from '../database.js';
import { queueSearch } from '../search-queue.js';
import type { Storage, WriteOptions, WriteStores, Written } from '../storage.js';
import { writeStores } from '../stores.js';
import { createTurns } from '../turns.js';
import { readForWriters } from '../writer-reads.js';
import { isCrossed, isGone, toFailure } from './failures.js';
import { CHANNEL } from './listen.js';
import { tables } from './tables.js';

const WRITES_AT_ONCE = 4; // of this process; the rest wait here, not for a connection, of which reads need some
const ATTEMPTS_MAX = 8; // of a transaction that crosses others
const ATTEMPTS_BESIDE_OTHERS = 4; // after these it runs alone, and so cannot cross anything

/**
 * Held by every writer, or by one alone that was crossed too often. A lock on a table is taken before the transaction
 * sees anything; an advisory one only after, and who waited for it would see what was there before the wait.
 */
const BESIDE_OTHERS = 'lock table changes in row share mode';
const ALONE = 'lock table changes in exclusive mode';

/**
 * Beside others no row is waited for longer: who has it makes this transaction run again in any case, unless each waits
 * for the other, which PostgreSQL would notice after a second. By chance, so that of two such only one gives up.
 */
const rowWaitMs = (): number => Math.round(20 + Math.random() * 80);

/** Advisory locks, in Claimwire's own class of keys. */
export const LOCK_CLASS = 0x43_57; // "CW"
/** The same of the keys of writes, by their hash. */
const KEY_LOCK_CLASS = 0x43_4b; // "CK"
const ORDER_LOCK = 2; // held from taking a seq until it is visible
const TAKE_PLACE = `set local lock_timeout = 0; select pg_advisory_xact_lock(${LOCK_CLASS}, ${ORDER_LOCK})`;

const IN_DOUBT =
  'The database stopped answering while a write was being kept; whether it was kept is not known. Writing the same again is safe.';

export interface WriterOptions {
  readonly clock: Clock;
  readonly newId: () => string;
}

export function createWriter(pool: Pool, made: WriterOptions): Storage['write'] {
  /** One attempt at a transaction. */
  const attempt = async <Result>(
    client: PoolClient,
    work: (stores: WriteStores) => Promise<Result>,
    asked: WriteOptions<Result> & { isAlone: boolean },
  ): Promise<Written<Result>> => {
    const within = drizzle(client, { casing: 'snake_case' }) as unknown as Database;
    const start = asked.isAlone ? ALONE : `${BESIDE_OTHERS}; set local lock_timeout = ${rowWaitMs()}`;
    await client.query(`begin isolation level serializable; ${start}`);
    const { keep = true, by = null, note = null, undoesParts = false, finish } = asked;
    const reads = readForWriters(within, tables);
    const log = createChangeLog(within, tables, { ...made, by, note, states: reads.states });
    const queue = queueSearch(reads.index, !undoesParts);
    const stores = writeStores({
      db: within,
      tables,
      log,
      reads,
      queue,
      hold: (key) => hold(client, key),
      run: (statement) => client.query(statement),
      undoesParts,
    });
    const result = await work(stores);
    if (keep) {
      await queue.flush();
      await log.keep();
    }
    if (log.recorded.size > 0) await client.query(TAKE_PLACE);
    const seq = await log.announce();
    if (seq !== null && keep) await client.query('select pg_notify($1, $2)', [CHANNEL, String(seq)]);
    if (!keep) await client.query('rollback'); // so that the last change is one that was kept
    const bookmark = toBookmark(seq !== null && keep ? seq : await lastSeq(client));
    if (keep) {
      await finish?.(stores, result, bookmark);
      await commit(client);
    }
    return { result, changes: log.recorded, bookmark };
  };

  const attempts = async <Result>(
    client: PoolClient,
    work: (stores: WriteStores) => Promise<Result>,
    asked: WriteOptions<Result>,
  ): Promise<Written<Result>> => {
    for (let count = 1; ; count++) {
      try {
        return await attempt(client, work, { ...asked, isAlone: count > ATTEMPTS_BESIDE_OTHERS });
      } catch (error) {
        if (isLost(error)) throw error; // and with the connection the transaction
        await client.query('rollback');
        if (!isCrossed(error) || count === ATTEMPTS_MAX) throw error;
        await delay(Math.random() * 2 ** count);
      }
    }
  };

  const inTurn = createTurns(WRITES_AT_ONCE);
  return (work, asked = {}) =>
    inTurn(async () => {
      let client: PoolClient | undefined;
      try {
        client = await pool.connect();
        const written = await attempts(client, work, asked);
        client.release();
        return written;
      } catch (error) {
        client?.release(isLost(error)); // a connection that broke must not go back to the pool
        throw toFailure(error);
      }
    });
}

/** Whether the connection is of no more use. */
const isLost = (error: unknown): boolean =>
  isGone(error) || (error instanceof ClaimwireError && error.code === 'unavailable');

async function commit(client: PoolClient): Promise<void> {
  try {
    await client.query('commit');
  } catch (cause) {
    throw isGone(cause) ? new ClaimwireError('unavailable', IN_DOUBT, { cause }) : cause;
  }
}

/** Holds a key until the transaction ends, however it does; false where another transaction has it. */
async function hold(client: PoolClient, key: string): Promise<boolean> {
  const { rows } = await client.query('select pg_try_advisory_xact_lock($1, hashtext($2)) as held', [
    KEY_LOCK_CLASS,
    key,
  ]);
  return rows[0]?.held === true;
}

async function lastSeq(client: PoolClient): Promise<number> {
  const { rows } = await client.query('select coalesce(max(seq), 0)::float8 as seq from changes');
  return Number(rows[0]?.seq);
}
