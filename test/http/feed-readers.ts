/**
 * Feeds as feed readers read them: each format by every parser that there is for it.
 */

import type { LightMyRequestResponse } from 'fastify';
import { parseAtomFeed, parseJsonFeed, parseRssFeed } from 'feedsmith';
import RssParser from 'rss-parser';
import { idOf, type openTestServer } from '../helper.js';

export const FORMATS = ['atom', 'rss', 'json'] as const;
export type Format = (typeof FORMATS)[number];

type Text = string | undefined;
type Get = Awaited<ReturnType<typeof openTestServer>>['get'];

/** What one reader made of a feed. */
export interface Reading {
  readonly title: Text;
  readonly entries: { id: Text; title: Text; content: Text; summary: Text; link: Text }[];
}

const fromAtom = (body: string): Reading => {
  const { title, entries = [] } = parseAtomFeed(body);
  return {
    title: title?.value,
    entries: entries.map(({ id, title, content, summary, links = [] }) => ({
      id,
      title: title?.value,
      content: content?.value,
      summary: summary?.value,
      link: links.find(({ rel }) => rel === 'alternate')?.href,
    })),
  };
};

const fromRss = (body: string): Reading => {
  const { title, items = [] } = parseRssFeed(body);
  return {
    title,
    entries: items.map(({ guid, title, content, description, link }) => ({
      id: guid?.value,
      title,
      content: content?.encoded,
      summary: description,
      link,
    })),
  };
};

const fromJson = (body: string): Reading => {
  const { title, items = [] } = parseJsonFeed(body);
  return {
    title,
    entries: items.map(({ id, title, content_html, summary, url }) => ({
      id,
      title,
      content: content_html?.trim(),
      summary,
      link: url,
    })),
  };
};

async function fromAny(body: string): Promise<Reading> {
  const { title, items } = await new RssParser().parseString(body);
  return {
    title,
    entries: items.map((item) => ({
      id: (item.id as Text) ?? item.guid,
      title: item.title,
      content: (item['content:encoded'] as Text) ?? item.content,
      summary: item['content:encoded'] === undefined ? item.summary : item.content,
      link: item.link,
    })),
  };
}

/** What every reader of its format makes of a feed. */
export async function readingsOf(format: Format, { body }: LightMyRequestResponse): Promise<Reading[]> {
  if (format === 'json') return [fromJson(body)];
  return [format === 'atom' ? fromAtom(body) : fromRss(body), await fromAny(body)];
}

/** The address of the next page, by the links of the format. */
export function nextOf(format: Format, { body }: LightMyRequestResponse): string | undefined {
  if (format === 'json') return parseJsonFeed(body).next_url;
  const links = format === 'atom' ? parseAtomFeed(body).links : parseRssFeed(body).atom?.links;
  return links?.find(({ rel }) => rel === 'next')?.href;
}

/** The numbers of the articles in a feed, as one reader or another has them. */
export async function numbersOf(get: Get, format: Format, query = ''): Promise<number[][]> {
  const readings = await readingsOf(format, await get(`/feeds/articles.${format}${query}`));
  return readings.map(({ entries }) => entries.map(({ id }) => numberOf(id)));
}

/** n for the URN of `idOf(n)`. */
function numberOf(id: Text): number {
  const n = Number(id?.slice(-12));
  if (id !== `urn:uuid:${idOf(n)}`) throw new Error(`${id} is no id of an article`);
  return n;
}
