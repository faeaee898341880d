import { runOnPostgres } from './suite.js';

/** About HTTP alone, before any storage is asked. */
const WITHOUT_STORAGE = [
  'canonical-url',
  'documentation',
  'port',
  'prepared-bounds',
  'public-url',
  'refusals',
  'rows',
  'start',
  'surrogate-key',
  'table',
];

await runOnPostgres('http', (name) => !name.startsWith('article') && !WITHOUT_STORAGE.includes(name));
