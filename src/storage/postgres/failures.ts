/**
 * What PostgreSQL and its driver throw, in the house's words. No message of theirs reaches a caller: it could name a
 * host or a role.
 */
import { ClaimwireError } from '../../kernel/errors.js';
import { driverError } from '../failures.js';

const codeOf = (error: unknown): string =>
  String((driverError(error) as { code?: unknown } | null)?.code ?? '');

/**
 * Codes of a server that cannot answer now: connections (08), authorisation (28), resources (53), operator intervention
 * and cancelled statements (57), system errors (58), a server that only reads (25006), a transaction cut off for idling
 * (25P03, 25P04), a database, table, column or right that is not there (3D000, 42P01, 42703, 42501), and the socket's own.
 */
const GONE =
  /^(08|28|53|57|58)...$|^(25006|25P03|25P04|3D000|42P01|42703|42501)$|^E(CONN|HOST|NET|PIPE|AI_|TIMEDOUT)|^ENOTFOUND$/;
const GONE_WORDS =
  /Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|not queryable|Client was closed|pool after calling end/;

const STATEMENT_CANCELLED = '57014';
const NO_FREE_CONNECTION = 'timeout exceeded when trying to connect';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : '');

/** Whether nothing can be had on this connection, which must not be used again. */
export function isGone(error: unknown): boolean {
  const cause = driverError(error);
  return GONE.test(codeOf(cause)) || GONE_WORDS.test(messageOf(cause));
}

/** Transactions that crossed or waited for each other, or a read that crossed what a replica had to replay. */
const isSerialization = (error: unknown): boolean => ['40001', '40P01', '55P03'].includes(codeOf(error));

/** Transactions that crossed each other: to be run again. A unique key that was taken meanwhile is one, too. */
export const isCrossed = (error: unknown): boolean => isSerialization(error) || codeOf(error) === '23505';

export function toFailure(error: unknown): unknown {
  if (error instanceof ClaimwireError) return error;
  const cause = driverError(error);
  return isGone(cause) || isSerialization(cause)
    ? new ClaimwireError('unavailable', undefined, { cause })
    : cause;
}

/**
 * What to do about a read that failed: `retire` the server, which is gone, and ask another; ask another all the same,
 * where this one had to replay or is busy; or `stop`, since a statement that takes too long would do so anywhere.
 */
export function adviceOn({ cause }: ClaimwireError): 'retire' | 'go-on' | 'stop' {
  if (codeOf(cause) === STATEMENT_CANCELLED) return 'stop';
  return isSerialization(cause) || messageOf(cause) === NO_FREE_CONNECTION ? 'go-on' : 'retire';
}

/** Why a connection cannot be made, for who starts the server. Names the database, never its password. */
export function tellOfConnection(error: unknown, url: URL): string {
  const where = `${url.hostname || 'localhost'}:${url.port || '5432'}`;
  const user = decodeURIComponent(url.username) || '(none)';
  const name = decodeURIComponent(url.pathname.slice(1)) || user;
  const code = codeOf(error);
  const sentences: Record<string, string> = {
    '28P01': `PostgreSQL at ${where} refuses the password of the user ${user}.`,
    '28000': `PostgreSQL at ${where} does not let the user ${user} in; see its pg_hba.conf.`,
    '3D000': `There is no database ${name} at ${where}; create it first.`,
    '42501': `The user ${user} lacks rights in the database ${name} at ${where}; it must be able to create tables.`,
    '25006': `PostgreSQL at ${where} only reads: it is a replica, or set so.`,
    ENOTFOUND: `No host ${url.hostname} was found.`,
    EAI_AGAIN: `No host ${url.hostname} was found: the name server does not answer.`,
    ECONNREFUSED: `Nothing listens at ${where}; is PostgreSQL running there?`,
  };
  if (sentences[code] !== undefined) return sentences[code];
  if (/password must be a (non-empty )?string/.test(messageOf(driverError(error))))
    return `PostgreSQL at ${where} asks for the password of the user ${user}, and none is given.`;
  const reason = code === '' ? '' : ` (${code})`;
  return isGone(error) || code === '' || code.startsWith('E')
    ? `PostgreSQL at ${where} cannot be reached${reason}.`
    : `The tables of the database ${name} at ${where} cannot be made${reason}.`;
}
