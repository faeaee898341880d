/** A foreign document brought in without a process or a thread of its own. */
import type { RowResult } from '../../src/imports/decide.js';
import { foreignRows } from '../../src/imports/foreign-rows.js';
import type { InputFile, ReaderOptions } from '../../src/imports/model.js';
import { readDocument } from '../../src/imports/read-document.js';
import { importRows } from '../../src/imports/rows.js';
import { ClaimwireError } from '../../src/kernel/errors.js';
import type { Services } from '../../src/services.js';
import { openSpool } from '../../src/storage/spool.js';

export interface ImportOptions extends ReaderOptions {
  readonly dryRun?: boolean;
}

/** What became of the last row of a document. Throws the first refusal. */
export async function importFile(
  services: Services,
  file: InputFile,
  { dryRun = false, ...options }: ImportOptions,
): Promise<RowResult & { readonly id: string; readonly slug: string }> {
  const results: RowResult[] = [];
  const onRow = (result: RowResult) => void results.push(result);
  const rows = foreignRows(readDocument(file, options));
  await importRows(services, rows, { openSpool, onRow, isDryRun: dryRun });
  const refused = results.find(({ outcome }) => outcome === 'rejected');
  if (refused?.code !== undefined)
    throw new ClaimwireError(
      refused.code,
      refused.errors?.map(({ pointer = '', detail }) => `${pointer} ${detail}`.trim()).join('; '),
    );
  const { id = '', slug = '', ...last } = results.at(-1) as RowResult;
  return { ...last, id, slug };
}
