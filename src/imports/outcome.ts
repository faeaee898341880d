/** What became of a thing that was written, told from the changes of its transaction. */
import type { RecordedChanges } from '../storage/changes.js';

export type Outcome = 'created' | 'updated' | 'unchanged';

export function outcomeOf(changes: RecordedChanges, id: string): Outcome {
  const operation = changes.get(id);
  if (operation === undefined) return 'unchanged';
  return operation === 'create' ? 'created' : 'updated';
}
