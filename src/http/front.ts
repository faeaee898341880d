/**
 * What stands before the router: a request whose answer is prepared is answered here; every other one goes on as it came.
 */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Revision } from '../kernel/revision.js';
import { askOf } from './finish.js';
import { type PreparedAnswers, spellingOf, type Variant } from './prepared.js';
import { isKnownTo } from './validators.js';

export interface FrontOptions {
  readonly prepared: PreparedAnswers;
  readonly revision: () => Revision | null;
  /** Whether what is known of the data is as far as a bookmark. */
  readonly reaches: (bookmark: string) => boolean;
  /** Whether a request with these headers may be answered before the router knows who calls. */
  readonly admits: (headers: IncomingHttpHeaders) => boolean;
  /** Watches a request to its end and logs it then. */
  readonly log: (request: IncomingMessage, response: ServerResponse) => void;
}

/** What the framework has settled about its server. */
export interface ServerSettings {
  readonly http: { readonly maxHeaderSize: number; readonly requireHostHeader: boolean };
  readonly keepAliveTimeout: number;
  readonly requestTimeout: number;
  readonly connectionTimeout: number;
}

export function createFront({ prepared, revision, reaches, admits, log }: FrontOptions) {
  let isClosing = false;

  /** Whether a request is of the kind that prepared answers are for; the router sees to all that is odd. */
  const isPlain = ({ method, headers, httpVersionMinor }: IncomingMessage): boolean =>
    (method === 'GET' || method === 'HEAD') &&
    (headers.host !== undefined || httpVersionMinor === 0) &&
    headers['content-length'] === undefined &&
    headers['transfer-encoding'] === undefined &&
    headers.expect === undefined;

  const find = (request: IncomingMessage): Promise<Variant> | Variant | undefined => {
    if (isClosing || !isPlain(request) || !admits(request.headers)) return undefined;
    const now = revision();
    if (now === null) return undefined;
    const bookmark = request.headers['claimwire-bookmark'];
    if (bookmark !== undefined && !reaches(String(bookmark))) return undefined;
    const ask = askOf(request);
    const spelling = spellingOf(ask);
    return prepared.find(now, spelling) ?? prepared.share(now, ask, spelling);
  };

  const send = (
    request: IncomingMessage,
    response: ServerResponse,
    { etag, body, headers, headersOfKnown, entry }: Variant,
  ): void => {
    log(request, response);
    if (isKnownTo(request.headers, etag, entry.answer.lastModified)) {
      response.writeHead(304, headersOfKnown);
      response.end();
      return;
    }
    response.writeHead(200, headers);
    if (request.method === 'HEAD') response.end();
    else response.end(body);
  };

  const before =
    (router: RequestListener): RequestListener =>
    (request, response) => {
      const variant = find(request);
      if (variant === undefined) router(request, response);
      else if (variant instanceof Promise)
        variant.then(
          (made) => send(request, response, made),
          () => router(request, response),
        );
      else send(request, response, variant);
    };

  return {
    /** From now on every request goes to the router, which tells its client that the connection will end. */
    close(): void {
      isClosing = true;
    },
    /** The server that the framework would make, with the front before its router. */
    createServer(router: RequestListener, settings: ServerSettings): Server {
      const { http, keepAliveTimeout, requestTimeout, connectionTimeout } = settings;
      const server = createServer(http, prepared.isOn ? before(router) : router);
      server.keepAliveTimeout = keepAliveTimeout;
      server.requestTimeout = requestTimeout;
      server.setTimeout(connectionTimeout);
      return server;
    },
  };
}
