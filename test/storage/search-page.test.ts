/**
 * The hits whose ids are read are enough for the page, however many have one score.
 */
import fc from 'fast-check';
import t from 'tap';
import type { PageRequest } from '../../src/kernel/page.js';
import { pageOfRanked, type RankedHit, withinReach } from '../../src/storage/search-page.js';

const hits = fc
  .uniqueArray(fc.tuple(fc.nat(60), fc.nat(3)), { selector: ([key]) => key, maxLength: 30 })
  .map((pairs) =>
    pairs.map(
      ([key, score]): RankedHit => ({
        kind: 'articles',
        key,
        score,
        id: String((key * 37) % 61).padStart(2, '0'),
      }),
    ),
  );
const place = fc.tuple(
  fc.nat(4),
  fc.nat(61).map((id) => String(id).padStart(2, '0')),
);
const page: fc.Arbitrary<PageRequest> = fc.oneof(
  fc.record({ limit: fc.integer({ min: 1, max: 8 }) }),
  fc.record({ limit: fc.integer({ min: 1, max: 8 }), after: place }),
  fc.record({ limit: fc.integer({ min: 1, max: 8 }), before: place }),
);

t.test('a page of what is within reach is a page of all', async (t) => {
  fc.assert(
    fc.property(hits, page, (hits, page) => {
      const near = new Set(withinReach(hits, page));
      t.strictSame(
        pageOfRanked(
          hits.filter((hit) => near.has(hit)),
          page,
        ),
        pageOfRanked(hits, page),
      );
    }),
  );
});

t.test(
  'of hits with scores of their own no more are within reach than the page takes, and one',
  async (t) => {
    const hits = Array.from({ length: 40 }, (_, key) => ({ kind: 'articles' as const, key, score: key }));
    t.same(
      withinReach(hits, { limit: 2 }).map(({ score }) => score),
      [39, 38, 37],
    );
    t.same(
      withinReach(hits, { limit: 2, after: [30, 'x'] }).map(({ score }) => score),
      [30, 29, 28, 27],
    );
    t.same(
      withinReach(hits, { limit: 2, before: [30, 'x'] }).map(({ score }) => score),
      [30, 31, 32, 33],
    );
  },
);
