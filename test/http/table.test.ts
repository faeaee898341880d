/**
 * Records of comma-separated values: whatever stands in a row is read back from them, and nothing in them is run by a
 * spreadsheet.
 */
import fc from 'fast-check';
import t from 'tap';
import { z } from 'zod';
import { columnsOf, headerOf, recordsOf } from '../../src/http/table.js';

const Place = z.object({ name: z.string(), at: z.object({ x: z.int(), y: z.int().nullable() }).nullable() });
const Row = z.object({
  id: z.string(),
  place: Place.nullable(),
  tags: z.array(z.string()),
  parts: z.array(Place),
  extra: z.object({ a: z.string(), b: z.string().optional() }).optional(),
});

t.test(
  'columns are the fields of a row, those within others with dots, in the order of the schema',
  async (t) => {
    const names = (isWanted: Parameters<typeof columnsOf>[1]) => headerOf(columnsOf(Row, isWanted)).trim();
    t.equal(
      names((_path, isOptional) => !isOptional),
      'id,place.name,place.at.x,place.at.y,tags,parts',
    );
    t.equal(
      names(() => true),
      'id,place.name,place.at.x,place.at.y,tags,parts,extra.a,extra.b',
    );
    t.equal(
      names((path) => ['place', 'place.at', 'place.at.y'].includes(path)),
      'place.at.y',
    );
  },
);

t.test('a record holds what the row holds', async (t) => {
  const columns = columnsOf(Row, () => true);
  const record = (row: object) => recordsOf([row], columns);
  t.equal(
    record({ id: 'a', place: { name: 'b, "c"', at: { x: 1, y: null } }, tags: ['d', 'e'], parts: [] }),
    'a,"b, ""c""",1,,"[""d"",""e""]",[],,\r\n',
  );
  t.equal(record({ id: '', place: null, tags: [], parts: [] }), '"",,,,[],[],,\r\n');
  t.equal(record({ id: 'a\nb\r', place: { name: ' c ', at: null } }), '"a\nb\r", c ,,,,,,\r\n');
  t.equal(recordsOf([], columns), '');
});

t.test('what would be a formula is text, and can be told from text that was so written', async (t) => {
  const cases: [value: string, cell: string][] = [
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@a', "'@a"],
    ['\tx', "'\tx"],
    ['\r=1', `"'\r=1"`],
    ['＝1', "'＝1"],
    ["'=1", "''=1"],
    ["'a", "'a"],
    ['a=1', 'a=1'],
  ];
  for (const [value, cell] of cases) t.equal(recordsOf([{ id: value }], [['id']]), `${cell}\r\n`, value);
});

/** Cells of records as RFC 4180 reads them; null for an empty one without quotation marks. */
function parse(text: string): (string | null)[][] {
  const records: (string | null)[][] = [];
  let record: (string | null)[] = [];
  for (const [, quoted, bare = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy)) {
    record.push(quoted === undefined ? (bare === '' ? null : bare) : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    records.push(record);
    record = [];
  }
  return records;
}

const unescaped = (cell: string | null) => cell?.replace(/^'(?='*[=+\-@\t\r\n＝＋－＠])/, '') ?? null;

const cell = fc.oneof(
  fc.constant(null),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc
    .array(
      fc.constantFrom('"', ',', '\r', '\n', '\r\n', "'", '=', '+', '-', '@', '\t', ' ', 'a', ';', '＝'),
      { maxLength: 6 },
    )
    .map((parts) => parts.join('')),
);

t.test('whatever a row holds is read back', async () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 5 }), (rows) => {
      const text = recordsOf(
        rows.map(([a, b, c]) => ({ a, b, c })),
        [['a'], ['b'], ['c']],
      );
      const read = parse(text);
      return (
        JSON.stringify(read.map((record) => record.map(unescaped))) === JSON.stringify(rows) &&
        !read.flat().some((cell) => /^[=+\-@\t\r\n]/.test(cell ?? ''))
      );
    }),
    { numRuns: 1_000 },
  );
});
