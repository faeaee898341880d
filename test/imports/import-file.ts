/** A foreign document brought in without a process or a thread of its own. */
import { createForeignImport, type ImportedRow } from '../../src/imports/foreign.js';
import type { InputFile, ReaderOptions } from '../../src/imports/model.js';
import { readDocument } from '../../src/imports/read-document.js';
import type { Services } from '../../src/services.js';

export interface ImportOptions extends ReaderOptions {
  readonly dryRun: boolean;
}

/** Stores what a document holds, and tells the last row that was stored. Throws the first refusal. */
export async function importFile(
  services: Services,
  file: InputFile,
  options: ImportOptions,
): Promise<ImportedRow & { readonly slug: string }> {
  const { save } = createForeignImport(services, options);
  let last: ImportedRow | null = null;
  for (const row of readDocument(file, options)) {
    if (row.kind === 'unread') throw new Error(row.detail);
    last = (await save(row)) ?? last;
  }
  if (last === null) throw new Error('nothing was stored');
  return { ...last, slug: last.slug ?? '' };
}
