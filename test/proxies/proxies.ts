/**
 * Real caching proxies in front of a real server, each in a folder of its own, ended with the test.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Test } from 'tap';
import { ROOT } from '../generated.js';

const START_WAIT_MS = 15_000;

/** Whether a program is on this machine. */
export const isThere = (program: string): boolean =>
  spawnSync(program, ['-V'], { stdio: 'ignore' }).error === undefined;

export const VARNISH = '/usr/sbin/varnishd';
export const NGINX = '/usr/sbin/nginx';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function untilAnswered(url: string): Promise<void> {
  for (const started = Date.now(); ; await delay(50)) {
    try {
      await fetch(url);
      return;
    } catch (error) {
      if (Date.now() - started > START_WAIT_MS) throw error;
    }
  }
}

/** Runs a program in the foreground until the test ends. */
function run(t: Test, program: string, parameters: string[]): void {
  const child = spawn(program, parameters, { stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  child.stderr.on('data', (chunk) => {
    told += chunk;
  });
  let isOver = false;
  child.once('exit', (code) => {
    isOver = true;
    if (code !== 0 && code !== null) t.comment(`${program} ended with ${code}: ${told.slice(-2_000)}`);
  });
  t.teardown(async () => {
    if (isOver) return;
    child.kill('SIGTERM');
    await Promise.race([once(child, 'exit'), delay(3_000)]);
    if (!isOver) child.kill('SIGKILL');
  });
}

/** The configuration of a proxy as the documents show it, for a server at a port. */
function documented(language: 'vcl' | 'nginx', port: number): string {
  const text = readFileSync(`${ROOT}docs/caching.md`, 'utf8');
  const [, block] = text.split(`\n\`\`\`${language}\n`)[1]?.match(/^([\s\S]*?)```/) ?? [];
  if (block === undefined) throw new Error(`docs/caching.md shows nothing for ${language}`);
  return block.replaceAll('3000', String(port));
}

/** Varnish in front of a port; gives its URL. */
export async function openVarnish(t: Test, folder: string, port: number): Promise<string> {
  mkdirSync(`${folder}/work`, { recursive: true });
  writeFileSync(`${folder}/default.vcl`, documented('vcl', port));
  const own = await freePort();
  run(t, VARNISH, [
    '-F',
    ...['-a', `127.0.0.1:${own}`, '-f', `${folder}/default.vcl`, '-n', `${folder}/work`],
    ...['-s', 'malloc,32m', '-j', 'none'],
  ]);
  const url = `http://127.0.0.1:${own}`;
  await untilAnswered(`${url}/health/live`);
  return url;
}

const nginxConfOf = (folder: string, own: number, port: number): string => `
daemon off;
pid ${folder}/nginx.pid;
error_log stderr error;
worker_processes 1;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/temp;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  ${documented('nginx', port)
    .replace('/var/cache/nginx/claimwire', `${folder}/cache`)
    .replace('listen 8080', `listen 127.0.0.1:${own}`)}
}
`;

/** nginx in front of a port; gives its URL. */
export async function openNginx(t: Test, folder: string, port: number): Promise<string> {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o777); // as root, its worker is somebody else
  const own = await freePort();
  writeFileSync(`${folder}/nginx.conf`, nginxConfOf(folder, own, port));
  run(t, NGINX, ['-p', folder, '-c', `${folder}/nginx.conf`]);
  const url = `http://127.0.0.1:${own}`;
  await untilAnswered(`${url}/health/live`);
  return url;
}
