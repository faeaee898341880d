/**
 * Where a request comes from: what connects to this server or, where that is a proxy that is trusted, what the proxy
 * says in `X-Forwarded-For`.
 */
import type { IncomingMessage } from 'node:http';
import proxyAddress from '@fastify/proxy-addr';

/** Whether an address is that of a trusted proxy. */
export type Trust = (address: string, hop: number) => boolean;

/** Trusts addresses and networks such as `10.0.0.0/8`, and `loopback`, `linklocal` and `uniquelocal`. */
export const trustIn = (proxies: readonly string[]): Trust | null =>
  proxies.length === 0 ? null : proxyAddress.compile([...proxies]);

/** The address of whoever sent a request; empty where they are gone already. */
export const addressOf = (request: IncomingMessage, trust: Trust | null): string =>
  (trust === null ? request.socket.remoteAddress : proxyAddress(request, trust)) ?? '';
