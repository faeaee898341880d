/**
 * Parameters that routes share.
 */
import { z } from 'zod';
import { idInput, ref as reference } from '../kernel/fields.js';

/** `{ref}` in a path: an id or a slug. */
export const refParameters = (kind: string) =>
  z.object({ ref: reference.describe(`The id or slug of the ${kind}.`) });

/** `{id}` in a path. */
export const idParameters = (kind: string) => z.object({ id: idInput.describe(`The id of the ${kind}.`) });

/** For routes that take no parameters in their query. */
export const noQuery = z.strictObject({});
