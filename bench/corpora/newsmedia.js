/** Publishers with their addresses. */

import { describedSources } from './sources.js';
import { inOneLine } from './text.js';

/** @type {import('./corpus.js').Corpus} */
export const newsmedia = {
  name: 'newsmedia',
  async *map(folder, { records, note }) {
    const described = await describedSources(folder);
    for await (const { id, name, domain, url, reviewUrl } of records('source', 'newsmedia.sources')) {
      if (name === undefined) note('has no name: its domain stands for it');
      const isWhole = /^https?:/.test(url);
      if (!isWhole) note('has an address without http: it is put before it');
      yield {
        source: {
          slug: described.of(id),
          kind: 'publisher',
          name: inOneLine(name ?? domain),
          url: isWhole ? url : `http://${url}`,
          sameAs: reviewUrl === undefined ? [] : [reviewUrl],
        },
      };
    }
  },
};
