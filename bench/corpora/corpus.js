/**
 * What a mapping is: from the records of a collection to rows of the exchange format.
 */

/** @typedef {'source' | 'article' | 'claim'} Kind */
/** @typedef {Partial<Record<Kind, object>>} Row an object of one field, as a line of the exchange format */

/**
 * @typedef {object} Told
 * @property {(kind: Kind, name: string) => AsyncGenerator<any>} records the records of a file, counted as what they are to become
 * @property {(reason: string) => void} note tells of a record that does not come in just as it is, and why
 */

/**
 * @typedef {object} Corpus
 * @property {string} name
 * @property {(folder: string, told: Told) => AsyncGenerator<Row>} map gives a row for each record, and one for each source
 *   that the records name and no other collection describes
 */

export {};
