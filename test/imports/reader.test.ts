/**
 * The shape of a foreign file is told from its text; a file of no known shape learns which there are.
 */
import t from 'tap';
import { readForeign } from '../../src/imports/reader.js';
import { refusalOf } from './refusal.js';

const options = { timezone: 'UTC', language: 'en' };
const read = (text: string) => readForeign({ name: 'a', bytes: Buffer.from(text) }, options);

t.test('a Markdown post and a saved page are told apart', async (t) => {
  t.equal(read('---\r\ntitle: A post\r\ndate: 2020-01-02\r\n---\r\nText.').article.headline, 'A post');
  t.equal(read('A page\r\n\r\nPress\r\nSport\r\n1/2/2024 3h04\r\n\r\nText.').article.headline, 'A page');
});

t.test('a file of neither shape is told both shapes and what was found', async (t) => {
  const shapes =
    /^expected a Markdown post whose first line is --- .* or a saved page with a title, .*; found /;
  const cases = [
    ['<!DOCTYPE html>\n<html></html>', 'found what looks like HTML'],
    ['\n<div>18/10/2024 23h32</div>', 'found what looks like HTML'],
    ['<?xml version="1.0"?><rss/>', 'found what looks like XML'],
    ['<rss version="2.0">', 'found what looks like XML'],
    ['{ "title": "A" }', 'found what looks like JSON'],
    ['[\n  {"title": "A"}]', 'found what looks like JSON'],
    ['Just some words.\nAnd more.', 'found text that begins “Just some words.”'],
    ['---- a rule\n', 'found text that begins “---- a rule”'],
  ] as const;
  for (const [text, found] of cases) {
    const { message } = refusalOf(() => read(text));
    t.match(message, shapes);
    t.ok(message.endsWith(`; ${found}`), found);
  }
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
  ] as const;
  for (const [text, message] of cases) t.equal(refusalOf(() => read(text)).message, message);
});
