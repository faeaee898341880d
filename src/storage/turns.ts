/** Work that waits its turn: so many pieces at once, in the order in which they came. */
export function createTurns(atOnceMax: number) {
  const waiting: (() => void)[] = [];
  let running = 0;

  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (running < atOnceMax) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next(); // the place goes from hand to hand
    }
  };
}

/** Takes a turn and keeps it; gives what ends that, which may be called again. */
export function holdTurn(inTurn: ReturnType<typeof createTurns>): Promise<() => void> {
  return new Promise((held, reject) => {
    inTurn(() => new Promise<void>((release) => held(release))).catch(reject);
  });
}
