/**
 * The statements that posts run in their transactions, as better-sqlite3 was given them.
 */
import Driver from 'better-sqlite3';
import { buildApp } from '../dist/src/app.js';
import { openSqlite } from '../dist/src/storage/sqlite/open.js';

/**
 * @typedef {object} Statement
 * @property {string} sql
 * @property {'run' | 'get' | 'all' | 'exec'} method
 * @property {boolean} isRaw whether rows come as arrays
 * @property {unknown[]} parameters
 */

/**
 * Tells of every statement within a transaction, on connections that are opened before this is undone by what it gives.
 * @param {(statement: Statement) => void} tell
 */
function listen(tell) {
  const { prepare, exec } = Driver.prototype;
  Driver.prototype.exec = function (/** @type {string} */ sql) {
    tell({ sql, method: 'exec', isRaw: false, parameters: [] });
    return exec.call(this, sql);
  };
  Driver.prototype.prepare = function (/** @type {string} */ sql) {
    const statement = prepare.call(this, sql);
    const { raw } = statement;
    let isRaw = false;
    statement.raw = (/** @type {boolean | undefined} */ toggled) => {
      isRaw = toggled ?? true;
      return raw.call(statement, isRaw);
    };
    for (const method of /** @type {const} */ (['run', 'get', 'all'])) {
      const own = statement[method];
      statement[method] = (/** @type {unknown[]} */ ...parameters) => {
        if (this.inTransaction) tell({ sql, method, isRaw, parameters: structuredClone(parameters) });
        return own.apply(statement, parameters);
      };
    }
    return statement;
  };
  return () => Object.assign(Driver.prototype, { prepare, exec });
}

/**
 * Posts articles to a server over a database file; gives the statements of each.
 * @param {{ file: string, authorization: string, articles: object[] }} options
 * @returns {Promise<Statement[][]>}
 */
export async function recordStatements({ file, authorization, articles }) {
  /** @type {Statement[]} */
  let heard = [];
  const unlisten = listen((statement) => heard.push(statement));
  const storage = await openSqlite({ file });
  const app = await buildApp({ storage, rateLimits: { reads: 0, writes: 0, refusedKeys: 0 } });
  const posts = [];
  for (const article of articles) {
    heard = [];
    const answer = await app.inject({
      method: 'POST',
      url: '/v1/articles',
      headers: { authorization, 'content-type': 'application/json' },
      payload: JSON.stringify(article),
    });
    if (answer.statusCode !== 201) throw new Error(`${answer.statusCode} ${answer.body}`);
    posts.push(heard);
  }
  heard = [];
  unlisten();
  await app.close();
  await storage.close();
  return posts;
}
