import { runOnPostgres } from './suite.js';

/** About HTTP alone, before any storage is asked. */
const WITHOUT_STORAGE = ['documentation', 'port', 'public-url', 'refusals', 'rows', 'start', 'table'];

runOnPostgres('http', (name) => !name.startsWith('article') && !WITHOUT_STORAGE.includes(name));
