/**
 * Which server answers a read: a replica that is well and has seen what the caller has, else the primary. A server that
 * fails is left out and taken back by itself.
 */
import { setInterval } from 'node:timers';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { withReplicas } from 'drizzle-orm/pg-core';
import type { Pool } from 'pg';
import { ClaimwireError } from '../../kernel/errors.js';
import type { Database } from '../database.js';
import type { NodeStatus, ReadStores } from '../storage.js';
import { readStores } from '../stores.js';
import { toFailure } from './failures.js';
import { tables } from './tables.js';

export const WATCH_INTERVAL_MS = 100; // how often the servers are asked where they stand
export const LAG_MAX_MS = 10_000; // a replica further behind is left out
const SAMPLES_MAX = 600; // places of the primary kept to tell a lag by: a minute of them

interface Node {
  readonly role: 'primary' | 'replica';
  readonly pool: Pool;
  readonly stores: ReadStores;
  isUp: boolean;
  /** The last change that it is known to have seen; it never goes back. */
  seq: number;
  lagMs: number;
}

export interface Nodes {
  /** Stores that read at least as far as `seq`. */
  at(seq: number): ReadStores;
  status(): { primary: NodeStatus; replicas: NodeStatus[] };
  /** Asks every server where it stands; resolves when all have answered or failed. */
  watch(): Promise<void>;
  close(): void;
}

/**
 * @param onSeq told of each new place of the primary
 */
export function createNodes(
  primaryPool: Pool,
  replicaPools: readonly Pool[],
  onSeq: (seq: number) => void,
): Nodes {
  const primaryDb = drizzle(primaryPool, { casing: 'snake_case' });
  const node = (role: Node['role'], pool: Pool, db: NodePgDatabase): Node => ({
    role,
    pool,
    stores: readStores(db as unknown as Database, tables, toFailure),
    isUp: role === 'primary',
    seq: 0,
    lagMs: 0,
  });
  const primary = node('primary', primaryPool, primaryDb);
  const replicas = replicaPools.map((pool) => {
    const replicaDb = drizzle(pool, { casing: 'snake_case' });
    return node('replica', pool, withReplicas(primaryDb, [replicaDb]) as unknown as NodePgDatabase);
  });

  const samples: { at: number; seq: number }[] = [];
  const lagOf = (seq: number): number => {
    const newer = samples.find((sample) => sample.seq > seq);
    return newer === undefined ? 0 : Date.now() - newer.at;
  };

  const ask = async (asked: Node): Promise<void> => {
    try {
      const { rows } = await asked.pool.query('select coalesce(max(seq), 0)::float8 as seq from changes');
      asked.seq = Math.max(asked.seq, Number(rows[0]?.seq));
      asked.isUp = true;
    } catch {
      asked.isUp = false;
    }
    if (asked !== primary || !asked.isUp) return;
    if (samples.at(-1)?.seq !== asked.seq) samples.push({ at: Date.now(), seq: asked.seq });
    if (samples.length > SAMPLES_MAX) samples.shift();
    onSeq(asked.seq);
  };

  const watch = async (): Promise<void> => {
    await Promise.all([primary, ...replicas].map(ask));
    for (const replica of replicas) replica.lagMs = lagOf(replica.seq);
  };
  let isWatching = false;
  const timer = setInterval(async () => {
    if (isWatching) return;
    isWatching = true;
    await watch().finally(() => {
      isWatching = false;
    });
  }, WATCH_INTERVAL_MS);
  timer.unref();

  let turn = 0;
  /** Replicas that are well and far enough, in turn; then the primary; then whatever may have caught up meanwhile. */
  const candidates = (seq: number): Node[] => {
    const isReady = ({ isUp, lagMs, seq: seen }: Node) => isUp && lagMs <= LAG_MAX_MS && seen >= seq;
    const ready = replicas.filter(isReady);
    turn = (turn + 1) % Math.max(1, ready.length);
    const rest = replicas.filter((replica) => !ready.includes(replica));
    return [...ready.slice(turn), ...ready.slice(0, turn), primary, ...rest];
  };

  const hasReached = async (asked: Node, seq: number): Promise<boolean> => {
    if (asked === primary || asked.seq >= seq) return true;
    await ask(asked);
    return asked.seq >= seq;
  };

  /** Runs a read on the first server that answers it. */
  const firstThatAnswers = async <Result>(
    nodes: readonly Node[],
    seq: number,
    read: (stores: ReadStores) => Promise<Result>,
  ) => {
    let failure: unknown = new ClaimwireError('unavailable');
    for (const asked of nodes) {
      if (!(await hasReached(asked, seq))) continue;
      try {
        return await read(asked.stores);
      } catch (error) {
        if (!(error instanceof ClaimwireError) || error.code !== 'unavailable') throw error;
        asked.isUp = false;
        failure = error;
      }
    }
    throw failure;
  };

  const statusOf = ({ isUp, seq, lagMs }: Node): NodeStatus => ({
    state: !isUp ? 'down' : lagMs > LAG_MAX_MS ? 'behind' : 'up',
    behind: Math.max(0, primary.seq - seq),
  });

  return {
    at(seq) {
      if (replicas.length === 0) return primary.stores;
      const nodes = candidates(seq);
      return mapStores(primary.stores, (pick) => firstThatAnswers(nodes, seq, pick));
    },
    status: () => ({ primary: statusOf(primary), replicas: replicas.map(statusOf) }),
    watch,
    close: () => clearInterval(timer),
  };
}

/** Stores of the same functions, each run by `run` over the stores that it chooses. */
function mapStores(
  shape: ReadStores,
  run: (read: (stores: ReadStores) => Promise<unknown>) => Promise<unknown>,
): ReadStores {
  type Calls = Record<string, (...parameters: unknown[]) => Promise<unknown>>;
  const entries = Object.entries(shape).map(([name, store]) => [
    name,
    Object.fromEntries(
      Object.keys(store).map((call) => [
        call,
        (...parameters: unknown[]) =>
          run(
            (stores) =>
              (stores as unknown as Record<string, Calls>)[name]?.[call]?.(...parameters) as Promise<unknown>,
          ),
      ]),
    ),
  ]);
  return Object.fromEntries(entries);
}
