/** Runs a command in this process and says at its end, in a line of JSON on standard error, what it took. */
const begun = performance.now();
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const took = {
    seconds: (performance.now() - begun) / 1000,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    megabytes: maxRSS / 1024,
  };
  process.stderr.write(`\n${JSON.stringify(took)}\n`);
});
await import('../dist/src/cli/main.js');
