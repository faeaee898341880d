import { runSuite } from './suites.js';

await runSuite(import.meta.url);
