/**
 * A WordPress export (WXR 1.0 to 1.2, which is RSS 2.0 with the namespaces `wp` and `excerpt`): its posts as articles. Pages,
 * menus and revisions are no articles and are left out, and so is what lies in the trash.
 */
import { XMLParser } from 'fast-xml-parser';
import type { z } from 'zod';
import type { ArticleStatus } from '../articles/model.js';
import { articleRow, type Draft, type DraftImage, rowOr, sourceRow } from './draft.js';
import { decodeEntities } from './entities.js';
import { linesOf } from './feed.js';
import { isRecord } from './foreign-fields.js';
import { htmlToLine, htmlToMarkdown } from './html-markdown.js';
import type { AnyRow, ReaderOptions } from './model.js';
import { postHtml } from './wordpress-html.js';

type Node = Readonly<Record<string, unknown>>;

/** What becomes of a post; those of no word here are left out. What only some may read must not become public. */
const statuses: Record<string, z.infer<typeof ArticleStatus>> = {
  publish: 'published',
  future: 'scheduled',
  draft: 'draft',
  pending: 'draft',
  private: 'draft',
};

const parser = new XMLParser({
  trimValues: false,
  processEntities: false,
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  cdataPropName: '#cdata',
  ignoreDeclaration: true,
  ignorePiTags: true,
  isArray: (name) => ['item', 'wp:author', 'category', 'wp:postmeta'].includes(name),
});

/** Throws what fast-xml-parser throws for XML that is not well-formed. */
export function* readWordPress(xml: string, file: string, options: ReaderOptions): Generator<AnyRow> {
  const channel = nodeOf(nodeOf(nodeOf(parser.parse(xml)).rss).channel);
  const items = listOf(channel.item);
  const lines = linesOf(xml, 'item');
  const title = htmlToLine(textOf(channel.title));
  const link = textOf(channel['wp:base_blog_url']) || textOf(channel.link);
  const publisher = sourceRow({ name: title, kind: 'publisher', url: link }, { file, line: null });
  if (publisher !== null) yield publisher.row;

  const names = new Map(
    listOf(channel['wp:author']).map((author) => [
      textOf(author['wp:author_login']),
      textOf(author['wp:author_display_name']),
    ]),
  );
  const attached = new Map(
    items.filter((item) => typeOf(item) === 'attachment').map((item) => [textOf(item['wp:post_id']), item]),
  );
  for (const [at, item] of items.entries()) {
    const status = statuses[textOf(item['wp:status'])];
    if (typeOf(item) !== 'post' || status === undefined) continue;
    const place = {
      file,
      line: lines.length === items.length ? (lines[at] ?? null) : null,
      pointer: `/items/${at}`,
    };
    yield rowOr(place, () => {
      const draft = {
        ...postOf(item, names),
        image: imageOf(attached.get(metaOf(item, '_thumbnail_id'))),
        language: textOf(channel.language) || undefined,
        status: textOf(item['wp:post_password']) === '' ? status : 'draft',
      };
      return articleRow(draft, { place, publisher: publisher?.slug ?? null, options });
    });
  }
}

function postOf(item: Node, names: ReadonlyMap<string, string>): Draft {
  const categories = listOf(item.category);
  const inDomain = (domain: string) =>
    categories.filter((category) => category['@domain'] === domain).map(textOf);
  const [section] = inDomain('category').filter((name) => name !== 'Uncategorized');
  const login = textOf(item['dc:creator']);
  const link = textOf(item.link);
  return {
    externalId: textOf(item.guid) || undefined,
    headline: htmlToLine(textOf(item.title)),
    standfirst: htmlToLine(textOf(item['excerpt:encoded'])) || undefined,
    body: htmlToMarkdown(postHtml(textOf(item['content:encoded'])), link),
    section,
    tags: [...inDomain('category'), ...inDomain('post_tag'), ...inDomain('tag')],
    authors: [names.get(login) || login],
    // Until it is published a post has no address but one with its number.
    canonicalUrl: /[?&](?:p|page_id)=\d/.test(link) ? undefined : link,
    publishedAt: instantOf(item, 'wp:post_date'),
    modifiedAt: instantOf(item, 'wp:post_modified'),
  };
}

/** The time in UTC where it is given, else that of the site, whose zone is for the options to say. */
function instantOf(item: Node, name: string): string | undefined {
  const isGiven = (text: string) => text !== '' && !text.startsWith('0000-00-00');
  const [utc, local] = [textOf(item[`${name}_gmt`]), textOf(item[name])];
  if (isGiven(utc)) return `${utc} +0000`;
  return isGiven(local) ? local : textOf(item.pubDate) || undefined;
}

function imageOf(attachment: Node | undefined): DraftImage | undefined {
  if (attachment === undefined) return undefined;
  return {
    url: textOf(attachment['wp:attachment_url']),
    alt: metaOf(attachment, '_wp_attachment_image_alt') || undefined,
    caption: htmlToLine(textOf(attachment['excerpt:encoded'])) || undefined,
  };
}

const metaOf = (item: Node, key: string): string =>
  textOf(listOf(item['wp:postmeta']).find((meta) => textOf(meta['wp:meta_key']) === key)?.['wp:meta_value']);

const typeOf = (item: Node): string => textOf(item['wp:post_type']) || 'post';

const nodeOf = (value: unknown): Node => (isRecord(value) ? value : {});

const listOf = (value: unknown): Node[] =>
  (Array.isArray(value) ? value : [value]).filter(isRecord).concat(
    // An element without attributes is its text.
    (Array.isArray(value) ? value : [value])
      .filter((each) => typeof each === 'string')
      .map((text) => ({ '#text': text })),
  );

/** The text of an element: character data as it stands, the rest with its references decoded. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return decodeEntities(value).trim();
  if (Array.isArray(value)) return textOf(value[0]);
  if (!isRecord(value)) return '';
  const data = value['#cdata'];
  const whole = Array.isArray(data) ? data.join('') : data;
  return typeof whole === 'string' ? whole.trim() : textOf(value['#text']);
}
