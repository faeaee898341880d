/**
 * News items in ninjs 2 and 3, and the 1.x before them (iptc.org/std/ninjs). The three differ in the case of their names and
 * in lists for what was one name before, so names are read whatever their case and lists by the role of what is in them.
 */
import type { z } from 'zod';
import type { ArticleStatus } from '../articles/model.js';
import { ClaimwireError } from '../kernel/errors.js';
import { articleRow, type Draft, type DraftImage, rowOr, sourceRow } from './draft.js';
import { isRecord } from './foreign-fields.js';
import { htmlToLine, htmlToMarkdown } from './html-markdown.js';
import type { AnyRow, ReaderOptions, RowPlace } from './model.js';
import { textToMarkdown } from './text-markdown.js';

type Item = Readonly<Record<string, unknown>>;

/** `pubStatus`, by the IPTC's words; a cancelled item must not be shown as if it stood. */
const statuses: Record<string, z.infer<typeof ArticleStatus>> = {
  usable: 'published',
  withheld: 'draft',
  canceled: 'retracted',
  cancelled: 'retracted',
};

/** Readers are told why an article was withdrawn; `ednote` is for editors alone. */
const CANCELED_NOTE = 'Its provider canceled this article.';

const SIGNS = [
  'headlines',
  'bodies',
  'versioncreated',
  'body_html',
  'body_text',
  'body_xhtml',
  'headline',
  'pubstatus',
  'firstcreated',
];

/** Whether a value is an item, or a list of them. */
export const isNinjs = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 && value.every(isNinjs) : isItem(value);

function isItem(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const item = lowered(value);
  const standard = isRecord(item.standard) ? item.standard.name : undefined;
  return (
    standard === 'ninjs' || (typeof item.uri === 'string' && SIGNS.some((sign) => Object.hasOwn(item, sign)))
  );
}

/** An item, or each of a list. Pictures and other items without text are refused, since they are no articles. */
export function* ninjsRows(value: unknown, place: RowPlace, options: ReaderOptions): Generator<AnyRow> {
  const items = Array.isArray(value) ? value : [value];
  for (const [at, each] of items.entries()) {
    const item = lowered(isRecord(each) ? each : {});
    const own = Array.isArray(value) ? { ...place, pointer: `/${at}` } : place;
    const name =
      textOf(item.copyrightholder) ??
      nameOf(item.infosources, ['provider', 'source', '']) ??
      textOf(item.source);
    const publisher = name === undefined ? null : sourceRow({ name, kind: 'publisher' }, own);
    const row = rowOr(own, () =>
      articleRow(draftOf(item), { place: own, publisher: publisher?.slug ?? null, options }),
    );
    if (publisher !== null && row.kind === 'article') yield publisher.row;
    yield row;
  }
}

function draftOf(item: Item): Draft {
  const body = bodyOf(item);
  const type = textOf(item.type) ?? 'text';
  if (body === '' && !['text', 'composite'].includes(type))
    throw new ClaimwireError(
      'unreadable-file',
      `expected an item with text, found one of type ${type.slice(0, 40)}`,
    );
  const uri = textOf(item.uri);
  const status = textOf(item.pubstatus)?.toLowerCase() ?? 'usable';
  const known = Object.hasOwn(statuses, status) ? statuses[status] : undefined;
  if (known === undefined)
    throw new ClaimwireError(
      'unreadable-file',
      `expected pubstatus to be usable, withheld or canceled, found ${status.slice(0, 40)}`,
    );
  const published = textOf(item.contentcreated) ?? textOf(item.firstcreated) ?? textOf(item.versioncreated);
  return {
    externalId: uri,
    headline: roleOf(item.headlines, ['main', 'headline', '']) ?? textOf(item.headline) ?? textOf(item.title),
    standfirst: plain(
      roleOf(item.descriptions, ['summary', 'main', 'caption', '']) ??
        textOf(item.description_text) ??
        textOf(item.description_html),
    ),
    body,
    language: textOf(item.language),
    tags: listOf(item.subjects ?? item.subject).flatMap(
      (subject) => textOf(subject.name) ?? textOf(subject.literal) ?? [],
    ),
    authors: [textOf(item.byline) ?? ''].flatMap((line) => plain(line)?.replace(/^by\s+/i, '') ?? []),
    canonicalUrl: textOf(item.url) ?? (/^https?:/i.test(uri ?? '') ? uri : undefined),
    image: imageOf(item),
    status: known,
    retraction: known === 'retracted' ? CANCELED_NOTE : undefined,
    publishedAt: published,
    modifiedAt: textOf(item.versioncreated),
  };
}

function bodyOf(item: Item): string {
  const bodies = listOf(item.bodies);
  const isMarkup = (body: Item) =>
    /html/i.test(`${textOf(body.contenttype) ?? ''} ${textOf(body.role) ?? ''}`);
  const html = bodies.find(isMarkup) ?? { value: item.body_html ?? item.body_xhtml };
  const markup = textOf(html.value);
  if (markup !== undefined) return htmlToMarkdown(markup, textOf(item.uri));
  const text = textOf(bodies.find((body) => !isMarkup(body))?.value) ?? textOf(item.body_text);
  return text === undefined
    ? ''
    : /<p\b/i.test(text)
      ? htmlToMarkdown(text, textOf(item.uri))
      : textToMarkdown(text);
}

/** The first picture that belongs to it, in its largest rendition with a web address. */
function imageOf(item: Item): DraftImage | undefined {
  const picture = associationsOf(item).find(({ type }) =>
    ['picture', 'graphic'].includes(textOf(type) ?? ''),
  );
  if (picture === undefined) return undefined;
  const renditions = renditionsOf(picture).filter(({ href }) => /^https?:/i.test(textOf(href) ?? ''));
  const [largest] = renditions.sort((a, b) => (sizeOf(b.width) ?? 0) - (sizeOf(a.width) ?? 0));
  return {
    url: textOf(largest?.href),
    caption: plain(roleOf(picture.descriptions, ['caption', 'main', '']) ?? textOf(picture.description_text)),
    credit: textOf(picture.byline) ?? textOf(picture.copyrightholder),
    width: sizeOf(largest?.width),
    height: sizeOf(largest?.height),
  };
}

const associationsOf = (item: Item): Item[] => listOf(item.associations ?? item.association);

const renditionsOf = (item: Item): Item[] => listOf(item.renditions ?? item.rendition);

/** The value of the entry in the first of these roles that there is; '' stands for any. */
function roleOf(entries: unknown, roles: readonly string[]): string | undefined {
  const list = listOf(entries);
  for (const role of roles) {
    const found = list.find((entry) => role === '' || textOf(entry.role)?.toLowerCase() === role);
    const value = found && textOf(found.value);
    if (value !== undefined) return value;
  }
  return undefined;
}

function nameOf(entries: unknown, roles: readonly string[]): string | undefined {
  return roleOf(
    listOf(entries).map((entry) => ({ role: entry.role, value: entry.name })),
    roles,
  );
}

/** Entries of a list or, as ninjs 1 has it, of an object by name. */
const listOf = (value: unknown): Item[] =>
  (Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : []).filter(isRecord).map(lowered);

const lowered = (item: Item): Item =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name.toLowerCase(), value]));

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;

const sizeOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

const plain = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : htmlToLine(text) || undefined;
