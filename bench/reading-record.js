/**
 * One answer as it came over the wire, for the baselines of the bench to send again.
 */
import { once } from 'node:events';
import { request } from 'node:http';

/** What node:http adds by itself. */
const OF_THE_CONNECTION = new Set(['date', 'connection', 'keep-alive']);

/**
 * @param {number} port
 * @param {string} text the request as it is sent: its line and its headers
 * @param {{ name: string, status: number }} expected
 * @returns {Promise<import('./reading-baseline.js').Answer>} throws where another status is answered
 */
export async function record(port, text, { name, status }) {
  const [line = '', ...lines] = text.trim().split('\r\n');
  const [method, path] = line.split(' ');
  const headers = Object.fromEntries(lines.map((header) => header.split(/: (.*)/, 2)));
  const asked = request({ port, host: '127.0.0.1', method, path, headers, agent: false }).end();
  const [answer] = await once(asked, 'response');
  const chunks = [];
  for await (const chunk of answer) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  if (answer.statusCode !== status)
    throw new Error(
      `${name}: ${path} answered ${answer.statusCode} instead of ${status}: ${body.toString().slice(0, 150)}`,
    );
  const kept = [];
  for (let place = 0; place < answer.rawHeaders.length; place += 2)
    if (!OF_THE_CONNECTION.has(answer.rawHeaders[place].toLowerCase()))
      kept.push(answer.rawHeaders[place], answer.rawHeaders[place + 1]);
  return { status, headers: kept, body };
}
