/**
 * From a request for a feed to what the page says of itself: its title, and the addresses that belong to it.
 */
import type { Filter } from '../kernel/page.js';
import type { Feed, FeedEntry } from './model.js';

/** Stands for the time of a feed that holds nothing: a time of its own would make each answer another one. */
const NEVER = '1970-01-01T00:00:00.000Z';
const PAGING = ['limit', 'after', 'before'];

export interface Asked {
  readonly base: string;
  /** Path and query, as asked for. */
  readonly url: string;
  readonly filters: readonly Filter[];
  readonly entries: readonly FeedEntry[];
  /** Paths of the pages beside this one. */
  readonly next: string | null;
  readonly prev: string | null;
  readonly hub: string | null;
}

const boundWords: Partial<Record<Filter['operator'], string>> = {
  gte: 'from',
  gt: 'after',
  lte: 'until',
  lt: 'before',
};

const wordsOf = ({ field, operator, values }: Filter): string =>
  [field, ...(operator === 'in' ? [] : [boundWords[operator] ?? operator]), values.join(' or ')].join(' ');

/** Path and query with the parameters in one order, and without some. */
function pathOf(url: URL, without: readonly string[] = []): string {
  const parameters = new URLSearchParams(url.search);
  for (const name of without) parameters.delete(name);
  parameters.sort();
  return url.pathname + (parameters.size === 0 ? '' : `?${parameters}`);
}

/** The page. `updatedAt` is when an entry of it changed. */
export function toFeed(asked: Asked, updatedAt: (entry: FeedEntry) => string): Feed {
  const { base, filters, entries, hub } = asked;
  const site = new URL(base).host;
  const url = new URL(asked.url, base);
  const { search } = new URL(pathOf(url, PAGING), base);
  const languages =
    filters.find(({ field, operator }) => field === 'language' && operator === 'in')?.values ?? [];
  const [language = null] = languages.length === 1 ? languages : [];
  const absolute = (path: string | null) => path && base + pathOf(new URL(path, base));
  return {
    id: base + pathOf(url, PAGING),
    title: [site, ...(filters.length === 0 ? [] : [filters.map(wordsOf).join(', ')])].join(': '),
    language: language === null ? null : String(language),
    updatedAt: entries.map(updatedAt).sort().at(-1) ?? NEVER,
    entries,
    base,
    site,
    self: base + pathOf(url),
    first: base + pathOf(url, ['after', 'before']),
    next: absolute(asked.next),
    previous: absolute(asked.prev),
    list: `${base}/v1/articles${search}`,
    hub,
  };
}
