/**
 * Words: how names are compared, slugs made and misspellings answered. One rule for the whole house.
 */
import { distance } from 'fastest-levenshtein';

export const SLUG_LENGTH_MAX = 120; // a URL path segment that still fits a line
const COMBINING_MARKS = /[\u0300-\u036f]/g;

/** The form in which names are compared: no case, no accents, single spaces. Other scripts stay whole. */
export function fold(name: string): string {
  return name
    .normalize('NFKD')
    .replace(COMBINING_MARKS, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/\s+/gu, ' ')
    .trim();
}

/**
 * A slug for a title: letters and digits of any script, joined by single hyphens, at most SLUG_LENGTH_MAX
 * UTF-16 units, cut at a hyphen where there is one. Empty when the title has no letter or digit.
 */
export function slugify(title: string): string {
  const slug = fold(title)
    .replace(/['’]/g, '')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
  if (slug.length <= SLUG_LENGTH_MAX) return slug;
  const cut = slug.slice(0, SLUG_LENGTH_MAX + 1);
  const hyphen = cut.lastIndexOf('-');
  const short = hyphen > SLUG_LENGTH_MAX / 2 ? cut.slice(0, hyphen) : cut.slice(0, SLUG_LENGTH_MAX);
  return short.replace(/[\ud800-\udbff]$/, '').replace(/-$/, '');
}

/** The candidates nearest to a misspelt word, nearest first; none that is farther than a typing error, none for no word. */
export function nearest(word: string, candidates: Iterable<string>, limit = 3): string[] {
  const folded = fold(word);
  if (folded === '') return [];
  const bound = Math.max(2, Math.ceil(folded.length / 3));
  return [...candidates]
    .map((candidate) => ({ candidate, far: distance(folded, fold(candidate)) }))
    .filter(({ far }) => far <= bound)
    .sort((a, b) => a.far - b.far || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}
