/**
 * The signals that tell a server to stop.
 */

export const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** The first of the signals to stop; the next one does what it does to any process. */
export const stopSignal = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals) => {
      for (const name of STOP_SIGNALS) process.off(name, stop);
      resolve(signal);
    };
    for (const name of STOP_SIGNALS) process.on(name, stop);
  });
