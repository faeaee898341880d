/**
 * Which server answers a read: a replica that is well and has seen every write that is known of, else the primary; with
 * the primary gone, a replica that has seen what the caller has. A server that fails is left out and taken back by itself.
 */
import { clearInterval, setInterval } from 'node:timers';
import { setTimeout as delay } from 'node:timers/promises';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { withReplicas } from 'drizzle-orm/pg-core';
import type { Pool } from 'pg';
import { ClaimwireError } from '../../kernel/errors.js';
import type { Database } from '../database.js';
import type { NodeStatus, ReadStores } from '../storage.js';
import { readStores } from '../stores.js';
import { openPool, poolConfig } from './connect.js';
import { adviceOn, toFailure } from './failures.js';
import type { KnownPlace } from './place.js';
import { tables } from './tables.js';

export const WATCH_INTERVAL_MS = 100; // how often each server is asked where it stands
const WATCH_TIMEOUT_MS = 1_000; // one that does not say in this time is left out
const STATUS_WAIT_MS = 500; // then what is known is told: who asks whether all is well does not wait long
const PLACE = 'select seq::float8 as seq, at from changes order by seq desc limit 1';
export const LAG_MAX_MS = 10_000; // a replica further behind is left out
const SAMPLES_MAX = 600; // places of the primary kept to tell a lag by: a minute of them

/** A server as it is reached: by many connections to read and write with, and one of its own to be asked on. */
export interface Server {
  readonly url: string;
  readonly pool: Pool;
}

interface Node {
  readonly role: 'primary' | 'replica';
  readonly stores: ReadStores;
  readonly line: Pool;
  /** Asks where it stands; whoever asks is told what holds after they asked. */
  ask: () => Promise<void>;
  isUp: boolean;
  /** The last change that it is known to have seen, of when it was last up. */
  seq: number;
  lagMs: number;
  /** Ends the waiting of each read that is on its way there. */
  readonly waiting: Set<() => void>;
}

/** Where the reads of one request may go: as far as `wanted` if that can be had, as far as `seq` in any case. */
interface Route {
  readonly nodes: readonly Node[];
  readonly seq: number;
  readonly wanted: number;
}

export interface Nodes {
  /**
   * Stores that read at least as far as `seq`, and as far as the primary is known to be wherever a server that has come
   * so far answers. `onBehind` is told of each read that one answered which has not.
   */
  at(seq: number, onBehind?: () => void): ReadStores;
  /** Whether the primary answers. */
  isPrimaryUp(): boolean;
  /** Asks every server where it stands. */
  status(): Promise<{ primary: NodeStatus; replicas: NodeStatus[] }>;
  close(): Promise<void>;
}

/**
 * @param known what the primary is known to be at; told of its place each time that it is asked
 */
export function createNodes(
  primaryServer: Server,
  replicaServers: readonly Server[],
  known: KnownPlace,
): Nodes {
  const primaryDb = drizzle(primaryServer.pool, { casing: 'snake_case' });
  const createNode = (role: Node['role'], { url, pool }: Server, db: NodePgDatabase): Node => {
    const node: Node = {
      role,
      stores: readStores(db as unknown as Database, tables, toFailure),
      line: openPool({
        ...poolConfig(url),
        max: 1,
        connectionTimeoutMillis: WATCH_TIMEOUT_MS,
        query_timeout: WATCH_TIMEOUT_MS,
      }),
      ask: oneAtATime(() => ask(node)),
      isUp: role === 'primary',
      seq: 0,
      lagMs: 0,
      waiting: new Set(),
    };
    // Behind the same address may be another server when it comes back: what is known of it no longer holds.
    pool.on('error', () => {
      node.isUp = false;
    });
    return node;
  };
  const primary = createNode('primary', primaryServer, primaryDb);
  const replicas = replicaServers.map((server) => {
    const replicaDb = drizzle(server.pool, { casing: 'snake_case' });
    return createNode('replica', server, withReplicas(primaryDb, [replicaDb]) as unknown as NodePgDatabase);
  });

  /** Places of the primary and when each was first seen; the first may be of any time before. */
  let samples: { at: number; seq: number }[] = [];
  const sample = (seq: number): void => {
    const last = samples.at(-1)?.seq ?? -1;
    if (seq < last) samples = []; // another server took over, which had not seen everything
    if (seq !== last) samples.push({ at: samples.length === 0 ? 0 : Date.now(), seq });
    if (samples.length > SAMPLES_MAX) samples.shift();
  };
  const lagOf = (seq: number): number => {
    if (samples.length === 0) return Number.POSITIVE_INFINITY; // not known yet
    const newer = samples.find((sample) => sample.seq > seq);
    return newer === undefined ? 0 : Date.now() - newer.at;
  };

  const ask = async (node: Node): Promise<void> => {
    const before = known.seq();
    let at: string | null = null;
    try {
      const { rows } = await node.line.query(PLACE);
      node.seq = Number(rows[0]?.seq ?? 0);
      at = rows[0]?.at ?? null;
      node.isUp = true;
    } catch {
      node.isUp = false;
      if (node.role === 'replica') for (const leave of node.waiting) leave();
      return;
    }
    if (node.role === 'replica') {
      node.lagMs = lagOf(node.seq);
      return;
    }
    sample(node.seq);
    known.found({ seq: node.seq, at }, before);
  };

  const timers = [primary, ...replicas].map((node) => {
    let isAsked = false;
    const watch = async () => {
      if (isAsked) return;
      isAsked = true;
      await node.ask().finally(() => {
        isAsked = false;
      });
    };
    void watch();
    return setInterval(watch, WATCH_INTERVAL_MS).unref();
  });

  /** Who is asked first: replicas that are well and far enough, the primary, those that may have caught up, the rest. */
  const rankOf = ({ role, isUp, lagMs, seq: seen }: Node, seq: number): number => {
    if (role === 'primary') return isUp ? 1 : 3;
    if (!isUp) return 4;
    return lagMs <= LAG_MAX_MS && seen >= seq ? 0 : 2;
  };
  let turn = 0;
  const candidates = (seq: number): Node[] => {
    turn = (turn + 1) % replicas.length;
    return [...replicas.slice(turn), ...replicas.slice(0, turn), primary].sort(
      (one, other) => rankOf(one, seq) - rankOf(other, seq),
    );
  };

  const hasReached = async (node: Node, seq: number): Promise<boolean> => {
    if (node === primary || (node.isUp && node.seq >= seq)) return true;
    await node.ask();
    return node.isUp && node.seq >= seq;
  };

  /** Servers that have come as far as is wanted; where none of them answers, those that have come to `seq` alone. */
  async function* inOrder({ nodes, seq, wanted }: Route) {
    const left = new Set(nodes);
    for (const node of nodes) {
      if (!node.isUp || !(await hasReached(node, wanted))) continue;
      left.delete(node);
      yield { node, isBehind: false };
    }
    for (const node of left) if (await hasReached(node, seq)) yield { node, isBehind: node !== primary };
  }

  /** Runs a read on the first server that answers it. */
  const firstThatAnswers = async <Result>(
    route: Route,
    read: (stores: ReadStores) => Promise<Result>,
    onBehind: () => void,
  ) => {
    let failure: unknown = new ClaimwireError('unavailable');
    for await (const { node, isBehind } of inOrder(route)) {
      try {
        const result = await unlessLeft(node, read(node.stores));
        if (isBehind) onBehind();
        return result;
      } catch (error) {
        if (!(error instanceof ClaimwireError) || error.code !== 'unavailable') throw error;
        const advice = adviceOn(error);
        if (advice === 'stop') throw error;
        if (advice === 'retire') node.isUp = false;
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
    at(seq, onBehind = () => {}) {
      if (replicas.length === 0) return primary.stores;
      const route = { nodes: candidates(seq), seq, wanted: Math.max(seq, known.seq()) };
      return mapStores(primary.stores, (pick) => firstThatAnswers(route, pick, onBehind));
    },
    isPrimaryUp: () => primary.isUp,
    async status() {
      const asked = [primary, ...replicas].map((node) => node.ask());
      await Promise.race([Promise.all(asked), delay(STATUS_WAIT_MS, undefined, { ref: false })]);
      return { primary: statusOf(primary), replicas: replicas.map(statusOf) };
    },
    async close() {
      for (const timer of timers) clearInterval(timer);
      await Promise.all([primary, ...replicas].map(({ line }) => line.end()));
    },
  };
}

/** What `answer` resolves to, or `unavailable` as soon as the server is found gone. */
function unlessLeft<Result>({ waiting }: Node, answer: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(new ClaimwireError('unavailable'));
    waiting.add(leave);
    answer.then(resolve, reject).finally(() => waiting.delete(leave));
  });
}

/** `work`, never twice at once: whoever comes while it runs shares the next run. */
function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const run = (): Promise<void> => {
    next = undefined;
    running = work().finally(() => {
      running = undefined;
    });
    return running;
  };
  return () => {
    if (running === undefined) return run();
    next ??= running.then(run, run);
    return next;
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
