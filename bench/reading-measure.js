/**
 * One turn of a server: what it is asked, and what that cost it.
 */

/** @typedef {import('./reading-workloads.js').Workload} Workload */
/** @typedef {{ cpuMicros: number, perSecond: number, times: Float64Array, loopMs: import('./reading-processes.js').Usage['loopMs'] }} Measured cpuMicros: of one request; times: of each, in milliseconds */

/**
 * Asks for the content coding that is measured: each has a tag of its own.
 * @param {number} port @param {string} [acceptEncoding] @returns {import('./reading-workloads.js').Ask}
 */
export const askAt =
  (port, acceptEncoding = 'identity') =>
  async (path) => {
    const headers = { 'accept-encoding': acceptEncoding };
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
    return { status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() };
  };

/** @param {import('./reading-processes.js').Client} client @param {{ connections: number, acceptEncoding?: string }} options */
export function createMeasure(client, { connections, acceptEncoding }) {
  const sent = {
    host: 'localhost',
    accept: 'application/json',
    ...(acceptEncoding === undefined ? {} : { 'accept-encoding': acceptEncoding }),
  };

  /** A request as it is sent. @param {string} path @param {Pick<Workload, 'headers'>} workload */
  const requestFor = (path, { headers = {} }) =>
    `GET ${path} HTTP/1.1\r\n${Object.entries({ ...sent, ...headers })
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n`;

  /**
   * Throws where anything but the status of the workload is answered.
   * @param {import('./reading-processes.js').Server} server
   * @param {string[]} paths
   * @param {Pick<Workload, 'name' | 'headers' | 'status'>} workload
   * @param {number} forMs
   * @returns {Promise<Measured>}
   */
  async function measure(server, paths, workload, forMs) {
    const requests = paths.map((path) => requestFor(path, workload));
    const before = await server.usage();
    const { count, ms, statuses, times } = await client.run({
      port: server.port,
      requests,
      connections,
      ms: forMs,
    });
    const after = await server.usage();
    const other = Object.keys(statuses).filter((status) => status !== String(workload.status));
    if (other.length > 0)
      throw new Error(`${workload.name}: answered ${other.join(', ')} instead of ${workload.status}`);
    return {
      cpuMicros: (after.cpuMicros - before.cpuMicros) / count,
      perSecond: (count / ms) * 1000,
      times,
      loopMs: after.loopMs,
    };
  }

  return { measure, requestFor };
}
