/**
 * What a source is to a client: anyone whom content comes from or whom a statement is attributed to.
 */
import { z } from 'zod';
import {
  givenRef,
  Highlight,
  id,
  idInput,
  instant,
  kept,
  LIST_LENGTH_MAX,
  line,
  prose,
  ref,
  slug,
  snippet,
  uri,
  webUrl,
} from '../kernel/fields.js';
import type { NameRow } from '../kernel/rows.js';

export const SourceKind = z.enum(['publisher', 'organization', 'person', 'document', 'unnamed']).meta({
  id: 'SourceKind',
  description: 'What manner of source this is; `unnamed` is one that the text does not identify.',
});

/** What a source is by itself, apart from what it belongs to. */
const ownFields = {
  kind: SourceKind,
  aliases: z.array(z.string()).describe('Other names that find this source, whatever the case or accents.'),
  description: z.string().nullable(),
  role: z.string().nullable().describe('What this source is in the news, in words: "President of Ukraine".'),
  country: z.string().nullable().describe('ISO 3166-1 alpha-2.'),
  url: z.string().nullable(),
  sameAs: z.array(z.string()).describe('URIs of the same source elsewhere (schema.org `sameAs`).'),
  version: z.int().describe('Rises by one with each change.'),
  createdAt: instant,
  updatedAt: instant,
};

export const SourceRef = z
  .object({ id, slug: z.string(), name: z.string(), ...z.object(ownFields).partial().shape })
  .meta({
    id: 'SourceRef',
    description:
      'A source where something else refers to it: id, slug and name; the rest where it is included.',
  });
export type SourceRef = z.infer<typeof SourceRef>;

const { kind, version, createdAt, updatedAt, ...described } = ownFields;

export const Source = z
  .object({
    id,
    slug: z.string(),
    kind,
    name: z.string(),
    ...described,
    memberOf: SourceRef.nullable().describe('The organisation that this source belongs to and speaks for.'),
    version,
    createdAt,
    updatedAt,
    snippet: snippet.optional(),
    highlights: z.array(Highlight).optional().describe('What to mark where it is shown; with `q`.'),
  })
  .meta({
    id: 'Source',
    description: 'Anyone whom content comes from or whom a statement is attributed to.',
  });
export type Source = z.infer<typeof Source>;

/** Names every row that a source shows. */
export function nameSourceRows({ id, memberOf }: Partial<Source>, name: NameRow): void {
  if (id !== undefined) name('source', id);
  if (memberOf != null) name('source', memberOf.id);
}

export const country = z
  .string()
  .regex(/^[A-Z]{2}$/, { error: 'must be two capital letters, ISO 3166-1 alpha-2' });

/** A source as a writer gives it. `memberOf` is an id, a slug or a name. */
export const SourceInput = z.strictObject({
  id: idInput.optional(),
  slug,
  kind: SourceKind,
  name: line(),
  aliases: z.array(line()).max(LIST_LENGTH_MAX).default([]),
  description: prose().nullable().default(null),
  role: line().nullable().default(null),
  country: country.nullable().default(null),
  url: webUrl.nullable().default(null),
  sameAs: z.array(uri).max(LIST_LENGTH_MAX).default([]),
  memberOf: ref.nullable().default(null),
});
export type SourceInput = z.output<typeof SourceInput>;

/** A source as it is given over HTTP: what was answered may be sent back. */
export const SourceBody = SourceInput.extend({
  memberOf: givenRef.nullable().default(null).describe('An id, a slug or a name.'),
  version: kept(z.int()),
  createdAt: kept(instant),
  updatedAt: kept(instant),
}).meta({ id: 'SourceInput', description: 'A source as a writer gives it.' });

/** All that is stored of a source, as a writer would give it. */
export type SourceState = SourceInput & { readonly id: string };
