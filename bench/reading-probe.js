/**
 * Loaded into each server that the bench measures, before anything of its own: tells, when asked, what the process has
 * cost so far. CPU is that of all threads; the delay of the event loop is the longest since it was last asked.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 1; // how often the loop is looked at, where that is asked for; looking costs CPU

const delays = process.env.PROBE_LOOP ? monitorEventLoopDelay({ resolution: RESOLUTION_MS }) : undefined;
delays?.enable();

process.on('message', (/** @type {{ probe?: number }} */ { probe }) => {
  if (probe === undefined) return;
  const { user, system } = process.cpuUsage();
  const memory = process.memoryUsage.rss();
  const loopMs =
    delays === undefined ? null : { p99: delays.percentile(99) / 1e6, max: Math.max(0, delays.max) / 1e6 };
  delays?.reset();
  process.send?.({ probe, cpuMicros: user + system, memory, loopMs });
});
process.channel?.unref();
