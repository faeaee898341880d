import { runOnPostgres } from './suite.js';

runOnPostgres('claims', (name) => ['follow', 'service', 'settle'].includes(name));
runOnPostgres('storage', (name) => name === 'changes');
runOnPostgres('imports', (name) => ['foreign', 'own-markdown', 'seed', 'seed-problems'].includes(name));
runOnPostgres('feeds', (name) => name === 'sitemap');
