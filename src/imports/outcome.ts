/** What became of a thing that was written, told from the changes of its transaction. */
import type { RecordedChanges } from '../storage/changes.js';

export type Outcome = 'created' | 'updated' | 'unchanged';

const outcomes = { create: 'created', update: 'updated' } as const;

export function outcomeOf(changes: RecordedChanges, id: string): Outcome {
  const operation = changes.get(id);
  return operation === undefined ? 'unchanged' : outcomes[operation];
}
