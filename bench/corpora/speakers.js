/** People and organisations who are quoted. */
import { describedSources } from './sources.js';
import { inOneLine } from './text.js';

/** What is given as the party of those who have none. */
const ORGANIZATIONS = new Set(['organization', 'government-body', 'ocean-state-tea-party-action']);

/** @type {import('./corpus.js').Corpus} */
export const speakers = {
  name: 'speakers',
  async *map(folder, { records, note }) {
    const described = await describedSources(folder);
    for await (const { id, name, party, role, state } of records('source', 'speakers.sources')) {
      if (party === undefined && role === undefined)
        note('has neither party nor role: is taken for a person');
      const known = [party, state].filter((word) => word !== undefined).join(', ');
      yield {
        source: {
          slug: described.of(id),
          kind: ORGANIZATIONS.has(party) ? 'organization' : 'person',
          name: inOneLine(name),
          role: role ?? null,
          description: known === '' ? null : known,
        },
      };
    }
  },
};
