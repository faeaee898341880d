/** What the rows of a run were about so far, by its inner key: a bit for each key, as there may be millions. */
import type { RowKind } from './model.js';

const KEYS_OF_PAGE = 65_536;

export interface About {
  readonly kind: RowKind;
  readonly key: number;
}

export function createTaken() {
  const pages = new Map<string, Uint8Array>();
  const placeOf = ({ kind, key }: About) => {
    const place = key % KEYS_OF_PAGE;
    return { name: `${kind}/${(key - place) / KEYS_OF_PAGE}`, byte: place >> 3, bit: 1 << (place & 7) };
  };
  return {
    has(about: About): boolean {
      const { name, byte, bit } = placeOf(about);
      return ((pages.get(name)?.[byte] ?? 0) & bit) !== 0;
    },
    add(about: About): void {
      const { name, byte, bit } = placeOf(about);
      const page = pages.get(name) ?? new Uint8Array(KEYS_OF_PAGE / 8);
      page[byte] = (page[byte] ?? 0) | bit;
      pages.set(name, page);
    },
  };
}
