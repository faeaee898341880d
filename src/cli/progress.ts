/**
 * How far a long command has come: a bar with rate and time left on a terminal, a plain line now and then in a pipe. It is
 * written to standard error, so that what a command gives stays clean.
 */

const BAR_WIDTH = 30;
const BAR_INTERVAL_MS = 100;
const LINE_INTERVAL_MS = 5_000; // a log that is read later needs no more

export interface Step {
  /** What is being worked on. */
  readonly what: string;
  /** How many are done. */
  readonly done: number;
  /** How many there are; not given where nobody knows. */
  readonly total?: number;
  /** How much of the work is done, from 0 to 1, where that is known by something else than by counting. */
  readonly share?: number;
}

export interface ProgressOptions {
  /** What is counted, as in `1,200 rows`. */
  readonly unit: string;
  readonly isQuiet?: boolean;
}

export interface Progress {
  /** Shows a step, if it is time to, or at once where it ends one. */
  show(step: Step): void;
  /** Leaves the last state of the bar, so that what is written next has a line of its own. */
  end(): void;
}

/** A progress that is shown to whoever runs the command. */
export function createProgress({ unit, isQuiet = false }: ProgressOptions): Progress {
  const isTerminal = process.stderr.isTTY === true;
  let current: string | null = null;
  let startedAt = 0;
  let shownAt = 0;
  let isBarShown = false;

  return {
    show({ what, done, total, share = total === undefined ? undefined : total === 0 ? 1 : done / total }) {
      if (isQuiet) return;
      const now = performance.now();
      if (what !== current) {
        current = what;
        startedAt = now;
        if (!isTerminal) shownAt = now; // what ends soon is told of once
      }
      const isDone = share === 1;
      if (!isDone && now - shownAt < (isTerminal ? BAR_INTERVAL_MS : LINE_INTERVAL_MS)) return;
      shownAt = now;
      const seconds = Math.max((now - startedAt) / 1000, 0.001);
      const count = total === undefined || isDone ? grouped(done) : `${grouped(done)} of ${grouped(total)}`;
      const left =
        share === undefined || share === 0 ? '' : `, ${duration((seconds * (1 - share)) / share)} left`;
      const text = `${what}: ${count} ${unit}, ${grouped(Math.round(done / seconds))}/s${isDone ? '' : left}`;
      isBarShown = isTerminal;
      process.stderr.write(isTerminal ? `\r${barOf(share)}${text}\x1b[K` : `${text}\n`);
    },
    end() {
      if (isBarShown) process.stderr.write('\n');
      isBarShown = false;
    },
  };
}

const barOf = (share: number | undefined): string =>
  share === undefined
    ? ''
    : `${'█'.repeat(Math.round(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '░')} ${Math.floor(share * 100)} % `;

/** 1234567 as people read it. */
export const grouped = (count: number): string => count.toLocaleString('en');

/** Seconds as people say them: `40 s`, `3 min 5 s`, `2 h 10 min`. */
function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
