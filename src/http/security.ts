/**
 * What browsers are told of every answer, so that nothing in one can run, be framed, or be taken for what it is not.
 */
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import { type FastifyInstance, fastify } from 'fastify';

const HSTS_MAX_AGE_SECONDS = 31_536_000; // a year, which is what lists of such hosts ask for

/** Of answers that are data: opened in a browser, they load and run nothing. */
const DATA_POLICY = "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'";
/** Of the pages to try the contract on: their own scripts and styles, and questions to this server. */
export const PAGES_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'", // the pages write styles as they go
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join(';');

/** On every answer, also where no hook runs. */
export const SECURITY_HEADERS = {
  'content-security-policy': DATA_POLICY,
  'cross-origin-resource-policy': 'cross-origin', // any page may read what is public
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Those headers in the plugin's words, and no others: the rest is about pages, of which there are few. */
const options = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: Object.fromEntries(
      DATA_POLICY.split(';').map((directive) => {
        const [name = '', ...values] = directive.split(' ');
        return [name, values];
      }),
    ),
  },
  crossOriginResourcePolicy: { policy: 'cross-origin' },
  referrerPolicy: { policy: 'no-referrer' },
  xContentTypeOptions: true,
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xFrameOptions: false,
  xPermittedCrossDomainPolicies: false,
  xPoweredBy: false,
  xXssProtection: false,
} satisfies FastifyHelmetOptions;

const SECURE = { strictTransportSecurity: { maxAge: HSTS_MAX_AGE_SECONDS, includeSubDomains: false } };
const INSECURE = { strictTransportSecurity: false } as const;

type Headers = Readonly<Record<string, string>>;

/** What the plugin says, which is the same of every answer: it makes it anew for each, which costs more than the rest. */
async function headersOf(isSecure: boolean): Promise<Headers> {
  const asked = fastify();
  let told: Headers = {};
  await asked.register(helmet, { ...options, ...(isSecure ? SECURE : INSECURE) });
  asked.addHook('onRequest', (_request, reply, done) => {
    told = { ...reply.raw.getHeaders() } as Headers;
    done();
  });
  await asked.inject('/');
  await asked.close();
  return told;
}

const held = new Map<boolean, Promise<Headers>>();

/** Registers the headers; to be called before anything that may refuse a request. */
export async function secureAnswers(app: FastifyInstance, publicUrl: string | undefined): Promise<void> {
  const isSecure = publicUrl?.startsWith('https:') ?? false;
  const asked = held.get(isSecure) ?? headersOf(isSecure);
  held.set(isSecure, asked);
  const headers = await asked;
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
}
