/**
 * What Litestream loses: a server is written to over HTTP while Litestream copies its database, both are stopped, and what
 * comes back is compared with what was answered. Litestream is fetched from npm; its configuration is the first one of
 * docs/backups.md.
 *
 *   npm run bench:litestream [-- writes]
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';

const WRITES = Number(process.argv[2] ?? 1_000);
const BEFORE_MS = 3_000; // until Litestream has made its first snapshot
const COMMAND = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url));
const DOCUMENT = fileURLToPath(new URL('../docs/backups.md', import.meta.url));
const IN_DOCUMENT = '/mnt/backup/claimwire';

const tools = mkdtempSync(join(tmpdir(), 'claimwire-litestream-'));
execFileSync('npm', ['install', '--silent', '--prefix', tools, '@flydotio/litestream@1.0.1']);
/** The binary: the script around it passes on neither signals nor exit codes. */
const LITESTREAM = join(
  tools,
  `node_modules/@flydotio/litestream-${process.platform}-${process.arch}/litestream`,
);

/**
 * @param {'SIGTERM' | 'SIGKILL'} signal how both are stopped, the server first
 */
async function lossAfter(signal) {
  const cwd = mkdtempSync(join(tmpdir(), 'claimwire-litestream-'));
  const options = { cwd, encoding: /** @type {const} */ ('utf8'), env: { PATH: process.env.PATH } };
  const claimwire = (/** @type {string[]} */ ...parameters) =>
    execFileSync(process.execPath, [COMMAND, ...parameters], { ...options, stdio: 'pipe' });

  const [, config = ''] = /```yaml\n([\s\S]*?)```/.exec(readFileSync(DOCUMENT, 'utf8')) ?? [];
  if (!config.includes(IN_DOCUMENT)) throw new Error(`the configuration names no ${IN_DOCUMENT}`);
  writeFileSync(join(cwd, 'litestream.yml'), config.replace(IN_DOCUMENT, join(cwd, 'replica')));

  claimwire('migrate');
  const key = claimwire('keys', 'create', '--name', 'Bench', '--scope', 'write').split('\n')[0] ?? '';
  const server = spawn(process.execPath, [COMMAND, 'serve', '--port', '0'], {
    ...options,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  let url;
  while (url === undefined) {
    said += String((await once(server.stdout, 'data'))[0]);
    url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
  }
  server.stdout.resume();
  const litestream = spawn(LITESTREAM, ['replicate', '-config', 'litestream.yml'], {
    ...options,
    stdio: 'ignore',
  });
  const ends = [once(server, 'exit'), once(litestream, 'exit')];
  await delay(BEFORE_MS);

  // Litestream has the database open as well: a backup is made, a restore refused.
  claimwire('backup', 'beside.db');
  const { status } = spawnSync(process.execPath, [COMMAND, 'restore', 'beside.db', '--overwrite'], options);
  if (status !== 1) throw new Error('a restore beside a running server was not refused');

  /** @type {number[]} when each write was answered */
  const answered = [];
  for (let number = 0; number < WRITES; number++) {
    const response = await fetch(`${url}/v1/sources`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'person', name: `Person ${number}`, slug: `person-${number}` }),
    });
    if (response.status !== 201)
      throw new Error(`expected 201, found ${response.status}: ${await response.text()}`);
    answered.push(Date.now());
  }

  const stoppedAt = Date.now();
  server.kill(signal);
  if (signal === 'SIGTERM') await ends[0];
  litestream.kill(signal);
  await Promise.all(ends);

  execFileSync(
    LITESTREAM,
    ['restore', '-config', 'litestream.yml', '-o', 'latest.db', './data/claimwire.db'],
    { ...options, stdio: 'ignore' },
  );
  claimwire('restore', 'latest.db', '--overwrite');
  const db = new Database(join(cwd, 'data/claimwire.db'), { readonly: true });
  const kept = db.prepare("select count(*) from sources where slug like 'person-%'").pluck().get();
  db.close();
  rmSync(cwd, { recursive: true });
  const lost = WRITES - Number(kept);
  return { signal, lost, ageMs: lost === 0 ? 0 : stoppedAt - (answered[WRITES - lost] ?? 0) };
}

try {
  console.log(`| both stopped by | writes lost of ${WRITES} | the oldest of them |\n| --- | --- | --- |`);
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGKILL'])) {
    const { lost, ageMs } = await lossAfter(signal);
    console.log(`| \`${signal}\` | ${lost} | ${lost === 0 ? '–' : `${ageMs} ms before`} |`);
  }
} finally {
  rmSync(tools, { recursive: true });
}
