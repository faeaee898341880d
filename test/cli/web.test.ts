/**
 * A file on the web is fetched within bounds of size, time and redirects, and never from an address that is not public, by
 * whatever way it is reached.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { fetchInput, isPublic, type WebOptions } from '../../src/cli/web.js';

/** A server on this machine, and how many requests came. */
async function open(t: Test, answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  return { port, base: `http://127.0.0.1:${port}`, seen };
}

const anywhere: WebOptions = { isAllowed: () => true };

async function read(address: string, options: WebOptions = anywhere): Promise<string> {
  try {
    const { name, charset, chunks } = await fetchInput(address, options);
    const all: Uint8Array[] = [];
    for await (const chunk of chunks) all.push(chunk);
    return `${new URL(name).pathname} ${charset} ${Buffer.concat(all)}`;
  } catch (error) {
    return (error as Error).message;
  }
}

t.test('a file, its charset, and the address where it is found at last', async (t) => {
  const { base } = await open(t, ({ url }, response) => {
    if (url === '/old') response.writeHead(302, { location: 'new?x#y' }).end();
    else response.writeHead(200, { 'content-type': 'text/html; charset="ISO-8859-1"' }).end('text');
  });
  t.equal(await read(`${base}/old`), '/new ISO-8859-1 text');
});

t.test('no address that is not public is connected to', async (t) => {
  const { base, port, seen } = await open(t, (_request, response) => response.end('secret'));
  for (const address of [
    base,
    `http://localhost:${port}`,
    `http://2130706433:${port}`,
    `http://[::ffff:127.0.0.1]:${port}`,
  ])
    t.match(
      await read(address, {}),
      /^expected a public address \(--allow-private allows others\), found /,
      address,
    );
  t.same(seen, []);
});

t.test('a redirect to an address that is not allowed is not followed', async (t) => {
  const isAllowed = (address: string) => address === '127.0.0.1';
  const targets = [
    'http://127.0.0.2:1/',
    'http://[::1]:1/',
    'http://0/',
    'file:///etc/passwd',
    'http://a:b@127.0.0.1/',
  ];
  const { base, seen } = await open(t, ({ url }, response) => {
    response.writeHead(307, { location: targets[Number(url?.slice(1))] ?? '/' }).end();
  });
  t.same(await Promise.all(targets.map((_, at) => read(`${base}/${at}`, { isAllowed }))), [
    'expected a public address (--allow-private allows others), found 127.0.0.2',
    'expected a public address (--allow-private allows others), found ::1',
    'expected a public address (--allow-private allows others), found 0.0.0.0',
    'expected an http or https address, found “file:”',
    'expected an address without a name or password, found one that holds them',
  ]);
  t.equal(seen.length, targets.length);
});

t.test(
  'a host with one address that is not allowed is refused, and what was checked is what is connected to',
  async (t) => {
    const { port, seen } = await open(t, (_request, response) => response.end('text'));
    const asked: string[] = [];
    const isAllowed = (address: string) => {
      asked.push(address);
      return asked.length < 2 && address === '127.0.0.1';
    };
    t.match(
      await read(`http://localhost:${port}/`, { isAllowed }),
      /^\/ undefined text$|^expected a public address/,
    );
    t.ok(asked.length >= 1);
    t.equal(seen.length, asked.length === 1 ? 1 : 0);
  },
);

t.test(
  'without end, too slow, too large, broken off, refused, in another coding: each is told',
  async (t) => {
    const { base } = await open(t, ({ url }, response) => {
      if (url === '/round') response.writeHead(301, { location: '/round' }).end();
      else if (url === '/gone') response.writeHead(410).end();
      else if (url === '/nowhere') response.writeHead(302).end();
      else if (url === '/br') response.writeHead(200, { 'content-encoding': 'br' }).end('x');
      else if (url === '/large') response.end('x'.repeat(2_000));
      else if (url === '/short')
        response.writeHead(200, { 'content-length': '9' }).write('x', () => response.destroy());
      else if (url === '/trickle') response.writeHead(200).write('x');
    });
    const cases = {
      '/round': 'expected at most 5 redirects, found more',
      '/gone': 'expected an answer with the status 200, found 410',
      '/nowhere': 'expected an answer with the status 200, found 302',
      '/br': 'expected an answer in no coding, or in gzip, found br',
      '/large': 'expected at most 1000 bytes, found more',
      '/short': 'expected all of the answer, found one that breaks off (aborted)',
      '/trickle': 'expected all of the answer, found one that breaks off (aborted)',
      '/never': 'expected an answer within 0.5 seconds, found none',
    };
    for (const [path, message] of Object.entries(cases))
      t.equal(
        await read(`${base}${path}`, { ...anywhere, bytesMax: 1_000, answerMsMax: 500, wholeMsMax: 500 }),
        message,
        path,
      );
    t.match(await read('http://127.0.0.1:1/'), /^expected an answer, found none \(connect ECONNREFUSED/);
  },
);

t.test('which addresses are public', async (t) => {
  const publicOnes = ['8.8.8.8', '2606:4700::1111'];
  const others = [
    ...[
      '127.0.0.1',
      '10.1.1.1',
      '172.16.0.1',
      '192.168.1.1',
      '169.254.169.254',
      '100.64.0.1',
      '0.0.0.0',
      '192.0.2.1',
    ],
    ...[
      '198.18.0.1',
      '224.0.0.1',
      '240.0.0.1',
      '255.255.255.255',
      '::1',
      '::',
      'fe80::1',
      'fc00::1',
      'fec0::1',
      'ff02::1',
    ],
    ...[
      '::ffff:10.0.0.1',
      '::127.0.0.1',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
      '2001::1',
      '2001:db8::1',
      'fd00:ec2::254',
      'x',
    ],
  ];
  for (const address of publicOnes) t.equal(isPublic(address), true, address);
  for (const address of others) t.equal(isPublic(address), false, address);
});
