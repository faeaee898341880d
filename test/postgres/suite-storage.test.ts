import { runOnPostgres } from './suite.js';

await runOnPostgres('claims', (name) => ['follow', 'service', 'settle'].includes(name));
await runOnPostgres('storage', (name) => ['changes', 'search'].includes(name));
await runOnPostgres('imports', (name) => ['foreign', 'own-markdown', 'seed', 'seed-problems'].includes(name));
await runOnPostgres('keys', (name) => name === 'service');
await runOnPostgres('feeds', (name) => name === 'sitemap');
