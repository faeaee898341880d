/**
 * Who calls: the holder of a key, and what a key opens.
 */

/** What a key may open. Each of these words implies those before it. */
export const scopes = ['read:drafts', 'write', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** All that a scope opens, itself the last. */
export const impliedBy = (scope: Scope): readonly Scope[] => scopes.slice(0, scopes.indexOf(scope) + 1);

/** The holder of a valid key. */
export interface Caller {
  /** The id of the key, which is no secret: it stands on each change that the caller makes. */
  readonly id: string;
  readonly name: string;
  /** All that the key opens, those scopes among it that its own implies. */
  readonly scopes: readonly Scope[];
}

/** What a text is that is given as a key. Only who holds the whole key learns that it was good once. */
export type Verdict =
  | { readonly is: 'valid'; readonly caller: Caller }
  | { readonly is: 'unknown' }
  | { readonly is: 'expired' | 'revoked'; readonly at: string };
