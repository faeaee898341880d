/**
 * The load generator of the bench, in a process of its own: keep-alive connections over bare sockets, on each of which
 * the next request is sent when the answer to the last has arrived whole.
 */
import { connect } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const CHUNKS_END = Buffer.from('0\r\n\r\n');

/**
 * @typedef {object} Job
 * @property {number} port
 * @property {string[]} requests whole requests, as bytes in latin1; sent in an order that looks random
 * @property {number} connections
 * @property {number} ms how long to go on
 * @property {number} [pauseMs] between an answer and the next request
 */

/** The length of the whole answer that starts `bytes`; undefined where it does not say yet. @param {Buffer} bytes */
function lengthOf(bytes) {
  const end = bytes.indexOf(HEAD_END);
  if (end < 0) return undefined;
  const head = bytes.toString('latin1', 0, end);
  const [, length] = /\r\ncontent-length: (\d+)/i.exec(head) ?? [];
  if (length !== undefined) return end + 4 + Number(length);
  if (head.startsWith('HTTP/1.1 304') || head.startsWith('HTTP/1.1 204')) return end + 4;
  return bytes.subarray(-5).equals(CHUNKS_END) ? bytes.length : undefined;
}

/** @param {Job} job */
async function run({ port, requests, connections, ms, pauseMs }) {
  const sent = requests.map((request) => Buffer.from(request, 'latin1'));
  /** @type {number[]} */
  const times = [];
  /** @type {Record<string, number>} */
  const statuses = {};
  let turn = 0;
  const began = performance.now();
  const until = began + ms;

  const lane = () =>
    new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      /** @type {Buffer | undefined} */
      let held;
      let asked = 0;
      const ask = () => {
        asked = performance.now();
        // A step that shares no factor with most lengths: every request in turn, no two neighbours.
        turn = (turn + 7_919) % sent.length;
        socket.write(/** @type {Buffer} */ (sent[turn]));
      };
      socket.on('data', (chunk) => {
        const bytes = held === undefined ? chunk : Buffer.concat([held, chunk]);
        const length = lengthOf(bytes);
        if (length === undefined || bytes.length < length) {
          held = bytes;
          return;
        }
        held = undefined;
        const now = performance.now();
        times.push(now - asked);
        const status = bytes.toString('latin1', 9, 12);
        statuses[status] = (statuses[status] ?? 0) + 1;
        if (now >= until) socket.end();
        else if (pauseMs === undefined) ask();
        else setTimeout(ask, pauseMs);
      });
      socket.on('connect', ask);
      socket.on('error', reject);
      socket.on('close', () => resolve(undefined));
    });

  await Promise.all(Array.from({ length: connections }, lane));
  const took = performance.now() - began;
  return { count: times.length, ms: took, statuses, times: Float64Array.from(times) };
}

process.on('message', (/** @type {Job} */ job) => {
  run(job).then(
    (result) => process.send?.(result),
    (error) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
