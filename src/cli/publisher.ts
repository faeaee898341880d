/**
 * Scheduled articles go live by themselves: each process looks for what is due when it starts, when the next is, and soon
 * after any write. Many may find the same due: whoever comes first publishes it, and there is nothing left for the others.
 */
import { clearTimeout, setTimeout } from 'node:timers';
import type { Logger } from 'pino';
import { type Clock, systemClock } from '../kernel/time.js';
import type { Services } from '../services.js';
import type { Storage } from '../storage/storage.js';

/** How long a process relies on what it knows: clocks are set, and a notice of a change may be lost. */
const LOOK_INTERVAL_MS = 30_000;
/** How soon after a write it is looked whether that scheduled anything: many writes are looked after once. */
const AFTER_WRITE_MS = 100;
const PUBLISHED_AT_ONCE = 100; // articles of one transaction, which others need not wait long for
const NOTE = 'published when it was due';

export interface PublisherOptions {
  readonly services: Pick<Services, 'read' | 'write'>;
  readonly onChange: Storage['onChange'];
  readonly logger: Pick<Logger, 'info' | 'error'>;
  readonly clock?: Clock;
}

/** Publishes all that is due; gives when the next will be, null where nothing is scheduled. */
export async function publishDue({ read, write }: PublisherOptions['services'], clock: Clock) {
  let published = 0;
  for (;;) {
    const next = await read.articles.nextDue();
    if (next === null || next > clock()) return { published, next };
    const { result } = await write(({ articles }) => articles.publishDue(PUBLISHED_AT_ONCE), { note: NOTE });
    published += result;
    if (result === 0) return { published, next: null }; // another did, or the clock of the storage is behind
  }
}

/** Begins to watch, once what is due already is published; gives what ends it. Failures are logged, and it is tried again. */
export async function startPublisher({ services, onChange, logger, clock = systemClock }: PublisherOptions) {
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let lookAt = 0;
  let isStale = false; // something was written since it was last begun to look
  let isStopped = false;

  const lookIn = (ms: number): void => {
    if (isStopped) return;
    clearTimeout(timer);
    lookAt = Date.now() + ms;
    timer = setTimeout(look, ms).unref();
  };

  const look = (): Promise<void> => {
    if (looking !== undefined) return looking;
    isStale = false;
    looking = publishDue(services, clock)
      .then(({ published, next }) => {
        if (published > 0) logger.info({ published }, 'scheduled articles went live');
        const inMs = next === null ? LOOK_INTERVAL_MS : Date.parse(next) - Date.parse(clock());
        lookIn(Math.min(Math.max(inMs, 1), isStale ? AFTER_WRITE_MS : LOOK_INTERVAL_MS));
      })
      .catch((err: unknown) => {
        logger.error({ err }, 'scheduled articles could not be looked for');
        lookIn(LOOK_INTERVAL_MS);
      })
      .finally(() => {
        looking = undefined;
      });
    return looking;
  };

  const ignore = onChange(() => {
    if (looking !== undefined) isStale = true;
    else if (lookAt - Date.now() > AFTER_WRITE_MS) lookIn(AFTER_WRITE_MS);
  });
  await look();
  return {
    async stop(): Promise<void> {
      isStopped = true;
      ignore();
      clearTimeout(timer);
      await looking;
    },
  };
}
