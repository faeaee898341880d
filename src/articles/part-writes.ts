/**
 * What is done to an article besides writing it whole: it is corrected, brought back to what it was, and shown before it
 * is published.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { refParameters } from '../http/parameters.js';
import { publicUrlOf } from '../http/public-url.js';
import { assertUnconditional, guardOf, type Settling, tellWritten } from '../http/resource.js';
import { dryExample, readBody, type Writing, type Written, writeRoute } from '../http/write-route.js';
import { instant, instantInput } from '../kernel/fields.js';
import type { Stored } from '../kernel/stored.js';
import { CorrectionInput } from './model.js';
import { PREVIEW_DAYS, PREVIEW_DAYS_MAX } from './preview.js';
import type { ArticleWriter, PreviewWriter, SavedArticle } from './service.js';

const EXAMPLE = '/v1/articles/what-we-do-not-know-yet';

export type ArticlePartServices = Settling & {
  readonly articles: ArticleWriter;
  readonly previews: PreviewWriter;
};

const RestoreInput = z
  .strictObject({ version: z.int().min(1).describe('The version that is to be again.') })
  .meta({ id: 'RestoreInput', description: 'Which version of an article is brought back.' });

const PreviewInput = z
  .strictObject({
    expiresAt: instantInput
      .optional()
      .describe(
        `Until when the link opens; ${PREVIEW_DAYS} days from now if not given, ${PREVIEW_DAYS_MAX} at most.`,
      ),
  })
  .meta({ id: 'PreviewInput', description: 'For how long a draft is shown.' });

const Preview = z
  .object({ url: z.string().describe('The link, which opens without a key.'), expiresAt: instant })
  .meta({ id: 'Preview', description: 'A link to an article, published or not.' });

export interface ArticlePartOptions {
  /** An article as it is read. */
  readonly item: z.ZodObject;
  /** The same after it was written. */
  readonly written: z.ZodObject;
}

export function articlePartRoutes(
  app: FastifyInstance,
  { write, isIfMatchRequired }: Writing<ArticlePartServices>,
  { item, written }: ArticlePartOptions,
): void {
  const get = ({ articles }: ArticlePartServices, id: string) => articles.get(id, 'html');
  const guard = guardOf<ArticlePartServices>({ item, get }, isIfMatchRequired);
  const parameters = refParameters('article');
  const refOf = ({ params }: FastifyRequest): string => (params as { ref: string }).ref;

  const find = async ({ articles }: ArticlePartServices, request: FastifyRequest): Promise<Stored> =>
    (await articles.stored(refOf(request))) ?? (await articles.refuseMissing(refOf(request)));

  /** Changes the stored article, if it may be, and answers what it is then. */
  const change = async (
    request: FastifyRequest,
    reply: FastifyReply,
    {
      work,
      note,
    }: { work: (services: ArticlePartServices, stored: Stored) => Promise<SavedArticle>; note?: string },
  ): Promise<Written> => {
    const { result, ...done } = await write(
      request,
      async (services) => {
        const stored = await find(services, request);
        await guard.assertMayWrite(services, stored, request, reply);
        return tellWritten({ item, get }, services, await work(services, stored));
      },
      note,
    );
    return { status: 200, ...done, ...result };
  };

  const common = {
    method: 'POST',
    tag: 'articles',
    parameters,
  } as const;
  const refusals = ['not-found', 'gone'] as const;
  const answers = {
    200: { description: 'The article, as it is now.', body: written },
    204: { description: 'Done; `Prefer: return=minimal` asks for no more.' },
  };

  writeRoute(app, {
    ...common,
    url: '/v1/articles/:ref/corrections',
    operationId: 'createArticleCorrection',
    summary: 'Add a correction',
    description: 'Adds a correction to those of an article, which readers find with it and in feeds.',
    examples: [
      dryExample('POST', 'What was wrong', `${EXAMPLE}/corrections`, {
        text: 'An earlier version gave the number of soldiers as 15,000.',
      }),
    ],
    input: CorrectionInput,
    problems: refusals,
    answers,
    handler: async (request, reply) => {
      const correction = readBody(CorrectionInput, request.body);
      return change(request, reply, { work: ({ articles }, stored) => articles.correct(stored, correction) });
    },
  });

  writeRoute(app, {
    ...common,
    url: '/v1/articles/:ref/restore',
    operationId: 'restoreArticle',
    summary: 'Bring back a version',
    description:
      'Makes the article all of what it was at a version, its status included, as a new version. What it refers to must still be there.',
    examples: [
      dryExample('POST', 'The first version', `${EXAMPLE}/restore`, { version: 1 }),
      dryExample('POST', 'A version that there is not', `${EXAMPLE}/restore`, { version: 1000 }),
    ],
    input: RestoreInput,
    problems: [...refusals, 'conflict', 'unknown-reference'],
    answers,
    handler: async (request, reply) => {
      const { version } = readBody(RestoreInput, request.body);
      return change(request, reply, {
        work: ({ articles }, stored) => articles.restore(stored, version),
        note: `restored from version ${version}`,
      });
    },
  });

  writeRoute(app, {
    ...common,
    url: '/v1/articles/:ref/preview',
    operationId: 'createArticlePreview',
    summary: 'Make a link to a draft',
    description:
      'Gives a link under which the article can be read without a key until a time, published or not, as JSON, JSON-LD, Markdown and HTML. Nothing takes it back before that.',
    examples: [
      dryExample('POST', 'Until a time', `${EXAMPLE}/preview`, { expiresAt: '2024-11-08T12:00:00Z' }),
    ],
    input: PreviewInput,
    problems: refusals,
    answers: { 201: { description: 'The link.', body: Preview } },
    handler: async (request) => {
      assertUnconditional(request);
      const { expiresAt: until } = readBody(PreviewInput, request.body);
      const base = publicUrlOf(request);
      const { result, ...done } = await write(request, async (services) => {
        const stored = await find(services, request);
        const { token, expiresAt } = await services.previews.make(stored, until);
        return { path: `/v1/articles/${stored.id}?preview=${token}`, expiresAt };
      });
      const { path, expiresAt } = result;
      return {
        status: 201,
        ...done,
        location: path,
        body: JSON.stringify({ url: `${base}${path}`, expiresAt } satisfies z.output<typeof Preview>),
      };
    },
  });
}
