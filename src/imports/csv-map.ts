/**
 * Which column of a table holds which field: as a map says, or by the names of the columns where they are the names of our
 * fields. What a row is follows from the fields: a headline makes an article, a name a source, a text a claim.
 */
import { parse } from 'csv-parse/sync';
import { ClaimwireError } from '../kernel/errors.js';
import { fold, nearest } from '../kernel/words.js';

/** The field of each column. */
export type ColumnMap = ReadonlyMap<string, string>;

export type TableKind = 'article' | 'source' | 'claim';

/** Texts are CommonMark in `body`, HTML in `bodyHtml` and plain in `bodyText`. */
export const tableFields = {
  article: [
    ...[
      'headline',
      'standfirst',
      'body',
      'bodyHtml',
      'bodyText',
      'slug',
      'externalId',
      'language',
      'section',
      'tags',
    ],
    ...[
      'authors',
      'publisher',
      'canonicalUrl',
      'image',
      'imageAlt',
      'imageCaption',
      'imageCredit',
      'disclaimer',
    ],
    ...['status', 'retraction', 'publishedAt', 'modifiedAt'],
  ],
  source: ['name', 'slug', 'kind', 'aliases', 'description', 'role', 'country', 'url', 'sameAs', 'memberOf'],
  claim: [
    ...[
      'text',
      'externalId',
      'language',
      'tags',
      'source',
      'sourceKind',
      'stance',
      'context',
      'url',
      'saidAt',
    ],
    ...['reviewer', 'rating', 'verdict', 'reviewUrl', 'reviewTitle', 'reviewSummary', 'reviewedAt'],
  ],
} as const satisfies Record<TableKind, readonly string[]>;

/** The field without which a row is not one of its kind. */
const telling: Record<TableKind, string> = { article: 'headline', source: 'name', claim: 'text' };
const kinds = Object.keys(telling) as TableKind[];
const everyField = [...new Set<string>(Object.values(tableFields).flatMap((fields) => [...fields]))];

/** Reads `column=field,column=field`; a column whose name holds a comma stands in quotes. Throws an Error with a sentence. */
export function readColumnMap(text: string): ColumnMap {
  const map = new Map<string, string>();
  let pairs: string[];
  try {
    [pairs = []] = parse(text, { relax_column_count: true }) as string[][];
  } catch {
    throw new Error('found a quotation mark that is not closed');
  }
  for (const pair of pairs) {
    const [, column = '', field = ''] = /^(.*)=([^=]*)$/s.exec(pair.trim()) ?? [];
    const name = column.trim();
    if (name === '') throw new Error(`found “${pair.trim()}”`);
    if (!everyField.includes(field.trim())) {
      const [near] = nearest(field, everyField);
      throw new Error(
        `there is no field ${field.trim()}${near === undefined ? '' : `; did you mean ${near}?`}`,
      );
    }
    if (map.has(fold(name))) throw new Error(`the column “${name}” is given twice`);
    if ([...map.values()].includes(field.trim())) throw new Error(`the field ${field.trim()} is given twice`);
    map.set(fold(name), field.trim());
  }
  return map;
}

/** The field of each column of a header, null for one that none is meant for. Throws `unreadable-file` for a column that is not there. */
export function mapColumns(header: readonly string[], map: ColumnMap | null): (string | null)[] {
  const names = header.map((name) => fold(name.replace(/^\ufeff/, '')));
  if (map === null) {
    const known = new Map(everyField.map((field) => [fold(field), field]));
    return names.map((name) => known.get(name) ?? null);
  }
  for (const name of map.keys()) {
    if (names.includes(name)) continue;
    throw refusal(`a column “${name}”, as the map says`, header);
  }
  return names.map((name) => map.get(name) ?? null);
}

/** What the rows are. Throws ClaimwireError `unreadable-file` where the fields make none or do not belong together. */
export function kindOfColumns(columns: readonly (string | null)[], header: readonly string[]): TableKind {
  const fields = columns.filter((field) => field !== null);
  const kind = kinds.find((each) => fields.includes(telling[each]));
  if (kind === undefined)
    throw refusal(
      'a column for headline (of an article), name (of a source) or text (of a claim), by its name or by --map column=field',
      header,
    );
  const strange = fields.find((field) => !(tableFields[kind] as readonly string[]).includes(field));
  if (strange !== undefined)
    throw new ClaimwireError(
      'unreadable-file',
      `expected fields of one kind, found ${telling[kind]}, which makes it ${kind}s, and ${strange}, which they do not have`,
    );
  return kind;
}

const refusal = (expected: string, header: readonly string[]) =>
  new ClaimwireError(
    'unreadable-file',
    `expected ${expected}, found ${header
      .slice(0, 20)
      .map((name) => `“${name.trim().slice(0, 40)}”`)
      .join(', ')}`,
  );
