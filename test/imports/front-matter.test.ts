/**
 * YAML is read with the line of every field; what cannot be read says on which line.
 */
import t from 'tap';
import { readFrontMatter, readYaml } from '../../src/imports/front-matter.js';
import { refusalOf } from './refusal.js';

const post = `---
# A comment
headline: Harbour opens
tags: [sea, trade]
claims:
  - key: open
    attributions:
      - source: mayor
        quote: >
          it is
          open
---

The harbour **opened**.
---
Not front matter.
`;

const faults = (read: () => unknown): string[] => refusalOf(read).issues.map(({ detail }) => detail);

t.test('front matter is split from the body and parsed', async (t) => {
  const { data, body, bodyLine } = readFrontMatter(post);
  t.same(data, {
    headline: 'Harbour opens',
    tags: ['sea', 'trade'],
    claims: [{ key: 'open', attributions: [{ source: 'mayor', quote: 'it is open\n' }] }],
  });
  t.equal(body, '\nThe harbour **opened**.\n---\nNot front matter.\n');
  t.equal(bodyLine, 13);
});

t.test('lineOf names the line in the file of a field or its nearest ancestor', async (t) => {
  const { lineOf } = readFrontMatter(post);
  const cases: [(string | number)[], number][] = [
    [[], 3],
    [['headline'], 3],
    [['tags', 1], 4],
    [['claims'], 5],
    [['claims', 0], 6],
    [['claims', 0, 'attributions', 0, 'quote'], 9],
    [['claims', 0, 'attributions', 0, 'quote', 'exact'], 9],
    [['claims', 0, 'attributions', 0, 'stance'], 8],
    [['claims', 7, 'key'], 5],
    [['slug'], 3],
  ];
  for (const [path, line] of cases) t.equal(lineOf(path), line, path.join('.') || 'the whole');
  t.equal(readYaml('- slug: a\n  name: A\n- slug: b\n').lineOf([1, 'slug']), 3);
  t.equal(readFrontMatter('---\n---\nText').lineOf(['headline']), 2);
});

t.test('a date stays the text that was written', async (t) => {
  t.same(readYaml('at: 2024-10-18\n').data, { at: '2024-10-18' });
});

t.test('YAML that cannot be read names its line in the file', async (t) => {
  const cases: [string, string[]][] = [
    ['a: 1\na: 2', ['line 3: the field a is given twice']],
    ['a: 1\nb: c: d', ['line 3: a value that holds a colon and a space must stand in quotes']],
    ['a: @b', ['line 2: a value that begins with @, ` or % must stand in quotes']],
    ['a:\n\t- b', ['line 3: indent with spaces, not with tabs']],
    ['? [a]\n: b', ['line 2: the name of a field must be text']],
    ['a: "b', ['line 2: expected YAML, found a fault: Missing closing "quote']],
    [
      'a: *b',
      [
        'line 2: an alias (*) stands before its anchor (&) or without one; a value that begins with * must stand in quotes',
      ],
    ],
    ['a: !b c', ['line 2: expected YAML, found a fault: Unresolved tag: !b']],
    [
      'a: b: c\nd: 1\nd: 2',
      [
        'line 2: a value that holds a colon and a space must stand in quotes',
        'line 4: the field d is given twice',
      ],
    ],
  ];
  for (const [yaml, expected] of cases)
    t.same(
      faults(() => readFrontMatter(`---\n${yaml}\n---\nText`)),
      expected,
      yaml,
    );
  t.same(
    faults(() => readYaml('a: 1\na: 2')),
    ['line 2: the field a is given twice'],
  );
  t.same(
    faults(() => readYaml('a: 1\n---\nb: 2')),
    ['line 2: only one document may stand here, found a second after ---'],
  );
});

t.test('a repeated key counts as given last where that is asked for', async (t) => {
  t.same(readYaml('a: 1\nb: 2\na: 3', { repeatedKeys: 'last' }).data, { a: 3, b: 2 });
});

t.test('missing lines around the front matter are named', async (t) => {
  t.same(
    faults(() => readFrontMatter('Text')),
    ['line 1: expected a line --- before the front matter, found “Text”'],
  );
  t.same(
    faults(() => readFrontMatter('---\na: 1\n')),
    ['line 3: expected a line --- after the front matter, found the end of the file'],
  );
});

t.test('aliases that multiply are refused before they fill the memory', async (t) => {
  const levels = Array.from({ length: 12 }, (_, at) => `l${at + 1}: &l${at + 1} [${`*l${at},`.repeat(9)}]`);
  t.same(
    faults(() => readYaml(`l0: &l0 [x]\n${levels.join('\n')}`)),
    ['line 1: aliases (*) repeat too much: write the values out'],
  );
  t.same(readYaml('a: &a [x]\nb: *a').data, { a: ['x'], b: ['x'] });
});

t.test('nesting without end is refused, not a crash', async (t) => {
  t.equal(faults(() => readYaml('['.repeat(20_000))).length, 1);
});
