/** Checked claims, each with who made it and the check. */
import { namedSources } from './sources.js';
import { inOneLine, startOfDay, withoutControls } from './text.js';

/** From the words of three scales to ours. The last, of changes of mind, does not say whether a claim is true. */
const VERDICTS = {
  true: 'true',
  'mostly-true': 'mostly-true',
  'half-true': 'mixed',
  'barely-true': 'mostly-false',
  false: 'false',
  'pants-fire': 'false',
  'full-flop': 'unproven',
  'half-flip': 'unproven',
  'no-flip': 'unproven',
};

/** @type {import('./corpus.js').Corpus} */
export const politifact = {
  name: 'politifact',
  async *map(folder, { records, note }) {
    const sources = await namedSources(folder);
    for await (const record of records('claim', 'politifact.claims')) {
      const verdict = VERDICTS[/** @type {keyof typeof VERDICTS} */ (record.verdict)];
      if (verdict === undefined) throw new Error(`${record.id} has an unknown verdict, ${record.verdict}`);
      if (verdict === 'unproven')
        note('is rated for a change of mind, not for truth: its verdict is unproven');
      if (record.context === undefined)
        note('says not where it was said: the address of its check stands for it');
      const summary = withoutControls(record.summary);
      if (summary !== record.summary) note('has control characters in its summary: they are left out');
      const reviewer = sources.named(record.reviewPublisher, 'publisher');
      yield* sources.made();
      yield {
        claim: {
          externalId: record.id,
          text: record.text,
          language: record.language,
          attributions: [
            {
              source: sources.of(`speaker:${record.speakerSlug}`),
              ...(record.context === undefined ? { url: record.reviewUrl } : { context: record.context }),
              saidAt: startOfDay(record.date),
            },
          ],
          reviews: [
            {
              reviewer,
              rating: record.verdictLabel,
              verdict,
              url: record.reviewUrl,
              title: inOneLine(record.reviewTitle),
              summary,
              reviewedAt: startOfDay(record.reviewedAt),
            },
          ],
        },
      };
    }
  },
};
