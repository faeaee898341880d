import { runOnPostgres } from './suite.js';

await runOnPostgres('http', (name) => name.startsWith('article'));
