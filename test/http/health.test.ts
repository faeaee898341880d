/**
 * GET /health/live and /health/ready: the first asks nothing of the database, the second says how it is.
 */
import t from 'tap';
import { openTestServer, openTestStorage } from '../helper.js';
import { problemOf, REQUEST_ID, testEveryRead } from './answers.js';

const up = { state: 'up', behind: 0 } as const;
const down = { state: 'down', behind: 0 } as const;
const behind = { state: 'behind', behind: 900 } as const;

const unavailable = {
  type: '/problems/unavailable',
  title: 'The database cannot be reached',
  status: 503,
  detail: 'The database did not answer; nothing was changed. Try again after the seconds in `Retry-After`.',
  instance: '/health/ready',
  code: 'unavailable',
  errors: [],
  requestId: REQUEST_ID,
};

t.test('200 while the process runs and the database answers', async (t) => {
  const { get } = await openTestServer(t);
  t.strictSame((await get('/health/live')).json(), { status: 'live' });
  t.strictSame((await get('/health/ready')).json(), { status: 'ready', primary: up, replicas: [] });
});

t.test('503 from `ready` alone once the storage is closed, with when to try again', async (t) => {
  const { get, storage } = await openTestServer(t);
  await storage.close();
  t.strictSame(problemOf(t, await get('/health/ready'), { 'retry-after': '5' }), unavailable);
  const live = await get('/health/live');
  t.equal(live.statusCode, 200);
  t.strictSame(live.json(), { status: 'live' });
});

t.test('200 with how each server of the database is, as long as one can be read from', async (t) => {
  const storage = await openTestStorage(t);
  const cases = [
    { primary: up, replicas: [up, behind], status: 'ready' },
    { primary: up, replicas: [down], status: 'ready' },
    { primary: down, replicas: [down, up], status: 'read-only' },
  ];
  for (const { status, ...nodes } of cases) {
    const { get } = await openTestServer(t, { storage: { ...storage, status: async () => nodes } });
    t.strictSame((await get('/health/ready')).json(), { status, ...nodes });
  }
});

t.test('503 where no server of the database answers', async (t) => {
  const storage = await openTestStorage(t);
  const nodes = { primary: down, replicas: [down] };
  const { get } = await openTestServer(t, { storage: { ...storage, status: async () => nodes } });
  t.strictSame(problemOf(t, await get('/health/ready'), { 'retry-after': '5' }), unavailable);
});

for (const url of ['/health/live', '/health/ready'])
  t.test(`every read of ${url}`, async (t) => {
    await testEveryRead(t, await openTestServer(t), url);
  });
