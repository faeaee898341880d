/**
 * What PostgreSQL and its driver throw, in the house's words. No message of theirs reaches a caller: it could name a
 * host or a role.
 */
import { ClaimwireError } from '../../kernel/errors.js';
import { driverError } from '../failures.js';

export const codeOf = (error: unknown): string =>
  String((driverError(error) as { code?: unknown } | null)?.code ?? '');

/**
 * Codes of a server that cannot answer now: connections (08), resources (53), operator intervention and cancelled
 * statements (57), system errors (58), a server that only reads (25006), and the socket's own.
 */
const GONE = /^(08|53|57|58)...$|^25006$|^E(CONN|HOST|NET|PIPE|AI_|TIMEDOUT)|^ENOTFOUND$/;
const GONE_WORDS =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|not queryable|pool after calling end/;

/** Transactions that crossed each other: to be run again. A unique key that was taken meanwhile is one, too. */
export const isCrossed = (error: unknown): boolean => ['40001', '40P01', '23505'].includes(codeOf(error));

export function toFailure(error: unknown): unknown {
  if (error instanceof ClaimwireError) return error;
  const cause = driverError(error);
  const isGone = GONE.test(codeOf(cause)) || (cause instanceof Error && GONE_WORDS.test(cause.message));
  return isGone ? new ClaimwireError('unavailable', undefined, { cause }) : cause;
}

/** Why a connection cannot be made, for who starts the server. Names the database, never its password. */
export function tellOfConnection(error: unknown, url: URL): string {
  const where = `${url.hostname || 'localhost'}:${url.port || '5432'}`;
  const name = decodeURIComponent(url.pathname.slice(1)) || decodeURIComponent(url.username);
  const user = decodeURIComponent(url.username) || '(none)';
  const sentences: Record<string, string> = {
    '28P01': `PostgreSQL at ${where} refuses the password of the user ${user}.`,
    '28000': `PostgreSQL at ${where} does not let the user ${user} in; see its pg_hba.conf.`,
    '3D000': `There is no database ${name} at ${where}; create it first.`,
    '42501': `The user ${user} lacks rights in the database ${name} at ${where}; it must be able to create tables.`,
    ENOTFOUND: `No host ${url.hostname} was found.`,
    ECONNREFUSED: `Nothing listens at ${where}; is PostgreSQL running there?`,
  };
  return (
    sentences[codeOf(error)] ??
    `PostgreSQL at ${where} cannot be reached${codeOf(error) ? ` (${codeOf(error)})` : ''}.`
  );
}
