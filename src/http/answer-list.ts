/**
 * A list in the form that was chosen: a page as JSON; as NDJSON or CSV a page where `limit` is given, else all rows from
 * the place that is asked for to the end.
 */
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClaimwireError } from '../kernel/errors.js';
import type { AnsweredList, AskedList } from '../kernel/page.js';
import { fieldTree, pick } from './fields.js';
import { LIMIT_MAX, type ListGrammar, type ListQuery, toAskedList } from './list.js';
import { linkPage, namePage, toListBody } from './list-body.js';
import { lineWriter, recordWriter, streamRows } from './rows.js';

/** What each row has besides where words are looked for. */
const FOUND = ['snippet', 'highlights'];

/** A list, and how a page of it is read. */
export interface ListSource<Item> {
  readonly grammar: ListGrammar;
  readonly page: (asked: AskedList) => Promise<AnsweredList<Item>>;
}

/** Throws what reading the first page throws, and `invalid-request` for `before` where the rows would go on to the end. */
export async function sendList<Item>(
  request: FastifyRequest,
  reply: FastifyReply,
  { grammar, page }: ListSource<Item>,
): Promise<ReturnType<typeof toListBody<Item>> | string | Readable> {
  const { form } = request;
  const asked = toAskedList(request, grammar);
  if (form === null || form.name === 'json') {
    const answered = await page(asked);
    namePage(answered, request, reply, grammar);
    return toListBody(answered, request, reply);
  }

  const { fields, ids, limit } = request.query as ListQuery;
  const tree = fields && fieldTree(fields);
  const found = asked.request.search === undefined ? [] : FOUND;
  const include = new Set([...asked.include, ...found]);
  const view = { fields, include, pick: tree && ((row: unknown) => pick(row, tree)) };
  const writer = (form.name === 'csv' ? recordWriter : lineWriter)(grammar.item, view);
  if (limit !== undefined || ids !== undefined) {
    const answered = await page(asked);
    namePage(answered, request, reply, grammar);
    linkPage(answered, request, reply);
    return writer.head + writer.write(answered.items);
  }
  if (asked.request.before !== undefined) throw needsLimit();
  const rowsAtOnce = Math.min(
    LIMIT_MAX,
    ...Object.entries(grammar.includedRowsMax ?? {}).flatMap(([part, max]) =>
      asked.include.has(part) ? [max] : [],
    ),
  );
  const whole = { ...asked, request: { ...asked.request, limit: rowsAtOnce } };
  const first = await page(whole);
  namePage({ items: [] }, request, reply, grammar); // rows to come cannot be named: the list stands for them
  const isHead = request.method === 'HEAD'; // the rows would be read and thrown away
  return streamRows(
    isHead ? { ...first, items: [], next: null } : first,
    (after) => page({ ...whole, request: { ...whole.request, after } }),
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
