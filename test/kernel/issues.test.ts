/**
 * What is wrong with data is said in sentences that follow a field's name, none of them in the validator's words.
 */
import t from 'tap';
import { z } from 'zod';
import { id, instantInput, line, webUrl } from '../../src/kernel/fields.js';
import { check, explainIssues, fieldName } from '../../src/kernel/issues.js';

const Quote = z.strictObject({ exact: z.string().min(1), prefix: z.string().optional() });
const Shape = z.strictObject({
  headline: line(),
  stance: z.enum(['asserts', 'denies', 'questions']).default('asserts'),
  limit: z.int().min(1).max(100).default(20),
  share: z.number().min(0).lt(1).optional(),
  draft: z.boolean().optional(),
  url: webUrl.nullable().default(null),
  id: id.optional(),
  at: instantInput.optional(),
  words: z.array(z.string().max(3)).min(1).max(2).optional(),
  quote: z
    .union([
      z
        .string()
        .min(1)
        .transform((exact) => ({ exact })),
      Quote,
    ])
    .nullable()
    .default(null),
  claims: z.array(z.strictObject({ key: z.string(), source: z.string().optional() })).default([]),
  places: z.record(z.string(), z.int()).optional(),
});

const faults = (given: object) =>
  check(Shape, { headline: 'x', ...given }).issues.map(({ path, detail }) => `${fieldName(path)}: ${detail}`);

t.test('each fault is one sentence that follows the name of its field', async (t) => {
  const cases: [object, string[]][] = [
    [{ headline: undefined }, ['headline: is required']],
    [{ headline: null }, ['headline: must be text; found null']],
    [{ headline: 2024 }, ['headline: must be text; found a number']],
    [{ headline: ' ' }, ['headline: must not be empty']],
    [{ headline: 'x'.repeat(301) }, ['headline: must be at most 300 characters']],
    [
      { headline: 'a\nb' },
      ['headline: must be one line of text without control characters or broken surrogate pairs'],
    ],
    [{ stance: 'assert' }, ['stance: must be one of asserts, denies, questions; nearest: asserts']],
    [{ stance: 'whistles loudly' }, ['stance: must be one of asserts, denies, questions']],
    [{ stance: 3 }, ['stance: must be one of asserts, denies, questions']],
    [{ limit: 0 }, ['limit: must be a whole number from 1 to 100']],
    [{ limit: 101 }, ['limit: must be a whole number from 1 to 100']],
    [{ limit: 1.5 }, ['limit: must be a whole number from 1 to 100; found a number']],
    [{ limit: 'ten' }, ['limit: must be a whole number from 1 to 100; found text']],
    [{ share: -1 }, ['share: must be at least 0']],
    [{ share: 1 }, ['share: must be less than 1']],
    [{ draft: 'yes' }, ['draft: must be true or false; found text']],
    [{ url: 'ftp://example.org/' }, ['url: must be an absolute http or https URL']],
    [{ url: `https://example.org/${'x'.repeat(2000)}` }, ['url: must be at most 2000 characters']],
    [{ id: '7' }, ['id: must be an id (a UUID)']],
    [{ at: 'yesterday' }, ['at: must be an RFC 3339 time such as 2024-10-18T14:00:00Z']],
    [{ words: [] }, ['words: must have at least 1 entry']],
    [{ words: ['a', 'b', 'c'] }, ['words: must have at most 2 entries']],
    [{ words: 'a' }, ['words: must be a list; found text']],
    [{ words: ['a', 'long'] }, ['words[1]: must be at most 3 characters']],
    [{ places: { start: 'x' } }, ['places.start: must be a number; found text']],
  ];
  for (const [given, expected] of cases) t.same(faults(given), expected, JSON.stringify(given).slice(0, 60));
});

t.test('each unknown key is named, with the nearest that is known where it stands', async (t) => {
  t.same(faults({ headlin: 'x', claims: [{ key: 'a', sorce: 'b' }], quote: { exact: 'a', prefx: 'b' } }), [
    'quote.prefx: is not known here; did you mean `prefix`?',
    'claims[0].sorce: is not known here; did you mean `source`?',
    'headlin: is not known here; did you mean `headline`?',
  ]);
  t.same(faults({ claims: [{ key: 'a', photographer: 1, headline: 1 }] }), [
    'claims[0].photographer: is not known here; known are key, source',
    'claims[0].headline: is not known here; known are key, source',
  ]);
});

t.test('of alternatives, the one that was meant is spoken of', async (t) => {
  const cases: [unknown, string[]][] = [
    ['', ['quote: must not be empty']],
    [5, ['quote: must be text or an object with fields; found a number']],
    [{}, ['quote.exact: is required']],
    [{ exact: 5 }, ['quote.exact: must be text; found a number']],
    [['a'], ['quote: must be text or an object with fields; found a list']],
  ];
  for (const [quote, expected] of cases) t.same(faults({ quote }), expected, JSON.stringify(quote));
  const kinds = z.object({ kind: z.discriminatedUnion('kind', [z.object({ kind: z.literal('a') })]) });
  t.equal(check(kinds, { kind: { kind: 'b' } }).issues.length, 1);
  t.same(check(z.object({ must: z.union([z.string(), z.number()]) }), {}).issues, [
    { path: ['must'], detail: 'is required' },
  ]);
});

t.test('a missing word of a list says which there are', async (t) => {
  t.same(check(z.object({ kind: z.enum(['person', 'document']) }), {}).issues, [
    { path: ['kind'], detail: 'is required: one of person, document' },
  ]);
});

t.test('the whole has the empty path', async (t) => {
  t.same(check(Shape, null).issues, [{ path: [], detail: 'must be an object with fields; found null' }]);
  t.equal(fieldName([]), '');
  t.equal(fieldName(['claims', 1, 'attributions', 0, 'quote']), 'claims[1].attributions[0].quote');
  t.equal(fieldName([2, 'slug']), '[2].slug');
});

t.test('a valid value comes back parsed, without issues', async (t) => {
  t.same(check(z.object({ at: instantInput }), { at: '2024-10-18T10:00:00-03:00' }), {
    value: { at: '2024-10-18T13:00:00.000Z' },
    issues: [],
  });
});

t.test('an error alone, without schema or data, still makes sentences', async (t) => {
  const { error } = Shape.safeParse({ headlin: 'x', stance: 'assert', limit: 0 });
  t.same(error && explainIssues(error), [
    { path: ['headline'], detail: 'is required' },
    { path: ['stance'], detail: 'must be one of asserts, denies, questions' },
    { path: ['limit'], detail: 'must be at least 1' },
    { path: ['headlin'], detail: 'is not known here' },
  ]);
});

t.test('the schema and the data make the sentences of a plain error complete', async (t) => {
  const data = { headlin: 'x', stance: 'assert', limit: 0 };
  const { error } = Shape.safeParse(data);
  t.same(error && explainIssues(error, Shape, data), check(Shape, data).issues);
});

t.test('a scale that is asked for without its operator is answered with its operators', async (t) => {
  const schema = z.strictObject({
    'at[gte]': z.string().optional(),
    'at[lt]': z.string().optional(),
    atom: z.string().optional(),
  });
  t.strictSame(check(schema, { at: 'x' }).issues, [
    { path: ['at'], detail: 'is not known here; did you mean `at[gte]`, `at[lt]`?' },
  ]);
});
