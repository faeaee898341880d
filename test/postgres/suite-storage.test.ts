import { runOnPostgres } from './suite.js';

runOnPostgres(
  ['claims', 'storage', 'imports'],
  [
    ...['claims/anchor', 'claims/standing'].map((name) => `test/${name}.test.ts`), // pure functions
    ...['storage/open', 'storage/plans', 'storage/rules'].map((name) => `test/${name}.test.ts`), // SQLite's own
    ...['decode', 'front-matter', 'markdown', 'page', 'reader', 'seed-files'].map(
      (name) => `test/imports/${name}.test.ts`, // readers, which know no storage
    ),
  ],
);
