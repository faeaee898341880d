/**
 * A server that sends answers as it was given them, for the bench: `bare` by node:http alone, `fastify` by the framework
 * with nothing added.
 */
import { createServer } from 'node:http';
import { fastify } from 'fastify';

/** @typedef {{ status: number, headers: string[], body: Buffer }} Answer headers: names and values in turn */

/** @type {Map<string, Answer>} */
let answers = new Map();
const UNKNOWN = { status: 404, headers: [], body: Buffer.from('') };
const at = (/** @type {string} */ url) => answers.get(url) ?? UNKNOWN;

const [kind, port] = process.argv.slice(2);
const listenAt = { port: Number(port), host: '127.0.0.1' };
if (kind === 'bare')
  createServer((request, response) => {
    const { status, headers, body } = at(request.url ?? '');
    response.writeHead(status, headers);
    response.end(body);
  }).listen(listenAt);
else {
  const app = fastify();
  app.get('/*', (request, reply) => {
    const { status, headers, body } = at(request.url);
    reply.code(status);
    for (let place = 0; place < headers.length; place += 2)
      reply.header(headers[place] ?? '', headers[place + 1]);
    reply.send(body);
  });
  await app.listen(listenAt);
}

process.on('message', (/** @type {{ answers?: [string, Answer][] }} */ message) => {
  if (message.answers === undefined) return;
  answers = new Map(message.answers);
  process.send?.('ready');
});
process.on('disconnect', () => process.exit());
