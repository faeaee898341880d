/**
 * Long work on the event loop, so cut that whoever else waits has a turn.
 */
import { setImmediate as turn } from 'node:timers/promises';

const HELD_MS_MAX = 1; // with the piece of work that exceeds it some two

/** For a piece of work that begins now. */
export function createPauses() {
  let begun = performance.now();
  return {
    /** Whether the loop was held for so long that it is time to pause. */
    isDue: (): boolean => performance.now() - begun >= HELD_MS_MAX,

    async pause(): Promise<void> {
      await turn();
      begun = performance.now();
    },
  };
}
