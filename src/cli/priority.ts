/**
 * How an import makes way for a server on the same machine: whoever reads waits for a request, nobody for a row.
 */
import { constants, setPriority } from 'node:os';
import { isMainThread } from 'node:worker_threads';

/**
 * Lowers the priority of a command, and of the threads that it starts from now on; called in a thread of a server, of that
 * thread alone, which only Linux can do.
 */
export function stepBack(): void {
  if (!isMainThread && process.platform !== 'linux') return;
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {} // where it may not be changed, it is as it was
}
