/**
 * Configuration: every setting has a default, and a wrong one is told in a sentence that names it.
 */
import t from 'tap';
import { ConfigError, LOG_LEVELS, readConfig, settings } from '../src/config.js';

const sqlite = (file: string) => ({ database: { engine: 'sqlite', file } });
const defaults = {
  ...sqlite('./data/claimwire.db'),
  host: '127.0.0.1',
  port: 3000,
  proxies: [],
  readsNeedKey: false,
  rateLimits: { reads: 0, writes: 30_000, refusedKeys: 60 },
  cacheBytes: 67_108_864,
  workers: 1,
  isIfMatchRequired: false,
  logLevel: 'info',
};

t.test('what is not given has its default, and an empty text is not given', async (t) => {
  t.same(readConfig({}), defaults);
  t.same(readConfig({ DATABASE_URL: '', HOST: '', PORT: '', LOG_LEVEL: undefined }), defaults);
  t.same(readConfig({ PATH: '/bin', port: '80' }), defaults, 'other names are none of ours');
});

t.test('what is given counts', async (t) => {
  const cases: [Record<string, string>, object][] = [
    [{ DATABASE_URL: 'sqlite::memory:' }, sqlite(':memory:')],
    [{ DATABASE_URL: 'sqlite:/var/lib/news.db' }, sqlite('/var/lib/news.db')],
    [{ DATABASE_URL: 'sqlite:C:\\news.db' }, sqlite('C:\\news.db')],
    [
      { DATABASE_URL: 'postgres://me:secret@db/news' },
      { database: { engine: 'postgres', url: 'postgres://me:secret@db/news', replicaUrls: [] } },
    ],
    [
      {
        DATABASE_URL: 'postgresql://db/news',
        DATABASE_REPLICA_URLS: 'postgres://r1/news, postgres://r2/news',
      },
      {
        database: {
          engine: 'postgres',
          url: 'postgresql://db/news',
          replicaUrls: ['postgres://r1/news', 'postgres://r2/news'],
        },
      },
    ],
    [
      { HOST: '0.0.0.0', PORT: '0' },
      { host: '0.0.0.0', port: 0 },
    ],
    [
      { HOST: '::1', PORT: '65535' },
      { host: '::1', port: 65535 },
    ],
    [{ PUBLIC_URL: 'https://News.Example/' }, { publicUrl: 'https://news.example' }],
    [{ PUBLIC_URL: 'http://news.example:80/api//' }, { publicUrl: 'http://news.example/api' }],
    [{ WEBSUB_HUB_URL: 'https://hub.example/' }, { hubUrl: 'https://hub.example/' }],
    [{ CACHE_BYTES: '0' }, { cacheBytes: 0 }],
    [{ CACHE_BYTES: '1099511627776' }, { cacheBytes: 1_099_511_627_776 }],
    [{ WORKERS: '8' }, { workers: 8 }],
    [{ CLAIMWIRE_READ: 'key' }, { readsNeedKey: true }],
    [{ CLAIMWIRE_READ: 'all' }, { readsNeedKey: false }],
    [
      { RATE_LIMIT_READS: '600', RATE_LIMIT_WRITES: '0', RATE_LIMIT_REFUSED_KEYS: '9999999' },
      { rateLimits: { reads: 600, writes: 0, refusedKeys: 9_999_999 } },
    ],
    [
      { TRUST_PROXY: 'loopback, 10.0.0.0/8,192.0.2.7, 2001:db8::/32' },
      { proxies: ['loopback', '10.0.0.0/8', '192.0.2.7', '2001:db8::/32'] },
    ],
    [{ CLAIMWIRE_REQUIRE_IF_MATCH: 'true' }, { isIfMatchRequired: true }],
    ...LOG_LEVELS.map(
      (logLevel) => [{ LOG_LEVEL: logLevel }, { logLevel }] as [Record<string, string>, object],
    ),
  ];
  for (const [given, expected] of cases)
    t.same(readConfig(given), { ...defaults, ...expected }, JSON.stringify(given));
});

t.test('everything that is wrong is told at once', async (t) => {
  const port = 'PORT must be a port: a whole number from 0 to 65535, where 0 takes any free one.';
  const cases: [Record<string, string>, string][] = [
    [{ PORT: '65536' }, port],
    [{ PORT: '-1' }, port],
    [{ PORT: '3000.5' }, port],
    [{ PORT: '0x50' }, port],
    [{ PORT: ' ' }, port],
    ...['news.example', 'ftp://news.example', `https://news.example/${'x'.repeat(200)}`].map(
      (url): [Record<string, string>, string] => [
        { PUBLIC_URL: url },
        url.length > 200
          ? 'PUBLIC_URL must be at most 200 characters.'
          : 'PUBLIC_URL must be an absolute http or https URL such as https://news.example.',
      ],
    ),
    ...['https://me@news.example', 'https://news.example?a', 'https://news.example/#a'].map(
      (url): [Record<string, string>, string] => [
        { PUBLIC_URL: url },
        'PUBLIC_URL must not hold a user, a query or a fragment.',
      ],
    ),
    [
      { WEBSUB_HUB_URL: 'hub' },
      'WEBSUB_HUB_URL must be an absolute http or https URL such as https://hub.example/.',
    ],
    [{ CACHE_BYTES: '64MB' }, 'CACHE_BYTES must be a whole number of bytes, where 0 keeps nothing.'],
    [{ CACHE_BYTES: '1099511627777' }, 'CACHE_BYTES must be a whole number of bytes, where 0 keeps nothing.'],
    [{ CLAIMWIRE_REQUIRE_IF_MATCH: 'yes' }, 'CLAIMWIRE_REQUIRE_IF_MATCH must be true or false.'],
    [{ WORKERS: '0' }, 'WORKERS must be a whole number of processes from 1 to 256.'],
    [{ WORKERS: '257' }, 'WORKERS must be a whole number of processes from 1 to 256.'],
    [
      { WORKERS: '2', DATABASE_URL: 'sqlite::memory:' },
      'WORKERS must be 1 for a database in memory, which processes cannot share.',
    ],
    [{ CLAIMWIRE_READ: 'none' }, 'CLAIMWIRE_READ must be one of all, key.'],
    [
      { RATE_LIMIT_WRITES: '-1' },
      'RATE_LIMIT_WRITES must be a whole number of requests a minute up to 9999999, where 0 is no limit.',
    ],
    ...[
      'all',
      'true',
      '1',
      '10.0.0.0/33',
      '10.0.0.0/0',
      '::/129',
      '10.0.0/8',
      '10.0.0.0/8/8',
      'a,',
      '10.0.0.1,',
    ].map((text): [Record<string, string>, string] => [
      { TRUST_PROXY: text },
      'TRUST_PROXY must be addresses or networks such as 10.0.0.0/8, or loopback, linklocal, uniquelocal, separated by commas.',
    ]),
    [{ LOG_LEVEL: 'verbose' }, 'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent.'],
    [
      { LOG_LEVEL: 'inf', PORT: 'x' },
      `${port} LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent; nearest: info.`,
    ],
  ];
  for (const [given, message] of cases)
    t.throws(() => readConfig(given), new ConfigError(message), JSON.stringify(given));
  for (const url of ['news.db', 'sqlite:', 'mysql://localhost/news'])
    t.throws(
      () => readConfig({ DATABASE_URL: url }),
      { name: 'ConfigError', message: /^DATABASE_URL must be / },
      url,
    );
});

t.test('every setting is told with what it is for and its default', async (t) => {
  t.strictSame(
    settings.find(({ name }) => name === 'PORT'),
    { name: 'PORT', description: 'The port to listen at.', fallback: '3000' },
  );
  for (const { name, description } of settings) t.match(description, /^[A-Z].*\.$/, name);
});
