/**
 * The rows that an answer shows, by their kind: so that whoever keeps a copy can be told which to drop.
 */

export type RowKind = 'article' | 'claim' | 'source';

/** Told of each row that an answer shows; one that is named twice counts once. */
export type NameRow = (kind: RowKind, id: string) => void;
