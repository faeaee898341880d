/**
 * The patience that a server has with a client that has to do its part: to send more, or to take what it is sent.
 */
import { clearTimeout, setTimeout } from 'node:timers';

export interface Patience {
  /** Begins to wait for the client; what it gives ends that, and may be called again. */
  begin(): () => void;
}

/** Calls `onStall` when the client was waited for and did nothing of what it was waited for in so long. */
export function createPatience(stallMs: number, onStall: () => void): Patience {
  let waits = 0;
  let overdue: NodeJS.Timeout | undefined;
  const change = (by: 1 | -1): void => {
    waits += by;
    clearTimeout(overdue);
    overdue = waits > 0 ? setTimeout(onStall, stallMs) : undefined;
  };
  return {
    begin() {
      let isWaiting = true;
      change(1);
      return () => {
        if (isWaiting) change(-1);
        isWaiting = false;
      };
    },
  };
}
