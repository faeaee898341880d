/**
 * Connections to a server of PostgreSQL, and the bounds of what they may take.
 */
import { Pool, type PoolConfig } from 'pg';
import { ClaimwireError } from '../../kernel/errors.js';

const POOL_MAX = 10; // connections to each server; several nodes share its max_connections
const CONNECT_TIMEOUT_MS = 2_000; // a server that is gone must be noticed at once
const STATEMENT_TIMEOUT_MS = 15_000; // no request may hold a server longer
const IDLE_TIMEOUT_MS = 30_000;

export const poolConfig = (url: string): PoolConfig => ({
  application_name: 'claimwire',
  connectionString: url,
  max: POOL_MAX,
  connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  idleTimeoutMillis: IDLE_TIMEOUT_MS,
  statement_timeout: STATEMENT_TIMEOUT_MS,
  query_timeout: STATEMENT_TIMEOUT_MS + CONNECT_TIMEOUT_MS,
  idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
  keepAlive: true,
});

/** Connections as they are needed, each of which may break at any time without harm to the process. */
export function openPool(config: PoolConfig): Pool {
  const pool = new Pool(config);
  pool.on('error', () => {}); // an idle connection that broke; the next use opens another
  // One that breaks in use says so twice: to its query, and here, where an event that nobody hears ends the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** The address of a server. Throws `unavailable`, which does not repeat it: it may hold a password. */
export function parseUrl(url: string): URL {
  try {
    const address = new URL(url);
    for (const part of [address.username, address.password, address.pathname]) decodeURIComponent(part);
    return address;
  } catch {
    throw new ClaimwireError('unavailable', 'The URL of the PostgreSQL server cannot be read.');
  }
}
