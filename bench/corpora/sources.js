/**
 * Who is known to a collection: publishers and speakers that have records of their own, and those that other records name.
 */
import { fold, SLUG_LENGTH_MAX, slugify } from '../../dist/src/kernel/words.js';
import { recordsOf } from './records.js';

/** Gives each name a slug that no other has. */
function createSlugs() {
  const taken = new Set();
  return (/** @type {string} */ name) => {
    const first = slugify(name) || 'unnamed';
    for (let number = 1; ; number++) {
      const end = number === 1 ? '' : `-${number}`;
      const slug = first.slice(0, SLUG_LENGTH_MAX - end.length) + end;
      if (taken.has(slug)) continue;
      taken.add(slug);
      return slug;
    }
  };
}

/** The first part of an id says what it is of: `speaker:someone`. @param {string} id */
const keyOf = (id) => id.slice(id.indexOf(':') + 1);

/** The slug of each record of `newsmedia.sources` and `speakers.sources`, by its id. @param {string} folder */
export async function describedSources(folder) {
  const slugOf = createSlugs();
  const slugs = /** @type {Map<string, string>} */ (new Map());
  const byName = /** @type {Map<string, string[]>} */ (new Map());
  for (const file of ['newsmedia.sources', 'speakers.sources'])
    for await (const { id, name = keyOf(id) } of recordsOf(folder, file)) {
      const slug = slugOf(keyOf(id));
      slugs.set(id, slug);
      byName.set(fold(name), [...(byName.get(fold(name)) ?? []), slug]);
    }
  return {
    slugOf,
    /** @param {string} id */
    of(id) {
      const slug = slugs.get(id);
      if (slug === undefined) throw new Error(`there is no source ${id}`);
      return slug;
    },
    /** The one source that has a name; undefined where none or several have. @param {string} name */
    named(name) {
      const found = byName.get(fold(name)) ?? [];
      return found.length === 1 ? found[0] : undefined;
    },
  };
}

/**
 * Sources that the records of one collection name. Those that none describes are made, once each; `made` gives them as rows
 * since it was asked before.
 * @param {string} folder
 */
export async function namedSources(folder) {
  const described = await describedSources(folder);
  const slugs = /** @type {Map<string, string>} */ (new Map());
  let rows = /** @type {{ source: object }[]} */ ([]);

  /** @param {{ key: string, slug: string, name: string, kind: string }} source */
  const make = ({ key, slug: wanted, name, kind }) => {
    const known = slugs.get(key);
    if (known !== undefined) return known;
    const slug = described.slugOf(wanted);
    slugs.set(key, slug);
    rows.push({ source: { slug, kind, name } });
    return slug;
  };
  return {
    of: described.of,
    /** A source that has its name wherever it is named. @param {string} name @param {string} kind */
    named: (name, kind) => described.named(name) ?? make({ key: fold(name), slug: name, name, kind }),
    /** One that a text does not name: another in each text. @param {string} name as “officials” @param {string} text its slug */
    unnamed: (name, text) =>
      make({ key: `${text}\n${fold(name)}`, slug: `${text}-${name}`, name, kind: 'unnamed' }),
    made() {
      const before = rows;
      rows = [];
      return before;
    },
  };
}
