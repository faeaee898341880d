/** Claims in Arabic, and which of them agree or disagree. */
import { recordsOf } from './records.js';

const KINDS = { agree: 'supports', disagree: 'contradicts' };

/** @type {import('./corpus.js').Corpus} */
export const ans = {
  name: 'ans-ar',
  async *map(folder, { records, note }) {
    const relations = /** @type {Map<string, { kind: string, claim: string }[]>} */ (new Map());
    for await (const { from, to, type } of recordsOf(folder, 'ans-ar.relations')) {
      const kind = KINDS[/** @type {keyof typeof KINDS} */ (type)];
      if (kind === undefined)
        note('is related to another in no way that there is a word for: is without that relation');
      else if (from === to) note('is related to itself: is without that relation');
      else relations.set(from, [...(relations.get(from) ?? []), { kind, claim: to }]);
    }
    for await (const { id, text, language, verdict } of records('claim', 'ans-ar.claims')) {
      if (verdict !== undefined) note('has a verdict of nobody who is named: is without it');
      yield { claim: { externalId: id, text, language, relations: relations.get(id) ?? [] } };
    }
  },
};
