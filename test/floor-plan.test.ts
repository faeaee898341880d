/**
 * The house is built as planned: every import in src keeps to the floor plan, every file stands in a room that is on it,
 * says what it promises, and is lived in. The guard itself is tried with planted trespasses.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import t from 'tap';
import { ROOT } from './generated.js';
import { fits, type House, inspect, type Plan, placeOf, type Room, read } from './inspect.js';

/** A feature may look to its left, as the foreign keys do. */
const STREET = ['sources', 'articles', 'claims', 'search', 'feeds', 'imports'];

const KERNEL = 'kernel/*';
const HTTP = 'http/*';
const STORAGE = 'storage/**';
const EVERY_FEATURE = `{keys,${STREET.join(',')}}`;

/** What a feature says over HTTP. */
const SPOKEN = 'routes,grammar,writes,part-writes,revisions';

/** What a feature shows to its right: everything but what it says over HTTP. */
const toTheRight = (feature: string): string => `${feature}/!{${SPOKEN}}`;

function feature(name: string, left: readonly string[]): Room[] {
  const own = (parts: string) => `${name}/${parts}`;
  const ofLeft = (parts: string) => left.map((other) => `${other}/${parts}`);
  return [
    {
      files: own(`{${SPOKEN}}`),
      imports: [KERNEL, HTTP, own('!store'), ...ofLeft('{model,service,grammar}')],
    },
    { files: own('service'), imports: [KERNEL, own(`!{${SPOKEN}}`), ...left.map(toTheRight)] },
    { files: own('store'), imports: [KERNEL, own(`!{${SPOKEN},service}`), ...ofLeft('model')] },
    { files: own('model'), imports: [KERNEL, own('model'), ...ofLeft('model')] },
    {
      files: own('*'),
      imports: [KERNEL, own(`!{${SPOKEN},service}`), ...ofLeft(`!{${SPOKEN},service,store}`)],
    },
  ];
}

const rooms: readonly Room[] = [
  { files: KERNEL, imports: [KERNEL] },
  { files: HTTP, imports: [KERNEL, HTTP] },
  // An importer makes whole articles with sources and claims in one transaction, so it is handed the services by type and
  // reads from the transaction what became of each. It calls no storage and wires nothing.
  {
    files: 'imports/{routes,writes}',
    imports: [KERNEL, HTTP, 'imports/*', 'sources/service'],
    types: ['services'],
  },
  {
    files: 'imports/*',
    imports: [KERNEL, 'imports/*', ...STREET.slice(0, 3).map((left) => `${left}/!{${SPOKEN},service,store}`)],
    types: ['services', 'storage/changes'],
  },
  // Keys stand beside the street: nothing in the content refers to them, and they are not administered over HTTP.
  ...feature('keys', []).slice(1),
  ...STREET.slice(0, -1).flatMap((name, at) => feature(name, STREET.slice(0, at))),
  { files: STORAGE, imports: [KERNEL, STORAGE, `${EVERY_FEATURE}/model`], types: [`${EVERY_FEATURE}/store`] },
  { files: 'config', imports: [KERNEL] },
  { files: 'services', imports: [KERNEL, `${EVERY_FEATURE}/service`], types: ['storage/{storage,answers}'] },
  { files: 'app', imports: ['*', '!cli/**'] },
  {
    files: 'cli/*',
    // `openapi` prints the contract, and `--version` the release that the contract names; keys are administered here.
    imports: [
      KERNEL,
      STORAGE,
      'cli/*',
      'imports/*',
      'keys/model',
      'app',
      'config',
      'services',
      'http/{contract,documentation}',
    ],
  },
];

const packages: Plan['packages'] = [
  { names: ['fastify', '@fastify/*'], files: [HTTP, '*/{routes,writes,part-writes,revisions}', 'app'] },
  { names: ['drizzle-orm', 'better-sqlite3', 'pg'], files: [STORAGE] },
  { names: ['node:process', 'node:cluster'], files: ['cli/*'] },
  { names: ['node:fs'], files: ['cli/*', STORAGE, 'http/contract'] },
  // Nobody makes an import that the plan cannot read.
  { names: ['node:module', 'node:vm'], files: [] },
];

const plan: Plan = {
  rooms,
  packages,
  processRooms: ['cli/*'],
  // drizzle-kit makes the migrations from the tables; a thread begins with a file of its own.
  entrances: [
    'cli/import-thread',
    'cli/main',
    'imports/reading-thread',
    'storage/sqlite/off-loop-thread',
    'storage/sqlite/tables',
    'storage/postgres/tables',
  ],
};

/** Rooms to come: on the plan, and not built yet. */
const TO_COME: readonly string[] = [];

const house: House = Object.fromEntries(
  readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.[cm]?[jt]sx?$/.test(path))
    .map((path) => [path.replaceAll('\\', '/'), readFileSync(`${ROOT}src/${path}`, 'utf8')]),
);

t.test('the house is built as planned', async (t) => {
  t.ok(Object.keys(house).length > 50, 'the whole house was read');
  t.strictSame(inspect(house, plan), []);
});

t.test('every line of the plan says something about the house, or about a room to come', async (t) => {
  const places = Object.keys(house).map(placeOf);
  for (const { files } of rooms)
    if (!TO_COME.includes(files.split('/')[0] ?? ''))
      t.ok(
        places.some((place) => fits(place, files)),
        `somebody lives at ${files}`,
      );
  for (const place of plan.entrances) t.ok(places.includes(place), `${place} is there to be entered`);
});

t.test('a file that declares a module stands beside what needs it', async (t) => {
  for (const path of Object.keys(house).filter((path) => path.endsWith('.d.ts'))) {
    const [, declared = ''] = /declare module '([^']+)'/.exec(house[path] ?? '') ?? [];
    const users = Object.entries(house).filter(
      ([other]) => other !== path && posix.dirname(other) === posix.dirname(path),
    );
    t.ok(
      users.some(([other, source]) => read(other, source).imports.some(({ from }) => from === declared)),
      `${path} declares ${declared} for a file beside it`,
    );
  }
});

const comment = '/** Promises nothing. */\n';

/** Faults that the house has with these files added or replaced, and has not without them. */
function faultsWith(files: House): string[] {
  const before = new Set(inspect(house, plan));
  return inspect({ ...house, ...files }, plan).filter(
    (fault) => !before.has(fault) && !/cannot be reached$/.test(fault),
  );
}

const trespasses: [what: string, path: string, source: string, fault: string][] = [
  [
    'a kernel that knows a room',
    'kernel/x.ts',
    `import '../http/problem.js';`,
    'kernel/x.ts imports http/problem',
  ],
  [
    'http that knows a feature',
    'http/x.ts',
    `import '../sources/model.js';`,
    'http/x.ts imports sources/model',
  ],
  [
    'a look to the right',
    'sources/x.ts',
    `import '../articles/text.js';`,
    'sources/x.ts imports articles/text',
  ],
  [
    'a look to the right by type alone',
    'articles/x.ts',
    `import type { Claim } from '../claims/model.js';`,
    'articles/x.ts imports types of claims/model',
  ],
  [
    'a model that knows a neighbour’s service',
    'claims/model.ts',
    `export { readSources } from '../sources/service.js';`,
    'claims/model.ts imports sources/service',
  ],
  [
    'routes that know a store',
    'claims/routes.ts',
    `import type { ClaimStore } from './store.js';`,
    'claims/routes.ts imports types of claims/store',
  ],
  [
    'routes that know the storage',
    'claims/routes.ts',
    `import '../storage/claims.js';`,
    'claims/routes.ts imports storage/claims',
  ],
  [
    'a neighbour’s routes',
    'claims/routes.ts',
    `import '../articles/routes.js';`,
    'claims/routes.ts imports articles/routes',
  ],
  [
    'a service that knows HTTP',
    'sources/service.ts',
    `import '../http/list.js';`,
    'sources/service.ts imports http/list',
  ],
  [
    'a service that knows its routes',
    'sources/service.ts',
    `import './routes.js';`,
    'sources/service.ts imports sources/routes',
  ],
  [
    'a service that knows the storage',
    'sources/service.ts',
    `import type { Storage } from '../storage/storage.js';`,
    'sources/service.ts imports types of storage/storage',
  ],
  [
    'a service that knows the framework',
    'sources/service.ts',
    `import 'fastify';`,
    'sources/service.ts imports fastify',
  ],
  [
    'a store that knows its service',
    'sources/store.ts',
    `import './service.js';`,
    'sources/store.ts imports sources/service',
  ],
  [
    'a store that knows a neighbour’s store',
    'claims/store.ts',
    `import '../sources/store.js';`,
    'claims/store.ts imports sources/store',
  ],
  [
    'a storage that knows a service',
    'storage/x.ts',
    `import '../claims/service.js';`,
    'storage/x.ts imports claims/service',
  ],
  [
    'a storage that knows a rule',
    'storage/x.ts',
    `import type { StandingFacts } from '../claims/standing.js';`,
    'storage/x.ts imports types of claims/standing',
  ],
  [
    'a storage that runs a store’s file',
    'storage/x.ts',
    `import { anything } from '../claims/store.js';`,
    'storage/x.ts imports claims/store',
  ],
  [
    'a storage that knows HTTP',
    'storage/sqlite/x.ts',
    `import '../../http/problem.js';`,
    'storage/sqlite/x.ts imports http/problem',
  ],
  ['an importer that wires', 'imports/x.ts', `import '../services.js';`, 'imports/x.ts imports services'],
  [
    'an importer that mixes types with more',
    'imports/x.ts',
    `import { type Services } from '../services.js';`,
    'imports/x.ts imports services',
  ],
  [
    'an importer that stores',
    'imports/x.ts',
    `import '../storage/changes.js';`,
    'imports/x.ts imports storage/changes',
  ],
  [
    'wiring that opens a storage',
    'services.ts',
    `import '../src/storage/sqlite/open.js';`,
    'services.ts imports ../src/storage/sqlite/open.js, which is not in src',
  ],
  [
    'wiring that knows a storage',
    'services.ts',
    `import './storage/storage.js';`,
    'services.ts imports storage/storage',
  ],
  [
    'configuration that knows a room',
    'config.ts',
    `import './http/problem.js';`,
    'config.ts imports http/problem',
  ],
  ['an app that knows its command', 'app.ts', `import './cli/command.js';`, 'app.ts imports cli/command'],
  [
    'a command that knows a route',
    'cli/serve.ts',
    `import '../claims/routes.js';`,
    'cli/serve.ts imports claims/routes',
  ],
  ['a room that is not planned', 'utils/x.ts', '', 'utils/x.ts stands in a room that is not on the plan'],
  ['a file at the top', 'helpers.ts', '', 'helpers.ts stands in a room that is not on the plan'],
  [
    'a room within a room',
    'claims/rules/x.ts',
    '',
    'claims/rules/x.ts stands in a room that is not on the plan',
  ],
  [
    'the framework in a rule',
    'claims/x.ts',
    `import type { FastifyRequest } from 'fastify';`,
    'claims/x.ts imports fastify',
  ],
  ['a plugin in a rule', 'claims/x.ts', `import '@fastify/cors';`, 'claims/x.ts imports @fastify/cors'],
  [
    'SQL in a service',
    'claims/service.ts',
    `import { eq } from 'drizzle-orm/sqlite-core';`,
    'claims/service.ts imports drizzle-orm',
  ],
  [
    'a driver in the command',
    'cli/x.ts',
    `import Driver from 'better-sqlite3';`,
    'cli/x.ts imports better-sqlite3',
  ],
  ['the other driver in HTTP', 'http/x.ts', `import { Pool } from 'pg';`, 'http/x.ts imports pg'],
  [
    'files in a feature',
    'imports/x.ts',
    `import { readFileSync } from 'node:fs';`,
    'imports/x.ts imports node:fs',
  ],
  [
    'files by promise',
    'imports/x.ts',
    `import { stat } from 'node:fs/promises';`,
    'imports/x.ts imports node:fs',
  ],
  ['files by their old name', 'imports/x.ts', `import 'fs';`, 'imports/x.ts imports node:fs'],
  [
    'a built-in without its scheme',
    'kernel/x.ts',
    `import 'util';`,
    'kernel/x.ts imports util without node:',
  ],
  ['process by import', 'app.ts', `import process from 'node:process';`, 'app.ts imports node:process'],
  ['process by name', 'config.ts', 'export const { env } = process;', 'config.ts names process'],
  ['process as a property', 'http/x.ts', 'globalThis.process.exit();', 'http/x.ts names process'],
  ['process in quotes', 'http/x.ts', `globalThis['process'];`, 'http/x.ts names process'],
  ['a dynamic import', 'kernel/x.ts', `await import('../http/list.js');`, 'kernel/x.ts imports http/list'],
  [
    'a dynamic import of what cannot be known',
    'kernel/x.ts',
    'await import(name);',
    'kernel/x.ts imports what cannot be known',
  ],
  ['require', 'kernel/x.ts', `require('../http/list.js');`, 'kernel/x.ts imports http/list'],
  [
    'a require of one’s own making',
    'kernel/x.ts',
    `import { createRequire } from 'node:module';`,
    'kernel/x.ts imports node:module',
  ],
  [
    'import = require',
    'kernel/x.ts',
    `import list = require('../http/list.js');`,
    'kernel/x.ts imports http/list',
  ],
  [
    'import.meta.resolve',
    'kernel/x.ts',
    `import.meta.resolve('../http/list.js');`,
    'kernel/x.ts imports http/list',
  ],
  ['export from', 'kernel/x.ts', `export * from '../http/list.js';`, 'kernel/x.ts imports http/list'],
  [
    'export type from',
    'kernel/x.ts',
    `export type * from '../http/list.js';`,
    'kernel/x.ts imports types of http/list',
  ],
  [
    'an import within a type',
    'kernel/x.ts',
    `type List = import('../http/list.js').ListQuery;`,
    'kernel/x.ts imports types of http/list',
  ],
  [
    'a reference',
    'kernel/x.ts',
    `/// <reference path="../http/list.ts" />`,
    'kernel/x.ts imports types of http/list',
  ],
  [
    'a file that is not there',
    'kernel/x.ts',
    `import './gone.js';`,
    'kernel/x.ts imports ./gone.js, which is not in src',
  ],
];

t.test('every kind of trespass is found', async (t) => {
  for (const [what, path, source, fault] of trespasses) {
    const text = source.startsWith('///') ? `${source}\n` : `${comment}${source}\n`;
    const found = faultsWith({ [path]: text });
    t.ok(found.includes(fault), `${what}: ${fault}`, { found });
  }
});

t.test('a file without a promise is found, whatever else it begins with', async (t) => {
  const fault = 'kernel/x.ts does not begin with a comment that says what it promises';
  for (const source of [
    '',
    'export {};\n',
    '// A line.\n',
    '/* A note. */\n',
    '/** */\n',
    `import 'zod';\n${comment}`,
  ])
    t.ok(faultsWith({ 'kernel/x.ts': source }).includes(fault), JSON.stringify(source));
});

t.test('a file that nobody enters is found, and one that only such a file enters', async (t) => {
  const lone = {
    'kernel/lone.ts': `${comment}import './lonely.js';\n`,
    'kernel/lonely.ts': `${comment}import './errors.js';\n`,
  };
  const found = inspect({ ...house, ...lone }, plan);
  for (const path of ['kernel/lone.ts', 'kernel/lonely.ts'])
    t.ok(found.includes(`${path} cannot be reached`), path);
});

t.test('what the plan allows is no trespass', async (t) => {
  const allowed: House = {
    'search/model.ts': `${comment}export { Claim } from '../claims/model.js';\n`,
    'search/routes.ts': `${comment}import 'fastify';\nimport '../http/list.js';\nimport './service.js';\n`,
    'search/service.ts': `${comment}import type { ClaimReader } from '../claims/service.js';\nimport './model.js';\n`,
    'feeds/service.ts': `${comment}import '../search/service.js';\nconst job = { process: 1 };\njob.process;\n`,
    'storage/search.ts': `${comment}import 'drizzle-orm';\nimport '../search/model.js';\nimport 'node:fs/promises';\n`,
    'cli/index.ts': `#!/usr/bin/env node\n${comment}import '../app.js';\nprocess.exit(await import('./serve.js'));\n`,
  };
  t.strictSame(faultsWith(allowed), []);
});
