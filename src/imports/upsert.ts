/**
 * One row brought in: known again by what it is known by, then created, made equal, or left as it is.
 */
import type { ArticleInput } from '../articles/model.js';
import type { PreparedArticle } from '../articles/text.js';
import { ClaimwireError, createCollector, type Issue } from '../kernel/errors.js';
import { isId } from '../kernel/ids.js';
import type { IndexedClaim } from '../kernel/indexed.js';
import type { WriteServices } from '../services.js';
import type { SourceInput } from '../sources/model.js';
import type { ExchangeClaim } from './exchange.js';
import type { Prepared, RowKind } from './model.js';
import type { RowOutcome } from './report.js';
import type { About } from './taken.js';

/** What to do with what is stored already and differs. */
export const ON_CONFLICT = ['update', 'skip', 'fail'] as const;
export type OnConflict = (typeof ON_CONFLICT)[number];

/** A row that has been checked. */
export type CheckedRow = Prepared &
  (
    | { readonly kind: 'source'; readonly value: SourceInput }
    | { readonly kind: 'article'; readonly value: ArticleInput }
    | { readonly kind: 'claim'; readonly value: ClaimRow }
  );

/** A claim; without `relations` those that are stored are left as they are. */
export type ClaimRow = Omit<ExchangeClaim, 'relations'> & Partial<Pick<ExchangeClaim, 'relations'>>;

/** Something that is stored. */
export interface Handle {
  readonly key: number;
  readonly id: string;
  readonly slug?: string;
}

export interface Upserted extends Handle {
  readonly outcome: Exclude<RowOutcome, 'rejected'>;
  /** Why it is skipped. */
  readonly detail?: string;
}

/** How a row comes in: what it is about is found without writing anything, and then made equal to it, or made. */
export interface Bringing<Stored extends Handle = Handle> {
  find(): Promise<Stored | undefined>;
  save(stored: Stored | undefined): Promise<Handle>;
}

export interface BringOptions {
  readonly onConflict: OnConflict;
  /** Whether an earlier row of the run was about it. The first is believed: if each had the last word, each run would write. */
  readonly isTaken: (about: About) => boolean;
}

const TAKEN = 'another row of this import is about it';

/**
 * Brings in a row of the exchange format, as a part of a transaction. Throws what the services refuse, with a pointer into
 * the row, and `conflict` where `fail` is wanted or what it is known by belongs to several things; then nothing of it is
 * written.
 */
export const upsert = (write: WriteServices, row: CheckedRow, options: BringOptions): Promise<Upserted> =>
  bring(
    write,
    row.kind,
    {
      find: () => storedOf(write, row),
      save: (stored) => savers[row.kind](write, row.value as never, stored, row.prepared as never),
    },
    options,
  );

/** Brings in what is found and saved in some way. Throws as that does, and `conflict` where `fail` is wanted. */
export function bring<Stored extends Handle>(
  write: WriteServices,
  kind: RowKind,
  { find, save }: Bringing<Stored>,
  { onConflict, isTaken }: BringOptions,
): Promise<Upserted> {
  return write.attempt(async (written) => {
    const stored = await find();
    if (stored !== undefined && isTaken({ kind, key: stored.key }))
      return { ...handleOf(stored), outcome: 'skipped', detail: TAKEN };
    if (stored !== undefined && onConflict === 'skip') return { ...handleOf(stored), outcome: 'skipped' };
    const saved = handleOf(await save(stored));
    if (stored === undefined) return { ...saved, outcome: 'created' };
    if (!written.has(saved.id)) return { ...saved, outcome: 'unchanged' };
    if (onConflict === 'fail')
      throw new ClaimwireError('conflict', `The ${kind} is stored already, as ${saved.id}, and differs.`);
    return { ...saved, outcome: 'updated' };
  });
}

const handleOf = ({ key, id, slug }: Handle): Handle => ({ key, id, ...(slug !== undefined && { slug }) });

/** What a thing is known by. */
type Identified =
  | { readonly kind: 'source'; readonly value: Pick<SourceInput, 'slug' | 'id'> }
  | {
      readonly kind: 'article';
      readonly value: Pick<ArticleInput, 'externalId' | 'canonicalUrl' | 'slug' | 'id'>;
    }
  | { readonly kind: 'claim'; readonly value: Pick<ClaimRow, 'externalId' | 'id'> };

/**
 * The stored thing that a row is about: by external id, canonical URL, slug and id, the first of them that is known. Throws
 * `conflict` where another of them belongs to something else.
 */
export async function storedOf(write: WriteServices, row: Identified): Promise<Handle | undefined> {
  const found: [field: string, handle: Handle | undefined][] = [];
  if (row.kind === 'source') {
    const { slug, id } = row.value;
    found.push(['slug', await write.sources.known(slug)]);
    if (id !== undefined) found.push(['id', await write.sources.known(id)]);
  } else if (row.kind === 'article') {
    const { known } = write.articles;
    const { externalId, canonicalUrl, slug, id } = row.value;
    if (externalId !== null) found.push(['externalId', await known({ externalId })]);
    if (canonicalUrl !== null) found.push(['canonicalUrl', await known({ canonicalUrl })]);
    found.push(['slug', await known({ slug })]);
    if (id !== undefined) found.push(['id', await known({ id })]);
  } else {
    const { known } = write.claims;
    const { externalId, id } = row.value;
    if (externalId !== null) found.push(['externalId', await known({ externalId })]);
    if (id !== undefined) found.push(['id', await known({ id })]);
  }
  const [first, stored] = found.find(([, handle]) => handle !== undefined) ?? [];
  const issues = found.flatMap(([field, handle]): Issue[] =>
    handle === undefined || handle.key === stored?.key
      ? []
      : [
          {
            pointer: `/${field}`,
            detail: `belongs to the ${row.kind} ${handle.id}, while \`${first}\` belongs to ${stored?.id}`,
          },
        ],
  );
  const [issue] = issues;
  if (issue !== undefined) throw new ClaimwireError('conflict', issue.detail, { issues });
  return stored;
}

/** The id that is stored stays, whatever id the row gives. */
const withId = <Value extends { readonly id?: string | undefined }>(
  value: Value,
  stored: Handle | undefined,
) => (stored === undefined ? value : { ...value, id: stored.id });

const savers = {
  source: ({ sources }: WriteServices, value: SourceInput, stored: Handle | undefined): Promise<Handle> =>
    sources.save(withId(value, stored), stored === undefined),
  article: (
    { articles }: WriteServices,
    value: ArticleInput,
    stored: Handle | undefined,
    prepared?: PreparedArticle,
  ): Promise<Handle> => articles.save(withId(value, stored), { isNew: stored === undefined, prepared }),
  claim: saveClaim,
} satisfies Record<RowKind, unknown>;

async function saveClaim(
  write: WriteServices,
  { attributions, ...claim }: ClaimRow,
  stored: Handle | undefined,
  indexed?: IndexedClaim,
): Promise<Handle> {
  const collector = createCollector();
  const placed = [];
  for (const [place, { article: ref, ...part }] of attributions.entries()) {
    const within = await collector.attempt(`/attributions/${place}/article`, async () =>
      ref === null ? null : articleOf(write.articles, ref),
    );
    placed.push({ ...part, within });
  }
  collector.done(); // what else is wrong is told when all articles are there
  return write.claims.bring({ ...claim, attributions: placed }, stored, indexed);
}

/** The article that a reference means: by slug, external id, id or canonical URL. Throws `unknown-reference`. */
async function articleOf({ known }: WriteServices['articles'], ref: string): Promise<Handle> {
  const found = isId(ref)
    ? ((await known({ id: ref.toLowerCase() })) ?? (await known({ externalId: ref })))
    : ((await known({ slug: ref })) ??
      (await known({ externalId: ref })) ??
      (await known({ canonicalUrl: ref })));
  if (found !== undefined) return found;
  throw new ClaimwireError(
    'unknown-reference',
    `“${ref}” is no article’s slug, external id, id or canonical URL.`,
  );
}
