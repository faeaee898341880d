/**
 * Changes as they happen: PostgreSQL's NOTIFY, with the watch over the servers as the fallback while the line is cut.
 */
import { setTimeout } from 'node:timers';
import { Client, type ClientConfig } from 'pg';

export const CHANNEL = 'claimwire_changes';
const RETRY_MS = 1_000;

/** Listens until it is closed; comes back by itself. `onSeq` is told the `seq` of the last change of each write. */
export function listen(config: ClientConfig, onSeq: (seq: number) => void): { close(): Promise<void> } {
  let client: Client | undefined;
  let isClosed = false;

  const connect = async (): Promise<void> => {
    if (isClosed) return;
    const next = new Client(config);
    client = next;
    let isOver = false;
    const again = () => {
      if (isOver) return;
      isOver = true;
      next.end().catch(() => {});
      if (!isClosed) setTimeout(connect, RETRY_MS).unref();
    };
    next.on('error', again);
    next.on('end', again);
    next.on('notification', ({ payload }) => {
      const seq = Number(payload);
      if (Number.isSafeInteger(seq)) onSeq(seq); // anybody may notify this channel of anything
    });
    try {
      await next.connect();
      await next.query(`listen ${CHANNEL}`);
    } catch {
      again();
    }
  };
  void connect();

  return {
    async close() {
      isClosed = true;
      await client?.end().catch(() => {});
    },
  };
}
