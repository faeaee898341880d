/**
 * The table of contents: what the server serves, in street order.
 */
import cors from '@fastify/cors';
import { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest, fastify } from 'fastify';
import { articleGrammar } from './articles/grammar.js';
import { revisionRoutes } from './articles/revisions.js';
import { articleRoutes } from './articles/routes.js';
import { articleWrites } from './articles/writes.js';
import { ArticleBody } from './claims/bodies.js';
import { besideArticles } from './claims/model.js';
import { claimPartRoutes } from './claims/part-writes.js';
import { claimRoutes } from './claims/routes.js';
import { claimWrites } from './claims/writes.js';
import { feedRoutes } from './feeds/routes.js';
import { authenticate, mayHavePrepared } from './http/auth.js';
import { bookmarkOf } from './http/bookmark.js';
import { collectContract, readRecordedAnswers } from './http/contract.js';
import type { RecordedAnswers } from './http/contract-answers.js';
import { documentation } from './http/documentation.js';
import { finishAnswers } from './http/finish.js';
import { collectFreshness, markBehind } from './http/freshness.js';
import { createFront, type ServerSettings } from './http/front.js';
import { createRunning, idempotencyKeyOf } from './http/idempotency.js';
import { readJsonBodies } from './http/json-body.js';
import { HEADER_BYTES_MAX, REQUEST_TIMEOUT_MS, STALL_MS, URL_LENGTH_MAX } from './http/limits.js';
import { createFrontLog, createRequestLog, newRequestId } from './http/log.js';
import { createPreparedAnswers } from './http/prepared.js';
import { sendProblem } from './http/problem.js';
import { trustIn } from './http/proxies.js';
import { standAt } from './http/public-url.js';
import { createRates, NO_LIMITS, type RateLimits } from './http/rates.js';
import { refuseConnection, refuseEarly, refuseExpectation } from './http/refusals.js';
import { secureAnswers } from './http/security.js';
import { serverRoutes } from './http/server.js';
import { validateWithZod } from './http/validation.js';
import { EXPOSED_HEADERS, isDryRun, type Writing } from './http/write-route.js';
import type { ImportBody } from './imports/body.js';
import { exportRoutes } from './imports/routes.js';
import { importRoutes } from './imports/writes.js';
import { searchRoutes } from './search/routes.js';
import { createServices, type WriteServices } from './services.js';
import { sourceRoutes } from './sources/routes.js';
import { sourceWrites } from './sources/writes.js';
import { openSpool } from './storage/spool.js';
import type { Storage } from './storage/storage.js';

export interface AppOptions {
  readonly storage: Storage;
  /** Without one nothing is logged. */
  readonly logger?: FastifyBaseLogger;
  /** What prepared answers may take up in memory, in bytes; with 0 none is kept. */
  readonly cacheBytes?: number;
  /** The answers that the contract shows as examples; those that are committed if not given. */
  readonly answers?: RecordedAnswers;
  /** Where the server stands for the outside, without a slash at its end; as each request names it if not given. */
  readonly publicUrl?: string | undefined;
  /** The WebSub hub that feeds name. */
  readonly hubUrl?: string | undefined;
  /** Whether reading needs a key. */
  readonly readsNeedKey?: boolean;
  /** How many requests are answered; as many as come if not given. */
  readonly rateLimits?: RateLimits;
  /** Addresses and networks of proxies whose word on where a request comes from is taken. */
  readonly proxies?: readonly string[];
  /** Whether what is stored is changed with `If-Match` alone. */
  readonly isIfMatchRequired?: boolean;
  /** How long a client of an export or import may neither send nor take anything, in milliseconds. */
  readonly stallMs?: number;
  /** Brings in long bodies; the event loop does, between requests, if not given. */
  readonly importLong?: ImportBody;
}

/** The server over a storage, ready to listen or to be called. Closing it leaves the storage open. */
export async function buildApp({
  storage,
  logger,
  cacheBytes = 0,
  answers = readRecordedAnswers(),
  publicUrl,
  hubUrl,
  readsNeedKey = false,
  rateLimits = NO_LIMITS,
  proxies = [],
  isIfMatchRequired = false,
  stallMs = STALL_MS,
  importLong,
}: AppOptions): Promise<FastifyInstance> {
  const { revision, reaches } = storage;
  const services = createServices(storage);
  const { at, ring: keys } = services;
  const prepared = createPreparedAnswers(cacheBytes);
  const trust = trustIn(proxies);
  const admits = mayHavePrepared({ keys, readsNeedKey });
  const front = createFront({ prepared, revision, reaches, admits, log: createFrontLog(logger, trust) });
  const app: FastifyInstance = fastify({
    ...(logger === undefined ? {} : { loggerInstance: logger }),
    logController: createRequestLog(),
    genReqId: newRequestId,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: URL_LENGTH_MAX },
    trustProxy: trust ?? false,
    http: { maxHeaderSize: HEADER_BYTES_MAX, requireHostHeader: false },
    serverFactory: (router, settings) => front.createServer(router, settings as unknown as ServerSettings),
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => sendProblem(error, request, reply),
    clientErrorHandler: refuseConnection,
  });
  app.server.on('checkExpectation', refuseExpectation);

  await secureAnswers(app, publicUrl);
  await app.register(cors, {
    origin: '*',
    methods: ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: EXPOSED_HEADERS,
    strictPreflight: false, // an OPTIONS that is no preflight is answered like one
  });
  readJsonBodies(app);
  validateWithZod(app);
  standAt(app, publicUrl);
  collectFreshness(app, revision);
  refuseEarly(app);
  const rates = await createRates(app, rateLimits);
  authenticate(app, { keys, readsNeedKey, onRefused: rates.onRefused });
  finishAnswers(app, { revision, prepared, isForKeys: readsNeedKey });
  rates.limitRequests();
  app.addHook('preClose', async () => front.close());
  await collectContract(app, { answers, readsNeedKey });

  const read = (request: FastifyRequest) => at(bookmarkOf(request), () => markBehind(request));
  serverRoutes(app, storage);
  const running = createRunning();
  const writing: Writing<WriteServices> = {
    isIfMatchRequired,
    write(request, work, note) {
      const once = isDryRun(request) ? null : idempotencyKeyOf(request);
      const options = { keep: !isDryRun(request), by: request.caller?.id ?? null, note: note ?? null, once };
      return running(once, () => services.write(work, options));
    },
  };
  sourceRoutes(app, read);
  sourceWrites(app, writing);
  const articles = articleGrammar(besideArticles);
  articleRoutes(app, read, articles);
  revisionRoutes(app, read);
  articleWrites(
    app,
    {
      ...writing,
      write: (request, work, note) =>
        writing.write(
          request,
          (write) =>
            work({
              makeClaims: (article, language, claims) =>
                write.claims.createInArticle(article, language, claims as NonNullable<ArticleBody['claims']>),
              ...write,
            }),
          note,
        ),
    },
    { body: ArticleBody, item: besideArticles.item },
  );
  claimRoutes(app, read);
  claimWrites(app, writing);
  claimPartRoutes(app, read, writing);
  feedRoutes(app, read, { hubUrl });
  searchRoutes(app, read);
  exportRoutes(app, read, { openSnapshot: storage.openSnapshot, stallMs });
  importRoutes(app, {
    services,
    runOnce: running,
    openSpool,
    importLong,
    isUp: async () => (await storage.status()).primary.state === 'up',
    stallMs,
  });
  await documentation(app);

  return app;
}
