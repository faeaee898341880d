/**
 * What is told of an import, by `claimwire import --json` and by `POST /v1/import` alike: a line of JSON for a row, and one at
 * the end.
 */
import { z } from 'zod';
import { type ErrorCode, errorCodes } from '../kernel/errors.js';
import type { RowResult } from './decide.js';
import { rowKinds } from './model.js';

export const rowOutcomes = ['created', 'updated', 'unchanged', 'skipped', 'rejected'] as const;
export type RowOutcome = (typeof rowOutcomes)[number];

const kinds = [...rowKinds, 'unread'] as const;

/** What became of a row. */
export const ImportedRow = z
  .object({
    file: z.string().optional().describe('Where the row stands, of `claimwire import` alone.'),
    line: z.int().min(1).nullable().describe('The line of the row, from 1.'),
    pointer: z.string().optional().describe('Where it stands in what lines do not divide (RFC 6901).'),
    kind: z.enum(kinds).describe('`unread`: the line could not be read as a row.'),
    outcome: z.enum(rowOutcomes),
    id: z.string().optional().describe('Of what is stored; not of what is rejected.'),
    slug: z
      .string()
      .optional()
      .describe('Of an article or source from a file of another shape, of `claimwire import` alone.'),
    ignored: z
      .array(z.string())
      .optional()
      .describe('The parts of such a file that have no place in what is stored.'),
    detail: z.string().optional().describe('Why it is skipped, where another row is about the same.'),
    code: z
      .enum(errorCodes as [ErrorCode, ...ErrorCode[]])
      .optional()
      .describe('Why it is rejected.'),
    errors: z
      .array(
        z.object({
          pointer: z.string().optional().describe('JSON Pointer (RFC 6901) into the row.'),
          detail: z.string(),
        }),
      )
      .optional()
      .describe('Each thing that is wrong with it.'),
    cure: z.string().optional().describe('What to do about it, where `errors` does not say so.'),
  })
  .meta({ id: 'ImportedRow', description: 'What became of a row.' });

const count = z.int().min(0);
const OutcomeCounts = z
  .object(
    Object.fromEntries(rowOutcomes.map((outcome) => [outcome, count])) as Record<RowOutcome, typeof count>,
  )
  .meta({ id: 'OutcomeCounts', description: 'What became of how many rows of a kind.' });

/** The last line of a report. */
export const ImportSummary = z
  .object({
    counts: z
      .object(
        Object.fromEntries(kinds.map((kind) => [kind, OutcomeCounts])) as Record<
          (typeof kinds)[number],
          typeof OutcomeCounts
        >,
      )
      .describe('What became of how many rows.'),
    rejected: count.describe('How many were rejected.'),
    endedBy: z
      .enum(['signal', 'rejects'])
      .nullable()
      .describe('Why it ended before all rows were seen, null where they were. `signal`: it was stopped.'),
    isStored: z.boolean().describe('Whether what was done is kept.'),
    bookmark: z
      .string()
      .nullable()
      .describe('What a later read must carry to be sure to see it all; null where nothing was written.'),
  })
  .meta({ id: 'ImportSummary', description: 'What became of all rows: the last line of an import.' });

/** A result as it is told. */
export const reportOf = ({ place, ...result }: RowResult) => ({ ...place, ...result });
