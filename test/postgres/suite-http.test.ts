import { runOnPostgres } from './suite.js';

runOnPostgres(['http']);
