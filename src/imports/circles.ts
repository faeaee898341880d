/**
 * Claims that refer to each other in a circle, so that none of them can come first.
 */

/** What a claim is known by, and the claims that it refers to. */
export interface Referring {
  readonly names: readonly string[];
  readonly refers: readonly string[];
}

/**
 * Which of these claims, by their place, refer to nothing but each other and to what is stored: those can come in together.
 * `isStored` is asked about each other name once.
 */
export async function closedAmong(
  claims: readonly Referring[],
  isStored: (name: string) => Promise<boolean>,
): Promise<Set<number>> {
  const placeOf = new Map<string, number>();
  for (const [place, { names }] of claims.entries()) for (const name of names) placeOf.set(name, place);

  const referredBy = new Map<number, number[]>();
  const lost: number[] = [];
  const asked = new Map<string, boolean>();
  for (const [place, { refers }] of claims.entries())
    for (const name of refers) {
      const other = placeOf.get(name);
      if (other !== undefined) {
        referredBy.set(other, [...(referredBy.get(other) ?? []), place]);
        continue;
      }
      const isThere = asked.get(name) ?? (await isStored(name));
      asked.set(name, isThere);
      if (!isThere) lost.push(place);
    }

  const closed = new Set(claims.keys());
  for (let place = lost.pop(); place !== undefined; place = lost.pop())
    if (closed.delete(place)) lost.push(...(referredBy.get(place) ?? []));
  return closed;
}
