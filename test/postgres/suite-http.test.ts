import { runOnPostgres } from './suite.js';

/** About HTTP alone, before any storage is asked. */
const WITHOUT_STORAGE = [
  'canonical-url',
  'documentation',
  'port',
  'prepared-bounds',
  'refusals',
  'start',
  'surrogate-key',
];

runOnPostgres('http', (name) => !name.startsWith('article') && !WITHOUT_STORAGE.includes(name));
