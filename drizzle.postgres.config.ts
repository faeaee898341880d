import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  casing: 'snake_case',
  schema: './dist/src/storage/postgres/tables.js',
  out: './migrations/postgres',
});
