import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  casing: 'snake_case',
  schema: './dist/src/storage/sqlite/tables.js',
  out: './migrations/sqlite',
});
