/**
 * How the connections of a server that stops are ended: each as soon as nothing is under way on it.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

interface Traffic {
  /** Answers that the client has not been handed whole. */
  answers: number;
  /** Bytes that had arrived when the last answer was: more of them are a request that has begun. */
  bytesRead: number;
}

/**
 * Replaces `closeIdleConnections` of a server that does not listen yet. Node's own, which `close` calls once, cuts off a
 * client that is still reading its answer, and leaves open both a connection on which nothing was ever asked and one
 * that becomes idle later.
 */
export function drainConnections(server: Server): void {
  const open = new Map<Socket, Traffic>();
  let isStopping = false;

  const endIfIdle = (socket: Socket): void => {
    const traffic = open.get(socket);
    if (traffic?.answers === 0 && socket.bytesRead === traffic.bytesRead) socket.destroy();
  };

  server.on('connection', (socket) => {
    open.set(socket, { answers: 0, bytesRead: 0 });
    socket.once('close', () => open.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    const traffic = open.get(socket);
    if (traffic === undefined) return;
    traffic.answers += 1;
    response.once('close', () => {
      traffic.answers -= 1;
      traffic.bytesRead = socket.bytesRead;
      if (isStopping) endIfIdle(socket);
    });
  });
  server.closeIdleConnections = () => {
    isStopping = true;
    for (const socket of [...open.keys()]) endIfIdle(socket);
  };
}
