/**
 * The picture of an article as Media RSS has it, in Atom and in RSS.
 */
import type { Article } from '../articles/model.js';
import { asUri, imageType } from './entry.js';
import { plain } from './xml.js';

/** Nothing for an article without a picture. */
export function mediaOf({ image }: Article) {
  if (image === null) return {};
  const { url, alt, caption, credit, width, height } = image;
  const type = imageType(url);
  const description = caption ?? alt;
  return {
    media: {
      contents: [
        {
          url: asUri(url),
          medium: 'image',
          ...(type === undefined ? {} : { type }),
          ...(width === null ? {} : { width }),
          ...(height === null ? {} : { height }),
          ...(description === null ? {} : { description: { value: plain(description), type: 'plain' } }),
          ...(credit === null ? {} : { credits: [{ value: plain(credit) }] }),
        },
      ],
    },
  };
}
