/**
 * The articles that bench/writing posts: 2 kB of text each, with two claims that are quoted in it, by sources that are
 * there.
 */
import { below, randomFrom } from './reading-words.js';

const TEXT_LENGTH = 2_000;
const SENTENCES = [
  'The harbour opens on Monday, the city said.',
  'Nobody at the ministry would say what the bridge had cost.',
  'Fishermen had asked for the new quay for eleven years.',
  'A report that was made public in March counted nine faults.',
  'The union wants the work to begin before the winter.',
  'Traffic on the ring road was to be halved by then.',
];

export const SOURCES = ['harbour-office', 'dockers-union'].map((slug) => ({
  slug,
  kind: 'organization',
  name: slug.replace('-', ' '),
}));

/** @param {number} n */
export function articleFor(n) {
  const random = randomFrom(n);
  const opening = `Quay ${n} will be closed for ${1 + below(random, 30)} days`;
  const cost = `the repair of quay ${n} costs ${below(random, 1_000)} million`;
  let body = `${opening}, the harbour office said. The union fears that ${cost}.\n\n`;
  while (body.length < TEXT_LENGTH) body += `${SENTENCES[below(random, SENTENCES.length)]} `;
  return {
    slug: `quay-${n}`,
    headline: `Quay ${n} is closed`,
    body,
    language: 'en',
    section: 'harbour',
    publisher: 'harbour-office',
    publishedAt: '2024-10-18T12:00:00Z',
    claims: [
      {
        text: `${opening}.`,
        attributions: [{ source: 'harbour-office', cue: 'said', quote: { exact: opening } }],
      },
      {
        text: `The repair of quay ${n} is dear.`,
        attributions: [{ source: 'dockers-union', cue: 'fears', quote: { exact: cost } }],
      },
    ],
  };
}
