/**
 * A process that writes, for bench/replicas: saves each source that it is sent and says what became of it.
 */
import { createServices } from '../dist/src/services.js';
import { SourceInput } from '../dist/src/sources/model.js';
import { openPostgres } from '../dist/src/storage/postgres/open.js';

const storage = await openPostgres({ url: String(process.env.DATABASE_URL) });
const { write } = createServices(storage);

process.on('message', async (/** @type {{ id: number, slug: string, description: string }} */ message) => {
  const { id, slug, description } = message;
  const input = SourceInput.parse({ kind: 'person', name: slug, slug, description });
  try {
    const { bookmark } = await write(({ sources }) => sources.save(input));
    process.send?.({ id, bookmark });
  } catch (error) {
    const { code = 'internal', message } = /** @type {{ code?: string, message: string }} */ (error);
    process.send?.({ id, code, message });
  }
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
