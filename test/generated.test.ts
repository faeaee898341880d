/** What is made from the code is committed as it would be made now; `npm run openapi` writes it anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { generatedFiles, ROOT } from './generated.js';

const files = await generatedFiles();

for (const [path, content] of Object.entries(files)) {
  if (process.env.WRITE_GENERATED === '1') writeFileSync(ROOT + path, content);
  t.equal(readFileSync(ROOT + path, 'utf8'), content, `${path} is what the code makes`);
}
