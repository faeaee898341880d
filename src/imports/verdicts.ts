/**
 * From the words that fact-checkers rate with to the one scale of verdicts. What is not in this table has no verdict:
 * nothing is guessed, least of all from a word such as satire, which says nothing of truth.
 */
import type { Verdict } from '../claims/model.js';
import { fold } from '../kernel/words.js';

/** Folded, without punctuation. English, French, German, Italian, Portuguese, Spanish. */
const words: Record<Verdict, readonly string[]> = {
  true: [
    ...[
      'true',
      'correct',
      'accurate',
      'right',
      'confirmed',
      'verified',
      'proven',
      'fact',
      'geppetto checkmark',
    ],
    ...[
      'correct attribution',
      'vrai',
      'exact',
      'richtig',
      'wahr',
      'vero',
      'verdadeiro',
      'verdade',
      'verdadero',
    ],
    ...['cierto', 'correcto', 'comprovado'],
  ],
  'mostly-true': [
    ...[
      'mostly true',
      'mostly correct',
      'mostly accurate',
      'largely true',
      'largely correct',
      'largely accurate',
    ],
    ...['plutot vrai', 'grosstenteils richtig', 'uberwiegend richtig', 'weitgehend richtig', 'quasi vero'],
    ...['praticamente verdadeiro', 'mayormente cierto', 'one pinocchio'],
  ],
  mixed: [
    ...['half true', 'mixed', 'mixture', 'partly true', 'partially true', 'partly false', 'partially false'],
    ...['partially correct', 'partly correct', 'half truth', 'verdade mas', 'meia verdade', 'media verdad'],
    ...[
      'verdad a medias',
      'partiellement vrai',
      'partiellement faux',
      'teilweise richtig',
      'teilweise falsch',
    ],
    ...['parzialmente vero', 'parcialmente verdadeiro', 'parcialmente falso', 'two pinocchios'],
  ],
  'mostly-false': [
    ...[
      'mostly false',
      'barely true',
      'largely false',
      'mostly incorrect',
      'mostly inaccurate',
      'plutot faux',
    ],
    ...['grosstenteils falsch', 'uberwiegend falsch', 'weitgehend falsch', 'quasi falso', 'mayormente falso'],
    ...['three pinocchios'],
  ],
  false: [
    ...[
      'false',
      'pants on fire',
      'incorrect',
      'inaccurate',
      'wrong',
      'fake',
      'untrue',
      'not true',
      'debunked',
    ],
    ...[
      'fabricated',
      'hoax',
      'no',
      'faux',
      'fausse',
      'falsch',
      'falso',
      'falsa',
      'mentira',
      'bulo',
      'faktisch falsch',
    ],
    ...['four pinocchios', 'bottomless pinocchio', 'misattributed'],
  ],
  unproven: [
    ...[
      'unproven',
      'unsupported',
      'unverified',
      'no evidence',
      'not proven',
      'unsubstantiated',
      'research in progress',
    ],
    ...[
      'insufficient evidence',
      'lacks evidence',
      'inconclusive',
      'unbelegt',
      'non prouve',
      'sem provas',
      'sin pruebas',
    ],
    ...['insustentavel', 'impossivel provar', 'non verificabile'],
  ],
};

const table = new Map(
  Object.entries(words).flatMap(([verdict, names]) =>
    names.map((name) => [name, verdict as Verdict] as const),
  ),
);

/** The scale from worst to best, cut into equal parts: `unproven` has no place on it. */
const SCALE: readonly Verdict[] = ['false', 'mostly-false', 'mixed', 'mostly-true', 'true'];

/** The verdict of a rating in words: of all of it, else of what stands before its first mark (“False: he did not”). */
export function verdictOfWords(rating: string): Verdict | null {
  const plain = (text: string) =>
    fold(text)
      .replace(/ß/g, 'ss')
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
  return table.get(plain(rating)) ?? table.get(plain(rating.split(/[.:;,!(–—]|\s-\s/, 1)[0] ?? '')) ?? null;
}

/** How a report names a review that is left out. */
export const unknownRating = (rating: string): string =>
  rating === ''
    ? 'the review: it has no rating'
    : `the review: no verdict is known for its rating “${rating.slice(0, 60)}”`;

/** The verdict of a number on a scale from `worst` to `best`; null for a number beyond it and a scale that is none. */
export function verdictOfNumber(value: number, worst: number, best: number): Verdict | null {
  const share = (value - worst) / (best - worst);
  if (!(share >= 0 && share <= 1)) return null;
  return SCALE[Math.min(SCALE.length - 1, Math.floor(share * SCALE.length))] ?? null;
}
