/** RSS 1.0 and 0.90, which are RDF (web.resource.org/rss/1.0/spec), with Dublin Core and Content. */
import { parseRdfFeed, type RdfFeed } from 'feedsmith';
import type { Feed, FeedItem } from './feed.js';
import { imageOf } from './feed-rss.js';

type Item = NonNullable<RdfFeed.Feed<string>['items']>[number];

/** Throws what feedsmith throws for XML that is not well-formed. */
export function readRdf(xml: string): Feed {
  const { title, link, dc, items = [] } = parseRdfFeed(xml);
  return {
    title: title === undefined ? undefined : { html: title },
    link,
    language: dc?.languages?.[0],
    items: items.map(toItem),
  };
}

function toItem({ rdf, content, dc, dcterms, media, ...item }: Item): FeedItem {
  return {
    id: rdf?.about ?? dc?.identifiers?.[0],
    title: item.title === undefined ? undefined : { html: item.title },
    link: item.link ?? rdf?.about,
    content: content?.encoded === undefined ? undefined : { html: content.encoded },
    summary: item.description === undefined ? undefined : { html: item.description },
    language: dc?.languages?.[0],
    tags: dc?.subjects ?? [],
    authors: dc?.creators ?? [],
    image: imageOf(media === undefined ? {} : { media }),
    published: dc?.dates?.[0] ?? dcterms?.issued?.[0],
    modified: dcterms?.modified?.[0],
  };
}
