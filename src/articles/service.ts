/**
 * The rules of articles: which are seen, and what is made of a text when it is written.
 */
import { isDeepStrictEqual } from 'node:util';
import { ClaimwireError, createCollector } from '../kernel/errors.js';
import { LIST_LENGTH_MAX } from '../kernel/fields.js';
import { newId } from '../kernel/ids.js';
import {
  type AnsweredList,
  type AskedList,
  answerList,
  type Filter,
  type Listing,
  type ListRequest,
  resolveFilters,
} from '../kernel/page.js';
import {
  assertSameId,
  assertUnused,
  type FollowedAnchors,
  REFERRERS_TOLD_MAX,
  refusal,
  type Stored,
} from '../kernel/stored.js';
import type { SourceReader } from '../sources/service.js';
import { differenceOfFields, differenceOfTexts } from './differences.js';
import { writeFrontMatter } from './front-matter.js';
import type {
  Article,
  ArticleInput,
  ArticleRef,
  ArticleState,
  BodyFormat,
  CorrectionInput,
  Retraction,
} from './model.js';
import type {
  ArticleHandle,
  ArticleIdentity,
  ArticleReads,
  ArticleRecord,
  ArticleStore,
  ArticleText,
  FoundArticle,
  RevisionRecord,
} from './store.js';
import { type PreparedArticle, type RenderedBody, renderBody } from './text.js';

/** What stands to the right of articles and is shown with them. */
export interface BesideArticles {
  /** The articles with these parts that their readers asked for, `claims` or `related`. */
  include(articles: Article[], include: ReadonlySet<string>): Promise<Article[]>;
}

const SOURCE_FIELDS = ['publisher', 'author', 'mentions'];

export function readArticles(store: ArticleReads, sources: SourceReader, beside: BesideArticles) {
  /** Throws what is to be said of an article that is not there: `not-found` or `gone`. */
  async function refuseMissing(ref: string): Promise<never> {
    if (await store.isGone(ref)) throw new ClaimwireError('gone', `The article “${ref}” was deleted.`);
    throw new ClaimwireError('not-found', `No published article has the id or slug “${ref}”.`);
  }

  /** A handle on the published or retracted article with this id or slug. Throws `not-found` and `gone`. */
  const find = async (ref: string): Promise<FoundArticle> =>
    (await store.find(ref)) ?? (await refuseMissing(ref));

  /** The articles, whose sources are whole already, with what else is included. */
  const including = async (articles: Article[], include: ReadonlySet<string>): Promise<Article[]> =>
    include.size === 0 || articles.length === 0 ? articles : beside.include(articles, include);

  /** The published or retracted article with this id or slug. Throws `not-found` and `gone`. */
  async function get(
    ref: string,
    body: BodyFormat,
    include: ReadonlySet<string> = new Set(),
  ): Promise<Article> {
    const article = await store.get(ref, body, include);
    if (article === undefined) return refuseMissing(ref);
    const [whole] = await including([article], include);
    return whole ?? article;
  }

  async function answer({ request, include, summary }: AskedList, body: BodyFormat, own: readonly Filter[]) {
    const resolved = await sources.resolveFilters(request, SOURCE_FIELDS);
    const answered = await answerList(
      { list: (asked) => store.list(asked, body, include), summarise: store.summarise },
      { ...resolved, filters: [...resolved.filters, ...own] },
      summary,
    );
    return { ...answered, items: await including(answered.items, include) };
  }

  /** A version of the article with this id. Throws `not-found`. */
  async function revisionOf(id: string, ref: string, version: number) {
    const found = await store.revision(id, version);
    if (found === undefined)
      throw new ClaimwireError('not-found', `The article “${ref}” has no version ${version}.`);
    return found;
  }

  return {
    find,
    get,
    refuseMissing,

    /** Published articles, or those of another status where a filter says so. Throws `invalid-request` for a source that there is not. */
    list: (asked: AskedList, body: BodyFormat): Promise<AnsweredList<Article>> => answer(asked, body, []),

    /** The published articles of a source. Throws `not-found`, and what `list` throws. */
    async listOfPublisher(ref: string, asked: AskedList, body: BodyFormat): Promise<AnsweredList<Article>> {
      const { key } = await sources.find(ref);
      return answer(asked, body, [{ field: 'publisher', operator: 'in', values: [key] }]);
    },

    /** The published or retracted article with this id or slug as a Markdown file, which can be imported. Throws `not-found`. */
    async file(ref: string): Promise<{ text: string; article: Article }> {
      const article = await get(ref, 'markdown', new Set(['publisher', 'authors.source']));
      return { text: writeFrontMatter(article), article };
    },

    /** The published articles with these ids, in their order; those that are not there are left out. */
    async named(ids: readonly string[], body: BodyFormat): Promise<Article[]> {
      if (ids.length === 0) return [];
      const named = { refs: ids, ids, slugs: [] };
      const { items } = await answerList(
        { list: (asked) => store.list(asked, body), summarise: store.summarise },
        { limit: ids.length, filters: [], named },
        { count: false, facets: [] },
      );
      return items;
    },

    /** When the first of the scheduled articles is due; null where none is scheduled. */
    nextDue: store.nextDue,

    /** Whether the article with this id or slug is one that readers do not find, or was one when it was deleted. */
    async isHidden(ref: string): Promise<boolean> {
      const found = await store.find(ref);
      if (found === undefined) return store.isGone(ref);
      return found.status === 'draft' || found.status === 'scheduled';
    },

    /** The versions of an article, the last first unless asked otherwise. Throws `not-found` and `gone`. */
    async revisions(ref: string, request: ListRequest): Promise<Listing<RevisionRecord>> {
      const { id } = await find(ref);
      return store.revisions(id, request);
    },

    /** A version of an article. Throws `not-found` and `gone`. */
    async revision(ref: string, version: number) {
      const { id } = await find(ref);
      return revisionOf(id, ref, version);
    },

    /**
     * What changed in an article from a version, the one before if not given, to another. Throws `not-found`, `gone`, and
     * `invalid-request` where there is none to compare with.
     */
    async difference(ref: string, version: number, from: number = version - 1) {
      const { id } = await find(ref);
      const after = await revisionOf(id, ref, version);
      const before = await store.revision(id, from);
      if (before === undefined)
        throw new ClaimwireError('invalid-request', undefined, {
          issues: [{ parameter: 'from', detail: `must be another version; there is no version ${from}` }],
        });
      const { parts, isCoarse } = await differenceOfTexts(before.state.body, after.state.body);
      return {
        from: before.record,
        to: after.record,
        fields: differenceOfFields(before.state, after.state),
        body: parts,
        coarse: isCoarse,
      };
    },

    /** A function that gives for each of these references the article, without its text and authors. */
    async summaries(refs: Iterable<ArticleRef | null>) {
      const ids = new Set([...refs].flatMap((ref) => (ref === null ? [] : [ref.id])));
      const found = ids.size === 0 ? [] : await store.refs([...ids]);
      const byId = new Map(found.map((article) => [article.id, article]));
      return (ref: ArticleRef | null): ArticleRef | null => (ref === null ? null : (byId.get(ref.id) ?? ref));
    },

    /** The request with the keys of what its filters on `field` refer to. Throws `invalid-request` for no article. */
    resolveFilters: (request: ListRequest, fields: readonly string[]) =>
      resolveFilters(request, fields, async (ref) => (await find(ref)).key),
  };
}

export type ArticleReader = ReturnType<typeof readArticles>;

/** What happened to an article that others must follow. */
export interface ArticleChange {
  readonly key: number;
  readonly isTextChanged: boolean;
  /** Its status or its publisher changed: who sees it, or who speaks in it. */
  readonly isPublicationChanged: boolean;
}

export interface ArticleWriterOptions {
  readonly store: ArticleStore;
  readonly sources: SourceReader;
  readonly beside: BesideArticles;
  /** Told of every change to a stored article, in its transaction; tells what became of the anchors in it. */
  readonly onChanged: (change: ArticleChange) => Promise<FollowedAnchors>;
}

/** An article that was written, and what became of the anchors in it. */
export interface SavedArticle extends ArticleHandle {
  readonly anchors: FollowedAnchors;
}

const NONE_FOLLOWED: FollowedAnchors = { moved: 0, orphaned: [] };

export interface SaveOptions {
  /** Nothing that the article is known by is stored, as the caller has seen in this transaction. */
  readonly isNew?: boolean;
  /** What `prepareArticle` made of it. */
  readonly prepared?: PreparedArticle | undefined;
}

/** An article as it is given over HTTP, where no file has a name for it. */
type GivenArticle = Omit<ArticleInput, 'externalId'>;

export function writeArticles({ store, sources, beside, onChanged }: ArticleWriterOptions) {
  const keyOf = async (ref: string | null): Promise<number | null> =>
    ref === null ? null : (await sources.resolve(ref)).key;

  /** Refuses what another article is known by. */
  const assertFree = async (identity: ArticleIdentity, id: string | null): Promise<void> => {
    const held = await store.known(identity);
    if (held === undefined || held.id === id) return;
    const [word] = Object.values(identity);
    throw new ClaimwireError('conflict', `“${word}” belongs to the article ${held.id}.`);
  };

  /** A retraction of which no time is told is of now, or of when it was first told. */
  const datedRetraction = (
    given: ArticleInput['retraction'],
    held: Retraction | null | undefined,
  ): Retraction | null => given && { ...given, at: given.at ?? held?.at ?? store.now };

  const toRecord = async (
    input: ArticleInput,
    stored: ArticleRecord | { readonly id: string },
    { isNew = false, prepared }: SaveOptions,
  ): Promise<ArticleRecord> => {
    const { id } = stored;
    const { id: _id, body, authors, publisher, retraction, ...rest } = input;
    const { canonicalUrl, externalId } = input;
    /** Each belongs to one article: what the stored one is known by already needs no look. */
    const held = 'canonicalUrl' in stored ? stored : { canonicalUrl: null, externalId: null };
    const collector = createCollector();
    if (canonicalUrl !== null && canonicalUrl !== held.canonicalUrl && !isNew)
      await collector.attempt('/canonicalUrl', () => assertFree({ canonicalUrl }, id));
    if (externalId !== null && externalId !== held.externalId && !isNew)
      await collector.attempt('/externalId', () => assertFree({ externalId }, id));
    const resolved = [];
    for (const [place, { name, source }] of authors.entries())
      resolved.push({
        name,
        source: await collector.attempt(`/authors/${place}/source`, () => keyOf(source)),
      });
    const publisherKey = await collector.attempt('/publisher', () => keyOf(publisher));
    collector.done();
    return {
      id,
      retraction: datedRetraction(retraction, 'retraction' in stored ? stored.retraction : null),
      markdown: body,
      authors: resolved,
      publisher: publisherKey,
      ...(prepared?.body ?? rendered(input, stored)),
      ...rest,
    };
  };

  let last: { readonly key: number; readonly text: ArticleText } | null = null;
  /** As it is stored, read once for all that is said of one article: nothing but this writer changes it. */
  const text = async (key: number): Promise<ArticleText> => {
    if (last?.key !== key) last = { key, text: await store.text(key) };
    return last.text;
  };

  const reader = readArticles(store, sources, beside);

  const assertNew = async (pointer: '/id' | '/slug', ref: string | undefined): Promise<void> => {
    const held = ref === undefined ? undefined : await store.stored(ref);
    if (held !== undefined)
      throw refusal('conflict', { pointer, detail: `“${ref}” belongs to the article ${held.id}` });
  };

  /** Creates the article or makes the stored one equal to it. */
  async function save(input: ArticleInput, options: SaveOptions = {}): Promise<SavedArticle> {
    const { isNew = false, prepared } = options;
    last = null;
    const bySlug = isNew ? undefined : await store.record({ slug: input.slug });
    const stored =
      (input.id === undefined || isNew || input.id === bySlug?.record.id
        ? undefined
        : await store.record({ id: input.id })) ?? bySlug;
    const isTaken =
      bySlug !== undefined &&
      (bySlug.key !== stored?.key || (input.id !== undefined && input.id !== bySlug.record.id));
    if (isTaken)
      throw new ClaimwireError(
        'conflict',
        `The slug “${input.slug}” belongs to the article ${bySlug.record.id}.`,
      );

    const record = await toRecord(input, stored?.record ?? { id: input.id ?? newId() }, options);
    const toSaved = (key: number, anchors = NONE_FOLLOWED): SavedArticle => ({
      key,
      id: record.id,
      slug: record.slug,
      headline: record.headline,
      anchors,
    });
    if (stored === undefined) {
      const { key, version } = await store.insert(record, prepared?.indexed);
      last = { key, text: { text: record.text, version } };
      return toSaved(key);
    }
    if (isDeepStrictEqual(stored.record, record)) return toSaved(stored.key);
    await store.update(stored.key, record);
    const anchors = await onChanged({
      key: stored.key,
      isTextChanged: stored.record.text !== record.text,
      isPublicationChanged:
        stored.record.status !== record.status || stored.record.publisher !== record.publisher,
    });
    return toSaved(stored.key, anchors);
  }

  return {
    /** The plain text of an article and the version that it belongs to. */
    text,
    /** What is stored under an id, slug, external id or canonical address, published or not. */
    record: store.record,
    /** The article that is known by this, published or not. */
    known: store.known,

    /** Publishes the first `limit` of the scheduled articles whose time has come; gives how many there were. */
    async publishDue(limit: number): Promise<number> {
      const due = await store.due(limit);
      for (const { key, record } of due) {
        last = null;
        await store.update(key, { ...record, status: 'published' });
        await onChanged({ key, isTextChanged: false, isPublicationChanged: true });
      }
      return due.length;
    },

    /**
     * Creates the article or makes the stored one (of this id, else of this slug) equal to it; writes nothing where it
     * is equal already. Throws `conflict` where the slug, the external id or the canonical address belongs to another
     * article, and what resolving a source throws.
     */
    save,

    /** The article that an id or slug means. Throws `unknown-reference`. */
    async resolve(ref: string): Promise<ArticleHandle> {
      const found = await store.find(ref);
      if (found === undefined)
        throw new ClaimwireError('unknown-reference', `“${ref}” is no article’s id or slug.`);
      return found;
    },

    /** The article with this id or slug, or undefined where there never was one. Throws `gone`. */
    async stored(ref: string): Promise<Stored | undefined> {
      const held = await store.stored(ref);
      if (held === undefined && (await store.isGone(ref))) await reader.refuseMissing(ref);
      return held;
    },

    /** All that is stored of an article, as a writer would give it. */
    state: ({ id }: Stored): Promise<ArticleState> => store.state(id),

    /** Creates an article. Throws `conflict` where its id or slug belongs to another, and what `save` throws. */
    async create(input: GivenArticle): Promise<SavedArticle> {
      const collector = createCollector();
      await collector.attempt('', () => assertNew('/id', input.id));
      await collector.attempt('', () => assertNew('/slug', input.slug));
      const { canonicalUrl } = input;
      if (canonicalUrl !== null)
        await collector.attempt('/canonicalUrl', () => assertFree({ canonicalUrl }, null));
      collector.done();
      return save({ ...input, externalId: null }, { isNew: true });
    },

    /** Makes an article equal to what is given. Throws what `save` throws. */
    async replace(held: Stored, input: GivenArticle): Promise<SavedArticle> {
      assertSameId(held, input.id);
      const { externalId } = await store.state(held.id);
      return save({ ...input, id: held.id, externalId });
    },

    /** Makes an article all of what it was at a version. Throws `invalid-request`, and what `save` throws. */
    async restore(held: Stored, version: number): Promise<SavedArticle> {
      const revision = await store.revision(held.id, version);
      if (revision === undefined)
        throw refusal('invalid-request', { pointer: '/version', detail: 'is no version of this article' });
      const { externalId } = await store.state(held.id);
      return save({ ...revision.state, id: held.id, externalId });
    },

    /** Adds a correction to an article, of now unless it says when. Throws `invalid-request` for one too many. */
    async correct(held: Stored, { at = store.now, text }: CorrectionInput): Promise<SavedArticle> {
      const state = await store.state(held.id);
      if (state.corrections.length >= LIST_LENGTH_MAX)
        throw refusal('invalid-request', {
          pointer: '',
          detail: `cannot be added: an article has at most ${LIST_LENGTH_MAX} corrections`,
        });
      return save({ ...state, corrections: [...state.corrections, { at, text }] });
    },

    /** Deletes an article. Throws `in-use` where a claim stands in it. */
    async remove(held: Stored): Promise<void> {
      assertUnused(await store.referrers(held.key, REFERRERS_TOLD_MAX + 1));
      last = null;
      await store.remove(held);
    },
    ...reader, // last: V8 is slow to add to what was spread
  };
}

export { type PreviewReader, type PreviewWriter, readPreviews, writePreviews } from './previews.js';

export type ArticleWriter = ReturnType<typeof writeArticles>;

/** The forms of a text: those that are stored where it was written the same, since to render it takes longest of all. */
function rendered(
  { body, language }: ArticleInput,
  stored: ArticleRecord | { readonly id: string },
): RenderedBody {
  if (!('markdown' in stored) || stored.markdown !== body || stored.language !== language)
    return renderBody(body, language);
  const { html, text, wordCount } = stored;
  return { html, text, wordCount };
}
