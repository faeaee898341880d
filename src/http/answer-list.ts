/**
 * A list in the form that was chosen: a page as JSON; as NDJSON or CSV a page where `limit` is given, else all rows from
 * the place that is asked for to the end.
 */
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { ClaimwireError } from '../kernel/errors.js';
import type { Listing, ListRequest } from '../kernel/page.js';
import { LIMIT_MAX, type ListQuery, toListBody } from './list.js';
import { lineWriter, recordWriter, streamRows } from './rows.js';

/** A list that is asked for, and how it is read. */
export interface ListSource<Item> {
  /** The schema of a row. */
  readonly row: z.ZodType;
  readonly asked: ListRequest;
  readonly page: (request: ListRequest) => Promise<Listing<Item>>;
}

/** Throws what reading the first page throws, and `invalid-request` for `before` where the rows would go on to the end. */
export async function answerList<Item>(
  request: FastifyRequest,
  reply: FastifyReply,
  { row, asked, page }: ListSource<Item>,
): Promise<ReturnType<typeof toListBody<Item>> | string | Readable> {
  const { form } = request;
  if (form === null || form.name === 'json') return toListBody(await page(asked), request, reply);

  const writer = (form.name === 'csv' ? recordWriter : lineWriter)(row, {});
  if ((request.query as ListQuery).limit !== undefined) {
    const { data } = toListBody(await page(asked), request, reply);
    return writer.head + writer.write(data);
  }
  if (asked.before !== undefined) throw needsLimit();
  const whole: ListRequest = { ...asked, limit: LIMIT_MAX };
  const first = await page(whole);
  const isHead = request.method === 'HEAD'; // the rows would be read and thrown away
  return streamRows(
    isHead ? { ...first, items: [], next: null } : first,
    (after) => page({ ...whole, after }),
    writer,
  );
}

const needsLimit = () =>
  new ClaimwireError('invalid-request', undefined, {
    issues: [
      {
        parameter: 'before',
        detail: 'needs `limit` in this form, which is else given from a place to the end',
      },
    ],
  });
