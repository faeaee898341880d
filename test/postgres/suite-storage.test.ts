import { runOnPostgres } from './suite.js';

runOnPostgres('claims', (name) => ['follow', 'service', 'settle'].includes(name));
runOnPostgres('storage', (name) => ['changes', 'search'].includes(name));
runOnPostgres('imports', (name) => ['foreign', 'own-markdown', 'seed', 'seed-problems'].includes(name));
runOnPostgres('feeds', (name) => name === 'sitemap');
