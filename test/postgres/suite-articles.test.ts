import { runOnPostgres } from './suite.js';

runOnPostgres('http', (name) => name.startsWith('article'));
