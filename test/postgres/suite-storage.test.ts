import { runOnPostgres } from './suite.js';

runOnPostgres('claims', (name) => ['follow', 'service', 'settle'].includes(name));
runOnPostgres('storage', (name) => name === 'changes');
runOnPostgres('feeds', (name) => name === 'sitemap');
runOnPostgres('imports', (name) => ['foreign', 'seed', 'seed-problems'].includes(name));
