/**
 * The shape of a foreign file is told from its text; a file of no known shape learns which there are.
 */
import t from 'tap';
import { readDocument } from '../../src/imports/read-document.js';
import { KNOWN_SHAPES, tellShape } from '../../src/imports/shape.js';
import { refusalOf } from './refusal.js';

const options = { timezone: 'UTC', language: 'en' };
const read = (text: string) => readDocument({ name: 'a', bytes: Buffer.from(text) }, options);

t.test('every shape is told from its beginning', async (t) => {
  const cases = {
    markdown: ['---\r\ntitle: A post\r\n---\r\nText.', '--- \ntitle: A', '---'],
    page: [
      'A page\r\n\r\nPress\r\nSport\r\n1/2/2024 3h04\r\n\r\nText.',
      'Tides, rising\n\nPress\nSport\n1/2/24',
    ],
    html: [
      '<!DOCTYPE html>\n<html></html>',
      '\n<!-- saved --><html lang="en">',
      '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html xmlns="x">',
      '<?xml version="1.0"?><html>',
      '\n<div>18/10/2024 23h32</div>',
    ],
    rss: [
      '<?xml version="1.0"?><rss version="2.0">',
      '\n  <?xml version="1.0"?>\n<!-- made by <rss> -->\n<?xml-stylesheet href="x"?><rss version="2.0">',
      '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "x"><rss version="0.91">',
    ],
    atom: ['<feed xmlns="http://www.w3.org/2005/Atom">', '<a:feed xmlns:a="http://www.w3.org/2005/Atom">'],
    rdf: ['<?xml version="1.0"?><rdf:RDF xmlns="http://purl.org/rss/1.0/">'],
    wordpress: [
      '<?xml version="1.0"?><!-- This is a WordPress eXtended RSS file --><rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/">',
    ],
    json: [
      '{ "version": "https://jsonfeed.org/version/1.1" }',
      '[\n  {"@type": "ClaimReview"}]',
      '{\n"a": 1}',
    ],
    rows: ['{"article":{"slug":"a"}}\n', '{"claimwire":1}\n{"source":{}}\n', '{"claim":{}}'],
    table: [
      'title,date\nTides,2024-10-18\n',
      'title;date\r\nTides;2024',
      '"a\tb"\tdate\n1\t"2\n3"\n',
      'a,b\n1,"2',
    ],
  };
  for (const [shape, texts] of Object.entries(cases))
    for (const text of texts) t.equal(tellShape(text), shape, JSON.stringify(text));
});

t.test('a file of no known shape is told the shapes and what was found', async (t) => {
  const cases = [
    ['<?xml version="1.0"?><opml/>', 'XML whose root is <opml>'],
    ['<?xml version="1.0"?>\n<sitemap:urlset>', 'XML whose root is <sitemap:urlset>'],
    ['<?xml version="1.0"?>', 'XML without an element'],
    ['{ "title": "A" }', 'JSON of another kind: an object with title'],
    ['{}', 'JSON of another kind: an object with no keys'],
    ['[\n  {"title": "A"}]', 'JSON of another kind: a list'],
    ['Just some words.\nAnd more.', 'text that begins “Just some words.”'],
    ['One, two\nand, three, four', 'text that begins “One, two”'],
    ['a,a\n1,2', 'text that begins “a,a”'],
    ['---- a rule\n', 'text that begins “---- a rule”'],
  ] as const;
  for (const [text, found] of cases)
    t.equal(refusalOf(() => read(text)).message, `expected ${KNOWN_SHAPES}; found ${found}`);
});

t.test('XML that declares entities of its own is refused before anything expands them', async (t) => {
  const bomb =
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss version="2.0"/>';
  const refusal = 'expected XML that declares no entities of its own, found some';
  t.equal(refusalOf(() => read(bomb)).message, refusal);
  t.equal(refusalOf(() => read(bomb.replace('<!DOCTYPE', '<!-- -->\n<!doctype'))).message, refusal);
});

t.test('what begins without end is told in no time', async (t) => {
  const start = Date.now();
  const begun = ['<!--', '<?', '<!doctype', ' <!--a', '<!doctype [', '"a,', '{', '[[', '<!----><?x?> '];
  for (const text of begun)
    try {
      tellShape(text.repeat(500_000));
    } catch {} // that it is none is no fault here
  t.ok(Date.now() - start < 5_000, `${Date.now() - start} ms`);
});

t.test('a fault in a file of a known shape is the fault that is named', async (t) => {
  const cases = [
    ['', 'expected text in UTF-8, found an empty file'],
    ['---\ntitle: A\n', 'line 3: expected a line --- after the front matter, found the end of the file'],
    [
      'A page\n\nPress\nSport\n31/02/2024 3h04\n\nText.',
      'expected a date that exists, such as 18/10/2024 23h32 on line 5, found “31/02/2024 3h04”',
    ],
    [
      'A page\n\nPress\nSport\n1/2/2024\n\nText.',
      'expected a date such as 18/10/2024 23h32 on line 5, found “1/2/2024”',
    ],
    ['{ "title": "A"', /^expected JSON, found what is none: /],
    ['<rss version="2.0"><channel><title>A</rss>', /^expected well-formed content, found a fault: /],
    [
      '<rss version="2.0"><channel><title>A</title></channel></rss>',
      'expected at least one item, found none',
    ],
  ] as const;
  for (const [text, message] of cases) t.match(refusalOf(() => read(text)).message, message);
});
