/**
 * A file that stands under its name only when it is whole: made beside it, brought to the disk, then named. A process that
 * is killed leaves a `.part` file, which the next one that makes the same file removes.
 */
import { chmod, link, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** It may hold what not everybody may read, until it has the permissions that it is to have. */
const PRIVATE = 0o600;

export interface WholeFile {
  readonly path: string;
  /** Whether a file that stands there is replaced; else nothing is, even one that came meanwhile. */
  readonly overwrite: boolean;
  /** The permissions that it gets. */
  readonly mode: number;
}

/**
 * What `work` gives, which fills the empty file whose path it is given. Where it throws, nothing is left behind. Throws
 * the errors of the file system; `EEXIST` where the file is there and must not be replaced.
 */
export async function makeWhole<Result>(
  { path, overwrite, mode }: WholeFile,
  work: (part: string) => Promise<Result>,
): Promise<Result> {
  await removeLeftOver(path);
  const part = `${path}.${process.pid}.part`;
  await (await open(part, 'wx', PRIVATE)).close();
  try {
    const result = await work(part);
    await chmod(part, mode);
    await bringToDisk(part);
    await (overwrite ? rename(part, path) : nameAnew(part, path));
    await bringToDisk(dirname(path));
    return result;
  } finally {
    for (const name of [part, `${part}-journal`]) await rm(name, { force: true });
  }
}

/** As `rename`, but throws `EEXIST` where the name is taken. */
async function nameAnew(part: string, path: string): Promise<void> {
  try {
    await link(part, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw error;
    // A file system without hard links: then whoever takes the name between these two calls loses it.
    if ((await stat(path).catch(() => null)) !== null)
      throw Object.assign(new Error(`EEXIST: ${path}`), { code: 'EEXIST' });
    await rename(part, path);
  }
}

async function bringToDisk(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes what processes that are no more left of the same file. */
async function removeLeftOver(path: string): Promise<void> {
  const begin = `${basename(path)}.`;
  for (const name of await readdir(dirname(path))) {
    const [, pid] =
      /^(\d+)\.part(?:-journal)?$/.exec(name.startsWith(begin) ? name.slice(begin.length) : '') ?? [];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(dirname(path), name), { force: true });
  }
}

/** Whether another process has the number; this one made nothing yet. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
