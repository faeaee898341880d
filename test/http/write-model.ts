/**
 * What writing means, in plain words: a corpus in memory that is written to as the server is, and tells of each write what
 * becomes of it. It knows no transaction, no index and no statement, and says twice, in another way, what the server does.
 */

/** `done`, or the code of the problem. */
export type Outcome = string;

/** Who is meant: one of a few ids or slugs that live, are gone, or never were. */
export type Ref = string;

export interface GivenSource {
  readonly slug: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly memberOf: Ref | null;
}

export interface GivenArticle {
  readonly slug: string;
  readonly body: string;
  readonly publisher: Ref | null;
  readonly status: 'draft' | 'published';
}

export interface GivenAttribution {
  readonly source: Ref | null;
  readonly article: Ref | null;
  readonly quote: string | null;
}

export interface GivenClaim {
  readonly text: string;
  readonly attributions: readonly GivenAttribution[];
  readonly contradicts: Ref | null;
}

export interface ModelSource {
  readonly id: string;
  slug: string;
  name: string;
  aliases: string[];
  memberOf: string | null;
}

export interface ModelArticle extends Omit<GivenArticle, 'publisher'> {
  readonly id: string;
  readonly publisher: string | null;
}

export interface ModelAttribution extends GivenAttribution {
  /** Whether the quote stands in the text; null without one. */
  readonly isAnchored: boolean | null;
}

export interface ModelClaim {
  readonly id: string;
  readonly text: string;
  readonly attributions: readonly ModelAttribution[];
  readonly contradicts: string | null;
}

interface Named {
  readonly id: string;
  readonly slug?: string;
}

/** Things of a kind, and what is left of those that were deleted: slugs by id. */
class Kind<Thing extends Named> {
  readonly live = new Map<string, Thing>();
  readonly gone = new Map<string, string | undefined>();

  find(ref: Ref): Thing | undefined {
    return this.live.get(ref) ?? [...this.live.values()].find(({ slug }) => slug === ref);
  }

  isGone(ref: Ref): boolean {
    return this.gone.has(ref) || [...this.gone.values()].includes(ref);
  }

  set(thing: Thing): void {
    this.gone.delete(thing.id);
    this.live.set(thing.id, thing);
  }

  delete({ id, slug }: Thing): void {
    this.live.delete(id);
    this.gone.set(id, slug);
  }
}

const DONE: readonly Outcome[] = ['done'];

/** Each write gives the outcomes that it may have: more than one where several things are wrong. */
export class WriteModel {
  readonly sources = new Kind<ModelSource>();
  readonly articles = new Kind<ModelArticle>();
  readonly claims = new Kind<ModelClaim>();
  /** Where the ids and slugs of merged sources lead. */
  readonly moved = new Map<Ref, string>();

  /** One that is written to on its own. */
  clone(): WriteModel {
    const copy = new WriteModel();
    for (const kind of ['sources', 'articles', 'claims'] as const) {
      for (const thing of this[kind].live.values()) (copy[kind] as Kind<Named>).set({ ...thing });
      for (const [id, slug] of this[kind].gone) copy[kind].gone.set(id, slug);
    }
    for (const [ref, to] of this.moved) copy.moved.set(ref, to);
    return copy;
  }

  /** The source that a reference means, one that another became part of included. */
  #source(ref: Ref): ModelSource | undefined {
    return this.sources.find(ref) ?? this.sources.live.get(this.moved.get(ref) ?? '');
  }

  /** What is said of something that does not live. */
  missing(kind: 'sources' | 'articles' | 'claims', ref: Ref): Outcome {
    if (kind === 'sources' && this.moved.has(ref)) return 'moved';
    return this[kind].isGone(ref) ? 'gone' : 'not-found';
  }

  #above(id: string | null): string[] {
    const source = id === null ? undefined : this.sources.live.get(id);
    return source === undefined ? [] : [source.id, ...this.#above(source.memberOf)];
  }

  saveSource(held: string | undefined, id: string, given: GivenSource): readonly Outcome[] {
    const taken = this.sources.find(given.slug);
    if (taken !== undefined && taken.id !== held) return ['conflict'];
    if (held === undefined && (this.sources.live.has(id) || this.moved.has(id))) return ['conflict'];
    const before = held === undefined ? undefined : this.sources.live.get(held);
    if (before?.slug !== given.slug && this.moved.has(given.slug)) return ['conflict'];
    const organisation = given.memberOf === null ? null : this.#source(given.memberOf);
    if (organisation === undefined) return ['unknown-reference'];
    const memberOf = organisation === null ? null : organisation.id;
    if (held !== undefined && this.#above(memberOf).includes(held)) return ['invalid-request'];
    this.sources.set({ id, slug: given.slug, name: given.name, aliases: [...given.aliases], memberOf });
    return DONE;
  }

  deleteSource(id: string): readonly Outcome[] {
    const source = this.sources.live.get(id);
    if (source === undefined) throw new Error('only what lives is deleted');
    const isReferredTo =
      [...this.sources.live.values()].some(({ memberOf }) => memberOf === id) ||
      [...this.articles.live.values()].some(({ publisher }) => publisher === id) ||
      [...this.claims.live.values()].some(({ attributions }) =>
        attributions.some((one) => one.source === id),
      );
    if (isReferredTo) return ['in-use'];
    this.sources.delete(source);
    for (const [ref, to] of this.moved) if (to === id) this.moved.delete(ref);
    return DONE;
  }

  merge(from: string, into: Ref): readonly Outcome[] {
    const gone = this.sources.live.get(from);
    const kept = this.#source(into);
    if (gone === undefined) throw new Error('only what lives is merged');
    if (kept === undefined) return ['unknown-reference'];
    if (this.#above(kept.id).includes(from)) return ['conflict'];
    const known = [kept.name, ...kept.aliases];
    const names = [gone.name, ...gone.aliases].filter((name) => !known.includes(name));
    kept.aliases = [...kept.aliases, ...names];
    for (const source of this.sources.live.values()) if (source.memberOf === from) source.memberOf = kept.id;
    for (const article of this.articles.live.values())
      if (article.publisher === from) this.articles.set({ ...article, publisher: kept.id });
    for (const claim of this.claims.live.values())
      this.claims.set({
        ...claim,
        attributions: claim.attributions.map((one) =>
          one.source === from ? { ...one, source: kept.id } : one,
        ),
      });
    this.sources.delete(gone);
    for (const [ref, to] of this.moved) if (to === from) this.moved.set(ref, kept.id);
    this.moved.set(gone.id, kept.id);
    this.moved.set(gone.slug, kept.id);
    return DONE;
  }

  saveArticle(held: string | undefined, id: string, given: GivenArticle): readonly Outcome[] {
    const taken = this.articles.find(given.slug);
    if (taken !== undefined && taken.id !== held) return ['conflict'];
    if (held === undefined && this.articles.live.has(id)) return ['conflict'];
    const publisher = given.publisher === null ? null : this.#source(given.publisher);
    if (publisher === undefined) return ['unknown-reference'];
    this.articles.set({ ...given, id, publisher: publisher?.id ?? null });
    for (const claim of this.claims.live.values())
      this.claims.set({
        ...claim,
        attributions: claim.attributions.map((one) =>
          one.article === id && one.quote !== null
            ? { ...one, isAnchored: given.body.includes(one.quote) }
            : one,
        ),
      });
    return DONE;
  }

  deleteArticle(id: string): readonly Outcome[] {
    const article = this.articles.live.get(id);
    if (article === undefined) throw new Error('only what lives is deleted');
    const isReferredTo = [...this.claims.live.values()].some(({ attributions }) =>
      attributions.some((one) => one.article === id),
    );
    if (isReferredTo) return ['in-use'];
    this.articles.delete(article);
    return DONE;
  }

  /** What is wrong with an attribution, and what it is where nothing is. */
  #attribution({ source: ref, article: place, quote }: GivenAttribution) {
    const wrong: Outcome[] = [];
    const source = ref === null ? null : this.#source(ref);
    const article = place === null ? null : this.articles.find(place);
    if (source === undefined || article === undefined) wrong.push('unknown-reference');
    const isAnchored = quote === null || !article ? null : article.body.includes(quote);
    if (isAnchored === false) wrong.push('quote-not-found');
    return { wrong, is: { source: source?.id ?? null, article: article?.id ?? null, quote, isAnchored } };
  }

  saveClaim(held: string | undefined, id: string, given: GivenClaim): readonly Outcome[] {
    if (held === undefined && this.claims.live.has(id)) return ['conflict'];
    const found = given.attributions.map((one) => this.#attribution(one));
    const wrong = found.flatMap((one) => one.wrong);
    if (given.contradicts === id) wrong.push('conflict');
    else if (given.contradicts !== null && !this.claims.live.has(given.contradicts))
      wrong.push('unknown-reference');
    if (wrong.length > 0) return wrong;
    const attributions = found.map(({ is }) => is);
    this.claims.set({ id, text: given.text, attributions, contradicts: given.contradicts });
    return DONE;
  }

  patchClaim(id: string, text: string): readonly Outcome[] {
    const claim = this.claims.live.get(id);
    if (claim === undefined) throw new Error('only what lives is patched');
    this.claims.set({ ...claim, text });
    return DONE;
  }

  attribute(id: string, given: GivenAttribution): readonly Outcome[] {
    const claim = this.claims.live.get(id);
    if (claim === undefined) throw new Error('only what lives is attributed');
    const { wrong, is } = this.#attribution(given);
    if (wrong.length > 0) return wrong;
    this.claims.set({ ...claim, attributions: [...claim.attributions, is] });
    return DONE;
  }

  deleteClaim(id: string): readonly Outcome[] {
    const claim = this.claims.live.get(id);
    if (claim === undefined) throw new Error('only what lives is deleted');
    if ([...this.claims.live.values()].some(({ contradicts }) => contradicts === id)) return ['in-use'];
    this.claims.delete(claim);
    return DONE;
  }
}
